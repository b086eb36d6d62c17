//! Whether libgit2 may walk: over a loose object that is cut off it turns in a circle for ever.

use std::collections::HashSet;

use bstr::ByteSlice as _;

use super::Library;
use crate::git::loose_object::{self, LooseObject};
use crate::git::pack::Found;
use crate::git::{Id, Kind, Result};

impl Library {
    /// Reads the loose commits and tags that lead on from these objects. New commits are loose, and
    /// stand before those in packs; what lies behind a packed one is not looked at.
    pub(super) fn sound(&self, from: impl IntoIterator<Item = Id>) -> Result<()> {
        self.look(from, true)
    }

    /// Follows tags, and parents where these are walked.
    fn look(&self, from: impl IntoIterator<Item = Id>, walked: bool) -> Result<()> {
        let mut next: Vec<Id> = from.into_iter().collect();
        let mut seen: HashSet<Id> = next.iter().copied().collect();
        while let Some(id) = next.pop() {
            let directories = self.directories();
            let content = match loose_object::read(directories, &id, u64::MAX) {
                Some(LooseObject::Object(Kind::Commit | Kind::Tag, content)) => content,
                Some(LooseObject::Damaged) => match self.packed.look(&self.facts, &id, u64::MAX) {
                    Some(Found::Object(..)) => continue,
                    _ => return Err(loose_object::damaged(directories, &id)),
                },
                _ => continue,
            };
            let lines = content.lines().take_while(|line| !line.is_empty());
            let leads = lines.filter_map(|line| {
                let parent = line.strip_prefix(b"parent ").filter(|_| walked);
                Id::from_hex(parent.or_else(|| line.strip_prefix(b"object "))?)
            });
            next.extend(leads.filter(|id| seen.insert(*id)));
        }
        Ok(())
    }

    /// The same, from the object with which a revision begins; where no name does, or a log of
    /// references is asked, from every one that may be meant.
    pub(super) fn sound_revision(&self, revision: &str) -> Result<()> {
        let name = revision.split(['~', '^', '@', ':']).next();
        let name = name.unwrap_or_default();
        // What only names an object leads no further.
        let walked = name.len() < revision.len();
        let (name, short) = match name {
            "" => ("HEAD", "HEAD"),
            // Also an abbreviated id behind a description.
            name => (name, name.rsplit_once("-g").map_or(name, |(_, id)| id)),
        };
        let found = self.repo.resolve_reference_from_short_name(name);
        let target = found.ok().and_then(|found| found.resolve().ok()?.target());
        // What the id stands for is looked up without reading it.
        let target = target.or_else(|| {
            let odb = self.repo.odb().ok()?;
            let id = git2::Oid::from_str_ext(short, self.repo.object_format()).ok()?;
            odb.exists_prefix(id, short.len()).ok()
        });
        if revision.contains(":/") || revision.contains("@{") || (walked && target.is_none()) {
            return self.look(self.meant()?, true);
        }
        self.look(target.map(super::id).transpose()?, walked)
    }

    /// What references name, and have named.
    fn meant(&self) -> Result<Vec<Id>> {
        let mut all: Vec<Id> = Vec::new();
        let references = super::references::named(&self.repo, &self.facts, "")?;
        let names = references.iter().map(|(name, _)| name.to_str_lossy());
        for name in names.chain(["HEAD".into()]) {
            let log = self.repo.reflog(&name);
            let log =
                log.map_err(|error| super::errors::reference_error(&error, name.as_bytes()))?;
            let entries = log
                .iter()
                .flat_map(|entry| [entry.id_new(), entry.id_old()]);
            let ids = entries.filter(|id| !id.is_zero()).map(super::id);
            all.extend(ids.collect::<Result<Vec<Id>>>()?);
        }
        all.extend(references.into_iter().map(|(_, id)| id));
        Ok(all)
    }
}
