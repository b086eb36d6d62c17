//! What is asked, resolved: which commits, between which ends, and which policy sides judge them.

mod drafted;
mod event;
mod history;
mod merged;
mod push;
mod receive;
mod tags;
mod walks;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use bstr::BString;

use super::rows::Obstacle;
use super::{Merged, Request, What};
use crate::finding::Mode;
use crate::git::{self, Commit, Id, Identity, Index, Kind, Message, Repo, merge_heads};
use crate::host::Host;
use crate::policy::Judged;
use crate::report::{RangeKind, RangeRow, RefRow};
use crate::rule::{DeletedDefault, RULES, Rule, SECRET_RULES};
use crate::text::{Clean, Redact};
use drafted::Asked;
pub(super) use drafted::Drafted;
pub(super) use walks::Replaced;
use walks::Walk;

/// What is judged.
pub(super) struct Plan {
    /// What kind of range it is.
    pub(super) kind: RangeKind,
    /// The commits, parents before children. Of staged changes: the one that is being made.
    pub(super) commits: Vec<Commit>,
    /// The index, for staged changes.
    pub(super) index: Option<Arc<Index>>,
    /// Whether secrets alone are looked for.
    pub(super) secrets_only: bool,
    /// Whether there is a message to judge.
    has_message: bool,
    /// Of commits that were just made, here: whether the surroundings are those of the maker.
    made: Option<bool>,
    /// The ends of each net change: trees, the older first.
    pub(super) net: Vec<(Id, Id)>,
    /// The branches that are put elsewhere.
    pub(super) replaced: Vec<Replaced>,
    /// The commits to be walked.
    walks: Vec<Walk>,
    /// Those that a server receives and that come to no default branch yet.
    parked: BTreeSet<Id>,
    /// The ends of each net change: the tips from which it forks, and its own.
    ends: Vec<(Arc<[Id]>, Id)>,
    /// Where branches are that a policy is read from, and where they will be: commits.
    moves: BTreeSet<(Id, Id)>,
    /// Where the range starts and ends, for the report.
    base: Option<String>,
    head: Option<String>,
    refs: Vec<(BString, Option<Id>, Option<Id>)>,
    /// Whether no commits is nothing odd.
    may_be_empty: bool,
    /// Whose policy judges.
    pub(super) judged: Judged,
    /// The branches that the commits are on, as far as known.
    pub(super) branch: Option<BString>,
    /// The messages that a forge holds or would write for the commits.
    pub(super) drafts: Vec<Drafted>,
    /// What is asked about messages and merged commits, before the commits are known.
    asked: Option<Asked>,
    /// The pull requests that commits are, by commit.
    pub(super) merged: BTreeMap<Id, Merged>,
    /// The annotated tags of a push or a whole history: the reference and the message.
    pub(super) tags: Vec<(BString, BString)>,
    /// Notes on commits that come with the commits: what `refs/notes/ai` will be.
    pub(super) notes: Option<Id>,
    /// What the reader should know.
    pub(super) remarks: Vec<String>,
    /// The remote's default branches that a push deletes.
    pub(super) deleted_defaults: Vec<DeletedDefault>,
    /// What could not be read.
    pub(super) obstacles: Vec<Obstacle>,
}

impl Plan {
    /// Whether it is the commit being made that is judged, not one that is there.
    pub(super) fn is_being_made(&self) -> bool {
        matches!(self.kind, RangeKind::Staged | RangeKind::Message)
    }

    /// Whether the surroundings are evidence: those of the maker, for the commit being made or one
    /// that was just made.
    pub(super) fn has_surroundings(&self) -> bool {
        self.made == Some(true) || self.is_being_made()
    }

    /// The strongest decision that still makes sense: what is made cannot be stopped.
    pub(super) fn cap(&self) -> Mode {
        if self.made.is_some() {
            Mode::Warn
        } else {
            Mode::Block
        }
    }

    /// Whether everything of a history is judged, by every rule.
    pub(super) fn is_whole(&self) -> bool {
        let all = match &self.judged {
            Judged::All { .. } => true,
            Judged::Event { .. } => self.base.is_none() && self.head.is_some(),
            _ => false,
        };
        all && !self.secrets_only && self.obstacles.is_empty()
    }

    /// Whether every commit of what is judged is known, and so who made it.
    pub(super) fn knows_its_commits(&self) -> bool {
        self.obstacles.is_empty()
    }

    /// Both ends of what is judged, where it is exactly one range: `None` for the start of a new branch.
    pub(super) fn one_range(&self) -> Option<(Option<String>, String)> {
        if let Some(head) = &self.head {
            return Some((self.base.clone(), head.clone()));
        }
        let [(_, base, head)] = self.refs.as_slice() else {
            return None;
        };
        let head = (*head)?;
        Some((base.map(|id| id.to_string()), head.to_string()))
    }

