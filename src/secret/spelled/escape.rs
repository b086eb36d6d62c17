//! Words with escapes in them. For [`super::readings`] alone.

use super::{Reading, STRETCH, in_base64, is_text};

/// Words with escapes in them: `%67`, `\x67`, `\u0067`, `\u{67}`, `\147`.
pub(super) fn escaped(text: &[u8], tell: &mut dyn FnMut(Reading)) {
    let mut done = 0;
    for at in memchr::memchr2_iter(b'%', b'\\', text) {
        if at < done || escape(&text[at..]).is_none() {
            continue;
        }
        let is_word = |byte: &&u8| in_base64(**byte) || matches!(byte, b'.' | b'~' | b'=');
        let start = at - text[done..at].iter().rev().take_while(is_word).count();
        let mut out = text[start..at].to_vec();
        let mut end = at;
        loop {
            if let Some((byte, length)) = escape(&text[end..]) {
                out.push(byte);
                end += length;
            } else if let Some(byte) = text.get(end).filter(is_word) {
                out.push(*byte);
                end += 1;
            } else {
                break;
            }
        }
        done = end;
        if out.len() >= STRETCH && is_text(&out) {
            let range = start..end;
            tell(Reading { text: out, range });
        }
    }
}

/// The character of an escape in front, if it is of ASCII, and the escape's length.
fn escape(text: &[u8]) -> Option<(u8, usize)> {
    let (head, end, radix): (_, &[u8], _) = match text {
        [b'%', ..] => (1, &[], 16),
        [b'\\', b'x' | b'u', b'{', ..] => (3, b"}", 16),
        [b'\\', b'x', ..] => (2, &[], 16),
        [b'\\', b'u', b'0', b'0', ..] => (4, &[], 16),
        [b'\\', b'U', b'0', b'0', b'0', b'0', b'0', b'0', ..] => (8, &[], 16),
        [b'\\', b'0'..=b'1', ..] => (1, &[], 8),
        _ => return None,
    };
    let digits = match (end, radix) {
        ([], 16) => 2,
        ([], _) => 3,
        _ => text.iter().take(12).position(|byte| *byte == b'}')? - head,
    };
    let code = std::str::from_utf8(text.get(head..head + digits)?).ok()?;
    let is_number = code.chars().all(|digit| digit.is_digit(radix));
    let byte = u8::from_str_radix(code, radix).ok()?;
    (is_number && byte.is_ascii()).then_some((byte, head + digits + end.len()))
}
