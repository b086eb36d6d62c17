//! A store of other people's commits: filled by `git fetch`, read by ids alone, and served to nobody.
//!
//! For policies that come from Git. Nothing of what is fetched runs: there is no work tree, no hook, no
//! filter, no submodule. Fetching is the only thing here that uses the network, with the user's own
//! credentials; reading never does.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStringExt as _;
use std::path::{Path, PathBuf};

use bstr::{BStr, BString, ByteSlice as _};

use super::plumbing::Git;
use super::{Error, Id, Open, Opening, Reader, Repo, Result, open};
use crate::host::Host;

mod place;

use place::Place;

/// Variables of Git that say how the user reaches a server. All others, those that name a repository
/// or configure one, are not passed on.
const OF_THE_USER: [&str; 9] = [
    "GIT_ASKPASS",
    "GIT_SSH",
    "GIT_SSH_COMMAND",
    "GIT_SSH_VARIANT",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "GIT_SSL_CERT",
    "GIT_SSL_KEY",
    "GIT_TERMINAL_PROMPT",
];

/// What holds for every child that fetches.
const ALWAYS: [(&str, &str); 4] = [
    // Whatever the user's configuration makes of an address, it is reached by one of these.
    ("GIT_ALLOW_PROTOCOL", "https:ssh:file"),
    ("GIT_NO_REPLACE_OBJECTS", "1"),
    ("GIT_ADVICE", "0"),
    ("LC_ALL", "C"),
];

/// Options before every command: no program of a repository's runs, and nothing is done by the way.
pub(super) const OPTIONS: [&str; 16] = [
    "--no-pager",
    "--no-replace-objects",
    "-c",
    "core.hooksPath=/dev/null",
    "-c",
    "core.fsmonitor=false",
    "-c",
    "gc.auto=0",
    "-c",
    "maintenance.auto=false",
    "-c",
    "fetch.recurseSubmodules=false",
    "-c",
    "fetch.writeCommitGraph=false",
    // The same objects give the same bundle.
    "-c",
    "pack.threads=1",
];

/// References of a remote, each with what it names.
pub type Heads = Vec<(BString, Id)>;

/// A folder for stores of a user's or a repository's own: one for each length of ids.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Store {
    folder: PathBuf,
}

