//! Which directory Git takes this repository's hooks from.

use std::ffi::OsStr;
use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use bstr::BStr;

use super::{Error, Result};
use crate::git::Facts;

/// Where a configuration value was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The repository's or the work tree's own configuration.
    Repository,
    /// The user's, the machine's, or the command line's.
    Wider,
}

/// `core.hooksPath` as configured.
#[derive(Clone, Copy, Debug)]
pub struct Configured<'a> {
    /// The value, as written: not expanded.
    pub value: &'a BStr,
    /// Where it was read; `None` when that is not known.
    pub scope: Option<Scope>,
    /// The user's home directory, for a value that starts with `~/`.
    pub home: Option<&'a Path>,
}

/// What the user should know of a hooks directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A relative `core.hooksPath` leads through `.git`: in linked worktrees, where `.git` is a
    /// file, Git runs no hook at all and says nothing.
    NotInLinkedWorktrees,
    /// The hooks lie among the work tree's own files: a commit may take them along, a checkout may
    /// replace them, and each linked worktree has others.
    InWorkTree,
}

/// Where this repository's hooks are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HooksDir {
    /// The directory, absolute; it need not exist.
    pub path: PathBuf,
    /// Whether the configuration says that other repositories use the directory as well.
    pub shared: bool,
    /// What the user should know.
    pub warnings: Vec<Warning>,
}

/// The directory Git takes hooks from: `core.hooksPath`, from the top of the work tree when
/// relative, else `hooks` in the directory that all worktrees share.
///
/// Refuses a value that only Git can expand (`~user/…`, `%(prefix)/…`, `:(…)`) and an empty one.
pub fn hooks_dir(facts: &Facts, configured: Option<&Configured<'_>>) -> Result<HooksDir> {
    let Some(configured) = configured else {
        return Ok(HooksDir {
            path: facts.common_dir.join("hooks"),
            shared: false,
            warnings: Vec::new(),
        });
    };
    let value = expand(configured)?;
    // Git runs hooks at the top of the work tree, or in a bare repository's own directory.
    let base = facts.work_dir.as_ref().unwrap_or(&facts.git_dir);
    let path = base.join(&value);
    let through_git =
        facts.work_dir.is_some() && value.is_relative() && path.starts_with(base.join(".git"));
    let mut warnings = Vec::new();
    if through_git {
        warnings.push(Warning::NotInLinkedWorktrees);
    } else if facts
        .work_dir
        .as_ref()
        .is_some_and(|top| path.starts_with(top))
        && !path.starts_with(&facts.common_dir)
    {
        warnings.push(Warning::InWorkTree);
    }
    Ok(HooksDir {
        shared: configured.scope == Some(Scope::Wider) && value.is_absolute(),
        path,
        warnings,
    })
}

/// The configured value as a path, `~/` replaced.
fn expand(configured: &Configured<'_>) -> Result<PathBuf> {
    let value = configured.value;
    let refuse = || Error::HooksPath(value.to_owned());
    let path = |bytes: &[u8]| PathBuf::from(OsStr::from_bytes(bytes));
    if let Some(rest) = value.strip_prefix(b"~/") {
        return Ok(configured.home.ok_or_else(refuse)?.join(path(rest)));
    }
    let strange: [&[u8]; 3] = [b"~", b"%(", b":("];
    if value.is_empty() || strange.iter().any(|start| value.starts_with(start)) {
        return Err(refuse());
    }
    // `join` drops the `.` inside a path but keeps one at its start.
    Ok(path(value)
        .components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .collect())
}

/// Refuses a directory that other repositories use, or that cannot be.
///
/// Links are followed: a `.git/hooks` that leads to a shared directory is a shared directory.
pub(super) fn may_install(facts: &Facts, dir: &HooksDir) -> Result<()> {
    if dir.shared {
        return Err(Error::Shared(dir.path.clone()));
    }
    if let Some(top) = &facts.work_dir {
        let dot_git = top.join(".git");
        if dir.path.starts_with(&dot_git) && dot_git.is_file() {
            return Err(Error::ThroughGitFile(dir.path.clone()));
        }
    }
    let real = real(&dir.path)?.ok_or_else(|| Error::Shared(dir.path.clone()))?;
    let homes = [
        Some(&facts.common_dir),
        Some(&facts.git_dir),
        facts.work_dir.as_ref(),
    ];
    for home in homes.into_iter().flatten() {
        let home = fs::canonicalize(home).map_err(Error::io("look at", home))?;
        if real.starts_with(home) {
            return Ok(());
        }
    }
    Err(Error::Shared(dir.path.clone()))
}

