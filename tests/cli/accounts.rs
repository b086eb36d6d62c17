//! `agent-account`: under whose account an agent worked, and whether it may.

use crate::support::{CLAUDE, Report, Sandbox};

const ACCOUNTS: &str = "accounts:
  enterprise:
    trailers: [\"Agent-Account: enterprise/acme\"]
    hosts: [llm.acme.example, \"*.llm.acme.example\"]
    user_email: [\"*@acme.example\"]
  personal:
    trailers: [\"Agent-Account: home/*\"]
    user_email: [\"*@mail.example\", \"guest@acme.example\"]
  proxy:
    hosts: [\"*\"]
agents:
  claude-code: {status: approved, accounts: [enterprise]}
";

const ASSISTED: &str = "Assisted-by: claude-code";

fn sandbox(sections: &str) -> Sandbox {
    let mut sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{sections}"));
    user(&mut sandbox, "dev@elsewhere.example");
    sandbox
}

fn user(sandbox: &mut Sandbox, email: &str) {
    for who in ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"] {
        sandbox.set(who, email);
    }
}

/// The newest commit, by a user with that address and with these trailers.
fn of(sandbox: &mut Sandbox, email: &str, trailers: &str) -> Report {
    user(sandbox, email);
    sandbox.commit(&format!("Change\n\n{trailers}"));
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

fn account(report: &Report) -> &str {
    report.json["commits"][0]["account"].as_str().unwrap()
}

#[test]
fn the_account_is_told_and_the_worst_of_what_shows_it_holds() {
    let mut sandbox = sandbox(ACCOUNTS);
    let office = "dev@acme.example";
    for (email, trailers, class) in [
        ("dev@elsewhere.example", ASSISTED.to_owned(), "unknown"),
        (office, ASSISTED.to_owned(), "enterprise"),
        ("DEV@Acme.Example", ASSISTED.to_owned(), "enterprise"),
        ("guest@acme.example", ASSISTED.to_owned(), "personal"),
        (
            "dev@elsewhere.example",
            format!("{ASSISTED}\nAgent-Account: Enterprise/Acme"),
            "enterprise",
        ),
        (
            office,
            format!("{ASSISTED}\nAgent-Account: home/router"),
            "personal",
        ),
        (
            "dev@mail.example",
            format!("{ASSISTED}\nAgent-Account: enterprise/acme"),
            "personal",
        ),
        // A statement that no pattern fits, for itself and against himself.
        (
            office,
            format!("{ASSISTED}\nAgent-Account: enterprise/other"),
            "unknown",
        ),
        (
            office,
            format!("{ASSISTED}\nAgent-Account: proxy/litellm"),
            "proxy",
        ),
        (
            office,
            format!("{ASSISTED}\nAgent-Account: Personal"),
            "personal",
        ),
    ] {
        let report = of(&mut sandbox, email, &trailers);
        assert_eq!(account(&report), class, "{email} {trailers}");
        let found = report.of("agent-account");
        assert_eq!(
            found.is_empty(),
            class == "enterprise",
            "{email} {trailers}"
        );
        assert_eq!(
            report.code,
            i32::from(!found.is_empty()),
            "{:#}",
            report.json
        );
    }
}

#[test]
fn a_finding_stands_at_the_trailer_and_names_the_line_that_admits() {
    let mut sandbox = sandbox(ACCOUNTS);
    let trailers = format!("Agent-Account: personal\n{ASSISTED}");
    let report = of(&mut sandbox, "dev@acme.example", &trailers);
    let found = report.of("agent-account");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(found[0]["decision"], "blocked");
    assert_eq!(found[0]["agent"], "claude-code");
    assert_eq!(
        (&found[0]["in"], &found[0]["line"]),
        (&"trailer".into(), &3.into())
    );
    assert_eq!(found[0]["policy"]["line"], 14);
}

#[test]
fn people_and_agents_whose_entry_asks_for_no_account_pass() {
    let mut sandbox = sandbox(ACCOUNTS);
    for trailers in [
        "Reviewed-by: Jane Doe <jane@acme.example>",
        "Agent-Account: personal",
        "Co-authored-by: Cursor <cursoragent@cursor.com>",
    ] {
        let report = of(&mut sandbox, "dev@mail.example", trailers);
        assert_eq!(report.code, 0, "{trailers}: {:#}", report.json);
    }
    // Of a commit without an agent nobody asks.
    let report = of(&mut sandbox, "dev@acme.example", "Ticket: A-1");
    assert_eq!(account(&report), "unknown");
}

#[test]
fn what_an_entry_does_not_say_of_accounts_the_star_does() {
    let star = ACCOUNTS.replace("  claude-code: {status: approved, accounts: [enterprise]}", "  \"*\": {status: approved, accounts: [enterprise, unknown]}\n  claude-code: {status: approved}");
    let mut sandbox = sandbox(&star);
    for (email, found) in [
        ("dev@acme.example", 0),
        ("dev@elsewhere.example", 0),
        ("dev@mail.example", 1),
    ] {
        let report = of(&mut sandbox, email, CLAUDE);
        assert_eq!(report.of("agent-account").len(), found, "{email}");
    }
}

#[test]
fn an_agents_own_mailbox_is_not_its_users() {
    let mut sandbox = sandbox(ACCOUNTS);
    user(&mut sandbox, "dev@acme.example");
    sandbox.set("GIT_AUTHOR_NAME", "Claude");
    sandbox.set("GIT_AUTHOR_EMAIL", "noreply@anthropic.com");
    sandbox.commit("Change");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(account(&report), "enterprise");
    // Both are agents: no user is named.
    sandbox.set("GIT_COMMITTER_NAME", "Claude");
    sandbox.set("GIT_COMMITTER_EMAIL", "noreply@anthropic.com");
    sandbox.commit("Change");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(account(&report), "unknown");
}

#[test]
fn a_word_that_only_looks_like_the_companys_grants_nothing() {
    let mut sandbox = sandbox(ACCOUNTS);
    for (email, trailers) in [
        ("dev@\u{430}cme.example", ASSISTED.to_owned()),
        ("dev@acme.example.evil.example", ASSISTED.to_owned()),
        (
            "dev@elsewhere.example",
            format!("{ASSISTED}\nAgent-Account: enterprise/\u{430}cme"),
        ),
        (
            "dev@elsewhere.example",
            format!("{ASSISTED}\nAgent-Account: enterprise/acme-not"),
        ),
        // Git reads no trailer there.
        (
            "dev@elsewhere.example",
            format!("Agent-Account: enterprise/acme\n\nand more.\n\n{ASSISTED}"),
        ),
    ] {
        let report = of(&mut sandbox, email, &trailers);
        assert_eq!(account(&report), "unknown", "{email} {trailers}");
        assert_eq!(report.of("agent-account").len(), 1);
    }
}

/// The commit being made, at the hand of Claude, with an endpoint in the environment.
fn staged(sandbox: &mut Sandbox, endpoint: &str) -> Report {
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.set("ANTHROPIC_BASE_URL", endpoint);
    sandbox.write("a.c", endpoint);
    sandbox.stage();
    sandbox.report(&["--staged"])
}

#[test]
fn an_endpoint_in_the_vendors_place_is_evidence_while_the_commit_is_made() {
    let mut sandbox = sandbox(ACCOUNTS);
    user(&mut sandbox, "dev@acme.example");
    for (endpoint, class) in [
        ("https://llm.acme.example/v1", "enterprise"),
        ("https://EU.LLM.acme.example:8443", "enterprise"),
        ("http://localhost:4000", "proxy"),
        ("https://llm.acme.example.evil.example", "proxy"),
        ("https://llm.acme.example@evil.example", "proxy"),
        // Nobody can tell where it leads.
        ("not-a-url", "proxy"),
    ] {
        let report = staged(&mut sandbox, endpoint);
        assert_eq!(account(&report), class, "{endpoint}");
        let found = report.of("agent-account");
        assert_eq!(found.is_empty(), class == "enterprise", "{endpoint}");
    }
    // Another tool's variable, and commits that are there already, say nothing.
    sandbox.set("ANTHROPIC_BASE_URL", "");
    sandbox.set("OPENAI_BASE_URL", "http://localhost:4000");
    assert_eq!(account(&sandbox.report(&["--staged"])), "enterprise");
    sandbox.set("ANTHROPIC_BASE_URL", "http://localhost:4000");
    let report = of(&mut sandbox, "dev@acme.example", ASSISTED);
    assert_eq!(account(&report), "enterprise");
}

#[test]
fn an_endpoint_that_no_pattern_fits_makes_the_account_unknown() {
    let without = ACCOUNTS.replace("  proxy:\n    hosts: [\"*\"]\n", "");
    let mut sandbox = sandbox(&without);
    user(&mut sandbox, "dev@acme.example");
    let report = staged(&mut sandbox, "http://localhost:4000");
    assert_eq!(account(&report), "unknown");
}

#[test]
fn before_the_message_is_there_an_account_that_nothing_shows_is_no_finding() {
    let mut sandbox = sandbox(ACCOUNTS);
    sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    sandbox.write("a.c", "int a;\n");
    sandbox.stage();
    assert_eq!(sandbox.report(&["--staged"]).code, 0);
    sandbox.write("message", format!("Change\n\n{ASSISTED}\n"));
    let report = sandbox.report(&["--message", "message"]);
    assert_eq!(report.of("agent-account").len(), 1, "{:#}", report.json);
}

#[test]
fn the_repository_names_no_evidence_beside_the_organisations_policy() {
    let mut sandbox = sandbox(
        "accounts: {enterprise: {user_email: [\"*\"]}}\nagents: {claude-code: {accounts: [enterprise, personal, unknown]}}\n",
    );
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, format!("cordon: 1\nextends: []\n{ACCOUNTS}")).unwrap();
    for (email, class) in [
        ("dev@elsewhere.example", "unknown"),
        ("dev@mail.example", "personal"),
        ("dev@acme.example", "enterprise"),
    ] {
        user(&mut sandbox, email);
        sandbox.commit(&format!("Change\n\n{ASSISTED}"));
        let args = ["--range", "HEAD~1..HEAD", "--policy", org.to_str().unwrap()];
        let report = sandbox.report(&args);
        assert_eq!(account(&report), class);
        assert_eq!(report.of("agent-account").is_empty(), class == "enterprise");
    }
}

#[test]
fn each_side_must_admit_the_account() {
    let mut sandbox = sandbox("agents: {claude-code: {accounts: [personal]}}\n");
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, format!("cordon: 1\nextends: []\n{ACCOUNTS}")).unwrap();
    for email in ["dev@mail.example", "dev@acme.example"] {
        user(&mut sandbox, email);
        sandbox.commit(&format!("Change\n\n{ASSISTED}"));
        let args = ["--range", "HEAD~1..HEAD", "--policy", org.to_str().unwrap()];
        assert_eq!(sandbox.report(&args).of("agent-account").len(), 1);
    }
}

#[test]
fn a_change_cannot_name_the_evidence_by_which_it_is_judged() {
    let mut sandbox = sandbox(ACCOUNTS);
    let text = format!("cordon: 1\nextends: []\n{ACCOUNTS}").replace("\"*@acme.example\"", "\"*\"");
    sandbox.write(".cordon.yml", text);
    let report = of(&mut sandbox, "dev@elsewhere.example", ASSISTED);
    assert_eq!(account(&report), "unknown");
    assert_eq!(report.of("agent-account").len(), 1);
    assert_eq!(report.of("policy-weakened").len(), 1, "{:#}", report.json);
}

#[test]
fn the_change_that_begins_to_ask_may_say_what_shows_it() {
    let mut sandbox = sandbox("");
    sandbox.write(".cordon.yml", format!("cordon: 1\nextends: []\n{ACCOUNTS}"));
    let good = of(&mut sandbox, "dev@acme.example", ASSISTED);
    assert_eq!(good.of("agent-account").len(), 0, "{:#}", good.json);
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.write(".cordon.yml", format!("cordon: 1\nextends: []\n{ACCOUNTS}"));
    let bad = of(&mut sandbox, "dev@mail.example", ASSISTED);
    assert_eq!(bad.of("agent-account").len(), 1, "{:#}", bad.json);
}

#[test]
fn what_could_show_no_account_is_a_problem_of_the_policy() {
    let sandbox = Sandbox::new();
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\naccounts:\n  enterprise:\n    trailers: [\"enterprise/acme\", \"Agent Account: x\", \"Agent-Account:\"]\n    hosts: [\"https://llm.acme.example\", \"llm.acme.example/v1\", \"\"]\n    user_email: [acme.example, \"Dev <d@acme.example>\"]\n",
    );
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2);
    for place in [
        "4:16", "4:35", "4:55", "5:13", "5:41", "5:64", "6:18", "6:32",
    ] {
        let place = format!(".cordon.yml:{place}");
        assert!(said.stdout.contains(&place), "{place}\n{}", said.stdout);
    }
    assert!(said.stdout.contains("8 problems"), "{}", said.stdout);
}

#[test]
fn the_explanation_tells_the_account() {
    let mut sandbox = sandbox(ACCOUNTS);
    of(&mut sandbox, "dev@mail.example", ASSISTED);
    let said = sandbox.cordon(["explain", "HEAD"]);
    assert!(said.stdout.contains("personal"), "{}", said.stdout);
    assert!(said.stdout.contains("agent-account"), "{}", said.stdout);
}
