use std::io::Write as _;
use std::process::Stdio;

use bstr::ByteSlice as _;
use proptest::prelude::*;

use super::super::testing::{Repo, gits, scrubbed};
use super::*;

const KEY: &str = "Assisted-by";
const VALUE: &str = "claude-code:claude-x-1";

fn file(text: &str, edited: bool) -> MessageFile<'_> {
    MessageFile {
        text: text.as_bytes(),
        comment: b"#",
        edited,
    }
}

fn stamped(text: &str, edited: bool) -> Option<String> {
    stamp(&file(text, edited), KEY, VALUE).map(|bytes| String::from_utf8(bytes).unwrap())
}

/// Both for a message an editor opens on and for one that is final.
fn both(text: &str, expected: Option<&str>) {
    for edited in [true, false] {
        let expected =
            expected.map(|text| text.replace("{}", "Assisted-by: claude-code:claude-x-1"));
        assert_eq!(
            stamped(text, edited),
            expected,
            "{text:?}, edited: {edited}"
        );
    }
}

#[test]
fn a_title_gets_a_blank_line_and_the_trailer() {
    both("Fix it\n", Some("Fix it\n\n{}\n"));
    both("Fix it", Some("Fix it\n\n{}\n"));
    both("fix: it\n", Some("fix: it\n\n{}\n"));
    both(
        "Fix it\n\nWhy: because.\nAnd so on.\n",
        Some("Fix it\n\nWhy: because.\nAnd so on.\n\n{}\n"),
    );
    both("Fix it\n\nbody\n\n\n", Some("Fix it\n\nbody\n\n{}\n"));
}

#[test]
fn the_last_block_is_joined() {
    both("Fix\n\nA: b\n", Some("Fix\n\nA: b\n{}\n"));
    both("Fix\n\nA: b\n  more", Some("Fix\n\nA: b\n  more\n{}\n"));
    both(
        "Fix\n\nwords\nSigned-off-by: A <a@x>\n",
        Some("Fix\n\nwords\nSigned-off-by: A <a@x>\n{}\n"),
    );
    both("Fix\n\nA: b\nwords\n", Some("Fix\n\nA: b\nwords\n\n{}\n"));
    both("Fix\n\nA: b\n \t\n", Some("Fix\n\nA: b\n{}\n"));
}

#[test]
fn what_is_there_is_not_written_twice() {
    both("Fix\n\nassisted-by:  Claude-Code:Claude-X-1 \n", None);
    both("Fix\n\nAssisted-by:\n  claude-code:claude-x-1\n", None);
    both(
        "Fix\n\nAssisted-by: claude-code\n",
        Some("Fix\n\nAssisted-by: claude-code\n{}\n"),
    );
    both(
        "Fix\n\nAssisted-by: claude-code:claude-x-1\n\nbody\n",
        Some("Fix\n\nAssisted-by: claude-code:claude-x-1\n\nbody\n\n{}\n"),
    );
}

#[test]
fn comments_and_scissors_stay_below() {
    let status = "\n# Please enter the commit message\n#\n# On branch x\n";
    let cut =
        "# ------------------------ >8 ------------------------\n# x\ndiff --git a/a b/a\n+A: b\n";
    let with = |text: &str, rest: &str| stamped(&format!("{text}{rest}"), true).unwrap();
    let trailer = format!("{KEY}: {VALUE}\n");
    assert_eq!(with("Fix\n", status), format!("Fix\n\n{trailer}{status}"));
    assert_eq!(
        with("Fix\n\nA: b\n", status),
        format!("Fix\n\nA: b\n{trailer}{status}")
    );
    assert_eq!(with("Fix\n", cut), format!("Fix\n\n{trailer}\n{cut}"));
    assert_eq!(
        with("", &format!("{status}{cut}")),
        format!("\n\n{trailer}{status}{cut}")
    );
    let conflicts = "\nConflicts:\n\tfile\n";
    assert_eq!(
        with("Merge x\n", conflicts),
        format!("Merge x\n\n{trailer}{conflicts}")
    );
}

#[test]
fn a_final_message_has_no_comments() {
    let trailer = format!("{KEY}: {VALUE}\n");
    assert_eq!(
        stamped("Fix\n\n#12\n", false).unwrap(),
        format!("Fix\n\n#12\n\n{trailer}")
    );
    assert_eq!(
        stamped("Fix\n\nA: b\n\n#12\n", false).unwrap(),
        format!("Fix\n\nA: b\n{trailer}\n#12\n")
    );
}

#[test]
fn a_title_may_start_like_a_comment_when_no_editor_opens() {
    let trailer = format!("{KEY}: {VALUE}\n");
    for (text, gap) in [
        ("#12 fix\n", "\n"),
        ("#12 fix\n\nbody\n", "\n"),
        ("#12 fix\n\nA: b\n", ""),
    ] {
        assert_eq!(
            stamped(text, false).unwrap(),
            format!("{text}{gap}{trailer}")
        );
    }
}

#[test]
fn a_comment_inside_ends_no_block() {
    let trailer = format!("{KEY}: {VALUE}\n");
    let text = "Fix\n\nA: b\n# c\nD: e\n\n# f\n \t";
    for edited in [true, false] {
        let expected = format!("Fix\n\nA: b\n# c\nD: e\n{trailer}\n# f\n \t");
        assert_eq!(stamped(text, edited).unwrap(), expected);
    }
}

#[test]
fn another_comment_mark_is_honoured() {
    let file = MessageFile {
        text: b"Fix\n\n// note\n",
        comment: b"//",
        edited: true,
    };
    let out = stamp(&file, KEY, VALUE).unwrap();
    assert_eq!(
        out,
        b"Fix\n\nAssisted-by: claude-code:claude-x-1\n\n// note\n"
    );
}

