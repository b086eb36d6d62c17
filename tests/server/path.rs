//! Pushes over a path: what is refused and what is taken.

use crate::server::{Server, ZONE, blocks};
use crate::support::{CLAUDE, gits, said};

#[test]
fn an_agents_change_in_a_zone_is_refused_and_a_persons_is_taken() {
    let server = Server::with(ZONE);
    server.by_an_agent();
    let told = server.refused(["main"]);
    blocks(&told, "zone-agent");
    assert!(told.contains("src/crypto/aes.c"), "{told}");
    assert!(
        told.contains("remote: cordon: refused: 1 blocked; 1 commit"),
        "{told}"
    );
    server.reset();
    server.by_a_person();
    // Nothing to say: nothing is said.
    assert_eq!(server.taken(["main"]).trim(), "");
    server.write("src/other.c", "int by_an_agent;\n");
    server.commit(&format!("Elsewhere\n\n{CLAUDE}"));
    assert_eq!(server.taken(["main"]).trim(), "");
}

#[test]
fn each_git_of_this_machine_shows_the_hook_what_it_received() {
    for git in gits() {
        let git = git.to_str().unwrap();
        let server = Server::with(ZONE);
        let line = format!("{git} --exec-path");
        let exec = server.shell(&line).stdout;
        let pack = format!("--receive-pack={}/git-receive-pack", exec.trim());
        server.by_an_agent();
        let push = [git, "push", "-q", &pack, "origin", "main"].join(" ");
        let told = server.shell(&push);
        assert_ne!(told.code, 0, "{git}");
        blocks(&told.stderr, "zone-agent");
        server.reset();
        server.by_a_person();
        let told = server.shell(&push);
        assert_eq!(told.code, 0, "{git}: {}", told.stderr);
    }
}

#[test]
fn the_surroundings_of_a_server_say_nothing_of_who_made_a_commit() {
    let mut server = Server::with(ZONE);
    server.sandbox.set("CLAUDECODE", "1");
    server.sandbox.set("CLAUDE_CODE_CHILD_SESSION", "1");
    server.by_a_person();
    // Over a path the hook even has the pusher's variables.
    server.taken(["main"]);
}

#[test]
fn what_only_a_side_branch_has_is_judged_too() {
    let server = Server::with(ZONE);
    server.git(["checkout", "-q", "-b", "side"]);
    server.by_an_agent();
    server.git(["checkout", "-q", "main"]);
    server.write("other", "x\n");
    server.commit("Elsewhere");
    // Merged so that the first parent, and the tree, know nothing of it.
    server.git(["merge", "-q", "-s", "ours", "-m", "Merge", "side"]);
    blocks(&server.refused(["main"]), "zone-agent");
}

#[test]
fn a_secret_that_a_later_commit_removes_is_found() {
    let server = Server::with("cordon: 1\n");
    let secret = format!("AKIA{}", "Q3X7Z5T2M4P6R2W3");
    server.write("config.ini", format!("aws = {secret}\n"));
    let leak = server.commit("Add a configuration");
    server.write("config.ini", "aws = none\n");
    server.commit("Remove it again");
    let told = server.refused(["main"]);
    blocks(&told, "secret-added");
    assert!(told.contains(&leak[..10]), "{told}");
    assert!(!told.contains(&secret), "{told}");
}

#[test]
fn objects_that_git_checks_are_judged_all_the_same() {
    let server = Server::with(ZONE);
    server.configure("receive.fsckObjects", "true");
    server.configure("receive.unpackLimit", "1");
    server.by_an_agent();
    blocks(&server.refused(["main"]), "zone-agent");
    server.reset();
    server.by_a_person();
    server.taken(["main"]);
}

