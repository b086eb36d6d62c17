//! Cordon on the command line: parse, run, give an exit code.

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = cordon::cli::Cli::parse();
    match cordon::host::Host::read() {
        Ok(host) => cordon::cli::run(&arguments, &host),
        Err(error) => cordon::cli::no_surroundings(&error),
    }
}
