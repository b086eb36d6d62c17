//! What a change does to a text: the lines that it adds. Read once, asked often.

use std::cell::OnceCell;
use std::ops::Range;
use std::sync::Arc;

use crate::git::{Blobs, Change, FileMode, Id, Result, added_lines, added_to_all, changed_lines};
use crate::text::decode::{READINGS, Reading};

/// A change's text, in each way that it can be read: its bytes, and what they say where they are
/// UTF-16 or UTF-32, in whole or in parts. A wrong mark at the start must hide none.
pub(super) struct Content {
    views: Vec<View>,
    /// Which of them is the text as its bytes are.
    raw: usize,
}

/// One reading of a text.
pub struct View {
    /// One text, or for a merge one for each parent that has the file.
    old: Vec<Arc<Vec<u8>>>,
    new: Arc<Vec<u8>>,
    runs: OnceCell<Vec<Run>>,
    guess: bool,
}

/// Adjacent added lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The number of the first, from 1.
    pub line: u32,
    /// Their bytes in the new text.
    pub range: Range<usize>,
}

impl Content {
    /// A text of which every line is new.
    pub(super) fn of(text: Vec<u8>) -> Self {
        Self::between(Vec::new(), Arc::new(text))
    }

    /// Reads what a change needs; nothing of deletions, submodules, renames and changes of mode.
    pub(super) fn read(change: &Change, blobs: &Blobs<'_>) -> Result<Self> {
        let nothing = Self {
            views: Vec::new(),
            raw: 0,
        };
        let Some(new) = change
            .blob
            .filter(|_| change.mode.is_some_and(FileMode::has_text))
        else {
            return Ok(nothing);
        };
        if change.old_blob == Some(new) {
            return Ok(nothing);
        }
        let new = blobs.read(&new)?.data;
        let ids = change
            .old_blob
            .filter(|_| change.old_mode.is_some_and(FileMode::has_text));
        let ids: Vec<Id> = ids
            .into_iter()
            .chain(change.other_blobs.iter().copied())
            .collect();
        let mut old = Vec::with_capacity(ids.len());
        for id in &ids {
            old.push(blobs.read(id)?.data);
        }
        Ok(Self::between(old, new))
    }

    fn between(old: Vec<Arc<Vec<u8>>>, new: Arc<Vec<u8>>) -> Self {
        let marked = new.starts_with(b"\xFF\xFE") || new.starts_with(b"\xFE\xFF");
        let view = |read: Reading| {
            let text = read(&new)?;
            let old = old
                .iter()
                .map(|old| read(old).map_or_else(|| Arc::clone(old), Arc::new));
            Some(View {
                guess: !marked,
                ..View::new(old.collect(), Arc::new(text))
            })
        };
        let [whole, parts] = READINGS.map(view);
        let mut views: Vec<View> = whole.into_iter().collect();
        let raw = views.len();
        views.push(View::new(old, new));
        views.extend(parts);
        Self { views, raw }
    }

    /// The text as its bytes are.
    pub(super) fn raw(&self) -> Option<&View> {
        self.views.get(self.raw)
    }

    /// The readings, the one that a person sees first.
    pub(super) fn views(&self) -> &[View] {
        &self.views
    }
}

impl View {
    fn new(old: Vec<Arc<Vec<u8>>>, new: Arc<Vec<u8>>) -> Self {
        Self {
            old,
            new,
            runs: OnceCell::new(),
            guess: false,
        }
    }

    /// The whole text after the change.
    pub fn text(&self) -> &[u8] {
        &self.new
    }

    /// Whether only the look of the bytes speaks for this reading of them: it may be no text at all.
    pub fn is_guess(&self) -> bool {
        self.guess
    }

    /// Whole lines of the text, outside of which the change adds none. Much cheaper than
    /// [`View::added`]: a rule asks here first whether there is anything to find.
    pub fn changed(&self) -> Range<usize> {
        let whole = 0..self.new.len();
        let range = self.old.iter().fold(whole, |range, old| {
            let changed = changed_lines(old, &self.new);
            range.start.max(changed.start)..range.end.min(changed.end)
        });
        // What a merge took from two parents may differ from each of them elsewhere.
        range.start.min(range.end)..range.end
    }

    /// The lines that the change adds, in order; of a merge, those that no parent has.
    pub fn added(&self) -> &[Run] {
        self.runs.get_or_init(|| {
            let olds: Vec<&[u8]> = self.old.iter().map(|old| old.as_slice()).collect();
            let runs = match olds.as_slice() {
                [] => added_lines(b"", &self.new),
                [old] => added_lines(old, &self.new),
                olds => added_to_all(olds, &self.new),
            };
            let run = |run: crate::git::AddedRun<'_>| Run {
                line: run.line,
                range: run.offset..run.offset + run.text.len(),
            };
            runs.into_iter().map(run).collect()
        })
    }

    /// How many lines a run has; the last of a text may lack its line feed.
    pub fn lines(&self, run: &Run) -> u32 {
        let text = &self.new[run.range.clone()];
        let feeds = memchr::memchr_iter(b'\n', text).count();
        let lines = feeds + usize::from(!text.ends_with(b"\n"));
        u32::try_from(lines).unwrap_or(u32::MAX)
    }
}
