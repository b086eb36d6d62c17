//! What libgit2's errors mean.

use std::path::Path;

use git2::{ErrorClass, ErrorCode};

use crate::git::files::absolute;
use crate::git::{Error, Id};

pub(super) fn open_error(error: &git2::Error, path: &Path) -> Error {
    let message = error.message();
    if let Some(name) = message.strip_prefix("unsupported extension name ") {
        return Error::UnsupportedExtension(name.to_owned());
    }
    match (error.code(), error.class()) {
        (ErrorCode::Owner, _) => {
            let named = message.split('\'').nth(1).map_or(path, Path::new);
            Error::ForeignOwner(absolute(named).unwrap_or_else(|_| named.to_owned()))
        }
        (ErrorCode::NotFound, ErrorClass::Repository | ErrorClass::Os) => {
            Error::NotARepository(path.to_owned())
        }
        _ => other(error),
    }
}

pub(super) fn reference_error(error: &git2::Error, name: &[u8]) -> Error {
    match error.code() {
        ErrorCode::NotFound => Error::MissingReference(name.into()),
        _ => other(error),
    }
}

pub(super) fn other(error: &git2::Error) -> Error {
    Error::Unreadable(error.message().to_owned())
}

/// Why an object cannot be read; in a partial clone a missing one was left with the remote.
pub(super) fn object_error(error: &git2::Error, id: &Id, partial: bool) -> Error {
    // Not every path through libgit2 keeps the code.
    let missing =
        error.code() == ErrorCode::NotFound || error.message().starts_with("object not found");
    match (error.code(), error.class()) {
        _ if missing && partial => Error::Promised(*id),
        _ if missing => Error::Missing(*id),
        (ErrorCode::HashsumMismatch, _) => Error::Corrupt {
            id: *id,
            what: "its content has another id",
        },
        (_, ErrorClass::Odb | ErrorClass::Zlib | ErrorClass::Object) => Error::Corrupt {
            id: *id,
            what: "it cannot be unpacked",
        },
        _ => other(error),
    }
}

/// Like [`object_error`] where only libgit2's message names the object.
pub(super) fn unnamed_object_error(error: &git2::Error, partial: bool) -> Error {
    let named = error
        .message()
        .split(|character: char| !character.is_ascii_hexdigit())
        .find_map(|word| Id::from_hex(word.as_bytes()));
    match named {
        Some(id) => object_error(error, &id, partial),
        None => other(error),
    }
}
