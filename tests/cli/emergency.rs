//! Break-glass: an emergency waiver is good once, for what two people signed. Each way to abuse it is refused.

use std::path::PathBuf;

use crate::support::{CLAUDE, Report, Said, Sandbox};

const LEE: &str = "r.lee@acme.example";
const ITO: &str = "k.ito@acme.example";

/// A repository with a commit that is blocked, an organisation, and officers with keys.
struct Scene {
    sandbox: Sandbox,
}

impl Scene {
    fn new() -> Self {
        let sandbox = Sandbox::with_commit();
        sandbox.git(["config", "cordon.repository", "acme/radio-core"]);
        let scene = Self { sandbox };
        std::fs::create_dir_all(scene.outside("org")).unwrap();
        for name in ["lee", "ito", "stranger", "old"] {
            let path = scene.outside(name);
            let line = format!("ssh-keygen -q -t ed25519 -N '' -C '' -f {}", path.display());
            assert_eq!(scene.sandbox.shell(&line).code, 0);
        }
        scene.policy(&[("lee", LEE), ("ito", ITO)], "");
        scene.sandbox.write("src/crypto/a.c", "a\n");
        scene.sandbox.commit(&format!("Fix it tonight\n\n{CLAUDE}"));
        scene
    }

    fn outside(&self, name: &str) -> PathBuf {
        self.sandbox.outside(name)
    }

    fn path(&self, name: &str) -> String {
        self.outside(name).display().to_string()
    }

