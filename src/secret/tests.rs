//! The built-in detectors on their examples, and what a caller sees of a hit.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::example::expand;
use super::*;
use crate::text::Redact as _;

/// How many seeds each example is tried with.
pub(super) const SEEDS: u64 = 20;

pub(super) type Examples = BTreeMap<String, (Vec<String>, Vec<String>)>;

pub(super) fn examples() -> Examples {
    let json = include_str!(concat!(env!("OUT_DIR"), "/detector-examples.json"));
    serde_json::from_str(json).unwrap()
}

pub(super) fn hits(text: &[u8]) -> Vec<(String, Range<usize>)> {
    let mut hits = Vec::new();
    let read = Engine::builtin().scan(text, &mut |hit| {
        hits.push((hit.detector.to_owned(), hit.range));
    });
    assert_eq!(read, Ok(()));
    hits
}

/// What is found in each reading of a file, and in which lines.
fn lines(file: &[u8]) -> BTreeSet<(String, usize)> {
    let readings = crate::text::decode::READINGS
        .iter()
        .filter_map(|read| read(file));
    let mut found = BTreeSet::new();
    for text in readings.chain([file.to_vec()]) {
        for (id, range) in hits(&text) {
            let above = text[..range.start].split(|byte| *byte == b'\n').count();
            found.insert((id, above));
        }
    }
    found
}

#[test]
fn the_built_in_detectors_are_sound() {
    let engine = Engine::builtin();
    engine.check().unwrap();
    let ids: Vec<_> = engine.detectors().map(|(id, _)| id).collect();
    assert!(ids.len() >= 400, "{}", ids.len());
    for id in ids {
        let kebab = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        assert!(id.chars().all(kebab), "{id}");
    }
}

