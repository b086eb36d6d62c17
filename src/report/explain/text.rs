//! The explanation for people at a terminal: evidence → agent → status → zone → rule → mode → policy
//! line, also for what passed.

mod paths;

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Ansi};

use super::{About, AgentPart, CommitPart, Explanation, RulePart, SourceRow};
use crate::finding::Mode;
use crate::policy::waiver::is_waivable;
use crate::report::full::{Page, decision_colour, policy_text, where_text};
use crate::report::words::{decision_word, policy_name, short};
use crate::report::{FindingRow, Style};
use crate::rule::{Rule, rule};
use crate::text::wrap::wrap;

/// The explanation as text, ending with a line feed.
pub fn explanation_text(explanation: &Explanation, style: &Style) -> String {
    let mut sheet = Sheet {
        page: Page::new(style),
    };
    match explanation.about {
        About::Finding => sheet.finding(explanation),
        About::Commit | About::Path => sheet.commit(explanation),
    }
    sheet.page.obstacles(&explanation.incomplete);
    sheet.end(explanation);
    sheet.page.out
}

struct Sheet<'r> {
    page: Page<'r>,
}

impl Sheet<'_> {
    fn commit(&mut self, explanation: &Explanation) {
        if let Some(commit) = &explanation.commit {
            self.who(commit);
        }
        self.paths(&explanation.paths);
        let told = |part: &&RulePart| part.decision.is_some();
        for part in explanation.rules.iter().filter(told) {
            self.rule(part, &explanation.findings);
        }
        let quiet: Vec<&RulePart> = explanation
            .rules
            .iter()
            .filter(|part| !told(part))
            .collect();
        for part in &quiet {
            self.passed(part);
        }
        if !quiet.is_empty() {
            self.page.out.push('\n');
        }
    }

    fn who(&mut self, commit: &CommitPart) {
        let mut title = match &commit.id {
            Some(id) => format!("commit {}", short(id)),
            None => "the commit being made".to_owned(),
        };
        if let Some(subject) = &commit.subject {
            let _ = write!(title, " \"{subject}\"");
        }
        let title = wrap(&title, 0, 2, self.page.style.width);
        self.title(Ansi::new().bold(), &title, "");
        let judged = match commit.judged_as {
            "agent" => "as an agent's change",
            _ => "as a person's change",
        };
        let text = format!("{judged}: {}, {}", commit.kind, commit.because);
        self.page.line("judged", &text);
        let text = format!("{}, assurance {}", commit.account, commit.assurance);
        self.page.line("account", &text);
        for agent in &commit.agents {
            self.agent(agent);
        }
        self.page.out.push('\n');
    }

    fn agent(&mut self, agent: &AgentPart) {
        let model = agent.model.as_ref();
        let model = model.map(|model| format!(" ({model})")).unwrap_or_default();
        self.page.line("agent", &format!("{}{model}", agent.id));
        for evidence in &agent.evidence {
            let key = evidence.key.as_ref();
            let key = key.map(|key| format!("{key}: ")).unwrap_or_default();
            let line = evidence.line;
            let line = line
                .map(|line| format!(", line {line}"))
                .unwrap_or_default();
            let text = format!(
                "{key}{} ({} {}{line})",
                evidence.value, evidence.strength, evidence.kind
            );
            self.page.line("evidence", &text);
        }
        let text = format!("{}: {}", agent.status, agent.because);
        self.page.line("status", &text);
        self.source(agent.policy.as_ref());
    }

    /// A rule that found something, with what it found.
    fn rule(&mut self, part: &RulePart, findings: &[FindingRow]) {
        let decision = part.decision.map_or("passed", decision_word);
        let colour = part.decision.map_or(Ansi::new(), decision_colour);
        self.title(colour.bold(), decision, &format!(": {}", part.id));
        for finding in findings.iter().filter(|row| row.rule == part.id) {
            self.page.line("found", finding.message.as_str());
            self.page.line("where", &where_text(finding, None));
            self.decided(finding);
        }
        self.modes(part);
        self.page.out.push('\n');
    }

    /// Which modes decided, and what the stage made of them.
    fn modes(&mut self, part: &RulePart) {
        for in_zone in &part.in_zones {
            let text = format!("{} in the zone {}", in_zone.mode.word(), in_zone.zone);
            self.mode(&text, &in_zone.policy);
        }
        if let (Some(mode), Some(policy), []) = (part.mode, &part.policy, &part.in_zones[..]) {
            self.mode(mode.word(), policy);
        }
        self.cap(part.cap, part.cap_policy.as_ref());
    }

    fn mode(&mut self, text: &str, policy: &SourceRow) {
        if policy.line == 0 {
            self.page
                .line("mode", &format!("{text}, the rule's own default"));
        } else {
            self.page.line("mode", text);
            self.source(Some(policy));
        }
    }

    fn decided(&mut self, finding: &FindingRow) {
        let text = format!(
            "{}: {}",
            decision_word(finding.decision),
            policy_text(finding)
        );
        self.page.line("decision", &text);
    }

    /// What the stage makes of every mode, where it makes something of it.
    fn cap(&mut self, cap: Mode, by: Option<&SourceRow>) {
        if cap < Mode::Block {
            let text = format!("applies at most {}", cap.word());
            self.page.line("stage", &text);
            self.source(by);
        }
    }

    /// A rule that found nothing, in a line.
    fn passed(&mut self, part: &RulePart) {
        let mode = match (part.mode, &part.policy) {
            (None, _) | (_, None) => String::new(),
            (Some(mode), Some(policy)) if policy.line == 0 => {
                format!(" ({} by default)", mode.word())
            }
            (Some(mode), Some(policy)) => {
                format!(" ({} by {}:{})", mode.word(), policy.file, policy.line)
            }
        };
        let green = AnsiColor::Green.on_default().bold();
        let text = format!(": {}: {}{mode}", part.id, part.because);
        self.title(green, "passed", &text);
    }

    /// One finding, whole: what `check` tells of it, and what the rule is about.
    fn finding(&mut self, explanation: &Explanation) {
        let Some(first) = explanation.findings.first() else {
            return;
        };
        let colour = decision_colour(first.decision).bold();
        let text = format!(": {}: {}", first.rule, first.message);
        self.title(colour, decision_word(first.decision), &text);
        for finding in &explanation.findings {
            self.page.line("where", &where_text(finding, None));
        }
        self.page.line("policy", &policy_text(first));
        if let Some(part) = explanation.rules.first() {
            self.modes(part);
        }
        self.page.line("mend", first.help.as_str());
        self.exception(first);
        self.page.line("known by", &first.fingerprint);
        self.page.out.push('\n');
        if let Some(commit) = &explanation.commit {
            self.who(commit);
        }
        for path in &explanation.paths {
            self.path(path);
        }
        if let Some(meta) = rule(first.rule).map(Rule::meta) {
            self.title(Ansi::new().bold(), "rule", &format!(" {}", meta.id));
            self.page.line("finds", meta.finds);
            self.page.line("why", meta.why);
            self.page
                .line("more", &format!("`cordon explain {}`", meta.id));
            self.page.out.push('\n');
        }
    }

    /// The waiver that excepts a finding, or how to ask for one.
    fn exception(&mut self, finding: &FindingRow) {
        if let Some(waiver) = &finding.waiver {
            let text = format!("by {} until {}", waiver.id, waiver.expires);
            self.page.line("waived", &text);
        } else if is_waivable(finding.rule) {
            let fingerprint = &finding.fingerprint;
            let text =
                format!("`cordon waiver new --finding {fingerprint}` asks for an exception.");
            self.page.line("waive", &text);
        }
    }

    fn end(&mut self, explanation: &Explanation) {
        let by = policy_name(&explanation.policy);
        let mut text = by;
        if let Some(date) = &explanation.date {
            let _ = write!(text, ", on {date}");
        }
        if let Some(stage) = explanation.stage {
            let _ = write!(text, ", at stage {}", stage.word());
        }
        self.page.text(&text, 0, 2);
    }

    /// Something painted, and a text behind it.
    fn title(&mut self, style: Ansi, painted: &str, text: &str) {
        let head = self.page.paint(style, painted);
        self.page.out.push_str(&head);
        self.page.text(text, painted.chars().count(), 2);
    }

    /// The policy line behind an answer.
    fn source(&mut self, source: Option<&SourceRow>) {
        let Some(source) = source.filter(|source| source.line > 0) else {
            return;
        };
        let text = source.text.as_ref();
        let text = text.map(|text| format!("  {text}")).unwrap_or_default();
        let text = format!("{}:{}{text}", source.file, source.line);
        self.page.line("", &text);
    }
}
