//! `zone-approval`: who approves an agent's change in a zone that needs it.

use serde_json::{Value, json};

use crate::human_proof::{Desk, key};
use crate::support::{CLAUDE, Report, Sandbox, incomplete};

const TEAM: &str =
    "  team: {members: [\"r.lee@acme.example (RLee)\", \"ada@acme.example (ada)\"]}\n";

/// A desk whose zone needs an approval.
fn desk(approvers: &str) -> Desk {
    Desk::new("agents: approval", approvers)
}

impl Desk {
    /// An agent's change in the zone; the commit's id.
    fn by_agent(&self, trailers: &str) -> String {
        self.change();
        self.0.commit(&format!("A change\n\n{CLAUDE}{trailers}"))
    }

    /// The report on HEAD with a file of reviews.
    fn reviewed(&self, reviews: &Value) -> Report {
        let file = self.0.outside("reviews.json");
        std::fs::write(&file, reviews.to_string()).unwrap();
        let file = file.to_str().unwrap();
        self.0
            .report(&["--range", "HEAD^..HEAD", "--approvals", file])
    }
}

fn review(login: &str, state: &str, commit: &str) -> Value {
    json!({
        "id": 80, "node_id": "x", "user": {"login": login, "id": 1, "type": "User", "site_admin": false},
        "body": "", "state": state, "author_association": "MEMBER", "commit_id": commit,
        "submitted_at": "2026-11-24T10:00:00Z",
    })
}

fn refused(report: &Report, why: &str) {
    let found = report.of("zone-approval");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(found[0]["decision"], "blocked");
    assert_eq!(found[0]["agent"], "claude-code");
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains(why), "{message}");
}

fn taken(report: &Report) {
    assert_eq!(report.code, 0, "{:#}", report.json);
    assert_eq!(report.of("zone-approval").len(), 0);
}

#[test]
fn without_an_approval_an_agents_change_is_a_finding_and_a_persons_is_none() {
    let desk = desk(TEAM);
    desk.change();
    desk.0.commit("A person's change");
    taken(&desk.judged());
    desk.by_agent("");
    refused(&desk.judged(), "there is none");
    desk.0.write("README", "hello\n");
    desk.0.commit(&format!("Elsewhere\n\n{CLAUDE}"));
    taken(&desk.judged());
}

#[test]
fn every_place_that_asks_for_an_approval_is_heard() {
    let whole = "cordon: 1\nextends: []\nrepository: {classes: [pci]}\nclasses: {pci: {agents: approval}}\n";
    let of_agent = "cordon: 1\nextends: []\nagents: {claude-code: {classes: {pci: approval}}}\n\
                    zones: {cards: {class: pci, paths: [cards/**], agents: allowed}}\n";
    for policy in [whole, of_agent] {
        let sandbox = Sandbox::with_policy(policy);
        sandbox.write("cards/a", "1\n");
        sandbox.commit(&format!("A change\n\n{CLAUDE}"));
        refused(&sandbox.report(&["--commit", "HEAD"]), "there is none");
    }
}

#[test]
fn a_review_of_the_very_head_by_a_member_approves() {
    let desk = desk(TEAM);
    desk.by_agent("");
    let old = desk.0.id("HEAD");
    let head = desk.by_agent("");
    taken(&desk.reviewed(&json!([review("rlee", "APPROVED", &head)])));
    for (reviews, why) in [
        (json!([]), "there is none"),
        (json!([review("rlee", "APPROVED", &old)]), "there is none"),
        (json!([review("eve", "APPROVED", &head)]), "there is none"),
        (json!([review("rlee", "DISMISSED", &head)]), "there is none"),
        (
            json!([review("rlee", "CHANGES_REQUESTED", &head)]),
            "there is none",
        ),
        (
            json!([review("ada", "APPROVED", &head)]),
            "had a part in it",
        ),
    ] {
        refused(&desk.reviewed(&reviews), why);
    }
    let mut later = review("rlee", "CHANGES_REQUESTED", &head);
    later["submitted_at"] = json!("2026-11-24T11:00:00Z");
    refused(
        &desk.reviewed(&json!([review("rlee", "APPROVED", &head), later])),
        "there is none",
    );
}

