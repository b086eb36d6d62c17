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

    /// The same, from the reference with which a revision begins.
    pub(super) fn sound_revision(&self, revision: &str) -> Result<()> {
        let name = revision.split(['~', '^', '@', ':']).next();
        let name = name.filter(|name| !name.is_empty()).unwrap_or("HEAD");
        // What only names an object leads no further.
        let walked = name.len() < revision.len();
        let found = self.repo.resolve_reference_from_short_name(name);
        let target = found.ok().and_then(|found| found.resolve().ok()?.target());
        match target {
            Some(target) => self.look([super::id(target)?], walked),
            // An abbreviated id: what it stands for is looked up without reading it.
            None => match self.repo.odb().and_then(|odb| {
                let short = git2::Oid::from_str_ext(name, self.repo.object_format())?;
                odb.exists_prefix(short, name.len())
            }) {
                Ok(found) => self.look([super::id(found)?], walked),
                Err(_) => Ok(()),
            },
        }
    }
}
