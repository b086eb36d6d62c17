//! The body of a PEM block behind its header line.

use std::ops::Range;
use std::sync::OnceLock;

use memchr::memmem::Finder;

/// What the header of every block holds.
pub(super) const HEADER: &str = "PRIVATE KEY";

/// How many letters of base64 make a body.
const MIN_BODY: usize = 40;
/// The shortest run of base64 that counts: prose has no words of this length.
const MIN_RUN: usize = 16;
/// How many bytes without such a run may stand in a row: headers, quotes, indentation.
const MAX_GAP: usize = 240;
/// The fewest distinct letters of a run that is no filler.
const MIN_DISTINCT: usize = 8;

/// Whether a secret may stand in `text` that goes on for many lines. All others end on the line on
/// which they begin, or some hundred bytes further on.
pub fn spans_lines(text: &[u8]) -> bool {
    static FINDER: OnceLock<Finder<'static>> = OnceLock::new();
    let finder = FINDER.get_or_init(|| Finder::new(HEADER));
    finder.find(text).is_some()
}

/// Where the block ends whose header ends at `from`: behind its end line, or else behind the last
/// base64. `None` without a body. Line ends may be written as `\n`, lines be quoted, commented or
/// joined by spaces.
pub(super) fn block_end(text: &[u8], from: usize) -> Option<usize> {
    let mut letters = 0;
    let mut end = from;
    let mut at = from;
    while at < text.len() && at - end <= MAX_GAP {
        let rest = &text[at..];
        if rest.starts_with(b"----") {
            if letters >= MIN_BODY
                && let Some(length) = end_line(rest)
            {
                return Some(at + length);
            }
            break;
        }
        let run = run(rest);
        if run >= MIN_RUN && is_alone(rest, run) && has_variety(&rest[..run]) {
            letters += run;
            end = at + run;
        }
        at += step(rest, run);
    }
    (letters >= MIN_BODY).then_some(end)
}

/// The block's lines without its header and end line, as a plain list of base64 runs.
pub(super) fn runs(block: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < block.len() {
        let rest = &block[at..];
        let run = run(rest);
        if run >= MIN_RUN {
            found.push(at..at + run);
        }
        at += step(rest, run);
    }
    found
}

/// How many bytes of base64 `text` begins with.
fn run(text: &[u8]) -> usize {
    text.iter()
        .position(|byte| !(byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=')))
        .unwrap_or(text.len())
}

/// Whether the run is a word of its own, and not part of a sentence or a path.
fn is_alone(text: &[u8], run: usize) -> bool {
    text.get(run)
        .is_none_or(|next| !matches!(next, b'.' | b'_' | b':' | b'?' | b'!' | b'@'))
}

fn has_variety(run: &[u8]) -> bool {
    let mut seen = [false; 256];
    for &byte in run {
        seen[usize::from(byte)] = true;
    }
    seen.iter().filter(|seen| **seen).count() >= MIN_DISTINCT
}

/// How far the next word may begin: past the run, and past an escaped line end.
fn step(text: &[u8], run: usize) -> usize {
    match &text[run..] {
        [b'\\', b'n' | b'r' | b't', ..] => run + 2,
        _ => run.max(1),
    }
}

/// The length of `-----END …-----`, or of SSH2's form with four dashes and blanks.
fn end_line(text: &[u8]) -> Option<usize> {
    let dashes = text.iter().take_while(|byte| **byte == b'-').count();
    let label = &text[dashes..];
    let label = label.strip_prefix(b" ").unwrap_or(label);
    if !label.starts_with(b"END ") {
        return None;
    }
    let length = label
        .iter()
        .take(64)
        .position(|byte| !(byte.is_ascii_uppercase() || byte.is_ascii_digit() || *byte == b' '))?;
    let tail = label[length..].iter().take_while(|byte| **byte == b'-');
    Some(text.len() - label.len() + length + tail.take(dashes).count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_block_is_not_taken_for_a_body() {
        let body = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZn";
        let text = format!("-----BEGIN A-----\n{body}\n");
        assert_eq!(block_end(text.as_bytes(), 0), None);
        assert_eq!(block_end(text.as_bytes(), 17), Some(text.len() - 1));
    }

    #[test]
    fn a_body_far_away_is_another_text() {
        let body = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZn";
        let far = format!("{}{body}", " ".repeat(300));
        assert_eq!(block_end(far.as_bytes(), 0), None);
    }
}
