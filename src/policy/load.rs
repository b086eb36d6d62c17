//! From policy files to a [`Policy`]: parse, inherit, validate, join.

mod joined;

use std::fmt::Write as _;
use std::path::PathBuf;

use sha2::{Digest as _, Sha256};

use super::Policy;
use super::authority::Role;
use super::cache::Policies;
use super::file::{File, Standing};
use super::load_error::LoadError;
use super::loader::Loader;
use super::named::named;
use super::origin::{Folder, Reach};
use super::rollback::Seen;
use super::system::system_files;
use super::trusted::{Judged, Side, TrustedError, sides};
use super::vocabulary::Vocabulary;
use super::waiver::{WaiverFile, WaiverFiles};
use crate::git::{Id, Repo};
use crate::host::Host;
use crate::sign::AllowedKey;

/// The organisation's policy, given from outside the repository.
#[derive(Clone, Debug, Default)]
pub struct Given {
    /// How it is named.
    pub name: String,
    /// Its bytes.
    pub text: Vec<u8>,
    /// The SHA-256 that it must have: of its bytes, or of its canonical form.
    pub sha256: Option<String>,
    /// The files of the waivers beside it.
    pub waivers: Vec<PathBuf>,
    /// Waivers beside those, which a test of the policy gives.
    pub more_waivers: Vec<WaiverFile>,
    /// What lies beside it.
    pub folder: Folder,
    /// The commit that has it, where it is of a Git repository.
    pub commit: Option<Id>,
}

/// What stands above a repository's own policy, and comes from outside of it.
#[derive(Clone, Copy)]
pub struct Outside<'a> {
    /// The organisation's policy, where it is given.
    pub given: Option<&'a Given>,
    /// The surroundings, which may have a policy of the machine's owner.
    pub host: &'a Host,
    /// By which keys policies from Git must be signed, as whoever runs Cordon says; none: by nobody's.
    pub signers: &'a [AllowedKey],
}

impl Outside<'_> {
    /// The same where what is given judges in the place of the repository's own, and that as it is then read.
    fn of(self, judged: &Judged) -> (Self, Option<Side>) {
        match (judged, self.given) {
            (Judged::Again { .. }, Some(given)) => {
                let instead = Side {
                    trusted: true,
                    source: given.name.clone(),
                    commit: given.commit,
                    changes: Vec::new(),
                    text: given.text.clone(),
                    folder: given.folder.clone(),
                };
                (
                    Self {
                        given: None,
                        ..self
                    },
                    Some(instead),
                )
            }
            _ => (self, None),
        }
    }
}

/// A policy that may judge.
#[derive(Debug)]
pub struct Loaded {
    /// The join.
    pub policy: Policy,
    /// What was joined, the highest first.
    pub layers: Vec<Layer>,
    /// SHA-256 of the joined policy's canonical JSON, hexadecimal.
    pub sha256: String,
    /// Whether there was a trusted side.
    pub trusted: bool,
    /// Whether the organisation's policy came from outside.
    pub pinned: bool,
    /// The problems of the repository's own policy, which does not judge because of them.
    pub repaired: Vec<String>,
    /// The waivers of those who have the say, unread.
    pub waivers: WaiverFiles,
}

/// One authority's file.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Whose it is.
    pub role: Role,
    /// Where it was read.
    pub source: String,
    /// The commit that it was read from.
    pub commit: Option<Id>,
    /// SHA-256 of its canonical JSON, hexadecimal.
    pub sha256: String,
    /// The file.
    pub path: String,
    /// What lies beside it.
    pub folder: Folder,
}

impl Loaded {
    /// What lies beside the policies of one role.
    pub fn folders(&self, role: Role) -> impl Iterator<Item = &Folder> {
        let layers = self.layers.iter().filter(move |layer| layer.role == role);
        layers.map(|layer| &layer.folder)
    }
}

/// Loads the policy that judges.
pub fn load(
    repo: &dyn Repo,
    judged: &Judged,
    outside: Outside<'_>,
    vocabulary: Vocabulary,
) -> Result<Loaded, LoadError> {
    load_kept(repo, judged, outside, vocabulary, None)
}

