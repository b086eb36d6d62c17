//! Waivers: who may approve them, by which groups and keys, and for how long.

use serde_json::json;

use crate::support::Said;
use crate::waivers::{ITO, LEE, POLICY, Scene, WAIVER, decisions, told};

impl Scene {
    /// `cordon waiver` by the policy, on a day.
    fn asked(&self, command: &str, date: &str) -> Said {
        let policy = self.org("policy.yml");
        let policy = policy.to_str().unwrap();
        let asked = ["waiver", command, "--policy", policy, "--as-of", date];
        self.sandbox.cordon(asked)
    }

    /// A group as a directory exports it, on the 20th of November, with one member and that member's key.
    fn export(&self, group: &str, member: &str, key: &str, by: &str) {
        std::fs::create_dir_all(self.org("groups")).unwrap();
        let file = self.org(&format!("groups/{group}.json"));
        let members = json!([{"email": member, "keys": [key]}]);
        let text = json!({"schema": "cordon.group/v1", "group": group, "exported": "2026-11-20", "members": members});
        std::fs::write(&file, text.to_string()).unwrap();
        let (by, file) = (by.to_owned(), file.display());
        let sign = format!("ssh-keygen -Y sign -q -n cordon-group -f {by} {file}");
        assert_eq!(self.sandbox.shell(&sign).code, 0);
    }
}

#[test]
fn members_of_an_exported_group_approve_while_the_export_is_fresh() {
    let scene = Scene::new();
    let (key, public) = scene.key("lee");
    let (directory, enrolled) = scene.key("directory");
    let group = format!(
        "approvers: {{appsec: {{export: groups/appsec.json, max_age_days: 7, keys: [{{key: \"{enrolled}\"}}]}}}}"
    );
    let own = |line: &'static str| {
        if line.starts_with("approvers:") {
            group.as_str()
        } else {
            line
        }
    };
    let lines = POLICY.lines().map(own);
    let policy: Vec<&str> = lines.collect();
    std::fs::write(scene.org("policy.yml"), policy.join("\n")).unwrap();
    scene.export("appsec", LEE, &public, &directory);
    scene.by_agent("src/crypto/tests/a.c");
    scene.waiver("w.yml", WAIVER);
    let said = scene.asked("verify", "2026-11-25");
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.stdout.contains("did not sign it"), "{}", said.stdout);

    assert_eq!(scene.sign("w.yml", LEE, &key).code, 0);
    assert_eq!(decisions(&scene.last()), ["waived"]);
    let said = scene.asked("verify", "2026-11-25");
    assert_eq!(said.code, 0, "{}", said.stdout);
    let said = scene.asked("list", "2026-11-25");
    assert!(said.stdout.contains("26 days left"), "{}", said.stdout);

    let stale = "which is more than 7 days ago";
    let report = scene.on("2026-11-28", &["--range", "HEAD~1..HEAD"]);
    assert_eq!(decisions(&report), ["blocked"]);
    assert!(told(&report, "waiver-invalid").contains(stale));
    for command in ["verify", "list"] {
        let said = scene.asked(command, "2026-11-28");
        let words: Vec<&str> = said.stdout.split_whitespace().collect();
        assert!(words.join(" ").contains(stale), "{}", said.stdout);
    }
}

#[test]
fn an_openpgp_signature_approves_no_waiver() {
    let scene = Scene::new();
    let (_, public) = scene.key("lee");
    let keys = format!("ada@acme.example], keys: [{{key: \"{LEE} {public}\"}}]}}");
    let policy = POLICY.replace("ada@acme.example]}", &keys);
    std::fs::write(scene.org("policy.yml"), policy).unwrap();
    scene.by_agent("src/crypto/tests/a.c");
    let signature = "    signature: |\n      -----BEGIN PGP SIGNATURE-----\n\n      iHUEABYKAB0=\n      \
                     =AAAA\n      -----END PGP SIGNATURE-----\nexpires:";
    scene.waiver("w.yml", &WAIVER.replace("expires:", signature));
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    let told = told(&report, "waiver-invalid");
    assert!(told.contains("only SSH keys sign waivers"), "{told}");
}

