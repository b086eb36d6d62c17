//! What a change brings is never a command of the job, and no report is written where a change leads.

use super::{Project, merge_request};
use crate::forge::Depth;

const HOSTILE: &str = "'; touch pwned; ' $(touch pwned) `touch pwned` \" ${IFS} \\ && touch pwned";

#[test]
fn no_title_branch_or_message_is_run() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    let dev = &forge.dev;
    let branch = "x';touch${IFS}pwned;'$(touch${IFS}pwned)`pwned`";
    dev.git(["checkout", "-q", "-b", branch, "main"]);
    dev.write("docs/$(touch pwned)'.md", "a\n");
    dev.commit(HOSTILE);
    dev.git(["push", "-q", "origin", &format!("{branch}:{branch}")]);
    let job = merge_request(forge, branch)
        .with("CI_MERGE_REQUEST_TITLE", HOSTILE)
        .with("CI_MERGE_REQUEST_DESCRIPTION", HOSTILE)
        .with("CI_COMMIT_MESSAGE", HOSTILE)
        .with("CI_COMMIT_REF_NAME", branch);
    let said = project.run(branch, &job, "{version: system}");
    assert_eq!(said.code, 0, "{}", said.stdout);
    dev.write("src/core/a.c", "a\n");
    dev.commit(&format!("{HOSTILE}\n\n{}", crate::support::CLAUDE));
    dev.git(["push", "-q", "origin", &format!("{branch}:{branch}")]);
    let job = job.with("CI_COMMIT_SHA", &forge.id("HEAD"));
    let said = project.run(branch, &job, "{version: system}");
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(said.stdout.contains("zone-agent"), "{}", said.stdout);
    assert!(!project.checkout().join("pwned").exists());
}

#[cfg(unix)]
#[test]
fn no_report_goes_where_a_link_of_the_change_leads() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    let dev = &forge.dev;
    let victim = dev.outside("victim");
    std::fs::write(&victim, "whole\n").unwrap();
    dev.git(["checkout", "-q", "-b", "links", "main"]);
    for name in ["gl-code-quality-report.json", "cordon.xml", "cordon.html"] {
        std::os::unix::fs::symlink(&victim, dev.path().join(name)).unwrap();
    }
    dev.write("gl-secret-detection-report.json/a", "a folder\n");
    dev.commit("Add links");
    forge.push("links");
    let job = merge_request(forge, "links");
    let said = project.run("links", &job, "{version: system}");
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert_eq!(std::fs::read_to_string(&victim).unwrap(), "whole\n");
    assert!(
        project
            .left("gl-secret-detection-report.json")
            .contains("15.0.6")
    );
}

#[test]
fn a_job_that_gets_no_verdict_leaves_no_report_of_the_change() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    let dev = &forge.dev;
    let names = [
        "gl-code-quality-report.json",
        "cordon.xml",
        "gl-secret-detection-report.json",
        "cordon.html",
    ];
    dev.git(["checkout", "-q", "-b", "forged", "main"]);
    for name in names {
        dev.write(name, "forged\n");
    }
    dev.commit("Bring reports");
    forge.push("forged");
    let job = merge_request(forge, "forged");
    let temporary = dev.outside("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let scratch = [("TMPDIR", temporary.to_str().unwrap())];
    for inputs in [
        "{version: 1.2.3}",
        "{version: system, job-token: true}",
        "{version: system, policy: no/such.yml}",
    ] {
        forge.checkout("forged", Depth::One);
        project.include(inputs);
        let said = project.pipeline(&job.clone().with("CI_JOB_TOKEN", ""), &scratch);
        assert_eq!(said.code, 1, "{inputs}: {}", said.stdout);
        assert!(said.stdout.contains("FAIL 2"), "{inputs}: {}", said.stdout);
        for name in names {
            assert!(!project.left(name).contains("forged"), "{inputs}: {name}");
        }
        let left = std::fs::read_dir(&temporary).unwrap();
        assert_eq!(left.count(), 0, "{inputs}");
    }
}

#[test]
fn what_a_project_says_for_all_its_jobs_is_not_said_for_this_one() {
    let Some(project) = Project::new() else {
        return;
    };
    let forge = &project.forge;
    let job = merge_request(forge, "docs");
    forge.checkout("docs", Depth::One);
    project.include("{version: system}");
    let path = project.checkout().join(".gitlab-ci.yml");
    let pipeline = std::fs::read_to_string(&path).unwrap();
    let own = "variables: {PATH: /nowhere}\n";
    std::fs::write(&path, format!("{own}{pipeline}")).unwrap();
    let said = project.pipeline(&job, &[]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("PASS"), "{}", said.stdout);
    let template = super::ours("templates/cordon.yml");
    let (_, job) = template.split_once("\n---\n").unwrap();
    for line in [
        "  inherit: {default: false, variables: false}\n",
        "    GIT_STRATEGY: clone\n",
    ] {
        assert!(job.contains(line), "{line}");
    }
}

#[test]
fn nothing_from_outside_is_text_of_the_script() {
    // Besides the inputs, a block would be the only way in; and each stands alone in single quotes.
    let template = super::ours("templates/cordon.yml");
    let (_, jobs) = template.split_once("\n---\n").unwrap();
    let (_, script) = jobs.split_once("  script:\n").unwrap();
    let (script, _) = script.split_once("  artifacts:\n").unwrap();
    let lines = script.lines().filter(|line| line.contains("$[["));
    let mut taken = 0;
    for line in lines {
        let (_, value) = line.split_once("='$[[ inputs.").unwrap();
        let input = value.strip_suffix(" ]]'").unwrap();
        let (_, meta) = template.split_once(&format!("\n    {input}:\n")).unwrap();
        let meta: Vec<&str> = meta
            .lines()
            .take_while(|line| line.starts_with("      "))
            .collect();
        let held = |line: &&str| {
            ["regex: ^", "options: [", "type: boolean"]
                .iter()
                .any(|key| line.trim().starts_with(key))
        };
        assert!(meta.iter().any(held), "{input} may be anything");
        assert!(
            !meta
                .iter()
                .any(|line| line.trim().starts_with("regex:") && line.contains('\'')),
            "{input}"
        );
        taken += 1;
    }
    assert_eq!(taken, 12);
    // Of the pipeline's variables a few, which are data of a command.
    for part in script.split("CI_").skip(1) {
        let known = [
            "JOB_TOKEN:-}\n",
            "SERVER_FQDN:-}\n",
            "COMMIT_BRANCH:-}\"",
            "DEFAULT_BRANCH:-}\"",
        ];
        assert!(known.iter().any(|name| part.starts_with(name)), "{part}");
    }
}
