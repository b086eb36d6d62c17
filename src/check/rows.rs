//! The rows of the report that are not findings: obstacles, commits, the policy, notes.

use bstr::{BStr, BString};

use super::judge::Outcome;
use super::plan::Plan;
use crate::agent::{Attribution, AttributionKind, Claim, Evidence};
use crate::git::{self, Commit, Id, Repo};
use crate::policy::origin::SourceError;
use crate::policy::{Layer, LoadError, Loaded, RepositoryNameError, Role};
use crate::report::{AgentRow, CommitRow, EvidenceRow, IncompleteRow, LayerRow, PolicyRow};
use crate::rule::Context;
use crate::text::{Clean, Redact};

/// Something that could not be read.
#[derive(Clone, Debug)]
pub struct Obstacle {
    code: &'static str,
    message: String,
    commit: Option<Id>,
    path: Option<BString>,
    reference: Option<BString>,
    mend: Option<String>,
}

impl From<&git::Error> for Obstacle {
    fn from(error: &git::Error) -> Self {
        Self::at(None, error)
    }
}

impl From<&RepositoryNameError> for Obstacle {
    fn from(error: &RepositoryNameError) -> Self {
        match error {
            RepositoryNameError::Git(error) => Self::from(error),
            RepositoryNameError::Contradiction { .. } => {
                Self::told("repository-name", error.to_string())
            }
        }
    }
}

impl Obstacle {
    /// An obstacle in a commit.
    pub fn at(commit: Option<Id>, error: &git::Error) -> Self {
        let path = match error {
            git::Error::Unmerged(path) => Some(path.clone()),
            _ => None,
        };
        Self {
            commit: commit.filter(|_| !error.is_of_all()),
            path,
            mend: error.mend(),
            ..Self::told(error.code(), error.to_string())
        }
    }

    /// An obstacle met before any commit was judged. In a shallow clone what is not found is most
    /// likely cut off.
    pub(super) fn met(repo: &dyn Repo, error: &git::Error) -> Self {
        if repo.facts().grafted {
            return Self::from(&git::Error::Grafts);
        }
        let cut = matches!(
            error,
            git::Error::Missing(_) | git::Error::MissingReference(_)
        );
        if cut && !repo.facts().shallow.is_empty() {
            return Self {
                mend: Some("git fetch --unshallow".to_owned()),
                ..Self::told("shallow", format!("{error}: this clone is shallow"))
            };
        }
        Self::from(error)
    }

    /// An obstacle of another kind.
    pub fn told(code: &'static str, message: String) -> Self {
        Self {
            code,
            message,
            commit: None,
            path: None,
            reference: None,
            mend: None,
        }
    }

    /// What stands in a commit and could not be checked.
    pub(super) fn unchecked(commit: Option<Id>, why: String) -> Self {
        Self {
            commit,
            ..Self::told("unchecked", why)
        }
    }

    /// A limit of the policy that was exceeded.
    pub(super) fn limit(what: &str, count: u64, limit: u64) -> Self {
        Self::told(
            "limit",
            format!("{count} {what} are more than the policy's limit of {limit}"),
        )
    }

    /// Every problem of a policy that could not be loaded.
    pub(super) fn policy(repo: &dyn Repo, error: LoadError) -> Vec<Self> {
        match error {
            LoadError::Git(error) => vec![Self::met(repo, &error)],
            error => Self::policy_alone(error),
        }
    }

    /// Every problem of a policy that could not be loaded, with no repository around.
    pub(super) fn policy_alone(error: LoadError) -> Vec<Self> {
        match error {
            LoadError::Git(error) => vec![Self::from(&error)],
            LoadError::Source(error) => vec![Self::source(error)],
            LoadError::System(error) => {
                let told = Self::told("policy-system", error.to_string());
                vec![told.mended_by(error.mend())]
            }
            LoadError::Invalid(problems) => problems
                .into_iter()
                .map(|(code, line)| Self::told(code, line))
                .collect(),
            digest @ LoadError::Digest { .. } => {
                vec![Self::told("policy-digest", digest.to_string())]
            }
        }
    }

    /// A policy from Git that could not be had.
    pub fn source(error: SourceError) -> Self {
        Self::told(error.code, error.told).mended_by(error.mend)
    }

    /// A range that somebody named in CI, and that has no commit.
    pub(super) fn empty_range() -> Self {
        let told = "the range has no commit: in CI, where nothing was judged nothing has passed";
        Self::told("empty-range", told.to_owned())
    }

    /// The work was stopped: what is there is not a report.
    pub(super) fn interrupted() -> Self {
        Self::told(
            "interrupted",
            "the work was stopped before its end".to_owned(),
        )
    }

    /// What it is about, wherever it was met.
    pub(super) fn key(&self) -> (&'static str, &str, Option<&BString>) {
        (self.code, &self.message, self.path.as_ref())
    }

    /// The obstacle, at a path.
    #[must_use]
    pub(super) fn at_path(self, path: &BStr) -> Self {
        Self {
            path: Some(path.to_owned()),
            ..self
        }
    }

