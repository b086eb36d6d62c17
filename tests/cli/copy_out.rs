//! `zone-copy-out`: whole and near copies, the ways round it, what is no copy, and the cache.

use std::fs;

use crate::support::{CLAUDE, Report, Sandbox};

const POLICY: &str = "\
cordon: 1
extends: []
zones:
  crypto:
    class: export
    paths: [\"src/crypto/**\"]
    agents: denied
";

const LICENCE: &str = "\
/*
 * Copyright (c) 2026 Acme Corporation and its contributors.
 *
 * Redistribution and use in source and binary forms, with or without
 * modification, are permitted provided that the following conditions
 * are met by whoever redistributes what is written below in this file:
 *
 * 1. Redistributions of source code must retain the above notice.
 * 2. Redistributions in binary form must reproduce the above notice.
 */
#include <stdint.h>
#include <string.h>
";

/// A function of `count` statements that are all different.
fn function(name: &str, count: usize) -> String {
    let signs = ["+", "^", "-", "|", "&"];
    let lines: Vec<String> = (0..count)
        .map(|at| {
            let sign = signs[at % signs.len()];
            format!(
                "    state[{at}] = (key {sign} {}) >> (round * {});\n",
                at * 37 + 11,
                at % 13 + 10
            )
        })
        .collect();
    let lines = lines.concat();
    format!(
        "static int {name}(uint32_t *state, uint32_t key, int round)\n{{\n{lines}    return round;\n}}\n"
    )
}

/// A zone with one long file.
fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    let parts = ["head", "expand", "tail"];
    let text: Vec<String> = parts
        .iter()
        .zip([200, 40, 300])
        .map(|(name, count)| function(name, count))
        .collect();
    sandbox.write("src/crypto/aes.c", format!("{LICENCE}{}", text.join("\n")));
    sandbox.write(
        "src/crypto/small.h",
        "/* the box */\nextern int box_of(int x);\nextern int row_of(int x);\n\
        extern int mix_of(int x);\nextern int key_of(int x);\nextern int add_of(int x);\n",
    );
    sandbox.write("src/util/log.c", "int log_it(int level);\n".repeat(30));
    sandbox.commit("Files by a person");
    sandbox
}

/// The forty statements of the zone that are copied.
fn piece() -> String {
    // The same numbers as in the zone: `expand` is written as there.
    function("expand", 40)
}

fn renamed(text: &str) -> String {
    text.replace("state", "buf")
        .replace("key", "k0")
        .replace("round", "turn")
        .replace("expand", "stretch")
}

