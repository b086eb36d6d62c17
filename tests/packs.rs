//! The packs of `policies/packs/`: registered, good, explained, and together without a surprise.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cordon::check::vocabulary;
use cordon::policy::packs::{PACKS, Pack};
use cordon::policy::problem::render;
use cordon::policy::yaml::{Limits, canonical_json, parse};
use cordon::policy::{FoldedPath, Loader, PathSet};
use serde_json::Value;

fn value(pack: &Pack) -> Value {
    let mut problems = Vec::new();
    let node = parse(0, pack.text.as_bytes(), &Limits::ORG, &mut problems).unwrap();
    assert_eq!(problems, [], "{}", pack.name);
    serde_json::from_str(&canonical_json(&node)).unwrap()
}

fn pack(name: &str) -> &'static Pack {
    PACKS.iter().find(|pack| pack.name == name).unwrap()
}

/// Every value by its path: `zones.ci.mode`. A list is one value.
fn leaves(value: &Value, path: &str, out: &mut BTreeMap<String, Value>) {
    let Value::Object(entries) = value else {
        out.insert(path.to_owned(), value.clone());
        return;
    };
    for (key, value) in entries {
        let path = if path.is_empty() {
            key.clone()
        } else {
            format!("{path}.{key}")
        };
        leaves(value, &path, out);
    }
}

fn leaves_of(pack: &Pack) -> BTreeMap<String, Value> {
    let mut out = BTreeMap::new();
    leaves(&value(pack), "", &mut out);
    out.retain(|path, _| path != "cordon" && !path.starts_with("policy."));
    out
}

fn list<'v>(leaves: &'v BTreeMap<String, Value>, path: &str) -> Vec<&'v str> {
    let items = leaves[path].as_array().unwrap();
    items.iter().map(|item| item.as_str().unwrap()).collect()
}

#[test]
fn every_file_of_the_folder_is_registered_and_nothing_else() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies/packs");
    let mut files: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != "tests")
        .collect();
    files.sort();
    let mut registered: Vec<_> = PACKS.iter().map(|pack| pack.name).collect();
    assert_eq!(registered.remove(0), "default");
    let registered: Vec<_> = registered
        .iter()
        .map(|name| format!("{name}.yml"))
        .collect();
    assert_eq!(files, registered);
    for name in registered {
        let tests = folder.join("tests").join(&name);
        assert!(tests.is_file(), "{name} has no tests");
    }
}

#[test]
fn every_pack_is_good_and_all_of_it_has_an_effect() {
    for pack in PACKS {
        let mut loader = Loader::new(vocabulary());
        let good = loader.inspect(pack.name, pack.text.as_bytes());
        let told = render(&loader.problems, loader.sources.list(), false);
        assert!(good && told.is_empty(), "{}: {told}", pack.name);
        let id = &value(pack)["policy"]["id"];
        assert_eq!(id, &format!("cordon-{}", pack.name));
    }
}

