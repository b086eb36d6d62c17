//! From a policy as written to an authority's opinion. Collects every problem; decides nothing.

mod accounts;
mod agents;
pub(super) mod approvers;
mod automation;
pub(super) mod catalogue;
mod secrets;
mod simple;
mod trailers;
mod waivers;

use std::sync::Arc;

use jiff::civil::Date;

use super::authority::{Authority, RuleSetting, ZoneEntry};
use super::copy_out::CopyOut;
use super::origin::GitSource;
use super::packs::PACKS;
use super::paths::{PathList, PathSet};
use super::raw::{RawPolicy, RawRule, RawSource, RawZone};
use super::vocabulary::{Judges, Vocabulary, suggestion};
use super::yaml::{Node, Problem};
use crate::sign::AllowedKey;
use crate::text::{Span, Spanned};
use simple::{classes, incomplete, items, limits, repository_classes, repository_name, stages};

/// How many bytes of a file are searched for a zone's markers.
pub const MARKER_REACH: usize = 4096;

/// How long a marker may be, and all of a policy together: they are looked for in one pass.
const MARKER_BYTES: usize = 256;
const MARKERS_BYTES: usize = 64 << 10;

/// A date as policies write it, `2026-01-31`.
pub fn exact_date(text: &str) -> Option<Date> {
    let exact = text.len() == "2026-01-31".len();
    text.parse().ok().filter(|_| exact)
}

/// Validates a policy that was read. With problems the opinion must not be used.
pub(super) fn validate(
    raw: &RawPolicy,
    vocabulary: &Vocabulary,
    problems: &mut Vec<Problem>,
) -> Authority {
    let mut validator = Validator {
        vocabulary,
        problems,
        marked: 0,
    };
    let authority = Authority {
        waivers: waivers::waivers(raw),
        ..validator.authority(raw)
    };
    for key in items(raw.signers.as_ref()) {
        validator.signer(key);
    }
    if validator.marked > MARKERS_BYTES {
        let told = format!("all markers together have at most {MARKERS_BYTES} bytes");
        validator.problem(raw.cordon.span, told);
    }
    authority
}

/// No policy says itself who signs it: the problem of one as written that does, and is not the system's.
pub(super) fn misplaced_signers(policy: &Node) -> Option<Problem> {
    let (key, _) = policy.entry("signers")?;
    let told = "`signers` stands in the system policy alone: no policy says who signs it";
    let hint = "`cordon policy check --system` checks the machine owner's".to_owned();
    Some(Problem::error(key.span, told).hint(Some(hint)))
}

/// The keys that sign policies from Git, where a policy says so.
pub(super) fn signers(raw: &RawPolicy, problems: &mut Vec<Problem>) -> Option<Vec<AllowedKey>> {
    let listed = raw.signers.as_ref()?;
    let mut validator = Validator {
        vocabulary: &Vocabulary::default(),
        problems,
        marked: 0,
    };
    let keys = items(Some(listed)).filter_map(|key| validator.signer(key));
    Some(keys.collect())
}

struct Validator<'a> {
    vocabulary: &'a Vocabulary,
    problems: &'a mut Vec<Problem>,
    /// Bytes of markers so far.
    marked: usize,
}

