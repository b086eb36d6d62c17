//! `cordon waiver list` and `cordon waiver verify`: which waivers there are, and which of them count.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::terms;
use crate::check::progress::Silent;
use crate::check::{InForce, Request, What, run};
use crate::cli::output::Terminal;
use crate::cli::{Exit, open, output};
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::policy::waiver::{LARGEST, Standing, Waiver, WaiverFile, are_two};
use crate::policy::{Given, ZoneClass};
use crate::secret::Engine;
use crate::text::Clean;
use crate::text::wrap::wrap;

/// Whose waivers
#[derive(Debug, Args)]
struct Asked {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// The organisation's policy; the waivers lie in waivers/ beside it
    #[arg(long, value_name = "FILE|pack:NAME")]
    policy: Option<String>,
    /// The SHA-256 that it must have: then only signed approvals count
    #[arg(long, value_name = "H", requires = "policy")]
    policy_sha256: Option<String>,
    /// Judge as if on this date
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

/// List the waivers that are in force, with the days left and what they except
#[derive(Debug, Args)]
pub(in crate::cli) struct List {
    #[command(flatten)]
    asked: Asked,
    /// Count what each excepts in a JSON report of an earlier run
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Count what each excepts in the whole history of HEAD
    #[arg(long, conflicts_with = "report")]
    history: bool,
    /// How to print
    #[arg(long, value_enum, default_value_t = Form::Full, value_name = "F")]
    format: Form,
}

/// Say of each waiver whether it counts, and why not
#[derive(Debug, Args)]
pub(in crate::cli) struct Verify {
    #[command(flatten)]
    asked: Asked,
    /// The waivers [default: those that are in force]
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Full,
    /// For programs.
    Json,
}

impl Asked {
    fn date(&self, host: &Host) -> Date {
        self.as_of.unwrap_or(host.today)
    }

    /// The waivers that are in force, or these in their place.
    fn waivers(&self, host: &Host, files: Option<Vec<WaiverFile>>) -> Result<InForce> {
        let (repo, given) = (self.repo.as_deref(), self.given(host)?);
        terms::waivers(host, repo, given.as_ref(), files, self.date(host))
    }

    fn given(&self, host: &Host) -> Result<Option<Given>> {
        let reach = Reach::new(None, host);
        let given = |policy: &String| open::given(policy, self.policy_sha256.as_deref(), reach);
        self.policy.as_ref().map(given).transpose()
    }
}

impl List {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let InForce {
            waivers, standings, ..
        } = self.asked.waivers(host, None)?;
        let uses = self.uses(host)?;
        let date = self.asked.date(host);
        let rows = waivers.good.iter().zip(&standings);
        let rows = rows.map(|(waiver, standing)| Row {
            waiver,
            standing,
            left: days(date, waiver.expires.value),
            uses: uses
                .as_ref()
                .map(|uses| uses.get(&waiver.id.value).copied().unwrap_or(0)),
        });
        let rows: Vec<Row<'_>> = rows.collect();
        let broken = waivers.flaws.len();
        match self.format {
            Form::Full => {
                let width = terminal.stdout_style().width;
                let mut text: String = rows.iter().map(|row| row.text(width)).collect();
                if rows.is_empty() {
                    text.push_str("no waiver\n");
                }
                if broken > 0 {
                    let problems = counted(broken, "problem");
                    let _ = writeln!(text, "{problems} of others: cordon waiver verify");
                }
                output::print(&text)?;
            }
            Form::Json => {
                let rows: Value = rows.iter().map(Row::json).collect();
                let all =
                    json!({"schema": "cordon.waivers/v1", "waivers": rows, "problems": broken});
                output::print(&format!("{all:#}\n"))?;
            }
        }
        Ok(Exit::Pass)
    }

    /// How many findings each waiver excepts, by id; `None` where nobody asked.
    fn uses(&self, host: &Host) -> Result<Option<BTreeMap<String, usize>>> {
        let ids: Vec<String> = if let Some(path) = &self.report {
            let shown = path.display();
            let text = std::fs::read(path).with_context(|| format!("cannot read {shown}"))?;
            let report: Value =
                serde_json::from_slice(&text).with_context(|| format!("{shown} is not JSON"))?;
            let rows = report["findings"].as_array().into_iter().flatten();
            let ids = rows.filter_map(|row| row["waiver"]["id"].as_str());
            ids.map(str::to_owned).collect()
        } else if self.history {
            let repo = open::repository(host, self.asked.repo.as_deref(), false)?;
            let request = Request {
                what: What::All,
                stage: None,
                policy: self.asked.given(host)?,
                as_of: self.asked.as_of,
                jobs: std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
                host,
                signers: &[],
                approvals: None,
                emergency: None,
                progress: &Silent,
            };
            let report = run(&*repo, &request);
            let waivers = report.findings.iter().filter_map(|row| row.waiver.as_ref());
            waivers.map(|waiver| waiver.id.to_string()).collect()
        } else {
            return Ok(None);
        };
        let mut uses = BTreeMap::new();
        for id in ids {
            *uses.entry(id).or_default() += 1;
        }
        Ok(Some(uses))
    }
}

