//! What is asked, resolved: which commits, between which ends, and which policy sides judge them.

use std::sync::Arc;

use bstr::BString;

use super::rows::Obstacle;
use super::{Request, What};
use crate::git::{
    self, Commit, Id, Identity, Index, Kind, Message, PushLine, Repo, merge_heads, walk,
};
use crate::host::Host;
use crate::policy::{Judged, PushSide};
use crate::report::{RangeKind, RangeRow, RefRow};
use crate::text::{Clean, Redact};

/// What is judged.
pub(super) struct Plan {
    /// What kind of range it is.
    pub(super) kind: RangeKind,
    /// The commits, parents before children. Of staged changes: the one that is being made.
    pub(super) commits: Vec<Commit>,
    /// The index, for staged changes.
    pub(super) index: Option<Arc<Index>>,
    /// Whether the content of staged files was judged by an earlier hook.
    pub(super) content_judged: bool,
    /// Whether there is a message to judge.
    has_message: bool,
    /// The ends of each net change: trees, the older `None` for the empty tree.
    pub(super) net: Vec<(Option<Id>, Id)>,
    /// The commits to be walked: reachable from the first, not from the second.
    walks: Option<(Vec<Id>, Vec<Id>)>,
    /// The ends of each net change as commits, the older a tip to fork from or the empty tree.
    ends: Vec<(Option<Id>, Id)>,
    /// Where the range starts and ends, for the report.
    base: Option<String>,
    head: Option<String>,
    refs: Vec<(BString, Option<Id>, Option<Id>)>,
    /// Whose policy judges.
    pub(super) judged: Judged,
    /// The branches that the commits are on, as far as known.
    pub(super) branch: Option<BString>,
    /// What could not be read.
    pub(super) obstacles: Vec<Obstacle>,
}

impl Plan {
    /// Whether it is the commit being made that is judged, not one that is there.
    pub(super) fn is_being_made(&self) -> bool {
        matches!(self.kind, RangeKind::Staged | RangeKind::Message)
    }

    pub(super) fn has_message(&self) -> bool {
        self.has_message
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
        }
    }

    fn new(kind: RangeKind, judged: Judged) -> Self {
        Self {
            kind,
            commits: Vec::new(),
            index: None,
            content_judged: false,
            has_message: true,
            net: Vec::new(),
            walks: None,
            ends: Vec::new(),
            base: None,
            head: None,
            refs: Vec::new(),
            judged,
            branch: None,
            obstacles: Vec::new(),
        }
    }

    /// Reads the commits, not more than the policy's limit, and finds the net changes.
    ///
    /// A net change is that of a range of several commits; of one commit it is the commit's own.
    pub(super) fn read(&mut self, repo: &dyn Repo, limit: u64) -> git::Result<()> {
        let Some((include, exclude)) = self.walks.take() else {
            return Ok(());
        };
        let limit = if limit == 0 { u64::MAX } else { limit };
        let walked = walk(repo, &include, &exclude, limit)?;
        self.commits = walked.commits;
        self.obstacles.extend(
            walked
                .incomplete
                .into_iter()
                .map(|(commit, error)| Obstacle::at(commit, &error)),
        );
        if self.commits.len() < 2 {
            return Ok(());
        }
        for (base, head) in std::mem::take(&mut self.ends) {
            let fork = match base {
                Some(base) => repo.merge_base(&base, &head)?,
                None => None,
            };
            let old = fork.map(|id| tree_of(repo, &id)).transpose()?;
            self.net.push((old, tree_of(repo, &head)?));
        }
        Ok(())
    }
}

/// Resolves a request.
pub(super) fn plan(repo: &dyn Repo, request: &Request<'_>) -> git::Result<Plan> {
    match &request.what {
        What::Staged {
            message,
            content_judged,
        } => staged(repo, request.host, message.as_ref(), *content_judged),
        What::Range { base, head } => range(repo, base, head),
        What::Commit(revision) => one_commit(repo, revision),
        What::All => all(repo),
        What::AllRefs => all_refs(repo),
        What::Message(message) => message_alone(repo, request.host, message),
        What::Push { remote, lines } => push(repo, remote, lines),
    }
}

