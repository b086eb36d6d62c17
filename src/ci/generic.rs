//! Any other system: `HEAD`, against the default branch of the remote.

use super::{Change, Job, System};
use crate::check::Obstacle;
use crate::host::Host;

/// Any system.
pub(super) struct Generic;

impl System for Generic {
    fn id(&self) -> &'static str {
        "generic"
    }

    fn name(&self) -> &'static str {
        "CI"
    }

    fn is_here(&self, _: &Host) -> bool {
        true
    }

    fn job(&self, _: &Host, _: &[u8]) -> Result<Job, Box<Obstacle>> {
        Ok(Job {
            event: "job".to_owned(),
            change: Change::State {
                name: None,
                head: None,
            },
            default_branch: None,
            text: None,
            privileged: false,
        })
    }

    fn mend(&self) -> &'static str {
        "git fetch --no-tags --unshallow origin"
    }
}