fn by_agent(sandbox: &Sandbox) -> Report {
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

fn by_person(sandbox: &Sandbox) -> Report {
    sandbox.commit("Change");
    sandbox.report(&["--range", "HEAD~1..HEAD"])
}

#[test]
fn a_copied_file_is_found_and_the_zones_file_is_named() {
    let sandbox = sandbox();
    sandbox.shell("cp src/crypto/aes.c src/util/cipher.c");
    let report = by_agent(&sandbox);
    let found = report.of("zone-copy-out");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(found[0]["path"], "src/util/cipher.c");
    assert_eq!(found[0]["decision"], "blocked");
    assert_eq!(found[0]["zone"], "crypto");
    assert_eq!(found[0]["agent"], "claude-code");
    assert_eq!(found[0]["commit"], sandbox.id("HEAD"));
    assert_eq!(found[0]["policy"]["line"], 7);
    let message = found[0]["message"].as_str().unwrap();
    assert!(message.contains("`src/crypto/aes.c`"), "{message}");
    assert_eq!(
        report.rules(),
        ["zone-copy-out"],
        "the zone itself is untouched"
    );
}

#[test]
fn people_are_warned() {
    let sandbox = sandbox();
    sandbox.shell("cp src/crypto/aes.c src/util/cipher.c");
    let report = by_person(&sandbox);
    assert_eq!(report.of("zone-copy-out")[0]["decision"], "warned");
    assert_eq!(report.code, 0);
}

#[test]
fn forty_lines_of_a_long_file_are_found_in_another_long_file_whatever_their_looks() {
    let around = |piece: &str| {
        let before = "int log_more(int level, const char *text);\n".repeat(200);
        format!(
            "{before}{piece}{}",
            "int log_less(int level);\n".repeat(300)
        )
    };
    let spread = piece()
        .replace("(key ", "(key\n        ")
        .replace('\n', "\r\n");
    let every_eighth = |text: &str| {
        let lines = text.lines().enumerate();
        lines
            .map(|(at, line)| {
                if at % 8 == 3 {
                    "    other(level, text);\n".to_owned()
                } else {
                    format!("{line}\n")
                }
            })
            .collect::<String>()
    };
    let utf_16 = |text: &str| {
        text.encode_utf16()
            .flat_map(u16::to_le_bytes)
            .collect::<Vec<u8>>()
    };
    for (name, text) in [
        ("as it is", around(&piece()).into_bytes()),
        ("renamed", around(&renamed(&piece())).into_bytes()),
        (
            "indented",
            around(&piece().replace("\n    ", "\n\t\t\t")).into_bytes(),
        ),
        ("joined", around(&piece().replace('\n', " ")).into_bytes()),
        (
            "commented out",
            around(&piece().replace('\n', "\n// ")).into_bytes(),
        ),
        ("spread and CRLF", around(&spread).into_bytes()),
        (
            "changed here and there",
            around(&renamed(&every_eighth(&piece()))).into_bytes(),
        ),
        ("UTF-16", utf_16(&around(&piece()))),
    ] {
        let sandbox = sandbox();
        sandbox.write("src/util/log.c", text);
        let report = by_agent(&sandbox);
        let found = report.of("zone-copy-out");
        assert_eq!(found.len(), 1, "{name}: {:#}", report.json);
        let line = found[0]["line"].as_u64().unwrap();
        assert!((199..=206).contains(&line), "{name}: {:#}", found[0]);
        assert_eq!(found[0]["in"], "file");
        assert_eq!(report.code, 1, "{name}");
    }
}

#[test]
fn what_every_file_has_is_no_copy() {
    for (name, text) in [
        (
            "a licence header and imports",
            format!("{LICENCE}\nint main(void)\n{{\n    return 0;\n}}\n"),
        ),
        ("few lines", function("expand", 12)),
        (
            "trivial lines",
            "}\n\nbreak;\nreturn 0;\n{\nelse\ni = 1;\n".repeat(60),
        ),
        (
            "other code",
            (0..90)
                .map(|at| format!("int item_{at} = make({at}, \"x\");\n"))
                .collect::<Vec<_>>()
                .concat(),
        ),
        (
            "one line of it again and again",
            "    state[3] = (key ^ 122) >> (round * 13);\n".repeat(90),
        ),
    ] {
        let sandbox = sandbox();
        sandbox.write("src/util/new.c", text);
        let report = by_agent(&sandbox);
        assert_eq!(report.rules(), [""; 0], "{name}: {:#}", report.json);
    }
}

#[test]
fn what_was_outside_already_is_no_copy() {
    let sandbox = sandbox();
    sandbox.write("src/util/shared.c", piece());
    sandbox.commit("It is outside too");
    sandbox.write("src/util/again.c", renamed(&piece()));
    assert_eq!(by_agent(&sandbox).rules(), [""; 0]);
    // Nor is a move outside, or into the zone.
    sandbox.shell("git mv src/util/shared.c src/util/moved.c");
    assert_eq!(by_agent(&sandbox).rules(), [""; 0]);
    sandbox.shell("git mv src/util/moved.c src/crypto/moved.c");
    assert_eq!(by_person(&sandbox).rules(), [""; 0]);
}

#[test]
fn a_small_file_is_a_copy_as_a_whole_and_a_binary_by_its_bytes() {
    let sandbox = sandbox();
    let bytes: Vec<u8> = (0..=255).collect();
    sandbox.write("src/crypto/table.bin", &bytes);
    sandbox.commit("A table");
    sandbox.shell("sed 's/^/  /; s/$/\\r/' src/crypto/small.h > lib_small.h");
    sandbox.write("table.bin", &bytes);
    let report = by_agent(&sandbox);
    assert_eq!(
        report.places("zone-copy-out"),
        ["lib_small.h:null", "table.bin:null"]
    );
}

#[test]
fn moved_out_in_one_commit_or_in_two_it_is_found() {
    let one = sandbox();
    one.git(["mv", "src/crypto/aes.c", "src/util/aes.c"]);
    assert_eq!(
        by_person(&one).places("zone-copy-out"),
        ["src/util/aes.c:null"]
    );

    for add_first in [true, false] {
        let two = sandbox();
        let text = fs::read(two.path().join("src/crypto/aes.c")).unwrap();
        let steps: [&dyn Fn(); 2] = [&|| two.write("src/util/aes.c", &text), &|| {
            fs::remove_file(two.path().join("src/crypto/aes.c")).unwrap();
        }];
        let order = if add_first { [0, 1] } else { [1, 0] };
        for step in order {
            steps[step]();
            two.commit("A step");
        }
        let report = two.report(&["--range", "HEAD~2..HEAD"]);
        assert_eq!(
            report.places("zone-copy-out"),
            ["src/util/aes.c:null"],
            "{add_first}"
        );
    }
}

#[test]
fn small_steps_are_found_together() {
    let sandbox = sandbox();
    let text = piece();
    let lines: Vec<&str> = text.lines().collect();
    for end in (10..=40).step_by(10) {
        sandbox.write("src/util/slow.c", lines[..end].join("\n") + "\n");
        sandbox.commit(&format!("Step {end}\n\n{CLAUDE}"));
    }
    let report = sandbox.report(&["--range", "HEAD~4..HEAD"]);
    let found = report.of("zone-copy-out");
    assert_eq!(found.len(), 1, "{:#}", report.json);
    assert_eq!(found[0]["net"], true);
    assert_eq!(report.code, 1);
}

#[test]
fn what_the_zone_held_or_gets_in_the_range_counts_once_it_is_there() {
    let old = sandbox();
    let text = fs::read_to_string(old.path().join("src/crypto/aes.c")).unwrap();
    old.write("src/crypto/aes.c", "int nothing_left;\n");
    old.commit("Empty the zone");
    old.write("src/util/old.c", &text);
    old.commit("The old content");
    let report = old.report(&["--range", "HEAD~2..HEAD"]);
    assert_eq!(report.places("zone-copy-out").len(), 1, "{:#}", report.json);

    let new = sandbox();
    new.write(
        "src/crypto/new.c",
        function("fresh", 30)
            .replace("37", "41")
            .replace(">>", "<<"),
    );
    new.commit("New in the zone");
    new.shell("cp src/crypto/new.c src/util/fresh.c");
    new.commit("And out of it");
    let report = new.report(&["--range", "HEAD~2..HEAD"]);
    assert_eq!(report.places("zone-copy-out").len(), 1, "{:#}", report.json);
    let all = new.report(&["--all"]);
    assert_eq!(all.places("zone-copy-out").len(), 1, "{:#}", all.json);

    // The other way round it was nobody's, and moved in.
    let moved_in = sandbox();
    moved_in.write("src/util/mine.c", function("fresh", 30).replace(">>", "<<"));
    moved_in.commit("Outside");
    moved_in.shell("git mv src/util/mine.c src/crypto/mine.c");
    moved_in.commit("Into the zone");
    let report = moved_in.report(&["--range", "HEAD~2..HEAD"]);
    assert_eq!(report.of("zone-copy-out").len(), 0, "{:#}", report.json);
    assert_eq!(moved_in.report(&["--all"]).of("zone-copy-out").len(), 0);
}

#[test]
fn a_file_that_a_marker_puts_into_the_zone_is_no_longer_in_it_without() {
    let policy = POLICY.replace("agents:", "markers: [EXPORT-CONTROLLED]\n    agents:");
    let sandbox = Sandbox::with_policy(&policy);
    sandbox.write(
        "lib/secret.c",
        format!("/* EXPORT-CONTROLLED */\n{}", piece()),
    );
    sandbox.commit("A marked file");
    sandbox.write("lib/copy.c", renamed(&piece()));
    assert_eq!(by_agent(&sandbox).places("zone-copy-out"), ["lib/copy.c:1"]);
    sandbox.write(
        "lib/marked.c",
        format!("/* EXPORT-CONTROLLED */\n{}", renamed(&piece())),
    );
    let report = by_agent(&sandbox);
    assert_eq!(report.rules(), ["zone-agent"], "it is in the zone");
}

#[test]
fn the_policy_says_how_much_is_a_copy() {
    let with = |settings: &str| {
        POLICY.replace(
            "agents: denied",
            &format!("agents: denied\n    copy_out: {settings}"),
        )
    };
    let half = |text: &str| {
        let lines = text.lines().enumerate();
        lines
            .map(|(at, line)| {
                if at / 5 % 2 == 0 {
                    format!("{line}\n")
                } else {
                    format!("    other({at}, text, more);\n")
                }
            })
            .collect::<String>()
    };
    for (settings, text, copies) in [
        ("{min_lines: 10}", function("expand", 12), 1),
        ("{min_lines: 60}", piece(), 0),
        ("{similarity: 40}", half(&function("expand", 60)), 1),
        ("{similarity: 90}", half(&function("expand", 60)), 0),
    ] {
        let sandbox = sandbox();
        sandbox.write(".cordon.yml", with(settings));
        sandbox.commit("Another policy");
        sandbox.write("src/util/new.c", &text);
        assert_eq!(
            by_agent(&sandbox).of("zone-copy-out").len(),
            copies,
            "{settings}"
        );
    }
}

#[test]
fn classes_that_are_not_about_content_do_not_ask() {
    let sandbox = sandbox();
    sandbox.write(".cordon.yml", POLICY.replace("export", "build"));
    sandbox.commit("Another class");
    sandbox.shell("cp src/crypto/aes.c src/util/cipher.c");
    assert_eq!(by_agent(&sandbox).rules(), [""; 0]);
    let said = sandbox.cordon(["explain", "HEAD"]);
    assert!(
        said.stdout
            .contains("no zone of the policy asks for copies"),
        "{}",
        said.stdout
    );
}

#[test]
fn staged_changes_are_compared_with_head() {
    let sandbox = sandbox();
    sandbox.write("src/util/new.c", renamed(&piece()));
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(report.places("zone-copy-out"), ["src/util/new.c:1"]);
    assert_eq!(report.of("zone-copy-out")[0]["decision"], "warned");
}

#[test]
fn a_text_of_the_zone_that_cannot_be_read_is_incomplete() {
    let sandbox = sandbox();
    sandbox.write("src/util/new.c", renamed(&piece()));
    sandbox.commit("Change");
    let blob = sandbox.id("HEAD:src/crypto/aes.c");
    fs::remove_file(
        sandbox
            .path()
            .join(".git/objects")
            .join(&blob[..2])
            .join(&blob[2..]),
    )
    .unwrap();
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.code, 2);
    assert_eq!(report.codes(), ["missing-object"]);
    // Where nothing could be a copy, nothing of the zone is read.
    sandbox.git(["checkout", "-q", "HEAD~1", "--", "src/util"]);
    sandbox.write("src/util/other.c", "int one;\n");
    sandbox.git(["add", "src/util/other.c"]);
    sandbox.git(["commit", "-q", "--no-verify", "-m", "Little"]);
    assert_eq!(sandbox.report(&["--range", "HEAD~1..HEAD"]).code, 0);
}

