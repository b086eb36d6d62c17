//! Signatures that a policy's tests make up: nobody has the private keys that a policy enrols. Wherever else one
//! stands, it is malformed.

use bstr::ByteSlice as _;

use super::verifier::Touch;

const BEGIN: &str = "-----BEGIN MADE-UP SIGNATURE-----";
const END: &str = "-----END MADE-UP SIGNATURE-----";
/// In place of an address: that it is a platform's own.
const PLATFORM: &str = "platform";

/// What a made-up signature says of itself, and a test believes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MadeUp {
    /// The address of whoever signed; `None` for a platform.
    pub signer: Option<String>,
    /// Whether a hardware key made it that was touched.
    pub touched: bool,
}

impl MadeUp {
    /// One by a signer: an address, or `platform`.
    pub fn by(signer: &str, touched: bool) -> Self {
        Self {
            signer: (signer != PLATFORM).then(|| signer.to_lowercase()),
            touched,
        }
    }

    /// As it stands in a commit.
    pub fn armored(&self) -> String {
        let signer = self.signer.as_deref().unwrap_or(PLATFORM);
        let touched = if self.touched { "touched" } else { "untouched" };
        format!("{BEGIN}\n{signer}\n{touched}\n{END}\n")
    }

    /// What stands in a commit, if it is one.
    pub fn read(signature: &[u8]) -> Option<Self> {
        let text = signature.to_str().ok()?;
        let mut lines = text.lines();
        let mut line = || lines.next();
        let (begin, signer, touched, end) = (line()?, line()?, line()?, line()?);
        let read = Self::by(signer, touched == "touched");
        let whole = begin == BEGIN && end == END && read.armored() == text;
        whole.then_some(read)
    }

    /// What the key says of a touch.
    pub(super) fn touch(&self) -> Option<Touch> {
        self.touched.then_some(Touch {
            present: true,
            verified: false,
            counter: 0,
        })
    }
}
