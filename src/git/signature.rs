//! The signature of a commit or a tag, and the very bytes that it is over.
//!
//! Taken out of the raw object, so that both readers say the same. A commit has it in a header, a tag at
//! its end. Nothing is checked here: `sign` does that.

use bstr::{BString, ByteSlice as _};

use super::{Id, Kind, Repo, Result};

/// The headers of a signature: of objects with SHA-1 ids, and with SHA-256 ids.
const HEADERS: [&[u8]; 2] = [b"gpgsig", b"gpgsig-sha256"];

/// How Git tells where a tag's signature begins.
const BEGINNINGS: [&[u8]; 4] = [
    b"-----BEGIN PGP SIGNATURE-----",
    b"-----BEGIN PGP MESSAGE-----",
    b"-----BEGIN SIGNED MESSAGE-----",
    b"-----BEGIN SSH SIGNATURE-----",
];

/// Whether an object is signed, as it says itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Signature {
    /// It is not.
    None,
    /// It is, well or badly.
    One {
        /// The armored signature.
        signature: BString,
        /// What it is over.
        signed: BString,
    },
    /// In a way that readers take differently: it proves nothing.
    Malformed(&'static str),
}

/// The signature of a commit that the repository holds.
pub fn commit_signature(repo: &dyn Repo, id: &Id) -> Result<Signature> {
    let raw = repo.read(id, Kind::Commit)?;
    Ok(of_commit(id.as_bytes().len(), &raw))
}

/// The signature of a raw commit, whose ids have so many bytes.
///
/// Git joins two headers of one kind to one signature, and libgit2 takes the first: more than one is
/// malformed. So is one that is for ids of another kind, which Git does not look at.
pub fn of_commit(id_length: usize, raw: &[u8]) -> Signature {
    let head = raw.find(b"\n\n").map_or(raw, |end| &raw[..=end]);
    let mut found: Option<(usize, usize)> = None;
    let mut at = 0;
    let mut within = false;
    for line in head.lines_with_terminator() {
        let key = line.split(|&byte| byte == b' ' || byte == b'\n').next();
        let key = key.unwrap_or_default();
        let end = at + line.len();
        if within && line.starts_with(b" ") {
            if let Some((_, last)) = &mut found {
                *last = end;
            }
        } else if key.starts_with(HEADERS[0]) {
            if found.is_some() {
                return Signature::Malformed("it has more than one signature");
            }
            let own = HEADERS[usize::from(id_length == 32)];
            if key != own {
                return Signature::Malformed("its signature is not for objects of this repository");
            }
            found = Some((at, end));
            within = true;
        } else {
            within = false;
        }
        at = end;
    }
    let Some((start, end)) = found else {
        return Signature::None;
    };
    let header = &raw[start..end];
    let text = header
        .find_byte(b' ')
        .map_or(&[][..], |space| &header[space + 1..]);
    Signature::One {
        signature: text.replace("\n ", "\n").into(),
        signed: [&raw[..start], &raw[end..]].concat().into(),
    }
}

