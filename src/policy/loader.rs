//! Reading one policy file as its authority's opinion: parse, inherit, validate.

use super::authority::Authority;
use super::builds_on::{Beside, Builder};
use super::origin::SourceError;
use super::raw::RawPolicy;
use super::source::Sources;
use super::validate::{misplaced_signers, validate};
use super::vocabulary::Vocabulary;
use super::yaml::{self, Limits, Node, NodeKind, Problem, Severity};
use crate::text::Span;

/// Files of one run. A position in a list of them has sixteen bits, and `policy-weakened` puts these, what they
/// are compared with and the versions of a merge into one.
pub(super) const MOST_FILES: usize = 16_000;

/// Reads policy files and collects all their problems.
pub struct Loader {
    pub(super) vocabulary: Vocabulary,
    /// The files read so far.
    pub sources: Sources,
    /// Their problems, notes too.
    pub problems: Vec<Problem>,
    /// Policies from Git that could not be had.
    pub(super) unreached: Vec<SourceError>,
    /// Whether each entry of an inherited list is told that a file drops.
    pub(super) tells_dropped: bool,
}

impl Loader {
    /// A loader that has read nothing.
    pub fn new(vocabulary: Vocabulary) -> Self {
        Self {
            vocabulary,
            sources: Sources::default(),
            problems: Vec::new(),
            unreached: Vec::new(),
            tells_dropped: false,
        }
    }

    /// Reads one file as its authority's opinion: with `base`, what the built-in packs say where it
    /// says nothing.
    ///
    /// Returns the merged tree and the opinion; `None` with problems where it cannot be used.
    pub fn read(
        &mut self,
        name: &str,
        text: &[u8],
        limits: &Limits,
        base: bool,
    ) -> Option<(Node, Authority)> {
        self.read_beside(name, text, limits, base, None)
    }

    /// The same, with the files and the policies from Git that it builds on.
    pub fn read_beside(
        &mut self,
        name: &str,
        text: &[u8],
        limits: &Limits,
        base: bool,
        beside: Option<Beside<'_>>,
    ) -> Option<(Node, Authority)> {
        if self.sources.list().len() >= MOST_FILES {
            let told = format!("{name} is one policy file too many");
            self.problems.push(Problem::error(Span::default(), told));
            return None;
        }
        let file = self.sources.add(name, text);
        let errors = self.errors();
        let own = yaml::parse(file, text, limits, &mut self.problems)?;
        let raw: RawPolicy = yaml::salvage(&own, &mut self.problems)?;
        if beside.is_some_and(|beside| !beside.may_say_who_signs) {
            self.problems.extend(misplaced_signers(&own));
        }
        self.vocabulary.learn(&raw);
        if self.errors() != errors {
            // What is left may have problems too: they are all told at once.
            validate(&raw, &self.vocabulary, &mut self.problems);
            return None;
        }
        let mut builder = Builder {
            beside,
            sources: &mut self.sources,
            problems: &mut self.problems,
            unreached: &mut self.unreached,
            tells_dropped: self.tells_dropped,
        };
        let merged = builder.built(name, own, &raw, base)?;
        let whole: RawPolicy = yaml::read(&merged, &mut self.problems)?;
        let authority = validate(&whole, &self.vocabulary, &mut self.problems);
        let authority = Authority {
            file: Some(file),
            ..authority
        };
        (self.errors() == errors).then_some((merged, authority))
    }

    pub(super) fn errors(&self) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count()
    }
}

/// A policy does not inherit who another one is, nor what that one builds on: a pack builds on nothing.
pub(super) fn without_identity(node: Node) -> Node {
    match node.kind {
        NodeKind::Map(mut entries) => {
            entries.retain(|(key, _)| !matches!(key.text(), Some("policy" | "extends")));
            Node {
                kind: NodeKind::Map(entries),
                ..node
            }
        }
        NodeKind::Scalar { .. } | NodeKind::Seq(_) => node,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_too_many_is_an_error_and_no_other_files_line() {
        let mut loader = Loader::new(Vocabulary::default());
        for _ in 0..MOST_FILES {
            loader.sources.add("", "");
        }
        let read = loader.read("last", b"cordon: 1\n", &Limits::REPOSITORY, false);
        assert!(read.is_none());
        assert!(
            loader.problems[0]
                .message
                .contains("one policy file too many")
        );
    }
}
