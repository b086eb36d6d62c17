//! Lets `cordon doctor` see which hooks answer. A hook that finds the variable [`WITNESS`] leaves a
//! file in the folder that it names, and then does all that it does without it: the variable changes
//! no verdict.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::Path;

use bstr::{BString, ByteSlice as _};

use super::shim::HOOKS;

/// The variable that names the folder.
pub const WITNESS: &str = "CORDON_WITNESS";

/// What the folder's name starts with: no other folder is written to.
pub const WITNESS_DIR: &str = "cordon-doctor-";

/// Leaves a file that names this program and its version, if the variable asks for it. A file that
/// is there is never touched.
pub fn bear_witness(
    env: &BTreeMap<BString, BString>,
    hook: &str,
    program: Option<&Path>,
    version: &str,
) -> io::Result<()> {
    let Some(dir) = env.get(WITNESS.as_bytes()) else {
        return Ok(());
    };
    let dir = dir.to_path().map_err(io::Error::other)?;
    let ours = dir
        .file_name()
        .is_some_and(|name| name.as_encoded_bytes().starts_with(WITNESS_DIR.as_bytes()));
    if !ours || !dir.is_absolute() || !HOOKS.contains(&hook) {
        return Ok(());
    }
    if !std::fs::symlink_metadata(dir)?.is_dir() {
        // A link with that name may lead anywhere.
        return Ok(());
    }
    let mut options = OpenOptions::new();
    let mut file = match options.write(true).create_new(true).open(dir.join(hook)) {
        // It was asked before.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(()),
        other => other?,
    };
    let program = program.unwrap_or(Path::new(""));
    file.write_all(format!("{version}\n").as_bytes())?;
    file.write_all(program.as_os_str().as_encoded_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(dir: &Path) -> BTreeMap<BString, BString> {
        let value = dir.as_os_str().as_encoded_bytes().into();
        std::iter::once((WITNESS.into(), value)).collect()
    }

    #[test]
    fn only_a_folder_of_the_doctor_is_written_to_and_no_file_is_replaced() {
        let temp = tempfile::tempdir().unwrap();
        let bear = |dir: &Path, hook: &str| {
            let program = Path::new("/opt/cordon");
            bear_witness(&env(dir), hook, Some(program), "1.0").unwrap();
        };
        bear(temp.path(), "pre-push");
        assert!(!temp.path().join("pre-push").exists());
        let dir = temp.path().join("cordon-doctor-x");
        std::fs::create_dir(&dir).unwrap();
        bear(&dir, "pre-push");
        let text = std::fs::read_to_string(dir.join("pre-push")).unwrap();
        assert_eq!(text, "1.0\n/opt/cordon");
        std::fs::write(dir.join("pre-push"), "kept").unwrap();
        bear(&dir, "pre-push");
        bear(&dir, "../pre-push");
        let other = temp.path().join("other");
        std::fs::create_dir(&other).unwrap();
        let link = temp.path().join("cordon-doctor-link");
        std::os::unix::fs::symlink(&other, &link).unwrap();
        bear(&link, "pre-push");
        assert!(!other.join("pre-push").exists());
        assert_eq!(std::fs::read(dir.join("pre-push")).unwrap(), b"kept");
        assert!(!temp.path().join("pre-push").exists());
    }

    #[test]
    fn a_folder_that_is_not_there_is_an_error() {
        let gone = Path::new("/nonexistent/cordon-doctor-x");
        assert!(bear_witness(&env(gone), "pre-push", None, "1.0").is_err());
        assert!(bear_witness(&BTreeMap::new(), "pre-push", None, "1.0").is_ok());
    }
}
