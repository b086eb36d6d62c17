//! Name, mailbox, branch, environment, model and message, with a NUL between them: every claim has
//! evidence that lies in the commit, and the trailer that a hook writes is read back as it was meant.

#![no_main]

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};
use cordon::agent::{
    Attribution, AttributionKind, Catalogue, EvidenceKind, Signs, UNLISTED, attribute, environment,
    names_agent, stamp_value,
};
use cordon::git::{Commit, Identity, Message};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let catalogue = Catalogue::builtin();
    let mut fields = input.splitn(6, |&byte| byte == 0);
    let mut field = || fields.next().unwrap_or_default();
    let person = Identity {
        name: field().into(),
        email: field().into(),
    };
    let branch = field();
    let signs = Signs {
        environment: environment(catalogue, &variables(field())),
        branch: (!branch.is_empty()).then(|| branch.into()),
        ..Signs::default()
    };
    check_stamp(catalogue, &field().to_str_lossy());
    let commit = Commit {
        id: None,
        parents: Vec::new(),
        tree: None,
        author: person.clone(),
        committer: person,
        message: Message::new(field()),
        signed: false,
    };
    let trailers = commit.message.trailers();
    let found = attribute(catalogue, &commit, &trailers, &signs);
    check(catalogue, &commit, &found);
});

/// `NAME=VALUE` lines.
fn variables(text: &[u8]) -> BTreeMap<BString, BString> {
    let pair = |line: &[u8]| {
        let (name, value) = line.split_once_str(b"=")?;
        Some((name.into(), value.into()))
    };
    text.lines().filter_map(pair).collect()
}

fn check(catalogue: &Catalogue, commit: &Commit, found: &Attribution) {
    assert_eq!(found.kind == AttributionKind::None, found.agents.is_empty());
    assert!(
        found
            .agents
            .is_sorted_by(|one, other| one.agent < other.agent)
    );
    let raw = commit.message.raw();
    let lines: Vec<&[u8]> = raw.lines().collect();
    for claim in &found.agents {
        assert!(claim.agent == UNLISTED || catalogue.get(&claim.agent).is_some());
        assert!(!claim.evidence.is_empty());
        for evidence in &claim.evidence {
            let line = evidence.line.map(|line| line as usize);
            let text = line.map(|line| lines[line - 1]);
            match evidence.kind {
                EvidenceKind::Mark => {
                    assert!(text.is_some_and(|text| text.contains_str(&evidence.value)));
                }
                EvidenceKind::Trailer | EvidenceKind::Key => assert!(text.is_some()),
                _ => assert!(text.is_none()),
            }
        }
    }
}

/// A model that could not be read back is left out of the stamp.
fn check_stamp(catalogue: &Catalogue, model: &str) {
    for agent in catalogue.ids() {
        let value = stamp_value(agent, Some(model));
        let message = Message::new(format!("x\n\nAssisted-by: {value}\n"));
        let trailers = message.trailers();
        let named = trailers.first().and_then(|one| names_agent(catalogue, one));
        let model = value.split_once(':').map(|(_, model)| model.to_owned());
        assert_eq!(named, Some((agent.to_owned(), model)), "{value:?}");
        assert!(trailers.iter().all(|one| one.value == trailers[0].value));
    }
}
