//! `secret-file`: a file that is a secret by nature was added.

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::finding::Mode;
use crate::git::{Change, FileMode, Result};
use crate::secret::kind::{Kind, Kinds};
use crate::text::show::shell_quoted;

pub(super) struct SecretFile;

static META: Meta = Meta {
    id: "secret-file",
    finds: "A file that is a secret by nature was added, or got such a name: a private key, a keystore, an \
            environment file, a Terraform state, a tool's stored credentials, a shell's history.",
    why: "What is in such a file is a secret in whole or in parts, often in a form that no detector of \
          single secrets knows. An agent that adds everything adds it too.",
    example: "`.env`, `id_ed25519`, `terraform.tfstate`, or an `.npmrc` with a token. `.env.example` is none, \
              and neither is an `.npmrc` without a token.",
    mend: "Take the file out of the commit and name it in `.gitignore`. If it was pushed, revoke what is in \
           it. A file that others are to fill in is called `.env.example`, `.sample`, `.template` or `.dist`.",
    configure: "rules:\n  secret-file: {agents: block, humans: warn}",
    agents: Some(Mode::Block),
    humans: Some(Mode::Block),
    net: true,
    content: true,
};

impl Rule for SecretFile {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_change(
        &self,
        _context: &Context<'_>,
        commit: &CommitFacts<'_>,
        facts: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let change = facts.change;
        if !change.mode.is_some_and(FileMode::is_file) {
            return Ok(());
        }
        let mut unread = Ok(());
        for kind in Kinds::builtin().named(&change.path) {
            let is_one = match facts.text() {
                Ok(text) => kind.holds(&text),
                // What cannot be read may be one; where the name says all, it is.
                Err(error) => {
                    unread = Err(error);
                    kind.needs_no_text()
                }
            };
            if is_one {
                if !was_one(kind, facts)? {
                    found.push(finding(commit, facts, kind));
                }
                break;
            }
        }
        unread
    }
}

/// Whether the file was of that kind before: then this change did not add it.
fn was_one(kind: &Kind, facts: &ChangeFacts<'_>) -> Result<bool> {
    let change: &Change = facts.change;
    let old = change.old_path.as_ref().unwrap_or(&change.path);
    let same_name = Kinds::builtin().named(old);
    if !same_name.iter().any(|named| named.id() == kind.id()) {
        return Ok(false);
    }
    let old_texts = facts.old_texts()?;
    Ok(old_texts.iter().any(|text| kind.holds(text)))
}

fn finding(
    commit: &CommitFacts<'_>,
    facts: &ChangeFacts<'_>,
    kind: &Kind,
) -> crate::finding::Finding {
    let verb = match (facts.is_standing(), &facts.change.old_path) {
        (true, _) => "is",
        (false, Some(_)) => "is renamed into what is",
        (false, None) => "is added that is",
    };
    let message = format!("a file {verb} a secret by nature: {}", kind.name());
    let mut finding = commit.finding(META.id, facts.entry(), message, help(commit, facts));
    finding.detector = Some(kind.id().to_owned());
    finding.agent = commit.first_agent();
    finding
}

fn help(commit: &CommitFacts<'_>, facts: &ChangeFacts<'_>) -> String {
    let path = shell_quoted(&facts.change.path);
    match path {
        _ if facts.is_standing() => "Keep it out of what agents read, and out of Git.".to_owned(),
        Some(path) if commit.is_being_made() => format!(
            "Keep the file and take it out of the commit: `git rm --cached -q -- {path}`. Name it in `.gitignore`."
        ),
        _ => "Revoke what is in it, then rewrite every commit that holds it: taking it out later leaves it \
              in history."
            .to_owned(),
    }
}
