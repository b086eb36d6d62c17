//! References: libgit2's answers, and what it leaves out.
//!
//! Its iterator passes over a file that it cannot read, answers an older value from `packed-refs` in its
//! place, and passes over a directory that it cannot list. So every file is read here as well.

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice as _};
use git2::{ErrorCode, Reference, Repository};

use super::errors::reference_error;
use super::id;
use crate::git::loose::{Loose, Target, is_own, loose_references, loose_symbolic, own_references};
use crate::git::{Facts, Id, Result};

/// All references whose full name starts with `prefix`, by name, with the object that each names in
/// the end.
pub(super) fn named(repo: &Repository, facts: &Facts, prefix: &str) -> Result<Vec<(BString, Id)>> {
    let failed = |error: git2::Error| reference_error(&error, prefix.as_bytes());
    let mut answers = BTreeMap::new();
    for reference in repo.references().map_err(failed)? {
        let reference = reference.map_err(failed)?;
        if reference.name_bytes().starts_with(prefix.as_bytes()) {
            answers.insert(BString::from(reference.name_bytes()), reference);
        }
    }
    for file in files(facts, prefix)? {
        let target = file.target(facts.id_length)?;
        let answered = answers.get(&file.name).map(said).transpose()?.flatten();
        if target.is_some() && target != answered {
            let reference = ask(repo, &file)?;
            answers.insert(file.name, reference);
        }
    }
    let mut found = Vec::new();
    for (name, reference) in answers {
        if let Some(id) = reference_target(&reference)? {
            found.push((name, id));
        }
    }
    Ok(found)
}

/// The object that the reference of exactly this name names in the end.
pub(super) fn exact(repo: &Repository, name: &str) -> Result<Option<Id>> {
    match repo.find_reference(name) {
        Ok(reference) => reference_target(&reference),
        Err(error) if matches!(error.code(), ErrorCode::NotFound | ErrorCode::InvalidSpec) => {
            Ok(None)
        }
        Err(error) => Err(reference_error(&error, name.as_bytes())),
    }
}

/// What the reference of exactly this name points to, where it is symbolic.
pub(super) fn symbolic(repo: &Repository, facts: &Facts, name: &BStr) -> Result<Option<BString>> {
    let Ok(text) = name.to_str() else {
        // libgit2 can be asked for text alone. What is packed is never symbolic.
        let dir = if is_own(name) {
            &facts.git_dir
        } else {
            &facts.common_dir
        };
        return loose_symbolic(dir, facts.id_length, name);
    };
    match repo.find_reference(text) {
        Ok(reference) => Ok(reference.symbolic_target_bytes().map(BString::from)),
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(reference_error(&error, name)),
    }
}

/// The object that a reference names in the end; `None` for one that names none.
pub(super) fn reference_target(reference: &Reference<'_>) -> Result<Option<Id>> {
    match reference.resolve() {
        Ok(resolved) => resolved.target().map(id).transpose(),
        // `refs/remotes/origin/HEAD` outlives the branch it points to.
        Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
        Err(error) => Err(reference_error(&error, reference.name_bytes())),
    }
}

/// The files that this worktree reads its references from.
fn files(facts: &Facts, prefix: &str) -> Result<Vec<Loose>> {
    let mut found = loose_references(&facts.common_dir, prefix)?;
    if facts.git_dir == facts.common_dir {
        return Ok(found);
    }
    found.retain(|file| !file.is_own());
    found.extend(own_references(&facts.git_dir, prefix)?);
    Ok(found)
}

/// What libgit2 answered.
fn said(reference: &Reference<'_>) -> Result<Option<Target>> {
    if let Some(name) = reference.symbolic_target_bytes() {
        return Ok(Some(Target::Reference(name.into())));
    }
    let target = reference.target().map(id).transpose()?;
    Ok(target.map(Target::Object))
}

/// What libgit2 answers for one file, which may have changed since.
fn ask<'r>(repo: &'r Repository, file: &Loose) -> Result<Reference<'r>> {
    let name = file.name.to_str().map_err(|_| file.names_nothing())?;
    repo.find_reference(name)
        .map_err(|error| match error.code() {
            ErrorCode::NotFound | ErrorCode::InvalidSpec => file.names_nothing(),
            _ => reference_error(&error, name.as_bytes()),
        })
}
