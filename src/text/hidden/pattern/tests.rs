use super::*;

fn mixed(text: &str, setting: Setting) -> Vec<&'static str> {
    let text = text.as_bytes();
    let whole = std::iter::once(0..text.len()).collect::<Vec<_>>();
    mixes(text, &whole, setting)
        .iter()
        .map(|mix| mix.name)
        .collect()
}

#[test]
fn spaces_that_carry_something_are_told() {
    let words = |spaces: &[char]| {
        let all = spaces.iter().cycle().take(40);
        all.flat_map(|space| ["word".to_owned(), space.to_string()])
            .collect::<String>()
    };
    let two = [' ', '\u{2009}', '\u{2009}', ' ', '\u{2009}', ' ', ' '];
    assert_eq!(
        mixed(&words(&two), Setting::Prose),
        ["spaces between words"]
    );
    let unbroken = two.map(|space| if space == ' ' { ' ' } else { '\u{A0}' });
    assert_eq!(
        mixed(&words(&unbroken), Setting::Message),
        ["spaces between words"]
    );
    let run = format!(
        "x{}y",
        "\u{2009} \u{2003}\u{2009}  \u{2003}\u{2009} ".repeat(2)
    );
    assert_eq!(mixed(&run, Setting::Source), ["spaces behind one another"]);
}

#[test]
fn spaces_as_people_and_editors_set_them_are_not() {
    for text in [
        "Voilà\u{A0}: «\u{202F}c’est\u{202F}bon\u{202F}»\u{202F}! ".repeat(40),
        "12\u{202F}000\u{A0}km et 3\u{2009}%. ".repeat(40),
        "a\u{A0} \u{A0} \u{A0} \u{A0} b ".repeat(9),
        format!("a{}b", "\u{A0}".repeat(40)),
        "one\u{A0}two\u{A0}three\u{A0}four".repeat(20),
    ] {
        assert!(mixed(&text, Setting::Prose).is_empty(), "{text}");
    }
}

#[test]
fn apostrophes_that_carry_something_are_told_and_two_authors_are_not() {
    let word = |apostrophe| format!("don{apostrophe}t ");
    let bits: String = "010110011100101001101"
        .chars()
        .map(|bit| word(if bit == '1' { '’' } else { '\'' }))
        .collect();
    assert_eq!(mixed(&bits, Setting::Message), ["apostrophes"]);
    let two = word('’').repeat(30) + &word('\'').repeat(30);
    assert!(mixed(&two, Setting::Message).is_empty());
}

#[test]
fn one_zero_makes_no_text_binary_and_many_do() {
    let bits = "0110100001101001001000000111010001101000";
    let word = |bit| if bit == '1' { "word\u{2009}" } else { "word " };
    let words: String = bits.chars().map(word).collect();
    for setting in [Setting::Prose, Setting::Instructions] {
        let text = format!("\0\n{words}");
        assert_eq!(mixed(&text, setting), ["spaces between words"]);
    }
    let junk = words.replace("word", "w\0\u{1}\u{2}a");
    assert!(mixed(&junk, Setting::Prose).is_empty());
}
