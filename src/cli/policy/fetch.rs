//! `cordon policy fetch`: a policy by its address, into the store. For those who name it from outside, and
//! for where no commit can be named that locks it: a server that refuses a push has not kept what was pushed.

use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::Args;

use super::update::{line, refused, shown, whole};
use crate::cli::open::SignedBy;
use crate::cli::{Exit, open, output};
use crate::git::{Error, Repo};
use crate::host::Host;
use crate::policy::origin::{Fetcher, GitSource, Reach};
use crate::secret::Engine;
use crate::text::redacted;
use crate::text::show::escaped;

/// Fetch a policy by its address into the store, for --policy and for servers
#[derive(Debug, Args)]
pub(in crate::cli) struct Fetch {
    /// The policy: its repository, a branch, a tag or the whole id of a commit, and the file there
    #[arg(value_name = "URL#REF:PATH")]
    source: String,
    /// Into the store of this repository, which its hooks read whoever runs them [default: the user's]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// Take it from this bundle instead of the network
    #[arg(long, value_name = "FILE")]
    bundle: Option<PathBuf>,
    #[command(flatten)]
    signed_by: SignedBy,
}

impl Fetch {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let source = GitSource::parse(&self.source);
        let source =
            source.map_err(|told| anyhow!("{}: {told}", escaped(self.source.as_bytes())))?;
        let repo = match open::repository(host, self.repo.as_deref(), false) {
            Ok(repo) => Some(repo),
            Err(Error::NotARepository(_)) if self.repo.is_none() => None,
            Err(error) => return Err(error.into()),
        };
        let signers = self.signed_by.keys()?;
        let bundle = whole(host, self.bundle.as_deref());
        let from = Fetcher {
            reach: Reach::new(repo.as_deref().map(|repo| repo as &dyn Repo), host)
                .signed_by(&signers),
            bundle: bundle.as_deref(),
            own_store: self.repo.is_some(),
        };
        let (fetched, store) = match (from.outside(&source), from.store()) {
            (Ok(fetched), Ok(store)) => (fetched, store),
            (Err(error), _) | (_, Err(error)) => return Ok(refused(&error)),
        };
        let (line, store) = (line(&fetched.locked), shown(store.folder()));
        let pinned = fetched.locked.by_id();
        let told = format!("{line}in {store}\npinned: {}\n", pinned.text());
        output::print(&redacted(Engine::builtin(), &told))?;
        Ok(Exit::Pass)
    }
}
