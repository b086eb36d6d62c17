//! Zones and their classes.

use schemars::JsonSchema;
use serde::Deserialize;

use super::Listed;
use crate::finding::Mode;
use crate::text::span::Spanned;

/// Why files are in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ZoneClass {
    /// Export control in general.
    Export,
    /// The International Traffic in Arms Regulations.
    Itar,
    /// The Export Administration Regulations.
    Ear,
    /// Card data.
    Pci,
    /// Health data.
    Phi,
    /// Personal data.
    Pii,
    /// Cryptography.
    Crypto,
    /// What builds the product.
    Build,
    /// What runs in continuous integration.
    Ci,
    /// What deploys the product.
    Deploy,
    /// What steers agents.
    AgentConfig,
    /// Cordon's own policies.
    Policy,
    /// An organisation's own reasons.
    Custom,
}

/// What agents may do in a zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Permission {
    /// Change it.
    Allowed,
    /// Change it when somebody approved.
    Approval,
    /// Nothing.
    Denied,
}

/// Which proof of a person a zone asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum HumanProof {
    /// None.
    None,
    /// A signature by an allowed key.
    Signed,
    /// A signature by a hardware key that attests a touch.
    Presence,
}

/// A named set of files.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawZone {
    /// Why they are in a zone.
    pub class: Option<Spanned<ZoneClass>>,
    /// An organisation's own names for it, such as a control number.
    pub labels: Listed<String>,
    /// Patterns of the repositories it is in, `owner/name` or `name`. Absent: all.
    #[schemars(extend("examples" = [["acme/*"]]))]
    pub repos: Listed<String>,
    /// Patterns of paths from the root of the repository; `!` takes files out again.
    #[schemars(extend("examples" = [["src/crypto/**", "!src/crypto/README.md"], ["**/Makefile"]]))]
    pub paths: Listed<String>,
    /// Words; a file whose first 4 KiB hold one is in the zone wherever it lies.
    pub markers: Listed<String>,
    /// What agents may do there.
    pub agents: Option<Spanned<Permission>>,
    /// When content of the zone counts as copied out of it.
    pub copy_out: Option<Spanned<RawCopyOut>>,
    /// Which proof of a person a change needs.
    pub human_proof: Option<Spanned<HumanProof>>,
    /// The groups that may approve a change.
    pub approvers: Listed<String>,
    /// The mode of findings in this zone.
    pub mode: Option<Spanned<Mode>>,
}

/// When content of a zone counts as copied out of it.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawCopyOut {
    /// Of the added lines in question, how many percent must stand in the zone's file. Absent: 60.
    #[schemars(range(min = 0, max = 100))]
    pub similarity: Option<Spanned<u8>>,
    /// How many lines of the zone's file must reappear; trivial ones do not count. Absent: 20.
    pub min_lines: Option<Spanned<u32>>,
}

/// What agents may do in a repository that carries a class as a whole.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RawClass {
    /// What agents may do there.
    pub agents: Option<Spanned<Permission>>,
}
