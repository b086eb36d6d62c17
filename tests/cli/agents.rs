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
    let table = sandbox.cordon(["agents", "list"]).stdout;
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
    let said = sandbox.cordon(["agents", "list", "--policy", "org.yml"]);
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
