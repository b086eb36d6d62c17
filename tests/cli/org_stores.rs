//! Which store of policies judges, and that nobody pushes into one.

use std::path::{Path, PathBuf};

use crate::org::{Org, policy};
use crate::org_outside::{Served, unnamed, unnumbered};
use crate::org_signed::{key, signing};
use crate::support::{Said, incomplete, said};

/// A server whose policy has this address; and its folder.
fn served() -> (Served, String, PathBuf) {
    let org = unnamed();
    org.governed.git(["reset", "-q", "--hard", "HEAD~1"]);
    let address = format!("{}#main", org.url());
    let served = Served::new(org, "HEAD");
    let dir = served.org.governed.outside("server.git");
    configured(&served.org, &dir, &address);
    (served, address, dir)
}

fn configured(org: &Org, dir: &Path, address: &str) {
    let dir = dir.to_str().unwrap();
    org.governed
        .git(["-C", dir, "config", "cordon.policy", address]);
}

/// Fetches into the store of the user as whom the hook runs.
fn by_the_hooks_user(served: &Served, address: &str) {
    let line = format!(
        "cd / && HOME='{}' cordon policy fetch '{address}'",
        served.home
    );
    let fetched = served.org.governed.shell(&line);
    assert_eq!(fetched.code, 0, "{}", fetched.stderr);
}

fn refused_by_the_agent(pushed: &Said) {
    assert_ne!(pushed.code, 0);
    assert!(pushed.stderr.contains("agent-denied"), "{}", pushed.stderr);
}

/// The folders below one, itself first.
fn folders(top: &Path) -> Vec<PathBuf> {
    let mut found = vec![top.to_owned()];
    let mut at = 0;
    while at < found.len() {
        for entry in std::fs::read_dir(&found[at]).unwrap() {
            let path = entry.unwrap().path();
            found.extend(path.is_dir().then_some(path));
        }
        at += 1;
    }
    found
}

