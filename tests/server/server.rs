//! A bare repository with the hook, and a repository that pushes to it.

use std::ops::Deref;
use std::path::PathBuf;

use crate::support::{CLAUDE, Said, Sandbox, said};

/// Agents are denied in `src/crypto/`.
pub(crate) const ZONE: &str = "\
cordon: 1
extends: []
zones:
  crypto: {class: export, paths: [\"src/crypto/**\"], agents: denied}
";

/// A server beside a repository whose remote `origin` it is.
pub(crate) struct Server {
    pub(crate) sandbox: Sandbox,
}

impl Deref for Server {
    type Target = Sandbox;

    fn deref(&self) -> &Sandbox {
        &self.sandbox
    }
}

impl Server {
    /// A server whose default branch has this policy, by the hook that `cordon install` puts there.
    pub(crate) fn with(policy: &str) -> Self {
        let sandbox = Sandbox::with_policy(policy);
        sandbox.git(["init", "-q", "--bare", "-b", "main", "../server.git"]);
        sandbox.git(["remote", "add", "origin", "../server.git"]);
        sandbox.git(["push", "-q", "origin", "main"]);
        let server = Self { sandbox };
        let said = server.cordon(["install", "--repo", "../server.git"]);
        assert_eq!(said.code, 0, "{}", said.stderr);
        server
    }

    /// Where it lies.
    pub(crate) fn dir(&self) -> PathBuf {
        self.outside("server.git")
    }

    /// Runs `git` at the server, which must succeed.
    pub(crate) fn at<const N: usize>(&self, args: [&str; N]) -> Said {
        let said = said(self.command("git", &self.dir()).args(args));
        assert_eq!(said.code, 0, "git {args:?}: {}", said.stderr);
        said
    }

    /// Sets the server's own configuration.
    pub(crate) fn configure(&self, key: &str, value: &str) {
        self.at(["config", key, value]);
    }

    /// All references of the server, and what they name.
    pub(crate) fn refs(&self) -> String {
        self.at(["for-each-ref", "--format=%(refname) %(objectname)"])
            .stdout
    }

    /// Pushes, which the server must take; what it said.
    pub(crate) fn taken<const N: usize>(&self, refs: [&str; N]) -> String {
        let said = self.push(&refs);
        assert_eq!(said.code, 0, "{refs:?}: {}", said.stderr);
        said.stderr
    }

    /// Pushes, which the server must refuse as a whole; what it said.
    pub(crate) fn refused<const N: usize>(&self, refs: [&str; N]) -> String {
        let before = self.refs();
        let said = self.push(&refs);
        assert_ne!(said.code, 0, "{refs:?}: {}", said.stderr);
        assert!(
            said.stderr.contains("(pre-receive hook declined)"),
            "{}",
            said.stderr
        );
        assert_eq!(self.refs(), before);
        said.stderr
    }

    fn push(&self, refs: &[&str]) -> Said {
        let mut git = self.command("git", &self.path());
        said(git.args(["push", "-q", "origin"]).args(refs))
    }

    /// A commit that says it is an agent's and touches the zone.
    pub(crate) fn by_an_agent(&self) -> String {
        self.write("src/crypto/aes.c", "int by_an_agent;\n");
        self.commit(&format!("Change\n\n{CLAUDE}"))
    }

    /// A commit of a person in the zone.
    pub(crate) fn by_a_person(&self) -> String {
        self.write("src/crypto/aes.c", "int by_a_person;\n");
        self.commit("Change by a person")
    }

    /// Goes back to what the server has.
    pub(crate) fn reset(&self) {
        let main = self.at(["rev-parse", "main"]).stdout;
        self.git(["checkout", "-q", "-B", "main", main.trim()]);
    }
}

/// Whether a finding of this rule was told as one that blocks.
#[track_caller]
pub(crate) fn blocks(said: &str, rule: &str) {
    assert!(said.contains(&format!("blocked: {rule}: ")), "{said}");
}
