//! CI systems: what a job is about, as its system tells it, and which commits that is.
//!
//! One file a system, or one that two speak. A system only says what happened ([`Job`]); which commits are judged, and by whose policy,
//! [`resolve`] decides for all of them alike. For `cordon ci` alone.

mod azure;
mod bitbucket;
mod buildkite;
mod checkout;
mod circleci;
mod generic;
mod gitea;
mod github;
mod gitlab;
mod jenkins;
mod links;
mod merged;
mod payload;
mod range;
mod resolve;
mod trunk;

use bstr::{BStr, BString, ByteSlice as _};

use crate::check::{Draft, Obstacle};
use crate::git::{Commit, Habit, Id, Identity, Pull};
use crate::host::Host;

pub use checkout::Opener;
pub use links::link_in;
pub use payload::job;
pub use resolve::{Given, Resolved, resolve};

/// One CI system.
pub trait System: Sync {
    /// Its id, kebab-case.
    fn id(&self) -> &'static str;

    /// Its name, for people.
    fn name(&self) -> &'static str;

    /// Whether this is a job of it.
    fn is_here(&self, host: &Host) -> bool;

    /// The variable that names the file in which the system tells of the event, if it writes one.
    fn payload(&self) -> Option<&'static str> {
        None
    }

    /// What the job is about, by its variables and by what stands in that file. Whatever the system leaves open, or says in
    /// a way that is not known, is an obstacle. [`job`] reads the file.
    fn job(&self, host: &Host, payload: &[u8]) -> Result<Job, Box<Obstacle>>;

    /// What keeps a job from judging where `origin`, by its address, is a fork and not the target, if [`Self::job`] cannot tell.
    fn in_fork(&self, _host: &Host, _origin: Option<&BStr>) -> Option<Box<Obstacle>> {
        None
    }

    /// What brings commits that a checkout lacks.
    fn mend(&self) -> &'static str;

    /// What lets a job ask a remote that refuses whoever asks.
    fn credentials(&self) -> &'static str {
        "let Git have credentials that may read this repository"
    }

    /// The format that it reads out of a job's log, to show findings beside the code.
    fn annotations(&self) -> Option<&'static str> {
        None
    }

    /// The pull request that a commit of the default branch says it is.
    fn source(&self, _: &Commit) -> Option<Source> {
        None
    }

    /// The variable that names the file for a step's outputs, one `NAME=VALUE` a line.
    fn outputs(&self) -> Option<&'static str> {
        None
    }

    /// The variable that names the file for a job's summary, in Markdown.
    fn summary(&self) -> Option<&'static str> {
        None
    }
}

/// Every system. The more particular come first: Forgejo calls itself Gitea too, and both call themselves GitHub.
pub const SYSTEMS: &[&dyn System] = &[
    &gitea::FORGEJO,
    &gitea::GITEA,
    &github::GitHub,
    &gitlab::GitLab,
    &bitbucket::Bitbucket,
    &azure::Azure,
    &jenkins::Jenkins,
    &buildkite::Buildkite,
    &circleci::CircleCi,
    &generic::Generic,
];

/// The system of that id.
pub fn system(id: &str) -> Option<&'static dyn System> {
    SYSTEMS.iter().copied().find(|system| system.id() == id)
}

/// The system whose job this is. Where the variables of several are set, somebody may have set them who should not.
pub fn system_here(host: &Host) -> Result<&'static dyn System, Box<Obstacle>> {
    let mut here: Vec<&'static dyn System> = SYSTEMS.to_vec();
    here.retain(|system| system.is_here(host));
    // Whoever speaks GitHub's language says so too.
    if let Some(speaks) = here
        .iter()
        .position(|system| SPEAK_GITHUB.contains(&system.id()))
    {
        let speaker = here[speaks];
        here.retain(|system| system.id() == speaker.id() || !SPEAK_GITHUB.contains(&system.id()));
    }
    match here.as_slice() {
        // The last one takes any.
        [system, _] | [system] => Ok(*system),
        several => {
            let ids: Vec<&str> = several.iter().map(|system| system.id()).collect();
            let told = format!(
                "this is said to be a job of {}",
                ids[..ids.len() - 1].join(" and of ")
            );
            let mend = format!("cordon ci --system {}", ids[0]);
            Err(Box::new(
                Obstacle::told("event", told).mended_by(Some(mend)),
            ))
        }
    }
}

/// Those that set each other's variables.
const SPEAK_GITHUB: [&str; 3] = ["forgejo", "gitea", "github"];