/// A zone that is worth keeping what was read of it, and a staged copy of a part.
fn large() -> Sandbox {
    let sandbox = sandbox();
    for at in 0..10 {
        let text = function(&format!("part{at}"), 600).replace("37", &format!("{}", at + 51));
        sandbox.write(&format!("src/crypto/part{at}.c"), text);
    }
    sandbox.commit("Much");
    sandbox.write("src/util/new.c", renamed(&piece()));
    sandbox.stage();
    sandbox
}

#[test]
fn what_was_read_is_kept_and_a_damaged_file_is_made_anew() {
    let sandbox = large();
    let folder = sandbox.path().join(".git/cordon/zones");
    assert_eq!(sandbox.report(&["--staged"]).of("zone-copy-out").len(), 1);
    let files: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let [file] = files.as_slice() else {
        panic!("{files:?}")
    };
    let good = fs::read(file).unwrap();
    assert_eq!(sandbox.report(&["--staged"]).of("zone-copy-out").len(), 1);
    for bad in [&good[..good.len() / 2], b"", &[&good[..], b"x"].concat()] {
        fs::write(file, bad).unwrap();
        assert_eq!(sandbox.report(&["--staged"]).of("zone-copy-out").len(), 1);
        assert_eq!(fs::read(file).unwrap(), good);
    }
}

