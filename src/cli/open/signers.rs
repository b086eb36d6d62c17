//! `--policy-signer`: by whose key policies from Git must be signed.

use std::path::Path;

use anyhow::{Result, anyhow, bail};
use clap::Args;

use super::small_file;
use crate::sign::AllowedKey;
use crate::text::show::escaped;

/// The largest file of keys that is read.
const LARGEST: u64 = 1 << 20;

/// Who signs policies from Git
#[derive(Debug, Args)]
pub(in crate::cli) struct SignedBy {
    /// Ask that policies from Git are signed by this SSH key, or by one of a file of them (a line each, as in
    /// allowed_signers); may be given several times
    #[arg(long = "policy-signer", value_name = "KEY|FILE")]
    signers: Vec<String>,
}

impl SignedBy {
    /// The keys. Whoever names a file without one asks for nothing, which is an error.
    pub(in crate::cli) fn keys(&self) -> Result<Vec<AllowedKey>> {
        let mut keys = Vec::new();
        for one in &self.signers {
            match AllowedKey::parse(one) {
                Ok(key) => keys.push(ssh(key, "--policy-signer")?),
                Err(_) => keys.extend(of_file(Path::new(one))?),
            }
        }
        Ok(keys)
    }
}

fn of_file(path: &Path) -> Result<Vec<AllowedKey>> {
    let shown = escaped(path.as_os_str().as_encoded_bytes());
    let read = small_file(path, LARGEST);
    let text = read.map_err(|error| {
        anyhow!("--policy-signer is neither an SSH public key nor a file of them: {error:#}")
    })?;
    let text = String::from_utf8(text).map_err(|_| anyhow!("{shown} is not UTF-8"))?;
    let mut keys = Vec::new();
    for (at, line) in text.lines().map(str::trim).enumerate() {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let place = format!("{shown}:{}", at + 1);
        let key = AllowedKey::parse(line).map_err(|error| anyhow!("{place}: {error}"))?;
        keys.push(ssh(key, &place)?);
    }
    if keys.is_empty() {
        bail!("{shown} holds no key");
    }
    Ok(keys)
}

fn ssh(key: AllowedKey, place: &str) -> Result<AllowedKey> {
    if key.is_authority() {
        bail!("{place}: certificates are not checked: name the keys themselves");
    }
    if key.fingerprint().is_none() {
        bail!("{place}: a policy is signed by an SSH key");
    }
    Ok(key)
}
