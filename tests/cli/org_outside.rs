//! A policy that is named from outside by its address, and the store of a server.

use crate::org::{Org, RANGE, policy};
use crate::support::{Said, incomplete};

/// An organisation that no repository names, and a change of an agent.
pub(crate) fn unnamed() -> Org {
    let org = Org::new();
    org.governed.write(".cordon.yml", "cordon: 1\n");
    org.governed.commit("Begin");
    org.by_an_agent();
    org
}

fn head(org: &Org) -> String {
    org.at(&["rev-parse", "HEAD"]).stdout.trim().to_owned()
}

#[test]
fn an_address_judges_offline_once_it_was_fetched() {
    let org = unnamed();
    let address = format!("{}#main", org.url());
    let judged = || {
        org.governed
            .report(&[&RANGE[..], &["--policy", &address]].concat())
    };
    let report = judged();
    incomplete(&report, "policy-source");
    let mend = report.json["incomplete"][0]["mend"].as_str().unwrap();
    assert_eq!(mend, format!("cordon policy fetch '{address}:policy.yml'"));
    assert_eq!(org.governed.shell(mend).code, 0);
    std::fs::rename(org.policies(), org.governed.outside("gone")).unwrap();
    let report = judged();
    assert_eq!(report.rules(), ["agent-denied"], "{:#}", report.json);
    assert_eq!(report.json["policy"]["pinned"], true);
    let layer = &report.json["policy"]["layers"][0];
    assert_eq!(layer["name"], "org");
    assert_eq!(layer["commit"].as_str().unwrap().len(), 40);
    let file = &report.of("agent-denied")[0]["policy"]["file"];
    assert_eq!(*file, format!("{}#policy.yml", org.url()));
    // Other commands know it too.
    for command in [
        &["explain", "--policy", &address, "HEAD"][..],
        &["agents", "list", "--policy", &address],
        &["policy", "diff", &address, &address],
        &["scan", "--policy", &address],
    ] {
        org.cordon(command, 0);
    }
}

#[test]
fn of_a_branch_holds_what_was_fetched_last_and_no_lock_moves_it() {
    let org = unnamed();
    let old = head(&org);
    org.publish(42, "claude-code");
    let address = format!("{}#main", org.url());
    org.cordon(&["policy", "fetch", &address], 0);
    // Somebody locks the older commit of the same branch, and has it fetched.
    org.publish(43, "cursor");
    org.at(&["reset", "-q", "--hard", &old]);
    org.names("main");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name the older one");
    org.by_an_agent();
    org.cordon(&["policy", "lock", "--of", "HEAD"], 0);
    let report = org
        .governed
        .report(&[&RANGE[..], &["--policy", &address]].concat());
    assert_eq!(report.json["policy"]["version"], 42, "{:#}", report.json);
    // Nor is an older version fetched.
    let told = org.cordon(&["policy", "fetch", &address], 2);
    assert!(told.contains("42 was seen already"), "{told}");
}

