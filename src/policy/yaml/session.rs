//! A read with all its problems.
//!
//! serde stops at the first error. So an entry whose value is wrong is noted and left out, and the
//! read starts again without it, until it comes through. What is then said to be missing only
//! because its entry was left out is not told.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeSet, HashSet};

use serde::de::DeserializeOwned;

use super::de::{Reader, Role};
use super::error::Error;
use super::{MAX_PROBLEMS, Node, Problem, Severity};
use crate::text::span::Span;

/// How often a read starts again, at most.
const ROUNDS: usize = 200;
/// How many entries all the rounds of a read pass over, at most: under a second's work.
const VISITS: usize = 5_000_000;

/// Reads a type from a tree. Stricter than serde alone: an unknown key is an error for every
/// struct, only plain `true` and `false` are booleans, only plain decimal whole numbers are
/// integers, and a value that was left out is an error even where an `Option` is asked.
///
/// Appends what is wrong to `problems`, in the order of the file. `None`: there is an error, now or
/// already in `problems` from any file: a file with a key given twice must not come out as a value.
/// A place that has an error there is not read and not told again.
pub fn read<T: DeserializeOwned>(node: &Node, problems: &mut Vec<Problem>) -> Option<T> {
    let value = salvage(node, problems);
    value.filter(|_| problems.iter().all(|one| one.severity != Severity::Error))
}

/// As [`read`], but with errors too it returns what is left when their entries are left out. For
/// finding more problems in the rest; never to be used as a value.
pub fn salvage<T: DeserializeOwned>(node: &Node, problems: &mut Vec<Problem>) -> Option<T> {
    let session = Session::new(problems);
    let root = Reader {
        node,
        role: Role::Root,
        session: &session,
    };
    let mut value = None;
    let mut rounds = 0;
    loop {
        match T::deserialize(root) {
            Ok(read) => value = Some(read),
            Err(error) if error.is_noted() => {
                rounds += 1;
                if rounds < ROUNDS && !session.is_exhausted() {
                    continue;
                }
                session.give_up(node);
            }
            Err(error) if error.is_consequence() => {}
            Err(error) => session.note(error.into_problem(node.span)),
        }
        break;
    }
    let mut found = session.problems.into_inner();
    found.sort_by_key(|problem| problem.span);
    problems.append(&mut found);
    value
}

/// What a read remembers over its rounds.
pub(super) struct Session {
    /// The key nodes or list items of entries that are left out, by address.
    dead: RefCell<HashSet<usize>>,
    /// Places that had an error before the read.
    broken: BTreeSet<Span>,
    visits: Cell<usize>,
    problems: RefCell<Vec<Problem>>,
}

impl Session {
    fn new(problems: &[Problem]) -> Self {
        Self {
            dead: RefCell::default(),
            broken: problems
                .iter()
                .filter(|problem| problem.severity == Severity::Error)
                .map(|problem| problem.span)
                .filter(|span| span.start < span.end)
                .collect(),
            visits: Cell::new(0),
            problems: RefCell::default(),
        }
    }

    pub(super) fn note(&self, problem: Problem) {
        self.problems.borrow_mut().push(problem);
    }

    pub(super) fn kill(&self, entry: &Node) {
        self.dead.borrow_mut().insert(address(entry));
    }

    /// Whether an entry takes part in this round. `id` is its key or the item itself.
    pub(super) fn is_alive(&self, id: &Node, value: &Node) -> bool {
        self.visits.set(self.visits.get() + 1);
        !self.broken.contains(&value.span) && !self.dead.borrow().contains(&address(id))
    }

    pub(super) fn is_exhausted(&self) -> bool {
        self.visits.get() > VISITS || self.problems.borrow().len() >= MAX_PROBLEMS
    }

    /// Notes the error of an entry, once, and leaves the entry out from now on.
    pub(super) fn settle<V>(
        &self,
        id: &Node,
        at: Span,
        result: Result<V, Error>,
    ) -> Result<V, Error> {
        result.map_err(|error| {
            if error.is_noted() {
                return error;
            }
            self.kill(id);
            if !error.is_consequence() {
                self.note(error.into_problem(at));
            }
            Error::noted()
        })
    }

    fn give_up(&self, root: &Node) {
        let last = self.problems.borrow().iter().map(|p| p.span).max();
        let message = "more problems follow: the file was not read further";
        self.note(Problem::error(last.unwrap_or(root.span), message));
    }
}

fn address(node: &Node) -> usize {
    std::ptr::from_ref(node).addr()
}
