//! SSH signatures.

use super::super::allowed_signers;
use super::super::testing::{SoftwareKey, armored};
use super::*;

const MESSAGE: &[u8] = b"tree 1\n\nA change\n";

#[test]
fn every_kind_of_key_signs_what_openssh_takes_too() {
    let desk = Desk::new();
    for (name, options) in [
        ("ed", &["-t", "ed25519"][..]),
        ("rsa", &["-t", "rsa", "-b", "2048"]),
        ("p256", &["-t", "ecdsa", "-b", "256"]),
        ("p384", &["-t", "ecdsa", "-b", "384"]),
        ("p521", &["-t", "ecdsa", "-b", "521"]),
    ] {
        let key = desk.key(name, options);
        let public = desk.public(&key);
        let signature = desk.sign(&key, "git", MESSAGE);
        let verifier = by(&[&public]);
        let outcome = verifier.verify(&signature, MESSAGE, "git");
        let proof = valid(&outcome);
        assert_eq!(
            (proof.keys.as_slice(), proof.touch, proof.made),
            (&[0][..], None, None)
        );
        let listed = desk
            .run("ssh-keygen", &["-l", "-f", &format!("{name}.pub")], b"")
            .unwrap();
        assert!(
            String::from_utf8(listed)
                .unwrap()
                .contains(&proof.fingerprint)
        );
        assert!(desk.openssh_takes(&format!("ann@x {public}"), "git", MESSAGE, &signature));
        is_invalid(
            &verifier.verify(&signature, b"tree 2\n\nA change\n", "git"),
            "changed",
        );
        is_invalid(
            &verifier.verify(&signature, MESSAGE, "cordon-waiver"),
            "another purpose",
        );
        is_invalid(&by(&[]).verify(&signature, MESSAGE, "git"), "not enrolled");
    }
}

