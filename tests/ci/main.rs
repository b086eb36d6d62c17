//! `cordon ci` in the jobs of each system: real checkouts of a real remote, and events of the published shapes.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

mod action;
mod component;
mod forge;
mod github;
mod gitlab;
mod hostile;
mod other;
mod payloads;
mod private;
mod rollout;
#[path = "../cli/support.rs"]
#[expect(
    dead_code,
    reason = "the sandbox of the other tests, of which these need a part"
)]
mod support;
mod variables;
mod web;
mod workflow;
