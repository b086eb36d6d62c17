use super::*;

fn span(file: u16, start: u32, end: u32) -> Span {
    Span { file, start, end }
}

fn source(text: &str) -> Source {
    Source {
        name: "a.yml".to_owned(),
        text: text.into(),
    }
}

#[test]
fn foreign_text_makes_no_line_and_steers_no_terminal() {
    let problem = Problem::error(span(0, 0, 1), "x\nerror: \u{1b}[31m\u{202e}y");
    let sources = [Source {
        name: "a\nb\u{7}.yml".to_owned(),
        text: b"k\xff\x1b\xe2\x80\xae: v\n".to_vec(),
    }];
    let line = lines(std::slice::from_ref(&problem), &sources);
    assert_eq!(
        line,
        ["a b\u{FFFD}.yml:1:1: x error: \u{FFFD}[31m\u{FFFD}y"]
    );
    let shown = render(&[problem], &sources, false);
    assert!(
        !shown.contains(['\u{1b}', '\u{7}', '\u{202e}']),
        "{shown:?}"
    );
    assert_eq!(shown.matches("\nerror").count(), 0, "{shown}");
}

#[test]
fn columns_count_bytes_in_both_forms() {
    let text = "é: é, x: y";
    let problem = [Problem::error(span(0, 8, 9), "x")];
    assert_eq!(lines(&problem, &[source(text)]), ["a.yml:1:9: x"]);
    assert_eq!(
        render(&problem, &[source(text)], false),
        "error: x\n --> a.yml:1:9\n  |\n1 | é: é, x: y\n  |       ^\n\n"
    );
}

#[test]
fn a_second_place_far_away_or_in_another_file_is_named() {
    let far = format!("a: 1\n{}a: 2\n", "\n".repeat(60));
    let problems = [
        Problem::error(span(0, 65, 66), "twice").related(span(0, 0, 1), "first here"),
        Problem::error(span(0, 66, 67), "twice").related(span(1, 3, 4), "first here"),
    ];
    let sources = [source(&far), source("a: 1")];
    let shown = render(&problems, &sources, false);
    assert!(shown.contains("62 | a: 2\n   | ^\n   |\n   = note: first here: a.yml:1:1\n"));
    assert!(shown.contains("= note: first here: a.yml:1:4\n"), "{shown}");
}

#[test]
fn problems_come_in_the_order_of_the_file() {
    let problems = [
        Problem::note(span(1, 0, 1), "d"),
        Problem::note(span(0, 3, 4), "c"),
        Problem::error(span(0, 0, 1), "a"),
        Problem::note(span(0, 0, 1), "b"),
    ];
    let sources = [source("a: 1"), source("a: 1")];
    let told: String = lines(&problems, &sources)
        .iter()
        .filter_map(|line| line.chars().last())
        .collect();
    assert_eq!(told, "abcd");
}

#[test]
fn a_place_outside_of_every_file_is_told_all_the_same() {
    let problems = [
        Problem::error(span(7, 3, 4), "no file"),
        Problem::error(span(0, 900, 901), "no line"),
    ];
    let shown = render(&problems, &[source("a: 1\n")], false);
    assert!(
        shown.contains("no file") && shown.contains("no line"),
        "{shown}"
    );
}

#[test]
fn colour_is_asked_for() {
    let problem = [Problem::error(span(0, 0, 1), "x")];
    assert!(render(&problem, &[source("a")], true).contains("\u{1b}["));
    assert!(!render(&problem, &[source("a")], false).contains('\u{1b}'));
}
