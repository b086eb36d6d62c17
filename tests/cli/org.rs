//! One policy for many repositories: a policy repository, a governed one, and its fork.

use std::path::PathBuf;

use crate::support::{CLAUDE, Said, Sandbox, incomplete, said};

pub(crate) const RANGE: [&str; 2] = ["--range", "HEAD~1..HEAD"];

/// A policy of that version which denies one agent.
pub(crate) fn policy(version: u32, denied: &str) -> String {
    format!(
        "cordon: 1\npolicy: {{id: acme-agents, version: {version}}}\nextends: []\n\
         agents: {{{denied}: {{status: denied}}}}\n"
    )
}

/// A governed repository beside the organisation's policy repository.
pub(crate) struct Org {
    /// The governed one.
    pub(crate) governed: Sandbox,
}

impl Org {
    /// The policy repository has version 41, which denies Claude, at the tag `policy/41`; the governed
    /// one names the branch `main` of it and has no lock yet.
    pub(crate) fn new() -> Self {
        let governed = Sandbox::new();
        let org = Self { governed };
        let path = org.policies();
        std::fs::create_dir(&path).unwrap();
        org.at(&["init", "-q", "-b", "main"]);
        org.at(&["config", "user.name", "Pol Icy"]);
        org.at(&["config", "user.email", "pol@acme.example"]);
        org.publish(41, "claude-code");
        org.at(&["tag", "-a", "-m", "Version 41", "policy/41"]);
        org.names("main");
        org
    }

    /// The same, locked, and the lock committed.
    pub(crate) fn locked() -> Self {
        let org = Self::new();
        org.cordon(&["policy", "update"], 0);
        org.governed.commit("Name the organisation's policy");
        org.by_an_agent();
        org
    }

    pub(crate) fn policies(&self) -> PathBuf {
        self.governed.outside("policies")
    }

    pub(crate) fn url(&self) -> String {
        format!("file://{}", self.policies().display())
    }

    /// Runs `git` in the policy repository.
    pub(crate) fn at(&self, args: &[&str]) -> Said {
        let said = said(self.governed.command("git", &self.policies()).args(args));
        assert_eq!(said.code, 0, "git {args:?}: {}", said.stderr);
        said
    }

    /// Commits a version of the policy.
    pub(crate) fn publish(&self, version: u32, denied: &str) {
        self.publish_text(&policy(version, denied));
    }

    pub(crate) fn publish_text(&self, text: &str) {
        std::fs::write(self.policies().join("policy.yml"), text).unwrap();
        self.at(&["add", "-A"]);
        self.at(&["commit", "-q", "-m", "A version"]);
    }

    /// The governed repository names this reference.
    pub(crate) fn names(&self, reference: &str) {
        let url = self.url();
        let text = format!("cordon: 1\nextends: [{{git: \"{url}\", ref: {reference}}}]\n");
        self.governed.write(".cordon.yml", text);
    }

    pub(crate) fn by_an_agent(&self) {
        self.governed.write("a", "a\n");
        self.governed.commit(&format!("Change\n\n{CLAUDE}"));
    }

    /// Runs `cordon`, which must end so; what it said.
    pub(crate) fn cordon(&self, args: &[&str], code: i32) -> String {
        let said = self.governed.cordon(args);
        assert_eq!(said.code, code, "{args:?}: {}{}", said.stdout, said.stderr);
        said.stdout + &said.stderr
    }

    pub(crate) fn lock(&self) -> String {
        std::fs::read_to_string(self.governed.path().join(".cordon.lock")).unwrap()
    }

    pub(crate) fn cache(&self) -> PathBuf {
        self.governed.outside(".cache/cordon")
    }
}

#[test]
fn a_locked_policy_judges_offline() {
    let org = Org::locked();
    // Nobody is asked any more.
    std::fs::rename(org.policies(), org.governed.outside("gone")).unwrap();
    let report = org.governed.report(&RANGE);
    assert_eq!(report.rules(), ["agent-denied"]);
    let policy = &report.json["policy"];
    assert_eq!(
        (&policy["id"], &policy["version"]),
        (&"acme-agents".into(), &41.into())
    );
    assert_eq!(
        (&policy["pinned"], &policy["trusted"]),
        (&false.into(), &true.into())
    );
    let layer = &policy["layers"][0];
    assert_eq!(layer["name"], "org");
    assert_eq!(layer["source"], org.url());
    assert_eq!(layer["path"], "policy.yml");
    assert!(org.lock().contains(layer["commit"].as_str().unwrap()));
    let line = &report.of("agent-denied")[0]["policy"];
    assert_eq!(line["file"], format!("{}#policy.yml", org.url()));
    assert_eq!(line["line"], 4);
    assert_eq!(policy["layers"][1]["name"], "repository");
}

#[test]
fn both_readers_see_the_same_organisation() {
    let org = Org::locked();
    assert_eq!(org.governed.both(&RANGE).rules(), ["agent-denied"]);
}

#[test]
fn a_policy_without_a_lock_judges_nothing() {
    let org = Org::new();
    org.governed.commit("Name the organisation's policy");
    org.by_an_agent();
    let report = org.governed.report(&RANGE);
    incomplete(&report, "policy-lock");
    assert_eq!(report.json["incomplete"][0]["mend"], "cordon policy update");
    // The hooks do not go on with the local file either.
    assert_eq!(org.governed.cordon(["hook", "pre-commit"]).code, 2);
}

#[test]
fn a_lock_that_nothing_was_fetched_for_is_filled_by_its_own_command() {
    let org = Org::locked();
    std::fs::remove_dir_all(org.cache()).unwrap();
    incomplete(&org.governed.report(&RANGE), "policy-source");
    let report = org.governed.report(&RANGE);
    let mend = report.json["incomplete"][0]["mend"].as_str().unwrap();
    let base = org.governed.id("HEAD~1");
    assert_eq!(mend, format!("cordon policy lock --of {base}"));
    let said = org.governed.shell(mend);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(org.governed.report(&RANGE).rules(), ["agent-denied"]);
}

