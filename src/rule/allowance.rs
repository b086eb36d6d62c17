//! Whether a mark beside a secret allows it: then its finding is audited, whatever the rule's mode,
//! so that the exception stays visible. For the rules that find secrets.
//!
//! A mark that an agent's own change adds is worth nothing, whatever the policy says: on a line that
//! the change adds or edits, in a new file, in the commit's message. One on a line that the change
//! leaves alone counts, as the mark of whoever wrote it.

use std::ops::Range;

use super::Context;
use crate::finding::Finding;
use crate::policy::InlineAllow;
use crate::secret::Hit;
use crate::secret::mark::{Mark, marks};

const MEANT: &str = "If the secret is real after all, revoke it, and take it and the mark out.";

/// What the marks beside a secret come to.
pub(super) enum Allowance {
    /// There is none.
    None,
    /// One allows it.
    Mark(&'static str),
    /// One is there and does not count.
    Worthless(&'static str, &'static str),
}

impl Allowance {
    /// The marks beside a secret of `text`. `by_agent` says whether an agent's change has added one.
    pub(super) fn of(
        context: &Context<'_>,
        text: &[u8],
        hit: &Hit<'_>,
        offset: usize,
        by_agent: impl Fn(&Mark) -> bool,
    ) -> Self {
        let secret: Range<usize> = hit.range.start + offset..hit.range.end + offset;
        let marks = marks(text, &secret, hit.detector);
        let Some(first) = marks.first() else {
            return Self::None;
        };
        let allow = context.policy.inline_allow().value;
        let counts = |mark: &&Mark| match allow {
            InlineAllow::Humans => !by_agent(mark),
            InlineAllow::Nobody => false,
        };
        match (marks.iter().find(counts), allow) {
            (Some(mark), _) => Self::Mark(mark.word),
            (None, InlineAllow::Nobody) => Self::Worthless(first.word, "the policy counts no mark"),
            (None, _) => Self::Worthless(first.word, "an agent's change adds it"),
        }
    }

    /// The finding, as the marks would have it.
    pub(super) fn applied(self, context: &Context<'_>, mut finding: Finding) -> Finding {
        match self {
            Self::None => {}
            Self::Mark(word) => {
                let message = format!("{}; the mark `{word}` allows it", finding.message);
                finding = Finding {
                    note: true,
                    message,
                    help: MEANT.to_owned(),
                    ..finding
                };
                let line = context.policy.inline_allow().by;
                finding.decided_by = line.map(|span| context.line(span));
            }
            Self::Worthless(word, why) => {
                let told = &finding.message;
                finding.message = format!("{told}; the mark `{word}` does not count, since {why}");
            }
        }
        finding
    }
}
