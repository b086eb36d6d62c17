//! Shingles: some adjacent statements as one number, and the few of them by which a text is found.
//!
//! A shingle that says enough is the same when its names are renamed, each for itself and everywhere.
//! One that says little without its names is the same only if they are.

use super::statement::{Kind, Statements, Token};

/// Statements from which a whole text says enough for itself.
pub(super) const WHOLE: usize = 5;
/// Statements of a shingle.
pub(super) const STATEMENTS: usize = 3;
/// Of so many adjacent shingles one at least is kept.
pub(super) const WINDOW: usize = 4;
/// What a shingle must say without its names.
const TELLING: u32 = 12;
/// An odd number with bits all over.
const MIX: u64 = 0x9e37_79b9_7f4a_7c15;

/// One shingle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Shingle {
    /// By which it is found.
    pub(super) hash: u64,
    /// It without its names, however little that says: for what goes on from a shingle that was found.
    pub(super) renamed: u64,
}

/// The shingles of a text, each at its first statement.
pub(super) fn shingles(text: &Statements) -> Vec<Shingle> {
    let count = (text.list().len() + 1).saturating_sub(STATEMENTS);
    let mut names = Vec::new();
    (0..count)
        .map(|at| shingle(text, at..at + STATEMENTS, &mut names))
        .collect()
}

/// The shingles of a text by which it is known: `None` is one of what every file has, and nothing else.
pub(super) fn known_by(text: &Statements) -> Vec<Option<Shingle>> {
    let all = shingles(text).into_iter().enumerate();
    all.map(|(at, one)| Some(one).filter(|_| !text.are_common(at..at + STATEMENTS)))
        .collect()
}

/// A whole text as a number, layout and trivial parts aside: all of it, and without what every file has.
/// Only in forms that say enough for themselves.
pub(super) fn wholes(text: &Statements) -> impl Iterator<Item = u64> {
    let count = text.list().len();
    let own: Vec<usize> = (0..count)
        .filter(|at| !text.are_common(*at..at + 1))
        .collect();
    let enough = [(0..count).collect(), own].into_iter();
    enough
        .filter(|form| form.len() >= WHOLE)
        .map(|form: Vec<usize>| {
            let tokens = form
                .iter()
                .flat_map(|at| text.tokens(*at..at + 1))
                .flatten();
            tokens.fold(MIX, |hash, token| mixed(hash, token.hash))
        })
}

fn shingle(text: &Statements, range: std::ops::Range<usize>, names: &mut Vec<u64>) -> Shingle {
    names.clear();
    let (mut exact, mut renamed, mut says) = (MIX, !MIX, 0);
    for statement in text.tokens(range) {
        for token in statement {
            exact = mixed(exact, token.hash);
            let known = names.iter().position(|name| *name == token.hash);
            renamed = mixed(renamed, abstracted(token, known, names.len()));
            says += weight(token, known.is_some());
            if token.kind == Kind::Name && known.is_none() {
                names.push(token.hash);
            }
        }
        (exact, renamed) = (mixed(exact, 0), mixed(renamed, 0));
    }
    let hash = if says >= TELLING { renamed } else { exact };
    Shingle { hash, renamed }
}

/// A token without its name: names are numbered as they come.
fn abstracted(token: &Token, known: Option<usize>, names: usize) -> u64 {
    match token.kind {
        Kind::Name => known.unwrap_or(names) as u64 + 1,
        Kind::Quoted => u64::from(b'"'),
        _ => token.hash,
    }
}

fn weight(token: &Token, known: bool) -> u32 {
    match token.kind {
        Kind::Number => 2,
        Kind::Keyword | Kind::Quoted | Kind::Sign => 1,
        Kind::Name => u32::from(known),
        Kind::Digit | Kind::Bracket => 0,
    }
}

fn mixed(hash: u64, value: u64) -> u64 {
    (hash.rotate_left(23) ^ value).wrapping_mul(MIX)
}

/// Winnowing: of each [`WINDOW`] adjacent shingles the smallest, so that two texts which share a run of
/// `STATEMENTS + WINDOW - 1` statements share one that is kept. Of a shorter text the smallest too.
pub(super) fn winnowed(shingles: &[u64]) -> Vec<u64> {
    let mut kept: Vec<u64> = Vec::new();
    let mut newest = None;
    for start in 0..(shingles.len() + 1)
        .saturating_sub(WINDOW)
        .max(shingles.len().min(1))
    {
        let window = &shingles[start..shingles.len().min(start + WINDOW)];
        let least = window
            .iter()
            .enumerate()
            .min_by_key(|(at, hash)| (**hash, usize::MAX - at));
        if let Some((at, hash)) = least
            && newest != Some(start + at)
        {
            newest = Some(start + at);
            kept.push(*hash);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of(text: &str) -> Vec<u64> {
        let shingles = shingles(&Statements::of(text.as_bytes()));
        shingles.iter().map(|shingle| shingle.hash).collect()
    }

    proptest! {
        #[test]
        fn a_shared_run_shares_a_kept_shingle(
            one in prop::collection::vec(0_u64..50, 0..40),
            other in prop::collection::vec(50_u64..99, 0..40),
            run in prop::collection::vec(0_u64..99, WINDOW..20),
        ) {
            let around = |text: &[u64]| {
                let (start, end) = text.split_at(text.len() / 2);
                winnowed(&[start, &run, end].concat())
            };
            let (one, other) = (around(&one), around(&other));
            prop_assert!(one.iter().any(|hash| other.contains(hash)));
        }

        #[test]
        fn what_is_kept_is_of_the_text_and_leaves_no_gap(text in prop::collection::vec(0_u64..9, 0..60)) {
            let kept = winnowed(&text);
            let mut rest = text.iter();
            prop_assert!(kept.iter().all(|hash| rest.any(|other| other == hash)), "in order");
            prop_assert_eq!(kept.is_empty(), text.is_empty());
            for window in text.windows(WINDOW) {
                prop_assert!(window.iter().any(|hash| kept.contains(hash)));
            }
        }
    }

    const CODE: &str =
        "if (length < 16) {\n    total += length * 31 + seed;\n}\nreturn finish(total, 0xff);\n";

    #[test]
    fn renamed_names_layout_and_comment_marks_do_not_matter() {
        let renamed = CODE
            .replace("length", "n")
            .replace("total", "acc")
            .replace("seed", "s0");
        let moved = CODE.replace("    ", "\t\t").replace('\n', "\r\n");
        let joined = CODE.replace('\n', " ");
        let out = format!("// {}", CODE.replace('\n', "\n// "));
        assert_eq!(of(CODE).len(), 1);
        for other in [renamed, moved, joined, out] {
            assert_eq!(of(CODE), of(&other), "{other}");
        }
    }

    #[test]
    fn other_numbers_other_signs_and_names_that_become_one_do_matter() {
        for (old, new) in [
            ("31", "37"),
            ("+=", "-="),
            ("seed", "length"),
            ("if", "while"),
        ] {
            assert_ne!(of(CODE), of(&CODE.replace(old, new)), "{old}");
        }
    }

    #[test]
    fn what_says_nothing_without_its_names_is_known_by_them() {
        let list = "alpha one,\nbeta two,\ngamma three,\n";
        assert_eq!(of(list), of(&list.replace(",\n", " ,\n")));
        assert_ne!(of(list), of(&list.replace("beta", "delta")));
    }
}
