//! Waivers: who may approve them, by which groups and keys, and for how long.

use serde_json::json;

use crate::support::Said;
use crate::waivers::{LEE, POLICY, Scene, WAIVER, decisions, told};

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
