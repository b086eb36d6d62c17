//! Passwords in URLs: which of them somebody could really use.

use super::filter::{Match, contains, is_one_byte, is_placeholder};

/// Passwords that are shown in documentation and set on nobody's server but a local one.
const WEAK: [&[u8]; 25] = [
    b"password",
    b"passwd",
    b"passphrase",
    b"pass",
    b"pwd",
    b"secret",
    b"pw",
    b"foo",
    b"bar",
    b"baz",
    b"user",
    b"username",
    b"admin",
    b"root",
    b"guest",
    b"test",
    b"token",
    b"key",
    b"apikey",
    b"api_key",
    b"mypass",
    b"mypassword",
    b"mysecretpassword",
    b"postgres",
    b"pass123",
];

/// Whether the match has a password of its own for a server of its own.
pub(super) fn is_credential(found: &Match<'_>) -> bool {
    let password = found.value();
    let before = &found.text[found.whole.start..found.secret.start];
    let user = before
        .rsplit(|byte| *byte == b'/')
        .next()
        .and_then(|part| part.strip_suffix(b":"))
        .unwrap_or_default();
    let host = found
        .text
        .get(found.secret.end + 1..found.whole.end)
        .unwrap_or_default()
        .to_ascii_lowercase();
    !is_password_placeholder(password)
        && !password.eq_ignore_ascii_case(user)
        && !is_example_host(&host)
}

fn is_password_placeholder(password: &[u8]) -> bool {
    let lower = password.to_ascii_lowercase();
    let inner = lower
        .strip_prefix(b"[")
        .and_then(|rest| rest.strip_suffix(b"]"));
    let format = lower.starts_with(b"%")
        && (lower.len() == 2 || matches!(lower.get(1), Some(b'(' | b'{')) || lower.ends_with(b"%"));
    inner.is_some()
        || format
        || is_variable(password)
        || is_placeholder(&lower)
        || WEAK.contains(&lower.as_slice())
        || is_one_byte(&lower)
        || contains(&lower, b"...")
        || contains(&lower, b"***")
        || contains(&lower, "…".as_bytes())
        || (lower.starts_with(b"your") && contains(&lower, b"pass"))
}

/// A shell variable or command, or a template's braces. A password may hold a `$` of its own.
fn is_variable(password: &[u8]) -> bool {
    let shell = password.strip_prefix(b"$").is_some_and(|rest| {
        matches!(rest.first(), Some(b'{' | b'('))
            || rest
                .iter()
                .all(|byte| byte.is_ascii_alphanumeric() || *byte == b'_')
    });
    let pair = |open: u8, close: u8| {
        let open = memchr::memchr(open, password);
        open.is_some_and(|open| memchr::memchr(close, &password[open..]).is_some())
    };
    shell || pair(b'{', b'}') || pair(b'<', b'>')
}

/// Not a variable, nor a plain `server`: a program puts the real host there, and the password is one.
fn is_example_host(host: &[u8]) -> bool {
    // A digest behind an image's tag has the form of a host behind a password.
    if host.starts_with(b"sha256:") || host.starts_with(b"sha512:") {
        return true;
    }
    let name = host.split(|byte| *byte == b':').next().unwrap_or_default();
    let name = name.strip_suffix(b".").unwrap_or(name);
    let examples = [
        &b"example.com"[..],
        b"example.org",
        b"example.net",
        b"example",
        b"invalid",
    ];
    examples.iter().any(|&example| {
        name.strip_suffix(example)
            .is_some_and(|rest| rest.is_empty() || rest.ends_with(b"."))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_of_documentation_are_known_and_no_others() {
        for host in [&b"example.com"[..], b"db.example.org:5432", b"x.example."] {
            assert!(is_example_host(host), "{}", host.escape_ascii());
        }
        for host in [
            &b"notexample.com"[..],
            b"example.com.acme.io",
            b"localhost",
            b"server",
            b"$host",
            b"<host>",
            b"10.0.0.7",
        ] {
            assert!(!is_example_host(host), "{}", host.escape_ascii());
        }
    }

    #[test]
    fn a_dollar_inside_a_password_is_no_variable() {
        assert!(is_password_placeholder(b"$DB_PASSWORD"));
        assert!(is_password_placeholder(b"${DB:-x}"));
        assert!(!is_password_placeholder(b"pa$$w0rd-7"));
        assert!(!is_password_placeholder(b"$up3r!secret"));
    }
}
