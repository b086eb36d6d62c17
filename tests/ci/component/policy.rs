//! The job that a policy repository runs for its own changes: `policies/example-org/.gitlab-ci.yml`.

use super::{gitlab_ci_local, ours};
use crate::forge::{Depth, Forge, Job, ZEROS};
use crate::support::{Said, said};

/// A forge with the example as its `main`.
fn example() -> Forge {
    let forge = Forge::empty();
    let dev = &forge.dev;
    let copy = format!(
        "cp -R '{}/policies/example-org/.' .",
        env!("CARGO_MANIFEST_DIR")
    );
    assert_eq!(dev.shell(&copy).code, 0);
    dev.commit("Begin");
    dev.git(["branch", "-M", "main"]);
    forge.push("main");
    forge
}

/// Commits and pushes another note in the policy, by a version.
fn version(forge: &Forge, branch: &str, version: u32, note: &str) {
    noted(forge, branch, version, ("vendor review SEC-2210", note));
}

/// The same, in the place of any note.
fn noted(forge: &Forge, branch: &str, version: u32, (old, note): (&str, &str)) {
    let policy = ours("policies/example-org/policy.yml");
    let policy = policy
        .replace("version: 1 ", &format!("version: {version} "))
        .replace(old, note);
    forge.dev.write("policy.yml", policy);
    forge.dev.commit(&format!("Version {version}: {note}"));
    forge.push(branch);
}

/// A new branch at a revision, that is checked out.
fn begin(forge: &Forge, branch: &str, revision: &str) {
    let args = ["checkout", "-q", "-b", branch, revision];
    forge.dev.git(args);
}

/// Commits and pushes a page.
fn page(forge: &Forge, branch: &str) {
    forge.dev.write("page.md", format!("For {branch}\n"));
    forge.dev.commit("Write a page");
    forge.push(branch);
}

/// Merges a branch into what is checked out.
fn merge(forge: &Forge, branch: &str) {
    let args = ["merge", "-q", "--no-ff", "--no-edit", branch];
    forge.dev.git(args);
}

/// Runs the job in a checkout of a branch. Cordon is here already.
fn run(program: &str, forge: &Forge, branch: &str, env: &[(&str, &str)]) -> Said {
    forge.checkout(branch, Depth::Full);
    let pipeline = ours("policies/example-org/.gitlab-ci.yml");
    let (before, rest) = pipeline.split_once("  before_script:\n").unwrap();
    let (_, script) = rest.split_once("  script:\n").unwrap();
    let pipeline = format!("{before}  script:\n{script}");
    let path = forge.dev.outside("checkout/.gitlab-ci.yml");
    std::fs::write(path, pipeline).unwrap();
    // What its mutants do is asked elsewhere, and takes long.
    let check = forge.dev.outside("checkout/ci/check.sh");
    let text = std::fs::read_to_string(&check).unwrap();
    assert!(text.contains(" --mutate\n"));
    std::fs::write(check, text.replace(" --mutate\n", "\n")).unwrap();
    let mut command = forge.in_job(program, &Job::default());
    command.args(["--force-shell-executor", "--no-color"]);
    for (name, value) in env {
        command.args(["--variable", &format!("{name}={value}")]);
    }
    let mut said = said(&mut command);
    said.stdout.push_str(&said.stderr);
    said
}

#[test]
fn the_example_compares_a_request_with_the_tip_of_its_target() {
    let Some(program) = gitlab_ci_local() else {
        return;
    };
    let forge = example();
    let cut = forge.id("main");
    forge.dev.git(["checkout", "-q", "-b", "change"]);
    version(&forge, "change", 2, "vendor review SEC-2998");
    let request = [
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_DIFF_BASE_SHA", &cut),
        ("CI_COMMIT_BEFORE_SHA", ZEROS),
    ];
    let said = run(&program, &forge, "change", &request);
    assert_eq!(said.code, 0, "{}", said.stdout);
    // Another request took the number.
    forge.dev.git(["checkout", "-q", "main"]);
    version(&forge, "main", 2, "vendor review SEC-2999");
    let said = run(&program, &forge, "change", &request);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains(RAISE), "{}", said.stdout);
    forge.dev.git(["checkout", "-q", "change"]);
    version(&forge, "change", 3, "vendor review SEC-2998");
    let said = run(&program, &forge, "change", &request);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(!said.stdout.contains(RAISE), "{}", said.stdout);
    let gone = [request[0], ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "gone")];
    assert_eq!(run(&program, &forge, "change", &gone).code, 1);
}

const RAISE: &str = "raise policy.version";

