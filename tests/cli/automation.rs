//! `automation` and `automation-scope`: bots that are neither agents nor people, where a signature proves it.

use std::path::{Path, PathBuf};

use crate::support::{CLAUDE, Report, Sandbox, incomplete, said};

const BOT: &str = "29139614+renovate[bot]@users.noreply.github.com";

/// A repository with a policy about a bot that signs with a key of its own.
struct Desk {
    sandbox: Sandbox,
    key: PathBuf,
}

fn ssh_key(sandbox: &Sandbox, name: &str) -> (PathBuf, String) {
    let path = sandbox.outside(name);
    let made = said(
        sandbox
            .command("ssh-keygen", &sandbox.path())
            .args(["-q", "-N", "", "-C", name, "-f"])
            .arg(&path),
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    (path, public.trim().to_owned())
}

fn entry(key: &str, more: &str) -> String {
    format!(
        "automation:\n  renovate:\n    identities: [\"{BOT}\"]\n    verified_by: key\n    keys: [{{key: \"{key}\"{more}}}]\n    paths: [\"**/Cargo.lock\", \"!vendor/**\"]\n"
    )
}

impl Desk {
    /// With `more` in the key's entry.
    fn new(more: &str) -> Self {
        let sandbox = Sandbox::new();
        let (key, public) = ssh_key(&sandbox, "bot");
        let policy = format!("cordon: 1\nextends: []\n{}", entry(&public, more));
        sandbox.write(".cordon.yml", policy);
        sandbox.write("Cargo.lock", "one\n");
        sandbox.write("src/main.rs", "fn main() {}\n");
        sandbox.commit("Begin");
        Self { sandbox, key }
    }

    /// A commit of all that stands there, with that author, signed by that key.
    fn signed(&self, author: &str, key: Option<&Path>, message: &str) -> Report {
        self.sandbox.git(["config", "gpg.format", "ssh"]);
        let author = format!("--author=Some Bot <{author}>");
        let sign = match key {
            Some(key) => format!("-S{}", key.display()),
            None => "--no-gpg-sign".to_owned(),
        };
        self.sandbox.stage();
        self.sandbox
            .git(["commit", "-q", "--no-verify", &author, &sign, "-m", message]);
        self.sandbox.report(&["--commit", "HEAD"])
    }

    fn by_bot(&self, message: &str) -> Report {
        self.signed(BOT, Some(&self.key), message)
    }
}

fn kind(report: &Report) -> &str {
    report.json["commits"][0]["kind"].as_str().unwrap()
}

#[test]
fn a_bot_whose_key_signed_is_automation_and_may_change_its_paths() {
    let desk = Desk::new("");
    desk.sandbox.write("Cargo.lock", "two\n");
    desk.sandbox.write("sub/Cargo.lock", "two\n");
    let report = desk.by_bot("Update");
    assert_eq!(
        (kind(&report), report.code),
        ("automation", 0),
        "{:#}",
        report.json
    );
    assert_eq!(report.json["commits"][0]["agents"], serde_json::json!([]));
}

#[test]
fn what_it_changes_outside_its_paths_blocks() {
    let desk = Desk::new("");
    desk.sandbox
        .write("src/main.rs", "fn main() { panic!() }\n");
    desk.sandbox.write("vendor/Cargo.lock", "x\n");
    desk.sandbox.write("Cargo.lock", "two\n");
    let report = desk.by_bot("Update");
    assert_eq!(kind(&report), "automation");
    assert_eq!(report.code, 1);
    assert_eq!(
        report.places("automation-scope"),
        ["src/main.rs:null", "vendor/Cargo.lock:null"]
    );
    let found = report.of("automation-scope");
    assert_eq!(found[0]["decision"], "blocked");
    assert_eq!(found[0]["policy"]["line"], 8);
    assert!(
        found[0]["message"]
            .as_str()
            .unwrap()
            .starts_with("renovate ")
    );
    // Neither a move out of its paths, nor one into them, nor a deletion.
    for line in [
        "git mv Cargo.lock src/x",
        "git mv src/x Cargo.lock",
        "git rm -q src/main.rs",
    ] {
        assert_eq!(desk.sandbox.shell(line).code, 0, "{line}");
        let report = desk.by_bot("Update");
        assert_eq!(report.of("automation-scope").len(), 1, "{line}");
    }
}

#[test]
fn who_cannot_prove_it_counts_as_a_person_and_that_is_told() {
    let desk = Desk::new("");
    let (other, _) = ssh_key(&desk.sandbox, "other");
    for (key, why) in [(None, "it is not signed"), (Some(&other), "not enrolled")] {
        desk.sandbox.write("src/main.rs", why);
        let report = desk.signed(BOT, key.map(PathBuf::as_path), "Update");
        assert_eq!(
            (kind(&report), report.code),
            ("none", 0),
            "{:#}",
            report.json
        );
        let told = desk.sandbox.cordon(["check", "--commit", "HEAD"]);
        let all = (told.stdout + &told.stderr).replace('\n', " ");
        let words = all.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("automation renovate"), "{words}");
        assert!(words.contains("counts as a person's"), "{words}");
    }
}

