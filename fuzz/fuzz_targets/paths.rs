//! Path patterns, one a line, and a path behind a NUL: what a pattern matches as written is in its set,
//! and `!` patterns only take away.

#![no_main]

use bstr::ByteSlice as _;
use cordon::policy::{FoldedPath, PathSet};
use cordon::text::fold::{folded_forms, letters};
use cordon::text::show::is_invisible;
use globset::GlobBuilder;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (patterns, path) = input.split_once_str(b"\0").unwrap_or((input, b"a/b"));
    check_folding(path);
    let Ok(patterns) = patterns.to_str() else {
        return;
    };
    let set = PathSet::new(patterns.lines());
    let good = |pattern| PathSet::check(pattern).is_ok();
    let Ok(set) = set else {
        return;
    };
    assert!(patterns.lines().all(good), "a set of bad patterns");
    let folded = FoldedPath::new(path);
    let contained = set.contains(&folded);
    let name = path.to_str_lossy();
    let _ = set.names(&name);
    // Each list of `!` patterns can only take away.
    let positive: Vec<&str> = patterns
        .lines()
        .filter(|line| !line.starts_with('!'))
        .collect();
    let Ok(wider) = PathSet::new(positive.iter().copied()) else {
        panic!("{positive:?} is refused without its `!` patterns");
    };
    assert!(!contained || wider.contains(&folded));
    for pattern in positive
        .iter()
        .filter(|pattern| matches_exactly(pattern, path))
    {
        assert!(wider.contains(&folded), "{pattern:?} misses {name:?}");
    }
});

/// What is folded has one case and shows all of itself.
fn check_folding(text: &[u8]) {
    let seen = |c: char| !c.is_ascii_uppercase() && !is_invisible(c);
    assert!(letters(text).chars().all(seen));
    let forms = folded_forms(text);
    assert!(forms.iter().flat_map(|form| form.chars()).all(seen));
    assert!((1..=3).contains(&forms.len()));
}

fn matches_exactly(pattern: &str, path: &[u8]) -> bool {
    let built = GlobBuilder::new(pattern).literal_separator(true).build();
    let Ok(path) = path.to_path() else {
        return false;
    };
    built.is_ok_and(|glob| glob.compile_matcher().is_match(path))
}
