//! The register of reviewed agents, on a page of 80 columns and for programs.

use jiff::civil::Date;
use serde_json::{Value, json};

use super::clean;
use crate::policy::{AccountClass, Policy, QUESTIONS, RawReviewItem, Registered, Status};
use crate::text::wrap::wrap;
use crate::text::{Span, Spanned};

/// How wide the page is.
const WIDTH: usize = 80;

/// Where values stand.
const INDENT: usize = 13;

/// The register of a policy on a date, as a page: the agents by id, then what holds for the others.
pub(super) fn page(policy: &Policy, date: Date) -> String {
    let mut agents = policy.register(date);
    if agents.is_empty() {
        return "The policy lists no agent: each counts as approved.\n".to_owned()
            + "`cordon agents list --all` shows every agent that is known.\n";
    }
    agents.sort_by_key(|agent| (agent.id == "*", agent.id));
    let ids = agents.iter().map(|agent| shown_id(agent.id).len());
    let widest = ids.max().unwrap_or(0).max(INDENT - 2);
    let entries = agents.iter();
    let entries = entries.map(|agent| entry(policy, agent, date, widest));
    let mut out = entries.collect::<Vec<_>>().join("\n");
    if !policy.listed_agents().contains("*") {
        out.push_str("\nEvery other agent counts as approved.\n");
    }
    out
}

fn shown_id(id: &str) -> &str {
    if id == "*" { "every other" } else { id }
}

fn entry(policy: &Policy, agent: &Registered<'_>, date: Date, widest: usize) -> String {
    let id = shown_id(agent.id);
    let mut out = format!("{id:widest$}  {}\n", standing(agent, date));
    let mut line = |key: &str, value: &str| {
        let value = wrap(value, INDENT, INDENT, WIDTH);
        out.push_str(&(format!("  {key:9}  ") + &value + "\n"));
    };
    let coming = agent.coming;
    if let Some((day, status)) = coming.filter(|(_, status)| *status != agent.status.value) {
        line("coming", &format!("{} from {day} on", status.word()));
    }
    if let Some(accounts) = &agent.accounts {
        let words = accounts.iter().map(|class| class.word());
        line("accounts", &listed(&words.collect::<Vec<_>>()));
    }
    if let Some(models) = models(agent) {
        line("models", &models);
    }
    for (number, row) in review(agent, widest_by(agent)).iter().enumerate() {
        line(if number == 0 { "review" } else { "" }, row);
    }
    if let Some(note) = agent.note {
        line("note", &clean(note));
    }
    if let Some(by) = agent.status.by {
        line("policy", &place(policy, by));
    }
    out
}

/// Its status, and how long that lasts.
fn standing(agent: &Registered<'_>, date: Date) -> String {
    let word = agent.status.value.word();
    match agent.until {
        Some(until) if until < date => format!("{word}: its approval ended on {until}"),
        Some(until) if agent.status.value <= Status::Conditional => {
            let left = match days_between(date, until) {
                0 => "the last day".to_owned(),
                1 => "1 day left".to_owned(),
                days => format!("{days} days left"),
            };
            format!("{word} until {until}, {left}")
        }
        _ => word.to_owned(),
    }
}

fn days_between(date: Date, until: Date) -> i64 {
    date.duration_until(until).as_hours() / 24
}

fn listed(words: &[&str]) -> String {
    if words.is_empty() {
        return "none".to_owned();
    }
    words.join(", ")
}

/// The models that it may run; `None` where any may.
fn models(agent: &Registered<'_>) -> Option<String> {
    let lists: Vec<String> = agent
        .models
        .iter()
        .map(|list| clean(&listed(list)))
        .collect();
    match (lists.is_empty(), agent.models_required) {
        (true, false) => None,
        (true, true) => Some("any, and stated".to_owned()),
        (false, required) => {
            let stated = if required { ", and stated" } else { "" };
            Some(lists.join("; and of these ") + stated)
        }
    }
}

fn widest_by(agent: &Registered<'_>) -> usize {
    let names = agent.review.iter();
    let names = names.map(|(_, item)| text(item.by.as_ref()).chars().count());
    names.max().unwrap_or(0)
}

/// A row for each of the four questions, once one is answered.
fn review(agent: &Registered<'_>, by: usize) -> Vec<String> {
    if agent.review.is_empty() {
        return Vec::new();
    }
    let row = |question: &str| {
        let answer = agent.review.iter().find(|(key, _)| *key == question);
        let Some((_, item)) = answer else {
            return format!("{question:20}  not answered");
        };
        let result = item.result.map_or("not answered", |result| result.word());
        let name = text(item.by.as_ref());
        let (date, place) = (text(item.date.as_ref()), text(item.r#ref.as_ref()));
        let row = format!("{question:20}  {result:12}  {date:10}  {name:by$}  {place}");
        let row = row.trim_end().to_owned();
        match item.terms_sha256.as_ref() {
            Some(terms) => {
                let terms = clean(terms);
                let start: String = terms.chars().take(12).collect();
                format!("{row}\nof the terms with the SHA-256 {start}…")
            }
            None => row,
        }
    };
    QUESTIONS.into_iter().map(row).collect()
}

fn text(value: Option<&Spanned<String>>) -> String {
    value.map(|value| clean(value)).unwrap_or_default()
}

fn place(policy: &Policy, span: Span) -> String {
    let line = policy.line(span);
    format!("{}:{}", clean(&line.file), line.line)
}

/// What the register says of an agent, for programs; `null` where no entry is of it.
pub(super) fn json(policy: &Policy, agent: Option<&Registered<'_>>, date: Date) -> Value {
    let Some(agent) = agent else {
        return Value::Null;
    };
    let accounts = agent.accounts.as_ref();
    let words = accounts.map(|classes| classes.iter().map(|class| AccountClass::word(*class)));
    let models: Vec<Vec<String>> = (agent.models.iter())
        .map(|list| list.iter().map(|pattern| clean(pattern)).collect())
        .collect();
    let review: serde_json::Map<String, Value> = (agent.review.iter())
        .map(|(question, item)| ((*question).to_owned(), answer(item)))
        .collect();
    let coming = agent
        .coming
        .map(|(day, status)| json!({"since": day.to_string(), "status": status.word()}));
    let line = agent.status.by.map(|by| policy.line(by));
    json!({
        "until": agent.until.map(|until| until.to_string()),
        "days_left": agent.until.map(|until| days_between(date, until)),
        "coming": coming,
        "accounts": words.map(Iterator::collect::<Vec<_>>),
        "models": models,
        "models_required": agent.models_required,
        "review": review,
        "note": agent.note.map(clean),
        "policy": line.map(|line| json!({"file": clean(&line.file), "line": line.line})),
    })
}

fn answer(item: &RawReviewItem) -> Value {
    let said = |value: &Option<Spanned<String>>| value.as_ref().map(|value| clean(value));
    json!({"result": item.result.map(|result| result.word()), "by": said(&item.by),
        "date": said(&item.date), "ref": said(&item.r#ref), "terms_sha256": said(&item.terms_sha256)})
}
