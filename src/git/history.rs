//! The commits of a whole history in memory: where histories meet is asked of every merge, and each
//! answer of libgit2 reads the commits anew.

use std::collections::{BinaryHeap, HashMap};

use super::{Commit, Id};

/// What is reached from the one commit.
const ONE: u8 = 1;
/// What is reached from the others.
const OTHERS: u8 = 2;
/// What lies below a common ancestor.
const BELOW: u8 = 4;

/// Commits whose ancestors are all among them.
pub struct History {
    places: HashMap<Id, u32>,
    nodes: Vec<Node>,
    parents: Vec<u32>,
}

struct Node {
    id: Id,
    tree: Id,
    /// Where its parents end in `parents`; they begin where those of the node before end.
    parents: usize,
}

impl History {
    /// Of commits in an order that has parents before children; `None` where a parent is missing
    /// or out of order: then only the repository knows.
    pub fn of(commits: &[Commit]) -> Option<Self> {
        let mut history = Self {
            places: HashMap::with_capacity(commits.len()),
            nodes: Vec::with_capacity(commits.len()),
            parents: Vec::with_capacity(commits.len()),
        };
        for commit in commits {
            for parent in &commit.parents {
                history.parents.push(*history.places.get(parent)?);
            }
            let place = u32::try_from(history.nodes.len()).ok()?;
            let node = Node {
                id: commit.id?,
                tree: commit.tree?,
                parents: history.parents.len(),
            };
            history.places.insert(node.id, place);
            history.nodes.push(node);
        }
        Some(history)
    }

    /// The tree of a commit; `None` for one that is not in the history.
    pub(super) fn tree(&self, commit: &Id) -> Option<Id> {
        Some(self.nodes.get(self.place(commit)?)?.tree)
    }

    fn place(&self, commit: &Id) -> Option<usize> {
        usize::try_from(*self.places.get(commit)?).ok()
    }

    fn parents(&self, place: usize) -> &[u32] {
        let end = |place: usize| self.nodes.get(place).map_or(0, |node| node.parents);
        let start = place.checked_sub(1).map_or(0, end);
        self.parents.get(start..end(place)).unwrap_or_default()
    }
}

/// One thread's search for common ancestors.
pub(super) struct Bases<'h> {
    pub(super) history: &'h History,
    marks: Vec<u8>,
    marked: Vec<usize>,
    queue: BinaryHeap<usize>,
    /// How many of the queue do not lie below a common ancestor.
    open: usize,
}

impl<'h> Bases<'h> {
    pub(super) fn new(history: &'h History) -> Self {
        Self {
            history,
            marks: vec![0; history.nodes.len()],
            marked: Vec::new(),
            queue: BinaryHeap::new(),
            open: 0,
        }
    }

    /// The trees of the best common ancestors of `one` and a merge of `others`, by the ids of these
    /// ancestors; `None` where one of the commits is not in the history.
    pub(super) fn trees(&mut self, one: &Id, others: &[Id]) -> Option<Vec<Id>> {
        let one = self.history.place(one)?;
        let others = others.iter().map(|other| self.history.place(other));
        let others = others.collect::<Option<Vec<usize>>>()?;
        self.mark(one, ONE);
        for other in others {
            self.mark(other, OTHERS);
        }
        let mut found = Vec::new();
        // A commit stands behind its ancestors, so that all who reach it were looked at before it.
        while self.open > 0
            && let Some(place) = self.queue.pop()
        {
            let mut marks = self.marks[place];
            if marks & BELOW == 0 {
                self.open -= 1;
                if marks == ONE | OTHERS {
                    found.push(place);
                    marks |= BELOW;
                }
            }
            for parent in self.history.parents(place) {
                self.mark(*parent as usize, marks);
            }
        }
        self.queue.clear();
        self.open = 0;
        for place in self.marked.drain(..) {
            self.marks[place] = 0;
        }
        let mut found: Vec<&Node> = found
            .iter()
            .filter_map(|place| self.history.nodes.get(*place))
            .collect();
        found.sort_unstable_by_key(|node| node.id);
        Some(found.iter().map(|node| node.tree).collect())
    }

    fn mark(&mut self, place: usize, marks: u8) {
        let before = self.marks[place];
        let after = before | marks;
        self.marks[place] = after;
        if before == 0 {
            self.marked.push(place);
            self.queue.push(place);
            self.open += usize::from(after & BELOW == 0);
        } else if before & BELOW == 0 && after & BELOW != 0 {
            self.open -= 1;
        }
    }
}

#[cfg(test)]
mod tests;
