//! The packs as a page for people: `docs/packs.md`, which a test keeps current.
//!
//! What a pack follows, and why, stands in the comment at its head; why a zone is drawn so, in the
//! comment above it. Both are shown as they are written.

use std::fmt::Write as _;

use super::{PACKS, Pack};
use crate::policy::raw::{RawForbidden, RawPolicy, RawRequirement, RawTrailers, RawZone};
use crate::policy::yaml::{self, Limits};
use crate::text::{Span, Spanned};

const HEAD: &str = "<!-- generated from policies/packs: CORDON_GENERATE=1 cargo test --locked generated -->
# The packs

Policies that come with Cordon, to build on: `extends: [{pack: default}, {pack: pci-dss}]`. How they are put together, and what to do
where two of them speak of the same, [Write a policy](policy.md#packs) tells. `cordon policy show pack:pci-dss` prints one whole.

A pack is a beginning, not an attestation: it says which public text it follows and what it does not do. Whether it fits, somebody
who answers for it decides.

A zone without a mode has that of the rules: `zone-agent` blocks an agent's change, `zone-copy-out` blocks an agent's copy and
warns of a person's.
";

/// The page; `None` where a pack cannot be read.
pub fn page() -> Option<String> {
    let mut out = HEAD.to_owned();
    for pack in PACKS {
        write_pack(&mut out, pack)?;
    }
    Some(out)
}

fn write_pack(out: &mut String, pack: &Pack) -> Option<()> {
    let mut problems = Vec::new();
    let node = yaml::parse(0, pack.text.as_bytes(), &Limits::ORG, &mut problems)?;
    let raw: RawPolicy = yaml::read(&node, &mut problems)?;
    // Writing to a String cannot fail.
    let _ = writeln!(out, "\n## {}\n", pack.name);
    write_head(out, pack.text);
    for (name, zone) in &raw.zones {
        write_zone(out, pack.text, &name.value, name.span, zone);
    }
    let classes = raw.classes.iter().filter_map(|(class, rule)| {
        let agents = rule.agents?.value.word();
        Some(format!("agents {agents} in `{}`", class.value.word()))
    });
    write_line(out, "A repository of a class as a whole", classes);
    if let Some(trailers) = &raw.trailers {
        write_line(out, "Trailers", trailer_words(trailers).into_iter());
    }
    let rules = raw.rules.iter().filter_map(|(id, rule)| {
        let mode = rule.mode?.value.word();
        Some(format!("`{}` is `{mode}`", id.value))
    });
    write_line(out, "Rules", rules);
    Some(())
}

/// A line with what there is, and none where there is nothing.
fn write_line(out: &mut String, title: &str, parts: impl Iterator<Item = String>) {
    let parts: Vec<String> = parts.collect();
    if !parts.is_empty() {
        let _ = writeln!(out, "\n{title}: {}.", parts.join("; "));
    }
}

/// The comment at the head of the file. `Follows:` and `Does not:` begin lists.
fn write_head(out: &mut String, text: &str) {
    let head = text.lines().map_while(|line| line.strip_prefix('#'));
    for line in head.map(|line| line.strip_prefix(' ').unwrap_or(line)) {
        if matches!(line, "Follows:" | "Does not:") {
            let _ = writeln!(out, "**{}**\n", line.trim_end_matches(':'));
        } else {
            let _ = writeln!(out, "{line}");
        }
    }
}

fn write_zone(out: &mut String, text: &str, name: &str, place: Span, zone: &RawZone) {
    let class = zone.class.map_or("custom", |class| class.value.word());
    let agents = zone.agents.map_or("allowed", |agents| agents.value.word());
    let _ = write!(
        out,
        "\n**Zone `{name}`**, class `{class}`, agents `{agents}`"
    );
    if let Some(mode) = zone.mode {
        let _ = write!(out, ", mode `{}`", mode.value.word());
    }
    let why = comment_above(text, place.start as usize);
    let _ = writeln!(out, ".{}{why}", if why.is_empty() { "" } else { " " });
    for (title, list) in [("paths", &zone.paths), ("markers", &zone.markers)] {
        let codes: Vec<String> = texts(list.as_ref())
            .map(|text| format!("`{text}`"))
            .collect();
        if !codes.is_empty() {
            let _ = writeln!(out, "\n- {title}: {}", codes.join(", "));
        }
    }
}

/// The comment that stands right above a key, as one text.
fn comment_above(text: &str, start: usize) -> String {
    let before = text.get(..start).unwrap_or_default();
    // The key's own line has nothing but blanks before it.
    let lines = before
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty());
    let last: Vec<&str> = lines
        .rev()
        .map_while(|line| line.strip_prefix('#'))
        .map(str::trim)
        .collect();
    last.into_iter().rev().collect::<Vec<_>>().join(" ")
}

fn trailer_words(trailers: &RawTrailers) -> Vec<String> {
    let stamp = trailers.stamp.filter(|stamp| stamp.value);
    let mut words: Vec<String> = stamp
        .map(|_| "the hook writes the agent's".to_owned())
        .into_iter()
        .collect();
    let require = trailers.require.iter().flat_map(|list| list.iter());
    words.extend(require.map(|entry| required(entry)));
    let forbid = trailers.forbid.iter().flat_map(|list| list.iter());
    words.extend(forbid.map(|entry| forbidden(entry)));
    words
}

fn required(entry: &RawRequirement) -> String {
    let keys: Vec<String> = texts(entry.any_of.as_ref())
        .map(|key| format!("`{key}`"))
        .collect();
    let form = entry.r#match.as_ref();
    let form = form.map_or_else(String::new, |form| format!(" of the form `{}`", form.value));
    format!("an agent's commit needs {}{form}", keys.join(" or "))
}

fn forbidden(entry: &RawForbidden) -> String {
    let naming = if entry.naming.is_some() {
        " naming an agent"
    } else {
        ""
    };
    let said = entry.key.as_ref().or(entry.text.as_ref());
    let said = said.map_or("", |said| said.value.as_str());
    format!("no `{said}`{naming}")
}

fn texts(list: Option<&Spanned<Vec<Spanned<String>>>>) -> impl Iterator<Item = &str> {
    let items = list.into_iter().flat_map(|list| list.value.iter());
    items.map(|item| item.value.as_str())
}
