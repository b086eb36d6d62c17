//! What shows under whose account an agent worked, as an authority says it; and what signs add up to.
//!
//! Texts are compared in lower case, byte by byte: a text that only looks like a company's own is not.

use bstr::{BString, ByteSlice as _};

use super::raw::AccountClass;
use super::wildcard::Wildcard;
use crate::text::fold::letters;

/// The trailer that says it, also where no policy names its values.
const AGENT_ACCOUNT: &str = "agent-account";

/// One sign of an account that a run met.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AccountSign {
    /// A trailer: its key as [`letters`] folds it, its value, and whether it stands where Git reads
    /// trailers.
    Trailer {
        /// The key.
        key: String,
        /// The value.
        value: BString,
        /// Whether Git reads it as a trailer.
        in_block: bool,
    },
    /// The host of an endpoint that stands in the vendor's place; empty where nobody can tell it.
    Host(String),
    /// The e-mail address of the user at whose hand the agent worked.
    Email(BString),
}

/// What signs add up to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Account {
    /// The worst class of them.
    pub class: AccountClass,
    /// The position of the sign that says it; `None` where none says anything.
    pub sign: Option<usize>,
}

impl Account {
    /// Nothing shows it.
    pub const UNKNOWN: Self = Self {
        class: AccountClass::Unknown,
        sign: None,
    };

    /// The worse of two; of equals the first.
    #[must_use]
    pub(super) fn worse(self, other: Self) -> Self {
        if other.class > self.class {
            other
        } else {
            self
        }
    }
}

impl AccountSign {
    /// Whether it is a trailer that stands where Git reads none.
    fn is_astray(&self) -> bool {
        matches!(
            self,
            Self::Trailer {
                in_block: false,
                ..
            }
        )
    }
}

/// An authority's section `accounts`.
#[derive(Clone, Debug, Default)]
pub struct Accounts(Vec<Pattern>);

/// One pattern of the section.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    pub(super) of: Of,
    pub(super) class: AccountClass,
}

/// What a pattern is of, as it is compared.
#[derive(Clone, Debug)]
pub(super) enum Of {
    Trailer(String, Wildcard),
    Host(Wildcard),
    Email(Wildcard),
}

impl Of {
    /// A trailer, `Key: value`. `None` where there is no colon.
    pub(super) fn trailer(text: &str) -> Option<Self> {
        let (key, value) = text.split_once(':')?;
        let value = Wildcard::new(value.trim().to_ascii_lowercase());
        Some(Self::Trailer(letters(key.trim().as_bytes()), value))
    }

    pub(super) fn host(text: &str) -> Self {
        Self::Host(Wildcard::new(text.to_ascii_lowercase()))
    }

    pub(super) fn email(text: &str) -> Self {
        Self::Email(Wildcard::new(text.to_ascii_lowercase()))
    }

    /// How specific a pattern is that fits.
    fn fits(&self, sign: &AccountSign) -> Option<(bool, usize)> {
        let (pattern, text) = match (self, sign) {
            (
                Self::Trailer(key, pattern),
                AccountSign::Trailer {
                    key: own, value, ..
                },
            ) if key == own => (pattern, value.as_bytes()),
            (Self::Host(pattern), AccountSign::Host(host)) => (pattern, host.as_bytes()),
            (Self::Email(pattern), AccountSign::Email(email)) => (pattern, email.as_bytes()),
            _ => return None,
        };
        let fits = pattern.matches(&text.to_ascii_lowercase());
        fits.then(|| pattern.says())
    }
}

impl Accounts {
    pub(super) fn new(patterns: Vec<Pattern>) -> Self {
        Self(patterns)
    }

    /// Whether it says nothing.
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The class of the most specific pattern that fits, and of equals the worst.
    fn class_of(&self, sign: &AccountSign) -> Option<AccountClass> {
        let fitting = self.0.iter().filter_map(|pattern| {
            let specific = pattern.of.fits(sign)?;
            Some((specific, pattern.class))
        });
        fitting.max().map(|(_, class)| class)
    }

    /// The trailer keys that it names, folded.
    fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.iter().filter_map(|pattern| match &pattern.of {
            Of::Trailer(key, _) => Some(key.as_str()),
            _ => None,
        })
    }
}

/// Whether a trailer of this folded key says something of an account to these sections.
pub(super) fn is_account_key<'a>(
    mut sections: impl Iterator<Item = &'a Accounts>,
    folded: &str,
) -> bool {
    folded == AGENT_ACCOUNT || sections.any(|one| one.keys().any(|key| key == folded))
}

/// What signs add up to, by these sections together: the worst of them.
pub(super) fn account_of(sections: &[&Accounts], signs: &[AccountSign]) -> Account {
    let classes = signs.iter().enumerate().filter_map(|(at, sign)| {
        let class = class_of(sections, sign)?;
        Some(Account {
            class,
            sign: Some(at),
        })
    });
    classes.reduce(Account::worse).unwrap_or(Account::UNKNOWN)
}

fn class_of(sections: &[&Accounts], sign: &AccountSign) -> Option<AccountClass> {
    let said = sections.iter().filter_map(|one| one.class_of(sign));
    match said.max() {
        // Where Git reads no trailer, nobody is believed who speaks for himself.
        Some(AccountClass::Enterprise) if sign.is_astray() => None,
        Some(class) => Some(class),
        None => unfitting(sign),
    }
}

/// What a sign says that no pattern fits. Who speaks against himself is believed; else a statement that
/// nobody knows makes the account unknown, whatever else speaks for it. An address states nothing.
fn unfitting(sign: &AccountSign) -> Option<AccountClass> {
    match sign {
        AccountSign::Trailer { value, .. } => {
            let word = value.split_str("/").next().unwrap_or_default();
            let class = match word.trim().to_ascii_lowercase().as_slice() {
                b"personal" => AccountClass::Personal,
                b"proxy" => AccountClass::Proxy,
                _ => AccountClass::Unknown,
            };
            Some(class)
        }
        AccountSign::Host(_) => Some(AccountClass::Unknown),
        AccountSign::Email(_) => None,
    }
}