    /// What kind of obstacle it is, kebab-case.
    pub fn code(&self) -> &'static str {
        self.code
    }

    /// The obstacle, with what mends it.
    #[must_use]
    pub fn mended_by(self, mend: Option<String>) -> Self {
        Self { mend, ..self }
    }

    /// The obstacle, at a reference.
    #[must_use]
    pub(super) fn at_ref(self, name: &BStr) -> Self {
        Self {
            reference: Some(name.to_owned()),
            ..self
        }
    }

    /// As the report shows it.
    pub(super) fn row(&self, redactor: &dyn Redact) -> IncompleteRow {
        let clean = |text: &BString| Clean::new(redactor, text);
        IncompleteRow {
            code: self.code,
            message: Clean::prose(redactor, &self.message),
            commit: self.commit.map(|id| id.to_string()),
            path: self.path.as_ref().map(clean),
            reference: self.reference.as_ref().map(clean),
            mend: self
                .mend
                .as_ref()
                .map(|command| Clean::prose(redactor, command)),
        }
    }
}

/// A commit's row.
pub(super) fn commit(
    context: &Context<'_>,
    commit: &Commit,
    has_message: bool,
    outcome: &Outcome,
    redactor: &dyn Redact,
) -> CommitRow {
    let attribution = &outcome.attribution;
    CommitRow {
        id: commit.id.map(|id| id.to_string()),
        subject: has_message.then(|| Clean::new(redactor, commit.message.subject())),
        kind: kind_word(attribution),
        account: attribution.under.account.class.word(),
        assurance: if outcome.signed { "signed" } else { "claimed" },
        files: outcome.changed,
        agents: attribution
            .agents
            .iter()
            .map(|claim| agent(context, claim, redactor))
            .collect(),
    }
}

fn kind_word(attribution: &Attribution) -> &'static str {
    match attribution.kind {
        AttributionKind::Authored => "authored",
        AttributionKind::Assisted => "assisted",
        AttributionKind::Automation => "automation",
        AttributionKind::Suspected => "suspected",
        AttributionKind::None => "none",
    }
}

fn agent(context: &Context<'_>, claim: &Claim, redactor: &dyn Redact) -> AgentRow {
    AgentRow {
        id: claim.agent.clone(),
        model: claim
            .model
            .as_ref()
            .map(|model| Clean::new(redactor, model.as_bytes())),
        status: context
            .policy
            .status(&claim.agent, context.date)
            .value
            .word(),
        evidence: claim
            .evidence
            .iter()
            .map(|one| evidence(one, redactor))
            .collect(),
    }
}

pub(super) fn evidence(evidence: &Evidence, redactor: &dyn Redact) -> EvidenceRow {
    EvidenceRow {
        kind: evidence.kind.word(),
        strength: evidence.strength.word(),
        key: evidence
            .key
            .as_ref()
            .map(|key| Clean::new(redactor, key.as_bytes())),
        value: Clean::new(redactor, &evidence.value),
    }
}

/// The policy's row.
pub(super) fn policy(loaded: &Loaded, redactor: &dyn Redact) -> PolicyRow {
    let (id, version) = loaded.policy.identity();
    let layers = loaded.layers.iter().map(|layer| LayerRow {
        name: layer.role.word(),
        source: Clean::new(redactor, layer.source.as_bytes()),
        commit: layer.commit.map(|id| id.to_string()),
        sha256: layer.sha256.clone(),
        path: Clean::new(redactor, layer.path.as_bytes()),
    });
    PolicyRow {
        id: id.map(|id| Clean::new(redactor, id.as_bytes())),
        version,
        sha256: Some(loaded.sha256.clone()),
        trusted: loaded.trusted,
        pinned: loaded.pinned,
        layers: layers.collect(),
    }
}

/// What the reader should know and no program needs.
pub(super) fn notes(
    context: &Context<'_>,
    plan: &Plan,
    loaded: &Loaded,
    outcomes: &[Outcome],
    redactor: &dyn Redact,
) -> Vec<Clean> {
    let mut notes = Vec::new();
    if plan.commits.is_empty() && plan.obstacles.is_empty() && plan.ought_to_have_commits() {
        notes.push("the range is empty: there was nothing to judge".to_owned());
    }
    notes.extend(plan.remarks.iter().cloned());
    notes.extend(policy_notes(context, loaded));
    notes.extend(
        outcomes
            .iter()
            .flat_map(|outcome| outcome.told.iter().cloned()),
    );
    let mut remarks = outcomes.iter().flat_map(|outcome| &outcome.remarks);
    if let Some(first) = remarks.next() {
        notes.push(match remarks.count() {
            0 => first.clone(),
            more => format!("{first} (and {more} more like it)"),
        });
    }
    notes
        .iter()
        .map(|note| Clean::prose(redactor, note))
        .collect()
}

/// What the reader should know of the policy.
pub(super) fn policy_notes(context: &Context<'_>, loaded: &Loaded) -> Vec<String> {
    let mut notes = Vec::new();
    if let Some(review) = context
        .policy
        .review_by()
        .filter(|date| *date < context.date)
    {
        notes.push(format!("the policy was to be reviewed by {review}"));
    }
    let own = |layer: &Layer| matches!(layer.role, Role::Repository | Role::Change);
    // Where it has no policy, the built-in one judges, which it did not choose.
    if !loaded.trusted && loaded.layers.iter().any(own) {
        notes.push("no trusted side: what is judged chose its own policy".to_owned());
    }
    if loaded.policy.has_idle_catalogue() {
        let told = "the catalogue of the repository's policy has no effect beside the organisation's policy";
        notes.push(told.to_owned());
    }
    let broken = loaded.repaired.iter();
    notes.extend(
        broken.map(|line| format!("the repository's policy is broken and does not judge: {line}")),
    );
    notes
}
