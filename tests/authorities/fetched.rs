//! Policies in Git as a fetch leaves them: a store of commits, and a lock that names one.

use std::io::Write as _;
use std::process::{Command, Stdio};

use cordon::policy::hex_digest;
use cordon::policy::yaml::{Limits, canonical_json, parse};
use serde_json::{Map, Value, json};
use tempfile::TempDir;

use crate::Own;

/// A store below a user's folder for caches.
pub(crate) struct Fetched {
    dir: TempDir,
}

impl Fetched {
    pub(crate) fn new() -> Self {
        let store = Self {
            dir: tempfile::tempdir().unwrap(),
        };
        store.git(&["init", "-q", "--bare", store.folder().as_str()], "");
        store
    }

    /// The folder for caches.
    pub(crate) fn place(&self) -> &str {
        self.dir.path().to_str().unwrap()
    }

    fn folder(&self) -> String {
        format!("{}/cordon/store", self.place())
    }

    /// A repository's policy that names an organisation's, which lies in the store, and its lock.
    pub(crate) fn locked(&self, name: &str, org: &str, own: &str) -> Own {
        let blob = self.git(&["hash-object", "-w", "--stdin"], org);
        let tree = self.git(&["mktree"], &format!("100644 blob {blob}\tpolicy.yml\n"));
        let commit = self.git(&["commit-tree", "-m", "A version", &tree], "");
        let url = format!("https://git.acme.example/{name}.git");
        let node = parse(0, org.as_bytes(), &Limits::ORG, &mut Vec::new()).unwrap();
        let sha256 = hex_digest(canonical_json(&node).as_bytes());
        let lock = format!(
            "cordon-lock: 1\nsources:\n  - {{git: \"{url}\", ref: main, path: policy.yml, commit: {commit}, sha256: {sha256}}}\n"
        );
        let mut policy: Map<String, Value> = serde_json::from_str(own).unwrap();
        policy.insert("extends".to_owned(), json!([{"git": url, "ref": "main"}]));
        Own {
            policy: Value::Object(policy).to_string(),
            lock: Some(lock),
        }
    }

    fn git(&self, args: &[&str], input: &str) -> String {
        let mut git = Command::new("git");
        git.args(args)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_DIR", self.folder())
            .envs(["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_NAME"), "Pol Icy")))
            .envs(
                ["AUTHOR", "COMMITTER"].map(|who| (format!("GIT_{who}_EMAIL"), "pol@acme.example")),
            )
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = git.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        stdin.write_all(input.as_bytes()).unwrap();
        drop(stdin);
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "git {args:?}");
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    }
}
