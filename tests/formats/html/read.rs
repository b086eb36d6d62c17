//! The tokenizer, and all that we write.

use std::collections::BTreeSet;

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

pub(super) const CSS: &str = include_str!("../../../src/report/html/page.css");

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
pub(super) struct Read {
    /// The text of each `bdi`, which is where foreign text stands.
    pub(super) foreign: BTreeSet<String>,
    /// All text between tags, without that of the style.
    pub(super) text: String,
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
pub(super) fn holds(page: &str) -> Read {
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
