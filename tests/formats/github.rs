//! `github`, read as the runner reads it.

use std::collections::BTreeMap;

use cordon::finding::{Decision, Mode};
use cordon::report::{Counts, Style, Verdict, format};
use proptest::prelude::*;

use crate::hostile::{finding, rendered, report, texts};

/// A workflow command.
#[derive(Debug)]
struct Command {
    name: String,
    properties: BTreeMap<String, String>,
    data: String,
}

fn unescaped(text: &str) -> String {
    let data = text.replace("%0D", "\r").replace("%0A", "\n");
    data.replace("%3A", ":")
        .replace("%2C", ",")
        .replace("%25", "%")
}

/// What the runner makes of a line: `::name key=value,…::data` at its start, white space aside, else
/// `##[name key=value;…]data` anywhere in it.
fn command(line: &str) -> Option<Command> {
    let line = line.trim_start();
    let Some(rest) = line.strip_prefix("::") else {
        let (_, rest) = line.split_once("##[")?;
        let (name, data) = rest.split_once(']')?;
        return Some(Command {
            name: format!("##[{name}]"),
            properties: BTreeMap::new(),
            data: data.to_owned(),
        });
    };
    let (head, data) = rest.split_once("::")?;
    let (name, properties) = head.split_once(' ').unwrap_or((head, ""));
    let pairs = properties
        .split(',')
        .filter_map(|pair| pair.split_once('='));
    Some(Command {
        name: name.to_owned(),
        properties: pairs
            .map(|(key, value)| (key.to_owned(), unescaped(value)))
            .collect(),
        data: unescaped(data),
    })
}

/// The commands of a text, each one of ours; no line is anything else.
fn commands(text: &str) -> Vec<Command> {
    let lines = text.split(['\n', '\r']).filter(|line| !line.is_empty());
    let all: Vec<Command> = lines
        .map(|line| command(line).unwrap_or_else(|| panic!("no command: {line}")))
        .collect();
    for command in &all {
        let known = ["error", "warning", "notice", "debug"];
        assert!(known.contains(&command.name.as_str()), "{command:?}");
        for (key, value) in &command.properties {
            match key.as_str() {
                "file" | "title" => {}
                "line" | "endLine" => assert!(value.parse::<u32>().unwrap() > 0),
                _ => panic!("{command:?}"),
            }
        }
    }
    for kind in ["error", "warning", "notice"] {
        assert!(
            all.iter().filter(|it| it.name == kind).count() <= 10,
            "{kind}"
        );
    }
    all
}

#[test]
fn the_runner_sees_no_command_but_ours() {
    let all = commands(&rendered("github", &report(&texts())));
    // Ten errors, the warnings, nine notices and the last line.
    assert_eq!(all.last().unwrap().name, "notice");
    assert_eq!(all.last().unwrap().properties["title"], "cordon");
    assert!(all.len() > 20, "{}", all.len());
}

proptest! {
    #[test]
    fn whatever_the_text_the_runner_sees_no_command_but_ours(
        some in prop::collection::vec(any::<Vec<u8>>(), 1..5),
        more in prop::collection::vec("[:#%,=\\[\\]\r\n\t 0-9A-Da-d]{0,30}", 1..5),
    ) {
        let texts: Vec<Vec<u8>> = some.into_iter().chain(more.into_iter().map(String::into_bytes)).collect();
        commands(&rendered("github", &report(&texts)));
    }
}

#[test]
fn text_arrives_as_it_was() {
    let mut report = report(&[]);
    report.findings = vec![finding(
        b"a,line=9::b%0Ac: d",
        1,
        "zone-agent",
        (Decision::Blocked, Mode::Block),
    )];
    let all = commands(&rendered("github", &report));
    assert_eq!(all[0].properties["file"], "a,line=9::b%0Ac: d");
    assert_eq!(all[0].properties["line"], "1");
    assert_eq!(all[0].properties["title"], "zone-agent");
    let first = all[0].data.lines().next().unwrap();
    assert_eq!(first, "a,line=9::b%0Ac: d:1:1: blocked: a,line=9::b%0Ac: d");
}

/// Ten of each kind, a notice less for the last line, which counts the others.
#[test]
fn the_most_severe_come_first_and_the_rest_is_counted() {
    let mut report = report(&[]);
    let kinds = [
        (Decision::Audited, Mode::Audit),
        (Decision::Warned, Mode::Warn),
        (Decision::Blocked, Mode::Block),
    ];
    report.findings = (0..36)
        .map(|number| finding(b"x", number, "zone-agent", kinds[number as usize % 3]))
        .collect();
    report.counts = Counts::of(&report.findings);
    let all = commands(&rendered("github", &report));
    let names: Vec<&str> = all.iter().map(|it| it.name.as_str()).collect();
    let expected = [["error"; 10], ["warning"; 10], ["notice"; 10]].concat();
    assert_eq!(names, expected);
    let last = &all.last().unwrap().data;
    assert!(
        last.starts_with("2 errors, 2 warnings, 3 notices more are not shown here. fail: "),
        "{last}"
    );
}

#[test]
fn a_pass_is_no_annotation() {
    let mut report = report(&[]);
    report.verdict = Verdict::Pass;
    let all = commands(&rendered("github", &report));
    assert_eq!(all.len(), 1);
    assert_eq!(all[0].name, "debug");
    let quiet = Style {
        quiet: true,
        ..Style::default()
    };
    assert_eq!(format("github").unwrap().render(&report, &quiet), "");
}
