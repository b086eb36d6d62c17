//! Break-glass: a waiver for everything that stands in the way of one range, for hours, signed by two.
//!
//! It is bound to all that could be exchanged: the policy, the repository, both ends of the range, the
//! moment and the hours. Nothing remembers that it was used, and it names no reference: until it ends it is good for
//! the same range again.

use jiff::Timestamp;

use super::canonical::{map, text};
use super::read::Reader;
use super::{Proved, Register, Terms, same_person};
use crate::git::Id;
use crate::policy::Own;
use crate::policy::raw::waiver::{RawEmergencyWaiver, RawSigner};
use crate::policy::vocabulary::Vocabulary;
use crate::policy::yaml::{self, Limits, Problem, Severity, canonical_json};
use crate::text::{Span, Spanned};

/// How many must sign it.
const SIGNERS: usize = 2;

/// An emergency waiver that is whole.
#[derive(Debug)]
pub struct Emergency {
    /// Its moment.
    from: Timestamp,
    raw: RawEmergencyWaiver,
}

/// What it is to be used for.
pub struct Use<'a> {
    /// The repository's name, if anybody knows it.
    pub repository: Option<&'a str>,
    /// Both ends of the range, as hexadecimal ids; `None` where there is not exactly one range.
    pub range: Option<(Option<String>, String)>,
    /// The moment.
    pub now: Timestamp,
    /// What the policy says.
    pub terms: &'a Terms,
    /// Who may sign.
    pub register: &'a dyn Register,
    /// Those who made the commits.
    pub makers: &'a Own,
}

impl Emergency {
    /// Reads one. What is wrong is told at its place in `file`: one error at least.
    pub fn read(file: u16, text: &[u8]) -> Result<Self, Vec<Problem>> {
        let mut problems = Vec::new();
        let read = Self::read_into(file, text, &mut problems);
        problems.retain(|problem| problem.severity == Severity::Error);
        match read {
            Some(emergency) if problems.is_empty() => Ok(emergency),
            // What was not read is told, whatever the reason.
            _ if problems.is_empty() => {
                let (start, end) = (0, 0);
                let told = "it cannot be read as an emergency waiver";
                Err(vec![Problem::error(Span { file, start, end }, told)])
            }
            _ => Err(problems),
        }
    }

    fn read_into(file: u16, text: &[u8], problems: &mut Vec<Problem>) -> Option<Self> {
        let node = yaml::parse(file, text, &Limits::REPOSITORY, problems)?;
        let raw: RawEmergencyWaiver = yaml::read(&node, problems)?;
        let vocabulary = Vocabulary::default();
        let mut reader = Reader {
            vocabulary: &vocabulary,
            problems,
        };
        reader.id(&raw.emergency);
        reader.said(&raw.repository, "repository");
        reader.said(&raw.reason, "reason");
        reader.email(&raw.requested_by);
        let from = moment(&mut reader, &raw.from);
        let known = |id: &str| Id::from_hex(id.as_bytes()).is_some();
        if raw.range.base.value != "none" && !known(&raw.range.base) {
            reader.problem(
                raw.range.base.span,
                "name the whole id of the commit, or `none`",
            );
        }
        if !known(&raw.range.head) {
            reader.problem(raw.range.head.span, "name the whole id of the commit");
        }
        for one in &raw.approved_by.value {
            reader.email(&one.who);
        }
        Some(Self { from: from?, raw })
    }

    /// Its id.
    pub fn id(&self) -> &str {
        &self.raw.emergency
    }

    /// Why it is needed.
    pub fn reason(&self) -> &str {
        &self.raw.reason
    }

    /// Where it was asked for.
    pub fn ticket(&self) -> Option<&str> {
        self.raw.ticket.as_ref().map(|ticket| ticket.value.as_str())
    }

    /// Who signed it.
    pub fn signers(&self) -> impl Iterator<Item = &str> {
        let signers = self.raw.approved_by.iter();
        signers.map(|one| one.who.value.as_str())
    }

    /// The moment from which it is good.
    pub fn from(&self) -> Timestamp {
        self.from
    }

    /// The moment at which it ends.
    pub fn until(&self) -> Timestamp {
        let hours = jiff::Span::new().try_hours(self.raw.hours.value);
        let end = hours.and_then(|hours| self.from.checked_add(hours));
        // Past the end of time it would be good for ever: its hours are refused before.
        end.unwrap_or(self.from)
    }

    /// Whether it may be used; or why not, as a sentence.
    pub fn admits(&self, used: &Use<'_>) -> Result<(), String> {
        self.is_for(used)?;
        self.is_timely(used)?;
        let signers = &self.raw.approved_by.value;
        let mut before: Vec<(&str, Own, Proved)> = Vec::new();
        for signer in signers {
            let who = signer.who.value.as_str();
            if before.iter().any(|(other, ..)| same_person(other, who)) {
                return Err(format!("`{who}` signs it twice"));
            }
            let own = used.register.person(who);
            let proved = self.by_another(signer, &own, used)?;
            for (other, their, proof) in &before {
                if proof.key == proved.key {
                    return Err("one key signs it twice".to_owned());
                }
                if their.meets(&own) {
                    return Err(format!(
                        "by what the groups say `{other}` and `{who}` are one person"
                    ));
                }
                if proof.holders.meet(&proved.holders) {
                    return Err(format!(
                        "the keys by which `{other}` and `{who}` signed may be one person's"
                    ));
                }
            }
            before.push((who, own, proved));
        }
        if signers.len() < SIGNERS {
            return Err(format!(
                "{SIGNERS} people must sign it, and {} did",
                signers.len()
            ));
        }
        Ok(())
    }