#[test]
fn nobody_approves_what_is_theirs_under_another_address() {
    let desk = desk(TEAM);
    for trailer in [
        "\nCo-authored-by: Rob <R.Lee@acme.example>",
        "\nCo-authored-by: Rob <123+rlee@users.noreply.github.com>",
        "\nCo-authored-by: Rob <rlee@users.noreply.ghe.acme.example>",
        "\nCo-authored-by: Rob <7-RLee@users.noreply.gitlab.acme.example>",
    ] {
        let head = desk.by_agent(trailer);
        let report = desk.reviewed(&json!([review("rlee", "APPROVED", &head)]));
        refused(&report, "had a part in it");
    }
    desk.0
        .git(["config", "user.email", "123+RLee@users.noreply.github.com"]);
    let head = desk.by_agent("");
    refused(
        &desk.reviewed(&json!([review("rlee", "APPROVED", &head)])),
        "had a part in it",
    );
}

#[test]
fn the_zones_own_groups_decide() {
    let groups = format!("{TEAM}  legal: {{members: [\"l@acme.example (law)\"]}}\n");
    let desk = Desk::new("agents: approval, approvers: [legal]", &groups);
    let head = desk.by_agent("");
    refused(
        &desk.reviewed(&json!([review("rlee", "APPROVED", &head)])),
        "there is none",
    );
    taken(&desk.reviewed(&json!([review("law", "APPROVED", &head)])));
}

#[test]
fn gitlabs_approvals_are_bound_by_the_versions() {
    let desk = desk(TEAM);
    let head = desk.by_agent("");
    let file = |commit: &str, at: &str| {
        json!({
            "approvals": {"iid": 3, "approved": true, "approved_by": [
                {"user": {"id": 1, "username": "rlee", "state": "active"}, "approved_at": at}]},
            "versions": [{"id": 9, "head_commit_sha": commit, "created_at": "2026-11-24T10:00:00.000Z"}],
        })
    };
    taken(&desk.reviewed(&file(&head, "2026-11-24T10:00:01.000Z")));
    refused(
        &desk.reviewed(&file(&head, "2026-11-24T09:59:59.000Z")),
        "there is none",
    );
    let base = desk.0.id("HEAD^");
    refused(
        &desk.reviewed(&file(&base, "2026-11-24T10:00:01.000Z")),
        "there is none",
    );
}

#[test]
fn what_is_no_file_of_reviews_is_incomplete() {
    let desk = desk(TEAM);
    desk.by_agent("");
    incomplete(
        &desk.reviewed(&json!({"message": "Not Found"})),
        "approvals",
    );
    let missing = desk
        .0
        .report(&["--commit", "HEAD", "--approvals", "nowhere.json"]);
    incomplete(&missing, "approvals");
    std::fs::write(desk.0.outside("r.json"), "[]").unwrap();
    let file = desk.0.outside("r.json");
    incomplete(
        &desk
            .0
            .report(&["--staged", "--approvals", file.to_str().unwrap()]),
        "approvals",
    );
}

/// A desk whose team has a key of Ada's, who commits; others make the changes.
fn keyed(members: &str, owner: &str) -> (Desk, std::path::PathBuf) {
    let maker = Sandbox::new();
    let (path, public) = key(&maker, "key", &["-t", "ed25519"]);
    let team = format!("  team: {{members: [{members}], keys: [{{key: \"{owner}{public}\"}}]}}\n");
    let desk = desk(&team);
    let own = desk.0.outside("key");
    std::fs::copy(&path, &own).unwrap();
    std::fs::copy(path.with_extension("pub"), own.with_extension("pub")).unwrap();
    (desk, own)
}

impl Desk {
    /// Ada signs a commit of somebody's change by an agent.
    fn sign_for(&self, key: &std::path::Path, author: &str, trailers: &str) {
        let message = format!("A change\n\n{CLAUDE}{trailers}");
        self.sign(key, &message);
        let author = format!("--author={author}");
        let amend = [
            "commit",
            "-q",
            "--amend",
            "--no-edit",
            "-S",
            "--no-verify",
            &author,
        ];
        self.0.git(amend);
    }
}

const ADA: &str = "\nReviewed-by: Ada Dev <Ada@acme.example>";
const DEV: &str = "Dev <dev@acme.example>";

