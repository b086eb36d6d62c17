//! What patterns match, and what they do not.

use bstr::BString;
use globset::GlobSetBuilder;

use super::patterns::{globs, plain, simple};
use super::*;

fn contains(patterns: &[&str], path: &str) -> bool {
    PathSet::new(patterns.iter().copied())
        .unwrap()
        .contains(&FoldedPath::new(path.as_bytes()))
}

#[test]
fn a_pattern_is_anchored_and_covers_what_lies_below() {
    assert!(contains(&["src/crypto/**"], "src/crypto/aes.c"));
    assert!(contains(&["src/crypto/**"], "src/crypto/deep/aes.c"));
    assert!(contains(&["src/crypto/**"], "src/crypto"));
    assert!(contains(&["src/crypto"], "src/crypto/aes.c"));
    assert!(!contains(&["crypto"], "src/crypto/aes.c"));
    assert!(!contains(&["src/*.c"], "src/a/b.c"));
    assert!(contains(&["**/Makefile"], "a/b/Makefile"));
    assert!(contains(&["**/Makefile"], "Makefile"));
    assert!(contains(&["src/{a,b}/x"], "src/b/x"));
    assert!(contains(&["**"], "any/thing"));
}

#[test]
fn positive_patterns_match_folded_and_negative_ones_exactly() {
    let set = &["src/crypto/**", "!src/crypto/README.md"];
    assert!(contains(set, "SRC/Crypto/a.c"));
    assert!(contains(set, "src/\u{441}rypto/a.c"));
    assert!(!contains(set, "src/crypto/README.md"));
    assert!(contains(set, "src/crypto/readme.md"));
}

#[test]
fn what_a_pattern_matches_as_written_is_in_the_set() {
    for (pattern, path) in [
        ("k[!a-c]y", "kBy"),
        ("k[^a]/x", "kA/x"),
        ("k[!a]*", "kA\u{FF0F}b"),
        ("a*c", "a\u{FF0F}c"),
    ] {
        assert!(contains(&[pattern], path), "{pattern} misses {path}");
    }
    let set = PathSet::new(["a?b"]).unwrap();
    assert!(set.contains(&FoldedPath::new(b"a\xFFb")));
    assert!(!contains(&["a*c", "!a\u{FF0F}c"], "a\u{FF0F}c"));
}

#[test]
fn a_path_that_is_no_utf_8_is_matched() {
    let set = PathSet::new(["src/crypto/**"]).unwrap();
    assert!(set.contains(&FoldedPath::new(b"src/crypto/\xFF.c")));
}

#[test]
fn bad_patterns_are_refused() {
    for (pattern, error) in [
        ("/src", PatternError::LeadingSlash),
        ("a/../b", PatternError::Parent),
        ("./a", PatternError::Current),
        ("", PatternError::Empty),
        ("!a", PatternError::OnlyNegative),
    ] {
        assert_eq!(PathSet::new([pattern]).unwrap_err(), error, "{pattern}");
    }
    assert!(matches!(
        PathSet::new(["src/[a"]),
        Err(PatternError::Glob(_))
    ));
}

proptest::proptest! {
    #[test]
    fn what_is_compared_as_it_is_matches_as_its_globs_do(
        pattern in "((\\*\\*/)?[ab.]{1,2}(/[ab.]{1,2}){0,2}|\\*\\*/\\*[ab.]{1,2})(/\\*\\*)?",
        path in "[ab.]{1,2}(/[ab.]{1,2}){0,4}",
    ) {
        // Globset has its own opinion of `.` and `..`, and a dot at a name's end does not land.
        let odd = path.split('/').any(|part| part.ends_with('.'));
        if let (Ok(text), false) = (plain(&pattern), odd) {
            let mut set = GlobSetBuilder::new();
            globs(text).unwrap().into_iter().for_each(|glob| { set.add(glob); });
            let by_globs = set.build().unwrap().is_match(&path);
            proptest::prop_assert_eq!(contains(&[&pattern], &path), by_globs);
            proptest::prop_assert!(simple(text).is_some());
        }
    }
}

#[test]
fn a_path_that_lands_in_the_set_elsewhere_is_in_it() {
    let set = &["src/crypto/**", "!src/crypto/README.md", "**/Makefile"];
    for path in [
        "src\\crypto\\aes.c",
        "SRC/Crypto./aes.c",
        "src/crypto /aes.c",
        "src/crypto::$INDEX_ALLOCATION/aes.c",
        "docs/../src/crypto/aes.c",
        "src/crypto/README.md.",
        "src\u{2215}crypto\u{2215}aes.c",
        "a/Makefile::$DATA",
        "SRC~1/CRYPTO~1/aes.c",
        "a/b/MAKEFI~1",
        "s\u{440}c/../src/c\u{200D}rypto/x",
    ] {
        assert!(contains(set, path), "{path}");
    }
    for path in ["OTHER~1/crypto", "a~1/b", "src~/crypto"] {
        assert!(!contains(set, path), "{path}");
    }
}

#[test]
fn a_usual_path_is_compared_once_and_one_with_capitals_twice() {
    let forms = |path: &str| FoldedPath::new(path.as_bytes()).forms().count();
    assert_eq!(forms("src/crypto/aes.c"), 1);
    assert_eq!(forms("src/crypto/README.md"), 2);
    assert_eq!(forms("src/crypto/aes.c."), 2);
}