#[test]
fn a_waiver_is_an_approval_of_an_agents_change() {
    let scene = Scene::with(&POLICY.replace(
        "paths: [\"src/crypto/**\"], agents: denied",
        "paths: [\"src/crypto/**\"], agents: approval",
    ));
    scene.by_agent("src/crypto/tests/a.c");
    let decision = || {
        let report = scene.last();
        let found = report.of("zone-approval");
        assert_eq!(found.len(), 1, "{:#}", report.json);
        found[0]["decision"].as_str().unwrap().to_owned()
    };
    assert_eq!(decision(), "blocked");
    // One for another rule is none.
    scene.waiver("w.yml", WAIVER);
    assert_eq!(decision(), "blocked");
    scene.waiver("w.yml", &WAIVER.replace("zone-agent", "zone-approval"));
    assert_eq!(decision(), "waived");
    // Whoever made the change approves it by no waiver either.
    let by_ada = WAIVER.replace("zone-agent", "zone-approval");
    scene.waiver("w.yml", &by_ada.replace(LEE, "ada@acme.example"));
    assert_eq!(decision(), "blocked");
}

#[test]
fn where_the_organisation_says_no_days_the_default_holds_whatever_a_repository_says() {
    let scene = Scene::with(&POLICY.replace("max_days: 90, ", ""));
    let longer = "cordon: 1\nwaivers: {max_days: 365}\n";
    scene.sandbox.write(".cordon.yml", longer);
    scene.sandbox.commit("A policy");
    scene.by_agent("src/crypto/tests/a.c");
    scene.waiver("w.yml", &WAIVER.replace("2026-12-20", "2027-02-19"));
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    let told = told(&report, "waiver-invalid");
    assert!(told.contains("more than 90 days"), "{told}");
    scene.waiver("w.yml", &WAIVER.replace("2026-12-20", "2027-02-18"));
    assert_eq!(decisions(&scene.last()), ["waived"]);
}

#[test]
fn what_is_printed_is_to_the_byte_what_is_signed() {
    let scene = Scene::new();
    let (key, public) = scene.key("lee");
    let keys = format!("ada@acme.example], keys: [{{key: \"{LEE} {public}\"}}]}}");
    let policy = POLICY.replace("ada@acme.example]}", &keys);
    std::fs::write(scene.org("policy.yml"), policy).unwrap();
    scene.waiver("w.yml", WAIVER);
    let file = scene.org("waivers/w.yml");
    let asked = [
        "waiver",
        "sign",
        file.to_str().unwrap(),
        "--who",
        LEE,
        "--print",
    ];
    let printed = scene.sandbox.cordon(asked);
    assert_eq!(printed.code, 0, "{}", printed.stderr);
    std::fs::write(scene.sandbox.outside("form"), &printed.stdout).unwrap();
    let sign =
        format!("ssh-keygen -q -Y sign -n cordon-waiver -f {key} ../form && cat ../form.sig");
    let signature = scene.sandbox.shell(&sign).stdout.replace('\n', "\n      ");
    let signed = format!("    signature: |\n      {}\nexpires:", signature.trim_end());
    scene.waiver("w.yml", &WAIVER.replace("expires:", &signed));
    let said = scene.asked("verify", "2026-11-25");
    assert_eq!(said.code, 0, "{}", said.stdout);
}

#[test]
fn verify_says_where_one_approval_is_not_enough() {
    let scene = Scene::new();
    scene.waiver("w.yml", WAIVER);
    let said = scene.asked("verify", "2026-11-25");
    assert_eq!(said.code, 0, "{said:?}");
    assert!(
        said.stdout.contains("not in zones of the class export"),
        "{said:?}"
    );
    let second = "    date: 2026-11-20\n  - who: k.ito@acme.example\n    date: 2026-11-20\nexpires";
    let two = WAIVER.replace("    date: 2026-11-20\nexpires", second);
    assert_ne!(two, WAIVER);
    scene.waiver("w.yml", &two);
    let said = scene.asked("verify", "2026-11-25");
    assert!(said.stdout.starts_with("W-1: stands\n"), "{said:?}");
}

