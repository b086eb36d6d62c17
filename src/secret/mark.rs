//! Marks: words by which a line says that its secret is meant. Ours, and those that other scanners
//! read, so that nobody has to write two.
//!
//! What a mark is worth, the policy says; only where it stands is known here.

use std::ops::Range;

use bstr::ByteSlice as _;

/// A word on the line of a secret, or on the line above.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The word.
    pub word: &'static str,
    /// Where it stands in the text.
    pub range: Range<usize>,
}

/// A word, and whether it speaks for the line below its own.
type Word = (&'static str, bool);

const OWN: Word = ("cordon:allow", false);
const OWN_NEXT: Word = ("cordon:allow-next-line", true);

/// Not among them: `noqa` and `nosec`, which silence a linter's rules, and whole-file marks.
const WORDS: &[Word] = &[
    OWN,
    OWN_NEXT,
    ("gitleaks:allow", false),
    ("betterleaks:allow", false),
    ("kingfisher:ignore", false),
    ("trufflehog:ignore", false),
    ("ggignore", false),
    ("pragma: allowlist secret", false),
    ("pragma: allowlist nextline secret", true),
    ("pragma: whitelist secret", false),
    ("pragma: whitelist nextline secret", true),
    ("secretlint-disable-line", false),
    ("secretlint-disable-next-line", true),
];

/// How far from a secret a mark may stand on its line, in bytes.
const REACH: usize = 4096;

/// The marks that speak for the secret at `secret`, which `detector` found: on the secret's first or
/// last line, beside it, or on the line above.
pub fn marks(text: &[u8], secret: &Range<usize>, detector: &str) -> Vec<Mark> {
    let start = line_start(text, secret.start);
    let end = line_end(text, secret.end.max(1) - 1).max(secret.end);
    let mut found = Vec::new();
    for part in [start..secret.start, secret.end..end] {
        search(text, part, false, detector, &mut found);
    }
    if start > 0 && text.get(start - 1) == Some(&b'\n') {
        let above = line_start(text, start - 1)..start - 1;
        search(text, above, true, detector, &mut found);
    }
    found
}

/// Where the line of `at` begins, or how far back a mark may stand.
fn line_start(text: &[u8], at: usize) -> usize {
    let from = at.saturating_sub(REACH);
    let feed = memchr::memrchr(b'\n', &text[from..at]);
    feed.map_or(from, |feed| from + feed + 1)
}

/// Where the line of `at` ends, or how far on a mark may stand.
fn line_end(text: &[u8], at: usize) -> usize {
    let to = (at + REACH).min(text.len());
    memchr::memchr(b'\n', &text[at..to]).map_or(to, |feed| at + feed)
}

fn search(text: &[u8], part: Range<usize>, next: bool, detector: &str, found: &mut Vec<Mark>) {
    for &(word, speaks_for_next) in WORDS.iter().filter(|(_, below)| *below == next) {
        for at in text[part.clone()].find_iter(word.as_bytes()) {
            let range = part.start + at..part.start + at + word.len();
            let own = (word, speaks_for_next) == OWN || (word, speaks_for_next) == OWN_NEXT;
            let rest = &text[range.end..part.end];
            let before = text[part.start..range.start].last();
            if before.is_none_or(|byte| !is_word(*byte))
                && !rest.first().is_some_and(|byte| is_word(*byte))
                && (!own || names(rest, detector))
            {
                found.push(Mark { word, range });
            }
        }
    }
}

/// Whether a mark of ours speaks for a detector: for every one, or for those of its list.
fn names(rest: &[u8], detector: &str) -> bool {
    let Some(list) = rest.strip_prefix(b"=") else {
        return true;
    };
    let end = list
        .iter()
        .position(|byte| !is_word(*byte) && *byte != b',');
    let list = &list[..end.unwrap_or(list.len())];
    list.split_str(",").any(|id| id == detector.as_bytes())
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b':')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The marks for the secret `SECRET` of a text.
    fn words(text: &str) -> Vec<&'static str> {
        let start = text.find("SECRET").unwrap();
        let found = marks(text.as_bytes(), &(start..start + 6), "acme-token");
        for mark in &found {
            assert_eq!(&text[mark.range.clone()], mark.word);
        }
        found.iter().map(|mark| mark.word).collect()
    }

    #[test]
    fn a_mark_speaks_for_its_line_or_the_next() {
        assert_eq!(words("a = SECRET # gitleaks:allow\n"), ["gitleaks:allow"]);
        assert_eq!(words("/* ggignore */ SECRET"), ["ggignore"]);
        assert_eq!(
            words("SECRET // pragma: allowlist secret\r\n"),
            ["pragma: allowlist secret"]
        );
        assert_eq!(words("# gitleaks:allow\nSECRET\n"), [""; 0]);
        assert_eq!(words("SECRET\n# gitleaks:allow\n"), [""; 0]);
        assert_eq!(
            words("# cordon:allow-next-line\nSECRET"),
            ["cordon:allow-next-line"]
        );
        assert_eq!(words("SECRET # cordon:allow-next-line"), [""; 0]);
        assert_eq!(words("# cordon:allow-next-line\n\nSECRET"), [""; 0]);
    }

    #[test]
    fn a_part_of_a_longer_word_is_no_mark() {
        for text in [
            "SECRET # cordon:allowed",
            "SECRET # no-gitleaks:allow",
            "SECRET # loggignore",
            "SECRET # noqa: S105 nosec",
            "SECRET",
        ] {
            assert_eq!(words(text), [""; 0], "{text}");
        }
    }

    #[test]
    fn a_mark_of_ours_may_name_detectors() {
        assert_eq!(words("SECRET # cordon:allow=acme-token"), ["cordon:allow"]);
        assert_eq!(
            words("SECRET # cordon:allow=a,acme-token."),
            ["cordon:allow"]
        );
        assert_eq!(words("SECRET # cordon:allow=github-token"), [""; 0]);
        assert_eq!(words("SECRET # cordon:allow="), [""; 0]);
    }

    #[test]
    fn of_a_secret_of_several_lines_the_first_and_the_last_speak() {
        let text = b"k = \"one\ntwo gitleaks:allow\nthree\" # gitleaks:allow\n";
        let found = marks(text, &(5..34), "x");
        assert_eq!(found.len(), 1);
        assert!(found[0].range.start > 34);
    }

    #[test]
    fn far_from_the_secret_nothing_is_looked_for() {
        let far = format!("SECRET{}gitleaks:allow", " ".repeat(REACH));
        assert_eq!(words(&far), [""; 0]);
        assert_eq!(marks(b"", &(0..0), "x"), []);
    }
}
