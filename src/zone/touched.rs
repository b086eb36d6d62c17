//! What a change touches, and by what. The matcher fills it, rules read it.

use bstr::BString;

use crate::git::{Id, Result};
use crate::policy::Zone;
use crate::text::Span;

/// The trees around a change.
#[derive(Debug, Default)]
pub struct Around {
    /// Those before it: of a merge, one for each parent.
    pub before: Vec<Id>,
    /// The tree after it, where it is known and not empty.
    pub after: Option<Id>,
}

/// The zones that a change touches, and what is odd about its path.
#[derive(Debug)]
pub struct Touched<'a> {
    /// The zones, by name.
    pub zones: Vec<&'a Zone>,
    /// Those of them that the new path is in by another spelling alone.
    pub likenesses: Vec<Likeness<'a>>,
    /// Those that are reached by more than a path of the change, and where.
    pub leads: Vec<Lead<'a>>,
    /// The target of a link that leaves the repository.
    pub leaving: Option<BString>,
    /// The path that some systems take for the same as the new one.
    pub twin: Option<BString>,
    /// Whether all that was to be read could be: if not, there may be more.
    pub read: Result<()>,
}

/// A path that is in a zone by another spelling alone.
#[derive(Clone, Debug)]
pub struct Likeness<'a> {
    /// The zone.
    pub zone: &'a Zone,
    /// What the path is read as; `None` where a name in it may be short for another.
    pub read_as: Option<BString>,
    /// The pattern that covers it.
    pub pattern: &'a str,
    /// Where the pattern stands in the policy.
    pub span: Span,
}

/// A way into a zone: by a link, or by a submodule that stands above it.
#[derive(Debug)]
pub struct Lead<'a> {
    /// The zone.
    pub zone: &'a Zone,
    /// The path at which it is reached.
    pub to: BString,
}

impl Touched<'_> {
    /// Nothing.
    pub const NOTHING: Touched<'static> = Touched {
        zones: Vec::new(),
        likenesses: Vec::new(),
        leads: Vec::new(),
        leaving: None,
        twin: None,
        read: Ok(()),
    };
}
