//! What separates a secret from what merely has its form.

use std::ops::Range;

use super::random::{is_varied, steps};
use super::raw::{Check, Checksum};

/// A match of a detector's pattern.
pub(super) struct Match<'t> {
    pub(super) text: &'t [u8],
    pub(super) whole: Range<usize>,
    pub(super) secret: Range<usize>,
}

impl<'t> Match<'t> {
    pub(super) fn value(&self) -> &'t [u8] {
        &self.text[self.secret.clone()]
    }
}

impl Check {
    /// Whether the condition holds. [`Check::PemBody`] widens the secret to the whole block.
    pub(super) fn holds(self, found: &mut Match<'_>) -> bool {
        let value = found.value();
        match self {
            Self::Digit => value.iter().any(u8::is_ascii_digit),
            Self::DigitOrCapital => value
                .iter()
                .any(|byte| byte.is_ascii_digit() || byte.is_ascii_uppercase()),
            Self::NotPlaceholder => !is_placeholder(value),
            Self::Random => super::random::is_random(value),
            Self::UrlCredential => super::url::is_credential(found),
            Self::JwtHeader => has_jwt_header(value),
            Self::PemBody => {
                let end = super::pem::block_end(found.text, found.secret.end);
                found.secret.end = end.unwrap_or(found.secret.end);
                end.is_some()
            }
        }
    }
}

impl Checksum {
    /// Whether the secret's checksum is right; `None` for a form of the secret without one.
    pub(super) fn holds(self, value: &[u8]) -> Option<bool> {
        match self {
            Self::Crc32Base62 => {
                let at = value.iter().position(|byte| *byte == b'_')? + 1;
                let (body, sum) = value.get(at..)?.split_at_checked(30)?;
                (sum.len() == 6).then(|| base62(crc32(body)) == sum)
            }
        }
    }
}

/// Words and sequences that no random value holds, in lower case, without `-` and `_`. Shorter ones
/// would come up by chance, and hide a real secret.
const FILLERS: [&[u8]; 21] = [
    b"example",
    b"placeholder",
    b"redacted",
    b"changeme",
    b"yourapi",
    b"yourkey",
    b"yourtoken",
    b"yoursecret",
    b"youraccess",
    b"yourown",
    b"keyhere",
    b"tokenhere",
    b"secrethere",
    b"goeshere",
    b"dummytoken",
    b"fakekey",
    b"faketoken",
    b"fakesecret",
    b"0123456789",
    b"1234567890",
    b"abcdefghij",
];

/// How often one letter stands in a row in a filler, and not in a thousand million random values. It
/// does in a value with a fixed part: that of an AWS session token has ten slashes in it.
const LONGEST_REPEAT: usize = 10;

/// How far a filler counts up, `abcdefgh`, and no random value.
const LONGEST_COUNT: usize = 7;

/// Whether documentation would write `value` in a secret's place.
pub(super) fn is_placeholder(value: &[u8]) -> bool {
    let mut letters = value.to_ascii_lowercase();
    let filled = is_filled(&letters);
    letters.retain(|byte| !matches!(byte, b'-' | b'_'));
    filled
        || steps(&letters, 1, 1) >= LONGEST_COUNT
        || FILLERS.iter().any(|filler| contains(&letters, filler))
        || is_spelled(&letters)
}

/// Whether one letter in a row stands where the secret would: as a word of its own, or with little else.
fn is_filled(value: &[u8]) -> bool {
    let ends = |byte: Option<&u8>| byte.is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let (mut at, mut rest, mut words) = (0, Vec::new(), 0);
    for run in value.chunk_by(|left, right| left == right) {
        let after = at + run.len();
        if run.len() < LONGEST_REPEAT {
            rest.extend_from_slice(run);
        } else if run[0].is_ascii_alphanumeric() {
            words += usize::from(ends(value[..at].last()) && ends(value.get(after)));
        }
        at = after;
    }
    let filled = value.len() - rest.len();
    filled > 0 && (words > 0 || filled * 4 > value.len() || !is_varied(&rest))
}

/// Whether the letters count up though digits stand between them: `a1B2c3D4e5F6g7H8`, `abc123def456ghi789`.
fn is_spelled(value: &[u8]) -> bool {
    let mut letters = value.to_vec();
    letters.retain(u8::is_ascii_lowercase);
    steps(&letters, 1, 1) >= LONGEST_COUNT
}

pub(super) fn contains(text: &[u8], part: &[u8]) -> bool {
    memchr::memmem::find(text, part).is_some()
}

/// Whether a value is one byte, again and again.
pub(super) fn is_one_byte(text: &[u8]) -> bool {
    text.windows(2).all(|pair| pair[0] == pair[1])
}

