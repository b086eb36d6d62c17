//! Cordon judges which commits coding agents made, and whether they kept to the policy.
//!
//! The way of the data, one module a step:
//!
//! ```text
//! argv, env, clock, stdin ─► cli ─► Range ─► git::Repo ─► Commit + Change ──────────┐
//!                              agent::attribute(Commit, Signs) ─► Attribution ──────┼─► Context ─► rule::RULES ─► Findings
//! policy authorities (from the trusted side) ─► Policy ─────────────────────────────┘                     │
//! exit code ◄─ report::FORMATS ◄─ Report ◄─ sort ◄─ modes (the only place for them) ◄─────────────────────┘
//! ```
//!
//! The library never prints, never exits, and reads neither the environment nor the clock: those
//! come in as values ([`host::Host`]), so that every decision can be replayed and tested.
//! Imports go one way only; `tests/architecture.rs` holds them to it.

pub mod agent;
pub mod cache;
pub mod check;
pub mod ci;
pub mod cli;
pub mod finding;
pub mod git;
pub mod hook;
pub mod host;
pub mod policy;
pub mod report;
pub mod rule;
pub mod secret;
pub mod sign;
pub mod starter;
pub mod text;
pub mod trial;
pub mod zone;
