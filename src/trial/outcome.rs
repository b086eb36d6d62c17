//! What a test expects, and what came out.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::finding::Decision;
use crate::report::{Report, Verdict};

/// Rules, by their ids.
pub(super) type Rules = BTreeSet<String>;

/// What came out of a test.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Outcome {
    /// The verdict.
    pub verdict: Verdict,
    /// The rules with a finding that blocks or warns.
    pub rules: Rules,
    /// Of each of them, the paths at which such findings stand.
    pub at: BTreeMap<String, Rules>,
    /// The rules with a finding that is audited.
    pub audited: Rules,
    /// The rules of which a waiver excepts a finding.
    pub waived: Rules,
}

/// What must come out; `None` where anything may.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Expected {
    /// The verdict.
    pub verdict: Option<Verdict>,
    /// The rules with a finding that blocks or warns, all of them.
    pub rules: Option<Rules>,
    /// Of some rules, the paths at which such findings stand, all of them.
    pub at: BTreeMap<String, Rules>,
    /// The rules with a finding that is audited, all of them.
    pub audited: Option<Rules>,
    /// The rules of which a waiver excepts a finding, all of them.
    pub waived: Option<Rules>,
}

impl Outcome {
    /// What a report says.
    pub fn of(report: &Report) -> Self {
        let of = |wanted: &[Decision]| -> Rules {
            let findings = report.findings.iter();
            let findings = findings.filter(|finding| wanted.contains(&finding.decision));
            findings.map(|finding| finding.rule.to_owned()).collect()
        };
        let told = [Decision::Blocked, Decision::Warned];
        let mut at: BTreeMap<String, Rules> = BTreeMap::new();
        for finding in &report.findings {
            let path = finding.path.as_ref().map(ToString::to_string);
            if let (true, Some(path)) = (told.contains(&finding.decision), path) {
                at.entry(finding.rule.to_owned()).or_default().insert(path);
            }
        }
        Self {
            verdict: report.verdict,
            rules: of(&told),
            at,
            audited: of(&[Decision::Audited]),
            waived: of(&[Decision::Waived]),
        }
    }
}

impl Expected {
    /// Whether this is what must come out.
    pub fn is_met_by(&self, outcome: &Outcome) -> bool {
        self.compared(outcome)
            .iter()
            .all(|(_, wanted, got)| wanted == got)
    }

    /// What is expected, by its key: the key, what must come out, what came out.
    pub fn compared<'e>(&'e self, outcome: &Outcome) -> Vec<(&'e str, String, String)> {
        let verdict = self.verdict.map(|wanted| {
            let word = |verdict: Verdict| verdict.word().to_owned();
            ("verdict", word(wanted), word(outcome.verdict))
        });
        let lists = [
            ("rules", &self.rules, &outcome.rules),
            ("audited", &self.audited, &outcome.audited),
            ("waived", &self.waived, &outcome.waived),
        ];
        let lists = lists.into_iter().filter_map(|(key, wanted, got)| {
            let wanted = wanted.as_ref()?;
            Some((key, listed(wanted), listed(got)))
        });
        let none = Rules::new();
        let at = self.at.iter().map(|(rule, wanted)| {
            let got = outcome.at.get(rule).unwrap_or(&none);
            (rule.as_str(), listed(wanted), listed(got))
        });
        verdict.into_iter().chain(lists).chain(at).collect()
    }
}

/// As the tests' file writes a list.
fn listed(rules: &Rules) -> String {
    let names: Vec<&str> = rules.iter().map(String::as_str).collect();
    format!("[{}]", names.join(", "))
}
