//! Who may approve, and what was handed over of their reviews.
//!
//! The exports of groups are read here: beside the policy that names them.

use jiff::civil::Date;

use super::Request;
use super::plan::Plan;
use super::rows::Obstacle;
use super::surroundings::gpg;
use crate::git::{self, FileMode, Kind, Repo, TreeReader};
use crate::policy::origin::{Folder, Reach};
use crate::policy::{
    Found, Judged, LARGEST_EXPORT, Loaded, Reviews, Role, Signed, Signers, export_trees,
};

/// Whose keys count on a day, once the exports of the policy's groups are read; and the reviews that were
/// handed over.
pub(super) fn heard(
    repo: &dyn Repo,
    plan: &Plan,
    request: &Request<'_>,
    loaded: &mut Loaded,
    date: Date,
) -> Result<(Signers, Reviews), Vec<Obstacle>> {
    let reach = Reach::new(Some(repo), request.host);
    read_groups(reach, Some(&plan.judged), loaded, date);
    let reviews = reviews(plan, request.approvals).map_err(|obstacle| vec![*obstacle])?;
    let gpg = gpg(request.host);
    let signers = Signers::new(loaded.policy.groups(), date, gpg);
    Ok((signers.in_test(request.what.is_test()), reviews))
}

/// Reads the exports of the policy's groups: in a repository, with what is judged in it, or of the given policy alone.
pub(super) fn read_groups(
    reach: Reach<'_>,
    judged: Option<&Judged>,
    loaded: &mut Loaded,
    date: Date,
) {
    let folders: Vec<Folder> = loaded.folders(Role::Org).cloned().collect();
    let judged = reach.repo.zip(judged);
    let read = |role, path: &str| match (role, judged) {
        (Role::Org, _) => beside(&folders, reach, path),
        (Role::Repository, Some((repo, judged))) => trusted(repo, judged, path),
        _ => Err(nowhere()),
    };
    loaded.policy.read_exports(&read, date, &gpg(reach.host));
}

/// The reviews that were handed over, of the head that is judged.
fn reviews(plan: &Plan, file: Option<&[u8]>) -> Result<Reviews, Box<Obstacle>> {
    let Some(text) = file else {
        return Ok(Reviews::default());
    };
    let unread = |why| Obstacle::told("approvals", format!("the reviews cannot be used: {why}"));
    let head = plan.head();
    let head =
        head.ok_or_else(|| unread("they are of one head, and what is judged has none".to_owned()))?;
    Ok(Reviews::parse(text, head).map_err(unread)?)
}

/// The export in each revision of the repository that has one.
fn trusted(repo: &dyn Repo, judged: &Judged, path: &str) -> Result<Vec<Found>, String> {
    let trees = export_trees(repo, judged).map_err(|error| error.to_string())?;
    let mut found = Vec::new();
    for (tree, judging) in trees {
        let of = |path: &str| of_tree(repo, &tree, path);
        let signed = match of(path).and_then(|text| Ok((text, of(&format!("{path}.sig"))?))) {
            Ok((Some(text), signature)) => Ok(Signed { text, signature }),
            Ok((None, _)) => continue,
            Err(error @ git::Error::TooLarge { .. }) => Err(error.to_string()),
            Err(error) => return Err(error.to_string()),
        };
        found.push(Found { signed, judging });
    }
    // Revisions mostly have the same one.
    found.dedup_by(|one, before| one.signed == before.signed);
    Ok(found)
}

/// The export beside each version of the organisation's policy that holds.
fn beside(folders: &[Folder], reach: Reach<'_>, path: &str) -> Result<Vec<Found>, String> {
    let read = |folder: &Folder, path: &str| match folder.file(reach, path, LARGEST_EXPORT) {
        Ok(Some(text)) => Ok(text),
        Ok(None) => Err(format!("{path} is not beside the policy")),
        Err(error) => Err(error.to_string()),
    };
    let each = |folder| match folder {
        &Folder::Nowhere => Err(nowhere()),
        folder => Ok(Found {
            signed: Ok(Signed {
                text: read(folder, path)?,
                signature: Some(read(folder, &format!("{path}.sig"))?),
            }),
            judging: true,
        }),
    };
    folders.iter().map(each).collect()
}

fn nowhere() -> String {
    "it can be read only beside a policy of the organisation or the repository".to_owned()
}

/// A regular file of a tree.
fn of_tree(repo: &dyn Repo, tree: &git::Id, path: &str) -> git::Result<Option<Vec<u8>>> {
    match TreeReader::new(repo).find(tree, path.as_bytes())? {
        Some((FileMode::Regular | FileMode::Executable, id)) => {
            let text = repo.content(&id, Kind::Blob, LARGEST_EXPORT)?;
            Ok(Some(text.to_vec()))
        }
        _ => Ok(None),
    }
}
