//! `cordon waiver`: write, sign, list and verify exceptions.

mod list;
mod new;
mod sign;
mod terms;

use anyhow::Result;
use clap::Subcommand;

use super::Exit;
use super::output::Terminal;
use crate::host::Host;

/// Exceptions from findings: write one, sign it, list them, and say which count
#[derive(Debug, Subcommand)]
pub(super) enum WaiverCommand {
    /// Write a waiver for a finding, to be approved
    New(Box<new::New>),
    /// Approve a waiver, or an emergency waiver, by a signature
    Sign(sign::Sign),
    /// List the waivers that are in force, with the days left and what they except
    List(list::List),
    /// Say of each waiver whether it counts, and why not
    Verify(list::Verify),
}

impl WaiverCommand {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        match self {
            Self::New(new) => new.run(host),
            Self::Sign(sign) => sign.run(host),
            Self::List(list) => list.run(host, terminal),
            Self::Verify(verify) => verify.run(host, terminal),
        }
    }
}