/// An officer who signs a policy must find the public text, and what is not done.
#[test]
fn every_pack_says_what_it_follows_and_what_it_does_not() {
    for pack in &PACKS[1..] {
        let head = pack.text.lines().map_while(|line| line.strip_prefix('#'));
        let head: Vec<&str> = head.map(str::trim).collect();
        assert!(head[0].ends_with('.'), "{}: {}", pack.name, head[0]);
        let place = |title: &str| {
            let found = head.iter().position(|line| *line == title);
            found.unwrap_or_else(|| panic!("{} has no `{title}`", pack.name))
        };
        let (follows, does_not) = (place("Follows:"), place("Does not:"));
        let (cited, refused) = (&head[follows + 1..does_not], &head[does_not + 1..]);
        let items = |lines: &[&'static str]| -> Vec<&'static str> {
            let lines = lines.iter().filter(|line| !line.is_empty()).copied();
            lines
                .inspect(|line| assert!(line.starts_with("- "), "{}: {line}", pack.name))
                .collect()
        };
        let cited = items(cited);
        let sourced = |line: &&&str| line.contains("https://") || line.contains("http://");
        assert!(cited.iter().filter(sourced).count() >= 1, "{}", pack.name);
        for line in cited.iter().filter(sourced) {
            assert!(
                line.contains("(read 2"),
                "{}: no day of reading: {line}",
                pack.name
            );
        }
        assert!(items(refused).len() >= 2, "{}", pack.name);
    }
}

/// What two packs say of the same key, and why that is no accident.
const SHARED: &[(&str, &[&str])] = &[
    // The pack is the default policy's zone, wider and stricter: the next test but one.
    ("zones.agent-config.", &["default", "agent-config"]),
    ("zones.build.", &["default", "build-system"]),
    ("zones.ci.", &["default", "ci"]),
    // The same zone: `export-control` has all of `itar`.
    ("zones.itar.", &["export-control", "itar"]),
    ("classes.itar.", &["export-control", "itar"]),
    // Norms of communities: a project has one of them.
    ("trailers.", &["default", "asf", "kernel", "no-ai-coauthor"]),
    ("rules.trailer-missing.", &["asf", "kernel"]),
];

#[test]
fn two_packs_speak_of_the_same_only_on_purpose() {
    let mut used = BTreeSet::new();
    for (at, one) in PACKS.iter().enumerate() {
        let ones = leaves_of(one);
        for other in &PACKS[at + 1..] {
            for path in leaves_of(other)
                .keys()
                .filter(|path| ones.contains_key(*path))
            {
                let known = SHARED.iter().find(|(prefix, packs)| {
                    path.starts_with(prefix)
                        && packs.contains(&one.name)
                        && packs.contains(&other.name)
                });
                let known = known
                    .unwrap_or_else(|| panic!("{} and {} both say `{path}`", one.name, other.name));
                used.insert(known.0);
            }
        }
    }
    let all: BTreeSet<_> = SHARED.iter().map(|(prefix, _)| *prefix).collect();
    assert_eq!(used, all, "a line of SHARED is not needed");
}

#[test]
fn a_pack_that_takes_a_zone_of_the_default_policy_has_all_of_it_and_blocks() {
    let default = leaves_of(pack("default"));
    for (name, zone) in [
        ("agent-config", "agent-config"),
        ("build-system", "build"),
        ("ci", "ci"),
    ] {
        let leaves = leaves_of(pack(name));
        let path = format!("zones.{zone}.paths");
        let has = list(&leaves, &path);
        for pattern in list(&default, &path) {
            assert!(has.contains(&pattern), "{name} lacks {pattern}");
        }
        for key in ["class", "agents"] {
            let path = format!("zones.{zone}.{key}");
            assert_eq!(leaves[&path], default[&path], "{name}");
        }
        assert_eq!(leaves[&format!("zones.{zone}.mode")], "block", "{name}");
    }
}

#[test]
fn export_control_has_the_zone_of_itar() {
    let (wide, narrow) = (leaves_of(pack("export-control")), leaves_of(pack("itar")));
    for (path, value) in narrow {
        assert_eq!(wide.get(&path), Some(&value), "{path}");
    }
}

/// A pack that is added must not take away what holds without it.
#[test]
fn no_pack_loosens_a_rule_but_those_whose_text_says_should() {
    for pack in PACKS {
        let leaves = leaves_of(pack);
        let rules = leaves.keys().filter(|path| path.starts_with("rules."));
        for path in rules {
            let meant =
                ["asf", "kernel"].contains(&pack.name) && path == "rules.trailer-missing.mode";
            assert!(meant, "{}: {path}", pack.name);
        }
        for key in [
            "stages",
            "incomplete",
            "limits",
            "secrets",
            "agents",
            "models",
        ] {
            assert!(value(pack).get(key).is_none(), "{}: {key}", pack.name);
        }
        for (path, value) in &leaves {
            let permission = path.ends_with(".agents");
            assert!(!permission || value == "denied", "{}: {path}", pack.name);
        }
    }
}

#[test]
fn a_name_that_is_a_guess_warns_and_a_label_blocks() {
    for pack in &PACKS[1..] {
        for (path, mode) in leaves_of(pack) {
            let zone = path
                .strip_prefix("zones.")
                .and_then(|path| path.strip_suffix(".mode"));
            let Some(zone) = zone else { continue };
            let guess = zone.ends_with("-names") || zone.ends_with("-folders");
            assert_eq!(
                mode,
                if guess { "warn" } else { "block" },
                "{}: {zone}",
                pack.name
            );
        }
        for (path, _) in leaves_of(pack) {
            let labelled = path
                .strip_prefix("zones.")
                .and_then(|path| path.strip_suffix(".markers"));
            let guess = labelled.is_some_and(|zone| zone.ends_with("-names"));
            assert!(!guess, "{}: a marker is no guess: {path}", pack.name);
        }
    }
}

/// A file that the catalogue knows to steer an agent is one that no agent may change.
#[test]
fn agent_config_has_every_file_that_the_catalogue_knows() {
    let leaves = leaves_of(pack("agent-config"));
    let set = PathSet::new(list(&leaves, "zones.agent-config.paths")).unwrap();
    for entry in cordon::agent::Catalogue::builtin().entries() {
        for steered in &entry.steered_by {
            // A file that the pattern stands for.
            let path = steered.replace("**/", "sub/").replace("/**", "/file");
            let covered = set.contains(&FoldedPath::new(path.as_bytes()));
            assert!(covered, "{}: {steered}", entry.agent);
        }
    }
}