#[test]
fn an_empty_message_is_stamped_only_for_the_editor() {
    let trailer = format!("{KEY}: {VALUE}\n");
    assert_eq!(stamped("", true).unwrap(), format!("\n\n{trailer}"));
    for text in ["", "\n", " \n\n"] {
        assert_eq!(stamped(text, false), None);
    }
    let signed = "\n\nSigned-off-by: A <a@x>\n";
    assert_eq!(stamped(signed, true).unwrap(), format!("{signed}{trailer}"));
    // Here the blank lines go, and the line becomes the title.
    assert_eq!(
        stamped("\n\nA: b\n", false).unwrap(),
        format!("\n\nA: b\n\n{trailer}")
    );
}

#[test]
fn a_value_cannot_start_a_line() {
    let out = stamp(&file("Fix\n", false), KEY, "a\nHuman: yes\r\u{85}\u{0}b ").unwrap();
    assert_eq!(out, b"Fix\n\nAssisted-by: a Human: yes b\n");
    assert_eq!(stamp(&file("Fix\n", false), KEY, " \n "), None);
}

#[test]
fn an_emptied_message_is_known_by_its_lonely_stamp() {
    for text in [
        "",
        "\n\nAssisted-by: x\n\n# Please\n",
        "assisted-by : x",
        "# a\n# ------------------------ >8 ------------------------\ndiff\n",
    ] {
        assert!(says_only(&file(text, true), KEY), "{text:?}");
    }
    for text in [
        "Fix\n\nAssisted-by: x\n",
        "Assisted-by\n",
        "é",
        "Signed-off-by: x\n",
    ] {
        assert!(!says_only(&file(text, true), KEY), "{text:?}");
    }
    assert!(!says_only(&file("#12\n", false), KEY));
}

/// What `git interpret-trailers --parse` finds.
fn parse(git: &str, message: &[u8]) -> Vec<String> {
    let mut child = scrubbed(git, std::path::Path::new("/"))
        .args(["interpret-trailers", "--parse", "--no-divider"])
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(message).unwrap();
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}

fn line() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => Just(String::new()),
        2 => Just("Reviewed-by: Ann <ann@example.com>".to_owned()),
        2 => Just("Signed-off-by: Bob <bob@example.com>".to_owned()),
        1 => Just("(cherry picked from commit 1234)".to_owned()),
        1 => Just("  folded on".to_owned()),
        1 => Just("Assisted-by: cursor".to_owned()),
        1 => Just("Conflicts:".to_owned()),
        1 => Just("\ta/path".to_owned()),
        1 => Just("---".to_owned()),
        1 => Just("# note".to_owned()),
        1 => Just(" \t".to_owned()),
        1 => Just("Key : spaced".to_owned()),
        2 => "[A-Za-z][a-z -]{0,12}: ?[a-z]{0,6}",
        3 => "[a-z][ a-z:.-]{0,20}",
    ]
}

fn message() -> impl Strategy<Value = String> {
    let end = prop_oneof![Just(""), Just("\n"), Just("\n\n")];
    (
        "[A-Za-z][a-z:]{0,9}",
        prop::collection::vec(line(), 0..9),
        end,
    )
        .prop_map(|(title, lines, end)| format!("{title}\n{}{end}", lines.join("\n")))
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    /// Nothing is lost, nothing moves, one trailer is new.
    #[test]
    fn git_reads_one_trailer_more(text in message(), edited: bool) {
        let git = gits()[0];
        let out = stamped(&text, edited).unwrap();
        let mut expected = parse(git, text.as_bytes());
        expected.push(format!("{KEY}: {VALUE}"));
        prop_assert_eq!(parse(git, out.as_bytes()), expected, "{:?}", out);
        prop_assert_eq!(stamped(&out, edited), None);
    }

    #[test]
    fn no_bytes_make_it_fail(text: Vec<u8>, comment in prop::collection::vec(any::<u8>(), 0..3), edited: bool) {
        let file = MessageFile { text: &text, comment: &comment, edited };
        says_only(&file, KEY);
        if let Some(out) = stamp(&file, KEY, VALUE) {
            prop_assert!(out.contains_str("\nAssisted-by: claude-code:claude-x-1\n"));
        }
    }
}

/// The place is the one that `git commit -s` takes, with and without an editor.
#[test]
fn the_place_is_the_one_of_a_sign_off() {
    for git in gits() {
        let repo = Repo::new(git);
        let seen = |args: &[&str]| {
            let mut command = repo.command(&["commit", "-q", "--allow-empty"]);
            command
                .args(args)
                .stderr(Stdio::null())
                .env("GIT_EDITOR", "cp .git/COMMIT_EDITMSG ../seen; false #");
            assert!(!command.status().unwrap().success());
            std::fs::read_to_string(repo.outside().join("seen")).unwrap()
        };
        let signed = "Signed-off-by: Ann <ann@example.com>";
        for args in [
            &["-v"][..],
            &["-e", "-m", "Fix"],
            &["-e", "-m", "Fix", "-m", "A: b"],
        ] {
            let ours = stamp(
                &file(&seen(args), true),
                "Signed-off-by",
                "Ann <ann@example.com>",
            );
            let theirs = seen(&[args, &["-s"]].concat());
            assert!(theirs.contains(signed));
            assert_eq!(
                String::from_utf8(ours.unwrap()).unwrap(),
                theirs,
                "{git} {args:?}"
            );
        }
    }
}
