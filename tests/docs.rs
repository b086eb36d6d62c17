//! The documentation is true: its policies are good and judge, its commands run, the options that
//! it names exist, its links lead somewhere.
//!
//! In README.md and everywhere below docs/:
//! - A ```` ```yaml ```` block is a policy, whole or a piece of one, unless it is a workflow (it has
//!   `jobs:`) or steps of one (`- run:` or `- id:`), which tests/ci runs. One that is meant to fail
//!   has `<!-- policy: error -->` in the line before it, one that shows what has no effect yet
//!   `<!-- policy: pending -->`; the next block is then what `cordon policy check` says of it.
//!   `CORDON_GENERATE=1 cargo test generated` writes it anew.
//! - A ```` ```yaml ```` block that begins with `tests:` holds tests of the last policy before it, which
//!   pass; where it has `survivors:`, each of them is right.
//! - One that begins with `waiver:` or `emergency:` is such a file, and good.
//! - One that begins with the name of another program's file, as a comment, is tried in tests/cli or tests/ci.
//! - A ```` ```sh ```` block is what a reader types in a repository with a policy. One that cannot run
//!   in a test has `<!-- not run: WHY -->` in the line before it; a file below tests/ that WHY names as the one that runs it
//!   has the block's heading, its page or its command. One that runs in a CI job only
//!   `<!-- in a job: tests/ci -->`: it is run there.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

const CORDON: &str = env!("CARGO_BIN_EXE_cordon");

/// A page, by its path in this repository.
struct Page {
    path: String,
    text: String,
}

/// A fenced block.
struct Block {
    /// Where it begins: `path:line`.
    place: String,
    language: String,
    text: String,
    /// The line before it.
    before: String,
    /// The last heading above it, without its signs.
    heading: String,
}

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// README.md, CONTRIBUTING.md and every page below docs/.
fn pages() -> Vec<Page> {
    let walk = ignore::WalkBuilder::new(root().join("docs"))
        .sort_by_file_path(Ord::cmp)
        .build();
    let below = walk.map(|entry| entry.unwrap().into_path());
    ["README.md", "CONTRIBUTING.md"]
        .map(|name| root().join(name))
        .into_iter()
        .chain(below)
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .map(|path| Page {
            text: std::fs::read_to_string(&path).unwrap(),
            path: path
                .strip_prefix(root())
                .unwrap()
                .to_str()
                .unwrap()
                .to_owned(),
        })
        .collect()
}

fn blocks(page: &Page) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    let (mut before, mut heading) = ("", "");
    for (number, line) in page.text.lines().enumerate() {
        match (line.strip_prefix("```"), open.take()) {
            (Some(language), None) => {
                open = Some(Block {
                    place: format!("{}:{}", page.path, number + 1),
                    language: language.to_owned(),
                    text: String::new(),
                    before: before.to_owned(),
                    heading: heading.to_owned(),
                });
            }
            (Some(_), Some(block)) => blocks.push(block),
            (None, Some(mut block)) => {
                block.text.push_str(line);
                block.text.push('\n');
                open = Some(block);
            }
            (None, None) => {
                before = line;
                if line.starts_with('#') {
                    heading = line.trim_start_matches('#').trim();
                }
            }
        }
    }
    assert!(open.is_none(), "{} has a block without an end", page.path);
    blocks
}

/// The blocks of all pages in one language.
fn all_blocks(language: &str) -> Vec<Block> {
    pages()
        .iter()
        .flat_map(blocks)
        .filter(|block| block.language == language)
        .collect()
}

/// The text of every page without its blocks.
fn prose(page: &Page) -> String {
    page.text.split("```").step_by(2).collect()
}

/// Runs a line in a shell there, `cordon` on the path; exit code and everything that it said.
fn shell(dir: &Path, line: &str) -> (i32, String) {
    let bin = Path::new(CORDON).parent().unwrap();
    let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
    let output = Command::new("sh")
        .args(["-c", &format!("exec 2>&1; {line}")])
        .current_dir(dir)
        .env_clear()
        .env("PATH", path)
        .env("HOME", dir)
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("CORDON_TEST_NO_ANCESTORS", "1")
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().unwrap_or(-1), said)
}

/// A repository with two commits, the second of them with this policy.
fn repository(policy: &str) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("README"), "hello\n").unwrap();
    let begin = "git init -q -b main . && git config user.name Dev && \
        git config user.email dev@acme.example && git add README && git commit -q -m 'docs: begin'";
    assert_eq!(shell(dir.path(), begin), (0, String::new()));
    std::fs::write(dir.path().join(".cordon.yml"), policy).unwrap();
    let commit = "git add .cordon.yml && git commit -q -m 'chore: add a policy'";
    assert_eq!(shell(dir.path(), commit), (0, String::new()));
    dir
}

fn is_tests(block: &Block) -> bool {
    block.text.starts_with("tests:")
}

fn is_waiver(block: &Block) -> bool {
    let first = block.text.lines().next().unwrap_or_default();
    first.starts_with("waiver:") || first.starts_with("emergency:")
}

