//! The rules in Rego of policies/conftest/, and the commands of docs/policy-engines.md that hand them a report.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use serde_json::{Value, json};

use crate::managers::manager;
use crate::support::{CLAUDE, CORDON, Said, Sandbox};

fn ours(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    root.join(path).display().to_string()
}

fn page() -> String {
    std::fs::read_to_string(ours("docs/policy-engines.md")).unwrap()
}

/// The lines of the page's only block in a language.
fn documented(language: &str) -> Vec<String> {
    let page = page();
    let (_, block) = page.split_once(&format!("\n```{language}\n")).unwrap();
    let block = block.split("```").next().unwrap();
    block.lines().map(str::to_owned).collect()
}

/// A repository with the rules, and a `conftest` on the path. None, with a line that says so, where none can be had.
fn ruled(policy: &str) -> Option<Sandbox> {
    let python = manager("validators/bin/python")?;
    let mut sandbox = Sandbox::with_policy(policy);
    let has = sandbox.shell(&format!("{} -c 'import regopy'", python.display()));
    if has.code != 0 {
        manager("validators/bin/python with regopy")?;
    }
    let bin = sandbox.outside("bin");
    std::fs::create_dir(&bin).unwrap();
    let script = ours("tests/cli/conftest.py");
    let script = format!("#!/bin/sh\nexec {} {script} \"$@\"\n", python.display());
    std::fs::write(bin.join("conftest"), script).unwrap();
    let mode = std::fs::Permissions::from_mode(0o755);
    std::fs::set_permissions(bin.join("conftest"), mode).unwrap();
    let cordon = Path::new(CORDON).parent().unwrap().display();
    let path = format!("{}:{cordon}:/usr/local/bin:/usr/bin:/bin", bin.display());
    sandbox.set("PATH", &path);
    // The second command writes a report, which is no part of the next change.
    let copy = format!(
        "echo cordon.json >.git/info/exclude && mkdir policies && cp -R {} policies",
        ours("policies/conftest")
    );
    assert_eq!(sandbox.shell(&copy).code, 0);
    sandbox.commit("Add rules");
    Some(sandbox)
}

/// A commit that changes so many files, and says who made it.
fn changed(sandbox: &Sandbox, files: usize, who: &str) {
    for file in 0..files {
        sandbox.write(
            &format!("src/{file}.c"),
            sandbox.id("HEAD") + &file.to_string(),
        );
    }
    sandbox.commit(&format!("Change\n\n{who}"));
}

/// Each command of the page says the same of the last commit.
fn said(sandbox: &Sandbox, code: i32, tells: &[&str]) {
    let lines = documented("sh");
    assert_eq!(lines.len(), 2);
    for line in lines {
        let said = sandbox.shell(&line);
        assert_eq!(said.code, code, "{line}: {said:?}");
        for text in tells {
            assert!(said.stdout.contains(text), "{line}: {said:?}");
        }
        if tells.is_empty() {
            assert!(!told(&said), "{line}: {said:?}");
        }
    }
}

fn told(said: &Said) -> bool {
    said.stdout.contains("WARN") || said.stdout.contains("FAIL")
}

const PLAIN: &str = "cordon: 1\nextends: []\n";

#[test]
fn what_an_agent_changes_at_once_is_bounded_by_a_rule_of_ones_own() {
    let Some(sandbox) = ruled(PLAIN) else { return };
    changed(&sandbox, 20, CLAUDE);
    said(&sandbox, 0, &[]);
    changed(&sandbox, 21, "Signed-off-by: Ada Dev <ada@acme.example>");
    said(&sandbox, 0, &[]);
    changed(&sandbox, 21, CLAUDE);
    let id = &sandbox.id("HEAD")[..10];
    let tells = format!("{id}: an agent changed 21 files in one commit; 20 are allowed");
    said(&sandbox, 1, &[&tells]);
}