#[test]
fn continuous_integration_neither_believes_nor_keeps_anything() {
    let sandbox = large();
    sandbox.commit("Change");
    let folder = sandbox.path().join(".git/cordon");
    assert_eq!(
        sandbox
            .report(&["--range", "HEAD~1..HEAD"])
            .of("zone-copy-out")
            .len(),
        1
    );
    assert!(!folder.exists());
}

#[test]
fn a_repository_that_nobody_may_write_is_judged() {
    let sandbox = large();
    sandbox.commit("Change");
    let bare = sandbox.outside("bare.git");
    sandbox.git(["clone", "-q", "--bare", ".", bare.to_str().unwrap()]);
    // A file where the folder would be: root may write anywhere.
    fs::write(bare.join("cordon"), "").unwrap();
    let args = [
        "check",
        "--format",
        "json",
        "--stage",
        "push",
        "--range",
        "HEAD~1..HEAD",
        "--repo",
        bare.to_str().unwrap(),
    ];
    let report = Report::read(&sandbox.cordon(args));
    assert_eq!(report.of("zone-copy-out").len(), 1);
    assert_eq!(report.code, 0);
}

/// A function of which nothing stands in [`sandbox`].
fn other_function() -> String {
    let text = function("fresh", 40).replace(">>", "<<");
    text.replace(" + ", " * ").replace(" ^ ", " % ")
}

