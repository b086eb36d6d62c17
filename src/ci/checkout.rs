//! The checkout of a job, and its remote where the job may fetch: commits that are here, or are brought.

mod depth;

use std::collections::BTreeMap;

use bstr::{BStr, BString, ByteSlice as _};

use super::{System, Tip};
use crate::check::Obstacle;
use crate::git::{self, Depth, Id, Remote, Repo, peel_to_commit};
use crate::host::Host;
use crate::text::show::escaped;

/// How a repository is opened: anew after each fetch.
pub type Opener<'a> = dyn Fn() -> Result<Box<dyn Repo + Send>, Box<Obstacle>> + 'a;

/// A checkout that may grow.
pub(super) struct Checkout<'a> {
    pub(super) repo: Box<dyn Repo + Send>,
    open: &'a Opener<'a>,
    system: &'a dyn System,
    remote: Option<Remote>,
}

impl<'a> Checkout<'a> {
    /// The checkout of this job; it grows where `fetch` says that it may.
    pub(super) fn new(
        open: &'a Opener<'a>,
        host: &Host,
        system: &'a dyn System,
        fetch: bool,
    ) -> Result<Self, Box<Obstacle>> {
        let repo = open()?;
        let remote = fetch.then(|| Remote::origin(&*repo, host));
        let remote = remote.transpose().map_err(|error| told(&error))?;
        Ok(Self {
            repo,
            open,
            system,
            remote,
        })
    }

    /// Whether the remote may be asked.
    pub(super) fn may_fetch(&self) -> bool {
        self.remote.is_some()
    }

    /// The full name of the default branch, as the remote says or said it.
    pub(super) fn default_branch(&self) -> Result<Option<BString>, Box<Obstacle>> {
        if let Some(remote) = &self.remote {
            let name = remote.default_branch();
            return name.map_err(|error| self.unfetched("the default branch", &error));
        }
        let head = self.repo.symbolic("refs/remotes/origin/HEAD".into());
        let head = head.map_err(|error| told(&error))?;
        Ok(head.and_then(|name| {
            let name = name.strip_prefix(b"refs/remotes/origin/")?;
            Some([b"refs/heads/", name].concat().into())
        }))
    }

    /// The tip of a branch of the remote: as it is now, or where nothing may be fetched, as the checkout knows it.
    pub(super) fn tip(&mut self, name: &BStr) -> Result<Option<Id>, Box<Obstacle>> {
        if let Some(remote) = &self.remote {
            let tip = remote.tip(name);
            let tip = tip.map_err(|error| self.unfetched(&shown(name), &error))?;
            if let Some(id) = tip {
                self.had(id, Some(name), "the tip of a branch")?;
            }
            return Ok(tip);
        }
        if name.starts_with(b"refs/tags/") {
            let name = name.to_str().ok();
            let tag = name.map_or(Ok(None), |name| self.repo.reference(name));
            return tag.map_err(|error| told(&error));
        }
        let short = name.strip_prefix(b"refs/heads/");
        let Some(short) = short.and_then(|short| short.to_str().ok()) else {
            return Ok(None);
        };
        let tracking = self.repo.reference(&format!("refs/remotes/origin/{short}"));
        tracking.map_err(|error| told(&error))
    }

    /// The tips of several references of the remote, by their names: of those that it has. None without leave to ask.
    pub(super) fn tips(&mut self, names: &[&BStr]) -> Result<BTreeMap<BString, Id>, Box<Obstacle>> {
        let Some(remote) = &self.remote else {
            return Ok(BTreeMap::new());
        };
        let tips = remote.tips(names);
        let tips = tips.map_err(|error| self.unfetched("the heads of requests", &error))?;
        let wanted: Vec<_> = tips
            .iter()
            .map(|(name, id)| (*id, Some(name.as_bstr())))
            .collect();
        self.all_had(&wanted, "the head of a request")?;
        Ok(tips.into_iter().collect())
    }

    /// A commit that an event names, by its id or by the branch that has it; without either, `HEAD`.
    pub(super) fn commit(&mut self, tip: &Tip, what: &str) -> Result<Id, Box<Obstacle>> {
        let name = tip.name.as_ref().map(AsRef::as_ref);
        let Some(id) = tip.id else {
            let id = match name {
                Some(name) => self.tip(name)?,
                None => Some(self.revision("HEAD")?),
            };
            return id.ok_or_else(|| self.no_branch(name));
        };
        self.had(id, name, what)?;
        let commit = peel_to_commit(&*self.repo, &id).map_err(|error| told(&error))?;
        commit.ok_or_else(|| Box::new(Obstacle::told("event", format!("{what} {id} is no commit"))))
    }

    /// What a person names: a whole id is fetched where it is missing.
    pub(super) fn revision(&mut self, revision: &str) -> Result<Id, Box<Obstacle>> {
        if let Some(id) = Id::from_hex(revision.as_bytes()) {
            let tip = Tip {
                id: Some(id),
                name: None,
            };
            return self.commit(&tip, "the commit");
        }
        self.repo.resolve(revision).map_err(|error| told(&error))
    }

