//! What a Git server has when a push comes in: its default branch, and the commits that it took
//! before. For the hooks that judge what is received.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BStr, BString, ByteSlice as _};

use super::{Id, Repo, Result, end_of, peel_to_commit};

/// Where references of a namespace (`GIT_NAMESPACE`) lie.
const NAMESPACES: &[u8] = b"refs/namespaces/";

/// The names that a default branch usually has.
const USUAL: [&str; 2] = ["refs/heads/main", "refs/heads/master"];

/// The default branch as it is now: its name for people, and its commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DefaultBranch {
    /// The full name as a push gives it, without the namespace; `HEAD` where that is detached.
    pub name: BString,
    /// The reference that it is, symbolic ones followed, with the namespace; `None` where `HEAD` is detached.
    pub end: Option<BString>,
    /// Its commit.
    pub id: Id,
}

/// The branch that the server's `HEAD` names, else `main`, else `master`: a `HEAD` that names a
/// branch which is not there is common. `namespace` is the value of `GIT_NAMESPACE`; one without a
/// `HEAD` of its own has the repository's.
pub fn default_branch(repo: &dyn Repo, namespace: &BStr) -> Result<Option<DefaultBranch>> {
    let inside = prefix(namespace);
    let found = |full: &BStr, name: BString, id| {
        let end = Some(end_of(repo, full)?);
        Ok(Some(DefaultBranch { name, end, id }))
    };
    if !inside.is_empty() {
        let head = joined(&inside, b"HEAD");
        let named = repo.symbolic(head.as_bstr())?;
        let at = named.as_ref().unwrap_or(&head).as_bstr();
        match (branch(repo, at)?, &named) {
            (Some(id), Some(full)) => {
                let name = full.strip_prefix(inside.as_slice()).unwrap_or(full);
                return found(full.as_bstr(), name.into(), id);
            }
            (Some(id), None) => return Ok(Some(detached(id))),
            (None, _) => {}
        }
    }
    if let Some(id) = repo.head()? {
        if let Some(full) = repo.head_ref()? {
            return found(full.as_bstr(), full.clone(), id);
        }
        return Ok(Some(detached(id)));
    }
    for name in USUAL {
        for place in [&inside[..], b""] {
            let full = joined(place, name.as_bytes());
            if let Some(id) = branch(repo, full.as_bstr())? {
                return found(full.as_bstr(), name.into(), id);
            }
        }
    }
    Ok(None)
}

fn detached(id: Id) -> DefaultBranch {
    let (name, end) = ("HEAD".into(), None);
    DefaultBranch { name, end, id }
}

/// The references that judge in namespaces: those that a `HEAD` there ends at.
#[derive(Debug)]
pub struct NamespaceDefaults(BTreeSet<BString>);

impl NamespaceDefaults {
    /// Follows each `HEAD` that names what is there.
    pub fn read(repo: &dyn Repo) -> Result<Self> {
        let all = repo.named("refs/namespaces/")?.into_iter();
        let heads = all.filter(|(name, _)| inner(name.as_ref()) == Some(b"HEAD"));
        let ends: Result<_> = heads.map(|(name, _)| end_of(repo, name.as_ref())).collect();
        ends.map(Self)
    }

    /// Whether the reference of this whole name, which is at its end, is one, or is the one for which the `HEAD` of
    /// the namespace that it lies in waits.
    pub fn has(&self, repo: &dyn Repo, full: &BStr) -> Result<bool> {
        let own = joined(outer(full), b"HEAD");
        Ok(self.0.contains(full) || (own != "HEAD" && end_of(repo, own.as_ref())? == full))
    }
}

/// Whether a name, as a push gives it, is that of a namespace's `HEAD`, also where a disk does not tell case apart.
pub fn is_namespace_head(name: &BStr) -> bool {
    let own = inner(name).is_some_and(|rest| rest.eq_ignore_ascii_case(b"HEAD"));
    own && !outer(name).is_empty()
}

/// What a reference of a push is to the default branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the default branch.
    Default,
    /// It would be the default one once it is there: `HEAD` names it, or nothing is the default branch yet.
    Coming,
    /// `main` or `master`, which is the default branch when the one that is now is gone.
    Heir,
    /// Another branch.
    Branch,
    /// No branch.
    Other,
}

/// What a push may call the default branch, by where each name ends.
#[derive(Debug)]
pub struct DefaultNames {
    inside: Vec<u8>,
    /// Where the server's own `HEAD` ends: Git keeps a push from deleting that.
    head: BString,
    now: BTreeSet<BString>,
    coming: BTreeSet<BString>,
    heirs: BTreeSet<BString>,
}

