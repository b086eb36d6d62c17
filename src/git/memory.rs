//! A repository in memory, of commits that nobody made: for policy tests, whose changes are judged by
//! the same engine as every other. It reads and writes no file.
//!
//! Its objects have the ids that Git would give them, and each commit the same date, so that the same
//! commits are the same in every run.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use bstr::{BStr, BString, ByteSlice as _};

use super::hash::object_id;
use super::peel::whole_id;
use super::peel_to_commit;
use super::tree::Object;
use super::{Commit, Error, Facts, FileMode, Header, Id, Index, Kind, Repo, Result};

/// Bytes of an id.
const ID_LENGTH: usize = 20;
/// When every commit was made.
const DATE: &str = "1700000000 +0000";
/// The branch of `HEAD`.
const HEAD: &str = "refs/heads/main";

/// What lies at each path of a commit.
pub type Files = BTreeMap<BString, Object>;

/// An object's kind and content.
type Stored = (Kind, Arc<Vec<u8>>);

/// A repository in memory.
#[derive(Clone, Debug)]
pub struct Memory {
    facts: Facts,
    objects: Arc<BTreeMap<Id, Stored>>,
    references: BTreeMap<BString, Id>,
}

/// A commit that is to be made.
#[derive(Clone, Copy, Debug)]
pub struct NewCommit<'a> {
    /// Its parents, in order.
    pub parents: &'a [Id],
    /// All its files, by path.
    pub files: &'a Files,
    /// `Name <address>`: neither has a line feed or an angle bracket of its own.
    pub author: &'a str,
    /// The same of who committed it.
    pub committer: &'a str,
    /// Its message, as it stands in the object.
    pub message: &'a str,
    /// Its signature, if it has one: lines.
    pub signature: Option<&'a str>,
}

impl Default for Memory {
    fn default() -> Self {
        Self {
            facts: Facts {
                git_dir: PathBuf::new(),
                common_dir: PathBuf::new(),
                work_dir: None,
                id_length: ID_LENGTH,
                shallow: BTreeSet::new(),
                grafted: false,
                partial: false,
            },
            objects: Arc::default(),
            references: BTreeMap::new(),
        }
    }
}

impl Memory {
    /// Adds a file's content, or where a link leads.
    pub fn blob(&mut self, content: &[u8]) -> Result<Id> {
        self.add(Kind::Blob, content.to_vec())
    }

    /// Adds a commit, and the trees of its files.
    pub fn commit(&mut self, made: &NewCommit<'_>) -> Result<Id> {
        let files: Vec<(&BStr, Object)> = made
            .files
            .iter()
            .map(|(path, object)| (path.as_bstr(), *object))
            .collect();
        let tree = self.tree(&files)?;
        let parents: Vec<String> = made.parents.iter().map(Id::to_string).collect();
        let parents: String = parents
            .iter()
            .flat_map(|id| ["parent ", id, "\n"])
            .collect();
        let (author, committer, message) = (made.author, made.committer, made.message);
        let signature = made.signature.map_or_else(String::new, |text| {
            format!("gpgsig {}\n", text.trim_end().replace('\n', "\n "))
        });
        let raw = format!(
            "tree {tree}\n{parents}author {author} {DATE}\ncommitter {committer} {DATE}\n{signature}\n{message}"
        );
        self.add(Kind::Commit, raw.into_bytes())
    }

    /// Lets a branch, `refs/heads/…`, name a commit.
    pub fn set(&mut self, reference: &str, commit: Id) {
        self.references.insert(reference.into(), commit);
    }

    /// Adds the tree of these files, which are sorted by path.
    fn tree(&mut self, files: &[(&BStr, Object)]) -> Result<Id> {
        let mut entries: Vec<(BString, Object)> = Vec::new();
        let mut rest = files;
        while let Some((path, object)) = rest.first() {
            let Some((name, _)) = path.split_once_str("/") else {
                entries.push(((*path).to_owned(), *object));
                rest = &rest[1..];
                continue;
            };
            let prefix = [name, b"/"].concat();
            let below = rest
                .iter()
                .take_while(|(path, _)| path.starts_with(&prefix));
            let below: Vec<(&BStr, Object)> = below
                .map(|(path, object)| (path[prefix.len()..].as_bstr(), *object))
                .collect();
            rest = &rest[below.len()..];
            let tree = self.tree(&below)?;
            entries.push((name.into(), (FileMode::Tree, tree)));
        }
        let key = |(name, (mode, _)): &(BString, Object)| {
            let slash: &[u8] = if *mode == FileMode::Tree { b"/" } else { b"" };
            [name.as_slice(), slash].concat()
        };
        entries.sort_by_key(key);
        let mut raw = Vec::new();
        for (name, (mode, id)) in entries {
            raw.extend_from_slice(mode.octal().as_bytes());
            raw.push(b' ');
            raw.extend_from_slice(&name);
            raw.push(0);
            raw.extend_from_slice(id.as_bytes());
        }
        self.add(Kind::Tree, raw)
    }

