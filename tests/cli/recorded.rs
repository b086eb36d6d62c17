//! What attribution tools record beside a commit: notes of git-ai, records of Agent Trace.

use crate::support::Sandbox;

const DENIED: &str = "cordon: 1\nextends: []\nagents: {cursor: {status: denied}}\n";

/// A note in which a session of a tool has lines, and a person has too.
fn note(tool: &str) -> String {
    format!(
        "src/a.rs\n  s_a76964380084ef::t_a3a130d3e145e3 1-10\n  h_dca485b1adf836 11\n---\n\
         {{\"schema_version\": \"authorship/3.0.0\", \"base_commit_sha\": \"x\", \"prompts\": {{}},\n\
         \"sessions\": {{\"s_a76964380084ef\": {{\"agent_id\": {{\"tool\": \"{tool}\", \"id\": \"1\", \
         \"model\": \"claude-opus-4-7\"}}}}}},\n\
         \"humans\": {{\"h_dca485b1adf836\": {{\"author\": \"Ada\"}}}}}}\n"
    )
}

fn add_note(sandbox: &Sandbox, commit: &str, text: &str) {
    std::fs::write(sandbox.outside("note"), text).unwrap();
    let file = sandbox.outside("note").display().to_string();
    sandbox.git(["notes", "--ref=ai", "add", "-f", "-F", &file, commit]);
}

/// One record of Agent Trace, on one line.
fn record(id: u32, revision: Option<&str>, kind: &str) -> String {
    let vcs = revision.map_or_else(String::new, |revision| {
        format!("\"vcs\": {{\"type\": \"git\", \"revision\": \"{revision}\"}}, ")
    });
    format!(
        "{{\"version\": \"0.1.0\", \"id\": \"{id}\", \"timestamp\": \"2026-02-06T10:00:00Z\", {vcs}\
         \"tool\": {{\"name\": \"cursor\"}}, \"files\": [{{\"path\": \"src/a.rs\", \"conversations\": \
         [{{\"contributor\": {{\"type\": \"{kind}\", \"model_id\": \"anthropic/claude-opus-4-5\"}}, \
         \"ranges\": [{{\"start_line\": 1, \"end_line\": 2}}]}}]}}]}}\n"
    )
}

/// The kinds of all commits of `HEAD`'s history, the oldest first.
fn kinds(sandbox: &Sandbox) -> Vec<String> {
    let report = sandbox.report(&["--all"]);
    let commits = report.json["commits"].as_array().unwrap();
    let kinds = commits.iter().map(|row| row["kind"].as_str().unwrap());
    kinds.map(str::to_owned).collect()
}

#[test]
fn a_note_is_strong_evidence() {
    let sandbox = Sandbox::with_policy(DENIED);
    let commit = sandbox.commit("Change");
    sandbox.commit("Another");
    assert_eq!(
        sandbox.report(&["--range", "HEAD~2..HEAD"]).verdict(),
        "pass"
    );
    add_note(&sandbox, &commit, &note("cursor"));
    let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
    assert_eq!(report.rules(), ["agent-denied", "agent-undisclosed"]);
    let row = &report.json["commits"][0];
    assert_eq!(row["kind"], "assisted");
    let agent = &row["agents"][0];
    assert_eq!(
        (&agent["id"], &agent["model"]),
        (&"cursor".into(), &"claude-opus-4-7".into())
    );
    assert_eq!(agent["evidence"][0]["kind"], "note");
    assert_eq!(agent["evidence"][0]["strength"], "strong");
    assert_eq!(agent["evidence"][0]["key"], "refs/notes/ai");
    assert_eq!(report.json["commits"][1]["kind"], "none");
}

#[test]
fn a_note_of_a_tool_that_nobody_knows_is_unlisted() {
    let sandbox = Sandbox::with_commit();
    let commit = sandbox.commit("Change");
    add_note(&sandbox, &commit, &note("house-tool"));
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).agents(), ["unlisted"]);
}

#[test]
fn a_note_that_says_nothing_is_told_and_blocks_nobody() {
    let sandbox = Sandbox::with_policy(DENIED);
    for text in [
        "Looks good to me\n",
        "---\n{}\n",
        "a\n  s_1 1\n---\n{\"schema_version\": 1}\n",
    ] {
        let commit = sandbox.commit("Change");
        add_note(&sandbox, &commit, text);
        let said = sandbox.cordon(["check", "--commit", "HEAD"]);
        assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
        let told = format!("the note on {commit} in refs/notes/ai counts as no evidence");
        let shown = said.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(shown.contains(&told), "{}", said.stdout);
    }
}

