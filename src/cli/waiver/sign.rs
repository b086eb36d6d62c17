//! `cordon waiver sign`: an approval, by a signature that `ssh-keygen` makes, so that agents and hardware
//! keys work.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::terms;
use crate::check::vocabulary;
use crate::cli::{Exit, open, output};
use crate::host::Host;
use crate::policy::Loader;
use crate::policy::waiver::{LARGEST, Unsigned};
use crate::policy::yaml::Limits;

/// The namespace of signatures of waivers.
const NAMESPACE: &str = "cordon-waiver";

/// Approve a waiver, or an emergency waiver, by a signature
#[derive(Debug, Args)]
pub(in crate::cli) struct Sign {
    /// The waiver
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Who approves it
    #[arg(long, value_name = "EMAIL")]
    who: String,
    /// The SSH key: a private key, or a public one whose private half an agent holds
    #[arg(long, value_name = "KEY")]
    key: Option<PathBuf>,
    /// Approve it without a signature, where the approver's group has no keys
    #[arg(long, conflicts_with = "key", required_unless_present_any = ["key", "print"])]
    unsigned: bool,
    /// The policy that the waiver is for [default: the one beside it]
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Print what is signed, to the byte, and sign nothing
    #[arg(long)]
    print: bool,
}

impl Sign {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let shown = self.file.display();
        let text = open::small_file(&self.file, LARGEST)?;
        let text = String::from_utf8(text).with_context(|| format!("{shown} is not UTF-8"))?;
        let id = self.policy_id()?;
        let today = host.today.to_string();
        let unsigned = Unsigned::read(&shown.to_string(), &text, &self.who, &today)
            .map_err(|problems| anyhow::anyhow!("{}", problems.join("\n")))?;
        let signed = unsigned.signed(id.as_deref());
        if self.print {
            // A line's end would be signed with it, by whoever signs it elsewhere.
            output::print(&signed)?;
            return Ok(Exit::Pass);
        }
        let signature = match &self.key {
            Some(key) => Some(signature(key, &signed)?),
            None => None,
        };
        let text = unsigned
            .with(signature.as_deref())
            .map_err(|why| anyhow::anyhow!("{shown}: {why}"))?;
        output::write_whole(&self.file, text.as_bytes())
            .with_context(|| format!("cannot write {shown}"))?;
        let how = if signature.is_some() {
            "signed"
        } else {
            "approved"
        };
        output::print(&format!("{shown} is {how} by {}\n", self.who))?;
        Ok(Exit::Pass)
    }

    /// The id of the policy that the waiver is for.
    fn policy_id(&self) -> Result<Option<String>> {
        let path = match &self.policy {
            Some(path) => path.clone(),
            None => terms::beside(&self.file)?,
        };
        let mut loader = Loader::new(vocabulary());
        let name = path.display().to_string();
        let read = loader.read(&name, &open::policy_file(&path)?, &Limits::ORG, true);
        let Some((_, authority)) = read else {
            bail!("{name} has problems: cordon policy check {name}");
        };
        Ok(authority.id.map(|id| id.value))
    }
}

/// An armoured signature, as `ssh-keygen` makes it.
fn signature(key: &Path, signed: &str) -> Result<String> {
    let mut child = Command::new("ssh-keygen")
        .args(["-Y", "sign", "-n", NAMESPACE, "-f"])
        .arg(key)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run ssh-keygen")?;
    let mut stdin = child.stdin.take().context("ssh-keygen takes no input")?;
    let written = stdin.write_all(signed.as_bytes());
    drop(stdin);
    let done = child.wait_with_output().context("ssh-keygen did not end")?;
    // What it says of the key says more than that it closed its input.
    if !done.status.success() {
        bail!("ssh-keygen did not sign it by the key {}", key.display());
    }
    written.context("ssh-keygen did not read what it signs")?;
    String::from_utf8(done.stdout).context("the signature is not text")
}
