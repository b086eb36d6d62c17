//! What a policy builds on: packs, files beside it, and policies from Git, laid under it in order.

use super::origin::{Folder, GitSource, LOCK, Lock, Reach, SourceError, is_address, stored};
use super::packs;
use super::raw::{RawPolicy, RawSource};
use super::source::{Origin, Sources};
use super::validate::misplaced_signers;
use super::yaml::{self, Limits, Node, NodeKind, Problem, Severity, canonical_json, merge};
use crate::text::{Span, Spanned};

/// Policies that build on one another.
const DEPTH: usize = 8;

/// Files that one policy builds on, each counted as often as it is read: what two name is read twice.
const FILES: usize = 256;

/// Where a repository's own policy may have files to build on: what is changed there is told.
const OWN_FOLDER: &str = ".cordon/";

/// A policy does not inherit who another one is, what that builds on, or which repository it is of.
const INHERITED_BY_NOBODY: [&str; 4] = ["policy", "extends", "repository", "signers"];

/// Where a policy file lies.
#[derive(Clone, Copy)]
pub struct Beside<'a> {
    /// What else is there.
    pub folder: &'a Folder,
    /// How that is read.
    pub reach: Reach<'a>,
    /// Whether it is the judged repository's own file: what that names in Git is an authority of its
    /// own, and nothing to inherit.
    pub own: bool,
    /// Whether it may be the machine owner's, who alone says which keys sign policies from Git.
    pub may_say_who_signs: bool,
}

/// Lays a policy over what it builds on.
pub(super) struct Builder<'b, 'a> {
    /// Where the file lies; without it packs alone are laid under it.
    pub(super) beside: Option<Beside<'a>>,
    pub(super) sources: &'b mut Sources,
    pub(super) problems: &'b mut Vec<Problem>,
    /// Policies from Git that could not be had.
    pub(super) unreached: &'b mut Vec<SourceError>,
    /// Whether each entry of a list is told that a file drops.
    pub(super) tells_dropped: bool,
}

/// A file that builds on others.
struct At<'n> {
    /// How its lines are named.
    name: &'n str,
    /// Its folder, relative to that of the first file; empty, or with a slash at its end.
    dir: String,
    /// The names of all that build on it.
    chain: &'n [String],
    /// How many files were read before the first of them.
    before: usize,
}

impl Builder<'_, '_> {
    /// The policy with what it inherits: with `base`, the default pack where it names nothing.
    pub(super) fn built(
        &mut self,
        name: &str,
        own: Node,
        raw: &RawPolicy,
        base: bool,
    ) -> Option<Node> {
        let chain = [name.to_owned()];
        let dir = String::new();
        let at = At {
            name,
            dir,
            chain: &chain,
            before: self.sources.list().len(),
        };
        self.over(own, raw, base, &at)
    }

    fn over(&mut self, own: Node, raw: &RawPolicy, base: bool, at: &At<'_>) -> Option<Node> {
        let mut lower: Option<Node> = None;
        let default = RawSource {
            pack: Some(Spanned::new(
                packs::DEFAULT_PACK.to_owned(),
                Span::default(),
            )),
            ..RawSource::default()
        };
        let listed: Vec<&RawSource> = match &raw.extends {
            Some(sources) => sources.iter().map(|source| &source.value).collect(),
            None if base => vec![&default],
            None => Vec::new(),
        };
        self.second_organisation(&listed);
        let mut last = None;
        for source in listed {
            // The same one again changes nothing.
            if last.replace(source).is_some_and(|last| same(last, source)) {
                continue;
            }
            let errors = self.errors();
            let node = self.source(source, at);
            if self.errors() > errors {
                return None;
            }
            let Some(node) = node else {
                continue;
            };
            lower = Some(match lower {
                Some(lower) => merge(lower, node),
                None => node,
            });
        }
        Some(match lower {
            Some(lower) => {
                if self.tells_dropped {
                    dropped(&lower, &own, self.sources, self.problems);
                }
                merge(lower, own)
            }
            None => own,
        })
    }

