use std::os::unix::fs::MetadataExt as _;
use std::path::PathBuf;

use super::loading::Named;
use super::*;
use crate::policy::authority::{Authority, Role};
use crate::policy::builds_on::Beside;
use crate::policy::canonical::Canonical;
use crate::policy::file::File as PolicyFile;
use crate::policy::loader::Loader;
use crate::policy::origin::{Folder, Reach};
use crate::policy::source::Origin;
use crate::policy::vocabulary::Vocabulary;
use crate::policy::yaml::{self, Limits, Node};

/// A folder with a policy of many zones in it, and a cache.
struct Place {
    dir: tempfile::TempDir,
    host: Host,
}

impl Place {
    fn new() -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let cache = dir.path().join("cache");
        let env = [("XDG_CACHE_HOME", cache.to_str().expect("UTF-8"))];
        let host = Host {
            env: env.map(|(name, value)| (name.into(), value.into())).into(),
            program: std::env::current_exe().ok(),
            user: fs::metadata(dir.path()).expect("a folder").uid(),
            ..Host::default()
        };
        Self { dir, host }
    }

    fn policy() -> String {
        use std::fmt::Write as _;
        let mut text = "cordon: 1\nextends: [{pack: crypto}, {file: more.yml}]\n\
                        catalogue: {house-bot: {name: House Bot}}\nzones:\n"
            .to_owned();
        for zone in 0..600 {
            writeln!(
                text,
                "  z{zone}: {{class: export, repos: [\"acme/r{zone}\", '!acme/x'], paths: [\"src/{zone}/**\", \
                 '!src/{zone}/*.md'], markers: [Mark{zone}], agents: denied, human_proof: signed, mode: warn, \
                 approvers: [leads], copy_out: {{similarity: 70}}}}"
            )
            .expect("a String");
        }
        text + "agents: {house-bot: {status: approved}}\napprovers: {leads: {members: [lee@acme.example]}}\n"
    }

    fn folder(&self) -> Folder {
        Folder::Disk(self.dir.path().to_owned())
    }

    fn beside(&self, text: &str) {
        fs::write(self.dir.path().join("more.yml"), text).expect("a file");
    }

    /// Reads the policy with so many files before it; the tree, all else that is read, and whether it was kept.
    fn read(&self, before: u16) -> (Node, String, bool) {
        self.read_of(before, false)
    }

    /// The same of a policy that may be the system's.
    fn read_of(&self, before: u16, system: bool) -> (Node, String, bool) {
        let cache = Policies::of(&self.host, Stage::Commit).expect("a cache");
        let folder = self.folder();
        let reach = Reach::new(None, &self.host).with_cache(Some(&cache));
        let beside = Beside {
            folder: &folder,
            reach,
            own: false,
            may_say_who_signs: system,
        };
        let file = PolicyFile {
            role: Role::Org,
            name: format!("{}/policy.yml", self.dir.path().display()),
            source: String::new(),
            commit: None,
            text: Self::policy().into_bytes(),
            path: String::new(),
            limits: Limits::ORG,
            added: false,
            folder: folder.clone(),
        };
        let mut loader = Loader::new(Vocabulary::default());
        for other in 0..before {
            loader.sources.add(format!("other{other}"), "");
        }
        let read = loader.read_kept(&file, false, beside);
        let told = &loader.problems;
        let read = read.unwrap_or_else(|| panic!("{told:?}"));
        let written = read.authority.tree.as_ref().expect("a tree");
        let tree = written.with_zones(&|_| true).expect("a tree");
        let kept = written.is_kept();
        let names: Vec<_> = loader.sources.list().iter().map(|one| &one.name).collect();
        let rest = Authority {
            tree: None,
            ..read.authority
        };
        let zones = rest.zones.values();
        for list in zones.flat_map(|zone| [&zone.paths, &zone.repos]).flatten() {
            list.set();
        }
        let all = format!(
            "{names:?} {rest:?} {} {} {:?}",
            String::from_utf8_lossy(read.canonical.text()),
            Canonical::joined(std::slice::from_ref(&read.canonical)),
            loader.vocabulary
        );
        (tree, all, kept)
    }

    fn entries(&self) -> Vec<PathBuf> {
        let folder = self.dir.path().join("cache/cordon/policies");
        let entries =
            fs::read_dir(folder).map(|entries| entries.flatten().map(|one| one.path()).collect());
        entries.unwrap_or_default()
    }
}

