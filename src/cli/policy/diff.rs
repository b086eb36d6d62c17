//! `cordon policy diff`: what differs between two policies, and which past decisions that would change.

use std::num::NonZeroUsize;
use std::path::PathBuf;

use anyhow::{Result, anyhow};
use clap::{Args, ValueEnum};
use jiff::civil::Date;

use super::{differences, is_own};
use crate::check::progress::Silent;
use crate::cli::output::Terminal;
use crate::cli::{Exit, check, open, output};
use crate::finding::Stage;
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::policy::yaml::Limits;
use crate::policy::{Difference, Given, Versions};
use crate::secret::Engine;
use crate::text::redacted;
use crate::text::show::harmless_json;
use crate::trial::{Range, Replay, replay, rule_defaults};

/// Say what a policy enforces more, less and otherwise than another one
#[derive(Debug, Args)]
pub(in crate::cli) struct Diff {
    /// The policy as it was
    #[arg(value_name = "OLD")]
    old: String,
    /// The policy as it is to be
    #[arg(value_name = "NEW")]
    new: String,

    /// Judge the commits that B has and A has not by both, and say which decisions change
    #[arg(long, value_name = "A..B", value_parser = check::range)]
    replay: Option<(String, String)>,
    /// The repository of these commits [default: the one around the working directory]
    #[arg(long, value_name = "DIR", requires = "replay")]
    repo: Option<PathBuf>,
    /// Judge them as if at this stage
    #[arg(long, value_name = "S", value_parser = check::stage, requires = "replay")]
    stage: Option<Stage>,
    /// Compare, and judge, as on this day
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// How many threads may work [default: one a core]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZeroUsize>,

    /// How to print it
    #[arg(long, value_enum, default_value_t = DiffFormat::Full)]
    format: DiffFormat,
}

/// How to print differences
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffFormat {
    /// For people
    Full,
    /// JSON
    Json,
}

impl Diff {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let reach = Reach::new(None, host);
        let read = |policy: &str| open::given(policy, None, reach);
        let policies = [read(&self.old)?, read(&self.new)?];
        let rules = rule_defaults();
        let mut versions = Versions::new(&rules, self.as_of.unwrap_or(host.today));
        let found = compared(&mut versions, &policies)?;
        let names = [&self.old, &self.new];
        let again = self.replayed(host, policies.clone())?;
        let page = differences::Page {
            names: names.map(String::as_str),
            versions: &versions,
            found: &found,
            replay: again.as_ref(),
        };
        let out = match self.format {
            DiffFormat::Full => page.text(&terminal.stdout_style()),
            DiffFormat::Json => harmless_json(&format!("{:#}\n", page.json())),
        };
        output::print(&redacted(Engine::builtin(), &out))?;
        let unread = again.is_some_and(|replay| !replay.incomplete.is_empty());
        Ok(if unread { Exit::Incomplete } else { Exit::Pass })
    }

    fn replayed(&self, host: &Host, policies: [Given; 2]) -> Result<Option<Replay>> {
        let Some((base, head)) = &self.replay else {
            return Ok(None);
        };
        let repo = open::repository(host, self.repo.as_deref(), false)?;
        let all = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get);
        let range = Range {
            base,
            head,
            stage: self.stage.unwrap_or(Stage::Ci),
            as_of: self.as_of,
            jobs: self.jobs.map_or_else(all, NonZeroUsize::get),
            own: is_own(&self.old) || is_own(&self.new),
        };
        Ok(Some(replay(&*repo, policies, &range, host, &Silent)))
    }
}

fn compared(versions: &mut Versions<'_>, policies: &[Given; 2]) -> Result<Vec<Difference>> {
    let mut read = |policy: &Given| {
        let read = versions.read(&policy.name, &policy.text, &Limits::ORG, true);
        read.map_err(|problem| anyhow!("{problem}"))
    };
    let (old, new) = (read(&policies[0])?, read(&policies[1])?);
    Ok(versions.differences(&old, &new))
}
