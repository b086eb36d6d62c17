//! What a text looks like: case, compatibility forms and look-alike characters folded away.
//!
//! For the deny side only: a path that merely looks like a zone's path is treated as one.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use super::show::is_invisible;

/// Rounds after which a fold has come to rest. No character needs more than four; a text that
/// would need more is left as the last one gave it.
const ROUNDS: usize = 8;

/// What a text looks like: one form for all texts that differ in case, in canonical or compatibility
/// form, in look-alike or in invisible characters alone. Folding it again changes nothing.
///
/// ASCII folds by case alone: the standard's skeleton would turn `m` into `rn` and `0` into `O`.
pub fn folded(text: &[u8]) -> String {
    if text.is_ascii() {
        // ASCII is UTF-8.
        return String::from_utf8_lossy(text).to_ascii_lowercase();
    }
    at_rest(&String::from_utf8_lossy(text), |text| {
        let mut out = String::with_capacity(text.len());
        let seen = text.chars().filter(|&one| !is_invisible(one));
        seen.nfd().for_each(|one| push_letter(&mut out, one));
        out.nfd().collect()
    })
}

/// Every folded form of `text` that a folded pattern is compared with, [`folded`] the first. ASCII
/// has one. Others have up to three, since some characters look like two others: a capital `І`
/// like an `l`, while its small letter looks like an `i`. Folding a form again gives it again.
pub fn folded_forms(text: &[u8]) -> Vec<String> {
    let mut forms = vec![folded(text)];
    if text.is_ascii() {
        return forms;
    }
    let text = visible(&String::from_utf8_lossy(text));
    let compatible = |text: &str| lower(&text.nfkc().collect::<String>());
    for form in [
        at_rest(&text, ascii_skeleton),
        at_rest(&text, |text| ascii_skeleton(&compatible(text))),
    ] {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    forms
}

/// The letters of a trailer key as a reader sees them: no invisible characters, compatibility forms
/// and look-alikes folded, lower case.
pub fn letters(text: &[u8]) -> String {
    if text.is_ascii() {
        return String::from_utf8_lossy(text).to_ascii_lowercase();
    }
    let text = visible(&String::from_utf8_lossy(text));
    ascii_skeleton(&text.nfkc().collect::<String>())
}

/// What a file system makes of a name that knows no case and one form of each accented letter, and
/// leaves out what cannot be seen. Look-alikes stay apart.
pub fn caseless(name: &[u8]) -> Vec<u8> {
    if name.is_ascii() {
        return name.to_ascii_lowercase();
    }
    match std::str::from_utf8(name) {
        Ok(name) => {
            let seen = name.chars().filter(|&one| !is_invisible(one));
            let small = seen.nfd().flat_map(|one| small(one).collect::<Vec<_>>());
            small.nfd().collect::<String>().into_bytes()
        }
        Err(_) => name.to_ascii_lowercase(),
    }
}

/// What a character looks like, the same for its small and its capital letter: ASCII if any of both
/// does.
fn push_letter(out: &mut String, character: char) {
    if character.is_ascii() {
        out.push(character.to_ascii_lowercase());
        return;
    }
    let compatible: String = std::iter::once(character).nfkc().collect();
    if compatible.is_ascii() {
        out.push_str(&compatible.to_ascii_lowercase());
        return;
    }
    let little: String = small(character).collect();
    let large: String = character.to_uppercase().collect();
    for case in [&little, &large] {
        let seen = ascii_skeleton(case);
        if seen.is_ascii() {
            out.push_str(&seen);
            return;
        }
    }
    let little: String = compatible.chars().flat_map(small).collect();
    out.push_str(&ascii_skeleton(&little));
}

/// A letter without its case: `ς` and `σ` are one, and `ß` is `ss`.
fn small(character: char) -> impl Iterator<Item = char> {
    character.to_uppercase().flat_map(char::to_lowercase)
}

/// Replaces each non-ASCII character by what it looks like, in lower case. ASCII stays as it is.
fn ascii_skeleton(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for character in text.chars() {
        if character.is_ascii() {
            out.push(character.to_ascii_lowercase());
        } else {
            let seen = skeleton(character.encode_utf8(&mut buffer)).collect::<String>();
            out.push_str(&lower(if seen == "rn" { "m" } else { &seen }));
        }
    }
    out
}

/// Folds until nothing changes any more.
fn at_rest(text: &str, fold: impl Fn(&str) -> String) -> String {
    let mut text = fold(text);
    for _ in 1..ROUNDS {
        let next = fold(&text);
        if next == text {
            break;
        }
        text = next;
    }
    text
}

fn lower(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn visible(text: &str) -> String {
    text.chars()
        .filter(|&character| !is_invisible(character))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is not ASCII, without the ideographs and syllables that nothing looks like, and without
    /// what nobody assigned.
    fn characters() -> impl Iterator<Item = char> {
        let most = ('\u{80}'..'\u{3400}').chain('\u{A000}'..'\u{AC40}');
        let forms = ('\u{F900}'..='\u{FFFF}').chain('\u{2F800}'..'\u{2FA20}');
        let old = ('\u{10000}'..'\u{12000}').chain('\u{16000}'..'\u{17000}');
        most.chain(forms).chain(old).chain('\u{1D000}'..'\u{1F200}')
    }

    #[test]
    fn look_alikes_of_a_path_fold_to_it() {
        for path in [
            "SRC/Crypto/a.c",
            "src/\u{441}rypto/a.c",
            "src/\u{3F2}rypto/a.c",
            "src/\u{FF43}rypto/a.c",
            "src/cr\u{200B}ypto/a.c",
            "src/\u{1D41C}rypto/a.c",
        ] {
            assert!(
                folded_forms(path.as_bytes())
                    .iter()
                    .any(|form| form == "src/crypto/a.c"),
                "{path}"
            );
        }
    }

    #[test]
    fn ascii_folds_by_case_alone() {
        assert_eq!(folded_forms(b"Makefile.m0"), ["makefile.m0"]);
    }

    #[test]
    fn keys_are_read_as_they_look() {
        assert_eq!(
            letters("Co\u{2010}Authored-By".as_bytes()),
            "co-authored-by"
        );
        assert_eq!(letters("\u{421}o-authored-by".as_bytes()), "co-authored-by");
        assert_eq!(letters("Assisted\u{200B}-by".as_bytes()), "assisted-by");
    }

    #[test]
    fn every_character_is_folded_once_and_for_all() {
        for character in characters() {
            let text = character.to_string();
            let once = folded(text.as_bytes());
            assert_eq!(folded(once.as_bytes()), once, "{character:?}");
            for form in folded_forms(text.as_bytes()) {
                let again = folded_forms(form.as_bytes());
                assert!(again.contains(&form), "{character:?}: {form:?} {again:?}");
            }
        }
    }

    #[test]
    fn both_cases_of_a_letter_fold_alike() {
        for character in characters() {
            let small: String = small(character).collect();
            let once = folded(character.to_string().as_bytes());
            assert_eq!(folded(small.as_bytes()), once, "{character:?}");
        }
    }

    #[test]
    fn what_differs_more_than_a_reader_sees_stays_apart() {
        for (one, other) in [
            ("src/crypt0", "src/crypto"),
            ("src/Iib", "src/lib"),
            ("r\u{E9}sum\u{E9}", "resume"),
            ("\u{444}\u{430}\u{439}\u{43B}", "file"),
        ] {
            assert_ne!(folded(one.as_bytes()), folded(other.as_bytes()));
        }
    }

    #[test]
    fn a_file_system_tells_look_alikes_apart_and_cases_not() {
        assert_eq!(caseless(b"README.md"), b"readme.md");
        let alike = |one: &str, other: &str| caseless(one.as_bytes()) == caseless(other.as_bytes());
        assert!(alike("\u{C9}t\u{E9}", "e\u{301}te\u{301}"));
        assert!(alike("stra\u{DF}e", "STRASSE"));
        assert!(alike("a\u{200C}b", "AB"));
        assert!(!alike("\u{441}.c", "c.c"));
        assert_eq!(caseless(b"A\xFF"), b"a\xFF");
    }
}
