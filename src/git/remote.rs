//! The remote of a checkout: what its references name now, and objects of it that the checkout lacks.
//!
//! For `cordon ci`, and the only thing that writes to a repository that is judged: objects, and where a shallow clone
//! ends. No reference moves, and nothing of what comes runs.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use bstr::{BStr, BString, ByteSlice as _};

use super::plumbing::{Git, is_header};
use super::store::{OPTIONS, environment};
use super::{Error, Id, Repo, Result};
use crate::host::Host;

/// Where a checkout may have come from: what comes is as good as that.
const PROTOCOLS: (&str, &str) = ("GIT_ALLOW_PROTOCOL", "https:http:ssh:git:file");

/// The remote that a checkout came from.
#[derive(Debug)]
pub struct Remote {
    git: Git,
    name: BString,
}

/// How much of the history comes along.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Depth {
    /// What is not here.
    New,
    /// The commits themselves, and nothing below them.
    Tip,
    /// So many commits more below where a shallow clone ends.
    More(u32),
    /// Everything.
    Whole,
}

impl Remote {
    /// `origin`, as everybody calls it.
    pub fn origin(repo: &dyn Repo, host: &Host) -> Result<Self> {
        let dir = repo.facts().git_dir.clone();
        let mut env = environment(host);
        env.retain(|(name, _)| name != PROTOCOLS.0);
        env.push((PROTOCOLS.0.into(), PROTOCOLS.1.into()));
        env.push(("GIT_DIR".into(), dir.clone().into()));
        env.extend(headers(host));
        Ok(Self {
            git: Git::with(dir, env, host)?,
            name: "origin".into(),
        })
    }

    /// What a reference of this full name is at the remote.
    pub fn tip(&self, name: &BStr) -> Result<Option<Id>> {
        Ok(self.tips(&[name])?.pop().map(|(_, id)| id))
    }

    /// What references of these full names are at the remote: of those that it has, in its order. One question.
    pub fn tips(&self, names: &[&BStr]) -> Result<Vec<(BString, Id)>> {
        if let Some(bad) = names.iter().find(|name| !is_plain(name)) {
            return Err(Error::MissingReference((*bad).to_owned()));
        }
        if names.is_empty() {
            // Git would tell all that there are.
            return Ok(Vec::new());
        }
        let wanted: BTreeSet<&[u8]> = names.iter().map(|name| name.as_bytes()).collect();
        let told = self.ask(&["ls-remote", "--quiet"], names)?;
        let mut tips = Vec::new();
        for line in told.lines() {
            let (id, of) = line.split_once_str("\t").ok_or_else(|| odd(line))?;
            if wanted.contains(of) {
                tips.push((of.into(), Id::from_hex(id).ok_or_else(|| odd(line))?));
            }
        }
        Ok(tips)
    }

    /// The full name of the branch that the remote's `HEAD` leads to.
    pub fn default_branch(&self) -> Result<Option<BString>> {
        let told = self.ask(&["ls-remote", "--quiet", "--symref"], &["HEAD".into()])?;
        let name = told.lines().find_map(|line| {
            let name = line.strip_prefix(b"ref: ")?.strip_suffix(b"\tHEAD")?;
            is_plain(name.into()).then(|| name.into())
        });
        Ok(name)
    }

    /// Fetches commits by their ids or by the full names of references, which move nothing here.
    pub fn fetch(&self, what: &[BString], depth: Depth) -> Result<()> {
        let deepen = match depth {
            Depth::New => None,
            Depth::Tip => Some("--depth=1".to_owned()),
            Depth::More(commits) => Some(format!("--deepen={commits}")),
            Depth::Whole => Some("--unshallow".to_owned()),
        };
        let mut words = vec![
            "fetch",
            "--quiet",
            "--no-tags",
            "--no-recurse-submodules",
            "--no-write-fetch-head",
            "--no-auto-maintenance",
            "--no-filter",
            "--refmap=",
        ];
        words.extend(deepen.as_deref());
        let what: Vec<&BStr> = what.iter().map(|one| one.as_bstr()).collect();
        if let Some(bad) = what
            .iter()
            .find(|one| !is_plain(one) && Id::from_hex(one).is_none())
        {
            return Err(Error::MissingReference((*bad).to_owned()));
        }
        self.ask(&words, &what).map(drop)
    }

    /// Whether it was by the remote's own word that nothing was fetched: it has no such object, or none that may be had.
    /// Git says so in these words; other servers have others.
    pub fn has_no_such(error: &Error) -> bool {
        matches!(error, Error::Unreadable(said) if said.contains("not our ref"))
    }

    /// Whether it answered that it gives no commit that no reference is at, by ids.
    pub fn gives_none_by_ids(error: &Error) -> bool {
        matches!(error, Error::Unreadable(said) if said.contains("unadvertised object"))
    }

