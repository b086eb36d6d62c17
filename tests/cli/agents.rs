//! `cordon agents`: what is known, and what is at work.

use serde_json::Value;

use crate::support::Sandbox;

fn json(sandbox: &Sandbox, command: &str) -> Value {
    let said = sandbox.cordon(["agents", command, "--format", "json"]);
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    serde_json::from_str(&said.stdout).unwrap()
}

#[test]
fn every_agent_is_listed_with_its_status() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nagents:\n  \"*\": {status: denied}\n  claude-code: {status: approved}\n\
         catalogue: {acme-bot: {name: Acme Bot, vendor: Acme, emails: [bot@acme.example]}}\n",
    );
    let list = json(&sandbox, "list");
    let agents = list["agents"].as_array().unwrap();
    let of = |id: &str| agents.iter().find(|agent| agent["id"] == id).unwrap();
    assert_eq!(of("claude-code")["status"], "approved");
    assert_eq!(of("cursor")["status"], "denied");
    assert_eq!(of("unlisted")["status"], "denied");
    assert_eq!(of("acme-bot")["own"], true);
    assert_eq!(of("acme-bot")["name"], "Acme Bot");
    assert_eq!(of("cursor")["own"], false);
    let signs = of("warp")["signs"].as_array().unwrap();
    assert!(signs.contains(&"line".into()) && signs.contains(&"address".into()));
    let table = sandbox.cordon(["agents", "list", "--all"]).stdout;
    let row = table
        .lines()
        .find(|line| line.starts_with("acme-bot "))
        .unwrap();
    let words: Vec<_> = row.split_whitespace().collect();
    assert_eq!(words, ["acme-bot", "denied", "Acme", "Bot", "address"]);
    assert_eq!(table.lines().count(), agents.len());
}

