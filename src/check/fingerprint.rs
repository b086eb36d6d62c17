//! What a finding is known by from run to run: never the commit, never the line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::finding::Finding;

/// Gives fingerprints to the findings of one commit, or of the net change.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<Key, u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, in the order of lines: SHA-256 over rule, detector,
    /// zone, agent, path, the value's digest where nobody can guess the value, the old path where there
    /// is one, and the ordinal among equals in that file; as 64 hexadecimal digits.
    pub(super) fn next(&mut self, finding: &Finding) -> String {
        let mut state = state(finding);
        let count = self
            .seen
            .entry(state.clone().finalize().into())
            .or_default();
        let ordinal = *count;
        *count += 1;
        field(&mut state, Some(&ordinal.to_be_bytes()));
        let digest = state.finalize();
        digest
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }
}

/// A finding without its ordinal, as a digest.
pub(super) type Key = [u8; 32];

/// What a finding is about, whoever made the change and from wherever it was moved: the net change does not
/// tell it again.
pub(super) fn subject_matter(finding: &Finding) -> Key {
    let mut anonymous = Finding {
        agent: None,
        ..finding.clone()
    };
    anonymous.place.old_path = None;
    state(&anonymous).finalize().into()
}

/// By what a finding about a message that nobody has written yet repeats another: on a path what it is about, in
/// a message what it says too.
pub(super) fn repetition(finding: &Finding) -> Key {
    if finding.place.path.is_some() {
        return subject_matter(finding);
    }
    let mut state = state(finding);
    field(&mut state, Some(finding.message.as_bytes()));
    state.finalize().into()
}

fn state(finding: &Finding) -> Sha256 {
    let mut state = Sha256::new();
    let text = |text: &Option<String>| text.as_ref().map(|text| text.as_bytes().to_vec());
    field(&mut state, Some(finding.rule.as_bytes()));
    field(&mut state, text(&finding.detector).as_deref());
    field(&mut state, text(&finding.zone).as_deref());
    field(&mut state, text(&finding.agent).as_deref());
    let path = finding.place.path.as_ref();
    field(&mut state, path.map(|path| path.as_slice()));
    let digest = finding.value_digest.as_ref();
    field(&mut state, digest.map(<[u8; 8]>::as_slice));
    // A note and a judgement of the same thing are not the same finding. A secret is the same with a
    // mark beside it and without.
    let note = finding.note && finding.detector.is_none();
    field(&mut state, note.then_some(b"note".as_slice()));
    // A finding without one is known by what it was known by before.
    if let Some(old) = &finding.place.old_path {
        field(&mut state, Some(b"old_path"));
        field(&mut state, Some(old));
    }
    state
}

/// Length first, so that no two lists of fields give the same bytes.
fn field(state: &mut Sha256, value: Option<&[u8]>) {
    match value {
        None => state.update([0]),
        Some(bytes) => {
            state.update([1]);
            state.update((bytes.len() as u64).to_be_bytes());
            state.update(bytes);
        }
    }
}
