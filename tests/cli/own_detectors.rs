//! `secrets.detectors` and `secrets.entropy`: what an organisation looks for itself.

use crate::support::{Report, Sandbox};

/// A policy with one detector.
fn policy(id: &str, keyword: &str, pattern: &str) -> String {
    format!(
        "cordon: 1\nextends: []\nsecrets:\n  detectors:\n    - id: {id}\n      description: ACME deploy key\n      keywords: [{keyword}]\n      pattern: '{pattern}'\n"
    )
}

fn detectors(report: &Report) -> Vec<&str> {
    let found = report.of("secret-added");
    let ids = found.iter().map(|row| row["detector"].as_str().unwrap());
    ids.collect()
}

#[test]
fn an_own_detector_finds_wherever_secrets_are_looked_for() {
    let value = "radio4711horse";
    let sandbox = Sandbox::with_policy(&policy("acme-deploy-key", "acme", "key=([a-z0-9]{14})"));
    sandbox.write("a", format!("ACME key={value}\nother key={}\n", "short"));
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(detectors(&report), ["acme-deploy-key"]);
    let row = report.of("secret-added")[0].clone();
    assert_eq!((&row["line"], &row["column"]), (&1.into(), &10.into()));
    assert!(row["message"].as_str().unwrap().contains("ACME deploy key"));
    sandbox.commit(&format!("Use {value}"));
    for report in [
        sandbox.scan(&[]),
        sandbox.scan(&["--history"]),
        sandbox.report(&["--all"]),
    ] {
        assert_eq!(detectors(&report), ["acme-deploy-key"], "{:#}", report.json);
        assert!(
            !report.json.to_string().contains(value),
            "{:#}",
            report.json
        );
    }
}

#[test]
fn built_in_detectors_stay() {
    let sandbox = Sandbox::with_policy(&policy("acme-deploy-key", "acme", "acme-[a-z]{8}"));
    sandbox.write("a", format!("AKIA{}\nacme-abcdefgh\n", "Q3X7Z5T2M4P6R2W3"));
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(detectors(&report), ["aws-access-key-id", "acme-deploy-key"]);
}

#[test]
fn the_detectors_of_all_authorities_count() {
    let sandbox = Sandbox::with_policy(&policy("of-repository", "repo", "repo-[a-z]{8}"));
    let org = sandbox.outside("org.yml");
    std::fs::write(&org, policy("of-org", "org", "org-[a-z]{8}")).unwrap();
    sandbox.write(
        ".cordon.yml",
        policy("of-change", "change", "change-[a-z]{8}"),
    );
    sandbox.write("a", "repo-abcdefgh\norg-abcdefgh\nchange-abcdefgh\n");
    sandbox.stage();
    let report = sandbox.report(&["--staged", "--policy", org.to_str().unwrap()]);
    assert_eq!(detectors(&report), ["of-repository", "of-org", "of-change"]);
}

#[test]
fn a_detector_that_is_not_sound_is_an_error_at_its_place() {
    for (bad, told) in [
        (policy("a", "acme", "a("), "8:16: not a regular expression"),
        (
            policy("a", "acme", "(?:[a-z]{1,500}){1,500}"),
            "8:16: not a regular expression: Compiled regex exceeds",
        ),
        (
            policy("a", "acme", "a*"),
            "8:16: the pattern matches where nothing stands",
        ),
        (
            policy("a", "acme", "acme(a)?b"),
            "8:16: a group of the pattern",
        ),
        (policy("a", "ac", "acme"), "7:18: a keyword has 3 letters"),
        (policy("A b", "acme", "acme"), "5:11: a detector's id"),
        (
            "cordon: 1\nsecrets: {detectors: [{id: a, pattern: b}]}\n".to_owned(),
            "2:23: a detector has an `id`, `keywords`",
        ),
    ] {
        let sandbox = Sandbox::with_policy(&bad);
        let said = sandbox.cordon(["policy", "check"]);
        assert_eq!(said.code, 2, "{bad}");
        sandbox.write("a", "a\n");
        sandbox.stage();
        let report = sandbox.report(&["--staged"]);
        assert_eq!(
            (report.code, report.codes()),
            (2, vec!["policy-invalid"]),
            "{bad}"
        );
        let message = report.json["incomplete"][0]["message"].as_str().unwrap();
        assert!(message.contains(told), "{message}");
    }
}

#[test]
fn two_detectors_of_one_name_are_refused() {
    let detector = "{id: a, keywords: [acme], pattern: acme}";
    let policy = format!("cordon: 1\nsecrets: {{detectors: [{detector}, {detector}]}}\n");
    let sandbox = Sandbox::with_policy(&policy);
    assert_eq!(sandbox.report(&["--all"]).codes(), ["policy-invalid"]);
}

#[test]
fn without_entropy_what_has_a_form_is_still_found() {
    let sandbox = Sandbox::with_policy("cordon: 1\nextends: []\nsecrets: {entropy: false}\n");
    let body = "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAq7BFUpkGp3zLrmeI\n";
    let [begin, end] = ["BEGIN", "END"].map(|word| format!("-----{word} {} KEY-----\n", "PRIVATE"));
    sandbox.write("a", format!("{begin}{body}{body}{end}"));
    sandbox.write("b", format!("AKIA{}\n", "Q3X7Z5T2M4P6R2W3"));
    sandbox.stage();
    let report = sandbox.report(&["--staged"]);
    assert_eq!(detectors(&report), ["private-key", "aws-access-key-id"]);
}
