//! End to end: the real program on real repositories that the real `git` made.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

mod accounts;
mod after;
mod agent_config;
mod agents;
mod allow_marks;
mod approvals;
mod attribution;
mod automation;
mod beside;
mod catalogue;
mod check;
mod copy_out;
mod determinism;
mod doctor;
mod emergency;
mod engines;
mod everywhere;
mod explain;
mod finished;
mod gate;
mod hidden_text;
mod hooks;
mod hooks_paths;
mod human_proof;
mod incomplete;
mod judges;
mod large_policy;
mod layered;
mod makers;
mod managers;
mod manifest;
mod markers;
mod mend;
mod merges;
mod models;
mod moved;
mod org;
mod org_outside;
mod org_signed;
mod org_stores;
mod output;
mod own_detectors;
mod packs;
mod policy;
mod policy_diff;
mod policy_tests;
mod progress;
mod push;
mod readers;
mod recorded;
mod redaction;
mod repositories;
mod repository_objects;
mod repository_references;
mod scan;
mod scan_history;
mod secret_files;
mod secrets;
mod shells;
#[path = "../../src/sign/testing.rs"]
mod software_key;
mod starter;
mod support;
mod system;
mod trailers;
mod trusted;
mod waiver_approvers;
mod waivers;
mod weakened;
mod zone_links;
mod zone_operations;
mod zone_paths;
mod zone_submodules;
mod zones;
