//! Who made a commit, and what each rule made of it.

use std::collections::BTreeSet;

use crate::agent::{AttributionKind, Claim, Strength};
use crate::check::judge::Outcome;
use crate::check::{Judgement, rows};
use crate::finding::{Mode, PolicyLine, Stage, Subject};
use crate::policy::Ruling;
use crate::report::explain::{
    AgentPart, CommitPart, EvidencePart, RulePart, SourceRow, ZoneModePart,
};
use crate::report::{CommitRow, FindingRow};
use crate::rule::{Meta, RULES};
use crate::text::Clean;

impl Judgement<'_> {
    pub(super) fn ours(&self, text: &str) -> Clean {
        Clean::prose(self.redactor, text)
    }

    /// The line that gave an answer, if one did.
    pub(super) fn by<T>(&self, ruling: &Ruling<T>) -> Option<SourceRow> {
        let line = self.context.policy.line(ruling.by?);
        Some(self.source(&line))
    }

    pub(super) fn source(&self, line: &PolicyLine) -> SourceRow {
        let text = self.context.policy.text_of(line);
        SourceRow {
            file: Clean::new(self.redactor, line.file.as_bytes()),
            line: line.line,
            text: text.map(|text| Clean::new(self.redactor, text)),
        }
    }
}

pub(super) fn commit_part(
    judgement: &Judgement<'_>,
    row: &CommitRow,
    outcome: &Outcome,
) -> CommitPart {
    let attribution = &outcome.attribution;
    let declared = attribution
        .agents
        .iter()
        .any(|claim| claim.strength() == Some(Strength::Declared));
    let because = match attribution.kind {
        AttributionKind::Authored => "an agent's identity is its author",
        AttributionKind::Assisted if declared => "it declares an agent",
        AttributionKind::Assisted => "a strong sign of an agent that no trailer declares",
        AttributionKind::Automation => "a verified identity of the policy's list",
        AttributionKind::Suspected => "weak signs of an agent alone, which convict nobody",
        AttributionKind::None => "no sign of an agent, which is no proof either way",
    };
    CommitPart {
        id: row.id.clone(),
        subject: row.subject.clone(),
        kind: judgement.ours(row.kind),
        because: judgement.ours(because),
        judged_as: match attribution.subject() {
            Subject::Agent => "agent",
            Subject::Human => "person",
        },
        account: judgement.ours(row.account),
        assurance: judgement.ours(row.assurance),
        agents: attribution
            .agents
            .iter()
            .map(|claim| agent_part(judgement, claim))
            .collect(),
    }
}

fn agent_part(judgement: &Judgement<'_>, claim: &Claim) -> AgentPart {
    let context = judgement.context;
    let status = context.policy.status(&claim.agent, context.date);
    let listed = context.policy.listed_agents();
    let because = if status.by.is_none() {
        "no policy lists it, and such an agent counts as approved"
    } else if listed.contains(claim.agent.as_str()) {
        "the policy lists it"
    } else {
        "no policy lists it, and `*` stands for those"
    };
    let text = |text: &String| Clean::new(judgement.redactor, text.as_bytes());
    AgentPart {
        id: text(&claim.agent),
        model: claim.model.as_ref().map(text),
        status: judgement.ours(status.value.word()),
        because: judgement.ours(because),
        policy: judgement.by(&status),
        evidence: claim
            .evidence
            .iter()
            .map(|one| {
                let row = rows::evidence(one, judgement.redactor);
                EvidencePart {
                    kind: judgement.ours(row.kind),
                    strength: judgement.ours(row.strength),
                    key: row.key,
                    value: row.value,
                    line: one.line,
                }
            })
            .collect(),
    }
}

/// What each rule made of a commit. `told` are the rows of what `outcome` found.
pub(super) fn rule_parts(
    judgement: &Judgement<'_>,
    stage: Stage,
    outcome: &Outcome,
    told: &[FindingRow],
) -> Vec<RulePart> {
    let idle = &outcome.trace.idle;
    RULES
        .iter()
        .enumerate()
        .map(|(position, rule)| {
            let idle = idle.get(position).and_then(Option::as_deref);
            rule_part(judgement, stage, outcome, told, rule.meta(), idle)
        })
        .collect()
}

fn rule_part(
    judgement: &Judgement<'_>,
    stage: Stage,
    outcome: &Outcome,
    told: &[FindingRow],
    meta: &Meta,
    idle: Option<&str>,
) -> RulePart {
    let context = judgement.context;
    let subject = outcome.attribution.subject();
    let own = match subject {
        Subject::Agent => meta.agents,
        Subject::Human => meta.humans,
    };
    let policy = context.policy;
    let default = || judgement.source(&PolicyLine::builtin());
    let mode_in = |zone: Option<&str>| {
        // A note is told to those whom the rule does not judge.
        let own = own.or(zone.and(Some(Mode::Audit)))?;
        let ruling = policy.mode(meta.id, subject, zone, own, context.date);
        let by = judgement.by(&ruling).unwrap_or_else(default);
        Some((ruling.value, by))
    };
    let (mode, by) = mode_in(None).unzip();
    let cap = policy.cap_ruling(stage);
    let found = outcome.found.findings.iter();
    let found = found.filter(|finding| finding.rule == meta.id).count();
    let decisions = told.iter().filter(|row| row.rule == meta.id);
    let decision = decisions.map(|row| row.decision).min();
    let because = match (found, decision) {
        (0, _) => passed(outcome, meta, subject, idle).to_owned(),
        (1, Some(_)) => "it found something".to_owned(),
        (_, Some(_)) => format!("it found something {found} times"),
        (_, None) => "what it found is not told: its mode is `disabled`".to_owned(),
    };
    let zones = outcome.found.findings.iter();
    let zones = zones.filter(|finding| finding.rule == meta.id);
    let zones: BTreeSet<&str> = zones.filter_map(|one| one.zone.as_deref()).collect();
    let in_zones = zones.into_iter().filter_map(|zone| {
        let (mode, policy) = mode_in(Some(zone))?;
        Some(ZoneModePart {
            zone: Clean::new(judgement.redactor, zone.as_bytes()),
            mode,
            policy,
        })
    });
    RulePart {
        id: meta.id,
        found,
        decision,
        because: judgement.ours(&because),
        mode,
        policy: by,
        in_zones: in_zones.collect(),
        cap: cap.value,
        cap_policy: judgement.by(&cap),
    }
}

fn passed<'i>(outcome: &Outcome, meta: &Meta, subject: Subject, idle: Option<&'i str>) -> &'i str {
    match (meta.agents, meta.humans, subject) {
        (None, None, _) if outcome.obstacles.is_empty() => "everything was read",
        (None, None, _) => "it stands among what could not be read",
        (_, None, Subject::Human) => "it judges agents' changes alone",
        (None, _, Subject::Agent) => "it judges people's changes alone",
        _ if idle.is_some() => idle.unwrap_or_default(),
        _ if outcome.obstacles.is_empty() => "it looked, and found nothing",
        _ => "it found nothing in what could be read",
    }
}
