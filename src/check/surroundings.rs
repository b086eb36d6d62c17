//! What this machine says of the run: the agent at whose hand it runs, the maker's variables, its programs.

use std::collections::BTreeMap;

use bstr::BString;

use super::{Request, What};
use crate::agent::{Catalogue, Evidence, Strength, surroundings};
use crate::host::Host;
use crate::policy::Outside;
use crate::sign::Gpg;

/// What the machine says of the maker of a commit.
#[derive(Clone, Default)]
pub(super) struct Surroundings<'a> {
    /// The agents at whose hand this process runs.
    pub(super) agents: Vec<Evidence>,
    /// The variables; `None` where they are nobody's who makes a commit.
    pub(super) env: Option<&'a BTreeMap<BString, BString>>,
}

impl Request<'_> {
    /// The surroundings, as evidence of who makes a commit.
    pub(super) fn surroundings(&self, catalogue: &Catalogue) -> Surroundings<'_> {
        Surroundings {
            agents: self.actor(catalogue),
            env: Some(&self.host.env),
        }
    }

    /// The policy from outside.
    pub(super) fn outside(&self) -> Outside<'_> {
        Outside {
            given: self.policy.as_ref(),
            host: self.host,
            signers: self.signers,
        }
    }

    /// What the surroundings say of agents. Those of a server are not the pusher's.
    pub(super) fn actor(&self, catalogue: &Catalogue) -> Vec<Evidence> {
        match self.what {
            What::Receive(_) => Vec::new(),
            _ => surroundings(catalogue, self.host),
        }
    }
}

/// The agent at whose hand this process runs, by strong evidence.
pub(super) fn actor_of(environment: &[Evidence]) -> Option<String> {
    let mut strong = environment.iter();
    let found = strong.find(|evidence| evidence.strength >= Strength::Strong)?;
    Some(found.agent.clone())
}

/// The `gpg` of this machine.
pub(super) fn gpg(host: &Host) -> Gpg {
    let var = |name| host.var(name).map(|value| value.as_slice());
    Gpg::find(var("PATH"), var("TMPDIR"))
}