#[test]
fn an_update_says_in_words_what_changes() {
    let org = Org::locked();
    let before = org.lock();
    org.publish(42, "cursor");
    let told = org.cordon(&["policy", "update", "--dry-run"], 0);
    assert!(told.contains("weaker:   agents.claude-code"), "{told}");
    assert!(told.contains("stricter: agents.cursor"), "{told}");
    assert_eq!(org.lock(), before);
    // Nothing moves by itself.
    let told = org.cordon(&["policy", "lock"], 0);
    assert!(told.contains("stays as it is"), "{told}");
    assert_eq!(org.lock(), before);
    org.cordon(&["policy", "update"], 0);
    assert!(org.lock().contains("version: 42"), "{}", org.lock());
    let told = org.cordon(&["policy", "update"], 0);
    assert!(told.contains("it is the one that was locked"), "{told}");
}

#[test]
fn an_older_version_is_refused() {
    let org = Org::locked();
    let before = org.lock();
    org.publish(40, "cursor");
    let told = org.cordon(&["policy", "update"], 2);
    assert!(
        told.contains("version is 40, and 41 was seen already"),
        "{told}"
    );
    org.publish_text("cordon: 1\nextends: []\n");
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("version is none"), "{told}");
    assert_eq!(org.lock(), before);
    // Nor by another reference to the same file.
    org.at(&["branch", "laxer"]);
    org.names("laxer");
    org.cordon(&["policy", "update"], 2);
    org.cordon(&["policy", "lock"], 2);
}

#[test]
fn a_lock_by_hand_does_not_roll_back() {
    let org = Org::locked();
    let old = org.at(&["rev-parse", "HEAD"]).stdout;
    org.publish(42, "cursor");
    org.cordon(&["policy", "update"], 0);
    let new = org.at(&["rev-parse", "HEAD"]).stdout;
    let lock = org.lock();
    let back = lock.replace(new.trim(), old.trim());
    org.governed.write(".cordon.lock", &back);
    org.governed.commit("Roll back by hand");
    incomplete(
        &org.governed.report(&["--range", "HEAD..HEAD"]),
        "policy-digest",
    );
    // With the digest of the old one too, the floor still stands.
    let old_digest = digest(&back_lock(&org, &old));
    let new_digest = digest(&lock);
    org.governed
        .write(".cordon.lock", back.replace(&new_digest, &old_digest));
    org.governed.commit("Roll back by hand, with the digest");
    incomplete(
        &org.governed.report(&["--range", "HEAD..HEAD"]),
        "policy-rollback",
    );
}

/// The lock of an older commit, as Cordon wrote it.
fn back_lock(org: &Org, old: &str) -> String {
    let locks = org
        .governed
        .git(["log", "--format=%H", "--", ".cordon.lock"])
        .stdout;
    let mut texts = locks.lines().map(|id| {
        let lock = format!("{id}:.cordon.lock");
        org.governed.git(["show", &lock]).stdout
    });
    texts
        .find(|text| text.contains(old.trim()) && text.contains("version: 41"))
        .unwrap()
}

fn digest(lock: &str) -> String {
    let line = lock.lines().find(|line| line.contains("sha256: ")).unwrap();
    line.split('"').nth(1).unwrap().to_owned()
}

#[test]
fn a_tampered_store_judges_nothing() {
    let org = Org::locked();
    let store = org.cache().join("store");
    let blob = org.at(&["rev-parse", "HEAD:policy.yml"]).stdout;
    // As a loose object, so that its bytes can be replaced by those of a laxer policy.
    let packs = store.join("objects/pack");
    let mut unpacked = String::new();
    for entry in std::fs::read_dir(&packs).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path
            .extension()
            .is_some_and(|extension| extension == "pack")
        {
            let aside = org.governed.outside("aside.pack");
            std::fs::rename(&path, &aside).unwrap();
            unpacked = aside.display().to_string();
        }
    }
    let git_dir = format!(
        "GIT_DIR='{0}/git' GIT_OBJECT_DIRECTORY='{0}/objects'",
        store.display()
    );
    if !unpacked.is_empty() {
        let said = org
            .governed
            .shell(&format!("{git_dir} git unpack-objects -q < {unpacked}"));
        assert_eq!(said.code, 0, "{}", said.stderr);
    }
    assert_eq!(org.governed.report(&RANGE).rules(), ["agent-denied"]);
    let said = org.governed.shell(&format!(
        "printf 'cordon: 1\\nextends: []\\n' > ../lax.yml && {git_dir} git hash-object -w ../lax.yml"
    ));
    let file = |id: &str| {
        let (folder, name) = id.trim().split_at(2);
        store.join("objects").join(folder).join(name)
    };
    let real = file(&blob);
    std::fs::remove_file(&real).unwrap();
    std::fs::copy(file(&said.stdout), &real).unwrap();
    let report = org.governed.report(&RANGE);
    incomplete(&report, "policy-source");
    let mend = report.json["incomplete"][0]["mend"].as_str().unwrap();
    let said = org.governed.shell(mend);
    assert_eq!(said.code, 0, "{mend}: {}", said.stderr);
    assert_eq!(org.governed.report(&RANGE).rules(), ["agent-denied"]);
}

#[test]
fn a_tag_that_moves_is_refused() {
    let org = Org::new();
    org.names("policy/41");
    org.cordon(&["policy", "update"], 0);
    assert!(org.lock().contains("tag: "), "{}", org.lock());
    let before = org.lock();
    org.publish(42, "cursor");
    org.at(&["tag", "-f", "-a", "-m", "Moved", "policy/41"]);
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("the tag has moved"), "{told}");
    assert_eq!(org.lock(), before);
    // What was locked goes on.
    org.cordon(&["policy", "lock"], 0);
    // A new tag is a new version.
    org.at(&["tag", "policy/42"]);
    org.names("policy/42");
    org.cordon(&["policy", "update"], 0);
    assert!(org.lock().contains("version: 42"), "{}", org.lock());
}

