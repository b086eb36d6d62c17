//! `zone-human-proof`: who signed a change in a zone that asks for it.

use std::path::PathBuf;

use crate::software_key::SoftwareKey;
use crate::support::{CLAUDE, Report, Sandbox, incomplete, said};

/// A repository whose zone `src/crypto` asks for a proof, with this group, and a file in the zone.
pub(crate) struct Desk(pub(crate) Sandbox);

pub(crate) fn key(sandbox: &Sandbox, name: &str, options: &[&str]) -> (PathBuf, String) {
    let path = sandbox.outside(name);
    let made = said(
        sandbox
            .command("ssh-keygen", &sandbox.path())
            .args(["-q", "-N", "", "-C", name, "-f"])
            .arg(&path)
            .args(options),
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    (path, public.trim().to_owned())
}

impl Desk {
    pub(crate) fn new(zone: &str, approvers: &str) -> Self {
        let policy = format!(
            "cordon: 1\nextends: []\nzones:\n  crypto: {{class: crypto, paths: [src/crypto/**], {zone}}}\n\
             approvers:\n{approvers}"
        );
        let sandbox = Sandbox::new();
        sandbox.write(".cordon.yml", policy);
        sandbox.write("src/crypto/aes.c", "int a;\n");
        sandbox.commit("Begin with a policy");
        Self(sandbox)
    }

    /// A desk with one SSH key of the group `team`, for `ada@acme.example`.
    fn with_key(proof: &str, options: &[&str]) -> (Self, PathBuf) {
        let maker = Sandbox::new();
        let (path, public) = key(&maker, "key", options);
        let desk = Self::new(&format!("human_proof: {proof}"), &team(&public));
        let own = desk.0.outside("key");
        std::fs::copy(&path, &own).unwrap();
        std::fs::copy(path.with_extension("pub"), own.with_extension("pub")).unwrap();
        (desk, own)
    }

    /// A signed commit of a change in the zone.
    pub(crate) fn sign(&self, key: &std::path::Path, message: &str) -> String {
        self.0.git(["config", "gpg.format", "ssh"]);
        self.0
            .git(["config", "user.signingKey", key.to_str().unwrap()]);
        self.change();
        self.0
            .git(["commit", "-q", "-a", "-S", "--no-verify", "-m", message]);
        self.0.id("HEAD")
    }

    pub(crate) fn change(&self) {
        let path = self.0.path().join("src/crypto/aes.c");
        let text = std::fs::read_to_string(&path).unwrap();
        self.0.write("src/crypto/aes.c", format!("{text}int b;\n"));
    }

    /// The commit at HEAD anew with other bytes, signed or not.
    fn rewritten(&self, raw: &[u8]) -> String {
        let file = self.0.outside("raw");
        std::fs::write(&file, raw).unwrap();
        let args = [
            "hash-object",
            "-t",
            "commit",
            "-w",
            "--literally",
            file.to_str().unwrap(),
        ];
        let id = self.0.git(args).stdout.trim().to_owned();
        self.0.git(["update-ref", "refs/heads/main", &id]);
        id
    }

    fn raw(&self) -> String {
        self.0.git(["cat-file", "commit", "HEAD"]).stdout
    }

    /// A change in the zone, signed by a key that is played in software.
    pub(crate) fn sign_in_software(&self, key: &SoftwareKey, flags: u8) -> String {
        self.change();
        self.0.commit("A change");
        let raw = self.raw();
        let signature = key.sign("git", raw.as_bytes(), flags);
        self.rewritten(with_header(&raw, "gpgsig", &signature).as_bytes())
    }

    pub(crate) fn judged(&self) -> Report {
        self.0.report(&["--commit", "HEAD"])
    }

    /// The finding's message.
    fn refused(&self, why: &str) {
        let report = self.judged();
        let found = report.of("zone-human-proof");
        assert_eq!(found.len(), 1, "{:#}", report.json);
        let message = found[0]["message"].as_str().unwrap();
        assert!(message.contains(why), "{message}");
        assert_eq!(found[0]["path"], "src/crypto/aes.c");
        assert_eq!(found[0]["zone"], "crypto");
    }

    fn taken(&self) {
        let report = self.judged();
        assert_eq!(report.code, 0, "{:#}", report.json);
        assert_eq!(report.of("zone-human-proof").len(), 0);
    }
}

pub(crate) fn team(public: &str) -> String {
    format!("  team: {{members: [ada@acme.example], keys: [{{key: \"{public}\"}}]}}\n")
}

/// A raw commit with a header behind its committer.
fn with_header(raw: &str, header: &str, text: &str) -> String {
    let (head, message) = raw.split_once("\n\n").unwrap();
    let folded = text.trim_end().replace('\n', "\n ");
    format!("{head}\n{header} {folded}\n\n{message}")
}

#[test]
fn every_kind_of_ssh_key_proves_its_holder() {
    for options in [
        &["-t", "ed25519"][..],
        &["-t", "ecdsa", "-b", "384"],
        &["-t", "rsa", "-b", "2048"],
    ] {
        let (desk, key) = Desk::with_key("signed", options);
        desk.sign(&key, "A change");
        desk.taken();
        let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
        let allowed = desk.0.outside("allowed");
        std::fs::write(&allowed, format!("ada@acme.example {public}")).unwrap();
        desk.0.git([
            "config",
            "gpg.ssh.allowedSignersFile",
            allowed.to_str().unwrap(),
        ]);
        desk.0.git(["verify-commit", "HEAD"]);
        let report = desk.judged();
        assert_eq!(report.json["commits"][0]["assurance"], "signed");
        let by_both = desk.0.both(&["--commit", "HEAD"]);
        assert_eq!(by_both.code, 0);
    }
}

#[test]
fn an_agents_change_needs_it_too_and_a_file_elsewhere_does_not() {
    let (desk, key) = Desk::with_key("signed", &["-t", "ed25519"]);
    desk.change();
    desk.0.commit(&format!("A change\n\n{CLAUDE}"));
    desk.refused("it is not signed");
    desk.sign(&key, &format!("A change\n\n{CLAUDE}"));
    desk.taken();
    desk.0.write("README", "hello\n");
    desk.0.commit("Elsewhere");
    desk.taken();
}

#[test]
fn no_signature_and_a_changed_byte_are_no_proof() {
    let (desk, key) = Desk::with_key("signed", &["-t", "ed25519"]);
    desk.change();
    desk.0.commit("A change");
    desk.refused("it is not signed");
    assert_eq!(desk.judged().json["commits"][0]["assurance"], "claimed");
    desk.sign(&key, "A change");
    let raw = desk.raw();
    desk.rewritten(raw.replace("A change", "A chance").as_bytes());
    desk.refused("something was changed");
}

#[test]
fn a_key_that_nobody_enrolled_and_that_of_another_group_are_no_proof() {
    let maker = Sandbox::new();
    let (path, public) = key(&maker, "key", &["-t", "ed25519"]);
    let (_, other) = key(&maker, "other", &["-t", "ed25519"]);
    let desk = Desk::new("human_proof: signed", &team(&other));
    desk.sign(&path, "A change");
    desk.refused("is not enrolled");
    let groups = format!(
        "{}  export: {{members: [eve@x], keys: [{{key: \"{other}\"}}]}}\n",
        team(&public)
    );
    let desk = Desk::new("human_proof: signed, approvers: [export]", &groups);
    desk.sign(&path, "A change");
    desk.refused("none of the zone's approvers");
}

#[test]
fn a_key_proves_nothing_of_somebody_else() {
    let maker = Sandbox::new();
    let (path, public) = key(&maker, "key", &["-t", "ed25519"]);
    let desk = Desk::new("human_proof: signed", &team(&public));
    desk.0.git(["config", "user.email", "eve@acme.example"]);
    desk.sign(&path, "A change");
    desk.refused("not for the address of the committer");
    let line = format!("ada@acme.example {public}");
    let both = format!(
        "  team: {{members: [ada@acme.example, eve@acme.example], keys: [{{key: \"{line}\"}}]}}\n"
    );
    let desk = Desk::new("human_proof: signed", &both);
    desk.0.git(["config", "user.email", "eve@acme.example"]);
    desk.sign(&path, "A change");
    desk.refused("not for the address of the committer");
    desk.0.git(["config", "user.email", "Ada@acme.example"]);
    desk.sign(&path, "A change");
    desk.taken();
}

#[test]
fn the_runs_day_decides_and_not_the_commits() {
    let maker = Sandbox::new();
    let (path, public) = key(&maker, "key", &["-t", "ed25519"]);
    let group = format!(
        "  team: {{members: [ada@acme.example], keys: [{{key: \"{public}\", from: 2026-03-01, until: 2026-10-31}}]}}\n"
    );
    let desk = Desk::new("human_proof: signed", &group);
    desk.sign(&path, "A change");
    let on = |day: &str| desk.0.report(&["--commit", "HEAD", "--as-of", day]);
    assert_eq!(on("2026-10-31").code, 0);
    for (day, why) in [
        ("2026-11-01", "has expired"),
        ("2026-02-28", "does not count yet"),
    ] {
        let report = on(day);
        let found = report.of("zone-human-proof");
        assert!(found[0]["message"].as_str().unwrap().contains(why), "{day}");
    }
}

#[test]
fn more_than_one_signature_and_one_of_another_format_are_no_proof() {
    let (desk, key) = Desk::with_key("signed", &["-t", "ed25519"]);
    desk.sign(&key, "A change");
    let raw = desk.raw();
    let start = raw.find("gpgsig ").unwrap();
    let end = raw.find("\n\n").unwrap() + 1;
    let header = &raw[start..end];
    let twice = format!("{}{header}{}", &raw[..end], &raw[end..]);
    desk.rewritten(twice.as_bytes());
    desk.refused("more than one signature");
    desk.rewritten(raw.replace("gpgsig ", "gpgsig-sha256 ").as_bytes());
    desk.refused("not for objects of this repository");
}

#[test]
fn a_signature_of_another_purpose_is_no_proof() {
    let key = SoftwareKey::ed25519(3);
    let desk = Desk::new("human_proof: signed", &team(&key.public()));
    desk.change();
    desk.0.commit("A change");
    let raw = desk.raw();
    let signature = key.sign("cordon-waiver", raw.as_bytes(), 1);
    desk.rewritten(with_header(&raw, "gpgsig", &signature).as_bytes());
    desk.refused("another purpose");
}

#[test]
fn presence_wants_a_hardware_key_that_says_it_was_touched() {
    let key = SoftwareKey::ed25519(3);
    let desk = Desk::new("human_proof: presence", &team(&key.public()));
    for (flags, good) in [(0x01, true), (0x05, true), (0x00, false), (0x04, false)] {
        desk.sign_in_software(&key, flags);
        if good {
            desk.taken();
        } else {
            desk.refused("nobody touched it");
        }
    }
    let (desk, key) = Desk::with_key("presence", &["-t", "ed25519"]);
    desk.sign(&key, "A change");
    desk.refused("not by a hardware key");
}

#[test]
fn without_a_touch_a_hardware_key_is_a_key_like_any() {
    let maker = Sandbox::new();
    let (path, _) = key(&maker, "key", &["-t", "ecdsa", "-b", "256"]);
    let key = SoftwareKey::ecdsa(&std::fs::read_to_string(path).unwrap());
    let desk = Desk::new("human_proof: signed", &team(&key.public()));
    desk.sign_in_software(&key, 0);
    desk.taken();
}

#[test]
fn a_certificate_is_incomplete() {
    let maker = Sandbox::new();
    let (_, authority) = key(&maker, "ca", &["-t", "ed25519"]);
    let (path, _) = key(&maker, "key", &["-t", "ed25519"]);
    let made = said(maker.command("ssh-keygen", &maker.outside("")).args([
        "-q",
        "-s",
        "ca",
        "-I",
        "ada",
        "-n",
        "ada@acme.example",
        "key.pub",
    ]));
    assert_eq!(made.code, 0, "{}", made.stderr);
    let desk = Desk::new("human_proof: signed", &team(&authority));
    let certificate = path.with_file_name("key-cert.pub");
    desk.sign(&certificate, "A change");
    incomplete(&desk.judged(), "unchecked");
}

#[test]
fn what_is_not_committed_yet_cannot_be_signed() {
    let (desk, _) = Desk::with_key("signed", &["-t", "ed25519"]);
    desk.change();
    desk.0.stage();
    let report = desk.0.report(&[]);
    assert_eq!(report.code, 0, "{:#}", report.json);
    let findings = report.json["findings"].as_array().unwrap();
    let told = findings
        .iter()
        .find(|row| row["rule"] == "zone-human-proof");
    assert_eq!(told.unwrap()["decision"], "audited");
}

#[test]
fn every_commit_of_a_range_is_asked_and_every_authority_has_its_say() {
    let (desk, key) = Desk::with_key("signed", &["-t", "ed25519"]);
    let base = desk.0.id("HEAD");
    desk.sign(&key, "A change");
    desk.change();
    let unsigned = desk.0.commit("Not signed");
    desk.sign(&key, "Another");
    let report = desk.0.report(&["--range", &format!("{base}..HEAD")]);
    let found = report.of("zone-human-proof");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(found[0]["commit"], unsigned.as_str());
}

#[test]
fn a_change_cannot_enrol_its_own_key() {
    let (desk, _) = Desk::with_key("signed", &["-t", "ed25519"]);
    let (own, public) = key(&desk.0, "own", &["-t", "ed25519"]);
    let policy = std::fs::read_to_string(desk.0.path().join(".cordon.yml")).unwrap();
    let (before, _) = policy.split_once("keys: [").unwrap();
    desk.0.write(
        ".cordon.yml",
        format!("{before}keys: [{{key: \"{public}\"}}]}}\n"),
    );
    desk.sign(&own, "A change");
    let report = desk.judged();
    assert_eq!(report.of("zone-human-proof").len(), 1, "{:#}", report.json);
}

/// An armored public key, whose private half is in the home's keyring, where there is a `gpg`.
fn pgp(sandbox: &Sandbox, user: &str) -> Option<String> {
    let gpg = |args: &[&str]| said(sandbox.command("gpg", &sandbox.path()).args(args));
    let exists = std::env::var("PATH").unwrap();
    if !exists
        .split(':')
        .any(|dir| PathBuf::from(dir).join("gpg").exists())
    {
        let told = b"skipped: there is no gpg here; scripts/setup.sh installs it\n";
        // Straight to the stream: what a test that passes prints by a macro nobody sees.
        std::io::Write::write_all(&mut std::io::stderr(), told).unwrap();
        return None;
    }
    let made = gpg(&[
        "--batch",
        "--passphrase",
        "",
        "--quick-gen-key",
        user,
        "ed25519",
        "sign",
        "never",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    Some(gpg(&["--armor", "--export", user]).stdout)
}

fn pgp_team(key: &str) -> String {
    let indented = key.trim().replace('\n', "\n          ");
    format!(
        "  team:\n    members: [ada@acme.example, eve@acme.example]\n    keys:\n      - key: |\n          {indented}\n"
    )
}

#[test]
fn an_openpgp_key_proves_its_holder() {
    let desk = Desk::new(
        "human_proof: signed",
        "  team: {members: [ada@acme.example]}\n",
    );
    let Some(public) = pgp(&desk.0, "Ada <ada@acme.example>") else {
        return;
    };
    let policy = std::fs::read_to_string(desk.0.path().join(".cordon.yml")).unwrap();
    let (before, _) = policy.split_once("  team:").unwrap();
    desk.0
        .write(".cordon.yml", format!("{before}{}", pgp_team(&public)));
    desk.0.commit("Enrol a key");
    desk.change();
    desk.0
        .git(["config", "user.signingKey", "ada@acme.example"]);
    desk.0.git(["commit", "-q", "-a", "-S", "-m", "A change"]);
    desk.0.git(["verify-commit", "HEAD"]);
    desk.taken();
    // It is nobody else's, though that one is of the group.
    desk.0.git(["config", "user.email", "eve@acme.example"]);
    desk.change();
    desk.0.git(["commit", "-q", "-a", "-S", "-m", "A change"]);
    desk.refused("not for the address of the committer");
    desk.0.git(["config", "user.email", "ada@acme.example"]);
    desk.change();
    desk.0.git(["commit", "-q", "-a", "-S", "-m", "A change"]);
    desk.taken();
    // Where there is no gpg nobody knows.
    let git = desk.0.shell("dirname $(command -v git)").stdout;
    let only = desk.0.outside("bin");
    std::fs::create_dir(&only).unwrap();
    std::os::unix::fs::symlink(PathBuf::from(git.trim()).join("git"), only.join("git")).unwrap();
    let program = crate::support::CORDON;
    let mut command = desk.0.command(program, &desk.0.path());
    command
        .env("PATH", &only)
        .args(["check", "--commit", "HEAD", "--format", "json"]);
    incomplete(&Report::read(&said(&mut command)), "unchecked");
    let raw = desk.raw();
    desk.rewritten(raw.replace("A change", "A chance").as_bytes());
    desk.refused("something was changed");
}

#[test]
fn a_platforms_signature_is_the_platforms() {
    let desk = Desk::new(
        "human_proof: signed",
        "  team: {members: [noreply@github.com]}\n",
    );
    let Some(public) = pgp(&desk.0, "GitHub <noreply@github.com>") else {
        return;
    };
    let policy = std::fs::read_to_string(desk.0.path().join(".cordon.yml")).unwrap();
    let (before, _) = policy.split_once("  team:").unwrap();
    let team = pgp_team(&public).replace("eve@acme.example", "noreply@github.com");
    desk.0.write(".cordon.yml", format!("{before}{team}"));
    desk.0.commit("Enrol a platform's key");
    desk.change();
    desk.0
        .git(["config", "user.signingKey", "noreply@github.com"]);
    desk.0.git(["config", "user.email", "noreply@github.com"]);
    desk.0.git(["commit", "-q", "-a", "-S", "-m", "A change"]);
    desk.refused("the signature of GitHub");
}