#[test]
fn a_note_whose_object_is_missing_is_incomplete() {
    let sandbox = Sandbox::with_commit();
    let commit = sandbox.commit("Change");
    add_note(&sandbox, &commit, &note("cursor"));
    let blob = sandbox.id(&format!("refs/notes/ai:{commit}"));
    let object = format!(".git/objects/{}/{}", &blob[..2], &blob[2..]);
    std::fs::remove_file(sandbox.path().join(object)).unwrap();
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.verdict(), "incomplete");
    assert_eq!(report.codes(), ["missing-object"]);
}

#[test]
fn a_record_speaks_of_the_commit_that_adds_it() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write(".agent-trace/traces.jsonl", record(1, None, "ai"));
    sandbox.commit("Change");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.of("agent-denied").len(), 1);
    let evidence = &report.json["commits"][0]["agents"][0]["evidence"][0];
    assert_eq!(evidence["kind"], "record");
    assert_eq!(evidence["key"], ".agent-trace/traces.jsonl");
    let appended = record(1, None, "ai") + &record(2, None, "human");
    sandbox.write(".agent-trace/traces.jsonl", appended);
    sandbox.commit("By hand");
    assert_eq!(kinds(&sandbox), ["none", "assisted", "none"]);
}

#[test]
fn a_record_speaks_of_the_commit_that_it_names() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write("src/a.rs", "fn a() {}\n");
    let work = sandbox.commit("Work");
    sandbox.commit("Between");
    sandbox.write("sub/work.agent-trace.json", record(1, Some(&work), "mixed"));
    sandbox.commit("Keep the record");
    assert_eq!(kinds(&sandbox), ["none", "assisted", "none", "none"]);
    let report = sandbox.report(&["--range", "HEAD~3..HEAD"]);
    let found = report.of("agent-denied");
    assert_eq!(found[0]["commit"], work.as_str());
}

#[test]
fn a_record_made_on_top_of_a_commit_speaks_of_the_work_beside_it() {
    let sandbox = Sandbox::with_policy(DENIED);
    let parent = sandbox.id("HEAD");
    sandbox.write("src/a.rs", "fn a() {}\n");
    sandbox.write(".agent-trace/traces.jsonl", record(1, Some(&parent), "ai"));
    sandbox.stage();
    let staged = sandbox.report(&["--staged"]);
    assert_eq!(staged.agents(), ["cursor"]);
    sandbox.commit("Work");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).agents(), ["cursor"]);
}

#[test]
fn a_record_made_on_top_of_anothers_commit_does_not_speak_of_it() {
    let zones = "zones:\n  core: {paths: [\"src/crypto/**\"], agents: denied}\n";
    for (path, both) in [
        ("src/crypto/a.c", "src/a.rs"),
        ("src/a.rs", "src/a.rs"),
        ("src/crypto/a.c", "src/b.rs"),
    ] {
        let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{zones}"));
        sandbox.write(path, "1\n");
        let person = sandbox.commit("By hand");
        sandbox.write(both, "2\n");
        sandbox.write(".agent-trace/traces.jsonl", record(1, Some(&person), "ai"));
        sandbox.commit("By an agent");
        let agents = if both == "src/a.rs" {
            "assisted"
        } else {
            "none"
        };
        assert_eq!(kinds(&sandbox), ["none", "none", agents], "{path} {both}");
        let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
        assert_eq!(report.of("zone-agent").len(), 0, "{path} {both}");
    }
}

#[test]
fn a_record_that_names_an_earlier_commit_speaks_of_the_files_that_each_changed() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write("src/b.rs", "1\n");
    let person = sandbox.commit("By hand");
    sandbox.commit("Between");
    sandbox.write("src/a.rs", "2\n");
    sandbox.write(".agent-trace/traces.jsonl", record(1, Some(&person), "ai"));
    sandbox.commit("By an agent");
    assert_eq!(kinds(&sandbox), ["none", "none", "none", "assisted"]);
}

#[test]
fn a_path_from_the_root_of_the_machine_or_with_other_slashes_is_the_same() {
    for path in [
        "./src/a.rs",
        "/home/ada/x/src/a.rs",
        "file:///x/src/a.rs",
        r"src\\a.rs",
        r"C:\\x\\src\\a.rs",
    ] {
        let sandbox = Sandbox::with_policy(DENIED);
        let parent = sandbox.id("HEAD");
        let record = record(1, Some(&parent), "ai").replace("src/a.rs", path);
        sandbox.write("src/a.rs", "2\n");
        sandbox.write(".agent-trace/traces.jsonl", record);
        sandbox.commit("By an agent");
        assert_eq!(kinds(&sandbox), ["none", "assisted"], "{path}");
    }
}

