//! `--after-merge`: what became of requests.

use crate::forge::{Depth, Forge, Job, github, pushed};

#[test]
fn after_a_merge_what_the_squash_dropped_is_found() {
    let forge = Forge::new();
    let dev = &forge.dev;
    dev.git(["checkout", "-q", "-b", "change", "main"]);
    forge.agent("src/core/one.c");
    forge.agent("src/core/two.c");
    forge.keep("change", "refs/pull/12/head");
    let before = forge.id("main");
    dev.git(["checkout", "-q", "main"]);
    dev.git(["merge", "-q", "--squash", "change"]);
    // Whoever merged it wrote nothing of the agent.
    dev.commit("Change the key (#12)\n\nBy hand.");
    dev.write("README", "Nothing to see.\n");
    dev.commit("Say something (#99)");
    forge.push("main");
    let after = forge.id("main");
    let job = github(
        "push",
        &after,
        "refs/heads/main",
        pushed("refs/heads/main", &before, &after),
    );
    forge.checkout("main", Depth::One);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(report.rules(), [""; 0], "{:#}", report.json);
    let report = forge.report(&job, &["--fetch", "--after-merge"]);
    assert!(report.rules().contains(&"zone-agent"), "{:#}", report.json);
    assert!(
        report.rules().contains(&"agent-undisclosed"),
        "{:#}",
        report.json
    );
    let said = forge.say(&job, &["--fetch", "--after-merge"]);
    assert!(said.stdout.contains("names #99"), "{}", said.stdout);
    // Without the remote nothing can be compared.
    assert_eq!(forge.say(&job, &["--after-merge"]).code, 2);
}

/// A push to `main` of so many commits that say that they are pull requests, all at once.
fn many(forge: &Forge, commits: u64) -> Job {
    use std::fmt::Write as _;
    let before = forge.id("main");
    let mut stream = String::new();
    for number in 1..=commits {
        let from = if number == 1 {
            "from refs/heads/main^0\n"
        } else {
            ""
        };
        let subject = format!("Say it again (#{number})");
        let _ = write!(
            stream,
            "commit refs/heads/main\ncommitter Ada <ada@acme.example> {number} +0000\ndata {}\n{subject}\n{from}\
             M 644 inline docs/said\ndata {}\n{number}\n\n",
            subject.len(),
            number.to_string().len(),
        );
    }
    let file = forge.dev.outside("stream");
    std::fs::write(&file, stream).unwrap();
    let told = forge
        .dev
        .shell(&format!("git fast-import --quiet <{}", file.display()));
    assert_eq!(told.code, 0, "{}", told.stderr);
    forge.dev.git(["reset", "-q", "--hard", "main"]);
    forge.push("main");
    let after = forge.id("main");
    let payload = pushed("refs/heads/main", &before, &after);
    github("push", &after, "refs/heads/main", payload)
}

#[test]
fn a_push_of_hundreds_of_requests_is_compared_and_one_of_thousands_is_no_pass() {
    let forge = Forge::new();
    let job = many(&forge, 300);
    // What two of them were: one is as it was merged, and one had an agent's commit.
    forge.keep("main~1", "refs/pull/299/head");
    forge.dev.git(["checkout", "-q", "-b", "change", "main~1"]);
    forge.dev.write("docs/said", "300");
    forge.dev.commit("Say it\n\nAssisted-by: claude-code");
    forge.keep("change", "refs/pull/300/head");
    forge.checkout("main", Depth::One);
    let said = forge.say(&job, &["--fetch", "--after-merge"]);
    assert!(
        said.stdout.contains("so it is with 297 more commits"),
        "{}",
        said.stdout
    );
    let report = forge.report(&job, &["--fetch", "--after-merge"]);
    assert_eq!(report.rules(), ["agent-undisclosed"], "{:#}", report.json);
    forge.dev.git(["checkout", "-q", "main"]);
    let job = many(&forge, 2001);
    forge.checkout("main", Depth::Full);
    let report = forge.report(&job, &["--fetch", "--after-merge"]);
    assert_eq!(report.codes(), ["limit"]);
}