/// `# lefthook.yml`
fn is_another_programs(block: &Block) -> bool {
    let first = block.text.lines().next().unwrap_or_default();
    let name = first.strip_prefix("# ").unwrap_or_default();
    [".yml", ".yaml"].iter().any(|end| name.ends_with(end))
}

fn is_workflow(block: &Block) -> bool {
    let steps = ["- run: ", "- id: "];
    steps.iter().any(|start| block.text.starts_with(start))
        || block.text.lines().any(|line| line == "jobs:")
}

/// A piece of a policy becomes a whole one.
fn whole(policy: &str) -> String {
    if policy.lines().any(|line| line.starts_with("cordon:")) {
        policy.to_owned()
    } else {
        format!("cordon: 1\n{policy}")
    }
}

#[test]
fn every_policy_in_the_documentation_is_good_and_judges() {
    let policies: Vec<Block> = all_blocks("yaml")
        .into_iter()
        .filter(|block| !is_workflow(block) && !is_tests(block) && !is_waiver(block))
        .filter(|block| !is_another_programs(block))
        .collect();
    assert!(policies.len() >= 10, "only {} policies", policies.len());
    let repository = repository("cordon: 1\n");
    let file = repository.path().join("policy.yml");
    for block in policies {
        std::fs::write(&file, whole(&block.text)).unwrap();
        let checked = shell(repository.path(), "cordon policy check policy.yml");
        let judged = shell(repository.path(), "cordon check --all --policy policy.yml");
        let told = format!("{}\n{}{}", block.place, checked.1, judged.1);
        match block.before.as_str() {
            "<!-- policy: error -->" => assert_eq!((checked.0, judged.0), (2, 2), "{told}"),
            "<!-- policy: pending -->" => {
                assert_eq!((checked.0, judged.0), (0, 2), "{told}");
                assert!(checked.1.contains("no effect yet"), "{told}");
            }
            _ => {
                assert_eq!((checked.0, judged.0), (0, 0), "{told}");
                assert_eq!(checked.1, "policy.yml: good\n", "{told}");
            }
        }
    }
}

#[test]
fn every_test_of_a_policy_in_the_documentation_passes() {
    let mut ran = 0;
    for page in pages() {
        let mut policy = None;
        for block in blocks(&page) {
            let others = is_workflow(&block) || is_waiver(&block) || is_another_programs(&block);
            if block.language != "yaml" || others {
                continue;
            }
            if !is_tests(&block) {
                policy = Some(whole(&block.text));
                continue;
            }
            let dir = tempfile::tempdir().unwrap();
            std::fs::create_dir(dir.path().join("tests")).unwrap();
            std::fs::write(dir.path().join("policy.yml"), policy.clone().unwrap()).unwrap();
            std::fs::write(dir.path().join("tests/a.yml"), &block.text).unwrap();
            let (code, said) = shell(dir.path(), "cordon policy test");
            assert_eq!(code, 0, "{}\n{said}", block.place);
            let (_, said) = shell(dir.path(), "cordon policy test --mutate");
            assert!(
                !said.contains("and it does not survive"),
                "{}\n{said}",
                block.place
            );
            ran += 1;
        }
    }
    assert!(ran >= 2, "only {ran} files of tests");
}

#[test]
fn every_waiver_in_the_documentation_is_good() {
    let waivers: Vec<Block> = all_blocks("yaml").into_iter().filter(is_waiver).collect();
    assert!(waivers.len() >= 2, "only {} waivers", waivers.len());
    let repository = repository("cordon: 1\n");
    for block in waivers {
        std::fs::write(repository.path().join("waiver.yml"), &block.text).unwrap();
        let checked = shell(repository.path(), "cordon policy check waiver.yml");
        assert_eq!(
            checked,
            (0, "waiver.yml: good\n".to_owned()),
            "{}",
            block.place
        );
    }
}

/// What `cordon policy check` says of a policy that is not good follows it in the text.
#[test]
fn generated_problems_of_policies_in_the_documentation() {
    let repository = repository("cordon: 1\n");
    let file = repository.path().join("policy.yml");
    let mut compared = 0;
    for page in pages() {
        let mut text = page.text.clone();
        let blocks = blocks(&page);
        for pair in blocks.windows(2) {
            if !pair[0].before.starts_with("<!-- policy: ") {
                continue;
            }
            std::fs::write(&file, whole(&pair[0].text)).unwrap();
            let (_, said) = shell(repository.path(), "cordon policy check policy.yml");
            let shown = |said: &str| format!("{}```\n\n```text\n{said}```\n", pair[0].text);
            let kept = shown(&pair[1].text);
            assert!(text.contains(&kept), "{}: no text follows", pair[0].place);
            text = text.replacen(&kept, &shown(&said), 1);
            compared += 1;
        }
        if page.text != text {
            let generate = std::env::var_os("CORDON_GENERATE").is_some();
            assert!(
                generate,
                "{}: CORDON_GENERATE=1 cargo test generated",
                page.path
            );
            std::fs::write(root().join(&page.path), &text).unwrap();
        }
    }
    assert!(compared >= 2, "only {compared} policies");
}

