//! Attribution against commits as agents and people really write them.
//!
//! The fixtures are written from public history and not from the catalogue, so that they can
//! contradict it; `tests/fixtures/agents/README.md` has their format.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use bstr::{BString, ByteSlice as _};
use cordon::agent::{
    Attribution, Catalogue, Evidence, EvidenceKind, Signs, attribute, environment,
};
use cordon::git::{Commit, Identity, Message};

/// What one `expect-agent` line asks for.
#[derive(Debug, Default)]
struct Expected {
    agent: String,
    model: Option<String>,
    strength: Option<String>,
    evidence: Option<String>,
}

struct Fixture {
    file: String,
    commit: Commit,
    branch: Option<BString>,
    env: BTreeMap<BString, BString>,
    kind: String,
    agents: Vec<Expected>,
}

impl Fixture {
    fn parse(file: &str, text: &[u8]) -> Result<Self, String> {
        let (head, message) = text.split_once_str("\n---\n").ok_or("no line `---`")?;
        let mut fixture = Self {
            file: file.to_owned(),
            commit: Commit {
                id: None,
                parents: Vec::new(),
                tree: None,
                author: Identity::default(),
                committer: Identity::default(),
                message: Message::new(message),
                signed: false,
            },
            branch: None,
            env: BTreeMap::new(),
            kind: String::new(),
            agents: Vec::new(),
        };
        for line in head.to_str().map_err(|_| "header is not UTF-8")?.lines() {
            fixture
                .header(line)
                .ok_or_else(|| format!("bad header: {line}"))?;
        }
        let commit = &fixture.commit;
        if commit.author.email.is_empty() || commit.committer.email.is_empty() {
            return Err("author or committer is missing".to_owned());
        }
        if (fixture.kind == "none") != fixture.agents.is_empty() {
            return Err("a kind other than `none` needs an agent, and `none` has none".to_owned());
        }
        Ok(fixture)
    }

    fn header(&mut self, line: &str) -> Option<()> {
        let (key, value) = line.split_once(": ")?;
        match key {
            "author" => self.commit.author = identity(value)?,
            "committer" => self.commit.committer = identity(value)?,
            "branch" => self.branch = Some(value.into()),
            "env" => {
                let (name, value) = value.split_once('=')?;
                self.env.insert(name.into(), value.into());
            }
            "expect" => {
                let kinds = ["authored", "assisted", "suspected", "none"];
                let kind = value.strip_prefix("kind=")?;
                kinds
                    .contains(&kind)
                    .then(|| kind.clone_into(&mut self.kind))?;
            }
            "expect-agent" => self.agents.push(expected(value)?),
            _ => return None,
        }
        Some(())
    }

    fn attribute(&self, commit: &Commit) -> Attribution {
        let catalogue = Catalogue::builtin();
        let signs = Signs {
            environment: environment(catalogue, &self.env),
            branch: self.branch.clone(),
            ..Signs::default()
        };
        attribute(catalogue, commit, &commit.message.trailers(), &signs)
    }

    /// What is not as expected; `None` when all is.
    fn mismatch(&self) -> Option<String> {
        let found = self.attribute(&self.commit);
        let ids: BTreeSet<&str> = self.agents.iter().map(|line| line.agent.as_str()).collect();
        let found_ids: BTreeSet<&str> = found.agents.iter().map(|c| c.agent.as_str()).collect();
        let good = word(&found.kind) == self.kind
            && ids == found_ids
            && self.agents.iter().all(|line| line.holds(&found));
        (!good).then(|| {
            format!(
                "{}\n  expected: {} {:?}\n  found:    {} {:?}",
                self.file,
                self.kind,
                self.agents,
                word(&found.kind),
                found.agents
            )
        })
    }
}

impl Expected {
    fn holds(&self, found: &Attribution) -> bool {
        let Some(claim) = found.agents.iter().find(|claim| claim.agent == self.agent) else {
            return false;
        };
        let model = match (self.model.as_deref(), claim.model.as_deref()) {
            (None, _) | (Some("-"), None) => true,
            (Some(wanted), Some(model)) => {
                wanted.replace('.', "-") == model.replace('.', "-") && wanted != "-"
            }
            (Some(_), None) => false,
        };
        let is = |wanted: &Option<String>, found: String| {
            wanted.as_ref().is_none_or(|wanted| *wanted == found)
        };
        model
            && claim.evidence.iter().any(|piece| {
                is(&self.strength, word(&piece.strength)) && is(&self.evidence, word(&piece.kind))
            })
    }
}

/// An enum's variant as the reports write it.
fn word(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").to_ascii_lowercase()
}

fn identity(text: &str) -> Option<Identity> {
    let (name, email) = text.strip_suffix('>')?.rsplit_once(" <")?;
    Some(Identity {
        name: name.into(),
        email: email.into(),
    })
}

fn expected(text: &str) -> Option<Expected> {
    let mut words = text.split(' ');
    let mut line = Expected {
        agent: words.next()?.to_owned(),
        ..Expected::default()
    };
    for word in words {
        let (key, value) = word.split_once('=')?;
        let slot = match key {
            "model" => &mut line.model,
            "strength" => &mut line.strength,
            "evidence" => &mut line.evidence,
            _ => return None,
        };
        *slot = Some(value.to_owned());
    }
    Some(line)
}