    /// Whether no commits is worth a word. A push often has none: tags, deletions, a branch at a commit
    /// that is there.
    pub(super) fn ought_to_have_commits(&self) -> bool {
        let may_be_empty = self.may_be_empty || matches!(self.judged, Judged::Receive { .. });
        self.kind != RangeKind::Staged && !may_be_empty
    }

    /// The commit at which the range ends, where it has one end.
    pub(super) fn head(&self) -> Option<&str> {
        self.head.as_deref()
    }

    /// Whether a server receives this commit and it comes to no default branch yet: whoever reviews it sees it
    /// there for the first time.
    pub(super) fn is_parked(&self, commit: &Commit) -> bool {
        commit.id.is_some_and(|id| self.parked.contains(&id))
    }

    pub(super) fn has_message(&self) -> bool {
        self.has_message
    }

    /// Whether it is a range that somebody named, and there is no commit in it.
    pub(super) fn is_empty_range(&self) -> bool {
        let named = match self.judged {
            Judged::Range { .. } => self.made.is_none(),
            Judged::Event { .. } => !self.may_be_empty,
            _ => false,
        };
        named && self.commits.is_empty() && self.obstacles.is_empty()
    }

    /// The rules that judge.
    pub(super) fn rules(&self) -> impl Iterator<Item = &'static dyn Rule> {
        let wanted =
            |rule: &&dyn Rule| !self.secrets_only || SECRET_RULES.contains(&rule.meta().id);
        RULES.iter().copied().filter(wanted)
    }

    pub(super) fn range_row(&self, redactor: &dyn Redact) -> RangeRow {
        let refs = self.refs.iter().map(|(name, base, head)| RefRow {
            name: Clean::new(redactor, name),
            base: base.map(|id| id.to_string()),
            head: head.map(|id| id.to_string()),
        });
        RangeRow {
            kind: self.kind,
            base: self.base.clone(),
            head: self.head.clone(),
            commits: self.commits.len(),
            refs: refs.collect(),
            files: None,
        }
    }

    fn new(kind: RangeKind, judged: Judged) -> Self {
        Self {
            kind,
            commits: Vec::new(),
            index: None,
            secrets_only: false,
            has_message: true,
            made: None,
            net: Vec::new(),
            replaced: Vec::new(),
            walks: Vec::new(),
            parked: BTreeSet::new(),
            ends: Vec::new(),
            moves: BTreeSet::new(),
            base: None,
            head: None,
            refs: Vec::new(),
            may_be_empty: false,
            judged,
            branch: None,
            drafts: Vec::new(),
            asked: None,
            merged: BTreeMap::new(),
            tags: Vec::new(),
            notes: None,
            remarks: Vec::new(),
            deleted_defaults: Vec::new(),
            obstacles: Vec::new(),
        }
    }
}

/// Resolves a request.
pub(super) fn plan(repo: &dyn Repo, request: &Request<'_>) -> git::Result<Plan> {
    match &request.what {
        What::Staged { message, merging } => staged(repo, request.host, message.as_ref(), merging),
        What::Made { base, surroundings } => made(repo, base.as_deref(), *surroundings),
        What::Range { base, head } | What::Trial { base, head } => range(repo, base, head),
        What::Again { base, head } => again(repo, base, head),
        What::Commit(revision) => one_commit(repo, revision),
        What::All => all(repo),
        What::AllRefs => all_refs(repo),
        What::History => history::history(repo),
        What::Message(message) => message_alone(repo, request.host, message),
        What::Push { remote, lines } => push::push(repo, remote, lines),
        What::Receive(received) => receive::receive(repo, received),
        What::Event(event) => event::event(repo, event),
    }
}

fn staged(
    repo: &dyn Repo,
    host: &Host,
    message: Option<&Message>,
    merging: &[Id],
) -> git::Result<Plan> {
    let head = repo.head()?;
    let index = Arc::new(repo.index()?);
    let judged = Judged::Staged {
        head,
        index: Arc::clone(&index),
    };
    let mut plan = Plan::new(RangeKind::Staged, judged);
    let empty = || git::empty_tree(repo.facts().id_length).to_owned();
    plan.base = Some(head.map_or_else(empty, |id| id.to_string()));
    let mut commit = commit_being_made(repo, host, head, message)?;
    for id in merging {
        if !commit.parents.contains(id) {
            commit.parents.push(*id);
        }
    }
    plan.commits = vec![commit];
    plan.index = Some(index);
    plan.has_message = message.is_some();
    plan.branch = repo.head_ref()?;
    Ok(plan)
}

