//! `cordon agents`: what the policy says of coding agents, which are known, and which one is at work here.

mod register;

use std::borrow::Cow;
use std::path::PathBuf;

use anyhow::Result;
use clap::{Args, Subcommand, ValueEnum};
use jiff::civil::Date;
use serde_json::{Value, json};

use super::{Exit, open, output};
use crate::agent::{
    AccountHint, Catalogue, Entry, Evidence, Strength, UNLISTED, account_hints, kinds_of_signs,
    surroundings,
};
use crate::check::vocabulary;
use crate::git;
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::policy::{Outside, Policy, load_alone};
use crate::secret::Engine;
use crate::text::Clean;

/// Look at coding agents
#[derive(Debug, Subcommand)]
pub(super) enum AgentsCommand {
    /// Show the register of the policy in force: each agent's status, days left, review, accounts and models
    List(List),
    /// Tell which agent is at work in this environment, and what hints at its account
    Detect(Asked),
}

/// Whose policy, and how to print
#[derive(Debug, Args)]
pub(super) struct Asked {
    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// The organisation's policy, from outside the repository: a file, or pack:NAME
    #[arg(long, value_name = "FILE|pack:NAME")]
    policy: Option<String>,
    /// How to print
    #[arg(long, value_enum, default_value_t = Form::Full, value_name = "F")]
    format: Form,
}

/// What of the register
#[derive(Debug, Args)]
pub(super) struct List {
    #[command(flatten)]
    asked: Asked,
    /// List every agent that is known, with its status and the kinds of sign by which it is known
    #[arg(long)]
    all: bool,
    /// Show the register as it will be on this date
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
}

/// How to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Form {
    /// For people.
    Full,
    /// For programs.
    Json,
}

impl AgentsCommand {
    pub(super) fn run(&self, host: &Host) -> Result<Exit> {
        let text = match self {
            Self::List(list) => list.text(host)?,
            Self::Detect(asked) => {
                let policy = asked.in_force(host)?;
                let catalogue = Catalogue::of(&policy);
                let found = detected(&catalogue, host);
                match asked.format {
                    Form::Full => told(&found),
                    Form::Json => pretty(&detection(&found)),
                }
            }
        };
        output::print(&text)?;
        Ok(Exit::Pass)
    }
}

impl List {
    fn text(&self, host: &Host) -> Result<String> {
        let policy = self.asked.in_force(host)?;
        let date = self.as_of.unwrap_or(host.today);
        let catalogue = Catalogue::of(&policy);
        Ok(match self.asked.format {
            Form::Full if self.all => table(&rows(&catalogue, &policy, date)),
            Form::Full => register::page(&policy, date),
            Form::Json => pretty(&listed(&catalogue, &policy, date)),
        })
    }
}

impl Asked {
    /// The policy that judges the next commit; outside a repository the one that is given, or the
    /// built-in one.
    fn in_force(&self, host: &Host) -> Result<Policy> {
        let reach = Reach::new(None, host);
        let given = match &self.policy {
            Some(policy) => Some(open::given(policy, None, reach)?),
            None => None,
        };
        let outside = Outside {
            given: given.as_ref(),
            host,
            signers: &[],
        };
        match open::repository(host, self.repo.as_deref(), false) {
            Ok(repo) => super::hook::policy(&*repo, outside),
            Err(git::Error::NotARepository(_)) if self.repo.is_none() => {
                let alone = load_alone(outside, vocabulary());
                Ok(alone.map_err(|error| anyhow::anyhow!("{error}"))?.policy)
            }
            Err(error) => Err(anyhow::anyhow!("{error}")),
        }
    }
}

/// Id, status, name, vendor and kinds of sign.
type Row<'c> = (
    &'c str,
    &'static str,
    Cow<'c, str>,
    &'c str,
    Vec<&'static str>,
);

/// Every agent, and at last the one that stands for those that nobody knows.
fn rows<'c>(catalogue: &'c Catalogue, policy: &Policy, date: Date) -> Vec<Row<'c>> {
    let status = |id: &str| policy.status(id, date).value.word();
    let row = |entry: &'c Entry| -> Row<'c> {
        let id = entry.agent.as_str();
        let name = Cow::Borrowed(entry.name.as_str());
        (id, status(id), name, &entry.vendor, kinds_of_signs(entry))
    };
    let nobody = (
        UNLISTED,
        status(UNLISTED),
        Cow::Borrowed("an agent that the catalogue lacks"),
        "",
        Vec::new(),
    );
    let entries = catalogue.entries().iter();
    entries.map(row).chain([nobody]).collect()
}

