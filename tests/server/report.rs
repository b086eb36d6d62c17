//! The report on a push, which the hook tells in words, as the contract has it.

use cordon::check::progress::Silent;
use cordon::check::{Received, Request, What, run};
use cordon::git::{Open, Opening, RefUpdate, open};
use cordon::host::Host;
use cordon::policy::Given;
use cordon::report::{Style, format};

use crate::server::{Server, ZONE};
use crate::support::{Report, Said};

#[test]
fn a_push_is_reported_with_its_references_and_the_pinned_policy() {
    let server = Server::with(ZONE);
    let base = server.id("HEAD");
    server.git(["checkout", "-q", "-b", "side"]);
    let head = server.by_an_agent();
    server.fetched();
    let zeros = "0".repeat(40);
    let lines = format!(
        "{base} {head} refs/heads/main\n{zeros} {head} refs/heads/side\n{base} {zeros} refs/heads/gone\n"
    );
    let mut host = Host::default();
    // The pusher's, over a path.
    host.env.insert("CLAUDECODE".into(), "1".into());
    host.env
        .insert("CLAUDE_CODE_CHILD_SESSION".into(), "1".into());
    let repo = open(Open::At(&server.dir()), &Opening::new(&host)).unwrap();
    let request = Request {
        what: What::Receive(Received {
            updates: RefUpdate::parse(lines.as_bytes()).unwrap(),
            ..Received::default()
        }),
        stage: None,
        policy: Some(Given {
            name: "/srv/policy.yml".to_owned(),
            text: ZONE.into(),
            ..Given::default()
        }),
        signers: &[],
        approvals: None,
        as_of: None,
        jobs: 1,
        host: &host,
        emergency: None,
        progress: &Silent,
    };
    let report = run(&*repo, &request);
    let stdout = format("json").unwrap().render(&report, &Style::default());
    let report = Report::read(&Said {
        code: 1,
        stdout,
        stderr: String::new(),
    });
    let json = &report.json;
    assert_eq!(json["stage"], "receive");
    assert_eq!(json["range"]["kind"], "push");
    assert_eq!(json["range"]["base"], serde_json::Value::Null);
    let refs = serde_json::json!([
        {"ref": "refs/heads/main", "base": base, "head": head},
        {"ref": "refs/heads/side", "base": null, "head": head},
        {"ref": "refs/heads/gone", "base": base, "head": null},
    ]);
    assert_eq!(json["range"]["refs"], refs);
    assert_eq!(json["policy"]["pinned"], true);
    assert_eq!(json["policy"]["trusted"], true);
    let layers = json["policy"]["layers"].as_array().unwrap();
    let sources: Vec<_> = layers.iter().map(|layer| &layer["source"]).collect();
    assert_eq!(sources, ["/srv/policy.yml", "main"]);
    let names: Vec<_> = layers.iter().map(|layer| &layer["name"]).collect();
    assert_eq!(names, ["org", "repository"]);
    assert_eq!(json["run"]["actor"], serde_json::Value::Null);
    assert_eq!(report.rules(), ["zone-agent"]);
    assert_eq!(json["commits"].as_array().unwrap().len(), 1);
}
