//! A default branch that a push deletes, and the policy with it.

use super::{Finding, In, Mode, Place, of_run};
use crate::rule::DeletedDefault;
use crate::text::show::escaped;

/// Where Git does not guard the branch, nobody could have meant to let it be deleted.
pub(super) fn deleted(branch: &DeletedDefault) -> Finding {
    let name = escaped(&branch.name);
    let what = if branch.name == branch.default {
        "the default branch".to_owned()
    } else {
        let default = escaped(&branch.default);
        format!("by which {default}, the default branch, goes")
    };
    let place = Place {
        within: In::Ref,
        ..Place::message(None)
    };
    let message = format!("the push deletes {name}, {what}, and its policy");
    Finding {
        mode: (!branch.guarded).then_some(Mode::Block),
        ..of_run(place, message)
    }
}
