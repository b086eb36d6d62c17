//! Policy files from bytes to an opinion: problems can be shown, and what is accepted is printed by
//! `policy show` as a policy that means the same.

#![no_main]

use std::sync::LazyLock;

use cordon::check::vocabulary;
use cordon::policy::yaml::{Limits, Severity, canonical_json};
use cordon::policy::{Loader, Vocabulary, pending, render, show};
use cordon::text::show::is_invisible;
use libfuzzer_sys::fuzz_target;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(vocabulary);

fuzz_target!(|text: &[u8]| {
    let mut loader = Loader::new(VOCABULARY.clone());
    let read = loader.read(".cordon.yml", text, &Limits::REPOSITORY, true);
    assert_harmless(&render(&loader.problems, loader.sources.list(), false));
    let Some((node, _)) = read else {
        let errors = |severity| severity == Severity::Error;
        assert!(loader.problems.iter().any(|p| errors(p.severity)));
        return;
    };
    let shown = show(&node, &loader.sources, &pending::pending(&node));
    assert_harmless(&shown);
    let mut again = Loader::new(VOCABULARY.clone());
    let Some((back, _)) = again.read("shown", shown.as_bytes(), &Limits::ORG, true) else {
        let told = render(&again.problems, again.sources.list(), false);
        panic!("what is shown is no policy:\n{told}");
    };
    assert_eq!(canonical_json(&back), canonical_json(&node), "{shown}");
});

/// Nothing that could steer a terminal.
fn assert_harmless(text: &str) {
    let harmful = |c: char| c != '\n' && (c.is_control() || is_invisible(c));
    assert!(!text.contains(harmful), "{text:?}");
}
