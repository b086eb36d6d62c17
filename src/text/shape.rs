//! The shape of a value: text with runs of characters of one kind in it.

/// A shape, read from its text: `s{hex:16}k`.
#[derive(Clone, Debug)]
pub struct Shape(Vec<Part>);

#[derive(Clone, Debug)]
enum Part {
    Text(String),
    Run(fn(&u8) -> bool, usize),
}

impl Shape {
    /// Reads a shape; `None` where a brace holds no run.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (run, next) = after.split_once('}')?;
            let (kind, count) = run.split_once(':')?;
            let kind: fn(&u8) -> bool = match kind {
                "hex" => u8::is_ascii_hexdigit,
                "digits" => u8::is_ascii_digit,
                "alnum" => u8::is_ascii_alphanumeric,
                _ => return None,
            };
            parts.push(Part::Text(before.to_lowercase()));
            parts.push(Part::Run(kind, count.parse().ok()?));
            rest = next;
        }
        parts.push(Part::Text(rest.to_lowercase()));
        Some(Self(parts))
    }

    /// Whether a lower-case value has this shape from its beginning to its end.
    pub fn fits(&self, value: &str) -> bool {
        let mut rest = value.as_bytes();
        for part in &self.0 {
            let length = match part {
                Part::Text(text) => text.len(),
                Part::Run(_, count) => *count,
            };
            let Some((here, next)) = rest.split_at_checked(length) else {
                return false;
            };
            let good = match part {
                Part::Text(text) => here == text.as_bytes(),
                Part::Run(kind, _) => here.iter().all(kind),
            };
            if !good {
                return false;
            }
            rest = next;
        }
        rest.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shape_fits_the_whole_value() {
        let shape = Shape::parse("S{hex:4}k").unwrap();
        assert!(shape.fits("s01afk"));
        for value in ["s01afkk", "s01af", "s01agk", "xs01afk", "", "s01a\u{e9}k"] {
            assert!(!shape.fits(value), "{value}");
        }
        assert!(Shape::parse("plain").unwrap().fits("plain"));
    }

    #[test]
    fn a_brace_that_holds_no_run_is_no_shape() {
        for text in ["{", "{hex}", "{hex:x}", "{word:3}", "{hex:4"] {
            assert!(Shape::parse(text).is_none(), "{text}");
        }
    }
}
