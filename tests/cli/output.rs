//! What people see: 80 columns, no control characters, the same facts in every format.

use serde_json::Value;

use crate::support::{CLAUDE, Sandbox, formats};

fn sandbox() -> Sandbox {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {crypto: {class: export, paths: [\"src/crypto/**\"], agents: denied}}\n",
    );
    sandbox.write("src/crypto/aes.c", "int aes;\n");
    sandbox.commit(&format!(
        "Speed up the key schedule of the block cipher\n\n{CLAUDE}"
    ));
    sandbox
}

#[test]
fn full_says_what_where_why_and_how_to_mend() {
    let sandbox = sandbox();
    let said = sandbox.cordon(["check", "--range", "HEAD~1..HEAD"]);
    let short = sandbox.id("HEAD")[..10].to_owned();
    let base = sandbox.id("HEAD~1")[..10].to_owned();
    let expected = format!(
        "\
blocked: zone-agent: claude-code added a file in the zone crypto (export)
  where     src/crypto/aes.c:1:1 in {short} \"Speed up the key schedule of the
            block cipher\"
  evidence  Co-Authored-By: Claude <noreply@anthropic.com> (declared trailer)
  policy    .cordon.yml:3 (block)
  mend      Let a person make this change, in a commit of its own.

fail: 1 blocked; 1 commit {base}..{short}; policy (base)
"
    );
    assert_eq!(said.stdout, expected);
    assert_eq!(said.code, 1);
}

#[test]
fn concise_is_a_line_a_finding() {
    let sandbox = sandbox();
    let said = sandbox.cordon(["check", "--range", "HEAD~1..HEAD", "--format", "concise"]);
    let first = said.stdout.lines().next().unwrap();
    assert_eq!(
        first,
        "src/crypto/aes.c:1:1: blocked: zone-agent: claude-code added a file in the zone crypto (export)"
    );
    assert_eq!(said.stdout.lines().count(), 2);
}

/// Its lines put together again are the report that `json` prints.
#[test]
fn jsonl_is_the_report_a_row_at_a_time() {
    let sandbox = sandbox();
    std::fs::remove_file(sandbox.path().join(".git/objects").join({
        let blob = sandbox.id("HEAD:src/crypto/aes.c");
        format!("{}/{}", &blob[..2], &blob[2..])
    }))
    .unwrap();
    let args = ["check", "--range", "HEAD~1..HEAD", "--format", "jsonl"];
    let said = sandbox.cordon(args);
    let mut lines = said
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut whole = lines.next().unwrap()["report"].clone();
    for list in ["commits", "findings", "incomplete"] {
        assert!(whole.get(list).is_none(), "{whole}");
        whole[list] = Value::Array(Vec::new());
    }
    for line in lines {
        let (kind, row) = line.as_object().unwrap().iter().next().unwrap();
        let list = match kind.as_str() {
            "commit" => "commits",
            "finding" => "findings",
            kind => kind,
        };
        whole[list].as_array_mut().unwrap().push(row.clone());
    }
    let report = sandbox.report(&args[1..3]);
    assert_eq!(whole, report.json);
    for list in ["commits", "findings", "incomplete"] {
        assert_ne!(whole[list], Value::Array(Vec::new()), "no {list}");
    }
}

#[test]
fn colour_is_for_terminals_or_on_demand() {
    let mut sandbox = sandbox();
    assert!(
        !sandbox
            .cordon(["check", "--range", "HEAD~1..HEAD"])
            .stdout
            .contains('\u{1b}')
    );
    let forced = sandbox.cordon(["check", "--range", "HEAD~1..HEAD", "--color", "always"]);
    assert!(forced.stdout.contains("\u{1b}["));
    sandbox.set("CLICOLOR_FORCE", "1");
    assert!(
        sandbox
            .cordon(["check", "--range", "HEAD~1..HEAD"])
            .stdout
            .contains("\u{1b}[")
    );
    sandbox.set("NO_COLOR", "1");
    assert!(
        !sandbox
            .cordon(["check", "--range", "HEAD~1..HEAD"])
            .stdout
            .contains('\u{1b}')
    );
}

#[test]
fn no_line_of_prose_is_longer_than_80_columns() {
    let sandbox = sandbox();
    let said = sandbox.cordon(["check", "--range", "HEAD~1..HEAD", "-v"]);
    for line in said.stdout.lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn foreign_text_cannot_steer_a_terminal_or_a_log() {
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {z: {paths: [\"**\"], agents: denied}}\n",
    );
    sandbox.write("a\u{1b}[2J\u{202e}b\n::error::x", "a\n");
    sandbox.commit(&format!(
        "\u{1b}]0;owned\u{7} ::set-output name=x::y\r\n\n{CLAUDE}\nClaude-Session: \u{1b}[31m"
    ));
    for format in formats() {
        let said = sandbox.cordon(["check", "--range", "HEAD~1..HEAD", "-v", "--format", format]);
        assert_eq!(said.code, 1);
        let steering = |c: char| (c.is_control() && c != '\n') || c == '\u{202e}';
        assert!(
            !said.stdout.contains(steering),
            "{format}: {:?}",
            said.stdout
        );
        // `github` is workflow commands, all of them ours: tests/formats reads them as the runner does.
        let commands = said.stdout.lines().filter(|line| line.starts_with("::"));
        let allowed = format == "github";
        assert_eq!(commands.count() > 0, allowed, "{format}");
        let foreign = said
            .stdout
            .lines()
            .filter(|line| line.starts_with("::set-output"));
        assert_eq!(foreign.count(), 0, "{format}");
    }
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(
        report.of("zone-agent")[0]["path"],
        "a\\x1B[2J\\xE2\\x80\\xAEb\\x0A::error::x"
    );
}

#[test]
fn paths_that_are_no_utf_8_are_escaped() {
    use std::os::unix::ffi::OsStrExt as _;
    let sandbox = Sandbox::with_policy(
        "cordon: 1\nextends: []\nzones: {z: {paths: [\"zone/**\"], agents: denied}}\n",
    );
    let path = sandbox
        .path()
        .join("zone")
        .join(std::ffi::OsStr::from_bytes(b"caf\xE9\\x"));
    std::fs::create_dir(path.parent().unwrap()).unwrap();
    std::fs::write(path, "a\n").unwrap();
    sandbox.commit(&format!("Change\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~1..HEAD"]);
    assert_eq!(report.of("zone-agent")[0]["path"], "zone/caf\\xE9\\\\x");
}

#[test]
fn a_note_is_told_once_whatever_the_format() {
    let sandbox = Sandbox::with_commit();
    for format in formats() {
        let said = sandbox.cordon(["check", "--range", "HEAD..HEAD", "--format", format]);
        let told = format!("{}{}", said.stdout, said.stderr);
        assert_eq!(
            told.matches("the range is empty").count(),
            1,
            "{format}: {told}"
        );
    }
}

#[test]
fn reports_are_written_to_files_too() {
    let sandbox = sandbox();
    let json = format!("json={}", sandbox.outside("report.json").display());
    let lines = format!("concise={}", sandbox.outside("report.txt").display());
    let said = sandbox.cordon([
        "check",
        "--range",
        "HEAD~1..HEAD",
        "-q",
        "--output",
        &json,
        "--output",
        &lines,
    ]);
    assert_eq!(said.code, 1);
    let report: Value =
        serde_json::from_slice(&std::fs::read(sandbox.outside("report.json")).unwrap()).unwrap();
    assert_eq!(report["schema"], "cordon.report/v1");
    assert!(
        std::fs::read_to_string(sandbox.outside("report.txt"))
            .unwrap()
            .contains("zone-agent")
    );
}

/// One run fills the files of every forge; they tell the same findings.
#[test]
fn one_run_writes_every_format_to_a_file_of_its_own() {
    let sandbox = sandbox();
    let mut args: Vec<String> = ["check", "--range", "HEAD~1..HEAD"]
        .map(str::to_owned)
        .to_vec();
    for format in formats() {
        let path = sandbox.outside(format);
        args.extend([
            "--output".to_owned(),
            format!("{format}={}", path.display()),
        ]);
    }
    assert_eq!(sandbox.cordon(&args).code, 1);
    let read = |format: &str| std::fs::read_to_string(sandbox.outside(format)).unwrap();
    for format in formats().filter(|format| *format != "gitlab-secrets") {
        assert!(read(format).contains("zone-agent"), "{format}");
    }
    let secrets: Value = serde_json::from_str(&read("gitlab-secrets")).unwrap();
    assert_eq!(secrets["vulnerabilities"], Value::Array(Vec::new()));
    let moment = secrets["scan"]["start_time"].as_str().unwrap();
    assert!(moment > "2024-01-01T00:00:00", "{moment}");
    let sarif: Value = serde_json::from_str(&read("sarif")).unwrap();
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "src/crypto/aes.c");
}

#[test]
fn two_formats_in_one_file_are_no_report() {
    let sandbox = Sandbox::with_commit();
    let path = sandbox.outside("report");
    let one = format!("json={}", path.display());
    let other = format!("sarif={}", path.display());
    let report = sandbox.report(&["--all", "--output", &one, "--output", &other]);
    assert_eq!(report.code, 2);
    assert_eq!(report.codes(), ["unwritable-file"]);
}

#[test]
fn quiet_is_silent_on_a_pass() {
    let sandbox = Sandbox::with_commit();
    let said = sandbox.cordon(["check", "--all", "-q"]);
    assert_eq!(
        (said.code, said.stdout.as_str(), said.stderr.as_str()),
        (0, "", "")
    );
}
