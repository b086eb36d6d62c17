//! OpenPGP signatures, where `gpg` is there.

use super::*;
use crate::sign::{PLATFORMS, platform_keys};

const MESSAGE: &[u8] = b"tree 1\n\nA change\n";

/// A folder with `gpg` in it; `None`, and a word, where there is none.
#[expect(clippy::disallowed_macros, reason = "whoever runs the tests reads it")]
fn desk() -> Option<Desk> {
    let desk = Desk::new();
    std::fs::create_dir(desk.path().join("gnupg")).unwrap();
    if desk.run("gpg", &["--version"], b"").is_none() {
        println!("skipped: there is no gpg here");
        return None;
    }
    Some(desk)
}

impl Desk {
    fn pgp(&self, user: &str, algorithm: &str, expire: &str) -> Option<String> {
        let args = [
            "--batch",
            "--passphrase",
            "",
            "--quick-gen-key",
            user,
            algorithm,
            "sign",
            expire,
        ];
        self.run("gpg", &args, b"")?;
        self.export(user)
    }

    fn export(&self, user: &str) -> Option<String> {
        let key = self.run("gpg", &["--armor", "--export", user], b"")?;
        String::from_utf8(key).ok()
    }

    fn pgp_sign(&self, user: &str, message: &[u8], options: &[&str]) -> Vec<u8> {
        let args = [
            &["--batch", "--local-user", user, "--armor"],
            options,
            &["--detach-sign"],
        ];
        self.run("gpg", &args.concat(), message).unwrap()
    }
}

#[test]
fn an_enrolled_key_is_taken_and_no_other() {
    let Some(desk) = desk() else { return };
    let ann = desk.pgp("Ann <ann@x>", "ed25519", "never").unwrap();
    let bob = desk.pgp("Bob <bob@x>", "rsa2048", "never").unwrap();
    let signature = desk.pgp_sign("ann@x", MESSAGE, &[]);
    let both = by(&[&bob, &ann]);
    let outcome = both.verify(&signature, MESSAGE, "git");
    let proof = valid(&outcome);
    assert_eq!(
        (proof.keys.as_slice(), proof.made),
        (&[1][..], Some(today()))
    );
    let other = both.verify(&desk.pgp_sign("bob@x", MESSAGE, &[]), MESSAGE, "git");
    assert_eq!(valid(&other).keys, [0]);
    is_invalid(&both.verify(&signature, b"another", "git"), "changed");
    is_invalid(
        &by(&[&bob]).verify(&signature, MESSAGE, "git"),
        "not enrolled",
    );
    is_invalid(
        &by(&[]).verify(&signature, MESSAGE, "git"),
        "no OpenPGP key",
    );
    let ssh = super::super::testing::SoftwareKey::ed25519(1).public();
    is_invalid(
        &by(&[&ssh]).verify(&signature, MESSAGE, "git"),
        "no OpenPGP key",
    );
}

#[test]
fn no_home_is_left_behind() {
    let Some(desk) = desk() else { return };
    let ann = desk.pgp("Ann <ann@x>", "ed25519", "never").unwrap();
    let signature = desk.pgp_sign("ann@x", MESSAGE, &[]);
    let temp = desk.path().join("temp");
    std::fs::create_dir(&temp).unwrap();
    let gpg = Gpg::find(
        Some(b"/usr/local/bin:/usr/bin:/bin"),
        Some(temp.as_os_str().as_encoded_bytes()),
    );
    let key = AllowedKey::parse(&ann).unwrap();
    let verifier = Verifier::new(vec![key], today(), gpg);
    valid(&verifier.verify(&signature, MESSAGE, "git"));
    assert_eq!(temp.read_dir().unwrap().count(), 1);
    drop(verifier);
    assert_eq!(temp.read_dir().unwrap().count(), 0);
}

#[test]
fn without_gpg_nobody_knows() {
    let Some(desk) = desk() else { return };
    let ann = desk.pgp("Ann <ann@x>", "ed25519", "never").unwrap();
    let signature = desk.pgp_sign("ann@x", MESSAGE, &[]);
    let key = || vec![AllowedKey::parse(&ann).unwrap()];
    let nowhere = Verifier::new(key(), today(), Gpg::find(Some(b"."), None));
    is_unchecked(&nowhere.verify(&signature, MESSAGE, "git"));
    let homeless = Gpg::find(Some(b"/usr/local/bin:/usr/bin:/bin"), Some(b"/nowhere"));
    is_unchecked(&Verifier::new(key(), today(), homeless).verify(&signature, MESSAGE, "git"));
}

#[test]
fn an_expired_or_revoked_key_does_not_count() {
    let Some(desk) = desk() else { return };
    let short = desk.pgp("Short <short@x>", "ed25519", "2d").unwrap();
    let signature = desk.pgp_sign("short@x", MESSAGE, &[]);
    valid(&by(&[&short]).verify(&signature, MESSAGE, "git"));
    let later = on(&[&short], today().saturating_add(jiff::Span::new().days(9)));
    is_invalid(&later.verify(&signature, MESSAGE, "git"), "expired");
    let yesterday = today().yesterday().unwrap();
    let early = on(&[&short], yesterday).verify(&signature, MESSAGE, "git");
    assert!(
        !matches!(early, Outcome::Valid(_)),
        "made after the run's day: {early:?}"
    );

    let listed = desk
        .run("gpg", &["--with-colons", "--list-keys", "short@x"], b"")
        .unwrap();
    let listed = String::from_utf8(listed).unwrap();
    let fingerprint = listed
        .lines()
        .find_map(|line| line.strip_prefix("fpr:::::::::"));
    let fingerprint = fingerprint.unwrap().trim_end_matches(':');
    let file = desk
        .path()
        .join(format!("gnupg/openpgp-revocs.d/{fingerprint}.rev"));
    let revocation = std::fs::read_to_string(file)
        .unwrap()
        .replace(":-----BEGIN", "-----BEGIN");
    desk.run("gpg", &["--batch", "--import"], revocation.as_bytes())
        .unwrap();
    let revoked = desk.export("short@x").unwrap();
    is_invalid(
        &by(&[&revoked]).verify(&signature, MESSAGE, "git"),
        "revoked",
    );
}