#[test]
fn a_reviewer_is_believed_who_commits_and_signs_what_another_made() {
    let (desk, key) = keyed("r.lee@acme.example, ada@acme.example", "ada@acme.example ");
    desk.sign_for(&key, DEV, ADA);
    taken(&desk.judged());
    desk.sign_for(
        &key,
        DEV,
        "\nReviewed-by: Rob <r.lee@acme.example>\nReviewed-by: <ada@acme.example>",
    );
    taken(&desk.judged());
    for (author, trailers, why) in [
        (
            DEV,
            "\nReviewed-by: Rob <r.lee@acme.example>",
            "not the one who signed it",
        ),
        (
            DEV,
            "\nReviewed-by: Eve <eve@acme.example>",
            "not the one who signed it",
        ),
        ("Ada <Ada@acme.example>", ADA, "had a part in it"),
        (
            DEV,
            "\nCo-authored-by: A <ada@acme.example>\nReviewed-by: A <ada@acme.example>",
            "had a part in it",
        ),
    ] {
        desk.sign_for(&key, author, trailers);
        refused(&desk.judged(), why);
    }
    desk.by_agent(ADA);
    refused(&desk.judged(), "it is not signed");
    // In the middle of a message it is no trailer.
    desk.sign(
        &key,
        &format!("A change\n\nReviewed-by: Ada <ada@acme.example>\n\nMore.\n\n{CLAUDE}"),
    );
    refused(&desk.judged(), "there is none");
}

#[test]
fn an_author_who_signs_does_not_approve_by_another_members_name() {
    let (desk, key) = keyed("r.lee@acme.example, ada@acme.example", "ada@acme.example ");
    let ada = "Ada <ada@acme.example>";
    desk.sign_for(&key, ada, "\nReviewed-by: Rob Lee <r.lee@acme.example>");
    refused(&desk.judged(), "not the one who signed it");
}

#[test]
fn the_signer_is_known_by_login_too() {
    for author in [
        "7+Ada@users.noreply.github.com",
        "ada@users.noreply.ghe.acme.example",
        "7-ada@users.noreply.gitlab.acme.example",
    ] {
        let (desk, key) = keyed("\"ada@acme.example (Ada)\"", "ada@acme.example ");
        desk.sign_for(&key, &format!("A <{author}>"), ADA);
        refused(&desk.judged(), "had a part in it");
        desk.sign_for(&key, "B <7-x-ada@users.noreply.x>", ADA);
        taken(&desk.judged());
    }
}

#[test]
fn whoever_is_known_by_a_chain_of_names_is_known_by_all_of_them() {
    // Dev's login is that of another address, which has a second login: Ada's.
    let chain = "  one: {members: [\"dev@acme.example (l1)\"]}\n  two: {members: [\"b@acme.example (l1)\"]}\n  \
                 three: {members: [\"b@acme.example (l2)\"]}\n";
    let maker = Sandbox::new();
    let (path, public) = key(&maker, "key", &["-t", "ed25519"]);
    let ada = format!(
        "members: [\"ada@acme.example (l2)\"], keys: [{{key: \"ada@acme.example {public}\"}}]"
    );
    let groups = format!("{chain}  team: {{{ada}}}\n");
    let desk = desk(&groups);
    desk.sign_for(&path, DEV, ADA);
    refused(&desk.judged(), "had a part in it");
    desk.sign_for(&path, "Eve <eve@acme.example>", ADA);
    taken(&desk.judged());
}

#[test]
fn the_address_that_a_forge_makes_of_a_login_is_its_owners() {
    let maker = Sandbox::new();
    let (path, public) = key(&maker, "key", &["-t", "ed25519"]);
    // Ada commits, signs and reviews by an address of rlee's login; R. Lee is rlee by another.
    for member in [
        "rlee@users.noreply.github.com",
        "7+rlee@users.noreply.github.com",
    ] {
        let groups = format!(
            "  all: {{members: [\"r.lee@acme.example (rlee)\"]}}\n  \
             team: {{members: [\"{member} (rl-work)\"], keys: [{{key: \"{member} {public}\"}}]}}\n"
        );
        let desk = Desk::new("agents: approval, approvers: [team]", &groups);
        desk.0.git(["config", "user.email", member]);
        let own = format!("\nReviewed-by: R <{member}>");
        for author in [
            "R <r.lee@acme.example>",
            "R <8+rlee@users.noreply.github.com>",
        ] {
            desk.sign_for(&path, author, &own);
            refused(&desk.judged(), "had a part in it");
            let head = desk.0.id("HEAD");
            let reviews = json!([review("rl-work", "APPROVED", &head)]);
            refused(&desk.reviewed(&reviews), "had a part in it");
        }
        desk.sign_for(&path, DEV, &own);
        taken(&desk.judged());
    }
}