#[test]
fn beside_a_pinned_policy_verify_asks_for_signatures_too() {
    let scene = Scene::new();
    scene.waiver("w.yml", WAIVER);
    let sum = scene
        .sandbox
        .shell("sha256sum ../org/policy.yml | cut -d' ' -f1");
    let verify = |sum: &str| {
        let policy = scene.org("policy.yml");
        let pin = ["--policy", policy.to_str().unwrap(), "--policy-sha256", sum];
        let asked = ["waiver", "verify", "--as-of", "2026-11-25"];
        scene.sandbox.cordon([&asked[..], &pin].concat())
    };
    assert_eq!(scene.asked("verify", "2026-11-25").code, 0);
    let said = verify(sum.stdout.trim());
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(said.stdout.contains("did not sign it"), "{}", said.stdout);
    assert_eq!(verify(&"0".repeat(64)).code, 2);
}

#[test]
fn in_a_scan_an_agent_of_the_policy_approves_no_waiver_either() {
    let house = "bot@acme.example";
    let members = format!("ada@acme.example, {house}]");
    let catalogue = format!("catalogue: {{acme-bot: {{name: Acme Bot, emails: [{house}]}}}}\n");
    let scene = Scene::with(&(POLICY.replace("ada@acme.example]", &members) + &catalogue));
    let token = format!("ghp_{}", "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7cF0eL2hJ5");
    let text = format!("token = \"{token}\"\n");
    scene.sandbox.write("config.py", text);
    let policy = scene.org("policy.yml");
    let policy = ["--policy", policy.to_str().unwrap()];
    let args = [&["config.py", "--as-of", "2026-11-25"], &policy[..]].concat();
    let row = || scene.sandbox.scan(&args).of("secret-added")[0].clone();
    let fingerprint = format!("fingerprints: [{}]", row()["fingerprint"]);
    let waiver = WAIVER.replace("zone-agent", "secret-added");
    let waiver = waiver.replace("paths: [\"src/crypto/tests/**\"]", &fingerprint);
    scene.waiver("w.yml", &waiver);
    assert_eq!(row()["decision"], "waived");
    scene.waiver("w.yml", &waiver.replace(LEE, house));
    assert_eq!(row()["decision"], "blocked");
}

/// The policy with these members and these lines of keys in its group.
fn with_keys(members: &str, keys: &[String]) -> String {
    let keys: Vec<String> = keys
        .iter()
        .map(|key| format!("{{key: \"{key}\"}}"))
        .collect();
    let group = format!("{members}], keys: [{}]}}", keys.join(", "));
    POLICY.replace(
        "r.lee@acme.example, k.ito@acme.example, ada@acme.example]}",
        &group,
    )
}

#[test]
fn a_key_that_may_be_the_makers_approves_nothing_in_a_colleagues_name() {
    let scene = Scene::new();
    let (key, public) = scene.key("key");
    scene.by_agent("src/crypto/tests/a.c");
    let waiver = WAIVER.replace("m.ono@acme.example", "q@other.example");
    let judged = |members: &str, line: &str| {
        let policy = with_keys(members, &[format!("{line}{public}")]);
        let policy = policy.replace("members: [], ", "");
        std::fs::write(scene.org("policy.yml"), policy).unwrap();
        scene.waiver("w.yml", &waiver);
        assert_eq!(scene.sign("w.yml", LEE, &key).code, 0);
        scene.last()
    };
    let both = "r.lee@acme.example, ada@acme.example";
    for (members, line) in [
        (both, ""),
        (both, "*@acme.example "),
        ("", "*@acme.example "),
    ] {
        let report = judged(members, line);
        assert_eq!(decisions(&report), ["blocked"], "{members} {line}");
        let told = told(&report, "waiver-invalid");
        let why =
            "the key by which `r.lee@acme.example` signed it may be that of somebody who made";
        assert!(told.contains(why), "{told}");
    }
    // A key that is a colleague's alone, or one of a group in which the maker is not, is no maker's.
    assert_eq!(decisions(&judged(both, "r.lee@acme.example ")), ["waived"]);
    let others = "r.lee@acme.example, k.ito@acme.example";
    assert_eq!(decisions(&judged(others, "")), ["waived"]);
}

