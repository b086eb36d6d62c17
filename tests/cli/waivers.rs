//! Waivers: what they except, and what they do not.

use std::path::PathBuf;

use crate::support::{CLAUDE, Report, Said, Sandbox, formats};

/// A repository, the organisation's policy outside of it, and people with keys.
pub(crate) struct Scene {
    pub(crate) sandbox: Sandbox,
}

pub(crate) const LEE: &str = "r.lee@acme.example";
pub(crate) const ITO: &str = "k.ito@acme.example";

/// Zones of two classes, and a group whose members have no keys.
pub(crate) const POLICY: &str = "cordon: 1
extends: []
policy: {id: acme-agents}
zones:
  crypto: {class: crypto, paths: [\"src/crypto/**\"], agents: denied}
  export: {class: export, paths: [\"src/export/**\"], agents: denied}
approvers: {appsec: {members: [r.lee@acme.example, k.ito@acme.example, ada@acme.example]}}
waivers: {max_days: 90, approvers: [appsec], two_for: [export]}
";

/// A waiver that stands.
pub(crate) const WAIVER: &str = "waiver: W-1
rule: zone-agent
scope:
  repos: [acme/radio-core]
  paths: [\"src/crypto/tests/**\"]
reason: Test vectors only
ticket: LEG-352
requested_by: m.ono@acme.example
approved_by:
  - who: r.lee@acme.example
    date: 2026-11-20
expires: 2026-12-20
";

impl Scene {
    pub(crate) fn new() -> Self {
        Self::with(POLICY)
    }

    pub(crate) fn with(policy: &str) -> Self {
        let sandbox = Sandbox::with_commit();
        sandbox.git(["config", "cordon.repository", "acme/radio-core"]);
        let scene = Self { sandbox };
        std::fs::create_dir_all(scene.org("waivers")).unwrap();
        std::fs::write(scene.org("policy.yml"), policy).unwrap();
        scene
    }

    /// A repository with that file, which an agent added.
    fn touched(path: &str) -> Self {
        let scene = Self::new();
        scene.by_agent(path);
        scene
    }

    pub(crate) fn by_agent(&self, path: &str) {
        self.sandbox
            .write(path, format!("one\ntwo\nthree {path}\n"));
        self.sandbox.commit(&format!("Add\n\n{CLAUDE}"));
    }

    pub(crate) fn org(&self, path: &str) -> PathBuf {
        self.sandbox.outside("org").join(path)
    }

    pub(crate) fn waiver(&self, name: &str, text: &str) {
        std::fs::write(self.org("waivers").join(name), text).unwrap();
    }

    fn check(&self, args: &[&str]) -> Report {
        self.on("2026-11-25", args)
    }

    pub(crate) fn on(&self, date: &str, args: &[&str]) -> Report {
        let policy = self.org("policy.yml");
        let policy = ["--policy", policy.to_str().unwrap(), "--as-of", date];
        self.sandbox.report(&[&policy[..], args].concat())
    }

    pub(crate) fn last(&self) -> Report {
        self.check(&["--range", "HEAD~1..HEAD"])
    }

    /// A key, and its public half.
    pub(crate) fn key(&self, name: &str) -> (String, String) {
        let path = self.sandbox.outside(name);
        let path = path.to_str().unwrap().to_owned();
        let said = self
            .sandbox
            .shell(&format!("ssh-keygen -q -t ed25519 -N '' -C '' -f {path}"));
        assert_eq!(said.code, 0, "{}", said.stderr);
        let public = std::fs::read_to_string(format!("{path}.pub")).unwrap();
        (path, public.trim().to_owned())
    }

    pub(crate) fn sign(&self, file: &str, who: &str, key: &str) -> Said {
        let file = self.org("waivers").join(file);
        self.sandbox.cordon([
            "waiver",
            "sign",
            file.to_str().unwrap(),
            "--who",
            who,
            "--key",
            key,
        ])
    }
}

/// The decision on the findings of `zone-agent`.
pub(crate) fn decisions(report: &Report) -> Vec<&str> {
    let rows = report.of("zone-agent").into_iter();
    rows.map(|row| row["decision"].as_str().unwrap()).collect()
}

/// What a rule about waivers says, once.
pub(crate) fn told(report: &Report, rule: &str) -> String {
    let rows = report.of(rule);
    assert_eq!(rows.len(), 1, "{:#}", report.json);
    rows[0]["message"].as_str().unwrap().to_owned()
}

#[test]
fn a_waiver_excepts_what_it_names_and_stays_visible() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    assert_eq!(decisions(&scene.last()), ["blocked"]);
    scene.waiver("w.yml", WAIVER);
    let report = scene.last();
    assert_eq!(decisions(&report), ["waived"]);
    assert_eq!((report.code, report.verdict()), (0, "pass"));
    let finding = report.of("zone-agent")[0];
    let waiver = serde_json::json!({"id": "W-1", "approved_by": [LEE], "expires": "2026-12-20",
        "ticket": "LEG-352"});
    assert_eq!(finding["waiver"], waiver);
    assert_eq!(finding["mode"], "block");
    assert_eq!(report.json["counts"]["waived"], 1);
    assert_eq!(report.json["counts"]["detected"], 1);
}

#[test]
fn every_format_shows_who_waived_a_finding_and_until_when() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    scene.waiver("w.yml", WAIVER);
    let policy = scene.org("policy.yml");
    // That one holds what is found of secrets alone: its own tests have a waived one.
    for format in formats().filter(|format| *format != "gitlab-secrets") {
        let said = scene.sandbox.cordon([
            "check",
            "--range",
            "HEAD~1..HEAD",
            "--as-of",
            "2026-11-25",
            "--format",
            format,
            "--policy",
            policy.to_str().unwrap(),
        ]);
        assert_eq!(said.code, 0, "{format}: {}", said.stdout);
        // As a page shows what Markdown makes of an address.
        let shown = said.stdout.replace("<!-- -->", "");
        let shown = shown.replace("&#64;", "@").replace("&#46;", ".");
        for part in ["W-1", LEE, "2026-12-20"] {
            assert!(
                shown.contains(part),
                "{format} lacks {part}: {}",
                said.stdout
            );
        }
    }
}

#[test]
fn a_waiver_reaches_no_further_than_its_scope() {
    let inside = "src/crypto/tests/a.c";
    for (from, to, path) in [
        ("acme/radio-core", "acme/other", inside),
        (
            "[\"src/crypto/tests/**\"]",
            "[\"src/crypto/other/**\"]",
            inside,
        ),
        (
            "[\"src/crypto/tests/**\"]",
            "[\"src/crypto/TESTS/**\"]",
            inside,
        ),
        (
            "[\"src/crypto/tests/**\"]",
            "[\"src/crypto/tests/**\", \"!src/crypto/tests/a.c\"]",
            inside,
        ),
        (
            "[\"src/crypto/tests/**\"]",
            "[\"src/crypto/tests/**\", \"!src/crypto/tests/A.c\"]",
            inside,
        ),
        ("rule: zone-agent", "rule: agent-denied", inside),
        ("reason:", "  agents: [cursor]\nreason:", inside),
        ("rule:", "rule:", "src/crypto/a.c"),
    ] {
        let scene = Scene::touched(path);
        scene.waiver("w.yml", &WAIVER.replace(from, to));
        let report = scene.last();
        assert_eq!(decisions(&report), ["blocked"], "{to}");
        assert_eq!(report.rules(), ["zone-agent"], "{to}");
    }
    let scene = Scene::touched(inside);
    scene.waiver(
        "w.yml",
        &WAIVER.replace("reason:", "  agents: [claude-code]\nreason:"),
    );
    assert_eq!(decisions(&scene.last()), ["waived"]);
}

#[test]
fn a_move_is_excepted_only_where_both_ends_are() {
    let scene = Scene::new();
    scene
        .sandbox
        .write("src/crypto/aes.c", "int aes(void);\n".repeat(20));
    scene.sandbox.commit("By hand");
    scene
        .sandbox
        .shell("mkdir -p src/crypto/tests && git mv src/crypto/aes.c src/crypto/tests/aes.c");
    scene.sandbox.commit(&format!("Move\n\n{CLAUDE}"));
    scene.waiver("w.yml", WAIVER);
    let report = scene.last();
    assert!(decisions(&report).contains(&"blocked"), "{:#}", report.json);
}

#[test]
fn without_a_name_of_the_repository_no_waiver_holds() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    scene.waiver("w.yml", WAIVER);
    scene
        .sandbox
        .git(["config", "--unset", "cordon.repository"]);
    assert_eq!(decisions(&scene.last()), ["blocked"]);
}

#[test]
fn a_waiver_ends_with_its_last_day_and_that_is_told() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    scene.waiver("w.yml", WAIVER);
    let range = ["--range", "HEAD~1..HEAD"];
    assert_eq!(decisions(&scene.on("2026-12-20", &range)), ["waived"]);
    let report = scene.on("2026-12-21", &range);
    assert_eq!(decisions(&report), ["blocked"]);
    assert_eq!(
        told(&report, "waiver-expired"),
        "the waiver W-1 for `zone-agent` ended on 2026-12-20"
    );
    let row = report.of("waiver-expired")[0];
    assert_eq!(
        (row["in"].as_str(), row["line"].as_u64()),
        (Some("policy"), Some(12))
    );
    // In CI it is told without a finding too; where somebody commits, only where it is missed.
    scene.sandbox.write("README", "new\n");
    scene.sandbox.commit("Write");
    assert_eq!(scene.on("2026-12-21", &range).rules(), ["waiver-expired"]);
    let commit = ["--range", "HEAD~1..HEAD", "--stage", "commit"];
    assert_eq!(scene.on("2026-12-21", &commit).rules(), [""; 0]);
}

#[test]
fn what_is_wrong_with_a_waiver_is_told_and_it_counts_for_nothing() {
    for (from, to, why) in [
        (
            "expires: 2026-12-20",
            "expires: 2027-02-19",
            "more than 90 days from 2026-11-20",
        ),
        (
            "date: 2026-11-20",
            "date: 2026-11-26",
            "approves it on 2026-11-26, which is to come",
        ),
        (
            "r.lee@",
            "nobody@",
            "`nobody@acme.example` is in no group that approves waivers",
        ),
        (
            "who: r.lee@acme.example",
            "who: ada@acme.example",
            "`ada@acme.example` made a change",
        ),
        (
            "who: r.lee@acme.example",
            "who: ADA@acme.example",
            "made a change",
        ),
        (
            "who: r.lee@acme.example",
            "who: noreply@anthropic.com",
            "is in no group that approves waivers",
        ),
        (
            "who: r.lee@acme.example",
            "who: m.ono@acme.example",
            "asked for it and cannot approve it",
        ),
        (
            "rule: zone-agent",
            "rule: policy-weakened",
            "no waiver excepts the findings of `policy-weakened`",
        ),
        (
            "rule: zone-agent",
            "rule: zone-agnet",
            "there is no rule `zone-agnet`; did you mean `zone-agent`?",
        ),
        (
            "expires: 2026-12-20",
            "expires: soon",
            "`soon` is not a date",
        ),
        (
            "reason: Test vectors only",
            "reason: \" \"",
            "`reason` says nothing",
        ),
        ("W-1", "\"W 1\"", "an id has 1 to 100 letters"),
        (
            "paths: [\"src/crypto/tests/**\"]",
            "agents: [claude-code]",
            "a scope needs `paths` or `fingerprints`",
        ),
        (
            "paths: [\"src/crypto/tests/**\"]",
            "paths: []",
            "an empty list matches nothing",
        ),
        (
            "paths: [\"src/crypto/tests/**\"]",
            "fingerprints: [abc]",
            "a fingerprint is 64 hexadecimal digits",
        ),
        (
            "rule: zone-agent",
            "rule: secret-added",
            "names the findings by `fingerprints`",
        ),
        ("ticket:", "tickets:", "unknown key `tickets`"),
        (
            "expires: 2026-12-20",
            "expires: 2026-11-19",
            "it ends before it is approved",
        ),
        ("waiver: W-1", "waiver: [", "Expected"),
    ] {
        let scene = Scene::touched("src/crypto/tests/a.c");
        scene.waiver("w.yml", &WAIVER.replace(from, to));
        let report = scene.last();
        assert_eq!(decisions(&report), ["blocked"], "{to}");
        let rows = report.of("waiver-invalid");
        let said: Vec<&str> = rows
            .iter()
            .map(|row| row["message"].as_str().unwrap())
            .collect();
        let hit = said
            .iter()
            .any(|said| said.contains(why) || why == "Expected");
        assert!(hit && !said.is_empty(), "{to}: {said:?}");
    }
}

#[test]
fn two_waivers_of_one_id_are_none() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    scene.waiver("a.yml", WAIVER);
    scene.waiver(
        "b.yml",
        &WAIVER.replace("W-1", "w-1").replace("tests/**", "other/**"),
    );
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    let rows = report.of("waiver-invalid");
    assert_eq!(rows.len(), 2, "{:#}", report.json);
    assert!(
        rows[0]["message"]
            .as_str()
            .unwrap()
            .contains("has the id `W-1` too")
    );
}

