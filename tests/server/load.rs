//! Many at once, much at once, and clients that go away.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::server::{Server, ZONE, blocks};
use crate::support::{CLAUDE, said};

#[test]
fn concurrent_pushes_are_each_judged_by_their_own() {
    let server = Server::with(ZONE);
    let names: Vec<String> = (0..8).map(|number| format!("b{number}")).collect();
    for (number, name) in names.iter().enumerate() {
        server.git(["checkout", "-q", "-b", name, "main"]);
        server.write("src/crypto/aes.c", format!("int x{number};\n"));
        server.commit(&if number % 2 == 0 {
            "By a person".to_owned()
        } else {
            format!("By an agent\n\n{CLAUDE}")
        });
    }
    let children: Vec<_> = names
        .iter()
        .map(|name| {
            let mut git = server.command("git", &server.path());
            git.args(["push", "-q", "origin", name])
                .stderr(Stdio::piped());
            git.spawn().unwrap()
        })
        .collect();
    for (number, child) in children.into_iter().enumerate() {
        let output = child.wait_with_output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.success(), number % 2 == 0, "{number}: {told}");
        if number % 2 == 1 {
            blocks(&told, "zone-agent");
        }
        let there = server.refs().contains(&format!("refs/heads/b{number} "));
        assert_eq!(there, number % 2 == 0, "{number}");
    }
}

/// What a push that never ended may leave below `objects`.
fn left_behind(dir: &Path) -> Vec<String> {
    let mut left = Vec::new();
    for folder in ["objects", "objects/pack"] {
        for entry in std::fs::read_dir(dir.join(folder)).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            if name.starts_with("tmp_") || name.starts_with("incoming-") {
                left.push(name);
            }
        }
    }
    left
}

#[test]
fn a_client_that_dies_half_way_brings_nothing_in() {
    let server = Server::with(ZONE);
    // Too large for one pipe, and not to be packed smaller.
    let noise = "head -c 8000000 /dev/urandom > noise";
    assert_eq!(server.shell(noise).code, 0);
    let commit = server.by_a_person();
    let marker = server.outside("half-way");
    let dir = server.dir();
    let receive = format!(
        "--receive-pack=f() {{ {{ head -c 500000; touch {}; sleep 2; cat; }} | git-receive-pack {}; }}; f",
        marker.display(),
        dir.display()
    );
    let before = server.refs();
    let mut git = server.command("git", &server.path());
    git.args(["push", "-q", &receive, "origin", "main"]);
    let mut client = git.stderr(Stdio::null()).spawn().unwrap();
    let begun = Instant::now();
    while !marker.exists() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(marker.exists());
    // What packs the objects writes into the same pipe: both ends of the client go.
    let packer = format!("ps -o pid= --ppid {}", client.id());
    let packers = server.shell(&packer).stdout;
    client.kill().unwrap();
    client.wait().unwrap();
    for pid in packers.split_whitespace() {
        let name = server.shell(&format!("cat /proc/{pid}/cmdline")).stdout;
        if name.contains("pack-objects") {
            server.shell(&format!("kill -9 {pid}"));
        }
    }
    while running(&server, &dir) && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(!running(&server, &dir));
    assert_eq!(server.refs(), before);
    assert!(!has(&server, &commit));
    // Where a signal ends it, Git leaves its quarantine to the next collection.
    server.at(["prune", "--expire=now"]);
    assert_eq!(left_behind(&dir), [""; 0]);
    server.taken(["main"]);
}

/// Whether something still receives there.
fn running(server: &Server, dir: &Path) -> bool {
    let all = server.shell("ps -eo args").stdout;
    let name = dir.display().to_string();
    all.lines()
        .any(|line| line.contains("receive-pack") && line.contains(&name))
}

fn has(server: &Server, commit: &str) -> bool {
    let mut git = server.command("git", &server.dir());
    said(git.args(["cat-file", "-e", commit])).code == 0
}

#[test]
fn a_push_that_is_refused_leaves_nothing() {
    let server = Server::with(ZONE);
    let commit = server.by_an_agent();
    server.refused(["main"]);
    assert_eq!(left_behind(&server.dir()), [""; 0]);
    assert!(!has(&server, &commit));
}

/// A history for `git fast-import`: by a person, but for one commit.
fn history(commits: usize, agents: usize) -> String {
    let mut text = String::new();
    for number in 0..commits {
        let message = if number == agents {
            format!("Change {number}\n\n{CLAUDE}\n")
        } else {
            format!("Change {number}\n")
        };
        let body = format!("int x{number};\n");
        let folder = if number == agents {
            "src/crypto"
        } else {
            "src/other"
        };
        let from = if number == 0 {
            "from refs/heads/main^0\n"
        } else {
            ""
        };
        write!(
            text,
            "commit refs/heads/many\ncommitter Ada <ada@acme.example> {} +0000\ndata {}\n{message}\
             {from}M 644 inline {folder}/{}/f{}.c\ndata {}\n{body}\n",
            1_700_000_000 + number,
            message.len(),
            number % 40,
            number % 997,
            body.len(),
        )
        .unwrap();
    }
    text
}

#[test]
fn a_push_of_25_000_commits_is_judged_in_reasonable_time() {
    let server = Server::with(ZONE);
    std::fs::write(server.outside("history"), history(25_000, 12_345)).unwrap();
    let imported = server.shell("git fast-import --quiet < ../history");
    assert_eq!(imported.code, 0, "{}", imported.stderr);
    let begun = Instant::now();
    let told = server.refused(["many"]);
    blocks(&told, "zone-agent");
    assert!(told.contains("; 25000 commits"), "{told}");
    // Some fifteen seconds by a debug build on two busy processors; a quadratic step takes minutes.
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(300), "{taken:?}");
}

#[test]
fn ten_thousand_references_at_the_server_do_not_slow_a_push_down() {
    let server = Server::with(ZONE);
    let main = server.id("main");
    let mut lines = String::new();
    for number in 0..10_000 {
        writeln!(lines, "create refs/heads/old/{number} {main}").unwrap();
    }
    std::fs::write(server.outside("lines"), lines).unwrap();
    let made = "git -C ../server.git update-ref --stdin < ../lines && git -C ../server.git pack-refs --all";
    assert_eq!(server.shell(made).code, 0);
    server.by_a_person();
    let begun = Instant::now();
    server.taken(["main"]);
    let taken = begun.elapsed();
    assert!(taken < Duration::from_secs(60), "{taken:?}");
}
