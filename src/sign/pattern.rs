//! Lists of patterns as OpenSSH writes them: `*` and `?`, commas between, `!` takes out again.

use bstr::ByteSlice as _;

/// The longest list, in bytes.
const LONGEST: usize = 4096;

/// The longest text that is compared with one.
const LONGEST_TEXT: usize = 512;

/// A list of patterns, not empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PatternList(Vec<String>);

impl PatternList {
    /// Reads a list; `None` where it is empty, has an empty entry or is too long.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let patterns: Vec<String> = text.split(',').map(str::to_owned).collect();
        let empty = |pattern: &String| pattern.trim_start_matches('!').is_empty();
        let good = text.len() <= LONGEST && !patterns.iter().any(empty);
        good.then_some(Self(patterns))
    }

    /// Whether a text, in lower case where `fold`, matches a pattern and none behind a `!`.
    pub(super) fn matches(&self, text: &[u8], fold: bool) -> bool {
        if text.len() > LONGEST_TEXT {
            return false;
        }
        let lower = |text: &[u8]| {
            if fold {
                text.to_lowercase()
            } else {
                text.to_vec()
            }
        };
        let text = lower(text);
        let hits = |pattern: &str| glob(&lower(pattern.as_bytes()), &text);
        let mut out = self.0.iter().filter_map(|one| one.strip_prefix('!'));
        let mut into = self.0.iter().filter(|one| !one.starts_with('!'));
        into.any(|pattern| hits(pattern)) && !out.any(hits)
    }

    /// The patterns as they are written.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// `*` is any run, `?` any byte. Goes back to the last `*` alone, so that the work is bounded by the
/// product of the two lengths.
fn glob(pattern: &[u8], text: &[u8]) -> bool {
    let (mut at, mut in_text) = (0, 0);
    let mut back: Option<(usize, usize)> = None;
    while in_text < text.len() {
        match pattern.get(at) {
            Some(b'*') => {
                back = Some((at, in_text));
                at += 1;
            }
            Some(&byte) if byte == b'?' || byte == text[in_text] => {
                at += 1;
                in_text += 1;
            }
            _ => {
                let Some((star, from)) = back else {
                    return false;
                };
                back = Some((star, from + 1));
                (at, in_text) = (star + 1, from + 1);
            }
        }
    }
    pattern[at..].iter().all(|&byte| byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_match_as_openssh_does() {
        let hits = |list: &str, text: &str| {
            PatternList::parse(list)
                .unwrap()
                .matches(text.as_bytes(), true)
        };
        assert!(hits("*@acme.example", "R.Lee@acme.example"));
        assert!(hits("a@x,b@x", "b@x"));
        assert!(hits("?@x", "a@x"));
        assert!(hits("*a*b*c", "xxaxxbxxc"));
        assert!(!hits("*@acme.example", "r.lee@acme.example.evil"));
        assert!(!hits("!a@x,*@x", "a@x"));
        assert!(!hits("*@x,!a@x", "a@x"));
        assert!(!hits("!a@x", "b@x"), "a list of `!` alone matches nothing");
        assert!(!hits("*a*b", "ba"));
        for bad in ["", ",", "a,", "!", "a,!"] {
            assert_eq!(PatternList::parse(bad), None, "{bad}");
        }
        assert!(!hits("*", &"a".repeat(LONGEST_TEXT + 1)));
    }
}