#[test]
fn a_zone_of_some_classes_asks_for_two_approvers() {
    let scene = Scene::touched("src/export/a.c");
    let one = WAIVER.replace("src/crypto/tests/**", "src/export/**");
    scene.waiver("w.yml", &one);
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    let why =
        "the waiver W-1 does not count: findings in zones of the class `export` need two approvers";
    assert_eq!(told(&report, "waiver-invalid"), why);
    let other = "approved_by:\n  - who: k.ito@acme.example\n    date: 2026-11-21\n";
    scene.waiver("w.yml", &one.replace("approved_by:\n", other));
    let report = scene.last();
    assert_eq!(decisions(&report), ["waived"]);
    let approvers = serde_json::json!([ITO, LEE]);
    assert_eq!(
        report.of("zone-agent")[0]["waiver"]["approved_by"],
        approvers
    );
    // The same person twice is one.
    scene.waiver(
        "w.yml",
        &one.replace("approved_by:\n", &other.replace(ITO, "R.Lee@acme.example")),
    );
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    assert!(told(&report, "waiver-invalid").contains("approves it twice"));
}

#[test]
fn a_bot_of_the_policy_approves_no_waiver() {
    let bot = format!(
        "automation: {{ops: {{identities: [\"{LEE}\"], verified_by: platform, paths: [x]}}}}\n"
    );
    let scene = Scene::with(&format!("{POLICY}{bot}"));
    scene.by_agent("src/crypto/tests/a.c");
    scene.waiver("w.yml", &WAIVER.replace(LEE, "R.Lee@acme.example"));
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    assert!(told(&report, "waiver-invalid").contains("is a bot, and no bot approves"));
}