#[test]
fn the_example_compares_a_train_with_what_it_is_built_on() {
    let Some(program) = gitlab_ci_local() else {
        return;
    };
    let forge = example();
    let main = forge.id("main");
    // Two requests take the same number; nothing is in the way of merging both.
    for (branch, note) in [("a", "SEC-2210"), ("b", "SEC-2231")] {
        begin(&forge, branch, "main");
        noted(&forge, branch, 2, (note, "SEC-2999"));
    }
    page(&forge, "b");
    begin(&forge, "docs", "main");
    page(&forge, "docs");
    for (branch, built, onto) in [
        ("a", "train-a", "main"),
        ("b", "train-b", "train-a"),
        ("docs", "train-docs", "train-a"),
    ] {
        begin(&forge, built, onto);
        merge(&forge, branch);
        forge.push(built);
    }
    // A project that merges by fast-forward has no merge at the end, but each commit anew.
    begin(&forge, "train-linear", "b");
    forge.dev.git(["rebase", "-q", "train-a"]);
    forge.push("train-linear");
    let first = forge.id("train-a");
    for (branch, event, onto, code, told) in [
        ("train-a", "merge_train", Some(&main), 0, "weaker"),
        ("train-b", "merge_train", Some(&first), 1, RAISE),
        ("train-b", "merged_result", Some(&first), 1, RAISE),
        ("train-linear", "merge_train", Some(&first), 1, RAISE),
        (
            "train-docs",
            "merge_train",
            Some(&first),
            0,
            "diff: 0 weaker",
        ),
        (
            "train-a",
            "merge_train",
            None,
            1,
            "is no commit that is here",
        ),
    ] {
        let mut env = vec![
            ("CI_PIPELINE_SOURCE", "merge_request_event"),
            ("CI_MERGE_REQUEST_EVENT_TYPE", event),
            ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
            ("CI_COMMIT_BEFORE_SHA", ZEROS),
        ];
        env.extend(onto.map(|onto| ("CI_MERGE_REQUEST_TARGET_BRANCH_SHA", onto.as_str())));
        let said = run(&program, &forge, branch, &env);
        assert_eq!(said.code, code, "{branch}: {}", said.stdout);
        assert!(said.stdout.contains(told), "{branch}: {}", said.stdout);
    }
}

#[test]
fn the_example_tells_what_a_request_changes_from_where_it_left_its_target() {
    let Some(program) = gitlab_ci_local() else {
        return;
    };
    let forge = example();
    begin(&forge, "docs", "main");
    page(&forge, "docs");
    // It had the second version, and takes it back.
    begin(&forge, "back", "main");
    begin(&forge, "crossed", "docs");
    forge.dev.git(["checkout", "-q", "main"]);
    version(&forge, "main", 2, "vendor review SEC-2999");
    for branch in ["back", "crossed"] {
        forge.dev.git(["checkout", "-q", branch]);
        merge(&forge, "main");
        version(&forge, branch, 1, "vendor review SEC-2210");
    }
    let request = [
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_MERGE_REQUEST_EVENT_TYPE", "detached"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_COMMIT_BEFORE_SHA", ZEROS),
    ];
    let asked = |branch: &str, code: i32, told: &str| {
        let said = run(&program, &forge, branch, &request);
        assert_eq!(said.code, code, "{branch}: {}", said.stdout);
        assert!(said.stdout.contains(told), "{branch}: {}", said.stdout);
    };
    asked("docs", 0, "diff: 0 weaker, 0 stricter");
    asked("back", 1, RAISE);
    // Main took the page as well: of both commits that they share, one has the first version.
    forge.dev.git(["checkout", "-q", "main"]);
    merge(&forge, "docs");
    forge.push("main");
    let shared = forge
        .dev
        .git(["merge-base", "--all", "main", "crossed"])
        .stdout;
    assert_eq!(shared.lines().count(), 2, "{shared}");
    asked("crossed", 1, RAISE);
}

#[test]
fn the_example_compares_a_push_with_what_was_before() {
    let Some(program) = gitlab_ci_local() else {
        return;
    };
    let forge = example();
    let before = forge.id("main");
    version(&forge, "main", 1, "vendor review SEC-2999");
    for (before, code) in [(ZEROS, 0), (&*before, 1)] {
        let push = [
            ("CI_PIPELINE_SOURCE", "push"),
            ("CI_COMMIT_BRANCH", "main"),
            ("CI_DEFAULT_BRANCH", "main"),
            ("CI_COMMIT_BEFORE_SHA", before),
        ];
        let said = run(&program, &forge, "main", &push);
        assert_eq!(said.code, code, "{before}: {}", said.stdout);
    }
}