/// What a job is about, as its system tells it. Names are whole, from `refs/` on, unless something else is said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// The event, in the system's own word.
    pub event: String,
    /// What happened.
    pub change: Change,
    /// The default branch, by its short name.
    pub default_branch: Option<BString>,
    /// What people wrote of the request, where it is one.
    pub text: Option<RequestText>,
    /// Whether the job may do what the author of the change may not: then nobody whom the change names is asked.
    pub privileged: bool,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Somebody asks to merge.
    Request {
        /// The branch that it goes into, as the event saw it.
        base: Tip,
        /// The last commit that it brings.
        head: Tip,
        /// The branch that the commits are on, by its short name.
        branch: Option<BString>,
        /// Whether it is a group of requests, built on others that come first.
        group: bool,
    },
    /// A reference moved, or came into being.
    Push {
        /// Which one.
        name: BString,
        /// What it was.
        before: Option<Id>,
        /// What it is.
        after: Id,
    },
    /// A reference was taken away.
    Deletion {
        /// Which one.
        name: BString,
    },
    /// Nothing moved: a schedule, a start by hand.
    State {
        /// The reference, if the system tells it.
        name: Option<BString>,
        /// The commit; without it, `HEAD`.
        head: Option<Id>,
    },
}

/// A pull request, and the reference under which its forge keeps its head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// Its number.
    pub number: u64,
    /// The reference's full name.
    pub name: String,
}

/// A commit, and where it is to be had.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tip {
    /// The commit, if the system tells it.
    pub id: Option<Id>,
    /// The reference at the remote that leads to it.
    pub name: Option<BString>,
}

/// What people wrote of a request.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RequestText {
    /// Its number.
    pub number: Option<u64>,
    /// Its title.
    pub title: BString,
    /// Its body, as far as the system tells it.
    pub body: BString,
    /// Whether there is more of the body than that.
    pub cut: bool,
    /// Who opened it, as a commit on its forge would name them; empty where nobody tells.
    pub author: Identity,
    /// How the forge may write the message of its squash. None: it squashes nothing.
    pub habits: Vec<Habit>,
}

impl RequestText {
    /// What people wrote and the messages that the forge would make of it.
    fn drafts(&self) -> Vec<Draft> {
        let pull = Pull {
            number: self.number.unwrap_or_default(),
            title: self.title.clone(),
            body: self.body.clone(),
            author: self.author.clone(),
            named: Vec::new(),
        };
        Draft::of(&pull, &self.habits)
    }
}

/// A variable that a job of this system must have.
fn wanted<'h>(
    host: &'h Host,
    system: &dyn System,
    name: &str,
) -> Result<&'h BString, Box<Obstacle>> {
    host.var(name)
        .ok_or_else(|| unclear(system, &format!("{name} is not set")))
}

/// A commit that a variable may name: zeros stand for none.
fn id_of(host: &Host, system: &dyn System, name: &str) -> Result<Option<Id>, Box<Obstacle>> {
    match host.var(name) {
        Some(text) => id(system, name, text.as_ref()),
        None => Ok(None),
    }
}

/// An id in hexadecimal digits, of either length: zeros stand for none.
fn id(system: &dyn System, what: &str, text: &BStr) -> Result<Option<Id>, Box<Obstacle>> {
    match Id::from_hex(text) {
        Some(id) => Ok((!id.is_zero()).then_some(id)),
        None => Err(unclear(system, &format!("{what} is no commit's id"))),
    }
}

/// What a job does not tell, or tells in a way that is not known.
fn unclear(system: &dyn System, told: &str) -> Box<Obstacle> {
    let told = format!("{}: {told}", system.name());
    let mend = "cordon ci --base BASE --head HEAD".to_owned();
    Box::new(Obstacle::told("event", told).mended_by(Some(mend)))
}

/// A job whose `origin` is a fork of the repository that the change goes into. Whoever owns the fork owns its branches,
/// its variables and its runners, and so the base, the policy and the verdict.
fn in_fork(system: &dyn System, told: &str, mend: &str) -> Box<Obstacle> {
    let told = format!(
        "{}: {told}: nothing there speaks for the target",
        system.name()
    );
    Box::new(Obstacle::told("fork", told).mended_by(Some(mend.to_owned())))
}

/// The whole name of a branch that is told by its short one.
fn branch(name: &BStr) -> BString {
    [b"refs/heads/", name.as_bytes()].concat().into()
}

/// The whole name of a tag that is told by its short one.
fn tag(name: &BStr) -> BString {
    [b"refs/tags/", name.as_bytes()].concat().into()
}

/// The whole name of a branch that may be told by either.
fn whole_branch(name: &BStr) -> BString {
    if name.starts_with(b"refs/") {
        return name.to_owned();
    }
    branch(name)
}
