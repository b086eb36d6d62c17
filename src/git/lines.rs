//! The lines that a change adds.

use std::ops::Range;

use imara_diff::{Algorithm, Diff, InternedInput};
use memchr::{memchr_iter, memrchr};

/// A run of adjacent added lines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddedRun<'n> {
    /// The number of its first line, from 1.
    pub line: u32,
    /// Where it starts, in bytes of the new text.
    pub offset: usize,
    /// Its lines, each with its newline, which the last line of a file may lack.
    pub text: &'n [u8],
}

/// The lines of `new` that a histogram diff finds added to `old`, in order. A line is what ends with
/// a newline, so that a changed line ending is a changed line.
pub fn added_lines<'n>(old: &[u8], new: &'n [u8]) -> Vec<AddedRun<'n>> {
    let (start, end) = common_ends(old, new);
    let middle = &new[start..new.len() - end];
    let ranges = if middle.is_empty() {
        Vec::new()
    } else if start + end == old.len() {
        std::iter::once(0..count_lines(middle)).collect()
    } else {
        let input = InternedInput::new(&old[start..old.len() - end], middle);
        let hunks = Diff::compute(Algorithm::Histogram, &input);
        let added = hunks.hunks().map(|hunk| hunk.after);
        added.filter(|range| !range.is_empty()).collect()
    };
    runs(new, start, middle, &ranges)
}

/// Whole lines of `new`, outside of which no line is added to `old`. Found without comparing lines,
/// which takes far longer.
pub fn changed_lines(old: &[u8], new: &[u8]) -> Range<usize> {
    let (start, end) = common_ends(old, new);
    start..new.len() - end
}

/// The lines of `new` that are added to every one of `olds`: what a merge brings that no parent had.
pub fn added_to_all<'n>(olds: &[&[u8]], new: &'n [u8]) -> Vec<AddedRun<'n>> {
    let all: Vec<Range<u32>> = std::iter::once(0..count_lines(new)).collect();
    let ranges = olds.iter().fold(all, |ranges, old| {
        let added = added_lines(old, new);
        intersection(&ranges, &added)
    });
    runs(new, 0, new, &ranges)
}

/// The lines of `ranges` that are also in `added`; both in order.
fn intersection(ranges: &[Range<u32>], added: &[AddedRun<'_>]) -> Vec<Range<u32>> {
    let mut out = Vec::new();
    let mut ranges = ranges.iter().cloned().peekable();
    for run in added {
        let first = run.line - 1;
        let end = first + count_lines(run.text);
        while let Some(range) = ranges.peek_mut() {
            let common = range.start.max(first)..range.end.min(end);
            if !common.is_empty() {
                out.push(common);
            }
            if range.end > end {
                range.start = range.start.max(end);
                break;
            }
            ranges.next();
        }
    }
    out
}

/// Line ranges of `middle`, which stands at `start` in `new`, as runs.
fn runs<'n>(
    new: &'n [u8],
    start: usize,
    middle: &'n [u8],
    ranges: &[Range<u32>],
) -> Vec<AddedRun<'n>> {
    let mut runs = Vec::with_capacity(ranges.len());
    let before = count_lines(&new[..start]);
    let mut line = 0;
    let mut at = 0;
    for range in ranges {
        at += skip_lines(&middle[at..], range.start - line);
        let length = skip_lines(&middle[at..], range.end - range.start);
        let offset = start + at;
        runs.push(AddedRun {
            line: before + range.start + 1,
            offset,
            text: &new[offset..offset + length],
        });
        at += length;
        line = range.end;
    }
    runs
}

/// Bytes of the whole lines that both start with, and of those that both end with beside these.
fn common_ends(old: &[u8], new: &[u8]) -> (usize, usize) {
    let start = common_start(old, new);
    (start, common_end(&old[start..], &new[start..]))
}

/// Bytes of the whole lines that both start with.
fn common_start(old: &[u8], new: &[u8]) -> usize {
    let common = equal_start(old, new);
    if common == old.len() && common == new.len() {
        return common;
    }
    memrchr(b'\n', &new[..common]).map_or(0, |at| at + 1)
}

