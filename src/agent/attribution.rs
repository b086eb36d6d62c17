//! What the evidence adds up to for one commit.

use std::collections::BTreeMap;

use bstr::{BString, ByteSlice as _};

use super::assisted_by;
use super::catalogue::Catalogue;
use super::claim_key;
use super::evidence::{self, Evidence, EvidenceKind, Signs, Strength};
use super::mailbox;
use super::model;
use super::under::Under;
use crate::finding::Subject;
use crate::git::{Commit, Identity, Reading, Trailer, squashed_authors};

/// What a commit is, as far as the evidence goes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttributionKind {
    /// An agent is the author.
    Authored,
    /// Other declared or strong evidence.
    Assisted,
    /// A verified identity of the policy's list. [`attribute`] never says so: it knows no policy.
    Automation,
    /// Weak evidence only.
    Suspected,
    /// No sign of an agent: no proof either way.
    #[default]
    None,
}

/// One agent's part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// The agent's id, or [`super::UNLISTED`].
    pub agent: String,
    /// The model that the strongest evidence with a model names.
    pub model: Option<String>,
    /// The evidence, strongest first, then by line and kind. Never empty.
    pub evidence: Vec<Evidence>,
}

impl Claim {
    /// Every model that the evidence names, strongest evidence first; one may come twice.
    pub fn models(&self) -> impl Iterator<Item = &str> {
        self.evidence
            .iter()
            .filter_map(|evidence| evidence.model.as_deref())
    }

    /// What the strongest evidence is worth.
    pub fn strength(&self) -> Option<Strength> {
        self.evidence.iter().map(|evidence| evidence.strength).max()
    }
}

/// The agents of a commit, and what they make of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// What the commit is.
    pub kind: AttributionKind,
    /// The agents, by id.
    pub agents: Vec<Claim>,
    /// The bots of the policy's list that a signature proves to have made it, as positions in
    /// [`crate::policy::Bots`]. [`attribute`] never says so either.
    pub automation: Vec<usize>,
    /// Under whose account they worked. [`attribute`] never says so: it knows no policy.
    pub under: Under,
}

impl Attribution {
    /// As whose change the commit is judged.
    pub fn subject(&self) -> Subject {
        match self.kind {
            AttributionKind::Authored | AttributionKind::Assisted => Subject::Agent,
            AttributionKind::Automation | AttributionKind::Suspected | AttributionKind::None => {
                Subject::Human
            }
        }
    }

    /// The claims by which a change is judged: weak evidence convicts nobody.
    pub fn judged(&self) -> impl Iterator<Item = &Claim> {
        let judged = |claim: &&Claim| claim.strength() > Some(Strength::Weak);
        self.agents.iter().filter(judged)
    }

    /// What several commits' claims add up to for a path that they touched, each by its strongest
    /// evidence.
    pub fn of_claims<'c>(claims: impl Iterator<Item = &'c Claim>) -> Self {
        sum_up(
            claims
                .filter_map(|claim| claim.evidence.first().cloned())
                .collect(),
        )
    }

    /// What the claims that are kept add up to.
    #[must_use]
    pub fn only(self, keep: impl Fn(&Claim) -> bool) -> Self {
        let kept = self.agents.into_iter().filter(|claim| keep(claim));
        sum_up(kept.flat_map(|claim| claim.evidence).collect())
    }

    /// Whether the commit itself says, by declared evidence, that this agent took part.
    pub fn is_declared(&self, agent: &str) -> bool {
        self.agents
            .iter()
            .any(|claim| claim.agent == agent && claim.strength() == Some(Strength::Declared))
    }
}

/// Collects the evidence for one commit and says what it adds up to.
///
/// `trailers` are the message's; `signs` are what is known outside of it.
pub fn attribute(
    catalogue: &Catalogue,
    commit: &Commit,
    trailers: &[Trailer],
    signs: &Signs,
) -> Attribution {
    let mut found = Vec::new();
    let author = identity(catalogue, &commit.author, EvidenceKind::Author, None);
    let committer = identity(
        catalogue,
        &commit.committer,
        EvidenceKind::Committer,
        Some(&commit.author),
    );
    found.extend(author.into_iter().chain(committer));
    for trailer in trailers {
        of_trailer(catalogue, trailer, &mut found);
    }
    of_keys(catalogue, trailers, &mut found);
    of_squashed(catalogue, commit.message.raw(), &mut found);
    for (agent, mark) in catalogue.marks(commit.message.raw()) {
        let strength = if mark.talk {
            Strength::Weak
        } else {
            Strength::Strong
        };
        found.push(Evidence {
            line: Some(mark.number),
            ..plain(agent, EvidenceKind::Mark, strength, mark.line)
        });
    }
    found.retain(|evidence| {
        evidence
            .line
            .is_none_or(|line| !signs.quoted.contains(&line))
    });
    found.extend(signs.branch.as_ref().and_then(|branch| {
        let name = branch.strip_prefix(b"refs/heads/").unwrap_or(branch);
        let agent = catalogue.by_branch(name)?;
        Some(plain(
            agent,
            EvidenceKind::Branch,
            Strength::Weak,
            name.into(),
        ))
    }));
    found.extend(signs.environment.iter().chain(&signs.recorded).cloned());
    sum_up(found)
}

