//! Reading all files of a run, the highest first, and joining what they say. For `load` alone.

use std::collections::BTreeSet;

use super::{Given, Layer, LoadError, Loaded, hex_digest};
use crate::policy::authority::{Authority, Role};
use crate::policy::builds_on::Beside;
use crate::policy::cache::Read;
use crate::policy::canonical::Canonical;
use crate::policy::file::File;
use crate::policy::loader::Loader;
use crate::policy::origin::Reach;
use crate::policy::problem::lines;
use crate::policy::source::Sources;
use crate::policy::waiver::WaiverFiles;
use crate::policy::yaml::{Problem, Severity};
use crate::policy::{Policy, groups, trusted};

/// What was read of all files, each authority at the same position in the first three.
#[derive(Default)]
struct Joined {
    authorities: Vec<Authority>,
    layers: Vec<Layer>,
    /// The canonical forms.
    whole: Vec<Canonical>,
    /// A code and a line for each problem.
    told: Vec<(&'static str, String)>,
    /// The problems of the repository's own policy, which does not judge because of them.
    repaired: Vec<String>,
}

impl Joined {
    /// Takes names of groups that nobody has as problems of those who say them. With a pinned policy the
    /// repository's own is left out, as any that is broken.
    fn heed(&mut self, unknown: Vec<(usize, (&'static str, String))>, pinned: bool) {
        let mut broken = BTreeSet::new();
        for (at, line) in unknown {
            if pinned && self.authorities[at].role == Role::Repository {
                self.repaired.push(line.1);
                broken.insert(at);
            } else {
                self.told.push(line);
            }
        }
        for at in broken.into_iter().rev() {
            self.authorities.remove(at);
            self.layers.remove(at);
            self.whole.remove(at);
        }
    }

    fn loaded(self, sources: Sources, waivers: WaiverFiles) -> Loaded {
        let sha256 = Canonical::joined(&self.whole);
        Loaded {
            policy: Policy::join(self.authorities, sources),
            layers: self.layers,
            sha256,
            trusted: false,
            pinned: false,
            repaired: self.repaired,
            waivers,
        }
    }
}

impl Loader {
    fn read_file(
        &mut self,
        file: &File,
        base: bool,
        pinned: bool,
        reach: Reach<'_>,
    ) -> Result<Option<Read>, LoadError> {
        let beside = Beside {
            folder: &file.folder,
            reach,
            own: file.role >= Role::Repository && file.name == trusted::FILE,
            may_say_who_signs: file.role == Role::System,
        };
        let read = self.read_kept(file, base, beside);
        match std::mem::take(&mut self.unreached).pop() {
            // It stands among the problems too.
            Some(error) if !(pinned && file.role == Role::Repository) => {
                Err(LoadError::Source(error))
            }
            _ => Ok(read),
        }
    }

    pub(super) fn join(
        mut self,
        files: Vec<File>,
        given: Option<&Given>,
        reach: Reach<'_>,
    ) -> Result<Loaded, LoadError> {
        let highest = files.iter().filter(|file| file.may_be_highest());
        let highest = highest.map(|file| file.role).min();
        let mut joined = Joined::default();
        let mut unused = Vec::new();
        for file in files {
            let defaults = Some(file.role) == highest && !file.added;
            // The built-in policy is the base itself.
            let base = defaults && file.role != Role::Builtin;
            let read = self.read_file(&file, base, given.is_some(), reach)?;
            let found = std::mem::take(&mut self.problems);
            let problems = self.lines("policy-invalid", &found);
            // A pinned policy judges alone where the repository's own is broken, so that a change
            // can mend it. The change's own must be good.
            if given.is_some() && file.role == Role::Repository {
                joined
                    .repaired
                    .extend(problems.into_iter().map(|(_, line)| line));
            } else {
                joined.told.extend(problems);
            }
            let Some(Read {
                authority,
                canonical,
                idle,
            }) = read
            else {
                continue;
            };
            unused.extend(idle);
            if let Some(given) = given.filter(|_| file.role == Role::Org) {
                pinned(given, &canonical)?;
            }
            joined.layers.push(Layer {
                role: file.role,
                source: file.source,
                commit: file.commit,
                sha256: canonical.sha256.clone(),
                path: file.path,
                folder: file.folder,
            });
            joined.whole.push(canonical);
            joined.authorities.push(Authority {
                role: file.role,
                defaults,
                ..authority
            });
        }
        joined.told.extend(self.lines("policy-pending", &unused));
        joined.heed(self.unknown_groups(&joined.authorities), given.is_some());
        if joined.told.is_empty() {
            let waivers = WaiverFiles::beside(given, self.vocabulary);
            Ok(joined.loaded(self.sources, waivers))
        } else {
            Err(LoadError::Invalid(joined.told))
        }
    }

    /// The names of groups that nobody has: a code and a line, each with its authority's position.
    fn unknown_groups(&self, authorities: &[Authority]) -> Vec<(usize, (&'static str, String))> {
        let unknown = groups::unknown(authorities).into_iter();
        let told = |(at, problem)| {
            let lines = self.lines("policy-invalid", &[problem]);
            lines.into_iter().map(move |line| (at, line))
        };
        unknown.flat_map(told).collect()
    }

    fn lines(&self, code: &'static str, problems: &[Problem]) -> Vec<(&'static str, String)> {
        let wanted =
            |problem: &&Problem| code == "policy-pending" || problem.severity == Severity::Error;
        let wanted: Vec<Problem> = problems.iter().filter(wanted).cloned().collect();
        lines(&wanted, self.sources.list())
            .into_iter()
            .map(|line| (code, line))
            .collect()
    }
}

/// The digest may be of the file, as `sha256sum` gives it, or of its canonical form, as
/// `policy show` gives it.
fn pinned(given: &Given, canonical: &Canonical) -> Result<(), LoadError> {
    let Some(wanted) = &given.sha256 else {
        return Ok(());
    };
    let found = hex_digest(&given.text);
    if wanted.eq_ignore_ascii_case(&found) || wanted.eq_ignore_ascii_case(&canonical.sha256) {
        return Ok(());
    }
    Err(LoadError::Digest {
        name: given.name.clone(),
        found,
    })
}
