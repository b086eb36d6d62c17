//! Gitea Actions: GitHub's variables and payloads, and one variable of its own. It shows no annotations.

use super::github::{MEND, OUTPUTS, SUMMARY, job_of, source};
use super::{Job, Source, System};
use crate::check::Obstacle;
use crate::git::{Commit, Habit};
use crate::host::Host;

/// Gitea Actions.
pub(super) struct Gitea;

impl System for Gitea {
    fn id(&self) -> &'static str {
        "gitea"
    }

    fn name(&self) -> &'static str {
        "Gitea Actions"
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var("GITEA_ACTIONS")
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