    /// What proves a signer, who neither asked for it nor made a commit of the range, by name or by key.
    fn by_another(&self, signer: &RawSigner, own: &Own, used: &Use<'_>) -> Result<Proved, String> {
        let (who, named) = (&signer.who.value, &self.raw.requested_by.value);
        let asked = used.register.person(named);
        if own.meets(&asked) {
            return Err(format!("`{who}` asked for it and cannot approve it"));
        }
        if let Some(why) = used.makers.unread() {
            return Err(format!(
                "nobody knows by what other names those go who made the range: {why}"
            ));
        }
        if used.makers.meets(own) {
            return Err(format!("`{who}` made a commit of the range"));
        }
        let proved = self.proved(signer, used)?;
        let whose = if proved.may_be(used.makers) {
            "of somebody who made a commit of the range".to_owned()
        } else if proved.may_be(&asked) {
            format!("of `{named}`, who asked for it")
        } else {
            return Ok(proved);
        };
        Err(format!(
            "the key by which `{who}` signed may be that {whose}"
        ))
    }

    fn is_for(&self, used: &Use<'_>) -> Result<(), String> {
        let named = &self.raw.repository.value;
        match used.repository {
            None => return Err("nobody knows this repository's name".to_owned()),
            Some(name) if !name.eq_ignore_ascii_case(named) => {
                return Err(format!(
                    "it is for the repository `{named}`, and this is `{name}`"
                ));
            }
            Some(_) => {}
        }
        let Some((base, head)) = &used.range else {
            return Err("it is for one range of commits, and this is none".to_owned());
        };
        let base = base.as_deref().unwrap_or("none");
        let range = &self.raw.range;
        let same = |one: &str, other: &str| one.eq_ignore_ascii_case(other);
        if !same(base, &range.base) || !same(head, &range.head) {
            return Err(format!(
                "it is for the range {}..{}, and this is {base}..{head}",
                range.base.value, range.head.value
            ));
        }
        Ok(())
    }

    fn is_timely(&self, used: &Use<'_>) -> Result<(), String> {
        let (hours, most) = (self.raw.hours.value, used.terms.emergency.hours);
        if hours > most {
            return Err(format!(
                "it is good for {hours} hours, and the policy allows {most}"
            ));
        }
        if used.now < self.from {
            return Err(format!("it is not good before {}", self.from));
        }
        if used.now >= self.until() {
            return Err(format!("it ended at {}", self.until()));
        }
        Ok(())
    }

    /// What proves a signer.
    fn proved(&self, signer: &RawSigner, used: &Use<'_>) -> Result<Proved, String> {
        let who = &signer.who.value;
        let groups = used.terms.emergency.approvers.iter().map(String::as_str);
        let groups: Vec<&str> = groups
            .filter(|group| used.register.has_member(group, who))
            .collect();
        if groups.is_empty() {
            return Err(format!("`{who}` is in no group that approves emergencies"));
        }
        let Some(signature) = &signer.signature else {
            return Err(format!("`{who}` did not sign it"));
        };
        let text = emergency_canonical(&self.raw, &signer.who, used.terms.policy.as_deref());
        let day = self.from.to_zoned(jiff::tz::TimeZone::UTC).date();
        let key = used.register.key_of(&groups, who, &text, signature, day);
        key.map_err(|why| format!("the signature of `{who}` does not count: {why}"))
    }
}

/// What a signer of an emergency waiver signs, in the namespace `cordon-waiver`: JSON by RFC 8785.
pub fn emergency_canonical(
    waiver: &RawEmergencyWaiver,
    who: &Spanned<String>,
    policy: Option<&str>,
) -> String {
    let range = map(vec![
        ("base", Some(text(&waiver.range.base))),
        ("head", Some(text(&waiver.range.head))),
    ]);
    let ticket = waiver.ticket.as_ref();
    canonical_json(&map(vec![
        ("cordon", Some(text("emergency/v1"))),
        ("policy", Some(text(policy.unwrap_or_default()))),
        ("approval", Some(map(vec![("who", Some(text(who)))]))),
        ("emergency", Some(text(&waiver.emergency))),
        ("repository", Some(text(&waiver.repository))),
        ("range", Some(range)),
        ("from", Some(text(&waiver.from))),
        ("hours", Some(text(&waiver.hours.value.to_string()))),
        ("reason", Some(text(&waiver.reason))),
        ("ticket", ticket.map(|ticket| text(ticket))),
        ("requested_by", Some(text(&waiver.requested_by))),
    ]))
}

/// A moment in UTC, to the second: readers must not differ on it.
fn moment(reader: &mut Reader<'_>, written: &Spanned<String>) -> Option<Timestamp> {
    let exact = written.len() == "2026-11-25T19:30:00Z".len() && written.ends_with('Z');
    if let Some(moment) = written.parse::<Timestamp>().ok().filter(|_| exact) {
        return Some(moment);
    }
    let told = format!(
        "`{}` is not a moment in UTC: write it as 2026-11-25T19:30:00Z",
        written.value
    );
    reader.problem(written.span, told);
    None
}
