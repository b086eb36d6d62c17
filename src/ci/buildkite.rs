//! Buildkite.
//!
//! Variables are those of Buildkite's documentation ("Environment variables").

use super::{Change, Job, System, Tip, branch, id_of, tag};
use crate::check::Obstacle;
use crate::host::Host;

/// Buildkite.
pub(super) struct Buildkite;

impl System for Buildkite {
    fn id(&self) -> &'static str {
        "buildkite"
    }

    fn name(&self) -> &'static str {
        "Buildkite"
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var("BUILDKITE").is_some_and(|value| value == "true")
    }

    fn job(&self, host: &Host, _: &[u8]) -> Result<Job, Box<Obstacle>> {
        let own = host.var("BUILDKITE_BRANCH");
        // A build of whatever a branch has says `HEAD`.
        let head = match host.var("BUILDKITE_COMMIT") {
            Some(text) if text == "HEAD" => None,
            _ => id_of(host, self, "BUILDKITE_COMMIT")?,
        };
        let target = host.var("BUILDKITE_PULL_REQUEST_BASE_BRANCH");
        let (event, change) = if let Some(target) = target {
            let change = Change::Request {
                base: Tip {
                    id: None,
                    name: Some(branch(target.as_ref())),
                },
                head: Tip {
                    id: head,
                    name: None,
                },
                branch: own.cloned(),
                group: false,
            };
            ("pull request", change)
        } else {
            let name = match host.var("BUILDKITE_TAG") {
                Some(name) => Some(tag(name.as_ref())),
                None => own.map(|name| branch(name.as_ref())),
            };
            ("build", Change::State { name, head })
        };
        let default_branch = host.var("BUILDKITE_PIPELINE_DEFAULT_BRANCH").cloned();
        Ok(Job {
            event: event.to_owned(),
            change,
            default_branch,
            text: None,
            privileged: false,
        })
    }

    fn mend(&self) -> &'static str {
        "take --depth out of BUILDKITE_GIT_CLONE_FLAGS and BUILDKITE_GIT_FETCH_FLAGS"
    }
}
