//! Who is who: a person with two addresses approves nothing of their own, whatever an export has come to say of them.

use std::path::PathBuf;

use serde_json::json;

use crate::support::{CLAUDE, Report, incomplete};
use crate::waivers::{POLICY, Scene, WAIVER, decisions, told};

const DEV: &str = "dev@acme.example";

/// The zone needs an approval. A directory says that the maker is Dev, who is a lead by another address.
struct Firm {
    scene: Scene,
    directory: String,
    dev: String,
}

impl Firm {
    fn new() -> Self {
        let scene = Scene::new();
        let (directory, enrolled) = scene.key("directory");
        let (dev, public) = scene.key("dev");
        let (head, _) = POLICY.split_once("approvers:").unwrap();
        let head = head.replace(
            "\"src/crypto/**\"], agents: denied",
            "\"src/crypto/**\"], agents: approval, approvers: [leads]",
        );
        let text = format!(
            "{head}approvers:\n  everyone: {{export: groups/everyone.json, max_age_days: 7, keys: [{{key: \"{enrolled}\"}}]}}\n  \
             leads: {{members: [\"{DEV} (devlogin)\", r.lee@acme.example, k.ito@acme.example], keys: [{{key: \"{DEV} {public}\"}}]}}\n\
             waivers: {{approvers: [leads], emergency: {{approvers: [leads], hours: 4}}}}\n"
        );
        std::fs::write(scene.org("policy.yml"), text).unwrap();
        let firm = Self {
            scene,
            directory,
            dev,
        };
        firm.export("2026-11-20", "devlogin");
        firm.scene
            .sandbox
            .git(["config", "user.email", "dev@home.example"]);
        firm.scene.by_agent("src/crypto/tests/a.c");
        firm
    }

    fn export(&self, day: &str, login: &str) {
        std::fs::create_dir_all(self.file("")).unwrap();
        let members = json!([{"email": "dev@home.example", "login": login}]);
        let text = json!({"schema": "cordon.group/v1", "group": "everyone", "exported": day, "members": members});
        std::fs::write(self.file("everyone.json"), text.to_string()).unwrap();
        let _ = std::fs::remove_file(self.file("everyone.json.sig"));
        let (key, file) = (&self.directory, self.file("everyone.json"));
        let sign = format!(
            "ssh-keygen -Y sign -q -n cordon-group -f {key} {}",
            file.display()
        );
        assert_eq!(self.scene.sandbox.shell(&sign).code, 0);
    }

    fn file(&self, name: &str) -> PathBuf {
        self.scene.org("groups").join(name)
    }

    /// HEAD by a review of Dev's.
    fn reviewed(&self, day: &str) -> Report {
        let sandbox = &self.scene.sandbox;
        let review = json!([{"user": {"login": "devlogin", "type": "User"}, "state": "APPROVED",
                             "commit_id": sandbox.id("HEAD"), "submitted_at": "2026-11-24T10:00:00Z"}]);
        let file = sandbox.outside("reviews.json");
        std::fs::write(&file, review.to_string()).unwrap();
        let what = ["--range", "HEAD~1..HEAD", "--approvals"];
        self.scene
            .on(day, &[&what[..], &[file.to_str().unwrap()]].concat())
    }
}

#[test]
fn a_maker_whom_only_a_stale_export_knows_approves_nothing() {
    let firm = Firm::new();
    let waiver = WAIVER.replace("r.lee@acme.example", DEV);
    firm.scene
        .waiver("w.yml", &waiver.replace("zone-agent", "zone-approval"));
    assert_eq!(firm.scene.sign("w.yml", DEV, &firm.dev).code, 0);
    for day in ["2026-11-25", "2026-11-29"] {
        let report = firm.reviewed(day);
        let found = report.of("zone-approval");
        assert_eq!(found.len(), 1, "{day}: {:#}", report.json);
        assert_eq!(found[0]["decision"], "blocked", "{day}");
        let message = found[0]["message"].as_str().unwrap();
        assert!(message.contains("had a part in it"), "{message}");
        let told = told(&report, "waiver-invalid");
        assert!(
            told.contains("made a change that it would except"),
            "{told}"
        );
    }
}

