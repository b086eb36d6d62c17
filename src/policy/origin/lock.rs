//! `.cordon.lock`: which version of each policy from Git holds. Written by `cordon policy update` and
//! `lock`, read from the trusted side like the policy file beside which it lies.
//!
//! ```yaml
//! cordon-lock: 1
//! sources:
//!   - git: "https://git.acme.example/sec/agent-policy.git"
//!     ref: "policy/42"
//!     path: "policy.yml"
//!     commit: "1f0c…"       # the commit's id
//!     tag: "77ab…"          # the annotated tag's, where the ref is one
//!     sha256: "9f2c…"       # of the policy as written, in its canonical form
//!     version: 42           # the lowest `policy.version` that is taken
//! ```

use std::fmt::Write as _;

use serde::Deserialize;

use super::address::GitSource;
use crate::git::Id;
use crate::policy::problem::{Problem, Source, lines};
use crate::policy::yaml::{self, Limits, Severity};
use crate::text::Spanned;

/// The lock's name, beside the policy file.
pub const LOCK: &str = ".cordon.lock";

const LIMITS: Limits = Limits {
    bytes: 64 << 10,
    nodes: 5_000,
    depth: 8,
};

/// A lock as it is written.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLock {
    #[serde(rename = "cordon-lock")]
    format: Spanned<u32>,
    sources: Spanned<Vec<Spanned<RawLocked>>>,
}

#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLocked {
    git: Spanned<String>,
    r#ref: Option<Spanned<String>>,
    path: Spanned<String>,
    commit: Spanned<String>,
    tag: Option<Spanned<String>>,
    sha256: Spanned<String>,
    version: Option<Spanned<u64>>,
}

/// Which version of a source holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Locked {
    /// The source, as the policy names it.
    pub source: GitSource,
    /// The commit.
    pub commit: Id,
    /// The annotated tag that leads to it, where the reference is one.
    pub tag: Option<Id>,
    /// SHA-256 of the policy as written, in its canonical form, hexadecimal.
    pub sha256: String,
    /// The lowest version that is taken.
    pub version: Option<u64>,
}

impl Locked {
    /// The source at this very version.
    pub fn by_id(&self) -> GitSource {
        GitSource {
            reference: Some(self.tag.unwrap_or(self.commit).to_string()),
            ..self.source.clone()
        }
    }
}

/// A lock: each source once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Lock {
    /// In the order of the file.
    pub sources: Vec<Locked>,
}

impl Lock {
    /// Reads a lock. With problems it must not be used: each as `file:line:column: message`.
    pub fn parse(name: &str, text: &[u8]) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let lock = yaml::parse(0, text, &LIMITS, &mut problems)
            .and_then(|node| yaml::read::<RawLock>(&node, &mut problems))
            .map(|raw| Self::of(raw, &mut problems));
        let told = problems
            .iter()
            .filter(|one| one.severity == Severity::Error);
        let told: Vec<Problem> = told.cloned().collect();
        match lock {
            Some(lock) if told.is_empty() => Ok(lock),
            _ => {
                let (name, text) = (name.to_owned(), text.to_vec());
                Err(lines(&told, &[Source { name, text }]))
            }
        }
    }

    fn of(raw: RawLock, problems: &mut Vec<Problem>) -> Self {
        if raw.format.value != 1 {
            let told = "this version of the lock is not known: this program reads version 1";
            problems.push(Problem::error(raw.format.span, told));
        }
        let mut sources: Vec<Locked> = Vec::new();
        for raw in raw.sources.value {
            let span = raw.span;
            let Some(locked) = locked(raw.value, problems) else {
                continue;
            };
            if sources.iter().any(|known| known.source == locked.source) {
                problems.push(Problem::error(span, "this source is locked twice"));
            }
            sources.push(locked);
        }
        Self { sources }
    }

    /// What holds of a source.
    pub fn of_source(&self, source: &GitSource) -> Option<&Locked> {
        self.sources.iter().find(|locked| locked.source == *source)
    }

    /// What was locked of the same file, whatever its reference was.
    pub fn of_file(&self, source: &GitSource) -> Option<&Locked> {
        self.of_source(source)
            .or_else(|| self.of_same_file(source).next())
    }

    /// The highest version that was seen of the same file, whatever its reference was.
    pub fn floor_of(&self, source: &GitSource) -> Option<u64> {
        let versions = self.of_same_file(source).map(|locked| locked.version);
        versions.max().flatten()
    }

    fn of_same_file(&self, source: &GitSource) -> impl Iterator<Item = &Locked> {
        let sources = self.sources.iter();
        sources.filter(|locked| locked.source.is_same_file(source))
    }

    /// As it is written.
    pub fn text(&self) -> String {
        let mut out = String::from(
            "# Written by `cordon policy update`. Commit it with the policy.\ncordon-lock: 1\n",
        );
        // Writing to a String cannot fail. What stands in quotes has no sign that would end them.
        let empty = if self.sources.is_empty() { " []" } else { "" };
        let _ = writeln!(out, "sources:{empty}");
        for locked in &self.sources {
            let _ = writeln!(out, "  - git: \"{}\"", locked.source.url);
            if let Some(reference) = &locked.source.reference {
                let _ = writeln!(out, "    ref: \"{reference}\"");
            }
            let _ = writeln!(out, "    path: \"{}\"", locked.source.path);
            let _ = writeln!(out, "    commit: \"{}\"", locked.commit);
            if let Some(tag) = locked.tag {
                let _ = writeln!(out, "    tag: \"{tag}\"");
            }
            let _ = writeln!(out, "    sha256: \"{}\"", locked.sha256);
            if let Some(version) = locked.version {
                let _ = writeln!(out, "    version: {version}");
            }
        }
        out
    }
}

