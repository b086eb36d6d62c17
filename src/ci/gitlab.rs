//! GitLab CI.
//!
//! Variables are those of GitLab's documentation ("Predefined CI/CD variables reference"). In a pipeline for merged
//! results or of a merge train `CI_COMMIT_SHA` is a merge that GitLab made; what the request brings is the source
//! branch's commit, which only such pipelines name. `CI_MERGE_REQUEST_DIFF_BASE_SHA` is no base to judge by: it is where the
//! source branch was cut, and stays what it was when the target changes. The pipeline of a request from a fork runs in the
//! fork ("Merge request pipelines", "Use with forked projects"), unless a member of the parent starts one there.

use bstr::ByteSlice as _;

use super::merged::of_last_line;
use super::{
    Change, Job, RequestText, Source, System, Tip, branch, id_of, in_fork, tag, unclear, wanted,
};
use crate::check::Obstacle;
use crate::git::{Commit, Habit, Identity};
use crate::host::Host;

/// GitLab CI.
pub(super) struct GitLab;

impl System for GitLab {
    fn id(&self) -> &'static str {
        "gitlab"
    }

    fn name(&self) -> &'static str {
        "GitLab CI"
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var("GITLAB_CI").is_some_and(|value| value == "true")
    }

    fn job(&self, host: &Host, _: &[u8]) -> Result<Job, Box<Obstacle>> {
        let event = wanted(host, self, "CI_PIPELINE_SOURCE")?;
        let (change, text) = if host.var("CI_MERGE_REQUEST_IID").is_some() {
            (self.request(host)?, Some(self.text(host)?))
        } else {
            (self.branch_or_tag(host, event == "push")?, None)
        };
        Ok(Job {
            event: event.to_string(),
            change,
            default_branch: host.var("CI_DEFAULT_BRANCH").cloned(),
            text,
            privileged: false,
        })
    }

    fn mend(&self) -> &'static str {
        "set the variable GIT_DEPTH to \"0\""
    }

    fn source(&self, commit: &Commit) -> Option<Source> {
        let number = of_last_line(commit)?;
        Some(Source {
            number,
            name: format!("refs/merge-requests/{number}/head"),
        })
    }
}

impl GitLab {
    fn request(&self, host: &Host) -> Result<Change, Box<Obstacle>> {
        self.in_target(host)?;
        let target = wanted(host, self, "CI_MERGE_REQUEST_TARGET_BRANCH_NAME")?;
        let number = wanted(host, self, "CI_MERGE_REQUEST_IID")?;
        let source = id_of(host, self, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")?;
        let head = match source {
            Some(id) => Some(id),
            None => id_of(host, self, "CI_COMMIT_SHA")?,
        };
        Ok(Change::Request {
            base: Tip {
                id: id_of(host, self, "CI_MERGE_REQUEST_TARGET_BRANCH_SHA")?,
                name: Some(branch(target.as_ref())),
            },
            head: Tip {
                id: head,
                name: Some(format!("refs/merge-requests/{number}/head").into()),
            },
            branch: host.var("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME").cloned(),
            group: false,
        })
    }

    /// In a fork's pipeline `origin` is the fork, and has the author's branches by the names of the target's.
    fn in_target(&self, host: &Host) -> Result<(), Box<Obstacle>> {
        let target = host.var("CI_MERGE_REQUEST_PROJECT_ID");
        let told = match (target, host.var("CI_PROJECT_ID")) {
            (Some(target), Some(own)) if target == own => return Ok(()),
            (Some(_), Some(_)) => {
                "this pipeline runs in a fork, not in the project that the merge request goes into"
            }
            _ => {
                "it is not told in which project this pipeline runs, or into which the request goes"
            }
        };
        let mend = "let a member of the parent project run the pipeline there: the merge request, Pipelines, Run pipeline";
        Err(in_fork(self, told, mend))
    }

    fn text(&self, host: &Host) -> Result<RequestText, Box<Obstacle>> {
        let number = wanted(host, self, "CI_MERGE_REQUEST_IID")?;
        let number = number.to_str().ok().and_then(|number| number.parse().ok());
        let number = number.ok_or_else(|| unclear(self, "CI_MERGE_REQUEST_IID is no number"))?;
        let is = |name| host.var(name).is_some_and(|value| value == "true");
        let text = |name| host.var(name).cloned().unwrap_or_default();
        let squashes = is("CI_MERGE_REQUEST_SQUASH_ON_MERGE");
        Ok(RequestText {
            number: Some(number),
            title: text("CI_MERGE_REQUEST_TITLE"),
            body: text("CI_MERGE_REQUEST_DESCRIPTION"),
            cut: is("CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED"),
            author: Identity::default(),
            // Which template the project has no variable tells.
            habits: squashes
                .then_some(Habit::Gitlab(None))
                .into_iter()
                .collect(),
        })
    }

    /// The commit before is zeros for the first pipeline of a branch, and for all that no push started.
    fn branch_or_tag(&self, host: &Host, pushed: bool) -> Result<Change, Box<Obstacle>> {
        let head = id_of(host, self, "CI_COMMIT_SHA")?;
        let name = match (host.var("CI_COMMIT_TAG"), host.var("CI_COMMIT_BRANCH")) {
            (Some(name), _) => Some(tag(name.as_ref())),
            (None, name) => name.map(|name| branch(name.as_ref())),
        };
        match (name, head) {
            (Some(name), Some(after)) if pushed => Ok(Change::Push {
                name,
                before: id_of(host, self, "CI_COMMIT_BEFORE_SHA")?,
                after,
            }),
            (name, head) => Ok(Change::State { name, head }),
        }
    }
}
