//! A remote with a policy on `main`, branches that were cut before it, and checkouts as CI systems make them.

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;

use crate::payloads::published::assert_published;
pub(crate) use crate::payloads::{pull_request, pushed};
use crate::support::{CLAUDE, CORDON, Report, Said, Sandbox, said};

pub(crate) const ZEROS: &str = "0000000000000000000000000000000000000000";

/// Agents are kept out of `src/core`.
pub(crate) const POLICY: &str = "\
cordon: 1
zones:
  core: {class: crypto, paths: [src/core/**], agents: denied}
";

/// How much of the history a checkout has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Depth {
    One,
    Fifty,
    Full,
}

pub(crate) const DEPTHS: [Depth; 3] = [Depth::One, Depth::Fifty, Depth::Full];

/// A developer's repository, its remote, and a checkout of the remote.
pub(crate) struct Forge {
    pub(crate) dev: Sandbox,
}

impl Forge {
    /// `main` has 60 commits and then a policy; `feature` left it before that, and has an agent's commit in the
    /// zone and a person's.
    pub(crate) fn new() -> Self {
        let forge = Self::empty();
        let dev = &forge.dev;
        for i in 0..60 {
            dev.commit(&format!("Step {i}"));
        }
        dev.git(["checkout", "-q", "-b", "feature"]);
        forge.agent("src/core/key.c");
        dev.commit("Explain the key");
        dev.git(["checkout", "-q", "main"]);
        dev.write(".cordon.yml", POLICY);
        dev.commit("Add a policy");
        forge.push("main");
        forge.push("feature");
        forge
    }

    /// A remote without a commit.
    pub(crate) fn empty() -> Self {
        let dev = Sandbox::new();
        let remote = dev.outside("remote.git");
        let remote = remote.to_str().unwrap();
        dev.git(["init", "-q", "--bare", "-b", "main", remote]);
        dev.git(["remote", "add", "origin", remote]);
        Self { dev }
    }

    /// An agent's commit that changes a file.
    pub(crate) fn agent(&self, path: &str) -> String {
        self.dev.write(
            path,
            format!(
                "{path} {}\n",
                self.dev.try_git(["rev-parse", "HEAD"]).stdout
            ),
        );
        self.dev.commit(&format!("Change {path}\n\n{CLAUDE}"))
    }

    /// Pushes a branch or a tag, also over what is there.
    pub(crate) fn push(&self, name: &str) {
        self.dev.git(["push", "-q", "--force", "origin", name]);
    }

    /// Puts a commit where the forge keeps the head of a request.
    pub(crate) fn keep(&self, revision: &str, name: &str) {
        let refspec = format!("+{revision}:{name}");
        self.dev.git(["push", "-q", "origin", &refspec]);
    }

    pub(crate) fn id(&self, revision: &str) -> String {
        self.dev.id(revision)
    }

    fn checkout_dir(&self) -> PathBuf {
        self.dev.outside("checkout")
    }

    /// A checkout of a branch, as a runner makes it: with a history that is cut only that branch is there.
    pub(crate) fn checkout(&self, branch: &str, depth: Depth) {
        let dir = self.checkout_dir();
        if dir.exists() {
            std::fs::remove_dir_all(&dir).unwrap();
        }
        let remote = format!("file://{}", self.dev.outside("remote.git").display());
        let depth = match depth {
            Depth::One => &["--depth=1"][..],
            Depth::Fifty => &["--depth=50"],
            Depth::Full => &[],
        };
        let mut clone = self.dev.command("git", &self.dev.outside(""));
        clone.args(["clone", "-q", "-b", branch]).args(depth);
        let said = said(clone.args([&remote, dir.to_str().unwrap()]));
        assert_eq!(said.code, 0, "{}", said.stderr);
    }

    /// A program in the checkout, in a job with these variables.
    pub(crate) fn in_job(&self, program: &str, job: &Job) -> Command {
        let event = self.dev.outside("event.json");
        std::fs::write(&event, job.payload.to_string()).unwrap();
        let mut command = self.dev.command(program, &self.checkout_dir());
        command.env("CI", "true").env("GITHUB_EVENT_PATH", &event);
        command.envs(job.env.iter().map(|(name, value)| (name, value)));
        command
    }

    /// What `cordon ci` says in such a job.
    pub(crate) fn say(&self, job: &Job, args: &[&str]) -> Said {
        said(self.in_job(CORDON, job).arg("ci").args(args))
    }

    /// Its report.
    pub(crate) fn report(&self, job: &Job, args: &[&str]) -> Report {
        let args = [args, &["--format", "json"]].concat();
        Report::read(&self.say(job, &args))
    }
}

/// What a system says of a job.
#[derive(Clone, Debug, Default)]
pub(crate) struct Job {
    pub(crate) env: Vec<(String, String)>,
    pub(crate) payload: Value,
}

impl Job {
    pub(crate) fn of(env: &[(&str, &str)]) -> Self {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        Self {
            env: env.iter().map(own).collect(),
            payload: Value::Null,
        }
    }

    /// With a payload that no forge sends.
    pub(crate) fn broken(self, payload: Value) -> Self {
        Self { payload, ..self }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.env.push((name.to_owned(), value.to_owned()));
        self
    }
}

/// A job of GitHub Actions, about an event as GitHub sends it.
pub(crate) fn github(event: &str, sha: &str, name: &str, payload: Value) -> Job {
    assert_published(event, &payload);
    Job {
        payload,
        ..Job::of(&[
            ("GITHUB_ACTIONS", "true"),
            ("GITHUB_EVENT_NAME", event),
            ("GITHUB_SHA", sha),
            ("GITHUB_REF", name),
        ])
    }
}

/// The range that was judged, how many commits, and whose policy was read, without the change's own.
pub(crate) fn judged(report: &Report) -> (String, String, u64, Vec<String>) {
    let range = &report.json["range"];
    let id = |key: &str| range[key].as_str().unwrap_or("-").to_owned();
    let layers = report.json["policy"]["layers"].as_array().unwrap();
    let trusted = layers.iter().filter(|layer| layer["name"] == "repository");
    let source = |layer: &Value| layer["source"].as_str().unwrap().to_owned();
    (
        id("base"),
        id("head"),
        range["commits"].as_u64().unwrap(),
        trusted.map(source).collect(),
    )
}
