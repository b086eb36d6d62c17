//! What `cordon policy diff` found, for people and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::page::Page as Lines;
use crate::policy::{Difference, Effect, Part, Versions};
use crate::report::{FindingRow, Style};
use crate::secret::Engine;
use crate::text::Clean;
use crate::trial::{Changed, Replay};
use anstyle::AnsiColor;

/// The form of the JSON.
const SCHEMA: &str = "cordon.policy-diff/v1";

/// All that is told.
pub(super) struct Page<'p> {
    /// The two policies.
    pub(super) names: [&'p str; 2],
    /// By which a part has its line.
    pub(super) versions: &'p Versions<'p>,
    /// What differs.
    pub(super) found: &'p [Difference],
    /// What past commits say, where that was asked.
    pub(super) replay: Option<&'p Replay>,
}

impl Page<'_> {
    pub(super) fn text(&self, style: &Style) -> String {
        let mut lines = Lines::new(style);
        for one in self.found {
            let colour = match one.effect {
                Effect::Weaker => AnsiColor::Red,
                Effect::Stricter => AnsiColor::Green,
                Effect::Otherwise => AnsiColor::Yellow,
            };
            lines.head(one.effect.word(), colour, &one.key);
            for (label, part) in [("was", &one.was), ("now", &one.now)] {
                lines.line(label, &self.part(part.as_ref()));
            }
            if let Some(from) = one.from {
                lines.line("from", &from.to_string());
            }
        }
        let count = |effect| self.found.iter().filter(|one| one.effect == effect).count();
        let counts = [Effect::Weaker, Effect::Stricter, Effect::Otherwise];
        let counts = counts.map(|effect| format!("{} {}", count(effect), effect.word()));
        let mut counts = counts.join(", ");
        let doubtful = self.found.iter().filter(|one| one.doubtful).count();
        if doubtful > 0 {
            // Writing to a String cannot fail.
            let _ = write!(counts, " ({doubtful} may be weaker)");
        }
        let [old, new] = self.names.map(clean);
        lines.head(
            "diff",
            AnsiColor::Cyan,
            &format!("{counts}; {old} to {new}"),
        );
        if let Some(replay) = self.replay {
            replayed(&mut lines, replay);
        }
        lines.out
    }

    fn part(&self, part: Option<&Part>) -> String {
        let Some(part) = part else {
            return "nothing".to_owned();
        };
        let line = self.versions.line(part);
        let text = if part.text.is_empty() {
            "the whole of it"
        } else {
            &part.text
        };
        match line.line {
            0 => format!("{text} (by default)"),
            number => format!("{text} ({}:{number})", clean(&line.file)),
        }
    }

    pub(super) fn json(&self) -> Value {
        let part = |part: &Option<Part>| {
            let part = part.as_ref()?;
            let line = self.versions.line(part);
            Some(json!({"text": part.text, "file": line.file, "line": line.line}))
        };
        let differences = self.found.iter().map(|one| {
            json!({
                "key": one.key,
                "effect": one.effect.word(),
                "was": part(&one.was),
                "now": part(&one.now),
                "from": one.from.map(|day| day.to_string()),
                "may_be_weaker": one.doubtful,
            })
        });
        json!({
            "schema": SCHEMA,
            "old": self.names[0],
            "new": self.names[1],
            "differences": differences.collect::<Value>(),
            "replay": self.replay.map(replay_json),
        })
    }
}

fn replayed(lines: &mut Lines<'_>, replay: &Replay) {
    for one in &replay.changed {
        lines.head("changes", AnsiColor::Yellow, &title(one));
        for (sign, rows) in [("no more", &one.lost), ("now", &one.won)] {
            for row in rows {
                lines.line(sign, &finding(row));
            }
        }
    }
    for row in &replay.incomplete {
        lines.head(
            "incomplete",
            AnsiColor::Magenta,
            &format!("{}: {}", row.code, row.message),
        );
    }
    let (all, changed) = (replay.commits, replay.changed.len());
    let told = format!("{all} commits judged by both, {changed} decided otherwise");
    lines.head("replay", AnsiColor::Cyan, &told);
}

fn title(one: &Changed) -> String {
    let word = |blocks| if blocks { "blocked" } else { "not blocked" };
    let [old, new] = one.blocks.map(word);
    let mut title = match &one.commit {
        Some(id) => id.get(..10).unwrap_or(id).to_owned(),
        None => "the net change".to_owned(),
    };
    if let Some(subject) = &one.subject {
        // Writing to a String cannot fail.
        let _ = write!(title, " {subject}");
    }
    let became = if old == new {
        format!("{new} as before")
    } else {
        format!("{old}, now {new}")
    };
    format!("{title}: {became}")
}

fn finding(row: &FindingRow) -> String {
    let decision = json!(row.decision);
    let path = row
        .path
        .as_ref()
        .map(|path| format!("{path}: "))
        .unwrap_or_default();
    let decision = decision.as_str().unwrap_or_default();
    format!("{path}{decision}: {}: {}", row.rule, row.message)
}

fn replay_json(replay: &Replay) -> Value {
    let changed = replay.changed.iter().map(|one| {
        json!({
            "commit": one.commit,
            "subject": one.subject,
            "blocked": {"old": one.blocks[0], "new": one.blocks[1]},
            "lost": one.lost,
            "won": one.won,
        })
    });
    json!({
        "commits": replay.commits,
        "changed": changed.collect::<Value>(),
        "incomplete": replay.incomplete,
    })
}

fn clean(text: &str) -> Clean {
    Clean::prose(Engine::builtin(), text)
}
