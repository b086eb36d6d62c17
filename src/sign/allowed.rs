//! Keys that may sign, as a policy or an `allowed_signers` file names them.

use jiff::civil::Date;
use ssh_key::public::KeyData;
use ssh_key::{HashAlg, PublicKey};

use super::armor::{Armor, ArmorKind};
use super::options::{Options, options};
use super::pattern::PatternList;

/// The longest line with an SSH key, in bytes: an RSA key of 16,384 bits has under 3,000.
const LONGEST_LINE: usize = 16 << 10;

/// The most lines of a file.
const MOST_LINES: usize = 10_000;

/// RSA keys of other sizes are refused, in bits: too weak, or so large that they only cost time.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=16_384;

/// Why a text is no key that may sign.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// There is no key in it.
    #[error("it holds no public key as OpenSSH or OpenPGP writes one")]
    NoKey,
    /// A certificate.
    #[error("it is a certificate: name the key itself")]
    Certificate,
    /// It is the private half.
    #[error("it is a private key: take it out, and name the public one")]
    Private,
    /// A key that is known to be weak, or out of measure.
    #[error("{0}")]
    Refused(&'static str),
    /// A quotation mark is missing or misplaced.
    #[error("a value of its options stands in quotation marks, and nothing behind them")]
    Quotes,
    /// A list of patterns is empty or too long.
    #[error("a list of patterns has no entry, an empty one, or too many")]
    Patterns,
    /// An option that `allowed_signers` does not have.
    #[error("there is no option `{0}` of that form")]
    Option(String),
    /// An option that stands twice.
    #[error("the option `{0}` stands twice")]
    Twice(String),
    /// A time that is none.
    #[error("`{0}` is no time: write it as 20260131, or as 20260131235959Z")]
    Time(String),
    /// Longer than any key.
    #[error("it is longer than any key")]
    TooLong,
    /// A file of too many lines.
    #[error("it has more than 10,000 lines")]
    TooMany,
}

/// A key that may sign: for whom, for what, and on which days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AllowedKey {
    pub(super) form: Form,
    principals: Option<PatternList>,
    options: Options,
}

/// The key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Ssh(KeyData),
    /// An armored OpenPGP key.
    OpenPgp(String),
}

impl AllowedKey {
    /// Reads a bare SSH public key, a line of `allowed_signers`, or an armored OpenPGP public key.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let text = text.trim();
        if text.starts_with("-----BEGIN") {
            return armored(text);
        }
        if text.len() > LONGEST_LINE {
            return Err(KeyError::TooLong);
        }
        if text.contains(['\n', '\r', '\0']) {
            return Err(KeyError::NoKey);
        }
        let (first, rest) = word(text)?;
        if is_key_type(first) {
            return Ok(Self {
                form: ssh(first, rest)?,
                principals: None,
                options: Options::default(),
            });
        }
        let principals = first.trim_matches('"');
        let principals = Some(PatternList::parse(principals).ok_or(KeyError::Patterns)?);
        let (second, rest) = word(rest)?;
        let (key_type, rest, options) = if is_key_type(second) {
            (second, rest, Options::default())
        } else if rest.is_empty() {
            return Err(KeyError::NoKey);
        } else {
            let (third, rest) = word(rest)?;
            (third, rest, options(second)?)
        };
        Ok(Self {
            form: ssh(key_type, rest)?,
            principals,
            options,
        })
    }

    /// The same key, which counts from a day and until a day at most, both included.
    #[must_use]
    pub fn within(mut self, from: Option<Date>, until: Option<Date>) -> Self {
        self.options.from = self.options.from.max(from);
        let ends = [self.options.until, until];
        self.options.until = ends.into_iter().flatten().min();
        self
    }

    /// The key as both say it, on the days that are in both; `None` where they are not the same key for the
    /// same people and purposes.
    pub fn meet(&self, other: &Self) -> Option<Self> {
        let same = (&self.form, &self.principals) == (&other.form, &other.principals)
            && self.options.namespaces == other.options.namespaces
            && self.options.authority == other.options.authority;
        let (from, until) = other.days();
        same.then(|| self.clone().within(from, until))
    }

    /// Whether it is the same key, whoever holds it and on whatever days.
    pub fn is_key(&self, other: &Self) -> bool {
        self.form == other.form
    }

    /// A key that names nobody, as that of one address; `None` where it names somebody already, or the address
    /// is a pattern.
    pub fn only_for(mut self, address: &str) -> Option<Self> {
        if self.principals.is_some() || address.contains(['*', '?', '!', ',']) {
            return None;
        }
        self.principals = Some(PatternList::parse(address)?);
        Some(self)
    }

    /// Whether a certificate authority is meant: what such a key certified is not checked here, so it
    /// proves nothing.
    pub fn is_authority(&self) -> bool {
        self.options.authority
    }

    /// Whether it is a key that lives in hardware, by its kind: `sk-…`. A program can make one too.
    pub fn is_hardware(&self) -> bool {
        matches!(&self.form, Form::Ssh(key) if hardware(key))
    }

    /// Whether it stands for an address, in whatever case. `None` where the key names nobody: then
    /// whoever enrolled it must know.
    pub fn stands_for(&self, address: &[u8]) -> Option<bool> {
        let principals = self.principals.as_ref()?;
        Some(principals.matches(address, true))
    }

    /// The principals, as they are written; none where the key names nobody.
    pub fn principals(&self) -> impl Iterator<Item = &str> {
        self.principals.iter().flat_map(PatternList::iter)
    }

    /// `SHA256:…` of an SSH key, as `ssh-keygen -l` tells it; `None` for an OpenPGP key.
    pub fn fingerprint(&self) -> Option<String> {
        match &self.form {
            Form::Ssh(key) => Some(fingerprint(key)),
            Form::OpenPgp(_) => None,
        }
    }

    /// An SSH key alone, as OpenSSH writes it, whoever holds it; `None` for an OpenPGP key.
    pub fn openssh(&self) -> Option<String> {
        match &self.form {
            Form::Ssh(key) => PublicKey::new(key.clone(), "").to_openssh().ok(),
            Form::OpenPgp(_) => None,
        }
    }

    /// The first and the last day on which it counts.
    pub fn days(&self) -> (Option<Date>, Option<Date>) {
        (self.options.from, self.options.until)
    }

    /// Why it does not count for a namespace on a day, if it does not.
    pub(super) fn refuses(&self, namespace: &str, day: Date) -> Option<&'static str> {
        let spaces = self.options.namespaces.as_ref();
        if self.is_authority() {
            Some("its key is enrolled as a certificate authority alone")
        } else if spaces.is_some_and(|spaces| !spaces.matches(namespace.as_bytes(), false)) {
            Some("its key is not enrolled for signatures of this kind")
        } else if self.options.from.is_some_and(|from| day < from) {
            Some("its key does not count yet")
        } else if self.options.until.is_some_and(|until| until < day) {
            Some("its key has expired")
        } else {
            None
        }
    }
}

