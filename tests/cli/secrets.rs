//! `secret-added`: where a secret may stand, and that it is told once.

use crate::support::{CLAUDE, Sandbox};

fn key() -> String {
    format!("AKIA{}", "Q3X7Z5T2M4P6R2W3")
}

#[test]
fn a_wrong_mark_at_the_start_hides_nothing() {
    let plain = format!("aws = {}\n", key());
    let wide: Vec<u8> = plain.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, bytes) in [
        ("lying", [b"\xFF\xFE", plain.as_bytes()].concat()),
        ("honest", [b"\xFF\xFE".as_slice(), &wide].concat()),
        ("binary", [b"\0\0", plain.as_bytes()].concat()),
        ("crlf", plain.replace('\n', "\r\n").into_bytes()),
    ] {
        let sandbox = Sandbox::with_commit();
        sandbox.write("config.ini", bytes);
        sandbox.commit("Change");
        let report = sandbox.report(&["--commit", "HEAD"]);
        assert_eq!(
            report.of("secret-added").len(),
            1,
            "{name}: {:#}",
            report.json
        );
        assert_eq!(report.of("secret-added")[0]["line"], 1, "{name}");
    }
}

#[test]
fn what_a_shell_appends_in_utf_16_to_plain_text_is_found_once() {
    let wide: Vec<u8> = format!("aws = {}\r\n", key())
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let sandbox = Sandbox::with_commit();
    let plain = b"plain text\n".repeat(400);
    sandbox.write("config.ini", &plain);
    sandbox.commit("Plain");
    sandbox.write("config.ini", [&plain[..], &wide].concat());
    sandbox.commit("Append");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.places("secret-added"), ["config.ini:401"]);
}

#[test]
fn the_name_of_a_value_may_stand_at_the_end_of_a_long_line_above() {
    let value = format!("{}7Kx2mQ9vT4bW8nZ1cR5s", "hJ3dF6gL0pS8yU2eA4iO");
    let line = |value: &str| {
        format!(
            "{}\"aws_secret_access_key\":\n  \"{value}\"\n",
            "x ".repeat(2000)
        )
    };
    let sandbox = Sandbox::with_commit();
    sandbox.write("a.json", line(""));
    sandbox.commit("No value");
    sandbox.write("a.json", line(&value));
    sandbox.commit("A value");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.places("secret-added"), ["a.json:2"]);
    assert_eq!(report.of("secret-added")[0]["column"], 4);
}

#[test]
fn a_key_whose_header_stood_there_before_is_found() {
    let line = "MIIBVAIBADANBgkqhkiG9w0BAQEFAASCAT4wggE6AgEAAkEAq7BFUpkGp3zLrmeI\n";
    let sandbox = Sandbox::with_commit();
    let [header, footer] =
        ["BEGIN", "END"].map(|word| format!("-----{word} {} KEY-----\n", "PRIVATE"));
    sandbox.write("key.pem", format!("{header}{footer}"));
    sandbox.commit("An empty key");
    sandbox.write("key.pem", format!("{header}{line}{line}{footer}"));
    sandbox.commit("Its body");
    assert_eq!(
        sandbox.report(&["--commit", "HEAD"]).rules(),
        ["secret-added"]
    );
}

#[test]
fn a_key_whose_header_stands_far_above_its_new_line_is_found() {
    let line = |at: u32| {
        let letter = |number: u32| {
            let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            let number = (at * 64 + number).wrapping_mul(2_654_435_761) >> 26;
            char::from(letters[number as usize])
        };
        (0..64).map(letter).chain(['\n']).collect::<String>()
    };
    let sandbox = Sandbox::with_commit();
    let [header, footer] =
        ["BEGIN", "END"].map(|word| format!("-----{word} {} KEY-----\n", "PRIVATE"));
    let key = |lines: u32| {
        let body: String = (0..lines).map(line).collect();
        format!("{header}{body}{footer}")
    };
    sandbox.write("key.pem", key(60));
    sandbox.commit("A key");
    sandbox.write("key.pem", key(61));
    sandbox.commit("A line of it, four kilobytes below its header");
    assert_eq!(
        sandbox.report(&["--commit", "HEAD"]).rules(),
        ["secret-added"]
    );
}

#[test]
fn a_secret_between_lines_that_changed_is_told_only_where_it_is_added() {
    let sandbox = Sandbox::with_commit();
    let text = |first: &str, secret: &str, last: &str| {
        format!(
            "{first}\n{}{secret}\n{}{last}\n",
            "a\n".repeat(9),
            "b\n".repeat(9)
        )
    };
    sandbox.write("config.ini", text("1", &key(), "1"));
    sandbox.commit("Secret");
    sandbox.write("config.ini", text("2", &key(), "2"));
    sandbox.commit("Around it");
    assert!(sandbox.report(&["--commit", "HEAD"]).rules().is_empty());
    sandbox.write("config.ini", text("3", &format!("it = {}", key()), "3"));
    sandbox.commit("Around it and itself");
    let report = sandbox.report(&["--commit", "HEAD"]);
    assert_eq!(report.of("secret-added")[0]["line"], 11);
    assert_eq!(report.rules(), ["secret-added"]);
}

#[test]
fn a_secret_that_stood_there_before_is_not_told_again() {
    let sandbox = Sandbox::with_commit();
    sandbox.write("config.ini", format!("aws = {}\n", key()));
    sandbox.commit("Secret");
    sandbox.write("config.ini", format!("aws = {}\nother = 1\n", key()));
    sandbox.commit("Next to it");
    assert!(sandbox.report(&["--commit", "HEAD"]).rules().is_empty());
}

#[test]
fn the_net_change_does_not_tell_a_persons_secret_as_an_agents() {
    let policy = "cordon: 1\nextends: []\nrules: {secret-added: {agents: block, humans: warn}}\n";
    let sandbox = Sandbox::with_policy(policy);
    sandbox.write("config.ini", format!("aws = {}\n", key()));
    sandbox.commit("By a person");
    sandbox.write("config.ini", format!("aws = {}\nother = 1\n", key()));
    sandbox.commit(&format!("By an agent\n\n{CLAUDE}"));
    let report = sandbox.report(&["--range", "HEAD~2..HEAD"]);
    assert_eq!(report.code, 0, "{:#}", report.json);
    assert_eq!(report.of("secret-added").len(), 1);
}

#[test]
fn two_secrets_of_one_file_are_told_twice_and_not_three_times() {
    let sandbox = Sandbox::with_commit();
    let base = sandbox.id("HEAD");
    sandbox.write("config.ini", format!("one = {}\n", key()));
    sandbox.commit("One");
    sandbox.write(
        "config.ini",
        format!("one = {}\ntwo = {}\n", key(), key().replace("Q3X7", "Z7Y3")),
    );
    sandbox.commit("Two");
    let report = sandbox.report(&["--range", &format!("{base}..HEAD")]);
    assert_eq!(report.of("secret-added").len(), 2, "{:#}", report.json);
}
