//! Git's own commands as a reader: for repositories that libgit2 cannot read, and to compare the two.
//! For `open.rs`; the library's reader takes the index from here where it does not know its form.
//!
//! Objects come from long-lived children, all else from short ones. A child that dies or answers
//! oddly is an error.

mod child;
mod config;
mod facts;
mod git;
mod index;
mod objects;
mod program;
mod references;

use std::path::Path;

use bstr::{BStr, BString, ByteSlice as _};

pub(super) use self::git::Git;
pub(super) use self::program::is_header;

use self::config::Config;
use self::objects::Objects;
use super::index::IndexFile;
use super::loose::is_own;
use super::peel::whole_id;
use super::{Error, Facts, Header, Id, Index, Kind, Repo, Result, files, peel_to_commit};

/// Stashes that are asked for at once.
const STASHES: usize = 64;

/// Opens the repository about which `git` is to be asked. `index_file` is the value of
/// `GIT_INDEX_FILE`, which `git` has as well.
pub(super) fn open(
    git: Git,
    verify_objects: bool,
    index_file: Option<&Path>,
) -> Result<Box<dyn Repo + Send>> {
    let (mut facts, bare) = facts::places(&git)?;
    let config = Config::read(&git)?;
    config.refuse_unknown_extensions()?;
    facts.work_dir = facts::work_dir(&git, &facts, bare, &config)?;
    facts.partial = config.is_partial();
    Ok(Box::new(Plumbing {
        objects: Objects::new(git.clone(), &facts, verify_objects),
        index_file: IndexFile::named(&facts, index_file)?,
        reftable: config
            .last("extensions.refstorage")
            .is_some_and(|form| form == "reftable"),
        git,
        facts,
        config,
    }))
}

struct Plumbing {
    git: Git,
    facts: Facts,
    config: Config,
    index_file: IndexFile,
    /// Whether references and their logs lie in no files of their own.
    reftable: bool,
    objects: Objects,
}

impl Repo for Plumbing {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn reopen(&self) -> Result<Box<dyn Repo + Send>> {
        Ok(Box::new(Self {
            git: self.git.clone(),
            facts: self.facts.clone(),
            config: self.config.clone(),
            index_file: self.index_file.clone(),
            reftable: self.reftable,
            objects: self.objects.again(),
        }))
    }

    fn header(&self, id: &Id) -> Result<Header> {
        self.objects.header(id)
    }

