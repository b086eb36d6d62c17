//! Deltas: an object as copies from another one and insertions.

/// The sizes that a delta begins with: of its base and of its result, and where they end.
pub(super) fn sizes(delta: &[u8]) -> Option<(u64, u64, usize)> {
    let mut at = 0;
    let base = size(delta, &mut at)?;
    let result = size(delta, &mut at)?;
    Some((base, result, at))
}

/// What the delta makes of its base; `None` unless it fits both sizes, byte for byte.
pub(super) fn apply(base: &[u8], delta: &[u8]) -> Option<Vec<u8>> {
    let (base_size, result_size, mut at) = sizes(delta)?;
    if base_size != u64::try_from(base.len()).ok()? {
        return None;
    }
    let length = usize::try_from(result_size).ok()?;
    let mut result = Vec::with_capacity(length);
    while let Some(&code) = delta.get(at) {
        at += 1;
        let part = if code & 0x80 != 0 {
            let offset = number(delta, &mut at, code, 4)?;
            let size = number(delta, &mut at, code >> 4, 3)?;
            // A size of zero cannot be wanted, so that it stands for the one that has no room.
            let size = if size == 0 { 0x1_0000 } else { size };
            base.get(offset..offset.checked_add(size)?)?
        } else {
            // A zero is kept for later by Git.
            let size = usize::from(code);
            let part = delta.get(at..at + size).filter(|part| !part.is_empty())?;
            at += size;
            part
        };
        if part.len() > length - result.len() {
            return None;
        }
        result.extend_from_slice(part);
    }
    (result.len() == length).then_some(result)
}

/// A number of up to `bytes` bytes, of which the bits of `code` say which are there.
fn number(delta: &[u8], at: &mut usize, code: u8, bytes: u32) -> Option<usize> {
    let mut value = 0;
    for byte in 0..bytes {
        if code & (1 << byte) != 0 {
            value |= usize::from(*delta.get(*at)?) << (8 * byte);
            *at += 1;
        }
    }
    Some(value)
}

fn size(delta: &[u8], at: &mut usize) -> Option<u64> {
    let mut value = 0_u64;
    for shift in (0..57).step_by(7) {
        let byte = *delta.get(*at)?;
        *at += 1;
        value |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deltas_fit_their_sizes_or_are_refused() {
        let base = b"0123456789";
        let copy = [10, 4, 0x80 | 1 | 0x10, 2, 4];
        assert_eq!(apply(base, &copy).unwrap(), b"2345");
        let insert = [10, 5, 2, b'x', b'y', 0x80 | 0x10, 3];
        assert_eq!(apply(base, &insert).unwrap(), b"xy012");
        for (what, bad) in [
            ("another base", &[11, 4, 0x91, 2, 4][..]),
            ("too short", &[10, 5, 0x91, 2, 4]),
            ("too long", &[10, 3, 0x91, 2, 4]),
            ("behind the base", &[10, 4, 0x91, 8, 4]),
            ("a copy cut off", &[10, 4, 0x91, 2]),
            ("an insertion cut off", &[10, 2, 2, b'x']),
            ("the code that is kept", &[10, 0, 0]),
            ("no size", &[]),
            ("a size without end", &[0x80; 12]),
            ("a copy of 64 KiB", &[10, 4, 0x80]),
        ] {
            assert_eq!(apply(base, bad), None, "{what}");
        }
    }
}
