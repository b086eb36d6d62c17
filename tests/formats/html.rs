//! `html`, read by a tokenizer that knows no mercy: a browser would mend what it refuses.

mod read;

use cordon::finding::{Decision, Mode};
use cordon::report::{Counts, Report, Verdict};
use proptest::prelude::*;

use self::read::{CSS, holds};
use crate::hostile::{clean, finding, rendered, report, texts};

#[test]
fn foreign_text_in_a_hostile_report_shows_as_it_is() {
    let page = rendered("html", &report(&texts()));
    let read = holds(&page);
    for text in texts() {
        let text = clean(&text).to_string();
        let shown = match text.char_indices().nth(1000) {
            Some(_) => text.chars().take(999).chain(['…']).collect(),
            None => text,
        };
        // No HTML document may hold these.
        let shown = shown
            .replace('\u{fffe}', r"\xEF\xBF\xBE")
            .replace('\u{ffff}', r"\xEF\xBF\xBF")
            .replace('\u{10ffff}', r"\xF4\x8F\xBF\xBF");
        assert!(shown.is_empty() || read.foreign.contains(&shown), "{shown}");
    }
}

#[test]
fn the_style_sheet_asks_for_nothing_and_cannot_end_early() {
    for word in ["</", "<!--", "url(", "@import", "image(", "src:"] {
        assert!(!CSS.contains(word), "{word}");
    }
}

proptest! {
    #[test]
    fn whatever_the_text_the_page_is_ours(
        some in prop::collection::vec(any::<Vec<u8>>(), 1..5),
        more in prop::collection::vec("[<>&\"'`=/!a;#\\-\n\u{fffe}\u{fdd0}\u{202e}]{0,20}", 1..5),
    ) {
        let texts: Vec<Vec<u8>> = some.into_iter().chain(more.into_iter().map(String::into_bytes)).collect();
        holds(&rendered("html", &report(&texts)));
    }
}

/// The first paragraph after the verdict.
fn lead(report: &Report) -> String {
    let page = rendered("html", report);
    holds(&page);
    let (_, after) = page.split_once("<p class=\"lead\">").unwrap();
    after.split_once("</p>").unwrap().0.to_owned()
}

#[test]
fn the_verdict_is_told_in_words() {
    let mut report = report(&[b"a".to_vec()]);
    assert_eq!(
        lead(&report),
        "1 finding blocks. 1 thing could not be read."
    );
    report.incomplete.clear();
    assert_eq!(lead(&report), "1 finding blocks.");
    report.findings.clear();
    report.commits.clear();
    report.notes.clear();
    report.counts = Counts::default();
    report.verdict = Verdict::Pass;
    assert_eq!(lead(&report), "Nothing blocks, and everything was read.");
    let page = rendered("html", &report);
    assert!(page.contains("<h1>Pass</h1>") && page.contains("Nothing was found."));
}

#[test]
fn what_could_not_be_read_is_no_pass_unless_somebody_lets_it_through() {
    let mut report = report(&[b"a".to_vec()]);
    report.findings.clear();
    report.counts = Counts::default();
    report.verdict = Verdict::Incomplete;
    let said = "Nothing that was read blocks, but 1 thing could not be read.";
    assert_eq!(lead(&report), format!("{said} That is no pass."));
    report.tolerated = true;
    assert_eq!(
        lead(&report),
        format!("{said} An emergency waiver lets it through.")
    );
    report.run.emergency = None;
    assert_eq!(
        lead(&report),
        format!("{said} The policy lets it through at this stage.")
    );
}

#[test]
fn all_of_a_finding_is_told() {
    let mut report = report(&[]);
    let waived = finding(b"text", 4, "zone-agent", (Decision::Waived, Mode::Block));
    report.findings = vec![waived];
    report.counts = Counts::of(&report.findings);
    let read = holds(&rendered("html", &report));
    for told in [
        "Waived 1 finding",
        "zone-agent 1 finding",
        "touched a zone where agents are denied",
        "Wheretext:4:1",
        "Agentclaude-code",
        "Zonetext",
        "Decided bytext:3, mode block",
        "Waivertext, approved by text, until 2026-12-20, ticket text",
        "How to mend it\ntext",
        &report.findings[0].fingerprint,
    ] {
        assert!(read.text.contains(told), "{told} is not in {}", read.text);
    }
}

/// What blocks is kept, wherever it stands, and what there is no room for is counted.
#[test]
fn a_very_large_report_stays_a_page() {
    for each in [b"x".to_vec(), b"<&\"".repeat(400)] {
        let mut report = report(&vec![each.clone(); 1100]);
        let last = report.findings.len() - 1;
        for (at, row) in report.findings.iter_mut().enumerate() {
            row.decision = if at == last {
                Decision::Blocked
            } else {
                Decision::Audited
            };
            row.waiver = None;
        }
        report.counts = Counts::of(&report.findings);
        let page = rendered("html", &report);
        assert!(page.len() < 10_000_000, "{}", page.len());
        let read = holds(&page);
        let (_, findings) = page.split_once("<h2 id=\"findings\">").unwrap();
        let first = findings.split("<section class=\"").nth(1).unwrap();
        assert!(first.starts_with("blocked\"") && first.contains("<dt>Fingerprint</dt>"));
        let shown = page.matches("<dt>Fingerprint</dt>").count();
        assert!((100..=1000).contains(&shown), "{shown}");
        let told = format!(
            "This page shows {shown} of 1100 findings, the most severe first and some of each rule."
        );
        assert!(read.text.contains(&told));
        assert!(read.text.matches(" more are not shown here.").count() >= 5);
    }
}

#[test]
fn a_flood_of_one_rule_hides_no_other() {
    let mut report = report(&[]);
    let flood = (0..1500).map(|number| (number, "zone-agent", (Decision::Blocked, Mode::Block)));
    let last = [
        (1500, "secret-added", (Decision::Blocked, Mode::Block)),
        (1501, "hidden-text", (Decision::Audited, Mode::Audit)),
    ];
    let rows = flood.chain(last);
    report.findings = rows
        .map(|(number, rule, decision)| finding(b"x", number, rule, decision))
        .collect();
    report.counts = Counts::of(&report.findings);
    let page = rendered("html", &report);
    let read = holds(&page);
    assert_eq!(page.matches("<dt>Fingerprint</dt>").count(), 1000);
    for row in &report.findings[1500..] {
        assert!(read.text.contains(&row.fingerprint));
    }
    assert!(read.text.contains("502 more are not shown here."));
}
