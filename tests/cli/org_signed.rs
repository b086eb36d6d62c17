//! Policies from Git that must be signed: by `signers` of the system policy, by `--policy-signer`.

use std::os::unix::fs::PermissionsExt as _;

use crate::org::{Org, RANGE, policy};
use crate::support::{Said, Sandbox, incomplete, said};

/// An SSH key of that name; its public half.
pub(crate) fn key(sandbox: &Sandbox, name: &str) -> String {
    let path = sandbox.outside(name);
    let mut keygen = sandbox.command("ssh-keygen", &sandbox.path());
    let made = said(
        keygen
            .args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"])
            .arg(&path),
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    let public = std::fs::read_to_string(path.with_extension("pub")).unwrap();
    public.trim().to_owned()
}

/// Runs `git` in the policy repository, where what is signed is signed by this key.
pub(crate) fn signing(org: &Org, key: &str, args: &[&str]) -> Said {
    let key = format!("user.signingKey={}", org.governed.outside(key).display());
    org.at(&[&["-c", "gpg.format=ssh", "-c", &key], args].concat())
}

/// An organisation whose version 42 is a commit that the key `owner` signed; and that key.
fn signed_commit() -> (Org, String) {
    let org = Org::new();
    let owner = key(&org.governed, "owner");
    std::fs::write(org.policies().join("policy.yml"), policy(42, "claude-code")).unwrap();
    signing(&org, "owner", &["commit", "-q", "-a", "-S", "-m", "Signed"]);
    (org, owner)
}

/// The machine's owner says this.
fn system(org: &mut Org, text: &str) {
    let path = org.governed.outside("system/policy.yml");
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(&path, text).unwrap();
    let mode = |path: &std::path::Path, mode| {
        let mode = std::fs::Permissions::from_mode(mode);
        std::fs::set_permissions(path, mode).unwrap();
    };
    mode(&path, 0o644);
    mode(path.parent().unwrap(), 0o755);
    let path = path.to_str().unwrap().to_owned();
    org.governed.set("CORDON_SYSTEM_POLICY", &path);
}

fn signers(keys: &[&str]) -> String {
    let keys: Vec<String> = keys.iter().map(|key| format!("{{{key}}}")).collect();
    format!("cordon: 1\nextends: []\nsigners: [{}]\n", keys.join(", "))
}

fn is_root(org: &Org) -> bool {
    org.governed.shell("id -u").stdout.trim() == "0"
}

/// That it is refused for its signature, with that reason and the command that mends it: at an update and
/// offline.
fn refused(org: &Org, signer: &[&str], reason: &str) {
    let told = org.cordon(&[&["policy", "update"], signer].concat(), 2);
    assert!(told.contains(reason), "{told}");
    assert!(told.contains("to mend it: cordon policy update"), "{told}");
    refused_offline(org, signer, reason);
}

fn refused_offline(org: &Org, signer: &[&str], reason: &str) {
    let report = org.governed.report(&[&RANGE[..], signer].concat());
    incomplete(&report, "policy-signature");
    let row = &report.json["incomplete"][0];
    let told = row["message"].as_str().unwrap();
    assert!(told.contains(reason), "{told}");
    assert_eq!(row["mend"], "cordon policy update");
    assert_eq!(report.code, 2);
}

#[test]
fn a_signed_commit_judges_and_an_unsigned_one_does_not() {
    let (org, owner) = signed_commit();
    let signer = ["--policy-signer", &owner];
    org.cordon(&[&["policy", "update"][..], &signer].concat(), 0);
    org.governed.commit("Name it");
    org.by_an_agent();
    let report = org.governed.report(&[&RANGE[..], &signer].concat());
    assert_eq!(report.rules(), ["agent-denied"], "{:#}", report.json);
    let both = org.governed.both(&[&RANGE[..], &signer].concat());
    assert_eq!(both.rules(), ["agent-denied"]);
    // A file of keys serves as well.
    let file = org.governed.outside("allowed");
    std::fs::write(&file, format!("# who\n\npol@acme.example {owner}\n")).unwrap();
    let from_file = ["--policy-signer", file.to_str().unwrap()];
    let report = org.governed.report(&[&RANGE[..], &from_file].concat());
    assert_eq!(report.rules(), ["agent-denied"], "{:#}", report.json);
    // The next version is nobody's.
    org.publish(43, "claude-code");
    let before = org.lock();
    let told = org.cordon(&[&["policy", "update"][..], &signer].concat(), 2);
    assert!(told.contains("is not signed"), "{told}");
    assert_eq!(org.lock(), before);
    // Where nobody asks it is taken, and then does not judge where somebody does.
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("An unsigned one");
    org.by_an_agent();
    org.governed.commit("Another");
    assert_eq!(org.governed.report(&RANGE).code, 0);
    refused(&org, &signer, "is not signed");
}

#[test]
fn what_another_signed_or_one_whose_time_is_over_does_not_judge() {
    let (org, owner) = signed_commit();
    let other = key(&org.governed, "other");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    org.by_an_agent();
    refused(&org, &["--policy-signer", &other], "is not enrolled");
    // What comes from outside judges alone meanwhile, so that a change can mend it.
    let pinned = org.governed.outside("pinned.yml");
    std::fs::write(&pinned, policy(41, "claude-code")).unwrap();
    let pinned = [
        "--policy",
        pinned.to_str().unwrap(),
        "--policy-signer",
        &other,
    ];
    org.governed.write(".cordon.yml", "cordon: 1\n");
    org.governed.commit("Name none");
    let report = org.governed.report(&[&RANGE[..], &pinned].concat());
    assert_eq!(
        (report.codes(), report.code),
        (vec![], 0),
        "{:#}",
        report.json
    );
    org.governed.git(["reset", "-q", "--hard", "HEAD~1"]);
    for (option, reason) in [
        (r#"valid-before="20200101""#, "its key has expired"),
        (r#"valid-after="29990101""#, "its key does not count yet"),
        (
            r#"namespaces="file""#,
            "not enrolled for signatures of this kind",
        ),
    ] {
        let line = format!("pol@acme.example {option} {owner}");
        refused(&org, &["--policy-signer", &line], reason);
    }
    // Either of two may have signed it.
    let report = org.governed.report(
        &[
            &RANGE[..],
            &["--policy-signer", &other, "--policy-signer", &owner],
        ]
        .concat(),
    );
    assert_eq!(report.rules(), ["agent-denied"], "{:#}", report.json);
}

#[test]
fn a_signed_tag_judges_whatever_its_commit_is() {
    let org = Org::new();
    let owner = key(&org.governed, "owner");
    let other = key(&org.governed, "other");
    let signer = ["--policy-signer", owner.as_str()];
    signing(&org, "owner", &["tag", "-s", "-m", "Signed", "signed/41"]);
    signing(&org, "other", &["tag", "-s", "-m", "Signed", "other/41"]);
    org.names("signed/41");
    org.cordon(&[&["policy", "update"][..], &signer].concat(), 0);
    org.governed.commit("Name it");
    org.by_an_agent();
    let report = org.governed.report(&[&RANGE[..], &signer].concat());
    assert_eq!(report.rules(), ["agent-denied"], "{:#}", report.json);
    let wrong = ["--policy-signer", other.as_str()];
    refused_offline(&org, &wrong, "is not enrolled");
    // An unsigned tag of an unsigned commit, one that another signed, one that leads to no tag.
    for (name, reason) in [
        ("policy/41", "is not signed"),
        ("other/41", "is not enrolled"),
        ("main", "is not signed"),
    ] {
        org.names(name);
        let told = org.cordon(&[&["policy", "update"][..], &signer].concat(), 2);
        assert!(told.contains(reason), "{name}: {told}");
    }
    // Whoever serves the repository gives the signed tag another name.
    let id = org.at(&["rev-parse", "signed/41"]).stdout;
    org.at(&["update-ref", "refs/tags/policy/99", id.trim()]);
    org.names("policy/99");
    let told = org.cordon(&[&["policy", "update"][..], &signer].concat(), 2);
    assert!(told.contains("was signed as signed/41"), "{told}");
}

#[test]
fn a_signature_over_something_else_is_none() {
    let (org, owner) = signed_commit();
    let signer = ["--policy-signer", owner.as_str()];
    // The same commit with another text under the signature of the first.
    let lax = policy(43, "cursor");
    std::fs::write(org.policies().join("policy.yml"), lax).unwrap();
    let forged = org.governed.shell(
        "cd ../policies && git add -A && tree=$(git write-tree) && \
         id=$(git cat-file commit HEAD | sed \"s/^tree .*/tree $tree/\" | git hash-object -t commit -w --stdin) && \
         git update-ref refs/heads/main $id",
    );
    assert_eq!(forged.code, 0, "{}", forged.stderr);
    let told = org.cordon(&[&["policy", "update"][..], &signer].concat(), 2);
    assert!(told.contains("does not count"), "{told}");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    org.by_an_agent();
    refused(&org, &signer, "does not count");
}

#[test]
fn the_machines_owner_asks_for_a_signature_of_every_run() {
    let (mut org, owner) = signed_commit();
    if !is_root(&org) {
        return;
    }
    let other = key(&org.governed, "other");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    org.by_an_agent();
    let key = |key: &str, days: &str| format!("key: \"{key}\"{days}");
    system(&mut org, &signers(&[&key(&owner, "")]));
    let report = org.governed.report(&RANGE);
    assert_eq!(report.rules(), ["agent-denied"], "{:#}", report.json);
    // Whoever runs it asks for more, and never for less.
    refused_offline(&org, &["--policy-signer", &other], "--policy-signer says");
    system(&mut org, &signers(&[&key(&other, "")]));
    refused(&org, &[], "is not enrolled");
    refused_offline(&org, &["--policy-signer", &owner], "system/policy.yml says");
    // The hooks and the other commands ask too.
    assert_eq!(org.governed.cordon(["hook", "pre-commit"]).code, 2);
    org.cordon(&["policy", "lock", "--of", "HEAD"], 2);
    // A key that is over, one that is yet to come, and none at all.
    for (keys, reason) in [
        (vec![key(&owner, ", until: 2020-01-01")], "has expired"),
        (
            vec![key(&owner, ", from: 2999-01-01")],
            "does not count yet",
        ),
        (vec![], "is not enrolled"),
    ] {
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        system(&mut org, &signers(&keys));
        refused(&org, &[], reason);
    }
    // A list that is broken says nothing less.
    system(&mut org, &signers(&[&key("ssh-ed25519 AAAA", "")]));
    assert_eq!(org.governed.report(&RANGE).code, 2);
    org.cordon(&["policy", "update"], 2);
}

#[test]
fn no_policy_says_itself_who_signs_it() {
    let (org, owner) = signed_commit();
    let signers = format!("signers: [{{key: \"{owner}\"}}]\n");
    let text = policy(43, "claude-code") + &signers;
    org.publish_text(&text);
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    org.by_an_agent();
    let report = org.governed.report(&RANGE);
    incomplete(&report, "policy-invalid");
    let told = report.json["incomplete"][0].to_string();
    assert!(told.contains("in the system policy alone"), "{told}");
}

#[test]
fn the_check_of_a_policy_takes_it_for_an_organisations() {
    let mut org = Org::new();
    let text = signers(&[&format!("key: \"{}\"", key(&org.governed, "owner"))]);
    let file = org.governed.outside("org.yml");
    std::fs::write(&file, &text).unwrap();
    let file = file.to_str().unwrap();
    let said = org.governed.cordon(["policy", "check", file]);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stdout.contains("policy check --system"), "{said:?}");
    let said = org.governed.cordon(["policy", "check", "--system", file]);
    assert_eq!(said.code, 0, "{said:?}");
    // Nothing lies beside a machine owner's, and a `.cordon.yml` is none.
    for source in [
        "{file: other.yml}",
        "{git: \"file:///srv/p.git\", ref: main}",
    ] {
        let text = text.replace("extends: []", &format!("extends: [{source}]"));
        std::fs::write(org.governed.outside("more.yml"), &text).unwrap();
        let more = org.governed.outside("more.yml");
        let more = more.to_str().unwrap();
        let said = org.governed.cordon(["policy", "check", "--system", more]);
        assert_eq!(said.code, 2, "{said:?}");
        assert!(said.stdout.contains("packs alone"), "{said:?}");
    }
    let said = org.governed.cordon(["policy", "check", "--system"]);
    assert_eq!(said.code, 2, "{said:?}");
    // This machine's own is known by its path.
    system(&mut org, &text);
    let own = org.governed.outside("system/policy.yml");
    let said = org
        .governed
        .cordon(["policy", "check", own.to_str().unwrap()]);
    assert_eq!(said.code, 0, "{said:?}");
}

#[test]
fn nor_does_what_it_builds_on() {
    let org = Org::new();
    let owner = key(&org.governed, "owner");
    let base = format!("cordon: 1\nextends: []\nsigners: [{{key: \"{owner}\"}}]\n");
    let policy = policy(43, "claude-code").replace("[]", "[{file: base.yml}]");
    std::fs::write(org.policies().join("base.yml"), &base).unwrap();
    org.publish_text(&policy);
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    org.by_an_agent();
    let report = org.governed.report(&RANGE);
    incomplete(&report, "policy-invalid");
    let told = report.json["incomplete"][0].to_string();
    assert!(told.contains("base.yml:3:1: "), "{told}");
    // Nor a repository's own, or what that builds on.
    let sandbox = Sandbox::with_commit();
    let own = |text: &str| {
        sandbox.write(".cordon.yml", text);
        sandbox.cordon(["policy", "check"])
    };
    let said = own(&base);
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stdout.contains(".cordon.yml:3:1"), "{said:?}");
    sandbox.write(".cordon/base.yml", &base);
    let said = own("cordon: 1\nextends: [{file: .cordon/base.yml}]\n");
    assert_eq!(said.code, 2, "{said:?}");
    assert!(said.stdout.contains("base.yml:3:1"), "{said:?}");
}

#[test]
fn what_is_no_signer_is_told() {
    let (org, owner) = signed_commit();
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    let empty = org.governed.outside("empty");
    std::fs::write(&empty, "# nobody\n").unwrap();
    let authority = format!("* cert-authority {owner}");
    for signer in ["nowhere", empty.to_str().unwrap(), "", &authority] {
        let report = org
            .governed
            .report(&[&RANGE[..], &["--policy-signer", signer]].concat());
        incomplete(&report, "policy-signature");
        org.cordon(&["policy", "update", "--policy-signer", signer], 2);
    }
}

#[test]
fn what_nobody_signed_keeps_no_later_signed_version_out() {
    let (org, owner) = signed_commit();
    org.governed.write(".cordon.yml", "cordon: 1\n");
    org.governed.commit("Begin");
    org.by_an_agent();
    let signer = ["--policy-signer", owner.as_str()];
    let address = format!("{}#main", org.url());
    let fetch = ["policy", "fetch", &address];
    let judged = || {
        let args = [&RANGE[..], &["--policy", &address], &signer].concat();
        org.governed.report(&args)
    };
    let publish = |version, sign: &[&str]| {
        let text = policy(version, "claude-code");
        std::fs::write(org.policies().join("policy.yml"), text).unwrap();
        signing(
            &org,
            "owner",
            &[&["commit", "-q", "-a", "-m", "Next"], sign].concat(),
        );
    };
    org.cordon(&[&fetch[..], &signer].concat(), 0);
    // Whoever serves it says another version, and somebody fetches that without asking who signed it.
    publish(999, &[]);
    org.cordon(&fetch, 0);
    let report = judged();
    assert_eq!(report.json["policy"]["version"], 42, "{:#}", report.json);
    assert_eq!(report.rules(), ["agent-denied"]);
    // Nor is what was signed forgotten: an older one is refused, a later one taken.
    publish(41, &["-S"]);
    let told = org.cordon(&[&fetch[..], &signer].concat(), 2);
    assert!(told.contains("42 was seen already"), "{told}");
    publish(43, &["-S"]);
    org.cordon(&[&fetch[..], &signer].concat(), 0);
    assert_eq!(judged().json["policy"]["version"], 43);
}

#[test]
fn what_is_not_signed_is_mended_as_it_was_named() {
    let org = Org::new();
    let owner = key(&org.governed, "owner");
    let signer = ["--policy-signer", owner.as_str()];
    org.governed.write(".cordon.yml", "cordon: 1\n");
    org.governed.commit("Begin");
    org.by_an_agent();
    let id = org.at(&["rev-parse", "HEAD"]).stdout;
    let address = format!("{}#main", org.url());
    let by_id = format!("{}#{}", org.url(), id.trim());
    for (address, mend) in [
        (
            &address,
            Some(format!("cordon policy fetch '{address}:policy.yml'")),
        ),
        // Nobody signs that commit any more.
        (&by_id, None),
    ] {
        let fetch = ["policy", "fetch", address.as_str()];
        let told = org.cordon(&[&fetch[..], &signer].concat(), 2);
        let line = mend.as_ref().map(|mend| format!("to mend it: {mend}\n"));
        assert_eq!(told.contains("to mend it"), line.is_some(), "{told}");
        assert!(told.contains(&line.unwrap_or_default()), "{told}");
        org.cordon(&fetch, 0);
        let args = [&RANGE[..], &["--policy", address], &signer].concat();
        let report = org.governed.report(&args);
        incomplete(&report, "policy-signature");
        assert_eq!(
            report.json["incomplete"][0]["mend"].as_str(),
            mend.as_deref()
        );
    }
    // A server writes no lock.
    let bare = org.governed.shell("git clone -q --bare . ../bare.git");
    assert_eq!(bare.code, 0);
    org.governed.write(
        ".cordon.yml",
        format!("cordon: 1\nextends: [{{git: \"{}\"}}]\n", org.url()),
    );
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    org.by_an_agent();
    org.governed.git(["push", "-q", "../bare.git", "main"]);
    let repo = org.governed.outside("bare.git");
    let args = [&RANGE[..], &["--repo", repo.to_str().unwrap()], &signer].concat();
    let report = org.governed.report(&args);
    incomplete(&report, "policy-signature");
    assert_eq!(report.json["incomplete"][0]["mend"].as_str(), None);
}