#[test]
fn a_key_that_may_be_that_of_who_asked_approves_nothing() {
    let (lee, ono) = ("r.lee@acme.example", "m.ono@acme.example");
    let scene = Scene::new();
    let (key, public) = scene.key("key");
    scene.by_agent("src/crypto/tests/a.c");
    let policy = with_keys(&format!("{lee}, {ono}"), &[public]);
    std::fs::write(scene.org("policy.yml"), policy).unwrap();
    scene.waiver("w.yml", WAIVER);
    assert_eq!(scene.sign("w.yml", LEE, &key).code, 0);
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    let told = told(&report, "waiver-invalid");
    assert!(told.contains("who asked for it"), "{told}");
}

#[test]
fn two_approvers_are_two_only_where_no_person_may_have_both_keys() {
    let scene = Scene::new();
    let ((one, first), (two, second)) = (scene.key("one"), scene.key("two"));
    scene.by_agent("src/export/a.c");
    let by_ito = "  - who: k.ito@acme.example\n    date: 2026-11-20\nexpires:";
    let waiver = WAIVER.replace("expires:", by_ito);
    let waiver = waiver.replace("src/crypto/tests/**", "src/export/**");
    let judged = |own: &str, others: &str| {
        let keys = [format!("{own}{first}"), format!("{others}{second}")];
        let policy = with_keys("r.lee@acme.example, k.ito@acme.example", &keys);
        std::fs::write(scene.org("policy.yml"), policy).unwrap();
        scene.waiver("w.yml", &waiver);
        assert_eq!(scene.sign("w.yml", LEE, &one).code, 0);
        assert_eq!(scene.sign("w.yml", ITO, &two).code, 0);
        scene.last()
    };
    for (own, others) in [
        ("", ""),
        ("r.lee@acme.example ", ""),
        ("", "k.ito@acme.example "),
    ] {
        let report = judged(own, others);
        assert_eq!(decisions(&report), ["blocked"], "{own} {others}");
        let told = told(&report, "waiver-invalid");
        assert!(told.contains("may be one person's"), "{told}");
    }
    let report = judged("r.lee@acme.example ", "k.ito@acme.example ");
    assert_eq!(decisions(&report), ["waived"]);
}

#[test]
fn a_maker_is_known_by_the_forges_address_of_a_members_login() {
    let with_login = POLICY.replace("ada@acme.example]", "\"ada@acme.example (adalogin)\"]");
    let scene = Scene::with(&with_login);
    let address = "7+adalogin@users.noreply.github.com";
    scene.sandbox.git(["config", "user.email", address]);
    scene.by_agent("src/crypto/tests/a.c");
    scene.waiver("w.yml", &WAIVER.replace(LEE, "ada@acme.example"));
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    let told = told(&report, "waiver-invalid");
    assert!(
        told.contains("made a change that it would except"),
        "{told}"
    );
    scene.waiver("w.yml", WAIVER);
    assert_eq!(decisions(&scene.last()), ["waived"]);
}

