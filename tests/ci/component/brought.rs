//! Where the component has Cordon from.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{Project, merge_request};
use crate::support::{CORDON, Said};

fn told(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    assert!(output.status.success(), "{program}: {output:?}");
    String::from_utf8(output.stdout).unwrap()
}

fn target() -> &'static str {
    match told("uname", &["-sm"]).trim() {
        "Linux x86_64" => "x86_64-unknown-linux-gnu",
        "Linux aarch64" => "aarch64-unknown-linux-gnu",
        "Darwin x86_64" => "x86_64-apple-darwin",
        "Darwin arm64" => "aarch64-apple-darwin",
        other => panic!("no release is for {other}"),
    }
}

/// Writes a program that says who it is and is Cordon.
fn stand_in(path: &Path, name: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = format!("#!/bin/sh\necho {name}\nexec '{CORDON}' \"$@\"\n");
    std::fs::write(path, text).unwrap();
    told("chmod", &["755", path.to_str().unwrap()]);
}

/// A release as a server has it; its archive, and its SHA-256.
fn release(project: &Project) -> (PathBuf, String) {
    let dev = &project.forge.dev;
    let name = format!("cordon-1.2.3-{}", target());
    stand_in(&dev.outside(&name).join("cordon"), "of-the-release");
    let folder = dev.outside("server/releases/download/v1.2.3");
    std::fs::create_dir_all(&folder).unwrap();
    let archive = folder.join(format!("{name}.tar.gz"));
    let (path, top) = (archive.to_str().unwrap(), dev.outside(""));
    told("tar", &["-czf", path, "-C", top.to_str().unwrap(), &name]);
    let digest = told("sha256sum", &[path])[..64].to_owned();
    (archive, digest)
}

/// Runs version 1.2.3 by a table with these lines.
fn by_table(project: &mut Project, table: &str) -> Said {
    let template = super::ours("templates/cordon.yml");
    let lines = table.lines().flat_map(|line| ["      ", line, "\n"]);
    let lines: String = lines.collect();
    let (before, rest) = template.split_once("checksums='\n").unwrap();
    let (_, after) = rest.split_once("      '\n").unwrap();
    project.template = format!("{before}checksums='\n{lines}      '\n{after}");
    let server = project.forge.dev.outside("server");
    let inputs = format!(
        "{{version: 1.2.3, repository: 'file://{}'}}",
        server.display()
    );
    let job = merge_request(&project.forge, "docs");
    project.run("docs", &job, &inputs)
}

#[test]
fn a_release_runs_where_it_is_what_the_table_says_and_nothing_else_does() {
    let Some(mut project) = Project::new() else {
        return;
    };
    let (archive, digest) = release(&project);
    let target = target();
    let line = format!("1.2.3 {target} {digest}");
    let table = format!("1.2.2 {target} 00\n1.2.3 other 00\n{line}");
    let said = by_table(&mut project, &table);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("of-the-release"), "{}", said.stdout);
    let unknown = "knows no version";
    let zeros = "0".repeat(64);
    for (table, why) in [
        (String::new(), unknown),
        (format!("1.2.4 {target} {digest}"), unknown),
        (format!("1x2.3 {target} {digest}"), unknown),
        (format!("{line}\n{line}"), unknown),
        (line.to_uppercase(), unknown),
        (
            format!("1.2.3 {target} {zeros}"),
            "is not what this component knows",
        ),
        (
            format!("1.2.3 {target} {}", &digest[..32]),
            "is not what this component knows",
        ),
    ] {
        let said = by_table(&mut project, &table);
        assert_eq!(said.code, 1, "{table}: {}", said.stdout);
        assert!(said.stdout.contains(why), "{table}: {}", said.stdout);
        assert!(
            !said.stdout.contains("of-the-release"),
            "{table}: {}",
            said.stdout
        );
    }
    std::fs::remove_file(archive).unwrap();
    let said = by_table(&mut project, &line);
    assert!(
        said.stdout.contains("could not be downloaded"),
        "{}",
        said.stdout
    );
    assert_eq!(said.code, 1);
}

#[test]
fn a_commit_is_built_outside_the_checkout() {
    let Some(project) = Project::new() else {
        return;
    };
    let dev = &project.forge.dev;
    let built = dev.outside("built");
    stand_in(&built, "of-the-commit");
    let cargo = dev.outside("bin/cargo");
    std::fs::create_dir_all(dev.outside("bin")).unwrap();
    let text = "#!/bin/sh\nprintf '%s ' \"$PWD\" \"$@\" >\"$HOME/asked\"\nset -e\nwhile [ \"$1\" != --root ]; do shift; done\n\
                mkdir \"$2/bin\"\ncp \"$HOME/built\" \"$2/bin/cordon\"\n";
    std::fs::write(&cargo, text).unwrap();
    told("chmod", &["755", cargo.to_str().unwrap()]);
    let commit = "c0ffee00".repeat(5);
    let inputs = format!("{{version: '{commit}', repository: 'https://git.example/acme/cordon'}}");
    project.forge.checkout("docs", crate::forge::Depth::One);
    project.include(&inputs);
    let job = merge_request(&project.forge, "docs");
    let path = format!(
        "{}:{}",
        dev.outside("bin").display(),
        std::env::var("PATH").unwrap()
    );
    let said = project.pipeline(&job, &[("PATH", &path)]);
    assert_eq!(said.code, 0, "{}", said.stdout);
    assert!(said.stdout.contains("of-the-commit"), "{}", said.stdout);
    let asked = std::fs::read_to_string(dev.outside("asked")).unwrap();
    let (place, arguments) = asked.split_once(' ').unwrap();
    assert!(!Path::new(place).starts_with(project.checkout()), "{place}");
    assert!(!Path::new(place).exists(), "{place} is left");
    let wanted = format!(
        "install --locked --git https://git.example/acme/cordon --rev {commit} --root {place} "
    );
    assert!(arguments.starts_with(&wanted), "{arguments}");
    std::fs::write(&cargo, "#!/bin/sh\nexit 101\n").unwrap();
    let said = project.pipeline(&job, &[("PATH", &path)]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(
        said.stdout.contains("could not be built"),
        "{}",
        said.stdout
    );
}

#[test]
fn a_missing_cordon_is_no_pass() {
    let Some(project) = Project::new() else {
        return;
    };
    project.forge.checkout("docs", crate::forge::Depth::One);
    project.include("{version: system, fail-on: incomplete}");
    let job = merge_request(&project.forge, "docs");
    let said = project.pipeline(&job, &[("PATH", "/usr/bin:/bin")]);
    assert_eq!(said.code, 1, "{}", said.stdout);
    assert!(
        said.stdout.contains("no cordon on the path"),
        "{}",
        said.stdout
    );
}
