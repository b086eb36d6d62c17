//! Mail addresses in trailer values, as people and tools really write them.

/// An address and the name before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address<'v> {
    /// The display name; empty where there is none.
    pub(super) name: &'v str,
    /// The mailbox.
    pub(super) mailbox: &'v str,
}

/// The GitHub login of a lower-case mailbox `LOGIN@users.noreply.github.com` or
/// `<digits>+LOGIN@…`.
pub(super) fn slug(mailbox: &str) -> Option<&str> {
    let local = mailbox.strip_suffix("@users.noreply.github.com")?;
    let login = local.trim_start_matches(|c: char| c.is_ascii_digit());
    match login.strip_prefix('+') {
        Some(login) if login.len() + 1 < local.len() => Some(login),
        _ => Some(local),
    }
}

/// The number of the GitHub account in a lower-case mailbox `<digits>+LOGIN@users.noreply.github.com`.
pub(super) fn account(mailbox: &str) -> Option<u64> {
    let local = mailbox.strip_suffix("@users.noreply.github.com")?;
    let (number, login) = local.split_once('+')?;
    let digits = !login.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|_| digits)
}

/// The addresses of a trailer's value: those in angle brackets, else every word that is one.
pub(super) fn addresses(value: &str) -> Vec<Address<'_>> {
    let mut found = Vec::new();
    let mut rest = value;
    while let Some((name, after)) = rest.split_once('<') {
        let (inner, next) = after.split_once('>').unwrap_or((after, ""));
        let mailbox = bare(inner);
        if is_mailbox(mailbox) {
            let name = trimmed(name);
            found.push(Address { name, mailbox });
        }
        rest = next;
    }
    if found.is_empty() {
        let mut from = 0;
        for word in value.split([' ', '\t', ',', ';', '<', '>']) {
            let mailbox = bare(word);
            if is_mailbox(mailbox) && has_dotted_domain(mailbox) {
                let name = trimmed(value.get(..from).unwrap_or(""));
                found.push(Address { name, mailbox });
            }
            from += word.len() + 1;
        }
    }
    found
}

/// A value whose signs of an address are characters that only look like them, with the real ones;
/// `None` where it has no such characters.
pub(super) fn undisguised(value: &str) -> Option<String> {
    const LOOK_ALIKES: [(char, &str); 4] = [
        ('@', "\u{ff20}\u{fe6b}"),
        (
            '<',
            "\u{ff1c}\u{fe64}\u{2039}\u{2329}\u{3008}\u{27e8}\u{276e}\u{02c2}",
        ),
        (
            '>',
            "\u{ff1e}\u{fe65}\u{203a}\u{232a}\u{3009}\u{27e9}\u{276f}\u{02c3}",
        ),
        ('.', "\u{ff0e}\u{3002}\u{ff61}\u{2024}\u{fe52}"),
    ];
    let plain = |character: char| {
        let mut known = LOOK_ALIKES.iter();
        known
            .find(|(_, alike)| alike.contains(character))
            .map_or(character, |(plain, _)| *plain)
    };
    let text: String = value.chars().map(plain).collect();
    (text != value).then_some(text)
}

/// An address without Markdown (`[x](mailto:x)`), `mailto:` and quotes around it.
fn bare(text: &str) -> &str {
    if let Some((_, after)) = text.split_once("mailto:") {
        let end = after.find([')', '>', '?']).unwrap_or(after.len());
        return after.get(..end).unwrap_or(after).trim();
    }
    let text = text.trim().trim_matches(['"', '\'', '`', '(', ')', '.']);
    match text.strip_prefix('[') {
        Some(inner) => inner.strip_suffix(']').unwrap_or(inner),
        None => text,
    }
}

fn trimmed(name: &str) -> &str {
    name.trim_matches([' ', '\t', ',', ';', '"', '\'', '`'])
}

fn is_mailbox(text: &str) -> bool {
    text.split_once('@')
        .is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty())
        && !text.contains(char::is_whitespace)
}

/// Outside angle brackets, `claude-code@2` and `name:model@date` are no addresses.
fn has_dotted_domain(mailbox: &str) -> bool {
    mailbox.split_once('@').is_some_and(|(local, domain)| {
        let dotted = domain.contains('.') && domain.contains(|c: char| c.is_alphabetic());
        dotted && !local.contains([':', '/'])
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailboxes(value: &str) -> Vec<&str> {
        addresses(value)
            .into_iter()
            .map(|found| found.mailbox)
            .collect()
    }

    #[test]
    fn the_login_stands_after_the_number() {
        let host = "@users.noreply.github.com";
        for (local, login) in [
            ("209825114+claude[bot]", "claude[bot]"),
            ("claude[bot]", "claude[bot]"),
            ("+x", "+x"),
            ("12x+y", "12x+y"),
            ("12", "12"),
        ] {
            assert_eq!(slug(&format!("{local}{host}")), Some(login), "{local}");
        }
        assert_eq!(
            slug("1+claude[bot]@users.noreply.github.com.evil.org"),
            None
        );
        assert_eq!(slug("claude[bot]@github.com"), None);
    }

    #[test]
    fn the_number_stands_before_the_login() {
        let number = |local: &str| account(&format!("{local}@users.noreply.github.com"));
        assert_eq!(number("209825114+claude[bot]"), Some(209_825_114));
        for local in [
            "claude[bot]",
            "+x",
            "12x+y",
            "12",
            "12+",
            "-1+x",
            "99999999999999999999+x",
        ] {
            assert_eq!(number(local), None, "{local}");
        }
        assert_eq!(account("1+x@example.org"), None);
    }

    #[test]
    fn addresses_are_read_in_every_dress() {
        for value in [
            "Cursor <a@b.org>",
            "Cursor <a@b.org",
            "<a@b.org>",
            "a@b.org",
            "Cursor a@b.org",
            "Cursor (a@b.org)",
            "Cursor <[a@b.org](mailto:a@b.org)>",
            "Cursor [a@b.org](mailto:a@b.org)",
            "Cursor <mailto:a@b.org>",
            "Cursor [a@b.org]",
            "\"Cursor\" < a@b.org >",
        ] {
            assert_eq!(mailboxes(value), ["a@b.org"], "{value}");
        }
        assert_eq!(
            mailboxes("One <a@b.org>, Two <c@d.org>"),
            ["a@b.org", "c@d.org"]
        );
        assert_eq!(mailboxes("x[bot] <1+x[bot]@y.org>"), ["1+x[bot]@y.org"]);
    }

    #[test]
    fn only_the_brackets_count_where_there_are_some() {
        assert_eq!(
            mailboxes("noreply@anthropic.com <jane@x.org>"),
            ["jane@x.org"]
        );
    }

    #[test]
    fn versions_and_handles_are_no_addresses() {
        for value in [
            "claude-code@2.1",
            "a:b@20251101",
            "@copilot",
            "Jane",
            "",
            "<>",
            "@",
        ] {
            assert_eq!(mailboxes(value), [""; 0], "{value}");
        }
    }
}
