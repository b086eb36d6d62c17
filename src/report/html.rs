//! `html`: the whole report as one page, to read on a phone, to keep and to print.
//!
//! The page needs nothing else: no script, no picture, no address. Its one style sheet is named in its
//! content security policy by digest, so that a browser takes no other. Foreign text stands between tags
//! alone, never in an attribute. As in the JSON report everything is there, whatever `-v` and `-q` say, but
//! a page has limits: what is over them is counted.

mod commits;
mod findings;
mod markup;
mod policy;
mod unread;

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};

use self::markup::{Room, code, count, foreign, plain};
use super::words::short;
use super::{EmergencyRow, Format, RangeKind, Report, Style, Verdict};

/// A page of its own.
pub(super) struct Html;

/// The one style sheet.
const CSS: &str = include_str!("html/page.css");

/// How many notes are shown, and how many bytes of them.
const NOTES: Room = Room {
    rows: 100,
    bytes: 100_000,
};

impl Format for Html {
    fn name(&self) -> &'static str {
        "html"
    }

    fn render(&self, report: &Report, _style: &Style) -> String {
        let parts = [
            unread::unread(report),
            findings::findings(report),
            notes(report),
            commits::commits(report),
            policy::judged(report),
            policy::policy(report),
        ];
        format!(
            "<!doctype html>\n<html lang=\"en\">\n{}<body class=\"{}\">\n{}<main>\n{}</main>\n{}</body>\n</html>\n",
            head(report),
            report.verdict.word(),
            header(report),
            parts.concat(),
            footer(report)
        )
    }

    fn tells_notes(&self) -> bool {
        true
    }
}

fn head(report: &Report) -> String {
    let digest = Base64::encode_string(&Sha256::digest(CSS));
    let repository = report.repository.as_ref();
    let repository = repository.map(|name| format!(" · {}", plain(name.as_str())));
    format!(
        "<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"robots\" content=\"noindex\">\n\
         <title>Cordon: {}{}</title>\n<style>{CSS}</style>\n</head>\n",
        report.verdict.word(),
        repository.unwrap_or_default()
    )
}

/// What it comes to, in words and in numbers, and the way to the rest.
fn header(report: &Report) -> String {
    let word = match report.verdict {
        Verdict::Pass => "Pass",
        Verdict::Fail => "Fail",
        Verdict::Incomplete => "Incomplete",
    };
    let repository = report.repository.as_ref();
    let repository = repository.map(|name| format!(" · {}", foreign(name.as_str())));
    format!(
        "<header>\n<p class=\"brand\">Cordon report{}</p>\n<h1>{word}</h1>\n<p class=\"lead\">{}</p>\n{}{}{}{}</header>\n",
        repository.unwrap_or_default(),
        verdict_text(report),
        tallies(report),
        glance(report),
        report
            .run
            .emergency
            .as_ref()
            .map(emergency)
            .unwrap_or_default(),
        contents(report)
    )
}

fn verdict_text(report: &Report) -> String {
    let unread = report.incomplete.len();
    match report.verdict {
        Verdict::Pass => "Nothing blocks, and everything was read.".to_owned(),
        Verdict::Fail => {
            let blocked = match report.counts.blocked {
                1 => "1 finding blocks.".to_owned(),
                many => format!("{} block.", count(many, "finding")),
            };
            match unread {
                0 => blocked,
                1 => format!("{blocked} 1 thing could not be read."),
                many => format!("{blocked} {many} things could not be read."),
            }
        }
        Verdict::Incomplete => {
            let end = if report.run.emergency.is_some() && report.tolerated {
                "An emergency waiver lets it through."
            } else if report.tolerated {
                "The policy lets it through at this stage."
            } else {
                "That is no pass."
            };
            format!(
                "Nothing that was read blocks, but {} could not be read. {end}",
                count(unread, "thing")
            )
        }
    }
}