#[test]
fn a_policy_can_say_that_a_rule_is_not_waivable() {
    let rules = "rules: {zone-agent: {mode: block, waivable: false}}\n";
    let scene = Scene::with(&format!("{POLICY}{rules}"));
    scene.by_agent("src/crypto/tests/a.c");
    scene.waiver("w.yml", WAIVER);
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    assert!(
        told(&report, "waiver-invalid").contains("lets no waiver except findings of `zone-agent`")
    );
    // So can the repository: it only tightens.
    let scene = Scene::touched("src/crypto/tests/a.c");
    scene.waiver("w.yml", WAIVER);
    scene
        .sandbox
        .write(".cordon.yml", format!("cordon: 1\n{rules}"));
    scene.sandbox.commit("Tighten");
    scene.by_agent("src/crypto/tests/b.c");
    assert_eq!(decisions(&scene.last()), ["blocked"]);
}

#[test]
fn what_is_disabled_is_not_there_to_be_waived_and_what_warns_is() {
    let mode = |mode| format!("{POLICY}rules: {{zone-agent: {{mode: {mode}}}}}\n");
    for (word, decision) in [("warn", vec!["waived"]), ("disabled", vec![])] {
        let scene = Scene::with(&mode(word));
        scene.by_agent("src/crypto/tests/a.c");
        scene.waiver("w.yml", WAIVER);
        assert_eq!(decisions(&scene.last()), decision, "{word}");
    }
}

