//! What a finding is known by from run to run: never the commit, never the line.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use crate::finding::Finding;

/// Gives fingerprints to the findings of one commit, or of the net change.
#[derive(Default)]
pub(super) struct Fingerprints {
    seen: BTreeMap<[u8; 32], u32>,
}

impl Fingerprints {
    /// The fingerprint of the next finding, in the order of lines: SHA-256 over rule, detector,
    /// zone, agent, path, the value's digest where nobody can guess the value, and the ordinal among
    /// equals in that file; as 64 hexadecimal digits.
    pub(super) fn next(&mut self, finding: &Finding) -> String {
        let mut state = Sha256::new();
        field(&mut state, Some(finding.rule.as_bytes()));
        field(&mut state, finding.detector.as_ref().map(String::as_bytes));
        field(&mut state, finding.zone.as_ref().map(String::as_bytes));
        field(&mut state, finding.agent.as_ref().map(String::as_bytes));
        field(
            &mut state,
            finding.place.path.as_ref().map(|path| path.as_slice()),
        );
        field(
            &mut state,
            finding.value_digest.as_ref().map(<[u8; 8]>::as_slice),
        );
        // A note and a judgement of the same thing are not the same finding.
        field(&mut state, finding.note.then_some(b"note".as_slice()));
        let key: [u8; 32] = state.clone().finalize().into();
        let ordinal = self.seen.entry(key).or_default();
        field(&mut state, Some(&ordinal.to_be_bytes()));
        *ordinal += 1;
        state
            .finalize()
            .iter()
            .fold(String::with_capacity(64), |mut hex, byte| {
                // Writing to a String cannot fail.
                let _ = write!(hex, "{byte:02x}");
                hex
            })
    }
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
