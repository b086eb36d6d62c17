//! `html`, read by a tokenizer that knows no mercy: a browser would mend what it refuses.

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding as _};
use cordon::finding::{Decision, Mode};
use cordon::report::{Counts, Report, Verdict};
use proptest::prelude::*;
use sha2::{Digest as _, Sha256};

use crate::hostile::{clean, finding, rendered, report, texts};

const CSS: &str = include_str!("../../src/report/html/page.css");

/// Attributes by name, with their values.
type Attributes = &'static [(&'static str, &'static [&'static str])];

/// Every element that we write, with its attributes and all the values that these have. `#` stands for the
/// sections' ids.
const OURS: &[(&str, Attributes)] = &[
    ("a", &[("href", &["#"])]),
    ("bdi", &[]),
    ("body", &[("class", &["fail", "incomplete", "pass"])]),
    ("caption", &[]),
    ("code", &[]),
    ("dd", &[]),
    ("details", &[("open", &[""])]),
    (
        "div",
        &[(
            "class",
            &["audited", "blocked", "unread", "waived", "warned", "zero"],
        )],
    ),
    ("dl", &[("class", &["facts", "facts words", "tallies"])]),
    ("dt", &[]),
    ("footer", &[]),
    ("h1", &[]),
    ("h2", &[("id", &["#"])]),
    ("h3", &[("id", &["#"])]),
    ("h4", &[]),
    ("head", &[]),
    ("header", &[]),
    ("html", &[("lang", &["en"])]),
    ("li", &[]),
    ("main", &[]),
    (
        "meta",
        &[
            ("charset", &["utf-8"]),
            (
                "content",
                &[
                    "POLICY",
                    "width=device-width, initial-scale=1",
                    "light dark",
                    "no-referrer",
                    "noindex",
                ],
            ),
            ("http-equiv", &["Content-Security-Policy"]),
            ("name", &["viewport", "color-scheme", "referrer", "robots"]),
        ],
    ),
    ("nav", &[("aria-label", &["Sections"])]),
    (
        "p",
        &[("class", &["brand", "lead", "means", "message", "more"])],
    ),
    (
        "section",
        &[
            ("aria-labelledby", &["#"]),
            (
                "class",
                &["audited", "blocked", "emergency", "waived", "warned"],
            ),
        ],
    ),
    ("span", &[("class", &["number", "quiet", "subject"])]),
    ("style", &[]),
    ("summary", &[]),
    (
        "table",
        &[
            ("class", &["commits", "layers", "references"]),
            ("role", &["table"]),
        ],
    ),
    ("tbody", &[("role", &["rowgroup"])]),
    ("td", &[("data-label", COLUMNS), ("role", &["cell"])]),
    (
        "th",
        &[
            ("data-label", COLUMNS),
            ("role", &["columnheader", "rowheader"]),
            ("scope", &["col", "row"]),
        ],
    ),
    ("thead", &[("role", &["rowgroup"])]),
    ("title", &[]),
    ("tr", &[("role", &["row"])]),
    (
        "ul",
        &[("class", &["cards", "cards unread"]), ("role", &["list"])],
    ),
];

const COLUMNS: &[&str] = &[
    "Account",
    "Agents",
    "Assurance",
    "Attribution",
    "Authority",
    "Commit",
    "File",
    "From",
    "Reference",
    "SHA-256",
    "To",
];

const IDS: &[&str] = &[
    "audited",
    "blocked",
    "commits",
    "emergency",
    "findings",
    "judged",
    "notes",
    "policy",
    "unread",
    "waived",
    "warned",
];

/// A page as it was read.
#[derive(Default)]
struct Read {
    /// The text of each `bdi`, which is where foreign text stands.
    foreign: BTreeSet<String>,
    /// All text between tags, without that of the style.
    text: String,
    headings: Vec<u8>,
    ids: Vec<String>,
    links: Vec<String>,
    items: usize,
}

