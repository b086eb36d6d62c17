//! Texts in UTF-16 and UTF-32 as UTF-8, line for line.

/// How a text can be read but as it stands. Each gives `None` where there is nothing to read in that way.
///
/// A text may lie about its encoding, so whoever scans a reading scans the text itself as well.
pub const READINGS: [Reading; 2] = [decode, wide];

/// One of them.
pub type Reading = fn(&[u8]) -> Option<Vec<u8>>;

/// How much of a file's beginning tells its encoding, in bytes.
const SAMPLE: usize = 8000;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Little,
    Big,
}

/// `text` as UTF-8, where it looks like UTF-16 or UTF-32: by its byte order mark, or by zeros in
/// every second byte. Lines stay where they are, offsets do not. `None` for everything else.
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

/// A shorter piece of UTF-16 holds no secret, and stands in every other binary file.
const SHORTEST: usize = 8;

/// What separates two pieces: no letter of any value.
const BREAK: u8 = 1;

/// The ASCII letters of `text` that stand in UTF-16 of either order, wherever they do: behind plain
/// text, or under a wrong byte order mark. Every line feed stays, so that lines are those of `text`.
fn wide(text: &[u8]) -> Option<Vec<u8>> {
    memchr::memchr(0, text)?;
    let (mut out, mut piece, mut longest) = (Vec::new(), 0, 0);
    let (mut at, mut last) = (0, None);
    while let Some(&byte) = text.get(at) {
        let unit = match (byte, text.get(at + 1)) {
            (0, Some(&letter)) if is_letter(letter) => Some((letter, Order::Big)),
            (letter, Some(0)) if is_letter(letter) => Some((letter, Order::Little)),
            _ => None,
        };
        if unit.map(|(_, order)| order) != last {
            piece = 0;
            out.push(BREAK);
        }
        last = unit.map(|(_, order)| order);
        if let Some((letter, _)) = unit {
            out.push(letter);
            piece += 1;
            longest = longest.max(piece);
            at += 2;
        } else {
            out.extend((byte == b'\n').then_some(byte));
            at += 1;
        }
    }
    (longest >= SHORTEST).then_some(out)
}

fn is_letter(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\r' | b'\n')
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
    use proptest::prelude::*;

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
    fn letters_in_utf_16_are_read_wherever_they_stand() {
        let marked = |mark: &[u8], order| [mark, &utf16("key=12345\n", order)].concat();
        for text in [
            marked(b"plain\ntext\n", Order::Little),
            marked(b"plain\n\n", Order::Big),
            marked(b"\xFF\xFE\n\n", Order::Big),
            marked("\n漢\n字\0".as_bytes(), Order::Little),
            utf16("\n\n漢字一key=12345一\n", Order::Little),
            utf16("\n\n漢字一key=12345一\n", Order::Big),
        ] {
            let read = wide(&text).unwrap();
            let line = read.split(|byte| *byte == b'\n').nth(2).unwrap();
            let mut pieces = line.split(|byte| *byte == BREAK);
            assert!(
                pieces.any(|piece| piece == b"key=12345"),
                "{}",
                text.escape_ascii()
            );
        }
    }

    #[test]
    fn a_binary_file_has_little_in_utf_16() {
        for file in [
            &b"\x7FELF\0\0name\0value\0\0\0a\0b\0"[..],
            &[0; 64],
            b"\x01\0\x02\0\x03\0\x04\0\x05\0\x06\0\x07\0\x08\0\x0B\0",
            b"plain text\n",
        ] {
            assert_eq!(wide(file), None, "{}", file.escape_ascii());
        }
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

    proptest! {
        #[test]
        fn no_line_feed_is_lost(file in prop::collection::vec(prop::sample::select(b"\0\0\nab\x80".to_vec()), 0..80)) {
            let feeds = |text: &[u8]| memchr::memchr_iter(b'\n', text).count();
            if let Some(read) = wide(&file) {
                prop_assert_eq!(feeds(&read), feeds(&file));
            }
        }
    }
}