impl DefaultNames {
    /// Follows every name that counts for a push to this namespace.
    pub fn read(
        repo: &dyn Repo,
        namespace: &BStr,
        default: Option<&DefaultBranch>,
    ) -> Result<Self> {
        let inside = prefix(namespace);
        let head = end_of(repo, "HEAD".into())?;
        let mut names = Self {
            now: BTreeSet::new(),
            coming: BTreeSet::from([head.clone()]),
            heirs: BTreeSet::new(),
            head,
            inside,
        };
        let at = |place: &[u8], name: &[u8]| end_of(repo, joined(place, name).as_bstr());
        names.coming.insert(at(&names.inside, b"HEAD")?);
        // A namespace without a HEAD of its own has the repository's.
        names.coming.insert(at(&names.inside, &names.head)?);
        for place in [&names.inside[..], b""] {
            for name in USUAL {
                names.heirs.insert(at(place, name.as_bytes())?);
            }
        }
        if let Some(one) = default
            && let Some(end) = one.end.clone()
        {
            names.now.insert(at(&names.inside, &one.name)?);
            names.now.insert(at(&names.inside, &end)?);
            names.now.insert(end);
        } else {
            names.coming.append(&mut names.heirs);
        }
        Ok(names)
    }

    /// Where this name ends, as a push gives it.
    pub fn end(&self, repo: &dyn Repo, name: &BStr) -> Result<BString> {
        end_of(repo, joined(&self.inside, name).as_bstr())
    }

    /// What the reference of this name, as a push gives it, is to the default branch.
    pub fn standing(&self, repo: &dyn Repo, name: &BStr) -> Result<Standing> {
        let full = joined(&self.inside, name);
        let end = self.end(repo, name)?;
        let is_branch = |full: &BString| {
            let name = full.strip_prefix(self.inside.as_slice());
            name.is_some_and(|name| name.starts_with(b"refs/heads/"))
        };
        Ok(if self.now.contains(&end) {
            Standing::Default
        } else if self.coming.contains(&end) {
            Standing::Coming
        } else if self.heirs.contains(&end) {
            Standing::Heir
        } else if is_branch(&full) && is_branch(&end) {
            Standing::Branch
        } else {
            Standing::Other
        })
    }

    /// Whether Git itself decides whether a push may delete the reference of this name, as a push gives it: by
    /// `receive.denyDeleteCurrent`, which knows the repository's `HEAD` alone and follows no name of a push.
    pub fn is_guarded(&self, name: &BStr) -> bool {
        joined(&self.inside, name) == self.head
    }
}

/// What a server has before a push.
#[derive(Debug, Default)]
pub struct Taken {
    commits: BTreeSet<Id>,
    unread: BTreeSet<BString>,
    names: BTreeMap<BString, Id>,
}

impl Taken {
    /// Looks at all references of the repository. The commits at branches and tags count, of every
    /// namespace.
    ///
    /// Other references do not: a forge fills `refs/pull/` and `refs/merge-requests/` with commits
    /// that no hook has seen.
    pub fn read(repo: &dyn Repo) -> Result<Self> {
        let mut taken = Self::default();
        for (name, id) in repo.named("refs/")? {
            if is_branch_or_tag(name.as_ref()) {
                taken.count(repo, &name, Some(id));
            }
            taken.names.insert(name, id);
        }
        Ok(taken)
    }

    /// Counts the commit that a reference leads to as well.
    pub fn count(&mut self, repo: &dyn Repo, name: &BString, id: Option<Id>) {
        match id.map(|id| peel_to_commit(repo, &id)).transpose() {
            Ok(commit) => self.commits.extend(commit.flatten()),
            Err(_) => {
                self.unread.insert(name.clone());
            }
        }
    }

    /// The commits that count, sorted.
    pub fn commits(&self) -> Vec<Id> {
        self.commits.iter().copied().collect()
    }

    /// The references that should count and cannot be read.
    pub fn unread(&self) -> &BTreeSet<BString> {
        &self.unread
    }

    /// What the reference of this name, as a push to the namespace gives it, names now.
    pub fn reference(&self, namespace: &BStr, name: &BStr) -> Option<Id> {
        let full = joined(&prefix(namespace), name);
        self.names.get(&full).copied()
    }
}

fn is_branch_or_tag(name: &BStr) -> bool {
    let is = |rest: &[u8]| rest.starts_with(b"refs/heads/") || rest.starts_with(b"refs/tags/");
    inner(name).is_some_and(is)
}

/// The name inside of all namespaces.
fn inner(name: &BStr) -> Option<&[u8]> {
    let mut rest: &[u8] = name;
    while let Some(inside) = rest.strip_prefix(NAMESPACES) {
        rest = inside.split_once_str("/")?.1;
    }
    Some(rest)
}

/// What stands before the name inside of all namespaces.
fn outer(name: &BStr) -> &[u8] {
    inner(name).map_or(b"", |rest| &name[..name.len() - rest.len()])
}

