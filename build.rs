//! Embeds the data under `policies/`, read by the same YAML reader and types as a user's files, so
//! that no YAML is read at start. What it writes is JSON of those types, into `OUT_DIR`.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde::de::DeserializeOwned;

#[path = "src/text"]
#[expect(
    unreachable_pub,
    dead_code,
    reason = "the library uses what this script does not"
)]
mod text {
    pub(crate) mod span;
}
#[path = "src/policy"]
#[expect(
    unreachable_pub,
    unused_imports,
    dead_code,
    reason = "the library uses what this script does not"
)]
mod policy {
    pub(crate) mod yaml;
}
#[path = "src/agent"]
#[expect(
    unreachable_pub,
    unused_imports,
    reason = "the library uses what this script does not"
)]
mod agent {
    pub(crate) mod raw;
}
#[path = "src/secret"]
#[expect(unreachable_pub, reason = "the library uses what this script does not")]
mod secret {
    #[path = "kind/raw.rs"]
    pub(crate) mod kind;
    pub(crate) mod raw;
}

use policy::yaml::{self, Limits};

type Outcome<T = ()> = Result<T, Box<dyn Error>>;

#[expect(
    clippy::disallowed_methods,
    reason = "Cargo tells a build script its folder by the environment only"
)]
fn main() -> Outcome {
    let out = PathBuf::from(std::env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    agents(&out)?;
    secrets(&out)?;
    secret_files(&out)
}

/// `agents.json` is what the binary holds; `agents-full.json` has the examples too, for the tests.
fn agents(out: &Path) -> Outcome {
    let mut entries: Vec<agent::raw::Entry> = Vec::new();
    for (path, entry) in files::<agent::raw::Entry>("policies/agents")? {
        if path.file_stem().and_then(|stem| stem.to_str()) != Some(&entry.agent) {
            return Err(format!("{}: `agent` is not the file's name", path.display()).into());
        }
        entries.push(entry);
    }
    entries.sort_by(|one, other| one.agent.cmp(&other.agent));
    write(&out.join("agents-full.json"), &entries)?;
    for entry in &mut entries {
        entry.examples.clear();
        entry.counter_examples.clear();
    }
    write(&out.join("agents.json"), &entries)
}

/// `detectors.rs` is what the binary holds: for each detector its keywords, ready to be looked for,
/// and JSON that is read when one comes up. `detectors.json` and `detector-examples.json` (id →
/// `[examples, counter-examples]`) are for the tests.
fn secrets(out: &Path) -> Outcome {
    let mut detectors = Vec::new();
    for (_, file) in files::<secret::raw::RawFile>("policies/secrets")? {
        detectors.extend(file.detectors);
    }
    let mut ids = BTreeSet::new();
    let mut examples = BTreeMap::new();
    for detector in &mut detectors {
        let id = detector.id.clone();
        if !ids.insert(id.clone()) {
            return Err(format!("two detectors are called {id}").into());
        }
        if let Some(problem) = detector.problem() {
            return Err(format!("{id}: {problem}").into());
        }
        if !detector.pattern.is_empty() && detector.guessable.is_none() {
            return Err(format!("{id}: with a pattern `guessable` is needed").into());
        }
        let pair = (
            std::mem::take(&mut detector.examples),
            std::mem::take(&mut detector.counter_examples),
        );
        if pair.0.is_empty() || pair.1.is_empty() {
            return Err(format!("{id}: an example and a counter-example are needed").into());
        }
        examples.insert(id, pair);
    }
    fs::write(out.join("detectors.rs"), sources(&detectors)?)?;
    write(&out.join("detectors.json"), &detectors)?;
    write(&out.join("detector-examples.json"), &examples)
}

/// `secret-files.json` is what the binary holds; `secret-files-full.json` has the examples too.
#[expect(
    clippy::disallowed_macros,
    reason = "a build script speaks to Cargo on standard output"
)]
fn secret_files(out: &Path) -> Outcome {
    let name = "policies/secret-files.yml";
    println!("cargo::rerun-if-changed={name}");
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let mut kinds = file::<secret::kind::RawFile>(&path)?.files;
    let mut ids = BTreeSet::new();
    for kind in &kinds {
        if !ids.insert(kind.id.clone()) {
            return Err(format!("two kinds of files are called {}", kind.id).into());
        }
        if kind.examples.is_empty() || kind.counter_examples.is_empty() {
            let id = &kind.id;
            return Err(format!("{id}: an example and a counter-example are needed").into());
        }
    }
    write(&out.join("secret-files-full.json"), &kinds)?;
    for kind in &mut kinds {
        kind.examples.clear();
        kind.counter_examples.clear();
    }
    write(&out.join("secret-files.json"), &kinds)
}

/// A slice of `Source`, as Rust. Strings are written by `Debug`, whose escapes are Rust's own.
fn sources(detectors: &[secret::raw::RawDetector]) -> Outcome<String> {
    let mut code = String::from("&[\n");
    for detector in detectors {
        let (keywords, ignore_case) = detector.marks();
        let json = serde_json::to_string(detector)?;
        writeln!(
            code,
            "Source {{ keywords: &{keywords:?}, ignore_case: {ignore_case}, json: {json:?} }},"
        )?;
    }
    code.push(']');
    Ok(code)
}

/// Every YAML file of a folder, by name, read strictly: each problem of a file is told.
#[expect(
    clippy::disallowed_macros,
    reason = "a build script speaks to Cargo on standard output"
)]
fn files<T: DeserializeOwned>(folder: &str) -> Outcome<Vec<(PathBuf, T)>> {
    println!("cargo::rerun-if-changed={folder}");
    let mut paths = Vec::new();
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))? {
        paths.push(entry?.path());
    }
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "yml"));
    paths.sort();
    let mut read = Vec::new();
    for path in paths {
        let value = file(&path)?;
        read.push((path, value));
    }
    Ok(read)
}

/// One YAML file, read strictly.
fn file<T: DeserializeOwned>(path: &Path) -> Outcome<T> {
    let text = fs::read(path)?;
    let mut problems = Vec::new();
    let node = yaml::parse(0, &text, &Limits::ORG, &mut problems);
    let value = node.and_then(|node| yaml::read::<T>(&node, &mut problems));
    let value = value.filter(|_| problems.is_empty());
    value.ok_or_else(|| told(path, &text, &problems).into())
}

fn told(path: &Path, text: &[u8], problems: &[yaml::Problem]) -> String {
    let line = |problem: &yaml::Problem| {
        let before = &text[..(problem.span.start as usize).min(text.len())];
        let number = before.split(|byte| *byte == b'\n').count();
        format!("{}:{number}: {}", path.display(), problem.message)
    };
    problems.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn write(path: &Path, value: &impl Serialize) -> Outcome {
    Ok(fs::write(path, serde_json::to_vec(value)?)?)
}
