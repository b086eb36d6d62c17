//! `hidden-text`: characters that no reader sees, or that turn the order of what he reads.

mod told;

use std::collections::BTreeSet;
use std::slice::from_ref;

use super::content::View;
use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule, TagFacts};
use crate::finding::{Finding, In, Mode, Place};
use crate::git::{Fault, Op, Result};
use crate::text::LineIndex;
use crate::text::hidden::{CARRIES, Setting, Sign, hidden};
use told::Signs;

pub(super) struct HiddenText;

static META: Meta = Meta {
    id: "hidden-text",
    finds: "Characters that no reader sees or that turn the order of a line, in an added line, a message or the \
            name of a file: tag characters, runs of variation selectors, zero-width characters, bidirectional controls, \
            invisible operators, fillers, soft hyphens; and spaces and apostrophes that change places as if they carried \
            something, or characters that a script needs whose choice does not follow from the visible text.",
    why: "A reviewer approves what he sees; a compiler and an agent read what is there. Hidden text can hold \
          orders to an agent, a mark, a secret on its way out, or a program that looks like another one.",
    example: "`if (level != \"user\\u{202E} \\u{2066}// admins only\\u{2069} \\u{2066}\")`, or a sentence in tag characters in \
              `AGENTS.md`. What a language needs (joiners in Persian and Hindi, marks beside Hebrew), what an \
              emoji is made of, a byte order mark at the start of a file, and a character whose number stands \
              in its line (`U+200B`, `200b`) are none.",
    mend: "Take them out. Where a program needs one, write its escape (`\\u200B`, `&#8203;`), so that readers \
           see it.",
    configure: "rules:\n  hidden-text: {agents: block, humans: block}",
    agents: Some(Mode::Block),
    humans: Some(Mode::Warn),
    net: true,
    content: true,
};

impl Rule for HiddenText {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_commit(&self, context: &Context<'_>, commit: &CommitFacts<'_>, found: &mut Found) {
        if !commit.has_message || commit.is_net() {
            return;
        }
        let message = commit.commit.message.raw();
        let mut signs = Signs::of(message, from_ref(&(0..message.len())), Setting::Message);
        // A trailer's own rule tells of what is in it, unless it is more than a disguise needs.
        let index = LineIndex::new(message);
        let trailers = commit.trailers.iter();
        let lines: BTreeSet<u32> = trailers
            .filter(|trailer| trailer.faults.contains(&Fault::Invisible))
            .map(|trailer| trailer.line)
            .collect();
        let in_trailer = |sign: &Sign| lines.contains(&index.line_column(sign.at).0);
        signs.retain(|sign| sign.count >= CARRIES || !in_trailer(sign));
        signs.tell(context, message, "the message", found, &mut |at, what| {
            let place = Place {
                within: In::Message,
                ..at
            };
            finding(commit, place, what)
        });
    }

    fn check_tag(&self, context: &Context<'_>, tag: &TagFacts<'_>, found: &mut Found) {
        let signs = Signs::of(
            tag.message,
            from_ref(&(0..tag.message.len())),
            Setting::Message,
        );
        let thing = format!("the message of the tag {}", tag.reference);
        signs.tell(context, tag.message, &thing, found, &mut |at, message| {
            let place = Place {
                within: In::Ref,
                ..at
            };
            tag.finding(META.id, place, message, "Make the tag anew without them.")
        });
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        check_name(commit, change, found);
        let mut setting = None;
        for view in change.views()? {
            if view.text()[view.changed()].is_ascii() {
                continue;
            }
            let setting = *setting.get_or_insert_with(|| setting_of(context, change));
            let mut signs = added(view, setting);
            if view.is_guess() {
                signs.retain(|sign| sign.longest >= CARRIES);
            }
            let any = !signs.are_none();
            signs.tell(
                context,
                view.text(),
                "an added line",
                found,
                &mut |at, what| {
                    let place = Place {
                        within: In::File,
                        line: at.line,
                        column: at.column,
                        end_line: at.end_line,
                        ..change.entry()
                    };
                    finding(commit, place, what)
                },
            );
            // What two readings of one text hide is told once.
            if any {
                break;
            }
        }
        Ok(())
    }
}

/// What the added lines hide. They are compared only where what changed hides something, since that
/// takes longer than the search.
fn added(view: &View, setting: Setting) -> Signs {
    let signs = Signs::of(view.text(), from_ref(&view.changed()), setting);
    if signs.are_none() {
        return signs;
    }
    let parts: Vec<_> = view.added().iter().map(|run| run.range.clone()).collect();
    Signs::of(view.text(), &parts, setting)
}

/// What hides in the name of a file that is new.
fn check_name(commit: &CommitFacts<'_>, change: &ChangeFacts<'_>, found: &mut Found) {
    let path = &change.change.path;
    if path.is_ascii() || !matches!(change.change.op, Op::Add | Op::Rename) {
        return;
    }
    let mut count = 0;
    hidden(
        path,
        from_ref(&(0..path.len())),
        Setting::Instructions,
        &mut |sign| {
            count += sign.count;
        },
    );
    if count > 0 {
        let message = format!("the file's name holds {count} of the characters that do not show");
        found.push(finding(commit, change.entry(), message));
    }
}

/// What a file is for, by its name.
fn setting_of(context: &Context<'_>, change: &ChangeFacts<'_>) -> Setting {
    const PROSE: [&str; 22] = [
        "adoc",
        "arb",
        "asciidoc",
        "ftl",
        "htm",
        "html",
        "markdown",
        "md",
        "mdx",
        "po",
        "pot",
        "properties",
        "resx",
        "rst",
        "srt",
        "strings",
        "tex",
        "txt",
        "vtt",
        "xhtml",
        "xlf",
        "xliff",
    ];
    let path = &change.change.path;
    if !context.catalogue.steered_by(path).is_empty() {
        return Setting::Instructions;
    }
    let extension = path.rsplit(|byte| *byte == b'.').next().unwrap_or_default();
    let is_prose = PROSE
        .iter()
        .any(|one| extension.eq_ignore_ascii_case(one.as_bytes()));
    if is_prose {
        Setting::Prose
    } else {
        Setting::Source
    }
}

fn finding(commit: &CommitFacts<'_>, place: Place, message: String) -> Finding {
    let help = match place.within {
        In::Message => "Reword the message without them.",
        In::Tree => "Rename the file.",
        _ => {
            "Take them out, or write the escape of the one that is needed, so that readers see it."
        }
    };
    let mut finding = commit.finding(META.id, place, message, help.to_owned());
    finding.agent = commit.first_agent();
    finding
}