#[test]
fn no_service_of_git_takes_a_store_for_a_repository() {
    let (served, address, dir) = served();
    let org = &served.org;
    let other = org.governed.outside("sha256");
    let made = org.governed.shell(
        "git init -q --object-format=sha256 -b main ../sha256 && cp ../policies/policy.yml ../sha256 && \
         cd ../sha256 && git add . && git -c user.name=P -c user.email=p@acme.example commit -q -m One",
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    for source in [address, format!("file://{}#main", other.display())] {
        let repo = dir.to_str().unwrap();
        org.cordon(&["policy", "fetch", "--repo", repo, &source], 0);
        by_the_hooks_user(&served, &source);
    }
    let of_user = PathBuf::from(&served.home).join(".cache/cordon");
    let stores = [dir.join("cordon"), of_user];
    for store in &stores {
        assert!(store.join("store/objects").is_dir());
        assert!(store.join("store-sha256/objects").is_dir());
    }
    let folders: Vec<_> = stores.iter().flat_map(|store| folders(store)).collect();
    for folder in folders {
        let shown = folder.display();
        for service in ["receive-pack", "upload-pack", "upload-archive"] {
            let mut git = org.governed.command("git", &org.governed.path());
            let answer = said(git.arg(service).arg(&folder));
            let told = format!("{}{}", answer.stdout, answer.stderr);
            assert!(
                told.contains("does not appear to be a git repository"),
                "{shown}: {told}"
            );
        }
        let pushed = org.governed.try_git([
            "push",
            "-q",
            &format!("file://{shown}"),
            "HEAD:refs/outside/x",
        ]);
        assert_ne!(pushed.code, 0, "{shown}");
    }
}

#[test]
fn a_higher_version_in_the_store_of_who_runs_the_hook_does_not_judge() {
    let (served, address, dir) = served();
    let org = &served.org;
    org.cordon(
        &["policy", "fetch", "--repo", dir.to_str().unwrap(), &address],
        0,
    );
    org.publish_text(&policy(999, "cursor"));
    by_the_hooks_user(&served, &address);
    org.by_an_agent();
    refused_by_the_agent(&served.push());
    // What the server's owner fetches does.
    org.cordon(
        &["policy", "fetch", "--repo", dir.to_str().unwrap(), &address],
        0,
    );
    let taken = served.push();
    assert_eq!(taken.code, 0, "{}", taken.stderr);
}

#[test]
fn nor_on_a_server_with_a_work_tree() {
    let (served, address, dir) = served();
    let org = &served.org;
    let made = org.governed.shell(
        "mv ../server.git ../dot && mkdir ../server.git && mv ../dot ../server.git/.git && \
         git -C ../server.git config core.bare false && \
         git -C ../server.git config receive.denyCurrentBranch updateInstead && \
         git -C ../server.git reset -q --hard",
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    org.cordon(
        &["policy", "fetch", "--repo", dir.to_str().unwrap(), &address],
        0,
    );
    org.publish_text(&policy(999, "cursor"));
    by_the_hooks_user(&served, &address);
    org.by_an_agent();
    refused_by_the_agent(&served.push());
}

#[test]
fn who_fetches_elsewhere_lowers_no_version_there() {
    let (served, address, dir) = served();
    let org = &served.org;
    org.cordon(
        &["policy", "fetch", "--repo", dir.to_str().unwrap(), &address],
        0,
    );
    org.publish_text(&policy(999, "cursor"));
    by_the_hooks_user(&served, &address);
    org.at(&["reset", "-q", "--hard", "HEAD~1"]);
    let line = format!(
        "cd '{}' && HOME='{}' cordon policy fetch '{address}'",
        dir.display(),
        served.home
    );
    let fetched = org.governed.shell(&line);
    assert_eq!(fetched.code, 2, "{}", fetched.stdout);
    assert!(
        fetched.stderr.contains("999 was seen already"),
        "{}",
        fetched.stderr
    );
}

/// What a check in the server's repository says of the change, with these words.
fn judged(served: &Served, dir: &Path, words: &str) -> Said {
    let line = format!("cd '{}' && cordon check {words}", dir.display());
    served.org.governed.shell(&line)
}

#[test]
fn who_asks_for_a_signature_is_judged_by_the_newest_that_is_signed() {
    let (served, address, dir) = served();
    let org = &served.org;
    let owner = key(&org.governed, "owner");
    let publish = |status: &str| {
        unnumbered(org, status);
        signing(org, "owner", &["commit", "-q", "--amend", "-S", "-m", "It"]);
    };
    let own = ["policy", "fetch", "--repo", dir.to_str().unwrap(), &address];
    let of_user = ["policy", "fetch", &address];
    let signer = ["--policy-signer", &owner];
    publish("approved");
    org.cordon(&[&own[..], &signer].concat(), 0);
    org.cordon(&[&of_user[..], &signer].concat(), 0);
    publish("denied");
    org.cordon(&own, 0);
    org.cordon(&of_user, 0);
    org.by_an_agent();
    let fetched = org
        .governed
        .shell("git -C ../server.git fetch -q \"$PWD\" HEAD:refs/x/y");
    assert_eq!(fetched.code, 0, "{}", fetched.stderr);
    let range = format!("--range HEAD..refs/x/y --policy '{address}'");
    for words in [range.clone(), format!("{range} --policy-signer '{owner}'")] {
        let said = judged(&served, &dir, &words);
        assert_eq!(said.code, 1, "{words}: {}{}", said.stdout, said.stderr);
        assert!(said.stdout.contains("agent-denied"), "{}", said.stdout);
    }
    // What nobody signed does not count, and no other store stands in for the server's own.
    std::fs::remove_dir_all(dir.join("cordon")).unwrap();
    unnumbered(org, "approved");
    org.cordon(&own, 0);
    let said = judged(&served, &dir, &format!("{range} --policy-signer '{owner}'"));
    assert_eq!(said.code, 2, "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("is not signed"), "{}", said.stdout);
}

#[test]
fn a_source_that_went_over_to_sha_256_is_judged_by_what_it_has_now() {
    let org = unnamed();
    unnumbered(&org, "approved");
    let address = format!("{}#main", org.url());
    let judged = || {
        org.governed
            .report(&["--range", "HEAD~1..HEAD", "--policy", &address])
    };
    org.cordon(&["policy", "fetch", &address], 0);
    assert!(judged().rules().is_empty());
    std::fs::rename(org.policies(), org.governed.outside("sha1")).unwrap();
    std::fs::create_dir(org.policies()).unwrap();
    org.at(&["init", "-q", "--object-format=sha256", "-b", "main"]);
    org.at(&["config", "user.name", "Pol Icy"]);
    org.at(&["config", "user.email", "pol@acme.example"]);
    unnumbered(&org, "denied");
    org.cordon(&["policy", "fetch", &address], 0);
    assert_eq!(judged().rules(), ["agent-denied"]);
    // And back.
    std::fs::remove_dir_all(org.policies()).unwrap();
    std::fs::rename(org.governed.outside("sha1"), org.policies()).unwrap();
    org.cordon(&["policy", "fetch", &address], 0);
    assert!(judged().rules().is_empty());
}

#[test]
fn what_mends_two_stores_asks_for_the_signature_too() {
    let org = unnamed();
    let owner = key(&org.governed, "owner");
    let publish = |from: &str, status: &str| {
        org.at(&["reset", "-q", "--hard", from]);
        unnumbered(&org, status);
        signing(
            &org,
            "owner",
            &["commit", "-q", "--amend", "-S", "-m", "It"],
        );
    };
    let address = format!("{}#main", org.url());
    let signer = ["--policy-signer", &owner];
    let begin = org.at(&["rev-parse", "HEAD"]).stdout;
    for (status, own) in [("approved", &["--repo", "."][..]), ("denied", &[])] {
        publish(begin.trim(), status);
        org.cordon(&[&["policy", "fetch", &address], own, &signer].concat(), 0);
    }
    let asked = ["--range", "HEAD~1..HEAD", "--policy", &address];
    let judged = || org.governed.report(&[&asked[..], &signer].concat());
    let report = judged();
    incomplete(&report, "policy-source");
    let mend = report.json["incomplete"][0]["mend"].as_str().unwrap();
    // What nobody signed would mend nothing.
    unnumbered(&org, "review");
    let said = org.governed.shell(mend);
    assert_eq!(said.code, 2, "{mend}");
    assert!(said.stderr.contains("is not signed"), "{}", said.stderr);
    publish("HEAD", "denied");
    assert_eq!(org.governed.shell(mend).code, 0, "{mend}");
    assert_eq!(judged().rules(), ["agent-denied"]);
}
