//! Links into zones, over links, from above zones, and links that leave the repository.

use crate::support::{CLAUDE, Report, Sandbox};

const POLICY: &str = "\
cordon: 1
extends: []
zones:
  crypto:
    class: export
    paths: [\"src/crypto/**\", \"**/keys.txt\"]
    markers: [\"EXPORT-CONTROLLED\"]
    agents: denied
  later: {paths: [\"plans/secret/**\"], agents: denied}
";

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    sandbox.write("src/util/a.c", "int a;\n");
    sandbox.write("lib/deep/keys.txt", "keys\n");
    sandbox.write("lib/marked.c", "/* EXPORT-CONTROLLED */\n");
    sandbox.write("docs/a.md", "text\n");
    sandbox.commit("Files by a person");
    sandbox
}

fn judged(sandbox: &Sandbox) -> Report {
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

/// The zones that `zone-agent` blocked, with the path of each finding.
fn touched(report: &Report) -> Vec<String> {
    let found = report.of("zone-agent").into_iter();
    let text = |value: &serde_json::Value| value.as_str().unwrap().to_owned();
    found
        .map(|row| format!("{} {}", text(&row["path"]), text(&row["zone"])))
        .collect()
}

#[test]
fn a_link_that_leads_into_a_zone_touches_it() {
    for (target, link, zone) in [
        // The zone itself, a file of it, a path that is not there yet.
        ("src/crypto", "x", "crypto"),
        ("../src/crypto/aes.c", "docs/x", "crypto"),
        ("../src/crypto/new/deep", "docs/x", "crypto"),
        ("./../docs/../src//crypto/", "docs/x", "crypto"),
        // What lies below the target.
        ("src", "x", "crypto"),
        (".", "x", "crypto"),
        ("..", "docs/x", "crypto"),
        ("lib", "x", "crypto"),
        ("plans", "x", "later"),
        // A file with a marker.
        ("lib/marked.c", "x", "crypto"),
        // As other systems read it.
        ("SRC/Crypto", "x", "crypto"),
        ("src/\u{441}rypto", "x", "crypto"),
        ("..\\src\\crypto", "docs/x", "crypto"),
        ("src/crypto./aes.c", "x", "crypto"),
    ] {
        let sandbox = sandbox();
        std::os::unix::fs::symlink(target, sandbox.path().join(link)).unwrap();
        let report = judged(&sandbox);
        let found = touched(&report);
        assert!(
            found.contains(&format!("{link} {zone}")),
            "{target}: {:#}",
            report.json
        );
        assert_eq!(report.code, 1);
    }
}

#[test]
fn a_link_that_leads_elsewhere_touches_nothing() {
    for (target, link) in [
        ("../src/util", "docs/x"),
        ("../src/util/a.c", "docs/x"),
        ("nowhere", "x"),
        ("src/cryptography", "x"),
        ("x", "x"),
        ("../docs", "docs/x"),
        ("lib/deep/other.txt", "x"),
    ] {
        let sandbox = sandbox();
        std::os::unix::fs::symlink(target, sandbox.path().join(link)).unwrap();
        let report = judged(&sandbox);
        assert_eq!(report.code, 0, "{target}: {:#}", report.json);
        assert_eq!(report.codes(), [""; 0]);
    }
}

#[test]
fn a_way_over_other_links_is_followed() {
    for links in [
        &[("src/crypto", "a"), ("a/aes.c", "b")][..],
        &[("src", "a"), ("../a/crypto", "docs/b")],
        &[("b", "a"), ("src/crypto", "b")],
        &[("docs", "D"), ("../src", "docs/s"), ("D/s/crypto", "x")],
        // Found by the name in other letters, as a system without case does.
        &[("src", "Here"), ("here/crypto", "x")],
    ] {
        let sandbox = sandbox();
        let (last, first) = links.split_last().unwrap();
        for (target, link) in first {
            std::os::unix::fs::symlink(target, sandbox.path().join(link)).unwrap();
        }
        sandbox.commit("Links by a person");
        std::os::unix::fs::symlink(last.0, sandbox.path().join(last.1)).unwrap();
        let report = judged(&sandbox);
        assert_eq!(
            touched(&report),
            [format!("{} crypto", last.1)],
            "{links:?}: {:#}",
            report.json
        );
    }
}

#[test]
fn the_old_target_counts_as_the_new_one() {
    for operation in [
        "rm docs/x",
        "ln -sfn ../src/util docs/x",
        "rm docs/x && echo > docs/x",
        "git mv docs/x docs/y",
    ] {
        let sandbox = sandbox();
        sandbox.shell("ln -s ../src/crypto docs/x");
        sandbox.commit("A link by a person");
        assert_eq!(sandbox.shell(operation).code, 0);
        let report = judged(&sandbox);
        assert_eq!(touched(&report).len(), 1, "{operation}: {:#}", report.json);
    }
}

#[test]
fn a_link_that_moves_leads_elsewhere() {
    let sandbox = sandbox();
    sandbox.shell("mkdir -p deep/er && ln -s ../src/crypto deep/er/x");
    sandbox.commit("A link to nowhere by a person");
    sandbox.shell("git mv deep/er/x deep/x");
    let report = judged(&sandbox);
    assert_eq!(touched(&report), ["deep/x crypto"], "{:#}", report.json);
}

#[test]
fn a_link_in_the_place_of_a_zone_or_above_it_touches_it() {
    for (operation, path) in [
        (
            "git rm -rq src/crypto && ln -s ../docs src/crypto",
            "src/crypto crypto",
        ),
        (
            "git mv src/crypto elsewhere && ln -s ../elsewhere src/crypto",
            "src/crypto crypto",
        ),
        ("git rm -rq src && ln -s docs src", "src crypto"),
        // There is nothing yet where the zone will be.
        ("ln -s docs plans", "plans later"),
        ("ln -s docs Plans", "Plans later"),
        (
            "mkdir plans && ln -s ../docs plans/secret",
            "plans/secret later",
        ),
    ] {
        let sandbox = sandbox();
        assert_eq!(sandbox.shell(operation).code, 0, "{operation}");
        let report = judged(&sandbox);
        assert!(
            touched(&report).contains(&path.to_owned()),
            "{operation}: {:#}",
            report.json
        );
    }
}

#[test]
fn a_finding_tells_where_the_zone_is_reached() {
    let sandbox = sandbox();
    sandbox.shell("ln -s ../src docs/x");
    let report = judged(&sandbox);
    assert_eq!(
        report.of("zone-agent")[0]["message"],
        "claude-code added a link that reaches, at `src`, the zone crypto (export)"
    );
    let said = sandbox.cordon(["explain", "HEAD"]);
    assert!(
        said.stdout.contains("crypto (export), by what it leads to"),
        "{}",
        said.stdout
    );
}

#[test]
fn staged_links_are_followed_in_the_index() {
    let mut sandbox = sandbox();
    sandbox.set("GEMINI_CLI", "1");
    sandbox.write("new/keys.txt", "keys\n");
    sandbox.shell("ln -s ../new docs/x");
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(
        touched(&report),
        ["docs/x crypto", "new/keys.txt crypto"],
        "{:#}",
        report.json
    );
}

#[test]
fn an_agents_link_that_leaves_the_repository_is_blocked() {
    for (target, link) in [
        ("/etc/passwd", "x"),
        ("../outside", "x"),
        ("../docs/../../outside", "docs/x"),
        ("C:\\Users", "x"),
        ("\\\\server\\share", "x"),
        ("..\\..\\outside", "docs/x"),
        (".git/config", "x"),
        ("../.git", "docs/x"),
    ] {
        let sandbox = sandbox();
        std::os::unix::fs::symlink(target, sandbox.path().join(link)).unwrap();
        let report = judged(&sandbox);
        let found = report.of("zone-path-confusable");
        assert_eq!(found.len(), 1, "{target}: {:#}", report.json);
        assert_eq!(found[0]["decision"], "blocked");
        // A person may.
        sandbox.git(["commit", "-q", "--amend", "-m", "Change"]);
        let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
        assert_eq!(report.code, 0, "{target}: {:#}", report.json);
    }
    // Over another link.
    let sandbox = sandbox();
    sandbox.shell("ln -s / root");
    sandbox.commit("A link by a person");
    sandbox.shell("ln -s root/etc x");
    assert_eq!(judged(&sandbox).rules(), ["zone-path-confusable"]);
}

/// Commits a link whose target no file system would keep.
fn with_target(sandbox: &Sandbox, target: &[u8]) -> Report {
    std::fs::write(sandbox.outside("target"), target).unwrap();
    sandbox.shell(
        "git update-index --add --cacheinfo \"120000,$(git hash-object -w ../target),docs/x\"",
    );
    sandbox.git([
        "commit",
        "-q",
        "--no-verify",
        "-m",
        &format!("Change\n\n{CLAUDE}"),
    ]);
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

#[test]
fn hostile_targets_end_somewhere() {
    let long = [&b"./".repeat(5000)[..], b"../src/crypto"].concat();
    for target in [
        &b"../src/crypto\0/../../docs"[..],
        b"../src/crypto/\xFF\xFE",
        b"../src/../src/crypto/a\n",
        &long,
    ] {
        let sandbox = sandbox();
        let report = with_target(&sandbox, target);
        assert_eq!(
            touched(&report),
            ["docs/x crypto"],
            "{:?}: {:#}",
            target,
            report.json
        );
    }
    let sandbox = sandbox();
    let report = with_target(&sandbox, &b"a/".repeat(40_000));
    assert_eq!(report.codes(), ["limit"], "{:#}", report.json);
    let sandbox = self::sandbox();
    assert_eq!(with_target(&sandbox, b"").code, 0);
}

#[test]
fn links_that_lead_to_each_other_end_too() {
    let sandbox = sandbox();
    sandbox.shell("ln -s b a && ln -s a b && ln -s d/d d");
    let report = judged(&sandbox);
    assert_eq!(
        (report.code, report.codes()),
        (0, vec![]),
        "{:#}",
        report.json
    );
}

#[test]
fn a_link_whose_text_is_missing_is_incomplete() {
    let sandbox = sandbox();
    sandbox.shell("ln -s ../src/util docs/x");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let id = sandbox.id("HEAD:docs/x");
    let object = format!(".git/objects/{}/{}", &id[..2], &id[2..]);
    std::fs::remove_file(sandbox.path().join(object)).unwrap();
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(
        (report.code, report.codes()),
        (2, vec!["missing-object"]),
        "{:#}",
        report.json
    );
}

#[test]
fn a_backslash_read_as_a_slash_has_all_hops_for_itself() {
    let sandbox = sandbox();
    sandbox.shell(r"ln -s src s && ln -s 's\crypto' 's\crypto'");
    sandbox.commit("Links by a person");
    sandbox.shell(r"ln -s 's\crypto' x");
    let report = judged(&sandbox);
    assert_eq!(touched(&report), ["x crypto"], "{:#}", report.json);
}

/// Commits many links by an agent, whose targets differ by their first name.
fn with_targets(sandbox: &Sandbox, count: usize, target: &str) -> Report {
    std::fs::write(sandbox.outside("target"), target).unwrap();
    let each = "printf \"$number/\" | cat - ../target | git hash-object -w --stdin";
    let add = "git update-index --add --cacheinfo \"120000,$id,docs/x$number\"";
    let done = sandbox.shell(&format!(
        "for number in $(seq {count}); do id=$({each}); {add}; done"
    ));
    assert_eq!(done.code, 0);
    let message = format!("Change\n\n{CLAUDE}");
    sandbox.git(["commit", "-q", "--no-verify", "-m", &message]);
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

#[test]
fn long_targets_are_followed_soon() {
    for target in ["a/".repeat(16_000), "../q/".repeat(6_000)] {
        let sandbox = sandbox();
        sandbox.shell("for number in $(seq 1300); do echo x > docs/$number; done");
        sandbox.commit("Files by a person");
        let start = std::time::Instant::now();
        let report = with_targets(&sandbox, 30, &target);
        assert_eq!((report.code, report.codes()), (0, vec![]));
        assert!(start.elapsed().as_secs() < 40, "{:?}", start.elapsed());
    }
}

#[test]
fn names_below_a_file_a_link_or_nothing_are_followed_by_name_alone() {
    for (target, found) in [
        ("nowhere/../src/crypto", true),
        ("docs/a.md/../../src/crypto", true),
        ("nowhere/src/crypto", false),
        ("docs/a.md/src/crypto", false),
        ("SRC/Util/../crypto/aes.c", true),
    ] {
        let sandbox = sandbox();
        std::os::unix::fs::symlink(target, sandbox.path().join("x")).unwrap();
        let report = judged(&sandbox);
        assert_eq!(!touched(&report).is_empty(), found, "{target}");
    }
}
