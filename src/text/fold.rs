//! What a text looks like: case, compatibility forms and look-alike characters folded away.
//!
//! For the deny side only: a path that merely looks like a zone's path is treated as one.

use unicode_normalization::UnicodeNormalization as _;
use unicode_security::confusable_detection::skeleton;

use super::show::is_invisible;

/// Every folded form of `text` that a folded pattern is compared with. ASCII has one: its lower
/// case. Others have up to three, since folding compatibility forms first hides some look-alikes
/// (`ϲ` becomes `ς`) and folding look-alikes first keeps some cases.
pub fn folded_forms(text: &[u8]) -> Vec<String> {
    if text.is_ascii() {
        // ASCII is UTF-8.
        return vec![String::from_utf8_lossy(text).to_ascii_lowercase()];
    }
    let text = visible(&String::from_utf8_lossy(text));
    let compatible = lower(&text.nfkc().collect::<String>());
    let mut forms = vec![
        ascii_skeleton(&text),
        ascii_skeleton(&compatible),
        compatible,
    ];
    forms.sort();
    forms.dedup();
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

/// Replaces each non-ASCII character by what it looks like, in lower case. ASCII stays as it is:
/// the standard's skeleton would turn `m` into `rn` and `0` into `O`.
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
}
