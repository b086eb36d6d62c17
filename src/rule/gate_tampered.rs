//! `gate-tampered`: a change of what makes the gate run.

mod modules;
mod package;
mod table;

use std::sync::{Arc, LazyLock};

use bstr::ByteSlice as _;

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::finding::{In, Mode, Place};
use crate::git::Result;
use crate::policy::PathTable;
use table::{GATES, Gate, When};

pub(super) struct GateTampered;

static META: Meta = Meta {
    id: "gate-tampered",
    finds: "A change of what makes the gate run: Git hooks and what installs them, CI that calls Cordon, \
            `.gitattributes`, `.gitmodules`, `.lfsconfig` and CODEOWNERS; also one that deletes it, moves it away, \
            takes its executable bit or puts a link in its place. A `package.json` that is no JSON counts as a whole \
            where it names what installs hooks, as a template of one may.",
    why: "Who changes these decides what is checked from the next commit on, what reviewers are shown, and \
          which programs Git runs on other machines.",
    example: "A commit by an agent that takes `cordon check` out of `.github/workflows/ci.yml`, makes \
              `.githooks/pre-commit` not executable, or writes `*.c -diff` into `.gitattributes`.",
    mend: "Let a person make the change, in a commit of its own, and say why.",
    configure: "rules:\n  gate-tampered: {agents: block, humans: warn}",
    agents: Some(Mode::Block),
    humans: Some(Mode::Warn),
    net: true,
    content: true,
};

static PATHS: LazyLock<PathTable> =
    LazyLock::new(|| PathTable::new(GATES.iter().map(|gate| gate.paths.iter().copied())));

impl Rule for GateTampered {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_change(
        &self,
        _context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        for gate in gates(change) {
            if counts(gate, change)? {
                return tell(commit, change, gate, found);
            }
        }
        Ok(())
    }
}

/// The kinds of which either end of a change is one.
fn gates(change: &ChangeFacts<'_>) -> impl Iterator<Item = &'static Gate> {
    let old = change.change.old_path.iter();
    let mut all: Vec<usize> = old
        .chain([&change.change.path])
        .flat_map(|path| PATHS.owners(path))
        .collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().filter_map(|at| GATES.get(at))
}

fn counts(gate: &Gate, change: &ChangeFacts<'_>) -> Result<bool> {
    Ok(match gate.when {
        When::Always => true,
        When::Says(word) => {
            let old = change.old_texts()?;
            let mut texts = old.iter().map(|text| text.as_slice());
            texts.any(|text| says(text, word)) || says(&change.text()?, word)
        }
        When::Differs(of) => {
            let new = of(&change.text()?);
            let old = change.old_texts()?;
            let same = |old: &Arc<Vec<u8>>| of(old) == new;
            if old.is_empty() {
                !new.is_empty()
            } else {
                // What a merge took from one of its parents was judged there.
                !old.iter().any(same)
            }
        }
    })
}

/// Whether a text says a word, whatever its case; what `kubectl cordon` does is another matter.
fn says(text: &[u8], word: &str) -> bool {
    let text = text.to_ascii_lowercase();
    text.find_iter(word).any(|at| {
        let before = text[..at].trim_end();
        !before.ends_with(b"kubectl") && !before.ends_with(b"oc adm")
    })
}

fn tell(
    commit: &CommitFacts<'_>,
    change: &ChangeFacts<'_>,
    gate: &Gate,
    found: &mut Found,
) -> Result<()> {
    // The finding holds without its lines, where they cannot be read.
    let (place, mut read) = change.place();
    let help = "Let a person make this change, in a commit of its own.";
    let mut finding = commit.finding(META.id, place, String::new(), help.to_owned());
    finding.agent = commit.first_agent();
    let start = found.findings.len();
    if gate.paths == [".gitmodules"] {
        let settings = settings(change).unwrap_or_else(|error| {
            read = Err(error);
            Vec::new()
        });
        for (line, what) in settings {
            let message = format!("{what}; {}", gate.does);
            let place = match line {
                None => change.entry(),
                line => Place {
                    within: In::File,
                    line,
                    column: Some(1),
                    end_line: line,
                    ..change.entry()
                },
            };
            found.push(crate::finding::Finding {
                place,
                message,
                ..finding.clone()
            });
        }
    }
    if found.findings.len() == start {
        finding.message = format!("{}; {}", change.deed(), gate.does);
        found.push(finding);
    }
    read
}

/// The settings of submodules that a change makes other, with their lines.
fn settings(change: &ChangeFacts<'_>) -> Result<Vec<(Option<u32>, String)>> {
    let old = change.old_texts()?;
    let [old] = old.as_slice() else {
        return Ok(Vec::new());
    };
    let mut all = modules::differences(old, &change.text()?)?;
    if change.change.blob.is_none() {
        all.clear();
    }
    let told = all.into_iter().map(|one| {
        let verb = if one.line.is_some() {
            "set"
        } else {
            "taken away"
        };
        let what = format!(
            "the {} of the submodule {} was {verb}",
            one.setting, one.module
        );
        (one.line, what)
    });
    Ok(told.collect())
}

#[cfg(test)]
mod tests {
    use super::GATES;
    use crate::policy::PathSet;

    #[test]
    fn every_pattern_of_the_table_is_good_and_needs_no_compiling() {
        for pattern in GATES.iter().flat_map(|gate| gate.paths) {
            assert_eq!(PathSet::check(pattern), Ok(()), "{pattern}");
            let rest = pattern.strip_prefix("**/").unwrap_or(pattern);
            let rest = rest.strip_suffix("/**").unwrap_or(rest);
            assert!(!rest.contains(['*', '?', '[', '{']), "{pattern}");
        }
    }
}
