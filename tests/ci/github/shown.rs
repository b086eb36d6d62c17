//! What is shown and written.

use crate::forge::{Depth, Forge, ZEROS, github, pull_request};

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

#[test]
fn a_report_is_not_written_through_a_link_of_the_change() {
    let forge = Forge::new();
    forge.checkout("main", Depth::Full);
    let dir = forge.dev.outside("checkout");
    std::os::unix::fs::symlink("../victim", dir.join("out")).unwrap();
    std::os::unix::fs::symlink("..", dir.join("up")).unwrap();
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload);
    let absolute = |name: &str| dir.join(name).display().to_string();
    for output in ["out", "up/victim", &absolute("out"), &absolute("up/victim")] {
        let said = forge.say(&job, &["--output", &format!("json={output}")]);
        assert!(
            said.stdout.contains("is a symbolic link"),
            "{}",
            said.stdout
        );
        assert!(!forge.dev.outside("victim").exists());
    }
}
