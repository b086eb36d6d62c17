//! The catalogue with what a policy adds: agents of an organisation's own, and more signs.

use std::borrow::Cow;

use super::catalogue::Catalogue;
use super::raw::{Entry, Environment, ExactTrailer, Key, Shared, Sign};
use crate::policy::Policy;
use crate::policy::raw::{
    RawAgentEnvironment, RawAgentKey, RawAgentTrailer, RawCatalogueEntry, RawShared, RawVariable,
};
use crate::text::Spanned;

impl Catalogue {
    /// The built-in catalogue, and what the policy adds to it. It only adds: the policy's validation
    /// refuses a sign that another agent has.
    pub fn of(policy: &Policy) -> Cow<'static, Self> {
        let mut more = policy.catalogue().peekable();
        if more.peek().is_none() {
            return Cow::Borrowed(Self::builtin());
        }
        let mut entries = Self::builtin().entries().to_vec();
        for (id, raw) in more {
            let at = entries.iter().position(|entry| entry.agent == id);
            let at = at.unwrap_or_else(|| {
                entries.push(new(id, raw));
                entries.len() - 1
            });
            if let Some(entry) = entries.get_mut(at) {
                extend(entry, raw);
            }
        }
        Cow::Owned(Self::extending_builtin(entries))
    }
}

fn new(id: &str, raw: &RawCatalogueEntry) -> Entry {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    Entry {
        agent: id.to_owned(),
        name: text(&raw.name).unwrap_or_else(|| id.to_owned()),
        vendor: text(&raw.vendor).unwrap_or_default(),
        note: text(&raw.note),
        ..Entry::default()
    }
}

fn extend(entry: &mut Entry, raw: &RawCatalogueEntry) {
    add(&mut entry.aliases, raw.aliases.as_ref(), String::clone);
    add(&mut entry.emails, raw.emails.as_ref(), String::clone);
    add(
        &mut entry.email_shapes,
        raw.email_shapes.as_ref(),
        String::clone,
    );
    add(&mut entry.slugs, raw.slugs.as_ref(), String::clone);
    add(&mut entry.ids, raw.ids.as_ref(), |id| *id);
    add(&mut entry.shared, raw.shared.as_ref(), shared);
    add(&mut entry.keys, raw.keys.as_ref(), key);
    add(&mut entry.trailers, raw.trailers.as_ref(), trailer);
    add(&mut entry.marks, raw.marks.as_ref(), String::clone);
    add(&mut entry.openings, raw.openings.as_ref(), String::clone);
    add(&mut entry.links, raw.links.as_ref(), String::clone);
    add(&mut entry.boxes, raw.boxes.as_ref(), String::clone);
    add(&mut entry.branches, raw.branches.as_ref(), String::clone);
    add(&mut entry.processes, raw.processes.as_ref(), String::clone);
    add(
        &mut entry.steered_by,
        raw.steered_by.as_ref(),
        String::clone,
    );
    // One of each: the catalogue's own stays.
    if entry.together.is_empty() {
        add(&mut entry.together, raw.together.as_ref(), String::clone);
    }
    if let (None, Some(suffix)) = (&entry.author_suffix, &raw.author_suffix) {
        entry.author_suffix = Some(suffix.value.clone());
    }
    if let Some(signs) = &raw.environment {
        environment(&mut entry.environment, signs);
    }
}

type Items<T> = Spanned<Vec<Spanned<T>>>;

fn add<R, T>(list: &mut Vec<T>, more: Option<&Items<R>>, convert: impl Fn(&R) -> T) {
    let more = more.iter().flat_map(|more| &more.value);
    list.extend(more.map(|one| convert(&one.value)));
}

fn shared(raw: &RawShared) -> Shared {
    Shared {
        name: raw.name.value.clone(),
        email: raw.email.value.clone(),
    }
}

fn key(raw: &RawAgentKey) -> Key {
    Key {
        key: raw.key.value.clone(),
        anywhere: raw.anywhere.is_some_and(|anywhere| anywhere.value),
    }
}

fn trailer(raw: &RawAgentTrailer) -> ExactTrailer {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    ExactTrailer {
        key: raw.key.value.clone(),
        value: text(&raw.value),
        shape: text(&raw.shape),
    }
}

fn environment(signs: &mut Environment, raw: &RawAgentEnvironment) {
    add(&mut signs.strong, raw.strong.as_ref(), variable);
    add(&mut signs.ambient, raw.ambient.as_ref(), variable);
}

fn variable(raw: &RawVariable) -> Sign {
    let text = |text: &Option<Spanned<String>>| text.as_ref().map(|text| text.value.clone());
    Sign {
        var: raw.var.value.clone(),
        value: text(&raw.value),
        prefix: text(&raw.prefix),
        contains: text(&raw.contains),
        with: Vec::new(),
    }
}
