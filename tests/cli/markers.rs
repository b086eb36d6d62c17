//! Zones by what is in a file, and zones of a whole repository.

use crate::support::{CLAUDE, Report, Sandbox};

const POLICY: &str = "\
cordon: 1
extends: []
zones:
  marked:
    class: export
    markers: [\"EXPORT-CONTROLLED\", \"Ausfuhrgüter\"]
    paths: [\"src/crypto/**\", \"!src/crypto/README.md\"]
    agents: denied
";

const MARK: &str = "/* EXPORT-CONTROLLED */\nint key;\n";

/// Files by a person: one marked, one plain.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("lib/marked.c", MARK);
    sandbox.write("lib/plain.c", "int plain;\nint other;\n");
    sandbox.commit("Files by a person");
    sandbox
}

/// Judges the newest commit, by an agent.
fn judged(sandbox: &Sandbox) -> Report {
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

#[test]
fn a_marked_file_is_in_the_zone_wherever_it_lies() {
    for (operation, path) in [
        ("echo 'int more;' >> lib/marked.c", "lib/marked.c"),
        ("git rm -q lib/marked.c", "lib/marked.c"),
        ("chmod +x lib/marked.c", "lib/marked.c"),
        ("git mv lib/marked.c other.c", "other.c"),
        ("echo 'int key;' > lib/marked.c", "lib/marked.c"),
        ("ln -sf plain.c lib/marked.c", "lib/marked.c"),
        ("cp lib/marked.c new.c", "new.c"),
        ("cp lib/marked.c lib/plain.c", "lib/plain.c"),
        ("printf 'Ausfuhrgüter' > b.txt", "b.txt"),
        ("git mv lib/marked.c .cordon.yml.c", ".cordon.yml.c"),
        (
            "mkdir .cordon && git mv lib/marked.c .cordon/a.c",
            ".cordon/a.c",
        ),
        (
            "mkdir -p src/crypto && cp lib/marked.c src/crypto/README.md",
            "src/crypto/README.md",
        ),
    ] {
        let sandbox = sandbox();
        assert_eq!(sandbox.shell(operation).code, 0, "{operation}");
        let report = judged(&sandbox);
        let found = report.of("zone-agent");
        assert_eq!(found.len(), 1, "{operation}: {:#}", report.json);
        assert_eq!(found[0]["path"], path, "{operation}");
        assert_eq!(found[0]["zone"], "marked");
    }
}

#[test]
fn a_file_beside_the_policy_that_is_none_is_marked_as_any() {
    let sandbox = sandbox();
    let said = sandbox.shell("mkdir .cordon && cp lib/marked.c .cordon/marked.c");
    assert_eq!(said.code, 0);
    assert_eq!(judged(&sandbox).code, 1);
}

#[test]
fn what_has_no_marker_at_its_start_is_in_no_zone() {
    for operation in [
        "echo 'int more;' >> lib/plain.c",
        "git mv lib/plain.c plain.c",
        "echo 'export-controlled' > lower.c",
        "echo 'EXPORT CONTROLLED' > other.c",
        "(head -c 4090 /dev/zero | tr '\\0' x; echo EXPORT-CONTROLLED) > late.c",
        "mkdir .cordon && cp lib/marked.c .cordon/test.yml",
        "sed -i 's/version/version/; $a# EXPORT-CONTROLLED' .cordon.yml",
    ] {
        let sandbox = sandbox();
        assert_eq!(sandbox.shell(operation).code, 0, "{operation}");
        let report = judged(&sandbox);
        let found = report.of("zone-agent");
        assert!(found.is_empty(), "{operation}: {found:?}");
    }
}

#[test]
fn a_marker_counts_up_to_its_last_byte_at_4096() {
    for (before, code) in [(4096 - 17, 1), (4096 - 16, 0)] {
        let sandbox = sandbox();
        sandbox.write("a.c", format!("{}EXPORT-CONTROLLED\n", "x".repeat(before)));
        assert_eq!(judged(&sandbox).code, code, "{before}");
    }
}

#[test]
fn a_text_in_utf_16_is_marked_too() {
    for little in [true, false] {
        let bytes = |unit: u16| {
            if little {
                unit.to_le_bytes()
            } else {
                unit.to_be_bytes()
            }
        };
        let text = "\u{FEFF}// EXPORT-CONTROLLED\r\n";
        let text: Vec<u8> = text.encode_utf16().flat_map(bytes).collect();
        let sandbox = sandbox();
        sandbox.write("a.cs", text);
        assert_eq!(judged(&sandbox).code, 1, "{little}");
    }
}

#[test]
fn a_marker_that_one_commit_takes_out_holds_for_the_next() {
    let sandbox = sandbox();
    sandbox.write("lib/marked.c", "int key;\n");
    sandbox.commit("A person takes the marker out");
    sandbox.write("lib/marked.c", "int key;\nint more;\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
    let commits: Vec<_> = report
        .of("zone-agent")
        .iter()
        .map(|row| &row["commit"])
        .collect();
    assert_eq!(commits, [&sandbox.id("HEAD")], "{:#}", report.json);
    // Once that is the trusted side, it is out.
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
}

#[test]
fn staged_changes_of_a_marked_file_are_found() {
    let mut sandbox = sandbox();
    sandbox.set("GEMINI_CLI", "1");
    sandbox.write("lib/marked.c", "int key;\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(report.rules(), ["zone-agent"], "{:#}", report.json);
}

#[test]
fn the_merge_that_changes_a_marked_file_itself_is_found() {
    let sandbox = sandbox();
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("b.c", "int b;\n");
    sandbox.commit("On the side");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("c.c", "int c;\n");
    sandbox.commit("Elsewhere");
    let message = format!("Merge\n\n{CLAUDE}");
    sandbox.git(["merge", "-q", "--no-ff", "-m", &message, "side"]);
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
    sandbox.write("lib/marked.c", "int key;\n");
    sandbox.stage();
    sandbox.git(["commit", "-q", "--amend", "--no-edit"]);
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.of("zone-agent").len(), 1, "{:#}", report.json);
}

#[test]
fn a_file_that_cannot_be_searched_is_incomplete() {
    let sandbox = Sandbox::with_policy(&format!("{POLICY}limits: {{blob_bytes: 1KiB}}\n"));
    sandbox.write("large.c", "x".repeat(2000));
    sandbox.commit("A person's large file");
    sandbox.git(["rm", "-q", "large.c"]);
    let report = judged(&sandbox);
    assert_eq!(report.codes(), ["limit"], "{:#}", report.json);
    assert_eq!(report.json["incomplete"][0]["path"], "large.c");
}

#[test]
fn the_policy_file_that_is_named_is_in_no_zone_for_its_markers() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("policy.yml", POLICY);
    let args = ["--range", "HEAD~1..HEAD", "--policy", "policy.yml"];
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    assert_eq!(sandbox.report(&args).code, 0);
    sandbox.write("other.yml", POLICY);
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    assert_eq!(sandbox.report(&args).code, 1);
}

#[test]
fn markers_of_other_repositories_do_not_hold_here() {
    let policy = POLICY.replace("class: export", "class: export\n    repos: [acme/radio]");
    for (name, code) in [("acme/radio", 1), ("acme/shop", 0)] {
        let sandbox = Sandbox::with_policy(&policy);
        sandbox.git(["config", "cordon.repository", name]);
        sandbox.write("a.c", MARK);
        assert_eq!(judged(&sandbox).code, code, "{name}");
    }
}

#[test]
fn markers_that_match_everything_or_nothing_are_problems_of_the_policy() {
    let sandbox = Sandbox::new();
    let long = "x".repeat(257);
    let policy = format!(
        "cordon: 1\nzones:\n  a: {{markers: [\"\"]}}\n  b: {{markers: []}}\n  c: {{markers: [{long}]}}\n"
    );
    sandbox.write(".cordon.yml", policy);
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2);
    for place in ["3:17", "4:16", "5:17"] {
        let place = format!(".cordon.yml:{place}");
        assert!(said.stdout.contains(&place), "{place}\n{}", said.stdout);
    }
}

const ORG: &str = "\
cordon: 1
extends: []
agents:
  cursor: {status: approved, classes: {pci: denied}}
classes:
  export: {agents: denied}
";

/// The newest commit of a repository with that file, judged by an organisation's policy.
fn by_org(file: &str, trailer: &str) -> Report {
    let sandbox = Sandbox::with_policy(file);
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, ORG).unwrap();
    sandbox.write("any/where.c", "int a;\n");
    sandbox.commit(&format!("Change\n\n{trailer}"));
    sandbox.report(&["--range", "HEAD~1..HEAD", "--policy", org.to_str().unwrap()])
}

#[test]
fn a_class_of_the_repository_makes_a_zone_of_all_its_files() {
    let file = "cordon: 1\nrepository: {classes: [build, export]}\n";
    let report = by_org(file, CLAUDE);
    let found = report.of("zone-agent");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(found[0]["zone"], "repository");
    assert_eq!(found[0]["path"], "any/where.c");
    assert_eq!(found[0]["policy"]["line"], 6);
    assert!(
        found[0]["policy"]["file"]
            .as_str()
            .unwrap()
            .ends_with("org.yml")
    );
}

#[test]
fn a_class_that_nobody_closes_leaves_the_repository_open() {
    for (file, trailer, code) in [
        ("cordon: 1\nrepository: {classes: [pci]}\n", CLAUDE, 0),
        ("cordon: 1\n", CLAUDE, 0),
        // An agent's own entry may narrow it, and the repository may close itself.
        (
            "cordon: 1\nrepository: {classes: [pci]}\n",
            "Co-authored-by: Cursor <cursoragent@cursor.com>",
            1,
        ),
        (
            "cordon: 1\nrepository: {classes: [pci]}\nclasses: {pci: {agents: denied}}\n",
            CLAUDE,
            1,
        ),
        // It may not open what the organisation closes.
        (
            "cordon: 1\nrepository: {classes: [export]}\nclasses: {export: {agents: allowed}}\n",
            CLAUDE,
            1,
        ),
    ] {
        let report = by_org(file, trailer);
        assert_eq!(report.code, code, "{file}: {:#}", report.json);
    }
}

#[test]
fn a_change_cannot_take_the_class_from_its_repository() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nrepository: {classes: [export]}\nclasses: {export: {agents: denied}}\n",
    );
    sandbox.write(".cordon.yml", "cordon: 1\nextends: []\n");
    let report = judged(&sandbox);
    assert_eq!(report.of("zone-agent").len(), 1, "{:#}", report.json);
}

#[test]
fn the_zone_of_the_repository_can_have_a_mode_and_a_class_is_one_of_the_list() {
    let policy = "cordon: 1\nextends: []\nrepository: {classes: [export]}\nclasses: {export: {agents: denied}}\nzones: {repository: {mode: warn}}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write("a.c", "int a;\n");
    let report = judged(&sandbox);
    assert_eq!(report.of("zone-agent")[0]["decision"], "warned");
    sandbox.write(
        ".cordon.yml",
        "cordon: 1\nrepository: {classes: [exprot]}\n",
    );
    let said = sandbox.cordon(["policy", "check"]);
    assert_eq!(said.code, 2);
    assert!(
        said.stdout.contains("did you mean `export`"),
        "{}",
        said.stdout
    );
}