#[test]
fn a_source_that_vanished_is_told() {
    let org = Org::locked();
    let before = org.lock();
    std::fs::rename(org.policies(), org.governed.outside("gone")).unwrap();
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("could not be fetched"), "{told}");
    assert_eq!(org.lock(), before);
    // Here it is still in the store.
    org.cordon(&["policy", "lock"], 0);
    std::fs::remove_dir_all(org.cache()).unwrap();
    org.cordon(&["policy", "lock"], 2);
    incomplete(&org.governed.report(&RANGE), "policy-source");
}

#[test]
fn a_reference_that_is_not_there_or_two_things_is_refused() {
    let org = Org::new();
    org.names("nowhere");
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("no branch and no tag"), "{told}");
    org.at(&["tag", "main"]);
    org.names("main");
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("a branch and a tag"), "{told}");
    org.names("refs/heads/main");
    org.cordon(&["policy", "update"], 0);
    let id = org.at(&["rev-parse", "HEAD"]).stdout;
    org.names(id.trim());
    org.cordon(&["policy", "update"], 0);
}

#[test]
fn two_git_sources_are_an_error() {
    let org = Org::locked();
    let url = org.url();
    let text = format!(
        "cordon: 1\nextends:\n  - {{git: \"{url}\", ref: main}}\n  - {{git: \"{url}\", ref: other}}\n"
    );
    org.governed.write(".cordon.yml", text);
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains(".cordon.yml:4:11"), "{told}");
    org.governed.commit("Two organisations");
    let report = org.governed.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.code, 2);
    assert_eq!(report.codes(), ["policy-invalid"]);
}

#[test]
fn a_repository_cannot_loosen_its_organisation() {
    let org = Org::locked();
    let own = "agents: {claude-code: {status: approved}}\n";
    let text = std::fs::read_to_string(org.governed.path().join(".cordon.yml")).unwrap();
    org.governed.write(".cordon.yml", text + own);
    org.governed.commit("Loosen");
    org.by_an_agent();
    let report = org.governed.report(&RANGE);
    assert_eq!(report.rules(), ["agent-denied", "policy-weakened"]);
    let told = report.of("policy-weakened")[0]["message"].to_string();
    assert!(told.contains(".cordon.yml:3 says `approved`"), "{told}");
    assert!(told.contains("#policy.yml:4 says `denied`"), "{told}");
}

