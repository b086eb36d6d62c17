//! What waivers do to findings, by the engine's own decisions, and what they cost.

mod made;

use jiff::civil::{Date, date};
use proptest::prelude::*;

use super::*;
use crate::agent::Catalogue;
use crate::check::decide::Decider;
use crate::check::vocabulary;
use crate::finding::{Decision, Mode, Subject};
use crate::host::Host;
use crate::policy::waiver::WaiverFile;
use crate::policy::{Bots, Given, Groups, Loaded, Outside, Reviews, Signers, load_alone};
use crate::report::{Counts, FindingRow};
use crate::secret::{Engine, Redactor};
use crate::sign::Gpg;
use crate::zone::Copies;
use made::{CORE, Made, RULES, one_finding, one_waiver};

/// The day of the runs.
const TODAY: Date = date(2026, 11, 25);

fn loaded(modes: &[Mode]) -> Loaded {
    load(&given(modes))
}

fn load(given: &Given) -> Loaded {
    let given = Some(given);
    let host = &Host::default();
    let outside = Outside {
        given,
        host,
        signers: &[],
    };
    load_alone(outside, vocabulary()).unwrap()
}

/// A policy with modes for the rules.
fn given(modes: &[Mode]) -> Given {
    let modes = RULES.iter().zip(modes);
    let modes: Vec<String> = modes
        .map(|(rule, mode)| format!("  {rule}: {{mode: {}}}\n", mode.word()))
        .collect();
    let text = format!(
        "cordon: 1\nextends: []\npolicy: {{id: acme}}\nrules:\n{}approvers: {{appsec: {{members: \
         [lee@acme.example]}}}}\nwaivers: {{approvers: [appsec]}}\n",
        modes.concat()
    );
    Given {
        name: "policy.yml".to_owned(),
        text: text.into_bytes(),
        ..Given::default()
    }
}

/// A run at a stage, and its waivers.
fn run<T>(
    loaded: &Loaded,
    stage: Stage,
    look: impl for<'a> FnOnce(&'a Context<'a>, Exceptions<'a>, &'a Redactor<'a>) -> T,
) -> T {
    let context = Context {
        policy: &loaded.policy,
        copies: &Copies::none(&loaded.policy),
        trusted: true,
        catalogue: Catalogue::builtin(),
        secrets: Engine::builtin(),
        bots: &Bots::default(),
        signers: &Signers::new(&Groups::default(), TODAY, Gpg::default()),
        reviews: &Reviews::default(),
        stage,
        date: TODAY,
    };
    let host = Host::default();
    let run = Run {
        repository: Some(CORE),
        stage,
        whole: false,
        people: People::default(),
        classes: AllClasses::default(),
        reach: Reach::new(None, &host),
    };
    let redactor = Redactor::new(Engine::builtin());
    let exceptions = Exceptions::new(&context, &loaded.waivers, run);
    look(&context, exceptions, &redactor)
}

/// What the engine decides, but on the waivers.
fn decided(loaded: &Loaded, stage: Stage, findings: &[Finding]) -> Vec<FindingRow> {
    run(loaded, stage, |context, exceptions, redactor| {
        let mut decider = Decider::new(context, stage, redactor).with(exceptions);
        decider.add(findings);
        let (mut rows, unread) = decider.finish();
        assert!(unread.is_none());
        rows.retain(|row| !row.rule.starts_with("waiver-"));
        rows
    })
}