#[test]
fn no_comment_in_a_copy_hides_it() {
    let piece = piece();
    for (name, text) in [
        ("a commented list of imports", format!("# use {{\n{piece}")),
        ("another", format!("// use {{\n{piece}")),
        ("a list of imports", format!("use {{\n{piece}")),
        ("one in brackets", format!("import (\n{piece}")),
        (
            "a licence around it",
            format!("// /*\n{piece}// licensed\n{piece}// */\n"),
        ),
        ("a comment", format!("/*\nCopyright\n{piece}*/\n")),
        ("lines of a comment", {
            format!("// Copyright\n// {}\n", piece.replace('\n', "\n// "))
        }),
    ] {
        let sandbox = sandbox();
        sandbox.write("src/util/new.c", text);
        let report = by_agent(&sandbox);
        assert_eq!(report.of("zone-copy-out").len(), 1, "{name}");
    }
}

#[test]
fn a_marker_hides_a_copy_only_where_it_puts_the_file_into_the_zone() {
    let policy = POLICY.replace("agents:", "markers: [EXPORT-CONTROLLED]\n    agents:");
    let sandbox = Sandbox::with_policy(&policy);
    sandbox.write("src/crypto/aes.c", piece());
    sandbox.commit("A zone");
    // In the first bytes of the text, but not of the file.
    let start = "// nothing at all\n".repeat(160);
    let text = format!("{start}// EXPORT-CONTROLLED\n{}", piece());
    assert!(start.len() < 4096 && start.len() * 2 > 4096);
    let units = std::iter::once(0xfeff).chain(text.encode_utf16());
    let wide: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    sandbox.write("lib/wide.c", wide);
    let report = by_agent(&sandbox);
    assert_eq!(report.rules(), ["zone-copy-out"]);
}

