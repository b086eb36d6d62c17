//! Values as bytes, for an entry of the cache: no names, no tags, read back by this very program alone.

use crate::finding::Mode;
use crate::policy::copy_out::CopyOut;
use crate::policy::raw::{HumanProof, Permission, ZoneClass};
use crate::policy::yaml::{Node, NodeKind};
use crate::text::{Span, Spanned};

/// Lists and maps inside each other.
const DEPTH: usize = 128;

/// Bytes being written. `base` is the position of the policy's own file: the files of an entry's places count
/// from there.
#[derive(Debug)]
pub(in crate::policy) struct Writer {
    pub(in crate::policy) out: Vec<u8>,
    base: u16,
    /// Whether all that was written can be read back.
    pub(in crate::policy) whole: bool,
}

/// Bytes being read. `base` is the position of the policy's own file in this run.
#[derive(Clone, Debug)]
pub(in crate::policy) struct Reader<'b> {
    bytes: &'b [u8],
    /// The next byte.
    pub(in crate::policy) at: usize,
    base: u16,
    depth: usize,
}

/// A value that is written to an entry and read from it. `None`: the bytes are no such value.
pub(in crate::policy) trait Packed: Sized {
    fn pack(&self, to: &mut Writer);
    fn unpack(from: &mut Reader<'_>) -> Option<Self>;
}

impl Writer {
    pub(in crate::policy) fn new(base: u16) -> Self {
        Self {
            out: Vec::new(),
            base,
            whole: true,
        }
    }

    /// Seven bits in each byte, the lowest first; the highest bit says that more follow.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push(number.to_le_bytes()[0] | 0x80);
            number >>= 7;
        }
        self.out.push(number.to_le_bytes()[0]);
    }

    pub(in crate::policy) fn flag(&mut self, flag: bool) {
        self.out.push(u8::from(flag));
    }

    pub(in crate::policy) fn all<T: Packed>(&mut self, values: &[T]) {
        self.number(values.len() as u64);
        for value in values {
            value.pack(self);
        }
    }

    pub(in crate::policy) fn bytes(&mut self, bytes: &[u8]) {
        self.number(bytes.len() as u64);
        self.out.extend_from_slice(bytes);
    }
}

impl<'b> Reader<'b> {
    pub(in crate::policy) fn new(bytes: &'b [u8], base: u16) -> Self {
        Self {
            bytes,
            at: 0,
            base,
            depth: 0,
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = self.bytes.get(self.at)?;
        self.at += 1;
        Some(*byte)
    }

    fn number(&mut self) -> Option<u64> {
        let mut number = 0;
        for shift in (0..64).step_by(7) {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    /// How many values follow: none of them takes less than a byte.
    pub(in crate::policy) fn count(&mut self) -> Option<usize> {
        let count = usize::try_from(self.number()?).ok()?;
        (count <= self.bytes.len() - self.at).then_some(count)
    }

    pub(in crate::policy) fn bytes(&mut self) -> Option<&'b [u8]> {
        let length = self.count()?;
        let bytes = self.bytes.get(self.at..)?.get(..length)?;
        self.at += length;
        Some(bytes)
    }

    pub(in crate::policy) fn flag(&mut self) -> Option<bool> {
        match self.byte()? {
            0 => Some(false),
            1 => Some(true),
            _ => None,
        }
    }

    pub(in crate::policy) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }
}

impl Packed for u64 {
    fn pack(&self, to: &mut Writer) {
        to.number(*self);
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        from.number()
    }
}

impl Packed for String {
    fn pack(&self, to: &mut Writer) {
        to.bytes(self.as_bytes());
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Some(std::str::from_utf8(from.bytes()?).ok()?.to_owned())
    }
}

impl<T: Packed> Packed for Option<T> {
    fn pack(&self, to: &mut Writer) {
        to.flag(self.is_some());
        if let Some(value) = self {
            value.pack(to);
        }
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        if from.flag()? {
            return T::unpack(from).map(Some);
        }
        Some(None)
    }
}

impl<T: Packed> Packed for Vec<T> {
    fn pack(&self, to: &mut Writer) {
        to.all(self);
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        let count = from.count()?;
        (0..count).map(|_| T::unpack(from)).collect()
    }
}

impl<A: Packed, B: Packed> Packed for (A, B) {
    fn pack(&self, to: &mut Writer) {
        self.0.pack(to);
        self.1.pack(to);
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::unpack(from)?, B::unpack(from)?))
    }
}

impl Packed for Span {
    fn pack(&self, to: &mut Writer) {
        // A place in no file of this policy cannot be told from another one.
        let file = self.file.checked_sub(to.base);
        to.whole &= file.is_some() && self.start <= self.end;
        to.number(u64::from(file.unwrap_or_default()));
        to.number(u64::from(self.start));
        to.number(u64::from(self.end.saturating_sub(self.start)));
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        let file = u16::try_from(from.number()?).ok()?.checked_add(from.base)?;
        let start = u32::try_from(from.number()?).ok()?;
        let end = u32::try_from(from.number()?).ok()?.checked_add(start)?;
        Some(Self { file, start, end })
    }
}

impl<T: Packed> Packed for Spanned<T> {
    fn pack(&self, to: &mut Writer) {
        self.value.pack(to);
        self.span.pack(to);
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        let value = T::unpack(from)?;
        Some(Self::new(value, Span::unpack(from)?))
    }
}

impl Packed for Node {
    fn pack(&self, to: &mut Writer) {
        match &self.kind {
            NodeKind::Scalar { text, plain } => {
                to.out.push(u8::from(*plain));
                text.pack(to);
            }
            NodeKind::Seq(items) => {
                to.out.push(2);
                items.pack(to);
            }
            NodeKind::Map(entries) => {
                to.out.push(3);
                entries.pack(to);
            }
        }
        self.span.pack(to);
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        if from.depth > DEPTH {
            return None;
        }
        from.depth += 1;
        let kind = match from.byte()? {
            plain @ 0..=1 => NodeKind::Scalar {
                text: String::unpack(from)?,
                plain: plain == 1,
            },
            2 => NodeKind::Seq(Vec::unpack(from)?),
            3 => NodeKind::Map(Vec::unpack(from)?),
            _ => return None,
        };
        from.depth -= 1;
        let span = Span::unpack(from)?;
        Some(Self { span, kind })
    }
}

/// A word as its place among all of its kind.
macro_rules! words {
    ($($kind:ident: $($word:ident)*;)*) => {$(
        impl Packed for $kind {
            fn pack(&self, to: &mut Writer) {
                let word = match self {
                    $(Self::$word => stringify!($word),)*
                };
                let all = [$(stringify!($word)),*];
                let place = all.iter().position(|other| *other == word);
                to.number(place.unwrap_or(all.len()) as u64);
            }
            fn unpack(from: &mut Reader<'_>) -> Option<Self> {
                let all = [$(Self::$word),*];
                all.get(usize::try_from(from.number()?).ok()?).copied()
            }
        }
    )*};
}

words! {
    Mode: Disabled Audit Warn Block;
    Permission: Allowed Approval Denied;
    HumanProof: None Signed Presence;
    ZoneClass: Export Itar Ear Pci Phi Pii Crypto Build Ci Deploy AgentConfig Policy Custom;
}

impl Packed for CopyOut {
    fn pack(&self, to: &mut Writer) {
        to.number(u64::from(self.similarity));
        to.number(u64::from(self.min_lines));
        self.by.pack(to);
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            similarity: u8::try_from(from.number()?).ok()?,
            min_lines: u32::try_from(from.number()?).ok()?,
            by: Span::unpack(from)?,
        })
    }
}
