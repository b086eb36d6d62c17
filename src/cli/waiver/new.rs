//! `cordon waiver new`: a waiver for one finding, as narrow as it can be.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::{Context as _, Result, bail};
use clap::{ArgGroup, Args};
use jiff::ToSpan as _;
use jiff::civil::Date;
use serde_json::Value;

use crate::check::progress::Silent;
use crate::check::{Request, What, run};
use crate::cli::{Exit, check, open, output};
use crate::git::Repo;
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::policy::waiver::is_waivable;
use crate::report::{SCHEMA, Style, format};
use crate::rule::rule;

/// The shortest beginning of a fingerprint that is looked for.
const SHORTEST: usize = 8;

/// Write a waiver for a finding, to be approved
#[derive(Debug, Args)]
#[command(group = ArgGroup::new("from"))]
pub(in crate::cli) struct New {
    /// The finding's fingerprint, or its first eight digits or more
    #[arg(long, value_name = "FINGERPRINT")]
    finding: String,
    /// Why the exception is needed
    #[arg(long, value_name = "TEXT")]
    reason: String,
    /// The ticket in which it was asked for
    #[arg(long, value_name = "TICKET")]
    ticket: Option<String>,
    /// Who asks for it [default: Git's user.email]
    #[arg(long, value_name = "EMAIL")]
    requested_by: Option<String>,
    /// The waiver's id [default: made of the day and the fingerprint]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// The last day on which it holds [default: in 30 days]
    #[arg(long, value_name = "DATE")]
    expires: Option<Date>,
    /// The repository, owner/name [default: as the report names it]
    #[arg(long, value_name = "NAME")]
    repository: Option<String>,

    /// Look for the finding in a JSON report of an earlier run
    #[arg(long, group = "from", value_name = "FILE")]
    report: Option<PathBuf>,
    /// Look for it in the commits that B has and A has not
    #[arg(long, group = "from", value_name = "A..B", value_parser = check::range)]
    range: Option<(String, String)>,
    /// Look for it in one commit
    #[arg(long, group = "from", value_name = "REV")]
    commit: Option<String>,
    /// Look for it in the whole history of HEAD [default: in what is staged]
    #[arg(long, group = "from")]
    all: bool,
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// The organisation's policy, from outside the repository: a file, or pack:NAME
    #[arg(long, value_name = "FILE|pack:NAME")]
    policy: Option<String>,

    /// Write it to a file that is not there yet [default: print it]
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl New {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let repo = open::repository(host, self.repo.as_deref(), false);
        let report = match &self.report {
            Some(path) => serde_json::from_slice(
                &std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?,
            )
            .with_context(|| format!("{} is not JSON", path.display()))?,
            None => self.judged(
                &**repo.as_ref().map_err(|error| anyhow::anyhow!("{error}"))?,
                host,
            )?,
        };
        let text = self.text(&report, repo.ok().as_deref(), host)?;
        match &self.output {
            None => output::print(&text)?,
            Some(path) => {
                let shown = path.display();
                output::write_new(path, text.as_bytes())
                    .with_context(|| format!("cannot write {shown}"))?;
                output::print(&format!(
                    "{shown} is written. Who approves it runs: cordon waiver sign {shown} --who EMAIL --key KEY\n"
                ))?;
            }
        }
        Ok(Exit::Pass)
    }

    fn judged(&self, repo: &dyn Repo, host: &Host) -> Result<Value> {
        let what = match (&self.range, &self.commit, self.all) {
            (Some((base, head)), ..) => What::Range {
                base: base.clone(),
                head: head.clone(),
            },
            (_, Some(revision), _) => What::Commit(revision.clone()),
            (.., true) => What::All,
            _ => What::Staged {
                message: None,
                merging: Vec::new(),
            },
        };
        let reach = Reach::new(Some(repo), host);
        let given = self.policy.as_ref();
        let given = given.map(|policy| open::given(policy, None, reach));
        let request = Request {
            what,
            stage: None,
            policy: given.transpose()?,
            as_of: None,
            jobs: std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            host,
            signers: &[],
            approvals: None,
            emergency: None,
            progress: &Silent,
        };
        let report = run(repo, &request);
        let json = format("json").context("there is no format json")?;
        Ok(serde_json::from_str(
            &json.render(&report, &Style::default()),
        )?)
    }