/// Bytes of the whole lines that both end with.
fn common_end(old: &[u8], new: &[u8]) -> usize {
    let common = equal_end(old, new);
    let is_line_start = |text: &[u8]| {
        let at = text.len() - common;
        at == 0 || text[at - 1] == b'\n'
    };
    if is_line_start(old) && is_line_start(new) {
        return common;
    }
    let tail = &new[new.len() - common..];
    memchr::memchr(b'\n', tail).map_or(0, |at| common - at - 1)
}

/// Bytes that both start with. Compared in blocks, the large ones first.
fn equal_start(old: &[u8], new: &[u8]) -> usize {
    let large = equal_blocks::<1024>(old, new);
    let start = large + equal_blocks::<32>(&old[large..], &new[large..]);
    let rest = old[start..].iter().zip(&new[start..]);
    start + rest.take_while(|(old, new)| old == new).count()
}

fn equal_blocks<const BLOCK: usize>(old: &[u8], new: &[u8]) -> usize {
    let pairs = old.as_chunks::<BLOCK>().0.iter().zip(new.as_chunks().0);
    BLOCK * pairs.take_while(|(old, new)| old == new).count()
}

/// Bytes that both end with.
fn equal_end(old: &[u8], new: &[u8]) -> usize {
    let head = |text: &[u8], end: usize| text.len() - end;
    let large = equal_last_blocks::<1024>(old, new);
    let (old_end, new_end) = (head(old, large), head(new, large));
    let end = large + equal_last_blocks::<32>(&old[..old_end], &new[..new_end]);
    let old = old[..head(old, end)].iter().rev();
    let rest = old.zip(new[..head(new, end)].iter().rev());
    end + rest.take_while(|(old, new)| old == new).count()
}

fn equal_last_blocks<const BLOCK: usize>(old: &[u8], new: &[u8]) -> usize {
    let old = old.as_rchunks::<BLOCK>().1.iter().rev();
    let pairs = old.zip(new.as_rchunks().1.iter().rev());
    BLOCK * pairs.take_while(|(old, new)| old == new).count()
}

/// Bytes of the first `count` lines.
fn skip_lines(text: &[u8], count: u32) -> usize {
    match count.checked_sub(1) {
        None => 0,
        Some(last) => memchr_iter(b'\n', text)
            .nth(last as usize)
            .map_or(text.len(), |at| at + 1),
    }
}