#[test]
fn a_whole_id_and_a_digest_pin_an_address() {
    let org = unnamed();
    let old = head(&org);
    org.publish(42, "cursor");
    let by_id = format!("{}#{old}", org.url());
    let told = org.cordon(&["policy", "fetch", &by_id], 0);
    assert!(
        told.ends_with(&format!("pinned: {by_id}:policy.yml\n")),
        "{told}"
    );
    // Of an annotated tag it is the tag's: that is what may be signed.
    let of_tag = format!("{}#policy/41", org.url());
    let told = org.cordon(&["policy", "fetch", &of_tag], 0);
    let tag = org.at(&["rev-parse", "policy/41"]).stdout;
    let pinned = format!("pinned: {}#{}:policy.yml\n", org.url(), tag.trim());
    assert!(told.ends_with(&pinned), "{told}");
    let judged = |more: &[&str]| org.governed.report(&[&RANGE[..], more].concat());
    let report = judged(&["--policy", &by_id]);
    assert_eq!(report.json["policy"]["version"], 41);
    let address = format!("{}#main", org.url());
    org.cordon(&["policy", "fetch", &address], 0);
    let digest = org
        .governed
        .shell("sha256sum ../policies/policy.yml | cut -d' ' -f1");
    let pinned = [
        "--policy",
        &address,
        "--policy-sha256",
        digest.stdout.trim(),
    ];
    assert_eq!(judged(&pinned).json["policy"]["version"], 42);
    org.publish(43, "claude-code");
    org.cordon(&["policy", "fetch", &address], 0);
    incomplete(&judged(&pinned), "policy-digest");
    // What is no address is told as such.
    for wrong in ["https://user:word@host/p", "ext://sh", "file:///x#-u"] {
        assert_eq!(judged(&["--policy", wrong]).code, 2, "{wrong}");
        org.cordon(&["policy", "fetch", wrong], 2);
    }
}

#[test]
fn what_lies_beside_a_fetched_policy_counts() {
    let org = unnamed();
    let policies = org.policies();
    std::fs::create_dir(policies.join("parts")).unwrap();
    std::fs::write(
        policies.join("parts/base.yml"),
        "cordon: 1\nagents: {claude-code: {status: denied}}\n",
    )
    .unwrap();
    std::fs::create_dir(policies.join("waivers")).unwrap();
    std::fs::write(policies.join("waivers/broken.yml"), "waiver: W-1\n").unwrap();
    org.publish_text(
        "cordon: 1\npolicy: {id: acme-agents, version: 42}\nextends: [{file: parts/base.yml}]\n",
    );
    let address = format!("{}#main:policy.yml", org.url());
    org.cordon(&["policy", "fetch", &address], 0);
    let report = org
        .governed
        .report(&[&RANGE[..], &["--policy", &address]].concat());
    assert_eq!(
        report.rules(),
        ["agent-denied", "waiver-invalid"],
        "{:#}",
        report.json
    );
}

#[test]
fn a_fetched_policy_must_be_signed_where_somebody_asks_for_it() {
    let org = unnamed();
    let keygen = "ssh-keygen -q -t ed25519 -N '' -f ../key";
    assert_eq!(org.governed.shell(keygen).code, 0);
    let public = org.governed.outside("key.pub");
    let signer = ["--policy-signer", public.to_str().unwrap()];
    let address = format!("{}#main", org.url());
    let told = org.cordon(&[&["policy", "fetch", &address][..], &signer].concat(), 2);
    assert!(told.contains("is not signed"), "{told}");
    org.cordon(&["policy", "fetch", &address], 0);
    let report = org
        .governed
        .report(&[&RANGE[..], &["--policy", &address], &signer].concat());
    incomplete(&report, "policy-signature");
}

/// A server whose hook runs with a home of its own.
pub(crate) struct Served {
    pub(crate) org: Org,
    pub(crate) home: String,
}

impl Served {
    pub(crate) fn new(org: Org, first: &str) -> Self {
        let made = org.governed.shell(&format!(
            "git init -q --bare -b main ../server.git && git push -q ../server.git {first}:refs/heads/main && \
             cd ../server.git && cordon install"
        ));
        assert_eq!(made.code, 0, "{}", made.stderr);
        // The server is another machine: it has a home of its own.
        let hook = org.governed.outside("server.git/hooks/pre-receive");
        let text = std::fs::read_to_string(&hook).unwrap();
        let (begin, rest) = text.split_once('\n').unwrap();
        let home = org.governed.outside("server-home");
        std::fs::create_dir(&home).unwrap();
        let home = home.display().to_string();
        let text = format!("{begin}\nexport HOME='{home}'\nunset XDG_CACHE_HOME\n{rest}");
        std::fs::write(&hook, text).unwrap();
        Self { org, home }
    }

