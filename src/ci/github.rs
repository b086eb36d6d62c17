//! GitHub Actions.
//!
//! Variables and payloads are those of GitHub's documentation ("Events that trigger workflows", "Webhook events and
//! payloads"). The commit of `GITHUB_SHA` is not the one that a request brings: for `pull_request` it is a merge that GitHub made,
//! for `pull_request_target` the default branch's tip.

mod pull_request;

use bstr::{BString, ByteSlice as _};
use serde::Deserialize;

use super::merged::of_subject;
use super::payload::parsed;
use super::{Change, Job, Source, System, Tip, id, id_of, unclear, wanted, whole_branch};
use crate::check::Obstacle;
use crate::git::{Commit, Habit, Id};
use crate::host::Host;
use pull_request::PullRequest;

/// GitHub Actions.
pub(super) struct GitHub;

impl System for GitHub {
    fn id(&self) -> &'static str {
        "github"
    }

    fn name(&self) -> &'static str {
        "GitHub Actions"
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var("GITHUB_ACTIONS")
            .is_some_and(|value| value == "true")
    }

    fn job(&self, host: &Host, payload: &[u8]) -> Result<Job, Box<Obstacle>> {
        job(self, host, payload)
    }

    fn payload(&self) -> Option<&'static str> {
        Some(PAYLOAD)
    }

    fn mend(&self) -> &'static str {
        MEND
    }

    fn credentials(&self) -> &'static str {
        "give the job the permission contents: read, and let Git have a token for this server, as the action's input token does"
    }

    fn annotations(&self) -> Option<&'static str> {
        Some("github")
    }

    fn source(&self, commit: &Commit) -> Option<Source> {
        source(commit)
    }

    fn outputs(&self) -> Option<&'static str> {
        Some(OUTPUTS)
    }

    fn summary(&self) -> Option<&'static str> {
        Some(SUMMARY)
    }
}

/// What brings a checkout's other commits, for those who run GitHub's actions.
pub(super) const MEND: &str = "set fetch-depth: 0 at actions/checkout";

/// The file of an event, for those who run GitHub's actions.
pub(super) const PAYLOAD: &str = "GITHUB_EVENT_PATH";

/// The file of a step's outputs, for those who run GitHub's actions.
pub(super) const OUTPUTS: &str = "GITHUB_OUTPUT";

/// The file of a step's summary, for those who run GitHub's actions.
pub(super) const SUMMARY: &str = "GITHUB_STEP_SUMMARY";

/// The pull request that a commit names at the end of its subject.
pub(super) fn source(commit: &Commit) -> Option<Source> {
    let number = of_subject(commit)?;
    Some(Source {
        number,
        name: head_of(number),
    })
}

/// Where the head of a pull request is kept.
fn head_of(number: u64) -> String {
    format!("refs/pull/{number}/head")
}

/// What is read of an event's payload.
#[derive(Debug, Deserialize)]
struct Payload {
    #[serde(rename = "ref")]
    name: Option<String>,
    before: Option<String>,
    after: Option<String>,
    pull_request: Option<PullRequest>,
    merge_group: Option<MergeGroup>,
    repository: Option<Repository>,
}

#[derive(Debug, Deserialize)]
struct MergeGroup {
    base_sha: String,
    base_ref: String,
    head_sha: String,
    head_ref: String,
}

#[derive(Debug, Deserialize)]
struct Repository {
    default_branch: Option<String>,
}

/// The job of a system that runs GitHub's actions, on a forge that has these habits of its own.
pub(super) fn job_of(
    system: &dyn System,
    host: &Host,
    payload: &[u8],
    habits: &[Habit],
) -> Result<Job, Box<Obstacle>> {
    let mut job = job(system, host, payload)?;
    if let Some(text) = &mut job.text {
        text.habits = habits.to_vec();
    }
    Ok(job)
}

fn job(system: &dyn System, host: &Host, payload: &[u8]) -> Result<Job, Box<Obstacle>> {
    let event = wanted(host, system, "GITHUB_EVENT_NAME")?;
    let payload: Payload = parsed(system, payload)?;
    let default_branch = payload.repository.as_ref();
    let default_branch = default_branch.and_then(|repository| repository.default_branch.clone());
    let (change, text) = match event.as_slice() {
        b"pull_request"
        | b"pull_request_target"
        | b"pull_request_review"
        | b"pull_request_review_comment" => {
            let pull = payload.pull_request;
            let pull = pull.ok_or_else(|| unclear(system, "the event names no pull request"))?;
            (pull.change(system)?, Some(pull.text()))
        }
        b"merge_group" => {
            let group = payload.merge_group;
            let group = group.ok_or_else(|| unclear(system, "the event names no merge group"))?;
            (group.change(system)?, None)
        }
        b"push" => (pushed(system, &payload)?, None),
        b"workflow_dispatch" | b"schedule" | b"repository_dispatch" | b"release" | b"create" => {
            let name = host.var("GITHUB_REF").cloned();
            let head = id_of(host, system, "GITHUB_SHA")?;
            (Change::State { name, head }, None)
        }
        other => {
            let told = format!(
                "the event {} is not about commits that are known here",
                other.as_bstr()
            );
            return Err(unclear(system, &told));
        }
    };
    Ok(Job {
        event: event.to_string(),
        change,
        default_branch: default_branch.map(BString::from),
        text,
        privileged: event == "pull_request_target",
    })
}

impl MergeGroup {
    /// The base is what the group is built on: the branch's tip, or the group before it in the queue.
    fn change(&self, system: &dyn System) -> Result<Change, Box<Obstacle>> {
        Ok(Change::Request {
            base: tip(
                system,
                &self.base_sha,
                whole_branch(self.base_ref.as_str().into()),
            )?,
            head: tip(
                system,
                &self.head_sha,
                whole_branch(self.head_ref.as_str().into()),
            )?,
            branch: None,
            group: true,
        })
    }
}

fn tip(system: &dyn System, sha: &str, name: BString) -> Result<Tip, Box<Obstacle>> {
    let id = id(system, "a commit of the event", sha.into())?;
    let id = id.ok_or_else(|| unclear(system, "the event names zeros where a commit is meant"))?;
    Ok(Tip {
        id: Some(id),
        name: Some(name),
    })
}

fn pushed(system: &dyn System, payload: &Payload) -> Result<Change, Box<Obstacle>> {
    let name = payload.name.as_ref();
    let name = name.ok_or_else(|| unclear(system, "the push names no reference"))?;
    let name = BString::from(name.as_str());
    let commit = |what, text: &Option<String>| -> Result<Option<Id>, Box<Obstacle>> {
        let text = text.as_deref();
        let text = text.ok_or_else(|| unclear(system, &format!("the push has no `{what}`")))?;
        id(system, what, text.into())
    };
    let before = commit("before", &payload.before)?;
    Ok(match commit("after", &payload.after)? {
        Some(after) => Change::Push {
            name,
            before,
            after,
        },
        None => Change::Deletion { name },
    })
}
