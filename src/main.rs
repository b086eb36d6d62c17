//! Cordon on the command line: parse, run, give an exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    let arguments = match cordon::cli::parse(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(code) => return code,
    };
    match cordon::host::Host::read() {
        Ok(host) => cordon::cli::run(&arguments, &host),
        Err(error) => cordon::cli::no_surroundings(&error),
    }
}
