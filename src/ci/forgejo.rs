//! Forgejo Actions: GitHub's variables and payloads, and one variable of its own. It shows no annotations.

use super::github::{MEND, OUTPUTS, SUMMARY, job_of, source};
use super::{Job, Source, System};
use crate::check::Obstacle;
use crate::git::{Commit, Habit};
use crate::host::Host;

/// Forgejo Actions.
pub(super) struct Forgejo;

impl System for Forgejo {
    fn id(&self) -> &'static str {
        "forgejo"
    }

    fn name(&self) -> &'static str {
        "Forgejo Actions"
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var("FORGEJO_ACTIONS")
            .is_some_and(|value| value == "true")
    }

    fn job(&self, host: &Host) -> Result<Job, Box<Obstacle>> {
        job_of(self, host, &[Habit::Gitea(false), Habit::Gitea(true)])
    }

    fn mend(&self) -> &'static str {
        MEND
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
