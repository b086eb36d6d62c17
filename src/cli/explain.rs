//! `cordon explain`: a rule's page.

use anyhow::Result;
use clap::Args;

use super::{Exit, output};
use crate::rule::{RULES, page, rule};

/// Explain a rule: what it finds, why, how to mend and to configure it
#[derive(Debug, Args)]
pub(super) struct Explain {
    /// The rule's id, for example zone-agent
    #[arg(value_name = "RULE")]
    rule: String,
}

impl Explain {
    pub(super) fn run(&self) -> Result<Exit> {
        if let Some(found) = rule(&self.rule) {
            output::print(&page(found.meta()))?;
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