#[test]
fn a_signature_over_another_commit_proves_nothing() {
    let desk = Desk::new("");
    desk.sandbox.write("src/main.rs", "x");
    let person = desk.signed("eve@acme.example", Some(&desk.key), "Update");
    assert_eq!(kind(&person), "none");
    // The author written over, the signature kept.
    let raw = desk.sandbox.git(["cat-file", "commit", "HEAD"]).stdout;
    let file = desk.sandbox.outside("raw");
    std::fs::write(&file, raw.replace("eve@acme.example", BOT)).unwrap();
    let made = desk
        .sandbox
        .git(["hash-object", "-t", "commit", "-w", file.to_str().unwrap()]);
    let report = desk.sandbox.report(&["--commit", made.stdout.trim()]);
    assert_eq!(
        (kind(&report), report.code),
        ("none", 0),
        "{:#}",
        report.json
    );
}

#[test]
fn a_key_that_does_not_count_any_more_proves_nothing() {
    let desk = Desk::new(", until: 2026-01-31");
    desk.sandbox.write("Cargo.lock", "two\n");
    assert_eq!(kind(&desk.by_bot("Update")), "none");
}

#[test]
fn a_commit_in_which_an_agent_took_part_is_the_agents() {
    let desk = Desk::new("");
    desk.sandbox.write("src/main.rs", "x");
    let report = desk.by_bot(&format!("Update\n\n{CLAUDE}"));
    assert_eq!(kind(&report), "assisted");
    assert_eq!(report.of("automation-scope").len(), 0);
}

#[test]
fn a_form_of_signature_that_cannot_be_checked_is_incomplete() {
    let desk = Desk::new("");
    desk.sandbox.write("src/main.rs", "x");
    desk.signed(BOT, None, "Update");
    let raw = desk.sandbox.git(["cat-file", "commit", "HEAD"]).stdout;
    let signature =
        "\ngpgsig -----BEGIN SIGNED MESSAGE-----\n \n AAAA\n -----END SIGNED MESSAGE-----\n\n";
    let file = desk.sandbox.outside("raw");
    std::fs::write(&file, raw.replacen("\n\n", signature, 1)).unwrap();
    let made = desk
        .sandbox
        .git(["hash-object", "-t", "commit", "-w", file.to_str().unwrap()]);
    let report = desk.sandbox.report(&["--commit", made.stdout.trim()]);
    incomplete(&report, "unchecked");
}

#[test]
fn a_change_enrols_no_bot_and_the_organisation_alone_has_the_say() {
    let desk = Desk::new("");
    let (key, public) = ssh_key(&desk.sandbox, "mine");
    let text = format!("cordon: 1\nextends: []\n{}", entry(&public, ""));
    desk.sandbox
        .write(".cordon.yml", text.replace("**/Cargo.lock", "**"));
    let report = desk.signed(BOT, Some(&key), "Update");
    assert_eq!(kind(&report), "none");
    assert!(
        !report.of("policy-weakened").is_empty(),
        "{:#}",
        report.json
    );
    // The organisation has a policy, and names no bot.
    let org = desk.sandbox.outside("org.yml");
    std::fs::write(&org, "cordon: 1\nextends: []\n").unwrap();
    desk.sandbox.write("src/main.rs", "y");
    desk.signed(BOT, Some(&key), "Update");
    let report = desk
        .sandbox
        .report(&["--commit", "HEAD", "--policy", org.to_str().unwrap()]);
    assert_eq!(kind(&report), "none");
}

