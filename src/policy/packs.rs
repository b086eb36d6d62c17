//! The built-in packs: policies to build on.

use super::raw::RawPolicy;

/// A built-in policy.
#[derive(Debug)]
pub struct Pack {
    /// Its name, as `extends: [{pack: NAME}]` says it.
    pub name: &'static str,
    /// Its text.
    pub text: &'static str,
}

/// The policy that holds where there is none.
pub const DEFAULT: &str = include_str!("../../policies/default.yml");

/// How the report names it.
pub const DEFAULT_NAME: &str = "pack:default";

/// Every pack.
pub const PACKS: &[Pack] = &[Pack {
    name: "default",
    text: DEFAULT,
}];

/// Packs that a policy may name already, and that say nothing yet.
pub(super) const PLANNED: &[&str] = &[
    "agent-config",
    "asf",
    "build-system",
    "ci",
    "crypto",
    "deploy",
    "export-control",
    "itar",
    "kernel",
    "no-ai-coauthor",
    "pci-dss",
    "phi",
    "pii",
];

/// The text of `pack:NAME`.
pub fn text(name: &str) -> Option<&'static str> {
    let name = name.strip_prefix("pack:")?;
    PACKS
        .iter()
        .find(|pack| pack.name == name)
        .map(|pack| pack.text)
}

/// The packs that a policy builds on, later over earlier: what `extends` names, else the default
/// one if it is `base`, the opinion of the highest authority.
pub(super) fn bases(raw: &RawPolicy, base: bool) -> Vec<&'static Pack> {
    match &raw.extends {
        Some(sources) => {
            let names = sources.iter().filter_map(|source| source.pack.as_ref());
            let mut packs: Vec<&Pack> = names
                .filter_map(|name| PACKS.iter().find(|pack| pack.name == name.value))
                .collect();
            // The same one again changes nothing.
            packs.dedup_by_key(|pack| pack.name);
            packs
        }
        None if base => PACKS.iter().take(1).collect(),
        None => Vec::new(),
    }
}
