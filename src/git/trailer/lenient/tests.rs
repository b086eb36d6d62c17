use super::*;
use Fault::{Decorated, EscapedNewline, Invisible, LookAlike, NotInLastBlock};

fn lenient(message: &str) -> Vec<(String, String, u32, Vec<Fault>)> {
    lenient_trailers(message.as_bytes())
        .into_iter()
        .map(|found| {
            (
                found.folded,
                found.value.to_string(),
                found.line,
                found.faults,
            )
        })
        .collect()
}

fn one(message: &str) -> (String, String, Vec<Fault>) {
    let mut found = lenient(message);
    assert_eq!(found.len(), 1, "{message:?}: {found:?}");
    let (key, value, _, faults) = found.remove(0);
    (key, value, faults)
}

/// A message, and why its one lenient trailer, `Co-authored-by: X`, is not well-formed.
const MALFORMED: &[(&str, &str, &[Fault])] = &[
    ("T\n\nCo-Authored-By: X\n\nmore\n", "X", &[NotInLastBlock]),
    ("T\nCo-Authored-By: X\n", "X", &[NotInLastBlock]),
    ("T\n\n   Co-authored-by : X\n", "X", &[NotInLastBlock]),
    (
        "T\n\nCo-authored-by\u{FF1A}X\n",
        "X",
        &[NotInLastBlock, LookAlike],
    ),
    (
        "T\n\n\u{421}o\u{2010}authored-by: X\n\n.\n",
        "X",
        &[NotInLastBlock, LookAlike],
    ),
    (
        "T\n\nCo-authored\u{200B}-by: X\n",
        "X",
        &[NotInLastBlock, Invisible],
    ),
    (
        "T\n\n\u{200B}Co-authored-by: X\n",
        "X",
        &[NotInLastBlock, Invisible],
    ),
    (
        "T\n\n🤖\u{FE0F} Co-authored-by: X\n",
        "X",
        &[NotInLastBlock, Decorated],
    ),
    (
        "T\n\n\u{200B}🤖 Co-authored-by: X\n",
        "X",
        &[NotInLastBlock, Invisible, Decorated],
    ),
    (
        "T\n\n│ Co-authored-by: X │\n",
        "X",
        &[NotInLastBlock, Decorated],
    ),
    (
        "T\n\n_Co-authored-by: X_\n",
        "X",
        &[NotInLastBlock, Decorated],
    ),
    (
        "T\n\n- Co-authored-by: X\n",
        "X",
        &[NotInLastBlock, Decorated],
    ),
    (
        "T\\n\\nCo-authored-by: X\n",
        "X",
        &[NotInLastBlock, EscapedNewline],
    ),
    (
        "T\n\nSigned-off-by: A\\nCo-authored-by: X\n",
        "X",
        &[EscapedNewline],
    ),
    (
        "T\n\nb\\r\\nCo-authored-by: X\\r\\nb\n",
        "X",
        &[NotInLastBlock, EscapedNewline],
    ),
    ("T\rCo-authored-by: X\n", "X", &[NotInLastBlock, Invisible]),
    (
        "T\u{2028}Co-authored-by: X\n",
        "X",
        &[NotInLastBlock, Invisible],
    ),
    (
        "T\n\nk: v\n🤖 Co-authored-by: X\nSigned-off-by: A\n",
        "X",
        &[Decorated],
    ),
    ("T\n\nk: v\n Co-authored-by: X\n", "X", &[NotInLastBlock]),
    ("T\n\n```\nCo-authored-by: X\n", "X", &[NotInLastBlock]),
    (
        "T\n\nb\n\nCo-authored-by: X\n Y\n\tZ\n\nmore\n",
        "X Y Z",
        &[NotInLastBlock],
    ),
];

#[test]
fn a_malformed_trailer_is_read_with_its_faults() {
    for (message, value, faults) in MALFORMED {
        let (key, found, at) = one(message);
        assert_eq!(
            (key.as_str(), found.as_str()),
            ("co-authored-by", *value),
            "{message:?}"
        );
        assert_eq!(at, *faults, "{message:?}");
    }
    assert_eq!(one("T\n\nmodel\u{FF1A} gpt\n").0, "model");
}

#[test]
fn what_is_shown_as_text_is_no_trailer() {
    for message in [
        "Co-authored-by: X\n",
        "\n\nfix-up: a subject\n",
        "T\n\n> Co-authored-by: X\n\n.\n",
        "T\n\n    Co-authored-by: X\n\n.\n",
        "T\n\n\tCo-authored-by: X\n\n.\n",
        "T\n\n```\nCo-authored-by: X\n```\n\n.\n",
        "T\n\n~~~text\nCo-authored-by: X\n~~~\n\n.\n",
        "T\n\nnote: prose\n\n.\n",
        "T\n\nsee co-authored-by: X\n\n.\n",
        "T\n\n`co-authored-by: X`\n\n.\n",
        "T\n\nco-authored-by X\n\n.\n",
        "T\n\nCo-authored-by: X\n",
    ] {
        assert_eq!(lenient(message), [], "{message:?}");
    }
}

#[test]
fn text_behind_a_nul_is_read_leniently() {
    let message = b"T\n\nk-k: v\n\0\nCo-authored-by: X\n";
    assert_eq!(trailers(message).len(), 1);
    assert_eq!(lenient_trailers(message)[0].folded, "co-authored-by");
}

#[test]
fn every_look_alike_of_a_colon_separates() {
    for character in char::MIN..=char::MAX {
        let text = character.to_string();
        let folded = if character.is_ascii() {
            text
        } else {
            letters(text.as_bytes())
        };
        assert_eq!(
            folded == ":",
            is_colon(character),
            "U+{:04X}",
            u32::from(character)
        );
    }
}

#[test]
fn a_fence_of_one_squashed_message_hides_nothing_of_another() {
    let id = "0123456789012345678901234567890123456789";
    let commit =
        |message: &str| format!("commit {id}\nAuthor: A <a@b.c>\nDate:   Mon\n\n{message}\n");
    let squash =
        |first: &str, last: &str| format!("Squashed commit of the following:\n\n{first}{last}");
    let agents = commit("    One\n\n    Co-authored-by: X\n");
    let open = commit("    Two\n\n    ```\n    code\n");
    let close = commit("    Three\n\n    ```\n    code\n");
    for message in [
        squash(&open, &format!("{agents}{close}")),
        squash(&format!("{open}{agents}"), "Mine\n\n```\ncode\n"),
        format!("Mine\n\n```\n{}\n", squash(&agents, &close)),
    ] {
        assert_eq!(lenient(&message).len(), 1, "{message}");
    }
    let whole = commit("    One\n\n    ```\n    Co-authored-by: X\n    ```\n");
    assert_eq!(lenient(&squash(&whole, &whole)), []);
}
