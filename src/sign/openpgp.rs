//! OpenPGP signatures, by `gpg`.
//!
//! `gpg` gets the allowed keys and nothing else, is told the run's day instead of the clock's, and says what
//! it found in status lines. Only one signature, said to be good, by a key that was imported here, counts.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::sync::atomic::{AtomicUsize, Ordering};

use bstr::ByteSlice as _;
use jiff::civil::Date;

use super::allowed::{AllowedKey, Form};
use super::armor::Armor;
use super::gpg::{Gpg, Home};
use super::platform::Platform;
use super::verifier::{Outcome, Proof, Verifier};

/// The most OpenPGP keys that are imported.
const MOST_KEYS: usize = 500;

/// Numbers of algorithms in OpenPGP.
const RSA: [&str; 3] = ["1", "2", "3"];
const DSA: &str = "17";
/// MD5, SHA-1 and RIPEMD-160.
const WEAK_DIGESTS: [&str; 3] = ["1", "2", "3"];

/// What `gpg` says of user ids that are revoked or not the key's own.
const DEAD: [&[u8]; 2] = [b"r", b"i"];

/// The status words of a signature that is not simply good.
const NOT_GOOD: [(&str, &str); 5] = [
    (
        "BADSIG",
        "it is not of what stands here: something was changed",
    ),
    ("EXPSIG", "the signature itself has expired"),
    ("EXPKEYSIG", "its key has expired"),
    ("REVKEYSIG", "its key was revoked"),
    ("NO_PUBKEY", "its key is not enrolled"),
];

/// The status word of a signature that this `gpg` cannot check.
const NOT_CHECKED: &str = "ERRSIG";

/// The allowed OpenPGP keys, in a home of `gpg`.
#[derive(Debug)]
pub(super) struct Keyring {
    home: Home,
    clock: OsString,
    /// The positions of the allowed keys, by the fingerprint of the primary key.
    primary: BTreeMap<String, Vec<usize>>,
    /// The addresses of its user ids in lower case, by the same. Where a key is enrolled more than once, those that
    /// each copy has.
    addresses: BTreeMap<String, BTreeSet<String>>,
    /// What is wrong with a key or subkey, by its fingerprint.
    refused: BTreeMap<String, String>,
    /// Whether platforms' keys are asked for.
    of_platform: bool,
    /// How many signatures were written into the home.
    asked: AtomicUsize,
}

impl Keyring {
    /// Imports the OpenPGP keys among these. One that `gpg` does not take is an error: nobody would know
    /// what it signed.
    ///
    /// The key of a platform proves nothing, unless it is a platform's keys that are asked for.
    pub(super) fn new(
        gpg: &Gpg,
        keys: &[AllowedKey],
        date: Date,
        of_platform: bool,
    ) -> Result<Self, String> {
        let mut keyring = Self {
            home: gpg.home()?,
            // The end of the day, in UTC: what was made in it is not from the future.
            clock: format!("--faked-system-time={}T235959!", date.strftime("%Y%m%d")).into(),
            primary: BTreeMap::new(),
            addresses: BTreeMap::new(),
            refused: BTreeMap::new(),
            of_platform,
            asked: AtomicUsize::new(0),
        };
        let armored = keys
            .iter()
            .enumerate()
            .filter_map(|(at, key)| match &key.form {
                Form::OpenPgp(text) => Some((at, text)),
                Form::Ssh(_) => None,
            });
        let armored: Vec<(usize, &String)> = armored.collect();
        if armored.len() > MOST_KEYS {
            return Err(format!("there are more than {MOST_KEYS} OpenPGP keys"));
        }
        for (at, text) in armored {
            keyring.import(at, text)?;
        }
        Ok(keyring)
    }

    fn import(&mut self, at: usize, text: &str) -> Result<(), String> {
        let args = ["--with-colons", "--import-options=import-show", "--import"];
        let args: Vec<&OsStr> = args.iter().map(OsStr::new).collect();
        let answer = self.ask(&args, text.as_bytes())?;
        let unread = || "gpg does not take an enrolled OpenPGP key".to_owned();
        let mut primary = None;
        let mut addresses: Vec<&[u8]> = Vec::new();
        let mut weak = None;
        let mut fingerprints = Vec::new();
        for line in answer.lines() {
            let fields: Vec<&[u8]> = line.split(|&byte| byte == b':').collect();
            let field = |at: usize| fields.get(at).copied().unwrap_or_default();
            match field(0) {
                b"pub" if primary.is_some() => {
                    return Err("an enrolled OpenPGP key holds more than one".to_owned());
                }
                b"pub" | b"sub" => weak = weakness(field(2), field(3)),
                b"sec" | b"ssb" => {
                    return Err("an enrolled OpenPGP key is a private one".to_owned());
                }
                b"fpr" => {
                    let fingerprint = field(9).to_str().map_err(|_| unread())?.to_owned();
                    if let Some(why) = weak.take() {
                        self.refused.insert(fingerprint.clone(), why);
                    }
                    primary.get_or_insert_with(|| fingerprint.clone());
                    fingerprints.push(fingerprint);
                }
                b"uid" if !DEAD.contains(&field(1)) => addresses.push(address(field(9))),
                _ => {}
            }
        }
        let primary = primary.ok_or_else(unread)?;
        let imported = format!("{primary}\n");
        let told = answer.lines_with_terminator().any(|line| {
            line.strip_prefix(b"[GNUPG:] IMPORT_OK ")
                .is_some_and(|rest| rest.ends_with(imported.as_bytes()))
        });
        if !told {
            return Err(unread());
        }
        let platform = Platform::of_key(&primary, &addresses);
        if let Some(platform) = platform.filter(|_| !self.of_platform) {
            let why = format!("it is the signature of {}, not of a person", platform.name);
            let each = fingerprints.into_iter().map(|one| (one, why.clone()));
            self.refused.extend(each);
        }
        let named = addresses.iter();
        let named: BTreeSet<String> = named
            .map(|one| one.trim().to_str_lossy().to_lowercase())
            .collect();
        self.addresses
            .entry(primary.clone())
            .and_modify(|known| known.retain(|one| named.contains(one)))
            .or_insert(named);
        self.primary.entry(primary).or_default().push(at);
        Ok(())
    }

