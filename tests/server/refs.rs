//! What becomes of references: new, moved, forced, deleted, odd.

use crate::server::{Server, ZONE, blocks};
use crate::support::CLAUDE;

#[test]
fn all_references_of_a_push_are_judged_together() {
    let server = Server::with(ZONE);
    server.git(["checkout", "-q", "-b", "good"]);
    server.by_a_person();
    server.git(["checkout", "-q", "-b", "bad", "main"]);
    server.by_an_agent();
    let told = server.refused(["good", "bad"]);
    blocks(&told, "zone-agent");
    let told = server.refused(["--atomic", "bad", "good"]);
    blocks(&told, "zone-agent");
    server.taken(["--atomic", "good"]);
}

#[test]
fn a_new_branch_is_judged_by_what_is_new() {
    let server = Server::with(ZONE);
    server.by_an_agent();
    let old = server.fetched();
    // On the server before there was a hook.
    server.at(["update-ref", "refs/heads/main", &old]);
    server.taken(["HEAD:refs/heads/same"]);
    server.git(["checkout", "-q", "-b", "next"]);
    server.by_a_person();
    server.taken(["next"]);
    server.write("src/crypto/b.c", "int by_an_agent;\n");
    server.commit(&format!("Change\n\n{CLAUDE}"));
    let told = server.refused(["HEAD:refs/heads/other"]);
    blocks(&told, "zone-agent");
    assert!(told.contains("; 1 commit"), "{told}");
}

#[test]
fn a_branch_without_a_common_commit_is_judged_whole() {
    let server = Server::with(ZONE);
    server.git(["checkout", "-q", "--orphan", "pages"]);
    server.by_an_agent();
    server.commit("On top");
    let told = server.refused(["pages"]);
    blocks(&told, "zone-agent");
    assert!(told.contains("; 2 commits"), "{told}");
}

#[test]
fn the_first_push_to_an_empty_server_is_judged_whole() {
    let server = Server::with("cordon: 1\n");
    server.git(["init", "-q", "--bare", "-b", "main", "../empty.git"]);
    assert_eq!(server.cordon(["install", "--repo", "../empty.git"]).code, 0);
    let secret = format!("AKIA{}", "Q3X7Z5T2M4P6R2W3");
    server.write("a", "a\n");
    server.commit("Two commits");
    let told = server.try_git(["push", "../empty.git", "main"]);
    assert_eq!(told.code, 0, "{}", told.stderr);
    server.write("a", format!("aws = {secret}\n"));
    server.commit("Three commits");
    server.git(["init", "-q", "--bare", "-b", "main", "../other.git"]);
    assert_eq!(server.cordon(["install", "--repo", "../other.git"]).code, 0);
    let told = server.try_git(["push", "../other.git", "main"]);
    assert_ne!(told.code, 0);
    blocks(&told.stderr, "secret-added");
}

#[test]
fn a_forced_push_is_judged_from_where_it_leaves_what_the_server_has() {
    let server = Server::with(ZONE);
    for number in 0..2 {
        server.write("a", format!("{number}\n"));
        server.commit("By a person");
    }
    server.taken(["main"]);
    server.git(["reset", "-q", "--hard", "HEAD~2"]);
    server.by_an_agent();
    server.write("b", "b\n");
    server.commit("On top");
    let told = server.refused(["--force", "main"]);
    blocks(&told, "zone-agent");
    assert!(told.contains("; 2 commits"), "{told}");
    // A step back brings nothing new.
    server.taken(["--force", "HEAD~2:main"]);
}

#[test]
fn a_branch_that_was_deleted_is_judged_again_when_it_comes_back() {
    let server = Server::with(ZONE);
    server.by_an_agent();
    let old = server.fetched();
    server.at(["update-ref", "refs/heads/old", &old]);
    server.taken([":old"]);
    blocks(&server.refused(["HEAD:refs/heads/old"]), "zone-agent");
    // Deleted and made anew under another name, in one push.
    server.at(["update-ref", "refs/heads/old", &old]);
    server.write("src/crypto/b.c", "int more;\n");
    server.commit(&format!("More\n\n{CLAUDE}"));
    let told = server.refused([":old", "HEAD:refs/heads/new"]);
    blocks(&told, "zone-agent");
}

#[test]
fn a_deletion_is_taken_and_that_of_the_default_branch_is_told() {
    let server = Server::with(ZONE);
    server.taken(["main:refs/heads/side", "main:refs/tags/v1"]);
    assert_eq!(server.taken([":side", ":refs/tags/v1"]).trim(), "");
    server.configure("receive.denyDeleteCurrent", "ignore");
    let told = server.taken([":main"]);
    assert!(told.contains("warned: policy-weakened: "), "{told}");
    assert!(told.contains("the push deletes refs/heads/main"), "{told}");
    assert!(told.contains("a reference of the push"), "{told}");
}

