//! What may be asked to be judged.

use bstr::BString;

use super::drafts::Draft;
use crate::finding::Stage;
use crate::git::{Id, Message, PushLine, RefUpdate};
use crate::report::RangeKind;

/// What is to be judged.
#[derive(Clone, Debug)]
pub enum What {
    /// The index against HEAD; with the message, once there is one.
    Staged {
        /// The message as `git commit` will record it.
        message: Option<Message>,
        /// What `git merge` is merging, while Git does not say so in `MERGE_HEAD` yet.
        merging: Vec<Id>,
    },
    /// The commit of `HEAD`, or those of `base..HEAD`, which were just made on this machine. No hook
    /// can stop them any more: what would block is a warning.
    Made {
        /// Where they start, as a revision; without it `HEAD` is the one.
        base: Option<String>,
        /// Whether the surroundings are those of the maker, and no other commit is repeated.
        surroundings: bool,
    },
    /// The commits of `base..head`, as revisions.
    Range {
        /// Where it starts.
        base: String,
        /// Where it ends.
        head: String,
    },
    /// The commits of `base..head`, as revisions, by what is given in the place of the repository's own policy.
    Again {
        /// Where it starts.
        base: String,
        /// Where it ends.
        head: String,
    },
    /// The commits of `base..head` that a policy's test made up, and with them their signatures.
    Trial {
        /// Where it starts.
        base: String,
        /// Where it ends.
        head: String,
    },
    /// One commit, as a revision.
    Commit(String),
    /// The whole history of HEAD.
    All,
    /// The whole history of every reference.
    AllRefs,
    /// Everything that the repository holds by a name: references, stashes, annotated tags.
    History,
    /// A message alone.
    Message(Message),
    /// What a push would send to a remote.
    Push {
        /// The remote's name, or its address where it has none.
        remote: String,
        /// One line a reference.
        lines: Vec<PushLine>,
    },
    /// What a server receives, before its references move.
    Receive(Received),
    /// What a CI job is about.
    Event(Box<Event>),
}

/// What a CI job is about, its commits known.
#[derive(Clone, Debug, Default)]
pub struct Event {
    /// Whose commits are judged; `None` where the event only takes something away.
    pub head: Option<Id>,
    /// What these have is not judged. None: a history from its roots.
    pub bases: Vec<Id>,
    /// Whose policy is trusted, each with the name that the report gives it. None: what is judged has chosen its own.
    pub trusted: Vec<(String, Id)>,
    /// The reference that the commits are on, by its full name.
    pub branch: Option<BString>,
    /// A reference that may lead to the head by annotated tags, and what it names.
    pub pushed: Option<(BString, Id)>,
    /// What the default branch was, where this is a push to it: what it loses is judged too.
    pub moved_from: Option<Id>,
    /// Whether it may well be that there is no commit: a branch at one that is there already, a deletion.
    pub may_be_empty: bool,
    /// The messages that a forge holds or would write for the commits: see [`Draft::of`].
    pub drafts: Vec<Draft>,
    /// The commits that a forge made of pull requests, as they say.
    pub merged: Vec<Merged>,
    /// What the reader should know.
    pub remarks: Vec<String>,
}

/// A commit that says that it is a pull request, merged by squash or rebase. Whether it is one is found out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The commit; of a merge that GitLab wrote, whose second parent is the squash, the merge.
    pub commit: Id,
    /// The pull request's head as it was last pushed.
    pub source: Id,
    /// The pull request's number.
    pub number: u64,
}

/// A push as the server sees it.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// What becomes of its references.
    pub updates: Vec<RefUpdate>,
    /// The value of `GIT_NAMESPACE`, empty without one.
    pub namespace: BString,
    /// Tickets that the pusher names. They are told, and change nothing.
    pub tickets: Vec<BString>,
}

impl What {
    /// Whether it is a policy's test.
    pub(super) fn is_test(&self) -> bool {
        matches!(self, Self::Trial { .. })
    }

    /// The stage at which it is usually judged.
    pub fn stage(&self) -> Stage {
        match self {
            Self::Staged { .. } | Self::Made { .. } | Self::Message(_) => Stage::Commit,
            Self::Push { .. } => Stage::Push,
            Self::Receive(_) => Stage::Receive,
            Self::Range { .. }
            | Self::Again { .. }
            | Self::Trial { .. }
            | Self::Commit(_)
            | Self::All
            | Self::AllRefs
            | Self::Event(_) => Stage::Ci,
            Self::History => Stage::Scan,
        }
    }

    /// What kind of range it is.
    pub fn kind(&self) -> RangeKind {
        match self {
            Self::Staged { .. } => RangeKind::Staged,
            Self::Message(_) => RangeKind::Message,
            Self::Push { .. } | Self::Receive(_) => RangeKind::Push,
            Self::Made { .. }
            | Self::Range { .. }
            | Self::Again { .. }
            | Self::Trial { .. }
            | Self::Commit(_)
            | Self::All
            | Self::AllRefs
            | Self::History
            | Self::Event(_) => RangeKind::Commits,
        }
    }
}
