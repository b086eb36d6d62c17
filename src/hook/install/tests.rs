use std::os::unix::fs::symlink;

use super::super::testing::{facts, plain};
use super::super::{HOOKS, Removed, Undone, uninstall};
use super::*;

/// A repository without Git: only its directories.
struct Place {
    temp: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let temp = tempfile::tempdir().unwrap();
        fs::create_dir_all(temp.path().join(".git/hooks")).unwrap();
        Self { temp }
    }

    fn hooks(&self) -> PathBuf {
        self.temp.path().join(".git/hooks")
    }

    fn file(&self, name: &str) -> PathBuf {
        self.hooks().join(name)
    }

    fn put(&self, name: &str, text: &str, mode: u32) {
        fs::write(self.file(name), text).unwrap();
        fs::set_permissions(self.file(name), Permissions::from_mode(mode)).unwrap();
    }

    fn install(&self, program: &str) -> Result<Vec<Installed>> {
        let facts = facts(self.temp.path());
        install(&facts, &plain(self.hooks()), Path::new(program))
    }

    fn uninstall(&self) -> Vec<Removed> {
        uninstall(&self.hooks()).unwrap()
    }

    /// Every entry: name, mode, and bytes or the link's target.
    fn listing(&self) -> Vec<(String, u32, Vec<u8>)> {
        let mut all: Vec<_> = fs::read_dir(self.hooks())
            .unwrap()
            .map(|entry| {
                let path = entry.unwrap().path();
                let metadata = fs::symlink_metadata(&path).unwrap();
                let bytes = if metadata.is_symlink() {
                    let target = fs::read_link(&path).unwrap();
                    target.into_os_string().into_encoded_bytes()
                } else if metadata.is_dir() {
                    Vec::new()
                } else {
                    fs::read(&path).unwrap()
                };
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, metadata.permissions().mode(), bytes)
            })
            .collect();
        all.sort();
        all
    }
}

fn steps(installed: &[Installed]) -> Vec<&Step> {
    installed.iter().map(|one| &one.step).collect()
}

fn of<'r>(removed: &'r [Removed], hook: &str) -> &'r Removed {
    removed.iter().find(|one| one.hook == hook).unwrap()
}

#[test]
fn executable_shims_are_written_and_nothing_else() {
    let place = Place::new();
    let done = place.install("/opt/cordon").unwrap();
    assert!(steps(&done).iter().all(|step| **step == Step::New));
    let mut names: Vec<_> = place.listing().into_iter().collect();
    names.retain(|(_, mode, _)| mode & 0o7777 == 0o755);
    let names: Vec<_> = names.iter().map(|(name, ..)| name.as_str()).collect();
    let mut expected = HOOKS.to_vec();
    expected.sort_unstable();
    assert_eq!(names, expected);
}

#[test]
fn what_was_there_comes_back_with_bytes_mode_and_link() {
    let place = Place::new();
    place.put("pre-commit", "#!/bin/sh\r\nexit 0", 0o640);
    symlink("../../somewhere/hook", place.file("commit-msg")).unwrap();
    symlink("pre-commit", place.file("pre-push")).unwrap();
    fs::create_dir(place.file("prepare-commit-msg")).unwrap();
    let before = place.listing();
    let done = place.install("/opt/cordon").unwrap();
    for one in done.iter().filter(|one| one.step != Step::New) {
        let aside = place.file(&format!("{}.cordon-before", one.hook));
        assert_eq!(one.step, Step::SetAside(aside));
    }
    assert_eq!(place.listing().len(), HOOKS.len() + 4);
    let removed = place.uninstall();
    for one in &removed {
        let was_there = before.iter().any(|(name, ..)| name == one.hook);
        let expected = [Undone::Removed, Undone::Restored][usize::from(was_there)];
        assert_eq!(one.step, expected, "{}", one.hook);
    }
    assert_eq!(place.listing(), before);
    for one in place.uninstall() {
        let was_there = before.iter().any(|(name, ..)| name == one.hook);
        let expected = [Undone::NotThere, Undone::LeftForeign][usize::from(was_there)];
        assert_eq!(one.step, expected, "{}", one.hook);
    }
    assert_eq!(place.listing(), before);
}

