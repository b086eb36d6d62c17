//! Inheritance: one tree laid over another.

use std::collections::HashMap;

use super::{Node, NodeKind};

/// Lays `over` over `base`: maps merge at every depth by the text of their keys, scalars and lists
/// replace. Every part keeps the span, and so the file, that it came from; a merged map has that
/// of `over`. Keys of `base` come first.
#[must_use]
pub fn merge(base: Node, over: Node) -> Node {
    let (base, over, span) = match (base.kind, over.kind) {
        (NodeKind::Map(base), NodeKind::Map(entries)) => (base, entries, over.span),
        (_, kind) => {
            let span = over.span;
            return Node { span, kind };
        }
    };
    let mut places: HashMap<String, usize> = base
        .iter()
        .enumerate()
        .filter_map(|(place, entry)| Some((entry.0.text()?.to_owned(), place)))
        .collect();
    let mut entries: Vec<Option<(Node, Node)>> = base.into_iter().map(Some).collect();
    for (key, value) in over {
        let place = key.text().and_then(|text| places.get(text).copied());
        let below = place.and_then(|place| entries.get_mut(place));
        if let Some(slot) = below {
            let value = match slot.take() {
                Some((_, below)) => merge(below, value),
                None => value,
            };
            *slot = Some((key, value));
        } else {
            if let Some(text) = key.text() {
                places.insert(text.to_owned(), entries.len());
            }
            entries.push(Some((key, value)));
        }
    }
    Node {
        span,
        kind: NodeKind::Map(entries.into_iter().flatten().collect()),
    }
}
