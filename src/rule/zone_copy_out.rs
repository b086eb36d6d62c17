//! `zone-copy-out`: content of a zone reappears outside it, whole or nearly.

use std::ops::Range;

use super::content::View;
use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::finding::{Finding, In, Mode, Place};
use crate::git::Result;
use crate::text::show::escaped;
use crate::zone::{Added, Copied, Suspect};

pub(super) struct ZoneCopyOut;

static META: Meta = Meta {
    id: "zone-copy-out",
    finds: "Content of a zone that reappears outside it, whole or nearly: a file that was copied or moved out, or \
            lines of one among others, also with other names, another layout or some lines changed.",
    why: "What regulated code says is regulated wherever it stands. Outside its zone nobody keeps agents, or an \
          export, away from it.",
    example: "A commit that adds `src/util/cipher.c`, thirty lines of which are those of `src/crypto/aes.c` with \
              every variable renamed, where `src/crypto/**` is a zone.",
    mend: "Call the code where it is, or have the zone's owners move it in a commit of their own. What the copy \
           must not say any more has to leave the history too.",
    configure: "zones:\n  crypto-export:\n    class: export\n    paths: [\"src/crypto/**\"]\n    agents: denied\n    copy_out: {similarity: 60, min_lines: 20}",
    agents: Some(Mode::Block),
    humans: Some(Mode::Warn),
    net: true,
    content: false,
};

impl Rule for ZoneCopyOut {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn idle(&self, context: &Context<'_>, _commit: &CommitFacts<'_>) -> Option<&'static str> {
        let asked = context.copies.is_asked();
        (!asked).then_some("no zone of the policy asks for copies of its content")
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        change: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let Some(blobs) = change.blobs().filter(|_| context.copies.is_asked()) else {
            return Ok(());
        };
        let views = change.views()?;
        let lines: Vec<_> = views.iter().map(|view| || lines(view)).collect();
        let suspect = Suspect {
            change: change.change,
            commit: commit.commit.id.filter(|_| !commit.is_net()),
            views: views
                .iter()
                .zip(&lines)
                .map(|(view, lines)| Added {
                    text: view.text(),
                    within: view.changed(),
                    lines,
                })
                .collect(),
        };
        for copied in context.copies.of(&suspect, blobs)? {
            found.push(finding(context, commit, change, &copied));
        }
        Ok(())
    }
}

/// The added lines of a view.
fn lines(view: &View) -> Vec<Range<u32>> {
    let runs = view.added().iter();
    runs.map(|run| run.line..run.line + view.lines(run))
        .collect()
}

fn finding(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    change: &ChangeFacts<'_>,
    copied: &Copied<'_>,
) -> Finding {
    let zone = &copied.zone.name;
    let source = escaped(&copied.path);
    // An exception for the copy is one for its source too.
    let entry = Place {
        old_path: Some(copied.path.clone()),
        ..change.entry()
    };
    let (place, message) = match &copied.part {
        None => {
            let told = format!("the whole content of `{source}`, of the zone {zone}, is here too");
            (entry, told)
        }
        Some(part) => {
            let place = Place {
                within: In::File,
                line: Some(part.lines.start),
                column: Some(1),
                end_line: Some(part.lines.end - 1),
                ..entry
            };
            let told = format!(
                "of {} lines {} are like those of `{source}`, of the zone {zone}",
                part.of, part.copied
            );
            (place, told)
        }
    };
    let help = "Call the code where it is, or let the zone's owners move it.".to_owned();
    let mut finding = commit.finding(META.id, place, message, help);
    let mut agents = commit.attribution.judged();
    finding.agent = agents.next().map(|claim| claim.agent.clone());
    finding.zone = Some(zone.clone());
    finding.decided_by = Some(context.line(copied.by.by));
    finding
}
