//! What a Git server's hook says to whoever pushes: short lines, since Git puts `remote: ` before each,
//! no colour, what refuses the push first, and no more than fits a screen or two.
//!
//! No format for the command line: `cordon hook` calls it.

use std::fmt::Write as _;

use super::full::{policy_text, where_text};
use super::words::{decision_word, short, summary, waiver_text};
use super::{CommitRow, FindingRow, IncompleteRow, Report, Verdict};
use crate::finding::Decision;
use crate::text::wrap::wrap;

/// Columns of a line: with `remote: ` before it, eighty.
const WIDTH: usize = 72;

/// Where the text of a labelled line starts.
const INDENT: usize = 12;

/// How many findings are shown.
const FINDINGS: usize = 10;

/// How many things that could not be read are shown.
const OBSTACLES: usize = 5;

/// How many notes, and how many commands that show more.
const FEW: usize = 5;

/// Characters of one text. A message that somebody pushes may be as long as they like.
const TEXT: usize = 300;

/// Characters of a command: an address and a path, each of the longest that there is, and a folder.
const COMMAND: usize = 4096;

/// The report for whoever pushes; the summary is its first line.
pub fn remote(report: &Report) -> String {
    let mut page = Page::default();
    page.summary(report);
    let mut shown: Vec<&FindingRow> = report.findings.iter().collect();
    shown.retain(|finding| finding.decision != Decision::Audited);
    // What refuses the push comes first; what is alike keeps its order.
    shown.sort_by_key(|finding| finding.decision != Decision::Blocked);
    let (some, more) = shown.split_at(shown.len().min(FINDINGS));
    for finding in some {
        page.finding(finding, commit_of(report, finding));
    }
    let (unread, also) = report
        .incomplete
        .split_at(report.incomplete.len().min(OBSTACLES));
    for row in unread {
        page.incomplete(row);
    }
    let (notes, others) = report.notes.split_at(report.notes.len().min(FEW));
    for note in notes {
        page.line("note", note.as_str());
    }
    page.more(report, more.len() + also.len() + others.len());
    page.out
}

#[derive(Default)]
struct Page {
    out: String,
    /// Policy line and help of the finding before.
    said: Option<(String, String)>,
}

impl Page {
    fn summary(&mut self, report: &Report) {
        if report.policy.sha256.is_none() {
            return self.text("cordon: refused: the push could not be judged", 0, 2);
        }
        let text = summary(report);
        let rest = text.split_once(": ").map_or("", |(_, rest)| rest);
        let word = match report.verdict {
            Verdict::Pass => "passed",
            Verdict::Fail => "refused",
            Verdict::Incomplete if report.tolerated => {
                "passed, though not everything could be read"
            }
            Verdict::Incomplete => "refused, since not everything could be read",
        };
        self.text(&format!("cordon: {word}: {rest}"), 0, 2);
    }

    fn finding(&mut self, finding: &FindingRow, commit: Option<&CommitRow>) {
        let word = decision_word(finding.decision);
        let head = format!("{word}: {}: {}", finding.rule, finding.message);
        self.text(&head, 0, 2);
        self.line("where", &where_text(finding, commit));
        if let Some(waiver) = &finding.waiver {
            self.line("waiver", &waiver_text(waiver));
        }
        let agents = commit.into_iter().flat_map(|commit| &commit.agents);
        let mut agents = agents.filter(|agent| Some(&agent.id) == finding.agent.as_ref());
        if let Some(evidence) = agents.next().and_then(|agent| agent.evidence.first()) {
            let key = evidence.key.as_ref();
            let key = key.map(|key| format!("{key}: ")).unwrap_or_default();
            let how = format!("({} {})", evidence.strength, evidence.kind);
            self.line("evidence", &format!("{key}{} {how}", evidence.value));
        }
        // What holds for the finding above too is not said again.
        let rest = (policy_text(finding), finding.help.to_string());
        if self.said.as_ref() != Some(&rest) {
            self.line("policy", &rest.0);
            self.line("mend", &rest.1);
        }
        self.said = Some(rest);
    }