#[test]
fn a_waiver_that_excepts_nothing_is_told_by_a_whole_history_alone() {
    let scene = Scene::touched("src/other.c");
    scene.waiver("w.yml", WAIVER);
    assert_eq!(scene.last().rules(), [""; 0]);
    let report = scene.check(&["--all"]);
    assert_eq!(
        told(&report, "waiver-unused"),
        "the waiver W-1 for `zone-agent` excepts nothing in the whole history"
    );
    scene.by_agent("src/crypto/tests/a.c");
    let report = scene.check(&["--all"]);
    assert_eq!(report.rules(), ["zone-agent"]);
    // One for another repository is nobody's business here.
    let scene = Scene::touched("src/other.c");
    scene.waiver("w.yml", &WAIVER.replace("radio-core", "other"));
    assert_eq!(scene.check(&["--all"]).rules(), [""; 0]);
}

#[test]
fn a_repository_alone_has_its_own_waivers_on_the_trusted_side() {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.git(["config", "cordon.repository", "acme/radio-core"]);
    sandbox.write("src/crypto/tests/a.c", "a\n");
    sandbox.write(".cordon/waivers/w.yml", WAIVER);
    sandbox.commit(&format!("Grant myself a waiver\n\n{CLAUDE}"));
    let range = ["--range", "HEAD~1..HEAD", "--as-of", "2026-11-25"];
    let report = sandbox.report(&range);
    assert_eq!(decisions(&report), ["blocked"]);
    assert_eq!(report.of("policy-weakened").len(), 1, "{:#}", report.json);
    sandbox.write("src/crypto/tests/b.c", "b\n");
    sandbox.commit(&format!("Rely on it\n\n{CLAUDE}"));
    assert_eq!(decisions(&sandbox.report(&range)), ["waived"]);
    // An edit of it counts for nothing either.
    sandbox.write(".cordon/waivers/w.yml", WAIVER.replace("tests/**", "**"));
    sandbox.write("src/crypto/c.c", "c\n");
    sandbox.commit(&format!("Widen it\n\n{CLAUDE}"));
    assert_eq!(decisions(&sandbox.report(&range)), ["blocked"]);
    // What the default branch does not have, or not so, is not in force.
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD~3"]);
    sandbox.write("src/crypto/tests/d.c", "d\n");
    sandbox.stage();
    let mut sandbox = sandbox;
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    let report = sandbox.report(&["--staged", "--as-of", "2026-11-25"]);
    assert_eq!(decisions(&report), ["blocked"]);
    sandbox.git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    let report = sandbox.report(&["--staged", "--as-of", "2026-11-25"]);
    assert_eq!(decisions(&report), ["waived"]);
}