/// Reads a file of `allowed_signers`: a key a line; blank lines and those that begin with `#` are skipped.
/// With the error comes the number of its line, from 1.
pub fn allowed_signers(text: &str) -> Result<Vec<AllowedKey>, (usize, KeyError)> {
    let mut keys = Vec::new();
    for (at, line) in text.lines().enumerate() {
        if at >= MOST_LINES {
            return Err((at + 1, KeyError::TooMany));
        }
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let key = AllowedKey::parse(line).map_err(|error| (at + 1, error))?;
        if key.principals.is_none() {
            return Err((at + 1, KeyError::Patterns));
        }
        keys.push(key);
    }
    Ok(keys)
}

/// `SHA256:…` of a key.
pub(super) fn fingerprint(key: &KeyData) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}

/// Whether a key is of a kind that lives in hardware.
pub(super) fn hardware(key: &KeyData) -> bool {
    matches!(key, KeyData::SkEd25519(_) | KeyData::SkEcdsaSha2NistP256(_))
}

fn armored(text: &str) -> Result<AllowedKey, KeyError> {
    if text.contains("PRIVATE KEY") {
        return Err(KeyError::Private);
    }
    let armor = Armor::parse(text.as_bytes()).map_err(|_| KeyError::NoKey)?;
    if armor.kind != ArmorKind::OpenPgpKey {
        return Err(KeyError::NoKey);
    }
    Ok(AllowedKey {
        form: Form::OpenPgp(format!("{text}\n")),
        principals: None,
        options: Options::default(),
    })
}

/// The first word, in which quotation marks hold white space together, and what follows it.
fn word(text: &str) -> Result<(&str, &str), KeyError> {
    let mut quoted = false;
    let mut escaped = false;
    let end = text.find(|letter: char| {
        if letter == '"' && !escaped {
            quoted = !quoted;
        }
        escaped = letter == '\\' && !escaped;
        !quoted && letter.is_ascii_whitespace()
    });
    if quoted && end.is_none() {
        return Err(KeyError::Quotes);
    }
    let (word, rest) = text.split_at(end.unwrap_or(text.len()));
    Ok((word, rest.trim_start()))
}

