//! Writes one trailer into a message file, where Git itself would put it.
//!
//! The place is the one `git interpret-trailers` and `git commit -s` choose: in the last block of
//! trailers, or in a new one after a blank line, before the comments and the scissors that
//! `git commit` adds for the editor.

use super::trailer_block::{Layout, after_blank_lines, lines_that_stay};

/// A message file as `prepare-commit-msg` and `commit-msg` find it.
#[derive(Clone, Copy, Debug)]
pub struct MessageFile<'a> {
    /// Its bytes.
    pub text: &'a [u8],
    /// What comment lines start with: `core.commentChar` or `core.commentString`, else `#`; the
    /// character Git chose, for `auto`.
    pub comment: &'a [u8],
    /// Whether an editor opens on it: comment lines are then dropped, and a blank first line is
    /// room for the title.
    pub edited: bool,
}

/// The file with the trailer `key: value` added; `None` when nothing is to be done: the trailer is
/// there already (letter case aside), the value is empty, or the message is and nobody will edit it,
/// so that Git refuses it.
///
/// Control characters in the value become spaces: no value can start a line of its own. `key` is
/// ASCII letters, digits and hyphens. Not for cherry-picks, reverts and rebases: see
/// [`super::State::repeats_a_commit`].
pub fn stamp(file: &MessageFile<'_>, key: &str, value: &str) -> Option<Vec<u8>> {
    let value = one_line(value);
    let layout = Layout::read(file);
    if value.is_empty() || layout.has(key, &value) {
        return None;
    }
    let (before, after) = file.text.split_at(layout.insert_at);
    let mut out = before.to_vec();
    if layout.is_empty {
        if !file.edited {
            return None;
        }
        // As for `git commit -s`: a line for the title, and a blank one.
        out.clear();
        out.extend(b"\n\n");
    } else {
        if !out.ends_with(b"\n") {
            out.push(b'\n');
        }
        if !layout.has_block {
            out.push(b'\n');
        }
    }
    out.extend(format!("{key}: {value}\n").bytes());
    // White space right after a trailer would be read as a part of its value.
    let blank = after_blank_lines(after);
    if blank < after.len() {
        out.push(b'\n');
        out.extend(&after[blank..]);
    }
    Some(out)
}

/// Whether the message says nothing but trailers of this key: somebody emptied it in the editor to
/// stop the commit, and only our stamp is left, which Git takes for a message. The caller fails
/// `commit-msg` then. Also true for a message that is empty altogether, which Git refuses itself.
pub fn says_only(file: &MessageFile<'_>, key: &str) -> bool {
    lines_that_stay(file).all(|line| {
        let line = line.trim_ascii();
        line.is_empty()
            || line
                .split_at_checked(key.len())
                .is_some_and(|(start, rest)| {
                    start.eq_ignore_ascii_case(key.as_bytes())
                        && rest.trim_ascii_start().starts_with(b":")
                })
    })
}

/// The value on one line: runs of white space and control characters become one space.
fn one_line(value: &str) -> String {
    let words: Vec<&str> = value
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    words.join(" ")
}

#[cfg(test)]
mod tests;
