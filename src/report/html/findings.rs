//! What was found, most severe first and then by rule.

use std::collections::BTreeMap;

use super::markup::{
    Room, code, count, details, facts, foreign, more, names, plain, prose, section,
};
use crate::finding::{Decision, In};
use crate::report::forge::rank;
use crate::report::words::{decision_word, short};
use crate::report::{AgentRow, CommitRow, FindingRow, Report, WaiverRow};
use crate::rule::RULES;

/// How many findings a page holds. It is still quick in a telephone's browser.
const FINDINGS: usize = 1000;

/// How many of these each rule has before any has more, so that a flood of one hides no other. All groups
/// together have as many.
const EACH: usize = 10;

/// How many bytes a group has, and how many more for each finding that it shows.
const BYTES: (usize, usize) = (100_000, 4000);

/// How many signs of one agent are shown.
const SIGNS: usize = 10;

/// Findings of one decision and rule.
type Group<'r> = Vec<&'r FindingRow>;

/// The section of findings.
pub(super) fn findings(report: &Report) -> String {
    if report.findings.is_empty() {
        return section("findings", "Findings", "<p>Nothing was found.</p>\n");
    }
    let decisions = by_decision(report);
    let sizes = decisions.iter().flat_map(|(_, groups)| groups);
    let sizes: Vec<usize> = sizes.map(Vec::len).collect();
    let mut page = Page {
        shares: shares(&sizes).into_iter(),
        shown: 0,
        commits: report
            .commits
            .iter()
            .map(|commit| (commit.id.as_deref(), commit))
            .collect(),
    };
    let body: Vec<String> = decisions
        .iter()
        .map(|(decision, groups)| page.decision(*decision, groups))
        .collect();
    let told = if page.shown < report.findings.len() {
        format!(
            "<p class=\"more\">This page shows {} of {}, the most severe first and some of each rule. \
             The JSON report holds them all.</p>\n",
            page.shown,
            count(report.findings.len(), "finding")
        )
    } else {
        String::new()
    };
    section("findings", "Findings", &format!("{told}{}", body.concat()))
}

/// The findings by decision, then by rule, the rules in the order of the documentation.
fn by_decision(report: &Report) -> Vec<(Decision, Vec<Group<'_>>)> {
    let mut all: BTreeMap<u8, (Decision, BTreeMap<usize, Group<'_>>)> = BTreeMap::new();
    for row in &report.findings {
        let decision = all.entry(rank(row.decision));
        let (_, rules) = decision.or_insert_with(|| (row.decision, BTreeMap::new()));
        let at = RULES.iter().position(|rule| rule.meta().id == row.rule);
        rules
            .entry(at.unwrap_or(RULES.len()))
            .or_default()
            .push(row);
    }
    all.into_values()
        .map(|(decision, rules)| (decision, rules.into_values().collect()))
        .collect()
}

/// How many findings of each group are shown, of groups of these sizes.
fn shares(sizes: &[usize]) -> Vec<usize> {
    let mut shares: Vec<usize> = sizes.iter().map(|size| EACH.min(*size)).collect();
    let mut left = FINDINGS.saturating_sub(shares.iter().sum());
    for (share, size) in shares.iter_mut().zip(sizes) {
        let more = left.min(size - *share);
        *share += more;
        left -= more;
    }
    shares
}

/// The findings that are being written.
struct Page<'r> {
    /// How many of each group are shown, in the groups' order.
    shares: std::vec::IntoIter<usize>,
    shown: usize,
    commits: BTreeMap<Option<&'r str>, &'r CommitRow>,
}

impl<'r> Page<'r> {
    fn decision(&mut self, decision: Decision, groups: &[Group<'r>]) -> String {
        let (title, means) = match decision {
            Decision::Blocked => ("Blocked", "These fail the verdict."),
            Decision::Warned => ("Warned", "These are shown, and fail nothing."),
            Decision::Waived => ("Waived", "A waiver excepts these."),
            Decision::Audited => ("Audited", "These are on record, and fail nothing."),
        };
        let total: usize = groups.iter().map(Vec::len).sum();
        let groups: Vec<String> = groups.iter().map(|group| self.group(group)).collect();
        let word = decision_word(decision);
        format!(
            "<section class=\"{word}\" aria-labelledby=\"{word}\">\n\
             <h3 id=\"{word}\">{title} <span class=\"number\">{}</span></h3>\n<p class=\"means\">{means}</p>\n{}</section>\n",
            count(total, "finding"),
            groups.concat()
        )
    }

    /// A rule: what it is, how to mend it where that is the same for all, and its findings.
    fn group(&mut self, group: &Group<'r>) -> String {
        let Some(first) = group.first() else {
            return String::new();
        };
        let alike = group.len() > 1 && group.iter().all(|row| row.help == first.help);
        let share = self.shares.next().unwrap_or_default();
        let whole = Room {
            rows: share,
            bytes: BYTES.0 + BYTES.1 * share,
        };
        let mut room = whole;
        let mut list = String::new();
        for row in group {
            let commit = self.commit_of(row);
            room.push(&mut list, || card(row, commit, !alike));
        }
        let shown = room.held(whole);
        self.shown += shown;
        let meta = RULES.iter().map(|rule| rule.meta());
        let finds = meta
            .filter(|meta| meta.id == first.rule)
            .map(|meta| meta.finds);
        let finds: Vec<String> = finds
            .map(|finds| format!("<p class=\"means\">{}</p>\n", prose(finds)))
            .collect();
        let help = if alike { mend(first) } else { String::new() };
        let list = if list.is_empty() {
            String::new()
        } else {
            format!("<ul class=\"cards\" role=\"list\">\n{list}</ul>\n")
        };
        format!(
            "<h4><code>{}</code> <span class=\"number\">{}</span></h4>\n{}{help}{list}{}",
            plain(first.rule),
            count(group.len(), "finding"),
            finds.concat(),
            more(group.len() - shown)
        )
    }

    fn commit_of(&self, row: &FindingRow) -> Option<&'r CommitRow> {
        if row.net {
            return None;
        }
        self.commits.get(&row.commit.as_deref()).copied()
    }
}

