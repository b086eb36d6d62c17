//! A policy's own detectors beside the built-in ones.

use super::engine::{Engine, Error};
use super::raw::RawDetector;
use crate::policy::OwnDetector;

/// How far from a keyword a match may begin and end, in bytes.
const NEAR: usize = 1024;

/// How far around an added line a secret of the built-in detectors may reach, in bytes, that is neither
/// of that line alone nor one of many lines: from a name to its value.
const REACH: usize = 640;

impl Engine {
    /// How far around added lines a secret may reach, in bytes, where [`spans_lines`] says nothing.
    ///
    /// [`spans_lines`]: super::spans_lines
    pub fn reach(&self) -> usize {
        if std::ptr::eq(self, Self::builtin()) {
            REACH
        } else {
            REACH + 2 * NEAR
        }
    }

    /// The built-in detectors and a policy's own; `None` where it has none.
    pub fn of_policy(own: &[&OwnDetector]) -> Result<Option<Self>, Error> {
        if own.is_empty() {
            return Ok(None);
        }
        let engine = Self::builtin_and(own.iter().map(|one| raw(one)).collect())?;
        engine.check()?;
        Ok(Some(engine))
    }
}

fn raw(own: &OwnDetector) -> RawDetector {
    RawDetector {
        id: own.id.clone(),
        name: own.description.as_ref().unwrap_or(&own.id).clone(),
        keywords: own.keywords.clone(),
        ignore_case: true,
        pattern: with_named_group(&own.pattern),
        before: NEAR,
        after: NEAR,
        // Nobody knows how many bits such a value has.
        guessable: Some(true),
        ..RawDetector::default()
    }
}

/// The pattern with its first group named `secret`, where no group is.
fn with_named_group(pattern: &str) -> String {
    if pattern.contains("<secret>") {
        return pattern.to_owned();
    }
    let Some(at) = first_group(pattern.as_bytes()) else {
        return pattern.to_owned();
    };
    let (head, tail) = pattern.split_at(at + 1);
    let named = tail
        .strip_prefix("?P<")
        .or_else(|| tail.strip_prefix("?<"))
        .and_then(|tail| tail.split_once('>'));
    let rest = named.map_or(tail, |(_, rest)| rest);
    format!("{head}?P<secret>{rest}")
}

/// Where the first group begins that captures.
fn first_group(pattern: &[u8]) -> Option<usize> {
    let mut classes = 0_usize;
    let mut at = 0;
    while let Some(byte) = pattern.get(at) {
        match byte {
            b'\\' => at += 1,
            b'[' => {
                classes += 1;
                let negated = usize::from(pattern.get(at + 1) == Some(&b'^'));
                // A bracket that closes at once stands for itself.
                if pattern.get(at + 1 + negated) == Some(&b']') {
                    at += 1 + negated;
                }
            }
            b']' => classes = classes.saturating_sub(1),
            b'(' if classes == 0 => {
                let rest = &pattern[at + 1..];
                let named = rest.starts_with(b"?P<") || rest.starts_with(b"?<");
                if named || !rest.starts_with(b"?") {
                    return Some(at);
                }
            }
            _ => {}
        }
        at += 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_group_that_captures_becomes_the_secret() {
        for (pattern, named) in [
            ("a(b)c(d)", "a(?P<secret>b)c(d)"),
            (r"\((?:x)(?i)(b)", r"\((?:x)(?i)(?P<secret>b)"),
            (r"[(](b)", r"[(](?P<secret>b)"),
            (r"[]()](b)", r"[]()](?P<secret>b)"),
            (r"[^](](b)", r"[^](](?P<secret>b)"),
            (r"[[:alpha:](](b)", r"[[:alpha:](](?P<secret>b)"),
            ("(?P<key>b)", "(?P<secret>b)"),
            ("(?<key>b)", "(?P<secret>b)"),
            ("(a)(?P<secret>b)", "(a)(?P<secret>b)"),
            ("ab", "ab"),
        ] {
            assert_eq!(with_named_group(pattern), named);
            assert!(regex::bytes::Regex::new(named).is_ok(), "{named}");
        }
    }

    #[test]
    fn own_detectors_stand_beside_the_built_in_ones() {
        let own = OwnDetector {
            id: "acme-token".to_owned(),
            description: Some("ACME token".to_owned()),
            keywords: vec!["acme".to_owned()],
            pattern: "key=([a-z]{8})".to_owned(),
        };
        let engine = Engine::of_policy(&[&own]).unwrap().unwrap();
        let mut found = Vec::new();
        let text = format!("ACME key=abcdefgh AKIA{}", "Q3X7Z5T2M4P6R2W3");
        let read = engine.scan(text.as_bytes(), &mut |hit| {
            found.push((hit.detector.to_owned(), hit.range.clone()));
        });
        assert_eq!(read, Ok(()));
        assert_eq!(
            found,
            [
                ("acme-token".to_owned(), 9..17),
                ("aws-access-key-id".to_owned(), 18..38)
            ]
        );
        assert!(Engine::of_policy(&[]).unwrap().is_none());
    }
}