/// As pre-commit does, and lefthook.
#[test]
fn shims_that_a_manager_set_aside_are_taken_back() {
    for end in [".legacy", ".old"] {
        let place = Place::new();
        place.put("commit-msg", "mine", 0o700);
        place.install("/opt/cordon").unwrap();
        for hook in ["pre-commit", "commit-msg", "pre-push"] {
            fs::rename(place.file(hook), place.file(&format!("{hook}{end}"))).unwrap();
            place.put(hook, "a manager's", 0o755);
        }
        let edited = format!("pre-push{end}");
        let shim = fs::read_to_string(place.file(&edited)).unwrap();
        place.put(&edited, &format!("{shim}# mine\n"), 0o755);
        let removed = place.uninstall();
        assert_eq!(of(&removed, "pre-commit").step, Undone::LeftForeign);
        let beside = place.file(&format!("pre-commit{end}"));
        assert!(!beside.exists());
        assert_eq!(of(&removed, "pre-commit").beside, [beside]);
        // The hook from before is where the manager found ours, and one that somebody edited stays.
        let own = fs::read(place.file(&format!("commit-msg{end}"))).unwrap();
        assert_eq!(own, b"mine");
        assert_eq!(of(&removed, "commit-msg").still_aside, None);
        assert!(place.file(&edited).exists());
        assert_eq!(place.listing().len(), 5);
    }
}

#[test]
fn installing_again_changes_nothing_or_refreshes() {
    let place = Place::new();
    place.put("pre-commit", "mine", 0o755);
    place.install("/opt/cordon").unwrap();
    let first = place.listing();
    let done = place.install("/opt/cordon").unwrap();
    assert_eq!(steps(&done), vec![&Step::Unchanged; HOOKS.len()]);
    assert_eq!(place.listing(), first);
    fs::set_permissions(place.file("pre-push"), Permissions::from_mode(0o600)).unwrap();
    let done = place.install("/opt/cordon").unwrap();
    assert_eq!(done.last().unwrap().step, Step::Refreshed);
    assert_eq!(place.listing(), first);
    let done = place.install("/elsewhere/it's/cordon").unwrap();
    assert_eq!(steps(&done), vec![&Step::Refreshed; HOOKS.len()]);
    let text = fs::read_to_string(place.file("pre-commit")).unwrap();
    assert!(text.contains(r"program='/elsewhere/it'\''s/cordon'"));
    place.uninstall();
    assert_eq!(fs::read(place.file("pre-commit")).unwrap(), b"mine");
}

#[test]
fn an_older_install_gets_the_hooks_that_are_new() {
    let place = Place::new();
    place.install("/opt/cordon").unwrap();
    let whole = place.listing();
    let older = ["pre-commit", "prepare-commit-msg", "commit-msg", "pre-push"];
    for hook in HOOKS.iter().filter(|hook| !older.contains(hook)) {
        fs::remove_file(place.file(hook)).unwrap();
    }
    let done = place.install("/opt/cordon").unwrap();
    for one in &done {
        let expected = [Step::New, Step::Unchanged][usize::from(older.contains(&one.hook))].clone();
        assert_eq!(one.step, expected, "{}", one.hook);
    }
    assert_eq!(place.listing(), whole);
}

#[test]
fn a_taken_name_refuses_and_changes_nothing() {
    let place = Place::new();
    place.put("pre-push", "theirs", 0o755);
    symlink("nowhere", place.file("pre-push.cordon-before")).unwrap();
    let before = place.listing();
    assert!(matches!(
        place.install("/opt/cordon"),
        Err(Error::Taken { .. })
    ));
    assert_eq!(place.listing(), before);
}

