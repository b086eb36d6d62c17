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
        (each(["א\u{2067}א\u{2069}", "א\u{202B}א\u{202C}"]), 40),
    ] {
        for setting in [Setting::Source, Setting::Prose] {
            let found: Vec<_> = signs(&text, setting).iter().map(|sign| sign.1).collect();
            assert_eq!(found, [count], "{text:?}");
        }
    }
}

#[test]
fn neither_lines_nor_what_is_usual_between_hide_a_choice() {
    let bits = "0110100001101001001000000111010001101000";
    let each = |zero: &str, one: &str| -> String {
        let bit = |(at, bit)| {
            let end = if at % 8 == 7 { "\n" } else { "" };
            [if bit == '1' { one } else { zero }, end].concat()
        };
        bits.chars().enumerate().map(bit).collect()
    };
    let (zero, one) = ("م\u{200C}", "م\u{200D}");
    let lines = each(zero, one);
    let natural = "می\u{200C}خواهم ".repeat(200);
    let all = '\u{E0100}'..='\u{E012F}';
    let forms: String = all.clone().flat_map(|form| ['葛', form, '\n']).collect();
    let names = all.zip('一'..);
    let names: String = names.flat_map(|(form, name)| [name, form, '\n']).collect();
    for (text, count) in [
        (lines.clone(), 40),
        (each(&zero.repeat(4), &one.repeat(4)), 160),
        (format!("{natural}\n{lines}{natural}"), 440),
        (forms, 48),
        (names, 48),
    ] {
        let found: Vec<_> = signs(&text, Setting::Instructions)
            .iter()
            .map(|sign| sign.1)
            .collect();
        assert_eq!(found, [count], "{text:?}");
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
        "葛\u{E0100}城 辻\u{E0101}市 飴\u{E0102} ".repeat(5),
        "✔\u{FE0F} ✔\u{FE0F} ℹ\u{FE0E} ❤\u{FE0F} ".repeat(10),
        "ភាសា\u{200B}ខ្មែរ ភាសា\u{200B}ខ្មែរ 👨\u{200D}💻 ".repeat(10),
        "র\u{200D}্য ক্\u{200C}ষ র\u{200D}্য ".repeat(10),
        "\u{200F}שלום\u{200F}, C++\u{200E} ו (a)\u{200F}! ".repeat(10),
        "☎\u{FE0E} ☎\u{FE0F}\n✈\u{FE0E} ✈\u{FE0F}\n❤\u{FE0E} ❤\u{FE0F}\n✉\u{FE0E} ✉\u{FE0F}\n"
            .repeat(3),
        "✔\u{FE0E} a\n".repeat(30) + &"✔\u{FE0F} b\n".repeat(30),
        "U+200C: a\u{200C}b\nU+200D: a\u{200D}b\nU+200B: a\u{200B}b\n".repeat(9),
    ] {
        assert_eq!(signs(&text, Setting::Prose), [], "{text:?}");
    }
}
