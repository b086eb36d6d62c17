//! Files that are secrets by nature: by their names, and by what files of such a name hold.
//!
//! The kinds are data, in `policies/secret-files.yml`. Only the rule `secret-file` asks.

mod encrypted;
pub mod raw;

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

use regex::bytes::{Regex, RegexBuilder};

use encrypted::is_encrypted;
use raw::RawKind;

use crate::text::decode::READINGS;

/// Every kind.
pub struct Kinds {
    all: Vec<Kind>,
    /// Last names of patterns without a star, in lower case, and the kinds that have them.
    names: HashMap<Vec<u8>, Vec<usize>>,
    /// Last names of patterns with a star, and the kinds that have them.
    starred: Vec<(Vec<u8>, usize)>,
}

/// A kind of file that is a secret by nature.
pub struct Kind {
    raw: RawKind,
    holds: OnceLock<Option<Regex>>,
    without: OnceLock<Option<Regex>>,
}

impl Kinds {
    /// The built-in kinds.
    pub fn builtin() -> &'static Self {
        static BUILTIN: OnceLock<Kinds> = OnceLock::new();
        BUILTIN.get_or_init(|| {
            let json = include_str!(concat!(env!("OUT_DIR"), "/secret-files.json"));
            // The build step wrote it of the same types; a test reads it.
            let raw: Vec<RawKind> = serde_json::from_str(json).unwrap_or_else(|_| vec![closed()]);
            Self::new(raw.into_iter().map(Kind::new).collect())
        })
    }

    fn new(kinds: Vec<Kind>) -> Self {
        let mut names: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        let mut starred = Vec::new();
        for (number, kind) in kinds.iter().enumerate() {
            for pattern in &kind.raw.paths {
                let name = last_name(pattern.as_bytes()).to_ascii_lowercase();
                if name.contains(&b'*') {
                    starred.push((name, number));
                } else {
                    names.entry(name).or_default().push(number);
                }
            }
        }
        Self {
            all: kinds,
            names,
            starred,
        }
    }

    /// The kinds that a path may be of, by its name alone, in their order.
    pub fn named(&self, path: &[u8]) -> Vec<&Kind> {
        let name = last_name(path).to_ascii_lowercase();
        let starred = self.starred.iter();
        let starred = starred.filter(|(pattern, _)| is_like(pattern, &name));
        let exact = self.names.get(&name).into_iter().flatten().copied();
        let mut numbers: Vec<usize> = exact.chain(starred.map(|(_, number)| *number)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let kinds = numbers
            .into_iter()
            .filter_map(|number| self.all.get(number));
        kinds.filter(|kind| kind.is_named(path)).collect()
    }
}

impl Kind {
    fn new(raw: RawKind) -> Self {
        Self {
            raw,
            holds: OnceLock::new(),
            without: OnceLock::new(),
        }
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.raw.id
    }

    /// What a reader calls it, with its article.
    pub fn name(&self) -> &str {
        &self.raw.name
    }

    /// Whether the name alone makes a file one of this kind.
    pub fn needs_no_text(&self) -> bool {
        self.raw.holds.is_none()
    }

    /// Whether a file of that name holds what such a file does, in any way that it can be read.
    pub fn holds(&self, file: &[u8]) -> bool {
        if is_encrypted(file) {
            return false;
        }
        let Some(pattern) = &self.raw.holds else {
            return true;
        };
        let regex = self.holds.get_or_init(|| compile(pattern).ok());
        // A pattern that cannot be compiled knows no better than the name.
        let Some(regex) = regex else {
            return true;
        };
        let plain = file.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(file);
        let is_one = |text: &[u8]| regex.is_match(&self.counted(text));
        is_one(plain)
            || READINGS
                .iter()
                .any(|read| read(file).is_some_and(|text| is_one(&text)))
    }

    /// The text without the lines that do not count.
    fn counted<'t>(&self, text: &'t [u8]) -> Cow<'t, [u8]> {
        let regex = self.raw.without.as_ref().and_then(|pattern| {
            let regex = self.without.get_or_init(|| compile(pattern).ok());
            regex.as_ref()
        });
        match regex {
            Some(regex) if regex.is_match(text) => {
                let lines = text.split_inclusive(|byte| *byte == b'\n');
                let counted = lines.filter(|line| !regex.is_match(line));
                counted.flatten().copied().collect::<Vec<u8>>().into()
            }
            _ => text.into(),
        }
    }

    fn is_named(&self, path: &[u8]) -> bool {
        let matches = |pattern: &String| ends_like(pattern.as_bytes(), path);
        self.raw.paths.iter().any(matches) && !self.raw.except.iter().any(matches)
    }
}

/// The kind that takes every file, where the real ones could not be read.
fn closed() -> RawKind {
    RawKind {
        id: "unreadable-kinds".to_owned(),
        name: "a file, and the kinds of secret files cannot be read".to_owned(),
        paths: vec!["*".to_owned()],
        except: Vec::new(),
        holds: None,
        without: None,
        examples: Vec::new(),
        counter_examples: Vec::new(),
    }
}

fn compile(pattern: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(pattern)
        .unicode(false)
        .multi_line(true)
        .build()
}

