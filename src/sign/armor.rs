//! Armored blocks: what a signature or a key is, by its first line, and the bytes in it.

use base64ct::{Base64, Encoding as _};
use bstr::ByteSlice as _;

/// The largest armored block that is looked at, in bytes.
const LARGEST: usize = 256 << 10;

/// What an armored block says it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArmorKind {
    /// An SSH signature.
    Ssh,
    /// A detached OpenPGP signature.
    OpenPgp,
    /// An OpenPGP public key.
    OpenPgpKey,
    /// An X.509 signature, as `gpgsm` makes it.
    X509,
}

impl ArmorKind {
    const ALL: [Self; 4] = [Self::Ssh, Self::OpenPgp, Self::OpenPgpKey, Self::X509];

    /// The words between the dashes.
    fn label(self) -> &'static str {
        match self {
            Self::Ssh => "SSH SIGNATURE",
            Self::OpenPgp => "PGP SIGNATURE",
            Self::OpenPgpKey => "PGP PUBLIC KEY BLOCK",
            Self::X509 => "SIGNED MESSAGE",
        }
    }
}

/// One armored block, of which nothing but its frame is known.
#[derive(Clone, Copy, Debug)]
pub struct Armor<'a> {
    /// What it says it holds.
    pub kind: ArmorKind,
    /// All of it, without white space around.
    pub text: &'a [u8],
    /// What stands between the first and the last line.
    body: &'a [u8],
}

impl<'a> Armor<'a> {
    /// Reads the frame of a block. Text around it, a second block in it and a block of another kind are
    /// refused with a reason.
    pub fn parse(text: &'a [u8]) -> Result<Self, &'static str> {
        let text = text.trim();
        if text.len() > LARGEST {
            return Err("it is larger than 256 KiB");
        }
        let of_kind = |kind: &ArmorKind| {
            let first = format!("-----BEGIN {}-----", kind.label());
            let rest = text.strip_prefix(first.as_bytes())?;
            rest.starts_with_str("\n").then_some(rest).or_else(|| {
                // Armor may have come through a file with other ends of lines.
                rest.starts_with_str("\r\n").then_some(rest)
            })
        };
        let found = ArmorKind::ALL
            .iter()
            .find_map(|kind| Some((*kind, of_kind(kind)?)));
        let (kind, rest) = found.ok_or("it is no armored block of a known kind")?;
        let last = format!("-----END {}-----", kind.label());
        let body = rest
            .strip_suffix(last.as_bytes())
            .filter(|body| body.ends_with_str("\n"))
            .ok_or("its last line does not belong to its first")?;
        if body.contains_str("-----") {
            return Err("there is a second block in it");
        }
        Ok(Self { kind, text, body })
    }

    /// The bytes of a block that has nothing but base64 in it, whatever the length of its lines.
    pub(super) fn decoded(&self) -> Option<Vec<u8>> {
        Base64::decode_vec(&self.packed()?).ok()
    }

    /// The bytes of an OpenPGP block, behind its headers and without its checksum.
    pub(super) fn openpgp(&self) -> Option<Vec<u8>> {
        let lines = self.body.lines().map(<[u8]>::trim);
        let lines = lines.skip_while(|line| line.is_empty() || line.contains_str(": "));
        let text: Vec<u8> = lines
            .take_while(|line| !line.starts_with(b"="))
            .flatten()
            .copied()
            .collect();
        base64(std::str::from_utf8(&text).ok()?)
    }

    /// The base64 text without ends of lines.
    fn packed(&self) -> Option<String> {
        let bytes = self.body.iter().copied();
        let packed = bytes.filter(|byte| !byte.is_ascii_whitespace());
        String::from_utf8(packed.collect()).ok()
    }
}

/// Bytes of base64 in one line.
fn base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_one_frame_and_nothing_around() {
        let good = b"\n-----BEGIN SSH SIGNATURE-----\nAAAA\r\nBBBB\n-----END SSH SIGNATURE-----\n";
        let armor = Armor::parse(good).unwrap();
        assert_eq!(armor.kind, ArmorKind::Ssh);
        assert_eq!(armor.decoded().unwrap(), base64("AAAABBBB").unwrap());
        let bad = [
            "",
            "AAAA",
            "-----BEGIN SSH SIGNATURE-----",
            "-----BEGIN SSH SIGNATURE----- AAAA\n-----END SSH SIGNATURE-----",
            "-----BEGIN SSH SIGNATURE-----\nAAAA-----END SSH SIGNATURE-----",
            "-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END PGP SIGNATURE-----",
            "x\n-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----",
            "-----BEGIN PGP MESSAGE-----\nAAAA\n-----END PGP MESSAGE-----",
            "-----BEGIN SSH SIGNATURE-----\nA\n-----END SSH SIGNATURE-----\n\
             -----BEGIN SSH SIGNATURE-----\nA\n-----END SSH SIGNATURE-----",
        ];
        for text in bad {
            assert!(Armor::parse(text.as_bytes()).is_err(), "{text}");
        }
        let large = format!(
            "-----BEGIN SSH SIGNATURE-----\n{}\n-----END SSH SIGNATURE-----",
            "A".repeat(LARGEST)
        );
        assert!(Armor::parse(large.as_bytes()).is_err());
    }
}