#[test]
fn only_a_licences_own_text_may_be_copied() {
    let more =
        "\"lib/NOTICE\", \"code/{LICENSE,OTHER}\", \"code/*.md\", \"text/[Ll]icence.*\", more";
    let policy = POLICY.replace("crypto/**\"", &format!("crypto/**\", {more}"));
    for (path, copies) in [
        ("src/crypto/license_check.c", 1),
        ("src/crypto/Notices.java", 1),
        ("src/crypto/LICENSE.rs", 1),
        ("src/crypto/copying-table.c", 1),
        ("lib/NOTICE", 1),
        ("src/crypto/LICENSE", 0),
        ("src/crypto/Licence.txt", 0),
        ("src/crypto/LICENSE-APACHE-2.md", 0),
        ("src/crypto/COPYING.LESSER.rst", 0),
        ("src/crypto/NOTICE", 0),
        // Named by a pattern, though not in so many letters.
        ("code/LICENSE", 1),
        ("code/NOTICE.md", 0),
        ("text/Licence.md", 1),
        ("more/COPYING", 0),
        ("more/deep/LICENSE", 0),
    ] {
        let sandbox = Sandbox::with_policy(&policy);
        sandbox.write(path, other_function());
        sandbox.commit("A zone");
        sandbox.write("new.c", other_function());
        let report = by_agent(&sandbox);
        assert_eq!(report.of("zone-copy-out").len(), copies, "{path}");
    }
    // By its marker, wherever it lies.
    let sandbox =
        Sandbox::with_policy(&policy.replace("agents:", "markers: [EXPORT]\n    agents:"));
    sandbox.write("any/LICENSE.md", format!("EXPORT\n{}", other_function()));
    sandbox.commit("A zone");
    sandbox.write("new.c", other_function());
    assert_eq!(by_agent(&sandbox).of("zone-copy-out").len(), 1);
}

/// A zone of one file.
fn zone_of(path: &str, text: &str) -> Sandbox {
    let sandbox = Sandbox::with_policy(POLICY);
    sandbox.write(path, text);
    sandbox.commit("A zone");
    sandbox
}

/// Whether an agent's commit of this text is a copy.
fn is_copy(sandbox: &Sandbox, path: &str, text: &str) -> bool {
    sandbox.write(path, text);
    let found = by_agent(sandbox).of("zone-copy-out").len();
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    found == 1
}

/// Some lines from the middle of a text.
fn middle(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    lines[5..lines.len() - 5].join("\n") + "\n"
}

#[test]
fn no_word_of_an_import_and_no_licence_within_a_zone_hides_its_code() {
    for (name, line) in [
        ("require", "require(balance >= AT * 100, \"too low\");"),
        (
            "require alone",
            "require(balance >= AT * 100, \"too low\"); // AT",
        ),
        ("from", "from_AT = from;\n    from(AT, \"of it\");"),
        ("a comment", "// the licensed seat AT of the pool"),
        (
            "a block",
            "/*\n     * without a warranty for seat AT\n     */",
        ),
        ("a package", "package (AT, more);"),
        ("includes alone", "#include <acme/module-AT.h>"),
    ] {
        let lines: Vec<String> = (0..60)
            .map(|at| {
                let line = line.replace("AT", &(at * 31 + 7).to_string());
                let own = format!(
                    "seats[{}] = (amount + {}) ^ salt;",
                    at * 13 + 17,
                    at * 91 + 13
                );
                let own = if name.ends_with("alone") { "" } else { &own };
                format!("    {line}\n    {own}\n")
            })
            .collect();
        let text = format!("void f(void)\n{{\n{}}}\n", lines.concat());
        let sandbox = zone_of("src/crypto/a.c", &text);
        let found = is_copy(&sandbox, "src/util/b.c", &middle(&text));
        // Nothing but imports is nobody's.
        assert_eq!(found, !name.starts_with("includes"), "{name}");
    }
}