#[test]
fn a_hook_set_aside_whose_shim_was_deleted_is_kept() {
    let place = Place::new();
    place.put("pre-commit", "mine", 0o755);
    let before = place.listing();
    place.install("/opt/cordon").unwrap();
    fs::remove_file(place.file("pre-commit")).unwrap();
    assert_eq!(place.install("/opt/cordon").unwrap()[0].step, Step::New);
    fs::remove_file(place.file("pre-commit")).unwrap();
    assert_eq!(place.uninstall()[0].step, Undone::Restored);
    assert_eq!(place.listing(), before);
}

#[test]
fn an_edited_shim_is_neither_replaced_nor_removed() {
    let place = Place::new();
    place.install("/opt/cordon").unwrap();
    let path = place.file("commit-msg");
    let text = fs::read_to_string(&path)
        .unwrap()
        .replace("exit 1", "lint\nexit 1");
    fs::write(&path, &text).unwrap();
    assert!(matches!(
        place.install("/opt/cordon"),
        Err(Error::Edited(_))
    ));
    let removed = place.uninstall();
    assert_eq!(of(&removed, "commit-msg").step, Undone::LeftEdited);
    assert_eq!(removed[0].step, Undone::Removed);
    assert_eq!(fs::read_to_string(&path).unwrap(), text);
}

#[test]
fn another_managers_hook_in_our_place_is_left_and_ours_from_before_is_named() {
    let place = Place::new();
    place.put("pre-commit", "mine", 0o755);
    place.install("/opt/cordon").unwrap();
    place.put("pre-commit", "theirs", 0o755);
    let removed = place.uninstall();
    assert_eq!(removed[0].step, Undone::LeftForeign);
    let aside = place.file("pre-commit.cordon-before");
    assert_eq!(removed[0].still_aside.as_ref(), Some(&aside));
    assert!(aside.exists());
}

#[test]
fn a_link_to_a_shim_of_ours_is_refused() {
    let place = Place::new();
    place.install("/opt/cordon").unwrap();
    fs::rename(place.file("pre-commit"), place.file("shared")).unwrap();
    symlink("shared", place.file("pre-commit")).unwrap();
    assert!(matches!(
        place.install("/opt/cordon"),
        Err(Error::LinkToOurs(_))
    ));
    assert_eq!(place.uninstall()[0].step, Undone::LeftForeign);
}

/// The temporary name of the last hook is blocked by a directory, so that writing it fails.
#[test]
fn a_failure_half_way_undoes_the_rest() {
    let place = Place::new();
    place.put("pre-commit", "mine", 0o700);
    fs::create_dir(place.file(&format!("pre-push.cordon-{}", std::process::id()))).unwrap();
    let before = place.listing();
    assert!(matches!(
        place.install("/opt/cordon"),
        Err(Error::Io { .. })
    ));
    assert_eq!(place.listing(), before);
    fs::remove_dir(place.file(&format!("pre-push.cordon-{}", std::process::id()))).unwrap();
    place.install("/opt/old").unwrap();
    fs::create_dir(place.file(&format!("pre-push.cordon-{}", std::process::id()))).unwrap();
    let before = place.listing();
    assert!(matches!(place.install("/opt/new"), Err(Error::Io { .. })));
    assert_eq!(place.listing(), before);
}

#[test]
fn a_failure_takes_new_directories_away_again() {
    let place = Place::new();
    let dir = plain(place.temp.path().join("a/b"));
    let facts = facts(place.temp.path());
    let mut undo = Vec::new();
    make_dir(&dir.path, &mut undo).unwrap();
    let error = roll_back(undo, Error::Shared(PathBuf::new()));
    assert!(matches!(error, Error::Shared(_)));
    assert!(!place.temp.path().join("a").exists());
    install(&facts, &dir, Path::new("/opt/cordon")).unwrap();
    assert!(dir.path.join("pre-push").is_file());
}

#[test]
fn a_relative_program_is_refused() {
    let place = Place::new();
    assert!(matches!(
        place.install("cordon"),
        Err(Error::RelativeProgram(_))
    ));
    assert!(place.listing().is_empty());
}