fn staged(
    repo: &dyn Repo,
    host: &Host,
    message: Option<&Message>,
    content_judged: bool,
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
    plan.commits = vec![commit_being_made(repo, host, head, message)?];
    plan.index = Some(index);
    plan.content_judged = content_judged;
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
    plan.walks = Some((vec![head], vec![base]));
    plan.ends.push((Some(base), head));
    plan.branch = branch;
    Ok(plan)
}

/// The branch that a revision names, if it names one: its commits beyond the base are its own.
fn branch(repo: &dyn Repo, revision: &str) -> git::Result<Option<BString>> {
    if revision == "HEAD" {
        return repo.head_ref();
    }
    let full = BString::from(format!("refs/heads/{revision}"));
    let known = repo.references(&full.to_string())?;
    Ok(known.iter().any(|(name, _)| *name == full).then_some(full))
}

fn one_commit(repo: &dyn Repo, revision: &str) -> git::Result<Plan> {
    let id = repo.resolve(revision)?;
    let commit = read_commit(repo, &id)?;
    let mut plan = Plan::new(
        RangeKind::Commits,
        Judged::Commit {
            parents: commit.parents.clone(),
            commit: id,
        },
    );
    plan.base = commit.parents.first().map(ToString::to_string);
    plan.head = Some(id.to_string());
    if repo.facts().shallow.contains(&id) {
        plan.obstacles
            .push(Obstacle::at(Some(id), &git::Error::Shallow(id)));
    } else {
        plan.commits = vec![commit];
    }
    Ok(plan)
}

fn all(repo: &dyn Repo) -> git::Result<Plan> {
    let head = repo.head()?;
    let mut plan = Plan::new(RangeKind::Commits, Judged::All { head });
    if let Some(head) = head {
        plan.head = Some(head.to_string());
        plan.walks = Some((vec![head], Vec::new()));
        plan.ends.push((None, head));
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
    plan.walks = Some((tips, Vec::new()));
    Ok(plan)
}

fn push(repo: &dyn Repo, remote: &str, lines: &[PushLine]) -> git::Result<Plan> {
    let mut sides = Vec::new();
    let mut tips = Vec::new();
    let tracking = format!("refs/remotes/{remote}/");
    let mut known: Vec<Id> = repo
        .references(&tracking)?
        .into_iter()
        .map(|(_, id)| id)
        .collect();
    let mut refs = Vec::new();
    let mut obstacles = Vec::new();
    for line in lines {
        let tip = line
            .local
            .map(|id| git::peel_to_commit(repo, &id))
            .transpose()?
            .flatten();
        let old = line
            .remote
            .map(|id| git::peel_to_commit(repo, &id))
            .transpose();
        match old {
            Ok(old) => known.extend(old.flatten()),
            Err(error) => obstacles.push(Obstacle::from(&error).at_ref(line.remote_ref.as_ref())),
        }
        tips.extend(tip);
        sides.push(PushSide {
            old: line.remote,
            new: tip,
        });
        refs.push((line.remote_ref.clone(), line.remote, line.local));
    }
    let mut plan = Plan::new(
        RangeKind::Push,
        Judged::Push {
            remote: remote.to_owned(),
            sides: sides.clone(),
        },
    );
    plan.refs = refs;
    plan.obstacles = obstacles;
    // Of several references nobody knows which one a commit was made on.
    if let [line] = lines {
        plan.branch = Some(line.local_ref.clone());
    }
    for side in &sides {
        let Some(new) = side.new else { continue };
        // What the push adds, from where it leaves what the remote is known to have.
        let base = side
            .old
            .filter(|old| known.contains(old))
            .or(known.first().copied());
        plan.ends.push((base, new));
    }
    plan.walks = Some((tips, known));
    Ok(plan)
}

fn read_commit(repo: &dyn Repo, id: &Id) -> git::Result<Commit> {
    Commit::parse(*id, &repo.read(id, Kind::Commit)?)
}

fn tree_of(repo: &dyn Repo, id: &Id) -> git::Result<Id> {
    read_commit(repo, id)?.tree.ok_or(git::Error::Missing(*id))
}
