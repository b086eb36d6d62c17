//! Reading a policy through the cache. For the loader.

use std::sync::Arc;

use super::{Entry, Kind, Policies, WORTH};
use crate::policy::authority::Authority;
use crate::policy::builds_on::Beside;
use crate::policy::canonical::Canonical;
use crate::policy::file::File;
use crate::policy::hex_digest;
use crate::policy::loader::{Loader, MOST_FILES};
use crate::policy::packs::PACKS;
use crate::policy::pending::pending;
use crate::policy::raw::RawPolicy;
use crate::policy::source::Origin;
use crate::policy::validate::validate;
use crate::policy::yaml::{self, Limits, Node, Problem, Severity};

/// A policy that was read, with what it inherits.
#[derive(Debug)]
pub(in crate::policy) struct Read {
    /// What it says, with its tree.
    pub(in crate::policy) authority: Authority,
    /// Its canonical form.
    pub(in crate::policy) canonical: Canonical,
    /// What of it has no effect yet.
    pub(in crate::policy) idle: Vec<Problem>,
}

/// The cache, and the name of a policy's entry there.
pub(super) struct Named<'c> {
    pub(super) cache: &'c Policies,
    pub(super) key: String,
}

impl Loader {
    /// Reads a file, from the cache where that has it; `None` with problems where it cannot be used.
    pub(in crate::policy) fn read_kept(
        &mut self,
        file: &File,
        base: bool,
        beside: Beside<'_>,
    ) -> Option<Read> {
        let cache = beside.reach.cache.filter(|_| file.text.len() >= WORTH);
        let named = cache.map(|cache| {
            let flags = [base, beside.own, beside.may_say_who_signs].map(u8::from);
            let limits = format!("{:?}", file.limits);
            let parts = [file.name.as_bytes(), &flags, limits.as_bytes(), &file.text];
            Named {
                cache,
                key: cache.key(Kind::Policy, &parts),
            }
        });
        if let Some(read) = named
            .as_ref()
            .and_then(|named| self.recall(named, file, beside))
        {
            return Some(read);
        }
        let (own, known) = (self.sources.list().len(), self.vocabulary.agents.len());
        let errors = self.errors();
        let (name, limits) = (&file.name, &file.limits);
        let read = self.read_beside(name, &file.text, limits, base, Some(beside));
        let (node, authority) = read?;
        let canonical = Canonical::of(&node);
        let idle = pending(&node);
        if let Some(named) = &named
            && self.errors() == errors
            && idle.is_empty()
        {
            let learned = self.vocabulary.agents[known..].to_vec();
            let kept = (learned, &node, &authority, &canonical);
            self.keep(named, own, kept);
        }
        Some(Read {
            authority: Authority {
                tree: Some(node.into()),
                ..authority
            },
            canonical,
            idle,
        })
    }

    /// What the cache has of a file, if all that it builds on is as it was then.
    fn recall(&mut self, named: &Named<'_>, file: &File, beside: Beside<'_>) -> Option<Read> {
        let own = u16::try_from(self.sources.list().len()).ok()?;
        let (entry, tree) = Entry::read(named.cache.files.get(&named.key)?, own)?;
        let mut built_on = Vec::new();
        for (name, found) in entry.built_on {
            let (text, origin) = match found {
                None => (pack(&name)?.as_bytes().to_vec(), Origin::Pack),
                Some((path, digest)) => {
                    let text = at(beside, &path).filter(|text| hex_digest(text) == digest)?;
                    (text, Origin::Beside(path))
                }
            };
            built_on.push((name, text, origin));
        }
        if self.sources.list().len() + built_on.len() >= MOST_FILES {
            return None;
        }
        let mut problems = Vec::new();
        let mut vocabulary = self.vocabulary.clone();
        vocabulary.agents.extend(entry.learned);
        let raw: RawPolicy = yaml::read(&tree.rest, &mut problems)?;
        let authority = validate(&raw, &vocabulary, &mut problems);
        if problems
            .iter()
            .any(|problem| problem.severity == Severity::Error)
        {
            return None;
        }
        self.problems.extend(problems);
        self.vocabulary = vocabulary;
        for zone in entry.zones.values() {
            // To take thousands of zones apart takes as long as to read them, and the process ends with the hook.
            std::mem::forget(Arc::clone(zone));
        }
        self.sources.add(file.name.as_str(), file.text.as_slice());
        for (name, text, origin) in built_on {
            self.sources.add_from(name, text, origin);
        }
        Some(Read {
            authority: Authority {
                file: Some(own),
                zones: entry.zones,
                group_names: entry.group_names,
                tree: Some(tree.into()),
                ..authority
            },
            canonical: entry.canonical,
            idle: Vec::new(),
        })
    }

    /// Keeps what was read of a file, the sources from `own` on; not where it builds on a policy in Git.
    pub(super) fn keep(
        &self,
        named: &Named<'_>,
        own: usize,
        (learned, tree, authority, canonical): (Vec<String>, &Node, &Authority, &Canonical),
    ) {
        let mut built_on = Vec::new();
        for (source, origin) in self.sources.origins().skip(own + 1) {
            let beside = match origin {
                Origin::Pack => None,
                Origin::Beside(path) => Some((path.clone(), hex_digest(&source.text))),
                // What of Git holds the lock says, and who signed it is asked in each run.
                Origin::Git | Origin::Own => return,
            };
            built_on.push((source.name.clone(), beside));
        }
        let entry = Entry {
            learned,
            built_on,
            canonical: canonical.clone(),
            group_names: authority.group_names.clone(),
            zones: authority.zones.clone(),
        };
        let base = u16::try_from(own).ok();
        if let Some(bytes) = base.and_then(|base| entry.bytes(tree, base)) {
            named.cache.files.put(&named.key, &bytes);
        }
    }
}

/// The text of a pack, by the name of its source.
fn pack(source: &str) -> Option<&'static str> {
    let name = source.strip_prefix("pack:")?;
    let pack = PACKS.iter().find(|pack| pack.name == name)?;
    Some(pack.text)
}

/// A file beside a policy.
fn at(beside: Beside<'_>, path: &str) -> Option<Vec<u8>> {
    let read = beside
        .folder
        .file(beside.reach, path, Limits::ORG.bytes as u64);
    read.ok()?
}