#[test]
fn what_is_kept_is_what_was_read() {
    let place = Place::new();
    place.beside("cordon: 1\nzones: {more: {class: custom, paths: [more/**]}}\n");
    let (tree, all, kept) = place.read(0);
    assert!(!kept);
    assert_eq!(place.entries().len(), 1);
    let (again, all_again, kept) = place.read(0);
    assert!(kept);
    assert_eq!(again, tree);
    assert_eq!(all_again, all);
    // Its places stand where its files do.
    let (moved, ..) = place.read(3);
    assert_eq!(moved, tree.moved(3));
}

#[test]
fn what_the_system_may_say_is_kept_for_nobody_else() {
    let place = Place::new();
    place.beside("cordon: 1");
    assert!(!place.read_of(0, true).2);
    assert!(!place.read_of(0, false).2);
    assert!(place.read_of(0, true).2);
}

#[test]
fn what_it_builds_on_is_as_it_was_then() {
    let place = Place::new();
    place.beside("cordon: 1\nzones: {more: {class: custom, paths: [more/**]}}\n");
    place.read(0);
    place.beside("cordon: 1\nzones: {more: {class: custom, paths: [other/**]}}\n");
    let (_, all, kept) = place.read(0);
    assert!(!kept);
    assert!(all.contains("other"));
}

#[test]
fn what_builds_on_a_policy_in_git_is_not_kept() {
    let place = Place::new();
    place.beside("cordon: 1");
    let mut loader = Loader::new(Vocabulary::default());
    loader.sources.add("policy.yml", "cordon: 1");
    for (origin, kept) in [
        (Origin::Pack, true),
        (Origin::Git, false),
        (Origin::Own, false),
    ] {
        loader.sources.add_from("pack:crypto", "", origin);
        let cache = Policies::of(&place.host, Stage::Commit).expect("a cache");
        let key = cache.key(Kind::Policy, &[]);
        let named = Named {
            cache: &cache,
            key: key.clone(),
        };
        let node = yaml::parse(0, b"cordon: 1", &Limits::ORG, &mut Vec::new()).expect("a tree");
        let canonical = Canonical::of(&node);
        fs::remove_dir_all(place.dir.path().join("cache")).unwrap_or_default();
        loader.keep(
            &named,
            0,
            (Vec::new(), &node, &Authority::default(), &canonical),
        );
        assert_eq!(cache.files.get(&key).is_some(), kept);
    }
}

#[test]
fn a_damaged_entry_is_passed_over() {
    let place = Place::new();
    place.beside("cordon: 1");
    let (_, all, _) = place.read(0);
    let entry = place.entries().remove(0);
    let mut damaged = fs::read(&entry).expect("the entry");
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    fs::write(&entry, &damaged).expect("the entry");
    let (_, again, kept) = place.read(0);
    assert!(!kept);
    assert_eq!(again, all);
    assert!(place.read(0).2);
}

proptest::proptest! {
    #[test]
    fn bytes_that_are_no_entry_are_none(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..200)) {
        drop(Entry::read(bytes, 0));
    }
}

#[test]
fn only_a_developers_hook_has_what_was_kept() {
    let place = Place::new();
    for stage in [Stage::Ci, Stage::Receive, Stage::Scan] {
        assert!(Policies::of(&place.host, stage).is_none(), "{stage:?}");
    }
    for stage in [Stage::Commit, Stage::Push] {
        assert!(Policies::of(&place.host, stage).is_some(), "{stage:?}");
    }
    for (name, value, is_ci) in [
        ("CI", "true", true),
        ("CI", "1", true),
        ("CI", "", false),
        ("CI", "false", false),
        ("TF_BUILD", "True", true),
        ("TEAMCITY_VERSION", "2026.1", true),
        ("BUILD_TAG", "jenkins-radio-7", true),
        ("bamboo_buildKey", "RADIO-7", true),
    ] {
        let mut host = place.host.clone();
        host.env.insert(name.into(), value.into());
        let kept = Policies::of(&host, Stage::Commit);
        assert_eq!(kept.is_none(), is_ci, "{name}={value}");
    }
}
