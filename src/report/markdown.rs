//! `markdown`: a summary for people, for GitHub's `GITHUB_STEP_SUMMARY` and for comments.
//!
//! Foreign text is written with character references for everything that Markdown or HTML could read, so
//! that it shows as it is: no link, no image, no mention, no tag. GitHub drops a summary of more than 1 MiB
//! whole: what there is no room for is counted.

use std::fmt::Write as _;

use super::forge::{Row, clipped, is_hidden, ranked};
use super::words::{decision_word, place, short, summary, waiver_text};
use super::{FindingRow, Format, IncompleteRow, Report, Style};

/// A table of what was found, and a list of what was not read.
pub(super) struct Markdown;

/// How many bytes are written; a step may add words of its own.
const BYTES: usize = 1_000_000;

/// How many characters of one text are shown.
const TEXT: usize = 500;

impl Format for Markdown {
    fn name(&self) -> &'static str {
        "markdown"
    }

    fn render(&self, report: &Report, style: &Style) -> String {
        let mut page = Page {
            out: format!(
                "## Cordon: {}\n\n{}\n",
                report.verdict.word(),
                prose(&clipped(&summary(report), TEXT * 4))
            ),
            left_out: 0,
        };
        let rows = ranked(report);
        let findings = rows.iter().filter_map(|row| match row {
            Row::Finding(row) if !is_hidden(row.decision, style) => Some(table_row(row)),
            Row::Finding(_) | Row::Incomplete(_) => None,
        });
        // What was not read comes first where space is short: without it a page may look like a pass.
        let unread = report.incomplete.iter().map(unread_row);
        let heading = "\n**Could not be read:**\n\n";
        page.section(heading, unread);
        let heading = "\n| | rule | where | what | mend |\n| --- | --- | --- | --- | --- |\n";
        page.section(heading, findings);
        if !style.quiet {
            let notes = report.notes.iter();
            let note = |text: &str| format!("- {}\n", prose(&clipped(text, TEXT)));
            page.section("\n**Notes:**\n\n", notes.map(|text| note(text.as_str())));
        }
        if page.left_out > 0 {
            // Writing to a String cannot fail.
            let _ = write!(page.out, "\n{} more are not shown here.\n", page.left_out);
        }
        page.out
    }

    fn tells_notes(&self) -> bool {
        true
    }
}

/// A page with a limit.
struct Page {
    out: String,
    left_out: usize,
}

impl Page {
    /// A heading and its lines, as far as there is room.
    fn section(&mut self, heading: &str, lines: impl Iterator<Item = String>) {
        let mut heading = Some(heading);
        for line in lines {
            let ahead = heading.map_or(0, str::len);
            if self.out.len() + ahead + line.len() > BYTES {
                self.left_out += 1;
                continue;
            }
            self.out += heading.take().unwrap_or_default();
            self.out += &line;
        }
    }
}

fn table_row(row: &FindingRow) -> String {
    let waiver = row.waiver.as_ref();
    let waiver = waiver.map(|waiver| format!("; waiver {}", waiver_text(waiver)));
    let what = format!("{}{}", row.message, waiver.unwrap_or_default());
    let commit = match (&row.path, &row.commit) {
        (Some(_), Some(commit)) => format!(" in {}", code(short(commit))),
        _ => String::new(),
    };
    format!(
        "| {} | {} | {}{commit} | {} | {} |\n",
        decision_word(row.decision),
        code(row.rule),
        code(&clipped(&place(row), TEXT)),
        prose(&clipped(&what, TEXT)),
        prose(&clipped(row.help.as_str(), TEXT))
    )
}

fn unread_row(row: &IncompleteRow) -> String {
    let mend = row.mend.as_ref();
    let mend = mend.map(|mend| format!(" Mend: {}", code(&clipped(mend.as_str(), TEXT))));
    let text = prose(&clipped(row.message.as_str(), TEXT));
    format!("- {}: {text}{}\n", code(row.code), mend.unwrap_or_default())
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", prose(text))
}

/// Text that shows as it is. An empty comment keeps what follows `@` and `#` from being a mention.
fn prose(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\n' | '\r' | '\t' => out.push(' '),
            '@' | '#' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "&#{};<!-- -->", u32::from(character));
            }
            ' ' | ',' | '/' | '-' | ';' | '(' | ')' | '\'' | '"' | '=' => out.push(character),
            character if character.is_ascii() && !character.is_ascii_alphanumeric() => {
                let _ = write!(out, "&#{};", u32::from(character));
            }
            character => out.push(character),
        }
    }
    out
}
