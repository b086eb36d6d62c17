//! What the environment hints of the account that an agent works under.
//!
//! The hints are for people to look at: no verdict rests on them, but on the hosts of endpoints that
//! stand in the vendor's place. A value may be a key, and never leaves here; of a URL the host does.

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};

use super::environment::is_set;
use super::raw::{AccountClass, Entry};

/// One hint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccountHint<'c> {
    /// The variable.
    pub var: &'c str,
    /// What it hints at.
    pub hints: AccountClass,
    /// The host of the endpoint that it names.
    pub host: Option<String>,
}

/// What `env` hints of the account under which an agent works, in the order of its entry.
pub fn account_hints<'c>(
    entry: &'c Entry,
    env: &BTreeMap<BString, BString>,
) -> Vec<AccountHint<'c>> {
    let signs = entry.account.variables.iter();
    signs
        .filter_map(|sign| {
            let value = env.get(sign.var.as_bytes().as_bstr())?;
            is_set(value).then(|| AccountHint {
                var: &sign.var,
                hints: sign.hints,
                host: host(value).filter(|_| sign.host),
            })
        })
        .collect()
}

/// The hosts of the endpoints that `env` puts in the place of an agent's own; empty for a value that
/// shows none.
pub(super) fn endpoint_hosts(entry: &Entry, env: &BTreeMap<BString, BString>) -> Vec<String> {
    let endpoint = |var: &str| {
        entry
            .account
            .variables
            .iter()
            .any(|one| one.host && one.var == var)
    };
    let hints = account_hints(entry, env).into_iter();
    let hints = hints.filter(|hint| endpoint(hint.var));
    hints.map(|hint| hint.host.unwrap_or_default()).collect()
}

impl AccountClass {
    /// Its word in reports.
    pub fn word(self) -> &'static str {
        match self {
            Self::Enterprise => "enterprise",
            Self::Personal => "personal",
            Self::Proxy => "proxy",
            Self::Unknown => "unknown",
        }
    }
}

/// The host of a URL, in lower case; `None` where there is none. Neither user, password, path nor
/// query is a part of it. A value without `://` may be anything, a key too.
fn host(url: &[u8]) -> Option<String> {
    let url = url.to_str().ok()?.trim();
    let (_, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let (_, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    let name = match place.strip_prefix('[') {
        Some(inner) => inner.split_once(']')?.0,
        None => place.split(':').next()?,
    };
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b".-:".contains(&byte);
    let known = name == "localhost" || name.contains(['.', ':']);
    (known && name.len() <= 253 && name.bytes().all(letters)).then(|| name.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_url_the_host_alone_is_kept() {
        for (url, expected) in [
            ("https://llm.acme.example", Some("llm.acme.example")),
            (
                "https://LLM.Acme.Example:8443/v1?key=x#y",
                Some("llm.acme.example"),
            ),
            (
                "http://user:p@ss@llm.acme.example/x",
                Some("llm.acme.example"),
            ),
            ("http://localhost:11434", Some("localhost")),
            ("http://[::1]:8080/", Some("::1")),
            (
                "https://llm.acme.example\\@other.example",
                Some("llm.acme.example"),
            ),
            ("llm.acme.example/key", None),
            ("a-key-that-somebody-put-here", None),
            ("https://a-key-that-somebody-put-here", None),
            ("https://a key.example", None),
            ("https://[::1", None),
            ("https://", None),
            ("", None),
        ] {
            assert_eq!(host(url.as_bytes()).as_deref(), expected, "{url}");
        }
    }
}
