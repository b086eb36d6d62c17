//! `version` with a number: only the archive that the action's own table names is unpacked and run.

use std::fs;
use std::process::Command;

use crate::{Ran, Runner};

const DIGEST_OF_NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// A release of this machine's target, as a server has it, and a table.
struct Release {
    runner: Runner,
    archive: String,
    digest: String,
    target: String,
}

impl Release {
    fn new() -> Self {
        let runner = Runner::new();
        let machine = said("uname", &["-sm"]);
        let target = match machine.trim() {
            "Linux x86_64" => "x86_64-unknown-linux-gnu",
            "Linux aarch64" => "aarch64-unknown-linux-gnu",
            "Darwin x86_64" => "x86_64-apple-darwin",
            "Darwin arm64" => "aarch64-apple-darwin",
            other => panic!("no release is for {other}"),
        };
        let name = format!("cordon-1.2.3-{target}");
        let program = runner.path(&name).join("cordon");
        fs::create_dir(runner.path(&name)).unwrap();
        let text = "#!/bin/sh\necho of-the-release\nexec cordon \"$@\"\n";
        fs::write(&program, text).unwrap();
        said("chmod", &["755", program.to_str().unwrap()]);
        let folder = runner.path("server/acme/cordon/releases/download/v1.2.3");
        fs::create_dir_all(&folder).unwrap();
        let archive = folder.join(format!("{name}.tar.gz")).display().to_string();
        let top = runner.dir.path().to_str().unwrap();
        said("tar", &["-czf", &archive, "-C", top, &name]);
        fs::remove_dir_all(runner.path(&name)).unwrap();
        let digest = said("sha256sum", &[&archive])[..64].to_owned();
        Self {
            target: target.to_owned(),
            runner,
            archive,
            digest,
        }
    }

    /// Runs the action, whose table has these lines; `D` and `T` stand for what is right.
    fn run(&self, table: &str, given: &[(&str, &str)]) -> Ran {
        let table = table.replace('D', &self.digest).replace('T', &self.target);
        let action = self.runner.path("action");
        fs::create_dir_all(action.join("support")).unwrap();
        fs::write(action.join("support/checksums.txt"), table).unwrap();
        let server = format!("file://{}", self.runner.path("server").display());
        let common = [
            ("INPUT_VERSION", "1.2.3"),
            ("ACTION_REPOSITORY", "acme/cordon"),
            ("GITHUB_ACTION_PATH", action.to_str().unwrap()),
            ("SERVER_URL", &server),
        ];
        self.runner.run(&[&common[..], given].concat())
    }

    /// No verdict, and nothing was run.
    fn refuses(&self, table: &str, given: &[(&str, &str)], why: &str) {
        let ran = self.run(table, given);
        assert_eq!((ran.code, &*ran.arguments), (2, ""), "{why}: {}", ran.log);
        assert!(!ran.log.contains("of-the-release"), "{why}: {}", ran.log);
        assert!(ran.log.contains(why), "{why}: {}", ran.log);
    }
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_release_runs_where_it_is_what_the_table_says() {
    let release = Release::new();
    let ran = release.run(
        "# VERSION TARGET SHA256\n1.2.2 T 0\n1.2.3 other 0\n1.2.3 T D\n",
        &[],
    );
    assert_eq!(ran.code, 0, "{}", ran.log);
    assert!(ran.log.contains("of-the-release"), "{}", ran.log);
    assert!(ran.arguments.starts_with("ci\n"), "{}", ran.log);
}

#[test]
fn what_the_table_does_not_name_is_never_run() {
    let release = Release::new();
    let unknown = "knows no version";
    release.refuses("", &[], unknown);
    release.refuses("1.2.4 T D\n1.2.3 other D\n", &[], unknown);
    // Two lines, half a digest, one in other letters: not what a release wrote.
    release.refuses("1.2.3 T D\n1.2.3 T D\n", &[], unknown);
    release.refuses("1.2.3 T d\n", &[], unknown);
    let capitals = format!("1.2.3 T {}\n", release.digest.to_uppercase());
    release.refuses(&capitals, &[], unknown);
    for version in ["v1.2.3", "latest", "1.2", "1.2.3/../x", "1x2x3", ""] {
        let why = format!("version \"{version}\"");
        release.refuses("1.2.3 T D\n", &[("INPUT_VERSION", version)], &why);
    }
    let why = "the action of a checkout has no releases";
    release.refuses("1.2.3 T D\n", &[("ACTION_REPOSITORY", "")], why);
}

#[test]
fn another_archive_than_the_tables_is_never_unpacked() {
    let release = Release::new();
    let other = format!("1.2.3 T {DIGEST_OF_NOTHING}\n");
    release.refuses(&other, &[], "is not what support/checksums.txt says");
    let mut bytes = fs::read(&release.archive).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&release.archive, bytes).unwrap();
    release.refuses("1.2.3 T D\n", &[], "is not what support/checksums.txt says");
    fs::remove_file(&release.archive).unwrap();
    release.refuses("1.2.3 T D\n", &[], "could not be downloaded");
}

#[test]
fn a_target_of_a_release_is_built_packed_and_downloaded() {
    let read = |path| {
        let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::read_to_string(root.join(path)).unwrap()
    };
    let scripts = read("scripts/release/lib.sh");
    let (_, list) = scripts.split_once("\nTARGETS=(").unwrap();
    let targets: Vec<&str> = list.split(')').next().unwrap().split(' ').collect();
    assert_eq!(targets.len(), 4, "{targets:?}");
    for path in [
        "action.sh",
        "packaging/npm/packages.js",
        ".github/workflows/release.yml",
        "templates/cordon.yml",
    ] {
        let text = read(path);
        for target in &targets {
            assert!(text.contains(target), "{path} has no {target}");
        }
    }
}
