//! Which paths of a repository are its own policy, or beside it.

use bstr::{BStr, ByteSlice as _};

use super::trusted::FILE;
use crate::text::fold::folded_forms;

/// Names that a reader could take for the policy file's.
const VARIANTS: &[&str] = &[FILE, ".cordon.yaml"];

/// What a path is to the repository's own policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PolicyPath {
    /// The policy file.
    File,
    /// A name that a reader could take for it, or a path below such a folder.
    Variant,
    /// A waiver, or where one may lie.
    Waiver,
    /// Something else beside the policy.
    Beside,
    /// Which version of the organisation's policy holds.
    Lock,
}

/// What a path is to the repository's own policy; `None`: nothing.
pub fn policy_path(path: &BStr) -> Option<PolicyPath> {
    if path == FILE {
        return Some(PolicyPath::File);
    }
    let (first, rest) = path.split_once_str("/").unwrap_or((path, b""));
    // No other sign of ASCII looks like a dot.
    if first.is_ascii() && !first.starts_with(b".") && !first.eq_ignore_ascii_case(b"waivers") {
        return None;
    }
    if looks_like_policy(first.as_bstr()) {
        return Some(PolicyPath::Variant);
    }
    let is = |name: &[u8], wanted: &str| folded_forms(name).iter().any(|form| form == wanted);
    if rest.is_empty() {
        return is(first, ".cordon.lock").then_some(PolicyPath::Lock);
    }
    let yaml = [".yml".as_bytes(), b".yaml"]
        .iter()
        .any(|end| rest.ends_with(end));
    let below = rest.split_once_str("/").map(|(folder, _)| folder);
    if is(first, ".cordon") {
        let waiver = below.is_some_and(|folder| is(folder, "waivers"));
        return Some(if waiver {
            PolicyPath::Waiver
        } else {
            PolicyPath::Beside
        });
    }
    (yaml && is(first, "waivers")).then_some(PolicyPath::Waiver)
}

/// Whether a reader could take a name for the policy file's.
pub(super) fn looks_like_policy(name: &BStr) -> bool {
    folded_forms(name)
        .iter()
        .any(|form| VARIANTS.contains(&form.trim_end_matches(['.', ' '])))
}
