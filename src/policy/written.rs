//! All that an authority says, as it was read: for what compares policies with each other.

use super::cache::KeptTree;
use super::yaml::{Node, NodeKind};

/// A policy's tree, with what it inherits.
#[derive(Debug)]
pub struct Written(Tree);

#[derive(Debug)]
enum Tree {
    /// Read from its text.
    Read(Node),
    /// Out of the cache.
    Kept(KeptTree),
}

impl From<Node> for Written {
    fn from(node: Node) -> Self {
        Self(Tree::Read(node))
    }
}

impl From<KeptTree> for Written {
    fn from(tree: KeptTree) -> Self {
        Self(Tree::Kept(tree))
    }
}

impl Written {
    /// Whether it is out of the cache.
    #[cfg(test)]
    pub(super) fn is_kept(&self) -> bool {
        matches!(self.0, Tree::Kept(_))
    }

    /// The tree, of its zones those alone that are wanted; `None` where the cache has something else, which
    /// its seal says it has not.
    pub(super) fn with_zones(&self, wanted: &dyn Fn(&str) -> bool) -> Option<Node> {
        match &self.0 {
            Tree::Read(node) => Some(some_zones(node, wanted)),
            Tree::Kept(tree) => tree.with_zones(wanted),
        }
    }
}

fn some_zones(policy: &Node, wanted: &dyn Fn(&str) -> bool) -> Node {
    let is_wanted = |(name, _): &&(Node, Node)| name.text().is_some_and(wanted);
    let NodeKind::Map(sections) = &policy.kind else {
        return policy.clone();
    };
    let section = |(key, value): &(Node, Node)| {
        let value = match &value.kind {
            NodeKind::Map(zones) if key.text() == Some("zones") => Node {
                span: value.span,
                kind: NodeKind::Map(zones.iter().filter(is_wanted).cloned().collect()),
            },
            _ => value.clone(),
        };
        (key.clone(), value)
    };
    Node {
        span: policy.span,
        kind: NodeKind::Map(sections.iter().map(section).collect()),
    }
}
