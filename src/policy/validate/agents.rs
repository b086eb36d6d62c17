//! Agents and models.

use super::Validator;
use crate::policy::authority::AgentEntry;
use crate::policy::models::ModelPattern;
use crate::policy::raw::{RawAgent, RawModel, Status};
use crate::policy::vocabulary::suggestion;
use crate::policy::yaml::Problem;
use crate::text::Spanned;

impl Validator<'_> {
    pub(super) fn agent(&mut self, id: &Spanned<String>, agent: &RawAgent) -> AgentEntry {
        let known =
            ["*", "unlisted"].contains(&id.as_str()) || self.vocabulary.agents.contains(&id.value);
        if !known {
            let hint = suggestion(id, self.vocabulary.agents.iter().map(String::as_str));
            self.problems.push(
                Problem::error(id.span, format!("there is no agent `{}`", id.value)).hint(hint),
            );
        }
        let until = self.date(agent.until.as_ref());
        if let Some(status) = &agent.status
            && status.value == Status::Conditional
            && agent.until.is_none()
        {
            self.problem(
                status.span,
                "a conditional approval needs its last day: `until` is missing",
            );
        }
        if let (Some(until), None) = (&agent.until, &agent.status) {
            let told = "an approval ends where it is given: `status` is missing beside `until`";
            self.problem(until.span, told);
        }
        for item in agent.review.iter().flat_map(|review| {
            [
                &review.client_behavior,
                &review.prompt_integrity,
                &review.regional_enforcement,
                &review.data_handling,
            ]
        }) {
            self.date(item.as_ref().and_then(|item| item.date.as_ref()));
        }
        AgentEntry {
            status: agent.status,
            until,
            since: self.date(agent.since.as_ref()),
            warn_days: agent.warn_days,
            models: self.models(agent.models.as_ref()),
            models_required: agent.models_required,
            classes: agent
                .classes
                .iter()
                .map(|(class, permission)| (class.value, *permission))
                .collect(),
        }
    }

    fn models(
        &mut self,
        models: Option<&Spanned<Vec<Spanned<String>>>>,
    ) -> Option<Spanned<Vec<ModelPattern>>> {
        let models = models?;
        let patterns = models.iter().filter_map(|pattern| self.pattern(pattern));
        Some(Spanned::new(patterns.collect(), models.span))
    }

    fn pattern(&mut self, pattern: &Spanned<String>) -> Option<ModelPattern> {
        ModelPattern::new(pattern)
            .map_err(|error| self.problem(pattern.span, error.to_string()))
            .ok()
    }

    pub(super) fn model(
        &mut self,
        pattern: &Spanned<String>,
        model: &RawModel,
    ) -> Option<(ModelPattern, Spanned<Status>)> {
        let status = model.status?;
        if status.value == Status::Conditional {
            let told = "a model has no last day: it is `approved`, `retired` or `denied`";
            self.problem(status.span, told);
        }
        Some((self.pattern(pattern)?, status))
    }
}
