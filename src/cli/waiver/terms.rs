//! The policy by which waivers are judged and signed: the one that is named, or the one beside.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use jiff::civil::Date;

use crate::check::{InForce, waivers_in_force};
use crate::cli::open;
use crate::git::{self, Repo};
use crate::host::Host;
use crate::policy::waiver::WaiverFile;
use crate::policy::{Given, Outside};

/// The waivers that are in force, by the given policy alone where there is no repository; or these files in their
/// place. With what each comes to on a day.
pub(super) fn waivers(
    host: &Host,
    repo: Option<&Path>,
    given: Option<&Given>,
    files: Option<Vec<WaiverFile>>,
    date: Date,
) -> Result<InForce> {
    let outside = Outside {
        given,
        host,
        signers: &[],
    };
    let repo = match open::repository(host, repo, false) {
        Err(git::Error::NotARepository(_)) if repo.is_none() => None,
        repo => Some(repo?),
    };
    let repo = repo.as_deref().map(|repo| repo as &dyn Repo);
    waivers_in_force(repo, outside, files, date).map_err(|error| anyhow::anyhow!("{error}"))
}

/// The policy file whose waivers lie where this one does: `policy.yml` beside `waivers/`, or
/// `.cordon.yml` beside `.cordon/`.
pub(super) fn beside(waiver: &Path) -> Result<PathBuf> {
    let folder = waiver.parent().filter(|folder| folder.ends_with("waivers"));
    let above = folder.and_then(Path::parent);
    if let Some(above) = above {
        let own = above.ends_with(".cordon");
        let own = own.then(|| above.parent().map(|top| top.join(".cordon.yml")));
        let path = own.flatten().unwrap_or_else(|| above.join("policy.yml"));
        if path.is_file() {
            return Ok(path);
        }
    }
    bail!(
        "no policy lies beside {}: name it by --policy, since signatures are for one policy",
        waiver.display()
    )
}
