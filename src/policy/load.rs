//! From policy files to a [`Policy`]: parse, inherit, validate, join.

use std::fmt::Write as _;

use sha2::{Digest as _, Sha256};

use super::authority::{Authority, Role};
use super::pending::pending;
use super::problem::lines;
use super::raw::RawPolicy;
use super::source::Sources;
use super::trusted::{Judged, Side, TrustedError, sides};
use super::validate::validate;
use super::vocabulary::Vocabulary;
use super::yaml::{self, Limits, Node, NodeKind, Problem, Severity, canonical_json, merge};
use super::{Policy, packs, trusted};
use crate::git::{self, Id, Repo};

/// The organisation's policy, given from outside the repository.
#[derive(Clone, Debug)]
pub struct Given {
    /// How it is named.
    pub name: String,
    /// Its bytes.
    pub text: Vec<u8>,
    /// The SHA-256 that it must have: of its bytes, or of its canonical form.
    pub sha256: Option<String>,
}

/// A policy that may judge.
#[derive(Debug)]
pub struct Loaded {
    /// The join.
    pub policy: Policy,
    /// What was joined, the highest first.
    pub layers: Vec<Layer>,
    /// SHA-256 of the joined policy's canonical JSON, hexadecimal.
    pub sha256: String,
    /// Whether there was a trusted side.
    pub trusted: bool,
    /// Whether the organisation's policy came from outside.
    pub pinned: bool,
    /// The problems of the repository's own policy, which does not judge because of them.
    pub repaired: Vec<String>,
}

/// One authority's file.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Whose it is.
    pub role: Role,
    /// Where it was read.
    pub source: String,
    /// The commit that it was read from.
    pub commit: Option<Id>,
    /// SHA-256 of its canonical JSON, hexadecimal.
    pub sha256: String,
    /// The file.
    pub path: String,
}

/// Why there is no policy to judge by.
#[derive(Debug)]
pub enum LoadError {
    /// The repository could not be read.
    Git(git::Error),
    /// Files have problems: a code and `file:line:column: message`, one for each.
    Invalid(Vec<(&'static str, String)>),
    /// The organisation's policy is not the one that was pinned.
    Digest {
        /// Its name.
        name: String,
        /// The digest of its bytes.
        found: String,
    },
}

impl std::fmt::Display for LoadError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Git(error) => error.fmt(f),
            Self::Invalid(problems) => problems
                .iter()
                .try_for_each(|(_, line)| writeln!(f, "{line}")),
            Self::Digest { name, found } => {
                write!(
                    f,
                    "{name} has the SHA-256 {found}, which is not the pinned one"
                )
            }
        }
    }
}

/// Loads the policy that judges.
pub fn load(
    repo: &dyn Repo,
    judged: &Judged,
    given: Option<&Given>,
    vocabulary: Vocabulary,
) -> Result<Loaded, LoadError> {
    let found = sides(repo, judged).map_err(|error| match error {
        TrustedError::Git(error) => LoadError::Git(error),
        other => LoadError::Invalid(vec![("policy-invalid", other.to_string())]),
    })?;
    let mut files = Vec::new();
    if let Some(given) = given {
        files.push(File::given(given));
    }
    let trusted = found.files.iter().any(|side| side.trusted);
    if !trusted && given.is_none() {
        files.push(File::builtin());
    }
    files.extend(found.files.into_iter().map(File::side));
    let mut loaded = Loader::new(vocabulary).join(files, given)?;
    loaded.trusted = found.trusted || given.is_some();
    loaded.pinned = given.is_some();
    Ok(loaded)
}

/// Loads the policy where there is no repository: the one that is given, or the built-in one.
pub fn load_alone(given: Option<&Given>, vocabulary: Vocabulary) -> Result<Loaded, LoadError> {
    let file = given.map_or_else(File::builtin, File::given);
    let mut loaded = Loader::new(vocabulary).join(vec![file], given)?;
    // Nothing that is judged has chosen it.
    loaded.trusted = true;
    loaded.pinned = given.is_some();
    Ok(loaded)
}

/// A policy file that is to be read.
struct File {
    role: Role,
    /// How lines are named.
    name: String,
    source: String,
    commit: Option<Id>,
    text: Vec<u8>,
    path: String,
    limits: Limits,
}

impl File {
    fn given(given: &Given) -> Self {
        Self {
            role: Role::Org,
            name: given.name.clone(),
            source: given.name.clone(),
            commit: None,
            text: given.text.clone(),
            path: given.name.clone(),
            limits: Limits::ORG,
        }
    }

    fn builtin() -> Self {
        Self {
            role: Role::Builtin,
            name: packs::DEFAULT_NAME.to_owned(),
            source: packs::DEFAULT_NAME.to_owned(),
            commit: None,
            text: packs::DEFAULT.as_bytes().to_vec(),
            path: "policies/default.yml".to_owned(),
            limits: Limits::REPOSITORY,
        }
    }

    fn side(side: Side) -> Self {
        Self {
            role: if side.trusted {
                Role::Repository
            } else {
                Role::Change
            },
            name: trusted::FILE.to_owned(),
            source: side.source,
            commit: side.commit,
            text: side.text,
            path: trusted::FILE.to_owned(),
            limits: Limits::REPOSITORY,
        }
    }
}

/// Reads policy files and collects all their problems.
pub struct Loader {
    vocabulary: Vocabulary,
    /// The files read so far.
    pub sources: Sources,
    /// Their problems, notes too.
    pub problems: Vec<Problem>,
}

