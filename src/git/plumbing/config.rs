//! The configuration, as Git joins it.

use bstr::{BStr, BString, ByteSlice as _};

use super::git::{Git, odd};
use crate::git::{Error, Result};

/// Extensions that change nothing in what is read from files here, or that are heeded.
const KNOWN: [&str; 8] = [
    "noop",
    "noop-v1",
    "objectformat",
    "partialclone",
    "preciousobjects",
    "refstorage",
    "relativeworktrees",
    "worktreeconfig",
];

/// How references are stored.
const STORAGES: [&str; 2] = ["files", "reftable"];

/// The configuration when the repository was opened.
#[derive(Clone, Debug)]
pub(super) struct Config {
    entries: Vec<Entry>,
}

#[derive(Clone, Debug)]
struct Entry {
    /// As Git prints it: section and name in lower case.
    key: BString,
    /// For Git, a key without one is set to true.
    value: BString,
    /// Whether the repository itself says so.
    own: bool,
}

impl Config {
    pub(super) fn read(git: &Git) -> Result<Self> {
        let said = git.run_config(&["--list", "--show-scope", "-z"])?;
        let listed = said.succeeded("config")?;
        let mut fields = listed.split(|&byte| byte == 0);
        let mut entries = Vec::new();
        while let Some(scope) = fields.next().filter(|scope| !scope.is_empty()) {
            let entry = fields.next().ok_or_else(|| odd("config", scope))?;
            let (key, value) = match entry.split_once_str("\n") {
                Some((key, value)) => (key, value),
                None => (entry, &b"true"[..]),
            };
            entries.push(Entry {
                key: key.into(),
                value: value.into(),
                own: scope == b"local" || scope == b"worktree",
            });
        }
        if fields.next().is_some() {
            return Err(odd("config", &listed));
        }
        Ok(Self { entries })
    }

    /// The last value of a key.
    pub(super) fn last(&self, key: &str) -> Option<&BString> {
        self.find(key, |_| true)
    }

    /// The last value of a key that the repository itself says.
    pub(super) fn last_own(&self, key: &str) -> Option<&BString> {
        self.find(key, |entry| entry.own)
    }

    fn find(&self, key: &str, wanted: impl Fn(&Entry) -> bool) -> Option<&BString> {
        let key = normal(key);
        let mut entries = self.entries.iter().rev();
        let entry = entries.find(|entry| entry.key == key && wanted(entry))?;
        Some(&entry.value)
    }

    /// Whether objects may be absent on purpose.
    pub(super) fn is_partial(&self) -> bool {
        self.entries.iter().any(|entry| {
            let key = entry.key.as_slice();
            let promisor = key.starts_with(b"remote.") && key.ends_with(b".promisor");
            key == b"extensions.partialclone" || promisor && entry.is_true()
        })
    }

    /// Git reads what is newer than we are; what that means for the files that we read ourselves,
    /// nobody knows.
    pub(super) fn refuse_unknown_extensions(&self) -> Result<()> {
        let version = self.last_own("core.repositoryformatversion");
        if version.is_none_or(|version| version == "0") {
            return Ok(());
        }
        for entry in self.entries.iter().filter(|entry| entry.own) {
            let Some(name) = entry.key.strip_prefix(b"extensions.") else {
                continue;
            };
            let known = KNOWN.iter().any(|known| known.as_bytes() == name);
            let stored = |value: &BString| STORAGES.iter().any(|storage| value == storage);
            if !known || name == b"refstorage" && !stored(&entry.value) {
                return Err(Error::UnsupportedExtension(entry.key.to_string()));
            }
        }
        Ok(())
    }
}

impl Entry {
    fn is_true(&self) -> bool {
        let value = self.value.to_ascii_lowercase();
        !matches!(&value[..], b"false" | b"no" | b"off" | b"0" | b"")
    }
}

/// A key with its section and its name in lower case, and what stands between them as it is.
fn normal(key: &str) -> BString {
    let lower = |part: &str| part.to_ascii_lowercase();
    match (key.split_once('.'), key.rsplit_once('.')) {
        (Some((section, rest)), Some((_, name))) if rest.len() > name.len() => {
            let between = &rest[..rest.len() - name.len() - 1];
            format!("{}.{between}.{}", lower(section), lower(name)).into()
        }
        _ => BStr::new(&lower(key)).to_owned(),
    }
}
