//! What of a text is scanned for secrets that a change adds: the added lines, and as much around them as a
//! secret may reach. For the rule `secret-added` only.

use std::ops::Range;

use super::Context;
use super::content::{Run, View};
use crate::secret::spans_lines;

/// How far around added lines a secret of many lines may reach, in bytes: its first line may have
/// stood there before. Of others the engine knows.
const REACH: usize = 8 << 10;

/// Whether there is a secret near what changed. Only then the lines are compared, which takes longer
/// than the search.
pub(super) fn is_suspect(context: &Context<'_>, view: &View) -> bool {
    let (text, changed) = (view.text(), view.changed());
    if changed.is_empty() {
        return false;
    }
    let around = |reach| {
        let range = line_start(text, changed.start, reach)..line_end(text, changed.end, reach);
        &text[range]
    };
    let mut suspect = spans_lines(around(REACH));
    if !suspect {
        let near = around(context.secrets.reach());
        let read = context.secrets.scan(near, &mut |_| suspect = true);
        suspect |= read.is_err();
    }
    suspect
}

/// Added lines with what stands around them.
pub(super) struct Window {
    /// What is scanned, as bytes of the new text. It ends and begins amid a line where that line is too
    /// long to be there as a whole, never amid an added one.
    pub(super) range: Range<usize>,
    /// The number of the first line, from 1.
    line: u32,
    /// How many bytes of the first line stand before the window.
    cut: usize,
    /// The added lines in it, as bytes of the new text.
    added: Vec<Range<usize>>,
}

impl Window {
    /// Whether an added line has a part in a range of the window's text.
    pub(super) fn adds(&self, range: &Range<usize>) -> bool {
        let start = self.range.start + range.start;
        let end = self.range.start + range.end;
        // In order and apart: the first that ends behind the start is the only one that can meet.
        let at = self.added.partition_point(|added| added.end <= start);
        self.added.get(at).is_some_and(|added| added.start < end)
    }

    /// Where a place of the window's text lies in the whole text: line and column, from 1.
    pub(super) fn place(&self, (line, column): (u32, u32)) -> (u32, u32) {
        let cut = if line == 1 { self.cut } else { 0 };
        let column = column.saturating_add(u32::try_from(cut).unwrap_or(u32::MAX));
        (self.line.saturating_add(line - 1), column)
    }
}

/// The windows around runs of added lines, in order; those that meet are one. They are small: most of
/// what stands around added lines was scanned where it was added itself.
pub(super) fn windows(text: &[u8], runs: &[Run], reach: usize) -> Vec<Window> {
    let mut small = Vec::new();
    for wide in within(text, runs, REACH) {
        if spans_lines(&text[wide.range.clone()]) {
            small.push(wide);
            continue;
        }
        let first = runs.partition_point(|run| run.range.end <= wide.range.start);
        let end = runs.partition_point(|run| run.range.start < wide.range.end);
        small.extend(within(text, &runs[first..end], reach));
    }
    small
}

/// The windows that reach so far.
fn within(text: &[u8], runs: &[Run], reach: usize) -> Vec<Window> {
    let mut windows: Vec<Window> = Vec::new();
    for run in runs {
        let added = run.range.clone();
        let range = line_start(text, added.start, reach)..line_end(text, added.end, reach);
        if let Some(last) = windows
            .last_mut()
            .filter(|last| range.start <= last.range.end)
        {
            last.range.end = range.end;
            last.added.push(added);
            continue;
        }
        let above = memchr::memchr_iter(b'\n', &text[range.start..added.start]).count();
        let feed = memchr::memrchr(b'\n', &text[..range.start]);
        windows.push(Window {
            line: run
                .line
                .saturating_sub(u32::try_from(above).unwrap_or(u32::MAX)),
            cut: range.start - feed.map_or(0, |feed| feed + 1),
            range,
            added: vec![added],
        });
    }
    windows
}

/// The first start of a line within reach before `at`, itself a start of a line. Where the line before is
/// longer, so much of its end.
fn line_start(text: &[u8], at: usize, reach: usize) -> usize {
    let from = at.saturating_sub(reach);
    if from == 0 {
        return 0;
    }
    match memchr::memchr(b'\n', &text[from..at]) {
        Some(feed) if from + feed + 1 < at => from + feed + 1,
        _ => from,
    }
}

/// The last end of a line within reach after `at`, itself an end of a line. Where the line behind is
/// longer, so much of its beginning.
fn line_end(text: &[u8], at: usize, reach: usize) -> usize {
    let to = at + reach;
    if to >= text.len() {
        return text.len();
    }
    memchr::memrchr(b'\n', &text[at..to]).map_or(to, |feed| at + feed + 1)
}