    /// Checks one.
    pub(super) fn verify(
        &self,
        verifier: &Verifier,
        armor: &Armor<'_>,
        signed: &[u8],
        namespace: &str,
    ) -> Outcome {
        let number = self.asked.fetch_add(1, Ordering::Relaxed);
        let answer = self
            .home
            .file(&format!("{number}.asc"), armor.text)
            .and_then(|file| {
                let args = [
                    OsStr::new("--verify"),
                    OsStr::new("--"),
                    file.as_os_str(),
                    OsStr::new("-"),
                ];
                let answer = self.ask(&args, signed);
                // The home goes with the run; what is left until then is only in the way.
                let _ = std::fs::remove_file(&file);
                answer
            });
        let answer = match answer {
            Ok(answer) => answer,
            Err(why) => return Outcome::Unchecked(why),
        };
        let status = status(&answer);
        match self.judged(&status) {
            Ok(proof) => verifier.proof(proof, namespace),
            Err(_) if only_unknown(&status) => {
                Outcome::Unchecked("gpg cannot check an OpenPGP signature of this form".to_owned())
            }
            Err(why) => Outcome::Invalid(why),
        }
    }

    /// What the status lines say.
    fn judged(&self, lines: &[Status<'_>]) -> Result<Proof, String> {
        let of = |word: &str| lines.iter().filter(|(own, _)| *own == word).count();
        for (word, why) in NOT_GOOD {
            if of(word) > 0 {
                return Err(why.to_owned());
            }
        }
        if (of("NEWSIG"), of("GOODSIG"), of("VALIDSIG")) != (1, 1, 1) {
            return Err("it is not one good signature".to_owned());
        }
        let valid = lines.iter().find(|(word, _)| *word == "VALIDSIG");
        let fields = valid.map_or(&[][..], |(_, fields)| fields);
        let [key, made, .., digest, class, primary] = fields else {
            return Err("gpg says less than it ought to".to_owned());
        };
        let keys = self.primary.get(*primary);
        let keys = keys.ok_or_else(|| format!("its key {primary} is not enrolled"))?;
        if let Some(why) = self.refused.get(*key) {
            return Err(why.clone());
        }
        if WEAK_DIGESTS.contains(digest) {
            return Err("it is made by a digest that does not hold, such as SHA-1".to_owned());
        }
        if !["00", "01"].contains(class) {
            return Err("it is no signature of a document".to_owned());
        }
        let made = made.parse::<Date>().ok();
        let made = made.ok_or("gpg does not say when it was made")?;
        Ok(Proof {
            keys: keys.clone(),
            fingerprint: (*primary).to_owned(),
            touch: None,
            made: Some(made),
            addresses: Some(self.addresses.get(*primary).cloned().unwrap_or_default()),
        })
    }

    fn ask(&self, args: &[&OsStr], input: &[u8]) -> Result<Vec<u8>, String> {
        let with_clock: Vec<&OsStr> = [self.clock.as_os_str()]
            .into_iter()
            .chain(args.iter().copied())
            .collect();
        self.home.ask(&with_clock, input)
    }
}

/// A status line: its word, and what stands behind it.
type Status<'a> = (&'a str, Vec<&'a str>);

fn status(answer: &[u8]) -> Vec<Status<'_>> {
    let lines = answer.lines().filter_map(|line| {
        let words = line.strip_prefix(b"[GNUPG:] ")?.to_str().ok()?;
        let mut words = words.split(' ');
        Some((words.next()?, words.collect::<Vec<_>>()))
    });
    lines.collect()
}

/// Whether nothing worse is told than that the form is not known.
fn only_unknown(lines: &[Status<'_>]) -> bool {
    let told = |word: &str| lines.iter().any(|(own, _)| *own == word);
    told(NOT_CHECKED) && !NOT_GOOD.iter().any(|(word, _)| told(word))
}

/// Why a key of that size and kind proves nothing.
fn weakness(bits: &[u8], algorithm: &[u8]) -> Option<String> {
    let algorithm = algorithm.to_str().unwrap_or_default();
    let bits: u32 = bits.to_str().ok()?.parse().ok()?;
    if algorithm == DSA {
        return Some("its key is a DSA key, which is too weak".to_owned());
    }
    let short = RSA.contains(&algorithm) && bits < 2048;
    short.then(|| "its RSA key has fewer than 2,048 bits".to_owned())
}

/// The address of a user id: what stands in angle brackets, else all of it.
fn address(user: &[u8]) -> &[u8] {
    let inner = user
        .rfind_byte(b'<')
        .and_then(|open| user.get(open + 1..)?.strip_suffix(b">"));
    inner.unwrap_or(user)
}