/// The path with all links followed, also when its last parts do not exist yet; `None` when a
/// missing part makes it impossible to tell where it leads.
fn real(path: &Path) -> Result<Option<PathBuf>> {
    let mut missing = Vec::new();
    let mut at = path;
    loop {
        match fs::canonicalize(at) {
            Ok(found) => {
                return Ok(Some(
                    missing.iter().rev().fold(found, |to, part| to.join(part)),
                ));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(Error::io("look at", at)(error));
            }
            // A link that leads nowhere, or a `..` after a missing part.
            Err(_) if fs::symlink_metadata(at).is_ok() => return Ok(None),
            Err(_) => {}
        }
        let (Some(parent), Some(name)) = (at.parent(), at.file_name()) else {
            return Ok(None);
        };
        missing.push(name);
        at = parent;
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::facts;
    use super::*;
    use std::os::unix::fs::symlink;

    fn configured(value: &str) -> Configured<'_> {
        Configured {
            value: value.into(),
            scope: Some(Scope::Repository),
            home: Some(Path::new("/home/me")),
        }
    }

    fn found(top: &str, value: &str) -> HooksDir {
        hooks_dir(&facts(Path::new(top)), Some(&configured(value))).unwrap()
    }

    #[test]
    fn the_default_is_shared_by_all_worktrees() {
        let mut linked = facts(Path::new("/r"));
        linked.git_dir = "/r/.git/worktrees/w".into();
        linked.work_dir = Some("/w".into());
        let dir = hooks_dir(&linked, None).unwrap();
        assert_eq!(dir.path, Path::new("/r/.git/hooks"));
        assert!(dir.warnings.is_empty());
    }

    #[test]
    fn a_relative_path_counts_from_the_top_of_the_work_tree() {
        let dir = found("/r", ".githooks");
        assert_eq!(dir.path, Path::new("/r/.githooks"));
        assert_eq!(dir.warnings, [Warning::InWorkTree]);
        let mut bare = facts(Path::new("/r"));
        bare.work_dir = None;
        let dir = hooks_dir(&bare, Some(&configured("my"))).unwrap();
        assert_eq!(dir.path, Path::new("/r/.git/my"));
    }

    #[test]
    fn a_relative_path_through_dot_git_is_warned_about_however_it_is_written() {
        for value in [".git/hooks", "./.git/hooks", ".git/./hooks/"] {
            let dir = found("/r", value);
            assert_eq!(dir.warnings, [Warning::NotInLinkedWorktrees], "{value}");
        }
        assert!(found("/r", "/r/.git/hooks").warnings.is_empty());
    }

    #[test]
    fn home_is_expanded_and_other_magic_refused() {
        assert_eq!(found("/r", "~/h").path, Path::new("/home/me/h"));
        for value in ["", "~", "~you/h", "%(prefix)/h", ":(optional)h"] {
            let result = hooks_dir(&facts(Path::new("/r")), Some(&configured(value)));
            assert!(matches!(result, Err(Error::HooksPath(_))), "{value}");
        }
    }

    #[test]
    fn an_absolute_path_of_the_users_own_configuration_is_shared() {
        let mut wider = configured("/r/.githooks");
        wider.scope = Some(Scope::Wider);
        assert!(
            hooks_dir(&facts(Path::new("/r")), Some(&wider))
                .unwrap()
                .shared
        );
        wider.value = "here".into();
        assert!(
            !hooks_dir(&facts(Path::new("/r")), Some(&wider))
                .unwrap()
                .shared
        );
    }

    #[test]
    fn only_a_directory_of_this_repository_may_be_installed_into() {
        let temp = tempfile::tempdir().unwrap();
        let top = temp.path().join("top");
        let outside = temp.path().join("outside");
        fs::create_dir_all(top.join(".git")).unwrap();
        fs::create_dir_all(&outside).unwrap();
        symlink(&outside, top.join("link")).unwrap();
        symlink(temp.path().join("nowhere"), top.join("dangling")).unwrap();
        fs::create_dir(top.join("inside")).unwrap();
        symlink("inside", top.join("kept")).unwrap();
        let facts = facts(&top);
        let allowed = |value: &str| {
            let dir = hooks_dir(&facts, Some(&configured(value))).unwrap();
            may_install(&facts, &dir).is_ok()
        };
        for value in [
            ".git/hooks",
            "inside",
            "kept",
            "kept/new",
            "a/b/c",
            "../top/x",
        ] {
            assert!(allowed(value), "{value}");
        }
        let absolute = outside.to_str().unwrap();
        for value in [
            "link",
            "link/x",
            "dangling",
            "../outside",
            absolute,
            "/dev/null",
            "a/../../outside",
        ] {
            assert!(!allowed(value), "{value}");
        }
    }

    #[test]
    fn a_dot_git_file_in_the_way_is_named() {
        let temp = tempfile::tempdir().unwrap();
        fs::write(temp.path().join(".git"), "gitdir: elsewhere\n").unwrap();
        let facts = facts(temp.path());
        let dir = hooks_dir(&facts, Some(&configured(".git/hooks"))).unwrap();
        assert!(matches!(
            may_install(&facts, &dir),
            Err(Error::ThroughGitFile(_))
        ));
    }
}