#[test]
fn what_could_prove_nobody_is_a_problem_of_the_policy() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nautomation:\n  a: {identities: [nobody], verified_by: key, paths: [x]}\n  b: {identities: [\"noreply@anthropic.com\"], verified_by: key, keys: [{key: x}], paths: [/x]}\n  c: {}\n",
    );
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2);
    for place in ["3:20", "3:42", "4:20", "4:77", "4:90", "5:3"] {
        let place = format!(".cordon.yml:{place}");
        assert!(said.stdout.contains(&place), "{place}\n{}", said.stdout);
    }
}

#[test]
fn a_bots_key_that_ends_before_it_begins_is_a_problem_of_the_policy() {
    let desk = Desk::new(", from: 2027-01-01, until: 2026-01-01");
    let said = desk.sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(
        said.stdout.contains("ends before it begins"),
        "{}",
        said.stdout
    );
}

/// An OpenPGP key that plays the platform's, and the repository that signs by it; `None` without a `gpg`.
fn platform(keys: bool, by: &str) -> Option<Sandbox> {
    let sandbox = Sandbox::new();
    let gpg = |args: &[&str]| said(sandbox.command("gpg", &sandbox.path()).args(args));
    let paths = std::env::var_os("PATH").unwrap();
    if !std::env::split_paths(&paths).any(|dir| dir.join("gpg").exists()) {
        return None;
    }
    let user = "GitHub <noreply@github.com>";
    let made = gpg(&[
        "--batch",
        "--passphrase",
        "",
        "--quick-generate-key",
        user,
        "ed25519",
        "sign",
    ]);
    assert_eq!(made.code, 0, "{}", made.stderr);
    let public = gpg(&["--armor", "--export", user]).stdout;
    let block = public.trim().replace('\n', "\n          ");
    let keys = if keys {
        format!("    keys:\n      - key: |\n          {block}\n")
    } else {
        String::new()
    };
    sandbox.write(
        ".cordon.yml",
        format!("cordon: 1\nextends: []\nautomation:\n  renovate:\n    identities: [\"{BOT}\"]\n    verified_by: {by}\n{keys}    paths: [Cargo.lock]\n"),
    );
    sandbox.commit("Begin");
    sandbox.write("src/main.rs", "x");
    sandbox.stage();
    let author = format!("--author=renovate <{BOT}>");
    sandbox.git([
        "commit",
        "-q",
        &author,
        "-Snoreply@github.com",
        "-m",
        "Update",
    ]);
    Some(sandbox)
}

#[test]
fn the_platforms_own_signature_proves_a_bot_by_the_key_that_the_policy_holds() {
    let Some(sandbox) = platform(true, "platform") else {
        return;
    };
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(kind(&report), "automation", "{:#}", report.json);
    assert_eq!(report.of("automation-scope").len(), 1);
}

#[test]
fn the_platforms_key_is_no_bots_own_and_an_unknown_one_proves_nothing() {
    for (keys, by) in [(true, "key"), (false, "platform")] {
        let Some(sandbox) = platform(keys, by) else {
            return;
        };
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!(
            (kind(&report), report.code),
            ("none", 0),
            "{:#}",
            report.json
        );
    }
}

#[test]
fn no_trusted_side_makes_a_bot_for_another() {
    for both in [false, true] {
        let desk = Desk::new("");
        let sandbox = &desk.sandbox;
        let own = std::fs::read_to_string(sandbox.path().join(".cordon.yml")).unwrap();
        sandbox.git(["checkout", "-q", "-b", "own"]);
        sandbox.write("a", "a\n");
        sandbox.commit("An author's own branch");
        sandbox.git(["checkout", "-q", "main"]);
        let without = "cordon: 1\nextends: []\n";
        let policy = if both {
            format!("{own}# more\n")
        } else {
            without.to_owned()
        };
        sandbox.write(".cordon.yml", policy);
        sandbox.commit("Another policy");
        sandbox.git(["merge", "-q", "--no-commit", "-s", "ours", "own"]);
        sandbox.write("Cargo.lock", "two\n");
        let report = desk.by_bot("Merge");
        assert_eq!(kind(&report) == "automation", both, "{:#}", report.json);
    }
}
