//! Whether one pattern covers another, by their texts alone. In doubt it does not.

use std::collections::BTreeSet;

/// How much is compared of two lists, in bytes of the one times bytes of the other, as a pattern with a
/// star takes. Beyond it nothing is covered.
const WORK: usize = 1 << 28;

/// How many patterns one with braces is taken apart into, at most.
const EXPANDED: usize = 64;

/// Whether each entry of one list may be compared with each of the other.
pub(super) fn are_few<'t>(
    one: impl IntoIterator<Item = &'t str>,
    other: impl IntoIterator<Item = &'t str>,
) -> bool {
    // An entry costs something even where it is empty.
    let size = |sum: usize, text: &str| sum.saturating_add(text.len() + 16);
    let one = one.into_iter().fold(0, size);
    let other = other.into_iter().fold(0, size);
    one.saturating_mul(other) <= WORK
}

/// Those of `narrow` that none of `wide` covers.
pub(super) fn uncovered<'n>(
    narrow: &[&'n str],
    wide: &[&str],
    covers: fn(&str, &str) -> bool,
) -> Vec<&'n str> {
    let same: BTreeSet<&str> = wide.iter().copied().collect();
    let mut left: Vec<&str> = narrow.to_vec();
    left.retain(|pattern| !same.contains(pattern));
    if are_few(left.iter().copied(), wide.iter().copied()) {
        left.retain(|narrow| !wide.iter().any(|wide| covers(wide, narrow)));
    }
    left
}

/// Whether every path that `narrow` covers is covered by `wide`, as zones write patterns.
pub(super) fn paths(wide: &str, narrow: &str) -> bool {
    wide == narrow
        || expanded(narrow)
            .is_some_and(|all| !all.is_empty() && all.iter().all(|narrow| one_path(wide, narrow)))
}

/// What a pattern with braces stands for. `None` where it is more, or more involved, than is compared.
fn expanded(pattern: &str) -> Option<Vec<String>> {
    let mut whole = vec![String::new()];
    let mut rest = pattern;
    while let Some((before, behind)) = rest.split_once('{') {
        let (inside, behind) = behind.split_once('}')?;
        let each: Vec<&str> = inside.split(',').collect();
        if inside.contains('{') || whole.len() * each.len() > EXPANDED {
            return None;
        }
        let with = |start: &String| -> Vec<String> {
            let one = |word: &&str| format!("{start}{before}{word}");
            each.iter().map(one).collect()
        };
        whole = whole.iter().flat_map(with).collect();
        rest = behind;
    }
    for one in &mut whole {
        one.push_str(rest);
    }
    Some(whole)
}

fn one_path(wide: &str, narrow: &str) -> bool {
    let (wide, narrow) = (plain(wide), plain(narrow));
    if wide == narrow || wide == "**" {
        return true;
    }
    let odd = |pattern: &str| pattern.contains(['[', ']', '{', '}', '\\']);
    // Two stars at the end ask for something below.
    if odd(wide) || odd(narrow) || wide.ends_with("**") {
        return false;
    }
    let wide: Vec<&str> = wide.split('/').collect();
    let narrow: Vec<&str> = narrow.split('/').collect();
    components(&wide, &narrow)
}

/// Whether every text that `narrow` matches is matched by `wide`; `*` stands for any characters and `?`
/// for one.
pub(super) fn words(wide: &str, narrow: &str) -> bool {
    let (wide, narrow) = (wide.as_bytes(), narrow.as_bytes());
    let (mut at, mut inside) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while inside < narrow.len() {
        match (wide.get(at), narrow[inside]) {
            (Some(b'*'), _) => {
                star = Some((at, inside));
                at += 1;
            }
            (Some(&byte), other) if byte == other || (byte == b'?' && other != b'*') => {
                at += 1;
                inside += 1;
            }
            _ => {
                let Some((from, end)) = star else {
                    return false;
                };
                star = Some((from, end + 1));
                (at, inside) = (from + 1, end + 1);
            }
        }
    }
    wide[at..].iter().all(|&byte| byte == b'*')
}

/// A pattern without what changes nothing at its end.
fn plain(pattern: &str) -> &str {
    let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
    pattern.strip_suffix("/**").unwrap_or(pattern)
}

