//! Bitbucket Pipelines.
//!
//! Variables are those of Bitbucket's documentation ("Variables and secrets"). It names no commit before a push, so
//! that a push to the default branch is judged from the first commit on, unless a base is given.

use super::{Change, Job, System, Tip, branch, id_of, tag};
use crate::check::Obstacle;
use crate::host::Host;

/// Bitbucket Pipelines.
pub(super) struct Bitbucket;

impl System for Bitbucket {
    fn id(&self) -> &'static str {
        "bitbucket"
    }

    fn name(&self) -> &'static str {
        "Bitbucket Pipelines"
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var("BITBUCKET_BUILD_NUMBER").is_some()
    }

    fn job(&self, host: &Host, _: &[u8]) -> Result<Job, Box<Obstacle>> {
        let head = id_of(host, self, "BITBUCKET_COMMIT")?;
        let own = host.var("BITBUCKET_BRANCH");
        let change = match host.var("BITBUCKET_PR_DESTINATION_BRANCH") {
            Some(target) => Change::Request {
                // The destination's commit is told by the first digits of its id alone.
                base: Tip {
                    id: None,
                    name: Some(branch(target.as_ref())),
                },
                head: Tip {
                    id: head,
                    name: own.map(|name| branch(name.as_ref())),
                },
                branch: own.cloned(),
                group: false,
            },
            None => Change::State {
                name: match host.var("BITBUCKET_TAG") {
                    Some(name) => Some(tag(name.as_ref())),
                    None => own.map(|name| branch(name.as_ref())),
                },
                head,
            },
        };
        let event = match change {
            Change::Request { .. } => "pull request",
            _ => "pipeline",
        };
        Ok(Job {
            event: event.to_owned(),
            change,
            default_branch: None,
            text: None,
            privileged: false,
        })
    }

    fn mend(&self) -> &'static str {
        "set clone: depth: full"
    }
}