fn sum_up(found: Vec<Evidence>) -> Attribution {
    let mut by_agent: BTreeMap<String, Vec<Evidence>> = BTreeMap::new();
    for evidence in found {
        by_agent
            .entry(evidence.agent.clone())
            .or_default()
            .push(evidence);
    }
    let agents = by_agent
        .into_iter()
        .map(|(agent, mut evidence)| {
            evidence::sort(&mut evidence);
            Claim {
                agent,
                model: evidence.iter().find_map(|evidence| evidence.model.clone()),
                evidence,
            }
        })
        .collect::<Vec<_>>();
    let all = || agents.iter().flat_map(|claim| &claim.evidence);
    let kind = if all().any(|evidence| evidence.kind == EvidenceKind::Author) {
        AttributionKind::Authored
    } else {
        match all().map(|evidence| evidence.strength).max() {
            Some(Strength::Declared | Strength::Strong) => AttributionKind::Assisted,
            Some(Strength::Weak) => AttributionKind::Suspected,
            None => AttributionKind::None,
        }
    };
    Attribution {
        kind,
        agents,
        ..Attribution::default()
    }
}

fn plain(agent: &str, kind: EvidenceKind, strength: Strength, value: BString) -> Evidence {
    Evidence {
        agent: agent.to_owned(),
        kind,
        strength,
        key: None,
        value,
        line: None,
        model: None,
    }
}

/// An agent's own mailbox, or the user's name with an agent's suffix.
///
/// On a committer whose commit has an author without it, a suffix says that the tool committed what
/// a person had changed: it is weak.
fn identity(
    catalogue: &Catalogue,
    identity: &Identity,
    kind: EvidenceKind,
    author: Option<&Identity>,
) -> Option<Evidence> {
    let mailbox = identity.email.to_str_lossy();
    let name = identity.name.to_str_lossy();
    let owner = catalogue.by_address(name.trim(), mailbox.trim());
    let value = || {
        let mut value = identity.name.clone();
        value.extend_from_slice(b" <");
        value.extend_from_slice(&identity.email);
        value.push(b'>');
        value
    };
    if let Some(owner) = owner {
        let strength = declared_unless(owner.disguised);
        return Some(Evidence {
            model: model::before_mailbox(&name),
            ..plain(owner.agent, kind, strength, value())
        });
    }
    let agent = catalogue.by_suffix(identity.name.trim_end())?;
    let authored =
        author.is_none_or(|author| catalogue.by_suffix(author.name.trim_end()) == Some(agent));
    let strength = if authored {
        Strength::Declared
    } else {
        Strength::Weak
    };
    Some(plain(agent, kind, strength, value()))
}

fn of_trailer(catalogue: &Catalogue, trailer: &Trailer, found: &mut Vec<Evidence>) {
    let in_block = trailer.reading == Reading::Git;
    let evidence = |agent: &str, kind, declared: bool, model| Evidence {
        agent: agent.to_owned(),
        kind,
        strength: declared_unless(!declared),
        key: Some(trailer.key.to_str_lossy().into_owned()),
        value: trailer.value.clone(),
        line: Some(trailer.line),
        model,
    };
    if let Some((agent, anywhere)) = catalogue.by_key(&trailer.folded) {
        found.push(evidence(
            agent,
            EvidenceKind::Key,
            in_block || anywhere,
            None,
        ));
    }
    let value = trailer.value.to_str_lossy();
    for owner in catalogue.by_trailer(&trailer.folded, &value) {
        let declared = in_block && !owner.disguised;
        found.push(evidence(owner.agent, EvidenceKind::Trailer, declared, None));
    }
    if claim_key::claims_work(&trailer.folded) {
        for named in assisted_by::named(catalogue, trailer) {
            let declared = in_block && !named.disguised;
            let kind = EvidenceKind::Trailer;
            found.push(evidence(&named.agent, kind, declared, named.model));
        }
    }
}

/// The authors of the commits that `git merge --squash` names.
fn of_squashed(catalogue: &Catalogue, message: &[u8], found: &mut Vec<Evidence>) {
    for (line, author) in squashed_authors(message) {
        let text = author.to_str_lossy();
        let agents = mailbox::addresses(&text);
        let agents = agents.iter().filter_map(|address| {
            let owner = catalogue.by_address(address.name, address.mailbox);
            owner
                .map(|owner| owner.agent)
                .or_else(|| catalogue.by_suffix(address.name.as_bytes()))
        });
        found.extend(agents.map(|agent| Evidence {
            key: Some("Author".to_owned()),
            line: Some(line),
            ..plain(
                agent,
                EvidenceKind::Trailer,
                Strength::Strong,
                author.into(),
            )
        }));
    }
}

/// Keys of which each alone may be anybody's.
fn of_keys(catalogue: &Catalogue, trailers: &[Trailer], found: &mut Vec<Evidence>) {
    let has = |key: &str| trailers.iter().any(|trailer| trailer.folded == key);
    for (agent, key) in catalogue.by_keys(has) {
        let of_key = trailers.iter().filter(|trailer| trailer.folded == key);
        found.extend(of_key.map(|trailer| Evidence {
            key: Some(trailer.key.to_str_lossy().into_owned()),
            line: Some(trailer.line),
            ..plain(
                agent,
                EvidenceKind::Key,
                declared_unless(trailer.reading != Reading::Git),
                trailer.value.clone(),
            )
        }));
    }
}

fn declared_unless(doubtful: bool) -> Strength {
    if doubtful {
        Strength::Strong
    } else {
        Strength::Declared
    }
}