/// How many of each decision.
fn tallies(report: &Report) -> String {
    let counts = report.counts;
    let rows = [
        ("Blocked", "blocked", counts.blocked),
        ("Not read", "unread", report.incomplete.len()),
        ("Warned", "warned", counts.warned),
        ("Waived", "waived", counts.waived),
        ("Audited", "audited", counts.audited),
    ];
    let rows = rows.map(|(name, class, number)| {
        let class = if number == 0 { "zero" } else { class };
        format!("<div class=\"{class}\"><dt>{name}</dt><dd>{number}</dd></div>\n")
    });
    format!("<dl class=\"tallies\">\n{}</dl>\n", rows.concat())
}

/// Range and policy in a line each. Their own sections tell them whole.
fn glance(report: &Report) -> String {
    let policy = &report.policy;
    let id = policy.id.as_ref();
    let id = id.map_or_else(|| "without a name".to_owned(), |id| foreign(id.as_str()));
    let version = policy.version.map(|version| format!(", version {version}"));
    let trusted = if policy.trusted {
        "from a trusted side"
    } else {
        "without a trusted side"
    };
    let rows = [
        ("Judged", range_text(report)),
        (
            "By policy",
            format!("{id}{}, {trusted}", version.unwrap_or_default()),
        ),
        ("Stage", report.stage.word().to_owned()),
    ];
    markup::facts("facts", &rows)
}

fn range_text(report: &Report) -> String {
    let range = &report.range;
    let commits = count(range.commits, "commit");
    match (range.kind, &range.base, &range.head) {
        (RangeKind::Staged, ..) => "the staged changes".to_owned(),
        (RangeKind::Message, ..) => "a message".to_owned(),
        (RangeKind::Text, ..) => "a text".to_owned(),
        (RangeKind::Worktree, ..) => range
            .files
            .map_or_else(|| "files".to_owned(), |files| count(files, "file")),
        (_, Some(base), Some(head)) => {
            format!("{commits}, {} to {}", code(short(base)), code(short(head)))
        }
        (_, None, Some(head)) => format!("{commits} up to {}", code(short(head))),
        _ => commits,
    }
}

fn emergency(row: &EmergencyRow) -> String {
    let ticket = row.ticket.as_ref();
    let ticket = ticket.map(|ticket| ("Ticket", foreign(ticket.as_str())));
    let rows = [
        ("Waiver", foreign(row.id.as_str())),
        ("Approved by", markup::names(&row.approved_by)),
        ("From", plain(&row.from)),
        ("Until", plain(&row.until)),
        ("Reason", foreign(row.reason.as_str())),
    ];
    let rows: Vec<_> = rows.into_iter().chain(ticket).collect();
    format!(
        "<section class=\"emergency\" aria-labelledby=\"emergency\">\n\
         <h2 id=\"emergency\">Emergency waiver</h2>\n{}</section>\n",
        markup::facts("facts", &rows)
    )
}

fn contents(report: &Report) -> String {
    let links = [
        ("unread", "Not read", !report.incomplete.is_empty()),
        ("findings", "Findings", true),
        ("notes", "Notes", !report.notes.is_empty()),
        ("commits", "Commits", !report.commits.is_empty()),
        ("judged", "What was judged", true),
        ("policy", "Policy", true),
    ];
    let links = links.into_iter().filter(|(_, _, there)| *there);
    let links: Vec<String> = links
        .map(|(id, name, _)| format!("<li><a href=\"#{id}\">{name}</a></li>\n"))
        .collect();
    format!(
        "<nav aria-label=\"Sections\">\n<ul role=\"list\">\n{}</ul>\n</nav>\n",
        links.concat()
    )
}

fn notes(report: &Report) -> String {
    if report.notes.is_empty() {
        return String::new();
    }
    let mut room = NOTES;
    let mut list = String::new();
    for note in &report.notes {
        room.push(&mut list, || {
            format!("<li>{}</li>\n", foreign(note.as_str()))
        });
    }
    let more = markup::more(report.notes.len() - room.held(NOTES));
    markup::section("notes", "Notes", &format!("<ul>\n{list}</ul>\n{more}"))
}

fn footer(report: &Report) -> String {
    format!(
        "<footer>\n<p>Made by {} {} from {}. This page loads nothing and runs nothing.</p>\n</footer>\n",
        report.tool.name,
        plain(report.tool.version),
        report.schema
    )
}
