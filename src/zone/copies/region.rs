//! The part of a text that is a copy: where enough of its statements stand in the other text too.

use std::ops::Range;

use super::shingle::{STATEMENTS, Shingle};

/// The shingles of a text by their numbers, each with the statement at which it begins.
#[derive(Debug, Default)]
pub(super) struct Places {
    sorted: Vec<(u64, u32)>,
    /// They without their names, in order.
    renamed: Vec<Option<u64>>,
}

/// A part of a text that is a copy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Region {
    /// Its statements, by their places in the text that was searched.
    pub(super) range: Range<usize>,
    /// How many of them stand in the other text.
    pub(super) covered: usize,
    /// How many statements of the other text stand in it, each counted once.
    pub(super) copied: usize,
}

impl Places {
    /// Of a text's shingles; `None` is one that does not count.
    pub(super) fn of(shingles: impl IntoIterator<Item = Option<Shingle>>) -> Self {
        let shingles: Vec<Option<Shingle>> = shingles.into_iter().collect();
        let numbered = shingles.iter().zip(0..);
        let mut sorted: Vec<(u64, u32)> = numbered
            .filter_map(|(shingle, at)| Some(((*shingle)?.hash, at)))
            .collect();
        sorted.sort_unstable();
        let renamed = shingles.iter().map(|one| one.map(|one| one.renamed));
        Self {
            sorted,
            renamed: renamed.collect(),
        }
    }

    /// Where what was found right before goes on, its names aside.
    fn going_on(&self, shingle: Shingle, before: u32) -> Option<u32> {
        let next = before + 1;
        let renamed = *self.renamed.get(next as usize)?;
        (renamed == Some(shingle.renamed)).then_some(next)
    }

    /// Where a shingle stands: where it goes on after `before`, else the place that is nearest to it.
    fn find(&self, shingle: u64, before: Option<u32>) -> Option<u32> {
        let start = self.sorted.partition_point(|(other, _)| *other < shingle);
        let same = &self.sorted[start..];
        let same = &same[..same.partition_point(|(other, _)| *other == shingle)];
        let (_, first) = same.first()?;
        let Some(next) = before.map(|before| before + 1) else {
            return Some(*first);
        };
        let after = same.partition_point(|(_, at)| *at < next);
        let near = [after.checked_sub(1), Some(after)].into_iter().flatten();
        let near = near.filter_map(|index| same.get(index)).map(|(_, at)| *at);
        near.min_by_key(|at| (at.abs_diff(next), *at))
    }
}

/// For each statement of a text the one of the other text that it is like. `shingles` are the text's,
/// `None` where one does not count.
fn pairs(statements: usize, shingles: &[Option<Shingle>], other: &Places) -> Vec<Option<u32>> {
    let mut pairs: Vec<Option<u32>> = vec![None; statements];
    let (mut before, mut adjacent) = (None, None);
    for (at, shingle) in shingles.iter().enumerate() {
        let found = shingle.and_then(|shingle| {
            let found = other.find(shingle.hash, before);
            found.or_else(|| other.going_on(shingle, adjacent?))
        });
        adjacent = found;
        let Some(found) = found else {
            continue;
        };
        before = Some(found);
        for (pair, place) in pairs[at..at + STATEMENTS].iter_mut().zip(found..) {
            pair.get_or_insert(place);
        }
    }
    pairs
}

/// The longest part of a text of which at least `similarity` percent of the statements stand in the
/// other one; `None` where nothing of it does.
pub(super) fn region(
    statements: usize,
    shingles: &[Option<Shingle>],
    other: &Places,
    similarity: u8,
) -> Option<Region> {
    let pairs = pairs(statements, shingles, other);
    let range = longest(&pairs, i64::from(similarity))?;
    let mut copied: Vec<u32> = pairs[range.clone()].iter().flatten().copied().collect();
    let covered = copied.len();
    copied.sort_unstable();
    copied.dedup();
    Some(Region {
        range,
        covered,
        copied: copied.len(),
    })
}

