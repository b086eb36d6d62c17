//! Runs and escapes, with what stands around them.

use proptest::prelude::*;

use super::*;

fn budget() -> Budget {
    Budget::of(&[])
}

fn read(text: &str) -> Vec<(String, &str)> {
    let mut found = Vec::new();
    readings(text.as_bytes(), &mut budget(), &mut |reading| {
        let says = String::from_utf8_lossy(&reading.text).into_owned();
        found.push((says, &text[reading.range]));
    });
    found
}

fn base64(bytes: &[u8], alphabet: [char; 2]) -> String {
    let letters: Vec<char> = ('A'..='Z')
        .chain('a'..='z')
        .chain('0'..='9')
        .chain(alphabet)
        .collect();
    let mut out = String::new();
    for three in bytes.chunks(3) {
        let mut bits = three
            .iter()
            .fold(0_usize, |bits, byte| bits << 8 | usize::from(*byte));
        bits <<= 8 * (3 - three.len());
        for place in 0..=three.len() {
            out.push(letters[bits >> (18 - 6 * place) & 63]);
        }
        out.push_str(&"=".repeat(3 - three.len()));
    }
    out
}

#[test]
fn runs_are_decoded_where_they_stand() {
    let word = "a text of several words";
    let hex = word
        .bytes()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    let utf16: Vec<u8> = word.encode_utf16().flat_map(u16::to_le_bytes).collect();
    for run in [
        base64(word.as_bytes(), ['+', '/']),
        base64(&utf16, ['-', '_']),
        hex.to_uppercase(),
        hex,
    ] {
        let bare = run.trim_end_matches('=');
        let text = format!("x = \"{run}\";");
        assert_eq!(read(&text), [(word.to_owned(), bare)], "{text}");
    }
}

#[test]
fn a_run_goes_on_where_an_encoder_wraps() {
    let word = "a text of so many words that no encoder leaves it on one line, and then some";
    let run = base64(word.as_bytes(), ['+', '/']);
    for feed in ["\n", "\r\n", "\n    "] {
        let text = format!("data:\n  {}{feed}{}\nend", &run[..76], &run[76..]);
        let found = read(&text);
        assert_eq!(found.len(), 1, "{text}");
        assert_eq!(found[0].0, word);
    }
}

#[test]
fn what_is_no_text_is_left_alone() {
    for text in [
        "d41d8cd98f00b204e9800998ecf8427e41d8cd98",
        "an_ordinary_name_of_many_letters_and_more",
        "https://example.org/a/long/path/of/plain/words/in/it",
        "%20%20 and \\n\\t\\n",
        "",
    ] {
        assert_eq!(read(text), [], "{text}");
    }
}

#[test]
fn words_with_escapes_are_read() {
    for escape in [
        "%6D",
        r"\x6d",
        r"\x{6d}",
        r"\u006d",
        r"\u{00006D}",
        r"\U0000006d",
        r"\155",
    ] {
        for run in [
            format!("abcdefghijkl{escape}nopq"),
            format!("abcdefghijkl{escape}{escape}{escape}{escape}"),
        ] {
            let text = format!("x = '{run}'");
            let says = run.replace(escape, "m");
            assert_eq!(read(&text), [(says, run.as_str())]);
        }
    }
}

#[test]
fn what_stands_before_an_encoded_text_does_not_hide_it() {
    let word = "a text of several words";
    let hex = word
        .bytes()
        .fold(String::new(), |hex, byte| format!("{hex}{byte:02x}"));
    for run in [hex, base64(word.as_bytes(), ['+', '/'])] {
        let run = run.trim_end_matches('=');
        for around in ["0x_", "v-_", "version/12/_", "key_", "_a", "_ab", "_abc"] {
            let text = around.replace('_', run);
            let found = read(&text);
            let says = found.iter().any(|(says, _)| says.contains(&word[3..20]));
            assert!(says, "{text}: {found:?}");
        }
    }
}

#[test]
fn what_is_too_large_when_unpacked_is_told() {
    use std::io::Write as _;
    let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    packer
        .write_all(&vec![b'a'; UNPACKED.start() / 4 + 1])
        .unwrap();
    let run = base64(&packer.finish().unwrap(), ['+', '/']);
    let mut budget = budget();
    readings(run.as_bytes(), &mut budget, &mut |_| ());
    assert!(budget.exceeded);
}

proptest! {
    #[test]
    fn every_text_is_found_in_its_encoding(text in "[ -~]{17,90}", before in "[ -~]{0,40}") {
        let run = base64(text.as_bytes(), ['+', '/']);
        let whole = format!("{before}\n{run}\n");
        prop_assert!(read(&whole).iter().any(|(says, _)| *says == text), "{whole}");
    }

    #[test]
    fn no_byte_is_read_twice(text in "([A-Za-z0-9]{56,60}[ \n]{1,3}){0,6}") {
        let mut end = 0;
        readings(text.as_bytes(), &mut budget(), &mut |reading| {
            assert!(reading.range.start >= end);
            end = reading.range.end;
        });
    }

    #[test]
    fn nothing_panics(text in prop::collection::vec(any::<u8>(), 0..200)) {
        readings(&text, &mut budget(), &mut |reading| assert!(reading.range.end <= text.len()));
    }
}
