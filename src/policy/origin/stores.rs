//! Where fetched policies lie, and in which order they are looked for.

use std::io::ErrorKind;

use super::folder::Reach;
use crate::git::Store;

/// The stores in the order in which they are read. A server's own goes first: that of whoever runs a hook is his, and
/// may be a pusher's.
pub fn stores(reach: Reach<'_>) -> Vec<Store> {
    let of_user = of_user(reach).into_iter();
    let own = own(reach).into_iter();
    if reach.serves() {
        // A server may give its hooks the home of somebody else, who lets nobody in.
        own.chain(of_user.filter(may_be_entered)).collect()
    } else {
        of_user.chain(own).collect()
    }
}

fn may_be_entered(store: &Store) -> bool {
    let inside = std::fs::metadata(store.folder().join("."));
    !inside.is_err_and(|error| error.kind() == ErrorKind::PermissionDenied)
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
