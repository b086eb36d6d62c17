//! A policy's own catalogue: agents of an organisation, and more signs of known ones.

use crate::support::Sandbox;

const ACME: &str = "cordon: 1\nextends: []\nagents: {acme-bot: {status: denied}}\n\
    rules: {agent-denied: {mode: block}}\ncatalogue:\n  acme-bot:\n    name: Acme Bot\n    \
    emails: [bot@acme.example]\n    keys: [{key: Acme-Task}]\n    trailers: [{key: Made-with, shape: \"acme {digits:4}\"}]\n    \
    marks: [\"Made by Acme Bot\"]\n    branches: [acme/]\n    environment: {strong: [{var: ACME_BOT}]}\n  \
    cursor: {emails: [robot@cursor-at-acme.example]}\n";

/// What `cordon policy check` says of a policy.
fn problems(policy: &str) -> String {
    let sandbox = Sandbox::new();
    sandbox.write("p.yml", policy);
    let said = sandbox.cordon(["policy", "check", "p.yml"]);
    assert_eq!(said.code, 2, "{policy}\n{}", said.stdout);
    said.stdout
}

fn catalogue(entry: &str) -> String {
    format!("cordon: 1\ncatalogue:\n  acme-bot: {{name: Acme Bot, {entry}}}\n")
}

#[test]
fn a_house_agent_is_known_by_all_its_signs() {
    let sandbox = Sandbox::with_policy(ACME);
    for (message, kind) in [
        ("Co-authored-by: Bot <bot@acme.example>", "trailer"),
        ("Assisted-by: acme-bot:house-7b", "trailer"),
        ("Assisted-by: Acme-Bot", "trailer"),
        ("Acme-Task: 12", "key"),
        ("Made-with: Acme 0123", "trailer"),
        ("Made by Acme Bot", "mark"),
    ] {
        sandbox.commit(&format!("Change\n\n{message}"));
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!(report.agents(), ["acme-bot"], "{message}");
        assert_eq!(report.of("agent-denied").len(), 1, "{message}");
        let evidence = &report.json["commits"][0]["agents"][0]["evidence"][0];
        assert_eq!(evidence["kind"], kind, "{message}");
    }
    sandbox.commit("Change\n\nMade-with: Acme 012");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).agents(), [""; 0]);
}

#[test]
fn more_signs_of_a_known_agent_are_its_signs() {
    let sandbox = Sandbox::with_policy(ACME);
    sandbox.commit("Change\n\nCo-authored-by: R <robot@cursor-at-acme.example>");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).agents(), ["cursor"]);
    sandbox.commit("Change\n\nCo-authored-by: Cursor <cursoragent@cursor.com>");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).agents(), ["cursor"]);
}

#[test]
fn the_commit_being_made_by_a_house_agent_is_judged_and_stamped() {
    let policy = ACME.replace("status: denied", "status: approved") + "trailers: {stamp: true}\n";
    let mut sandbox = Sandbox::with_policy(&policy);
    sandbox.set("ACME_BOT", "1");
    let report = sandbox.report(&["--staged"]);
    assert_eq!(report.agents(), ["acme-bot"]);
    assert_eq!(report.json["run"]["actor"], "acme-bot");
    assert_eq!(sandbox.cordon(["install"]).code, 0);
    sandbox.write("a", "a\n");
    sandbox.stage();
    sandbox.git(["commit", "-q", "-m", "Change"]);
    let message = sandbox.git(["log", "-1", "--format=%B"]).stdout;
    assert_eq!(message.trim_end(), "Change\n\nAssisted-by: acme-bot");
}

