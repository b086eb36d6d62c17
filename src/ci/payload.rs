//! A payload file: what a system says of an event in JSON.

use bstr::ByteSlice as _;
use serde::de::DeserializeOwned;

use super::{System, unclear, wanted};
use crate::check::Obstacle;
use crate::host::Host;

/// The largest payload: GitHub sends none above 25 MiB.
const LARGEST: u64 = 32 << 20;

/// Reads the file that a variable names.
pub(super) fn payload<T: DeserializeOwned>(
    host: &Host,
    system: &dyn System,
    variable: &str,
) -> Result<T, Box<Obstacle>> {
    use std::io::Read as _;
    let path = wanted(host, system, variable)?;
    let path = path
        .to_path()
        .map_err(|error| unclear(system, &format!("{variable}: {error}")))?;
    let cannot = |error: std::io::Error| {
        unclear(
            system,
            &format!("cannot read {variable} {}: {error}", path.display()),
        )
    };
    let file = std::fs::File::open(host.cwd.join(path)).map_err(cannot)?;
    let mut text = Vec::new();
    file.take(LARGEST + 1)
        .read_to_end(&mut text)
        .map_err(cannot)?;
    if text.len() as u64 > LARGEST {
        return Err(unclear(
            system,
            &format!("{variable} is larger than 32 MiB"),
        ));
    }
    // What stands in it is foreign text: of the error, the place alone is told.
    serde_json::from_slice(&text).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        unclear(
            system,
            &format!(
                "{variable} is not what is known of such events (line {line}, column {column})"
            ),
        )
    })
}