impl Validator<'_> {
    fn authority(&mut self, raw: &RawPolicy) -> Authority {
        if raw.cordon.value != 1 {
            self.problem(
                raw.cordon.span,
                format!(
                    "format version {} is not known: this program reads version 1",
                    raw.cordon.value
                ),
            );
        }
        for source in raw.extends.iter().flat_map(|sources| &sources.value) {
            self.source(source);
        }
        let identity = raw.policy.clone().unwrap_or_default();
        let trailers = raw.trailers.clone().unwrap_or_default();
        Authority {
            id: identity.id,
            version: identity.version,
            review_by: self.date(identity.review_by.as_ref()),
            repository: repository_name(raw),
            repository_classes: repository_classes(raw),
            classes: classes(raw),
            stages: stages(raw),
            incomplete_commit: incomplete(raw),
            limits: limits(raw),
            agents: raw
                .agents
                .iter()
                .map(|(id, agent)| (id.value.clone(), self.agent(id, agent)))
                .collect(),
            models: raw
                .models
                .iter()
                .filter_map(|(pattern, model)| self.model(pattern, model))
                .collect(),
            accounts: self.accounts(raw),
            automation: self.bots(raw),
            catalogue: self.catalogue(&raw.catalogue),
            stamp: trailers.stamp,
            require: items(trailers.require.as_ref())
                .filter_map(|item| self.require(item))
                .collect(),
            forbid: items(trailers.forbid.as_ref())
                .filter_map(|item| self.forbid(item))
                .collect(),
            zones: raw
                .zones
                .iter()
                .map(|(name, zone)| (name.value.clone(), Arc::new(self.zone(zone))))
                .collect(),
            rules: raw
                .rules
                .iter()
                .map(|(id, rule)| (id.value.clone(), self.rule(id, rule)))
                .collect(),
            secrets: self.secrets(raw),
            approvers: self.approvers(raw),
            group_names: approvers::group_names(raw),
            ..Authority::default()
        }
    }

    fn source(&mut self, source: &Spanned<RawSource>) {
        let kinds = [
            source.pack.is_some(),
            source.git.is_some(),
            source.file.is_some(),
        ];
        if kinds.into_iter().filter(|given| *given).count() != 1 {
            self.problem(
                source.span,
                "an entry of `extends` names one of `pack`, `git` and `file`",
            );
        }
        let names = || PACKS.iter().map(|pack| pack.name);
        if let Some(pack) = &source.pack
            && !names().any(|name| name == pack.value)
        {
            let told = format!("there is no pack `{}`", pack.value);
            let hint = suggestion(pack, names());
            self.problems
                .push(Problem::error(pack.span, told).hint(hint));
        }
        // The same problems would be told once more where it is fetched.
        let _ = GitSource::of(source, self.problems);
        if source.git.is_none() {
            for key in [&source.r#ref, &source.path].into_iter().flatten() {
                self.problem(key.span, "`ref` and `path` go with `git`");
            }
        }
    }

    fn zone(&mut self, zone: &RawZone) -> ZoneEntry {
        self.problems.extend(CopyOut::problem(zone));
        ZoneEntry {
            class: zone.class,
            paths: self.listed(zone.paths.as_ref()),
            markers: self.markers(zone.markers.as_ref()),
            repos: self.listed(zone.repos.as_ref()),
            agents: zone.agents,
            human_proof: zone.human_proof,
            approvers: zone
                .approvers
                .as_ref()
                .map(|names| names.iter().map(|name| name.value.clone()).collect()),
            mode: zone.mode,
            copy_out: CopyOut::of(zone),
        }
    }

    fn markers(&mut self, markers: Option<&Spanned<Vec<Spanned<String>>>>) -> Vec<String> {
        for marker in items(markers) {
            if marker.is_empty() {
                self.problem(marker.span, "an empty marker stands in every file");
            } else if marker.len() > MARKER_BYTES {
                let told = format!("a marker has at most {MARKER_BYTES} bytes");
                self.problem(marker.span, told);
            }
        }
        if let Some(markers) = markers.filter(|markers| markers.is_empty()) {
            self.problem(markers.span, "an empty list matches nothing");
        }
        let markers: Vec<String> = items(markers).map(|marker| marker.value.clone()).collect();
        self.marked += markers.iter().map(String::len).sum::<usize>();
        markers
    }

    fn listed(&mut self, patterns: Option<&Spanned<Vec<Spanned<String>>>>) -> Option<PathList> {
        let set = self.patterns(patterns)?;
        Some(PathList::new(items(patterns).cloned().collect(), set))
    }

    fn patterns(&mut self, patterns: Option<&Spanned<Vec<Spanned<String>>>>) -> Option<PathSet> {
        let patterns = patterns?;
        let error = match PathSet::new(patterns.iter().map(|pattern| pattern.value.as_str())) {
            Ok(set) => return Some(set),
            Err(error) => error,
        };
        let before = self.problems.len();
        for pattern in &patterns.value {
            if let Err(error) = PathSet::check(pattern) {
                self.problem(pattern.span, error.to_string());
            }
        }
        if patterns.is_empty() {
            self.problem(patterns.span, "an empty list matches nothing");
        } else if self.problems.len() == before {
            self.problem(patterns.span, error.to_string());
        }
        None
    }

    fn rule(&mut self, id: &Spanned<String>, rule: &RawRule) -> RuleSetting {
        match self.vocabulary.rules.get(&id.value) {
            None => {
                let told = format!("there is no rule `{}`", id.value);
                let hint = suggestion(id, self.vocabulary.rules.keys().map(String::as_str));
                self.problems.push(Problem::error(id.span, told).hint(hint));
            }
            Some(judges) => self.one_sided(*judges, rule),
        }
        let from = self.date(rule.from.as_ref());
        match (&rule.then, &rule.from) {
            (Some(then), None) => {
                self.problem(then.span, "`then` needs the day on which it begins: `from`");
            }
            (None, Some(from)) => self.problem(from.span, "`from` goes with `then`"),
            _ => {}
        }
        RuleSetting {
            mode: rule.mode,
            agents: rule.agents,
            humans: rule.humans,
            then: rule.then.zip(from.map(|from| from.value)),
            waivable: rule.waivable.map(|waivable| waivable.value),
        }
    }

    /// A mode for those whom the rule does not judge protects nobody.
    fn one_sided(&mut self, judges: Judges, rule: &RawRule) {
        let sides = [
            (judges.agents, rule.agents, "agents"),
            (judges.humans, rule.humans, "people"),
        ];
        // A rule that judges nobody is told among what has no effect yet.
        if judges.agents || judges.humans {
            for (judged, mode, whom) in sides {
                if let (false, Some(mode)) = (judged, mode) {
                    let told =
                        format!("this has no effect: the rule does not judge changes by {whom}");
                    self.problems.push(Problem::note(mode.span, told));
                }
            }
        }
    }

    fn date(&mut self, text: Option<&Spanned<String>>) -> Option<Spanned<Date>> {
        let text = text?;
        if let Some(date) = exact_date(&text.value) {
            return Some(Spanned::new(date, text.span));
        }
        let message = format!("`{}` is not a date: write it as 2026-01-31", text.value);
        self.problem(text.span, message);
        None
    }

    fn problem(&mut self, span: Span, message: impl Into<String>) {
        self.problems.push(Problem::error(span, message));
    }
}
