//! Numbers of any length, as Git writes distances in packs and cuts of paths in the index.

/// Reads one, and answers what follows it. Each byte but the last counts one more than it says, so that
/// no number can be written in two ways; `None` for one that is cut off or does not fit.
pub(super) fn distance(raw: &[u8]) -> Option<(u64, &[u8])> {
    let (&byte, mut rest) = raw.split_first()?;
    let mut byte = byte;
    let mut value = u64::from(byte & 0x7f);
    while byte & 0x80 != 0 {
        let (&next, after) = rest.split_first()?;
        (byte, rest) = (next, after);
        value = value.checked_add(1)?.checked_mul(128)? | u64::from(byte & 0x7f);
    }
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_to_their_last_byte() {
        for (raw, expected) in [
            (&[0x00, 9][..], Some((0, &[9][..]))),
            (&[0x7f], Some((127, &[]))),
            (&[0x80, 0x00], Some((128, &[]))),
            (&[0xff, 0x7f], Some((16511, &[]))),
            (&[0x80, 0x80, 0x00], Some((16512, &[]))),
            (&[0x80], None),
            (&[], None),
            (&[0xff; 12], None),
        ] {
            assert_eq!(distance(raw), expected, "{raw:?}");
        }
    }
}