    fn incomplete(&mut self, row: &IncompleteRow) {
        let head = format!("incomplete: {}: {}", row.code, row.message);
        self.text(&head, 0, 2);
        let commit = row.commit.as_deref().map(short);
        let place = [
            commit.map(|id| format!("commit {id}")),
            row.path.as_ref().map(ToString::to_string),
            row.reference.as_ref().map(ToString::to_string),
        ];
        let place: Vec<String> = place.into_iter().flatten().collect();
        if !place.is_empty() {
            self.line("where", &place.join(", "));
        }
        if let Some(mend) = &row.mend {
            self.command("mend", mend.as_str());
        }
    }

    /// How many are not shown, and the commands that show them where the commits are.
    fn more(&mut self, report: &Report, count: usize) {
        if count == 0 {
            return;
        }
        let refs = report.range.refs.iter();
        let ends = refs.filter_map(|row| Some((row.base.as_deref(), row.head.as_deref()?)));
        let ends: Vec<_> = ends.take(FEW).collect();
        let told = format!("{count} more not shown. To see all, run where you pushed from:");
        self.text(&told, 0, 2);
        for (base, head) in ends {
            let base = base.map_or("origin/HEAD", short);
            self.text(
                &format!("  cordon check --range {base}..{}", short(head)),
                0,
                2,
            );
        }
    }

    fn line(&mut self, label: &str, text: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.out, "  {label:<9} ");
        self.text(text, INDENT, INDENT);
    }

    /// What is to be run is of no use in part: it stands whole, on one line.
    fn command(&mut self, label: &str, text: &str) {
        let text: String = text.chars().take(COMMAND).collect();
        let _ = writeln!(self.out, "  {label:<9} {text}");
    }

    fn text(&mut self, text: &str, taken: usize, indent: usize) {
        let text = shortened(text, WIDTH - indent);
        self.out.push_str(&wrap(&text, taken, indent, WIDTH));
        self.out.push('\n');
    }
}

fn commit_of<'r>(report: &'r Report, finding: &FindingRow) -> Option<&'r CommitRow> {
    let id = finding.commit.as_ref().filter(|_| !finding.net)?;
    let mut commits = report.commits.iter();
    commits.find(|commit| commit.id.as_ref() == Some(id))
}

/// Words that fit a line, and no more of them than one may read: of a longer word the ends, which
/// for a path are what tells it from others.
fn shortened(text: &str, widest: usize) -> String {
    let mut out = String::new();
    let mut count = 0;
    for (number, word) in text.split(' ').enumerate() {
        if number > 0 {
            out.push(' ');
        }
        let word = ends(word, widest);
        count += word.chars().count() + 1;
        if count > TEXT {
            out.push_str("...");
            break;
        }
        out.push_str(&word);
    }
    out
}

fn ends(word: &str, widest: usize) -> String {
    let count = word.chars().count();
    if count <= widest {
        return word.to_owned();
    }
    let kept = widest - 3;
    let first: String = word.chars().take(kept / 3).collect();
    let last: String = word.chars().skip(count - (kept - kept / 3)).collect();
    format!("{first}...{last}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_word_keeps_its_ends_and_a_long_text_its_beginning() {
        assert_eq!(shortened("a b", 10), "a b");
        assert_eq!(shortened("0123456789", 10), "0123456789");
        assert_eq!(shortened("x 0123456789a", 10), "x 01...6789a");
        assert_eq!(shortened("é".repeat(11).as_str(), 10), "éé...ééééé");
        let long = shortened(&"word ".repeat(200), 10);
        assert!(long.ends_with(" ..."), "{long}");
        assert!(long.chars().count() <= TEXT + 4, "{long}");
        let unbroken = shortened(&"w".repeat(100_000), 10);
        assert_eq!(unbroken.chars().count(), 10);
    }
}