/// Its branch says no more than that an agent may have made it.
#[test]
fn a_person_on_an_agents_branch_is_judged_by_no_rule_for_agents() {
    let Some(sandbox) = ruled(PLAIN) else { return };
    for branch in ["claude/foo", "cursor/foo"] {
        sandbox.git(["checkout", "-q", "-b", branch]);
        changed(&sandbox, 25, "Signed-off-by: Ada Dev <ada@acme.example>");
        let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
        let row = &report.json["commits"][0];
        assert_eq!(
            (&row["kind"], &row["files"]),
            (&json!("suspected"), &json!(25))
        );
        assert_ne!(row["agents"], json!([]));
        said(&sandbox, 0, &[]);
    }
}

/// As the page tells: what blocked is waived, and what could not be read is no verdict still.
#[test]
fn what_an_emergency_waiver_lets_through_is_denied_where_it_could_not_be_read() {
    let Some(sandbox) = ruled(PLAIN) else { return };
    changed(&sandbox, 1, CLAUDE);
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    let mut json = report.json.clone();
    json["run"]["emergency"] = json!({"id": "E-7"});
    json["findings"] = json!([{"rule": "zone-agent", "message": "m", "decision": "waived"}]);
    let conftest = |json: &Value| {
        std::fs::write(sandbox.outside("report.json"), json.to_string()).unwrap();
        sandbox.shell("conftest test --policy policies/conftest ../report.json")
    };
    assert_eq!(conftest(&json).code, 0);
    json["incomplete"] = json!([{"code": "missing-object", "message": "gone"}]);
    let said = conftest(&json);
    assert_eq!(said.code, 1);
    assert!(said.stdout.contains("no verdict: gone"), "{said:?}");
}

#[test]
fn an_agent_that_nobody_expected_is_told() {
    let Some(sandbox) = ruled(PLAIN) else { return };
    changed(
        &sandbox,
        1,
        "Co-authored-by: Cursor <cursoragent@cursor.com>",
    );
    said(&sandbox, 0, &["WARN", "cursor is not expected here"]);
}

/// A pipe has no exit code but its last command's.
#[test]
fn what_cordon_blocks_or_cannot_read_no_pipe_loses() {
    let Some(sandbox) = ruled("cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n")
    else {
        return;
    };
    changed(&sandbox, 1, CLAUDE);
    let line = &documented("sh")[0];
    for (line, tells) in [
        (line.clone(), "FAIL - - - main - agent-denied: "),
        (line.replace("HEAD~1", "nobody"), "no verdict: "),
        (
            "echo '{}' | conftest test --parser json --policy policies/conftest -".to_owned(),
            "no report of the version",
        ),
    ] {
        let said = sandbox.shell(&line);
        assert_eq!(said.code, 1, "{line}: {said:?}");
        assert!(said.stdout.contains(tells), "{line}: {said:?}");
    }
}

