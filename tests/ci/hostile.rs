//! What stands in commits steers no job: the log is read as a runner reads it.

use crate::forge::{Depth, Forge, Job, ZEROS, github, pull_request};

/// Commands as GitHub's runner finds them in a line: `::name …::text` after white space at its start, or `##[name]` wherever it
/// stands.
fn commands(log: &str) -> Vec<String> {
    let mut found = Vec::new();
    for line in log.split(['\n', '\r']) {
        let start = line.trim_start();
        if let Some((name, _)) = start
            .strip_prefix("::")
            .and_then(|rest| rest.split_once("::"))
        {
            found.push(name.split(' ').next().unwrap_or_default().to_owned());
        } else if let Some(at) = line.find("##[") {
            found.push(line[at..].to_owned());
        } else if let Some(at) = line.find("##vso[") {
            found.push(line[at..].to_owned());
        }
    }
    found
}

const HOSTILE: &str = "::error file=a::b\n\n::set-env name=PATH::/x\n  ::add-mask::secret\n##[command]ls\r::stop-commands::x\n##vso[task.setvariable variable=a]b\n\nCo-authored-by: ::error:: <noreply@anthropic.com>\nSigned-off-by: Claude <noreply@anthropic.com>";

fn forge() -> Forge {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "hostile", "main"]);
    dev.write("src/core/::error::x", "a\n");
    dev.write("src/core/##[add-mask]y", "a\n");
    dev.write("src/core/a\n::warning::z", "a\n");
    dev.commit(HOSTILE);
    dev.commit(&format!("{HOSTILE}\nskip-checks: true"));
    forge.push("hostile");
    forge.checkout("hostile", Depth::Full);
    forge
}

fn job(forge: &Forge) -> Job {
    let mut payload = pull_request(
        ("main", &forge.id("main")),
        ("hostile", &forge.id("hostile")),
    );
    payload["pull_request"]["title"] = HOSTILE.into();
    payload["pull_request"]["body"] = HOSTILE.into();
    payload["pull_request"]["head"]["ref"] = "claude/::error::x".into();
    github("pull_request", ZEROS, "refs/pull/7/merge", payload)
}

#[test]
fn no_line_of_a_log_is_a_command_but_our_annotations() {
    let forge = forge();
    let job = job(&forge);
    for format in crate::support::formats() {
        let said = forge.say(&job, &["--fetch", "--verbose", "--format", format]);
        assert_eq!(said.code, 1, "{format}: {}", said.stderr);
        let ours = ["error", "warning", "notice", "debug"];
        for command in commands(&said.stdout).iter().chain(&commands(&said.stderr)) {
            assert!(ours.contains(&command.as_str()), "{format}: {command}");
        }
        let bare = forge.say(
            &job,
            &[
                "--fetch",
                "--verbose",
                "--no-annotations",
                "--format",
                format,
            ],
        );
        if format != "github" {
            assert_eq!(
                commands(&bare.stdout),
                Vec::<String>::new(),
                "{format}: {}",
                bare.stdout
            );
        }
    }
}

#[test]
fn where_no_annotation_is_shown_no_line_is_a_command() {
    let forge = forge();
    let head = forge.id("hostile");
    let azure = Job::of(&[
        ("TF_BUILD", "True"),
        ("BUILD_REASON", "IndividualCI"),
        ("BUILD_SOURCEVERSION", &head),
        ("BUILD_SOURCEBRANCH", "refs/heads/hostile"),
    ]);
    let said = forge.say(&azure, &["--fetch", "--verbose"]);
    assert_eq!(said.code, 1);
    assert_eq!(
        commands(&said.stdout),
        Vec::<String>::new(),
        "{}",
        said.stdout
    );
}

#[test]
fn json_in_a_log_is_still_json() {
    let forge = forge();
    let report = forge.report(&job(&forge), &["--fetch"]);
    let paths = report.places("zone-agent").join("\n");
    assert!(paths.contains("##[add-mask]y"), "{paths}");
}

#[test]
fn the_summary_is_added_to_what_other_steps_wrote() {
    let forge = forge();
    let summary = forge.dev.outside("summary.md");
    std::fs::write(&summary, "Another step.\n").unwrap();
    let job = job(&forge).with("GITHUB_STEP_SUMMARY", summary.to_str().unwrap());
    assert_eq!(forge.say(&job, &["--fetch"]).code, 1);
    let text = std::fs::read_to_string(&summary).unwrap();
    assert!(text.starts_with("Another step.\n"), "{text}");
    assert!(text.contains("zone-agent"), "{text}");
    assert_eq!(forge.say(&job, &["--fetch", "--no-summary"]).code, 1);
    assert_eq!(std::fs::read_to_string(&summary).unwrap(), text);
    // A summary that cannot be written is no pass of what should have been shown.
    let job = job.with(
        "GITHUB_STEP_SUMMARY",
        forge.dev.outside("no/such/folder").to_str().unwrap(),
    );
    assert!(
        forge
            .say(&job, &["--fetch"])
            .stdout
            .contains("unwritable-file")
    );
}