#[test]
fn a_server_that_borrows_objects_has_the_same_wall() {
    let server = Server::with(ZONE);
    server.at(["clone", "-q", "--bare", "--shared", ".", "../fork.git"]);
    server.git(["remote", "set-url", "origin", "../fork.git"]);
    let told = server.cordon(["install", "--repo", "../fork.git"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    server.by_an_agent();
    let told = server.try_git(["push", "origin", "main"]);
    assert_ne!(told.code, 0);
    blocks(&told.stderr, "zone-agent");
    server.git(["reset", "-q", "--hard", "HEAD~1"]);
    server.by_a_person();
    server.git(["push", "-q", "origin", "main"]);
}

#[test]
fn replaced_objects_neither_hide_a_commit_nor_pass_unjudged() {
    let server = Server::with(ZONE);
    // Pushed as a replacement.
    let bad = server.by_an_agent();
    server.reset();
    let good = server.by_a_person();
    server.taken(["main"]);
    server.git(["replace", &good, &bad]);
    let replacement = format!("refs/replace/{good}");
    blocks(&server.refused([replacement.as_str()]), "zone-agent");
    server.git(["replace", "-d", &good]);
    // There already, and in place of what is pushed: only the true objects count.
    server.at(["fetch", "-q", "../repo", &bad]);
    server.at(["update-ref", &format!("refs/replace/{bad}"), &good]);
    server.git(["checkout", "-q", "--detach", &bad]);
    blocks(&server.refused(["HEAD:refs/heads/new"]), "zone-agent");
}

/// git-ai's note (authorship/3) that says an agent wrote a line of a commit.
fn note(server: &Server, commit: &str) {
    let session = "s_0123456789abcd";
    let note = format!(
        "src/crypto/aes.c\n  {session} 1\n---\n{}",
        serde_json::json!({
            "schema_version": "authorship/3.0.0",
            "git_ai_version": "1.0.0",
            "base_commit_sha": commit,
            "prompts": {},
            "sessions": {session: {
                "agent_id": {"tool": "claude", "id": "1", "model": "claude-opus-4"},
                "human_author": null,
            }},
        })
    );
    std::fs::write(server.outside("note"), note).unwrap();
    server.git(["notes", "--ref=ai", "add", "-F", "../note", commit]);
}

#[test]
fn a_note_that_comes_with_its_commit_is_evidence_and_one_that_comes_later_is_too_late() {
    let server = Server::with(ZONE);
    let commit = server.by_a_person();
    note(&server, &commit);
    blocks(&server.refused(["main", "refs/notes/ai"]), "zone-agent");
    // The commit alone says nothing of an agent. docs/server.md tells this.
    server.taken(["main"]);
    server.taken(["refs/notes/ai"]);
    // A note that is there already counts for what is pushed after it.
    server.write("src/crypto/aes.c", "int again;\n");
    let commit = server.commit("Change again");
    note(&server, &commit);
    server.taken(["refs/notes/ai"]);
    blocks(&server.refused(["main"]), "zone-agent");
}

#[test]
fn a_namespace_has_its_own_branches() {
    let server = Server::with(ZONE);
    let push = "git push -q --receive-pack='git --namespace=team receive-pack' origin";
    server.write("README", "by a person\n");
    server.commit("Begin");
    let told = server.shell(&format!("{push} main"));
    assert_eq!(told.code, 0, "{}", told.stderr);
    assert!(
        server
            .refs()
            .contains("refs/namespaces/team/refs/heads/main")
    );
    server.by_an_agent();
    let told = server.shell(&format!("{push} main"));
    assert_ne!(told.code, 0);
    blocks(&told.stderr, "zone-agent");
    // What a namespace has taken is not judged again in it.
    server.at([
        "update-ref",
        "refs/namespaces/team/refs/heads/old",
        &server.fetched(),
    ]);
    let told = server.shell(&format!("{push} HEAD:refs/heads/new"));
    assert_eq!(told.code, 0, "{}", told.stderr);
}

impl Server {
    /// Brings the pushing repository's HEAD to the server, past the hook; its id.
    pub(crate) fn fetched(&self) -> String {
        self.at(["fetch", "-q", "../repo", "HEAD"]);
        self.id("HEAD")
    }
}

#[test]
fn input_that_git_would_not_give_refuses() {
    let server = Server::with(ZONE);
    let zeros = "0".repeat(40);
    for input in [
        "garbage\n".to_owned(),
        format!("{zeros} {zeros}\n"),
        format!("{zeros} {} refs/heads/x", "1".repeat(40)),
        format!("{zeros} {} refs/heads/x\n", "1".repeat(40)),
        "\\0\\377\\033[31m\n".to_owned(),
    ] {
        let line = format!("printf '{input}' | cordon hook pre-receive");
        let told = said(server.command("sh", &server.dir()).args(["-c", &line]));
        assert_eq!(told.code, 2, "{input}: {}", told.stderr);
        assert!(told.stderr.contains("incomplete: "), "{}", told.stderr);
        assert!(!told.stderr.contains('\x1b'), "{}", told.stderr);
    }
    let endless = "yes x | head -c 70000000 | cordon hook pre-receive";
    let told = said(server.command("sh", &server.dir()).args(["-c", endless]));
    assert_eq!(told.code, 2, "{}", told.stderr);
    assert!(
        told.stderr.contains("Git says more than"),
        "{}",
        told.stderr
    );
    // A push of nothing is nothing.
    let nothing = "cordon hook pre-receive </dev/null";
    let told = said(server.command("sh", &server.dir()).args(["-c", nothing]));
    assert_eq!((told.code, told.stderr.as_str()), (0, ""));
}
