//! A note of git-ai, a file of Agent Trace records and an environment, with a NUL between them: no
//! input stops the readers, evidence is of agents that are known, and of the environment no value
//! but a host leaves.

#![no_main]

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};
use cordon::agent::{
    Catalogue, Evidence, EvidenceKind, Strength, UNLISTED, account_hints, note_evidence,
    trace_records,
};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let catalogue = Catalogue::builtin();
    let mut fields = input.splitn(3, |&byte| byte == 0);
    let mut field = || fields.next().unwrap_or_default();
    if let Ok(evidence) = note_evidence(catalogue, field()) {
        check(catalogue, &evidence, EvidenceKind::Note);
    }
    for record in trace_records(field()).0 {
        let evidence = record.evidence(catalogue, ".agent-trace/x.jsonl");
        check(catalogue, &evidence, EvidenceKind::Record);
    }
    let url = field();
    let variables: BTreeMap<BString, BString> = catalogue
        .entries()
        .iter()
        .flat_map(|entry| &entry.account.variables)
        .map(|sign| (sign.var.as_str().into(), url.into()))
        .collect();
    for entry in catalogue.entries() {
        for host in account_hints(entry, &variables)
            .into_iter()
            .filter_map(|hint| hint.host)
        {
            assert!(url.contains_str("://"));
            assert!(url.to_ascii_lowercase().contains_str(&host));
            assert!(!host.contains(['@', '/', '?', '#', ' ']));
        }
    }
});

fn check(catalogue: &Catalogue, found: &[Evidence], kind: EvidenceKind) {
    for evidence in found {
        assert!(evidence.agent == UNLISTED || catalogue.get(&evidence.agent).is_some());
        assert_eq!(evidence.kind, kind);
        // A note's session may be weak: one that left no line. A record never is.
        let weak = kind == EvidenceKind::Note && evidence.strength == Strength::Weak;
        assert!(weak || evidence.strength == Strength::Strong);
        assert_eq!(evidence.line, None);
    }
}
