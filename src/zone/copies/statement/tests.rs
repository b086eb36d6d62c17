use super::*;

/// The lines of each statement, the end included.
fn lines(text: &str) -> Vec<(u32, u32)> {
    let statements = Statements::of(text.as_bytes());
    let list = statements.list().iter();
    list.map(|one| (one.lines.start, one.lines.end - 1))
        .collect()
}

#[test]
fn trivial_lines_are_left_out() {
    let text = "{\n}\n\n  } else {\nbreak;\nreturn 0;\ni = 1;\nclose();\nint n;\n);\n/* */\n---\nlength = n;\n";
    assert_eq!(lines(text), [(13, 13)]);
}

#[test]
fn imports_are_left_out_with_their_lists() {
    for text in [
        "#include <openssl/evp.h>\n",
        "import java.util.List;\n",
        "import {\n  readFile,\n  writeFile\n} from 'node:fs';\n",
        "use std::{\n    collections,\n    something,\n};\n",
        "from cryptography.hazmat import (\n    primitives,\n    backends,\n)\n",
        "import (\n\t\"crypto/aes\"\n\t\"crypto/cipher\"\n)\n",
    ] {
        assert_eq!(lines(text), [], "{text}");
    }
    assert_eq!(
        lines("import {\n  a\n} from 'b';\nlet total = one;\n"),
        [(4, 4)]
    );
}

#[test]
fn licence_headers_are_left_out_and_other_comments_stay() {
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
    assert_eq!(lines("for (long i = 0; i < n; i++) {\n"), [(1, 1)]);
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
fn a_text_that_is_searched_keeps_what_imports_and_licenses() {
    for text in [
        "use std::{\n    collections,\n    something::other,\n};\n",
        "/*\n * Copyright (c) 2026 Acme Corporation\n */\n",
    ] {
        assert_eq!(lines(text), []);
        assert_ne!(Statements::all(text.as_bytes()).list().len(), 0, "{text}");
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
