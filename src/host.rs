//! What the machine says about this run: environment, processes above it, clock, terminal, working directory.
//!
//! The only reader of them. `cli` makes one [`Host`] and hands it down as a value.

mod process;

use std::collections::BTreeMap;
use std::path::PathBuf;

use bstr::{BString, ByteSlice as _};
use jiff::Timestamp;
use jiff::civil::Date;

pub use process::Process;

/// Where a machine's owner puts a policy. No variable moves it: whoever is judged sets variables.
const SYSTEM_POLICY: &str = "/etc/cordon/policy.yml";

/// Variables that CI systems set in each job: of those that do not set `CI`, and of those where a step may have unset it.
const JOBS: [&str; 11] = [
    "BITBUCKET_BUILD_NUMBER",
    "BUILDKITE",
    "BUILD_TAG",
    "CIRCLECI",
    "CODEBUILD_BUILD_ID",
    "GITHUB_ACTIONS",
    "GITLAB_CI",
    "GO_PIPELINE_NAME",
    "TEAMCITY_VERSION",
    "TF_BUILD",
    "bamboo_buildKey",
];

/// The process's surroundings, read once.
#[derive(Clone, Default)]
pub struct Host {
    /// Environment variables, names and values as bytes.
    pub env: BTreeMap<BString, BString>,
    /// The processes above this one, the nearest first.
    pub ancestors: Vec<Process>,
    /// Where the policy of this machine's owner lies, if there is one; empty: nowhere.
    pub system_policy: PathBuf,
    /// The number of the user as whom this runs.
    pub user: u32,
    /// The working directory.
    pub cwd: PathBuf,
    /// The path of this program.
    pub program: Option<PathBuf>,
    /// Today, UTC.
    pub today: Date,
    /// This moment.
    pub now: Timestamp,
    /// Whether standard output is a terminal.
    pub stdout_is_terminal: bool,
    /// Whether standard error is a terminal.
    pub stderr_is_terminal: bool,
}

/// Variables by name alone: their values may be secrets.
impl std::fmt::Debug for Host {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Host")
            .field("env", &self.env.keys().collect::<Vec<_>>())
            .field("cwd", &self.cwd)
            .field("today", &self.today)
            .finish_non_exhaustive()
    }
}

impl Host {
    /// Reads the real surroundings of this process.
    #[expect(clippy::disallowed_methods, reason = "the one place that may")]
    pub fn read() -> std::io::Result<Self> {
        use std::io::IsTerminal as _;
        use std::os::unix::ffi::OsStringExt as _;
        let now = Timestamp::now();
        Ok(Self {
            env: std::env::vars_os()
                .map(|(name, value)| (name.into_vec().into(), value.into_vec().into()))
                .collect(),
            ancestors: ancestors(),
            system_policy: SYSTEM_POLICY.into(),
            user: rustix::process::geteuid().as_raw(),
            cwd: std::env::current_dir()?,
            program: std::env::current_exe().ok(),
            today: now.to_zoned(jiff::tz::TimeZone::UTC).date(),
            now,
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        })
    }

    /// A variable's value, if it is set and not empty.
    pub fn var(&self, name: &str) -> Option<&BString> {
        self.env
            .get(name.as_bytes() as &[u8])
            .filter(|value| !value.is_empty())
    }

    /// Where the user's caches lie, where the machine says a whole path.
    pub fn caches(&self) -> Option<PathBuf> {
        let whole = |name: &str| {
            let path = self.var(name)?.to_path().ok()?;
            path.is_absolute().then(|| path.to_owned())
        };
        // As its specification has it, a path that is not whole counts as none.
        whole("XDG_CACHE_HOME").or_else(|| Some(whole("HOME")?.join(".cache")))
    }

    /// Whether this is a job of a CI system, by the variable that most of them set or by one of their own.
    pub fn is_ci(&self) -> bool {
        let says_so = self.var("CI").is_some_and(|value| value != "false");
        says_so || JOBS.iter().any(|name| self.var(name).is_some())
    }
}

/// The processes above this one. In a build for tests a variable takes their place, since whoever runs the tests may be
/// an agent; in no other, where it would be a way round.
#[cfg(not(debug_assertions))]
fn ancestors() -> Vec<Process> {
    process::ancestors()
}

#[cfg(debug_assertions)]
#[expect(clippy::disallowed_methods, reason = "the one place that may")]
fn ancestors() -> Vec<Process> {
    match std::env::var_os("CORDON_TEST_NO_ANCESTORS") {
        Some(_) => Vec::new(),
        None => process::ancestors(),
    }
}
