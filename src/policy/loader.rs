//! Reading one policy file as its authority's opinion: parse, inherit, validate.

use super::authority::Authority;
use super::packs;
use super::raw::RawPolicy;
use super::source::Sources;
use super::validate::validate;
use super::vocabulary::Vocabulary;
use super::yaml::{self, Limits, Node, NodeKind, Problem, Severity, merge};

/// Reads policy files and collects all their problems.
pub struct Loader {
    pub(super) vocabulary: Vocabulary,
    /// The files read so far.
    pub sources: Sources,
    /// Their problems, notes too.
    pub problems: Vec<Problem>,
}

impl Loader {
    /// A loader that has read nothing.
    pub fn new(vocabulary: Vocabulary) -> Self {
        Self {
            vocabulary,
            sources: Sources::default(),
            problems: Vec::new(),
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
        let file = self.sources.add(name, text);
        let errors = self.errors();
        let own = yaml::parse(file, text, limits, &mut self.problems)?;
        let raw: RawPolicy = yaml::salvage(&own, &mut self.problems)?;
        self.vocabulary.learn(&raw);
        if self.errors() != errors {
            // What is left may have problems too: they are all told at once.
            validate(&raw, &self.vocabulary, &mut self.problems);
            return None;
        }
        let merged = inherited(own, &raw, base, &mut self.sources, &mut self.problems)?;
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

/// A policy laid over what it builds on: with `base`, the built-in packs where it says nothing.
pub(super) fn inherited(
    own: Node,
    raw: &RawPolicy,
    base: bool,
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) -> Option<Node> {
    let mut lower: Option<Node> = None;
    for pack in packs::bases(raw, base) {
        let file = sources.add(format!("pack:{}", pack.name), pack.text);
        let node = yaml::parse(file, pack.text.as_bytes(), &Limits::ORG, problems)?;
        let node = without_identity(node);
        lower = Some(match lower {
            Some(lower) => merge(lower, node),
            None => node,
        });
    }
    Some(match lower {
        Some(lower) => merge(lower, own),
        None => own,
    })
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