#[test]
fn every_command_in_the_documentation_runs() {
    let mut ran = 0;
    for block in all_blocks("sh") {
        if ["<!-- not run: ", "<!-- in a job: "]
            .iter()
            .any(|why| block.before.starts_with(why))
        {
            continue;
        }
        let repository = repository("cordon: 1\npolicy: {id: my-team, version: 1}\n");
        for line in block.text.lines().filter(|line| !line.trim().is_empty()) {
            let (code, said) = shell(repository.path(), line);
            assert_eq!(code, 0, "{}: {line}\n{said}", block.place);
            ran += 1;
        }
    }
    assert!(ran >= 5, "only {ran} commands");
}

#[test]
fn what_a_page_says_of_who_runs_its_commands_is_so() {
    let mut held = 0;
    for block in all_blocks("sh") {
        let Some((_, rest)) = block.before.split_once("tests/") else {
            continue;
        };
        let Some((name, _)) = rest.split_once(".rs ") else {
            continue;
        };
        let name = format!("tests/{name}.rs");
        let text = std::fs::read_to_string(root().join(&name)).unwrap();
        let page = block.place.split(':').next().unwrap();
        let words = block.text.lines().next().unwrap().split(' ').skip(1);
        let words: Vec<String> = words.map(|word| format!("\"{word}\"")).collect();
        let runs = [format!("{}\"", block.heading), words.join(", ")];
        let from_page = text.contains("documented(\"sh\")") && text.contains(page);
        let is_named = from_page || runs.iter().any(|one| text.contains(one));
        assert!(is_named, "{}: {name} does not run it", block.place);
        held += 1;
    }
    assert!(held >= 4, "only {held} blocks");
}

/// `cordon check --range A..B` → the help of `check` has `--range`.
#[test]
fn every_option_in_the_documentation_exists() {
    let mut asked = 0;
    for page in pages() {
        let prose = prose(&page);
        let spans = prose.split('`').skip(1).step_by(2);
        for span in spans.filter(|span| span.starts_with("cordon ")) {
            let words: Vec<&str> = span.split_whitespace().skip(1).collect();
            let is_command = |word: &&&str| word.chars().all(|c| c.is_ascii_lowercase());
            let commands: Vec<&str> = words.iter().take_while(is_command).copied().collect();
            // `policy check .cordon.yml` has two words of command, `hook pre-commit` one.
            let deepest = if matches!(commands.first(), Some(&("policy" | "agents" | "waiver"))) {
                2
            } else {
                1
            };
            let command = commands[..commands.len().min(deepest)].join(" ");
            let (code, help) = shell(&root(), &format!("cordon {command} --help"));
            assert_eq!(code, 0, "{}: `{span}`\n{help}", page.path);
            for option in words.iter().filter(|word| word.starts_with("--")) {
                let option = option.split('=').next().unwrap();
                let known = help
                    .split([' ', ',', '\n', '[', '='])
                    .any(|word| word == option);
                assert!(known, "{}: `{span}` has no {option}", page.path);
            }
            asked += 1;
        }
    }
    assert!(asked >= 15, "only {asked} commands");
}

#[test]
fn the_readme_names_every_format() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let formats = cordon::report::FORMATS.iter();
    let names: Vec<String> = formats
        .map(|format| format!("`{}`", format.name()))
        .collect();
    let (last, others) = names.split_last().unwrap();
    let sentence = format!("`--format` is {} or {last};", others.join(", "));
    assert!(readme.contains(&sentence), "no line says: {sentence}");
}

/// As GitHub makes it of a heading.
fn anchor(heading: &str) -> String {
    heading
        .trim_start_matches('#')
        .trim()
        .to_lowercase()
        .chars()
        .filter(|c| c.is_alphanumeric() || [' ', '-', '_'].contains(c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

#[test]
fn every_link_in_the_documentation_leads_somewhere() {
    let mut followed = 0;
    for page in pages() {
        // What stands in backticks is shown, not followed.
        let outside: String = prose(&page).split('`').step_by(2).collect();
        for part in outside.split("](").skip(1) {
            let target = part.split(')').next().unwrap();
            if target.starts_with("https://") {
                continue;
            }
            let (file, place) = target.split_once('#').unwrap_or((target, ""));
            let from = root().join(&page.path);
            let to = if file.is_empty() {
                from
            } else {
                from.parent().unwrap().join(file)
            };
            assert!(to.exists(), "{}: {target} is not there", page.path);
            if !place.is_empty() {
                let text = std::fs::read_to_string(&to).unwrap();
                let mut headings = text.lines().filter(|line| line.starts_with('#'));
                let found = headings.any(|line| anchor(line) == place);
                assert!(found, "{}: {target} has no such heading", page.path);
            }
            followed += 1;
        }
    }
    assert!(followed >= 10, "only {followed} links");
}
