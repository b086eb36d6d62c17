//! The revisions whose policy files judge.

use std::collections::BTreeMap;

use bstr::{BStr, ByteSlice as _};

use super::Judged;
use crate::git::{self, Id, Repo};

/// A revision whose policy file judges.
pub(in crate::policy) struct Revision {
    pub(super) source: String,
    pub(in crate::policy) id: Id,
    pub(in crate::policy) trusted: bool,
}

/// The revisions that judge, the trusted first, and whether there is a trusted side at all.
pub(in crate::policy) fn revisions(
    repo: &dyn Repo,
    judged: &Judged,
) -> git::Result<(Vec<Revision>, bool)> {
    let of = |source: &str, ids: &[Id], trusted| -> Vec<Revision> {
        let one = |id: &Id| Revision {
            source: source.to_owned(),
            id: *id,
            trusted,
        };
        ids.iter().map(one).collect()
    };
    let mut found;
    let trusted = match judged {
        Judged::Staged { head, .. } => {
            found = of("HEAD", head.as_slice(), true);
            found.extend(default_branches(repo)?);
            !found.is_empty()
        }
        Judged::Range { base, head } | Judged::Again { base, head } => {
            found = of("base", &[*base], true);
            found.extend(of("head", &[*head], false));
            true
        }
        Judged::Commit { parents, commit } => {
            found = of("parent", parents, true);
            found.extend(of("commit", &[*commit], false));
            !parents.is_empty()
        }
        // With nothing to trust, the file of HEAD is the policy; the report says so.
        Judged::All { head } => {
            found = of("HEAD", head.as_slice(), true);
            false
        }
        Judged::Push { sides } => {
            let old: Vec<Id> = sides.iter().filter_map(|side| side.old).collect();
            found = of("remote", &old, true);
            let tracking = default_branches(repo)?;
            let trusted = !tracking.is_empty() || !old.is_empty();
            found.extend(tracking);
            let new: Vec<Id> = sides.iter().filter_map(|side| side.new).collect();
            found.extend(of("pushed", &new, false));
            trusted
        }
        Judged::Event { trusted, head } => {
            let sides = trusted.iter();
            found = sides
                .flat_map(|(name, id)| of(name, &[*id], true))
                .collect();
            found.extend(of("head", head.as_slice(), found.is_empty()));
            !trusted.is_empty()
        }
        Judged::Receive { default, new } => {
            let branch = default.iter().map(|branch| Revision {
                source: short(branch.name.as_ref()).to_string(),
                id: branch.id,
                trusted: true,
            });
            found = branch.collect();
            found.extend(of("pushed", new, false));
            default.is_some()
        }
    };
    Ok((found, trusted))
}

/// A branch's name without what all branches share.
fn short(name: &BStr) -> &BStr {
    name.strip_prefix(b"refs/heads/").unwrap_or(name).as_bstr()
}

/// The default branches of all remotes: nobody says which one the organisation's is.
pub(super) fn default_branches(repo: &dyn Repo) -> git::Result<Vec<Revision>> {
    let tracking = repo.references("refs/remotes/")?;
    let mut remotes: BTreeMap<&BStr, Vec<(&BStr, Id)>> = BTreeMap::new();
    for (name, id) in &tracking {
        let short = name
            .strip_prefix(b"refs/remotes/")
            .unwrap_or(name)
            .as_bstr();
        if let Some((remote, branch)) = short.split_once_str("/") {
            remotes
                .entry(remote.as_bstr())
                .or_default()
                .push((branch.as_bstr(), *id));
        }
    }
    let default = |(remote, branches): (&BStr, Vec<(&BStr, Id)>)| {
        let named = |name: &str| branches.iter().find(|(branch, _)| *branch == name);
        let (branch, id) = ["HEAD", "main", "master"].into_iter().find_map(named)?;
        Some(Revision {
            source: format!("{remote}/{branch}"),
            id: *id,
            trusted: true,
        })
    };
    Ok(remotes.into_iter().filter_map(default).collect())
}
