//! What copies out of zones are compared with in a run.

use super::plan::Plan;
use crate::finding::Stage;
use crate::zone::Past;

/// What there was to be copied when the plan's commits were made.
pub(super) fn past(plan: &Plan, stage: Stage, jobs: usize) -> Past<'_> {
    Past {
        judged: &plan.judged,
        commits: &plan.commits,
        // A job that ran before on the same machine could have written what the next one believes.
        cached: stage != Stage::Ci,
        jobs,
    }
}
