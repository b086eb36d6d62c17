//! CircleCI.
//!
//! Variables are those of CircleCI's documentation ("Project values and variables"). It tells neither the branch that a
//! pull request goes into nor the commit before a push: what the default branch lacks is judged.

use super::{Change, Job, System, branch, id_of, tag};
use crate::check::Obstacle;
use crate::host::Host;

/// CircleCI.
pub(super) struct CircleCi;

impl System for CircleCi {
    fn id(&self) -> &'static str {
        "circleci"
    }

    fn name(&self) -> &'static str {
        "CircleCI"
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var("CIRCLECI").is_some_and(|value| value == "true")
    }

    fn job(&self, host: &Host, _: &[u8]) -> Result<Job, Box<Obstacle>> {
        let name = match (host.var("CIRCLE_TAG"), host.var("CIRCLE_BRANCH")) {
            (Some(name), _) => Some(tag(name.as_ref())),
            (None, name) => name.map(|name| branch(name.as_ref())),
        };
        Ok(Job {
            event: "job".to_owned(),
            change: Change::State {
                name,
                head: id_of(host, self, "CIRCLE_SHA1")?,
            },
            default_branch: None,
            text: None,
            privileged: false,
        })
    }

    fn mend(&self) -> &'static str {
        "set method: full at the checkout step"
    }
}
