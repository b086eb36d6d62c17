//! Modes, the stage's cap and decisions: the only place for them.

use std::collections::BTreeMap;

use bstr::BString;

use super::fingerprint::{Fingerprints, Key, repetition, subject_matter};
use super::rows::Obstacle;
use super::waived::Exceptions;
use crate::finding::{Decision, Finding, Mode, PolicyLine, Stage, Subject};
use crate::report::{FindingRow, LineRow, WaiverRow};
use crate::rule::{Context, rule};
use crate::text::{Clean, Redact};

/// Turns findings into rows.
pub(super) struct Decider<'a> {
    context: &'a Context<'a>,
    cap: Mode,
    redactor: &'a dyn Redact,
    rows: Vec<(Rank, FindingRow)>,
    /// What waivers except.
    exceptions: Option<Exceptions<'a>>,
    /// What an emergency waiver excepts: all that blocks.
    emergency: Option<WaiverRow>,
    /// How often each finding was told, commits taken together.
    told: BTreeMap<Key, u32>,
    /// What was decided on each finding, the most severe.
    decided: BTreeMap<Key, Decision>,
}

impl<'a> Decider<'a> {
    pub(super) fn new(context: &'a Context<'a>, stage: Stage, redactor: &'a dyn Redact) -> Self {
        let cap = context.policy.cap(stage);
        Self {
            context,
            cap,
            redactor,
            rows: Vec::new(),
            exceptions: None,
            emergency: None,
            told: BTreeMap::new(),
            decided: BTreeMap::new(),
        }
    }

    /// Decides on nothing stronger than this.
    #[must_use]
    pub(super) fn at_most(mut self, mode: Mode) -> Self {
        self.cap = self.cap.min(mode);
        self
    }

    /// Decides by these waivers too.
    #[must_use]
    pub(super) fn with(mut self, exceptions: Exceptions<'a>) -> Self {
        self.exceptions = Some(exceptions);
        self
    }

    /// Decides that nothing blocks, by this emergency waiver.
    #[must_use]
    pub(super) fn in_emergency(mut self, waiver: WaiverRow) -> Self {
        self.emergency = Some(waiver);
        self
    }

    /// Decides on the findings of one commit, or of the net change, which comes last.
    pub(super) fn add(&mut self, findings: &[Finding]) {
        let mut sorted: Vec<&Finding> = findings.iter().collect();
        sorted.sort_by(|one, other| order(one).cmp(&order(other)));
        let mut fingerprints = Fingerprints::default();
        let mut counts: BTreeMap<Key, u32> = BTreeMap::new();
        let mut rows = Vec::new();
        for finding in sorted {
            let fingerprint = fingerprints.next(finding);
            let matter = subject_matter(finding);
            let count = counts.entry(matter).or_default();
            *count += 1;
            // What a commit already has is not told twice.
            if finding.net && self.told.get(&matter).is_some_and(|told| *count <= *told) {
                continue;
            }
            if let Some(row) = self.row(finding, fingerprint) {
                self.note(finding, row.decision);
                rows.push((rank(finding, &row), row));
            }
        }
        for (matter, count) in counts {
            *self.told.entry(matter).or_default() += count;
        }
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.rows.append(&mut rows);
    }

    /// Decides on the findings about a message that a forge would write. What is told
    /// already, of a commit or here, is not told again unless it is more severe. They come behind those of the net change.
    pub(super) fn add_draft(&mut self, what: &str, findings: &[Finding]) {
        let mut sorted: Vec<&Finding> = findings.iter().collect();
        sorted.sort_by(|one, other| order(one).cmp(&order(other)));
        let mut fingerprints = Fingerprints::default();
        let mut rows = Vec::new();
        for finding in sorted {
            let fingerprint = fingerprints.next(finding);
            let where_found = match finding.place.path {
                Some(_) => format!("by {what}: {}", finding.message),
                None => format!("in {what}: {}", finding.message),
            };
            let told = Finding {
                message: where_found,
                ..finding.clone()
            };
            let Some(row) = self.row(&told, fingerprint) else {
                continue;
            };
            let before = self.decided.get(&repetition(finding));
            if before.is_none_or(|before| row.decision < *before) {
                self.note(finding, row.decision);
                rows.push((rank(finding, &row), row));
            }
        }
        rows.sort_by(|(one, _), (other, _)| one.cmp(other));
        self.rows.append(&mut rows);
    }