#[test]
fn a_key_that_may_be_the_authors_approves_nothing() {
    let members = "r.lee@acme.example, ada@acme.example";
    let (desk, key) = keyed(members, "");
    desk.sign_for(&key, "Rob <R.Lee@acme.example>", ADA);
    refused(&desk.judged(), "had a part in it");
    desk.sign_for(&key, DEV, ADA);
    taken(&desk.judged());
    let (desk, key) = keyed(members, "*@acme.example ");
    desk.sign_for(&key, "Rob <r.lee@acme.example>", ADA);
    refused(&desk.judged(), "had a part in it");
}

#[test]
fn an_agent_approves_nothing() {
    let policy = "cordon: 1\napprovers: {team: {members: [noreply@anthropic.com]}}\n";
    let sandbox = Sandbox::new();
    sandbox.write("policy.yml", policy);
    let said = sandbox.cordon(["policy", "check", "policy.yml"]);
    assert_eq!(said.code, 2, "{}", said.stdout);
    assert!(
        said.stdout.contains("an agent approves nothing")
            || said.stderr.contains("an agent approves nothing")
    );
}

#[test]
fn before_there_is_anything_to_review_it_is_a_note() {
    let desk = desk(TEAM);
    desk.by_agent("");
    let at_push = desk.0.report(&["--commit", "HEAD", "--stage", "push"]);
    taken(&at_push);
    let findings = at_push.json["findings"].as_array().unwrap();
    let told = findings.iter().find(|row| row["rule"] == "zone-approval");
    assert_eq!(told.unwrap()["decision"], "audited");
    refused(
        &desk.0.report(&["--commit", "HEAD", "--stage", "receive"]),
        "there is none",
    );
}

#[test]
fn a_group_that_nobody_has_is_an_error_at_its_place() {
    let policy = "cordon: 1\nextends: []\nzones: {z: {class: ci, paths: [a], approvers: [taem]}}\n\
                  approvers: {team: {members: [a@x]}}\n";
    let sandbox = Sandbox::with_policy(policy);
    let report = sandbox.report(&["--commit", "HEAD", "--policy", ".cordon.yml"]);
    assert_eq!(report.code, 2);
    let rows = report.json["incomplete"].as_array().unwrap();
    let told = rows[0]["message"].as_str().unwrap();
    assert!(told.contains(".cordon.yml:3:"), "{told}");
    assert!(
        told.contains("there is no group `taem`") && told.contains("`team`"),
        "{told}"
    );
}

#[test]
fn an_organisations_groups_are_the_only_ones() {
    let desk = desk("  team: {members: [\"eve@acme.example (eve)\"]}\n");
    let head = desk.by_agent("");
    let org = format!("cordon: 1\nextends: []\napprovers:\n{TEAM}");
    let file = desk.0.outside("org.yml");
    std::fs::write(&file, org).unwrap();
    let judged = |login: &str| {
        let reviews = desk.0.outside("reviews.json");
        std::fs::write(
            &reviews,
            json!([review(login, "APPROVED", &head)]).to_string(),
        )
        .unwrap();
        let (org, reviews) = (file.to_str().unwrap(), reviews.to_str().unwrap());
        desk.0
            .report(&["--commit", "HEAD", "--policy", org, "--approvals", reviews])
    };
    refused(&judged("eve"), "there is none");
    taken(&judged("rlee"));
}

/// A signed export beside the policy, and the desk.
fn exported(text: &Value, age: u32) -> (Desk, std::path::PathBuf) {
    let maker = Sandbox::new();
    let (path, public) = key(&maker, "key", &["-t", "ed25519"]);
    let group = format!(
        "  team: {{export: groups/team.json, max_age_days: {age}, keys: [{{key: \"{public}\"}}]}}\n"
    );
    let desk = desk(&group);
    let own = desk.0.outside("key");
    std::fs::copy(path, &own).unwrap();
    export(&desk, &own, text);
    desk.0.commit("Export the group");
    (desk, own)
}