#[test]
fn the_organisations_catalogue_counts_and_the_repositorys_beside_it_does_not() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nagents: {acme-bot: {status: denied}, mine: {status: denied}}\n\
         catalogue: {mine: {name: Mine, emails: [mine@acme.example]}}\n",
    );
    let org = "cordon: 1\ncatalogue: {acme-bot: {name: Acme Bot, emails: [bot@acme.example]}}\n";
    std::fs::write(sandbox.outside("org.yml"), org).unwrap();
    let org = sandbox.outside("org.yml").display().to_string();
    sandbox.commit(
        "Change\n\nCo-authored-by: M <mine@acme.example>\nCo-authored-by: B <bot@acme.example>",
    );
    let report = sandbox.report(&["--policy", &org, "--commit", "HEAD"]);
    assert_eq!(report.agents(), ["acme-bot"]);
    assert_eq!(report.of("agent-denied").len(), 1);
    let said = sandbox.cordon(["check", "--policy", &org, "--commit", "HEAD"]);
    let shown = said.stdout.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        shown.contains("the catalogue of the repository's policy has no effect"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_change_does_not_choose_who_is_an_agent() {
    let sandbox = Sandbox::with_policy("cordon: 1\nextends: []\n");
    sandbox.write(".cordon.yml", ACME);
    sandbox.commit("Change\n\nCo-authored-by: Bot <bot@acme.example>");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.agents(), [""; 0]);
    sandbox.commit("Change\n\nCo-authored-by: Bot <bot@acme.example>");
    assert_eq!(sandbox.report(&["--commit", "HEAD"]).agents(), ["acme-bot"]);
}

#[test]
fn a_sign_of_another_agent_or_of_people_is_refused_at_its_place() {
    for (entry, told) in [
        (
            "emails: [cursoragent@cursor.com]",
            "`cursoragent@cursor.com` is a sign of cursor already",
        ),
        (
            "emails: [\"158243242+x[bot]@users.noreply.github.com\"]",
            "is a sign of devin already",
        ),
        (
            "aliases: [Claude]",
            "`Claude` is a sign of claude-code already",
        ),
        (
            "slugs: [\"claude[bot]\"]",
            "is a sign of claude-code already",
        ),
        ("ids: [158243242]", "is a sign of devin already"),
        ("keys: [{key: amp-thread-id}]", "is a sign of amp already"),
        (
            "keys: [{key: Signed-off-by}]",
            "is a sign of people already",
        ),
        ("branches: [cursor/x]", "is a sign of cursor already"),
        ("marks: [Made with Cursor]", "is a sign of cursor already"),
        ("author_suffix: \" (aider)\"", "is a sign of aider already"),
    ] {
        let said = problems(&catalogue(entry));
        assert!(said.contains(told), "{entry}\n{said}");
        assert!(said.contains("--> p.yml:3:"), "{entry}\n{said}");
    }
    let two = "cordon: 1\ncatalogue:\n  acme-bot: {name: A, emails: [a@b.example]}\n  \
               beta-bot: {name: B, emails: [A@b.example]}\n";
    assert!(problems(two).contains("`A@b.example` is a sign of acme-bot already"));
}

#[test]
fn what_is_no_sign_is_refused_at_its_place() {
    for (entry, told) in [
        ("emails: [\"*@acme.example\"]", "a mailbox is written whole"),
        ("emails: [acme.example]", "a mailbox is written whole"),
        ("marks: [\"\"]", "an empty text says nothing"),
        ("branches: [\" \"]", "an empty text says nothing"),
        ("together: [Rig]", "`together` has several keys"),
        (
            "trailers: [{key: Made-with}]",
            "a trailer has one of `value` and `shape`",
        ),
        ("trailers: [{key: Made-with, shape: \"{x:1}\"}]", "no shape"),
        ("keys: [{key: \"a b\"}]", "a trailer's key has letters"),
        (
            "environment: {strong: [{var: \"A B\"}]}",
            "a variable's name has letters",
        ),
        ("before: [cursor]", "before"),
        ("agent: x", "agent"),
    ] {
        let said = problems(&catalogue(entry));
        assert!(said.contains(told), "{entry}\n{said}");
    }
    for (id, told) in [
        ("Acme Bot: {name: A}", "an agent's id is of small letters"),
        ("unlisted: {name: A}", "an agent's id is of small letters"),
        (
            "acme-bot: {vendor: Acme}",
            "an agent that is new has a `name`",
        ),
    ] {
        let said = problems(&format!("cordon: 1\ncatalogue:\n  {id}\n"));
        assert!(said.contains(told), "{id}\n{said}");
    }
}
