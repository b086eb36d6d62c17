//! Attribution as the report tells it.

use crate::support::{CLAUDE, Sandbox};

#[test]
fn evidence_stands_in_the_report_with_its_strength() {
    let sandbox = Sandbox::with_commit();
    sandbox.commit("Change\n\nCo-Authored-By: Claude Opus 5 (1M context) <noreply@anthropic.com>");
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    let commit = &report.json["commits"][0];
    assert_eq!(commit["kind"], "assisted");
    assert_eq!(commit["assurance"], "claimed");
    assert_eq!(commit["account"], "unknown");
    assert_eq!(commit["subject"], "Change");
    let agent = &commit["agents"][0];
    assert_eq!(agent["id"], "claude-code");
    assert_eq!(agent["model"], "claude-opus-5");
    assert_eq!(agent["status"], "approved");
    assert_eq!(agent["evidence"][0]["kind"], "trailer");
    assert_eq!(agent["evidence"][0]["strength"], "declared");
    assert_eq!(agent["evidence"][0]["key"], "Co-Authored-By");
}

#[test]
fn an_agent_that_authors_is_told_from_one_that_assists() {
    let sandbox = Sandbox::with_commit();
    sandbox.git([
        "commit",
        "-q",
        "--allow-empty",
        "-m",
        "Change",
        "--author",
        "copilot-swe-agent[bot] <198982749+Copilot@users.noreply.github.com>",
    ]);
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.json["commits"][0]["kind"], "authored");
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    assert_eq!(
        sandbox.report(&["--commit", "HEAD"]).json["commits"][0]["kind"],
        "assisted"
    );
}

#[test]
fn one_character_of_an_address_makes_it_another_persons() {
    for address in [
        "noreply@anthropic.co",
        "n0reply@anthropic.com",
        "noreply@anthropic.com.evil.example",
    ] {
        let sandbox = Sandbox::with_commit();
        sandbox.commit(&format!("Change\n\nCo-Authored-By: Claude <{address}>"));
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!(report.json["commits"][0]["kind"], "none", "{address}");
    }
}

#[test]
fn a_local_squash_keeps_the_agents_of_its_commits() {
    let sandbox = Sandbox::new();
    sandbox.commit("Base");
    let said = sandbox.shell(
        "git checkout -q -b side && git commit -q --allow-empty -m 'One' -m 'Co-authored-by: Claude <noreply@anthropic.com>' && \
         git commit -q --allow-empty --author 'Jane (aider) <j@x.org>' -m Two && echo x > x && git add x && git commit -q -m Three && \
         git checkout -q - && git merge -q --squash side && git commit -q -m Squash -m \"$(cat .git/SQUASH_MSG)\"",
    );
    assert_eq!(said.code, 0, "{}", said.stderr);
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.agents(), ["aider", "claude-code"]);
    assert_eq!(report.json["commits"][0]["kind"], "assisted");
}
