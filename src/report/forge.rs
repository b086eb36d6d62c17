//! What the formats for forges share: how severe a row is, a file's own name, texts within a limit.

use std::collections::BTreeMap;

use super::{FindingRow, IncompleteRow, Report, Style};
use crate::finding::Decision;
use crate::text::Clean;
use crate::text::show::escaped;

/// Where a forge wants a file and the finding has none: a message, a reference. Each repository has it, or
/// is about to.
pub(super) const NO_FILE: &str = ".cordon.yml";

/// How much a report that a forge reads as a whole may hold. GitLab takes 100 MB where nobody has set it otherwise,
/// and shows a request only after it has read all of it.
pub(super) const BYTES: usize = 20_000_000;

/// One row that a forge shows.
#[derive(Clone, Copy)]
pub(super) enum Row<'r> {
    Finding(&'r FindingRow),
    Incomplete(&'r IncompleteRow),
}

/// All findings and all that was not read, most severe first: blocked, unread, warned, waived, audited; those
/// of one kind in the report's order.
pub(super) fn ranked(report: &Report) -> Vec<Row<'_>> {
    let findings = report.findings.iter().map(Row::Finding);
    let incomplete = report.incomplete.iter().map(Row::Incomplete);
    let mut rows: Vec<Row<'_>> = findings.chain(incomplete).collect();
    rows.sort_by_key(|row| match row {
        Row::Finding(row) => rank(row.decision),
        Row::Incomplete(_) => 1,
    });
    rows
}

/// A decision's place among all, the most severe first; 1 is left for what was not read.
pub(super) fn rank(decision: Decision) -> u8 {
    match decision {
        Decision::Blocked => 0,
        Decision::Warned => 2,
        Decision::Waived => 3,
        Decision::Audited => 4,
    }
}

/// Whether a text for people leaves a decision out.
pub(super) fn is_hidden(decision: Decision, style: &Style) -> bool {
    match decision {
        Decision::Audited => !style.verbose,
        Decision::Warned | Decision::Waived => style.quiet,
        Decision::Blocked => false,
    }
}

/// The bytes of a path that a report holds: what `\\` and `\xNN` stand for.
pub(super) fn path_bytes(path: &Clean) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(path.as_str().len());
    let mut rest = path.as_str();
    while let Some((before, after)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let hex = after.strip_prefix('x').and_then(|hex| hex.get(..2));
        let byte = hex.and_then(|hex| u8::from_str_radix(hex, 16).ok());
        rest = if let Some(byte) = byte {
            bytes.push(byte);
            &after[3..]
        } else {
            bytes.push(b'\\');
            after.strip_prefix('\\').unwrap_or(after)
        };
    }
    bytes.extend_from_slice(rest.as_bytes());
    bytes
}

/// A path as the forge knows the file, where it is a text that shows as itself; else as the report has it.
pub(super) fn file_name(path: &Clean) -> String {
    let shown = |text: &String| escaped(text.as_bytes()).replace("\\\\", "\\") == *text;
    String::from_utf8(path_bytes(path))
        .ok()
        .filter(shown)
        .unwrap_or_else(|| path.to_string())
}

/// A text cut to so many characters, with a mark where something was left out.
pub(super) fn clipped(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        None => text.to_owned(),
        Some(_) => text
            .chars()
            .take(most.saturating_sub(1))
            .chain(['…'])
            .collect(),
    }
}

/// Makes names unique: the second alike ends in `-2`. The same report gives the same names.
#[derive(Default)]
pub(super) struct Unique(BTreeMap<String, usize>);

impl Unique {
    pub(super) fn name(&mut self, name: &str) -> String {
        let count = self.0.entry(name.to_owned()).or_default();
        *count += 1;
        match *count {
            1 => name.to_owned(),
            count => format!("{name}-{count}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{clipped, file_name, path_bytes};
    use crate::text::{Clean, Redact};

    struct Nothing;

    impl Redact for Nothing {
        fn secrets(&self, _text: &[u8]) -> Vec<(std::ops::Range<usize>, String)> {
            Vec::new()
        }
    }

    proptest! {
        #[test]
        fn a_path_comes_back_byte_for_byte(path: Vec<u8>) {
            prop_assert_eq!(path_bytes(&Clean::new(&Nothing, &path)), path);
        }

        #[test]
        fn a_clipped_text_is_never_longer(text: String, most in 1_usize..40) {
            prop_assert!(clipped(&text, most).chars().count() <= most);
        }
    }

    #[test]
    fn a_file_has_its_own_name_unless_that_would_steer() {
        let name = |path: &[u8]| file_name(&Clean::new(&Nothing, path));
        assert_eq!(name(br"a\b"), r"a\b");
        assert_eq!(name("ä b".as_bytes()), "ä b");
        assert_eq!(name(b"a\nb"), r"a\x0Ab");
        assert_eq!(name(b"a\xFF"), r"a\xFF");
        assert_eq!(name("a\u{202e}b".as_bytes()), r"a\xE2\x80\xAEb");
    }
}
