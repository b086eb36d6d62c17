//! Ways to make a commit on which Git runs no hook that could stop it: what the local hooks say, and that
//! pre-push refuses what came by them, and the server what came past that.

use crate::server::{Server, blocks};
use crate::support::{CLAUDE, said};

const POLICY: &str = "\
cordon: 1
extends: []
trailers: {forbid: [{text: never-again}]}
zones: {crypto: {class: export, paths: [\"src/crypto/**\"], agents: denied}}
";

/// One way.
struct Way {
    /// How a person types it. `side` has one commit that `main` lacks, by an agent in the zone;
    /// `plan` is a person's with a text that is forbidden.
    line: &'static str,
    /// What the local hooks say; empty where Git runs none.
    told: &'static str,
    /// The rule by which the push is refused.
    rule: &'static str,
}

const fn way(line: &'static str, told: &'static str) -> Way {
    let rule = "zone-agent";
    Way { line, told, rule }
}

/// The trailer stands in `$TRAILER`.
const WAYS: &[Way] = &[
    way("git cherry-pick side", "warned: zone-agent"),
    way(
        "git cherry-pick --no-commit side && git commit -q --no-verify -C side",
        "warned: zone-agent",
    ),
    Way {
        line: "git merge -q --ff-only plan && git revert --no-edit HEAD",
        told: "warned: trailer-forbidden",
        rule: "trailer-forbidden",
    },
    way(
        "git checkout -q -B moved side && git rebase -q --merge main && git checkout -q -B main",
        "1 x zone-agent",
    ),
    way(
        "git checkout -q -B moved side && git rebase -q --apply main && git checkout -q -B main",
        "1 x zone-agent",
    ),
    way(
        "git format-patch -q -1 --stdout side | git am -q",
        "warned: zone-agent",
    ),
    way(
        "git format-patch -q -1 --stdout side | git am -q --no-verify --signoff",
        "warned: zone-agent",
    ),
    way(
        "mkdir -p src/crypto && echo x > src/crypto/x.c && git add src && \
         git commit -q --no-verify -m Change -m \"$TRAILER\"",
        "warned: zone-agent",
    ),
    way(
        "git commit -q --allow-empty -m Empty && mkdir -p src/crypto && echo x > src/crypto/x.c && \
         git add src && git commit -q --amend --no-verify -m Change -m \"$TRAILER\"",
        "warned: zone-agent",
    ),
    way(
        "mkdir -p src/crypto && echo x > src/crypto/x.c && git add src && \
         git -c core.hooksPath=/dev/null commit -q -m Change -m \"$TRAILER\"",
        "",
    ),
    way(
        "git update-ref refs/heads/main \"$(git commit-tree -p main -m Change -m \"$TRAILER\" 'side^{tree}')\"",
        "",
    ),
    way(
        "git reset -q --hard side^ && git merge -q --ff-only side",
        "",
    ),
    way("git reset -q --hard side", ""),
    way(
        "git fetch -q . side:fetched && git reset -q --hard fetched",
        "",
    ),
    way("git merge -q --no-ff --no-verify -m Merge side", ""),
    way("git merge -q -s ours -m Merge side", ""),
    way(
        "printf 'commit refs/heads/fast\ncommitter A <a@acme.example> 1700000000 +0000\ndata <<E\nChange\n\n\
         %s\nE\nfrom refs/heads/main^0\nM 644 inline src/crypto/x.c\ndata 2\nx\n' \"$TRAILER\" | \
         git fast-import --quiet && git reset -q --hard fast",
        "",
    ),
];

#[test]
fn what_goes_round_the_local_hooks_is_refused_by_pre_push_and_by_the_server() {
    let mut server = Server::with(POLICY);
    server.sandbox.set("TRAILER", CLAUDE);
    assert_eq!(server.cordon(["install"]).code, 0);
    server.git(["checkout", "-q", "-b", "side"]);
    server.by_an_agent();
    server.git(["checkout", "-q", "-b", "plan", "main"]);
    server.write("plan", "x\n");
    server.commit("Plan of never-again");
    server.git(["checkout", "-q", "main"]);
    server.write("other", "x\n");
    let start = server.commit("Elsewhere");
    for way in WAYS {
        server.git(["checkout", "-q", "-f", "-B", "main", &start]);
        if way.rule == "trailer-forbidden" {
            server.git(["reset", "-q", "--hard", "plan^"]);
        }
        let made = server.shell(way.line);
        let line = way.line;
        assert_eq!(made.code, 0, "{line}: {}", made.stderr);
        assert!(made.stderr.contains(way.told), "{line}: {}", made.stderr);
        if way.told.is_empty() {
            assert_eq!(made.stderr, "", "{line}");
        }
        let push = |args: &[&str]| {
            let mut git = server.command("git", &server.path());
            said(git.args(["push", "-q"]).args(args).args(["origin", "main"]))
        };
        let told = push(&[]);
        assert_ne!(told.code, 0, "{line}");
        blocks(&told.stderr, way.rule);
        assert!(!told.stderr.contains("remote: "), "{line}: {}", told.stderr);
        let told = push(&["--no-verify"]);
        assert_ne!(told.code, 0, "{line}");
        assert!(
            told.stderr.contains("remote: cordon: refused"),
            "{line}: {}",
            told.stderr
        );
        blocks(&told.stderr, way.rule);
    }
}
