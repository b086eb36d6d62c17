//! The validated opinion of one authority. Absent means: no opinion.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use regex::bytes::Regex;

use super::accounts::Accounts;
use super::automation::Automation;
use super::copy_out::CopyOut;
use super::groups::Group;
use super::models::ModelPattern;
use super::paths::PathList;
use super::raw::{
    AccountClass, HumanProof, Permission, RawCatalogueEntry, RawReview, Status, ZoneClass,
};
use super::secrets::Secrets;
use super::waiver::WaiverTerms;
use super::written::Written;
use crate::finding::{Mode, Stage};
use crate::text::{Span, Spanned};

/// Who speaks, the highest first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Nobody wrote a policy: the one that is built in.
    #[default]
    Builtin,
    /// The owner of the machine, by a file that only root may write.
    System,
    /// The organisation, named from outside.
    Org,
    /// The governed repository, from its trusted side.
    Repository,
    /// The change under judgement: it can only tighten.
    Change,
}

impl Role {
    /// Its name in the report.
    pub fn word(self) -> &'static str {
        match self {
            Self::Builtin => "builtin",
            Self::System => "system",
            Self::Org => "org",
            Self::Repository => "repository",
            Self::Change => "change",
        }
    }
}

/// What one authority says.
#[derive(Debug, Default)]
pub struct Authority {
    /// Whose opinion it is.
    pub role: Role,
    /// The position of its file among the sources.
    pub file: Option<u16>,
    /// All that it says, with what it inherits, as it was read.
    pub tree: Option<Written>,
    /// Whether the rules' own modes are its opinion too: it is of the highest authority there is.
    pub defaults: bool,
    /// `policy.id`.
    pub id: Option<Spanned<String>>,
    /// `policy.version`.
    pub version: Option<Spanned<u64>>,
    /// `policy.review_by`.
    pub review_by: Option<Spanned<Date>>,
    /// `repository.name`.
    pub repository: Option<Spanned<String>>,
    /// `repository.classes`: what the repository is as a whole.
    pub repository_classes: Vec<Spanned<ZoneClass>>,
    /// `classes`: what agents may do in a repository that carries a class as a whole.
    pub classes: BTreeMap<ZoneClass, Spanned<Permission>>,
    /// `stages`: the strongest mode that a stage applies.
    pub stages: BTreeMap<Stage, Spanned<Mode>>,
    /// `incomplete.commit`.
    pub incomplete_commit: Option<Spanned<Mode>>,
    /// `limits`.
    pub limits: Limits,
    /// `agents`, by id; `*` for those that are not listed.
    pub agents: BTreeMap<String, AgentEntry>,
    /// `models`, by pattern.
    pub models: Vec<(ModelPattern, Spanned<Status>)>,
    /// `accounts`.
    pub accounts: Accounts,
    /// `automation`.
    pub automation: Vec<Automation>,
    /// `catalogue`, by id.
    pub catalogue: BTreeMap<String, RawCatalogueEntry>,
    /// `trailers.stamp`.
    pub stamp: Option<Spanned<bool>>,
    /// `trailers.require`.
    pub require: Vec<Require>,
    /// `trailers.forbid`.
    pub forbid: Vec<Forbid>,
    /// `zones`, by name.
    pub zones: BTreeMap<String, Arc<ZoneEntry>>,
    /// `rules`, by id.
    pub rules: BTreeMap<String, RuleSetting>,
    /// `secrets`.
    pub secrets: Secrets,
    /// `approvers`, by name.
    pub approvers: BTreeMap<String, Group>,
    /// The groups that it names elsewhere.
    pub group_names: Vec<Spanned<String>>,
    /// `waivers`.
    pub waivers: WaiverTerms,
}

/// `limits`; 0 is none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Limits {
    /// Commits of a range.
    pub commits: Option<u64>,
    /// Changed files of a range.
    pub files: Option<u64>,
    /// Bytes of one blob.
    pub blob_bytes: Option<u64>,
}

impl Status {
    /// Its word in policies and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Conditional => "conditional",
            Self::Retired => "retired",
            Self::Denied => "denied",
        }
    }
}

impl Permission {
    /// Its word in policies and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Allowed => "allowed",
            Self::Approval => "approval",
            Self::Denied => "denied",
        }
    }
}

impl AccountClass {
    /// Its word in policies and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Unknown => "unknown",
            Self::Personal => "personal",
            Self::Proxy => "proxy",
        }
    }
}

