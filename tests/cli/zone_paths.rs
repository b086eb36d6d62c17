//! `zone-path-confusable`: paths that pass for a zone's, or that are other paths elsewhere.

use crate::support::{CLAUDE, Report, Sandbox};

const POLICY: &str = "\
cordon: 1
extends: []
zones:
  crypto:
    class: export
    paths: [\"src/crypto/**\", \"**/Makefile\"]
    agents: denied
  archive: {paths: [\"данные/**\", \"f\u{FC}r/**\"]}
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    sandbox.write("src/util/a.c", "int a;\n");
    sandbox.commit("Files by a person");
    sandbox
}

/// The newest commit with one more file at a path of any bytes: a tree that no work tree can have.
fn with_file(sandbox: &Sandbox, path: &[u8], message: &str) -> String {
    use std::os::unix::ffi::OsStrExt as _;
    // `git mktree` takes names that `git add` refuses.
    let script = r#"
set -e
tree=$(git rev-parse 'HEAD^{tree}')
blob=$(echo text | git hash-object -w --stdin)
put() { # tree, mode, type, id, name: the tree with one more entry
    { [ -z "$1" ] || git ls-tree -z "$1" | grep -zvF "	$5" || true; printf '%s %s %s\t%s\0' "$2" "$3" "$4" "$5"; } |
        git mktree -z --missing
}
grow() { # tree, rest of the path
    case "$2" in
    */*) name=${2%%/*}
        # Of a name that is there, its own tree.
        old=$([ -z "$1" ] || git ls-tree -z "$1" | grep -zF "	$name" | tr -d '\0' | sed 's/^[^ ]* [^ ]* \([0-9a-f]*\).*/\1/')
        new=$(grow "$old" "${2#*/}")
        put "$1" 040000 tree "$new" "${2%%/*}" ;;
    *) put "$1" 100644 blob "$blob" "$2" ;;
    esac
}
new=$(grow "$tree" "$0")
git commit-tree -p HEAD -m "$1" "$new"
"#;
    let mut command = sandbox.command("sh", &sandbox.path());
    command.args(["-c", script]);
    command.arg(std::ffi::OsStr::from_bytes(path)).arg(message);
    let said = crate::support::said(&mut command);
    assert_eq!(said.code, 0, "{path:?}: {}", said.stderr);
    said.stdout.trim().to_owned()
}

fn judged(sandbox: &Sandbox, path: &str, by_agent: bool) -> Report {
    let trailer = if by_agent { CLAUDE } else { "" };
    let head = with_file(sandbox, path.as_bytes(), &format!("Change\n\n{trailer}"));
    sandbox.report(&["--range", &format!("HEAD..{head}")])
}

/// The findings that name a zone.
fn in_zone(report: &Report) -> Vec<&serde_json::Value> {
    let found = report.of("zone-path-confusable").into_iter();
    found.filter(|row| !row["zone"].is_null()).collect()
}

/// What lands in the zone elsewhere, or is read as a path of it.
const IN_THE_ZONE: &[&str] = &[
    "src/Crypto/k.c",
    "SRC/CRYPTO/k.c",
    "src/crypt\u{43E}/k.c",
    "src/\u{3F2}rypto/k.c",
    "src/cry\u{440}to/k.c",
    "s\u{280}c/crypto/k.c",
    "src/\u{FF43}rypto/k.c",
    "src/\u{1D41C}rypto/k.c",
    "src/\u{13DF}rypto/k.c",
    "src/cr\u{AD}ypto/k.c",
    "src/cr\u{200B}ypto/k.c",
    "src/cr\u{200C}ypto/k.c",
    "src/cr\u{202E}ypto/k.c",
    "src/cr\u{FE0F}ypto/k.c",
    "src/cr\u{E0061}ypto/k.c",
    "src/crypto./k.c",
    "src/crypto /k.c",
    "src./crypto. . /k.c",
    "src/crypto::$INDEX_ALLOCATION/k.c",
    "src\\crypto\\k.c",
    "src\u{2215}crypto\u{2215}k.c",
    "docs/../src/crypto/k.c",
    "src/./crypto/k.c",
    "docs\\..\\src\\crypto\\k.c",
    "SRC~1/CRYPTO~1/k.c",
    "src/CRYPTO~1/k.c",
    "src/CR1A2B~1/k.c",
    "a/MAKEFI~1",
    "a/Makefile.",
    "a/Makefile::$DATA",
];

#[test]
fn a_path_that_passes_for_a_zones_is_blocked_for_all() {
    let sandbox = sandbox();
    for path in IN_THE_ZONE {
        for by_agent in [true, false] {
            let report = judged(&sandbox, path, by_agent);
            let found = in_zone(&report);
            assert_eq!(found.len(), 1, "{path:?}: {:#}", report.json);
            let found = found[0];
            assert_eq!(found["zone"], "crypto");
            assert_eq!(found["decision"], "blocked");
            assert_eq!(found["policy"]["line"], 6);
            assert_eq!(found["agent"].is_null(), !by_agent);
            assert!(found["commit"].is_string());
            assert_eq!(
                report.of("zone-agent").len(),
                usize::from(by_agent),
                "{path:?}"
            );
        }
    }
}

#[test]
fn a_persons_name_that_differs_in_case_from_one_that_may_stand_anywhere_is_noted() {
    let sandbox = sandbox();
    let report = judged(&sandbox, "a/makefile", true);
    assert_eq!(report.rules(), ["zone-path-confusable", "zone-agent"]);
    let report = judged(&sandbox, "a/makefile", false);
    assert_eq!(report.code, 0);
    let findings = report.json["findings"].as_array().unwrap();
    let noted = findings
        .iter()
        .filter(|row| row["rule"] == "zone-path-confusable");
    assert_eq!(noted.count(), 1, "{:#}", report.json);
    // Beside its twin it is more than a note.
    sandbox.write("a/Makefile", "all:\n");
    sandbox.commit("What it is mistaken for");
    assert_eq!(judged(&sandbox, "a/makefile", false).code, 1);
}

#[test]
fn a_finding_tells_what_the_path_is_read_as() {
    let report = judged(&sandbox(), "src/\u{441}rypto/K.c", false);
    let found = in_zone(&report);
    assert_eq!(
        found[0]["message"],
        "a path that passes for one of the zone crypto: it is read as `src/crypto/k.c`, which \
         `src/crypto/**` covers"
    );
}

#[test]
fn a_zone_in_another_script_has_its_look_alikes_too() {
    let sandbox = sandbox();
    for (path, count) in [
        ("данные/a", 0),
        ("Данные/a", 1),
        ("дaнные/a", 1),
        ("данны\u{435}\u{301}/a", 0),
        ("другие/a", 0),
        ("f\u{FC}r/a", 0),
        ("fu\u{308}r/a", 1),
        ("F\u{DC}R/a", 1),
        ("fur/a", 0),
    ] {
        let report = judged(&sandbox, path, false);
        assert_eq!(in_zone(&report).len(), count, "{path}: {:#}", report.json);
    }
}

#[test]
fn what_is_in_a_zone_by_its_bytes_or_not_at_all_is_no_finding() {
    let sandbox = sandbox();
    for path in [
        "src/crypto/K.c",
        "src/crypto/ключ.c",
        "src/crypto/a b. c",
        "b/Makefile",
        "src/crypt0/k.c",
        "src/cryptography/k.c",
        "docs/readme.md",
        "README.md",
        "Foo::Bar.3",
        "con/aux.c",
        "a\\b",
        "a~1/b~2.c",
        "straße.c",
        "отчёт_2024.docx",
        "テストTest漢字.txt",
        "한국API.md",
        "हिन्दी.txt",
        "می\u{200C}خواهم.txt",
        "مرحبا.md",
        "👩\u{200D}💻 ❤\u{FE0F}.md",
        "Δt.py",
        "\u{FF21}\u{FF22}.txt",
        "APIключ.md",
    ] {
        let report = judged(&sandbox, path, false);
        assert_eq!(
            report.of("zone-path-confusable").len(),
            0,
            "{path}: {:#}",
            report.json
        );
        assert_eq!(report.code, 0, "{path}");
    }
}

#[test]
fn names_that_deceive_outside_of_zones_are_found_too() {
    let sandbox = sandbox();
    for path in [
        "p\u{430}ypal.c",
        "lib/REA\u{200B}DME",
        "a\u{202E}cod.exe",
        ".GIT/config",
        "lib/.git/config",
        "lib/.g\u{200C}it/config",
        "GIT~1/config",
        ".git./config",
        ".git::$INDEX_ALLOCATION/config",
        "lib/../a.c",
        "../a.c",
        "lib/./a.c",
    ] {
        let report = judged(&sandbox, path, false);
        let found = report.of("zone-path-confusable");
        assert_eq!(found.len(), 1, "{path:?}: {:#}", report.json);
        assert!(found[0]["zone"].is_null());
        assert_eq!(found[0]["policy"]["file"], "builtin");
        assert_eq!(report.code, 1);
    }
}

#[test]
fn two_names_that_some_systems_take_for_one_are_found() {
    let sandbox = sandbox();
    sandbox.write("src/util/\u{E9}", "x\n");
    sandbox.write("src/util/stra\u{DF}e", "y\n");
    sandbox.commit("More files by a person");
    for (path, twin) in [
        ("src/util/A.c", "src/util/a.c"),
        ("src/Util/b.c", "src/util"),
        ("Src/util/b.c", "src"),
        ("src/util/a.c.", "src/util/a.c"),
        ("src/util/a.c ", "src/util/a.c"),
        ("src/util/e\u{301}", "src/util/\u{E9}"),
        ("src/util/STRASSE", "src/util/stra\u{DF}e"),
        ("src/util/a\u{200C}.c", "src/util/a.c"),
    ] {
        let report = judged(&sandbox, path, false);
        let found = report.of("zone-path-confusable");
        assert!(!found.is_empty(), "{path}: {:#}", report.json);
        let message = found[0]["message"].as_str().unwrap();
        assert!(message.contains(&format!("`{twin}`")), "{path}: {message}");
    }
}

#[test]
fn names_in_different_directories_and_names_that_were_there_are_no_twins() {
    let sandbox = sandbox();
    sandbox.write("lib/A.c", "x\n");
    sandbox.commit("Another directory");
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
    sandbox.write("lib/a.c", "x\n");
    sandbox.commit("A twin");
    sandbox.write("lib/a.c", "y\n");
    sandbox.commit("Changed");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(
        report.of("zone-path-confusable").len(),
        0,
        "{:#}",
        report.json
    );
    // Renamed into another letter's case alone: there is one file before and after.
    sandbox.git(["rm", "-q", "lib/a.c"]);
    sandbox.git(["mv", "lib/A.c", "lib/a.c"]);
    sandbox.commit("One again");
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
}

#[test]
fn twins_of_one_directory_are_told_once() {
    let sandbox = sandbox();
    for name in ["a", "b", "c"] {
        sandbox.write(&format!("src/Util/{name}"), "x\n");
    }
    sandbox.commit("A directory");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.places("zone-path-confusable"), ["src/Util/a:null"]);
}