    fn note(&mut self, finding: &Finding, decision: Decision) {
        let decided = self.decided.entry(repetition(finding)).or_insert(decision);
        *decided = decision.min(*decided);
    }

    /// All rows, and what kept the waivers from being read. What is to be told of the waivers is known now; it stands among what is about no
    /// commit, which comes last.
    pub(super) fn finish(mut self) -> (Vec<FindingRow>, Option<Obstacle>) {
        let told = self.exceptions.as_ref().map(Exceptions::findings);
        let unread = self.exceptions.as_ref().and_then(Exceptions::unread);
        let told = told.filter(|told| !told.is_empty());
        if let Some(told) = told {
            self.add(&told);
            let of_commit = |(_, row): &(Rank, FindingRow)| row.commit.is_some();
            let start = self.rows.iter().rposition(of_commit).map_or(0, |at| at + 1);
            let last = self.rows.get_mut(start..).unwrap_or_default();
            last.sort_by(|(one, _), (other, _)| one.cmp(other));
        }
        let rows = self.rows.into_iter().map(|(_, row)| row).collect();
        (rows, unread)
    }

    fn row(&mut self, finding: &Finding, fingerprint: String) -> Option<FindingRow> {
        let meta = rule(finding.rule)?.meta();
        let of_rule = match finding.subject {
            Subject::Agent => meta.agents,
            Subject::Human => meta.humans,
        };
        let own = finding.mode.or(of_rule);
        // A note is told to those whom the rule does not judge.
        let default = own.or(finding.note.then_some(Mode::Audit))?;
        let ruling = self.context.policy.mode(
            finding.rule,
            finding.subject,
            finding.zone.as_deref(),
            default,
            self.context.date,
        );
        let mode = if finding.note {
            ruling.value.min(Mode::Audit)
        } else {
            ruling.value
        };
        let decision = decision(mode.min(self.cap))?;
        let exceptions = self.exceptions.as_mut();
        let waiver = exceptions.and_then(|all| all.of(finding, &fingerprint, self.redactor));
        let emergency = self.emergency.as_ref();
        let emergency = emergency.filter(|_| decision == Decision::Blocked);
        let waiver = waiver.or_else(|| emergency.cloned());
        let decision = waiver.as_ref().map_or(decision, |_| Decision::Waived);
        let by_mode = ruling.by.map(|span| self.context.policy.line(span));
        let line = match (finding.decided_by.clone(), by_mode) {
            // Where another file makes the finding stronger or weaker, its line decided.
            (Some(decided), Some(mode)) if decided.file != mode.file && ruling.value != default => {
                mode
            }
            (decided, by_mode) => decided.or(by_mode).unwrap_or_else(PolicyLine::builtin),
        };
        let clean = |text: &[u8]| Clean::new(self.redactor, text);
        Some(FindingRow {
            rule: finding.rule,
            mode,
            decision,
            commit: finding.commit.map(|id| id.to_string()),
            net: finding.net,
            within: finding.place.within,
            path: finding.place.path.as_ref().map(|path| clean(path)),
            old_path: finding.place.old_path.as_ref().map(|path| clean(path)),
            line: finding.place.line,
            column: finding.place.column,
            end_line: finding.place.end_line,
            agent: finding.agent.clone(),
            zone: finding.zone.as_ref().map(|zone| clean(zone.as_bytes())),
            detector: finding.detector.clone(),
            message: Clean::prose(self.redactor, &finding.message),
            help: Clean::prose(self.redactor, &finding.help),
            policy: LineRow {
                file: clean(line.file.as_bytes()),
                line: line.line,
            },
            waiver,
            fingerprint,
        })
    }
}

/// Where a row stands among those of one commit.
type Rank = (Option<BString>, Option<u32>, &'static str, String);

fn rank(finding: &Finding, row: &FindingRow) -> Rank {
    let place = &finding.place;
    let fingerprint = row.fingerprint.clone();
    (place.path.clone(), place.line, finding.rule, fingerprint)
}

fn order(
    finding: &Finding,
) -> (
    &crate::finding::Place,
    &str,
    Option<&String>,
    Option<&String>,
) {
    (
        &finding.place,
        finding.rule,
        finding.zone.as_ref(),
        finding.agent.as_ref(),
    )
}

fn decision(mode: Mode) -> Option<Decision> {
    match mode {
        Mode::Disabled => None,
        Mode::Audit => Some(Decision::Audited),
        Mode::Warn => Some(Decision::Warned),
        Mode::Block => Some(Decision::Blocked),
    }
}
