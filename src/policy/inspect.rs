//! One file of a policy repository, looked at for itself: `cordon policy check`.

use super::authority::Authority;
use super::groups::unknown_name;
use super::pending::pending;
use super::raw::waiver::RawWaiver;
use super::waiver::{self, Emergency};
use super::yaml::{self, Limits, Problem, Severity};
use super::{Beside, Loader};

impl Loader {
    /// Tells every problem of a policy or a waiver, and, as notes, what of it has no effect yet. Which it
    /// is, its first key says. Returns whether it is good.
    pub fn inspect(&mut self, name: &str, text: &[u8]) -> bool {
        self.inspect_beside(name, text, None)
    }

    /// The same, with the files and the policies from Git that a policy builds on.
    pub fn inspect_beside(&mut self, name: &str, text: &[u8], beside: Option<Beside<'_>>) -> bool {
        let limits = limits(name);
        let mut unseen = Vec::new();
        let node = yaml::parse(0, text, &limits, &mut unseen);
        let has = |key: &str| node.as_ref().is_some_and(|node| node.entry(key).is_some());
        if has("waiver") {
            return self.waiver(name, text, &limits);
        }
        if has("emergency") {
            let file = self.sources.add(name, text);
            let read = Emergency::read(file, text);
            return read.map_err(|told| self.problems.extend(told)).is_ok();
        }
        self.tells_dropped = true;
        let Some((node, authority)) = self.read_beside(name, text, &limits, true, beside) else {
            return false;
        };
        let good = self.names_groups(&authority);
        // What has no effect yet does not make a policy bad: `check` and the hooks refuse it.
        self.problems
            .extend(pending(&node).into_iter().map(|problem| Problem {
                severity: Severity::Note,
                ..problem
            }));
        good
    }

    /// A file without groups of its own names those of the organisation, which nobody knows here.
    fn names_groups(&mut self, authority: &Authority) -> bool {
        let groups = &authority.approvers;
        let names = authority.group_names.iter();
        let unknown: Vec<_> = names
            .filter(|name| !groups.contains_key(&name.value))
            .collect();
        for name in &unknown {
            let known = groups.keys().map(String::as_str);
            self.problems.push(if groups.is_empty() {
                let told = format!(
                    "the group `{}` must be one of the organisation's",
                    name.value
                );
                Problem::note(name.span, told)
            } else {
                unknown_name(name, known)
            });
        }
        unknown.is_empty() || groups.is_empty()
    }

    fn waiver(&mut self, name: &str, text: &[u8], limits: &Limits) -> bool {
        let file = self.sources.add(name, text);
        let node = yaml::parse(file, text, limits, &mut self.problems);
        let raw = node.and_then(|node| yaml::read::<RawWaiver>(&node, &mut self.problems));
        let waiver = raw.and_then(|raw| waiver::read(raw, &self.vocabulary, &mut self.problems));
        waiver.is_some()
    }
}

/// An organisation's `policy.yml` may be larger than the file of a repository, which the authors of
/// the judged changes write.
fn limits(name: &str) -> Limits {
    if name.rsplit('/').next() == Some("policy.yml") {
        Limits::ORG
    } else {
        Limits::REPOSITORY
    }
}
