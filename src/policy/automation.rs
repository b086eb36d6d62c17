//! Automation: bots that are neither agent nor person, by which identities they commit, which keys prove
//! it, and what they may change.
//!
//! Asked of [`Policy`](super::Policy). Who a bot is the organisation says, or where there is none the
//! repository's trusted sides; a change never does.

use bstr::ByteSlice as _;
use jiff::civil::Date;

use super::Policy;
use super::paths::{FoldedPath, PathSet};
use super::raw::VerifiedBy;
use crate::git::{Commit, Signature};
use crate::sign::{self, AllowedKey, Gpg, MadeUp, Outcome, Verifier, platform_keys};
use crate::text::Span;

/// A bot.
#[derive(Clone, Debug)]
pub struct Automation {
    /// Its name in the policy.
    pub name: String,
    /// The addresses it commits with, in lower case.
    pub(super) identities: Vec<String>,
    /// What proves it.
    pub(super) verified_by: VerifiedBy,
    /// Its own keys, or those of the platform; of a platform none where those that are known hold.
    pub(super) keys: Vec<AllowedKey>,
    /// The paths that it may change; `None`: they are not said well.
    pub(super) paths: Option<PathSet>,
    /// Where the paths stand, else the entry.
    pub span: Span,
    /// Which of the policy's sides says it: each side's entries are to admit a path.
    pub side: usize,
}

impl Automation {
    /// Whether it commits with an address, whatever the case.
    pub fn commits_as(&self, email: &str) -> bool {
        self.identities.contains(&email.trim().to_lowercase())
    }

    /// Whether it may change a path.
    pub fn may_change(&self, path: &[u8]) -> bool {
        let paths = self.paths.as_ref();
        paths.is_some_and(|paths| paths.contains(&FoldedPath::new(path)))
    }
}

/// The bots of a run, with what checks their signatures.
#[derive(Debug, Default)]
pub struct Bots {
    list: Vec<Bot>,
    /// The sides of which each must know a bot, unless one above them does.
    needed: Vec<usize>,
}

#[derive(Debug)]
struct Bot {
    entry: Automation,
    verifier: Verifier,
    /// Whether a policy's test is judged, which makes signatures up.
    in_test: bool,
}

/// What a commit is, as far as bots go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Made {
    /// No bot's identity is its author's.
    ByNobody,
    /// A bot's, which is proven: the positions of the entries.
    ByBot(Vec<usize>),
    /// A bot's name stands there, and nothing proves it: the name of the entry, and why.
    Unproven(String, String),
    /// Whether a bot made it cannot be told: the name of the entry, and why.
    Unknown(String, String),
}

impl Bots {
    /// Those of a policy, on the run's day.
    pub fn new(policy: &Policy, date: Date, gpg: &Gpg) -> Self {
        let entries = policy.automation();
        let bots = entries.map(|entry| {
            let keys = entry.keys.clone();
            let verifier = match entry.verified_by {
                VerifiedBy::Key => Verifier::new(keys, date, gpg.clone()),
                VerifiedBy::Platform if keys.is_empty() => {
                    Verifier::of_platform(platform_keys(), date, gpg.clone())
                }
                VerifiedBy::Platform => Verifier::of_platform(keys, date, gpg.clone()),
            };
            Bot {
                entry,
                verifier,
                in_test: false,
            }
        });
        Self {
            list: bots.collect(),
            needed: policy.sides_of_one_rank(),
        }
    }

    /// The same, which believe made-up signatures where a policy's test is judged.
    #[must_use]
    pub fn in_test(mut self, in_test: bool) -> Self {
        for bot in &mut self.list {
            bot.in_test = in_test;
        }
        self
    }

    /// The entry at a position.
    pub fn get(&self, at: usize) -> Option<&Automation> {
        self.list.get(at).map(|bot| &bot.entry)
    }

    /// Whether a bot has the identity of a commit's author, so that its signature is to be asked for.
    pub fn is_named(&self, commit: &Commit) -> bool {
        self.of(commit).next().is_some()
    }

