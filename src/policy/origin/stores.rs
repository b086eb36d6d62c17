//! Where fetched policies lie, and in which order they are looked for.

use std::os::unix::fs::MetadataExt as _;

use super::folder::Reach;
use crate::git::Store;

/// The stores in the order in which they are read: what has an id or a digest is the same from any. A server's own
/// goes first.
pub fn stores(reach: Reach<'_>) -> Vec<Store> {
    let of_user = of_user(reach).into_iter();
    let own = own(reach).into_iter();
    if reach.serves() {
        own.chain(of_user).collect()
    } else {
        of_user.chain(own).collect()
    }
}

/// The stores that are believed what a branch or a tag was. On a server that of whoever runs the hook is none of them
/// unless the repository is his too: he may be a pusher.
pub(super) fn naming(reach: Reach<'_>) -> Vec<Store> {
    if reach.serves() && !is_owner(reach) {
        return own(reach).into_iter().collect();
    }
    stores(reach)
}

fn is_owner(reach: Reach<'_>) -> bool {
    let dir = reach.repo.map(|repo| &repo.facts().common_dir);
    let meta = dir.and_then(|dir| dir.metadata().ok());
    meta.is_some_and(|meta| meta.uid() == reach.host.user)
}

/// The one that is filled: the repository's `own` where that is meant, else the user's where there is a place for it.
pub(super) fn filled(reach: Reach<'_>, own_store: bool) -> Option<Store> {
    let own = own(reach);
    match own {
        Some(own) if own_store => Some(own),
        own => of_user(reach).or(own),
    }
}

fn of_user(reach: Reach<'_>) -> Option<Store> {
    Some(Store::at(reach.host.caches()?.join("cordon")))
}

fn own(reach: Reach<'_>) -> Option<Store> {
    Some(Store::at(reach.repo?.facts().common_dir.join("cordon")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Sandbox;
    use crate::host::Host;

    #[test]
    fn on_a_server_a_users_store_names_versions_only_if_the_repository_is_his() {
        for (options, serves) in [(&["--bare"][..], true), (&[], false)] {
            let sandbox = Sandbox::with(options);
            let repo = sandbox.open();
            let own = repo.facts().common_dir.join("cordon");
            let owner = own.parent().unwrap().metadata().unwrap().uid();
            let found = |user| {
                let env = [("XDG_CACHE_HOME".into(), "/cache".into())].into();
                let host = Host {
                    env,
                    user,
                    ..Host::default()
                };
                let reach = Reach::new(Some(&*repo), &host);
                let of = |stores: Vec<Store>| {
                    let folders = stores.iter().map(|store| store.folder().to_owned());
                    folders.collect::<Vec<_>>()
                };
                (of(naming(reach)), of(stores(reach)))
            };
            let of_user = std::path::PathBuf::from("/cache/cordon");
            let mut both = vec![of_user, own.clone()];
            if serves {
                both.reverse();
            }
            assert_eq!(found(owner), (both.clone(), both.clone()));
            let named = if serves { vec![own] } else { both.clone() };
            assert_eq!(found(owner + 1), (named, both));
        }
    }
}