    fn has(&self, id: &Id) -> Result<bool> {
        match self.header(id) {
            Ok(_) => Ok(true),
            Err(Error::Missing(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    fn read(&self, id: &Id, kind: Kind) -> Result<Vec<u8>> {
        self.objects.content(id, kind)
    }

    fn index(&self) -> Result<Index> {
        self.git.index(&self.index_file, self.facts.id_length)
    }

    fn resolve(&self, revision: &str) -> Result<Id> {
        let found = match whole_id(revision, self.facts.id_length)? {
            Some(found) => found,
            None => self.parse_revision(revision)?,
        };
        peel_to_commit(self, &found)?.ok_or_else(|| Error::MissingReference(revision.into()))
    }

    fn head(&self) -> Result<Option<Id>> {
        let found = self.reference("HEAD")?;
        found.map_or(Ok(None), |id| peel_to_commit(self, &id))
    }

    fn named(&self, prefix: &str) -> Result<Vec<(BString, Id)>> {
        let mut found = references::all(&self.git)?;
        found.retain(|(name, _)| name.starts_with(prefix.as_bytes()));
        Ok(found)
    }

    fn reference(&self, name: &str) -> Result<Option<Id>> {
        if name != "HEAD" {
            return references::one(&self.git, name.into());
        }
        match self.symbolic("HEAD".into())? {
            Some(branch) => references::one(&self.git, branch.as_bstr()),
            None => self.parse_revision("HEAD").map(Some),
        }
    }

    fn symbolic(&self, name: &BStr) -> Result<Option<BString>> {
        references::symbolic(&self.git, name)
    }

    fn is_under_way(&self, name: &str) -> Result<bool> {
        if !self.reftable {
            return files::exists(&self.facts.git_dir.join(name));
        }
        // Such as FETCH_HEAD and MERGE_HEAD stay files.
        let said = self.git.run(&["show-ref", "--exists", name], b"")?;
        match said.code {
            Some(0) => Ok(true),
            Some(2) => files::exists(&self.facts.git_dir.join(name)),
            _ => Err(said.failed("show-ref")),
        }
    }

    fn stashes(&self) -> Result<Vec<(BString, Id)>> {
        if !self.reftable {
            return files::stashes(&self.facts);
        }
        let mut found = Vec::new();
        if self.reference("refs/stash")?.is_none() {
            return Ok(found);
        }
        loop {
            // A walk of the log would leave out what is missing without a word.
            let names: Vec<String> = (found.len()..found.len() + STASHES)
                .map(|number| format!("refs/stash@{{{number}}}"))
                .collect();
            let mut words = vec!["rev-parse"];
            words.extend(names.iter().map(String::as_str));
            let said = self.git.run(&words, b"")?;
            let ids = said.stdout.lines().map_while(Id::from_hex);
            found.extend(ids.map(|id| ("refs/stash".into(), id)));
            match said.code {
                Some(0) => {}
                _ if said
                    .stderr
                    .starts_with(b"fatal: log for 'refs/stash' only has") =>
                {
                    break;
                }
                _ => return Err(said.failed("rev-parse")),
            }
        }
        found.retain(|(_, id)| !id.is_zero());
        Ok(found)
    }

    fn worktrees(&self) -> Result<Vec<(BString, Id)>> {
        if !self.reftable {
            return files::worktrees(&self.facts);
        }
        let mut found = Vec::new();
        for (worktree, dir) in files::worktree_dirs(&self.facts.common_dir)? {
            let git = self.git.of(&dir);
            let mut names = Vec::new();
            if dir != self.facts.git_dir {
                names = references::all(&git)?;
                names.retain(|(name, _)| is_own(name.as_ref()));
            }
            if references::symbolic(&git, b"HEAD".as_bstr())?.is_none() {
                names.push(("HEAD".into(), self.parsed(&git, "HEAD")?));
            }
            let full =
                |(name, id): (BString, Id)| ([worktree.as_slice(), &name].concat().into(), id);
            found.extend(names.into_iter().map(full));
        }
        Ok(found)
    }

    fn config(&self, key: &str) -> Result<Option<BString>> {
        Ok(self.config.last(key).cloned())
    }

    fn own_config(&self, key: &str) -> Result<Option<BString>> {
        Ok(self.config.last_own(key).cloned())
    }

    fn reachable(&self, include: &[Id], exclude: &[Id]) -> Result<Vec<Id>> {
        let mut input = Vec::new();
        let lines = include.iter().map(|id| format!("{id}\n"));
        let lines = lines.chain(exclude.iter().map(|id| format!("^{id}\n")));
        lines.for_each(|line| input.extend_from_slice(line.as_bytes()));
        if include.is_empty() {
            return Ok(Vec::new());
        }
        let said = self.git.run(&["rev-list", "--stdin"], &input)?;
        if said.code != Some(0) {
            return Err(self.why(&said.stderr, || said.failed("rev-list")));
        }
        self.ids(&said.stdout)
    }

    fn merge_bases(&self, one: &Id, others: &[Id]) -> Result<Vec<Id>> {
        let all: Vec<String> = [one].into_iter().chain(others).map(Id::to_string).collect();
        let mut words = vec!["merge-base", "--all"];
        words.extend(all.iter().map(String::as_str));
        let said = self.git.run(&words, b"")?;
        match said.code {
            Some(0) => {}
            Some(1) if said.stdout.is_empty() => return Ok(Vec::new()),
            _ => return Err(self.why(&said.stderr, || said.failed("merge-base"))),
        }
        let mut bases = self.ids(&said.stdout)?;
        bases.sort_unstable();
        bases.dedup();
        Ok(bases)
    }
}

impl Plumbing {
    fn parse_revision(&self, revision: &str) -> Result<Id> {
        self.parsed(&self.git, revision)
    }

    fn parsed(&self, git: &Git, revision: &str) -> Result<Id> {
        let words = ["rev-parse", "--verify", "--end-of-options", revision];
        let said = git.run(&words, b"")?;
        if said.code == Some(0) {
            let found = Id::from_hex(said.stdout.trim_ascii());
            return found.ok_or_else(|| said.odd("rev-parse"));
        }
        let named = || BString::from(revision);
        Err(if said.stderr.contains_str("is ambiguous") {
            Error::Ambiguous(named())
        } else if said.stderr.contains_str("ignoring broken ref") {
            said.failed("rev-parse")
        } else {
            self.why(&said.stderr, || Error::MissingReference(named()))
        })
    }

    /// Why Git could not go on: the object that it names and that cannot be read, else `otherwise`.
    fn why(&self, said: &[u8], otherwise: impl FnOnce() -> Error) -> Error {
        let words = said.split(|byte| !byte.is_ascii_hexdigit());
        let mut named = words.filter_map(Id::from_hex);
        let unread = named.find_map(|id| self.header(&id).err());
        unread.unwrap_or_else(otherwise)
    }

    fn ids(&self, lines: &[u8]) -> Result<Vec<Id>> {
        let length = self.facts.id_length;
        let id = |line: &[u8]| Id::from_hex(line).filter(|id| id.as_bytes().len() == length);
        let ids = lines.lines().map(id).collect::<Option<Vec<Id>>>();
        ids.ok_or_else(|| Error::Unreadable("git answered with what are no ids".to_owned()))
    }
}

#[cfg(test)]
mod tests;