fn export(desk: &Desk, key: &std::path::Path, text: &Value) {
    desk.0.write("groups/team.json", text.to_string());
    let _ = std::fs::remove_file(desk.0.path().join("groups/team.json.sig"));
    let sign = format!(
        "ssh-keygen -Y sign -q -n cordon-group -f {} groups/team.json",
        key.display()
    );
    assert_eq!(desk.0.shell(&sign).code, 0);
}

fn team_of(day: &str) -> Value {
    json!({"schema": "cordon.group/v1", "group": "team", "exported": day,
           "members": [{"email": "r.lee@acme.example", "login": "RLee"}]})
}

#[test]
fn an_exported_group_holds_while_it_is_fresh() {
    let (desk, _) = exported(&team_of("2026-11-20"), 7);
    let head = desk.by_agent("");
    let file = desk.0.outside("reviews.json");
    std::fs::write(
        &file,
        json!([review("rlee", "APPROVED", &head)]).to_string(),
    )
    .unwrap();
    let on = |day: &str| {
        let args = [
            "--commit",
            "HEAD",
            "--approvals",
            file.to_str().unwrap(),
            "--as-of",
            day,
        ];
        desk.0.report(&args)
    };
    taken(&on("2026-11-20"));
    taken(&on("2026-11-27"));
    incomplete(&on("2026-11-28"), "unchecked");
    incomplete(&on("2026-11-19"), "unchecked");
}

#[test]
fn an_export_that_nobody_signed_or_of_another_group_is_not_believed() {
    let day = cordon::host::Host::read().unwrap().today.to_string();
    let (desk, own) = exported(&team_of(&day), 7);
    let judged = |desk: &Desk| {
        let head = desk.by_agent("");
        let file = desk.0.outside("reviews.json");
        std::fs::write(
            &file,
            json!([review("rlee", "APPROVED", &head)]).to_string(),
        )
        .unwrap();
        desk.0
            .report(&["--commit", "HEAD", "--approvals", file.to_str().unwrap()])
    };
    taken(&judged(&desk));
    // A change of the export alone brings nobody in.
    let eve = team_of(&day).to_string().replace("RLee", "eve");
    desk.0.write("groups/team.json", eve);
    desk.0.commit("Put somebody in");
    incomplete(&judged(&desk), "unchecked");
    let mut other = team_of(&day);
    other["group"] = json!("legal");
    export(&desk, &own, &other);
    desk.0.commit("Another group");
    incomplete(&judged(&desk), "unchecked");
    let (_, stranger) = (0, key(&desk.0, "stranger", &["-t", "ed25519"]).0);
    export(&desk, &stranger, &team_of(&day));
    desk.0.commit("Signed by a stranger");
    incomplete(&judged(&desk), "unchecked");
    desk.0.git(["rm", "-q", "groups/team.json.sig"]);
    desk.0.commit("Not signed");
    let report = judged(&desk);
    incomplete(&report, "unchecked");
    assert!(
        said_of_the_export(&report).contains("its signature groups/team.json.sig is not there")
    );
    desk.0.git(["rm", "-q", "groups/team.json"]);
    desk.0.commit("Not there");
    let report = judged(&desk);
    incomplete(&report, "unchecked");
    assert!(said_of_the_export(&report).ends_with("of the group team: it is not there"));
    export(&desk, &own, &team_of(&day));
    desk.0.commit("As before");
    taken(&judged(&desk));
}

#[test]
fn an_export_beside_a_pinned_policy_is_read_there() {
    let day = cordon::host::Host::read().unwrap().today.to_string();
    let (desk, _) = exported(&team_of(&day), 7);
    let org = desk.0.outside("org");
    std::fs::create_dir(&org).unwrap();
    std::fs::copy(desk.0.path().join(".cordon.yml"), org.join("policy.yml")).unwrap();
    let copied = desk.0.shell("cp -r groups ../org/ && git rm -rq groups");
    assert_eq!(copied.code, 0, "{}", copied.stderr);
    desk.0.commit("Without the export");
    let head = desk.by_agent("");
    let file = desk.0.outside("reviews.json");
    std::fs::write(
        &file,
        json!([review("rlee", "APPROVED", &head)]).to_string(),
    )
    .unwrap();
    let policy = org.join("policy.yml");
    let args = [
        "--commit",
        "HEAD",
        "--policy",
        policy.to_str().unwrap(),
        "--approvals",
        file.to_str().unwrap(),
    ];
    taken(&desk.0.report(&args));
    std::fs::remove_file(org.join("groups/team.json")).unwrap();
    incomplete(&desk.0.report(&args), "unchecked");
}

