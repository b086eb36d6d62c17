//! The catalogue as a page for people: `docs/agents.md`, which a test keeps current.

use std::fmt::Write as _;

use super::catalogue::Catalogue;
use super::raw::{Entry, Environment, Sign};

const HEAD: &str = "<!-- generated from policies/agents: CORDON_GENERATE=1 cargo test --locked generated -->
# The agents that Cordon knows

By what each is known, from `policies/agents/`, where every fact says how far it can be trusted.
`cordon agents list --all` prints them with their status in the policy, and `cordon agents detect` which one is at
work in this environment. A policy's `catalogue` adds agents and signs: see [Write a policy](policy.md).

- **address**: a mailbox or GitHub login, as author, committer or in a trailer such as `Co-authored-by`.
- **name**: what means it in `Assisted-by: NAME:MODEL`, beside its id.
- **key**: a trailer's key; several joined by `+` count together alone.
- **line**: a line of the message, whole or, with `…`, its beginning; a ticked check box.
- **variable**: what its child processes find in their environment; *weak* where people have it too.
- **process**: the name of a program or script above the one by which a commit is made, on Linux.
- **steered by**: the files of a repository that it reads as instructions or settings.
- **account**: what hints at the account it works under. No verdict rests on it.

A note of git-ai or a committed Agent Trace record names its tool by id or name.
";

/// The page.
pub fn page(catalogue: &Catalogue) -> String {
    let mut out = HEAD.to_owned();
    for entry in catalogue.entries() {
        // Writing to a String cannot fail.
        let _ = write!(
            out,
            "\n## {}\n\n{}, by {}.",
            entry.agent, entry.name, entry.vendor
        );
        if let Some(note) = &entry.note {
            let _ = write!(out, " {}", note.trim_end());
        }
        out.push('\n');
        let mut rows = rows(entry);
        if !entry.steered_by.is_empty() {
            rows.push(("steered by", codes(&entry.steered_by, "")));
        }
        if !rows.is_empty() {
            out.push('\n');
        }
        for (what, values) in rows {
            let _ = writeln!(out, "- {what}: {}", values.join(", "));
        }
    }
    out
}

/// The kinds of sign that are known of an agent, as the page calls them.
pub fn kinds_of_signs(entry: &Entry) -> Vec<&'static str> {
    let mut kinds: Vec<_> = rows(entry).into_iter().map(|(what, _)| what).collect();
    kinds.dedup();
    kinds
}

fn rows(entry: &Entry) -> Vec<(&'static str, Vec<String>)> {
    let mut rows = vec![
        ("address", addresses(entry)),
        ("name", codes(&entry.aliases, "")),
        ("key", keys(entry)),
        ("line", lines(entry)),
        ("branch", codes(&entry.branches, "…")),
        ("variable", variables(&entry.environment)),
        ("process", codes(&entry.processes, "")),
        ("account", account(entry)),
    ];
    rows.retain(|(_, values)| !values.is_empty());
    rows
}

fn addresses(entry: &Entry) -> Vec<String> {
    let mut all = codes(&entry.emails, "");
    all.extend(codes(&entry.email_shapes, ""));
    let shared = entry.shared.iter();
    all.extend(shared.map(|one| code(&format!("{} <{}>", one.name, one.email))));
    all.extend(codes(&entry.slugs, ""));
    let ids = entry.ids.iter();
    all.extend(ids.map(|id| code(&format!("{id}+…@users.noreply.github.com"))));
    let suffix = entry.author_suffix.iter();
    all.extend(suffix.map(|suffix| code(&format!("…{suffix}"))));
    all
}

fn keys(entry: &Entry) -> Vec<String> {
    let mut all: Vec<_> = entry.keys.iter().map(|key| code(&key.key)).collect();
    all.extend((!entry.together.is_empty()).then(|| codes(&entry.together, "").join(" + ")));
    all.extend(entry.trailers.iter().map(|one| {
        let value = one.value.as_ref().or(one.shape.as_ref());
        code(&format!(
            "{}: {}",
            one.key,
            value.map_or("", String::as_str)
        ))
    }));
    all
}

fn lines(entry: &Entry) -> Vec<String> {
    let mut all = codes(&entry.marks, "");
    all.extend(codes(&entry.openings, "…"));
    all.extend(codes(&entry.links, "…"));
    all.extend(
        entry
            .boxes
            .iter()
            .map(|text| code(&format!("- [x] {text}…"))),
    );
    all
}

fn variables(environment: &Environment) -> Vec<String> {
    let strong = environment.strong.iter().map(|sign| code(&variable(sign)));
    let weak = environment.ambient.iter();
    let weak = weak.map(|sign| format!("{} (weak)", code(&variable(sign))));
    strong.chain(weak).collect()
}

fn variable(sign: &Sign) -> String {
    let value = match (&sign.value, &sign.prefix, &sign.contains) {
        (Some(value), ..) => format!("={value}"),
        (None, Some(prefix), _) => format!("={prefix}…"),
        (None, None, Some(part)) => format!("=…{part}…"),
        (None, None, None) => String::new(),
    };
    let with = sign
        .with
        .iter()
        .map(|other| format!(" {}", variable(other)));
    format!("{}{value}{}", sign.var, with.collect::<String>())
}

fn account(entry: &Entry) -> Vec<String> {
    let variables = entry.account.variables.iter();
    let variables = variables.map(|sign| format!("{} ({})", code(&sign.var), sign.hints.word()));
    variables.chain(codes(&entry.account.managed, "")).collect()
}

fn codes(texts: &[String], more: &str) -> Vec<String> {
    texts
        .iter()
        .map(|text| code(&format!("{text}{more}")))
        .collect()
}

/// A text as code, whatever it holds.
fn code(text: &str) -> String {
    if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}
