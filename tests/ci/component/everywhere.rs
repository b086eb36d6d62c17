//! The job that a security policy project puts into every pipeline of a group: `policies/example-org/ci/gitlab.yml`.

use super::{Project, merge_request, ours};
use crate::forge::Depth;
use crate::support::{CLAUDE, CORDON, said};

/// Where the example has the policy.
const ADDRESS: &str = "https://gitlab.acme.example/acme/security/agent-policy.git";

/// What GitLab makes of the policy's file: the component by its address becomes the one of this repository, and the stage
/// that only GitLab knows is declared. The example's policy lies where Git, as the machine is set up, finds its address.
fn put_into(project: &Project) {
    let dev = &project.forge.dev;
    let injected = ours("policies/example-org/ci/gitlab.yml");
    let component = "component: $CI_SERVER_FQDN/acme/security/cordon/cordon@COMMIT";
    assert!(injected.contains(component), "{injected}");
    let injected = injected.replace(component, "local: templates/cordon.yml");
    project.include("{version: system}");
    let pipeline = format!("stages: [.pipeline-policy-pre, test]\n{injected}");
    std::fs::write(project.checkout().join(".gitlab-ci.yml"), pipeline).unwrap();
    let policy = dev.outside("agent-policy");
    let made = format!(
        "cp -R '{}/policies/example-org' '{policy}' && cd '{policy}' && git init -q -b main . && git add -A && \
         git -c user.name=R -c user.email=r.lee@acme.example commit -q -m 'Begin' && \
         git config --global url.'file://{policy}'.insteadOf '{ADDRESS}'",
        env!("CARGO_MANIFEST_DIR"),
        policy = policy.display(),
    );
    let said = said(dev.command("sh", &dev.outside("")).args(["-c", &made]));
    assert_eq!(said.code, 0, "{}", said.stderr);
}

#[test]
fn the_example_of_a_security_policy_project_judges_a_project_that_has_no_say() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    forge.checkout("docs", Depth::One);
    put_into(&project);
    // The agent is conditional at Acme, and the change is not in the zone.
    let job = merge_request(forge, "docs")
        .with("CI_JOB_TOKEN", "a-token")
        .with("CI_SERVER_FQDN", "gitlab.acme.example");
    let told = project.pipeline(&job, &[]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    assert!(
        told.stdout.contains("(.pipeline-policy-pre)"),
        "{}",
        told.stdout
    );
    assert!(told.stdout.contains("agent-policy.git"), "{}", told.stdout);
    // A repository that allows everything is judged by the organisation all the same.
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "docs"]);
    dev.write("docs/more.md", "more\n");
    let other = CLAUDE.replace(
        "Claude <noreply@anthropic.com>",
        "Cursor <cursoragent@cursor.com>",
    );
    dev.commit(&format!("Explain more\n\n{other}"));
    forge.push("docs");
    let job = job.with("CI_COMMIT_SHA", &forge.id("docs"));
    let told = project.pipeline(&job, &[]);
    assert_eq!(told.code, 1, "{}", told.stdout);
    for word in ["agent-denied", "acme-agents 1", "FAIL 1"] {
        assert!(told.stdout.contains(word), "{word}: {}", told.stdout);
    }
}

/// A program in the place of Git that writes down what addresses become, and then is Git.
fn watched(project: &Project) -> String {
    let dev = &project.forge.dev;
    let told = said(
        dev.command("sh", &dev.outside(""))
            .args(["-c", "command -v git"]),
    );
    let git = told.stdout.trim();
    let text = format!(
        "#!/bin/sh\n'{git}' config --get-regexp '^url' >>\"$HOME/seen\"\nexec '{git}' \"$@\"\n"
    );
    let dir = dev.outside("watched");
    std::fs::create_dir(&dir).unwrap();
    std::fs::write(dir.join("git"), text).unwrap();
    let made = said(dev.command("chmod", &dir).args(["755", "git"]));
    assert_eq!(made.code, 0, "{}", made.stderr);
    let bin = std::path::Path::new(CORDON)
        .parent()
        .unwrap()
        .display()
        .to_string();
    format!("{}:{bin}:{}", dir.display(), std::env::var("PATH").unwrap())
}

#[test]
fn the_token_of_the_job_is_for_this_server_alone_and_does_not_stay() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    forge.checkout("docs", Depth::One);
    put_into(&project);
    let job = merge_request(forge, "docs")
        .with("CI_JOB_TOKEN", "a-token")
        .with("CI_SERVER_FQDN", "gitlab.acme.example");
    let told = project.pipeline(&job, &[("PATH", &watched(&project))]);
    assert_eq!(told.code, 0, "{}", told.stdout);
    let seen = std::fs::read_to_string(forge.dev.outside("seen")).unwrap();
    let rule = "url.https://gitlab-ci-token:a-token@gitlab.acme.example/.insteadof https://gitlab.acme.example/";
    assert!(seen.lines().any(|line| line == rule), "{seen}");
    let tokens = seen.lines().filter(|line| line.contains("a-token"));
    assert!(tokens.into_iter().all(|line| line == rule), "{seen}");
    let mine = std::fs::read_to_string(forge.dev.outside(".gitconfig")).unwrap();
    assert!(!mine.contains("a-token"), "{mine}");
    assert!(!told.stdout.contains("a-token"), "{}", told.stdout);
}

#[test]
fn the_policy_of_the_group_names_the_file_that_is_there() {
    let policy = ours("policies/example-org/.gitlab/security-policies/policy.yml");
    let file = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("file: "));
    assert!(ours(&format!("policies/example-org/{}", file.unwrap())).contains(ADDRESS));
    // The project and the ref are those of the policy that its job judges by.
    let project = policy
        .lines()
        .find_map(|line| line.trim().strip_prefix("- project: "));
    assert_eq!(
        ADDRESS,
        format!("https://gitlab.acme.example/{}.git", project.unwrap())
    );
}
