//! `waiver-invalid`: a waiver that does not count. The engine tells it, once it knows what waivers
//! except.

use super::{Meta, Rule};
use crate::finding::Mode;

pub(super) struct WaiverInvalid;

static META: Meta = Meta {
    id: "waiver-invalid",
    finds: "A waiver that does not count: its file is broken, two files have its id, it is good for too long, its \
            approver is in no group that approves, made the change, is an agent or did not sign, or a second \
            approver is missing. Told in CI where the waiver may be for the repository, and everywhere where it \
            would except a finding.",
    why: "Somebody relies on it. What it was to except is judged as if it were not there.",
    example: "A waiver that its own author approves: `requested_by` and `approved_by` name the same person.",
    mend: "`cordon waiver verify` says what is wrong. Mend the file and have it approved.",
    configure: "rules: {waiver-invalid: {mode: block}}",
    agents: Some(Mode::Warn),
    humans: Some(Mode::Warn),
    net: false,
    content: false,
};

impl Rule for WaiverInvalid {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
