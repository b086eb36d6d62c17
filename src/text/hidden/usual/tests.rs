use crate::text::hidden::Setting;
use crate::text::hidden::tests::signs;

#[test]
fn what_is_usual_carries_nothing() {
    let bits = "0110100001101001001000000111010001101000";
    let each = |[zero, one]: [&str; 2]| -> String {
        let bit = |bit| if bit == '1' { one } else { zero };
        bits.chars().map(bit).collect()
    };
    for (text, count) in [
        (each(["م\u{200C}", "م\u{200D}"]), 40),
        (each(["א\u{200E}", "א\u{200F}"]), 40),
        (each(["❤\u{FE0E}", "❤\u{FE0F}"]), 40),
        (each(["葛\u{E0100}", "葛\u{E0101}"]), 40),
        (
            format!("200B 200c {}", each(["a\u{200B}", "a\u{200C}"])),
            40,
        ),
        (format!("a\u{2063}{}", each(["م\u{200C}", "م\u{200D}"])), 41),
    ] {
        for setting in [Setting::Source, Setting::Prose] {
            let found: Vec<_> = signs(&text, setting).iter().map(|sign| sign.1).collect();
            assert_eq!(found, [count], "{text:?}");
        }
    }
}

#[test]
fn many_of_what_is_usual_are_not_hidden() {
    for text in [
        "می\u{200C}خواهم ".repeat(30),
        "ശ്രീ\u{200D}ക്\u{200C} ".repeat(20),
        "شد\u{200C}ه ".repeat(30) + &"م\u{200D} ".repeat(6),
        "☎\u{FE0E} ☎\u{FE0F} ".repeat(20),
        "🏳️‍🌈 ❤️‍🔥 👁️‍🗨️ 1️⃣ ".repeat(12),
        "\u{200F}שלום\u{200F}, (a)\u{200F}! ".repeat(20),
        "葛\u{E0100}城辻\u{E0101}市 ".repeat(9),
    ] {
        assert_eq!(signs(&text, Setting::Prose), [], "{text:?}");
    }
}
