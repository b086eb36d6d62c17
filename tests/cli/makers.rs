//! Who is who: a person with two addresses approves nothing of their own, whatever an export has come to say of them.

use std::path::PathBuf;

use serde_json::json;

use crate::support::{CLAUDE, Report, incomplete};
use crate::waivers::{POLICY, Scene, WAIVER, told};

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
