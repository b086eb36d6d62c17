//! `cordon explain`: a rule's page.

use anyhow::Result;
use clap::Args;

use super::output::Terminal;
use super::{Exit, output};
use crate::policy::pending;
use crate::rule::{RULES, page, rule};
use crate::text::wrap::wrap;

/// Explain a rule: what it finds, why, how to mend and to configure it
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule's id, for example zone-agent
    #[arg(value_name = "RULE")]
    rule: String,
}

impl Explain {
    pub(super) fn run(&self, terminal: &Terminal) -> Result<Exit> {
        if let Some(found) = rule(&self.rule) {
            output::print(&wrapped(&page(found.meta()), terminal.stdout_style().width))?;
            return Ok(Exit::Pass);
        }
        if pending::rules().any(|id| id == self.rule) {
            let told = format!("{} may stand in a policy, and finds nothing yet", self.rule);
            output::print(&format!("{told}\n"))?;
            return Ok(Exit::Pass);
        }
        let ids = RULES.iter().map(|rule| rule.meta().id);
        let near = ids.clone().max_by(|one, other| {
            strsim::jaro_winkler(one, &self.rule)
                .total_cmp(&strsim::jaro_winkler(other, &self.rule))
        });
        let all: Vec<&str> = ids.collect();
        anyhow::bail!(
            "there is no rule `{}`; did you mean `{}`?\nThe rules are {}.",
            self.rule,
            near.unwrap_or_default(),
            all.join(", ")
        )
    }
}

/// A page with its prose wrapped, its tables and code as they are.
fn wrapped(page: &str, width: usize) -> String {
    let mut code = false;
    let mut out = String::with_capacity(page.len());
    for line in page.lines() {
        code ^= line.starts_with("```");
        if code || line.starts_with('|') {
            out.push_str(line);
        } else {
            out.push_str(&wrap(line, 0, 0, width));
        }
        out.push('\n');
    }
    out
}
