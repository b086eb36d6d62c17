mod properties;

use std::collections::BTreeMap;

use serde::Deserialize;

use super::*;
use crate::text::span::Spanned;

fn tree(text: &str) -> Node {
    let mut problems = Vec::new();
    let node = parse(0, text.as_bytes(), &Limits::ORG, &mut problems);
    assert_eq!(problems, []);
    node.unwrap()
}

/// Problems of a text read as `T`, each with the word it points at.
fn told<T: serde::de::DeserializeOwned>(text: &str) -> Vec<(String, String)> {
    let mut problems = Vec::new();
    if let Some(node) = parse(0, text.as_bytes(), &Limits::ORG, &mut problems) {
        assert!(read::<T>(&node, &mut problems).is_none());
    }
    problems
        .into_iter()
        .map(|problem| (word(text, problem.span).to_owned(), problem.message))
        .collect()
}

fn word(text: &str, span: Span) -> &str {
    &text[span.start as usize..span.end as usize]
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Shape {
    name: Spanned<String>,
    size: Option<Spanned<i8>>,
    ratio: Option<f64>,
    #[serde(default)]
    parts: BTreeMap<Spanned<String>, Spanned<Vec<Spanned<String>>>>,
    inner: Option<Box<Spanned<Shape>>>,
}

#[test]
fn every_value_knows_its_place() {
    let text = "name: 'a b'\nsize: -128\nratio: -0.5\nparts:\n  x:\n    - one\n    - two\n\n# end\n  \"y\": []\ninner: {name: z}\n";
    let shape: Shape = read(&tree(text), &mut Vec::new()).unwrap();
    assert_eq!(word(text, shape.name.span), "'a b'");
    assert_eq!(shape.name.value, "a b");
    assert_eq!(shape.size.unwrap().value, -128);
    assert_eq!(shape.ratio, Some(-0.5));
    let (key, value) = shape.parts.get_key_value("x").unwrap();
    assert_eq!(word(text, key.span), "x");
    assert_eq!(word(text, value.span), "- one\n    - two");
    assert_eq!(word(text, value[1].span), "two");
    let (key, value) = shape.parts.get_key_value("y").unwrap();
    assert_eq!(
        (word(text, key.span), word(text, value.span)),
        ("\"y\"", "[]")
    );
    assert_eq!(word(text, shape.inner.unwrap().span), "{name: z}");
}

#[test]
fn a_value_that_was_left_out_stands_behind_its_key() {
    let text = "a:\n\n# far\nb: 1\n";
    let node = tree(text);
    let empty = at(&node, &["a"]).unwrap();
    assert!(empty.is_null());
    assert_eq!((empty.span.start, empty.span.end), (1, 1));
}

#[test]
fn what_is_missing_because_it_is_wrong_is_not_told() {
    assert_eq!(
        told::<Shape>("name: [a]\ninner: {name: {}}\n"),
        [
            ("[a]".to_owned(), "expected text, found a list".to_owned()),
            ("{}".to_owned(), "expected text, found a map".to_owned()),
        ]
    );
}

#[test]
fn what_is_missing_is_told_at_the_key() {
    assert_eq!(
        told::<Shape>("name: a\ninner: {size: 1}\n"),
        [("inner".to_owned(), "`name` is missing".to_owned())]
    );
}

#[test]
fn an_alias_is_told_once_and_nothing_follows_of_it() {
    assert_eq!(
        told::<Shape>("name: *a\nsize: x\n"),
        [
            ("*a".to_owned(), "aliases are not allowed".to_owned()),
            (
                "x".to_owned(),
                "expected a whole number, found `x`".to_owned()
            ),
        ]
    );
}

#[test]
fn a_tree_with_an_error_is_never_read_to_a_value() {
    for text in [
        "name: a\nparts: {x: *y}\n",
        "name: a\nname: b\n",
        "name: !!str a\n",
        "name: &x a\n",
        "name: a\n<<: {size: 1}\n",
    ] {
        let mut problems = Vec::new();
        let node = parse(0, text.as_bytes(), &Limits::ORG, &mut problems).unwrap();
        assert_eq!(problems.len(), 1);
        assert!(read::<Shape>(&node, &mut problems).is_none(), "{text}");
        assert_eq!(problems.len(), 1);
    }
}

#[test]
fn a_note_does_not_keep_a_tree_from_being_read() {
    let mut problems = vec![Problem::note(Span::default(), "x")];
    assert!(read::<Shape>(&tree("name: a"), &mut problems).is_some());
}

#[test]
fn numbers_have_their_range() {
    for (text, message) in [
        (
            "{name: a, size: 128}",
            "expected a number from -128 to 127, found `128`",
        ),
        (
            "{name: a, size: 1e1}",
            "expected a whole number, found `1e1`",
        ),
        ("{name: a, size: -0}", "expected a whole number, found `-0`"),
        ("{name: a, ratio: .5}", "expected a number, found `.5`"),
        ("{name: a, ratio: 1.}", "expected a number, found `1.`"),
        ("{name: a, ratio: .nan}", "expected a number, found `.nan`"),
    ] {
        assert_eq!(told::<Shape>(text)[0].1, message);
    }
}

#[test]
fn a_long_word_is_cut_in_a_message() {
    let text = format!("{{name: a, size: {}}}", "é".repeat(100));
    let message = format!("expected a whole number, found `{}…`", "é".repeat(60));
    assert_eq!(told::<Shape>(&text)[0].1, message);
}

#[test]
fn depth_is_counted_over_both_kinds_of_nesting() {
    let limits = Limits {
        depth: 3,
        ..Limits::ORG
    };
    let deep = |text: &str| {
        let mut problems = Vec::new();
        let read = parse(0, text.as_bytes(), &limits, &mut problems).is_some();
        assert_eq!(read, problems.is_empty());
        problems.first().map(|problem| problem.message.clone())
    };
    assert_eq!(deep("a: {b: [c]}"), None);
    for text in [
        "a: {b: [[c]]}",
        "a:\n  b:\n    c:\n      d: e",
        "[[[[a]]]]",
        "- - - - a",
    ] {
        assert_eq!(
            deep(text).as_deref(),
            Some("nested deeper than 3 levels"),
            "{text}"
        );
    }
}

#[test]
fn a_tree_survives_being_embedded() {
    let node = tree("a: {b: ['1', 1]}\n");
    let json = serde_json::to_string(&node).unwrap();
    assert_eq!(serde_json::from_str::<Node>(&json).unwrap(), node);
}

#[test]
fn maps_merge_and_the_rest_is_replaced() {
    let mut base = tree("a: {b: 1, c: [1, 2], d: {e: 1}}\nf: {g: 1}\n");
    let over = tree("a: {c: [3], d: {h: 2}, b: 2}\nf: gone\ni: new\n");
    base.span.file = 3;
    let merged = merge(base, over.clone());
    assert_eq!(
        canonical_json(&merged),
        r#"{"a":{"b":2,"c":[3],"d":{"e":1,"h":2}},"f":"gone","i":"new"}"#
    );
    let replaced = at(&merged, &["a", "c"]).unwrap();
    assert_eq!(Some(replaced), at(&over, &["a", "c"]));
    assert_eq!(merged.span, over.span);
}

#[test]
fn a_path_leads_to_a_value() {
    let node = tree("zones: {ci: {paths: [a]}}\n");
    assert!(matches!(
        at(&node, &["zones", "ci", "paths"]).unwrap().kind,
        NodeKind::Seq(_)
    ));
    assert_eq!(at(&node, &["zones", "cd", "paths"]), None);
    assert_eq!(at(&node, &["zones", "ci", "paths", "0"]), None);
    assert_eq!(at(&node, &[]), Some(&node));
}

#[test]
fn the_canonical_form_is_that_of_rfc_8785() {
    let text = "\"\\u20ac\": a\n\"\\r\": b\n\"\\ufb33\": c\n\"1\": d\n\"\\U0001f600\": e\n\"\\x80\": f\n\"\\xf6\": g\n";
    assert_eq!(
        canonical_json(&tree(text)),
        "{\"\\r\":\"b\",\"1\":\"d\",\"\u{80}\":\"f\",\"\u{f6}\":\"g\",\"\u{20ac}\":\"a\",\"\u{1f600}\":\"e\",\"\u{fb33}\":\"c\"}"
    );
    assert_eq!(
        canonical_json(&tree(
            "[1, -1, 0, 012, '1', true, 'true', True, 1.5, 9007199254740991, 9007199254740992, \"\\x00\\x1f\\b\\f\\\"\\\\/\\x7f\"]"
        )),
        r#"[1,-1,0,"012","1",true,"true","True","1.5",9007199254740991,"9007199254740992","\u0000\u001f\b\f\"\\/"#
            .to_owned() + "\u{7f}\"]"
    );
}
