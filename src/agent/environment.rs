//! The agent at whose hand this process runs, as its environment and the processes above it tell.
//!
//! Environments leak: a terminal that an agent opened first, an editor's terminal that a person
//! types in. What people have too is weak.

use std::collections::{BTreeMap, BTreeSet};

use bstr::{BString, ByteSlice};

use super::catalogue::Catalogue;
use super::evidence::{self, Evidence, EvidenceKind, Strength};
use super::process::processes;
use super::raw::Sign;
use crate::host::Host;

type Variables = BTreeMap<BString, BString>;

/// The variable by which agents of any make say their name.
const AI_AGENT: &str = "AI_AGENT";

/// What the environment `env` says of agents, strongest first.
///
/// No value of a variable is taken over unless the catalogue holds it as a constant: the others may
/// be tokens.
pub fn environment(catalogue: &Catalogue, env: &Variables) -> Vec<Evidence> {
    let mut found = Vec::new();
    for entry in catalogue.entries() {
        let signs = &entry.environment;
        let strong = signs.strong.iter().map(|sign| (sign, Strength::Strong));
        let weak = signs.ambient.iter().map(|sign| (sign, Strength::Weak));
        for (sign, strength) in strong.chain(weak) {
            if holds(sign, env) {
                let value = shown(sign, env);
                found.push(variable(&entry.agent, strength, &sign.var, value));
            }
        }
    }
    if let Some(value) = env.get(AI_AGENT.as_bytes().as_bstr())
        && let Some((agent, name)) = named(catalogue, &value.to_str_lossy())
    {
        let name = BString::from(name);
        found.push(variable(agent, Strength::Strong, AI_AGENT, name));
    }
    without_bases(catalogue, &mut found);
    evidence::sort(&mut found);
    found
}

/// What this run's environment and the processes above it say of agents, strongest first.
pub fn surroundings(catalogue: &Catalogue, host: &Host) -> Vec<Evidence> {
    let mut found = environment(catalogue, &host.env);
    found.extend(processes(catalogue, &host.ancestors));
    evidence::sort(&mut found);
    found
}

fn variable(agent: &str, strength: Strength, name: &str, value: BString) -> Evidence {
    Evidence {
        agent: agent.to_owned(),
        kind: EvidenceKind::Environment,
        strength,
        key: Some(name.to_owned()),
        value,
        line: None,
        model: None,
    }
}

fn holds(sign: &Sign, env: &Variables) -> bool {
    let Some(value) = env.get(sign.var.as_bytes().as_bstr()) else {
        return false;
    };
    let says = match (&sign.value, &sign.prefix, &sign.contains) {
        (None, None, None) => is_set(value),
        (whole, prefix, part) => {
            whole.as_ref().is_none_or(|whole| value == whole.as_bytes())
                && prefix
                    .as_ref()
                    .is_none_or(|prefix| value.starts_with(prefix.as_bytes()))
                && part
                    .as_ref()
                    .is_none_or(|part| value.contains_str(part.as_bytes()))
        }
    };
    says && sign.with.iter().all(|other| holds(other, env))
}

/// Whether a variable says anything but no.
pub(super) fn is_set(value: &[u8]) -> bool {
    !matches!(value, b"" | b"0" | b"false")
}

fn shown(sign: &Sign, env: &Variables) -> BString {
    if let Some(value) = &sign.value {
        return BString::from(value.as_str());
    }
    match env
        .get(sign.var.as_bytes().as_bstr())
        .map(|value| value.as_slice())
    {
        Some(plain @ (b"1" | b"true")) => plain.into(),
        _ => BString::default(),
    }
}