fn count_lines(text: &[u8]) -> u32 {
    let newlines = memchr_iter(b'\n', text).count();
    let open = text.last().is_some_and(|&byte| byte != b'\n');
    u32::try_from(newlines + usize::from(open)).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use bstr::ByteSlice as _;
    use proptest::prelude::*;

    fn shown(old: &str, new: &str) -> Vec<(u32, String)> {
        added_lines(old.as_bytes(), new.as_bytes())
            .iter()
            .map(|run| (run.line, run.text.to_str_lossy().into_owned()))
            .collect()
    }

    #[test]
    fn runs_have_the_line_numbers_of_the_new_text() {
        assert_eq!(
            shown("a\nb\nc\n", "a\nX\nb\nY\nZ\nc\n"),
            [(2, "X\n".to_owned()), (4, "Y\nZ\n".to_owned())]
        );
        assert_eq!(shown("", "a\nb"), [(1, "a\nb".to_owned())]);
        assert_eq!(shown("a\nb\n", ""), []);
        assert_eq!(shown("a", "a"), []);
    }

    #[test]
    fn line_endings_and_a_missing_last_newline_are_changes() {
        assert_eq!(shown("a\nb\n", "a\r\nb\n"), [(1, "a\r\n".to_owned())]);
        assert_eq!(shown("a\nb", "a\nb\n"), [(2, "b\n".to_owned())]);
        assert_eq!(shown("a\nb\n", "a\nb"), [(2, "b".to_owned())]);
        assert_eq!(shown("a\nb", "a\nb\nc"), [(2, "b\nc".to_owned())]);
        assert_eq!(shown("x\n", "yx\n"), [(1, "yx\n".to_owned())]);
    }

    #[test]
    fn a_line_of_one_parent_is_not_added_to_all() {
        let added = added_to_all(&[b"a\nours\n", b"a\ntheirs\n"], b"a\nours\nevil\ntheirs\n");
        assert_eq!(added.len(), 1);
        assert_eq!((added[0].line, added[0].text), (3, &b"evil\n"[..]));
        assert_eq!(added_to_all(&[], b"x\ny")[0].text, b"x\ny");
    }

    fn lines(text: &[u8]) -> Vec<&[u8]> {
        text.split_inclusive(|&byte| byte == b'\n').collect()
    }

    fn longest_common(old: &[&[u8]], new: &[&[u8]]) -> usize {
        let mut row = vec![0; new.len() + 1];
        for line in old {
            let mut corner = 0;
            for (at, other) in new.iter().enumerate() {
                let here = if line == other {
                    corner + 1
                } else {
                    row[at].max(row[at + 1])
                };
                corner = std::mem::replace(&mut row[at + 1], here);
            }
        }
        row[new.len()]
    }

    proptest! {
        #[test]
        fn what_is_left_without_added_lines_was_there_before(
            old in "([abc]?\r?\n){0,12}[ab]?", new in "([abc]?\r?\n){0,12}[ab]?"
        ) {
            let (old_text, new_text) = (old.as_bytes(), new.as_bytes());
            let runs = added_lines(old_text, new_text);
            let (old, all) = (lines(old.as_bytes()), lines(new.as_bytes()));
            let mut added = vec![false; all.len()];
            for run in &runs {
                let first = run.line as usize - 1;
                prop_assert_eq!(all[..first].concat().len(), run.offset);
                prop_assert!(first == 0 || !added[first - 1], "adjacent runs are one");
                for (at, line) in lines(run.text).iter().enumerate() {
                    prop_assert_eq!(*line, all[first + at]);
                    added[first + at] = true;
                }
            }
            let kept = all.iter().zip(&added).filter(|(_, added)| !**added);
            let mut rest = old.iter();
            for (line, _) in kept {
                prop_assert!(rest.any(|other| other == line));
            }
            let changed = changed_lines(old_text, new_text);
            for run in &runs {
                prop_assert!(changed.start <= run.offset);
                prop_assert!(run.offset + run.text.len() <= changed.end);
            }
            let count = added.iter().filter(|added| **added).count();
            prop_assert!(count >= all.len() - longest_common(&old, &all));
        }

        #[test]
        fn texts_share_their_ends_whatever_their_length(
            common in "[ab]{0,3000}", one in "[ab]{0,3}", other in "[ab]{0,3}"
        ) {
            let count = |one: &str, other: &str| {
                one.bytes().zip(other.bytes()).take_while(|(one, other)| one == other).count()
            };
            let turned = |text: &str| text.chars().rev().collect::<String>();
            let (old, new) = (format!("{common}{one}"), format!("{common}{other}"));
            prop_assert_eq!(equal_start(old.as_bytes(), new.as_bytes()), count(&old, &new));
            let (old, new) = (turned(&old), turned(&new));
            let expected = count(&turned(&old), &turned(&new));
            prop_assert_eq!(equal_end(old.as_bytes(), new.as_bytes()), expected);
        }

        #[test]
        fn lines_added_to_all_are_added_to_each(
            one in "([ab]?\n){0,8}", other in "([ab]?\n){0,8}", new in "([abc]?\n){0,8}"
        ) {
            let numbers = |runs: &[AddedRun<'_>]| -> Vec<u32> {
                runs.iter().flat_map(|run| run.line..run.line + count_lines(run.text)).collect()
            };
            let first = numbers(&added_lines(one.as_bytes(), new.as_bytes()));
            let second = numbers(&added_lines(other.as_bytes(), new.as_bytes()));
            let both: Vec<u32> = first.into_iter().filter(|line| second.contains(line)).collect();
            let all = added_to_all(&[one.as_bytes(), other.as_bytes()], new.as_bytes());
            prop_assert_eq!(numbers(&all), both);
        }
    }
}
