//! The first policy as text. Every value has the reason for it beside it, and nothing stops anybody
//! who was not stopped before: what is new warns.

use std::fmt::Write as _;

use super::history::History;
use super::owners::Owners;
use super::survey::{Found, Survey};
use crate::agent::UNLISTED;

/// Where the schema for editors is looked for.
const SCHEMA: &str = ".cordon/policy-v1.json";
/// Where the comments behind values stand.
const COLUMN: usize = 44;

/// The text of `.cordon.yml`.
pub(super) fn policy(id: &str, survey: &Survey<'_>, owners: &Owners, history: &History) -> String {
    let mut page = Page {
        out: String::new(),
        owners,
    };
    page.head(id, survey, history);
    page.agents(history);
    page.trailers(history);
    page.zones(survey);
    page.suggestions(survey);
    page.rules(history);
    page.out
}

struct Page<'a> {
    out: String,
    owners: &'a Owners,
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push('\n');
    }

    /// A value, and a word about it.
    fn noted(&mut self, text: &str, note: &str) {
        let gap = COLUMN.saturating_sub(text.chars().count()).max(1);
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{text}{:gap$}# {note}", "");
    }

    fn head(&mut self, id: &str, survey: &Survey<'_>, history: &History) {
        self.line(&format!("# yaml-language-server: $schema={SCHEMA}"));
        self.line("# For editors. This writes the file that the line above names:");
        self.line(&format!(
            "#   mkdir -p .cordon && cordon policy schema > {SCHEMA}"
        ));
        self.line("#");
        let files = counted(survey.files, "tracked file");
        let commits = counted(history.commits, "commit");
        self.line(&format!(
            "# A first policy for this repository, made of {files} and {commits}."
        ));
        self.line("# It warns and stops nobody but those whom the built-in rules stop already. Read it, change");
        self.line("# it, then let it block. `cordon policy check` tells what is wrong with it,");
        self.line("# `cordon check --all --exit-zero --policy .cordon.yml` what it would have found so far.");
        if survey.secret_names > 0 {
            let names = counted(survey.secret_names, "name");
            self.line(&format!(
                "# Left out: {names} with what looks like a secret."
            ));
        }
        self.line("cordon: 1");
        self.line("policy:");
        self.noted(&format!("  id: {id}"), "stands in every report");
        self.noted("  version: 1", "only goes up");
        self.line("");
        self.noted(
            "extends: [{pack: default}]",
            "the built-in policy: zones for CI, build, agents",
        );
        self.line("");
    }

    fn agents(&mut self, history: &History) {
        let commits = counted(history.commits, "commit");
        let by = history.by_agents;
        self.line("# Who may commit. As long as this is a comment, every agent may. The decision is one for those");
        self.line(
            "# who accepted the vendors' terms; `\"*\"` stands for every agent that is not listed.",
        );
        if history.cut {
            self.line("# The clone is shallow: there may be more.");
        }
        if by == 0 {
            self.line(&format!("# Of the last {commits} none names an agent."));
        } else {
            let verb = if by == 1 { "names" } else { "name" };
            self.line(&format!("# Of the last {commits} {by} {verb} an agent:"));
        }
        self.line("#agents:");
        self.line("#  \"*\": {status: denied}");
        if by == 0 {
            // A line to change, since nobody knows the ids by heart.
            self.line("#  claude-code: {status: approved}");
        }
        for (agent, count) in &history.agents {
            let count = counted(*count, "commit");
            if agent == UNLISTED {
                self.line(&format!("#  # {count} by names that the catalogue lacks"));
            } else {
                self.noted(&format!("#  {agent}: {{status: approved}}"), &count);
            }
        }
        self.line("");
    }

    fn trailers(&mut self, history: &History) {
        self.line("trailers:");
        self.line("  # An agent's commit says so where Git finds it again. `cordon install` puts a hook in place that");
        self.line("  # writes the line.");
        self.line("  require:");
        self.line("    - {any_of: [Assisted-by, Co-authored-by]}");
        if signs_off(history) {
            let commits = counted(history.commits, "commit");
            self.line(&format!(
                "  # {} of the last {commits} are signed off. An agent cannot certify where a change comes from.",
                history.signed_off
            ));
            self.line("  forbid:");
            self.line("    - {key: Signed-off-by, naming: agent}");
        }
        self.line("");
    }

    fn zones(&mut self, survey: &Survey<'_>) {
        self.line("zones:");
        self.line("  # From the built-in policy: agents are denied there, and a finding warns. A line below that is");
        self.line("  # no comment any more lets it block.");
        for (zone, patterns) in &survey.inherited {
            let parts = patterns
                .iter()
                .take(3)
                .map(|(pattern, count)| format!("{pattern} ({count})"));
            let mut parts: Vec<String> = parts.collect();
            if patterns.len() > 3 {
                parts.push("…".to_owned());
            }
            self.line(&format!("  # Here in `{zone}`: {}", parts.join(", ")));
        }
        for zone in ["ci", "build", "agent-config"] {
            self.line(&format!("  #{zone}: {{mode: block}}"));
        }
        for found in survey.zones() {
            self.line("");
            self.zone(found, "  ");
        }
        let missing = survey.areas.iter();
        let missing =
            missing.filter(|found| found.patterns.is_empty() && found.area.adds_to.is_none());
        let missing: Vec<&str> = missing.map(|found| found.area.zone).collect();
        let missing: Vec<&str> = missing.into_iter().filter(|zone| *zone != "gate").collect();
        self.line("");
        if !missing.is_empty() {
            self.line(&format!(
                "  # Not found by the usual names: {}.",
                missing.join(", ")
            ));
            self.line("");
        }
    }

    fn zone(&mut self, found: &Found<'_>, indent: &str) {
        let area = found.area;
        self.line(&format!("{indent}# {}", area.why));
        let owners = self.owners.of(&found.files);
        if let (Some(place), false) = (self.owners.place, owners.is_empty()) {
            let owners = owners
                .iter()
                .map(|(owner, count)| format!("{owner} ({count})"));
            let owners: Vec<String> = owners.collect();
            self.line(&format!(
                "{indent}# {place} has as owners: {}",
                owners.join(", ")
            ));
        }
        self.line(&format!("{indent}{}:", area.zone));
        self.line(&format!("{indent}  class: {}", area.class));
        self.noted(
            &format!("{indent}  agents: denied"),
            "allowed, or leave the zone out",
        );
        self.noted(
            &format!("{indent}  mode: warn"),
            "block, once it finds what it should",
        );
        self.line(&format!("{indent}  paths:"));
        if area.class == "policy" {
            self.noted(&format!("{indent}    - \".cordon.yml\""), "this file");
        }
        for (pattern, count) in &found.patterns {
            self.noted(
                &format!("{indent}    - \"{pattern}\""),
                &counted(*count, "file"),
            );
        }
    }

    /// Zones that a name suggests and only a person can judge.
    fn suggestions(&mut self, survey: &Survey<'_>) {
        let suggested = survey.areas.iter();
        let suggested = suggested.filter(|found| !found.area.drawn && !found.patterns.is_empty());
        let mut any = false;
        for found in suggested {
            if !any {
                self.line("  # By their names these may be zones too. Take in what is one.");
            }
            any = true;
            self.zone(found, "  #");
        }
        if any {
            self.line("");
        }
    }

    fn rules(&mut self, history: &History) {
        self.line("rules:");
        self.line("  # New here, so they warn. Take a line out, and its rule blocks.");
        self.noted(
            "  trailer-missing: {mode: warn}",
            "an agent's commit without its trailer",
        );
        if signs_off(history) {
            self.noted(
                "  trailer-forbidden: {mode: warn}",
                "an agent that signed off",
            );
        }
    }
}

/// Whether signing off is the custom here: at least every tenth commit.
fn signs_off(history: &History) -> bool {
    history.signed_off > 0 && history.signed_off * 10 >= history.commits
}

fn counted(count: usize, what: &str) -> String {
    let end = if count == 1 { "" } else { "s" };
    format!("{count} {what}{end}")
}