#[test]
fn a_key_outside_of_its_enrolled_days_does_not_count() {
    let Some(desk) = desk() else { return };
    let ann = desk.pgp("Ann <ann@x>", "ed25519", "never").unwrap();
    let signature = desk.pgp_sign("ann@x", MESSAGE, &[]);
    let days = |from: i32, until: i32| {
        let at = |days: i32| Some(today().saturating_add(jiff::Span::new().days(days)));
        let key = AllowedKey::parse(&ann).unwrap().within(at(from), at(until));
        let verifier = Verifier::new(vec![key], at(5).unwrap(), gpg());
        verifier.verify(&signature, MESSAGE, "git")
    };
    valid(&days(0, 9));
    is_invalid(&days(-9, 3), "expired");
    is_invalid(&days(3, 9), "not count yet");
}

#[test]
fn weak_digests_short_keys_and_two_signatures_are_refused() {
    let Some(desk) = desk() else { return };
    let ann = desk.pgp("Ann <ann@x>", "rsa2048", "never").unwrap();
    let bob = desk.pgp("Bob <bob@x>", "ed25519", "never").unwrap();
    let keys = by(&[&ann, &bob]);
    let sha1 = desk.pgp_sign("ann@x", MESSAGE, &["--digest-algo", "SHA1"]);
    is_invalid(&keys.verify(&sha1, MESSAGE, "git"), "digest");
    let two = desk.pgp_sign("ann@x", MESSAGE, &["--local-user", "bob@x"]);
    is_invalid(&keys.verify(&two, MESSAGE, "git"), "not one good");
    let short = desk.pgp("Short <short@x>", "rsa1024", "never").unwrap();
    let signature = desk.pgp_sign("short@x", MESSAGE, &[]);
    is_invalid(&by(&[&short]).verify(&signature, MESSAGE, "git"), "2,048");
}

#[test]
fn what_is_no_detached_signature_is_refused() {
    let Some(desk) = desk() else { return };
    let ann = desk.pgp("Ann <ann@x>", "ed25519", "never").unwrap();
    let verifier = by(&[&ann]);
    is_invalid(&verifier.verify(ann.as_bytes(), MESSAGE, "git"), "key");
    // A whole signed message in the frame of a signature is one for something else.
    let args = ["--batch", "--local-user", "ann@x", "--armor", "--sign"];
    let inline = desk.run("gpg", &args, b"another").unwrap();
    let inline = String::from_utf8(inline)
        .unwrap()
        .replace("PGP MESSAGE", "PGP SIGNATURE");
    is_invalid(&verifier.verify(inline.as_bytes(), MESSAGE, "git"), "");
    let noise = b"-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n";
    is_invalid(&verifier.verify(noise, MESSAGE, "git"), "");
}

#[test]
fn a_platforms_key_is_the_platforms_also_where_it_is_enrolled() {
    let Some(desk) = desk() else { return };
    let key = desk
        .pgp("GitHub <noreply@github.com>", "rsa2048", "never")
        .unwrap();
    let signature = desk.pgp_sign("noreply@github.com", MESSAGE, &[]);
    is_invalid(&by(&[&key]).verify(&signature, MESSAGE, "git"), "GitHub");
}

/// A public commit that GitHub made for a bot: 324f391314d8d77527880d65c2c97a14710a856d of
/// <https://github.com/dependabot/fetch-metadata>.
const BY_GITHUB: &str = include_str!("../../../tests/fixtures/signed/github.txt");

#[test]
fn the_built_in_key_is_githubs_and_proves_what_github_signed() {
    if desk().is_none() {
        return;
    }
    let keys = platform_keys();
    assert_eq!(keys.len(), 1);
    let (head, rest) = BY_GITHUB.split_once("gpgsig ").unwrap();
    let (signature, tail) = rest.split_once("\n\nMerge").unwrap();
    let (signature, signed) = (
        signature.replace("\n ", "\n"),
        format!("{head}\nMerge{tail}"),
    );
    let on = |day: &str, keys| {
        let verifier = Verifier::of_platform(keys, day.parse().unwrap(), gpg());
        verifier.verify(signature.as_bytes(), signed.as_bytes(), "git")
    };
    let outcome = on("2026-11-25", keys.clone());
    assert_eq!(valid(&outcome).fingerprint, PLATFORMS[0].keys[0]);
    let other = signed.replace("dependabot", "dependab0t");
    let verifier = Verifier::of_platform(keys.clone(), today(), gpg());
    is_invalid(
        &verifier.verify(signature.as_bytes(), other.as_bytes(), "git"),
        "changed",
    );
    // Enrolled as a person's key it proves nobody.
    let person = Verifier::new(keys, today(), gpg());
    is_invalid(
        &person.verify(signature.as_bytes(), signed.as_bytes(), "git"),
        "not of a person",
    );
}
