//! One pass over one text: the windows round the keywords, and what is found in them.

use std::cmp::Reverse;
use std::ops::Range;

use super::detector::{Detector, Ready};

/// A secret before the choice among several detectors.
#[derive(Clone, Debug)]
pub(super) struct Candidate {
    pub(super) range: Range<usize>,
    /// The detector's number.
    pub(super) detector: usize,
    /// How little the detector's format says; see [`RawDetector`].
    ///
    /// [`RawDetector`]: super::raw::RawDetector
    pub(super) vague: u8,
}

impl Candidate {
    /// The smallest is the most specific: a vendor's format, a form behind a vendor's name, a general
    /// format, a mere name; then the longer text, the one further in front, the detector further in
    /// front.
    pub(super) fn rank(&self) -> impl Ord + use<> {
        (
            self.vague,
            Reverse(self.range.len()),
            self.range.start,
            self.detector,
        )
    }
}

/// The windows of one text that are still to be searched.
pub(super) struct Pass<'a> {
    detectors: &'a [Detector],
    text: &'a [u8],
    /// By detector: the window that later keywords may still widen, and where its search begins.
    windows: Vec<(Option<Range<usize>>, usize)>,
    found: Vec<Candidate>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(detectors: &'a [Detector], text: &'a [u8]) -> Self {
        Self {
            detectors,
            text,
            windows: vec![(None, 0); detectors.len()],
            found: Vec::new(),
        }
    }

    /// Keywords come in the order of their ends, those of one detector nearly in that of their
    /// beginnings: a window never begins before the last one by more than a keyword's length.
    pub(super) fn keyword(&mut self, detector: usize, at: Range<usize>) {
        let ready = self.detectors[detector].ready();
        if ready.is_direct() {
            self.direct(detector, ready, &at);
            return;
        }
        let raw = &ready.raw;
        let start = at.start.saturating_sub(raw.before);
        let end = at.end.saturating_add(raw.after).min(self.text.len());
        match &mut self.windows[detector].0 {
            Some(window) if start <= window.end => {
                window.start = window.start.min(start);
                window.end = window.end.max(end);
            }
            _ => {
                self.search(detector);
                self.windows[detector].0 = Some(start..end);
            }
        }
    }

    /// A detector that needs no search. No byte that it has taken or refused is looked at again.
    fn direct(&mut self, detector: usize, ready: &Ready, at: &Range<usize>) {
        let from = &mut self.windows[detector].1;
        if at.start < *from {
            return;
        }
        let Some((range, real)) = ready.at(self.text, at) else {
            return;
        };
        *from = range.end;
        if real {
            let vague = ready.vague();
            self.found.push(Candidate {
                range,
                detector,
                vague,
            });
        }
    }

    fn search(&mut self, detector: usize) {
        let (window, from) = &mut self.windows[detector];
        let Some(window) = window.take() else {
            return;
        };
        let ready = self.detectors[detector].ready();
        let vague = ready.vague();
        let found = &mut self.found;
        *from = ready.search(self.text, window, *from, &mut |range| {
            found.push(Candidate {
                range,
                detector,
                vague,
            });
        });
    }

    pub(super) fn finish(mut self) -> Vec<Candidate> {
        for detector in 0..self.detectors.len() {
            self.search(detector);
        }
        self.found
    }
}