    fn second_organisation(&mut self, listed: &[&RawSource]) {
        if self.beside.is_some_and(|beside| beside.own) {
            let named = listed.iter().filter_map(|source| source.git.as_ref());
            self.problems.extend(named.skip(1).map(|git| {
                let told = "a repository has one organisation: a second Git source is an error";
                Problem::error(git.span, told)
            }));
        }
    }

    fn errors(&self) -> usize {
        let severe = |one: &&Problem| one.severity == Severity::Error;
        self.problems.iter().filter(severe).count()
    }

    /// What one entry of `extends` stands for; `None` for nothing, and with a problem.
    fn source(&mut self, source: &RawSource, at: &At<'_>) -> Option<Node> {
        if self.sources.list().len() - at.before >= FILES || self.sources.is_full() {
            let named = [&source.pack, &source.file, &source.git];
            let span = named.into_iter().flatten().next().map(|text| text.span);
            let told = format!("a policy builds on more than {FILES} files");
            self.problems
                .push(Problem::error(span.unwrap_or_default(), told));
            return None;
        }
        if let Some(name) = &source.pack {
            let pack = packs::PACKS.iter().find(|pack| pack.name == name.value)?;
            let name = format!("pack:{}", pack.name);
            let file = self.sources.add_from(name, pack.text, Origin::Pack);
            let node = yaml::parse(file, pack.text.as_bytes(), &Limits::ORG, self.problems)?;
            return Some(without(node, &INHERITED_BY_NOBODY));
        }
        let beside = self.beside?;
        let named = source.file.as_ref().or(source.git.as_ref());
        if let (Folder::Nowhere, Some(named)) = (beside.folder, named) {
            let told =
                "a policy that stands alone, as a machine owner's does, builds on packs alone";
            self.problems.push(Problem::error(named.span, told));
            return None;
        }
        match (&source.file, &source.git) {
            (Some(file), _) => self.file(file, beside, at),
            (None, Some(git)) if !beside.own => self.git(git.span, source, beside, at),
            (None, Some(git)) if at.chain.len() > 1 => {
                let told = "only `.cordon.yml` itself names the organisation's policy";
                self.problems.push(Problem::error(git.span, told));
                None
            }
            // The organisation's has a say of its own.
            _ => None,
        }
    }

    fn file(&mut self, file: &Spanned<String>, beside: Beside<'_>, at: &At<'_>) -> Option<Node> {
        let path = format!("{}{}", at.dir, file.value);
        let mut wrong = |told: String| {
            self.problems.push(Problem::error(file.span, told));
        };
        if beside.own && !path.starts_with(OWN_FOLDER) {
            let told = "a repository's policy builds on files below `.cordon/` alone";
            wrong(told.to_owned());
            return None;
        }
        let text = match beside
            .folder
            .file(beside.reach, &path, Limits::ORG.bytes as u64)
        {
            Ok(Some(text)) => text,
            Ok(None) => {
                wrong(format!("there is no file `{path}` beside the policy"));
                return None;
            }
            Err(error) => {
                wrong(error.to_string());
                return None;
            }
        };
        let name = sibling(at.name, &file.value);
        let dir = path.rfind('/').map_or("", |end| &path[..=end]).to_owned();
        self.below((&name, Origin::Beside(path)), &text, dir, file.span, at)
    }

    fn git(
        &mut self,
        span: Span,
        raw: &RawSource,
        beside: Beside<'_>,
        at: &At<'_>,
    ) -> Option<Node> {
        let source = GitSource::of(raw, self.problems)?;
        match from_git(&source, beside, &at.dir) {
            Ok((text, folder)) => {
                let name = source.name_of(&source.path);
                let there = Builder {
                    beside: Some(Beside {
                        folder: &folder,
                        ..beside
                    }),
                    sources: self.sources,
                    problems: self.problems,
                    unreached: self.unreached,
                    tells_dropped: false,
                };
                let mut there = there;
                there.below((&name, Origin::Git), &text, String::new(), span, at)
            }
            Err(error) => {
                let problem = Problem::error(span, error.told.clone());
                self.problems.push(problem.hint(error.mend.clone()));
                self.unreached.push(error);
                None
            }
        }
    }