impl Store {
    /// The one in this folder, which need not be there yet.
    pub fn at(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Reads what has ids like this one; every object is hashed. `None` where nothing was fetched yet.
    pub fn reader(&self, host: &Host, id: &Id) -> Result<Option<Box<dyn Repo + Send>>> {
        let place = self.place(id);
        if !is_there(&place)? {
            return Ok(None);
        }
        let opening = Opening {
            reader: Reader::Library,
            verify_objects: true,
            host,
        };
        open(Open::At(place.dir()), &opening).map(Some)
    }

    /// What an address has under these full names; an annotated tag also what it leads to, under
    /// `NAME^{}`.
    pub fn heads(host: &Host, address: &OsStr, names: &[String]) -> Result<Heads> {
        let mut words: Vec<OsString> = vec!["ls-remote".into(), "--quiet".into(), "--".into()];
        words.push(address.into());
        words.extend(names.iter().map(OsString::from));
        let told = git(host, None)?.ask(&OPTIONS, &words)?;
        let mut heads = Vec::new();
        for line in told.lines() {
            let pair = line.split_once_str("\t");
            let pair = pair.and_then(|(id, name)| Some((BString::from(name), Id::from_hex(id)?)));
            heads.push(pair.ok_or_else(|| odd(line.as_bstr()))?);
        }
        Ok(heads)
    }

    /// Fetches an object and all that it leads to, and keeps it under a name.
    pub fn fetch(&self, host: &Host, address: &OsStr, id: &Id, name: &str) -> Result<()> {
        self.take(host, address, &format!("{id}:{name}"), id)
    }

    /// Takes one name of a bundle.
    pub fn unbundle(
        &self,
        host: &Host,
        bundle: &OsStr,
        head: &str,
        id: &Id,
        name: &str,
    ) -> Result<()> {
        self.take(host, bundle, &format!("{head}:{name}"), id)
    }

    /// Fetches one thing from an address or a bundle; nothing comes along unasked.
    fn take(&self, host: &Host, from: &OsStr, what: &str, id: &Id) -> Result<()> {
        let place = self.place(id);
        place.make().map_err(|error| unreadable(&place, error))?;
        let options = [
            "--quiet",
            "--no-tags",
            "--no-recurse-submodules",
            "--force",
            "--",
        ];
        let mut words: Vec<OsString> = vec!["fetch".into()];
        words.extend(options.map(OsString::from));
        words.extend([from.to_owned(), what.into()]);
        self.ask(host, id, &words).map(drop)
    }

    /// A bundle of what these names keep, of objects with ids like this one.
    pub fn bundle(&self, host: &Host, id: &Id, names: &[String]) -> Result<Vec<u8>> {
        let mut words: Vec<OsString> = ["bundle", "create", "--quiet", "-"]
            .map(OsString::from)
            .into();
        words.extend(names.iter().map(OsString::from));
        self.ask(host, id, &words)
    }

    /// Keeps an object that is here under a name, and under that name no other.
    pub fn keep(&self, host: &Host, id: &Id, name: &str) -> Result<()> {
        let words = ["update-ref", name, &id.to_string()].map(OsString::from);
        self.ask(host, id, &words)?;
        // A source may go over to ids of another length.
        let others = self.kept(host, name)?.into_iter();
        for other in others.filter(|other| other.as_bytes().len() != id.as_bytes().len()) {
            let words = ["update-ref", "-d", name].map(OsString::from);
            self.ask(host, &other, &words)?;
        }
        Ok(())
    }

    /// The object that a name keeps, of either length of ids.
    pub fn kept(&self, host: &Host, name: &str) -> Result<Vec<Id>> {
        let lengths = [&[0; 20][..], &[0; 32]];
        let mut found = Vec::new();
        for like in lengths.into_iter().filter_map(Id::from_bytes) {
            if let Some(repo) = self.reader(host, &like)? {
                found.extend(repo.reference(name)?);
            }
        }
        Ok(found)
    }

    fn place(&self, id: &Id) -> Place {
        Place::at(&self.folder, id.as_bytes().len() == 32)
    }

    fn ask(&self, host: &Host, id: &Id, words: &[OsString]) -> Result<Vec<u8>> {
        git(host, Some(&self.place(id)))?.ask(&OPTIONS, words)
    }
}

fn is_there(place: &Place) -> Result<bool> {
    place.is_there().map_err(|error| unreadable(place, error))
}

fn unreadable(place: &Place, source: std::io::Error) -> Error {
    let path = place.dir().to_owned();
    Error::UnreadableFile { path, source }
}

/// Git, asked about one of the stores, or about none.
fn git(host: &Host, place: Option<&Place>) -> Result<Git> {
    let dir = place.map_or(Path::new("/"), Place::dir).to_owned();
    let mut env = environment(host);
    env.extend(place.map(Place::variables).into_iter().flatten());
    Git::with(dir, env, host)
}

/// What a child that fetches sees of the surroundings.
pub(super) fn environment(host: &Host) -> Vec<(OsString, OsString)> {
    let passes = |name: &BStr| {
        !name.starts_with(b"GIT_")
            || OF_THE_USER
                .iter()
                .any(|known| name.as_bytes() == known.as_bytes())
    };
    let os = |text: &[u8]| OsString::from_vec(text.to_vec());
    let given = host.env.iter().filter(|(name, _)| passes(name.as_bstr()));
    let given = given.map(|(name, value)| (os(name), os(value)));
    let always = ALWAYS.map(|(name, value)| (name.into(), value.into()));
    given.chain(always).collect()
}

fn odd(line: &BStr) -> Error {
    let start = line.get(..80).unwrap_or(line);
    let shown = crate::text::show::escaped(start);
    Error::Unreadable(format!("git ls-remote answered oddly: {shown}"))
}