fn said_of_the_export(report: &Report) -> String {
    let rows = report.json["incomplete"].as_array().unwrap();
    rows[0]["message"].as_str().unwrap().to_owned()
}

/// HEAD judged by a review of rlee's.
fn by_rlee(desk: &Desk, what: &[&str]) -> Report {
    let file = desk.0.outside("reviews.json");
    let head = desk.0.id("HEAD");
    std::fs::write(
        &file,
        json!([review("rlee", "APPROVED", &head)]).to_string(),
    )
    .unwrap();
    let approvals = ["--approvals", file.to_str().unwrap()];
    desk.0.report(&[what, &approvals].concat())
}

#[test]
fn a_whole_history_is_judged_with_the_export_of_its_head() {
    let day = cordon::host::Host::read().unwrap().today.to_string();
    let (desk, _) = exported(&team_of(&day), 7);
    desk.by_agent("");
    let report = by_rlee(&desk, &["--all"]);
    taken(&report);
    assert_eq!(report.json["policy"]["trusted"], false);
}

#[test]
fn the_newest_export_counts_and_what_all_of_one_day_say() {
    let (desk, own) = exported(&team_of("2026-11-01"), 7);
    desk.by_agent("");
    let on = ["--commit", "HEAD", "--as-of", "2026-11-20"];
    incomplete(&by_rlee(&desk, &on), "unchecked");
    let beside = |member: &str, remote: &str, day: &str| {
        desk.0.git(["checkout", "-q", "--detach", "main^"]);
        let text = team_of(day).to_string().replace("RLee", member);
        export(&desk, &own, &serde_json::from_str(&text).unwrap());
        desk.0.commit("A newer export");
        let name = format!("refs/remotes/{remote}/main");
        desk.0.git(["update-ref", &name, "HEAD"]);
        desk.0.git(["checkout", "-q", "main"]);
    };
    // The default branch of a remote has a fresh one.
    beside("RLee", "origin", "2026-11-19");
    taken(&by_rlee(&desk, &on));
    // Another of that day, in which rlee is nobody's login.
    for remote in ["a", "z"] {
        beside("eve", remote, "2026-11-19");
        refused(&by_rlee(&desk, &on), "there is none");
        desk.0
            .git(["update-ref", "-d", &format!("refs/remotes/{remote}/main")]);
    }
    beside("eve", "a", "2026-11-18");
    taken(&by_rlee(&desk, &on));
}

#[test]
fn a_new_key_of_the_exporter_stops_no_branch_from_before() {
    let (desk, _) = exported(&team_of("2026-11-18"), 7);
    desk.by_agent("");
    let on = ["--range", "HEAD~1..HEAD", "--as-of", "2026-11-20"];
    taken(&by_rlee(&desk, &on));
    // Policy and export change together on the default branch, where another key signs from now on.
    let (next, public) = key(&desk.0, "next", &["-t", "ed25519"]);
    let policy = std::fs::read_to_string(desk.0.path().join(".cordon.yml")).unwrap();
    let (before, rest) = policy.split_once("key: \"").unwrap();
    let (_, after) = rest.split_once('"').unwrap();
    let rotated = format!("{before}key: \"{public}\"{after}");
    assert_ne!(rotated, policy);
    desk.0.git(["checkout", "-q", "--detach", "main^"]);
    desk.0.write(".cordon.yml", &rotated);
    export(&desk, &next, &team_of("2026-11-19"));
    desk.0.commit("The exporter's next key");
    desk.0
        .git(["update-ref", "refs/remotes/origin/main", "HEAD"]);
    desk.0.git(["checkout", "-q", "main"]);
    taken(&by_rlee(&desk, &on));
    // A fork says what it likes.
    desk.0.git(["checkout", "-q", "--detach", "main^"]);
    desk.0.write("groups/team.json", vec![b' '; 9 << 20]);
    desk.0.commit("No export");
    desk.0.git(["update-ref", "refs/remotes/fork/main", "HEAD"]);
    desk.0.git(["checkout", "-q", "main"]);
    taken(&by_rlee(&desk, &on));
    // Beside the policy that judges one has to be good, whatever others say.
    incomplete(
        &by_rlee(
            &desk,
            &["--range", "fork/main..HEAD", "--as-of", "2026-11-20"],
        ),
        "unchecked",
    );
}

