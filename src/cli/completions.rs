//! `cordon completions`: the command line, as a shell completes it.

use anyhow::Result;
use clap::{Args, Command, CommandFactory as _, ValueEnum};
use clap_complete::{Generator, Shell as Common};
use clap_complete_nushell::Nushell;

use super::{Cli, Exit, output};

/// What the shell completes after.
const NAME: &str = "cordon";

/// A shell that completions can be written for.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Shell {
    Bash,
    Elvish,
    Fish,
    Nushell,
    Powershell,
    Zsh,
}

/// Print what lets a shell complete commands and options
///
/// For bash: `cordon completions bash > ~/.local/share/bash-completion/completions/cordon`.
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<Exit> {
        let script = match self.shell {
            Shell::Bash => script(Common::Bash),
            Shell::Elvish => script(Common::Elvish),
            Shell::Fish => script(Common::Fish),
            Shell::Nushell => script(Nushell),
            Shell::Powershell => script(Common::PowerShell),
            Shell::Zsh => script(Common::Zsh),
        };
        output::print(&String::from_utf8(script)?)?;
        Ok(Exit::Pass)
    }
}

fn script(shell: impl Generator) -> Vec<u8> {
    let mut command = visible(&Cli::command());
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, NAME, &mut script);
    script
}

/// The command line without the commands that are hidden, which most shells would offer.
fn visible(all: &Command) -> Command {
    let shown = all.get_subcommands().filter(|below| !below.is_hide_set());
    Command::new(NAME)
        .version(env!("CARGO_PKG_VERSION"))
        .args(all.get_arguments().cloned())
        .subcommands(shown.cloned())
}
