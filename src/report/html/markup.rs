//! What the parts of the page are made of: escaped text, lists of facts, tables, and room with an end.

use crate::report::forge::clipped;
use crate::text::Clean;
use crate::text::show::{is_invisible, push_escaped};

/// How many characters of one foreign text are shown.
const TEXT: usize = 1000;

/// Text for between tags. It could stand in an attribute too, though no part of the page does that.
///
/// [`Clean`] has no character that steers; what comes here as a plain string is held to the same.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in clipped(text, TEXT).chars() {
        match character {
            '&' => out += "&amp;",
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '"' => out += "&quot;",
            '\'' => out += "&#39;",
            _ if character.is_control()
                || is_invisible(character)
                || is_no_character(character) =>
            {
                out += &bytes(character);
            }
            _ => out.push(character),
        }
    }
    out
}

/// Whether Unicode says that no text holds it: a document with one is not valid HTML.
fn is_no_character(character: char) -> bool {
    let number = u32::from(character);
    number & 0xFFFE == 0xFFFE || (0xFDD0..=0xFDEF).contains(&number)
}

fn bytes(character: char) -> String {
    let mut buffer = [0; 4];
    let mut out = String::new();
    for byte in character.encode_utf8(&mut buffer).bytes() {
        // A byte above 127 alone is no UTF-8, so that it is shown as `\xNN`; so is a control character.
        push_escaped(&mut out, &[byte]);
    }
    out
}

/// Foreign text: its direction changes nothing about its neighbours. Where there is none a word stands in its
/// place, so that no heading of a row is empty.
pub(super) fn foreign(text: &str) -> String {
    if text.is_empty() {
        return "<span class=\"quiet\">empty</span>".to_owned();
    }
    format!("<bdi>{}</bdi>", plain(text))
}

/// A sentence in which commands stand between backticks. It may hold foreign text.
pub(super) fn prose(text: &str) -> String {
    let text = clipped(text, TEXT);
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return foreign(&text);
    }
    let parts: Vec<String> = parts
        .iter()
        .enumerate()
        .map(|(at, part)| match at % 2 {
            _ if part.is_empty() => String::new(),
            0 => foreign(part),
            _ => code(part),
        })
        .collect();
    parts.concat()
}

/// A name that a machine reads: a path, an id.
pub(super) fn code(text: &str) -> String {
    format!("<code>{}</code>", foreign(text))
}

/// `a, b and c`.
pub(super) fn names(names: &[Clean]) -> String {
    match names {
        [] => "nobody".to_owned(),
        [one] => foreign(one.as_str()),
        [first @ .., last] => {
            let first: Vec<String> = first
                .iter()
                .take(20)
                .map(|it| foreign(it.as_str()))
                .collect();
            format!("{} and {}", first.join(", "), foreign(last.as_str()))
        }
    }
}

/// `1 commit`, `2 commits`.
pub(super) fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{number} {noun}s"),
    }
}

/// A list of names and what they are; the second is markup already.
pub(super) fn facts(class: &str, rows: &[(&str, String)]) -> String {
    let rows: Vec<String> = rows
        .iter()
        .map(|(name, value)| format!("<div><dt>{name}</dt><dd>{value}</dd></div>\n"))
        .collect();
    format!("<dl class=\"{class}\">\n{}</dl>\n", rows.concat())
}

/// A part of the page with its heading.
pub(super) fn section(id: &str, title: &str, body: &str) -> String {
    format!("<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>\n{body}</section>\n")
}

/// What opens at a click, or lies open.
pub(super) fn details(summary: &str, open: bool, body: &str) -> String {
    let open = if open { " open" } else { "" };
    format!("<details{open}>\n<summary>{summary}</summary>\n{body}</details>\n")
}

/// A table of rows made by [`row`]. The roles are what the elements have by themselves: a browser that
/// stacks the cells on a narrow screen would forget them.
pub(super) fn table(class: &str, caption: &str, columns: &[&str], rows: &str) -> String {
    let columns: Vec<String> = columns
        .iter()
        .map(|name| format!("<th scope=\"col\" role=\"columnheader\">{name}</th>"))
        .collect();
    format!(
        "<table class=\"{class}\" role=\"table\">\n<caption>{caption}</caption>\n\
         <thead role=\"rowgroup\">\n<tr role=\"row\">{}</tr>\n</thead>\n\
         <tbody role=\"rowgroup\">\n{rows}</tbody>\n</table>\n",
        columns.concat()
    )
}

/// A row: its cells under the columns' names, the first the row's own heading.
pub(super) fn row(columns: &[&str], cells: &[String]) -> String {
    let cells: Vec<String> = columns
        .iter()
        .zip(cells)
        .enumerate()
        .map(|(at, (name, cell))| {
            if at == 0 {
                format!("<th scope=\"row\" role=\"rowheader\" data-label=\"{name}\">{cell}</th>")
            } else {
                format!("<td role=\"cell\" data-label=\"{name}\"><div>{cell}</div></td>")
            }
        })
        .collect();
    format!("<tr role=\"row\">{}</tr>\n", cells.concat())
}

/// How many rows there was no room for.
pub(super) fn more(count: usize) -> String {
    match count {
        0 => String::new(),
        1 => {
            "<p class=\"more\">1 more is not shown here. The JSON report holds it.</p>\n".to_owned()
        }
        _ => format!(
            "<p class=\"more\">{count} more are not shown here. The JSON report holds them all.</p>\n"
        ),
    }
}

/// How much a part may hold.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// Rows that still fit.
    pub(super) rows: usize,
    /// Bytes that still fit.
    pub(super) bytes: usize,
}

impl Room {
    /// Adds a row if it fits. Past the first that does not, none is made.
    pub(super) fn push(&mut self, out: &mut String, row: impl FnOnce() -> String) {
        if self.rows == 0 || self.bytes == 0 {
            return;
        }
        let row = row();
        let Some(left) = self.bytes.checked_sub(row.len()) else {
            self.bytes = 0;
            return;
        };
        self.rows -= 1;
        self.bytes = left;
        *out += &row;
    }

    /// How many rows were added, of a room that began as `whole`.
    pub(super) fn held(&self, whole: Self) -> usize {
        whole.rows - self.rows
    }
}
