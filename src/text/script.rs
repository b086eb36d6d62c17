//! Words of several scripts at once: whether such a word only looks like one of a single script.

use unicode_security::MixedScript as _;
use unicode_security::mixed_script::AugmentedScriptSet;
use unicode_security::skeleton;

/// The first word of a name in which letters of another script stand for Latin ones that they look
/// like, as the Cyrillic `с` does in `сrypto`.
///
/// A word of several scripts that nobody can take for Latin is none (`APIключ`), nor are Latin letters
/// beside Han, Kana, Bopomofo or Hangul, which the standard calls highly restrictive.
pub fn deceptive_word(name: &str) -> Option<&str> {
    if name.is_ascii() {
        return None;
    }
    let mut words = name.split(|one: char| !one.is_alphanumeric() && !is_mark(one));
    words.find(|word| is_deceptive(word))
}

fn is_deceptive(word: &str) -> bool {
    if word.is_ascii() || word.is_single_script() {
        return false;
    }
    let latin = AugmentedScriptSet::for_char('a');
    let is_latin = |one: char| {
        let mut set = AugmentedScriptSet::for_char(one);
        set.intersect_with(latin);
        !set.base.is_empty()
    };
    let mut others = AugmentedScriptSet::default();
    let mut foreign = word.chars().filter(|&one| !is_latin(one)).peekable();
    if foreign.peek().is_none() || !word.chars().any(|one| one.is_ascii_alphabetic()) {
        return false;
    }
    let looks_latin = |one: char| {
        let mut buffer = [0; 4];
        skeleton(one.encode_utf8(&mut buffer)).all(|seen| seen.is_ascii())
    };
    let mut all = true;
    for one in foreign {
        others.intersect_with(AugmentedScriptSet::for_char(one));
        all &= looks_latin(one);
    }
    all && !(others.jpan || others.hanb || others.kore)
}

/// Marks that belong to the letter before them.
fn is_mark(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_latin_word_with_letters_of_another_script_is_deceptive() {
        for name in [
            "\u{441}rypto",
            "k\u{435}y.c",
            "p\u{430}ypal-\u{43A}\u{43B}\u{44E}\u{447}",
            "\u{3B1}lpha",
            "s\u{3BF}urce",
            "v\u{13A0}x",
        ] {
            assert!(deceptive_word(name).is_some(), "{name}");
        }
    }

    #[test]
    fn names_of_every_language_are_not() {
        for name in [
            "README.md",
            "r\u{E9}sum\u{E9}.txt",
            "stra\u{DF}e.c",
            // Russian, also beside Latin words.
            "\u{43E}\u{442}\u{447}\u{451}\u{442}_2024.docx",
            "README-\u{440}\u{443}\u{441}.md",
            "API\u{43A}\u{43B}\u{44E}\u{447}.txt",
            // Japanese, Chinese, Korean, with Latin letters inside the word.
            "\u{30C6}\u{30B9}\u{30C8}Test\u{6F22}\u{5B57}.txt",
            "\u{56FE}A.png",
            "\u{D55C}\u{AD6D}API.md",
            // Hindi, Arabic, Persian with a joiner, Greek letters of mathematics.
            "\u{939}\u{93F}\u{928}\u{94D}\u{926}\u{940}.txt",
            "\u{645}\u{631}\u{62D}\u{628}\u{627}.md",
            "\u{645}\u{6CC}\u{200C}\u{62E}.txt",
            "\u{394}t.py",
            "\u{3B1}.jl",
            "\u{1F469}\u{200D}\u{1F4BB}.md",
        ] {
            assert_eq!(deceptive_word(name), None, "{name}");
        }
    }
}
