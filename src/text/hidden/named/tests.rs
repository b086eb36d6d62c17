use crate::text::hidden::Setting;
use crate::text::hidden::tests::signs;

#[test]
fn what_its_line_names_is_not_hidden() {
    for text in [
        "s = '\u{200B}'  # U+200B",
        "1F468 200d 1F469 ; a\u{200D}b",
        "'a\u{200B}': \"\\u200B\"",
        "'a\u{2060}': \"\\u{2060}\"",
        "a\u{200B}b &#x200b;",
        "0x200B: 'a\u{200B}',",
        "'\\U000E0041' # a\u{E0041}",
    ] {
        assert_eq!(signs(text, Setting::Source), [], "{text:?}");
        assert_eq!(signs(text, Setting::Instructions).len(), 1, "{text:?}");
    }
}

#[test]
fn digits_of_something_else_name_nothing() {
    for text in [
        "s = '\u{202E}'  # U+202E",
        "const { timeout,\u{3164}} = req.query; const port = 3164;",
        "const { timeout,\u{3164}} = req.query; // U+3164",
        "if (u === 'admin\u{200B}') ok('9c200b4d');",
        "if (u === 'admin\u{200B}') ok(x200B);",
        "if (u === 'admin\u{200B}') ok(a_200B);",
        "if (u === 'admin\u{2060}') ok(2060);",
        "if (u === 'admin\u{2060}') ok('12060');",
    ] {
        assert_eq!(signs(text, Setting::Source).len(), 1, "{text:?}");
    }
}
