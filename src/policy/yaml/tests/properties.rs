//! What holds for every input.

use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;
use crate::policy::problem::{Source, render};

/// A tree whose shape its keys decide, as in a policy: `m…` are maps, `l…` lists, others text.
fn typed_map(depth: u32) -> BoxedStrategy<Node> {
    let text =
        ("[a-z]{0,3}", any::<bool>()).prop_map(|(text, plain)| NodeKind::Scalar { text, plain });
    let leaf = (any::<u16>(), text).prop_map(|(file, kind)| node(file, kind));
    let list =
        prop::collection::vec(leaf.clone(), 0..3).prop_map(|items| node(0, NodeKind::Seq(items)));
    let entry = if depth == 0 {
        prop_oneof![("[st][1-3]", leaf.boxed()), ("l[1-3]", list.boxed())].boxed()
    } else {
        let map = typed_map(depth - 1);
        prop_oneof![
            ("[st][1-3]", leaf.boxed()),
            ("l[1-3]", list.boxed()),
            ("m[1-3]", map)
        ]
        .boxed()
    };
    (any::<u16>(), prop::collection::vec(entry, 0..5))
        .prop_map(|(file, entries)| {
            let mut seen = BTreeSet::new();
            let entries = entries
                .into_iter()
                .filter(|(key, _)| seen.insert(key.clone()))
                .map(|(text, value)| (node(file, NodeKind::Scalar { text, plain: true }), value))
                .collect();
            node(file, NodeKind::Map(entries))
        })
        .boxed()
}

fn node(file: u16, kind: NodeKind) -> Node {
    let span = Span {
        file,
        start: 0,
        end: 1,
    };
    Node { span, kind }
}

/// Text made of what YAML is made of.
fn yaml_like() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        Just("a"),
        Just("b: "),
        Just("name: "),
        Just("\n"),
        Just("\n  "),
        Just("- "),
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just(", "),
        Just(": "),
        Just("? "),
        Just("&a "),
        Just("*a "),
        Just("!!str "),
        Just("<<: "),
        Just("'"),
        Just("\""),
        Just("|\n"),
        Just(">-\n"),
        Just("# c"),
        Just("---\n"),
        Just("...\n"),
        Just("%YAML 1.2\n"),
        Just("\t"),
        Just("~"),
        Just("é"),
        Just("\\u00"),
        Just("\u{FEFF}"),
        Just("\r\n"),
    ];
    prop::collection::vec(word, 0..60).prop_map(|words| words.concat())
}

/// What holds for every input: no panic, no silence, places inside of the text.
fn check_any(text: &[u8]) {
    let mut problems = Vec::new();
    let node = parse(0, text, &Limits::REPOSITORY, &mut problems);
    assert!(node.is_some() || !problems.is_empty());
    if let Some(node) = &node {
        let before = problems.len();
        let value = read::<Shape>(node, &mut problems);
        assert_eq!(value.is_some(), problems.is_empty());
        assert!(problems.len() >= before);
        let json = canonical_json(node);
        assert!(
            serde_json::from_str::<serde_json::Value>(&json).is_ok(),
            "{json}"
        );
    }
    for problem in &problems {
        assert!(problem.span.start <= problem.span.end);
        assert!(
            problem.span.end as usize <= text.len(),
            "{problem:?} {}",
            text.len()
        );
    }
    let source = Source {
        name: "a.yml".to_owned(),
        text: text.to_vec(),
    };
    render(&problems, &[source], false);
}

proptest! {
    #[test]
    fn random_bytes_are_read_or_refused(text in prop::collection::vec(any::<u8>(), 0..200)) {
        check_any(&text);
    }

    #[test]
    fn random_yaml_is_read_or_refused(text in yaml_like()) {
        check_any(text.as_bytes());
    }

    #[test]
    fn merging_is_associative(a in typed_map(2), b in typed_map(2), c in typed_map(2)) {
        let left = merge(merge(a.clone(), b.clone()), c.clone());
        let right = merge(a, merge(b, c));
        prop_assert_eq!(left, right);
    }

    #[test]
    fn merging_with_itself_changes_nothing(a in typed_map(2)) {
        prop_assert_eq!(merge(a.clone(), a.clone()), a);
    }

    #[test]
    fn the_canonical_form_is_stable(a in typed_map(2)) {
        let json = canonical_json(&a);
        let value: serde_json::Value = serde_json::from_str(&json).unwrap();
        prop_assert_eq!(value.to_string(), json.clone());
        prop_assert_eq!(canonical_json(&tree(&json)).len(), json.len());
    }
}
