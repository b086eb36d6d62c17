//! What shows an account, and which accounts an agent may work under.

use super::{Validator, items};
use crate::policy::accounts::{Accounts, Of, Pattern};
use crate::policy::raw::{AccountClass, RawPolicy};
use crate::text::Spanned;

impl Validator<'_> {
    pub(super) fn accounts(&mut self, raw: &RawPolicy) -> Accounts {
        let mut patterns = Vec::new();
        for (class, signs) in &raw.accounts {
            let class = class.value;
            let mut add = |of| patterns.push(Pattern { of, class });
            for text in items(signs.trailers.as_ref()) {
                if let Some(of) = self.account_trailer(text) {
                    add(of);
                }
            }
            for text in items(signs.hosts.as_ref()) {
                self.host(text);
                add(Of::host(text));
            }
            for text in items(signs.user_email.as_ref()) {
                self.address(text);
                add(Of::email(text));
            }
        }
        Accounts::new(patterns)
    }

    fn account_trailer(&mut self, text: &Spanned<String>) -> Option<Of> {
        let told = "a trailer is written as `Key: value`: `Agent-Account: enterprise/acme`";
        let of = Of::trailer(text).filter(|_| !text.trim_end().ends_with(':'));
        let Some((key, _)) = text.split_once(':').filter(|_| of.is_some()) else {
            self.problem(text.span, told);
            return None;
        };
        self.key(&Spanned::new(key.trim().to_owned(), text.span));
        of
    }

    /// A host stands alone, as the environment gives it: an address with more in it would fit none.
    fn host(&mut self, text: &Spanned<String>) {
        let known = |byte: u8| byte.is_ascii_alphanumeric() || b".-:*?".contains(&byte);
        if text.is_empty() || !text.bytes().all(known) || text.contains("://") {
            let told = "a host is written without scheme, port and path: `llm.acme.example`, `*.acme.example`";
            self.problem(text.span, told);
        }
    }

    fn address(&mut self, text: &Spanned<String>) {
        let known = |c: char| c.is_ascii_graphic() && !"<>,\"".contains(c);
        let address = text.value == "*" || text.contains('@');
        if !address || !text.chars().all(known) {
            let told = "an e-mail address is written alone: `*@acme.example`";
            self.problem(text.span, told);
        }
    }
}

/// The account classes that an agent's entry admits.
pub(super) fn admitted(
    list: Option<&Spanned<Vec<Spanned<AccountClass>>>>,
) -> Option<Spanned<Vec<AccountClass>>> {
    let list = list?;
    let classes = list.iter().map(|class| class.value).collect();
    Some(Spanned::new(classes, list.span))
}
