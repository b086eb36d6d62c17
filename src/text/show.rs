//! Foreign bytes as text that a terminal, a log or a JSON file can hold without harm.

use std::fmt::Write as _;

use bstr::ByteSlice;

/// Appends `bytes` with a backslash as `\\`, bytes that are no UTF-8 as `\xNN`, and control,
/// invisible and bidirectional characters as the `\xNN` of their bytes.
pub fn push_escaped(out: &mut String, bytes: &[u8]) {
    for (start, end, character) in bytes.char_indices() {
        let raw = &bytes[start..end];
        if character == '\\' {
            out.push_str("\\\\");
        } else if is_plain(character) && !(character == '\u{FFFD}' && raw != "\u{FFFD}".as_bytes())
        {
            out.push(character);
        } else {
            for byte in raw {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\x{byte:02X}");
            }
        }
    }
}

/// [`push_escaped`] into a new string.
pub fn escaped(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    push_escaped(&mut out, bytes);
    out
}

/// A JSON text with what a terminal would not show as it is as `\uXXXX`: the same values.
pub fn harmless_json(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = [0; 2];
    for character in text.chars() {
        if character.is_ascii_whitespace() || is_plain(character) {
            out.push(character);
            continue;
        }
        for unit in character.encode_utf16(&mut units) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

/// `text` in single quotes for a POSIX shell; `None` where it has characters that a terminal would
/// not show as they are: nobody could see what the command does.
pub fn shell_quoted(text: &[u8]) -> Option<String> {
    let text = std::str::from_utf8(text).ok()?;
    let plain = text.chars().all(is_plain);
    plain.then(|| format!("'{}'", text.replace('\'', r"'\''")))
}

/// Whether a character shows as itself and changes nothing about its neighbours.
fn is_plain(character: char) -> bool {
    !character.is_control() && !is_invisible(character)
}

/// Characters that show nothing, or turn the direction of the text: zero-width, bidirectional
/// controls, tags, variation selectors, soft hyphen, line and paragraph separators, and what is reserved
/// for such.
pub fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
        | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}'
        | '\u{FFF0}'..='\u{FFFB}' | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// Characters that embed, isolate or override the direction of a text. Names of no language need them.
pub fn is_bidi_control(character: char) -> bool {
    matches!(character, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}
