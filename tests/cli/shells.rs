//! `cordon completions` and `cordon man`: each shell that is here really completes, and every page
//! is one.

use std::io::Write as _;
use std::process::Command;

use crate::support::{Said, Sandbox, said};

const SHELLS: [&str; 6] = ["bash", "elvish", "fish", "nushell", "powershell", "zsh"];

/// Runs a program on lines in which `$script` is the completions of a shell; none where it is not here.
fn ask(shell: &str, options: &[&str], lines: &str) -> Option<Said> {
    if !is_here(shell) {
        return None;
    }
    let sandbox = Sandbox::new();
    let script = sandbox.cordon(["completions", shell]);
    assert_eq!(script.code, 0, "{}", script.stderr);
    let path = sandbox.outside("script");
    std::fs::write(&path, script.stdout).unwrap();
    let mut command = sandbox.command(shell, &sandbox.path());
    command
        .args(options)
        .args(["-c", lines])
        .env("script", path);
    let answer = said(&mut command);
    assert_eq!((answer.code, &*answer.stderr), (0, ""), "{shell}");
    Some(answer)
}

fn is_here(program: &str) -> bool {
    if Command::new(program).arg("--version").output().is_ok() {
        return true;
    }
    // Straight to the stream: what a test that passes prints by a macro nobody sees.
    let told = format!("skipped: no {program} here\n");
    std::io::stderr().write_all(told.as_bytes()).unwrap();
    false
}

#[test]
fn every_shell_has_a_script_and_the_same_one_each_time() {
    let sandbox = Sandbox::new();
    for shell in SHELLS {
        let script = sandbox.cordon(["completions", shell]);
        assert_eq!((script.code, &*script.stderr), (0, ""), "{shell}");
        for word in ["check", "waiver", "policy-sha256"] {
            assert!(script.stdout.contains(word), "{shell}: {word}");
        }
        // What only an installed hook calls is not offered.
        assert!(!script.stdout.contains("What an installed hook calls"));
        let again = sandbox.cordon(["completions", shell]);
        assert_eq!(script.stdout, again.stdout, "{shell}");
    }
    assert_eq!(sandbox.cordon(["completions", "csh"]).code, 2);
}

#[test]
fn bash_completes_commands_options_and_their_values() {
    for (words, wanted) in [
        ("cordon ''", "check ci scan explain"),
        ("cordon policy upd", "update"),
        ("cordon check --rang", "--range"),
        ("cordon --color ''", "auto always never"),
    ] {
        let lines = format!(
            r#"source "$script"; complete -p cordon >/dev/null
            COMP_WORDS=({words}); COMP_CWORD=$((${{#COMP_WORDS[@]}} - 1))
            _cordon cordon "${{COMP_WORDS[-1]}}" "${{COMP_WORDS[-2]}}"; echo "${{COMPREPLY[*]}}""#
        );
        let answer = ask("bash", &["--norc"], &lines).unwrap().stdout;
        assert!(answer.contains(wanted), "{words}: {answer}");
        assert!(
            !answer.split_whitespace().any(|word| word == "hook"),
            "{answer}"
        );
    }
}

#[test]
fn fish_completes_commands_with_what_they_do() {
    let lines = r#"source $script; complete -C "cordon policy ""#;
    if let Some(answer) = ask("fish", &["--no-config"], lines) {
        let schema = "schema\tPrint the JSON Schema of policies, for editors\n";
        assert!(answer.stdout.contains(schema), "{}", answer.stdout);
    }
}

#[test]
fn zsh_loads_the_script_and_gives_it_to_cordon() {
    let lines =
        r#"autoload -U compinit; compinit -u -D; source "$script"; print ${_comps[cordon]}"#;
    if let Some(answer) = ask("zsh", &["-f"], lines) {
        assert_eq!(answer.stdout, "_cordon\n");
    }
}

#[test]
fn the_manual_has_a_page_for_each_command_and_the_same_one_each_time() {
    let sandbox = Sandbox::new();
    let pages = |folder: &str| {
        let said = sandbox.cordon(["man", "--output", folder]);
        assert_eq!((said.code, &*said.stdout, &*said.stderr), (0, "", ""));
        let folder = sandbox.path().join(folder);
        let mut pages: Vec<_> = std::fs::read_dir(folder)
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .map(|path| {
                let name = path.file_name().unwrap().to_str().unwrap().to_owned();
                (name, std::fs::read_to_string(path).unwrap())
            })
            .collect();
        pages.sort();
        pages
    };
    let first = pages("deep/one");
    assert_eq!(first, pages("two"));
    let names: Vec<&str> = first.iter().map(|(name, _)| name.as_str()).collect();
    for name in ["cordon.1", "cordon-check.1", "cordon-policy-update.1"] {
        assert!(names.contains(&name), "{names:?}");
    }
    assert!(!names.iter().any(|name| name.contains("hook")), "{names:?}");
    let main = &first.iter().find(|(name, _)| name == "cordon.1").unwrap().1;
    assert_eq!(*main, sandbox.cordon(["man"]).stdout);
    let version = env!("CARGO_PKG_VERSION");
    for (name, page) in &first {
        let title = format!(
            ".TH {} 1 \"\" \"Cordon {version}\" Cordon",
            &name[..name.len() - 2]
        );
        assert!(page.contains(&title), "{name}: {page}");
        assert!(page.contains(".SH \"EXIT STATUS\""), "{name}");
    }
}

#[test]
fn a_manual_that_cannot_be_written_is_no_success() {
    let sandbox = Sandbox::new();
    sandbox.write("file", "");
    let said = sandbox.cordon(["man", "--output", "file"]);
    assert_eq!(said.code, 2);
    assert!(said.stderr.contains("cannot make file"), "{}", said.stderr);
}

#[test]
fn every_page_is_good_roff() {
    if !is_here("man") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.cordon(["man", "--output", "man"]);
    let lines =
        "for page in man/*.1; do man --warnings -l \"$page\" >/dev/null || echo \"$page\"; done";
    let answer = sandbox.shell(lines);
    assert_eq!((&*answer.stdout, &*answer.stderr), ("", ""));
}
