//! `docs/gitlab.md`: its pipelines run, and its commands do in a job.

use super::{Project, merge_request, ours, push};
use crate::forge::{Depth, Forge};
use crate::support::{Said, said};

/// How the page names the component.
const COMPONENT: &str = "component: $CI_SERVER_FQDN/OWNER/cordon/cordon@COMMIT";

/// The blocks in a language, each with the line before it.
fn blocks(language: &str) -> Vec<(String, String)> {
    let page = ours("docs/gitlab.md");
    let opening = format!("\n```{language}\n");
    let parts: Vec<&str> = page.split(&opening).collect();
    let pairs = parts.windows(2).map(|pair| {
        let before = pair[0].lines().last().unwrap_or_default();
        let text = pair[1].split("```").next().unwrap();
        (before.to_owned(), text.to_owned())
    });
    pairs.collect()
}

/// Runs a pipeline of the page for a merge request of a branch.
fn documented(project: &Project, pipeline: &str, branch: &str) -> Said {
    let forge = &project.forge;
    forge.checkout(branch, Depth::One);
    project.include("{version: system}");
    let pipeline = pipeline.replace(COMPONENT, "local: templates/cordon.yml");
    std::fs::write(project.checkout().join(".gitlab-ci.yml"), pipeline).unwrap();
    project.pipeline(&merge_request(forge, branch), &[])
}

#[test]
fn each_pipeline_of_the_page_judges() {
    let Some(project) = Project::new() else {
        return;
    };
    let mut ran = 0;
    for (_, pipeline) in blocks("yaml") {
        assert!(pipeline.starts_with("# .gitlab-ci.yml\n"), "{pipeline}");
        assert_eq!(
            pipeline.contains("component:"),
            pipeline.contains(COMPONENT)
        );
        let passed = documented(&project, &pipeline, "docs");
        assert_eq!(passed.code, 0, "{pipeline}{}", passed.stdout);
        assert!(
            passed.stdout.contains("PASS"),
            "{pipeline}{}",
            passed.stdout
        );
        assert!(project.left("gl-code-quality-report.json").starts_with('['));
        assert!(project.left("cordon.xml").starts_with("<?xml"));
        let failed = documented(&project, &pipeline, "feature");
        let blocks = !pipeline.contains("fail-on: incomplete");
        assert_eq!(
            failed.code,
            i32::from(blocks),
            "{pipeline}{}",
            failed.stdout
        );
        assert!(failed.stdout.contains("zone-agent"), "{}", failed.stdout);
        ran += 1;
    }
    assert_eq!(ran, 3);
}

/// The commands of the page's blocks, and those in its text that are whole: `cordon ci …`.
fn commands() -> Vec<String> {
    let page = ours("docs/gitlab.md");
    let prose: String = page.split("```").step_by(2).collect();
    let spans = prose.split('`').skip(1).step_by(2);
    let mut commands: Vec<String> = spans
        .filter(|span| span.starts_with("cordon ci"))
        .map(ToOwned::to_owned)
        .collect();
    for (before, block) in blocks("sh") {
        assert_eq!(before, "<!-- in a job: tests/ci -->", "{block}");
        commands.extend(block.lines().map(ToOwned::to_owned));
    }
    commands
}

#[test]
fn each_command_of_the_page_runs_in_jobs_of_both_kinds() {
    let forge = Forge::new();
    let before = forge.id("main");
    forge.dev.git(["checkout", "-q", "main"]);
    forge
        .dev
        .commit("Merge branch 'docs'\n\nSee merge request acme/radio!7");
    forge.push("main");
    forge.keep("main", "refs/merge-requests/7/head");
    forge.dev.git(["checkout", "-q", "-b", "docs"]);
    forge.agent("docs/guide.md");
    forge.push("docs");
    let commands = commands();
    assert!(commands.len() >= 2, "{commands:?}");
    for (branch, job) in [
        ("main", push(&forge, "main", &before)),
        ("docs", merge_request(&forge, "docs")),
    ] {
        let job = job.with("GITLAB_CI", "true");
        for command in &commands {
            forge.checkout(branch, Depth::Full);
            let said = said(forge.in_job("sh", &job).args(["-c", command]));
            let told = format!("{branch}: {command}: {}{}", said.stdout, said.stderr);
            assert_eq!(said.code, 0, "{told}");
            assert!(said.stdout.contains("pass"), "{told}");
        }
    }
}

#[test]
fn each_input_that_the_page_names_is_one_and_none_is_forgotten() {
    let page = ours("docs/gitlab.md");
    let (_, rest) = page.split_once("The others have defaults").unwrap();
    let (list, _) = rest.split_once("names of the reports").unwrap();
    let mut named: Vec<&str> = list.split('`').skip(1).step_by(2).collect();
    let template = ours("templates/cordon.yml");
    let (spec, _) = template.split_once("\n---\n").unwrap();
    let inputs = spec
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(':'));
    let mut inputs: Vec<&str> = inputs
        .filter(|name| !name.starts_with(' ') && !name.ends_with("-file"))
        .collect();
    named.extend(["version", "repository", "image"]);
    named.sort_unstable();
    inputs.sort_unstable();
    assert_eq!(named, inputs);
}