/// Every fixture of a folder, by name.
fn fixtures(folder: &str) -> Result<Vec<Fixture>, String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/fixtures")
        .join(folder);
    let told = |error: std::io::Error| format!("{}: {error}", folder.display());
    let mut paths = Vec::new();
    for entry in fs::read_dir(&folder).map_err(told)? {
        let path = entry.map_err(told)?.path();
        if path.extension().is_some_and(|end| end == "commit") {
            paths.push(path);
        }
    }
    paths.sort();
    let read = |path: &std::path::PathBuf| {
        let root = env!("CARGO_MANIFEST_DIR");
        let name = path
            .strip_prefix(root)
            .unwrap_or(path)
            .display()
            .to_string();
        let text = fs::read(path).map_err(|error| format!("{name}: {error}"))?;
        Fixture::parse(&name, &text).map_err(|error| format!("{name}: {error}"))
    };
    paths.iter().map(read).collect()
}

fn all_as_expected(folder: &str, at_least: usize) {
    let fixtures = fixtures(folder).unwrap_or_else(|error| panic!("{error}"));
    assert!(fixtures.len() >= at_least, "only {} files", fixtures.len());
    let wrong: Vec<String> = fixtures.iter().filter_map(Fixture::mismatch).collect();
    assert!(
        wrong.is_empty(),
        "{} of {} fixtures differ:\n{}",
        wrong.len(),
        fixtures.len(),
        wrong.join("\n")
    );
}

#[test]
fn commits_of_agents_are_attributed_to_them() {
    all_as_expected("agents", 90);
}

#[test]
fn commits_of_people_are_attributed_to_nobody() {
    all_as_expected("people", 70);
}

/// The addresses in a text: runs of address characters around an `@`.
fn addresses(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| !(byte.is_ascii_alphanumeric() || b"@.+-_[]".contains(byte)))
        .filter(|run| run.contains(&b'@'))
        .collect()
}

/// An address with one letter changed, for each letter. The number before `+` is no part of the
/// name: accounts are renamed and numbers are shared, so a changed name gets a number of nobody.
fn mutants(address: &[u8]) -> Vec<Vec<u8>> {
    let at = address.find_byte(b'@').unwrap_or(0);
    let number = address
        .find_byte(b'+')
        .filter(|&plus| plus < at && address[..plus].iter().all(u8::is_ascii_digit))
        .map_or(0, |plus| plus + 1);
    let mut mutants = Vec::new();
    for index in (number..address.len()).filter(|&index| address[index].is_ascii_alphabetic()) {
        let mut mutant = address.to_vec();
        mutant[index] = match mutant[index] {
            b'z' => b'a',
            b'Z' => b'A',
            letter => letter + 1,
        };
        if number > 0 && index < at {
            mutant.splice(..number, *b"1+");
        }
        mutants.push(mutant);
    }
    mutants
}

/// The addresses that a piece of evidence rests on. Aider's mark is in the name: there the address
/// is a person's own.
fn rests_on(commit: &Commit, piece: &Evidence) -> Vec<BString> {
    let whole = |identity: &Identity| {
        let by_name = identity.name.ends_with(b"(aider)");
        Vec::from_iter((!by_name).then(|| identity.email.clone()))
    };
    match piece.kind {
        EvidenceKind::Author => whole(&commit.author),
        EvidenceKind::Committer => whole(&commit.committer),
        EvidenceKind::Trailer if piece.value.find(b"mailto:").is_none() => {
            let found = addresses(&piece.value);
            found.into_iter().map(BString::from).collect()
        }
        _ => Vec::new(),
    }
}

/// The commit with one address replaced where the evidence has it.
fn replaced(commit: &Commit, kind: EvidenceKind, address: &[u8], mutant: &[u8]) -> Commit {
    let mut commit = commit.clone();
    match kind {
        EvidenceKind::Author => commit.author.email = mutant.into(),
        EvidenceKind::Committer => commit.committer.email = mutant.into(),
        _ => commit.message = Message::new(commit.message.raw().replace(address, mutant)),
    }
    commit
}

/// Every place and agent that evidence of one kind names.
fn places(found: &Attribution, kind: EvidenceKind) -> BTreeSet<(String, Option<u32>)> {
    let pieces = found.agents.iter().flat_map(|claim| &claim.evidence);
    pieces
        .filter(|piece| piece.kind == kind)
        .map(|piece| (piece.agent.clone(), piece.line))
        .collect()
}

#[test]
fn an_address_with_one_letter_changed_is_nobodys() {
    let fixtures = fixtures("agents").unwrap_or_else(|error| panic!("{error}"));
    let (mut tried, mut survivors) = (0, Vec::new());
    for fixture in &fixtures {
        let found = fixture.attribute(&fixture.commit);
        for piece in found.agents.iter().flat_map(|claim| &claim.evidence) {
            for address in rests_on(&fixture.commit, piece) {
                tried += 1;
                for mutant in mutants(&address) {
                    let commit = replaced(&fixture.commit, piece.kind, &address, &mutant);
                    let place = (piece.agent.clone(), piece.line);
                    if places(&fixture.attribute(&commit), piece.kind).contains(&place) {
                        let mutant = mutant.as_bstr();
                        survivors.push(format!("{}: {} as {mutant}", fixture.file, piece.agent));
                    }
                }
            }
        }
    }
    assert!(
        survivors.is_empty(),
        "{} still attributed:\n{}",
        survivors.len(),
        survivors.join("\n")
    );
    assert!(tried >= 100, "only {tried} addresses were tried");
}
