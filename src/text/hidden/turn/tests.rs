use crate::text::hidden::Setting;
use crate::text::hidden::tests::signs;

#[test]
fn a_trojan_source_is_hidden_also_beside_a_language_that_turns() {
    for text in [
        "if (level != \"user\u{202E} \u{2066}// admins only\u{2069} \u{2066}\") {",
        "/*\u{202E} } \u{2066}if (is_admin)\u{2069} \u{2066} begin admins only */",
        "x = \"\u{202D}שלום\u{202C}\"",
        "שלום \u{2067}a b",
        "שלום \u{2067}a\u{2069} b",
        "\u{2067}שלום\u{202C} b",
    ] {
        assert_eq!(signs(text, Setting::Source).len(), 1, "{text:?}");
    }
}

#[test]
fn a_letter_that_turns_makes_no_code_beside_it_harmless() {
    for text in [
        "    '''Subtract funds then \u{2067}''' ;return # א\u{2069}",
        "if (a) { /* א \u{2067}} */ b(); // א\u{2069}",
        "x = \"\u{2067}א\" + \"b\u{2069}\"",
        "SELECT 1 \u{2067}-- א\u{2069}",
        "if x \u{2067}> 1 א\u{2069}:",
        "f(\u{202B}`א` + b\u{202C})",
    ] {
        assert_eq!(signs(text, Setting::Source).len(), 1, "{text:?}");
    }
    for text in [
        "say(\"\u{2067}שלום, (C) 5% - מה?\u{2069}\"); // greets",
        "\"a\": \"\u{2068}\u{202B}שלום\u{202C}: 12!\u{2069}\"",
    ] {
        assert_eq!(signs(text, Setting::Source), [], "{text:?}");
    }
    let prose = "He said \u{2067}\"שלום\" <b>ו</b>\u{2069}";
    assert_eq!(signs(prose, Setting::Prose), []);
}
