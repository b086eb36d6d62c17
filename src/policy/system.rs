//! The system authority: what the owner of the machine says, and nobody who works on it can change.
//!
//! For the loader alone. A file that is there and may not be believed is an error, never passed over.

use std::io::{ErrorKind, Read as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use bstr::ByteSlice as _;

use super::raw::RawPolicy;
use super::validate::signers;
use super::yaml::{self, Limits, Severity};
use crate::host::Host;
use crate::sign::AllowedKey;
use crate::text::show::{escaped, shell_quoted};

/// Names one more file of the system authority.
const VARIABLE: &str = "CORDON_SYSTEM_POLICY";

/// Who may write: the group and all others.
const OTHERS_WRITE: u32 = 0o022;

/// A policy of the system authority.
#[derive(Debug)]
pub(super) struct SystemFile {
    /// The whole path.
    pub(super) path: String,
    /// Its bytes.
    pub(super) text: Vec<u8>,
    /// Whether a variable names it. Whoever sets that may add to what holds, and take nothing away:
    /// the defaults stay with who has them without it.
    pub(super) added: bool,
}

/// Why a file of the system authority is not believed.
#[derive(Debug, thiserror::Error)]
#[error("the system policy {}: {what}", escaped(.path.as_os_str().as_encoded_bytes()))]
pub struct SystemError {
    path: PathBuf,
    what: String,
    mend: Option<String>,
}

impl SystemError {
    /// One shell command that mends it, where there is one.
    pub fn mend(&self) -> Option<String> {
        self.mend.clone()
    }
}

/// The files of the system authority, the machine's own first.
pub(super) fn system_files(host: &Host) -> Result<Vec<SystemFile>, SystemError> {
    let mut files = Vec::new();
    if !host.system_policy.as_os_str().is_empty() {
        files.extend(read(&host.system_policy, false)?);
    }
    if let Some(named) = host.var(VARIABLE) {
        let path = named.to_path().unwrap_or(Path::new(""));
        let wrong = |what: &str| refused(path, what);
        if !path.is_absolute() {
            return Err(wrong(&format!("{VARIABLE} must name a whole path")));
        }
        let file = read(path, true)?;
        files.push(file.ok_or_else(|| wrong("there is no such file"))?);
    }
    Ok(files)
}

/// Whether a path is that of a file of the system authority.
pub fn is_system_file(host: &Host, path: &Path) -> bool {
    let named = host.var(VARIABLE).and_then(|named| named.to_path().ok());
    path == host.system_policy || named == Some(path)
}

/// By which keys policies from Git must be signed: for each file that says so its name, and its keys.
pub(super) fn system_signers(host: &Host) -> Result<Vec<(String, Vec<AllowedKey>)>, SystemError> {
    let mut all = Vec::new();
    for file in system_files(host)? {
        let mut problems = Vec::new();
        let node = yaml::parse(0, &file.text, &Limits::ORG, &mut problems);
        let raw = node.and_then(|node| yaml::salvage::<RawPolicy>(&node, &mut problems));
        let keys = raw.and_then(|raw| signers(&raw, &mut problems));
        // A broken file may have named others.
        if let Some(problem) = problems.iter().find(|one| one.severity == Severity::Error) {
            return Err(refused(Path::new(&file.path), &problem.message));
        }
        all.extend(keys.map(|keys| (file.path, keys)));
    }
    Ok(all)
}

/// One file; `None` where there is none.
fn read(path: &Path, added: bool) -> Result<Option<SystemFile>, SystemError> {
    let unreadable = |error: std::io::Error| refused(path, &format!("cannot be read: {error}"));
    let entry = match path.symlink_metadata() {
        Ok(entry) => entry,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unreadable(error)),
    };
    if entry.is_symlink() {
        return Err(refused(path, "is a link: the file itself must stand there"));
    }
    if !entry.is_file() {
        return Err(refused(path, "is no regular file"));
    }
    let folder = path.parent().unwrap_or(Path::new("/"));
    owned_by_root(folder, &folder.symlink_metadata().map_err(unreadable)?)?;
    let file = std::fs::File::open(path).map_err(unreadable)?;
    // What is read is what was looked at: another file may have taken its name since.
    let opened = file.metadata().map_err(unreadable)?;
    if (opened.dev(), opened.ino()) != (entry.dev(), entry.ino()) {
        return Err(refused(path, "was replaced while it was read"));
    }
    owned_by_root(path, &opened)?;
    let mut text = Vec::new();
    let most = Limits::ORG.bytes as u64;
    file.take(most + 1)
        .read_to_end(&mut text)
        .map_err(unreadable)?;
    if text.len() as u64 > most {
        return Err(refused(path, "is larger than 8 MiB"));
    }
    let Some(name) = path.to_str() else {
        return Err(refused(path, "its path is not UTF-8"));
    };
    Ok(Some(SystemFile {
        path: name.to_owned(),
        text,
        added,
    }))
}

fn owned_by_root(path: &Path, meta: &std::fs::Metadata) -> Result<(), SystemError> {
    let word = || shell_quoted(path.as_os_str().as_encoded_bytes());
    if meta.is_symlink() {
        return Err(refused(path, "is a link"));
    }
    if meta.uid() != 0 {
        let mend = word().map(|word| format!("sudo chown root {word}"));
        let what = "does not belong to root";
        return Err(SystemError {
            mend,
            ..refused(path, what)
        });
    }
    if meta.mode() & OTHERS_WRITE != 0 {
        let mend = word().map(|word| format!("sudo chmod go-w {word}"));
        let what = "others than root may write to it";
        return Err(SystemError {
            mend,
            ..refused(path, what)
        });
    }
    Ok(())
}

fn refused(path: &Path, what: &str) -> SystemError {
    SystemError {
        path: path.to_owned(),
        what: what.to_owned(),
        mend: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_without_a_system_policy_has_no_system_authority() {
        let temp = tempfile::tempdir().unwrap();
        let host = Host {
            system_policy: temp.path().join("cordon/policy.yml"),
            ..Host::default()
        };
        assert!(system_files(&host).unwrap().is_empty());
        std::fs::create_dir(temp.path().join("cordon")).unwrap();
        assert!(system_files(&host).unwrap().is_empty());
    }

    #[test]
    fn a_file_at_its_place_is_believed_or_an_error() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("policy.yml");
        std::fs::write(&path, "cordon: 1\n").unwrap();
        let owner = path.metadata().unwrap().uid();
        let host = Host {
            system_policy: path.clone(),
            ..Host::default()
        };
        let read = system_files(&host);
        match owner {
            0 => assert!(!read.unwrap()[0].added),
            _ => assert!(read.unwrap_err().to_string().contains("belong to root")),
        }
        std::fs::remove_file(&path).unwrap();
        std::os::unix::fs::symlink("/etc/hostname", &path).unwrap();
        assert!(system_files(&host).is_err(), "a link");
    }
}
