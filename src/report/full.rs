//! `full`: for people at a terminal. What is wrong, where, by which evidence, which policy line
//! decided, and how to mend it.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Ansi};

use super::forge::is_hidden;
use super::words::{decision_word, place, short, summary, waiver_text};
use super::{AgentRow, CommitRow, FindingRow, Format, IncompleteRow, Report, Style, Verdict};
use crate::finding::{Decision, In};
use crate::text::Clean;
use crate::text::wrap::wrap;

/// What a person reads.
pub(super) struct Full;

/// How many obstacles of one kind, and how many signs of one agent, are shown.
const ALIKE: usize = 3;

/// Where the text of a labelled line starts.
const INDENT: usize = 12;

impl Format for Full {
    fn name(&self) -> &'static str {
        "full"
    }

    fn render(&self, report: &Report, style: &Style) -> String {
        let commits = report.commits.iter();
        let mut page = Page::new(style);
        page.commits = commits
            .map(|commit| (commit.id.as_deref(), commit))
            .collect();
        for finding in &report.findings {
            if page.shows(finding.decision) {
                page.finding(finding);
            }
        }
        page.obstacles(&report.incomplete);
        if !style.quiet {
            for note in &report.notes {
                page.line("note", note.as_str());
            }
        }
        if style.verbose {
            page.agents(report);
        }
        if !style.quiet || report.verdict != Verdict::Pass {
            page.summary(report);
        }
        page.out
    }

    fn tells_notes(&self) -> bool {
        true
    }
}

/// A page that is being written: `explain` writes on one too.
pub(super) struct Page<'r> {
    pub(super) out: String,
    pub(super) style: Style,
    commits: BTreeMap<Option<&'r str>, &'r CommitRow>,
}

impl<'r> Page<'r> {
    pub(super) fn new(style: &Style) -> Self {
        Self {
            out: String::new(),
            style: *style,
            commits: BTreeMap::new(),
        }
    }

    fn shows(&self, decision: Decision) -> bool {
        !is_hidden(decision, &self.style)
    }

    fn finding(&mut self, finding: &FindingRow) {
        let word = decision_word(finding.decision);
        let head = format!("{word}: {}: ", finding.rule);
        let taken = head.chars().count();
        let painted = format!(
            "{}: {}: ",
            self.paint(decision_colour(finding.decision).bold(), word),
            self.paint(Ansi::new().bold(), finding.rule)
        );
        self.out.push_str(&painted);
        self.text(finding.message.as_str(), taken, 2);
        let commit = self.commit_of(finding);
        self.line("where", &where_text(finding, commit));
        let agent = finding
            .agent
            .as_deref()
            .and_then(|id| agent_of(commit?, id));
        if let Some(agent) = agent {
            for evidence in agent.evidence.iter().take(ALIKE) {
                let key = evidence
                    .key
                    .as_ref()
                    .map(|key| format!("{key}: "))
                    .unwrap_or_default();
                let text = format!(
                    "{key}{} ({} {})",
                    evidence.value, evidence.strength, evidence.kind
                );
                self.line("evidence", &text);
            }
        }
        let more = agent.map_or(0, |agent| agent.evidence.len().saturating_sub(ALIKE));
        if more > 0 {
            self.line("", &format!("and {more} more"));
        }
        self.line("policy", &policy_text(finding));
        if let Some(waiver) = &finding.waiver {
            self.line("waiver", &waiver_text(waiver));
        }
        self.line("mend", finding.help.as_str());
        self.out.push('\n');
    }

