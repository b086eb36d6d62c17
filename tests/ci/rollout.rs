//! What policies/example-org/ ships for GitHub: the workflow that a ruleset requires in every repository, the ruleset,
//! and the workflow of the policy repository itself.

use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use crate::forge::Forge;
use crate::support::Sandbox;
use crate::workflow::{about, documented, events, file, first_workflow, job, judges, parsed, run};

const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/policies/example-org");

/// At the address that the example names: agents are kept out of `docs`.
pub(crate) fn policy_of_the_organisation(forge: &Forge) {
    let dev = &forge.dev;
    let remote = dev.outside("agent-policy");
    std::fs::create_dir(&remote).unwrap();
    let policy = "cordon: 1\npolicy: {id: acme, version: 1}\nzones: {docs: {class: custom, paths: [docs/**], agents: denied}}\n";
    std::fs::write(remote.join("policy.yml"), policy).unwrap();
    let remote = remote.to_str().unwrap();
    let commit = "git init -q -b main . && git add . && git -c user.name=A -c user.email=a@b.c commit -q -m Begin";
    assert_eq!(dev.shell(&format!("cd {remote} && {commit}")).code, 0);
    let instead = format!("url.file://{remote}.insteadOf");
    dev.git([
        "config",
        "--global",
        &instead,
        "https://github.com/acme/agent-policy",
    ]);
}

#[test]
fn the_required_workflow_judges_by_the_policy_of_the_organisation() {
    let workflow = parsed(&file("policies/example-org/.github/workflows/cordon.yml"));
    let on = &workflow["on"];
    assert_eq!(events(&workflow), ["merge_group", "pull_request"]);
    // GitHub would take no heed of a filter, and a reader must not believe in one.
    assert!(
        on.as_object().unwrap().values().all(|filter| *filter == ""),
        "{on}"
    );
    // A ruleset waits for the run: no other one may take it away.
    assert_eq!(workflow["concurrency"]["cancel-in-progress"], false);
    let group = workflow["concurrency"]["group"].as_str().unwrap();
    assert!(group.ends_with("${{ github.run_id }}"), "{group}");
    let first = documented_group();
    assert!(
        !group.starts_with(first.split("${{").next().unwrap()),
        "{first}"
    );
    let forge = Forge::new();
    policy_of_the_organisation(&forge);
    let wanted = [
        ("README.md", 0),
        ("docs/guide.md", 1),
        ("src/core/key.c", 1),
    ];
    judges(&forge, &workflow, &wanted);
}

/// The group of the workflow that the page begins with.
fn documented_group() -> String {
    let workflow = first_workflow();
    workflow["concurrency"]["group"]
        .as_str()
        .unwrap()
        .to_owned()
}

/// A forge whose `main` is the example, and a branch `change` that changes its policy.
fn policy_repository(policy: impl Fn(&str) -> String) -> Forge {
    let forge = Forge::empty();
    let dev = &forge.dev;
    assert_eq!(dev.shell(&format!("cp -R {EXAMPLE}/. .")).code, 0);
    dev.commit("Begin");
    forge.push("main");
    dev.git(["checkout", "-q", "-b", "change"]);
    dev.write(
        "policy.yml",
        policy(&file("policies/example-org/policy.yml")),
    );
    dev.commit("Change the policy");
    forge.push("change");
    forge
}

#[test]
fn the_workflow_of_the_policy_repository_runs_its_checks() {
    let workflow = parsed(&file("policies/example-org/.github/workflows/policy.yml"));
    assert_eq!(events(&workflow), ["merge_group", "pull_request", "push"]);
    let mut steps = job(&workflow, "policy")["steps"].clone();
    let install =
        "cargo install --locked --git https://github.com/OWNER/cordon --rev COMMIT git-cordon";
    let steps_of = steps.as_array_mut().unwrap();
    let before = steps_of.len();
    // The program under test is on the path.
    steps_of.retain(|step| step["run"] != install);
    assert_eq!(steps_of.len(), before - 1);
    let raised = |policy: &str| {
        policy
            .replace("version: 1 ", "version: 2 ")
            .replace("SEC-2210", "SEC-2999")
    };
    let kept = |policy: &str| policy.replace("SEC-2210", "SEC-2999");
    for event in events(&workflow) {
        for (forge, code) in [(policy_repository(raised), 0), (policy_repository(kept), 1)] {
            let about = about(&forge, event, "change");
            let (ended, told) = run(&forge, &steps, "change", &about);
            assert_eq!(ended, code, "{event}: {told}");
            // Both know what was before.
            assert_eq!(told.contains("raise policy.version"), code == 1, "{told}");
            assert!(told.contains("diff: 0 weaker"), "{event}: {told}");
        }
    }
}

/// A `gh` that knows one repository and keeps the ruleset that it is given.
fn gh(dev: &mut Sandbox) -> PathBuf {
    let bin = dev.outside("bin");
    std::fs::create_dir(&bin).unwrap();
    let kept = dev.outside("ruleset.json");
    let script = format!(
        "#!/bin/sh\ncase $* in\n\
         'api repos/acme/agent-policy --jq .id') echo 583231 ;;\n\
         'api --method POST orgs/acme/rulesets --input -') cat >{} ;;\n\
         *) echo \"$*\" >&2; exit 1 ;;\nesac\n",
        kept.display()
    );
    std::fs::write(bin.join("gh"), script).unwrap();
    std::fs::set_permissions(bin.join("gh"), std::fs::Permissions::from_mode(0o755)).unwrap();
    dev.set(
        "PATH",
        &format!("{}:/usr/local/bin:/usr/bin:/bin", bin.display()),
    );
    kept
}

#[test]
fn the_commands_of_the_page_make_the_ruleset_that_requires_the_workflow() {
    let mut dev = Sandbox::new();
    let kept = gh(&mut dev);
    assert_eq!(dev.shell(&format!("cp -R {EXAMPLE}/. .")).code, 0);
    let said = dev.shell(&documented("## Make it binding", "sh"));
    assert_eq!(said.code, 0, "{said:?}");
    let ruleset: Value = serde_json::from_str(&std::fs::read_to_string(kept).unwrap()).unwrap();
    let required = &ruleset["rules"][0];
    assert_eq!(required["type"], "workflows");
    let workflow = json!({
        "repository_id": 583_231, "path": ".github/workflows/cordon.yml", "ref": "refs/heads/main",
    });
    assert_eq!(required["parameters"]["workflows"], json!([workflow]));
    assert!(
        Path::new(EXAMPLE)
            .join(".github/workflows/cordon.yml")
            .exists()
    );
    assert_eq!(ruleset["enforcement"], "active");
    assert_eq!(ruleset["bypass_actors"], json!([]));
    let conditions = &ruleset["conditions"];
    assert_eq!(
        conditions["repository_name"],
        json!({"include": ["~ALL"], "exclude": []})
    );
    assert_eq!(
        conditions["ref_name"],
        json!({"include": ["~DEFAULT_BRANCH"], "exclude": []})
    );
}