impl Loader {
    /// A loader that has read nothing.
    pub fn new(vocabulary: Vocabulary) -> Self {
        Self {
            vocabulary,
            sources: Sources::default(),
            problems: Vec::new(),
        }
    }

    /// Reads one file as its authority's opinion: with `base`, what the built-in packs say where it
    /// says nothing.
    ///
    /// Returns the merged tree and the opinion; `None` with problems where it cannot be used.
    pub fn read(
        &mut self,
        name: &str,
        text: &[u8],
        limits: &Limits,
        base: bool,
    ) -> Option<(Node, Authority)> {
        let file = self.sources.add(name, text);
        let errors = self.errors();
        let own = yaml::parse(file, text, limits, &mut self.problems)?;
        let raw: RawPolicy = yaml::salvage(&own, &mut self.problems)?;
        self.vocabulary.learn(&raw);
        if self.errors() != errors {
            // What is left may have problems too: they are all told at once.
            validate(&raw, &self.vocabulary, &mut self.problems);
            return None;
        }
        let merged = inherited(own, &raw, base, &mut self.sources, &mut self.problems)?;
        let whole: RawPolicy = yaml::read(&merged, &mut self.problems)?;
        let authority = validate(&whole, &self.vocabulary, &mut self.problems);
        let authority = Authority {
            file: Some(file),
            ..authority
        };
        (self.errors() == errors).then_some((merged, authority))
    }

    fn errors(&self) -> usize {
        self.problems
            .iter()
            .filter(|problem| problem.severity == Severity::Error)
            .count()
    }

    fn join(mut self, files: Vec<File>, given: Option<&Given>) -> Result<Loaded, LoadError> {
        let highest = files.iter().map(|file| file.role).min();
        let mut authorities = Vec::new();
        let mut layers = Vec::new();
        let mut whole = Vec::new();
        let mut unused = Vec::new();
        let mut told = Vec::new();
        let mut repaired = Vec::new();
        for file in files {
            let defaults = Some(file.role) == highest;
            // The built-in policy is the base itself.
            let base = defaults && file.role != Role::Builtin;
            let read = self.read(&file.name, &file.text, &file.limits, base);
            let found = std::mem::take(&mut self.problems);
            let problems = self.lines("policy-invalid", &found);
            // A pinned policy judges alone where the repository's own is broken, so that a change
            // can mend it. The change's own must be good.
            if given.is_some() && file.role == Role::Repository {
                repaired.extend(problems.into_iter().map(|(_, line)| line));
            } else {
                told.extend(problems);
            }
            let Some((node, authority)) = read else {
                continue;
            };
            unused.extend(pending(&node));
            let canonical = canonical_json(&node);
            if let Some(given) = given.filter(|_| file.role == Role::Org) {
                pinned(given, &canonical)?;
            }
            layers.push(Layer {
                role: file.role,
                source: file.source,
                commit: file.commit,
                sha256: hex_digest(canonical.as_bytes()),
                path: file.path,
            });
            whole.push(canonical);
            authorities.push(Authority {
                role: file.role,
                defaults,
                ..authority
            });
        }
        told.extend(self.lines("policy-pending", &unused));
        if !told.is_empty() {
            return Err(LoadError::Invalid(told));
        }
        let sha256 = hex_digest(format!("[{}]", whole.join(",")).as_bytes());
        let policy = Policy::join(authorities, self.sources);
        Ok(Loaded {
            policy,
            layers,
            sha256,
            trusted: false,
            pinned: false,
            repaired,
        })
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

/// A policy laid over what it builds on: with `base`, the built-in packs where it says nothing.
pub(super) fn inherited(
    own: Node,
    raw: &RawPolicy,
    base: bool,
    sources: &mut Sources,
    problems: &mut Vec<Problem>,
) -> Option<Node> {
    let mut lower: Option<Node> = None;
    for pack in packs::bases(raw, base) {
        let file = sources.add(format!("pack:{}", pack.name), pack.text);
        let node = yaml::parse(file, pack.text.as_bytes(), &Limits::ORG, problems)?;
        let node = without_identity(node);
        lower = Some(match lower {
            Some(lower) => merge(lower, node),
            None => node,
        });
    }
    Some(match lower {
        Some(lower) => merge(lower, own),
        None => own,
    })
}

/// A policy does not inherit who another one is.
fn without_identity(node: Node) -> Node {
    match node.kind {
        NodeKind::Map(mut entries) => {
            entries.retain(|(key, _)| key.text() != Some("policy"));
            Node {
                kind: NodeKind::Map(entries),
                ..node
            }
        }
        NodeKind::Scalar { .. } | NodeKind::Seq(_) => node,
    }
}

/// The digest may be of the file, as `sha256sum` gives it, or of its canonical form, as
/// `policy show` gives it.
fn pinned(given: &Given, canonical: &str) -> Result<(), LoadError> {
    let Some(wanted) = &given.sha256 else {
        return Ok(());
    };
    let found = hex_digest(&given.text);
    if wanted.eq_ignore_ascii_case(&found)
        || wanted.eq_ignore_ascii_case(&hex_digest(canonical.as_bytes()))
    {
        return Ok(());
    }
    Err(LoadError::Digest {
        name: given.name.clone(),
        found,
    })
}

/// SHA-256 as 64 hexadecimal digits.
pub fn hex_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes)
        .iter()
        .fold(String::with_capacity(64), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