/// Whether a word says which kind of key follows.
fn is_key_type(word: &str) -> bool {
    let starts = ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"];
    starts.iter().any(|start| word.starts_with(start)) && !word.contains('=')
}

fn ssh(key_type: &str, rest: &str) -> Result<Form, KeyError> {
    if key_type.contains("-cert-v") {
        return Err(KeyError::Certificate);
    }
    if key_type == "ssh-dss" {
        return Err(KeyError::Refused("a DSA key is too weak"));
    }
    let text = rest.split_ascii_whitespace().next().unwrap_or_default();
    let key = PublicKey::from_openssh(&format!("{key_type} {text}"));
    let key = key.map_err(|_| KeyError::NoKey)?.key_data().clone();
    match refused(&key) {
        Some(why) => Err(KeyError::Refused(why)),
        None => Ok(Form::Ssh(key)),
    }
}

/// Why a key is not taken, whoever enrolls it.
fn refused(key: &KeyData) -> Option<&'static str> {
    match key {
        KeyData::Rsa(rsa) => {
            let modulus = rsa.n.as_positive_bytes().unwrap_or_default();
            let zeros = modulus.first().map_or(0, |byte| byte.leading_zeros());
            let bits = modulus.len() * 8 - zeros as usize;
            (!RSA_BITS.contains(&bits)).then_some("an RSA key has 2,048 to 16,384 bits")
        }
        KeyData::Ed25519(_)
        | KeyData::Ecdsa(_)
        | KeyData::SkEd25519(_)
        | KeyData::SkEcdsaSha2NistP256(_) => None,
        KeyData::Dsa(_) => Some("a DSA key is too weak"),
        _ => Some("a key of this kind is not known here"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED: &str =
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILM+rvN+ot98qgEN796jTiQfZfG1KaT0PtFDJ/XFSqti";

    fn day(day: i8) -> Date {
        Date::constant(2026, 11, day)
    }

    #[test]
    fn a_key_may_be_bare_or_a_line() {
        let bare = AllowedKey::parse(&format!("{ED} ann's laptop")).unwrap();
        assert_eq!(bare.stands_for(b"ann@acme.example"), None);
        assert!(bare.fingerprint().unwrap().starts_with("SHA256:"));
        assert!(!bare.is_hardware());
        let line =
            format!(r#""ann@acme.example,*@x" namespaces="git",valid-before="20261120" {ED} c"#);
        let line = AllowedKey::parse(&line).unwrap();
        assert_eq!(line.stands_for(b"Ann@acme.example"), Some(true));
        assert_eq!(line.stands_for(b"bob@acme.example"), Some(false));
        assert_eq!(line.refuses("git", day(19)), None);
        assert!(line.refuses("git", day(20)).is_some());
        assert!(line.refuses("file", day(1)).is_some());
        assert_eq!(line.form, bare.form);
        let authority = AllowedKey::parse(&format!("a@x cert-authority {ED}")).unwrap();
        assert!(authority.refuses("git", day(1)).is_some());
    }

    #[test]
    fn the_shorter_time_holds() {
        let line = format!(r#"a@x valid-after="20261105",valid-before="20261121" {ED}"#);
        let key = AllowedKey::parse(&line).unwrap();
        let wide = key.clone().within(Some(day(1)), Some(day(30)));
        assert_eq!(wide.days(), (Some(day(5)), Some(day(20))));
        let narrow = key.within(Some(day(7)), Some(day(9)));
        assert_eq!(narrow.days(), (Some(day(7)), Some(day(9))));
    }

    #[test]
    fn what_is_no_key_is_an_error() {
        let short_rsa = "ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7Nv0n";
        for bad in [
            "",
            "ann@acme.example",
            "ssh-ed25519",
            "ssh-ed25519 AAAA",
            "ssh-dss AAAAB3NzaC1kc3MAAACB",
            "ssh-ed25519-cert-v01@openssh.com AAAA",
            "-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----",
            "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----",
            short_rsa,
            &format!("a@x verify-required {ED}"),
            &format!("a@x \"open {ED}"),
            &format!("a@x, {ED}"),
            &format!("{ED}\n{ED}"),
            &"x".repeat(LONGEST_LINE + 1),
        ] {
            assert!(AllowedKey::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_error_of_a_file_has_its_line() {
        let good = format!("# people\n\na@x {ED}\n");
        assert_eq!(allowed_signers(&good).unwrap().len(), 1);
        assert_eq!(
            allowed_signers(&format!("{good}a@x nonsense\n"))
                .unwrap_err()
                .0,
            4
        );
        let nobody = allowed_signers(ED).unwrap_err();
        assert_eq!(nobody.0, 1, "a line of a file names somebody");
    }
}