#[test]
fn where_an_export_is_not_read_no_approval_counts_without_a_signature() {
    let scene = Scene::new();
    let (key, public) = scene.key("lee");
    let (directory, enrolled) = scene.key("directory");
    let group = format!(
        "approvers:\n  appsec: {{export: groups/appsec.json, max_age_days: 7, keys: [{{key: \"{enrolled}\"}}]}}\n  \
         leads: {{members: [{LEE}]}}\n  signers: {{members: [{LEE}], keys: [{{key: \"{LEE} {public}\"}}]}}\nwaivers:"
    );
    let policy = |approvers: &str| {
        let (head, _) = POLICY.split_once("approvers:").unwrap();
        let text = format!("{head}{group} {{max_days: 90, approvers: [{approvers}]}}\n");
        std::fs::write(scene.org("policy.yml"), text).unwrap();
    };
    policy("appsec, leads");
    scene.export("appsec", LEE, &public, &directory);
    scene.by_agent("src/crypto/tests/a.c");
    scene.waiver("w.yml", WAIVER);
    let on = |day: &str| scene.on(day, &["--range", "HEAD~1..HEAD"]);
    let refused = |day: &str, why: &str| {
        let report = on(day);
        assert_eq!(decisions(&report), ["blocked"], "{why}");
        let told = told(&report, "waiver-invalid");
        assert!(told.contains(why), "{told}");
    };
    refused("2026-11-25", "has a key to sign with");
    refused("2026-11-29", "nobody knows whether they have a key");
    refused("2026-11-29", "more than 7 days ago");
    let signature = scene.org("groups/appsec.json.sig");
    let kept = std::fs::read(&signature).unwrap();
    std::fs::remove_file(&signature).unwrap();
    refused("2026-11-25", "nobody knows whether they have a key");
    // A signature by a group that is known counts still, while it is known who is who.
    policy("appsec, signers");
    assert_eq!(scene.sign("w.yml", LEE, &key).code, 0);
    refused("2026-11-25", "nobody knows by what other names");
    std::fs::write(&signature, kept).unwrap();
    assert_eq!(decisions(&on("2026-11-29")), ["waived"]);
}

#[test]
fn two_exports_of_one_day_that_agree_on_no_key_still_ask_for_one() {
    let scene = Scene::new();
    let (directory, enrolled) = scene.key("directory");
    let (_, first) = scene.key("first");
    let (_, second) = scene.key("second");
    let policy = format!(
        "cordon: 1\nextends: []\npolicy: {{id: own}}\nzones: {{crypto: {{class: crypto, paths: [\"src/crypto/**\"], \
         agents: denied}}}}\napprovers: {{appsec: {{export: groups/appsec.json, max_age_days: 7, keys: [{{key: \
         \"{enrolled}\"}}]}}}}\nwaivers: {{approvers: [appsec]}}\n"
    );
    let sandbox = &scene.sandbox;
    sandbox.write(".cordon.yml", policy);
    sandbox.write(".cordon/waivers/w.yml", WAIVER);
    let exported = |key: &str| {
        scene.export("appsec", LEE, key, &directory);
        for name in ["groups/appsec.json", "groups/appsec.json.sig"] {
            sandbox.write(name, std::fs::read(scene.org(name)).unwrap());
            std::fs::remove_file(scene.org(name)).unwrap();
        }
        sandbox.commit("The group");
    };
    exported(&first);
    let base = sandbox.id("HEAD");
    exported(&second);
    let newer = sandbox.id("HEAD");
    sandbox.git(["checkout", "-q", "-B", "work", &base]);
    scene.by_agent("src/crypto/tests/a.c");
    let blocked = || {
        let report = sandbox.report(&["--as-of", "2026-11-25", "--range", "HEAD~1..HEAD"]);
        assert_eq!(decisions(&report), ["blocked"], "{:#}", report.json);
        let told = told(&report, "waiver-invalid");
        assert!(told.contains("has a key to sign with"), "{told}");
    };
    blocked();
    sandbox.git(["update-ref", "refs/remotes/origin/main", &newer]);
    let head = ["refs/remotes/origin/HEAD", "refs/remotes/origin/main"];
    sandbox.git(["symbolic-ref", head[0], head[1]]);
    blocked();
}