    fn add(&mut self, kind: Kind, raw: Vec<u8>) -> Result<Id> {
        let id = object_id(kind, &raw, ID_LENGTH);
        let id = id.ok_or_else(|| Error::Unreadable("an id has an odd length".to_owned()))?;
        Arc::make_mut(&mut self.objects).insert(id, (kind, Arc::new(raw)));
        Ok(id)
    }

    fn object(&self, id: &Id) -> Result<&Stored> {
        self.objects.get(id).ok_or(Error::Missing(*id))
    }

    /// Every commit that these reach, themselves too.
    fn ancestry(&self, tips: &[Id]) -> Result<BTreeSet<Id>> {
        let mut seen = BTreeSet::new();
        let mut next = tips.to_vec();
        while let Some(id) = next.pop() {
            if seen.insert(id) {
                let raw = self.read(&id, Kind::Commit)?;
                next.extend(Commit::parse(id, &raw)?.parents);
            }
        }
        Ok(seen)
    }
}

impl Repo for Memory {
    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn reopen(&self) -> Result<Box<dyn Repo + Send>> {
        Ok(Box::new(self.clone()))
    }

    fn keeps(&self) -> Option<&Path> {
        None
    }

    fn header(&self, id: &Id) -> Result<Header> {
        let (kind, raw) = self.object(id)?;
        let size = raw.len() as u64;
        Ok(Header { kind: *kind, size })
    }

    fn has(&self, id: &Id) -> Result<bool> {
        Ok(self.objects.contains_key(id))
    }

    fn read(&self, id: &Id, kind: Kind) -> Result<Vec<u8>> {
        self.content(id, kind, u64::MAX).map(Arc::unwrap_or_clone)
    }

    fn content(&self, id: &Id, kind: Kind, cap: u64) -> Result<Arc<Vec<u8>>> {
        let (found, raw) = self.object(id)?;
        kind.check(id, *found, raw.len() as u64, cap)?;
        Ok(Arc::clone(raw))
    }

    fn index(&self) -> Result<Index> {
        Ok(Index::default())
    }

    fn resolve(&self, revision: &str) -> Result<Id> {
        let missing = || Error::MissingReference(revision.into());
        let found = match whole_id(revision, ID_LENGTH)? {
            Some(id) => Some(id),
            None if revision == "HEAD" => self.head()?,
            None => {
                let names = [revision.to_owned(), format!("refs/heads/{revision}")];
                let mut names = names.iter();
                names.find_map(|name| self.references.get(name.as_bytes().as_bstr()).copied())
            }
        };
        peel_to_commit(self, &found.ok_or_else(missing)?)?.ok_or_else(missing)
    }

    fn head(&self) -> Result<Option<Id>> {
        self.reference(HEAD)
    }

    fn named(&self, prefix: &str) -> Result<Vec<(BString, Id)>> {
        let below = self.references.iter();
        let below = below.filter(|(name, _)| name.starts_with(prefix.as_bytes()));
        Ok(below.map(|(name, id)| (name.clone(), *id)).collect())
    }

    fn reference(&self, name: &str) -> Result<Option<Id>> {
        Ok(self.references.get(name.as_bytes().as_bstr()).copied())
    }

    fn symbolic(&self, name: &BStr) -> Result<Option<BString>> {
        Ok((name == "HEAD").then(|| HEAD.into()))
    }

    fn is_under_way(&self, _name: &str) -> Result<bool> {
        Ok(false)
    }

    fn stashes(&self) -> Result<Vec<(BString, Id)>> {
        Ok(Vec::new())
    }

    fn worktrees(&self) -> Result<Vec<(BString, Id)>> {
        Ok(Vec::new())
    }

    fn config(&self, _key: &str) -> Result<Option<BString>> {
        Ok(None)
    }

    fn own_config(&self, _key: &str) -> Result<Option<BString>> {
        Ok(None)
    }

    fn reachable(&self, include: &[Id], exclude: &[Id]) -> Result<Vec<Id>> {
        let known = self.ancestry(exclude)?;
        let mut found = self.ancestry(include)?;
        found.retain(|id| !known.contains(id));
        Ok(found.into_iter().collect())
    }

    fn merge_bases(&self, one: &Id, others: &[Id]) -> Result<Vec<Id>> {
        let (one, others) = (self.ancestry(&[*one])?, self.ancestry(others)?);
        let common: Vec<Id> = one.intersection(&others).copied().collect();
        let mut older = BTreeSet::new();
        for id in &common {
            let mut below = self.ancestry(&[*id])?;
            below.remove(id);
            older.extend(below);
        }
        let best = common.into_iter().filter(|id| !older.contains(id));
        Ok(best.collect())
    }
}
