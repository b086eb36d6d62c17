//! A payload file: what a system says of an event in JSON.

use std::path::PathBuf;

use bstr::ByteSlice as _;
use serde::de::DeserializeOwned;

use super::{Job, System, link_in, unclear, wanted};
use crate::check::Obstacle;
use crate::host::Host;

/// The largest payload: GitHub sends none above 25 MiB.
const LARGEST: u64 = 32 << 20;

/// What a job is about: reads the file of the event, where the system writes one.
pub fn job(system: &dyn System, host: &Host) -> Result<Job, Box<Obstacle>> {
    match system.payload() {
        Some(variable) => system.job(host, &read(system, host, variable)?),
        None => system.job(host, b""),
    }
}

fn read(system: &dyn System, host: &Host, variable: &str) -> Result<Vec<u8>, Box<Obstacle>> {
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
        let large = format!("{variable} is larger than 32 MiB");
        return Err(unclear(system, &large));
    }
    Ok(text)
}

/// What a payload says. It is foreign text: of an error, the place alone is told.
pub(super) fn parsed<T: DeserializeOwned>(
    system: &dyn System,
    payload: &[u8],
) -> Result<T, Box<Obstacle>> {
    serde_json::from_slice(payload).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let place = format!(
            "the payload is not what is known of such events (line {line}, column {column})"
        );
        unclear(system, &place)
    })
}

/// What lies in a checkout, or is found by a link there, may be the change's own word of itself.
pub(super) fn outside(
    host: &Host,
    system: &dyn System,
    checkouts: &[PathBuf],
) -> Result<(), Box<Obstacle>> {
    let Some(path) = system.payload().and_then(|name| host.var(name)) else {
        return Ok(());
    };
    let path = host.cwd.join(path.to_path_lossy());
    let cannot = |error| unclear(system, &format!("cannot find the event's payload: {error}"));
    let real = path.canonicalize().map_err(cannot)?;
    let is_inside = checkouts.iter().any(|top| real.starts_with(top));
    if is_inside || link_in(&path, checkouts).is_some() {
        let told = format!(
            "{}: the event's payload, {}, lies in the checkout, where the change may have put it",
            system.name(),
            path.display()
        );
        return Err(Box::new(Obstacle::told("event", told)));
    }
    Ok(())
}
