use super::payload;
use crate::text::hidden::tests::tags;

#[test]
fn payloads_are_read() {
    assert_eq!(payload(&tags("hello")).unwrap(), b"hello");
    let byte = |byte: u8| match byte {
        0..16 => char::from_u32(0xFE00 + u32::from(byte)),
        _ => char::from_u32(0xE0100 + u32::from(byte) - 16),
    };
    let bytes: String = "hi there".bytes().filter_map(byte).collect();
    assert_eq!(payload(&bytes).unwrap(), b"hi there");
    for (zero, one) in [('\u{200B}', '\u{200C}'), ('\u{2064}', '\u{2062}')] {
        let bits = b"ok"
            .iter()
            .flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1));
        let bits: String = bits.map(|bit| if bit == 1 { one } else { zero }).collect();
        assert_eq!(payload(&bits).unwrap(), b"ok");
    }
    assert_eq!(payload("\u{200B}\u{200C}"), None);
    assert_eq!(payload(&"\u{200B}".repeat(64)), None);
}