/// Reads a page: each element is one of ours and closed where it must be, each attribute has a value of ours,
/// each reference is known, and no `<`, `>` or `&` stands for itself.
fn read(page: &str) -> Read {
    let mut read = Read::default();
    let mut open: Vec<&str> = Vec::new();
    let mut rest = page.strip_prefix("<!doctype html>\n").unwrap();
    while !rest.is_empty() {
        let Some(tag) = rest.strip_prefix('<') else {
            let end = rest.find('<').unwrap_or(rest.len());
            text(&rest[..end], &open, &mut read);
            rest = &rest[end..];
            continue;
        };
        let end = tag.find('>').unwrap();
        rest = &tag[end + 1..];
        if let Some(name) = tag[..end].strip_prefix('/') {
            assert_eq!(open.pop(), Some(name));
            continue;
        }
        let name = element(&tag[..end], &mut read);
        if name == "style" {
            rest = rest.strip_prefix(CSS).unwrap();
        }
        if name != "meta" {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?} are not closed");
    read
}

/// Reads what lies between `<` and `>`, and tells the element's name.
fn element<'p>(tag: &'p str, read: &mut Read) -> &'p str {
    let (name, mut rest) = tag.split_at(tag.find(' ').unwrap_or(tag.len()));
    let (_, known) = OURS
        .iter()
        .find(|(ours, _)| *ours == name)
        .unwrap_or_else(|| panic!("<{tag}>"));
    while !rest.is_empty() {
        rest = rest.strip_prefix(' ').unwrap();
        let (key, value) = match rest.split_once("=\"") {
            Some((key, after)) => {
                let (value, after) = after.split_once('"').unwrap();
                rest = after;
                (key, value)
            }
            None => (std::mem::take(&mut rest), ""),
        };
        let (_, values) = known
            .iter()
            .find(|(ours, _)| *ours == key)
            .unwrap_or_else(|| panic!("<{tag}>"));
        let value = match key {
            "href" => value.strip_prefix('#').unwrap(),
            _ => value,
        };
        let ours = match values {
            ["#"] => IDS.contains(&value),
            _ => values.contains(&value) || (values.contains(&"POLICY") && value == csp()),
        };
        assert!(ours, "<{tag}>");
        match key {
            "id" => read.ids.push(value.to_owned()),
            "href" | "aria-labelledby" => read.links.push(value.to_owned()),
            _ => {}
        }
    }
    if let Some(level) = name.strip_prefix('h').and_then(|level| level.parse().ok()) {
        read.headings.push(level);
    }
    read.items += usize::from(name == "li");
    name
}

fn text(raw: &str, open: &[&str], read: &mut Read) {
    let banned = |c: char| ['>', '"', '\''].contains(&c) || u32::from(c) & 0xFFFE == 0xFFFE;
    assert!(!raw.contains(banned), "{raw}");
    let mut parts = raw.split('&');
    let mut out = parts.next().unwrap().to_owned();
    for part in parts {
        let (name, after) = part.split_once(';').unwrap();
        out += match name {
            "amp" => "&",
            "lt" => "<",
            "gt" => ">",
            "quot" => "\"",
            "#39" => "'",
            _ => panic!("&{name};"),
        };
        out += after;
    }
    read.text += &out;
    if open.last() == Some(&"bdi") {
        read.foreign.insert(out);
    }
}

/// What a browser is told to take: this style sheet, and nothing else.
fn csp() -> String {
    let digest = Base64::encode_string(&Sha256::digest(CSS));
    format!("default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'")
}

/// A page in which everything is ours but the text, whose headings descend a step at a time, and whose links
/// lead somewhere.
fn holds(page: &str) -> Read {
    let read = read(page);
    assert_eq!(read.headings[0], 1);
    for pair in read.headings.windows(2) {
        assert!(pair[1] > 1 && pair[1] <= pair[0] + 1, "{:?}", read.headings);
    }
    let ids: BTreeSet<&String> = read.ids.iter().collect();
    assert_eq!(ids.len(), read.ids.len());
    assert!(read.links.iter().all(|link| ids.contains(link)));
    read
}

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
        let told = format!("This page shows {shown} of 1100 findings, the most severe first.");
        assert!(read.text.contains(&told));
        assert!(read.text.matches(" more are not shown here.").count() >= 5);
    }
}
