//! Every file of `tests/policies`: the valid ones have no problem, the invalid ones exactly those
//! that are written beside them. `CORDON_GENERATE=1 cargo test --test policies` writes them anew.

#![expect(clippy::unwrap_used, reason = "a test that can not go on has failed")]

use std::fs;
use std::path::{Path, PathBuf};

use cordon::policy::problem::{Problem, Source, lines, render};
use cordon::policy::raw::RawPolicy;
use cordon::policy::raw::test_case::RawTests;
use cordon::policy::raw::waiver::RawWaiver;
use cordon::policy::yaml::{Limits, Node, parse, read};

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/policies")
        .join(name)
}

/// The YAML files of a folder, by name.
fn files(name: &str) -> Vec<(String, PathBuf)> {
    let mut files: Vec<_> = fs::read_dir(folder(name))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "yml"))
        .map(|path| (path.file_name().unwrap().to_string_lossy().into(), path))
        .collect();
    files.sort();
    assert!(!files.is_empty());
    files
}

#[expect(clippy::disallowed_methods, reason = "a test decides nothing by it")]
fn generate() -> bool {
    std::env::var_os("CORDON_GENERATE").is_some()
}

/// Compares a text with a file, or writes the file.
fn assert_file(path: &Path, text: &str) {
    if generate() {
        fs::write(path, text).unwrap();
    }
    let written = fs::read_to_string(path).unwrap_or_default();
    assert_eq!(
        text,
        written,
        "{} differs; CORDON_GENERATE=1 cargo test --test policies writes it anew",
        path.display()
    );
}

/// Reads a file as what its name says it is.
fn problems(name: &str, text: &[u8]) -> (Option<Node>, Vec<Problem>) {
    let mut problems = Vec::new();
    let node = parse(0, text, &Limits::REPOSITORY, &mut problems);
    if let Some(node) = &node {
        let whole = if name.starts_with("waiver") {
            read::<RawWaiver>(node, &mut problems).is_some()
        } else if name.starts_with("tests") {
            read::<RawTests>(node, &mut problems).is_some()
        } else {
            read::<RawPolicy>(node, &mut problems).is_some()
        };
        assert!(whole || !problems.is_empty(), "{name}: refused in silence");
    }
    (node, problems)
}

fn rendered(name: &str, text: Vec<u8>, problems: &[Problem]) -> String {
    let source = Source {
        name: name.to_owned(),
        text,
    };
    render(problems, &[source], false)
}

#[test]
fn invalid_files_have_the_problems_beside_them() {
    for (name, path) in files("invalid") {
        let text = fs::read(&path).unwrap();
        let (_, problems) = problems(&name, &text);
        assert!(!problems.is_empty(), "{name} is valid");
        assert_file(
            &path.with_extension("txt"),
            &rendered(&name, text, &problems),
        );
    }
}

#[test]
fn valid_files_have_no_problem() {
    for (name, path) in files("valid") {
        let text = fs::read(&path).unwrap();
        let (_, problems) = problems(&name, &text);
        assert!(problems.is_empty(), "{}", rendered(&name, text, &problems));
    }
}

#[test]
fn ten_planted_problems_are_told_in_one_run() {
    let (name, path) = files("invalid")
        .into_iter()
        .find(|(name, _)| name == "ten-problems.yml")
        .unwrap();
    let text = fs::read(path).unwrap();
    let (_, problems) = problems(&name, &text);
    let source = Source { name, text };
    let lines = lines(&problems, &[source]);
    let places: Vec<_> = lines
        .iter()
        .map(|line| &line[..line.find(": ").unwrap()])
        .collect();
    let expected = [
        "4:12", "5:3", "6:31", "8:68", "9:20", "12:12", "13:12", "14:13", "15:3", "18:10",
    ];
    assert_eq!(
        places,
        expected.map(|place| format!("ten-problems.yml:{place}"))
    );
    assert_eq!(lines[8], "ten-problems.yml:15:3: `crypto` is given twice");
}

#[test]
fn a_file_over_its_size_is_refused() {
    let mut text = b"cordon: 1\n# ".to_vec();
    text.resize(Limits::REPOSITORY.bytes, b'x');
    assert!(problems("largest.yml", &text).1.is_empty());
    text.push(b'x');
    let (node, problems) = problems("too-large.yml", &text);
    assert!(node.is_none());
    assert_eq!(
        rendered("too-large.yml", b"cordon: 1".to_vec(), &problems),
        "error: the file has 1048577 bytes, more than 1048576\n --> too-large.yml:1:1\n  |\n\
         1 | cordon: 1\n  | ^\n\n"
    );
}

#[test]
fn bytes_that_are_not_utf8_are_named() {
    let text = b"cordon: 1\npolicy: {id: \xff}\n".to_vec();
    let (node, problems) = problems("latin.yml", &text);
    assert!(node.is_none());
    let shown = rendered("latin.yml", text, &problems);
    assert!(
        shown.starts_with("error: not UTF-8: the byte 0xFF at offset 23\n --> latin.yml:2:14\n")
    );
    assert!(problems_of(b"\xff\xfec\0o\0").contains("0xFF at offset 0"));
    assert!(problems_of(b"cordon: 1 # \0").contains("U+0000"));
}

fn problems_of(text: &[u8]) -> String {
    rendered("a.yml", text.to_vec(), &problems("a.yml", text).1)
}

#[test]
fn a_file_of_too_many_values_is_refused() {
    let mut text = b"cordon: 1\npolicy: {owners: [".to_vec();
    for _ in 0..Limits::REPOSITORY.nodes {
        text.extend(b"a,");
    }
    text.extend(b"]}\n");
    assert!(problems_of(&text).contains("error: more than 500000 values"));
}

#[test]
fn the_list_of_problems_has_an_end() {
    let repeated = |line: fn(u32) -> String| (0..5000).map(line).collect::<Vec<_>>().concat();
    let unknown = repeated(|key| format!("k{key}: 1\n"));
    let wrong = repeated(|key| format!("  a{key}: {{status: x}}\n"));
    let twice = "a: 1\n".repeat(5000);
    for text in [unknown, format!("cordon: 1\nagents:\n{wrong}"), twice] {
        let problems = problems("many.yml", text.as_bytes()).1;
        assert!((200..=202).contains(&problems.len()), "{}", problems.len());
        let last = problems.last().unwrap();
        assert!(
            last.message.starts_with("more problems follow"),
            "{}",
            last.message
        );
    }
}
