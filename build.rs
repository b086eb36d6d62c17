//! Turns the built-in policy files into JSON that the binary holds, so that no YAML is read at start.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

#[path = "src/secret/raw.rs"]
#[expect(
    unreachable_pub,
    reason = "the library exports what this script only uses"
)]
mod secret_raw;

use secret_raw::{RawDetector, RawFile};

type Outcome<T> = Result<T, Box<dyn Error>>;

fn main() -> Outcome<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    secrets(&root.join("policies/secrets"), &out_dir()?)
}

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script its folder by the environment only"
)]
fn out_dir() -> Outcome<PathBuf> {
    Ok(std::env::var_os("OUT_DIR").ok_or("no OUT_DIR")?.into())
}

#[expect(
    clippy::disallowed_macros,
    reason = "a build script talks to Cargo on its standard output"
)]
fn rerun_if_changed(path: &Path) {
    println!("cargo::rerun-if-changed={}", path.display());
}

/// Writes `detectors.json`, which the binary holds, and `detector-examples.json` for the tests:
/// detector id → `[examples, counter-examples]`.
fn secrets(from: &Path, to: &Path) -> Outcome<()> {
    rerun_if_changed(from);
    let mut detectors = load_detectors(from)?;
    check_detectors(&detectors)?;
    let mut examples = BTreeMap::new();
    for detector in &mut detectors {
        let pair = (
            std::mem::take(&mut detector.examples),
            std::mem::take(&mut detector.counter_examples),
        );
        examples.insert(detector.id.clone(), pair);
    }
    fs::write(
        to.join("detectors.json"),
        serde_json::to_string(&detectors)?,
    )?;
    fs::write(
        to.join("detector-examples.json"),
        serde_json::to_string(&examples)?,
    )?;
    Ok(())
}

/// The detectors of all the files of a folder, in the order of the files' names.
fn load_detectors(dir: &Path) -> Outcome<Vec<RawDetector>> {
    let mut paths = fs::read_dir(dir)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()?;
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
    paths.sort();
    let mut detectors = Vec::new();
    for path in paths {
        let named = |error: Box<dyn Error>| format!("{}: {error}", path.display());
        let text = fs::read_to_string(&path)?;
        let value = temporary_reader::read(&text).map_err(named)?;
        let file: RawFile = serde_json::from_value(value).map_err(|error| named(error.into()))?;
        detectors.extend(file.detectors);
    }
    Ok(detectors)
}

fn check_detectors(detectors: &[RawDetector]) -> Outcome<()> {
    let mut ids = BTreeSet::new();
    for detector in detectors {
        let id = &detector.id;
        if !ids.insert(id) {
            return Err(format!("two detectors are called {id}").into());
        }
        if detector.keywords.is_empty() || detector.keywords.iter().any(String::is_empty) {
            return Err(format!("{id}: a detector needs keywords, none of them empty").into());
        }
        if detector.examples.is_empty() || detector.counter_examples.is_empty() {
            return Err(format!("{id}: an example and a counter-example are needed").into());
        }
    }
    Ok(())
}

/// Reads the little of YAML that the detector files use: one list of mappings, whose values are
/// scalars, flow lists, or block lists of scalars.
mod temporary_reader {
    use serde_json::{Map, Value};
    use std::error::Error;

    pub(crate) fn read(text: &str) -> Result<Value, Box<dyn Error>> {
        let mut entries: Vec<Map<String, Value>> = Vec::new();
        let mut list = None;
        for (number, line) in text.lines().enumerate() {
            let body = line.trim_start();
            let fault = |what: &str| format!("line {}: {what}", number + 1);
            match line.len() - body.len() {
                _ if body.is_empty() || body.starts_with('#') => {}
                0 if body == "detectors:" => {}
                indent @ (2 | 4) => {
                    let body = if indent == 2 {
                        entries.push(Map::new());
                        body.strip_prefix("- ").ok_or_else(|| fault("no entry"))?
                    } else {
                        body
                    };
                    let (key, value) = body.split_once(':').ok_or_else(|| fault("no key"))?;
                    let entry = entries.last_mut().ok_or_else(|| fault("no entry"))?;
                    list = value.trim().is_empty().then(|| key.to_owned());
                    let value = if list.is_some() {
                        Value::Array(Vec::new())
                    } else {
                        scalar_or_flow(value.trim()).ok_or_else(|| fault("no value"))?
                    };
                    if entry.insert(key.to_owned(), value).is_some() {
                        return Err(fault("a key twice").into());
                    }
                }
                6 => {
                    let item = body.strip_prefix("- ").ok_or_else(|| fault("no item"))?;
                    let key = list.as_ref().ok_or_else(|| fault("no list"))?;
                    entries
                        .last_mut()
                        .and_then(|entry| entry.get_mut(key))
                        .and_then(Value::as_array_mut)
                        .ok_or_else(|| fault("no list"))?
                        .push(scalar(item).ok_or_else(|| fault("no value"))?);
                }
                _ => return Err(fault("this form is not read").into()),
            }
        }
        Ok(serde_json::json!({ "detectors": entries }))
    }

    fn scalar_or_flow(text: &str) -> Option<Value> {
        let Some(inner) = text.strip_prefix('[').and_then(|t| t.strip_suffix(']')) else {
            return scalar(text);
        };
        inner
            .split(", ")
            .map(scalar)
            .collect::<Option<Vec<_>>>()
            .map(Value::Array)
    }

    fn scalar(text: &str) -> Option<Value> {
        if let Some(quoted) = text.strip_prefix('\'') {
            return Some(quoted.strip_suffix('\'')?.replace("''", "'").into());
        }
        let plain = !text.starts_with(['"', '[', '{', '&', '*', '!', '|', '>', '%', '@', '`'])
            && !text.contains(" #")
            && !text.contains(": ");
        let number = || text.parse::<u64>().map(Value::from);
        let fraction = |_| text.parse::<f64>().map(Value::from);
        plain.then(|| match text {
            "true" => true.into(),
            "false" => false.into(),
            _ => number().or_else(fraction).unwrap_or_else(|_| text.into()),
        })
    }
}
