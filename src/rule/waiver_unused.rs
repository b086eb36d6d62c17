//! `waiver-unused`: a waiver that excepts nothing in a whole history. The engine tells it, once it
//! knows what waivers except.

use super::{Meta, Rule};
use crate::finding::Mode;

pub(super) struct WaiverUnused;

static META: Meta = Meta {
    id: "waiver-unused",
    finds: "A waiver that names the repository and excepts no finding of its whole history. Told by `cordon \
            check --all` and `--all-refs` alone: in a range most waivers have nothing to do.",
    why: "An exception that nobody needs is one that the next change may slip through.",
    example: "A waiver for `src/crypto/tests/**` in a repository in which no agent ever touched that folder.",
    mend: "Take the file away, unless what it is for is still to come.",
    configure: "rules: {waiver-unused: {mode: audit}}",
    agents: Some(Mode::Warn),
    humans: Some(Mode::Warn),
    net: false,
    content: false,
};

impl Rule for WaiverUnused {
    fn meta(&self) -> &'static Meta {
        &META
    }
}
