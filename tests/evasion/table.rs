//! The table of the threat model, made of the scripts' headers and the open rows.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::process::Command;

use crate::open::OPEN;
use crate::probe::root;

const BEGIN: &str = "<!-- evasions: generated from scripts/probes/rows -->\n";
const END: &str = "<!-- end of evasions -->";

/// One row of the table.
struct Line {
    evasion: String,
    stages: String,
    met: String,
    remains: String,
}

#[test]
fn generated_table_of_evasions() {
    let path = root().join("docs/threat-model.md");
    let page = std::fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    let wanted = format!("{before}{BEGIN}{}{END}{after}", table());
    if std::env::var_os("CORDON_GENERATE").is_some() {
        std::fs::write(&path, wanted).unwrap();
    } else {
        assert!(
            page == wanted,
            "docs/threat-model.md is not current: CORDON_GENERATE=1 cargo test generated"
        );
    }
}

#[test]
fn every_row_stands_once() {
    let rows: Vec<u8> = lines().into_keys().collect();
    assert_eq!(rows, (1..=34).collect::<Vec<u8>>());
}

#[test]
fn every_script_is_run_by_a_row() {
    let rows = include_str!("rows.rs");
    for entry in std::fs::read_dir(root().join("scripts/probes/rows")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(rows.contains(&format!("\"{name}\"")), "{name}");
    }
}

#[test]
fn every_script_has_mutants_that_fit() {
    let files = |folder: &str, end: &str| -> Vec<String> {
        let entries = std::fs::read_dir(root().join(folder)).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name.ends_with(end)).collect()
    };
    let mutants = files("tests/evasion/mutants", ".patch");
    for script in files("scripts/probes/rows", ".sh") {
        let row = &script[..3];
        assert!(mutants.iter().any(|name| name.starts_with(row)), "{script}");
    }
    for name in mutants {
        let patch = root().join("tests/evasion/mutants").join(&name);
        let mut git = Command::new("git");
        let fits = git
            .current_dir(root())
            .args(["apply", "--check"])
            .arg(patch);
        assert!(fits.status().unwrap().success(), "{name} does not fit");
    }
}

fn table() -> String {
    let mut text = "\n| # | evasion | stages | how it is met | what remains |\n| --- | --- | --- | --- | --- |\n".to_owned();
    for (row, line) in lines() {
        let Line {
            evasion,
            stages,
            met,
            remains,
        } = line;
        writeln!(text, "| {row} | {evasion} | {stages} | {met} | {remains} |").unwrap();
    }
    text + "\n"
}

fn lines() -> BTreeMap<u8, Line> {
    let open = OPEN.iter().map(|open| {
        let line = Line {
            evasion: open.evasion.to_owned(),
            stages: open.stages.to_owned(),
            met: "–".to_owned(),
            remains: open.why.to_owned(),
        };
        (open.row, line)
    });
    let mut lines: BTreeMap<u8, Line> = open.collect();
    for entry in std::fs::read_dir(root().join("scripts/probes/rows")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let field = |name: &str| {
            let start = format!("# {name}: ");
            let found = text.lines().find_map(|line| line.strip_prefix(&start));
            found
                .unwrap_or_else(|| panic!("{}: no `{start}`", path.display()))
                .to_owned()
        };
        let line = Line {
            evasion: field("evasion"),
            stages: field("stages"),
            met: field("met"),
            remains: field("remains"),
        };
        let row = field("row").parse().unwrap();
        assert!(lines.insert(row, line).is_none(), "row {row} twice");
    }
    lines
}
