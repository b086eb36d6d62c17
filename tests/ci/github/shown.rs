//! What is shown and written.

use std::os::unix::fs::symlink;

use crate::forge::{Depth, Forge, Job, ZEROS, github, pull_request};
use crate::support::{CORDON, said};

#[test]
fn gitea_and_forgejo_speak_the_same_language_and_show_no_annotations() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    for (variable, name) in [
        ("GITEA_ACTIONS", "Gitea Actions"),
        ("FORGEJO_ACTIONS", "Forgejo Actions"),
    ] {
        let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload.clone())
            .with(variable, "true");
        let said = forge.say(&job, &["--fetch"]);
        assert_eq!(said.code, 1);
        assert!(said.stdout.contains(name), "{}", said.stdout);
        assert!(!said.stdout.contains("::error"), "{}", said.stdout);
    }
}

fn request(forge: &Forge) -> Job {
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    github("pull_request", ZEROS, "refs/pull/7/merge", payload)
}

#[test]
fn a_report_is_not_written_through_a_link_of_the_change() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let dir = forge.dev.outside("checkout");
    symlink("../victim", dir.join("out")).unwrap();
    symlink("..", dir.join("up")).unwrap();
    symlink("checkout/up", forge.dev.outside("alias")).unwrap();
    let job = request(&forge);
    let absolute = |name: &str| dir.join(name).display().to_string();
    for output in [
        "out",
        "up/victim",
        &absolute("out"),
        &absolute("up/victim"),
        "../checkout/up/victim",
        "../alias/victim",
    ] {
        let report = forge.report(&job, &["--output", &format!("json={output}")]);
        let told = report.json["incomplete"][0]["message"].as_str().unwrap();
        assert!(
            told.contains("is a symbolic link in the checkout"),
            "{told}"
        );
        assert!(
            told.contains("name a path without one, or outside"),
            "{told}"
        );
        assert!(!forge.dev.outside("victim").exists());
    }
}

/// Whatever the repository says of where its work tree is.
#[test]
fn the_working_directory_is_a_checkout_too() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let dir = forge.dev.outside("checkout");
    symlink("../victim", dir.join("out")).unwrap();
    let elsewhere = "git clone -q ../remote.git ../clone && mkdir ../tree && git -C ../checkout config core.worktree ../../tree";
    assert_eq!(forge.dev.shell(elsewhere).code, 0);
    let job = request(&forge);
    let clone = forge.dev.outside("clone");
    let by_name = ["--repo", clone.to_str().unwrap(), "--output", "json=out"];
    for args in [&["--output", "json=out"][..], &by_name] {
        let report = forge.report(&job, args);
        let told = report.json["incomplete"].to_string();
        assert!(
            told.contains("is a symbolic link in the checkout"),
            "{told}"
        );
        assert!(!forge.dev.outside("victim").exists());
    }
}

/// By whatever id the program runs.
#[test]
fn the_unfinished_part_of_a_report_is_no_link_of_the_change() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let dir = forge.dev.outside("checkout");
    let victim = forge.dev.outside("victim");
    std::fs::write(&victim, "theirs").unwrap();
    let own = std::process::id();
    for id in (1..2000).chain(own..own + 4000) {
        let link = dir.join(format!(".cordon.json.{id}.part"));
        if !link.is_symlink() {
            symlink("../victim", link).unwrap();
        }
    }
    let said = forge.say(&request(&forge), &["--output", "json=cordon.json"]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert_eq!(std::fs::read(victim).unwrap(), b"theirs");
    let report = dir.join("cordon.json");
    assert!(!report.is_symlink());
    assert!(
        std::fs::read_to_string(report)
            .unwrap()
            .contains("zone-agent")
    );
}

/// As `/var/run` is on many machines, where a job in a container often works in `/`.
#[test]
fn a_link_of_the_machine_is_followed_wherever_the_job_works() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let checkout = forge.dev.outside("checkout");
    std::fs::create_dir(forge.dev.outside("real")).unwrap();
    symlink("real", forge.dev.outside("own")).unwrap();
    symlink("..", checkout.join("up")).unwrap();
    let top = checkout.display().to_string();
    let above = |output: &str| {
        let output = format!("json={output}");
        let mut command = forge.in_job(CORDON, &request(&forge));
        command.current_dir(forge.dev.outside(""));
        said(command.args(["ci", "--repo", &top, "--output", &output])).code
    };
    assert_eq!(above("own/report.json"), 1);
    assert!(forge.dev.outside("real/report.json").is_file());
    assert_eq!(above("checkout/up/victim"), 1);
    assert!(!forge.dev.outside("victim").exists());
    // Nor through a link of another checkout in which the job works.
    let other = forge.dev.outside("other");
    std::fs::rename(&checkout, &other).unwrap();
    forge.checkout("main", Depth::Full);
    let mut command = forge.in_job(CORDON, &request(&forge));
    command.current_dir(&other);
    said(command.args(["ci", "--repo", &top, "--output", "json=up/victim"]));
    assert!(!forge.dev.outside("victim").exists());
}
