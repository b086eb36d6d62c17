//! Trailers: `Key: value` lines, by Git's own grammar and by a lenient second reading.

use bstr::BString;

/// Which reading finds a trailer.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Reading {
    /// Git's: the last block of the message.
    Git,
    /// The lenient one: what a reader would take for a trailer wherever it stands, unless it is
    /// quoted, indented or fenced.
    Lenient,
}

/// Why a trailer is not well-formed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Fault {
    /// It stands outside the last block, where Git does not look.
    NotInLastBlock,
    /// Its key or separator has characters that only look like ASCII.
    LookAlike,
    /// It holds characters that nobody sees.
    Invisible,
    /// A glyph or a bullet stands before the key.
    Decorated,
    /// It follows a literal `\n` in the same line.
    EscapedNewline,
}

/// One trailer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trailer {
    /// The key as written.
    pub key: BString,
    /// The key as it is compared: [`crate::text::fold::letters`].
    pub folded: String,
    /// The value: continuation lines joined by one space, trimmed.
    pub value: BString,
    /// Its line in the raw message, from 1.
    pub line: u32,
    /// Which reading finds it.
    pub reading: Reading,
    /// Why it is not well-formed; empty for a clean one.
    pub faults: Vec<Fault>,
}
