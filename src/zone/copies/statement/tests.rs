use super::*;

/// The lines of each statement that not every file has, the end included.
fn lines(text: &str) -> Vec<(u32, u32)> {
    let statements = Statements::of(text.as_bytes());
    let list = statements.list().iter().filter(|one| !one.common);
    list.map(|one| (one.lines.start, one.lines.end - 1))
        .collect()
}

fn count(text: &str) -> usize {
    Statements::count(text.as_bytes())
}

#[test]
fn trivial_lines_are_left_out() {
    let text = "{\n}\n\n  } else {\nbreak;\nreturn 0;\ni = 1;\nclose();\nint n;\n);\n/* */\n---\nlength = n;\n";
    assert_eq!(lines(text), [(13, 13)]);
}

#[test]
fn imports_are_marked_with_their_lists() {
    for text in [
        "#include <openssl/evp.h>\n",
        "import java.util.List;\n",
        "import {\n  readFile,\n  writeFile\n} from 'node:fs';\n",
        "use std::{\n    collections,\n    something,\n};\n",
        "from cryptography.hazmat import (\n    primitives,\n    backends,\n)\n",
        "import (\n\t\"crypto/aes\"\n\t\"crypto/cipher\"\n)\n",
        "import (\n\tgoaes \"crypto/aes\"\n\tgocipher \"crypto/cipher\"\n)\n",
    ] {
        assert_eq!(lines(text), [], "{text}");
    }
    assert_eq!(
        lines("import {\n  a\n} from 'b';\nlet total = one;\n"),
        [(4, 4)]
    );
}

#[test]
fn licence_headers_are_marked_and_no_other_comments() {
    for header in [
        "/*\n * Copyright (c) 2026 Acme Corporation\n * All rights reserved worldwide\n */\n",
        "// SPDX-License-Identifier: Apache-2.0\n// Authors: Ada Developer\n",
        "# Licensed under the Apache License\n#\n# distributed on an AS IS basis\n",
        "<!--\nCopyright Acme\nanother line\n-->\n",
        "/* Copyright Acme\nwithout any marks\nat its lines */\n",
    ] {
        assert_eq!(lines(header), [], "{header}");
        let with_code = format!("{header}let total = compute(1);\n");
        assert_eq!(lines(&with_code).len(), 1, "{header}");
    }
    assert_eq!(lines("// how the rounds are counted\n"), [(1, 1)]);
    assert_eq!(lines("x = \"copyright\" + name;\n"), [(1, 1)]);
}

#[test]
fn a_statement_in_brackets_goes_over_lines() {
    assert_eq!(
        lines("call_it(one,\n        other);\nthen_it(3, more);\n"),
        [(1, 2), (3, 3)]
    );
    assert_eq!(lines("for (long i = 0; i < n; i++) {\n"), [(1, 1), (1, 1)]);
    // What is never closed ends at an empty line.
    assert_eq!(
        lines("call_it(one,\n\nthen_it(3, more);\n"),
        [(1, 1), (3, 3)]
    );
}

#[test]
fn a_statement_has_an_end_whatever_it_holds() {
    let long = format!("({}\n", "word, ".repeat(10_000));
    assert!(lines(&long).len() > 100);
    for text in [
        "",
        "\"",
        "\"\\",
        "\n\n",
        "((((",
        "/*",
        "/* copyright",
        "a",
        "\u{0}\u{1}",
        "\"copyright /*\n*/\"",
        "(\n",
        ",\n",
        "(,\n1",
        "=\n=\n",
    ] {
        lines(text);
    }
}

/// Whether a line of many such parts is taken apart soon: looked at again and again it takes minutes.
#[expect(
    clippy::disallowed_methods,
    reason = "a test may measure how long it takes"
)]
fn is_soon_done(part: &str, bytes: usize) -> bool {
    let started = std::time::Instant::now();
    let line = part.repeat(bytes / part.len());
    Statements::of(line.as_bytes());
    Statements::of(line.replace("spdx-", "spdx-\n").as_bytes());
    started.elapsed().as_secs() < 10
}

#[test]
fn a_long_line_of_open_quotes_takes_linear_time() {
    for part in ["\\\"", "\"", "\\\\\"", "\\\"("] {
        assert!(is_soon_done(part, 1 << 18), "{part}");
    }
}

