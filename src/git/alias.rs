//! What a name of a reference ends at. Git reads and writes through symbolic references: a push to one moves, or
//! deletes, the reference that it leads to.

use bstr::{BStr, BString, ByteSlice as _};

use super::{Error, Repo, Result};
use crate::text::show::escaped;

/// Git itself goes no more steps than five.
const STEPS: usize = 10;

/// The full name that a full name ends at, its own where it is no symbolic reference. What is there need not be
/// there yet.
pub fn end_of(repo: &dyn Repo, name: &BStr) -> Result<BString> {
    let mut end = name.to_owned();
    for _ in 0..STEPS {
        match repo.symbolic(end.as_bstr())? {
            Some(next) => end = next,
            None => return Ok(end),
        }
    }
    let told = format!("{} leads through too many references", escaped(name));
    Err(Error::Unreadable(told))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Sandbox;

    #[test]
    fn a_name_ends_where_its_symbolic_references_lead() {
        let sandbox = Sandbox::new();
        sandbox.commit("One");
        sandbox.git(&["symbolic-ref", "refs/heads/a", "refs/heads/main"]);
        sandbox.git(&["symbolic-ref", "refs/heads/b", "refs/heads/a"]);
        sandbox.git(&["symbolic-ref", "refs/heads/c", "refs/heads/none"]);
        sandbox.git(&["symbolic-ref", "HEAD", "refs/heads/b"]);
        let repo = sandbox.open();
        for (name, end) in [
            ("refs/heads/main", "refs/heads/main"),
            ("refs/heads/a", "refs/heads/main"),
            ("HEAD", "refs/heads/main"),
            ("refs/heads/c", "refs/heads/none"),
            ("refs/heads/other", "refs/heads/other"),
        ] {
            assert_eq!(end_of(&*repo, name.into()).unwrap(), end, "{name}");
        }
    }

    #[test]
    fn a_ring_has_no_end() {
        let sandbox = Sandbox::new();
        let heads = sandbox.open().facts().common_dir.join("refs/heads");
        for (name, to) in [("a", "b"), ("b", "a")] {
            std::fs::write(heads.join(name), format!("ref: refs/heads/{to}\n")).unwrap();
        }
        let error = end_of(&*sandbox.open(), "refs/heads/a".into()).unwrap_err();
        assert!(error.to_string().contains("too many references"), "{error}");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_name_of_any_bytes_is_followed() {
        use std::os::unix::ffi::OsStrExt as _;
        let sandbox = Sandbox::new();
        let name = b"refs/heads/m\xff";
        let file = std::ffi::OsStr::from_bytes(name);
        let file = sandbox.open().facts().common_dir.join(file);
        std::fs::write(file, "ref: refs/heads/main\n").unwrap();
        let end = end_of(&*sandbox.open(), name.as_bstr()).unwrap();
        assert_eq!(end, "refs/heads/main");
        // As a link, Git's oldest form; and what is no reference.
        let heads = sandbox.open().facts().common_dir.join("refs/heads");
        let link = |name: &[u8], to: &str| {
            let file = heads.join(std::ffi::OsStr::from_bytes(name));
            std::os::unix::fs::symlink(to, file).unwrap();
        };
        link(b"l\xff", "refs/heads/main");
        std::fs::create_dir(heads.join(std::ffi::OsStr::from_bytes(b"d\xff"))).unwrap();
        for (name, end) in [
            (&b"refs/heads/l\xff"[..], &b"refs/heads/main"[..]),
            (b"refs/heads/d\xff", b"refs/heads/d\xff"),
            (b"refs/heads/m\xff/x", b"refs/heads/m\xff/x"),
            (b"refs/heads/none\xff", b"refs/heads/none\xff"),
            (b"refs/../m\xff", b"refs/../m\xff"),
        ] {
            let found = end_of(&*sandbox.open(), name.as_bstr()).unwrap();
            assert_eq!(found, end, "{}", name.as_bstr());
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    #[expect(
        clippy::disallowed_methods,
        reason = "a test of what it costs decides nothing by the clock but whether it fails"
    )]
    fn a_name_of_any_bytes_costs_no_look_at_all_references() {
        let sandbox = Sandbox::new();
        let one = sandbox.commit("One");
        let repo = sandbox.open();
        let heads = repo.facts().common_dir.join("refs/heads");
        for at in 0..1_000 {
            std::fs::write(heads.join(format!("b{at}")), format!("{one}\n")).unwrap();
        }
        let spent = |like: &[u8]| {
            let begun = std::time::Instant::now();
            for at in 0..200 {
                let name = [b"refs/heads/", like, at.to_string().as_bytes()].concat();
                end_of(&*repo, name.as_bstr()).unwrap();
            }
            begun.elapsed()
        };
        let (text, bytes) = (spent(b"new"), spent(b"new\xff"));
        let most = 10 * text + std::time::Duration::from_millis(200);
        assert!(bytes < most, "{bytes:?} against {text:?}");
    }
}
