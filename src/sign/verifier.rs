//! The allowed keys of a run, asked about one signature after another.

use std::collections::BTreeSet;
use std::sync::OnceLock;

use bstr::ByteSlice as _;
use jiff::civil::Date;

use super::allowed::{AllowedKey, Form};
use super::armor::{Armor, ArmorKind};
use super::gpg::Gpg;
use super::made_up::MadeUp;
use super::openpgp::Keyring;
use super::ssh;

/// What is known of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// An allowed key made it, over these bytes and for this purpose.
    Valid(Proof),
    /// It proves nothing, and why.
    Invalid(String),
    /// It is of a form that cannot be checked, or what checks it is not there: nobody knows.
    Unchecked(String),
}

/// What a valid signature proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// The allowed keys that it may be of, as positions in the list: the same key may be enrolled more
    /// than once. Not empty.
    pub keys: Vec<usize>,
    /// The key's fingerprint: `SHA256:…` of an SSH key, hexadecimal of an OpenPGP one.
    pub fingerprint: String,
    /// What a hardware key's signature says of the person before it; `None` for other keys.
    pub touch: Option<Touch>,
    /// The day on which it was made, as the signature itself says: OpenPGP alone.
    pub made: Option<Date>,
    /// The addresses in lower case for which an OpenPGP key stands, by its user ids; `None` for an SSH key, of
    /// which its line says that.
    pub addresses: Option<BTreeSet<String>>,
}

impl Proof {
    /// Whether what stands in the key itself lets it be somebody's.
    pub fn stands_for(&self, address: &[u8]) -> bool {
        let named = self.addresses.as_ref();
        let address = address.trim().to_str_lossy().to_lowercase();
        named.is_none_or(|named| named.contains(&address))
    }
}

/// What a hardware key's signature says, under its own signature. A program that plays a hardware key
/// can say it too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Touch {
    /// Somebody touched the key.
    pub present: bool,
    /// Somebody gave a PIN, or a finger.
    pub verified: bool,
    /// How many signatures the key had made.
    pub counter: u32,
}

/// The allowed keys of a run.
#[derive(Debug)]
pub struct Verifier {
    keys: Vec<AllowedKey>,
    date: Date,
    gpg: Gpg,
    /// Whether the keys are those by which a platform signs, which prove nothing of a person.
    of_platform: bool,
    keyring: OnceLock<Result<Keyring, String>>,
}

impl Verifier {
    /// A verifier by these keys, on the run's day.
    pub fn new(keys: Vec<AllowedKey>, date: Date, gpg: Gpg) -> Self {
        Self {
            keys,
            date,
            gpg,
            of_platform: false,
            keyring: OnceLock::new(),
        }
    }

    /// A verifier by the keys with which a platform signs what it makes for somebody. Whoever asks it knows
    /// that its proof is the platform's word, and no person's.
    pub fn of_platform(keys: Vec<AllowedKey>, date: Date, gpg: Gpg) -> Self {
        Self {
            of_platform: true,
            ..Self::new(keys, date, gpg)
        }
    }

    /// The allowed keys.
    pub fn keys(&self) -> &[AllowedKey] {
        &self.keys
    }

    /// The run's day.
    pub fn date(&self) -> Date {
        self.date
    }

    /// Checks a signature over `signed`, armored as `signature`, for a namespace. OpenPGP has no
    /// namespaces, so that what is signed must say itself what it is.
    ///
    /// A key counts that is allowed for the namespace on the run's day, and on the day that the signature
    /// itself names.
    pub fn verify(&self, signature: &[u8], signed: &[u8], namespace: &str) -> Outcome {
        let armor = match Armor::parse(signature) {
            Ok(armor) => armor,
            Err(why) => return Outcome::Invalid(format!("the signature is malformed: {why}")),
        };
        match armor.kind {
            ArmorKind::Ssh => ssh::verify(self, &armor, signed, namespace),
            ArmorKind::OpenPgp => self.openpgp(&armor, signed, namespace),
            ArmorKind::X509 => {
                Outcome::Unchecked("an X.509 signature cannot be checked here".to_owned())
            }
            ArmorKind::OpenPgpKey => {
                Outcome::Invalid("a key stands where a signature ought to".into())
            }
        }
    }

    fn openpgp(&self, armor: &Armor<'_>, signed: &[u8], namespace: &str) -> Outcome {
        let of_openpgp = |key: &AllowedKey| matches!(key.form, Form::OpenPgp(_));
        if !self.keys.iter().any(of_openpgp) {
            return Outcome::Invalid(
                "it is an OpenPGP signature, and no OpenPGP key is enrolled".into(),
            );
        }
        let keyring = self
            .keyring
            .get_or_init(|| Keyring::new(&self.gpg, &self.keys, self.date, self.of_platform));
        match keyring {
            Ok(keyring) => keyring.verify(self, armor, signed, namespace),
            Err(why) => Outcome::Unchecked(why.clone()),
        }
    }

    /// Why the key of a proof counts for a namespace on no other day than the run's, such as the one on which what is
    /// signed says that it was signed.
    pub fn refuses(&self, proof: &Proof, namespace: &str, day: Date) -> Option<&'static str> {
        let of_proof = proof.keys.iter().find_map(|at| self.keys.get(*at))?;
        // The same key may be enrolled for other days too.
        let same = self.keys.iter().filter(|key| key.is_key(of_proof));
        let mut first = None;
        for key in same {
            first = first.or(Some(key.refuses(namespace, day)?));
        }
        first
    }

    /// What a made-up signature would prove if these of the keys had made it, as positions in the list: what a policy's
    /// test says is believed, and the keys' days, kinds and purposes hold.
    pub fn believe(&self, made_up: &MadeUp, mut keys: Vec<usize>, namespace: &str) -> Outcome {
        if made_up.touched {
            keys.retain(|at| self.keys.get(*at).is_some_and(AllowedKey::is_hardware));
        }
        if keys.is_empty() {
            return Outcome::Invalid("its key is not enrolled".to_owned());
        }
        let proof = Proof {
            keys,
            fingerprint: String::new(),
            touch: made_up.touch(),
            made: None,
            addresses: None,
        };
        self.proof(proof, namespace)
    }

    /// The proof by those of the keys that count for the namespace, now and when the signature was made.
    pub(super) fn proof(&self, mut proof: Proof, namespace: &str) -> Outcome {
        let mut refused = None;
        let day = self.date;
        proof.keys.retain(|at| {
            let key = self.keys.get(*at);
            let why = key.map_or(Some(""), |key| {
                let made = proof.made.and_then(|made| key.refuses(namespace, made));
                key.refuses(namespace, day).or(made)
            });
            refused = refused.or(why);
            why.is_none()
        });
        match refused {
            Some(why) if proof.keys.is_empty() => Outcome::Invalid(why.to_owned()),
            _ => Outcome::Valid(proof),
        }
    }
}