impl ZoneClass {
    /// Its word in policies and reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Export => "export",
            Self::Itar => "itar",
            Self::Ear => "ear",
            Self::Pci => "pci",
            Self::Phi => "phi",
            Self::Pii => "pii",
            Self::Crypto => "crypto",
            Self::Build => "build",
            Self::Ci => "ci",
            Self::Deploy => "deploy",
            Self::AgentConfig => "agent-config",
            Self::Policy => "policy",
            Self::Custom => "custom",
        }
    }
}

/// One entry of `agents`.
#[derive(Clone, Debug)]
pub struct AgentEntry {
    /// Its status, as written.
    pub status: Option<Spanned<Status>>,
    /// The last day of a conditional approval.
    pub until: Option<Spanned<Date>>,
    /// The day on which the entry begins to hold.
    pub since: Option<Spanned<Date>>,
    /// How many days before `until` the warnings begin.
    pub warn_days: Option<Spanned<u32>>,
    /// Why, and where it is written down.
    pub note: Option<Spanned<String>>,
    /// The account classes under which it may be used, and the place of the list.
    pub accounts: Option<Spanned<Vec<AccountClass>>>,
    /// The models that it may run, and the place of the list.
    pub models: Option<Spanned<Vec<ModelPattern>>>,
    /// Whether its commits must state the model.
    pub models_required: Option<Spanned<bool>>,
    /// The four questions of its review.
    pub review: Option<RawReview>,
    /// What it may do in zones of a class.
    pub classes: BTreeMap<ZoneClass, Spanned<Permission>>,
}

/// One entry of `zones`.
#[derive(Clone, Debug, Default)]
pub struct ZoneEntry {
    /// Its class.
    pub class: Option<Spanned<ZoneClass>>,
    /// Its paths.
    pub paths: Option<PathList>,
    /// Words by which a file is in it wherever it lies.
    pub markers: Vec<String>,
    /// The repositories in which it holds; `None`: every one.
    pub repos: Option<PathList>,
    /// What agents may do.
    pub agents: Option<Spanned<Permission>>,
    /// Which proof of a person a change needs.
    pub human_proof: Option<Spanned<HumanProof>>,
    /// The groups that may approve; `None`: all.
    pub approvers: Option<Vec<String>>,
    /// The mode of its `zone-*` findings.
    pub mode: Option<Spanned<Mode>>,
    /// When its content counts as copied out of it.
    pub copy_out: Option<CopyOut>,
}

/// One entry of `trailers.require`.
#[derive(Clone, Debug)]
pub struct Require {
    /// Keys, any of which satisfies it.
    pub any_of: Vec<Spanned<String>>,
    /// Classes of zones that a commit must touch for it to apply; empty: always.
    pub in_classes: Vec<ZoneClass>,
    /// The form of the whole value.
    pub form: Option<Regex>,
    /// Where it was written.
    pub span: Span,
}

impl Require {
    /// What it says, without its place.
    pub(super) fn key(&self) -> (Vec<String>, Vec<ZoneClass>, Option<String>) {
        let any_of = self.any_of.iter().map(|key| key.value.clone()).collect();
        let form = self.form.as_ref().map(ToString::to_string);
        (any_of, self.in_classes.clone(), form)
    }
}

impl Forbid {
    /// What it says, without its place.
    pub(super) fn key(&self) -> (Option<String>, bool, Option<String>) {
        (self.key.clone(), self.naming_agent, self.text.clone())
    }
}

/// One entry of `trailers.forbid`.
#[derive(Clone, Debug)]
pub struct Forbid {
    /// The key.
    pub key: Option<String>,
    /// Only where the value names an agent.
    pub naming_agent: bool,
    /// A text: of the value with a key, anywhere in the message without.
    pub text: Option<String>,
    /// Where it was written.
    pub span: Span,
}

/// One entry of `rules`.
#[derive(Clone, Copy, Debug, Default)]
pub struct RuleSetting {
    /// For everybody.
    pub mode: Option<Spanned<Mode>>,
    /// For agents' changes.
    pub agents: Option<Spanned<Mode>>,
    /// For people's changes.
    pub humans: Option<Spanned<Mode>>,
    /// What `mode` becomes, from a day on.
    pub then: Option<(Spanned<Mode>, Date)>,
    /// Whether a waiver may except its findings.
    pub waivable: Option<bool>,
}
