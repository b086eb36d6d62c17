//! Embeds the data files under `policies/`, so that no YAML is read at start.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::{fs, io};

#[path = "src/agent/raw.rs"]
pub mod agent;

/// Why the build stops: a file and what is wrong with it.
type Failure = Box<dyn Error>;

#[expect(
    clippy::disallowed_methods,
    reason = "cargo hands the output directory to a build script in the environment alone"
)]
fn main() -> Result<(), Failure> {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    agents(&out)
}

/// Reads `policies/agents/*.yml` and writes two files: `agents.json`, what the binary holds, and
/// `agents-full.json`, which has the examples too and is read by tests alone.
fn agents(out: &Path) -> Result<(), Failure> {
    let mut entries = Vec::new();
    for path in data_files("policies/agents")? {
        let fail = |problem: &dyn std::fmt::Display| format!("{}: {problem}", path.display());
        let text = fs::read_to_string(&path).map_err(|error| fail(&error))?;
        let value = yaml(&text).map_err(|error| fail(&error))?;
        let entry: agent::Entry = serde_json::from_value(value).map_err(|error| fail(&error))?;
        if path.file_stem().and_then(|stem| stem.to_str()) != Some(entry.agent.as_str()) {
            return Err(fail(&"`agent` is not the file's name").into());
        }
        entries.push(entry);
    }
    entries.sort_by(|one, other| one.agent.cmp(&other.agent));
    write_json(&out.join("agents-full.json"), &entries)?;
    for entry in &mut entries {
        entry.examples.clear();
        entry.counter_examples.clear();
    }
    write_json(&out.join("agents.json"), &entries)
}

/// The `.yml` files of a folder, by name.
#[expect(
    clippy::disallowed_macros,
    reason = "a build script speaks to cargo on standard output"
)]
fn data_files(folder: &str) -> Result<Vec<PathBuf>, Failure> {
    println!("cargo::rerun-if-changed={folder}");
    let mut files = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))?
        .map(|entry| Ok(entry?.path()))
        .collect::<io::Result<Vec<_>>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "yml"));
    files.sort();
    Ok(files)
}

fn write_json(path: &Path, value: &impl serde::Serialize) -> Result<(), Failure> {
    Ok(fs::write(path, serde_json::to_vec(value)?)?)
}

/// One YAML document as JSON: texts, `true` and `false`, lists and maps. Stands in for the policy's
/// own reader.
fn yaml(text: &str) -> Result<serde_json::Value, Failure> {
    use granit_parser::{Event, Parser, ScalarStyle};
    use serde_json::Value;
    // Each open list or map, with the key under which the next value goes.
    let mut open: Vec<(Value, Option<String>)> = Vec::new();
    let mut document = Value::Null;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| error.to_string())?;
        let done = match event {
            Event::SequenceStart(..) => {
                open.push((Value::Array(Vec::new()), None));
                continue;
            }
            Event::MappingStart(..) => {
                open.push((Value::Object(serde_json::Map::new()), None));
                continue;
            }
            Event::SequenceEnd | Event::MappingEnd => open.pop().map(|(value, _)| value),
            Event::Scalar(text, style, ..) => Some(match (style, text.as_ref()) {
                (ScalarStyle::Plain, "true") => Value::Bool(true),
                (ScalarStyle::Plain, "false") => Value::Bool(false),
                (_, text) => Value::String(text.to_owned()),
            }),
            _ => continue,
        };
        let Some(done) = done else { continue };
        match open.last_mut() {
            None => document = done,
            Some((Value::Array(list), _)) => list.push(done),
            Some((Value::Object(map), key)) => match (key.take(), done) {
                (None, Value::String(text)) => *key = Some(text),
                (Some(name), value) if !map.contains_key(&name) => {
                    map.insert(name, value);
                }
                _ => return Err(format!("a key that is no text, or twice: {span:?}").into()),
            },
            Some(_) => return Err("a value inside a scalar".into()),
        }
    }
    Ok(document)
}