/// The same for a developer's hook, with what was made of large policies.
pub fn load_kept(
    repo: &dyn Repo,
    judged: &Judged,
    outside: Outside<'_>,
    vocabulary: Vocabulary,
    kept: Option<&Policies>,
) -> Result<Loaded, LoadError> {
    let found = sides(repo, judged).map_err(|error| match error {
        TrustedError::Git(error) => LoadError::Git(error),
        other => LoadError::Invalid(vec![("policy-invalid", other.to_string())]),
    })?;
    let (outside, instead) = outside.of(judged);
    let by_a_developer = matches!(judged, Judged::Staged { .. } | Judged::Push { .. });
    let reach = Reach::new(Some(repo), outside.host)
        .signed_by(outside.signers)
        .receiving(matches!(judged, Judged::Receive { .. }))
        .with_cache(kept.filter(|_| by_a_developer));
    let mut files = above(outside)?;
    let mut unusable = Vec::new();
    let seen = Seen::by(&found.files, reach);
    for side in found.files.into_iter().chain(instead) {
        seen.hold(&side, reach)?;
        let named = match named(&side, reach) {
            // What is pinned judges without what a trusted side names, so that a change can mend that.
            Err(error) if outside.given.is_some() && side.trusted && error.is_of_policy() => {
                unusable.push(error.to_string());
                None
            }
            named => named?,
        };
        let named = named.map(|source| File::named(source, &side, outside.given.is_some()));
        let known = |file: &File| files.iter().any(|known| known.is_of_the_same(file));
        let named = named.filter(|file| !known(file));
        files.extend(named);
        files.push(File::side(side));
    }
    files.sort_by_key(|file| file.role);
    let mut loaded = Loader::new(vocabulary).join(with_builtin(files), outside.given, reach)?;
    loaded.trusted = found.trusted || outside.given.is_some();
    loaded.pinned = outside.given.is_some();
    loaded.repaired.extend(unusable);
    if !loaded.policy.has_organisation() {
        loaded.waivers.are_trusted(judged);
    } else if outside.given.is_none() {
        let folders = loaded.folders(Role::Org).cloned().collect();
        loaded.waivers.are_stored(folders);
    }
    Ok(loaded)
}

/// Loads the policy where there is no repository: the one that is given, or the built-in one.
pub fn load_alone(outside: Outside<'_>, vocabulary: Vocabulary) -> Result<Loaded, LoadError> {
    let files = with_builtin(above(outside)?);
    let reach = Reach::new(None, outside.host).signed_by(outside.signers);
    let mut loaded = Loader::new(vocabulary).join(files, outside.given, reach)?;
    // Nothing that is judged has chosen it.
    loaded.trusted = true;
    loaded.pinned = outside.given.is_some();
    Ok(loaded)
}

/// What stands above a repository's policy file as it lies in a work tree, the highest first: the
/// machine owner's, what is given, and what the file names.
pub fn standing_above(
    text: &[u8],
    folder: &Folder,
    outside: Outside<'_>,
    reach: Reach<'_>,
) -> Result<Vec<Standing>, LoadError> {
    let mut files = above(outside)?;
    let side = Side {
        trusted: true,
        source: "the work tree".to_owned(),
        commit: None,
        changes: Vec::new(),
        text: text.to_vec(),
        folder: folder.clone(),
    };
    let named = named(&side, reach)?;
    files.extend(named.map(|source| File::named(source, &side, outside.given.is_some())));
    Ok(files.into_iter().map(File::standing).collect())
}

/// What stands above the repository's own, the highest first.
fn above(outside: Outside<'_>) -> Result<Vec<File>, LoadError> {
    let system = system_files(outside.host).map_err(LoadError::System)?;
    let given = outside.given.map(File::given);
    Ok(system.into_iter().map(File::system).chain(given).collect())
}

/// Where nobody has a say that could choose its judge, the built-in policy has.
fn with_builtin(mut files: Vec<File>) -> Vec<File> {
    if !files.iter().any(File::may_be_highest) {
        files.insert(0, File::builtin());
    }
    files
}

/// SHA-256 as 64 hexadecimal digits.
pub fn hex_digest(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Bytes as hexadecimal digits.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