fn locked(raw: RawLocked, problems: &mut Vec<Problem>) -> Option<Locked> {
    let raw_source = crate::policy::raw::RawSource {
        git: Some(raw.git),
        r#ref: raw.r#ref,
        path: Some(raw.path),
        ..Default::default()
    };
    let source = GitSource::of(&raw_source, problems);
    let mut id = |text: &Spanned<String>| {
        let id = Id::from_hex(text.as_bytes()).filter(|id| !id.is_zero());
        if id.is_none() {
            let told = "an object's id has 40 or 64 hexadecimal digits";
            problems.push(Problem::error(text.span, told));
        }
        id
    };
    let commit = id(&raw.commit);
    let tag = raw.tag.as_ref().map(id);
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let good = raw.sha256.len() == 64 && raw.sha256.bytes().all(hex);
    if !good {
        let told = "a SHA-256 has 64 hexadecimal digits";
        problems.push(Problem::error(raw.sha256.span, told));
    }
    if tag == Some(None) || !good {
        return None;
    }
    Some(Locked {
        source: source?,
        commit: commit?,
        tag: tag.flatten(),
        sha256: raw.sha256.value,
        version: raw.version.map(|version| version.value),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCKED: &str = "\
cordon-lock: 1
sources:
  - git: \"https://git.acme.example/policy.git\"
    ref: \"policy/42\"
    path: \"policy.yml\"
    commit: \"1111111111111111111111111111111111111111\"
    tag: \"2222222222222222222222222222222222222222\"
    sha256: \"9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c9f2c\"
    version: 42
";

    #[test]
    fn what_is_written_is_read_back() {
        let lock = Lock::parse(LOCK, LOCKED.as_bytes()).unwrap();
        assert_eq!(lock.sources[0].version, Some(42));
        let written = lock.text();
        assert_eq!(Lock::parse(LOCK, written.as_bytes()).unwrap(), lock);
        assert!(written.ends_with(LOCKED.split_once('\n').unwrap().1));
        let none = Lock::default();
        assert_eq!(Lock::parse(LOCK, none.text().as_bytes()).unwrap(), none);
    }

    #[test]
    fn a_damaged_lock_is_told_at_its_place() {
        for (from, to, place) in [
            ("cordon-lock: 1", "cordon-lock: 2", "1:14"),
            ("    version: 42\n", "    version: x\n", "9:14"),
            ("    version: 42\n", "    versoin: 42\n", "9:5"),
            ("1111111111", "111111111g", "6:13"),
            ("1111111111", "", "6:13"),
            ("9f2c9f2c", "", "8:13"),
            ("https://", "ext::", "3:10"),
            ("policy/42", "--upload-pack=x", "4:10"),
            ("\"policy.yml\"", "\"../policy.yml\"", "5:11"),
        ] {
            let text = LOCKED.replacen(from, to, 1);
            let problems = Lock::parse(LOCK, text.as_bytes()).unwrap_err();
            let at = format!(".cordon.lock:{place}: ");
            assert!(
                problems.iter().any(|one| one.starts_with(&at)),
                "{to}: {problems:?}"
            );
        }
        let twice = format!("{LOCKED}{}", LOCKED.split_once("sources:\n").unwrap().1);
        assert!(Lock::parse(LOCK, twice.as_bytes()).unwrap_err()[0].contains("twice"));
        assert!(Lock::parse(LOCK, b"").is_err());
    }
}