    /// The commit that a branch was before a push, if it is still to be had: after one by force it may be gone, and
    /// then a remark says so.
    pub(super) fn before(
        &mut self,
        id: Id,
        remarks: &mut Vec<String>,
    ) -> Result<Option<Id>, Box<Obstacle>> {
        if !self.has(&id)? {
            if self.remote.is_none() {
                // Whether it is gone or was not fetched nobody can tell.
                return Err(self.missing("the commit before the push", id));
            }
            if let Err(error) = self.bring(&[id.to_string().into()]) {
                remarks.push(self.gone(id, &error)?);
                return Ok(None);
            }
            self.reopen()?;
        }
        peel_to_commit(&*self.repo, &id).map_err(|error| told(&error))
    }

    /// What is said of a commit before a push that the remote says it does not give. Any other failure says nothing of
    /// the commit.
    fn gone(&self, id: Id, error: &git::Error) -> Result<String, Box<Obstacle>> {
        let instead = "what the default branch lacks is judged";
        if Remote::has_no_such(error) {
            return Ok(format!(
                "the commit before the push, {id}, is gone from origin: {instead}"
            ));
        }
        if Remote::gives_none_by_ids(error) {
            return Ok(format!(
                "the commit before the push, {id}, cannot be fetched, and may be gone from origin: {instead} ({error})"
            ));
        }
        Err(self.unfetched("the commit before the push", error))
    }

    /// Fetches what is missing: by its id, and where the remote gives none by ids, by the reference that leads to it.
    pub(super) fn had(
        &mut self,
        id: Id,
        name: Option<&BStr>,
        what: &str,
    ) -> Result<(), Box<Obstacle>> {
        self.all_had(&[(id, name)], what)
    }

    fn all_had(&mut self, wanted: &[(Id, Option<&BStr>)], what: &str) -> Result<(), Box<Obstacle>> {
        let mut lacking = Vec::new();
        for one in wanted {
            if !self.has(&one.0)? {
                lacking.push(*one);
            }
        }
        let Some((first, _)) = lacking.first() else {
            return Ok(());
        };
        if self.remote.is_none() {
            return Err(self.missing(what, *first));
        }
        let ids: Vec<BString> = lacking
            .iter()
            .map(|(id, _)| id.to_string().into())
            .collect();
        let names: Option<Vec<BString>> = lacking
            .iter()
            .map(|(_, name)| Some((*name)?.into()))
            .collect();
        let mut brought = self.bring(&ids);
        if let (Err(_), Some(names)) = (&brought, &names) {
            brought = self.bring(names);
        }
        brought.map_err(|error| self.unfetched(&format!("{what} {first}"), &error))?;
        self.reopen()?;
        for (id, _) in lacking {
            if !self.has(&id)? {
                return Err(self.missing(what, id));
            }
        }
        Ok(())
    }

    /// Fetches. A shallow clone takes no more than the tips: what is wanted of them is found out later.
    fn bring(&self, what: &[BString]) -> git::Result<()> {
        let Some(remote) = &self.remote else {
            return Ok(());
        };
        let shallow = !self.repo.facts().shallow.is_empty();
        let depth = if shallow { Depth::Tip } else { Depth::New };
        remote.fetch(what, depth)
    }

    fn has(&self, id: &Id) -> Result<bool, Box<Obstacle>> {
        self.repo.has(id).map_err(|error| told(&error))
    }

    fn reopen(&mut self) -> Result<(), Box<Obstacle>> {
        self.repo = (self.open)()?;
        Ok(())
    }

    fn missing(&self, what: &str, id: Id) -> Box<Obstacle> {
        let told = format!("{what}, {id}, is not in this checkout");
        self.mended("missing-commit", told)
    }

    /// A branch that is wanted and not there.
    pub(super) fn no_branch(&self, name: Option<&BStr>) -> Box<Obstacle> {
        let name = name.map_or_else(|| "the base".to_owned(), shown);
        let told = match self.remote {
            Some(_) => format!("origin has no branch {name}"),
            None => format!("the tip of {name} is not in this checkout"),
        };
        self.mended("missing-branch", told)
    }

    fn unfetched(&self, what: &str, error: &git::Error) -> Box<Obstacle> {
        let told = format!("{what} cannot be fetched: {error}");
        if Remote::refuses_who_asks(error) {
            let mend = self.system.credentials().to_owned();
            return Box::new(Obstacle::told("unfetched", told).mended_by(Some(mend)));
        }
        self.mended("unfetched", told)
    }

    fn mended(&self, code: &'static str, told: String) -> Box<Obstacle> {
        let mend = match self.remote {
            Some(_) => self.system.mend().to_owned(),
            None => format!("{}, or run cordon ci --fetch", self.system.mend()),
        };
        Box::new(Obstacle::told(code, told).mended_by(Some(mend)))
    }
}

pub(super) fn told(error: &git::Error) -> Box<Obstacle> {
    Box::new(Obstacle::from(error))
}

/// A branch's name, for people and for the report.
pub(super) fn shown(name: &BStr) -> String {
    escaped(name.strip_prefix(b"refs/heads/").unwrap_or(name))
}
