//! Agents and models.

use super::Validator;
use super::accounts::admitted;
use crate::policy::authority::AgentEntry;
use crate::policy::models::ModelPattern;
use crate::policy::raw::{RawAgent, RawModel, RawReview, RawReviewItem, ReviewResult, Status};
use crate::policy::vocabulary::suggestion;
use crate::policy::yaml::Problem;
use crate::text::{Span, Spanned};

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
        if let Some(review) = &agent.review {
            self.review(agent.status.as_ref(), review);
        }
        AgentEntry {
            status: agent.status,
            until,
            since: self.date(agent.since.as_ref()),
            warn_days: agent.warn_days,
            note: agent.note.clone(),
            accounts: admitted(agent.accounts.as_ref()),
            models: self.models(agent.models.as_ref()),
            models_required: agent.models_required,
            review: agent.review.clone(),
            classes: agent
                .classes
                .iter()
                .map(|(class, permission)| (class.value, *permission))
                .collect(),
        }
    }

    /// Answers that are answers, and a status that they allow.
    fn review(&mut self, status: Option<&Spanned<Status>>, review: &RawReview) {
        for (question, item) in review.questions() {
            self.date(item.date.as_ref());
            let Some(result) = item.result else {
                let span = review_span(item);
                let told = format!("`{question}` has no `result`: approved, conditional or denied");
                self.problems
                    .extend(span.map(|span| Problem::error(span, told)));
                continue;
            };
            let digest = |text: &&Spanned<String>| {
                let hex = text.bytes().all(|byte| byte.is_ascii_hexdigit());
                !(hex && text.len() == 64)
            };
            if let Some(text) = item.terms_sha256.as_ref().filter(digest) {
                self.problem(text.span, "a SHA-256 has 64 hexadecimal digits");
            }
            let admitted = status.filter(|status| status.value <= Status::Conditional);
            if let (ReviewResult::Denied, Some(status)) = (result.value, admitted) {
                let told = format!(
                    "the review denied `{question}`, and the status is `{}`: one of them is wrong",
                    status.value.word()
                );
                self.problem(result.span, told);
            }
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

/// Where an answer stands, by the first thing that it says.
fn review_span(item: &RawReviewItem) -> Option<Span> {
    let texts = [&item.by, &item.date, &item.r#ref, &item.terms_sha256];
    let mut said = texts.into_iter().flatten().map(|text| text.span);
    said.next()
}
