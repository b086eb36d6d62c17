//! From a waiver as it is written to a [`Waiver`]. Every problem is told, at its place.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::scope::{Paths, Scope};
use super::{Approval, Waiver, is_waivable, same_person};
use crate::policy::paths::{PathSet, Repos};
use crate::policy::raw::waiver::{RawApproval, RawScope, RawWaiver};
use crate::policy::vocabulary::{Vocabulary, suggestion};
use crate::policy::yaml::Problem;
use crate::text::{Span, Spanned};

/// The longest id.
const LONGEST: usize = 100;

/// The agent of those that nobody knows by name.
const UNLISTED: &str = "unlisted";

/// Reads a waiver; `None` with problems.
pub(in crate::policy) fn read(
    raw: RawWaiver,
    vocabulary: &Vocabulary,
    problems: &mut Vec<Problem>,
) -> Option<Waiver> {
    let count = problems.len();
    let mut reader = Reader {
        vocabulary,
        problems,
    };
    reader.id(&raw.waiver);
    reader.rule(&raw.rule);
    reader.said(&raw.reason, "reason");
    reader.email(&raw.requested_by);
    let scope = reader.scope(&raw.scope, &raw.rule);
    let approvals = reader.approvals(&raw);
    let expires = reader.date(&raw.expires);
    if let Some(expires) = expires {
        reader.ends_after(&approvals, expires);
    }
    if problems.len() > count {
        return None;
    }
    Some(Waiver {
        id: raw.waiver.clone(),
        rule: raw.rule.clone(),
        scope: scope?,
        ticket: raw.ticket.as_ref().map(|ticket| ticket.value.clone()),
        requested_by: raw.requested_by.value.clone(),
        approvals,
        expires: expires?,
        raw,
    })
}