fn last_name(path: &[u8]) -> &[u8] {
    path.rsplit(|byte| *byte == b'/').next().unwrap_or(path)
}

/// Whether the last names of a path are like those of a pattern.
fn ends_like(pattern: &[u8], path: &[u8]) -> bool {
    let mut names = path.rsplit(|byte| *byte == b'/');
    let mut wanted = pattern.rsplit(|byte| *byte == b'/');
    wanted.all(|wanted| names.next().is_some_and(|name| is_like(wanted, name)))
}

/// Whether a name is like a pattern, in any case: `*` is any letters.
fn is_like(pattern: &[u8], name: &[u8]) -> bool {
    let mut parts = pattern.split(|byte| *byte == b'*');
    let Some(Some(mut rest)) = parts.next().map(|first| without_start(name, first)) else {
        return false;
    };
    let Some(last) = parts.next_back() else {
        return rest.is_empty();
    };
    match rest.len().checked_sub(last.len()) {
        Some(from) if rest[from..].eq_ignore_ascii_case(last) => rest = &rest[..from],
        _ => return false,
    }
    parts.all(|part| {
        let at = (0..=rest.len()).find(|at| without_start(&rest[*at..], part).is_some());
        at.is_some_and(|at| {
            rest = &rest[at + part.len()..];
            true
        })
    })
}

fn without_start<'n>(name: &'n [u8], start: &[u8]) -> Option<&'n [u8]> {
    let (head, tail) = name.split_at_checked(start.len())?;
    head.eq_ignore_ascii_case(start).then_some(tail)
}

#[cfg(test)]
mod tests {
    use super::raw::{Example, RawKind};
    use super::*;

    /// The kinds with their examples, which the binary does not hold.
    fn written() -> Vec<RawKind> {
        let json = include_str!(concat!(env!("OUT_DIR"), "/secret-files-full.json"));
        serde_json::from_str(json).unwrap()
    }

    fn kind_of(example: &Example) -> Option<&'static str> {
        let text = example.text.as_deref().unwrap_or("some text\n");
        let kinds = Kinds::builtin().named(example.path.as_bytes());
        let mut kinds = kinds.into_iter();
        kinds.find(|kind| kind.holds(text.as_bytes())).map(Kind::id)
    }

    #[test]
    fn every_example_is_of_its_kind_and_no_counter_example_is() {
        let written = written();
        assert_eq!(written.len(), Kinds::builtin().all.len());
        for kind in &written {
            for example in &kind.examples {
                assert_eq!(kind_of(example), Some(kind.id.as_str()), "{}", example.path);
            }
            for example in &kind.counter_examples {
                assert_ne!(kind_of(example), Some(kind.id.as_str()), "{}", example.path);
            }
        }
    }

    #[test]
    fn every_pattern_is_sound_and_every_id_is_kebab_case() {
        for kind in &Kinds::builtin().all {
            let plain =
                |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
            assert!(kind.id().bytes().all(plain), "{}", kind.id());
            for pattern in [&kind.raw.holds, &kind.raw.without].into_iter().flatten() {
                assert!(compile(pattern).is_ok(), "{pattern}");
            }
        }
    }

    #[test]
    fn a_star_is_any_letters_of_one_name() {
        assert!(is_like(b"*.pem", b"KEY.PEM"));
        assert!(is_like(b"a*b*c", b"aXbXbXc"));
        assert!(is_like(b"*", b""));
        assert!(is_like(b"a**", b"a"));
        assert!(!is_like(b"a*a", b"a"));
        assert!(!is_like(b"a*b", b"aXc"));
        assert!(!is_like(b".env", b".envrc"));
        assert!(ends_like(b".aws/credentials", b"home/.aws/credentials"));
        assert!(!ends_like(b".aws/credentials", b"home/aws/credentials"));
        assert!(!ends_like(b".aws/credentials", b"credentials"));
    }

    #[test]
    fn kinds_that_cannot_be_read_take_every_file() {
        let kinds = Kinds::new(vec![Kind::new(closed())]);
        let kinds = kinds.named(b"src/main.rs");
        assert!(kinds.len() == 1 && kinds[0].needs_no_text() && kinds[0].holds(b"x"));
    }

    #[test]
    fn an_environment_file_is_read_in_every_way_and_may_be_encrypted() {
        let is_one = |file: &[u8]| {
            let kinds = Kinds::builtin().named(b".env");
            kinds.iter().any(|kind| kind.holds(file))
        };
        let text = "DB_PASSWORD=x\r\n";
        let wide: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert!(is_one(&wide));
        assert!(is_one(&[b"\xFF\xFE", &wide[..]].concat()));
        assert!(is_one(&[b"\xEF\xBB\xBF", text.as_bytes()].concat()));
        for head in ["$ANSIBLE_VAULT;\n", "age-encryption.org/v1\n"] {
            assert!(is_one(format!("{head}{text}").as_bytes()), "{head}");
        }
        let vault = format!(
            "$ANSIBLE_VAULT;1.1;AES256\n{}\n{}\n",
            "3a".repeat(40),
            "0f".repeat(9)
        );
        assert!(!is_one(vault.as_bytes()));
        assert!(is_one(format!("{vault}{text}").as_bytes()));
    }
}
