//! The GitLab component, `templates/cordon.yml`, run by gitlab-ci-local in real checkouts, where scripts/setup.sh has put it.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::forge::{Depth, Forge, Job, ZEROS};
use crate::support::{Said, said};

mod brought;
mod documented;
mod everywhere;
mod hostile;
mod inputs;
mod judged;
mod policy;

/// A file of this repository.
pub(crate) fn ours(path: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(path).unwrap()
}

/// The program; none, and a line that says so, where it is not installed.
pub(crate) fn gitlab_ci_local() -> Option<String> {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/gitlab/run");
    if !program.exists() {
        let program = program.display();
        let told = format!("skipped: {program} is not there; scripts/setup.sh installs it\n");
        // Straight to the stream: what a test that passes prints by a macro nobody sees.
        std::io::stderr().write_all(told.as_bytes()).unwrap();
        return None;
    }
    Some(program.to_str().unwrap().to_owned())
}

/// A project whose pipeline includes the component.
pub(crate) struct Project {
    pub(crate) forge: Forge,
    program: String,
    /// The component; a test may give it another table of releases.
    template: String,
}

impl Project {
    /// None where nothing runs pipelines.
    pub(crate) fn new() -> Option<Self> {
        let program = gitlab_ci_local()?;
        let forge = Forge::new();
        let dev = &forge.dev;
        dev.git(["checkout", "-q", "-b", "docs", "main"]);
        forge.agent("docs/guide.md");
        forge.push("docs");
        let template = ours("templates/cordon.yml");
        Some(Self {
            forge,
            program,
            template,
        })
    }

    pub(crate) fn checkout(&self) -> PathBuf {
        self.forge.dev.outside("checkout")
    }

    /// Writes the project's pipeline into a fresh checkout. What the project runs before its own jobs leaves a file.
    fn include(&self, inputs: &str) {
        let write = |path: &str, text: &str| {
            let path = self.checkout().join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        };
        write("templates/cordon.yml", &self.template);
        let pipeline = format!(
            "default: {{before_script: [touch pwned]}}\ninclude:\n  - local: templates/cordon.yml\n    inputs: {inputs}\n"
        );
        write(".gitlab-ci.yml", &pipeline);
        // It includes no file that Git does not know.
        let mut add = self.forge.in_job("git", &Job::default());
        assert_eq!(
            said(add.args(["add", "-f", "templates", ".gitlab-ci.yml"])).code,
            0
        );
    }

    /// A pipeline with these variables and inputs, in a checkout of one commit.
    fn run(&self, branch: &str, job: &Job, inputs: &str) -> Said {
        self.forge.checkout(branch, Depth::One);
        self.include(inputs);
        self.pipeline(job, &[])
    }

    /// Runs the pipeline that stands in the checkout.
    pub(crate) fn pipeline(&self, job: &Job, env: &[(&str, &str)]) -> Said {
        let mut command = self.forge.in_job(&self.program, &Job::default());
        command.args(["--force-shell-executor", "--no-color"]);
        for (name, value) in &job.env {
            command.args(["--variable", &format!("{name}={value}")]);
        }
        let mut said = said(command.envs(env.iter().copied()));
        // It tells a job's end on another stream than its words.
        said.stdout.push_str(&said.stderr);
        said
    }

    /// A report that the job left.
    fn left(&self, name: &str) -> String {
        std::fs::read_to_string(self.checkout().join(name)).unwrap_or_default()
    }
}

/// A merge request that brings a branch to `main`.
pub(crate) fn merge_request(forge: &Forge, branch: &str) -> Job {
    Job::of(&[
        ("CI_PIPELINE_SOURCE", "merge_request_event"),
        ("CI_PROJECT_ID", "42"),
        ("CI_MERGE_REQUEST_PROJECT_ID", "42"),
        ("CI_MERGE_REQUEST_IID", "7"),
        ("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", "main"),
        ("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", branch),
        ("CI_MERGE_REQUEST_TITLE", "Explain the key"),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_COMMIT_SHA", &forge.id(branch)),
    ])
}

/// A push to a branch.
pub(crate) fn push(forge: &Forge, branch: &str, before: &str) -> Job {
    Job::of(&[
        ("CI_PIPELINE_SOURCE", "push"),
        ("CI_DEFAULT_BRANCH", "main"),
        ("CI_COMMIT_BRANCH", branch),
        ("CI_COMMIT_SHA", &forge.id(branch)),
        ("CI_COMMIT_BEFORE_SHA", before),
    ])
}