    fn commit_of(&self, finding: &FindingRow) -> Option<&'r CommitRow> {
        if finding.net {
            return None;
        }
        self.commits.get(&finding.commit.as_deref()).copied()
    }

    /// What could not be read, a few of each kind: one command mends them all.
    pub(super) fn obstacles(&mut self, rows: &[IncompleteRow]) {
        let mut seen: BTreeMap<(&str, Option<&Clean>), usize> = BTreeMap::new();
        for row in rows {
            let count = seen.entry((row.code, row.mend.as_ref())).or_default();
            *count += 1;
            if *count <= ALIKE || self.style.verbose {
                self.incomplete(row);
            }
        }
        for ((code, _), count) in seen {
            if count > ALIKE && !self.style.verbose {
                let more = format!("{} more of the kind {code}; -v lists them", count - ALIKE);
                self.line("note", &more);
            }
        }
    }

    fn incomplete(&mut self, row: &IncompleteRow) {
        let head = format!("incomplete: {}: ", row.code);
        let painted = format!(
            "{}: {}: ",
            self.paint(AnsiColor::Magenta.on_default().bold(), "incomplete"),
            self.paint(Ansi::new().bold(), row.code)
        );
        self.out.push_str(&painted);
        self.text(row.message.as_str(), head.chars().count(), 2);
        let place = [
            row.commit
                .as_deref()
                .map(|id| format!("commit {}", short(id))),
            row.path.as_ref().map(ToString::to_string),
            row.reference.as_ref().map(ToString::to_string),
        ];
        let place: Vec<String> = place.into_iter().flatten().collect();
        if !place.is_empty() {
            self.line("where", &place.join(", "));
        }
        if let Some(mend) = &row.mend {
            self.command(mend.as_str());
        }
        self.out.push('\n');
    }

    fn agents(&mut self, report: &Report) {
        for commit in report
            .commits
            .iter()
            .filter(|commit| !commit.agents.is_empty())
        {
            let id = commit.id.as_deref().map_or("staged", short);
            for agent in &commit.agents {
                let model = agent
                    .model
                    .as_ref()
                    .map(|model| format!(" ({model})"))
                    .unwrap_or_default();
                let text = format!(
                    "{id} {}: {}{model}, {}",
                    commit.kind, agent.id, agent.status
                );
                self.line("agent", &text);
            }
        }
    }

    fn summary(&mut self, report: &Report) {
        let colour = match report.verdict {
            Verdict::Pass => AnsiColor::Green,
            Verdict::Fail => AnsiColor::Red,
            Verdict::Incomplete => AnsiColor::Magenta,
        };
        let text = summary(report);
        let (verdict, rest) = text.split_once(':').unwrap_or((&text, ""));
        let painted = format!("{}:", self.paint(colour.on_default().bold(), verdict));
        self.out.push_str(&painted);
        self.text(rest, verdict.len() + 1, 2);
    }

    /// A labelled line, wrapped under its own text.
    pub(super) fn line(&mut self, label: &str, text: &str) {
        let painted = self.paint(Ansi::new().dimmed(), &format!("{label:<9}"));
        let _ = write!(self.out, "  {painted} ");
        self.text(text, INDENT, INDENT);
    }

    /// A command to run: never wrapped, so that it can be copied.
    fn command(&mut self, command: &str) {
        let painted = self.paint(Ansi::new().dimmed(), "mend     ");
        let _ = writeln!(self.out, "  {painted} {command}");
    }

    pub(super) fn text(&mut self, text: &str, taken: usize, indent: usize) {
        self.out
            .push_str(&wrap(text, taken, indent, self.style.width));
        self.out.push('\n');
    }

    pub(super) fn paint(&self, style: Ansi, text: &str) -> String {
        if self.style.colour {
            format!("{}{text}{}", style.render(), style.render_reset())
        } else {
            text.to_owned()
        }
    }
}

pub(super) fn decision_colour(decision: Decision) -> Ansi {
    match decision {
        Decision::Blocked => AnsiColor::Red,
        Decision::Warned => AnsiColor::Yellow,
        Decision::Audited => AnsiColor::Blue,
        Decision::Waived => AnsiColor::Green,
    }
    .on_default()
}

pub(super) fn where_text(finding: &FindingRow, commit: Option<&CommitRow>) -> String {
    let mut text = match &finding.path {
        Some(_) => place(finding),
        None => match (finding.line, &finding.commit) {
            (Some(line), _) => format!("message, line {line}"),
            (None, Some(_)) => "message".to_owned(),
            (None, None) if finding.within == In::Ref => "a reference of the push".to_owned(),
            (None, None) => "the commit being made".to_owned(),
        },
    };
    if let Some(old) = &finding.old_path {
        let _ = write!(text, " (was {old})");
    }
    if finding.net {
        text.push_str(" in the net change of the range");
    } else if let Some(id) = &finding.commit {
        let _ = write!(text, " in {}", short(id));
        if let Some(subject) = commit.and_then(|commit| commit.subject.as_ref()) {
            let _ = write!(text, " \"{subject}\"");
        }
    }
    text
}

pub(super) fn policy_text(finding: &FindingRow) -> String {
    let mode = finding.mode.word();
    if finding.policy.line == 0 {
        format!("the rule's own default ({mode})")
    } else {
        format!("{}:{} ({mode})", finding.policy.file, finding.policy.line)
    }
}

fn agent_of<'r>(commit: &'r CommitRow, id: &str) -> Option<&'r AgentRow> {
    commit.agents.iter().find(|agent| agent.id == id)
}
