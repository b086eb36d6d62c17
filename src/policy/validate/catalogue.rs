//! A policy's own catalogue: well-formed signs that no other agent has.

use std::collections::BTreeMap;

use super::{Validator, items};
use crate::policy::raw::{Listed, RawAgentTrailer, RawCatalogueEntry, RawVariable};
use crate::policy::vocabulary::SignKind;
use crate::policy::yaml::Problem;
use crate::text::shape::Shape;
use crate::text::{Span, Spanned};

/// What an agent's id is, as a regular expression.
pub(crate) const ID: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

impl Validator<'_> {
    /// The entries by id, once all of them are looked at.
    pub(super) fn catalogue(
        &mut self,
        raw: &BTreeMap<Spanned<String>, RawCatalogueEntry>,
    ) -> BTreeMap<String, RawCatalogueEntry> {
        let mut owners = Owners::default();
        for (id, entry) in raw {
            self.catalogue_id(id, entry);
            let signs = signs(id, entry);
            for sign in &signs {
                self.sign(id, sign, &mut owners);
            }
            for name in [&entry.name, &entry.vendor] {
                self.not_blank(name.as_ref());
            }
            for text in items(entry.processes.as_ref()) {
                self.process(text);
            }
            self.parts(entry);
            self.patterns(entry.steered_by.as_ref());
        }
        let entries = raw.iter();
        entries
            .map(|(id, entry)| (id.value.clone(), entry.clone()))
            .collect()
    }

    /// A program's name without its folder: with one it would fit no process.
    fn process(&mut self, name: &Spanned<String>) {
        self.not_blank(Some(name));
        if name.value.contains(['/', '\0']) {
            self.problem(name.span, "a process is named without its folder");
        }
    }

    fn catalogue_id(&mut self, id: &Spanned<String>, entry: &RawCatalogueEntry) {
        let part = |part: &str| {
            let known = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
            !part.is_empty() && part.bytes().all(known)
        };
        if !id.split('-').all(part) || id.value == "unlisted" {
            self.problem(
                id.span,
                "an agent's id is of small letters, digits and hyphens",
            );
        }
        let taken = |sign| {
            self.vocabulary
                .taken
                .and_then(|taken| taken(SignKind::Alias, sign))
        };
        match taken(id) {
            Some(owner) if owner != id.value => {
                self.problem(id.span, format!("`{}` is a name of {owner}", id.value));
            }
            None if entry.name.is_none() => {
                self.problem(id.span, "an agent that is new has a `name`");
            }
            _ => {}
        }
    }

    fn sign(&mut self, id: &Spanned<String>, sign: &Sign<'_>, owners: &mut Owners) {
        if let Some(why) = sign.fault() {
            self.problem(sign.span, why);
            return;
        }
        let builtin = self.vocabulary.taken;
        let owner = builtin.and_then(|taken| taken(sign.kind, &sign.text));
        let key = (sign.kind, sign.text.to_lowercase());
        let owner = owner.or_else(|| owners.get(&key).cloned());
        if let Some(owner) = owner.filter(|owner| *owner != id.value) {
            let told = format!("`{}` is a sign of {owner} already", sign.text);
            self.problem(sign.span, told);
            return;
        }
        owners.insert(key, id.value.clone());
    }

    /// What is wrong with the entries of which a part alone says nothing.
    fn parts(&mut self, entry: &RawCatalogueEntry) {
        if let Some(together) = entry.together.as_ref().filter(|keys| keys.len() < 2) {
            self.problem(
                together.span,
                "`together` has several keys: one alone is a `key`",
            );
        }
        for key in items(entry.together.as_ref()) {
            self.key(key);
        }
        for shape in items(entry.email_shapes.as_ref()) {
            if !is_mailbox(shape) {
                self.problem(shape.span, MAILBOX);
            } else if Shape::parse(shape).is_none() {
                self.problem(shape.span, SHAPE);
            }
        }
        for shared in items(entry.shared.as_ref()) {
            self.not_blank(Some(&shared.name));
            if !is_mailbox(&shared.email) {
                self.problem(shared.email.span, MAILBOX);
            }
        }
        for trailer in items(entry.trailers.as_ref()) {
            self.exact_trailer(trailer);
        }
        let environment = entry.environment.iter();
        for sign in environment.flat_map(|signs| [&signs.strong, &signs.ambient]) {
            for variable in items(sign.as_ref()) {
                self.variable(variable);
            }
        }
    }

    fn exact_trailer(&mut self, trailer: &Spanned<RawAgentTrailer>) {
        let RawAgentTrailer { key, value, shape } = &trailer.value;
        self.key(key);
        if value.is_some() == shape.is_some() {
            self.problem(trailer.span, "a trailer has one of `value` and `shape`");
        }
        self.not_blank(value.as_ref());
        if let Some(shape) = shape.as_ref().filter(|text| Shape::parse(text).is_none()) {
            self.problem(shape.span, SHAPE);
        }
    }

    fn variable(&mut self, variable: &Spanned<RawVariable>) {
        let named = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        if variable.var.is_empty() || !variable.var.bytes().all(named) {
            let told = "a variable's name has letters, digits and underscores";
            self.problem(variable.var.span, told);
        }
        for part in [&variable.prefix, &variable.contains] {
            self.not_blank(part.as_ref());
        }
    }

    fn not_blank(&mut self, text: Option<&Spanned<String>>) {
        if let Some(text) = text.filter(|text| text.trim().is_empty()) {
            self.problems.push(Problem::error(text.span, BLANK));
        }
    }
}

