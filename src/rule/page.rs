//! A rule's page: what `cordon explain RULE` prints and `docs/rules/` holds.

use std::fmt::Write as _;

use super::Meta;
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
    out
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
