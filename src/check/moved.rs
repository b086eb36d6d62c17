//! Commits whose change was another commit's before: a cherry-pick inherits who made its source, and
//! what a revert quotes of the commit that it takes back is no claim.
//!
//! A message only says so. It counts where the source is here and the changes bear it out, and it never
//! takes a claim away that the commit makes itself. Only commits that say so are looked at.

use std::collections::BTreeSet;

use bstr::BString;

use super::recorded::Recorder;
use super::rows::Obstacle;
use crate::agent::{Attribution, Catalogue, Evidence, EvidenceKind, Signs, Strength, attribute};
use crate::git::{
    self, Blobs, Change, Commit, Id, Kind, Reading, Sense, TreeReader, commit_changes, picked_from,
    quoted, reverted, same_patch, tree_changes, tree_of,
};

/// Sources that are looked at for one commit, those of sources too.
const SOURCES: usize = 32;

/// Follows commits to where they come from, with one thread's readers.
pub(super) struct Mover<'a> {
    pub(super) catalogue: &'a Catalogue,
    pub(super) recorder: &'a Recorder<'a>,
}

/// What was found of one commit.
#[derive(Default)]
pub(super) struct Moved {
    /// What it inherits.
    pub(super) evidence: Vec<Evidence>,
    /// The lines of its message that quote what it takes back.
    pub(super) quoted: BTreeSet<u32>,
    /// What the reader should know.
    pub(super) remarks: Vec<String>,
    /// What could not be read.
    pub(super) obstacles: Vec<Obstacle>,
    /// How many sources were looked at.
    sources: usize,
}

/// A commit that another names, as it is.
pub(super) struct Source {
    commit: Commit,
    changes: Vec<Change>,
    /// Who made it.
    pub(super) attribution: Attribution,
}

impl Moved {
    /// A source that is not here is told: it may be another repository's.
    fn meet(&mut self, commit: &Commit, source: &Id, told: git::Result<()>) {
        match told {
            Ok(()) => {}
            Err(git::Error::Missing(id) | git::Error::Promised(id)) if id == *source => {
                let who = named(commit);
                self.remarks.push(format!(
                    "{who} names the commit {id}, which is not here: nothing follows of it"
                ));
            }
            Err(error) => self.obstacles.push(Obstacle::at(commit.id, &error)),
        }
    }
}

impl Mover<'_> {
    /// Looks where a commit with these changes says that it comes from.
    pub(super) fn of(
        &self,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
        commit: &Commit,
        changes: &[Change],
    ) -> Moved {
        let mut moved = Moved::default();
        let message = commit.message.raw();
        for (line, id) in picked_from(message) {
            let told = self.picked(trees, blobs, (commit, changes), (line, id), &mut moved);
            moved.meet(commit, &id, told);
        }
        for (_, id) in reverted(message) {
            let told = self.taken_back(trees, blobs, (commit, changes), id, &mut moved);
            moved.meet(commit, &id, told);
        }
        moved
    }

    fn picked(
        &self,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
        (commit, changes): (&Commit, &[Change]),
        (line, id): (u32, Id),
        moved: &mut Moved,
    ) -> git::Result<()> {
        let source = self.source(trees, blobs, id, &mut moved.sources)?;
        if source.attribution.agents.is_empty() {
            return Ok(());
        }
        if !is_picked(trees, blobs, changes, &source)? {
            moved.remarks.push(format!(
                "{} says that it was picked from {id}, whose change is another: it inherits nothing",
                named(commit)
            ));
            return Ok(());
        }
        moved.evidence.extend(inherited(&source, line));
        Ok(())
    }

    /// A commit that another names, and who made it.
    pub(super) fn source(
        &self,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
        id: Id,
        sources: &mut usize,
    ) -> git::Result<Source> {
        *sources += 1;
        if *sources > SOURCES {
            let what = "sources of a cherry-pick or revert";
            let limit = SOURCES as u64;
            return Err(git::Error::Limit { what, limit });
        }
        let commit = Commit::parse(id, &trees.repo().read(&id, Kind::Commit)?)?;
        let changes = commit_changes(trees, &commit)?;
        let mut recorded = self.recorder.of(trees, &commit, &changes).evidence;
        for (line, before) in picked_from(commit.message.raw()) {
            match self.source(trees, blobs, before, sources) {
                Ok(source) if is_picked(trees, blobs, &changes, &source)? => {
                    recorded.extend(inherited(&source, line));
                }
                Ok(_) => {}
                Err(git::Error::Missing(id) | git::Error::Promised(id)) if id == before => {}
                Err(error) => return Err(error),
            }
        }
        let signs = Signs {
            recorded,
            ..Signs::default()
        };
        let trailers = commit.message.trailers();
        let attribution = attribute(self.catalogue, &commit, &trailers, &signs);
        Ok(Source {
            commit,
            changes,
            attribution,
        })
    }

    fn taken_back(
        &self,
        trees: &mut TreeReader<'_>,
        blobs: &Blobs<'_>,
        (commit, changes): (&Commit, &[Change]),
        id: Id,
        moved: &mut Moved,
    ) -> git::Result<()> {
        let source = self.source(trees, blobs, id, &mut moved.sources)?;
        if source.attribution.agents.is_empty()
            || !same_patch(blobs, changes, &source.changes, Sense::Inverse)?
        {
            return Ok(());
        }
        let mut lines = quoted(commit.message.raw(), source.commit.message.raw());
        // In the last block nobody can tell a quotation from a claim.
        for trailer in commit.message.trailers() {
            if trailer.reading == Reading::Git {
                lines.remove(&trailer.line);
            }
        }
        moved.quoted.extend(lines);
        moved.remarks.push(format!(
            "{} takes back {id}, an agent's commit: what it quotes of that is no claim",
            named(commit)
        ));
        Ok(())
    }
}

/// Whether changes are those of a source: of a merge, those against one of its parents.
fn is_picked(
    trees: &mut TreeReader<'_>,
    blobs: &Blobs<'_>,
    changes: &[Change],
    source: &Source,
) -> git::Result<bool> {
    if source.commit.parents.len() < 2 {
        return same_patch(blobs, changes, &source.changes, Sense::Same);
    }
    for parent in &source.commit.parents {
        let parent = tree_of(trees.repo(), parent)?;
        let mainline = tree_changes(trees, Some(&parent), source.commit.tree.as_ref())?;
        if same_patch(blobs, changes, &mainline, Sense::Same)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What a cherry-pick takes over: never as declared, since the commit itself does not say it.
fn inherited(source: &Source, line: u32) -> impl Iterator<Item = Evidence> {
    let id = source
        .commit
        .id
        .map(|id| id.to_string())
        .unwrap_or_default();
    source.attribution.agents.iter().filter_map(move |claim| {
        Some(Evidence {
            agent: claim.agent.clone(),
            kind: EvidenceKind::CherryPick,
            strength: claim.strength()?.min(Strength::Strong),
            key: None,
            value: BString::from(format!("cherry-pick of {id}")),
            line: Some(line),
            model: claim.model.clone(),
        })
    })
}

fn named(commit: &Commit) -> String {
    match commit.id {
        Some(id) => format!("the commit {id}"),
        None => "the commit that is being made".to_owned(),
    }
}
