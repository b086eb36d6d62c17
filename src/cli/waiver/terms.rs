//! The policy by which waivers are judged and signed: the one that is named, or the one beside.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};

use crate::check::{in_force, vocabulary};
use crate::cli::open;
use crate::git;
use crate::host::Host;
use crate::policy::{Loaded, Outside, load_alone};

/// The policy that is in force: the given one alone where there is no repository.
pub(super) fn loaded(host: &Host, repo: Option<&Path>, policy: Option<&str>) -> Result<Loaded> {
    let given = policy.map(|policy| open::given(policy, None)).transpose()?;
    let outside = Outside {
        given: given.as_ref(),
        host,
    };
    match open::repository(host, repo, false) {
        Ok(repo) => in_force(&*repo, outside).map_err(|error| anyhow::anyhow!("{error}")),
        Err(git::Error::NotARepository(_)) if repo.is_none() => {
            load_alone(outside, vocabulary()).map_err(|error| anyhow::anyhow!("{error}"))
        }
        Err(error) => Err(error.into()),
    }
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
