//! SSH signatures: `SSHSIG`.

use ssh_key::public::KeyData;
use ssh_key::{Algorithm, PublicKey, SshSig};

use super::allowed::{Form, fingerprint, hardware};
use super::armor::Armor;
use super::verifier::{Outcome, Proof, Touch, Verifier};

/// The largest signature, in bytes: one of an RSA key of 16,384 bits has some 4,200.
const LARGEST: usize = 16 << 10;

/// The magic word and the version.
const HEAD: usize = 10;

/// The bits of a hardware key's flags.
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;

/// How wide the reader of `ssh-key` wants the lines.
const WIDTH: usize = 70;

/// Checks one, for a namespace.
pub(super) fn verify(
    verifier: &Verifier,
    armor: &Armor<'_>,
    signed: &[u8],
    namespace: &str,
) -> Outcome {
    let invalid = |why: &str| Outcome::Invalid(why.to_owned());
    let Some(blob) = armor.decoded() else {
        return invalid("the signature is malformed: it is not base64");
    };
    if blob.len() > LARGEST {
        return invalid("the signature is malformed: it is too large");
    }
    if let Some(outcome) = unknown_form(&blob) {
        return outcome;
    }
    let Some(signature) = parsed(&blob) else {
        return invalid("the signature is malformed");
    };
    let key = signature.public_key();
    if !is_canonical(&blob, key) {
        return invalid("the signature is malformed: its key is written in another way");
    }
    let same = |form: &Form| matches!(form, Form::Ssh(allowed) if allowed == key);
    let keys = verifier.keys().iter().enumerate();
    let keys: Vec<usize> = keys
        .filter(|(_, allowed)| same(&allowed.form))
        .map(|(at, _)| at)
        .collect();
    let fingerprint = fingerprint(key);
    if keys.is_empty() {
        return Outcome::Invalid(format!("its key {fingerprint} is not enrolled"));
    }
    if signature.namespace() != namespace {
        return invalid("it was made for another purpose: its namespace is another");
    }
    if !fits(&signature) {
        return invalid("it is made in a way that does not fit its key, or by SHA-1");
    }
    if PublicKey::from(key.clone())
        .verify(namespace, signed, &signature)
        .is_err()
    {
        return invalid("it is not of what stands here: something was changed");
    }
    let touch = hardware(key).then(|| touch(&signature)).flatten();
    if hardware(key) && touch.is_none() {
        return invalid("the signature is malformed: it lacks its flags");
    }
    let proof = Proof {
        keys,
        fingerprint,
        touch,
        made: None,
        addresses: None,
    };
    verifier.proof(proof, namespace)
}

/// What is said of a form that is read by nobody here: a certificate, a kind of key or a version that is not
/// known.
fn unknown_form(blob: &[u8]) -> Option<Outcome> {
    let malformed = || Some(Outcome::Invalid("the signature is malformed".to_owned()));
    let unchecked = |what: &str| Some(Outcome::Unchecked(format!("{what} cannot be checked here")));
    let Some(rest) = blob.strip_prefix(b"SSHSIG") else {
        return malformed();
    };
    let Some((version, rest)) = rest.split_first_chunk::<4>() else {
        return malformed();
    };
    if u32::from_be_bytes(*version) != 1 {
        return unchecked("a signature of this version");
    }
    let Some((key, rest)) = string(rest) else {
        return malformed();
    };
    // Namespace, reserved and the digest's name stand before the signature.
    let made = (0..3).try_fold(rest, |rest, _| Some(string(rest)?.1));
    let made = made.and_then(|rest| Some(string(string(rest)?.0)?.0));
    let (Some((kind, _)), Some(made)) = (string(key), made) else {
        return malformed();
    };
    let known = |name: &[u8]| {
        let name = std::str::from_utf8(name).ok();
        let algorithm = name.and_then(|name| Algorithm::new(name).ok());
        algorithm.is_some_and(|algorithm| !matches!(algorithm, Algorithm::Other(_)))
    };
    let is_certificate = |name: &[u8]| name.windows(7).any(|part| part == b"-cert-v");
    if is_certificate(kind) {
        return unchecked("a signature by a certificate");
    }
    // By SHA-1, which is known well enough to be refused.
    if made == b"ssh-rsa" {
        return Some(Outcome::Invalid("it is made by SHA-1".to_owned()));
    }
    (!known(kind) || !known(made)).then(|| unchecked("a signature of this kind"))?
}

/// Whether the key stands in the signature as it is always written: the reader is more lenient.
fn is_canonical(blob: &[u8], key: &KeyData) -> bool {
    let written = blob.get(HEAD..).and_then(string);
    let canonical = PublicKey::from(key.clone()).to_bytes();
    canonical.is_ok_and(|canonical| written.is_some_and(|(written, _)| written == canonical))
}

/// A string of the wire format, and what stands behind it.
fn string(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    rest.split_at_checked(u32::from_be_bytes(*length) as usize)
}

/// Read from lines of the width that the reader wants: Git takes any.
fn parsed(blob: &[u8]) -> Option<SshSig> {
    use base64ct::{Base64, Encoding as _};
    let text = Base64::encode_string(blob);
    let lines: Vec<&str> = text
        .as_bytes()
        .chunks(WIDTH)
        .map(|line| std::str::from_utf8(line).unwrap_or_default())
        .collect();
    let pem = format!(
        "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----\n",
        lines.join("\n")
    );
    SshSig::from_pem(pem).ok()
}

/// Whether the signature is made as its key makes them, with a digest that holds.
fn fits(signature: &SshSig) -> bool {
    match (signature.public_key().algorithm(), signature.algorithm()) {
        (Algorithm::Rsa { .. }, Algorithm::Rsa { hash }) => hash.is_some(),
        (key, made) => key == made,
    }
}

/// The flags and the counter, the last five bytes of a hardware key's signature.
fn touch(signature: &SshSig) -> Option<Touch> {
    let bytes = signature.signature_bytes();
    let (rest, counter) = bytes.split_last_chunk::<4>()?;
    let flags = rest.last()?;
    Some(Touch {
        present: flags & PRESENT != 0,
        verified: flags & VERIFIED != 0,
        counter: u32::from_be_bytes(*counter),
    })
}