/// As Git makes it: `a/b` is `refs/namespaces/a/refs/namespaces/b/`.
fn prefix(namespace: &BStr) -> Vec<u8> {
    let parts = namespace.split_str("/").filter(|part| !part.is_empty());
    parts
        .flat_map(|part| [NAMESPACES, part, b"/"].concat())
        .collect()
}

fn joined(place: &[u8], name: &[u8]) -> BString {
    [place, name].concat().into()
}

fn branch(repo: &dyn Repo, full: &BStr) -> Result<Option<Id>> {
    let id = match full.to_str() {
        Ok(text) => repo.reference(text)?,
        // Readers can be asked for text alone, and list every name.
        Err(error) => {
            let (text, _) = full.split_at(error.valid_up_to());
            let named = repo.named(text.to_str().unwrap_or_default())?;
            let mut named = named.into_iter();
            named.find(|(name, _)| name == full).map(|(_, id)| id)
        }
    };
    id.map_or(Ok(None), |id| peel_to_commit(repo, &id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Sandbox;

    fn default(sandbox: &Sandbox, namespace: &str) -> Option<(String, Id)> {
        let found = default_branch(&*sandbox.open(), namespace.into()).unwrap();
        found.map(|branch| (branch.name.to_string(), branch.id))
    }

    #[test]
    fn the_default_branch_is_that_of_head_or_one_with_a_usual_name() {
        let sandbox = Sandbox::new();
        assert_eq!(default(&sandbox, ""), None);
        let one = sandbox.commit("One");
        sandbox.git(&["update-ref", "refs/heads/trunk", &one.to_string()]);
        sandbox.git(&["symbolic-ref", "HEAD", "refs/heads/trunk"]);
        assert_eq!(
            default(&sandbox, ""),
            Some(("refs/heads/trunk".into(), one))
        );
        sandbox.git(&["symbolic-ref", "HEAD", "refs/heads/gone"]);
        sandbox.git(&["update-ref", "-d", "refs/heads/main"]);
        assert_eq!(default(&sandbox, ""), None);
        sandbox.git(&["update-ref", "refs/heads/master", &one.to_string()]);
        assert_eq!(
            default(&sandbox, ""),
            Some(("refs/heads/master".into(), one))
        );
        sandbox.git(&["update-ref", "refs/heads/main", &one.to_string()]);
        assert_eq!(default(&sandbox, ""), Some(("refs/heads/main".into(), one)));
        sandbox.git(&["update-ref", "--no-deref", "HEAD", &one.to_string()]);
        assert_eq!(default(&sandbox, ""), Some(("HEAD".into(), one)));
    }

    #[test]
    fn a_namespace_has_its_own_head_or_the_repositorys() {
        let sandbox = Sandbox::new();
        let (one, two) = (sandbox.commit("One"), sandbox.commit("Two"));
        let inside = "refs/namespaces/a/refs/namespaces/b/";
        assert_eq!(
            default(&sandbox, "a/b"),
            Some(("refs/heads/main".into(), two))
        );
        let full = format!("{inside}refs/heads/x");
        sandbox.git(&["update-ref", &full, &one.to_string()]);
        sandbox.git(&["symbolic-ref", &format!("{inside}HEAD"), &full]);
        assert_eq!(default(&sandbox, "a/b"), Some(("refs/heads/x".into(), one)));
        assert_eq!(
            default(&sandbox, "a"),
            Some(("refs/heads/main".into(), two))
        );
    }

    #[test]
    fn branches_and_tags_of_every_namespace_were_taken_and_nothing_else() {
        let sandbox = Sandbox::new();
        let (one, two) = (sandbox.commit("One"), sandbox.commit("Two"));
        sandbox.git(&["update-ref", "-d", "refs/heads/main"]);
        for (name, known) in [
            ("refs/heads/a", true),
            ("refs/tags/a", true),
            ("refs/namespaces/x/refs/heads/a", true),
            ("refs/namespaces/x/refs/namespaces/y/refs/tags/a", true),
            ("refs/pull/1/head", false),
            ("refs/merge-requests/1/head", false),
            ("refs/notes/ai", false),
            ("refs/namespaces/x/refs/pull/1", false),
        ] {
            sandbox.git(&["update-ref", name, &one.to_string()]);
            let taken = Taken::read(&*sandbox.open()).unwrap();
            let commits = if known { vec![one] } else { vec![] };
            assert_eq!(taken.commits(), commits, "{name}");
            assert!(taken.unread().is_empty());
            sandbox.git(&["update-ref", "-d", name]);
        }
        let blob = sandbox.object("blob", b"x").to_string();
        sandbox.git(&["update-ref", "refs/tags/blob", &blob]);
        sandbox.git(&["update-ref", "refs/heads/b", &two.to_string()]);
        let taken = Taken::read(&*sandbox.open()).unwrap();
        assert_eq!(taken.commits(), [two]);
        assert!(taken.unread().is_empty());
    }
}