fn card(row: &FindingRow, commit: Option<&CommitRow>, helps: bool) -> String {
    let agent = row.agent.as_deref();
    let signs = agent
        .and_then(|id| commit?.agents.iter().find(|agent| agent.id == id))
        .map(|agent| evidence(&format!("Evidence of {}", plain(&agent.id)), agent));
    let id = row.commit.as_deref().filter(|_| !row.net);
    let optional = [
        id.map(|id| ("Commit", commit_markup(id, commit))),
        agent.map(|agent| ("Agent", foreign(agent))),
        row.zone
            .as_ref()
            .map(|zone| ("Zone", foreign(zone.as_str()))),
        row.detector
            .as_deref()
            .map(|detector| ("Detector", foreign(detector))),
        Some(("Decided by", line_text(row))),
        row.waiver
            .as_ref()
            .map(|waiver| ("Waiver", waiver_markup(waiver))),
        Some(("Fingerprint", code(&row.fingerprint))),
    ];
    let rows = [("Where", where_markup(row))];
    let rows: Vec<_> = rows
        .into_iter()
        .chain(optional.into_iter().flatten())
        .collect();
    format!(
        "<li>\n<p class=\"message\">{}</p>\n{}{}{}</li>\n",
        foreign(row.message.as_str()),
        facts("facts", &rows),
        signs.unwrap_or_default(),
        if helps { mend(row) } else { String::new() }
    )
}

/// What blocks has its help open: it is what the reader came for.
fn mend(row: &FindingRow) -> String {
    let open = row.decision == Decision::Blocked;
    let text = format!("<p>{}</p>\n", prose(row.help.as_str()));
    details("How to mend it", open, &text)
}

/// The signs of an agent, closed.
pub(super) fn evidence(title: &str, agent: &AgentRow) -> String {
    if agent.evidence.is_empty() {
        return String::new();
    }
    let signs = agent.evidence.iter().take(SIGNS).map(|sign| {
        let key = sign.key.as_ref();
        let key = key.map(|key| format!("{}: ", code(key.as_str())));
        format!(
            "<li>{}{} <span class=\"quiet\">{} {}</span></li>\n",
            key.unwrap_or_default(),
            foreign(sign.value.as_str()),
            sign.strength,
            sign.kind
        )
    });
    let signs: Vec<String> = signs.collect();
    let left_out = more(agent.evidence.len().saturating_sub(SIGNS));
    details(
        title,
        false,
        &format!("<ul>\n{}</ul>\n{left_out}", signs.concat()),
    )
}

fn where_markup(row: &FindingRow) -> String {
    let at = |first: &str| match (row.line, row.column) {
        (Some(line), Some(column)) => format!("{first}{line}:{column}"),
        (Some(line), None) => format!("{first}{line}"),
        _ => String::new(),
    };
    let place = match &row.path {
        Some(path) => format!("<code>{}{}</code>", foreign(path.as_str()), at(":")),
        None if row.within == In::Ref => "a reference of the push".to_owned(),
        None => format!("the message{}", at(", line ")),
    };
    let old = row.old_path.as_ref();
    let old = old.map(|old| format!(" (was {})", code(old.as_str())));
    let net = if row.net {
        " in the net change of the range"
    } else {
        ""
    };
    format!("{place}{}{net}", old.unwrap_or_default())
}

fn commit_markup(id: &str, commit: Option<&CommitRow>) -> String {
    let subject = commit.and_then(|commit| commit.subject.as_ref());
    let subject = subject.map(|subject| format!(" {}", foreign(subject.as_str())));
    code(short(id)) + &subject.unwrap_or_default()
}

/// The policy line, and the mode that it gave before the stage's cap.
fn line_text(row: &FindingRow) -> String {
    let mode = row.mode.word();
    match row.policy.line {
        0 => format!("the rule&#39;s own default, mode {mode}"),
        line => format!(
            "<code>{}:{line}</code>, mode {mode}",
            foreign(row.policy.file.as_str())
        ),
    }
}

fn waiver_markup(waiver: &WaiverRow) -> String {
    let ticket = waiver.ticket.as_ref();
    let ticket = ticket.map(|ticket| format!(", ticket {}", foreign(ticket.as_str())));
    format!(
        "{}, approved by {}, until {}{}",
        foreign(waiver.id.as_str()),
        names(&waiver.approved_by),
        plain(&waiver.expires),
        ticket.unwrap_or_default()
    )
}
