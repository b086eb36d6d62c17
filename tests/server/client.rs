//! A client of its own making: it writes each line of a push by hand, old ids with it, as no `git` would.

use std::io::Write as _;
use std::process::Stdio;

use crate::server::{Server, ZONE, blocks};
use crate::support::{Said, said};

/// What no reference has.
fn none() -> String {
    "0".repeat(40)
}

/// One command of a push: the old id, the new one, the reference.
type Line<'a> = [&'a str; 3];

impl Server {
    /// Sends these commands with a pack of everything that `new` has; what `git receive-pack` says.
    fn sent(&self, lines: &[Line<'_>], new: &str) -> Said {
        self.sent_with(lines, &self.pack(new))
    }

    fn sent_with(&self, lines: &[Line<'_>], pack: &[u8]) -> Said {
        let mut request = Vec::new();
        for (at, line) in lines.iter().enumerate() {
            let able = if at == 0 { "\0report-status" } else { "" };
            let line = format!("{}{able}", line.join(" "));
            write!(request, "{:04x}{line}", line.len() + 4).unwrap();
        }
        request.extend(b"0000");
        request.extend(pack);
        let file = self.outside("request");
        std::fs::write(&file, request).unwrap();
        let mut git = self.command("git", &self.path());
        git.args(["receive-pack", "../server.git"]);
        said(git.stdin(std::fs::File::open(file).unwrap()))
    }

    fn pack(&self, new: &str) -> Vec<u8> {
        let mut git = self.command("git", &self.path());
        git.args(["pack-objects", "-q", "--revs", "--stdout"]);
        let mut child = git
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        writeln!(stdin, "{new}").unwrap();
        drop(stdin);
        child.wait_with_output().unwrap().stdout
    }

    /// What the hook says of these lines at the server, which has all objects; its exit code too.
    fn hook(&self, args: &[&str], lines: &[Line<'_>]) -> Said {
        let file = self.outside("lines");
        let text: Vec<String> = lines.iter().map(|line| line.join(" ") + "\n").collect();
        std::fs::write(&file, text.concat()).unwrap();
        let mut cordon = self.command("cordon", &self.dir());
        cordon.args(["hook"]).args(args);
        said(cordon.stdin(std::fs::File::open(file).unwrap()))
    }
}

#[test]
fn a_push_by_hand_is_judged_as_one_of_git() {
    let server = Server::with(ZONE);
    let main = server.id("HEAD");
    let evil = server.by_an_agent();
    let told = server.sent(&[[&main, &evil, "refs/heads/main"]], &evil);
    blocks(&told.stderr, "zone-agent");
    assert!(told.stdout.contains("ng refs/heads/main"), "{told:?}");
    server.reset();
    let good = server.by_a_person();
    let told = server.sent(&[[&main, &good, "refs/heads/main"]], &good);
    assert!(told.stdout.contains("ok refs/heads/main"), "{told:?}");
}

#[test]
fn an_old_id_that_the_client_makes_up_makes_no_commit_known() {
    let server = Server::with(ZONE);
    let main = server.id("HEAD");
    let evil = server.by_an_agent();
    let before = server.refs();
    for dummy in ["refs/heads/dummy", "refs/pull/1/head", "refs/notes/x"] {
        let lines = [
            [evil.as_str(), &main, dummy],
            [&main, &evil, "refs/heads/main"],
        ];
        let told = server.sent(&lines, &evil);
        blocks(&told.stderr, "zone-agent");
        assert!(told.stderr.contains("incomplete: moved-on: "), "{told:?}");
        assert!(told.stderr.contains(dummy), "{told:?}");
        assert_eq!(server.refs(), before, "{dummy}");
        // The same lines, where the objects are there.
        server.fetched();
        let told = server.hook(&["pre-receive"], &lines);
        assert_eq!(told.code, 1, "{told:?}");
        blocks(&told.stderr, "zone-agent");
        assert!(told.stderr.contains("incomplete: moved-on: "), "{told:?}");
    }
}

#[test]
fn a_reference_that_is_not_where_the_client_says_is_incomplete() {
    let server = Server::with(ZONE);
    let main = server.id("HEAD");
    let good = server.by_a_person();
    server.fetched();
    let none = none();
    for line in [
        [none.as_str(), &good, "refs/heads/main"],
        [&good, &good, "refs/heads/main"],
        [&main, &good, "refs/heads/new"],
        [&none, &none, "refs/heads/main"],
        [&good, &none, "refs/heads/main"],
    ] {
        let [old, new, name] = line;
        for args in [&["pre-receive"][..], &["update", name, old, new]] {
            let told = server.hook(args, &[line]);
            assert_eq!(told.code, 2, "{args:?}: {told:?}");
            let code = "incomplete: moved-on: ";
            assert!(told.stderr.contains(code), "{args:?}: {told:?}");
        }
    }
    for line in [
        [main.as_str(), &good, "refs/heads/main"],
        [&none, &good, "refs/heads/new"],
        [&main, &none, "refs/heads/main"],
    ] {
        let [old, new, name] = line;
        for args in [&["pre-receive"][..], &["update", name, old, new]] {
            let told = server.hook(args, &[line]);
            assert_eq!(told.code, 0, "{args:?}: {told:?}");
        }
    }
}

#[test]
fn a_deletion_that_says_that_nothing_was_there_is_not_taken() {
    // Git deletes it then without its own guard, and without a look at what is there.
    let server = Server::with(ZONE);
    server.configure("receive.denyDeletes", "true");
    let (before, none) = (server.refs(), none());
    let told = server.sent_with(&[[&none, &none, "refs/heads/main"]], b"");
    assert!(told.stdout.contains("ng refs/heads/main"), "{told:?}");
    assert!(told.stderr.contains("incomplete: moved-on: "), "{told:?}");
    assert_eq!(server.refs(), before);
}

#[test]
fn the_old_id_that_update_is_given_makes_no_commit_known() {
    let server = Server::with(ZONE);
    let evil = server.by_an_agent();
    server.fetched();
    let args = ["update", "refs/heads/dummy", &evil, &evil];
    let told = server.hook(&args, &[]);
    assert_eq!(told.code, 1, "{told:?}");
    blocks(&told.stderr, "zone-agent");
}

#[test]
fn what_a_forge_put_at_its_own_reference_is_not_known_by_moving_it() {
    let server = Server::with(ZONE);
    let main = server.id("HEAD");
    let evil = server.by_an_agent();
    server.fetched();
    server.at(["update-ref", "refs/pull/1/head", &evil]);
    let lines = [
        [evil.as_str(), &main, "refs/pull/1/head"],
        [&main, &evil, "refs/heads/main"],
    ];
    let told = server.sent(&lines, &evil);
    blocks(&told.stderr, "zone-agent");
    assert_eq!(server.at(["rev-parse", "main"]).stdout.trim(), main);
}

#[test]
fn notes_are_judged_from_where_they_are() {
    let server = Server::with(ZONE);
    let old = server.by_an_agent();
    server.fetched();
    server.at(["update-ref", "refs/notes/x", &old]);
    let good = server.by_a_person();
    server.fetched();
    let told = server.hook(&["pre-receive"], &[[&old, &good, "refs/notes/x"]]);
    assert_eq!(told.code, 0, "{told:?}");
}

#[test]
fn the_policy_of_an_old_id_that_the_client_makes_up_does_not_judge() {
    let server = Server::with(ZONE);
    let main = server.id("HEAD");
    server.write(".cordon.yml", "cordon: 1\nextends: []\n");
    let mild = server.commit("Change the policy");
    let evil = server.by_an_agent();
    let lines = [
        [mild.as_str(), &evil, "refs/heads/new"],
        [&main, &main, "refs/heads/main"],
    ];
    let told = server.sent(&lines, &evil);
    blocks(&told.stderr, "zone-agent");
}

#[test]
fn a_reference_in_a_namespace_is_compared_with_its_own() {
    let mut server = Server::with(ZONE);
    let main = server.id("HEAD");
    let own = "refs/namespaces/a/refs/heads/own";
    server.at(["update-ref", own, &main]);
    server.sandbox.set("GIT_NAMESPACE", "a");
    let good = server.by_a_person();
    let told = server.sent(&[[&main, &good, "refs/heads/own"]], &good);
    assert!(told.stdout.contains("ok refs/heads/own"), "{told:?}");
    let told = server.hook(&["pre-receive"], &[[&main, &good, "refs/heads/main"]]);
    assert_eq!(told.code, 2, "{told:?}");
}
