//! Every known way round the gate: one test a row, run on repositories that `scripts/probes/` builds
//! with the real `git`.
//!
//! A row's evasion must be met at the rule, path and commit that its test names; its twin, the same
//! change without the evasion, must pass. Rows that need what is not built yet are listed in [`open`].

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

mod open;
mod probe;
mod rows;
mod table;