    fn of<'b>(&'b self, commit: &Commit) -> impl Iterator<Item = (usize, &'b Bot)> {
        let address = commit.author.email.trim().to_ascii_lowercase();
        let named = move |bot: &Bot| {
            let mut own = bot.entry.identities.iter();
            own.any(|identity| identity.as_bytes() == address)
        };
        let bots = self.list.iter().enumerate();
        bots.filter(move |(_, bot)| named(bot))
    }

    /// Whose a commit is that has this signature.
    pub fn made(&self, commit: &Commit, signature: &Signature) -> Made {
        let mut proven = Vec::new();
        let mut unproven = Made::ByNobody;
        for (at, bot) in self.of(commit) {
            let name = bot.entry.name.clone();
            match bot.proves(commit, signature) {
                Outcome::Valid(_) => proven.push(at),
                // That nobody can tell is worse than that it is not.
                Outcome::Unchecked(why) => unproven = Made::Unknown(name, why),
                Outcome::Invalid(why) if unproven == Made::ByNobody => {
                    unproven = Made::Unproven(name, why);
                }
                Outcome::Invalid(_) => {}
            }
        }
        let Some(bot) = proven.first().and_then(|at| self.list.get(*at)) else {
            return unproven;
        };
        if self.is_known_to_all(&proven) {
            return Made::ByBot(proven);
        }
        let told = "not each of the trusted policies knows it by this";
        Made::Unproven(bot.entry.name.clone(), told.to_owned())
    }

    /// Whether each side that must know a bot has one of these entries, or one above all of them.
    fn is_known_to_all(&self, proven: &[usize]) -> bool {
        let sides: Vec<usize> = proven
            .iter()
            .filter_map(|at| Some(self.list.get(*at)?.entry.side))
            .collect();
        let above = |side: &usize| !self.needed.contains(side);
        sides.iter().any(above) || self.needed.iter().all(|side| sides.contains(side))
    }
}

impl Bot {
    /// What a made-up signature proves: by the platform's keys, or by those that its signer may have.
    fn believed(&self, made_up: &MadeUp) -> Outcome {
        let by_platform = self.entry.verified_by == VerifiedBy::Platform;
        let may_have = |key: &AllowedKey| match &made_up.signer {
            None => by_platform,
            Some(_) if by_platform => false,
            Some(signer) => {
                let named = key.stands_for(signer.as_bytes());
                named.unwrap_or_else(|| self.entry.commits_as(signer))
            }
        };
        let keys = self.verifier.keys().iter().enumerate();
        let keys = keys.filter(|(_, key)| may_have(key));
        let keys = keys.map(|(at, _)| at).collect();
        self.verifier.believe(made_up, keys, sign::GIT)
    }

    fn proves(&self, commit: &Commit, signature: &Signature) -> Outcome {
        let (signature, signed) = match signature {
            Signature::None => return Outcome::Invalid("it is not signed".to_owned()),
            Signature::Malformed(why) => return Outcome::Invalid((*why).to_owned()),
            Signature::One { signature, signed } => (signature, signed),
        };
        if let Some(made_up) = MadeUp::read(signature).filter(|_| self.in_test) {
            return self.believed(&made_up);
        }
        let outcome = self.verifier.verify(signature, signed, sign::GIT);
        let Outcome::Valid(proof) = &outcome else {
            return outcome;
        };
        // A platform signs for whoever is the author; a bot's own key for the addresses that it names.
        let author = &commit.author.email;
        let stands = |at: &usize| {
            let key = self.verifier.keys().get(*at);
            key.is_some_and(|key| key.stands_for(author) != Some(false))
        };
        let by_platform = self.entry.verified_by == VerifiedBy::Platform;
        if by_platform || proof.keys.iter().any(stands) {
            outcome
        } else {
            Outcome::Invalid("its key is enrolled for another address".to_owned())
        }
    }
}
