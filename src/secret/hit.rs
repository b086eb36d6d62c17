//! One secret that was found. Callers see where it is and what kind, never what it says.

use std::fmt;
use std::ops::Range;

use sha2::{Digest as _, Sha256};

/// A secret in a text.
#[derive(Clone)]
pub struct Hit<'a> {
    /// The detector's id.
    pub detector: &'a str,
    /// The detector's name for people.
    pub name: &'a str,
    /// The secret's bytes in the scanned text. Never empty.
    pub range: Range<usize>,
    /// Whether the secret has under 80 unknown bits. It has no digest then.
    pub guessable: bool,
    /// Whether the checksum inside the secret holds; `None` where the format has none. A secret
    /// whose checksum fails is most likely made up.
    pub checksum: Option<bool>,
    /// Whether nothing but its look speaks for a secret.
    pub looks_random: bool,
    value: &'a [u8],
    /// What spells it in the text, where that is not the value.
    spelling: Option<&'a [u8]>,
}

impl<'a> Hit<'a> {
    pub(super) fn new(
        detector: &'a str,
        name: &'a str,
        range: Range<usize>,
        value: &'a [u8],
    ) -> Self {
        Self {
            detector,
            name,
            range,
            guessable: true,
            checksum: None,
            looks_random: false,
            value,
            spelling: None,
        }
    }

    /// The same secret, spelled by a range of this text.
    pub(super) fn spelled<'t>(self, text: &'t [u8], range: Range<usize>) -> Hit<'t>
    where
        'a: 't,
    {
        Hit {
            spelling: text.get(range.clone()),
            range,
            ..self
        }
    }

    /// The first 8 bytes of the SHA-256 of the secret; `None` where trying could reverse it.
    pub fn digest(&self) -> Option<[u8; 8]> {
        if self.guessable {
            return None;
        }
        Sha256::digest(self.value).first_chunk().copied()
    }

    /// What gives it away: the secret, and what spells it. For this module only.
    pub(super) fn tellings(&self) -> impl Iterator<Item = &'a [u8]> {
        std::iter::once(self.value).chain(self.spelling)
    }
}

impl fmt::Debug for Hit<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hit")
            .field("detector", &self.detector)
            .field("range", &self.range)
            .finish_non_exhaustive()
    }
}