/// Shannon entropy in bits per byte.
pub(super) fn entropy(value: &[u8]) -> f64 {
    let mut counts = [0_u32; 256];
    for &byte in value {
        counts[usize::from(byte)] += 1;
    }
    let length = f64::from(u32::try_from(value.len()).unwrap_or(u32::MAX));
    counts
        .iter()
        .filter(|count| **count > 0)
        .map(|&count| {
            let share = f64::from(count) / length;
            -share * share.log2()
        })
        .sum()
}

/// A header is some 20 to 200 letters; some carry a certificate chain.
const LONGEST_HEADER: usize = 16 * 1024;

fn has_jwt_header(value: &[u8]) -> bool {
    // Behind an issuer's own prefix the header begins where the JSON does.
    let header = value.split(|byte| *byte == b'.').next().unwrap_or_default();
    header.len() <= LONGEST_HEADER
        && base64url(header)
            .and_then(|json| serde_json::from_slice::<serde_json::Value>(&json).ok())
            .is_some_and(|json| json.get("alg").is_some_and(serde_json::Value::is_string))
}

fn base64url(text: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(text.len() * 3 / 4);
    let (mut bits, mut held) = (0_u32, 0);
    for &byte in text {
        let value = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'-' => 62,
            b'_' => 63,
            _ => return None,
        };
        bits = (bits << 6) | u32::from(value);
        held += 6;
        if held >= 8 {
            held -= 8;
            out.extend((bits >> held).to_le_bytes().first());
            bits &= (1 << held) - 1;
        }
    }
    Some(out)
}

/// CRC-32 as in zip and PNG.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |sum, &byte| {
        (0..8).fold(sum ^ u32::from(byte), |sum, _| {
            (sum >> 1) ^ if sum & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

/// Six digits of base 62, the highest first: `0-9A-Za-z`.
fn base62(mut number: u32) -> [u8; 6] {
    const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut out = [b'0'; 6];
    for place in out.iter_mut().rev() {
        *place = DIGITS[(number % 62) as usize];
        number /= 62;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secret::example::expand;

    #[test]
    fn the_checksum_is_that_of_zip_in_base_62() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(&base62(0), b"000000");
        assert_eq!(&base62(61), b"00000z");
        assert_eq!(&base62(u32::MAX), b"4gfFC3");
    }

    #[test]
    fn a_token_is_checked_only_where_the_scheme_applies() {
        let body = b"a".repeat(30);
        let right = [b"ghp_".as_slice(), &body, &base62(crc32(&body))].concat();
        let wrong = [b"ghp_".as_slice(), &body, b"000000"].concat();
        assert_eq!(Checksum::Crc32Base62.holds(&right), Some(true));
        assert_eq!(Checksum::Crc32Base62.holds(&wrong), Some(false));
        assert_eq!(
            Checksum::Crc32Base62.holds(&[&right[..], b"a"].concat()),
            None
        );
        assert_eq!(Checksum::Crc32Base62.holds(b"ghp_"), None);
    }

    #[test]
    fn letters_that_count_up_between_digits_are_a_filler() {
        assert!(is_placeholder(b"xa1B2c3D4e5F6g7H8"));
        assert!(is_placeholder(b"key_abc123def456ghi789"));
        assert!(!is_placeholder(b"a1B2c3D4x5E6f7G8"));
    }

    #[test]
    fn a_run_of_one_letter_is_a_filler_only_where_the_secret_would_stand() {
        let random = |template: &str| expand(template, 1).text.into_bytes();
        for filler in [
            "AKIAXXXXXXXXXXXXXXXX",
            "{digits:12}-{digits:12}-xxxxxxxxxxxxxxxxxxxxxxxx",
            "{alnum:20}.aaaaaaaaaa.{alnum:20}",
            "{alnum:12}0000000000",
            "abababababababababababababaaaaaaaaaa",
            "{alnum:6}5555555d{alnum:4}7777777{alnum:4}aaaaaaaaaaaaaa",
            "{digits:4}-888888888888-8888888888888-fffffffffffffff{hex:50}",
        ] {
            assert!(is_placeholder(&random(filler)), "{filler}");
        }
        for live in [
            "{base64:24}X2VjEI3//////////wEa{base64:300}",
            "{alnum:52}JQQJ99BEACAAAAAAAAAAAAASAZDO{alnum:4}",
        ] {
            assert!(!is_placeholder(&random(live)), "{live}");
        }
    }

    #[test]
    fn entropy_is_in_bits_per_byte() {
        assert!(entropy(b"aaaa").abs() < 1e-9);
        assert!((entropy(b"abcd") - 2.0).abs() < 1e-9);
        assert!(entropy(b"").abs() < 1e-9);
    }

    #[test]
    fn base64url_needs_no_padding_and_refuses_other_letters() {
        assert_eq!(base64url(b"eyJhIjoxfQ").unwrap(), br#"{"a":1}"#);
        assert_eq!(base64url(b"a+b"), None);
    }
}
