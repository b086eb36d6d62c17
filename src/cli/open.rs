//! The repository that a command is about, and files named on the command line.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use bstr::ByteSlice as _;

use crate::git::{self, Open, Repo};
use crate::host::Host;
use crate::policy::Given;

/// The largest policy file that is read.
const LARGEST: u64 = 8 << 20;

/// Opens the repository at `dir`, or the one that Git's variables and the working directory name.
pub(super) fn repository(
    host: &Host,
    dir: Option<&Path>,
    verify_objects: bool,
) -> git::Result<Box<dyn Repo + Send>> {
    if let Some(dir) = dir {
        return git::open(Open::At(dir), verify_objects, None);
    }
    let index = host
        .var("GIT_INDEX_FILE")
        .and_then(|path| path.to_path().ok());
    git::open(Open::FromEnv, verify_objects, index)
}

/// The organisation's policy as `--policy` names it: `pack:NAME` or a file.
pub(super) fn given(policy: &str, sha256: Option<&str>) -> Result<Given> {
    let text = if let Some(name) = policy.strip_prefix("pack:") {
        format!("cordon: 1\nextends: [{{pack: {}}}]\n", quoted(name)).into_bytes()
    } else {
        policy_file(&PathBuf::from(policy))?
    };
    Ok(Given {
        name: policy.to_owned(),
        text,
        sha256: sha256.map(str::to_owned),
    })
}

/// The bytes of a policy file: a regular one, of a size that a policy can have.
pub(super) fn policy_file(path: &Path) -> Result<Vec<u8>> {
    let shown = path.display();
    let meta = std::fs::symlink_metadata(path)
        .with_context(|| format!("cannot read the policy {shown}"))?;
    if meta.is_symlink() {
        bail!("the policy {shown} is a symbolic link: name the file itself");
    }
    if meta.is_dir() {
        bail!("the policy {shown} is a directory: name a file in it");
    }
    if !meta.is_file() {
        bail!("the policy {shown} is not a regular file");
    }
    if meta.len() > LARGEST {
        bail!("the policy {shown} is larger than 8 MiB");
    }
    std::fs::read(path).with_context(|| format!("cannot read the policy {shown}"))
}

/// A name as a YAML text in single quotes.
fn quoted(name: &str) -> String {
    format!("'{}'", name.replace('\'', "''"))
}