#[test]
fn of_several_lists_each_needs_somebody() {
    let groups = "approvers:\n  team: {members: [\"r.lee@acme.example (rlee)\", \"b@acme.example (both)\"]}\n  \
                  legal: {members: [\"l@acme.example (law)\", \"b@acme.example (both)\"]}\n  \
                  other: {members: [\"o@acme.example (other)\"]}\n";
    let policy = |lists: &str| {
        format!(
            "cordon: 1\nextends: []\nzones: {{z: {{class: ci, paths: [ci/**], agents: approval{lists}}}}}\n"
        )
    };
    // What the organisation's policy and the repository's list, and the logins that are enough together.
    for (above, own, enough, not_enough) in [
        (
            ", approvers: [legal]",
            ", approvers: [team]",
            vec![vec!["law", "rlee"], vec!["both"]],
            vec![vec!["law"], vec!["rlee", "other"], vec![]],
        ),
        (
            ", approvers: [legal, team]",
            "",
            vec![vec!["law"], vec!["rlee"]],
            vec![vec!["other"], vec![]],
        ),
        (
            "",
            ", approvers: [team]",
            vec![vec!["rlee"], vec!["both"]],
            vec![vec!["law", "other"], vec![]],
        ),
        ("", "", vec![vec!["law"], vec!["other"]], vec![vec![]]),
    ] {
        let sandbox = Sandbox::with_policy(&policy(own));
        let org = sandbox.outside("org.yml");
        std::fs::write(&org, format!("{}{groups}", policy(above))).unwrap();
        sandbox.write("ci/a", "1\n");
        let head = sandbox.commit(&format!("A change\n\n{CLAUDE}"));
        let file = sandbox.outside("reviews.json");
        let judged = |logins: &[&str]| {
            let reviews: Vec<Value> = logins
                .iter()
                .map(|login| review(login, "APPROVED", &head))
                .collect();
            std::fs::write(&file, json!(reviews).to_string()).unwrap();
            let (org, file) = (org.to_str().unwrap(), file.to_str().unwrap());
            sandbox.report(&["--commit", "HEAD", "--policy", org, "--approvals", file])
        };
        for logins in enough {
            taken(&judged(&logins));
        }
        for logins in not_enough {
            refused(&judged(&logins), "there is none");
        }
    }
}

#[test]
fn an_unread_group_is_a_note_where_nobody_can_have_approved_yet() {
    let (desk, _) = exported(&team_of("2026-11-01"), 7);
    desk.by_agent("");
    let at = |stage: &str| {
        let what = ["--commit", "HEAD", "--as-of", "2026-11-20"];
        desk.0.report(&[&what[..], &["--stage", stage]].concat())
    };
    let report = at("push");
    taken(&report);
    let findings = report.json["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 1, "{:#}", report.json);
    assert_eq!(findings[0]["decision"], "audited");
    let message = findings[0]["message"].as_str().unwrap();
    assert!(message.contains("more than 7 days ago"), "{message}");
    incomplete(&at("ci"), "unchecked");
}

#[test]
fn the_work_grows_with_files_and_reviews_and_not_with_their_product() {
    let spent = |files: usize, reviews: usize| {
        let members: Vec<String> = (0..reviews).map(|at| format!("m{at}@x (m{at})")).collect();
        let desk = desk(&format!("  team: {{members: {}}}\n", json!(members)));
        let line = format!("for i in $(seq {files}); do echo $i > src/crypto/$i.c; done");
        assert_eq!(desk.0.shell(&line).code, 0);
        let head = desk.0.commit(&format!("A change\n\n{CLAUDE}"));
        let all: Vec<Value> = (0..reviews)
            .map(|at| {
                json!({"user": {"login": format!("m{at}"), "type": "User"}, "state": "APPROVED",
                       "commit_id": head, "submitted_at": "2026-11-24T10:00:00Z"})
            })
            .collect();
        let begun = std::time::Instant::now();
        taken(&desk.reviewed(&json!(all)));
        begun.elapsed()
    };
    let sum = spent(1, 10_000) + spent(2_000, 1);
    let both = spent(2_000, 10_000);
    assert!(both < 3 * sum, "{both:?} is more than thrice {sum:?}");
}
