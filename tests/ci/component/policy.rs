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
    let policy = ours("policies/example-org/policy.yml");
    let policy = policy
        .replace("version: 1 ", &format!("version: {version} "))
        .replace("vendor review SEC-2210", note);
    forge.dev.write("policy.yml", policy);
    forge.dev.commit(&format!("Version {version}: {note}"));
    forge.push(branch);
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
    let raise = "raise policy.version";
    assert!(said.stdout.contains(raise), "{}", said.stdout);
    forge.dev.git(["checkout", "-q", "change"]);
    version(&forge, "change", 3, "vendor review SEC-2998");
    let said = run(&program, &forge, "change", &request);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(!said.stdout.contains(raise), "{}", said.stdout);
    let gone = [request[0], ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "gone")];
    assert_eq!(run(&program, &forge, "change", &gone).code, 1);
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
