//! Gitea Actions and Forgejo Actions: GitHub's variables and payloads, and one variable of its own each. They show no
//! annotations.

use super::github::{MEND, OUTPUTS, PAYLOAD, SUMMARY, job_of, source};
use super::{Job, Source, System};
use crate::check::Obstacle;
use crate::git::{Commit, Habit};
use crate::host::Host;

/// One of them.
pub(super) struct Kin {
    id: &'static str,
    name: &'static str,
    variable: &'static str,
}

/// Gitea Actions.
pub(super) const GITEA: Kin = Kin {
    id: "gitea",
    name: "Gitea Actions",
    variable: "GITEA_ACTIONS",
};

/// Forgejo Actions.
pub(super) const FORGEJO: Kin = Kin {
    id: "forgejo",
    name: "Forgejo Actions",
    variable: "FORGEJO_ACTIONS",
};

impl System for Kin {
    fn id(&self) -> &'static str {
        self.id
    }

    fn name(&self) -> &'static str {
        self.name
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var(self.variable).is_some_and(|value| value == "true")
    }

    fn job(&self, host: &Host, payload: &[u8]) -> Result<Job, Box<Obstacle>> {
        job_of(
            self,
            host,
            payload,
            &[Habit::Gitea(false), Habit::Gitea(true)],
        )
    }

    fn payload(&self) -> Option<&'static str> {
        Some(PAYLOAD)
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