#[test]
fn outside_a_repository_the_built_in_policy_holds() {
    let sandbox = Sandbox::new();
    std::fs::remove_dir_all(sandbox.path().join(".git")).unwrap();
    let list = json(&sandbox, "list");
    assert_eq!(list["agents"][0]["status"], "approved");
    sandbox.write("org.yml", "cordon: 1\nagents: {\"*\": {status: denied}}\n");
    let said = sandbox.cordon(["agents", "list", "--all", "--policy", "org.yml"]);
    assert!(said.stdout.contains("denied") && !said.stdout.contains("approved"));
    sandbox.write("org.yml", "cordon: 1\nagents: {nobody: {status: denied}}\n");
    let said = sandbox.cordon(["agents", "list", "--policy", "org.yml"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stderr.contains("there is no agent `nobody`"),
        "{}",
        said.stderr
    );
}

#[test]
fn without_a_sign_nobody_is_detected() {
    let sandbox = Sandbox::with_commit();
    let said = sandbox.cordon(["agents", "detect"]);
    assert_eq!(said.code, 0);
    assert_eq!(said.stdout, "no sign of an agent in the environment\n");
    let found = json(&sandbox, "detect");
    assert_eq!(found["actor"], Value::Null);
    assert_eq!(found["agents"], Value::Array(Vec::new()));
}

#[test]
fn the_agent_of_the_environment_is_told_and_no_value_of_its_account() {
    let mut sandbox = Sandbox::with_commit();
    let key = ["sk", "ant", "api03", "notarealkey"].join("-");
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.set("CLAUDE_CODE_SESSION_ID", "5f1c-session");
    sandbox.set("ANTHROPIC_API_KEY", &key);
    let url = format!("https://user:{key}@llm.acme.example:8443/{key}?k={key}");
    sandbox.set("ANTHROPIC_BASE_URL", &url);
    sandbox.set("CLAUDE_CODE_USE_BEDROCK", "1");
    sandbox.set("OPENAI_API_KEY", &key);
    let said = sandbox.cordon(["agents", "detect"]);
    assert_eq!(
        said.stdout,
        "claude-code: strong\n\
         \x20 evidence  CLAUDE_CODE_CHILD_SESSION: 1 (strong)\n\
         \x20 evidence  CLAUDE_CODE_SESSION_ID (weak)\n\
         \x20 account   CLAUDE_CODE_USE_BEDROCK: enterprise\n\
         \x20 account   ANTHROPIC_BASE_URL: proxy, llm.acme.example\n\
         \x20 account   ANTHROPIC_API_KEY: unknown\n"
    );
    let found = json(&sandbox, "detect");
    assert_eq!(found["actor"], "claude-code");
    assert_eq!(found["agents"][0]["account"][1]["host"], "llm.acme.example");
    let all = found.to_string();
    assert!(
        !all.contains("notarealkey") && !all.contains("5f1c"),
        "{all}"
    );
}

#[test]
fn weak_signs_are_told_and_make_no_actor() {
    let mut sandbox = Sandbox::with_commit();
    sandbox.set("REPL_ID", "0123");
    let found = json(&sandbox, "detect");
    assert_eq!(found["actor"], Value::Null);
    assert_eq!(found["agents"][0]["id"], "replit-agent");
    assert_eq!(found["agents"][0]["strength"], "weak");
}

#[test]
fn a_broken_policy_is_no_answer() {
    let sandbox = Sandbox::with_policy("cordon: 1\nagents: {nobody: {status: denied}}\n");
    for command in ["list", "detect"] {
        let said = sandbox.cordon(["agents", command]);
        assert_eq!(
            (said.code, said.stdout.as_str()),
            (2, ""),
            "{}",
            said.stderr
        );
    }
}

const REGISTER: &str = "cordon: 1
extends: []
agents:
  \"*\": {status: denied, note: not in the register}
  claude-code:
    status: conditional
    until: 2027-03-31
    accounts: [enterprise]
    models: [\"claude-*\"]
    models_required: true
    review:
      client_behavior: {result: approved, by: appsec, date: 2026-09-12, ref: SEC-2210}
      data_handling: {result: conditional, by: legal, date: 2026-09-20, ref: LEG-312}
  cursor: {status: denied, since: 2026-10-01, note: \"terms \\u001b[31mrejected, LEG-340, for a reason that is longer than what is left of the line\"}
";

#[test]
fn the_register_tells_status_days_left_review_accounts_and_models() {
    let sandbox = Sandbox::with_policy(REGISTER);
    let said = sandbox.cordon(["agents", "list", "--as-of", "2026-11-25"]);
    assert_eq!(
        said.stdout,
        "claude-code  conditional until 2027-03-31, 126 days left\n\
         \x20 accounts   enterprise\n\
         \x20 models     claude-*, and stated\n\
         \x20 review     client_behavior       approved      2026-09-12  appsec  SEC-2210\n\
         \x20            prompt_integrity      not answered\n\
         \x20            regional_enforcement  not answered\n\
         \x20            data_handling         conditional   2026-09-20  legal   LEG-312\n\
         \x20 policy     .cordon.yml:6\n\
         \n\
         cursor       denied\n\
         \x20 note       terms \\x1B[31mrejected, LEG-340, for a reason that is longer than\n\
         \x20            what is left of the line\n\
         \x20 policy     .cordon.yml:14\n\
         \n\
         every other  denied\n\
         \x20 note       not in the register\n\
         \x20 policy     .cordon.yml:4\n"
    );
    assert!(said.stdout.lines().all(|line| line.chars().count() <= 80));
}

#[test]
fn the_register_of_another_day_shows_what_has_lapsed_by_then() {
    let sandbox = Sandbox::with_policy(REGISTER);
    for (date, told) in [
        (
            "2027-03-30",
            "claude-code  conditional until 2027-03-31, 1 day left",
        ),
        (
            "2027-03-31",
            "claude-code  conditional until 2027-03-31, the last day",
        ),
        (
            "2027-04-01",
            "claude-code  denied: its approval ended on 2027-03-31",
        ),
    ] {
        let said = sandbox.cordon(["agents", "list", "--as-of", date]);
        assert_eq!(said.stdout.lines().next(), Some(told), "{date}");
    }
    sandbox.commit("Change\n\nAssisted-by: claude-code:claude-opus-5\nAgent-Account: none");
    let judged = |date| sandbox.report(&["--range", "HEAD~1..HEAD", "--as-of", date]);
    assert_eq!(judged("2027-03-31").of("agent-denied").len(), 0);
    assert_eq!(judged("2027-04-01").of("agent-denied").len(), 1);
}

#[test]
fn programs_get_the_register_too() {
    let sandbox = Sandbox::with_policy(REGISTER);
    let said = sandbox.cordon([
        "agents",
        "list",
        "--format",
        "json",
        "--as-of",
        "2026-11-25",
    ]);
    let list: Value = serde_json::from_str(&said.stdout).unwrap();
    let agents = list["agents"].as_array().unwrap();
    let of = |id: &str| &agents.iter().find(|agent| agent["id"] == id).unwrap()["register"];
    let claude = of("claude-code");
    assert_eq!(claude["until"], "2027-03-31");
    assert_eq!(claude["days_left"], 126);
    assert_eq!(claude["accounts"], serde_json::json!(["enterprise"]));
    assert_eq!(claude["models"], serde_json::json!([["claude-*"]]));
    assert_eq!(claude["review"]["data_handling"]["result"], "conditional");
    assert_eq!(claude["policy"]["line"], 6);
    assert!(of("aider").is_null());
    assert_eq!(list["others"]["note"], "not in the register");
}

#[test]
fn the_register_of_several_sides_is_what_holds_of_them() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nagents: {claude-code: {status: conditional, until: 2026-12-31, accounts: [enterprise, personal], models: [\"claude-opus-*\"]}}\n",
    );
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, REGISTER).unwrap();
    let args = [
        "agents",
        "list",
        "--as-of",
        "2026-11-25",
        "--policy",
        org.to_str().unwrap(),
    ];
    let said = sandbox.cordon(args);
    let lines: Vec<&str> = said.stdout.lines().collect();
    assert_eq!(
        lines[0],
        "claude-code  conditional until 2026-12-31, 36 days left"
    );
    assert_eq!(lines[1], "  accounts   enterprise");
    assert_eq!(
        lines[2],
        "  models     claude-*; and of these claude-opus-*, and stated"
    );
}

#[test]
fn where_nobody_is_listed_the_register_says_so() {
    let sandbox = Sandbox::with_policy("cordon: 1\nextends: []\n");
    let said = sandbox.cordon(["agents", "list"]);
    assert!(
        said.stdout.starts_with("The policy lists no agent"),
        "{}",
        said.stdout
    );
}

#[test]
fn an_answer_that_contradicts_the_status_or_says_nothing_is_a_problem() {
    let sandbox = Sandbox::new();
    let entry = |status: &str, answer: &str| {
        format!(
            "cordon: 1\nagents:\n  cursor: {{{status}, review: {{data_handling: {{{answer}}}}}}}\n"
        )
    };
    let until = "status: conditional, until: 2027-03-31";
    for (status, answer, good) in [
        ("status: approved", "result: approved", true),
        ("status: approved", "result: conditional", true),
        ("status: approved", "result: denied", false),
        (until, "result: denied", false),
        ("status: denied", "result: denied", true),
        ("status: retired", "result: denied", true),
        ("note: x", "result: denied", true),
        ("status: approved", "by: legal", false),
        (
            "status: approved",
            "result: approved, date: 2026-9-1",
            false,
        ),
        (
            "status: approved",
            "result: approved, terms_sha256: 9f2c",
            false,
        ),
    ] {
        sandbox.write(".cordon.yml", entry(status, answer));
        let said = sandbox.cordon(["policy", "check"]);
        assert_eq!(said.code == 0, good, "{status} {answer}\n{}", said.stdout);
    }
}