impl Verify {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        let files = self.files.iter().map(|path| file(path));
        let files = files.collect::<Result<Vec<_>>>()?;
        let files = (!files.is_empty()).then_some(files);
        let InForce {
            waivers,
            standings,
            two_for,
        } = self.asked.waivers(host, files)?;
        let width = terminal.stdout_style().width;
        let line = |text: &str| wrap(text, 0, 2, width) + "\n";
        let mut out = String::new();
        let mut bad = waivers.flaws.len();
        for flaw in &waivers.flaws {
            let place = format!("{}:{}", flaw.line.file, flaw.line.line);
            out.push_str(&line(&format!("{}: {}", clean(&place), clean(&flaw.told))));
        }
        for (waiver, standing) in waivers.good.iter().zip(&standings) {
            bad += usize::from(matches!(standing, Standing::Flawed(_)));
            out.push_str(&line(&format!(
                "{}: {}",
                clean(&waiver.id),
                told(standing, &two_for)
            )));
        }
        let read = counted(waivers.good.len(), "waiver");
        let _ = writeln!(out, "{read} read, {}", counted(bad, "problem"));
        output::print(&out)?;
        Ok(if bad == 0 {
            Exit::Pass
        } else {
            Exit::Incomplete
        })
    }
}

fn file(path: &Path) -> Result<WaiverFile> {
    Ok(WaiverFile {
        name: path.display().to_string(),
        text: Ok(open::small_file(path, LARGEST)?),
    })
}

/// A waiver, as it is listed.
struct Row<'w> {
    waiver: &'w Waiver,
    standing: &'w Standing,
    left: i32,
    uses: Option<usize>,
}

impl Row<'_> {
    /// A line with what counts, and below it who approved it, and why it does not count.
    fn text(&self, width: usize) -> String {
        let left = usize::try_from(self.left).unwrap_or_default();
        let (state, why) = match self.standing {
            Standing::Stands(_) => (format!("{} left", counted(left, "day")), None),
            Standing::Expired => ("expired".to_owned(), None),
            Standing::Flawed(why) => ("does not count".to_owned(), Some(clean(why))),
        };
        let uses = self.uses.map(|uses| format!("; {}", counted(uses, "use")));
        let head = format!(
            "{}  {} until {}, {state}{}",
            clean(&self.waiver.id),
            clean(&self.waiver.rule),
            self.waiver.expires.value,
            uses.unwrap_or_default()
        );
        let approvals = self.waiver.approvals.iter();
        let approvers: Vec<String> = approvals.map(|one| clean(&one.who)).collect();
        let by = format!("approved by {}", approvers.join(", "));
        let mut text = wrap(&head, 0, 2, width) + "\n";
        for line in [Some(by), why].into_iter().flatten() {
            text.push_str("  ");
            text.push_str(&wrap(&line, 2, 4, width));
            text.push('\n');
        }
        text
    }

    fn json(&self) -> Value {
        let approvals = self.waiver.approvals.iter();
        let approvers: Vec<String> = approvals.map(|one| clean(&one.who)).collect();
        let (state, why) = match self.standing {
            Standing::Stands(_) => ("stands", None),
            Standing::Expired => ("expired", None),
            Standing::Flawed(why) => ("invalid", Some(clean(why))),
        };
        json!({"id": clean(&self.waiver.id), "rule": clean(&self.waiver.rule),
            "expires": self.waiver.expires.value.to_string(), "days_left": self.left,
            "approved_by": approvers, "state": state, "why": why, "uses": self.uses})
    }
}

/// The days from a day to another; the last one counts.
fn days(from: Date, to: Date) -> i32 {
    from.until(to).map_or(0, |span| span.get_days() + 1)
}

fn told(standing: &Standing, two_for: &BTreeSet<ZoneClass>) -> String {
    match standing {
        Standing::Stands(approvers) if !two_for.is_empty() && !are_two(approvers) => {
            let classes: Vec<&str> = two_for.iter().map(|class| class.word()).collect();
            let classes = classes.join(" or ");
            format!("stands; not in zones of the class {classes}, where two must approve")
        }
        Standing::Stands(_) => "stands".to_owned(),
        Standing::Expired => "expired".to_owned(),
        Standing::Flawed(why) => format!("does not count: {}", clean(why)),
    }
}

/// So many of something.
fn counted(count: usize, what: &str) -> String {
    let more = if count == 1 { "" } else { "s" };
    format!("{count} {what}{more}")
}

/// Foreign text, safe to show.
fn clean(text: &str) -> String {
    Clean::prose(Engine::builtin(), text).to_string()
}