    pub(crate) fn push(&self) -> Said {
        let refs = "HEAD:refs/heads/main";
        self.org
            .governed
            .try_git(["push", "-q", "../server.git", refs])
    }

    /// That the push is refused, with a command that the server's administrator runs then.
    fn mended(&self) {
        let refused = self.push();
        assert_ne!(refused.code, 0, "{}", refused.stderr);
        let at = refused.stderr.find("cordon policy fetch --repo ");
        let at = at.unwrap_or_else(|| panic!("{}", refused.stderr));
        let mend = refused.stderr[at..].lines().next().unwrap().trim();
        // From anywhere, and as somebody with another home.
        let line = format!("cd / && HOME='{}' {}", self.home, mend);
        let filled = self.org.governed.shell(&line);
        assert_eq!(filled.code, 0, "{line}: {}", filled.stderr);
    }
}

#[test]
fn a_server_takes_the_push_that_moves_the_lock_once_its_store_is_filled() {
    let org = Org::locked();
    org.governed.git(["reset", "-q", "--hard", "HEAD~1"]);
    let served = Served::new(org, "HEAD");
    let org = &served.org;
    org.publish(42, "cursor");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Move the lock");
    // The version on the server's default branch is not there yet, nor the one that is pushed.
    served.mended();
    served.mended();
    let taken = served.push();
    assert_eq!(taken.code, 0, "{}", taken.stderr);
    let own = org.governed.outside("server.git/cordon/store");
    assert!(own.is_dir());
    org.by_an_agent();
    let taken = served.push();
    assert_eq!(taken.code, 0, "{}", taken.stderr);
}

#[test]
fn a_server_names_the_policy_by_its_address() {
    let org = unnamed();
    org.governed.git(["reset", "-q", "--hard", "HEAD~1"]);
    let address = format!("{}#main", org.url());
    let served = Served::new(org, "HEAD");
    let org = &served.org;
    let dir = org.governed.outside("server.git");
    let dir = dir.to_str().unwrap();
    org.governed
        .git(["-C", dir, "config", "cordon.policy", &address]);
    org.by_an_agent();
    served.mended();
    let refused = served.push();
    assert_ne!(refused.code, 0);
    assert!(
        refused.stderr.contains("agent-denied"),
        "{}",
        refused.stderr
    );
    // A newer version holds as soon as it is fetched.
    org.publish_text(&policy(42, "cursor"));
    org.cordon(&["policy", "fetch", "--repo", dir, &address], 0);
    let taken = served.push();
    assert_eq!(taken.code, 0, "{}", taken.stderr);
    org.cordon(&["install", "--repo", dir], 0);
}

#[test]
fn a_bundle_is_fetched_from_where_no_network_is() {
    let org = Org::locked();
    let id = head(&org);
    org.cordon(&["policy", "bundle", "--output", "../own.bundle"], 0);
    org.at(&[
        "bundle",
        "create",
        "-q",
        "../theirs.bundle",
        "main",
        "policy/41",
    ]);
    std::fs::rename(org.policies(), org.governed.outside("gone")).unwrap();
    for bundle in ["../own.bundle", "../theirs.bundle"] {
        for reference in ["main", &id] {
            std::fs::remove_dir_all(org.cache()).unwrap();
            let address = format!("{}#{reference}", org.url());
            org.cordon(&["policy", "fetch", "--bundle", bundle, &address], 0);
            let report = org
                .governed
                .report(&[&RANGE[..], &["--policy", &address]].concat());
            assert_eq!(report.of("agent-denied").len(), 1, "{:#}", report.json);
        }
    }
    let other = format!("{}#{}", org.url(), "1".repeat(40));
    let told = org.cordon(&["policy", "fetch", "--bundle", "../own.bundle", &other], 2);
    assert!(told.contains("does not name it"), "{told}");
}

