//! A history says the same whichever way it is judged: commit by commit, as a range, by a push, and by what
//! a server receives. What the net change adds is left aside.

#![expect(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a test that cannot go on has failed, and decides nothing by its surroundings"
)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use cordon::check::progress::Silent;
use cordon::check::{Received, Request, What, run};
use cordon::git::{Id, Open, Opening, PushLine, RefUpdate, Repo, open};
use cordon::host::Host;
use cordon::report::Report;
use proptest::prelude::*;

const POLICY: &str = "cordon: 1\nextends: []\nzones:\n  crypto: {class: export, paths: [src/crypto/**], agents: denied}\n";

/// What a commit does.
#[derive(Clone, Debug)]
struct Step {
    by_agent: bool,
    /// How far back its parents stand among the commits so far; a second one makes a merge.
    parents: (usize, Option<usize>),
    /// Paths by number, and what becomes of them.
    changes: Vec<(usize, Deed)>,
}

#[derive(Clone, Copy, Debug)]
enum Deed {
    Write(u8),
    Secret,
    Delete,
}

const PATHS: [&str; 6] = [
    "src/crypto/aes.c",
    "src/crypto/deep/des.c",
    "src/Crypto/rc4.c",
    "src/util/list.c",
    "config.ini",
    "README.md",
];

fn step() -> impl Strategy<Value = Step> {
    let deed = prop_oneof![
        6 => any::<u8>().prop_map(Deed::Write),
        1 => Just(Deed::Secret),
        2 => Just(Deed::Delete),
    ];
    let changes = prop::collection::vec((0..PATHS.len(), deed), 0..4);
    let parents = (0_usize..3, prop::option::weighted(0.3, 0_usize..5));
    (any::<bool>(), parents, changes).prop_map(|(by_agent, parents, changes)| Step {
        by_agent,
        parents,
        changes,
    })
}

/// A repository of these commits above a first one, for `git fast-import`.
fn stream(steps: &[Step]) -> String {
    let mut out = String::new();
    let mut commit = |mark: usize, message: &str, parents: &[usize], files: &str| {
        let who = "Ada Dev <ada@acme.example> 1793534400 +0000";
        write!(
            out,
            "commit refs/heads/main\nmark :{mark}\nauthor {who}\ncommitter {who}\n"
        )
        .unwrap();
        write!(out, "data {}\n{message}\n", message.len()).unwrap();
        for (number, parent) in parents.iter().enumerate() {
            let word = if number == 0 { "from" } else { "merge" };
            writeln!(out, "{word} :{parent}").unwrap();
        }
        out.push_str(files);
        out.push('\n');
    };
    let file =
        |path: &str, text: &str| format!("M 100644 inline {path}\ndata {}\n{text}\n", text.len());
    commit(1, "Begin", &[], &file(".cordon.yml", POLICY));
    for (number, step) in steps.iter().enumerate() {
        let mark = number + 2;
        let back = |by: usize| (mark - 1).saturating_sub(by).max(1);
        let mut parents = vec![back(step.parents.0)];
        parents.extend(
            step.parents
                .1
                .map(back)
                .filter(|other| *other != parents[0]),
        );
        let files = step.changes.iter().map(|(path, deed)| {
            let path = PATHS[*path];
            match deed {
                Deed::Write(text) => file(path, &format!("first\nline {text}\nlast\n")),
                Deed::Secret => file(path, &format!("token = {}\n", token())),
                Deed::Delete => format!("D {path}\n"),
            }
        });
        let message = if step.by_agent {
            format!("Change {mark}\n\nCo-authored-by: Claude <noreply@anthropic.com>\n")
        } else {
            format!("Change {mark}\n")
        };
        commit(mark, &message, &parents, &files.collect::<String>());
    }
    out
}

fn token() -> String {
    ["gh", "p_", "x7Kq2mPz9RtW4vBn8LcYd3FgHj6sAe1uQo5i"].concat()
}

fn git(dir: &Path, args: &[&str], input: &str) -> String {
    let mut command = Command::new("git");
    command.current_dir(dir).args(args).env_clear();
    command.env("PATH", std::env::var("PATH").unwrap());
    command.env("GIT_CONFIG_NOSYSTEM", "1").env("HOME", dir);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(input.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "git {args:?}");
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn judged(repo: &dyn Repo, what: What) -> Report {
    let host = Host::default();
    let request = Request {
        what,
        stage: None,
        policy: None,
        signers: &[],
        approvals: None,
        as_of: None,
        jobs: 1,
        host: &host,
        emergency: None,
        progress: &Silent,
    };
    run(repo, &request)
}

/// The findings, those about the net change aside.
fn findings(report: &Report) -> BTreeSet<String> {
    assert!(report.incomplete.is_empty(), "{:?}", report.incomplete);
    let own = report.findings.iter().filter(|finding| !finding.net);
    let told = own.map(|finding| {
        format!(
            "{} {:?} {:?} {:?} {:?} {:?}",
            finding.rule,
            finding.decision,
            finding.commit,
            finding.path,
            finding.line,
            finding.agent
        )
    });
    told.collect()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(24) })]
    #[test]
    fn every_way_of_judging_finds_the_same(steps in prop::collection::vec(step(), 1..8)) {
        let dir = tempfile::tempdir().unwrap();
        git(dir.path(), &["init", "-q", "--bare", "-b", "main", "."], "");
        git(dir.path(), &["fast-import", "--quiet"], &stream(&steps));
        let id = |revision: &str| {
            let id = git(dir.path(), &["rev-parse", revision], "");
            Id::from_hex(id.as_bytes()).unwrap()
        };
        let first = git(dir.path(), &["rev-list", "--max-parents=0", "main"], "");
        let (base, head) = (id(&first), id("main"));
        git(dir.path(), &["update-ref", "refs/remotes/origin/main", &first], "");
        let host = Host::default();
        let repo = open(Open::At(dir.path()), &Opening::new(&host)).unwrap();

        let range = judged(&*repo, What::Range { base: first.clone(), head: "main".into() });
        let by_range = findings(&range);

        let list = git(dir.path(), &["rev-list", "main", &format!("^{first}")], "");
        let one = |commit: &str| findings(&judged(&*repo, What::Commit(commit.into())));
        let by_commit: BTreeSet<String> = list.lines().flat_map(one).collect();
        prop_assert_eq!(&by_commit, &by_range);

        let lines = vec![PushLine {
            local_ref: "refs/heads/main".into(),
            local: Some(head),
            remote_ref: "refs/heads/main".into(),
            remote: Some(base),
        }];
        let push = judged(&*repo, What::Push { remote: "origin".into(), lines });
        prop_assert_eq!(&findings(&push), &by_range);

        // What a server has before it takes the push.
        git(dir.path(), &["update-ref", "refs/heads/main", &first], "");
        let update = RefUpdate { name: "refs/heads/main".into(), old: Some(base), new: Some(head) };
        let received = Received { updates: vec![update], namespace: "".into(), tickets: Vec::new() };
        let receive = judged(&*repo, What::Receive(received));
        prop_assert_eq!(&findings(&receive), &by_range);
    }
}