/// The agent that `AI_AGENT` names: `name`, `name@version`, `name_version_mode`.
fn named<'c>(catalogue: &'c Catalogue, value: &str) -> Option<(&'c str, String)> {
    let value = value.trim();
    let mut names = vec![value];
    names.extend(value.split_once('@').map(|(name, _)| name));
    names.extend(
        value
            .split_once('_')
            .filter(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
            .map(|(name, _)| name),
    );
    names
        .into_iter()
        .find_map(|name| Some((catalogue.by_alias(name)?.agent, name.to_owned())))
}

/// Takes away what an agent sets in the name of another, if it shows itself at least as strongly.
fn without_bases(catalogue: &Catalogue, found: &mut Vec<Evidence>) {
    let mut strongest: BTreeMap<&str, Strength> = BTreeMap::new();
    for evidence in &*found {
        let strength = strongest
            .entry(&evidence.agent)
            .or_insert(evidence.strength);
        *strength = evidence.strength.max(*strength);
    }
    let covered = strongest
        .iter()
        .filter_map(|(agent, strength)| Some((catalogue.get(agent)?, *strength)))
        .flat_map(|(entry, strength)| entry.before.iter().map(move |base| (base, strength)))
        .flat_map(|(base, strength)| up_to(strength).map(move |covered| (base.clone(), covered)))
        .collect::<BTreeSet<_>>();
    found.retain(|evidence| !covered.contains(&(evidence.agent.clone(), evidence.strength)));
}

fn up_to(strength: Strength) -> impl Iterator<Item = Strength> {
    [Strength::Weak, Strength::Strong, Strength::Declared]
        .into_iter()
        .filter(move |&lower| lower <= strength)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(env: &[(&str, &str)]) -> Vec<(String, Strength, String)> {
        let env = env
            .iter()
            .map(|(name, value)| (BString::from(*name), BString::from(*value)))
            .collect();
        environment(Catalogue::builtin(), &env)
            .into_iter()
            .map(|found| (found.agent, found.strength, found.value.to_string()))
            .collect()
    }

    fn strong(agent: &str, value: &str) -> (String, Strength, String) {
        (agent.to_owned(), Strength::Strong, value.to_owned())
    }

    #[test]
    fn the_common_variable_is_read_in_its_dialects() {
        assert_eq!(
            seen(&[("AI_AGENT", "claude-code_2-1-312_agent")]),
            [strong("claude-code", "claude-code")]
        );
        assert_eq!(seen(&[("AI_AGENT", "devin@1")]), [strong("devin", "devin")]);
        assert_eq!(
            seen(&[("AI_AGENT", "github_copilot_vscode_agent")]),
            [strong("github-copilot", "github_copilot_vscode_agent")]
        );
        assert_eq!(seen(&[("AI_AGENT", "1")]), []);
        assert_eq!(seen(&[("AI_AGENT", "nobody@1")]), []);
    }

    #[test]
    fn an_agent_that_poses_as_its_base_is_itself() {
        assert_eq!(
            seen(&[("AGENT", "amp"), ("CLAUDECODE", "1")]),
            [strong("amp", "amp")]
        );
        assert_eq!(
            seen(&[("QWEN_CODE", "1"), ("GEMINI_CLI", "1")]),
            [strong("qwen-code", "1")]
        );
        assert_eq!(seen(&[("AGENT", "1")]), []);
        assert_eq!(seen(&[("AGENT", "smith")]), []);
    }

    #[test]
    fn a_value_that_may_be_secret_stays_outside() {
        let session = "5f1c-session";
        for (_, _, value) in seen(&[
            ("CODEX_THREAD_ID", session),
            ("COPILOT_AGENT_SESSION_ID", session),
            ("COPILOT_AGENT_PROMPT", session),
            ("GITHUB_COPILOT_API_TOKEN", session),
            ("AWS_EXECUTION_ENV", "AmazonQ-For-CLI Version/1.2"),
            ("AI_AGENT", "devin@5f1c-session"),
        ]) {
            assert!(!value.contains("session") && !value.contains("Version"));
        }
    }

    #[test]
    fn a_variable_that_says_no_is_no_sign() {
        for value in ["", "0", "false"] {
            assert_eq!(seen(&[("CURSOR_AGENT", value)]), [], "{value}");
        }
        assert_eq!(seen(&[("CURSOR_AGENT", "1")]), [strong("cursor", "1")]);
        assert_eq!(
            seen(&[("ANTHROPIC_API_KEY", "x"), ("GOOSE_PROVIDER", "x")]),
            []
        );
    }
}