/// As [`words`], with components for characters. What lies below is covered too.
fn components(wide: &[&str], narrow: &[&str]) -> bool {
    let (mut at, mut inside) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while at < wide.len() {
        let covers = narrow.get(inside).is_some_and(|narrow| {
            // Two stars in a row cross the slashes.
            !narrow.contains("**") && words(wide[at], narrow)
        });
        if wide[at] == "**" {
            star = Some((at, inside));
            at += 1;
        } else if covers && !wide[at].contains("**") {
            at += 1;
            inside += 1;
        } else {
            let Some((from, end)) = star else {
                return false;
            };
            if end >= narrow.len() {
                return false;
            }
            star = Some((from, end + 1));
            (at, inside) = (from + 1, end + 1);
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::{paths, uncovered, words};
    use crate::policy::paths::{FoldedPath, PathSet};
    use proptest::prelude::*;

    #[test]
    fn a_wider_pattern_covers_a_narrower_one() {
        for (wide, narrow) in [
            ("src/**", "src/a/**"),
            ("src", "src/a/b.c"),
            ("src/**", "src"),
            ("**", "anything/at/*.all"),
            ("**/Makefile", "a/Makefile"),
            ("**/Makefile", "**/b/Makefile"),
            ("**/*.c", "src/a.c"),
            ("**/*.c", "src/*.c"),
            ("src/*", "src/a"),
            ("src/*", "src/a/b"),
            ("src/**", "src/{a,b}/{c,d}"),
            ("src/[ab]", "src/[ab]"),
        ] {
            assert!(paths(wide, narrow), "{wide} {narrow}");
        }
        for (wide, narrow) in [
            ("src/a/**", "src/**"),
            ("src", "srcs"),
            ("src/*.c", "src/*"),
            ("src/*.c", "src/**"),
            ("src/a", "src/*"),
            ("**/Makefile", "a/M*"),
            ("src/*/b", "src/**/b"),
            ("src/{a,b}", "src/a"),
            ("src/a", "src/{a,b}"),
            ("src", "{src/a,b}"),
            ("src/**", "src/{a,{b,c}}"),
            ("src/**", "src/\\{a,b}"),
            ("src/**", "src/[{]a,b}"),
            ("a/?", "a/*"),
        ] {
            assert!(!paths(wide, narrow), "{wide} {narrow}");
        }
        assert!(words("claude-*", "claude-opus-?"));
        assert!(!words("claude-?", "claude-*"));
    }

    #[test]
    fn what_would_take_long_to_compare_is_not_covered() {
        let wide = format!("*{}b", "a".repeat(20_000));
        let narrow = format!("{}b", "a".repeat(40_000));
        assert_eq!(uncovered(&[&narrow], &[&wide], words), [narrow.as_str()]);
        assert_eq!(uncovered(&["aab"], &["*ab"], words), [""; 0]);
    }

    fn pattern(more: &[&'static str]) -> impl Strategy<Value = String> {
        let parts = [&["a", "b", "*", "**", "a*", "?", "*b"], more].concat();
        let part = prop::sample::select(parts);
        prop::collection::vec(part, 1..4).prop_map(|parts| parts.join("/"))
    }

    proptest! {
        #![proptest_config(ProptestConfig { max_global_rejects: 1 << 16, ..ProptestConfig::default() })]

        /// What is said to be covered is covered: no path tells otherwise.
        #[test]
        fn a_covered_pattern_matches_nothing_more(
            wide in pattern(&[]),
            narrow in pattern(&["{a,b}", "{a,*b}b"]),
        ) {
            prop_assume!(paths(&wide, &narrow));
            let (wide, narrow) = (PathSet::new([wide.as_str()]), PathSet::new([narrow.as_str()]));
            let (wide, narrow) = (wide.unwrap(), narrow.unwrap());
            let names = ["a", "b", "ab", "aab"];
            let mut all: Vec<String> = names.map(str::to_owned).to_vec();
            for _ in 0..2 {
                let longer: Vec<String> = all.iter()
                    .flat_map(|path| names.map(|name| format!("{path}/{name}"))).collect();
                all.extend(longer);
            }
            for path in &all {
                let path = FoldedPath::new(path.as_bytes());
                prop_assert!(!narrow.contains(&path) || wide.contains(&path));
            }
        }
    }
}