/// Which agent of the policy has a sign.
type Owners = BTreeMap<(SignKind, String), String>;

const BLANK: &str = "an empty text says nothing";
const SHAPE: &str = "no shape: `{KIND:COUNT}`, and KIND is `hex`, `digits` or `alnum`";
const MAILBOX: &str = "a mailbox is written whole, as `name@host`: whole domains are people's too";

/// A sign of an entry.
struct Sign<'e> {
    kind: SignKind,
    text: std::borrow::Cow<'e, str>,
    span: Span,
}

impl Sign<'_> {
    fn fault(&self) -> Option<&'static str> {
        let text = self.text.as_ref();
        match self.kind {
            _ if text.trim().is_empty() => Some(BLANK),
            SignKind::Email if !is_mailbox(text) => Some(MAILBOX),
            SignKind::Slug if text.contains(['@', ' ', '*']) => {
                Some("a GitHub login has neither `@` nor blanks: a mailbox goes under `emails`")
            }
            SignKind::Key if !text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') => {
                Some("a trailer's key has letters, digits and hyphens")
            }
            SignKind::Line if text.contains('\n') => Some("a line has no line break"),
            _ => None,
        }
    }
}

/// The signs that one agent alone may have.
fn signs<'e>(id: &'e Spanned<String>, entry: &'e RawCatalogueEntry) -> Vec<Sign<'e>> {
    let mut all = vec![Sign {
        kind: SignKind::Alias,
        text: id.as_str().into(),
        span: id.span,
    }];
    let mut add = |kind, list: &'e Listed<String>| {
        all.extend(items(list.as_ref()).map(|text| Sign {
            kind,
            text: text.as_str().into(),
            span: text.span,
        }));
    };
    add(SignKind::Alias, &entry.aliases);
    add(SignKind::Email, &entry.emails);
    add(SignKind::Slug, &entry.slugs);
    add(SignKind::Branch, &entry.branches);
    for lines in [&entry.marks, &entry.openings, &entry.links, &entry.boxes] {
        add(SignKind::Line, lines);
    }
    all.extend(entry.author_suffix.iter().map(|suffix| Sign {
        kind: SignKind::Suffix,
        text: suffix.as_str().into(),
        span: suffix.span,
    }));
    all.extend(items(entry.ids.as_ref()).map(|number| Sign {
        kind: SignKind::Account,
        text: number.to_string().into(),
        span: number.span,
    }));
    all.extend(items(entry.keys.as_ref()).map(|key| Sign {
        kind: SignKind::Key,
        text: key.key.as_str().into(),
        span: key.key.span,
    }));
    all
}

fn is_mailbox(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(local, host)| !local.is_empty() && !host.is_empty() && !host.contains('@'))
        && !text.contains([' ', '*', '<', '>', '\n'])
}
