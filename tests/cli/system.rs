//! The system authority: what the owner of the machine says stands above everything.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use crate::support::{CLAUDE, Sandbox, incomplete};

const DENIED: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: denied}}\n";
const APPROVED: &str = "cordon: 1\nextends: []\nagents: {claude-code: {status: approved}}\n";

/// Whether these tests may make files that belong to root.
fn is_root(sandbox: &Sandbox) -> bool {
    sandbox.shell("id -u").stdout.trim() == "0"
}

/// A sandbox with an agent's commit and a system policy, named by the variable; `None` where this
/// user cannot make one.
fn with_system(policy: &str, system: &str) -> Option<Sandbox> {
    let mut sandbox = Sandbox::with_policy(policy);
    sandbox.write("a", "a\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    if !is_root(&sandbox) {
        return None;
    }
    let path = sandbox.outside("system/policy.yml");
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    std::fs::write(&path, system).unwrap();
    mode(&path, 0o644);
    mode(path.parent().unwrap(), 0o755);
    sandbox.set("CORDON_SYSTEM_POLICY", path.to_str().unwrap());
    Some(sandbox)
}

fn mode(path: &Path, mode: u32) {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
}

const RANGE: [&str; 2] = ["--range", "HEAD~1..HEAD"];

#[test]
fn a_system_policy_is_joined_above_all() {
    let Some(sandbox) = with_system(APPROVED, DENIED) else {
        return;
    };
    let report = sandbox.report(&RANGE);
    // The repository says less than the machine's owner, and is told so.
    assert_eq!(report.rules(), ["agent-denied", "policy-weakened"]);
    let layers = report.json["policy"]["layers"].as_array().unwrap();
    let path = sandbox.outside("system/policy.yml");
    assert_eq!(layers[0]["name"], "system");
    assert_eq!(layers[0]["path"], path.to_str().unwrap());
    assert_eq!(layers[1]["name"], "repository");
    let denied = &report.of("agent-denied")[0]["policy"];
    assert_eq!(denied["file"], path.to_str().unwrap());
    assert_eq!(denied["line"], 3);
    let told = report.of("policy-weakened")[0]["message"].to_string();
    assert!(told.contains(".cordon.yml:3 says"), "{told}");
    assert!(told.contains("policy.yml:3 says"), "{told}");
}

#[test]
fn an_organisation_below_the_system_cannot_loosen_it() {
    let Some(sandbox) = with_system(APPROVED, DENIED) else {
        return;
    };
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, APPROVED).unwrap();
    let org = org.to_str().unwrap();
    let report = sandbox.report(&[&RANGE[..], &["--policy", org]].concat());
    assert_eq!(report.of("agent-denied").len(), 1);
    // Once for the repository, once for the organisation, which is in no file of the repository.
    assert_eq!(
        report.places("policy-weakened"),
        ["-:null", ".cordon.yml:3"]
    );
    let names: Vec<_> = report.json["policy"]["layers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|layer| layer["name"].as_str().unwrap())
        .collect();
    assert_eq!(names, ["system", "org", "repository"]);
}

#[test]
fn a_file_that_a_variable_adds_takes_nothing_away() {
    let lax = "cordon: 1\nextends: []\nrules: {agent-denied: {mode: audit}}\n";
    let Some(sandbox) = with_system(DENIED, lax) else {
        return;
    };
    let report = sandbox.report(&RANGE);
    assert_eq!(report.rules(), ["agent-denied"]);
    assert_eq!(report.of("agent-denied")[0]["decision"], "blocked");
    // Nor the built-in policy, where the repository has none.
    let Some(sandbox) = with_system("cordon: 1\n", lax) else {
        return;
    };
    sandbox.git(["rm", "-q", ".cordon.yml"]);
    sandbox.commit("Without a policy");
    sandbox.write(".github/workflows/ci.yml", "on: push\n");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.report(&RANGE);
    assert_eq!(report.rules(), ["zone-agent"]);
    assert_eq!(report.json["policy"]["layers"][0]["name"], "builtin");
}

#[test]
fn a_system_policy_that_others_may_write_is_refused() {
    let Some(sandbox) = with_system(APPROVED, DENIED) else {
        return;
    };
    let path = sandbox.outside("system/policy.yml");
    let folder = path.parent().unwrap().to_owned();
    for (one, bad, good) in [
        (&path, 0o664, 0o644),
        (&path, 0o646, 0o644),
        (&folder, 0o775, 0o755),
        (&folder, 0o757, 0o755),
    ] {
        mode(one, bad);
        let report = sandbox.report(&RANGE);
        incomplete(&report, "policy-system");
        let mend = report.json["incomplete"][0]["mend"].to_string();
        assert!(mend.contains("chmod go-w"), "{mend}");
        mode(one, good);
        assert_eq!(sandbox.report(&RANGE).code, 1);
    }
    for one in [&path, &folder] {
        std::os::unix::fs::chown(one, Some(65534), None).unwrap();
        incomplete(&sandbox.report(&RANGE), "policy-system");
        std::os::unix::fs::chown(one, Some(0), None).unwrap();
    }
    assert_eq!(sandbox.report(&RANGE).code, 1);
}

#[test]
fn a_system_policy_of_somebody_else_is_refused() {
    let mut sandbox = Sandbox::with_policy(APPROVED);
    let path = sandbox.outside("policy.yml");
    std::fs::write(&path, DENIED).unwrap();
    if is_root(&sandbox) {
        std::os::unix::fs::chown(&path, Some(65534), None).unwrap();
    }
    sandbox.set("CORDON_SYSTEM_POLICY", path.to_str().unwrap());
    incomplete(&sandbox.report(&["--staged"]), "policy-system");
    // Nor does a hook go on without it.
    let said = sandbox.cordon(["hook", "pre-commit"]);
    assert_eq!(said.code, 2, "{}", said.stderr);
}

#[test]
fn a_system_policy_that_is_named_and_not_there_is_refused() {
    let mut sandbox = Sandbox::with_policy(APPROVED);
    let folder = sandbox.outside("system");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("real.yml"), DENIED).unwrap();
    std::os::unix::fs::symlink("real.yml", folder.join("link.yml")).unwrap();
    for path in ["/nowhere/policy.yml", "system/real.yml", "/dev/null"] {
        sandbox.set("CORDON_SYSTEM_POLICY", path);
        incomplete(&sandbox.report(&["--staged"]), "policy-system");
    }
    for name in ["link.yml", ""] {
        let path = folder.join(name);
        sandbox.set("CORDON_SYSTEM_POLICY", path.to_str().unwrap());
        incomplete(&sandbox.report(&["--staged"]), "policy-system");
    }
}

#[test]
fn a_broken_system_policy_lets_nobody_go_on() {
    let Some(sandbox) = with_system(APPROVED, "cordon: 1\nzonse: {}\n") else {
        return;
    };
    incomplete(&sandbox.report(&RANGE), "policy-invalid");
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, APPROVED).unwrap();
    let pinned = ["--policy", org.to_str().unwrap()];
    incomplete(
        &sandbox.report(&[&RANGE[..], &pinned].concat()),
        "policy-invalid",
    );
}
