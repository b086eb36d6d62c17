//! What is made in memory is what Git would have made, and is judged the same.

use std::os::unix::fs::{PermissionsExt as _, symlink};

use bstr::BString;
use proptest::prelude::*;

use super::*;
use crate::check::progress::Silent;
use crate::check::{Request, What, run};
use crate::git::Repo;
use crate::git::testing::Sandbox;
use crate::host::Host;
use crate::policy::Given;
use crate::policy::raw::test_case::RawTests;
use crate::policy::yaml::{Limits, parse, read};

const POLICY: &str = "\
cordon: 1
agents: {\"*\": {status: denied}, claude-code: {status: approved}}
trailers: {require: [{any_of: [Ticket]}]}
zones:
  core: {class: export, paths: [\"core/**\"], markers: [SECRET-SAUCE], agents: denied}
  ci: {class: ci, paths: [\"*.yml\"], agents: denied, mode: warn}
";

fn given(text: &str) -> RawGiven {
    let text = format!("tests:\n  - name: a\n    expect: {{}}\n    given:\n{text}");
    let mut problems = Vec::new();
    let node = parse(0, text.as_bytes(), &Limits::ORG, &mut problems).unwrap();
    let tests: Option<RawTests> = read(&node, &mut problems);
    let tests = tests.unwrap_or_else(|| panic!("{problems:?}\n{text}"));
    tests.tests.value[0].value.given.clone()
}

fn problem(text: &str) -> String {
    make(&given(text), None).unwrap_err().message
}

/// The report on the commits as JSON, by whoever reads them.
fn report(repo: &dyn Repo, base: &str, head: &str) -> String {
    let host = Host {
        env: [(
            BString::from("GITHUB_REPOSITORY"),
            BString::from("acme/radio"),
        )]
        .into(),
        today: "2026-11-25".parse().unwrap(),
        ..Host::default()
    };
    let request = Request {
        what: What::Range {
            base: base.to_owned(),
            head: head.to_owned(),
        },
        stage: None,
        policy: Some(Given {
            name: "policy.yml".to_owned(),
            text: POLICY.into(),
            sha256: None,
            ..Given::default()
        }),
        signers: &[],
        approvals: None,
        as_of: None,
        jobs: 1,
        host: &host,
        emergency: None,
        progress: &Silent,
    };
    serde_json::to_string_pretty(&run(repo, &request)).unwrap()
}

const PATHS: [&str; 6] = [
    "core/a.c",
    "core/b/c.c",
    "core.c",
    "util/a.c",
    "ci.yml",
    "a b",
];
const MESSAGES: [&str; 4] = [
    "A change",
    "A change\n\nAssisted-by: claude-code:opus\nTicket: A-1",
    "A change\n\nCo-authored-by: Cursor <cursoragent@cursor.com>",
    "Über\n\n- a list\n\nAssisted-by: nobody-knows-it:gpt-5",
];

/// What is done to a path, whatever it is then.
#[derive(Clone, Debug)]
struct Step {
    path: usize,
    to: usize,
    what: usize,
    seed: usize,
}

fn steps() -> impl Strategy<Value = Vec<(usize, Vec<Step>)>> {
    let step = (0..PATHS.len(), 0..PATHS.len(), 0..6_usize, 0..4_usize);
    let step = step.prop_map(|(path, to, what, seed)| Step {
        path,
        to,
        what,
        seed,
    });
    let commit = (0..MESSAGES.len(), prop::collection::vec(step, 1..4));
    prop::collection::vec(commit, 1..5)
}

/// Thirty lines; of one seed always the same, and of two much alike.
fn text(seed: usize) -> String {
    let line = |at: usize| {
        format!(
            "value = mix(value, {}) + {};\n",
            at * 31 + 1000,
            seed + 7000
        )
    };
    let marker = if seed == 3 { "// SECRET-SAUCE\n" } else { "" };
    marker.to_owned() + &(0..30).map(line).collect::<String>()
}

/// The change as a test writes it, and the same done to the files of a real repository.
fn done(step: &Step, sandbox: &Sandbox) -> Option<String> {
    let (path, to) = (PATHS[step.path], PATHS[step.to]);
    let (file, target) = (sandbox.path().join(path), sandbox.path().join(to));
    let there = file.symlink_metadata().is_ok();
    let written = serde_json::to_string(&text(step.seed)).unwrap();
    match step.what {
        0 if !there => {
            sandbox.write(path, text(step.seed));
            Some(format!("{{add: '{path}', text: {written}}}"))
        }
        1 if !there => {
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            symlink("../elsewhere", file).unwrap();
            Some(format!("{{add: '{path}', link: ../elsewhere}}"))
        }
        0 | 2 if there && !file.is_symlink() => {
            let old = std::fs::read_to_string(&file).unwrap();
            std::fs::write(file, old + &text(step.seed)).unwrap();
            Some(format!("{{modify: '{path}', text: {written}}}"))
        }
        3 if there => {
            std::fs::remove_file(file).unwrap();
            Some(format!("{{delete: '{path}'}}"))
        }
        4 if there && target.symlink_metadata().is_err() => {
            std::fs::create_dir_all(target.parent().unwrap()).unwrap();
            std::fs::rename(file, target).unwrap();
            Some(format!("{{rename: '{path}', to: '{to}'}}"))
        }
        5 if there && !file.is_symlink() => {
            let mode = std::fs::Permissions::from_mode(0o755);
            std::fs::set_permissions(file, mode).unwrap();
            Some(format!("{{modify: '{path}', mode: executable}}"))
        }
        _ => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn commits_in_memory_are_those_that_git_makes(history in steps()) {
        let sandbox = Sandbox::new();
        let commit = |message: &str| {
            sandbox.git(&["add", "-A"]);
            let who = [("NAME", "A Person"), ("EMAIL", "person@acme.example")];
            let mut git = sandbox.command("git", &sandbox.path());
            git.args(["commit", "-q", "--allow-empty", "--cleanup=verbatim", "-m", message]);
            for (part, value) in who {
                git.env(format!("GIT_AUTHOR_{part}"), value);
                git.env(format!("GIT_COMMITTER_{part}"), value);
            }
            assert!(git.status().unwrap().success());
            sandbox.id("HEAD").to_string()
        };
        sandbox.write("core/a.c", text(0));
        let base = commit("A change");
        let first = serde_json::to_string(&text(0)).unwrap();
        let mut test = format!("      files: [{{path: core/a.c, text: {first}}}]\n      commits:\n");
        let mut head = base.clone();
        for (message, steps) in &history {
            let message = MESSAGES[*message];
            let quoted = serde_json::to_string(message).unwrap();
            let changes: Vec<String> = steps.iter().filter_map(|step| done(step, &sandbox)).collect();
            let changes = changes.join(", ");
            test.extend(["        - message: ", &quoted, "\n          changes: [", &changes, "]\n"]);
            head = commit(message);
        }
        let made = make(&given(&test), None).unwrap_or_else(|one| panic!("{}\n{test}", one.message));
        let ids = (made.base.to_string(), made.repo.resolve("change").unwrap().to_string());
        prop_assert_eq!(&ids, &(base.clone(), head.clone()), "{}", test);
        let real = report(&*sandbox.open(), &base, &head);
        prop_assert_eq!(report(&made.repo, &base, &head), real, "{}", test);
    }
}

#[test]
fn a_path_that_nobody_put_there_lies_at_the_base_and_is_like_no_other() {
    let made = make(
        &given("      commits: [{changes: [{delete: a}, {rename: b, to: c}, {add: d}]}]\n"),
        None,
    )
    .unwrap();
    let base = made.repo.resolve("main").unwrap();
    assert_eq!(base, made.base);
    assert_eq!(stand_in("a").lines().count(), 40);
    let (one, other) = (stand_in("a"), stand_in("b"));
    assert!(one.lines().all(|line| !other.contains(line)));
}

#[test]
fn what_cannot_be_made_is_told() {
    let one = |change: &str| problem(&format!("      commits: [{{changes: [{change}]}}]\n"));
    for (change, told) in [
        (
            "{}",
            "a change has one of `add`, `modify`, `replace`, `delete`, `rename`",
        ),
        (
            "{add: a, delete: a}",
            "a change has one of `add`, `modify`, `replace`, `delete`, `rename`",
        ),
        ("{rename: a}", "`rename` and `to` belong together"),
        ("{add: a, to: b}", "`rename` and `to` belong together"),
        (
            "{delete: a, text: b}",
            "what is deleted has neither text nor mode",
        ),
        (
            "{add: a, text: b, link: c}",
            "a file has one of `text`, `template`, `link`, `copy_of`",
        ),
        ("{replace: a}", "`replace` says by which text"),
        ("{delete: a}, {modify: a}", "`a` is not there any more"),
        ("{modify: a}, {add: a}", "`a` is there already"),
        (
            "{rename: a, to: b}, {rename: c, to: b}",
            "`b` is there already",
        ),
        (
            "{add: a}, {add: a/b}",
            "`a/b` cannot be a file and a folder at once",
        ),
        (
            "{add: a/b}, {add: a}",
            "`a` cannot be a file and a folder at once",
        ),
        ("{add: /a}", "no file can lie at `/a`"),
    ] {
        assert_eq!(one(change), told, "{change}");
    }
    for (given, told) in [
        ("      commits: []\n", "without a commit nothing is judged"),
        (
            "      commits: [{author: Dev}]\n",
            "`Dev` is not `Name <address>`",
        ),
        (
            "      commits: [{committer: \"A <a> 1 +0000\"}]\n",
            "`A <a> 1 +0000` is not `Name <address>`",
        ),
        (
            "      branch: \"a..b\"\n      commits: [{}]\n",
            "`a..b` is not the name of a branch",
        ),
    ] {
        assert_eq!(problem(given), told, "{given}");
    }
}