    fn text(
        &self,
        report: &Value,
        repo: Option<&(dyn Repo + Send)>,
        host: &Host,
    ) -> Result<String> {
        let (finding, fingerprint) = self.found(report)?;
        let rule = finding["rule"].as_str().and_then(rule);
        let rule = rule.context("the report names a rule that is not known")?;
        let rule = rule.meta().id;
        if !is_waivable(rule) {
            bail!("no waiver excepts the findings of `{rule}`");
        }
        let repository = self.repository.as_deref().or(report["repository"].as_str());
        let repository = repository.context("nobody knows this repository's name: --repository")?;
        let email = |repo: &dyn Repo| repo.config("user.email").ok().flatten();
        let requested_by = match (&self.requested_by, repo.and_then(|repo| email(repo))) {
            (Some(who), _) => who.clone(),
            (None, Some(who)) => who.to_string(),
            (None, None) => bail!("Git knows no user.email: --requested-by"),
        };
        let id = self
            .id
            .clone()
            .unwrap_or_else(|| format!("W-{}-{}", host.today, &fingerprint[..SHORTEST]));
        let expires = match self.expires {
            Some(expires) => expires,
            None => host.today.checked_add(30.days())?,
        };
        let mut text = String::new();
        let place = finding["path"].as_str().unwrap_or("the commit message");
        let old = finding["old_path"].as_str();
        let old = old.map_or_else(String::new, |old| format!("{old} -> "));
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "# {old}{place}: {}",
            finding["message"].as_str().unwrap_or_default()
        );
        let _ = writeln!(text, "waiver: {}\nrule: {rule}", quoted(&id)?);
        let _ = writeln!(text, "scope:\n  repos: [{}]", quoted(repository)?);
        if let Some(agent) = finding["agent"].as_str() {
            let _ = writeln!(text, "  agents: [{}]", quoted(agent)?);
        }
        let _ = writeln!(text, "  fingerprints:\n    - {}", quoted(&fingerprint)?);
        let _ = writeln!(text, "reason: {}", quoted(&self.reason)?);
        if let Some(ticket) = &self.ticket {
            let _ = writeln!(text, "ticket: {}", quoted(ticket)?);
        }
        let _ = writeln!(text, "requested_by: {}", quoted(&requested_by)?);
        let _ = writeln!(text, "approved_by: []\nexpires: {expires}");
        Ok(text)
    }

    /// The finding, and its whole fingerprint.
    fn found<'r>(&self, report: &'r Value) -> Result<(&'r Value, String)> {
        if report["schema"] != SCHEMA {
            bail!("it is no report of the schema {SCHEMA}");
        }
        let hex = |text: &str| text.bytes().all(|byte| byte.is_ascii_hexdigit());
        if self.finding.len() < SHORTEST || !hex(&self.finding) {
            bail!("a fingerprint is {SHORTEST} to 64 hexadecimal digits");
        }
        let wanted = self.finding.to_ascii_lowercase();
        let all = report["findings"]
            .as_array()
            .context("the report has no findings")?;
        let fingerprint = |row: &Value| row["fingerprint"].as_str().unwrap_or_default().to_owned();
        let mut known: Vec<_> = all
            .iter()
            .map(|row| (fingerprint(row), row))
            .filter(|(known, _)| known.starts_with(&wanted))
            .collect();
        known.dedup_by(|(one, _), (other, _)| one == other);
        known.sort_by(|(one, _), (other, _)| one.cmp(other));
        known.dedup_by(|(one, _), (other, _)| one == other);
        match known.as_slice() {
            [] => bail!(
                "no finding has the fingerprint {wanted}; name what to judge by --range, --commit, --all or --report"
            ),
            [(known, row)] if known.len() == 64 && hex(known) => Ok((row, known.clone())),
            [_] => bail!("the report has no good fingerprint"),
            _ => bail!("several findings have fingerprints that begin with {wanted}"),
        }
    }
}

/// A text as YAML, in double quotes: whatever it holds, it stays one value.
fn quoted(text: &str) -> Result<String> {
    Ok(serde_json::to_string(text)?)
}