/// Reads the parts of a waiver; of an emergency waiver too.
pub(super) struct Reader<'a> {
    pub(super) vocabulary: &'a Vocabulary,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl Reader<'_> {
    pub(super) fn id(&mut self, id: &Spanned<String>) {
        let sign = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
        if id.is_empty() || id.len() > LONGEST || !id.bytes().all(sign) {
            let told = format!("an id has 1 to {LONGEST} letters, digits, `-`, `.` and `_`");
            self.problem(id.span, told);
        }
    }

    fn rule(&mut self, rule: &Spanned<String>) {
        let rules = &self.vocabulary.rules;
        if !is_waivable(rule) {
            let told = format!("no waiver excepts the findings of `{}`", rule.value);
            self.problem(rule.span, told);
        } else if !rules.contains_key(&rule.value) {
            let told = format!("there is no rule `{}`", rule.value);
            let hint = suggestion(rule, rules.keys().map(String::as_str));
            let problem = Problem::error(rule.span, told).hint(hint);
            self.problems.push(problem);
        }
    }

    fn scope(&mut self, scope: &RawScope, rule: &Spanned<String>) -> Option<Scope> {
        if scope.paths.is_none() && scope.fingerprints.is_none() {
            let told = "a scope needs `paths` or `fingerprints`";
            self.problem(scope.repos.span, told);
        }
        if rule.starts_with("secret-") && scope.fingerprints.is_none() {
            let told = format!(
                "a waiver for `{}` names the findings by `fingerprints`",
                rule.value
            );
            self.problem(rule.span, told);
        }
        self.patterns(scope.repos.span, &scope.repos.value)?;
        let repos = Repos::new(scope.repos.iter().map(|pattern| pattern.value.as_str()));
        let paths = match &scope.paths {
            Some(paths) => Some(self.paths(paths)?),
            None => None,
        };
        Some(Scope {
            repos: repos?,
            paths,
            agents: self.agents(scope.agents.as_ref()),
            fingerprints: self.fingerprints(scope.fingerprints.as_ref()),
        })
    }

    fn paths(&mut self, paths: &Spanned<Vec<Spanned<String>>>) -> Option<Paths> {
        self.patterns(paths.span, &paths.value)?;
        let texts = || paths.iter().map(|pattern| pattern.value.as_str());
        let with = PathSet::new(texts().filter(|text| !text.starts_with('!')));
        let without: Vec<&str> = texts().filter_map(|text| text.strip_prefix('!')).collect();
        Some(Paths {
            with: with.ok()?,
            without: match without.as_slice() {
                [] => None,
                // What cannot be taken away would stay in.
                without => Some(PathSet::new(without.iter().copied()).ok()?),
            },
        })
    }

    fn patterns(&mut self, list: Span, patterns: &[Spanned<String>]) -> Option<PathSet> {
        let before = self.problems.len();
        for pattern in patterns {
            if let Err(error) = PathSet::check(pattern) {
                self.problem(pattern.span, error.to_string());
            }
        }
        if self.problems.len() > before {
            return None;
        }
        let set = PathSet::new(patterns.iter().map(|pattern| pattern.value.as_str()));
        if patterns.is_empty() {
            self.problem(list, "an empty list matches nothing");
            return None;
        }
        set.map_err(|error| self.problem(list, error.to_string()))
            .ok()
    }

    fn agents(&mut self, agents: Option<&Spanned<Vec<Spanned<String>>>>) -> BTreeSet<String> {
        let Some(agents) = agents else {
            return BTreeSet::new();
        };
        if agents.is_empty() {
            self.problem(agents.span, "an empty list matches nothing");
        }
        for agent in &agents.value {
            let known = &self.vocabulary.agents;
            if !known.contains(agent) && agent.value != UNLISTED {
                let told = format!("there is no agent `{}`", agent.value);
                let hint = suggestion(agent, known.iter().map(String::as_str));
                let problem = Problem::error(agent.span, told).hint(hint);
                self.problems.push(problem);
            }
        }
        agents.iter().map(|agent| agent.value.clone()).collect()
    }

    fn fingerprints(
        &mut self,
        list: Option<&Spanned<Vec<Spanned<String>>>>,
    ) -> Option<BTreeSet<String>> {
        let list = list?;
        if list.is_empty() {
            self.problem(list.span, "an empty list matches nothing");
        }
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        for one in &list.value {
            if one.len() != 64 || !one.bytes().all(digit) {
                let told = "a fingerprint is 64 hexadecimal digits, as the report gives it";
                self.problem(one.span, told);
            }
        }
        Some(list.iter().map(|one| one.value.clone()).collect())
    }

    fn approvals(&mut self, raw: &RawWaiver) -> Vec<Approval> {
        let list = &raw.approved_by;
        if list.is_empty() {
            self.problem(list.span, "nobody approved it");
        }
        for (at, one) in list.iter().enumerate() {
            self.email(&one.who);
            let mut before = list.iter().take(at);
            if before.any(|before| same_person(&before.who, &one.who)) {
                let told = format!("`{}` approves it twice", one.who.value);
                self.problem(one.who.span, told);
            }
            if same_person(&one.who, &raw.requested_by) {
                let told = format!("`{}` asked for it and cannot approve it", one.who.value);
                self.problem(one.who.span, told);
            }
        }
        list.iter().filter_map(|one| self.approval(one)).collect()
    }

    fn approval(&mut self, raw: &RawApproval) -> Option<Approval> {
        Some(Approval {
            who: raw.who.clone(),
            date: self.date(&raw.date)?,
            signature: raw.signature.clone(),
        })
    }

    fn ends_after(&mut self, approvals: &[Approval], expires: Spanned<Date>) {
        let last = approvals.iter().map(|approval| approval.date.value).max();
        if last.is_some_and(|last| expires.value < last) {
            self.problem(expires.span, "it ends before it is approved");
        }
    }

    pub(super) fn said(&mut self, text: &Spanned<String>, key: &str) {
        if text.trim().is_empty() {
            self.problem(text.span, format!("`{key}` says nothing"));
        }
    }

    pub(super) fn email(&mut self, text: &Spanned<String>) {
        let parts = text.split_once('@');
        let good = parts.is_some_and(|(name, host)| {
            !name.is_empty() && !host.is_empty() && !host.contains('@')
        });
        if !good
            || text
                .chars()
                .any(|one| one.is_whitespace() || one.is_control())
        {
            let told = format!("`{}` is not an e-mail address", text.value);
            self.problem(text.span, told);
        }
    }

    fn date(&mut self, text: &Spanned<String>) -> Option<Spanned<Date>> {
        let exact = text.len() == "2026-01-31".len();
        if let Some(date) = text.parse::<Date>().ok().filter(|_| exact) {
            return Some(Spanned::new(date, text.span));
        }
        let told = format!("`{}` is not a date: write it as 2026-01-31", text.value);
        self.problem(text.span, told);
        None
    }

    pub(super) fn problem(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::error(span, message));
    }
}