#[test]
fn a_damaged_store_is_told_with_what_mends_it() {
    let org = unnamed();
    let address = format!("{}#main", org.url());
    org.cordon(&["policy", "fetch", &address], 0);
    let args = [&RANGE[..], &["--policy", &address]].concat();
    assert_eq!(org.governed.report(&args).rules(), ["agent-denied"]);
    let blob = org.at(&["rev-parse", "HEAD:policy.yml"]).stdout;
    let (folder, name) = blob.trim().split_at(2);
    let objects = org.cache().join("store/objects");
    std::fs::remove_file(objects.join(folder).join(name)).unwrap();
    let report = org.governed.report(&args);
    incomplete(&report, "policy-source");
    let mend = report.json["incomplete"][0]["mend"].as_str().unwrap();
    assert!(mend.starts_with("rm -rf "), "{mend}");
    assert_eq!(org.governed.shell(mend).code, 0);
    assert_eq!(org.governed.report(&args).rules(), ["agent-denied"]);
}

/// A policy without a version, which says this of Claude.
pub(crate) fn unnumbered(org: &Org, status: &str) {
    org.publish_text(&format!(
        "cordon: 1\nextends: []\nagents: {{claude-code: {{status: {status}}}}}\n"
    ));
}

#[test]
fn a_servers_own_store_holds_whoever_runs_the_hook() {
    let org = unnamed();
    unnumbered(&org, "approved");
    org.governed.git(["reset", "-q", "--hard", "HEAD~1"]);
    let address = format!("{}#main", org.url());
    let served = Served::new(org, "HEAD");
    let org = &served.org;
    let dir = org.governed.outside("server.git");
    let dir = dir.to_str().unwrap();
    org.governed
        .git(["-C", dir, "config", "cordon.policy", &address]);
    // Once the hook's own user fetched it without saying where to.
    let fetch = format!(
        "cd / && HOME='{}' cordon policy fetch '{address}'",
        served.home
    );
    assert_eq!(org.governed.shell(&fetch).code, 0);
    // Then another history takes its place, which no version tells apart.
    org.at(&["reset", "-q", "--hard", "HEAD~1"]);
    unnumbered(org, "denied");
    org.cordon(&["policy", "fetch", "--repo", dir, &address], 0);
    org.by_an_agent();
    let refused = served.push();
    assert!(
        refused.stderr.contains("agent-denied"),
        "{}",
        refused.stderr
    );
}

#[test]
fn of_two_stores_without_versions_the_later_commit_judges_or_none() {
    let org = unnamed();
    unnumbered(&org, "approved");
    let first = head(&org);
    let address = format!("{}#main", org.url());
    let own = ["policy", "fetch", "--repo", ".", &address];
    let judged = || {
        org.governed
            .report(&[&RANGE[..], &["--policy", &address]].concat())
    };
    org.cordon(&["policy", "fetch", &address], 0);
    unnumbered(&org, "denied");
    org.cordon(&own, 0);
    assert_eq!(judged().rules(), ["agent-denied"]);
    // The same the other way round.
    std::fs::remove_dir_all(org.cache()).unwrap();
    let there = org.governed.path().join(".git/cordon");
    std::fs::rename(&there, org.cache()).unwrap();
    org.at(&["reset", "-q", "--hard", &first]);
    org.cordon(&own, 0);
    assert_eq!(judged().rules(), ["agent-denied"]);
    // Neither follows the other.
    unnumbered(&org, "denied");
    org.at(&["commit", "-q", "--amend", "-m", "Another"]);
    org.cordon(&own, 0);
    let report = judged();
    incomplete(&report, "policy-source");
    let row = &report.json["incomplete"][0];
    let told = row["message"].as_str().unwrap();
    assert!(told.contains("neither follows the other"), "{told}");
    let mend = row["mend"].as_str().unwrap();
    assert_eq!(org.governed.shell(mend).code, 0, "{mend}");
    assert_eq!(judged().rules(), ["agent-denied"]);
}