#[test]
fn dates_and_namespaces_hold_as_they_do_for_openssh() {
    let desk = Desk::new();
    let key = desk.key("ed", &["-t", "ed25519"]);
    let public = desk.public(&key);
    let signature = desk.sign(&key, "git", MESSAGE);
    for (options, good) in [
        (r#"namespaces="git,file""#, true),
        (r#"namespaces="g*""#, true),
        (r#"namespaces="*,!git""#, false),
        (r#"namespaces="file""#, false),
        (r#"valid-before="20200101""#, false),
        (r#"valid-before="29990101""#, true),
        (r#"valid-after="29990101""#, false),
        (
            r#"valid-after="20200101",valid-before="29990101Z",namespaces="git""#,
            true,
        ),
        ("cert-authority", false),
    ] {
        let line = format!("ann@x {options} {public}");
        let outcome = by(&[&line]).verify(&signature, MESSAGE, "git");
        assert_eq!(
            matches!(outcome, Outcome::Valid(_)),
            good,
            "{options}: {outcome:?}"
        );
        assert_eq!(
            desk.openssh_takes(&line, "git", MESSAGE, &signature),
            good,
            "{options}"
        );
    }
    let until = AllowedKey::parse(&public)
        .unwrap()
        .within(None, Some(day(2027, 3, 31)));
    let at = |date| {
        let verifier = Verifier::new(vec![until.clone()], date, gpg());
        verifier.verify(&signature, MESSAGE, "git")
    };
    assert_eq!(valid(&at(day(2027, 3, 31))).keys, [0]);
    is_invalid(&at(day(2027, 4, 1)), "expired");
}

#[test]
fn a_key_that_is_enrolled_again_counts_once_more() {
    let desk = Desk::new();
    let key = desk.key("ed", &["-t", "ed25519"]);
    let public = desk.public(&key);
    let old = format!(r#"ann@x valid-before="20200101" {public}"#);
    let signature = desk.sign(&key, "git", MESSAGE);
    let outcome = by(&[&old, &public]).verify(&signature, MESSAGE, "git");
    assert_eq!(valid(&outcome).keys, [1]);
}

#[test]
fn a_hardware_key_says_whether_it_was_touched() {
    let desk = Desk::new();
    let ecdsa = desk.key("p256", &["-t", "ecdsa", "-b", "256"]);
    let private = std::fs::read_to_string(ecdsa).unwrap();
    for key in [SoftwareKey::ed25519(7), SoftwareKey::ecdsa(&private)] {
        let public = key.public();
        let verifier = by(&[&public]);
        assert!(verifier.keys()[0].is_hardware());
        for (flags, present, verified) in [
            (1, true, false),
            (5, true, true),
            (0, false, false),
            (4, false, true),
        ] {
            let signature = key.sign("git", MESSAGE, flags);
            let outcome = verifier.verify(signature.as_bytes(), MESSAGE, "git");
            let touch = valid(&outcome).touch.unwrap();
            assert_eq!(
                (touch.present, touch.verified, touch.counter),
                (present, verified, 7)
            );
            let line = format!("ann@x {public}");
            // OpenSSH says the same of all four: it does not tell a touch.
            assert!(
                desk.openssh_takes(&line, "git", MESSAGE, signature.as_bytes()),
                "{public}"
            );
        }
    }
}

#[test]
fn the_flags_of_a_hardware_key_cannot_be_changed() {
    let key = SoftwareKey::ed25519(7);
    let without = key.sign("git", MESSAGE, 0);
    let with = key.sign("git", MESSAGE, 1);
    let blob = |text: &str| {
        super::super::Armor::parse(text.as_bytes())
            .unwrap()
            .decoded()
            .unwrap()
    };
    let mut forged = blob(&without);
    let at = forged.len() - 5;
    forged[at] = 1;
    assert_eq!(forged[at..], blob(&with)[at..]);
    let verifier = by(&[&key.public()]);
    is_invalid(
        &verifier.verify(armored(&forged).as_bytes(), MESSAGE, "git"),
        "changed",
    );
}

#[test]
fn a_certificate_is_neither_valid_nor_invalid() {
    let desk = Desk::new();
    let authority = desk.key("ca", &["-t", "ed25519"]);
    let key = desk.key("ed", &["-t", "ed25519"]);
    let args = ["-q", "-s", "ca", "-I", "ann", "-n", "ann@x", "ed.pub"];
    desk.run("ssh-keygen", &args, b"").unwrap();
    let certificate = desk.path().join("ed-cert.pub");
    let args = [
        "-Y",
        "sign",
        "-q",
        "-n",
        "git",
        "-f",
        certificate.to_str().unwrap(),
    ];
    let signature = desk.run("ssh-keygen", &args, MESSAGE).unwrap();
    let line = format!("ann@x cert-authority {}", desk.public(&authority));
    assert!(desk.openssh_takes(&line, "git", MESSAGE, &signature));
    let keys = [line.as_str(), &desk.public(&key)];
    is_unchecked(&by(&keys).verify(&signature, MESSAGE, "git"));
}

#[test]
fn an_rsa_key_is_long_enough_and_its_digest_holds() {
    let desk = Desk::new();
    let short = desk.key("short", &["-t", "rsa", "-b", "1024"]);
    assert!(AllowedKey::parse(&desk.public(&short)).is_err());
    let key = desk.key("rsa", &["-t", "rsa", "-b", "2048"]);
    let signature = desk.sign(&key, "git", MESSAGE);
    let armor = super::super::Armor::parse(&signature).unwrap();
    let blob = armor.decoded().unwrap();
    // The name of the way in which it was made says SHA-1.
    let at = blob
        .windows(12)
        .rposition(|part| part == b"rsa-sha2-512")
        .unwrap();
    let length = u32::from_be_bytes(blob[at - 8..at - 4].try_into().unwrap()) - 5;
    let mut forged = blob[..at - 8].to_vec();
    forged.extend(length.to_be_bytes());
    forged.extend(b"\0\0\0\x07ssh-rsa");
    forged.extend(&blob[at + 12..]);
    let outcome = by(&[&desk.public(&key)]).verify(armored(&forged).as_bytes(), MESSAGE, "git");
    is_invalid(&outcome, "SHA-1");
}

#[test]
fn hostile_blobs_are_refused() {
    let key = SoftwareKey::ed25519(7);
    let verifier = by(&[&key.public()]);
    let signature = key.sign("git", MESSAGE, 1);
    let armor = super::super::Armor::parse(signature.as_bytes()).unwrap();
    let blob = armor.decoded().unwrap();
    for end in 0..blob.len() {
        let cut = armored(&blob[..end]);
        is_invalid(&verifier.verify(cut.as_bytes(), MESSAGE, "git"), "");
    }
    for at in 0..blob.len() {
        let mut other = blob.clone();
        other[at] ^= 0x01;
        let outcome = verifier.verify(armored(&other).as_bytes(), MESSAGE, "git");
        assert!(
            !matches!(outcome, Outcome::Valid(_)),
            "byte {at}: {outcome:?}"
        );
    }
    let mut longer = blob.clone();
    longer.push(0);
    is_invalid(
        &verifier.verify(armored(&longer).as_bytes(), MESSAGE, "git"),
        "malformed",
    );
    let mut version = blob;
    version[9] = 2;
    is_unchecked(&verifier.verify(armored(&version).as_bytes(), MESSAGE, "git"));
    let x509 = b"-----BEGIN SIGNED MESSAGE-----\nAAAA\n-----END SIGNED MESSAGE-----\n";
    is_unchecked(&verifier.verify(x509, MESSAGE, "git"));
}

#[test]
fn a_file_of_allowed_signers_is_read_as_openssh_reads_it() {
    let desk = Desk::new();
    let key = desk.key("ed", &["-t", "ed25519"]);
    let public = desk.public(&key);
    let signature = desk.sign(&key, "git", MESSAGE);
    for line in [
        format!("ann@x,bob@x {public}"),
        format!("\"ann@x\" {public}"),
        format!("*@x,!bob@x {public}"),
        format!("\t ann@x   namespaces=\"git\"   {public}"),
        format!("ann@x NAMESPACES=\"git\" {public}"),
        format!("ann@x valid-after=20200101 {public}"),
        format!("ann@x verify-required {public}"),
        format!("ann@x namespaces=\"git\",,cert-authority {public}"),
        format!("ann@x namespaces=\"git\" namespaces=\"git\" {public}"),
        format!("bob@x {public}"),
    ] {
        let ours = allowed_signers(&line).is_ok_and(|keys| {
            let names = keys[0].stands_for(b"ann@x") == Some(true);
            let outcome = Verifier::new(keys, today(), gpg()).verify(&signature, MESSAGE, "git");
            names && matches!(outcome, Outcome::Valid(_))
        });
        assert_eq!(
            ours,
            desk.openssh_takes(&line, "git", MESSAGE, &signature),
            "{line}"
        );
    }
}
