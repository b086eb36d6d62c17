//! `cordon policy show`: a policy with what it inherits, and what stands above it here.

use anyhow::Result;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use super::{PolicyFile, is_own};
use crate::check::vocabulary;
use crate::cli::output::Terminal;
use crate::cli::{Exit, open, output};
use crate::git;
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::policy::yaml::{Limits, Problem, Severity, canonical_json};
use crate::policy::{
    Beside, Loader, Outside, Role, Shown, Standing, hex_digest, render, standing_above,
};
use crate::secret::Engine;
use crate::text::redacted;
use crate::text::show::{escaped, harmless_json};
use crate::trial::rule_defaults;

/// A policy file, and one above it
#[derive(Debug, Args)]
pub(in crate::cli) struct Show {
    #[command(flatten)]
    file: PolicyFile,

    /// Show what holds where this is the organisation's policy, above the file
    #[arg(long, value_name = "FILE|pack:NAME")]
    policy: Option<String>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = ShowFormat::Yaml)]
    format: ShowFormat,
}

/// How to print a policy
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum ShowFormat {
    /// YAML, with comments
    Yaml,
    /// JSON: a list of all values
    Json,
}

impl Show {
    /// The file, and what stands above it where it is a repository's own or another one is given.
    fn standing(&self, host: &Host, name: String, text: Vec<u8>) -> Result<Vec<Standing>> {
        let folder = self.file.folder(host);
        let given = self.policy.as_deref();
        let repo = open::repository(host, None, false).ok();
        let reach = Reach::new(repo.as_deref().map(|repo| repo as &dyn git::Repo), host);
        let given = given.map(|policy| open::given(policy, None, reach));
        let given = given.transpose()?;
        let mut standing = Vec::new();
        let own = is_own(&name) || given.is_some();
        if own {
            let outside = Outside {
                given: given.as_ref(),
                host,
                signers: &[],
            };
            let above = standing_above(&text, &folder, outside, reach);
            standing = above.map_err(|error| anyhow::anyhow!("{error}"))?;
        }
        standing.push(Standing {
            role: if own { Role::Repository } else { role(&name) },
            may_be_highest: true,
            name,
            text,
            folder,
        });
        Ok(standing)
    }

    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let (name, text) = self.file.read(host)?;
        let mut loader = Loader::new(vocabulary());
        let mut layered = Vec::new();
        let mut highest = true;
        for one in self.standing(host, name, text)? {
            let file = u16::try_from(loader.sources.list().len()).unwrap_or(u16::MAX);
            let reach = Reach::new(None, host);
            let beside = Beside {
                folder: &one.folder,
                reach,
                own: one.role == Role::Repository,
                may_say_who_signs: one.role != Role::Repository,
            };
            let is_base = highest && one.may_be_highest;
            highest &= !one.may_be_highest;
            let read =
                loader.read_beside(&one.name, &one.text, &Limits::ORG, is_base, Some(beside));
            layered.extend(read.map(|(node, _)| (node, file, one.role)));
        }
        let severe = |one: &Problem| one.severity == Severity::Error;
        if loader.problems.iter().any(severe) {
            let colour = terminal.stderr_style().colour;
            let told = render(&loader.problems, loader.sources.list(), colour);
            output::tell(&redacted(Engine::builtin(), &told));
            return Ok(Exit::Incomplete);
        }
        let layers: Vec<(String, Role, String)> = layered
            .iter()
            .map(|(node, file, role)| {
                let name = &loader.sources.list()[usize::from(*file)].name;
                let digest = hex_digest(canonical_json(node).as_bytes());
                (escaped(name.as_bytes()), *role, digest)
            })
            .collect();
        let shown = Shown::new(layered, &rule_defaults(), host.today);
        let redact = |text: &str| redacted(Engine::builtin(), text);
        let out = match self.format {
            ShowFormat::Json => {
                let layers = layers.iter().map(|(name, role, digest)| {
                    json!({"file": name, "layer": role.word(), "sha256": digest})
                });
                let values = shown.json(&loader.sources);
                let json = json!({"layers": layers.collect::<Value>(), "values": values});
                harmless_json(&redact(&format!("{json:#}\n")))
            }
            ShowFormat::Yaml => {
                let heads = layers.iter().map(|(name, role, digest)| {
                    format!(
                        "# {name} ({}), with what it inherits\n# sha256 of its canonical form: {digest}\n",
                        role.word()
                    )
                });
                redact(&(heads.collect::<String>() + &shown.yaml(&loader.sources)))
            }
        };
        output::print(&out)?;
        Ok(Exit::Pass)
    }
}

/// Whose policy a file alone is.
fn role(name: &str) -> Role {
    if name.starts_with("pack:") {
        Role::Builtin
    } else if is_own(name) {
        Role::Repository
    } else {
        Role::Org
    }
}
