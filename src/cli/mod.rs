//! The command line: types for clap, one file a subcommand. The only place that prints, or reads
//! standard input.

mod agents;
mod check;
mod ci;
mod completions;
mod doctor;
mod explain;
mod fetched;
mod hook;
mod install;
mod log;
mod man;
mod message;
mod open;
mod options;
mod output;
mod policy;
mod progress;
mod scan;
mod waiver;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand, ValueEnum};

use crate::host::Host;
use crate::report::{Report, Verdict};
use crate::secret::Engine;
use crate::text::redacted;

/// Keeps coding agents out of the code they must not touch, keeps secrets away from them, and proves it.
#[derive(Debug, Parser)]
#[command(name = "cordon", version, max_term_width = 100)]
pub struct Cli {
    /// When to colour what is printed
    #[arg(long, global = true, value_enum, default_value_t = Colour::Auto, value_name = "WHEN")]
    color: Colour,

    #[command(subcommand)]
    command: Command,
}

/// When to colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Colour {
    /// On a terminal, unless NO_COLOR is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Judge staged changes, a range, one commit, a whole history, or a message
    Check(Box<check::Check>),
    /// Judge what a CI job is about: a pull request, a push, a merge group
    Ci(Box<ci::Ci>),
    /// Look for secrets: in files, standard input, the index, or a whole history
    Scan(Box<scan::Scan>),
    /// Explain a rule, or why a commit, a path or a finding was judged so
    Explain(Box<explain::Explain>),
    /// Write a first policy, and look at policies: init, check, show, schema
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Exceptions from findings: new, sign, list, verify
    #[command(subcommand)]
    Waiver(waiver::WaiverCommand),
    /// Look at coding agents: which are known, which one is at work here
    #[command(subcommand)]
    Agents(agents::AgentsCommand),
    /// Install the Git hooks of this repository; a hook that is there runs first
    Install(install::Install),
    /// Take the Git hooks away again and put back what was there
    Uninstall(install::Uninstall),
    /// Say which hooks are in place, prove that they fire, and how to mend those that do not
    Doctor(doctor::Doctor),
    /// Print what lets a shell complete commands and options
    Completions(completions::Completions),
    /// Print the manual's first page, or write all its pages
    Man(man::Manual),
    /// What an installed hook calls
    #[command(hide = true)]
    Hook(hook::Hook),
}

/// What a run comes to, as an exit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exit {
    /// 0
    Pass,
    /// 1
    Fail,
    /// 2: incomplete, a bad policy, no repository, wrong usage.
    Incomplete,
    /// The code of a hook that was there before.
    Other(u8),
}

impl Exit {
    /// Ctrl-C: 128 and the number of the signal.
    const INTERRUPTED: Self = Self::Other(130);

    fn code(self) -> u8 {
        match self {
            Self::Pass => 0,
            Self::Fail => 1,
            Self::Incomplete => 2,
            Self::Other(code) => code,
        }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit.code())
    }
}

impl From<&Report> for Exit {
    fn from(report: &Report) -> Self {
        match report.verdict {
            Verdict::Pass => Self::Pass,
            Verdict::Fail => Self::Fail,
            Verdict::Incomplete if report.tolerated => Self::Pass,
            Verdict::Incomplete => Self::Incomplete,
        }
    }
}

/// Reads the command line. What is wrong with it is told without the secrets that it may hold.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Cli, ExitCode> {
    Cli::try_parse_from(arguments).map_err(|error| {
        let text = redacted(Engine::builtin(), &error.render().to_string());
        if !error.use_stderr() {
            return output::print(&text)
                .map_or(Exit::Incomplete, |()| Exit::Pass)
                .into();
        }
        output::tell(&text);
        Exit::Incomplete.into()
    })
}

/// Runs a command and gives its exit code.
pub fn run(cli: &Cli, host: &Host) -> ExitCode {
    let terminal = output::Terminal::new(cli.color, host);
    let done = match &cli.command {
        Command::Check(check) => check.run(host, &terminal),
        Command::Ci(ci) => ci.run(host, &terminal),
        Command::Scan(scan) => scan.run(host, &terminal),
        Command::Explain(explain) => explain.run(host, &terminal),
        Command::Policy(command) => command.run(host, &terminal),
        Command::Waiver(command) => command.run(host, &terminal),
        Command::Agents(command) => command.run(host),
        Command::Install(install) => install.run(host),
        Command::Uninstall(uninstall) => uninstall.run(host),
        Command::Doctor(doctor) => doctor.run(host, &terminal),
        Command::Completions(completions) => completions.run(),
        Command::Man(manual) => manual.run(),
        Command::Hook(hook) => hook.run(host, &terminal),
    };
    match done {
        Ok(exit) => exit.into(),
        Err(error) => {
            output::complain(&format!("{error:#}"));
            Exit::Incomplete.into()
        }
    }
}

/// The process could not even read its surroundings.
pub fn no_surroundings(error: &std::io::Error) -> ExitCode {
    output::complain(&format!("cannot read the working directory: {error}"));
    Exit::Incomplete.into()
}