fn table(rows: &[Row<'_>]) -> String {
    let widest = |column: fn(&Row<'_>) -> usize| rows.iter().map(column).max().unwrap_or(0);
    let id = widest(|row| row.0.len());
    let status = widest(|row| row.1.len());
    let name = widest(|row| row.2.chars().count());
    let mut out = String::new();
    for row in rows {
        let line = format!(
            "{:id$}  {:status$}  {:name$}  {}",
            row.0,
            row.1,
            clean(&row.2),
            row.4.join(", ")
        );
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Every agent, and what the policy says of those that it lists; at last what it says of the others.
fn listed(catalogue: &Catalogue, policy: &Policy, date: Date) -> Value {
    let registered = policy.register(date);
    let of = |id: &str| registered.iter().find(|one| one.id == id);
    let rows = rows(catalogue, policy, date).into_iter();
    let agents: Vec<Value> = rows
        .map(|(id, status, name, vendor, signs)| {
            let own = Catalogue::builtin().get(id).is_none() && id != UNLISTED;
            json!({"id": id, "name": clean(&name), "vendor": clean(vendor), "status": status,
                "own": own, "signs": signs, "register": register::json(policy, of(id), date)})
        })
        .collect();
    let others = register::json(policy, of("*"), date);
    json!({"schema": "cordon.agents/v1", "as_of": date.to_string(), "agents": agents, "others": others})
}

/// An agent of the environment: its evidence, the strongest first, and hints at its account.
struct Detected<'c> {
    id: &'c str,
    evidence: Vec<Evidence>,
    account: Vec<AccountHint<'c>>,
}

/// The agents of the environment, the strongest evidence first.
fn detected<'c>(catalogue: &'c Catalogue, host: &Host) -> Vec<Detected<'c>> {
    let mut found: Vec<Detected<'_>> = Vec::new();
    for evidence in surroundings(catalogue, host) {
        let Some(entry) = catalogue.get(&evidence.agent) else {
            continue;
        };
        match found.iter_mut().find(|one| one.id == entry.agent) {
            Some(one) => one.evidence.push(evidence),
            None => found.push(Detected {
                id: &entry.agent,
                evidence: vec![evidence],
                account: account_hints(entry, &host.env),
            }),
        }
    }
    found
}

impl Detected<'_> {
    fn strength(&self) -> Option<Strength> {
        self.evidence.iter().map(|one| one.strength).max()
    }
}

fn told(found: &[Detected<'_>]) -> String {
    if found.is_empty() {
        return "no sign of an agent in the environment\n".to_owned();
    }
    let mut lines = Vec::new();
    for one in found {
        let strength = one.strength().map_or("", Strength::word);
        lines.push(format!("{}: {strength}", one.id));
        for evidence in &one.evidence {
            let name = clean(evidence.key.as_deref().unwrap_or_default());
            let value = Clean::new(Engine::builtin(), &evidence.value).to_string();
            let shown = if value.is_empty() {
                name
            } else {
                format!("{name}: {value}")
            };
            lines.push(format!(
                "  evidence  {shown} ({})",
                evidence.strength.word()
            ));
        }
        for hint in &one.account {
            let host = hint.host.as_ref().map(|host| format!(", {}", clean(host)));
            let host = host.unwrap_or_default();
            lines.push(format!(
                "  account   {}: {}{host}",
                hint.var,
                hint.hints.word()
            ));
        }
    }
    lines.join("\n") + "\n"
}

fn detection(found: &[Detected<'_>]) -> Value {
    let strong = found
        .iter()
        .find(|one| one.strength() >= Some(Strength::Strong));
    let agents: Vec<Value> = found
        .iter()
        .map(|one| {
            let evidence: Vec<Value> = (one.evidence.iter())
                .map(|evidence| {
                    json!({"variable": evidence.key.as_deref().map(clean),
                        "strength": evidence.strength.word(),
                        "value": Clean::new(Engine::builtin(), &evidence.value).as_str()})
                })
                .collect();
            let account: Vec<Value> = (one.account.iter())
                .map(|hint| {
                    json!({"variable": hint.var, "hints": hint.hints.word(),
                        "host": hint.host.as_deref().map(clean)})
                })
                .collect();
            json!({"id": one.id, "strength": one.strength().map(Strength::word),
                "evidence": evidence, "account": account})
        })
        .collect();
    json!({"schema": "cordon.detect/v1", "actor": strong.map(|one| one.id), "agents": agents})
}

fn pretty(value: &Value) -> String {
    format!("{value:#}\n")
}

/// Foreign text, safe to show.
fn clean(text: &str) -> String {
    Clean::new(Engine::builtin(), text.as_bytes()).to_string()
}
