//! `junit`, read by a strict XML parser.

use proptest::prelude::*;
use roxmltree::{Document, Node};

use crate::hostile::{many, rendered, report, texts};

fn count(suite: Node<'_, '_>, attribute: &str) -> usize {
    suite.attribute(attribute).unwrap().parse().unwrap()
}

/// Holds a document to what Jenkins' and GitLab's readers ask: known elements, counts that add up.
fn holds(text: &str) {
    let document = Document::parse(text).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let suite = root.first_element_child().unwrap();
    assert_eq!(suite.tag_name().name(), "testsuite");
    let cases: Vec<Node<'_, '_>> = suite.children().filter(Node::is_element).collect();
    assert_eq!(count(suite, "tests"), cases.len());
    let mut seen = [0; 3];
    for case in cases {
        assert_eq!(case.tag_name().name(), "testcase");
        assert!(case.attribute("name").is_some() && case.attribute("classname").is_some());
        for child in case.children().filter(Node::is_element) {
            assert!(!child.children().any(|it| it.is_element()));
            match child.tag_name().name() {
                "failure" => seen[0] += 1,
                "error" => seen[1] += 1,
                "skipped" => seen[2] += 1,
                name => assert_eq!(name, "system-out"),
            }
        }
    }
    let told = ["failures", "errors", "skipped"].map(|it| count(suite, it));
    assert_eq!(told, seen);
}

#[test]
fn a_hostile_report_is_a_suite_whose_counts_add_up() {
    let text = rendered("junit", &report(&texts()));
    holds(&text);
    let document = Document::parse(&text).unwrap();
    let mut failures = document
        .descendants()
        .filter(|it| it.has_tag_name("failure"));
    assert!(failures.any(|it| it.attribute("message") == Some("%0A::warning::w %25 100%")));
}

/// What blocks is kept, wherever it stands, and what there is no room for is counted.
#[test]
fn no_more_tests_than_gitlab_reads() {
    for (count, length, kept) in [
        (80_500, 1, None),
        (10_000, 1_000, None),
        (100, 1, Some(101)),
    ] {
        let mut report = report(&[]);
        report.findings = many(count, length);
        let text = rendered("junit", &report);
        assert!(text.len() < 20_001_000, "{}", text.len());
        holds(&text);
        let document = Document::parse(&text).unwrap();
        let cases: Vec<Node<'_, '_>> = document
            .descendants()
            .filter(|it| it.has_tag_name("testcase"))
            .collect();
        assert!(cases.len() <= 80_001);
        assert!(
            cases[1]
                .first_element_child()
                .unwrap()
                .has_tag_name("failure")
        );
        if let Some(kept) = kept {
            assert_eq!(cases.len(), kept);
            continue;
        }
        let (last, shown) = cases.split_last().unwrap();
        let more = 1 + usize::try_from(count).unwrap() - shown.len();
        let told = last.first_element_child().unwrap().text();
        assert_eq!(told, Some(&*format!("{more} more have no room here.")));
    }
}

proptest! {
    #[test]
    fn whatever_the_text_it_is_xml(
        some in prop::collection::vec(any::<Vec<u8>>(), 1..5),
        more in prop::collection::vec("[<>&\"'\\]!a\\-\n\u{fffe}\u{ffff}]{0,20}", 1..5),
    ) {
        let texts: Vec<Vec<u8>> = some.into_iter().chain(more.into_iter().map(String::into_bytes)).collect();
        holds(&rendered("junit", &report(&texts)));
    }
}