#[test]
fn a_record_of_files_that_nobody_changed_is_told() {
    let sandbox = Sandbox::with_policy(DENIED);
    let parent = sandbox.id("HEAD");
    sandbox.write(".agent-trace/traces.jsonl", record(1, Some(&parent), "ai"));
    sandbox.commit("By hand");
    assert_eq!(kinds(&sandbox), ["none", "none"]);
    let said = sandbox.cordon(["check", "--all"]);
    assert!(
        said.stdout.contains("counts as no evidence"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_record_kept_after_the_work_speaks_of_the_files_that_it_names_there() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write("src/a.rs", "1\n");
    let work = sandbox.commit("Work");
    sandbox.write("src/b.rs", "2\n");
    sandbox.write(".agent-trace/traces.jsonl", record(1, Some(&work), "ai"));
    sandbox.commit("By hand, with the record");
    assert_eq!(kinds(&sandbox), ["none", "assisted", "none"]);
}

#[test]
fn a_file_that_holds_no_record_is_told_and_blocks_nobody() {
    let sandbox = Sandbox::with_policy(DENIED);
    sandbox.write(".agent-trace/traces.jsonl", "{\"hello\": 1}\n");
    sandbox.commit("Change");
    let said = sandbox.cordon(["check", "--commit", "HEAD"]);
    assert_eq!(said.code, 0, "{}{}", said.stdout, said.stderr);
    assert!(said.stdout.contains("counts as no"), "{}", said.stdout);
}

#[test]
fn a_reference_of_another_name_holds_no_notes() {
    let sandbox = Sandbox::with_policy(DENIED);
    let commit = sandbox.commit("Change");
    add_note(&sandbox, &commit, &note("cursor"));
    sandbox.git(["update-ref", "refs/heads/refs/notes/ai", "refs/notes/ai"]);
    sandbox.git(["update-ref", "-d", "refs/notes/ai"]);
    assert_eq!(sandbox.report(&["--commit", &commit]).agents(), [""; 0]);
}

#[test]
fn notes_that_lead_to_no_commit_are_read_or_told() {
    let sandbox = Sandbox::with_policy(DENIED);
    let commit = sandbox.commit("Change");
    add_note(&sandbox, &commit, &note("cursor"));
    sandbox.git(["update-ref", "refs/notes/ai", "refs/notes/ai^{tree}"]);
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).agents(), ["cursor"]);
    sandbox.git(["update-ref", "refs/notes/ai", "HEAD:.cordon.yml"]);
    let said = sandbox.cordon(["check", "--commit", "HEAD"]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("refs/notes/ai"), "{}", said.stdout);
}

#[test]
fn a_submodule_that_becomes_a_file_of_records_is_no_obstacle() {
    let sandbox = Sandbox::with_policy(DENIED);
    let path = ".agent-trace/traces.jsonl";
    let entry = format!("160000,{},{path}", "1".repeat(40));
    sandbox.git(["update-index", "--add", "--cacheinfo", &entry]);
    sandbox.git(["commit", "-qm", "A submodule"]);
    sandbox.git(["update-index", "--force-remove", path]);
    sandbox.write(path, record(1, None, "ai"));
    sandbox.commit("A file");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!((report.codes(), report.agents()), (vec![], vec!["cursor"]));
}

#[test]
fn an_explanation_knows_what_a_later_commit_records() {
    let zones = "zones:\n  core: {paths: [\"src/**\"], agents: denied}\n";
    let sandbox = Sandbox::with_policy(&format!("cordon: 1\nextends: []\n{zones}"));
    sandbox.write("src/a.rs", "fn a() {}\n");
    let work = sandbox.commit("Work");
    sandbox.write(".agent-trace/x.json", record(1, Some(&work), "ai"));
    sandbox.commit("Record it");
    let range = "HEAD~2..HEAD";
    let report = sandbox.report(&["--range", range]);
    let found = report.of("zone-agent");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    let print = found[0]["fingerprint"].as_str().unwrap();
    let said = sandbox.cordon(["explain", print, "--range", range, "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&said.stdout).unwrap();
    let text = json.to_string();
    assert!(text.contains(".agent-trace/x.json"), "{json:#}");
    assert!(text.contains("\"agents\":[{"), "{json:#}");
}
