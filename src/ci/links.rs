//! Links on the way to a file: what lies in a checkout is the change's own, and leads where the change wants.

use std::collections::VecDeque;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

/// More than any system follows.
const MOST: usize = 64;

/// The first symbolic link that lies in one of these directories, which are real paths, on the way that an absolute path
/// takes, also behind links from elsewhere. Other links are the machine's own.
pub fn link_in(path: &Path, checkouts: &[PathBuf]) -> Option<PathBuf> {
    let mut real = PathBuf::new();
    let mut ahead: VecDeque<OsString> = steps(path).collect();
    let mut followed = 0;
    while let Some(step) = ahead.pop_front() {
        if step == ".." {
            real.pop();
            continue;
        }
        let next = real.join(&step);
        let Ok(target) = next.read_link() else {
            real = next;
            continue;
        };
        followed += 1;
        let is_theirs = checkouts.iter().any(|top| real.starts_with(top));
        if is_theirs || followed > MOST {
            return Some(next);
        }
        // An absolute one starts anew: its first step is the root.
        for step in steps(&target).collect::<Vec<_>>().into_iter().rev() {
            ahead.push_front(step);
        }
    }
    None
}

fn steps(path: &Path) -> impl Iterator<Item = OsString> {
    let steps = path.components().filter(|step| *step != Component::CurDir);
    steps.map(|step| step.as_os_str().to_owned())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_link_of_a_checkout_is_found_on_every_way() {
        let dir = tempfile::tempdir().unwrap();
        let dir = dir.path().canonicalize().unwrap();
        let at = |name: &str| dir.join(name);
        std::fs::create_dir_all(at("top/sub")).unwrap();
        std::fs::create_dir_all(at("beside")).unwrap();
        std::fs::write(at("beside/file"), "").unwrap();
        for (target, link) in [
            ("../beside", "top/up"),
            ("../beside/none", "top/dangling"),
            ("top", "alias"),
            ("top/up", "twice"),
            ("beside", "own"),
            ("round", "round"),
        ] {
            symlink(target, at(link)).unwrap();
        }
        symlink(at("top/up/file"), at("absolute")).unwrap();
        let tops = [at("top")];
        let link = |path: &str| link_in(&at(path), &tops);
        for path in [
            "top/up",
            "top/up/file",
            "top/up/../top/sub",
            "top/sub/../up/file",
            "top/../top/up/new",
            "alias/up/file",
            "alias/sub/../up",
            "twice/file",
            "absolute",
            "own/../top/up",
        ] {
            assert_eq!(link(path), Some(at("top/up")), "{path}");
        }
        assert_eq!(link("top/dangling"), Some(at("top/dangling")));
        assert_eq!(link("round"), Some(at("round")));
        for path in [
            "top/sub/new",
            "top/../own/file",
            "alias/sub",
            "own",
            "beside/file",
            "none/../a",
        ] {
            assert_eq!(link(path), None, "{path}");
        }
    }
}