#[test]
fn twins_that_two_branches_bring_together_are_found_in_the_net_change() {
    let sandbox = sandbox();
    let base = sandbox.id("HEAD");
    sandbox.git(["checkout", "-q", "-b", "side"]);
    sandbox.write("lib/a.c", "x\n");
    sandbox.commit("On the side");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.write("lib/A.c", "y\n");
    sandbox.commit("Elsewhere");
    sandbox.git(["merge", "-q", "--no-ff", "-m", "Merge", "side"]);
    let report = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    let found = report.of("zone-path-confusable");
    assert!(!found.is_empty(), "{:#}", report.json);
    assert!(found.iter().all(|row| row["net"] == true));
}

#[test]
fn a_path_is_found_where_it_comes_in_and_not_when_it_changes_or_goes() {
    let sandbox = sandbox();
    sandbox.write("src/Crypto/k.c", "x\n");
    sandbox.commit("Comes in");
    sandbox.write("src/Crypto/k.c", "y\n");
    sandbox.commit("Changes");
    sandbox.git(["rm", "-q", "src/Crypto/k.c"]);
    sandbox.commit("Goes");
    let report = sandbox.report(&["--range", "HEAD~3..HEAD"]);
    let commits: Vec<_> = in_zone(&report)
        .iter()
        .map(|row| row["commit"].clone())
        .collect();
    assert_eq!(commits, [sandbox.id("HEAD~2")]);
    sandbox.git(["mv", "src/util/a.c", "src/CRYPTO.C"]);
    sandbox.shell("mkdir src/CRYPTO && git mv src/CRYPTO.C src/CRYPTO/a.c");
    sandbox.commit("Is renamed into it");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(
        report.of("zone-path-confusable")[0]["old_path"],
        "src/util/a.c"
    );
}

#[test]
fn staged_paths_are_judged_as_those_of_commits() {
    let sandbox = sandbox();
    sandbox.write("src/util/A.c", "x\n");
    sandbox.write("src/\u{441}rypto/k.c", "x\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(
        report.places("zone-path-confusable"),
        [
            "src/util/A.c:null",
            "src/\u{441}rypto/k.c:null",
            "src/\u{441}rypto/k.c:null"
        ],
        "{:#}",
        report.json
    );
}

#[test]
fn the_mode_is_the_policys_and_that_of_the_zone() {
    let policy = POLICY.replace("agents: denied", "agents: denied\n    mode: warn");
    let sandbox = Sandbox::with_policy(&policy);
    let report = judged(&sandbox, "src/Crypto/k.c", false);
    assert_eq!(report.of("zone-path-confusable")[0]["decision"], "warned");
    let policy =
        format!("{POLICY}rules: {{zone-path-confusable: {{agents: block, humans: warn}}}}\n");
    let sandbox = Sandbox::with_policy(&policy);
    assert_eq!(judged(&sandbox, "src/Crypto/k.c", false).code, 0);
    assert_eq!(judged(&sandbox, "src/Crypto/k.c", true).code, 1);
}