#[test]
fn where_an_export_cannot_be_read_nobody_knows_who_made_a_change() {
    let firm = Firm::new();
    std::fs::remove_file(firm.file("everyone.json.sig")).unwrap();
    let report = firm.reviewed("2026-11-25");
    incomplete(&report, "unchecked");
    let why = report.json["incomplete"][0]["message"].as_str().unwrap();
    assert!(why.contains("nobody knows who had a part in it"), "{why}");

    let waiver = WAIVER.replace("r.lee@acme.example", DEV);
    firm.scene
        .waiver("w.yml", &waiver.replace("zone-agent", "zone-approval"));
    assert_eq!(firm.scene.sign("w.yml", DEV, &firm.dev).code, 0);
    let report = firm.scene.last();
    assert_eq!(
        report.of("zone-approval")[0]["decision"],
        "blocked",
        "{:#}",
        report.json
    );
    let told = told(&report, "waiver-invalid");
    assert!(told.contains("nobody knows by what other names"), "{told}");
}

#[test]
fn in_an_emergency_too_an_export_that_cannot_be_read_leaves_makers_unknown() {
    let firm = Firm::new();
    let sandbox = &firm.scene.sandbox;
    let now = sandbox.shell("date -u +%Y-%m-%dT%H:%M:%SZ").stdout;
    let text = format!(
        "emergency: E-7\nrepository: acme/radio-core\nrange:\n  base: {}\n  head: {}\nfrom: {}\nhours: 2\n\
         reason: The gateway is down\nrequested_by: ops@acme.example\napproved_by: []\n",
        sandbox.id("HEAD~1"),
        sandbox.id("HEAD"),
        now.trim()
    );
    let file = sandbox.outside("emergency.yml");
    std::fs::write(&file, text).unwrap();
    let (file, policy) = (file.to_str().unwrap(), firm.scene.org("policy.yml"));
    let policy = ["--policy", policy.to_str().unwrap()];
    let sign = [
        "waiver", "sign", file, "--who", DEV, "--key", &firm.dev, policy[0], policy[1],
    ];
    assert_eq!(sandbox.cordon(sign).code, 0);
    let check = || {
        let what = ["--range", "HEAD~1..HEAD", "--emergency", file];
        let report = sandbox.report(&[&what[..], &policy].concat());
        report.json["incomplete"].to_string()
    };
    // A stale export still says who is who.
    assert!(
        check().contains("made a commit of the range"),
        "{}",
        check()
    );
    std::fs::remove_file(firm.file("everyone.json.sig")).unwrap();
    assert!(
        check().contains("nobody knows by what other names"),
        "{}",
        check()
    );
}

#[test]
fn of_two_exports_of_one_day_each_says_who_made_a_change() {
    let firm = Firm::new();
    let sandbox = &firm.scene.sandbox;
    let policy = std::fs::read_to_string(firm.scene.org("policy.yml")).unwrap();
    let beside = || {
        sandbox.write(".cordon.yml", &policy);
        for name in ["groups/everyone.json", "groups/everyone.json.sig"] {
            sandbox.write(name, std::fs::read(firm.scene.org(name)).unwrap());
        }
        sandbox.commit("The group")
    };
    beside();
    sandbox.git(["branch", "-q", "base"]);
    firm.export("2026-11-20", "other");
    let newer = beside();
    sandbox.git(["update-ref", "refs/remotes/origin/main", &newer]);
    sandbox.git(["checkout", "-q", "base"]);
    sandbox.write("src/crypto/tests/b.c", "one\n");
    sandbox.commit(&format!("Add\n\n{CLAUDE}"));
    let review = json!([{"user": {"login": "devlogin", "type": "User"}, "state": "APPROVED",
                         "commit_id": sandbox.id("HEAD"), "submitted_at": "2026-11-24T10:00:00Z"}]);
    let file = sandbox.outside("reviews.json");
    std::fs::write(&file, review.to_string()).unwrap();
    let report = sandbox.report(&[
        "--range",
        "HEAD~1..HEAD",
        "--as-of",
        "2026-11-25",
        "--approvals",
        file.to_str().unwrap(),
    ]);
    let found = report.of("zone-approval");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("had a part in it"), "{message}");
}

/// Two addresses of one person, by the login that their groups say; each has a key.
struct Twice {
    scene: Scene,
    keys: [String; 2],
}

const RLEE: [&str; 2] = ["r.lee@acme.example", "rlee@home.example"];

impl Twice {
    /// By another login of the second one, they are two.
    fn new(other: &str) -> Self {
        let scene = Scene::new();
        let (one, first) = scene.key("one");
        let (two, second) = scene.key("two");
        let (head, _) = POLICY.split_once("approvers:").unwrap();
        let text = format!(
            "{head}approvers:\n  a: {{members: [\"{} (rlee)\"], keys: [{{key: \"{} {first}\"}}]}}\n  \
             b: {{members: [\"{} ({other})\"], keys: [{{key: \"{} {second}\"}}]}}\n\
             waivers: {{approvers: [a, b], two_for: [export], emergency: {{approvers: [a, b], hours: 4}}}}\n",
            RLEE[0], RLEE[0], RLEE[1], RLEE[1]
        );
        std::fs::write(scene.org("policy.yml"), text).unwrap();
        scene.by_agent("src/export/a.c");
        let keys = [one, two];
        Self { scene, keys }
    }