#[test]
fn a_change_that_moves_the_source_is_judged_by_both() {
    let org = Org::locked();
    // A laxer policy elsewhere, of the author's own.
    let own = org.governed.outside("own");
    let make = format!(
        "git clone -q '{}' '{}' && cd '{}' && git config user.name A && git config user.email a@b.example",
        org.policies().display(),
        own.display(),
        own.display()
    );
    assert_eq!(org.governed.shell(&make).code, 0);
    std::fs::write(own.join("policy.yml"), policy(50, "cursor")).unwrap();
    let said = said(
        org.governed
            .command("git", &own)
            .args(["commit", "-q", "-a", "-m", "Lax"]),
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    let text = format!(
        "cordon: 1\nextends: [{{git: \"file://{}\", ref: main}}]\n",
        own.display()
    );
    org.governed.write(".cordon.yml", text);
    org.cordon(&["policy", "update"], 0);
    org.governed.write("b", "b\n");
    org.governed.commit(&format!("Move the source\n\n{CLAUDE}"));
    let report = org.governed.report(&RANGE);
    assert_eq!(report.of("agent-denied").len(), 1, "{:#}", report.json);
    assert_eq!(report.of("policy-weakened").len(), 2, "{:#}", report.json);
    assert_eq!(report.code, 1);
    let layers = report.json["policy"]["layers"].as_array().unwrap();
    let names: Vec<_> = layers
        .iter()
        .map(|layer| layer["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["org", "repository", "change", "change"]);
}

#[test]
fn taking_the_source_away_takes_no_judge_away() {
    let org = Org::locked();
    org.governed
        .write(".cordon.yml", "cordon: 1\nextends: []\n");
    org.governed.git(["rm", "-q", ".cordon.lock"]);
    org.governed.commit(&format!("Alone\n\n{CLAUDE}"));
    let report = org.governed.report(&RANGE);
    assert_eq!(report.of("agent-denied").len(), 1);
    assert!(!report.of("policy-weakened").is_empty());
}

#[test]
fn a_bundle_serves_where_no_network_is() {
    let org = Org::locked();
    org.cordon(&["policy", "bundle", "--output", "../policy.bundle"], 0);
    let first = std::fs::read(org.governed.outside("policy.bundle")).unwrap();
    org.cordon(&["policy", "bundle", "--output", "../policy.bundle"], 0);
    assert_eq!(
        std::fs::read(org.governed.outside("policy.bundle")).unwrap(),
        first
    );
    let before = org.lock();
    std::fs::rename(org.policies(), org.governed.outside("gone")).unwrap();
    std::fs::remove_dir_all(org.cache()).unwrap();
    incomplete(&org.governed.report(&RANGE), "policy-source");
    org.cordon(&["policy", "lock", "--bundle", "../policy.bundle"], 0);
    assert_eq!(org.governed.report(&RANGE).rules(), ["agent-denied"]);
    std::fs::remove_dir_all(org.cache()).unwrap();
    org.cordon(&["policy", "update", "--bundle", "../policy.bundle"], 0);
    assert_eq!(org.lock(), before);
    assert_eq!(org.governed.report(&RANGE).rules(), ["agent-denied"]);
    // A bundle that Git made of the policy repository serves too.
    let make = "git -C ../gone bundle create -q ../plain.bundle main";
    assert_eq!(org.governed.shell(make).code, 0);
    std::fs::remove_dir_all(org.cache()).unwrap();
    org.cordon(&["policy", "update", "--bundle", "../plain.bundle"], 0);
    assert_eq!(org.lock(), before);
    // One that was cut off does not.
    let cut = &first[..first.len() - 40];
    std::fs::write(org.governed.outside("policy.bundle"), cut).unwrap();
    std::fs::remove_dir_all(org.cache()).unwrap();
    org.cordon(&["policy", "update", "--bundle", "../policy.bundle"], 2);
}

#[test]
fn a_fork_answers_to_the_same_organisation() {
    let org = Org::locked();
    let fork = org.governed.outside("fork");
    let made = org
        .governed
        .shell(&format!("git clone -q . '{}'", fork.display()));
    assert_eq!(made.code, 0, "{}", made.stderr);
    let check = |args: &[&str]| {
        let mut cordon = org.governed.command(crate::support::CORDON, &fork);
        said(cordon.args(["check", "--format", "concise"]).args(args))
    };
    let first = check(&RANGE);
    assert_eq!(first.code, 1, "{}", first.stdout);
    // Its own main is an author's: what it drops there still holds by the branch it came from.
    let drop = "cd ../fork && git config user.name A && git config user.email a@b.example && \
                git rm -q .cordon.yml .cordon.lock && git commit -q -m Drop && \
                printf x > x && git add x && git commit -q -m 'Change\n\nCo-Authored-By: Claude \
                <noreply@anthropic.com>'";
    let done = org.governed.shell(drop);
    assert_eq!(done.code, 0, "{}", done.stderr);
    let range = check(&["--range", "origin/main..HEAD"]);
    assert_eq!(range.code, 1, "{}", range.stdout);
    assert!(range.stdout.contains("agent-denied"), "{}", range.stdout);
    assert!(range.stdout.contains("policy-weakened"), "{}", range.stdout);
}

#[test]
fn fetching_sees_nothing_of_the_repository_that_a_hook_is_about() {
    let mut org = Org::new();
    for (name, value) in [
        ("GIT_DIR", "/nowhere"),
        ("GIT_WORK_TREE", "/nowhere"),
        ("GIT_INDEX_FILE", "/nowhere"),
        ("GIT_OBJECT_DIRECTORY", "/nowhere"),
        ("GIT_CONFIG_COUNT", "1"),
        ("GIT_CONFIG_KEY_0", "core.hooksPath"),
        ("GIT_CONFIG_VALUE_0", "/tmp"),
        ("GIT_ALLOW_PROTOCOL", "ext"),
        ("GIT_PROTOCOL_FROM_USER", "0"),
    ] {
        org.governed.set(name, value);
    }
    org.cordon(&["policy", "update", "--file", ".cordon.yml"], 0);
}

#[test]
fn no_address_becomes_a_command() {
    let org = Org::new();
    for (url, reference) in [
        ("ext::sh -c touch% ../owned", "main"),
        ("--upload-pack=touch ../owned", "main"),
        ("https://user:word@git.acme.example/policy.git", "main"),
        ("/srv/policies", "main"),
        ("file:///srv/policies", "--upload-pack=touch ../owned"),
    ] {
        let text = format!("cordon: 1\nextends: [{{git: \"{url}\", ref: \"{reference}\"}}]\n");
        org.governed.write(".cordon.yml", text);
        org.cordon(&["policy", "update"], 2);
        org.cordon(&["policy", "check"], 2);
    }
    // Nor what the user's own configuration makes of one.
    org.names("main");
    let rewrite = format!("url.ext::sh -c touch% owned.insteadOf {}", org.url());
    let (key, value) = rewrite.split_once(".insteadOf ").unwrap();
    org.governed
        .git(["config", "--global", &format!("{key}.insteadOf"), value]);
    org.cordon(&["policy", "update"], 2);
    assert!(!org.governed.outside("owned").exists());
    assert!(!org.governed.path().join("owned").exists());
}

#[test]
fn a_policy_is_shown_with_the_organisation_that_its_lock_names() {
    let org = Org::locked();
    let told = org.cordon(&["policy", "show"], 0);
    assert!(told.contains("#policy.yml (org)"), "{told}");
    assert!(told.contains("#policy.yml:4 (org)"), "{told}");
    let own = std::fs::read_to_string(org.governed.path().join(".cordon.yml")).unwrap();
    let own = own + "agents: {claude-code: {status: approved}}\n";
    org.governed.write(".cordon.yml", own);
    let told = org.cordon(&["policy", "show"], 0);
    assert!(
        told.contains(".cordon.yml:3 (repository) says approved: cannot loosen it"),
        "{told}"
    );
    // Without its lock nothing is shown that would not hold.
    std::fs::remove_file(org.governed.path().join(".cordon.lock")).unwrap();
    org.cordon(&["policy", "show"], 2);
}

#[test]
fn a_policy_builds_on_files_beside_it() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(
        "org/policy.yml",
        "cordon: 1\nextends: [{file: teams/base.yml}]\n",
    );
    sandbox.write(
        "org/teams/base.yml",
        "cordon: 1\nextends: [{file: more.yml}]\npolicy: {id: base, version: 9}\n",
    );
    sandbox.write(
        "org/teams/more.yml",
        "cordon: 1\nagents: {claude-code: {status: denied}}\n",
    );
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.report(&["--commit", "HEAD", "--policy", "org/policy.yml"]);
    assert_eq!(
        report.of("agent-denied")[0]["policy"]["file"],
        "org/teams/more.yml"
    );
    // Who a policy is, it does not inherit.
    assert_eq!(report.json["policy"]["id"], serde_json::Value::Null);
}

#[test]
fn a_file_to_build_on_is_beside_the_policy_and_no_link() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("outside.yml", "cordon: 1\n");
    sandbox.write("org/loop.yml", "cordon: 1\nextends: [{file: policy.yml}]\n");
    std::os::unix::fs::symlink("../outside.yml", sandbox.path().join("org/link.yml")).unwrap();
    std::os::unix::fs::symlink("..", sandbox.path().join("org/up")).unwrap();
    for (file, told) in [
        ("../outside.yml", "without `..`"),
        ("/etc/passwd", "relative"),
        ("link.yml", "a symbolic link"),
        ("up/outside.yml", "a symbolic link"),
        ("absent.yml", "there is no file `absent.yml`"),
        ("loop.yml", "builds on itself"),
        ("policy.yml", "builds on itself"),
    ] {
        let text = format!("cordon: 1\nextends: [{{file: \"{file}\"}}]\n");
        sandbox.write("org/policy.yml", text);
        let said = sandbox.cordon(["policy", "check", "org/policy.yml"]);
        assert_eq!(said.code, 2, "{file}: {}", said.stdout);
        assert!(said.stdout.contains(told), "{file}: {}", said.stdout);
        let report = sandbox.report(&["--commit", "HEAD", "--policy", "org/policy.yml"]);
        incomplete(&report, "policy-invalid");
    }
    // Far down too.
    for number in 0..12 {
        let text = format!("cordon: 1\nextends: [{{file: f{}.yml}}]\n", number + 1);
        sandbox.write(&format!("org/f{number}.yml"), text);
    }
    let said = sandbox.cordon(["policy", "check", "org/f0.yml"]);
    assert!(
        said.stdout.contains("more than 8 policies"),
        "{}",
        said.stdout
    );
    assert_eq!(said.code, 2);
}

#[test]
fn a_file_beside_one_with_a_number_sign_in_its_name_is_itself() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nextends: [{file: \".cordon/x#y.yml\"}]\n",
    );
    sandbox.write(".cordon/x#y.yml", "cordon: 1\nextends: [{file: y.yml}]\n");
    sandbox.write(".cordon/y.yml", "cordon: 1\nextends: []\n");
    let said = sandbox.cordon(["policy", "check", ".cordon.yml"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    sandbox.write(".cordon/y.yml", "cordon: 1\nextends: []\nnonsense: 1\n");
    let said = sandbox.cordon(["policy", "check", ".cordon.yml"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.stdout.contains(".cordon/y.yml:3"), "{}", said.stdout);
}

#[test]
fn a_policy_that_cannot_be_read_is_none_that_names_nothing() {
    let sandbox = Sandbox::with_commit();
    for text in [
        "cordon: 1\nextends: {git: \"file:///org\"}\n",
        "cordon: 1\n\textends: []\n",
        "cordon: 1\nextends: [{file: \"\u{ffff}\"}]\n",
    ] {
        sandbox.write(".cordon.yml", text);
        sandbox.commit("Name something");
        for command in [
            &["update"][..],
            &["lock"],
            &["lock", "--frozen"],
            &["lock", "--of", "HEAD"],
        ] {
            let said = sandbox.cordon([&["policy"], command].concat());
            assert_eq!(said.code, 2, "{command:?} {text}: {}", said.stdout);
            assert!(said.stderr.contains(".cordon.yml:"), "{}", said.stderr);
        }
    }
    // One that names nothing is none to lock.
    sandbox.write(".cordon.yml", "cordon: 1\n");
    let said = sandbox.cordon(["policy", "lock", "--frozen"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn a_repositorys_policy_builds_on_files_of_its_trusted_side() {
    let own = "cordon: 1\nextends: [{file: .cordon/base.yml}]\n";
    let sandbox = Sandbox::with_policy(own);
    let base = |status: &str| format!("cordon: 1\nagents: {{claude-code: {{status: {status}}}}}\n");
    sandbox.write(".cordon/base.yml", base("denied"));
    sandbox.commit("A base");
    sandbox.write(".cordon/base.yml", base("approved"));
    sandbox.commit(&format!("Loosen\n\n{CLAUDE}"));
    let report = sandbox.report(&RANGE);
    assert_eq!(report.rules(), ["agent-denied", "policy-weakened"]);
    assert_eq!(
        report.of("agent-denied")[0]["policy"]["file"],
        ".cordon/base.yml"
    );
    sandbox.write(".cordon.yml", "cordon: 1\nextends: [{file: base.yml}]\n");
    sandbox.write("base.yml", base("approved"));
    sandbox.commit("Elsewhere");
    incomplete(&sandbox.report(&["--commit", "HEAD"]), "policy-invalid");
}

#[test]
fn an_entry_of_a_list_that_is_dropped_is_noted() {
    let sandbox = Sandbox::with_commit();
    sandbox.write(
        "org/policy.yml",
        "cordon: 1\nextends: [{file: base.yml}]\nzones: {z: {paths: [\"a/**\", \"c/**\"], agents: denied}}\n",
    );
    sandbox.write(
        "org/base.yml",
        "cordon: 1\nzones: {z: {paths: [\"a/**\", \"b/**\"]}}\n",
    );
    let said = sandbox.cordon(["policy", "check", "org/policy.yml"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(
        said.stdout
            .contains("this list drops \"b/**\" of org/base.yml:2"),
        "{}",
        said.stdout
    );
    assert!(!said.stdout.contains("drops \"a/**\""), "{}", said.stdout);
}

#[test]
fn a_policy_from_git_builds_on_another_one_that_it_locks() {
    let org = Org::new();
    // The base is a repository of its own; the organisation's policy names and locks it.
    let base = org.governed.outside("base");
    let make = format!(
        "git init -q -b main '{0}' && cd '{0}' && git config user.name B && git config user.email b@acme.example && \
         printf 'cordon: 1\\nagents: {{cursor: {{status: denied}}}}\\n' > policy.yml && git add -A && \
         git commit -q -m Base",
        base.display()
    );
    assert_eq!(org.governed.shell(&make).code, 0);
    let text = format!(
        "cordon: 1\npolicy: {{id: acme, version: 42}}\nextends: [{{git: \"file://{}\", ref: main}}]\n",
        base.display()
    );
    org.publish_text(&text);
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    org.governed.write("a", "a\n");
    org.governed
        .commit("Change\n\nCo-authored-by: Cursor <cursoragent@cursor.com>");
    // The organisation has not locked what it builds on.
    incomplete(&org.governed.report(&RANGE), "policy-lock");
    let file = org.policies().join("policy.yml");
    org.cordon(&["policy", "update", "--file", file.to_str().unwrap()], 0);
    org.at(&["add", "-A"]);
    org.at(&["commit", "-q", "-m", "Lock the base"]);
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("The locked one");
    org.governed.write("a", "b\n");
    org.governed
        .commit("Change\n\nCo-authored-by: Cursor <cursoragent@cursor.com>");
    std::fs::rename(&base, org.governed.outside("gone")).unwrap();
    let report = org.governed.report(&RANGE);
    assert_eq!(report.rules(), ["agent-denied"], "{:#}", report.json);
    let file = format!("file://{}#policy.yml", base.display());
    assert_eq!(report.of("agent-denied")[0]["policy"]["file"], file);
}

#[test]
fn only_the_policy_file_itself_names_the_organisation() {
    let org = Org::new();
    let named = std::fs::read_to_string(org.governed.path().join(".cordon.yml")).unwrap();
    org.cordon(&["policy", "update"], 0);
    org.governed.write(".cordon/base.yml", named);
    org.governed.write(
        ".cordon.yml",
        "cordon: 1\nextends: [{file: .cordon/base.yml}]\n",
    );
    org.governed.commit("Name it in another file");
    org.by_an_agent();
    let report = org.governed.report(&RANGE);
    incomplete(&report, "policy-invalid");
    let told = report.json["incomplete"][0].to_string();
    assert!(told.contains(".cordon/base.yml:2"), "{told}");
    let told = org.cordon(&["policy", "check"], 2);
    assert!(
        told.contains("only `.cordon.yml` itself names the organisation"),
        "{told}"
    );
}

/// A repository with two lines of history, each of which names a policy of its own, and which a merge
/// commit with this message joins. The second policy is an author's own.
fn merged(policies: [&str; 2], merge: &str) -> Org {
    let org = Org::new();
    let sandbox = &org.governed;
    for (name, text) in ["one", "two"].into_iter().zip(policies) {
        std::fs::write(org.policies().join(format!("{name}.yml")), text).unwrap();
    }
    org.at(&["add", "-A"]);
    org.at(&["commit", "-q", "-m", "Two"]);
    let url = org.url();
    let name = |file: &str| {
        let named = format!("{{git: \"{url}\", ref: main, path: {file}.yml}}");
        sandbox.write(".cordon.yml", format!("cordon: 1\nextends: [{named}]\n"));
        org.cordon(&["policy", "update"], 0);
        sandbox.commit("Name a policy");
    };
    name("one");
    sandbox.git(["checkout", "-q", "-b", "own"]);
    name("two");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("src/main.rs", "fn main() {}\n");
    sandbox.commit("Go on");
    let made = sandbox.shell(&format!(
        "git merge -q -s ours --no-commit own && printf 'x\\n' > src/main.rs && git add -A && {merge}"
    ));
    assert_eq!(made.code, 0, "{}", made.stderr);
    org
}

#[test]
fn a_second_organisation_does_not_say_which_account_the_first_takes() {
    let base = "cordon: 1\nextends: []\nrules: {agent-account: {agents: block}}\n";
    let one = "agents: {claude-code: {status: approved, accounts: [enterprise]}}\n";
    let two = "accounts: {enterprise: {trailers: [\"Agent-Account: personal/me\"]}}\n";
    let known = "accounts: {enterprise: {trailers: [\"Agent-Account: acme/*\"]}}\n";
    for own in ["", known] {
        let texts = [format!("{base}{one}{own}"), format!("{base}{two}")];
        let message = format!("Merge\n\n{CLAUDE}\nAgent-Account: personal/me");
        let merge = format!("git commit -q --no-verify -m '{message}'");
        let org = merged([&texts[0], &texts[1]], &merge);
        let report = org.governed.report(&["--commit", "HEAD"]);
        assert_eq!(report.of("agent-account").len(), 1, "{:#}", report.json);
        assert_ne!(report.json["commits"][0]["account"], "enterprise");
    }
    // What both know counts.
    let texts = [format!("{base}{one}{known}"), format!("{base}{known}")];
    let message = format!("Merge\n\n{CLAUDE}\nAgent-Account: acme/me");
    let merge = format!("git commit -q --no-verify -m '{message}'");
    let org = merged([&texts[0], &texts[1]], &merge);
    let report = org.governed.report(&["--commit", "HEAD"]);
    assert_eq!(report.of("agent-account").len(), 0, "{:#}", report.json);
}

#[test]
fn a_second_organisation_makes_no_bot_for_the_first() {
    let keys = tempfile::tempdir().unwrap();
    let key = keys.path().join("bot");
    let made = said(
        std::process::Command::new("ssh-keygen")
            .args(["-q", "-t", "ed25519", "-N", "", "-C", "bot", "-f"])
            .arg(&key),
    );
    assert_eq!(made.code, 0, "{}", made.stderr);
    let public = std::fs::read_to_string(key.with_extension("pub")).unwrap();
    let base = "cordon: 1\nextends: []\n";
    let bot = format!(
        "{base}automation:\n  mine:\n    identities: [bot@acme.example]\n    verified_by: key\n    \
         keys: [{{key: \"{}\"}}]\n    paths: [\"**\"]\n",
        public.trim()
    );
    let merge = format!(
        "git -c gpg.format=ssh commit -q --no-verify --author='Bot <bot@acme.example>' -S'{}' -m Merge",
        key.display()
    );
    for (one, kind) in [(base, "none"), (bot.as_str(), "automation")] {
        let org = merged([one, &bot], &merge);
        let report = org.governed.report(&["--commit", "HEAD"]);
        assert_eq!(report.json["commits"][0]["kind"], kind, "{:#}", report.json);
    }
}

/// A repository whose lock went from version 41 to version 42, and what the lock was.
fn raised() -> (Org, String) {
    let org = Org::locked();
    let old = org.lock();
    org.publish(42, "claude-code");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Raise it");
    (org, old)
}

#[test]
fn a_change_does_not_roll_back_by_a_whole_older_lock() {
    let (org, old) = raised();
    org.governed.write(".cordon.lock", &old);
    org.governed.stage();
    assert_eq!(org.governed.cordon(["hook", "pre-commit"]).code, 2);
    org.governed.commit("Roll back");
    let report = org.governed.report(&RANGE);
    assert_eq!(report.codes(), ["policy-rollback"]);
    assert_eq!(report.code, 2);
    let told = report.json["incomplete"][0].to_string();
    assert!(
        told.contains("version 41") && told.contains("42 was seen"),
        "{told}"
    );
    // The floor alone is no way down either: the next change would take it.
    org.governed.git(["reset", "-q", "--hard", "HEAD~1"]);
    let lock = org.lock();
    for (from, to) in [("version: 42", "version: 1"), ("    version: 42\n", "")] {
        org.governed.write(".cordon.lock", lock.replace(from, to));
        org.governed.commit("Lower the floor");
        assert_eq!(org.governed.report(&RANGE).codes(), ["policy-rollback"]);
        org.governed.git(["reset", "-q", "--hard", "HEAD~1"]);
    }
    // Nor is another way to write the address.
    let (url, git) = (org.url(), format!("{}/", org.url()));
    let own = org.governed.path().join(".cordon.yml");
    let named = std::fs::read_to_string(own).unwrap();
    org.governed.write(".cordon.yml", named.replace(&url, &git));
    org.governed.write(".cordon.lock", old.replace(&url, &git));
    org.governed.commit("Roll back by another address");
    assert_eq!(org.governed.report(&RANGE).codes(), ["policy-rollback"]);
}

#[test]
fn a_branch_that_is_behind_rolls_nothing_back() {
    let (org, old) = raised();
    let sandbox = &org.governed;
    sandbox.git(["checkout", "-q", "-b", "behind", "HEAD~2"]);
    sandbox.write("b", "b\n");
    sandbox.commit("Begun before");
    assert_eq!(org.lock(), old);
    let report = sandbox.report(&["--range", "main..behind"]);
    assert_eq!(report.codes(), Vec::<String>::new());
    // What merges both and takes the older one does.
    sandbox.git(["merge", "-q", "--no-commit", "main"]);
    sandbox.write(".cordon.lock", &old);
    sandbox.commit("Merge, with the older lock");
    let report = sandbox.report(&["--range", "main..behind"]);
    assert_eq!(report.codes(), ["policy-rollback"]);
    let report = sandbox.report(&["--commit", "behind"]);
    assert_eq!(report.codes(), ["policy-rollback"]);
}

#[test]
fn what_is_pinned_judges_where_the_trusted_lock_is_of_no_use() {
    let org = Org::new();
    let pinned = org.governed.outside("pinned.yml");
    std::fs::write(&pinned, policy(41, "claude-code")).unwrap();
    let pinned = ["--policy", pinned.to_str().unwrap()];
    // There is no lock, a broken one, and one whose policy nobody has.
    for lock in ["", "cordon-lock: 9\n"] {
        if !lock.is_empty() {
            org.governed.write(".cordon.lock", lock);
        }
        org.governed.commit("Name the organisation's policy");
        org.by_an_agent();
        let report = org.governed.report(&[RANGE, pinned].concat());
        assert_eq!(report.rules(), ["agent-denied"], "{:#}", report.json);
        incomplete(&org.governed.report(&RANGE), "policy-lock");
        org.governed.write("a", "");
    }
    std::fs::remove_file(org.governed.path().join(".cordon.lock")).unwrap();
    // The change that mends it is judged; one that breaks it is not let through.
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Mend the lock");
    assert_eq!(
        org.governed.report(&[RANGE, pinned].concat()).codes(),
        Vec::<String>::new()
    );
    org.governed.write(".cordon.lock", "cordon-lock: 9\n");
    org.governed.commit("Break the lock");
    let report = org.governed.report(&[RANGE, pinned].concat());
    assert_eq!(report.codes(), ["policy-lock"]);
    assert_eq!(report.code, 2);
}

#[test]
fn files_that_build_on_one_another_many_times_are_told_soon() {
    let sandbox = Sandbox::with_policy("cordon: 1\nextends: [{file: .cordon/f0.yml}]\n");
    // Each builds on the next one, again and again: 40 times 40 times 40 and so on.
    for number in 0..6 {
        let next = number + 1;
        let twice = format!("{{file: f{next}.yml}}, {{pack: default}}, ").repeat(40);
        let text = format!("cordon: 1\nextends: [{twice}]\n");
        sandbox.write(&format!(".cordon/f{number}.yml"), text);
    }
    sandbox.write(".cordon/f6.yml", "cordon: 1\n");
    sandbox.commit("Many");
    let began = std::time::Instant::now();
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(
        said.stdout.contains("builds on more than 256 files"),
        "{}",
        said.stdout
    );
    assert!(began.elapsed().as_secs() < 20);
    incomplete(&sandbox.report(&["--commit", "HEAD"]), "policy-invalid");
}

#[test]
fn a_tag_does_not_move_by_becoming_a_branch() {
    let org = Org::new();
    org.names("policy/41");
    org.cordon(&["policy", "update"], 0);
    org.publish(42, "cursor");
    org.at(&["tag", "-d", "policy/41"]);
    org.at(&["branch", "policy/41"]);
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("the tag has moved"), "{told}");
}

#[test]
fn a_light_tag_does_not_move_either() {
    let org = Org::new();
    org.at(&["tag", "light"]);
    org.names("light");
    org.cordon(&["policy", "update"], 0);
    assert!(!org.lock().contains("tag: "), "{}", org.lock());
    org.publish(42, "cursor");
    org.at(&["tag", "-f", "light"]);
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("the tag has moved"), "{told}");
}

#[test]
fn a_lock_whose_tag_leads_elsewhere_or_that_names_another_source_judges_nothing() {
    let org = Org::new();
    org.names("policy/41");
    org.cordon(&["policy", "update"], 0);
    let lock = org.lock();
    let tag = org.at(&["rev-parse", "policy/41"]).stdout;
    org.publish(42, "cursor");
    org.at(&["tag", "-a", "-m", "Version 42", "policy/42"]);
    let other = org.at(&["rev-parse", "policy/42"]).stdout;
    org.names("policy/42");
    org.cordon(&["policy", "update"], 0);
    org.names("policy/41");
    for (from, to, code) in [
        (tag.trim(), other.trim(), "policy-source"),
        ("policy/41", "policy/40", "policy-rollback"),
        ("policy.yml", "other.yml", "policy-lock"),
    ] {
        org.governed.write(".cordon.lock", lock.replace(from, to));
        org.governed.commit("A lock by hand");
        incomplete(&org.governed.report(&["--range", "HEAD..HEAD"]), code);
    }
}

#[test]
fn a_policy_in_git_is_a_regular_file_of_a_policys_size() {
    let org = Org::new();
    let at = org.policies().join("policy.yml");
    let text = std::fs::read_to_string(&at).unwrap();
    std::fs::rename(&at, org.policies().join("real.yml")).unwrap();
    std::os::unix::fs::symlink("real.yml", &at).unwrap();
    org.at(&["add", "-A"]);
    org.at(&["commit", "-q", "-m", "A link"]);
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("symbolic link"), "{told}");
    std::fs::remove_file(&at).unwrap();
    org.publish_text(&format!("{text}{}", "# more\n".repeat(1_300_000)));
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("is larger than"), "{told}");
}

#[test]
fn a_history_without_a_common_commit_does_not_roll_back() {
    let (org, old) = raised();
    let sandbox = &org.governed;
    sandbox.git(["checkout", "-q", "--orphan", "another"]);
    sandbox.write(".cordon.lock", &old);
    sandbox.commit("Begin anew");
    let report = sandbox.report(&["--range", "main..another"]);
    assert_eq!((report.code, report.codes()), (2, vec!["policy-rollback"]));
}

#[test]
fn the_highest_version_of_a_file_is_the_floor_however_it_is_named() {
    let org = Org::locked();
    let lock = org.lock();
    // The file is locked twice: under another reference, and under another end of the address.
    let (_, entry) = lock.split_once("sources:\n").unwrap();
    let higher = entry
        .replace("ref: \"main\"", "ref: \"next\"")
        .replace(&org.url(), &format!("{}.git/", org.url()))
        .replace("version: 41", "version: 45");
    org.governed.write(".cordon.lock", lock + &higher);
    org.publish(42, "cursor");
    let told = org.cordon(&["policy", "update"], 2);
    assert!(told.contains("45 was seen already"), "{told}");
}

#[test]
fn an_update_tells_what_changes_in_what_the_policy_builds_on() {
    let org = Org::new();
    let base = org.policies().join("base.yml");
    let denies = "cordon: 1\nagents: {claude-code: {status: denied}}\n";
    std::fs::write(&base, denies).unwrap();
    let text = |version| {
        format!(
            "cordon: 1\npolicy: {{id: acme, version: {version}}}\nextends: [{{file: base.yml}}]\n"
        )
    };
    org.publish_text(&text(42));
    org.cordon(&["policy", "update"], 0);
    std::fs::write(&base, denies.replace("denied", "approved")).unwrap();
    org.publish_text(&text(43));
    let told = org.cordon(&["policy", "update", "--dry-run"], 0);
    assert!(told.contains("weaker:   agents.claude-code"), "{told}");
    // What cannot be read is no comparison.
    std::fs::remove_file(&base).unwrap();
    org.publish_text(&text(44));
    let told = org.cordon(&["policy", "update", "--dry-run"], 0);
    assert!(told.contains("no comparison: "), "{told}");
    assert!(told.contains("there is no file `base.yml`"), "{told}");
}

#[test]
fn a_reference_below_another_ones_name_is_kept_too() {
    let org = Org::new();
    org.at(&["branch", "release"]);
    org.names("release");
    org.cordon(&["policy", "update"], 0);
    org.at(&["branch", "-m", "release", "release/42"]);
    org.names("release/42");
    org.cordon(&["policy", "update"], 0);
}

#[test]
fn a_moved_lock_is_told_with_both_versions() {
    let org = Org::locked();
    let id = || org.at(&["rev-parse", "HEAD"]).stdout.trim().to_owned();
    let told = |report: &crate::support::Report| {
        let found = report.of("policy-weakened");
        assert_eq!(found.len(), 1, "{:#}", report.json);
        found[0]["message"].as_str().unwrap().to_owned()
    };
    let old = id();
    org.publish(42, "cursor");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Raise it");
    let new = id();
    let message = told(&org.governed.report(&RANGE));
    let both = format!("it was version 41, commit {old}, and is version 42, commit {new}");
    assert!(message.ends_with(&both), "{message}");
    let pinned = [&RANGE[..], &["--policy", "pack:default"]].concat();
    let said = |word: &str| {
        let report = org.governed.report(&pinned);
        let found = report.of("policy-weakened");
        let told = found.iter().filter_map(|one| one["message"].as_str());
        assert!(
            told.clone().any(|one| one.contains(word)),
            "{word}: {:#}",
            report.json
        );
    };
    org.governed.write(".cordon.yml", "cordon: 1\n");
    org.governed.git(["rm", "-q", "-f", ".cordon.lock"]);
    org.governed.commit("Take it away");
    said(&format!(
        "it was version 42, commit {new}, and is not locked"
    ));
    org.governed.write(".cordon.lock", "cordon-lock: 9\n");
    org.governed.commit("A damaged one");
    said("it is damaged");
}

#[test]
fn a_tag_is_fetched_though_a_later_version_brought_its_commit() {
    let org = Org::new();
    org.names("policy/41");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Name it");
    org.publish(42, "claude-code");
    org.at(&["tag", "-a", "-m", "Version 42", "policy/42"]);
    org.names("policy/42");
    org.cordon(&["policy", "update"], 0);
    org.governed.commit("Raise it");
    // Somebody clones, and has what is locked now.
    std::fs::remove_dir_all(org.cache()).unwrap();
    org.cordon(&["policy", "lock"], 0);
    let report = org.governed.report(&RANGE);
    incomplete(&report, "policy-source");
    let row = &report.json["incomplete"][0];
    assert!(
        row["message"]
            .as_str()
            .unwrap()
            .contains("is not in the store"),
        "{row}"
    );
    let base = org.governed.id("HEAD~1");
    assert_eq!(row["mend"], format!("cordon policy lock --of {base}"));
    assert_eq!(org.governed.shell(row["mend"].as_str().unwrap()).code, 0);
    assert_eq!(org.governed.report(&RANGE).codes(), Vec::<String>::new());
}
