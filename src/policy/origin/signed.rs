//! Whether a policy from Git is signed by whom it must be signed: by a key of `signers` in the system
//! policy, and by one that `--policy-signer` names. For the reader of the store alone.
//!
//! A tag's signature is over the tag, which names the commit; a commit's is over the commit. Either will do,
//! since both lead to the same files. One that is there and does not count is never passed over.

use bstr::ByteSlice as _;

use super::folder::Reach;
use super::lock::Locked;
use super::stored::SourceError;
use crate::git::{Kind, Repo, Signature, commit_signature, of_tag};
use crate::policy::system::{SystemError, system_signers};
use crate::sign::{self, AllowedKey, Gpg, Outcome, Verifier};
use crate::text::show::escaped;

/// Who says which keys sign policies, each with those keys; nobody: they need not be signed.
pub(super) fn askers(reach: Reach<'_>) -> Result<Vec<(String, Vec<AllowedKey>)>, SystemError> {
    let mut asked = system_signers(reach.host)?;
    if !reach.signers.is_empty() {
        asked.push(("--policy-signer".to_owned(), reach.signers.to_vec()));
    }
    Ok(asked)
}

/// Holds a policy to everybody who says which keys sign it. An error has no command that mends it: which one
/// fetches a newer version depends on how the policy is named.
pub(super) fn signed(
    repo: &dyn Repo,
    locked: &Locked,
    reach: Reach<'_>,
) -> Result<(), SourceError> {
    let asked = askers(reach)?;
    if asked.is_empty() {
        return Ok(());
    }
    let (what, signature) = signature(repo, locked)?;
    let (signature, over) = match &signature {
        Signature::None => return Err(refused(&format!("{what} is not signed"), &asked[0].0)),
        Signature::Malformed(why) => {
            return Err(refused(
                &format!("{what} proves nothing: {why}"),
                &asked[0].0,
            ));
        }
        Signature::One { signature, signed } => (signature, signed),
    };
    for (who, keys) in asked {
        if let Some(why) = refusal(keys, reach, signature, over) {
            let told = format!("the signature of {what} does not count: {why}");
            return Err(refused(&told, &who));
        }
    }
    Ok(())
}

/// The signature that counts, and what it is over: the tag's, or the commit's where the tag has none.
fn signature(repo: &dyn Repo, locked: &Locked) -> Result<(String, Signature), SourceError> {
    if let Some(tag) = &locked.tag {
        let raw = repo.read(tag, Kind::Tag)?;
        let signature = of_tag(&raw);
        if signature != Signature::None {
            is_the_tag(&raw, locked)?;
            return Ok((format!("the tag {tag}"), signature));
        }
    }
    let commit = &locked.commit;
    let signature = commit_signature(repo, commit)?;
    Ok((format!("the commit {commit}"), signature))
}

/// Whoever serves a repository may give any signed tag any name; what is signed says the tag's own.
fn is_the_tag(raw: &[u8], locked: &Locked) -> Result<(), SourceError> {
    let name = locked.source.reference.as_deref().unwrap_or_default();
    let name = name.strip_prefix("refs/tags/").unwrap_or(name);
    if locked.source.whole_id().is_some() || name.starts_with("refs/") {
        return Ok(());
    }
    let mut head = raw.lines().take_while(|line| !line.is_empty());
    let own = head.find_map(|line| line.strip_prefix(b"tag "));
    if own == Some(name.as_bytes()) {
        return Ok(());
    }
    let own = own.map_or_else(|| "nothing".to_owned(), escaped);
    let told = format!("the tag {name} was signed as {own}: it is another one");
    Err(SourceError::new("policy-signature", told))
}

/// Why none of these keys made a signature that counts today.
fn refusal(
    keys: Vec<AllowedKey>,
    reach: Reach<'_>,
    signature: &[u8],
    over: &[u8],
) -> Option<String> {
    // Only SSH keys are named, so that no program is asked.
    let verifier = Verifier::new(keys, reach.host.today, Gpg::default());
    match verifier.verify(signature, over, sign::GIT) {
        Outcome::Valid(_) => None,
        Outcome::Invalid(why) | Outcome::Unchecked(why) => Some(why),
    }
}

fn refused(told: &str, who: &str) -> SourceError {
    let who = escaped(who.as_bytes());
    let told = format!(
        "{told}; {who} says who signs policies. Its owners sign a new version (`git commit -S`, `git tag -s`)"
    );
    SourceError::new("policy-signature", told)
}