#[test]
fn short_names_stand_for_what_windows_cuts() {
    for (pattern, path, is_in) in [
        ("services/ledger-core/**", "SERVIC~1/LEDGER~1/a.c", true),
        ("services/*/keys", "SERVIC~1/ledger/keys/a", true),
        ("services/*/keys", "SERVIC~1/ledger/other/a", false),
        ("**/payments/x", "a/PAYMEN~2/x", true),
        ("**/*.keystore", "a/MYRELE~1.KEY", true),
        ("**/*.keystore", "a/MYRELE~1.TXT", false),
        ("src/cryp*", "SRC/CRYPTO~1", true),
    ] {
        assert_eq!(contains(&[pattern], path), is_in, "{pattern} {path}");
    }
}

#[test]
fn the_form_tells_what_an_odd_spelling_is_read_as() {
    let set = PathSet::new(["src/Crypto/**", "!src/Crypto/a"]).unwrap();
    let form = |path: &str| {
        let path = FoldedPath::new(path.as_bytes());
        let written = set.contains_as_written(&path);
        let form = set
            .form_of(&path)
            .map(|form| BString::from(form).to_string());
        (written, form.unwrap_or_default())
    };
    let folded = "src/crypto/k.c".to_owned();
    assert_eq!(form("src/Crypto/k.c"), (true, "src/Crypto/k.c".to_owned()));
    for path in ["src/crypto/k.c", "src/\u{421}rypto/k.c", "src/Crypto /k.c"] {
        assert_eq!(form(path), (false, folded.clone()), "{path}");
    }
    for path in ["src/Crypto/a", "other", "src/CRYPTO~1/k.c"] {
        assert_eq!(form(path), (false, String::new()), "{path}");
    }
}

#[test]
fn what_begins_below_a_directory_is_told_by_names_alone() {
    let set = PathSet::new(["src/Crypto/**", "lib/*/keys", "**/Makefile"]).unwrap();
    let below = |path: &str| set.begins_below(&FoldedPath::new(path.as_bytes()));
    assert!(
        ["", "src", "SRC", "s\u{433}c/../src"]
            .into_iter()
            .all(below)
    );
    assert!(!["src/Crypto", "sr", "lib", "other"].into_iter().any(below));
}

/// Characters that look like an ASCII one, by it.
fn look_alikes() -> &'static [(char, char)] {
    static KNOWN: std::sync::OnceLock<Vec<(char, char)>> = std::sync::OnceLock::new();
    KNOWN.get_or_init(|| {
        let some = ('\u{80}'..'\u{2200}').chain('\u{FF00}'..='\u{FFEF}');
        let all = some
            .chain('\u{1D400}'..'\u{1D800}')
            .chain('\u{10300}'..'\u{10400}');
        let like = |one: char| {
            let folded = crate::text::fold::folded(one.to_string().as_bytes());
            let mut seen = folded.chars();
            let first = seen.next().filter(char::is_ascii_alphanumeric)?;
            seen.next().is_none().then_some((first, one))
        };
        all.filter_map(like).collect()
    })
}

/// A path that a reader, or another system, takes for this one: each number picks what is done to a
/// character.
fn disguised(path: &str, picks: &[u32]) -> String {
    let mut out = String::new();
    for (one, pick) in path.chars().zip(picks.iter().cycle()) {
        let pick = *pick as usize;
        let known: Vec<char> = look_alikes()
            .iter()
            .filter_map(|(ascii, other)| (*ascii == one).then_some(*other))
            .collect();
        match pick % 5 {
            0 => out.push(one),
            1 => out.extend(one.to_uppercase()),
            2 if one == '/' => out.push_str([". /", "\\", "//", "::$DATA/", "/./"][pick / 5 % 5]),
            3 => out.extend(['\u{200B}', one]),
            _ => out.push(
                known
                    .get(pick / 5 % known.len().max(1))
                    .copied()
                    .unwrap_or(one),
            ),
        }
    }
    out
}

proptest::proptest! {
    #[test]
    fn folding_a_form_again_changes_nothing(text in "\\PC{0,12}") {
        let once = crate::text::fold::folded(text.as_bytes());
        proptest::prop_assert_eq!(&crate::text::fold::folded(once.as_bytes()), &once);
        for form in folded_forms(text.as_bytes()) {
            proptest::prop_assert!(folded_forms(form.as_bytes()).contains(&form), "{}", form);
        }
    }

    #[test]
    fn whatever_is_taken_for_a_path_of_the_set_is_in_it(
        pattern in "(\\*\\*/)?[a-z]{1,5}(/[a-z]{1,5}){0,2}(/\\*\\*|/\\*\\.c|/[a-z]{2}\\*)?",
        between in "[a-z]{1,4}",
        picks in proptest::collection::vec(0_u32..1000, 1..24),
    ) {
        let path = pattern.replace("**", &between).replace('*', &between);
        proptest::prop_assert!(contains(&[&pattern], &path));
        let disguised = disguised(&path, &picks);
        proptest::prop_assert!(contains(&[&pattern], &disguised), "{} {}", pattern, disguised);
        // Once more, but for what stands between the names: `. /` behind `/.` would be `..`.
        let parts = disguised.split_inclusive(['/', '\\', '.', ':', '$', ' ', '_']);
        let twice: String = parts.map(|part| match part.strip_suffix('/') {
            Some(name) => self::disguised(name, &picks) + "/",
            None => self::disguised(part, &picks),
        }).collect();
        proptest::prop_assert!(contains(&[&pattern], &twice), "{} {}", pattern, twice);
    }
}
