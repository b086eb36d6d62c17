//! The other systems, each by the variables that it documents.

use crate::forge::{Depth, Forge, Job, judged};

/// The report's base, head and number of commits, in a whole checkout of `feature`.
fn of(forge: &Forge, job: &Job, args: &[&str]) -> (String, String, u64) {
    let (base, head, commits, _) = judged(&forge.report(job, args));
    (base, head, commits)
}

#[test]
fn a_request_is_judged_from_the_branch_that_it_goes_into() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let (main, head) = (forge.id("main"), forge.id("feature"));
    let jobs = [
        Job::of(&[
            ("BITBUCKET_BUILD_NUMBER", "3"),
            ("BITBUCKET_COMMIT", &head),
            ("BITBUCKET_BRANCH", "feature"),
            ("BITBUCKET_PR_ID", "7"),
            ("BITBUCKET_PR_DESTINATION_BRANCH", "main"),
            ("BITBUCKET_PR_DESTINATION_COMMIT", &main[..12]),
        ]),
        Job::of(&[
            ("TF_BUILD", "True"),
            ("BUILD_REASON", "PullRequest"),
            ("BUILD_SOURCEVERSION", &main),
            ("SYSTEM_PULLREQUEST_TARGETBRANCH", "refs/heads/main"),
            ("SYSTEM_PULLREQUEST_SOURCEBRANCH", "refs/heads/feature"),
            ("SYSTEM_PULLREQUEST_SOURCECOMMITID", &head),
        ]),
        Job::of(&[
            ("JENKINS_URL", "http://localhost:8080/"),
            ("GIT_COMMIT", &head),
            ("CHANGE_ID", "7"),
            ("CHANGE_TARGET", "main"),
            ("CHANGE_BRANCH", "feature"),
            ("BRANCH_NAME", "PR-7"),
        ]),
        Job::of(&[
            ("BUILDKITE", "true"),
            ("BUILDKITE_COMMIT", "HEAD"),
            ("BUILDKITE_BRANCH", "feature"),
            ("BUILDKITE_PULL_REQUEST", "7"),
            ("BUILDKITE_PULL_REQUEST_BASE_BRANCH", "main"),
        ]),
    ];
    for job in jobs {
        assert_eq!(
            of(&forge, &job, &[]),
            (main.clone(), head.clone(), 2),
            "{job:?}"
        );
        assert_eq!(forge.say(&job, &[]).code, 1);
    }
}

#[test]
fn a_branch_is_judged_by_what_the_default_branch_lacks() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let (main, head) = (forge.id("main"), forge.id("feature"));
    let jobs = [
        Job::of(&[
            ("BITBUCKET_BUILD_NUMBER", "3"),
            ("BITBUCKET_COMMIT", &head),
            ("BITBUCKET_BRANCH", "feature"),
        ]),
        Job::of(&[
            ("TF_BUILD", "True"),
            ("BUILD_REASON", "IndividualCI"),
            ("BUILD_SOURCEVERSION", &head),
            ("BUILD_SOURCEBRANCH", "refs/heads/feature"),
        ]),
        Job::of(&[
            ("JENKINS_URL", "http://localhost:8080/"),
            ("GIT_COMMIT", &head),
            ("BRANCH_NAME", "feature"),
        ]),
        Job::of(&[
            ("BUILDKITE", "true"),
            ("BUILDKITE_COMMIT", &head),
            ("BUILDKITE_BRANCH", "feature"),
            ("BUILDKITE_PULL_REQUEST", "false"),
            ("BUILDKITE_PIPELINE_DEFAULT_BRANCH", "main"),
        ]),
        Job::of(&[
            ("CIRCLECI", "true"),
            ("CIRCLE_SHA1", &head),
            ("CIRCLE_BRANCH", "feature"),
        ]),
        Job::of(&[]),
    ];
    for job in jobs {
        assert_eq!(
            of(&forge, &job, &["--default-branch", "main"]),
            (main.clone(), head.clone(), 2),
            "{job:?}"
        );
        assert_eq!(
            of(&forge, &job, &["--fetch"]),
            (main.clone(), head.clone(), 2),
            "{job:?}"
        );
    }
}