#[test]
fn a_policy_may_keep_its_default_branch_from_being_deleted() {
    let server = Server::with(&format!(
        "{ZONE}rules: {{policy-weakened: {{mode: block}}}}\n"
    ));
    server.configure("receive.denyDeleteCurrent", "ignore");
    blocks(&server.refused([":main"]), "policy-weakened");
}

#[test]
fn tags_of_every_kind_are_judged() {
    let server = Server::with(ZONE);
    server.git(["checkout", "-q", "--detach"]);
    server.by_an_agent();
    server.git(["tag", "light"]);
    server.git(["tag", "-a", "-m", "One", "annotated"]);
    server.git(["tag", "-a", "-m", "Two", "tagged", "annotated"]);
    for tag in ["light", "annotated", "tagged"] {
        blocks(&server.refused([tag]), "zone-agent");
    }
    // The same on what the server has.
    for tag in ["old-light", "old-annotated", "old-tagged"] {
        match tag {
            "old-light" => server.git(["tag", tag, "main"]),
            "old-annotated" => server.git(["tag", "-a", "-m", "One", tag, "main"]),
            _ => server.git(["tag", "-a", "-m", "Two", tag, "old-annotated"]),
        };
        assert_eq!(server.taken([tag]).trim(), "", "{tag}");
    }
}

#[test]
fn the_messages_of_tags_are_searched_for_secrets() {
    let server = Server::with("cordon: 1\n");
    let secret = format!("AKIA{}", "Q3X7Z5T2M4P6R2W3");
    server.git([
        "tag",
        "-a",
        "-m",
        &format!("With {secret}"),
        "inner",
        "main",
    ]);
    server.git(["tag", "-a", "-m", "Without", "outer", "inner"]);
    for tag in ["inner", "outer"] {
        let told = server.refused([tag]);
        blocks(&told, "secret-added");
        assert!(!told.contains(&secret), "{told}");
    }
}

#[test]
fn what_leads_to_no_commit_is_not_judged_and_not_taken() {
    let server = Server::with(ZONE);
    server.git(["tag", "blob", "main:.cordon.yml"]);
    server.git(["tag", "tree", "main^{tree}"]);
    server.git(["tag", "-a", "-m", "A tree", "tagged-tree", "main^{tree}"]);
    for tag in ["blob", "tree", "tagged-tree"] {
        let told = server.refused([tag]);
        assert!(told.contains("incomplete: not-a-commit: "), "{told}");
        assert!(told.contains(&format!("refs/tags/{tag}")), "{told}");
    }
}

#[test]
fn references_of_any_name_are_judged() {
    let server = Server::with(ZONE);
    server.by_an_agent();
    for name in [
        "refs/notes/x",
        "refs/for/main",
        "refs/pull/1/head",
        "refs/x",
    ] {
        let told = server.refused([format!("HEAD:{name}").as_str()]);
        blocks(&told, "zone-agent");
    }
    server.reset();
    server.git(["notes", "--ref=review", "add", "-m", "Fine", "main"]);
    server.taken(["refs/notes/review"]);
    server.git(["notes", "--ref=review", "append", "-m", "Still", "main"]);
    server.taken(["refs/notes/review"]);
}

#[test]
fn a_forges_own_references_are_not_taken_for_judged() {
    for name in [
        "refs/pull/1/head",
        "refs/merge-requests/1/head",
        "refs/keep-around/1",
    ] {
        let server = Server::with(ZONE);
        server.by_an_agent();
        let id = server.fetched();
        // As a forge does when a change comes from a fork, where no hook has seen it.
        server.at(["update-ref", name, &id]);
        blocks(&server.refused(["main"]), "zone-agent");
    }
}

#[test]
fn a_reference_that_the_server_cannot_read_hides_nothing_and_can_be_deleted() {
    let server = Server::with(ZONE);
    let broken = server.dir().join("refs/heads/broken");
    std::fs::write(&broken, format!("{}\n", "1".repeat(40))).unwrap();
    server.by_an_agent();
    let told = server.try_git(["push", "origin", "main"]);
    assert_ne!(told.code, 0);
    blocks(&told.stderr, "zone-agent");
    let note = "refs/heads/broken cannot be read";
    assert!(told.stderr.contains(note), "{}", told.stderr);
    let told = server.try_git(["push", "--force", "origin", "HEAD:broken"]);
    assert_ne!(told.code, 0);
    blocks(&told.stderr, "zone-agent");
    // It can be taken away by a push.
    server.taken([":broken"]);
    server.reset();
    server.by_a_person();
    assert_eq!(server.taken(["main"]).trim(), "");
}
