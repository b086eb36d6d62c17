//! `cordon man`: the pages of the manual, made of what the command line says of itself. They hold no
//! date: the same version gives the same bytes.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, Command, CommandFactory as _};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use super::{Cli, Exit, output};

/// Print the manual's first page, or write all its pages
#[derive(Debug, Args)]
pub(super) struct Manual {
    /// Write a page for each command into this folder, which is made if it is not there
    #[arg(long, value_name = "DIR")]
    output: Option<PathBuf>,
}

/// The codes of every command that judges, and what they say.
const EXIT_STATUS: &[(&str, &str)] = &[
    ("0", "pass: nothing blocks."),
    ("1", "fail: a finding blocks."),
    (
        "2",
        "incomplete, a bad policy, wrong usage, or no repository: never a pass.",
    ),
    ("130", "Ctrl-C: nothing was written."),
];

impl Manual {
    pub(super) fn run(&self) -> Result<Exit> {
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        match &self.output {
            None => output::print(&String::from_utf8(page(&command)?)?)?,
            Some(folder) => {
                std::fs::create_dir_all(folder)
                    .with_context(|| format!("cannot make {}", folder.display()))?;
                write_pages(&command, folder)?;
            }
        }
        Ok(Exit::Pass)
    }
}

/// Writes the pages of a command and of those below it. What is hidden has none.
fn write_pages(command: &Command, folder: &Path) -> Result<()> {
    for below in command
        .get_subcommands()
        .filter(|below| !below.is_hide_set())
    {
        write_pages(below, folder)?;
    }
    let path = folder.join(format!("{}.1", name(command)));
    output::write_whole(&path, &page(command)?)
        .with_context(|| format!("cannot write {}", path.display()))
}

/// `cordon-policy-check`.
fn name(command: &Command) -> &str {
    command
        .get_display_name()
        .unwrap_or_else(|| command.get_name())
}

/// One page, of a command that was built.
fn page(command: &Command) -> std::io::Result<Vec<u8>> {
    let man = Man::new(command.clone())
        // Two quotes are an empty word; an empty text would leave the word out, and move those behind it.
        .date("\"\"")
        .source(concat!("Cordon ", env!("CARGO_PKG_VERSION")))
        .manual("Cordon");
    let mut page = Vec::new();
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let mut end = Roff::default();
    end.control("SH", ["EXIT STATUS"]);
    for (code, meaning) in EXIT_STATUS {
        end.control("TP", []);
        end.text([bold(*code)]);
        end.text([roman(*meaning)]);
    }
    end.to_writer(&mut page)?;
    Ok(page)
}
