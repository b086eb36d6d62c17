//! Waivers and emergency waivers from bytes: what is no waiver says why, a good one may stand, and an approval that
//! is written into a file leaves what others sign as it was.

#![no_main]

use std::sync::LazyLock;

use cordon::check::vocabulary;
use cordon::policy::Vocabulary;
use cordon::policy::problem::{Source, lines};
use cordon::policy::waiver::{Emergency, Matter, Unsigned, WaiverFile, Waivers, is_waivable};
use cordon::text::show::is_invisible;
use libfuzzer_sys::fuzz_target;

static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(vocabulary);

const POLICY: Option<&str> = Some("acme-agents");

fuzz_target!(|text: &[u8]| {
    waivers(text);
    if let Err(problems) = Emergency::read(0, text) {
        let name = "emergency.yml".to_owned();
        let text = text.to_vec();
        let told = lines(&problems, &[Source { name, text }]);
        assert!(!told.is_empty());
        told.iter().for_each(|line| assert_harmless(line));
    }
    if let Ok(text) = std::str::from_utf8(text) {
        signed(text);
    }
});

fn waivers(text: &[u8]) {
    let file = |name: &str| WaiverFile {
        name: name.to_owned(),
        text: Ok(text.to_vec()),
    };
    let read = Waivers::read(&[file("a.yml")], &VOCABULARY);
    assert_eq!(read.good.is_empty(), !read.flaws.is_empty());
    for waiver in &read.good {
        assert!(is_waivable(&waiver.rule) && !waiver.approvals.is_empty());
        assert!(!waiver.is_approved_by(&waiver.requested_by));
        assert!(!waiver.scope.names(None));
        // Neither a path nor a fingerprint.
        let matter = Matter {
            rule: &waiver.rule,
            path: None,
            old_path: None,
            agent: None,
            fingerprint: "",
        };
        assert!(!waiver.scope.covers(&matter));
    }
    let twice = Waivers::read(&[file("a.yml"), file("b.yml")], &VOCABULARY);
    assert!(twice.good.is_empty() && !twice.flaws.is_empty());
}

fn signed(text: &str) {
    let signature = Some("-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n");
    let read = |text: &str, who: &str| Unsigned::read("w.yml", text, who, "2026-11-25");
    let other = match read(text, "k.ito@acme.example") {
        Ok(other) => other,
        Err(problems) => {
            assert!(!problems.is_empty());
            problems.iter().for_each(|line| assert_harmless(line));
            return;
        }
    };
    assert_ne!(other.signed(POLICY), other.signed(None));
    let Ok(own) = read(text, "r.lee@acme.example") else {
        panic!("whether it can be read depends on who approves it");
    };
    let Ok(written) = own.with(signature) else {
        return;
    };
    match read(&written, "k.ito@acme.example") {
        Ok(again) => assert_eq!(again.signed(POLICY), other.signed(POLICY), "{written}"),
        Err(problems) => panic!("what is written is no waiver: {problems:?}\n{written}"),
    }
}

/// Nothing that could steer a terminal.
fn assert_harmless(text: &str) {
    let harmful = |c: char| c != '\n' && (c.is_control() || is_invisible(c));
    assert!(!text.contains(harmful), "{text:?}");
}
