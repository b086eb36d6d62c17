//! The keys by which platforms sign what is made in a browser.

use bstr::ByteSlice as _;

use super::allowed::AllowedKey;
use super::armor::{Armor, ArmorKind};

/// A platform whose own signature stands on commits that it made for somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Platform {
    /// Its name.
    pub name: &'static str,
    /// The fingerprints of its OpenPGP keys, in capital hexadecimal digits.
    pub keys: &'static [&'static str],
    /// The addresses that its key names.
    pub addresses: &'static [&'static str],
    /// The key by which it signs today, armored, if that is known.
    pub signs_by: Option<&'static str>,
}

/// The platforms that are known. GitHub publishes its keys at <https://github.com/web-flow.gpg>: the first signs
/// since 2024-01-16, when the other one had come to its end.
pub const PLATFORMS: &[Platform] = &[
    Platform {
        name: "GitHub",
        keys: &[
            "968479A1AFF927E37D1A566BB5690EEEBB952194",
            "5DE3E0509C47EA3CF04A42D34AEE18F83AFDEB23",
        ],
        addresses: &["noreply@github.com"],
        signs_by: Some(include_str!("../../policies/platforms/github.asc")),
    },
    Platform {
        name: "GitLab",
        keys: &[],
        addresses: &["noreply@gitlab.com"],
        signs_by: None,
    },
];

impl Platform {
    /// The platform whose key has this fingerprint, or one of these addresses.
    pub(super) fn of_key(fingerprint: &str, addresses: &[&[u8]]) -> Option<&'static Self> {
        PLATFORMS.iter().find(|platform| {
            let named = |address: &&&[u8]| {
                let own = platform.addresses.iter();
                own.map(|own| own.as_bytes())
                    .any(|own| own.eq_ignore_ascii_case(address))
            };
            platform.keys.contains(&fingerprint) || addresses.iter().any(|one| named(&one))
        })
    }
}

/// The keys by which the known platforms sign today.
pub fn platform_keys() -> Vec<AllowedKey> {
    let armored = PLATFORMS.iter().filter_map(|platform| platform.signs_by);
    armored
        .filter_map(|text| AllowedKey::parse(text).ok())
        .collect()
}

/// The platform that a signature says it is of, by the id of its key: nothing is checked. For a message that
/// says more than "an unknown key".
pub fn signed_by_platform(signature: &[u8]) -> Option<&'static Platform> {
    let armor = Armor::parse(signature).ok()?;
    if armor.kind != ArmorKind::OpenPgp {
        return None;
    }
    let bytes = armor.openpgp()?;
    let ids = |platform: &Platform| platform.keys.iter().filter_map(|key| hex(key.get(24..)?));
    let made_by = |platform: &&Platform| {
        let mut ids = ids(platform);
        ids.any(|id| bytes.contains_str(id))
    };
    PLATFORMS.iter().find(made_by)
}

/// The bytes of hexadecimal digits.
fn hex(digits: &str) -> Option<Vec<u8>> {
    let pairs = digits.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
        .collect()
}
