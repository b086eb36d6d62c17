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
    }
}