    /// Whether it answered, and would not have whoever asks. A forge says of what one may not see that it is not there.
    pub fn refuses_who_asks(error: &Error) -> bool {
        const WORDS: [&str; 7] = [
            "could not read Username",
            "could not read Password",
            "Authentication failed",
            "returned error: 401",
            "returned error: 403",
            "Could not read from remote repository",
            "' not found",
        ];
        matches!(error, Error::Unreadable(said) if WORDS.iter().any(|words| said.contains(words)))
    }

    fn ask(&self, words: &[&str], names: &[&BStr]) -> Result<Vec<u8>> {
        let mut all: Vec<OsString> = words.iter().map(OsString::from).collect();
        all.push("--".into());
        let foreign = std::iter::once(self.name.as_bstr()).chain(names.iter().copied());
        all.extend(foreign.map(|name| OsString::from_vec(name.to_vec())));
        self.git.ask(&OPTIONS, &all)
    }
}

/// Of the configuration that the job gives in variables only as whom a server is asked: `http.<address>.extraHeader`, for
/// a server that it names. The remote of the checkout gets it, and no policy in Git, whoever names that.
fn headers(host: &Host) -> Vec<(OsString, OsString)> {
    let count = host.var("GIT_CONFIG_COUNT");
    let count = count.and_then(|count| count.to_str().ok()?.parse().ok());
    let pair = |number: u32| {
        // An empty value is one: it takes back what was said before it.
        let of = |what: &str| {
            let name = format!("GIT_CONFIG_{what}_{number}");
            host.env.get(name.as_bytes() as &[u8])
        };
        Some((of("KEY")?, of("VALUE")?))
    };
    let pairs = (0..count.unwrap_or(0)).map_while(pair);
    let mut env = Vec::new();
    let mut kept = 0_u32;
    for (key, value) in pairs.filter(|(key, _)| is_header(key)) {
        for (what, text) in [("KEY", key), ("VALUE", value)] {
            let name = format!("GIT_CONFIG_{what}_{kept}");
            env.push((name.into(), OsString::from_vec(text.to_vec())));
        }
        kept += 1;
    }
    env.push(("GIT_CONFIG_COUNT".into(), kept.to_string().into()));
    env
}

/// Whether it is a full name and nothing else: no pattern, no pair of names.
fn is_plain(name: &BStr) -> bool {
    let odd = |byte: &u8| *byte <= b' ' || *byte == 0x7f || b"~^:?*[\\".contains(byte);
    name.starts_with(b"refs/") && !name.iter().any(odd) && !name.contains_str("..")
}

fn odd(line: &[u8]) -> Error {
    let start = line.get(..80).unwrap_or(line);
    let shown = crate::text::show::escaped(start);
    Error::Unreadable(format!("git ls-remote answered oddly: {shown}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(variables: &[(&str, &str)]) -> Host {
        let env = variables
            .iter()
            .map(|&(name, value)| (name.into(), value.into()));
        Host {
            env: env.collect(),
            ..Host::default()
        }
    }

    #[test]
    fn of_the_jobs_configuration_only_headers_for_a_server_that_it_names_are_passed_on() {
        let host = host(&[
            ("GIT_CONFIG_COUNT", "4"),
            ("GIT_CONFIG_KEY_0", "core.sshCommand"),
            ("GIT_CONFIG_VALUE_0", "touch x"),
            ("GIT_CONFIG_KEY_1", "http.https://github.com/.extraheader"),
            ("GIT_CONFIG_VALUE_1", ""),
            ("GIT_CONFIG_KEY_2", "HTTP.https://github.com/.extraHeader"),
            ("GIT_CONFIG_VALUE_2", "AUTHORIZATION: basic eA=="),
            ("GIT_CONFIG_KEY_3", "http.extraHeader"),
            ("GIT_CONFIG_VALUE_3", "AUTHORIZATION: basic eA=="),
            ("GIT_CONFIG_KEY_4", "http.https://example.com/.extraheader"),
            ("GIT_CONFIG_VALUE_4", "beyond what is counted"),
        ]);
        let told = |env: Vec<(OsString, OsString)>| {
            let told = env.into_iter();
            let told = told.map(|(name, value)| format!("{}={}", name.display(), value.display()));
            told.filter(|one| one.starts_with("GIT_CONFIG"))
                .collect::<Vec<_>>()
        };
        let wanted = [
            "GIT_CONFIG_KEY_0=http.https://github.com/.extraheader",
            "GIT_CONFIG_VALUE_0=",
            "GIT_CONFIG_KEY_1=HTTP.https://github.com/.extraHeader",
            "GIT_CONFIG_VALUE_1=AUTHORIZATION: basic eA==",
            "GIT_CONFIG_COUNT=2",
        ];
        assert_eq!(told(headers(&host)), wanted);
        // What fetches policies gets none of it.
        assert_eq!(told(environment(&host)), [""; 0]);
    }

    #[test]
    fn a_count_that_is_none_or_too_high_is_no_reason_to_look_for_ever() {
        for count in ["4294967295", "-1", "many"] {
            let env = headers(&host(&[("GIT_CONFIG_COUNT", count)]));
            assert_eq!(env, [("GIT_CONFIG_COUNT".into(), "0".into())]);
        }
    }
}
