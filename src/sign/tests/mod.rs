//! Signatures by the real programs, and what they say of ours.

mod openpgp;
mod ssh;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jiff::civil::Date;

use super::{AllowedKey, Gpg, Outcome, Proof, Verifier};

/// A folder in which real programs make keys and signatures.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    /// Runs a program with input; its output, if it went well.
    fn run(&self, program: &str, args: &[&str], input: &[u8]) -> Option<Vec<u8>> {
        use std::io::Write as _;
        let mut child = Command::new(program)
            .args(args)
            .current_dir(self.path())
            .env_clear()
            .env("PATH", "/usr/local/bin:/usr/bin:/bin")
            .env("HOME", self.path())
            .env("GNUPGHOME", self.path().join("gnupg"))
            .env("LC_ALL", "C")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .ok()?;
        child.stdin.take().unwrap().write_all(input).unwrap();
        let output = child.wait_with_output().unwrap();
        output.status.success().then_some(output.stdout)
    }

    /// A key of `ssh-keygen`: the path of the private one.
    fn key(&self, name: &str, options: &[&str]) -> PathBuf {
        let path = self.path().join(name);
        let file = path.to_str().unwrap();
        let args = [&["-q", "-N", "", "-C", name, "-f", file], options].concat();
        self.run("ssh-keygen", &args, b"").unwrap();
        path
    }

    fn public(&self, key: &Path) -> String {
        std::fs::read_to_string(self.path().join(key).with_extension("pub")).unwrap()
    }

    /// A signature by `ssh-keygen -Y sign`.
    fn sign(&self, key: &Path, namespace: &str, message: &[u8]) -> Vec<u8> {
        let args = [
            "-Y",
            "sign",
            "-q",
            "-n",
            namespace,
            "-f",
            key.to_str().unwrap(),
        ];
        self.run("ssh-keygen", &args, message).unwrap()
    }

    /// Whether `ssh-keygen -Y verify` takes a signature, by one line of `allowed_signers`.
    fn openssh_takes(&self, line: &str, namespace: &str, message: &[u8], signature: &[u8]) -> bool {
        std::fs::write(self.path().join("allowed"), format!("{line}\n")).unwrap();
        std::fs::write(self.path().join("sig"), signature).unwrap();
        let args = [
            "-Y", "verify", "-f", "allowed", "-I", "ann@x", "-n", namespace, "-s", "sig",
        ];
        self.run("ssh-keygen", &args, message).is_some()
    }
}

fn day(year: i16, month: i8, day: i8) -> Date {
    Date::constant(year, month, day)
}

/// The day on which signatures are made here.
fn today() -> Date {
    crate::host::Host::read().unwrap().today
}

fn gpg() -> Gpg {
    Gpg::find(Some(b"/usr/local/bin:/usr/bin:/bin"), None)
}

fn by(keys: &[&str]) -> Verifier {
    on(keys, today())
}

fn on(keys: &[&str], date: Date) -> Verifier {
    let keys = keys.iter().map(|key| AllowedKey::parse(key).unwrap());
    Verifier::new(keys.collect(), date, gpg())
}

fn valid(outcome: &Outcome) -> &Proof {
    match outcome {
        Outcome::Valid(proof) => proof,
        other => panic!("{other:?}"),
    }
}

fn is_invalid(outcome: &Outcome, why: &str) {
    assert!(
        matches!(outcome, Outcome::Invalid(told) if told.contains(why)),
        "{outcome:?}"
    );
}

fn is_unchecked(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Unchecked(_)), "{outcome:?}");
}