proptest! {
    #[test]
    fn every_finding_is_decided_on_and_only_what_a_scope_names_is_waived(
        findings in prop::collection::vec(one_finding(), 0..12),
        waivers in prop::collection::vec(one_waiver(), 0..8),
        modes in prop::collection::vec(prop::sample::select(vec![
            Mode::Disabled, Mode::Audit, Mode::Warn, Mode::Block,
        ]), RULES.len()),
        in_ci in any::<bool>(),
    ) {
        let stage = if in_ci { Stage::Ci } else { Stage::Commit };
        let mut loaded = loaded(&modes);
        let detected = decided(&loaded, stage, &findings);
        prop_assert!(detected.iter().all(|row| row.decision != Decision::Waived));
        let files = waivers.iter().enumerate();
        let files = files.map(|(at, waiver)| waiver.file(at, &detected)).collect();
        loaded.waivers.replace(files);
        let rows = decided(&loaded, stage, &findings);
        let counts = Counts::of(&rows);
        let sum = counts.blocked + counts.warned + counts.audited + counts.waived;
        prop_assert_eq!(sum, detected.len());
        for (row, was) in rows.iter().zip(&detected) {
            prop_assert_eq!(&row.fingerprint, &was.fingerprint);
            let mut waivers = waivers.iter().enumerate();
            let first = waivers.find(|(_, waiver)| waiver.excepts(was, &detected));
            let by = row.waiver.as_ref().map(|waiver| waiver.id.to_string());
            prop_assert_eq!(by, first.map(|(at, _)| format!("W-{at}")));
            let decision = first.map_or(was.decision, |_| Decision::Waived);
            prop_assert_eq!(row.decision, decision);
        }
    }
}

fn in_zone(path: &str) -> Finding {
    let place = Place {
        path: Some(path.into()),
        ..Place::message(None)
    };
    let mut found = Finding::of_run("zone-agent", place, "found".to_owned(), "");
    found.subject = Subject::Agent;
    found
}

/// A thousand waivers, every tenth of which is for the repository.
fn thousand() -> Vec<WaiverFile> {
    let made = |at: usize| Made {
        rule: 0,
        repository: if at.is_multiple_of(10) {
            CORE
        } else {
            "acme/other"
        },
        paths: Some((vec![if at == 500 { 3 } else { 2 }], Vec::new())),
        agents: None,
        fingerprints: None,
        expired: false,
        stranger: false,
    };
    (0..1000).map(|at| made(at).file(at, &[])).collect()
}

/// How many waivers were read and how many verified, once that was found.
fn work(loaded: &Loaded, stage: Stage, findings: &[Finding]) -> (usize, usize) {
    run(loaded, stage, |_, mut exceptions, redactor| {
        for finding in findings {
            exceptions.of(finding, "", redactor);
        }
        exceptions.findings();
        let known = exceptions.read.get().map(|read| read.as_ref().unwrap());
        known.map_or((0, 0), |known| {
            let verified = known.standings.iter().filter(|one| one.get().is_some());
            (known.waivers.good.len(), verified.count())
        })
    })
}

#[test]
fn no_more_is_read_and_verified_than_what_is_found_and_the_stage_ask_for() {
    let mut loaded = loaded(&[Mode::Block; 4]);
    loaded.waivers.replace(thousand());
    let (read_by_one, elsewhere) = (in_zone("lib/x"), in_zone("src/c"));
    // No waiver excepts such a finding.
    let weakened = Finding::of_run(
        "policy-weakened",
        Place::message(None),
        "found".to_owned(),
        "",
    );
    for (stage, findings, counts) in [
        (Stage::Commit, vec![], (0, 0)),
        (Stage::Push, vec![], (0, 0)),
        (Stage::Commit, vec![weakened], (0, 0)),
        (Stage::Commit, vec![elsewhere], (1000, 0)),
        (Stage::Commit, vec![read_by_one], (1000, 1)),
        // All that name the repository are told of, and no others.
        (Stage::Ci, vec![], (1000, 100)),
    ] {
        assert_eq!(work(&loaded, stage, &findings), counts, "{stage:?}");
    }
}

#[test]
fn a_waiver_that_cannot_be_read_is_in_the_way_once_somebody_asks_for_it() {
    let mut given = given(&[Mode::Block; 4]);
    given.waivers = vec!["/nowhere/waivers/w.yml".into()];
    let loaded = load(&given);
    for (stage, findings, unread) in [
        (Stage::Commit, vec![], false),
        (Stage::Commit, vec![in_zone("lib/x")], true),
        (Stage::Ci, vec![], true),
    ] {
        run(&loaded, stage, |context, exceptions, redactor| {
            let mut decider = Decider::new(context, stage, redactor).with(exceptions);
            decider.add(&findings);
            let (rows, obstacle) = decider.finish();
            assert_eq!(obstacle.is_some(), unread, "{stage:?}");
            assert!(rows.iter().all(|row| row.decision == Decision::Blocked));
        });
    }
}
