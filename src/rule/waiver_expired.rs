//! `waiver-expired`: a waiver whose last day is past. The engine tells it, once it knows what waivers
//! except.

use super::{Meta, Rule};
use crate::finding::Mode;

pub(super) struct WaiverExpired;

static META: Meta = Meta {
    id: "waiver-expired",
    finds: "A waiver whose last day is past: it excepts nothing any more. Told in CI where the waiver names the \
            repository, and everywhere where it would except a finding.",
    why: "What was an exception is judged as ever again, and somebody has to know why.",
    example: "A file in `waivers/` with `expires: 2026-11-20`, on 2026-11-21.",
    mend: "Mend what the waiver excepted and take its file away; or have a new one approved.",
    configure: "rules: {waiver-expired: {mode: audit}}",
    agents: Some(Mode::Warn),
    humans: Some(Mode::Warn),
    net: false,
    content: false,
};

impl Rule for WaiverExpired {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
