//! `markdown`: foreign text shows as it is, and the page is no larger than GitHub takes.

use cordon::finding::{Decision, Mode};
use cordon::report::Counts;
use proptest::prelude::*;

use crate::hostile::{finding, rendered, report, texts};

/// A line without what we write ourselves: references, tags for code, empty comments.
fn bare(line: &str) -> String {
    let mut text = line.to_owned();
    for ours in ["<code>", "</code>", "<!-- -->"] {
        text = text.replace(ours, "");
    }
    let mut parts = text.split("&#");
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (number, rest) = part.split_once(';').unwrap();
        assert!(number.parse::<u32>().is_ok(), "{line}");
        out += rest;
    }
    out
}

/// Every line is a heading, a row of the table with all its cells, or an entry of a list; no foreign
/// character in it means anything.
fn holds(text: &str) {
    let ours = ["**Could not be read:**", "**Notes:**", ""];
    let table = [
        "| | rule | where | what | mend |",
        "| --- | --- | --- | --- | --- |",
    ];
    for line in text.lines().skip(1) {
        if ours.contains(&line)
            || table.contains(&line)
            || line.ends_with(" more are not shown here.")
        {
            continue;
        }
        let bare = bare(line);
        let body = match bare.strip_prefix("| ") {
            Some(row) => {
                let cells: Vec<&str> = row.strip_suffix(" |").unwrap().split(" | ").collect();
                assert_eq!(cells.len(), 5, "{line}");
                cells.concat()
            }
            None => bare
                .strip_prefix("- ")
                .unwrap_or(&bare)
                .replacen(": ", "", 1)
                .replace(" Mend: ", ""),
        };
        let means = |c: char| "<>[]`*_~!@#&|\\{}$+:.".contains(c);
        assert_eq!(body.find(means), None, "{line}");
    }
}

#[test]
fn foreign_text_in_a_hostile_report_means_nothing() {
    let text = rendered("markdown", &report(&texts()));
    holds(&text);
    assert!(text.starts_with("## Cordon: fail\n"));
    assert!(text.contains("&#60;script&#62;"));
}

proptest! {
    #[test]
    fn whatever_the_text_it_means_nothing(
        some in prop::collection::vec(any::<Vec<u8>>(), 1..5),
        more in prop::collection::vec("[<>|`*_@#!\\[\\]()\\\\&;a\n-]{0,20}", 1..5),
    ) {
        let texts: Vec<Vec<u8>> = some.into_iter().chain(more.into_iter().map(String::into_bytes)).collect();
        holds(&rendered("markdown", &report(&texts)));
    }
}

#[test]
fn a_page_is_no_larger_than_github_takes() {
    let mut report = report(&[]);
    let long = b"<|`".repeat(400);
    report.findings = (0..3000)
        .map(|number| {
            let decision = if number == 2999 {
                Decision::Blocked
            } else {
                Decision::Warned
            };
            finding(&long, number, "zone-agent", (decision, Mode::Block))
        })
        .collect();
    report.counts = Counts::of(&report.findings);
    let text = rendered("markdown", &report);
    assert!(text.len() < 1 << 20, "{}", text.len());
    holds(&text);
    let rows = text.lines().filter(|line| line.starts_with("| ")).count() - 2;
    let first = text.lines().find(|line| line.starts_with("| b"));
    assert!(first.unwrap().starts_with("| blocked |"));
    let last = text.lines().last().unwrap();
    assert_eq!(last, format!("{} more are not shown here.", 3000 - rows));
}