    /// A waiver that somebody asked for and both addresses sign.
    fn waived(&self, asked: &str) -> Report {
        let waiver = WAIVER.replace("m.ono@acme.example", asked);
        let by = format!("  - who: {}\n    date: 2026-11-20\nexpires:", RLEE[1]);
        let waiver = waiver.replace("expires:", &by);
        let waiver = waiver.replace("src/crypto/tests/**", "src/export/**");
        self.scene.waiver("w.yml", &waiver);
        for (who, key) in RLEE.iter().zip(&self.keys) {
            assert_eq!(self.scene.sign("w.yml", who, key).code, 0);
        }
        self.scene.last()
    }

    /// What is said of an emergency waiver that somebody asked for and both addresses sign.
    fn emergency(&self, asked: &str) -> String {
        let sandbox = &self.scene.sandbox;
        let now = sandbox.shell("date -u +%Y-%m-%dT%H:%M:%SZ").stdout;
        let text = format!(
            "emergency: E-7\nrepository: acme/radio-core\nrange:\n  base: {}\n  head: {}\nfrom: {}\nhours: 2\n\
             reason: The gateway is down\nrequested_by: {asked}\napproved_by: []\n",
            sandbox.id("HEAD~1"),
            sandbox.id("HEAD"),
            now.trim()
        );
        let file = sandbox.outside("emergency.yml");
        std::fs::write(&file, text).unwrap();
        let (file, policy) = (file.to_str().unwrap(), self.scene.org("policy.yml"));
        let policy = ["--policy", policy.to_str().unwrap()];
        for (who, key) in RLEE.iter().zip(&self.keys) {
            let sign = ["waiver", "sign", file, "--who", who, "--key", key];
            assert_eq!(sandbox.cordon([&sign[..], &policy].concat()).code, 0);
        }
        let what = ["--range", "HEAD~1..HEAD", "--emergency", file];
        let report = sandbox.report(&[&what[..], &policy].concat());
        report.json["incomplete"].to_string()
    }
}

#[test]
fn two_addresses_that_the_groups_give_one_login_are_no_two_approvers() {
    let two = Twice::new("other");
    assert_eq!(decisions(&two.waived("m.ono@acme.example")), ["waived"]);
    assert_eq!(two.emergency("m.ono@acme.example"), "[]");

    let one = Twice::new("rlee");
    let report = one.waived("m.ono@acme.example");
    assert_eq!(decisions(&report), ["blocked"]);
    let told = told(&report, "waiver-invalid");
    assert!(told.contains("may be one person's"), "{told}");
    let told = one.emergency("m.ono@acme.example");
    assert!(told.contains("are one person"), "{told}");
}

#[test]
fn who_asked_approves_nothing_by_another_address_that_the_groups_know() {
    let two = Twice::new("other");
    for asked in [
        "7+rlee@users.noreply.github.com",
        "other@users.noreply.ghe.acme.example",
    ] {
        let report = two.waived(asked);
        assert_eq!(decisions(&report), ["blocked"], "{asked}");
        let told = told(&report, "waiver-invalid");
        assert!(told.contains("by what the groups say"), "{told}");
        let told = two.emergency(asked);
        assert!(
            told.contains("asked for it and cannot approve it"),
            "{told}"
        );
    }
}

#[test]
fn a_key_of_somebody_who_asked_by_another_address_approves_nothing() {
    let scene = Scene::new();
    let (key, public) = scene.key("key");
    let (head, _) = POLICY.split_once("approvers:").unwrap();
    let text = format!(
        "{head}approvers:\n  a: {{members: [r.lee@acme.example, \"m.ono@acme.example (mono)\"], keys: [{{key: \"{public}\"}}]}}\n\
         waivers: {{approvers: [a]}}\n"
    );
    std::fs::write(scene.org("policy.yml"), text).unwrap();
    scene.by_agent("src/crypto/tests/a.c");
    let forge = "7+mono@users.noreply.github.com";
    scene.waiver("w.yml", &WAIVER.replace("m.ono@acme.example", forge));
    assert_eq!(scene.sign("w.yml", "r.lee@acme.example", &key).code, 0);
    let report = scene.last();
    assert_eq!(decisions(&report), ["blocked"]);
    let told = told(&report, "waiver-invalid");
    assert!(told.contains("may be that of"), "{told}");
}
