//! Every commit with what it is attributed to, by which evidence, and a list of the words.

use super::findings::evidence;
use super::markup::{Room, code, details, facts, foreign, more, plain, row, section, table};
use crate::report::words::short;
use crate::report::{AgentRow, CommitRow, Report};

/// How many commits a page holds.
const COMMITS: Room = Room {
    rows: 1000,
    bytes: 2_000_000,
};

/// How many agents of one commit are shown.
const AGENTS: usize = 10;

const COLUMNS: &[&str] = &["Commit", "Attribution", "Account", "Assurance", "Agents"];

/// The section of commits; none where none was judged.
pub(super) fn commits(report: &Report) -> String {
    if report.commits.is_empty() {
        return String::new();
    }
    let mut room = COMMITS;
    let mut rows = String::new();
    for commit in shown(&report.commits) {
        room.push(&mut rows, || commit_row(commit));
    }
    let left_out = more(report.commits.len() - room.held(COMMITS));
    let caption = "Each commit, parents before children";
    let body = format!(
        "{}{left_out}{}",
        table("commits", caption, COLUMNS, &rows),
        words()
    );
    section("commits", "Commits", &body)
}

/// All of them, or so many as have room: those with an agent first, since the others say least.
fn shown(commits: &[CommitRow]) -> Vec<&CommitRow> {
    let mut all: Vec<(usize, &CommitRow)> = commits.iter().enumerate().collect();
    if all.len() > COMMITS.rows {
        all.sort_by_key(|(_, commit)| commit.agents.is_empty());
        all.truncate(COMMITS.rows);
        all.sort_by_key(|(at, _)| *at);
    }
    all.into_iter().map(|(_, commit)| commit).collect()
}

fn commit_row(commit: &CommitRow) -> String {
    let id = commit.id.as_deref();
    let id = id.map_or_else(|| "being made".to_owned(), |id| code(short(id)));
    let subject = commit.subject.as_ref();
    let subject = subject.map(|subject| {
        format!(
            " <span class=\"subject\">{}</span>",
            foreign(subject.as_str())
        )
    });
    let agents: Vec<String> = commit.agents.iter().take(AGENTS).map(agent).collect();
    let agents = match agents.as_slice() {
        [] => "none".to_owned(),
        _ => agents.concat() + &more(commit.agents.len().saturating_sub(AGENTS)),
    };
    let cells = [
        id + &subject.unwrap_or_default(),
        plain(commit.kind),
        plain(commit.account),
        plain(commit.assurance),
        agents,
    ];
    row(COLUMNS, &cells)
}

fn agent(agent: &AgentRow) -> String {
    let model = agent.model.as_ref();
    let model = model.map(|model| format!(", model {}", foreign(model.as_str())));
    format!(
        "<p>{}{}, {}</p>\n{}",
        foreign(&agent.id),
        model.unwrap_or_default(),
        plain(agent.status),
        evidence("Evidence", agent)
    )
}

/// What the words of the table mean.
fn words() -> String {
    let rows = [
        ("authored", "An agent is the author."),
        (
            "assisted",
            "Declared or strong evidence that an agent took part.",
        ),
        (
            "automation",
            "A bot that the policy lists, proven by a signature.",
        ),
        (
            "suspected",
            "Weak evidence alone: judged as a person&#39;s.",
        ),
        ("none", "No evidence of an agent."),
        (
            "enterprise, personal, proxy",
            "Under whose account the agent worked: the company&#39;s, somebody&#39;s own, or through an address that the company does not know.",
        ),
        ("unknown", "Nothing shows the account."),
        ("claimed", "The commit says so."),
        ("recorded", "Cordon&#39;s own hook saw it."),
        ("signed", "A verified signature covers the commit."),
    ];
    let rows = rows.map(|(word, meaning)| (word, meaning.to_owned()));
    details("What these words mean", false, &facts("facts words", &rows))
}