/// The rows of a table of numbers.
fn table(seed: u32) -> String {
    let row = |at: u32| {
        let number = |more: u32| {
            (at * 4 + more)
                .wrapping_mul(2_654_435_761)
                .wrapping_add(seed)
        };
        format!(
            "    {:#010x}, {:#010x}, {:#010x}, {:#010x},\n",
            number(0),
            number(1),
            number(2),
            number(3)
        )
    };
    (0..64).map(row).collect()
}

#[test]
fn what_a_package_holds_is_no_list_of_imports() {
    for head in [
        "namespace acme {",
        "package acme {",
        "using (var one = open(path)) {",
    ] {
        let text = format!(
            "{head}\nstatic const int kTable[256] = {{\n{}}};\n}}\n",
            table(1)
        );
        let sandbox = zone_of("src/crypto/t.cc", &text);
        let copy = format!("static const int kOther[256] = {{\n{}}};\n", table(1));
        assert!(is_copy(&sandbox, "src/util/o.cc", &copy), "{head}");
        let other = copy.replace(&table(1), &table(7));
        assert!(!is_copy(&sandbox, "src/util/o.cc", &other), "{head}");
    }
}

/// Lines that end without a semicolon.
fn without_semicolons() -> String {
    let line = |at: usize| {
        let (number, more) = (at * 37 + 11, at % 13 + 10);
        format!("    state[{at}] = mix(key ^ {number}, round * {more})\n")
    };
    (0..40).map(line).collect()
}

#[test]
fn no_bracket_in_a_copy_hides_it() {
    let body = middle(&piece());
    for (zone, body) in [
        (piece(), body.clone()),
        (
            format!("def f(a):\n{}", without_semicolons()),
            without_semicolons(),
        ),
        (format!("TABLE = {{\n{}}}\n", table(1)), table(1)),
        (format!("TABLE = [\n{}]\n", table(1)), middle(&table(1))),
    ] {
        let sandbox = zone_of("src/crypto/a.c", &zone);
        let first = body.lines().next().unwrap();
        let after_first = body.strip_prefix(first).unwrap();
        for (name, text) in [
            ("as it is", body.clone()),
            ("a comment", format!("// (\n{body}")),
            ("another", format!("# [(\n{body}")),
            ("a character", format!("open = '('\n{body}")),
            ("within a line", format!("{first} /* ( */{after_first}")),
            ("a call", format!("// foo(one,\n{body}")),
            ("around it", format!("// (\n{body}// )\n")),
            ("none", format!("# )\n{body}")),
            (
                "commented",
                format!("// (\n// {}\n", body.replace('\n', "\n// ")),
            ),
        ] {
            assert!(is_copy(&sandbox, "src/util/b.c", &text), "{name}: {text}");
        }
    }
    let sandbox = zone_of("src/crypto/a.c", &piece());
    let one_line = format!("/*(*/ {}\n", body.replace('\n', " "));
    assert!(is_copy(&sandbox, "src/util/b.c", &one_line));
}

#[test]
fn no_line_end_at_an_operator_hides_a_copy() {
    let sandbox = zone_of("src/crypto/a.c", &piece());
    let body = middle(&piece());
    for (old, new) in [
        (" = ", " =\n        "),
        (" = ", "\n        = "),
        ("] = ", "] =\n// "),
    ] {
        let text = body.replace(old, new);
        assert!(is_copy(&sandbox, "src/util/b.c", &text), "{text}");
    }
}