    /// A policy that stands below another.
    fn below(
        &mut self,
        (name, origin): (&str, Origin),
        text: &[u8],
        dir: String,
        named: Span,
        at: &At<'_>,
    ) -> Option<Node> {
        let told = if at.chain.iter().any(|above| above == name) {
            Some(format!("`{name}` builds on itself"))
        } else {
            let deep = at.chain.len() >= DEPTH;
            deep.then(|| format!("more than {DEPTH} policies build on one another"))
        };
        if let Some(told) = told {
            self.problems.push(Problem::error(named, told));
            return None;
        }
        let file = self.sources.add_from(name, text, origin);
        let node = yaml::parse(file, text, &Limits::ORG, self.problems)?;
        let raw: RawPolicy = yaml::salvage(&node, self.problems)?;
        self.problems.extend(misplaced_signers(&node));
        let chain: Vec<String> = at.chain.iter().cloned().chain([name.to_owned()]).collect();
        let below = At {
            name,
            dir,
            chain: &chain,
            before: at.before,
        };
        let whole = self.over(node, &raw, false, &below)?;
        Some(without(whole, &INHERITED_BY_NOBODY))
    }
}

fn from_git(
    source: &GitSource,
    beside: Beside<'_>,
    dir: &str,
) -> Result<(Vec<u8>, Folder), SourceError> {
    let lock = beside
        .folder
        .file(beside.reach, &format!("{dir}{LOCK}"), 64 << 10)?;
    let lock = lock.ok_or_else(|| SourceError::unlocked(source))?;
    let lock = Lock::parse(LOCK, &lock)
        .map_err(|problems| SourceError::new("policy-lock", problems.join("; ")))?;
    let locked = lock
        .of_source(source)
        .ok_or_else(|| SourceError::unlocked(source))?;
    let read = stored(locked, beside.reach, "cordon policy lock")?;
    Ok((read.text, read.folder))
}

/// Notes the entries of inherited lists that a policy leaves out: a list replaces.
fn dropped(lower: &Node, own: &Node, sources: &Sources, problems: &mut Vec<Problem>) {
    match (&lower.kind, &own.kind) {
        (NodeKind::Map(_), NodeKind::Map(entries)) => {
            for (key, value) in entries {
                let below = key.text().and_then(|key| lower.entry(key));
                if let Some((_, below)) = below {
                    dropped(below, value, sources, problems);
                }
            }
        }
        (NodeKind::Seq(before), NodeKind::Seq(now)) => {
            let kept: Vec<String> = now.iter().map(canonical_json).collect();
            for gone in before {
                let text = canonical_json(gone);
                let from = sources.line(gone.span);
                // What of a pack is dropped `left_out` tells.
                if !kept.contains(&text) && !from.file.starts_with("pack:") {
                    let told = format!("this list drops {text} of {}:{}", from.file, from.line);
                    problems.push(Problem::note(own.span, told));
                }
            }
        }
        _ => {}
    }
}

/// The name of a file that another names.
fn sibling(name: &str, path: &str) -> String {
    // A file of a repository has its address before a `#`, which a path may have too.
    let begin = match name.split_once('#') {
        Some((address, _)) if is_address(address) => address.len() + 1,
        _ => 0,
    };
    let end = name[begin..]
        .rfind('/')
        .map_or(begin, |end| begin + end + 1);
    format!("{}{path}", &name[..end])
}

fn same(one: &RawSource, other: &RawSource) -> bool {
    let texts = |source: &'_ RawSource| {
        [
            &source.pack,
            &source.file,
            &source.git,
            &source.r#ref,
            &source.path,
        ]
        .map(|text| text.as_ref().map(|text| text.value.clone()))
    };
    texts(one) == texts(other)
}

fn without(node: Node, keys: &[&str]) -> Node {
    match node.kind {
        NodeKind::Map(mut entries) => {
            entries.retain(|(key, _)| !keys.iter().any(|one| key.text() == Some(*one)));
            Node {
                kind: NodeKind::Map(entries),
                ..node
            }
        }
        NodeKind::Scalar { .. } | NodeKind::Seq(_) => node,
    }
}