#[test]
fn every_example_is_found_exactly() {
    let mut wrong = Vec::new();
    for (id, (examples, _)) in examples() {
        for (template, seed) in examples
            .iter()
            .flat_map(|e| (0..SEEDS).map(move |s| (e, s)))
        {
            let example = expand(template, seed);
            let expected: Vec<_> = example
                .secrets
                .into_iter()
                .map(|range| (id.clone(), range))
                .collect();
            let found = hits(example.text.as_bytes());
            if found != expected {
                wrong.push(format!("{id}: {template} {}: {found:?}", example.text));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn an_example_is_found_amid_other_text() {
    for (id, (examples, _)) in examples() {
        for template in &examples {
            let example = expand(template, 1);
            let text = format!(
                "{}\n{}\n{}",
                "x = y;\n".repeat(400),
                example.text,
                "done()\n".repeat(400)
            );
            let expected: Vec<_> = example
                .secrets
                .into_iter()
                .map(|range| (id.clone(), range.start + 2801..range.end + 2801))
                .collect();
            assert_eq!(hits(text.as_bytes()), expected, "{template}");
        }
    }
}

#[test]
fn no_counter_example_is_found() {
    let mut wrong = Vec::new();
    for (id, (_, counter_examples)) in examples() {
        for (template, seed) in counter_examples
            .iter()
            .flat_map(|e| (0..SEEDS).map(move |s| (e, s)))
        {
            let text = expand(template, seed).text;
            let own = hits(text.as_bytes())
                .into_iter()
                .find(|(found, _)| *found == id);
            if own.is_some() {
                wrong.push(format!("{id}: {template} {text}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_detector_file_holds_what_a_detector_finds() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/secrets");
    let mut files = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(
            hits(&std::fs::read(&path).unwrap()),
            [],
            "{}",
            path.display()
        );
        files += 1;
    }
    assert!(files >= 20);
}

#[test]
fn the_more_specific_detector_wins() {
    let token = expand("ghp_{alnum:36}", 1).text;
    let url = format!("https://x:{token}@github.com/acme/radio");
    assert_eq!(hits(url.as_bytes()), [("github-token".to_owned(), 10..50)]);
}

#[test]
fn what_only_the_less_specific_detector_takes_is_redacted_too() {
    let token = expand("ghp_{alnum:36}", 1).text;
    let url = format!("https://x:{token}!tail@github.com/acme/radio");
    let found = Engine::builtin().secrets(url.as_bytes());
    assert_eq!(found, [(10..55, "github-token".to_owned())]);
}

#[test]
fn a_value_behind_a_name_is_found_whole_however_long_it_is() {
    for (id, template) in [
        ("aws-session-token", "AWS_SESSION_TOKEN=<<{base64:700}>>"),
        (
            "aws-session-token",
            "AWS_SESSION_TOKEN=\"<<{base64:2000}==>>\"",
        ),
        ("snowflake-token", "SNOWFLAKE_TOKEN=<<{base64url:900}>>"),
    ] {
        let example = expand(template, 1);
        let expected = (id.to_owned(), example.secrets[0].clone());
        assert_eq!(hits(example.text.as_bytes()), [expected], "{template}");
    }
}

#[test]
fn a_hit_never_shows_its_value() {
    let token = expand("npm_{alnum:36}", 1).text;
    let mut shown = String::new();
    let read = Engine::builtin().scan(token.as_bytes(), &mut |hit| {
        shown = format!("{hit:?} {hit:#?}");
    });
    assert_eq!(read, Ok(()));
    assert!(shown.contains("npm-token"));
    assert!(!shown.contains(&token[4..12]));
    let bytes = format!("{:?}", &token.as_bytes()[4..8]);
    assert!(!shown.contains(bytes.trim_matches(['[', ']'])));
}

#[test]
fn only_what_nobody_can_guess_has_a_digest() {
    let digest = |text: &str| {
        let mut digests = Vec::new();
        let read = Engine::builtin().scan(text.as_bytes(), &mut |hit| {
            digests.push((hit.guessable, hit.digest()));
        });
        assert_eq!(read, Ok(()));
        digests
    };
    let url = expand("postgres://app:{alnum:12}@db.internal/x", 1).text;
    assert_eq!(digest(&url), [(true, None)]);
    let token = expand("npm_{alnum:36}", 1).text;
    let found = digest(&token);
    assert!(matches!(found[..], [(false, Some(_))]), "{found:?}");
    assert_eq!(digest(&format!("other place {token}")), found);
    assert_ne!(digest(&expand("npm_{alnum:36}", 2).text), found);
}

#[test]
fn a_made_up_checksum_is_noted() {
    let token = expand("ghp_{alnum:36}", 1).text;
    let mut checksums = Vec::new();
    let read = Engine::builtin().scan(token.as_bytes(), &mut |hit| checksums.push(hit.checksum));
    assert_eq!(read, Ok(()));
    assert_eq!(checksums, [Some(false)]);
}

#[test]
fn a_file_in_another_encoding_is_read_line_by_line() {
    let token = expand("npm_{alnum:36}", 1).text;
    let text = format!("a\r\nö = {token}\r\n");
    let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let mut marked = b"\xFE\xFF".to_vec();
    marked.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
    for file in [text.as_bytes(), &little, &marked] {
        assert_eq!(lines(file), [("npm-token".to_owned(), 2)].into());
    }
}

#[test]
fn a_false_byte_order_mark_or_a_zero_hides_nothing() {
    let token = expand("npm_{alnum:36}", 1).text;
    for head in [&b"\xFF\xFE"[..], b"\xFE\xFF", b"\0\0\0\0", b"\0a\0a\0a\0a"] {
        let file = [head, b"\n", token.as_bytes()].concat();
        let expected = [("npm-token".to_owned(), 2)].into();
        assert_eq!(lines(&file), expected, "{}", head.escape_ascii());
    }
}

#[test]
fn a_file_of_two_encodings_is_read_in_both() {
    let token = expand("npm_{alnum:36}", 1).text;
    let wide = |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    let swapped: Vec<u8> = token.encode_utf16().flat_map(u16::to_be_bytes).collect();
    let found = |lines: &[usize]| {
        lines
            .iter()
            .map(|line| ("npm-token".to_owned(), *line))
            .collect()
    };
    for (file, expected) in [
        (
            [&wide(&format!("\u{FEFF}{token}\n\n"))[..], token.as_bytes()].concat(),
            &[1, 3][..],
        ),
        (
            [
                &b"plain text\n".repeat(90)[..],
                &wide(&format!("{token}\r\n")),
            ]
            .concat(),
            &[91],
        ),
        ([b"\xFF\xFE", &swapped[..]].concat(), &[1]),
        (
            wide(&format!("{}{token}\n", "\u{6F22}\u{5B57}".repeat(3000))),
            &[1],
        ),
    ] {
        assert_eq!(lines(&file), found(expected));
    }
}

/// Around added lines only so much is searched where [`spans_lines`] says nothing of more.
#[test]
fn a_secret_of_many_lines_is_announced() {
    let mut announced = 0;
    for (id, (examples, _)) in examples() {
        for template in &examples {
            let example = expand(template, 1);
            for secret in example.secrets {
                let text = example.text[secret].as_bytes();
                announced += usize::from(spans_lines(text));
                let lines = text.split(|byte| *byte == b'\n').count();
                assert!(lines < 3 || spans_lines(text), "{id}: {template}");
            }
        }
    }
    assert!(announced > 5, "{announced}");
}
