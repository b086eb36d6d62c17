//! Texts in UTF-16 and UTF-32 as UTF-8, line for line.

use std::borrow::Cow;

/// How much of a file's beginning tells its encoding, in bytes.
const SAMPLE: usize = 8000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// `text` as UTF-8, where it looks like UTF-16 or UTF-32: by its byte order mark, or by zeros in
/// every second byte. Lines stay where they are, offsets do not. `None` for everything else.
///
/// A text may lie about its encoding, so whoever scans the result scans `text` itself as well.
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    let order = order(text)?;
    let units = text.as_chunks().0.iter().map(|pair: &[u8; 2]| match order {
        Order::Little => u16::from_le_bytes(*pair),
        Order::Big => u16::from_be_bytes(*pair),
    });
    let mut out = String::with_capacity(text.len() / 2);
    // In UTF-32 the other half of each character is zero.
    for character in char::decode_utf16(units.filter(|unit| !matches!(unit, 0 | 0xFEFF))) {
        out.push(character.unwrap_or(char::REPLACEMENT_CHARACTER));
    }
    Some(out.into_bytes())
}

/// [`decode`], or the text itself.
pub fn decoded(text: &[u8]) -> Cow<'_, [u8]> {
    decode(text).map_or(Cow::Borrowed(text), Cow::Owned)
}

fn order(text: &[u8]) -> Option<Order> {
    if text.starts_with(b"\xFF\xFE") {
        return Some(Order::Little);
    }
    if text.starts_with(b"\xFE\xFF") {
        return Some(Order::Big);
    }
    let sample = text.get(..SAMPLE).unwrap_or(text);
    memchr::memchr(0, sample)?;
    let (pairs, _) = sample.as_chunks::<2>();
    let even = pairs.iter().filter(|pair| pair[0] == 0).count();
    let odd = pairs.iter().filter(|pair| pair[1] == 0).count();
    // Text that is not Latin has few zeros, but spaces, digits and line ends still give some.
    let enough = |zeros: usize| pairs.len() >= 2 && zeros * 10 >= pairs.len() * 4;
    if odd > even && enough(odd) {
        Some(Order::Little)
    } else if even > odd && enough(even) {
        Some(Order::Big)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf16(text: &str, order: Order) -> Vec<u8> {
        text.encode_utf16()
            .flat_map(|unit| match order {
                Order::Little => unit.to_le_bytes(),
                Order::Big => unit.to_be_bytes(),
            })
            .collect()
    }

    #[test]
    fn both_byte_orders_are_read_with_and_without_a_mark() {
        let text = "one\r\ntwö 😀\n";
        for order in [Order::Little, Order::Big] {
            assert_eq!(decode(&utf16(text, order)).unwrap(), text.as_bytes());
            let marked = utf16(&format!("\u{FEFF}{text}"), order);
            assert_eq!(decode(&marked).unwrap(), text.as_bytes());
        }
    }

    #[test]
    fn utf_32_is_read_too() {
        let text = "token = 1\n";
        let big: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_be_bytes())
            .collect();
        let little: Vec<u8> = text
            .chars()
            .flat_map(|c| u32::from(c).to_le_bytes())
            .collect();
        assert_eq!(decode(&big).unwrap(), text.as_bytes());
        assert_eq!(decode(&little).unwrap(), text.as_bytes());
    }

    #[test]
    fn a_character_with_a_line_feed_byte_is_no_line_end() {
        let decoded = decode(&utf16("\u{FEFF}\u{010A}\u{0A0A}\n", Order::Little)).unwrap();
        assert_eq!(decoded.split(|byte| *byte == b'\n').count(), 2);
    }

    #[test]
    fn other_texts_are_left_alone() {
        for text in [
            &b""[..],
            b"a",
            b"plain text",
            b"\xEF\xBB\xBFtext",
            b"a\0b",
            &[7; 64],
        ] {
            assert_eq!(decode(text), None);
        }
    }
}