/// The signature of a raw annotated tag: the armored block at its end. A second block is malformed, since
/// readers differ on which of them counts; so is a header, which no reader of ids of this kind looks at.
pub fn of_tag(raw: &[u8]) -> Signature {
    let message = raw.find(b"\n\n").map_or(raw.len(), |end| end + 1);
    let in_header = |line: &[u8]| line.starts_with(HEADERS[0]);
    if raw[..message].lines().any(in_header) {
        return Signature::Malformed("its signature stands in a header");
    }
    let begins = |line: &[u8]| BEGINNINGS.iter().any(|start| line.starts_with(start));
    let mut at = 0;
    let mut starts = Vec::new();
    for line in raw.lines_with_terminator() {
        if begins(line) {
            starts.push(at);
        }
        at += line.len();
    }
    match starts.as_slice() {
        [] => Signature::None,
        [start] => Signature::One {
            signature: raw[*start..].into(),
            signed: raw[..*start].into(),
        },
        _ => Signature::Malformed("it has more than one signature"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Sandbox;
    use crate::git::{Open, Opening, Reader, open};
    use crate::host::Host;
    use crate::sign::{AllowedKey, Gpg, Outcome, Verifier};

    /// A repository that signs by an SSH key, and the public key.
    fn signing(options: &[&str]) -> (Sandbox, String) {
        let sandbox = Sandbox::with(options);
        let key = sandbox.home().join("key");
        let made = sandbox
            .command("ssh-keygen", sandbox.home())
            .args(["-q", "-t", "ed25519", "-N", "", "-f"])
            .arg(&key)
            .status();
        assert!(made.unwrap().success());
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        let config = |name: &str, value: &str| {
            sandbox.git(&["config", name, value]);
        };
        config("gpg.format", "ssh");
        config("user.signingKey", key.to_str().unwrap());
        let allowed = sandbox.home().join("allowed");
        std::fs::write(&allowed, format!("carl@example.com {public}")).unwrap();
        config("gpg.ssh.allowedSignersFile", allowed.to_str().unwrap());
        (sandbox, public)
    }

    fn verified(public: &str, signature: &Signature) -> Outcome {
        let Signature::One { signature, signed } = signature else {
            panic!("{signature:?}");
        };
        let key = AllowedKey::parse(public).unwrap();
        let today = Host::read().unwrap().today;
        Verifier::new(vec![key], today, Gpg::default()).verify(signature, signed, "git")
    }

    #[test]
    fn what_git_signs_is_verified_by_both_readers_in_both_formats() {
        for options in [&[][..], &["--object-format=sha256"]] {
            let (sandbox, public) = signing(options);
            sandbox.write("a", "a");
            sandbox.git(&["add", "a"]);
            sandbox.git(&["commit", "-q", "-S", "-m", "A change\n\nlonger\n"]);
            sandbox.git(&["verify-commit", "HEAD"]);
            sandbox.git(&["tag", "-s", "-m", "A tag", "v1"]);
            sandbox.git(&["verify-tag", "v1"]);
            let head = sandbox.id("HEAD");
            for reader in [Reader::Library, Reader::Git] {
                let host = Host::read().unwrap();
                let mut opening = Opening::new(&host);
                opening.reader = reader;
                let repo = open(Open::At(&sandbox.path()), &opening).unwrap();
                let signature = commit_signature(&*repo, &head).unwrap();
                let outcome = verified(&public, &signature);
                assert!(matches!(outcome, Outcome::Valid(_)), "{outcome:?}");
                let tag = repo.read(&sandbox.id("v1"), Kind::Tag).unwrap();
                let outcome = verified(&public, &of_tag(&tag));
                assert!(matches!(outcome, Outcome::Valid(_)), "{outcome:?}");
            }
            let unsigned = sandbox.commit("Not signed");
            let repo = sandbox.open();
            assert_eq!(
                commit_signature(&*repo, &unsigned).unwrap(),
                Signature::None
            );
        }
    }

    #[test]
    fn one_changed_byte_and_a_hidden_header_break_it() {
        let (sandbox, public) = signing(&[]);
        sandbox.git(&["commit", "-q", "-S", "--allow-empty", "-m", "A change"]);
        let head = sandbox.id("HEAD");
        let raw = sandbox.open().read(&head, Kind::Commit).unwrap();
        for (old, new) in [
            ("A change", "A chance"),
            ("Ann Author", "Eve Author"),
            ("\n\nA change", "\ngpgsigx hidden\n\nA change"),
            ("\n\nA change", "\nencoding x\n\nA change"),
        ] {
            let changed = raw.replace(old, new);
            match of_commit(20, &changed) {
                Signature::Malformed(_) => {}
                one => assert!(
                    matches!(verified(&public, &one), Outcome::Invalid(_)),
                    "{new}"
                ),
            }
        }
    }

    #[test]
    fn two_headers_and_one_of_another_format_are_malformed() {
        let commit =
            |headers: &str| format!("tree 1\nauthor a\ncommitter b\n{headers}\nA change\n");
        let sig = "gpgsig -----BEGIN\n x\n -----END\n";
        let one = of_commit(20, commit(sig).as_bytes());
        assert_eq!(
            one,
            Signature::One {
                signature: "-----BEGIN\nx\n-----END\n".into(),
                signed: commit("").into(),
            }
        );
        let sha256 = sig.replace("gpgsig", "gpgsig-sha256");
        let both = of_commit(32, commit(&format!("encoding x\n{sha256}")).as_bytes());
        assert!(matches!(both, Signature::One { .. }));
        for (length, headers) in [
            (20, format!("{sig}{sig}")),
            (20, format!("{sig}{sha256}")),
            (20, format!("{sig}encoding x\n{sig}")),
            (20, sha256),
            (32, sig.to_owned()),
        ] {
            let found = of_commit(length, commit(&headers).as_bytes());
            assert!(matches!(found, Signature::Malformed(_)), "{headers}");
        }
        let in_message = format!("tree 1\n\n{sig}");
        assert_eq!(of_commit(20, in_message.as_bytes()), Signature::None);
        let tag = "object 1\n\nA tag\n-----BEGIN SSH SIGNATURE-----\n";
        assert!(matches!(of_tag(tag.as_bytes()), Signature::One { .. }));
        let two = format!("{tag}-----BEGIN PGP SIGNATURE-----\n");
        assert!(matches!(of_tag(two.as_bytes()), Signature::Malformed(_)));
        let header = "object 1\ngpgsig-sha256 x\n\nA tag\n";
        assert!(matches!(of_tag(header.as_bytes()), Signature::Malformed(_)));
    }
}