#[test]
fn beside_an_organisation_a_repository_has_no_waivers_of_its_own() {
    let scene = Scene::new();
    scene.sandbox.write(".cordon/waivers/w.yml", WAIVER);
    scene.sandbox.commit("Keep a waiver");
    scene.by_agent("src/crypto/tests/a.c");
    assert_eq!(decisions(&scene.last()), ["blocked"]);
}

#[test]
fn a_group_with_keys_has_to_sign() {
    let scene = Scene::new();
    let (key, public) = scene.key("lee");
    let (other, other_public) = scene.key("ito");
    let (stranger, _) = scene.key("stranger");
    let keys = format!(
        "keys: [{{key: \"{LEE} {public}\"}}, {{key: \"{ITO} {other_public}\", until: 2026-11-22}}]"
    );
    let policy = POLICY.replace(
        "ada@acme.example]}",
        &format!("ada@acme.example], {keys}}}"),
    );
    std::fs::write(scene.org("policy.yml"), &policy).unwrap();
    scene.by_agent("src/crypto/tests/a.c");

    let refused = |why: &str| {
        let report = scene.last();
        assert_eq!(decisions(&report), ["blocked"], "{why}");
        let told = told(&report, "waiver-invalid");
        assert!(told.contains(why), "{told}");
    };
    scene.waiver("w.yml", WAIVER);
    refused("did not sign it, and has a key to sign with");
    let said = scene.sign("w.yml", LEE, &key);
    assert_eq!(said.code, 0, "{}", said.stderr);
    assert_eq!(decisions(&scene.last()), ["waived"]);

    let signed = std::fs::read_to_string(scene.org("waivers/w.yml")).unwrap();
    // An edited field, another policy, another purpose, a stranger's key, an expired one.
    for (from, to) in [
        ("src/crypto/tests/**", "src/crypto/**"),
        ("LEG-352", "LEG-353"),
        ("expires: 2026-12-20", "expires: 2026-12-21"),
        ("date: \"2026-11-20\"", "date: \"2026-11-21\""),
        ("reason: Test vectors only", "reason: Test vectors Only"),
        ("m.ono@", "m.one@"),
        ("W-1", "W-2"),
    ] {
        let edited = signed.replace(from, to);
        assert_ne!(edited, signed, "{from}");
        scene.waiver("w.yml", &edited);
        refused(
            "the signature of `r.lee@acme.example` does not count: it is not of what stands here",
        );
    }
    scene.waiver("w.yml", &signed.replace(LEE, ITO));
    refused("is not enrolled");
    scene.waiver("w.yml", WAIVER);
    assert_eq!(scene.sign("w.yml", LEE, &stranger).code, 0);
    refused("is not enrolled");
    scene.waiver("w.yml", &WAIVER.replace(LEE, ITO));
    assert_eq!(scene.sign("w.yml", ITO, &other).code, 0);
    refused("its key has expired");
    scene.waiver("w.yml", &signed);
    std::fs::write(
        scene.org("policy.yml"),
        policy.replace("acme-agents", "other-agents"),
    )
    .unwrap();
    refused("it is not of what stands here");
}

