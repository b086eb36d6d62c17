//! Texts with wildcards: `*` stands for any characters, `?` for one byte. Whoever reads a pattern says
//! which characters it may have, and in which form texts are compared.

/// A text with wildcards, in the form in which texts are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Wildcard(String);

impl Wildcard {
    pub(super) fn new(pattern: impl Into<String>) -> Self {
        Self(pattern.into())
    }

    /// The pattern as it is compared.
    pub(super) fn text(&self) -> &str {
        &self.0
    }

    /// Whether a whole text fits. Linear in the text for each star.
    pub(super) fn matches(&self, text: &[u8]) -> bool {
        let pattern = self.0.as_bytes();
        let (mut at, mut in_text) = (0, 0);
        // Where the last star stands, and how far its match goes.
        let mut star: Option<(usize, usize)> = None;
        while in_text < text.len() {
            match pattern.get(at) {
                Some(b'*') => {
                    star = Some((at, in_text));
                    at += 1;
                }
                Some(&byte) if byte == b'?' || byte == text[in_text] => {
                    at += 1;
                    in_text += 1;
                }
                _ => {
                    let Some((from, end)) = star else {
                        return false;
                    };
                    star = Some((from, end + 1));
                    (at, in_text) = (from + 1, end + 1);
                }
            }
        }
        pattern[at..].iter().all(|&byte| byte == b'*')
    }

    /// How much of a text it says: the more, the more specific. One without a wildcard says it whole.
    pub(super) fn says(&self) -> (bool, usize) {
        let said = self.0.bytes().filter(|byte| !b"*?".contains(byte)).count();
        (said == self.0.len(), said)
    }
}

#[cfg(test)]
mod tests {
    use super::Wildcard;

    #[test]
    fn stars_and_question_marks_stand_for_other_characters() {
        for (pattern, text, fits) in [
            ("claude-*", "claude-opus-5", true),
            ("claude-*", "claude", false),
            ("*", "anything", true),
            ("*", "", true),
            ("*-5", "claude-opus-5", true),
            ("*-5", "claude-opus-5-1", false),
            ("gpt-5.?", "gpt-5.6", true),
            ("gpt-5.?", "gpt-5.", false),
            ("*a*b*", "xaxxbx", true),
            ("*a*b*", "xbxxax", false),
            ("qwen3:8b", "qwen3:8b", true),
            ("qwen3:8b", "qwen3:8bx", false),
        ] {
            let pattern = Wildcard::new(pattern);
            assert_eq!(pattern.matches(text.as_bytes()), fits, "{pattern:?} {text}");
        }
    }

    #[test]
    fn what_says_more_is_more_specific_and_a_whole_text_most() {
        let says = |pattern| Wildcard::new(pattern).says();
        assert!(says("*.acme.example") > says("*"));
        assert!(says("llm.acme.example") > says("*.acme.example"));
        assert!(says("a") > says("*longer"));
    }
}