#[test]
fn a_long_line_of_licences_takes_linear_time() {
    for part in [
        "spdx-",
        "spdx-spdx-",
        "/*spdx-",
        "<!--spdx-/*",
        "# spdx-",
        " /* spdx-*",
    ] {
        assert!(is_soon_done(part, 1 << 21), "{part}");
    }
}

#[test]
fn what_imports_and_licenses_stays() {
    for text in [
        "use std::{\n    collections,\n    something::other,\n};\n",
        "/*\n * Copyright (c) 2026 Acme Corporation\n */\n",
    ] {
        assert_eq!(lines(text), []);
        assert_ne!(count(text), 0, "{text}");
        assert_eq!(Statements::of(text.as_bytes()).list().len(), count(text));
    }
}

#[test]
fn what_a_package_or_a_block_holds_is_no_list() {
    for head in [
        "namespace acme::deep {",
        "package acme.deep {",
        "using (var one = open(path)) {",
        "require(owner == caller.one) {",
    ] {
        let text = format!("{head}\nfirst_row, 1111,\nlet total = compute(1);\n}}\n");
        assert_eq!(lines(&text).last(), Some(&(3, 3)), "{head}");
        assert!(lines(&text).contains(&(2, 2)), "{head}");
    }
    // A list ends where something is done.
    assert_eq!(
        lines("use {\n  first_row, 1111,\n  let total = one;\n  second_row, 1111,\n"),
        [(3, 3), (4, 4)]
    );
}

#[test]
fn no_bracket_joins_lines_that_are_done() {
    let code = "state[0] = mix(key ^ 11, 10)\nstate[1] = mix(key ^ 48, round)\nif ready {\n}\nname = 'one'\n";
    let rows = "    0x1111, 0x2222,\n    0x3333, 0x4444,\n";
    let texts = "    \"alpha\",\n    \"gamma\",\n";
    let calls = "first(one);\nsecond(one, 1);\nthird(one, 2);\n";
    for text in [code, rows, texts, calls] {
        for mark in ["// (", "# [(", "/* ( */ one", "// foo(("] {
            let with = count(&format!("{mark}\n{text}"));
            // What stands on the line of the bracket may take the next one with it.
            assert!(with >= count(text), "{mark}\n{text}");
        }
    }
    let one_line = calls.replace('\n', " ");
    assert_eq!(count(&format!("/*(*/ {one_line}")), 3);
}

#[test]
fn a_statement_goes_over_lines_at_an_operator() {
    for text in [
        "total =\n    one + other;\n",
        "total\n    = one + other;\n",
        "total = one &&\n    other;\n",
        "total = one\n    ? other : more;\n",
        "static char *\nname_of(long one)\n",
        "call(one ^\n    other)\n",
        "call(one\n    and other)\n",
    ] {
        assert_eq!(lines(text), [(1, 2)], "{text}");
    }
    for text in [
        "one.more++\ntwo = more(1)\n",
        "| one more | 1234 |\n| two more | 5678 |\n",
        "A Title Here\n============\ntwo = more(1)\n",
        "- one: more\n- two: more\n",
        "+ one = more\n+ two = more\n",
        "/* one more */\ntwo = more\n",
    ] {
        assert!(lines(text).len() >= 2, "{text}: {:?}", lines(text));
    }
}

#[test]
fn the_list_of_an_import_begins_uncommented_and_ends() {
    for mark in ["#", "//", " * ", "-- "] {
        let text = format!("{mark} use {{\nlet total = compute(1);\n");
        assert_eq!(lines(&text), [(2, 2)], "{mark}");
    }
    let long = format!("use {{\n{}", "let total = compute(1);\n".repeat(200));
    assert!(lines(&long).len() >= 100);
}

#[test]
fn a_licence_begins_its_line() {
    for text in [
        "let glob = \"src/*\";\nlet total = licensed + more;\nlet other = \"**/*\";\n",
        "// /*\nlet total = compute(1);\nlet more = licensed + one;\n// */\n",
    ] {
        assert_ne!(lines(text), [], "{text}");
    }
    assert_eq!(
        lines("\u{feff}  /* Copyright Acme\nwithout a mark */\n"),
        []
    );
}