    /// The policy, with the keys of these people.
    fn policy(&self, people: &[(&str, &str)], until: &str) {
        let key = |(name, who): &(&str, &str)| {
            let public = std::fs::read_to_string(self.path(&format!("{name}.pub"))).unwrap();
            format!("{{key: \"{who} {}\"{until}}}", public.trim())
        };
        let keys: Vec<String> = people.iter().map(key).collect();
        let text = format!(
            "cordon: 1
extends: []
policy: {{id: acme-agents}}
zones: {{crypto: {{class: crypto, paths: [\"src/crypto/**\"], agents: denied}}}}
approvers: {{duty: {{members: [{LEE}, {ITO}, ada@acme.example], keys: [{}]}}}}
waivers: {{emergency: {{approvers: [duty], hours: 4}}}}
",
            keys.join(", ")
        );
        std::fs::write(self.outside("org/policy.yml"), text).unwrap();
    }

    /// An emergency waiver for the last commit, good now; `edit` changes it before anybody signs.
    fn written(&self, edit: impl Fn(String) -> String) -> String {
        let now = self.sandbox.shell("date -u +%Y-%m-%dT%H:%M:%SZ").stdout;
        let text = format!(
            "emergency: E-7\nrepository: acme/radio-core\nrange:\n  base: {}\n  head: {}\nfrom: {}\nhours: 2\n\
             reason: The gateway is down\nticket: INC-12\nrequested_by: ops@acme.example\napproved_by: []\n",
            self.sandbox.id("HEAD~1"),
            self.sandbox.id("HEAD"),
            now.trim()
        );
        let path = self.path("emergency.yml");
        std::fs::write(&path, edit(text)).unwrap();
        path
    }

    fn sign(&self, path: &str, who: &str, key: &str) {
        let said = self.sandbox.cordon([
            "waiver",
            "sign",
            path,
            "--who",
            who,
            "--key",
            &self.path(key),
            "--policy",
            &self.path("org/policy.yml"),
        ]);
        assert_eq!(said.code, 0, "{}", said.stderr);
    }

    /// One that both officers signed.
    fn signed(&self, edit: impl Fn(String) -> String) -> String {
        let path = self.written(edit);
        self.sign(&path, LEE, "lee");
        self.sign(&path, ITO, "ito");
        path
    }

    fn check(&self, path: &str) -> Said {
        self.sandbox.cordon([
            "check",
            "--range",
            "HEAD~1..HEAD",
            "--format",
            "json",
            "--policy",
            &self.path("org/policy.yml"),
            "--emergency",
            path,
        ])
    }

    /// It is refused, and the verdict is what it would be without it.
    fn refuses(&self, path: &str, why: &str) {
        let report = Report::read(&self.check(path));
        assert_eq!((report.code, report.verdict()), (1, "fail"), "{why}");
        assert_eq!(report.of("zone-agent")[0]["decision"], "blocked", "{why}");
        assert_eq!(report.codes(), ["emergency"], "{why}");
        let told = report.json["incomplete"][0]["message"].as_str().unwrap();
        assert!(told.contains(why), "{why}: {told}");
        assert!(report.json["run"].get("emergency").is_none(), "{why}");
    }
}

fn same(text: String) -> String {
    text
}

/// A moment of today or of another day.
fn at(scene: &Scene, when: &str) -> String {
    let line = format!("date -u -d '{when}' +%Y-%m-%dT%H:%M:%SZ");
    scene.sandbox.shell(&line).stdout.trim().to_owned()
}

fn from(text: &str, moment: &str) -> String {
    let lines = text.lines().map(|line| {
        if line.starts_with("from: ") {
            format!("from: {moment}\n")
        } else {
            format!("{line}\n")
        }
    });
    lines.collect()
}

#[test]
fn what_two_officers_sign_lets_one_range_through_and_stands_in_the_report() {
    let scene = Scene::new();
    let path = scene.signed(same);
    let report = Report::read(&scene.check(&path));
    assert_eq!((report.code, report.verdict()), (0, "pass"));
    let row = report.of("zone-agent")[0];
    assert_eq!(row["decision"], "waived");
    assert_eq!(row["waiver"]["id"], "E-7");
    let emergency = &report.json["run"]["emergency"];
    assert_eq!(emergency["id"], "E-7");
    assert_eq!(emergency["approved_by"], serde_json::json!([LEE, ITO]));
    assert_eq!(emergency["reason"], "The gateway is down");
    assert_eq!(emergency["until"], row["waiver"]["expires"]);
    for format in ["full", "concise"] {
        let said = scene.sandbox.cordon([
            "check",
            "--range",
            "HEAD~1..HEAD",
            "--format",
            format,
            "--policy",
            &scene.path("org/policy.yml"),
            "--emergency",
            &path,
        ]);
        assert!(said.stdout.contains("E-7"), "{}", said.stdout);
        assert!(
            said.stdout.contains("The gateway is down"),
            "{}",
            said.stdout
        );
    }
}

#[test]
fn what_could_not_be_read_passes_too_and_stands_in_the_report() {
    let scene = Scene::new();
    let blob = scene.sandbox.id("HEAD:src/crypto/a.c");
    let path = scene.signed(same);
    let object = scene
        .sandbox
        .path()
        .join(".git/objects")
        .join(&blob[..2])
        .join(&blob[2..]);
    std::fs::remove_file(object).unwrap();
    let without = scene.sandbox.cordon([
        "check",
        "--range",
        "HEAD~1..HEAD",
        "--policy",
        &scene.path("org/policy.yml"),
        "-q",
    ]);
    assert_ne!(without.code, 0);
    let said = scene.check(&path);
    assert_eq!(said.code, 0, "{}", said.stdout);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert_eq!(json["verdict"], "incomplete");
    assert_eq!(json["incomplete"][0]["code"], "missing-object");
    assert_eq!(json["run"]["emergency"]["id"], "E-7");
}

#[test]
fn another_repository_is_refused() {
    let scene = Scene::new();
    let path = scene.signed(same);
    scene
        .sandbox
        .git(["config", "cordon.repository", "acme/radio-other"]);
    scene.refuses(&path, "it is for the repository `acme/radio-core`");
    scene
        .sandbox
        .git(["config", "--unset", "cordon.repository"]);
    scene.refuses(&path, "nobody knows this repository's name");
}

#[test]
fn another_range_another_head_and_a_replay_are_refused() {
    let scene = Scene::new();
    let path = scene.signed(same);
    // The push moved on: the same waiver does not cover what came behind it.
    scene.sandbox.write("src/crypto/b.c", "b\n");
    scene.sandbox.commit(&format!("And more\n\n{CLAUDE}"));
    scene.refuses(&path, "it is for the range");
    let wider = ["check", "--range", "HEAD~2..HEAD", "--format", "json"];
    let policy = scene.path("org/policy.yml");
    let rest = ["--policy", policy.as_str(), "--emergency", path.as_str()];
    let report = Report::read(&scene.sandbox.cordon(wider.iter().chain(&rest)));
    assert_eq!((report.code, report.codes()), (1, vec!["emergency"]));
    // The same change in another commit is another head.
    let scene = Scene::new();
    let path = scene.signed(same);
    scene.sandbox.git([
        "commit",
        "-q",
        "--amend",
        "--no-verify",
        "-m",
        &format!("Again\n\n{CLAUDE}"),
    ]);
    scene.refuses(&path, "it is for the range");
    // Staged changes have no head.
    scene.sandbox.write("src/crypto/c.c", "c\n");
    scene.sandbox.stage();
    let staged = ["check", "--staged", "--format", "json"];
    let report = Report::read(&scene.sandbox.cordon(staged.iter().chain(&rest)));
    assert_eq!(report.codes(), ["emergency"]);
}

#[test]
fn one_that_ended_or_is_still_to_come_is_refused() {
    let scene = Scene::new();
    let past = at(&scene, "-2 hours");
    let path = scene.signed(|text| from(&text, &past));
    scene.refuses(&path, "it ended at ");
    let future = at(&scene, "+10 minutes");
    let path = scene.signed(|text| from(&text, &future));
    scene.refuses(&path, "it is not good before ");
    // No other date can be asked for.
    let said = scene
        .sandbox
        .cordon(["check", "--emergency", &path, "--as-of", "2026-01-01"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("cannot be used with"),
        "{}",
        said.stderr
    );
}

#[test]
fn more_hours_than_the_policy_allows_are_refused() {
    let scene = Scene::new();
    let path = scene.signed(|text| text.replace("hours: 2", "hours: 5"));
    scene.refuses(&path, "it is good for 5 hours, and the policy allows 4");
    let path = scene.signed(|text| text.replace("hours: 2", "hours: 4294967295"));
    scene.refuses(&path, "and the policy allows 4");
}

#[test]
fn one_signature_is_refused() {
    let scene = Scene::new();
    let path = scene.written(same);
    scene.refuses(&path, "2 people must sign it, and 0 did");
    scene.sign(&path, LEE, "lee");
    scene.refuses(&path, "2 people must sign it, and 1 did");
    let unsigned = [
        "waiver",
        "sign",
        path.as_str(),
        "--who",
        ITO,
        "--unsigned",
        "--policy",
    ];
    let policy = scene.path("org/policy.yml");
    let said = scene
        .sandbox
        .cordon(unsigned.iter().chain(&[policy.as_str()]));
    assert_eq!(said.code, 0, "{}", said.stderr);
    scene.refuses(&path, "`k.ito@acme.example` did not sign it");
}

#[test]
fn one_person_twice_and_one_key_twice_are_refused() {
    let scene = Scene::new();
    let path = scene.written(same);
    scene.sign(&path, LEE, "lee");
    let text = std::fs::read_to_string(&path).unwrap();
    let (head, list) = text.split_once("approved_by:\n").unwrap();
    std::fs::write(
        &path,
        format!(
            "{head}approved_by:\n{list}{}",
            list.replace(LEE, "R.Lee@acme.example")
        ),
    )
    .unwrap();
    scene.refuses(&path, "`R.Lee@acme.example` signs it twice");
    // A key that names nobody is the group's; it signs for one person all the same.
    let public = std::fs::read_to_string(scene.path("lee.pub")).unwrap();
    let policy = std::fs::read_to_string(scene.path("org/policy.yml")).unwrap();
    let shared = policy.replace(&format!("{LEE} {}", public.trim()), public.trim());
    assert_ne!(shared, policy);
    let without_maker = shared.replace(", ada@acme.example]", "]");
    std::fs::write(scene.outside("org/policy.yml"), without_maker).unwrap();
    let path = scene.written(same);
    scene.sign(&path, LEE, "lee");
    scene.sign(&path, ITO, "lee");
    scene.refuses(&path, "one key signs it twice");
}

#[test]
fn a_key_of_no_group_of_somebody_else_or_expired_is_refused() {
    let scene = Scene::new();
    let path = scene.written(same);
    scene.sign(&path, LEE, "lee");
    scene.sign(&path, ITO, "stranger");
    scene.refuses(&path, "is not enrolled");
    // Lee's own key, for Ito.
    scene.sign(&path, ITO, "lee");
    scene.refuses(
        &path,
        "the signature of `k.ito@acme.example` does not count",
    );
    scene.sign(&path, "somebody@acme.example", "ito");
    scene.refuses(&path, "does not count");
    let path = scene.signed(same);
    scene.policy(&[("lee", LEE), ("ito", ITO)], ", until: 2020-01-01");
    scene.refuses(&path, "its key has expired");
}

#[test]
fn who_made_a_commit_of_the_range_cannot_approve_it() {
    let scene = Scene::new();
    scene.policy(&[("lee", LEE), ("old", "ada@acme.example")], "");
    let path = scene.written(same);
    scene.sign(&path, LEE, "lee");
    scene.sign(&path, "ada@acme.example", "old");
    scene.refuses(&path, "`ada@acme.example` made a commit of the range");
    // Nor who asked for it, nor an agent.
    let path = scene.signed(|text| text.replace("ops@acme.example", ITO));
    scene.refuses(&path, "asked for it and cannot approve it");
    let path = scene.written(same);
    scene.sign(&path, LEE, "lee");
    scene.sign(&path, "noreply@anthropic.com", "ito");
    scene.refuses(&path, "is the agent claude-code, and no agent approves");
}

#[test]
fn who_made_it_or_asked_for_it_cannot_sign_in_a_colleagues_name_by_a_key_of_nobody() {
    let scene = Scene::new();
    let bare = |members: &str| {
        scene.policy(&[("lee", ""), ("ito", ITO)], "");
        let policy = std::fs::read_to_string(scene.path("org/policy.yml")).unwrap();
        let policy = policy.replace("ada@acme.example]", &format!("{members}]"));
        std::fs::write(scene.outside("org/policy.yml"), policy).unwrap();
        scene.signed(same)
    };
    let path = bare("ada@acme.example");
    scene.refuses(
        &path,
        "may be that of somebody who made a commit of the range",
    );
    let path = bare("ops@acme.example");
    scene.refuses(&path, "may be that of `ops@acme.example`, who asked for it");
    // Ito may have both.
    let path = bare("m.ono@acme.example");
    scene.refuses(&path, "may be one person's");
}

#[test]
fn who_made_a_commit_under_the_forges_address_of_their_login_cannot_sign() {
    let scene = Scene::new();
    let policy = std::fs::read_to_string(scene.path("org/policy.yml")).unwrap();
    let policy = policy.replace(ITO, "\"k.ito@acme.example (kito)\"");
    let key = "key: \"\"k.ito@acme.example (kito)\" ";
    let policy = policy.replace(key, &format!("key: \"{ITO} "));
    std::fs::write(scene.outside("org/policy.yml"), policy).unwrap();
    let address = "7+kito@users.noreply.github.com";
    scene.sandbox.git(["config", "user.email", address]);
    scene.sandbox.write("src/crypto/b.c", "b\n");
    scene.sandbox.commit(&format!("Again\n\n{CLAUDE}"));
    let path = scene.signed(same);
    scene.refuses(&path, "`k.ito@acme.example` made a commit of the range");
}

#[test]
fn whose_commits_were_not_read_they_are_is_not_known_and_nobody_approves_them() {
    let scene = Scene::new();
    scene.policy(&[("lee", LEE), ("old", "ada@acme.example")], "");
    // The change's own end says how many commits are read.
    let limits = "cordon: 1\nlimits: {commits: 1}\n";
    scene.sandbox.write(".cordon.yml", limits);
    scene.sandbox.commit("Read less");
    let path = scene
        .written(|text| text.replace(&scene.sandbox.id("HEAD~1"), &scene.sandbox.id("HEAD~2")));
    scene.sign(&path, LEE, "lee");
    scene.sign(&path, "ada@acme.example", "old");
    let said = scene.sandbox.cordon([
        "check",
        "--range",
        "HEAD~2..HEAD",
        "--format",
        "json",
        "--policy",
        &scene.path("org/policy.yml"),
        "--emergency",
        &path,
    ]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    assert!(json["run"].get("emergency").is_none());
    let told = json["incomplete"].to_string();
    assert!(
        told.contains("it is not known who made the range"),
        "{told}"
    );
}

#[test]
fn a_bot_signs_no_emergency() {
    let scene = Scene::new();
    let policy = std::fs::read_to_string(scene.path("org/policy.yml")).unwrap();
    let bot = "automation: {ops: {identities: [k.ito@acme.example], verified_by: platform, paths: [x]}}\n";
    std::fs::write(scene.outside("org/policy.yml"), format!("{policy}{bot}")).unwrap();
    let path = scene.signed(same);
    scene.refuses(&path, "`k.ito@acme.example` is a bot, and no bot approves");
    scene.policy(&[("lee", LEE), ("ito", ITO)], "");
    let path = scene.written(same);
    scene.sign(&path, LEE, "lee");
    scene.sign(&path, "1+helper[bot]@users.noreply.github.com", "ito");
    scene.refuses(&path, "is a bot, and no bot approves");
}

#[test]
fn a_field_that_was_edited_after_signing_is_refused() {
    let scene = Scene::new();
    let path = scene.signed(same);
    let signed = std::fs::read_to_string(&path).unwrap();
    let later = at(&scene, "-1 minute");
    for (old, new) in [
        ("E-7", "E-8"),
        ("hours: 2", "hours: 3"),
        ("The gateway is down", "Anything"),
        ("INC-12", "INC-13"),
        ("ops@acme.example", "opt@acme.example"),
    ] {
        std::fs::write(&path, signed.replace(old, new)).unwrap();
        scene.refuses(&path, "it is not of what stands here");
    }
    std::fs::write(&path, from(&signed, &later)).unwrap();
    scene.refuses(&path, "it is not of what stands here");
    // What is signed for one range is not for another.
    scene.sandbox.write("src/crypto/b.c", "b\n");
    scene.sandbox.commit(&format!("And more\n\n{CLAUDE}"));
    let (base, head) = (scene.sandbox.id("HEAD~2"), scene.sandbox.id("HEAD~1"));
    let moved = signed
        .replace(&head, &scene.sandbox.id("HEAD"))
        .replace(&base, &head);
    std::fs::write(&path, moved).unwrap();
    scene.refuses(&path, "it is not of what stands here");
}

#[test]
fn one_that_was_signed_for_another_policy_is_refused() {
    let scene = Scene::new();
    let path = scene.signed(same);
    let policy = std::fs::read_to_string(scene.path("org/policy.yml")).unwrap();
    std::fs::write(
        scene.outside("org/policy.yml"),
        policy.replace("acme-agents", "acme-other"),
    )
    .unwrap();
    scene.refuses(&path, "it is not of what stands here");
}

#[test]
fn a_policy_without_officers_has_no_emergencies() {
    let scene = Scene::new();
    let path = scene.signed(same);
    let policy = std::fs::read_to_string(scene.path("org/policy.yml")).unwrap();
    for (part, why) in [
        (", hours: 4", "the policy allows 0"),
        (
            "approvers: [duty], ",
            "is in no group that approves emergencies",
        ),
    ] {
        std::fs::write(scene.outside("org/policy.yml"), policy.replace(part, "")).unwrap();
        scene.refuses(&path, why);
    }
}

#[test]
fn a_file_that_is_none_is_in_the_way_even_where_nothing_else_is() {
    let scene = Scene::new();
    scene.sandbox.write("README", "new\n");
    scene.sandbox.commit("By hand");
    for text in [
        "",
        "emergency: E-1\n",
        "waiver: W-1\n",
        "\u{0}",
        "emergency: [a\n",
    ] {
        let path = scene.path("broken.yml");
        std::fs::write(&path, text).unwrap();
        let report = Report::read(&scene.check(&path));
        assert_eq!(
            (report.code, report.verdict()),
            (2, "incomplete"),
            "{text:?}"
        );
        assert!(
            report.codes().iter().all(|code| *code == "emergency"),
            "{text:?}"
        );
    }
    let report = Report::read(&scene.check("/nowhere/at/all"));
    assert_eq!((report.code, report.codes()), (2, vec!["emergency"]));
}