#[test]
fn jenkins_judges_a_change_from_a_fork_where_origin_is_the_target() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let (main, head) = (forge.id("main"), forge.id("feature"));
    let job = |fork: &str| {
        Job::of(&[
            ("JENKINS_URL", "http://localhost:8080/"),
            ("GIT_COMMIT", &head),
            ("CHANGE_TARGET", "main"),
            ("CHANGE_BRANCH", "feature"),
            ("CHANGE_FORK", fork),
        ])
    };
    let origin = |url: &str| {
        let set = format!("git -C ../checkout config remote.origin.url '{url}'");
        assert_eq!(forge.dev.shell(&set).code, 0);
    };
    for (fork, url) in [
        ("mallory", "https://forge.example/acme/radio.git"),
        ("mallory/radio-too", "git@forge.example:acme/radio.git"),
        ("acme/sandbox/radio", "https://forge.example/acme/radio.git"),
        ("acme/tools", "https://forge.example/acme/radio"),
    ] {
        origin(url);
        assert_eq!(
            of(&forge, &job(fork), &[]),
            (main.clone(), head.clone(), 2),
            "{fork}: {url}"
        );
    }
    let refused = |fork: &str, told: &str| {
        for args in [&[][..], &["--base", "HEAD~1", "--head", "HEAD"]] {
            let report = forge.report(&job(fork), args);
            assert_eq!(report.verdict(), "incomplete", "{fork}: {told}");
            assert_eq!(report.json["incomplete"][0]["code"], "fork");
        }
    };
    for (fork, url) in [
        ("mallory", "https://forge.example/Mallory/radio.git"),
        ("mallory", "git@forge.example:mallory/radio.git/"),
        ("mallory", "https://forge.example/mallory//radio.git"),
        ("mallory", "https://forge.example/%6Dallory/./radio.git"),
        (
            "mallory/radio-too",
            "https://forge.example/mallory/radio-too",
        ),
    ] {
        origin(url);
        refused(fork, url);
    }
    let unset = "git -C ../checkout config --unset remote.origin.url";
    assert_eq!(forge.dev.shell(unset).code, 0);
    refused("mallory", "no origin");
}

#[test]
fn jenkins_judges_from_the_last_build_that_went_well() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let (before, head) = (forge.id("feature~1"), forge.id("feature"));
    let job = Job::of(&[
        ("JENKINS_URL", "http://localhost:8080/"),
        ("GIT_COMMIT", &head),
        ("BRANCH_NAME", "feature"),
        ("GIT_PREVIOUS_SUCCESSFUL_COMMIT", &before),
    ]);
    assert_eq!(of(&forge, &job, &["--fetch"]), (before, head, 1));
}

#[test]
fn nobody_who_says_which_branch_is_the_default_one_is_no_pass_and_says_what_mends_it() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::One);
    let report = forge.report(&Job::of(&[]), &[]);
    assert_eq!(report.verdict(), "incomplete");
    let row = &report.json["incomplete"][0];
    assert_eq!(row["code"], "default-branch");
    assert_eq!(row["mend"], "cordon ci --default-branch main");
}

#[test]
fn the_system_may_be_named_and_a_date_may_not() {
    let forge = Forge::new();
    forge.checkout("feature", Depth::Full);
    let job = Job::of(&[("GITLAB_CI", "true")]);
    let said = forge.say(&job, &["--system", "generic", "--fetch"]);
    assert_eq!(said.code, 1, "{}", said.stderr);
    let said = forge.say(&job, &["--system", "generic", "--as-of", "2020-01-01"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("--as-of"), "{}", said.stderr);
    assert_eq!(forge.say(&job, &["--system", "cvs"]).code, 2);
}