#[test]
fn beside_a_pinned_policy_only_signatures_count() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    scene.waiver("w.yml", WAIVER);
    let sum = scene
        .sandbox
        .shell("sha256sum ../org/policy.yml | cut -d' ' -f1");
    let pin = [
        "--range",
        "HEAD~1..HEAD",
        "--policy-sha256",
        sum.stdout.trim(),
    ];
    let report = scene.check(&pin);
    assert_eq!(decisions(&report), ["blocked"]);
    assert!(told(&report, "waiver-invalid").contains("only signatures count"));
}

#[test]
fn a_link_among_the_waivers_is_no_waiver() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    scene.waiver("real.txt", WAIVER);
    std::os::unix::fs::symlink("real.txt", scene.org("waivers/w.yml")).unwrap();
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    assert!(told(&report, "waiver-invalid").ends_with("w.yml is a symbolic link"));
}

#[test]
fn a_secret_is_waived_by_its_fingerprint_alone() {
    let scene = Scene::new();
    let token = format!("ghp_{}", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0eL2hJ5");
    scene
        .sandbox
        .write("config.py", format!("token = \"{token}\"\n"));
    scene.sandbox.commit("Add");
    let report = scene.last();
    let rows = report.of("secret-added");
    assert!(!rows.is_empty(), "{:#}", report.json);
    let fingerprint = rows[0]["fingerprint"].as_str().unwrap();
    let waiver = WAIVER.replace("zone-agent", "secret-added").replace(
        "paths: [\"src/crypto/tests/**\"]",
        &format!("fingerprints: [{fingerprint}]"),
    );
    scene.waiver("w.yml", &waiver);
    let report = scene.last();
    assert_eq!(
        report.of("secret-added")[0]["decision"],
        "waived",
        "{:#}",
        report.json
    );
    assert!(!report.json.to_string().contains(&token));
}

#[test]
fn a_waiver_is_written_from_a_finding_signed_listed_and_verified() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    let report = scene.last();
    let fingerprint = report.of("zone-agent")[0]["fingerprint"].as_str().unwrap();
    let policy = scene.org("policy.yml");
    let policy = policy.to_str().unwrap();
    let file = scene.org("waivers/new.yml");
    let file = file.to_str().unwrap();
    let said = scene.sandbox.cordon([
        "waiver",
        "new",
        "--finding",
        &fingerprint[..10],
        "--range",
        "HEAD~1..HEAD",
        "--policy",
        policy,
        "--reason",
        "Test vectors: \"quoted\" # only",
        "--requested-by",
        "m.ono@acme.example",
        "--output",
        file,
    ]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let verify = || {
        scene
            .sandbox
            .cordon(["waiver", "verify", "--policy", policy])
    };
    let said = verify();
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(
        said.stdout.contains("nobody approved it"),
        "{}",
        said.stdout
    );
    let said = scene
        .sandbox
        .cordon(["waiver", "sign", file, "--who", LEE, "--unsigned"]);
    assert_eq!(said.code, 0, "{}", said.stderr);
    let said = verify();
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    let report = scene
        .sandbox
        .report(&["--range", "HEAD~1..HEAD", "--policy", policy]);
    assert_eq!(decisions(&report), ["waived"], "{:#}", report.json);
    listed(&scene, policy);
}

/// The one waiver, which excepts one finding.
fn listed(scene: &Scene, policy: &str) {
    let said = scene
        .sandbox
        .cordon(["waiver", "list", "--policy", policy, "--history"]);
    assert!(
        said.stdout.contains(" 31 days left; 1 use"),
        "{}",
        said.stdout
    );
    let said = scene
        .sandbox
        .cordon(["waiver", "list", "--policy", policy, "--format", "json"]);
    assert!(
        said.stdout.contains("\"state\": \"stands\""),
        "{}",
        said.stdout
    );
}

#[test]
fn a_list_without_a_good_waiver_says_so_in_a_line_of_its_own() {
    let scene = Scene::new();
    scene.waiver("w.yml", "waiver: W-1\n");
    let policy = scene.org("policy.yml");
    let said = scene
        .sandbox
        .cordon(["waiver", "list", "--policy", policy.to_str().unwrap()]);
    assert!(said.stdout.starts_with("no waiver\n"), "{}", said.stdout);
    assert_eq!(said.stdout.lines().count(), 2, "{}", said.stdout);
}

/// Two different files, long enough that nobody has written them twice.
fn long(name: &str) -> String {
    let lines = (0..60).map(|at| format!("    {name}[{at}] = key_{name} + {};\n", at * 37 + 11));
    format!(
        "int {name}(int *{name}, int key_{name})\n{{\n{}}}\n",
        lines.collect::<String>()
    )
}

/// The rows of the copies out of a zone.
fn copies(report: &Report) -> Vec<(&str, &str)> {
    let rows = report.of("zone-copy-out").into_iter();
    rows.map(|row| {
        let old = row["old_path"].as_str().unwrap_or_default();
        (old, row["decision"].as_str().unwrap())
    })
    .collect()
}

/// A zone with two files, and a copy of the first.
fn copied() -> Scene {
    let scene = Scene::with(&POLICY.replace(", two_for: [export]", ""));
    scene.sandbox.write("src/export/a.c", long("alpha"));
    scene.sandbox.write("src/export/b.c", long("beta"));
    scene.sandbox.commit("By hand");
    scene.sandbox.write("lib/x.c", long("alpha"));
    scene.sandbox.commit(&format!("Copy\n\n{CLAUDE}"));
    scene
}

/// The last commit, made again with this file as it is now.
fn again(scene: &Scene) {
    scene.sandbox.stage();
    let message = format!("Copy\n\n{CLAUDE}");
    scene
        .sandbox
        .git(["commit", "-q", "--amend", "--no-verify", "-m", &message]);
}

#[test]
fn a_fingerprint_of_a_copy_is_not_that_of_a_copy_of_another_file() {
    let scene = copied();
    let report = scene.last();
    assert_eq!(copies(&report), [("src/export/a.c", "blocked")]);
    let row = report.of("zone-copy-out")[0];
    let fingerprint = row["fingerprint"].as_str().unwrap();
    let waiver = WAIVER.replace("zone-agent", "zone-copy-out").replace(
        "paths: [\"src/crypto/tests/**\"]",
        &format!("fingerprints: [{fingerprint}]"),
    );
    scene.waiver("w.yml", &waiver);
    assert_eq!(copies(&scene.last()), [("src/export/a.c", "waived")]);
    scene.sandbox.write("lib/x.c", long("beta"));
    again(&scene);
    assert_eq!(copies(&scene.last()), [("src/export/b.c", "blocked")]);
}

#[test]
fn a_fingerprint_of_a_move_is_not_that_of_a_move_of_another_file() {
    let scene = Scene::new();
    scene.sandbox.write("src/crypto/a.c", long("alpha"));
    scene.sandbox.write("src/crypto/b.c", long("beta"));
    scene.sandbox.commit("By hand");
    let moved = |from: &str| {
        let line = format!("mkdir -p src/crypto/new && git mv {from} src/crypto/new/x.c");
        assert_eq!(scene.sandbox.shell(&line).code, 0);
        scene.sandbox.commit(&format!("Move\n\n{CLAUDE}"));
    };
    moved("src/crypto/a.c");
    let report = scene.last();
    let row = report.of("zone-agent")[0];
    assert_eq!(row["old_path"], "src/crypto/a.c");
    let fingerprint = row["fingerprint"].as_str().unwrap();
    let waiver = WAIVER.replace(
        "paths: [\"src/crypto/tests/**\"]",
        &format!("fingerprints: [{fingerprint}]"),
    );
    scene.waiver("w.yml", &waiver);
    assert_eq!(decisions(&scene.last()), ["waived"]);
    scene.sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    moved("src/crypto/b.c");
    assert_eq!(decisions(&scene.last()), ["blocked"]);
}

#[test]
fn a_copy_is_excepted_only_where_both_ends_are() {
    let scene = copied();
    let waiver = WAIVER.replace("zone-agent", "zone-copy-out");
    let over = |paths: &str| waiver.replace("\"src/crypto/tests/**\"", paths);
    for (paths, decision) in [
        ("\"lib/**\"", "blocked"),
        ("\"src/export/a.c\"", "blocked"),
        ("\"lib/**\", \"src/export/b.c\"", "blocked"),
        ("\"lib/**\", \"src/export/a.c\"", "waived"),
    ] {
        scene.waiver("w.yml", &over(paths));
        let report = scene.last();
        assert_eq!(copies(&report), [("src/export/a.c", decision)], "{paths}");
    }
}

#[test]
fn a_marker_makes_a_file_one_that_asks_for_two_approvers() {
    let zone = "  marked: {class: export, markers: [EXPORT-CONTROLLED], agents: allowed}\n";
    let scene = Scene::with(&POLICY.replace("approvers: {", &format!("{zone}approvers: {{")));
    let path = "src/crypto/tests/a.c";
    scene
        .sandbox
        .write(path, "/* EXPORT-CONTROLLED */\nint a;\n");
    scene.sandbox.commit(&format!("Add\n\n{CLAUDE}"));
    scene.waiver("w.yml", WAIVER);
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"], "{:#}", report.json);
    assert!(told(&report, "waiver-invalid").contains("`export` need two approvers"));
}

#[test]
fn what_is_about_no_path_asks_for_two_approvers_by_what_its_commit_touched() {
    let agents = "agents: {claude-code: {status: denied}}\n";
    let whole = "repository: {classes: [export]}\n";
    for (more, path, decision) in [
        ("", "lib/a.c", "waived"),
        ("", "src/crypto/a.c", "waived"),
        ("", "src/export/a.c", "blocked"),
        (whole, "lib/a.c", "blocked"),
    ] {
        let scene = Scene::with(&format!("{POLICY}{agents}"));
        if !more.is_empty() {
            scene
                .sandbox
                .write(".cordon.yml", format!("cordon: 1\n{more}"));
            scene.sandbox.commit("Say what it is");
        }
        scene.by_agent(path);
        let report = scene.last();
        let rows = report.of("agent-denied");
        assert_eq!(
            (rows.len(), &rows[0]["path"]),
            (1, &serde_json::Value::Null)
        );
        let fingerprint = rows[0]["fingerprint"].as_str().unwrap();
        let waiver = WAIVER.replace("zone-agent", "agent-denied").replace(
            "paths: [\"src/crypto/tests/**\"]",
            &format!("fingerprints: [{fingerprint}]"),
        );
        scene.waiver("w.yml", &waiver);
        let report = scene.last();
        let decided = report.of("agent-denied")[0]["decision"].as_str().unwrap();
        assert_eq!(decided, decision, "{more}{path}: {:#}", report.json);
    }
}

#[test]
fn the_repositories_of_a_waiver_reach_no_further_than_they_are_written() {
    let scene = Scene::touched("src/crypto/tests/a.c");
    for (repos, name, decision) in [
        ("acme/radio-core", "acme/radio-core", "waived"),
        ("acme/radio-core", "Acme/Radio-Core", "waived"),
        ("radio-core", "evil/radio-core", "waived"),
        ("acme/*", "acme/radio-core", "waived"),
        ("\"**\"", "acme/radio-core", "waived"),
        ("acme/**", "acme/radio-core", "waived"),
        ("radio-*", "acme/radio-core", "waived"),
        ("\"**\", \"!acme/radio-core\"", "acme/radio-core", "blocked"),
        ("\"**\", \"!radio-core\"", "acme/radio-core", "blocked"),
        ("\"**\", \"!Acme/Radio-Core\"", "acme/radio-core", "blocked"),
        ("\"**\", \"!acme/*\"", "acme/radio-core", "blocked"),
        ("\"**\", \"!acme/other\"", "acme/radio-core", "waived"),
        ("radio-core", "radio-core/zzz", "blocked"),
        ("acme", "evil/acme/radio-core", "blocked"),
        ("acme", "acme/radio-core", "blocked"),
        ("acme/radio-core", "evil/acme/radio-core", "blocked"),
        ("acme/radio-core", "acme/radio-core/zzz", "blocked"),
        ("acme/*", "acme/radio-core/zzz", "blocked"),
        ("acme/radio-core", "acme/radio-c\u{43e}re", "blocked"),
    ] {
        scene.sandbox.git(["config", "cordon.repository", name]);
        scene.waiver(
            "w.yml",
            &WAIVER.replace("[acme/radio-core]", &format!("[{repos}]")),
        );
        let report = scene.last();
        assert_eq!(decisions(&report), [decision], "{repos} in {name}");
    }
}