fn message_alone(repo: &dyn Repo, host: &Host, message: &Message) -> git::Result<Plan> {
    let head = repo.head()?;
    let index = match repo.facts().work_dir {
        Some(_) => repo.index()?,
        None => Index::default(),
    };
    let judged = Judged::Staged {
        head,
        index: Arc::new(index),
    };
    let mut plan = Plan::new(RangeKind::Message, judged);
    plan.commits = vec![commit_being_made(repo, host, head, Some(message))?];
    plan.branch = repo.head_ref()?;
    Ok(plan)
}

/// The commit that `git commit` will make. The index holds its tree.
fn commit_being_made(
    repo: &dyn Repo,
    host: &Host,
    head: Option<Id>,
    message: Option<&Message>,
) -> git::Result<Commit> {
    Ok(Commit {
        id: None,
        parents: head.into_iter().chain(merge_heads(repo)?).collect(),
        tree: None,
        author: identity(repo, host, "AUTHOR")?,
        committer: identity(repo, host, "COMMITTER")?,
        message: message.cloned().unwrap_or_default(),
        signed: false,
    })
}

/// As Git finds it: the variables that it sets for its hooks, else the configuration.
fn identity(repo: &dyn Repo, host: &Host, who: &str) -> git::Result<Identity> {
    let part = |variable: &str, key: &str| -> git::Result<BString> {
        if let Some(value) = host.var(&format!("GIT_{who}_{variable}")) {
            return Ok(value.clone());
        }
        let own = repo.config(&format!("{}.{key}", who.to_ascii_lowercase()))?;
        Ok(own
            .or(repo.config(&format!("user.{key}"))?)
            .unwrap_or_default())
    };
    Ok(Identity {
        name: part("NAME", "name")?,
        email: part("EMAIL", "email")?,
    })
}

fn range(repo: &dyn Repo, base: &str, head: &str) -> git::Result<Plan> {
    let branch = branch(repo, head)?;
    let (base, head) = (repo.resolve(base)?, repo.resolve(head)?);
    let mut plan = Plan::new(RangeKind::Commits, Judged::Range { base, head });
    plan.base = Some(base.to_string());
    plan.head = Some(head.to_string());
    plan.walks = vec![Walk::of(vec![head], vec![base])];
    plan.ends.push((Arc::new([base]), head));
    plan.branch = branch;
    Ok(plan)
}

/// A range whose repository has no say.
fn again(repo: &dyn Repo, base: &str, head: &str) -> git::Result<Plan> {
    let mut plan = range(repo, base, head)?;
    if let Judged::Range { base, head } = plan.judged {
        plan.judged = Judged::Again { base, head };
    }
    Ok(plan)
}

/// The branch that a revision names, if it names one: its commits beyond the base are its own.
fn branch(repo: &dyn Repo, revision: &str) -> git::Result<Option<BString>> {
    if revision == "HEAD" {
        return repo.head_ref();
    }
    let full = format!("refs/heads/{revision}");
    Ok(repo.reference(&full)?.map(|_| full.into()))
}

fn one_commit(repo: &dyn Repo, revision: &str) -> git::Result<Plan> {
    let id = repo.resolve(revision)?;
    let commit = read_commit(repo, &id)?;
    let judged = Judged::Commit {
        parents: commit.parents.clone(),
        commit: id,
    };
    let mut plan = Plan::new(RangeKind::Commits, judged);
    plan.base = commit.parents.first().map(ToString::to_string);
    plan.head = Some(id.to_string());
    plan.commits = vec![commit];
    Ok(plan)
}

/// Commits that were just made. They are on the branch of `HEAD`, as the commit being made was.
fn made(repo: &dyn Repo, base: Option<&str>, surroundings: bool) -> git::Result<Plan> {
    let mut plan = match base {
        Some(base) => range(repo, base, "HEAD")?,
        None => one_commit(repo, "HEAD")?,
    };
    plan.branch = repo.head_ref()?;
    plan.made = Some(surroundings);
    Ok(plan)
}

fn all(repo: &dyn Repo) -> git::Result<Plan> {
    let head = repo.head()?;
    let mut plan = Plan::new(RangeKind::Commits, Judged::All { head });
    if let Some(head) = head {
        plan.head = Some(head.to_string());
        plan.walks = vec![Walk::of(vec![head], Vec::new())];
    }
    Ok(plan)
}

fn all_refs(repo: &dyn Repo) -> git::Result<Plan> {
    let mut plan = Plan::new(RangeKind::Commits, Judged::All { head: repo.head()? });
    let mut tips: Vec<Id> = repo
        .references("refs/")?
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    tips.extend(repo.head()?);
    tips.sort_unstable();
    tips.dedup();
    plan.walks = vec![Walk::of(tips, Vec::new())];
    Ok(plan)
}

fn read_commit(repo: &dyn Repo, id: &Id) -> git::Result<Commit> {
    Commit::parse(*id, &repo.read(id, Kind::Commit)?)
}
