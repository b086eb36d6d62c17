//! End to end: the real program on real repositories that the real `git` made.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

mod agents;
mod attribution;
mod catalogue;
mod check;
mod determinism;
mod hooks;
mod incomplete;
mod mend;
mod output;
mod policy;
mod push;
mod recorded;
mod redaction;
mod secrets;
mod support;
mod trailers;
mod trusted;
mod zones;
