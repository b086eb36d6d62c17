//! A rule's page: what `cordon explain RULE` prints and `docs/rules/` holds, and the list of them.

use std::fmt::Write as _;

use super::{Meta, RULES};
use crate::finding::Mode;

/// The page of a rule, as Markdown.
pub fn page(meta: &Meta) -> String {
    let mut out = format!("# {}\n\n{}\n\n", meta.id, meta.finds);
    let sections = [("Why", meta.why), ("How to mend it", meta.mend)];
    // Writing to a String cannot fail.
    let _ = write!(
        out,
        "| | agents' changes | people's changes |\n| --- | --- | --- |\n"
    );
    let _ = write!(
        out,
        "| default mode | {} | {} |\n\n",
        word(meta.agents),
        word(meta.humans)
    );
    let _ = write!(out, "## {}\n\n{}\n\n", sections[0].0, sections[0].1);
    let _ = write!(out, "## Example\n\n{}\n\n", example(meta.example));
    let _ = write!(out, "## {}\n\n{}\n\n", sections[1].0, sections[1].1);
    let _ = write!(
        out,
        "## How to configure it\n\n```yaml\n{}\n```\n",
        meta.configure
    );
    if meta.agents.is_some() || meta.humans.is_some() {
        let _ = write!(
            out,
            "\n`rules: {{{}: {{mode: M}}}}` sets its mode: `disabled`, `audit`, `warn` or `block`. Instead of \
             `mode`, `agents` and `humans` set one for those changes alone.\n",
            meta.id
        );
    }
    let _ = write!(
        out,
        "\n## How to see why\n\n`cordon explain COMMIT` tells what it found in a commit, by which policy \
         line, or why it had nothing to find.\n"
    );
    let related = related(meta);
    if !related.is_empty() {
        let _ = write!(out, "\n## See also\n\n{}.\n", related.join(", "));
    }
    out
}

/// The list of all rules, as Markdown.
pub fn pages() -> String {
    let mut out = "# Rules\n\n`cordon explain RULE` prints a page; `cordon explain COMMIT` tells what each \
                   rule made of a commit.\n\n\
                   | rule | finds | agents' changes | people's changes |\n| --- | --- | --- | --- |\n"
        .to_owned();
    for meta in RULES.iter().map(|rule| rule.meta()) {
        // Writing to a String cannot fail.
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            link(meta.id),
            meta.finds.replace('|', "\\|"),
            word(meta.agents),
            word(meta.humans)
        );
    }
    out
}

/// The other rules of its family, which is the first part of its id.
fn related(meta: &Meta) -> Vec<String> {
    let family = |id: &'static str| id.split('-').next();
    let others = RULES.iter().map(|rule| rule.meta().id);
    others
        .filter(|id| *id != meta.id && family(id) == family(meta.id))
        .map(link)
        .collect()
}

fn link(id: &str) -> String {
    format!("[{id}]({id}.md)")
}

/// An example that begins with what a commit holds shows it as a block; its rest is prose.
fn example(text: &str) -> String {
    match text.split_once("\n\n") {
        Some((block, rest)) => format!("```text\n{block}\n```\n\n{rest}"),
        None => text.to_owned(),
    }
}

fn word(mode: Option<Mode>) -> &'static str {
    mode.map_or("–", Mode::word)
}
