//! An approval written into a waiver's file; the rest of the file stays as it is.

use std::fmt::Write as _;

use super::canonical::canonical;
use super::emergency::emergency_canonical;
use super::same_person;
use crate::policy::problem::{Source, lines};
use crate::policy::raw::waiver::{RawApproval, RawEmergencyWaiver, RawSigner, RawWaiver};
use crate::policy::yaml::{self, Limits, Node, Problem};
use crate::text::{Span, Spanned};

/// A waiver that somebody is about to approve.
#[derive(Debug)]
pub struct Unsigned {
    text: String,
    who: Spanned<String>,
    /// The day of the approval; an emergency waiver has its own moment.
    day: Spanned<String>,
    waiver: Kind,
    /// Where `approved_by` and its value stand.
    place: (usize, usize),
}

/// What is signed.
#[derive(Debug, PartialEq)]
enum Kind {
    Waiver(RawWaiver),
    Emergency(RawEmergencyWaiver),
}

impl Unsigned {
    /// Reads a waiver, or an emergency waiver, which its first key says. The error is its problems, as
    /// `file:line:column: message`.
    pub fn read(name: &str, text: &str, who: &str, today: &str) -> Result<Self, Vec<String>> {
        let mut problems = Vec::new();
        let read = parsed(text, &mut problems);
        let Some((node, waiver)) = read else {
            let source = Source {
                name: name.to_owned(),
                text: text.as_bytes().to_vec(),
            };
            return Err(lines(&problems, &[source]));
        };
        let place = node.entry("approved_by").map_or((0, 0), |(key, value)| {
            (key.span.start as usize, value.span.end as usize)
        });
        let known = match &waiver {
            Kind::Waiver(waiver) => waiver
                .approved_by
                .iter()
                .find(|one| same_person(&one.who, who))
                .map(|one| (one.who.clone(), one.date.clone())),
            Kind::Emergency(waiver) => waiver
                .approved_by
                .iter()
                .find(|one| same_person(&one.who, who))
                .map(|one| (one.who.clone(), new(today))),
        };
        let (who, day) = known.unwrap_or_else(|| (new(who), new(today)));
        Ok(Self {
            text: text.to_owned(),
            who,
            day,
            waiver,
            place,
        })
    }

    /// What is signed, for a policy.
    pub fn signed(&self, policy: Option<&str>) -> String {
        match &self.waiver {
            Kind::Waiver(waiver) => canonical(waiver, &self.approval(None), policy),
            Kind::Emergency(waiver) => emergency_canonical(waiver, &self.who, policy),
        }
    }

    /// The file with the approval; or why it cannot be written into it.
    pub fn with(&self, signature: Option<&str>) -> Result<String, String> {
        let (list, wanted) = self.approved(signature);
        let (start, end) = self.place;
        let before = self.text.get(..start).unwrap_or_default();
        let after = self.text.get(end..).unwrap_or_default();
        let line = if after.starts_with('\n') || after.is_empty() {
            ""
        } else {
            "\n"
        };
        let text = format!("{before}approved_by:\n{}{line}{after}", list.trim_end());
        let read = parsed(&text, &mut Vec::new()).map(|(_, waiver)| waiver);
        if read.as_ref() == Some(&wanted) {
            return Ok(text);
        }
        Err(
            "write each key of the waiver on a line of its own, so that an approval can be added"
                .to_owned(),
        )
    }

    /// The list as it is written, and the waiver with it.
    fn approved(&self, signature: Option<&str>) -> (String, Kind) {
        let signature = signature.map(|text| new(&(text.trim_end().to_owned() + "\n")));
        match &self.waiver {
            Kind::Waiver(waiver) => {
                let mut waiver = waiver.clone();
                put(
                    &mut waiver.approved_by.value,
                    self.approval(signature),
                    |one| &one.who,
                );
                let entry = |one: &Spanned<RawApproval>| {
                    written(&one.who, Some(&one.date), one.signature.as_ref())
                };
                (
                    waiver.approved_by.iter().map(entry).collect(),
                    Kind::Waiver(waiver),
                )
            }
            Kind::Emergency(waiver) => {
                let mut waiver = waiver.clone();
                let signer = RawSigner {
                    who: self.who.clone(),
                    signature,
                };
                put(&mut waiver.approved_by.value, signer, |one| &one.who);
                let entry =
                    |one: &Spanned<RawSigner>| written(&one.who, None, one.signature.as_ref());
                (
                    waiver.approved_by.iter().map(entry).collect(),
                    Kind::Emergency(waiver),
                )
            }
        }
    }

    fn approval(&self, signature: Option<Spanned<String>>) -> RawApproval {
        RawApproval {
            who: self.who.clone(),
            date: self.day.clone(),
            signature,
        }
    }
}

/// A tree, and the waiver of either kind that it is.
fn parsed(text: &str, problems: &mut Vec<Problem>) -> Option<(Node, Kind)> {
    let node = yaml::parse(0, text.as_bytes(), &Limits::REPOSITORY, problems)?;
    let waiver = if node.entry("emergency").is_some() {
        Kind::Emergency(yaml::read(&node, problems)?)
    } else {
        Kind::Waiver(yaml::read(&node, problems)?)
    };
    Some((node, waiver))
}

/// Puts an approval in the place of the same person's, or behind the others.
fn put<T>(list: &mut Vec<Spanned<T>>, one: T, who: impl Fn(&T) -> &Spanned<String>) {
    let mut there = list.iter_mut();
    match there.find(|there| same_person(who(there), who(&one))) {
        Some(there) => there.value = one,
        None => list.push(Spanned::new(one, Span::default())),
    }
}

fn written(
    who: &str,
    date: Option<&Spanned<String>>,
    signature: Option<&Spanned<String>>,
) -> String {
    // A text in JSON is one in YAML; one that cannot be written is refused when it is read again.
    let quoted = |text: &str| serde_json::to_string(text).unwrap_or_default();
    let mut out = format!("  - who: {}\n", quoted(who));
    // Writing to a String cannot fail.
    if let Some(date) = date {
        let _ = writeln!(out, "    date: {}", quoted(date));
    }
    if let Some(signature) = signature {
        out.push_str("    signature: |\n");
        for line in signature.lines() {
            let _ = writeln!(out, "      {line}");
        }
    }
    out
}

fn new(text: &str) -> Spanned<String> {
    Spanned::new(text.to_owned(), Span::default())
}
