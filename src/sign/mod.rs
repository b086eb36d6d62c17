//! Signatures: which key made one, whether that key may, and whether a touch goes with it.
//!
//! SSH signatures (`SSHSIG`, as `ssh-keygen -Y sign` and Git make them) are checked here; OpenPGP ones
//! by `gpg`, in a home of their own that holds nothing but the allowed keys. Whatever Git is configured to
//! trust plays no part. Everything that comes in is hostile; a form that cannot be checked is neither
//! valid nor invalid but [`Outcome::Unchecked`], of which callers make an incomplete verdict.
//!
//! A [`Verifier`] holds the allowed keys of a run. `policy` makes one of its groups; `check` and rules
//! ask it. Knows nothing of repositories, commits and policies: it gets bytes.

mod allowed;
mod armor;
mod gpg;
mod made_up;
mod openpgp;
mod options;
mod pattern;
mod platform;
mod ssh;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod verifier;

pub use allowed::{AllowedKey, KeyError, allowed_signers};
pub use armor::{Armor, ArmorKind};
pub use gpg::Gpg;
pub use made_up::MadeUp;
pub use platform::{PLATFORMS, Platform, platform_keys, signed_by_platform};
pub use verifier::{Outcome, Proof, Touch, Verifier};

/// The namespace of Git's signatures of commits and tags.
pub const GIT: &str = "git";
/// The namespace of signatures of waivers.
pub const WAIVER: &str = "cordon-waiver";
/// The namespace of signatures of exported groups.
pub const GROUP: &str = "cordon-group";
