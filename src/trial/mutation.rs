//! Mutants of a policy, each put to the policy's tests: one that none of them sees survives.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::{Place, Subject, Suite, Survivor, judged};
use crate::check::vocabulary;
use crate::host::Host;
use crate::policy::{Mutant, Original, Relaxation, Relaxed, RuleDefault};
use crate::rule::RULES;
use crate::text::LineIndex;

/// What became of the mutants.
#[derive(Debug, Default)]
pub struct Mutation<'s> {
    /// How many there were.
    pub mutants: usize,
    /// Those that no test sees, in the order of the policy's lines.
    pub survived: Vec<Survived<'s>>,
    /// What cannot be relaxed in any way that is known here, so that no test was asked.
    pub unmade: Vec<Unmade>,
    /// Explanations of mutants that did not survive, or were none: they must go.
    pub idle: Vec<&'s Survivor>,
}

/// Something of a policy that has no mutant, though one may be weaker.
#[derive(Debug)]
pub struct Unmade {
    /// What is not relaxed.
    pub key: String,
    /// Where it stands in the policy.
    pub place: Place,
}

/// A mutant that no test sees.
#[derive(Debug)]
pub struct Survived<'s> {
    /// What is relaxed.
    pub key: String,
    /// What it says.
    pub was: String,
    /// What it says in the mutant; `None`: nothing.
    pub now: Option<String>,
    /// Where that stands in the policy.
    pub place: Place,
    /// Why that is right.
    pub explained: Option<&'s Survivor>,
}

impl Mutation<'_> {
    /// Whether every mutant was seen or explained, and every explanation needed.
    pub fn passed(&self) -> bool {
        let explained = |one: &Survived<'_>| one.explained.is_some();
        self.survived.iter().all(explained) && self.idle.is_empty()
    }
}

/// The rules' own modes.
pub fn rule_defaults() -> Vec<RuleDefault> {
    let default = |rule: &&'static dyn crate::rule::Rule| {
        let meta = rule.meta();
        RuleDefault {
            rule: meta.id,
            agents: meta.agents,
            humans: meta.humans,
        }
    };
    RULES.iter().map(default).collect()
}

/// Puts every mutant of a policy to its tests, which pass for the policy itself.
pub fn mutate<'s>(subject: &Subject, suite: &'s Suite, host: &Host, jobs: usize) -> Mutation<'s> {
    let (names, rules) = (vocabulary(), rule_defaults());
    let original = Original::read(&subject.name, &subject.text, &names, &rules, host.today);
    let Some(original) = original else {
        return Mutation::default();
    };
    let relaxations = original.relaxations();
    let tried = in_threads(&relaxations, jobs, |relaxation| {
        Some(match original.mutant(relaxation) {
            Relaxed::AsStrict => Tried::Nothing,
            Relaxed::Unmade => Tried::Unmade,
            Relaxed::Mutant(mutant) if is_killed(subject, &mutant, suite, host) => Tried::Killed,
            Relaxed::Mutant(mutant) => Tried::Survived(mutant),
        })
    });
    let explained: BTreeMap<&str, &Survivor> = suite
        .survivors
        .iter()
        .map(|survivor| (survivor.key.as_str(), survivor))
        .collect();
    let lines = LineIndex::new(&subject.text);
    let place = |relaxation: &Relaxation| Place {
        file: subject.name.clone(),
        line: lines.line_column(relaxation.span.start as usize).0,
    };
    let mut all = Mutation::default();
    for (relaxation, tried) in relaxations.iter().zip(tried) {
        let is_mutant = matches!(tried, Some(Tried::Killed | Tried::Survived(_)));
        all.mutants += usize::from(is_mutant);
        let key = relaxation.key.clone();
        match tried {
            Some(Tried::Survived(mutant)) => all.survived.push(Survived {
                explained: explained.get(key.as_str()).copied(),
                key,
                was: relaxation.was.clone(),
                now: mutant.now,
                place: place(relaxation),
            }),
            Some(Tried::Unmade) => all.unmade.push(Unmade {
                key,
                place: place(relaxation),
            }),
            Some(Tried::Killed | Tried::Nothing) | None => {}
        }
    }
    let needed = |one: &&Survivor| all.survived.iter().any(|mutant| mutant.key == one.key);
    all.idle = suite.survivors.iter().filter(|one| !needed(one)).collect();
    all
}

/// What became of one thing that the policy says.
#[derive(Clone)]
enum Tried {
    Nothing,
    Unmade,
    Killed,
    Survived(Mutant),
}

fn is_killed(subject: &Subject, mutant: &Mutant, suite: &Suite, host: &Host) -> bool {
    let subject = Subject {
        text: mutant.text.clone(),
        ..subject.clone()
    };
    suite.tests.iter().any(|test| {
        let outcome = super::Outcome::of(&judged(&subject, test, host));
        !test.expected.is_met_by(&outcome)
    })
}

/// What `work` makes of each, in their order, by that many threads.
fn in_threads<T: Send + Clone>(
    all: &[Relaxation],
    jobs: usize,
    work: impl Fn(&Relaxation) -> Option<T> + Sync,
) -> Vec<Option<T>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(vec![None; all.len()]);
    let seat = || {
        while let Some((place, one)) = {
            let place = next.fetch_add(1, Ordering::Relaxed);
            all.get(place).map(|one| (place, one))
        } {
            let made = work(one);
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(slot) = done.get_mut(place) {
                *slot = made;
            }
        }
    };
    // A panic of a thread is that of the scope.
    std::thread::scope(|scope| {
        for _ in 1..jobs.clamp(1, all.len().max(1)) {
            scope.spawn(seat);
        }
        seat();
    });
    done.into_inner().unwrap_or_else(PoisonError::into_inner)
}