#[test]
fn a_zone_that_is_only_audited_tells_the_paths_and_decides_nothing() {
    let policy = format!("{PLAIN}{}\n", documented("yaml").join("\n"));
    let sandbox = Sandbox::with_policy(&policy);
    sandbox.write("prices/list.csv", "1\n");
    sandbox.commit(&format!("Raise the prices\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.verdict(), "pass");
    let finding = &report.json["findings"][0];
    assert_eq!(finding["decision"], "audited");
    assert_eq!(finding["path"], "prices/list.csv");
    assert_eq!(finding["agent"], "claude-code");
}

#[test]
fn a_commit_says_how_many_files_it_changes() {
    let sandbox = Sandbox::with_policy(PLAIN);
    let files = |args: &[&str]| sandbox.report(args).json["commits"][0]["files"].clone();
    let last = ["--range", "HEAD~1..HEAD"];
    sandbox.write("a", "1\n2\n3\n");
    sandbox.write("b", "b\n");
    sandbox.stage();
    assert_eq!(files(&["--staged"]), 2);
    sandbox.commit("Add two");
    assert_eq!(files(&last), 2);
    sandbox.git(["mv", "a", "c"]);
    sandbox.commit("A rename is one");
    assert_eq!(files(&last), 1);
    sandbox.commit("Nothing");
    assert_eq!(files(&last), 0);
    // A merge without a conflict changes nothing itself.
    sandbox.git(["checkout", "-q", "-b", "side", "HEAD~2"]);
    sandbox.write("d", "d\n");
    sandbox.commit("Beside");
    sandbox.git(["merge", "-q", "--no-ff", "--no-edit", "main"]);
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    let commits = report.json["commits"].as_array().unwrap();
    assert_eq!(commits.last().unwrap()["files"], 0, "{:#}", report.json);
}

#[test]
fn where_nobody_knows_how_many_files_a_commit_changes_it_says_none() {
    let sandbox = Sandbox::with_policy(PLAIN);
    let files = |sandbox: &Sandbox, args: &[&str]| {
        let report = sandbox.report(args);
        let row = &report.json["commits"][0];
        assert!(row.get("files").is_some(), "{:#}", report.json);
        (report.verdict().to_owned(), row["files"].clone())
    };
    sandbox.write("a", "1\n");
    sandbox.stage();
    let message = sandbox.outside("message");
    std::fs::write(&message, format!("Change\n\n{CLAUDE}\n")).unwrap();
    let message = message.display().to_string();
    assert_eq!(files(&sandbox, &["--message", &message]).1, Value::Null);
    sandbox.write("b/c", "1\n");
    sandbox.commit("Add two");
    let tree = sandbox.id("HEAD:b");
    let object = format!(".git/objects/{}/{}", &tree[..2], &tree[2..]);
    std::fs::remove_file(sandbox.path().join(object)).unwrap();
    let unread = ("incomplete".to_owned(), Value::Null);
    assert_eq!(files(&sandbox, &["--range", "HEAD~1..HEAD"]), unread);
    // As at the end of a history that is cut.
    let cut = Sandbox::new();
    let sandbox = Sandbox::with_policy(PLAIN);
    sandbox.commit("Nothing");
    let from = format!("file://{}", sandbox.path().display());
    cut.git(["fetch", "-q", "--depth=1", &from, "main"]);
    cut.git(["checkout", "-q", "-b", "cut", "FETCH_HEAD"]);
    assert_eq!(files(&cut, &["--all"]), unread);
}

/// A rename with an edit is what it is to Git's trees: one file less, and one more.
#[test]
fn a_rename_with_an_edit_is_two_changes() {
    let sandbox = Sandbox::with_policy(PLAIN);
    sandbox.write("a", "1\n2\n3\n");
    sandbox.commit("Add one");
    sandbox.git(["mv", "a", "b"]);
    sandbox.write("b", "1\n2\n3\n4\n");
    sandbox.commit("Move it");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.json["commits"][0]["files"], 2);
}

#[test]
fn every_field_that_the_page_names_is_in_the_schema() {
    let schema = std::fs::read_to_string(ours("docs/schema/report-v1.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let row = |name: &str| schema["$defs"][name]["properties"].clone();
    let page = page();
    let (_, table) = page.split_once("| --- | --- |\n").unwrap();
    let mut asked = 0;
    for line in table.lines().take_while(|line| line.starts_with('|')) {
        let mut cells = line.split('|').skip(1);
        let names = |cell: &str| -> Vec<String> {
            let names = cell.split('`').skip(1).step_by(2);
            names.map(str::to_owned).collect()
        };
        let (fields, about) = (names(cells.next().unwrap()), names(cells.next().unwrap()));
        for field in &fields {
            assert!(schema["properties"].get(field).is_some(), "{field}");
        }
        let inside = match fields[0].as_str() {
            "commits" => [row("CommitRow"), row("AgentRow")],
            "findings" => [row("FindingRow"), Value::Null],
            _ => continue,
        };
        for field in about {
            assert!(
                inside.iter().any(|row| row.get(&field).is_some()),
                "{field}"
            );
            asked += 1;
        }
    }
    assert!(asked > 10, "{asked}");
}
