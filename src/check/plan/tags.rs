//! Annotated tags on the way from a reference to what it leads to.

use bstr::{BStr, BString, ByteSlice as _};

use crate::git::Peeled;

/// The messages of the tags on the way, each with the reference.
pub(super) fn messages(
    reference: &BStr,
    peeled: &Peeled,
) -> impl Iterator<Item = (BString, BString)> {
    peeled.tags.iter().map(move |raw| {
        let message = raw
            .split_once_str("\n\n")
            .map_or(&b""[..], |(_, message)| message);
        (reference.to_owned(), message.into())
    })
}
