//! The built-in packs: policies to build on.
//!
//! A pack is its text: nothing of it is parsed before a policy extends it, so that a hook pays for
//! none. One file in `policies/packs/` and one line here; a test compares both.

mod page;

use super::raw::RawPolicy;

pub use page::page;

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

/// The pack that a highest policy builds on where it names nothing.
pub(super) const DEFAULT_PACK: &str = "default";

/// A pack of `policies/packs/`.
macro_rules! pack {
    ($name:literal) => {
        Pack {
            name: $name,
            text: include_str!(concat!("../../policies/packs/", $name, ".yml")),
        }
    };
}

/// Every pack, the default one first.
pub const PACKS: &[Pack] = &[
    Pack {
        name: "default",
        text: DEFAULT,
    },
    pack!("agent-config"),
    pack!("asf"),
    pack!("build-system"),
    pack!("ci"),
    pack!("crypto"),
    pack!("deploy"),
    pack!("export-control"),
    pack!("itar"),
    pack!("kernel"),
    pack!("no-ai-coauthor"),
    pack!("pci-dss"),
    pack!("phi"),
    pack!("pii"),
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
