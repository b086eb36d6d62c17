//! Zone patterns that match no file of a repository: `cordon policy check`.
//!
//! A pattern with a slip of the pen protects nothing, and nobody would be told.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use bstr::BString;

use super::path_index::PathIndex;
use super::paths::{FoldedPath, PathSet, PatternError};
use super::repository::{RepositoryNameError, name};
use super::trusted::FILE;
use super::yaml::{Limits, Node, NodeKind, Problem, at, parse};
use crate::git::{self, Repo, TreeReader, tree_changes};
use crate::text::Span;

/// Why the patterns of a policy could not be compared with a repository's files.
#[derive(Debug, thiserror::Error)]
pub enum UnusedError {
    /// The repository could not be read.
    #[error(transparent)]
    Git(#[from] git::Error),
    /// Nobody knows which zones hold here.
    #[error(transparent)]
    Name(#[from] RepositoryNameError),
}

/// A note for each pattern of a policy's own zones that matches no file of `HEAD` or the index.
/// Zones of other repositories are left out, and so are patterns that the policy inherits.
///
/// `file` is the position of the text in the caller's list of sources.
pub fn unused_patterns(
    repo: &dyn Repo,
    env: &BTreeMap<BString, BString>,
    file: u16,
    text: &[u8],
) -> Result<Vec<Problem>, UnusedError> {
    let Some(node) = parse(file, text, &Limits::ORG, &mut Vec::new()) else {
        return Ok(Vec::new());
    };
    let Some((_, zones)) = node.entry("zones") else {
        return Ok(Vec::new());
    };
    let says = at(&node, &["repository", "name"]).and_then(Node::text);
    let repository = name(repo, says.as_slice(), env)?;
    let patterns = patterns(zones, repository.as_deref());
    let mut paths = files(repo)?;
    if paths.is_empty() {
        return Ok(Vec::new());
    }
    // A policy that is not staged yet may name itself.
    paths.insert(FILE.into());
    let unused = unused(&patterns, &paths);
    Ok(unused.into_iter().map(Pattern::note).collect())
}

fn unused<'p>(patterns: &'p [Pattern], paths: &BTreeSet<BString>) -> Vec<&'p Pattern> {
    let mut index = PathIndex::default();
    for (position, pattern) in patterns.iter().enumerate() {
        index.add(position, &pattern.near);
    }
    let mut unused: BTreeSet<usize> = (0..patterns.len()).collect();
    for path in paths {
        if unused.is_empty() {
            break;
        }
        let path = FoldedPath::new(path);
        for position in index.candidates(&path) {
            if unused.contains(&position) && patterns[position].acts_on(&path) {
                unused.remove(&position);
            }
        }
    }
    unused
        .into_iter()
        .map(|position| &patterns[position])
        .collect()
}

/// The files of `HEAD` and of the index.
fn files(repo: &dyn Repo) -> git::Result<BTreeSet<BString>> {
    let mut paths = BTreeSet::new();
    if let Some(head) = repo.head()? {
        let tree = git::tree_of(repo, &head)?;
        let changes = tree_changes(&mut TreeReader::new(repo), None, Some(&tree))?;
        paths.extend(changes.into_iter().map(|change| change.path));
    }
    if repo.facts().work_dir.is_some() {
        let entries = repo.index()?.entries;
        paths.extend(entries.into_iter().map(|entry| entry.path));
    }
    Ok(paths)
}

/// The patterns of the zones that hold in a repository of that name.
fn patterns(zones: &Node, repository: Option<&str>) -> Vec<Pattern> {
    let NodeKind::Map(zones) = &zones.kind else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (_, zone) in zones {
        let repos = PathSet::new(texts(zone, "repos").map(|(text, _)| text));
        let elsewhere =
            |repos: &PathSet| repository.is_some_and(|repository| !repos.names(repository));
        if repos.as_ref().is_ok_and(elsewhere) {
            continue;
        }
        let positive = texts(zone, "paths").map(|(text, _)| text);
        // A list that is none is an error of the policy, which is told elsewhere.
        let Ok(all) = PathSet::new(positive.filter(|text| !text.starts_with('!'))) else {
            continue;
        };
        let all = Rc::new(all);
        found
            .extend(texts(zone, "paths").filter_map(|(text, span)| pattern(text, span, &all).ok()));
    }
    found
}

fn pattern(text: &str, span: Span, zone: &Rc<PathSet>) -> Result<Pattern, PatternError> {
    let exact = text.strip_prefix('!');
    let takes_out = match exact {
        Some(_) => Some((Rc::clone(zone), PathSet::new(["**", text])?)),
        None => None,
    };
    Ok(Pattern {
        span,
        near: PathSet::new([exact.unwrap_or(text)])?,
        takes_out,
    })
}

/// The texts of a list, and where each stands.
fn texts<'n>(zone: &'n Node, key: &str) -> impl Iterator<Item = (&'n str, Span)> {
    let items = match at(zone, &[key]).map(|list| &list.kind) {
        Some(NodeKind::Seq(items)) => items.as_slice(),
        _ => &[],
    };
    items
        .iter()
        .filter_map(|item| Some((item.text()?, item.span)))
}

/// A pattern, and what it does to a path.
struct Pattern {
    span: Span,
    /// The files that it matches, and for a `!` pattern more.
    near: PathSet,
    /// Of a `!` pattern: what the zone would have without it, and all but what it takes out.
    takes_out: Option<(Rc<PathSet>, PathSet)>,
}

impl Pattern {
    fn acts_on(&self, path: &FoldedPath<'_>) -> bool {
        match &self.takes_out {
            None => self.near.contains(path),
            Some((zone, rest)) => zone.contains(path) && !rest.contains(path),
        }
    }

    fn note(&self) -> Problem {
        let told = match self.takes_out {
            None => "this pattern matches no file here",
            Some(_) => "this pattern takes no file out of the zone here",
        };
        Problem::note(self.span, told)
    }
}