/// The longest range with a share of pairs, from its first to its last pair.
fn longest(pairs: &[Option<u32>], similarity: i64) -> Option<Range<usize>> {
    // What a range has beyond that share is the difference of two of these sums.
    let mut sums = vec![0_i64];
    for pair in pairs {
        let gain = if pair.is_some() {
            100 - similarity
        } else {
            -similarity
        };
        sums.push(sums.last().copied().unwrap_or_default() + gain);
    }
    // Only a start below all starts before it can begin the longest range.
    let mut starts: Vec<usize> = Vec::new();
    for (at, pair) in pairs.iter().enumerate() {
        if pair.is_some() && starts.last().is_none_or(|last| sums[*last] > sums[at]) {
            starts.push(at);
        }
    }
    let mut best = 0..0;
    for end in (1..=pairs.len())
        .rev()
        .filter(|end| pairs[end - 1].is_some())
    {
        while let Some(start) = starts.pop_if(|start| *start >= end || sums[*start] <= sums[end]) {
            if start < end && end - start > best.len() {
                best = start..end;
            }
        }
    }
    (!best.is_empty()).then_some(best)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn some(shingles: impl IntoIterator<Item = u64>) -> Vec<Option<Shingle>> {
        let some = |hash| {
            Some(Shingle {
                hash,
                renamed: hash,
            })
        };
        shingles.into_iter().map(some).collect()
    }

    #[test]
    fn what_goes_on_from_a_find_may_say_little() {
        let weak = |hash, renamed| Some(Shingle { hash, renamed });
        let other = Places::of([weak(1, 1), weak(2, 9), weak(3, 8)]);
        let of = |text: &[Option<Shingle>]| {
            region(text.len() + 2, text, &other, 60).map(|found| found.copied)
        };
        assert_eq!(of(&[weak(1, 1), weak(12, 9), weak(13, 8)]), Some(5));
        assert_eq!(of(&[weak(12, 9), weak(13, 8)]), None);
        assert_eq!(of(&[weak(1, 1), weak(13, 8)]), Some(3));
    }

    #[test]
    fn a_copied_part_is_found_between_others() {
        let other = Places::of(some(100..300));
        let text = some((0..50).chain(140..178).chain(50..90));
        let found = region(text.len() + 2, &text, &other, 100).unwrap();
        assert_eq!(
            found,
            Region {
                range: 50..90,
                covered: 40,
                copied: 40
            }
        );
    }

    #[test]
    fn one_statement_told_often_is_one() {
        let other = Places::of(some(100..130));
        let text = some([7, 100, 100, 100, 100, 100, 100]);
        let found = region(text.len() + 2, &text, &other, 60).unwrap();
        assert_eq!((found.covered, found.copied), (8, 3));
        let text = some([100, 1, 2, 100, 1, 2, 100, 1, 2]);
        let found = region(text.len() + 2, &text, &other, 60).unwrap();
        assert_eq!((found.covered, found.copied), (9, 3));
    }

    #[test]
    fn nothing_alike_is_no_region() {
        let other = Places::of(some(0..9));
        assert_eq!(region(12, &some(20..30), &other, 0), None);
        assert_eq!(region(0, &[], &other, 60), None);
    }

    proptest! {
        #[test]
        fn no_range_with_that_share_is_longer(pairs in prop::collection::vec(prop::option::of(0_u32..9), 0..40), similarity in 1_i64..=100) {
            let enough = |range: &Range<usize>| {
                let covered = pairs[range.clone()].iter().flatten().count();
                covered * 100 >= usize::try_from(similarity).unwrap() * range.len()
            };
            let all = (0..pairs.len()).flat_map(|start| (start..pairs.len()).map(move |end| start..end + 1));
            // Its ends are pairs: else a shorter one has a larger share.
            let ends = |range: &Range<usize>| pairs[range.start].is_some() && pairs[range.end - 1].is_some();
            let most = all.filter(enough).filter(ends).map(|range| range.len()).max();
            let found = longest(&pairs, similarity);
            prop_assert!(found.as_ref().is_none_or(&enough));
            prop_assert_eq!(found.map(|range| range.len()), most);
        }
    }
}
