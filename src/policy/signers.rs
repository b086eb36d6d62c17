//! Who signed a commit: the groups whose key made the signature, and whether that key was touched.

use std::cell::OnceCell;

use jiff::civil::Date;

use super::groups::Groups;
use crate::git::{self, Commit, Repo, Signature};
use crate::sign::{
    self, Armor, ArmorKind, Gpg, MadeUp, Outcome, Proof, Verifier, signed_by_platform,
};

/// The keys of all groups, and whose each is.
#[derive(Debug)]
pub struct Signers {
    verifier: Verifier,
    /// The group of each key.
    owners: Vec<String>,
    groups: Groups,
    /// Whether a policy's test is judged, which makes signatures up.
    in_test: bool,
}

/// Who signed something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignedBy {
    /// Somebody of these groups, by a key that counts today; never empty.
    Groups {
        /// Their names, sorted.
        groups: Vec<String>,
        /// What the signature proves.
        proof: Proof,
    },
    /// Nobody who counts, and why.
    Nobody(String),
    /// It cannot be checked, and why.
    Unknown(String),
}

impl Signers {
    /// Those of these groups, on the run's day.
    pub fn new(groups: &Groups, date: Date, gpg: Gpg) -> Self {
        let keys = groups
            .iter()
            .flat_map(|(name, group)| group.keys().iter().map(move |key| (name, key)));
        let (owners, keys) = keys
            .map(|(name, key)| (name.to_owned(), key.clone()))
            .unzip();
        Self {
            verifier: Verifier::new(keys, date, gpg),
            owners,
            groups: groups.clone(),
            in_test: false,
        }
    }

    /// The same, which believe made-up signatures where a policy's test is judged.
    #[must_use]
    pub fn in_test(self, in_test: bool) -> Self {
        Self { in_test, ..self }
    }

    /// What checks signatures by these keys.
    pub fn verifier(&self) -> &Verifier {
        &self.verifier
    }

    /// The group of the key at a position of the verifier's list.
    pub fn owner(&self, key: usize) -> Option<&str> {
        self.owners.get(key).map(String::as_str)
    }

    /// Who signed a commit or a tag of which this person says to be the committer or tagger.
    ///
    /// The key must be one of a group in which that person is, and stand for the address where it names
    /// addresses: a key proves nothing of somebody else.
    pub fn of(&self, signature: &Signature, address: &[u8]) -> SignedBy {
        let (signature, signed) = match signature {
            Signature::None => return SignedBy::Nobody("it is not signed".to_owned()),
            Signature::Malformed(why) => return SignedBy::Nobody((*why).to_owned()),
            Signature::One { signature, signed } => (signature, signed),
        };
        let made_up = MadeUp::read(signature).filter(|_| self.in_test);
        let outcome = match made_up {
            Some(made_up) => self.believed(&made_up),
            None => self.verifier.verify(signature, signed, sign::GIT),
        };
        let proof = match outcome {
            Outcome::Valid(proof) => proof,
            Outcome::Unchecked(why) => return SignedBy::Unknown(why),
            Outcome::Invalid(why) => {
                let platform = signed_by_platform(signature);
                return SignedBy::Nobody(platform.map_or(why, |platform| {
                    format!("it is the signature of {}, not of a person", platform.name)
                }));
            }
        };
        let of_person = |at: &usize| {
            let (owner, key) = (self.owners.get(*at)?, self.verifier.keys().get(*at)?);
            let group = self.groups.get(owner)?;
            let may_be = group.signs_for(key, address) && proof.stands_for(address);
            may_be.then(|| owner.clone())
        };
        let mut groups: Vec<String> = proof.keys.iter().filter_map(of_person).collect();
        groups.sort_unstable();
        groups.dedup();
        if groups.is_empty() {
            let told = "its key is enrolled, but not for the address of the committer";
            return SignedBy::Nobody(told.to_owned());
        }
        SignedBy::Groups { groups, proof }
    }

    /// What a made-up signature proves: by any of the keys that its signer may have.
    fn believed(&self, made_up: &MadeUp) -> Outcome {
        let Some(signer) = &made_up.signer else {
            return Outcome::Invalid(
                "it is the signature of a platform, not of a person".to_owned(),
            );
        };
        let may_have = |at: &usize| {
            let (owner, key) = (self.owners.get(*at)?, self.verifier.keys().get(*at)?);
            let group = self.groups.get(owner)?;
            Some(group.signs_for(key, signer.as_bytes()))
        };
        let keys = 0..self.owners.len();
        let keys = keys.filter(|at| may_have(at) == Some(true)).collect();
        self.verifier.believe(made_up, keys, sign::GIT)
    }

    /// Whether what a signature proves leaves it open that this address's holder made it: a key that names nobody may
    /// be any member's.
    pub fn may_be(&self, proof: &Proof, address: &str) -> bool {
        let mut keys = proof
            .keys
            .iter()
            .filter_map(|at| self.verifier.keys().get(*at));
        let address = address.as_bytes();
        proof.stands_for(address) && keys.any(|key| self.groups.may_sign(key, address))
    }
}

/// A commit's signature, read and checked when somebody asks.
pub struct CommitSignature<'a> {
    repo: &'a dyn Repo,
    signers: &'a Signers,
    commit: &'a Commit,
    read: OnceCell<Signature>,
    told: OnceCell<SignedBy>,
}

impl<'a> CommitSignature<'a> {
    /// That of a commit of the repository.
    pub fn new(repo: &'a dyn Repo, signers: &'a Signers, commit: &'a Commit) -> Self {
        Self {
            repo,
            signers,
            commit,
            read: OnceCell::new(),
            told: OnceCell::new(),
        }
    }

    /// Who signed it; `None` for the commit that is being made, which nobody can have signed yet.
    pub fn signed_by(&self) -> git::Result<Option<&SignedBy>> {
        if self.commit.id.is_none() {
            return Ok(None);
        }
        if let Some(told) = self.told.get() {
            return Ok(Some(told));
        }
        let told = self
            .signers
            .of(self.signature()?, &self.commit.committer.email);
        Ok(Some(self.told.get_or_init(|| told)))
    }

    /// Whether a key of a group signed it, as far as that is told for nothing: where it was asked already, or
    /// needs no other program.
    pub fn is_proven(&self) -> git::Result<bool> {
        let known = self.told.get().is_some();
        if !known && (self.signers.owners.is_empty() || !self.commit.signed || !self.is_ssh()?) {
            return Ok(false);
        }
        Ok(matches!(self.signed_by()?, Some(SignedBy::Groups { .. })))
    }

    fn is_ssh(&self) -> git::Result<bool> {
        let Signature::One { signature, .. } = self.signature()? else {
            return Ok(false);
        };
        Ok(Armor::parse(signature).is_ok_and(|armor| armor.kind == ArmorKind::Ssh))
    }

    fn signature(&self) -> git::Result<&Signature> {
        if let Some(read) = self.read.get() {
            return Ok(read);
        }
        let read = match self.commit.id {
            Some(id) if self.commit.signed => git::commit_signature(self.repo, &id)?,
            _ => Signature::None,
        };
        Ok(self.read.get_or_init(|| read))
    }
}
