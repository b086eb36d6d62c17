//! Whether a mark beside a secret allows it: then its finding is audited, whatever the rule's mode,
//! so that the exception stays visible. For the rules that find secrets.
//!
//! For a secret that an agent's own change adds no mark counts, whatever the policy says, nor one that a
//! person wrote on the line above: it spoke for what stood there before.

use std::ops::Range;

use super::Context;
use crate::finding::Finding;
use crate::policy::InlineAllow;
use crate::secret::Hit;
use crate::secret::mark::marks;

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
    /// The marks beside a secret of `text`. `by_agent`: an agent's change adds the secret.
    pub(super) fn of(
        context: &Context<'_>,
        text: &[u8],
        hit: &Hit<'_>,
        offset: usize,
        by_agent: bool,
    ) -> Self {
        let secret: Range<usize> = hit.range.start + offset..hit.range.end + offset;
        let marks = marks(text, &secret, hit.detector);
        let Some(first) = marks.first() else {
            return Self::None;
        };
        let allow = context.policy.inline_allow().value;
        match allow {
            InlineAllow::Nobody => Self::Worthless(first.word, "the policy counts no mark"),
            InlineAllow::Humans if by_agent => {
                Self::Worthless(first.word, "an agent's change adds the secret")
            }
            InlineAllow::Humans => Self::Mark(first.word),
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
