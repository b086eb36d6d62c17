//! Policy files: every place lies in the file, and what is read is a value.

#![no_main]

use std::collections::BTreeMap;

use cordon::policy::yaml::{self, Limits, Node, NodeKind};
use cordon::text::{Span, Spanned};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut problems = Vec::new();
    if let Some(node) = yaml::parse(0, text, &Limits::REPOSITORY, &mut problems) {
        check(&node, text);
        let json = yaml::canonical_json(&node);
        assert!(serde_json::from_str::<serde_json::Value>(&json).is_ok());
        let _ = yaml::read::<BTreeMap<String, Vec<Spanned<String>>>>(&node, &mut problems);
    } else {
        assert!(!problems.is_empty(), "refused, and nobody is told why");
    }
    for problem in &problems {
        check_span(problem.span, text);
        if let Some((span, _)) = problem.related {
            check_span(span, text);
        }
    }
});

fn check(node: &Node, text: &[u8]) {
    check_span(node.span, text);
    match &node.kind {
        NodeKind::Scalar { .. } => {}
        NodeKind::Seq(items) => items.iter().for_each(|item| check(item, text)),
        NodeKind::Map(entries) => entries.iter().for_each(|(key, value)| {
            check(key, text);
            check(value, text);
        }),
    }
}

fn check_span(span: Span, text: &[u8]) {
    assert!(span.start <= span.end && span.end as usize <= text.len());
}
