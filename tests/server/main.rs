//! Cordon as a Git server's wall: real pushes by the real `git`, over a path, over smart HTTP and over
//! SSH, to servers on loopback.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

mod alias;
mod approval;
mod client;
mod gitolite;
mod http;
mod install;
mod load;
mod namespaces;
mod options;
mod path;
mod policy;
mod refs;
mod replaced;
mod report;
mod round;
mod said;
mod server;
mod service;
#[path = "../cli/support.rs"]
#[expect(
    dead_code,
    reason = "the sandbox of the other tests, of which these need a part"
)]
mod support;
mod update;
