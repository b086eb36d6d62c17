//! Problems as people read them: the line, the word under a caret, how to mend it.
//!
//! For whoever prints: the text is returned. File names, messages and lines of the file may hold
//! foreign text, and come out without a character that could steer a terminal.

#[cfg(test)]
mod tests;

use std::iter::once;
use std::ops::Range;

use annotate_snippets::renderer::DEFAULT_LINE_NUM_STYLE;
use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};
use anstyle::Style;
use bstr::ByteSlice as _;

use crate::text::LineIndex;
use crate::text::show::is_invisible;
use crate::text::span::Span;

pub use super::yaml::{Problem, Severity};

/// A file that was read. A span's `file` is an index into a list of these.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Source {
    /// As reports name it.
    pub name: String,
    /// Its bytes.
    pub text: Vec<u8>,
}

/// Longer lines are shown in part.
const LONGEST_LINE: usize = 400;
/// How much of a long line is shown on each side of the word, in bytes.
const AROUND: usize = 60;
/// Two places of a file that are further apart are not shown in one excerpt.
const FURTHEST_LINES: u32 = 30;
const FURTHEST_BYTES: u32 = 8 << 10;

/// All problems with their lines, in the order of files and places. Empty for none.
pub fn render(problems: &[Problem], sources: &[Source], color: bool) -> String {
    let (renderer, arrow) = if color {
        let renderer = Renderer::styled().hyperlink(false);
        (renderer, DEFAULT_LINE_NUM_STYLE)
    } else {
        (Renderer::plain(), Style::new())
    };
    let files = Files::new(sources);
    let mut out = String::new();
    for problem in sorted(problems) {
        out.push_str(files.show(problem, &renderer, arrow).trim_end());
        out.push_str("\n\n");
    }
    out
}

/// Each problem as `file:line:column: message`, in the order of files and places. Line and column
/// count from 1, the column in bytes.
pub fn lines(problems: &[Problem], sources: &[Source]) -> Vec<String> {
    let files = Files::new(sources);
    sorted(problems)
        .into_iter()
        .map(|problem| {
            let (name, line, column) = files.place(problem.span);
            let hint = problem
                .hint
                .as_ref()
                .map(|hint| format!("; {hint}"))
                .unwrap_or_default();
            let message = format!("{}{hint}", problem.message);
            format!("{name}:{line}:{column}: {}", neutral(message.as_bytes()))
        })
        .collect()
}

fn sorted(problems: &[Problem]) -> Vec<&Problem> {
    let mut sorted: Vec<_> = problems.iter().collect();
    sorted.sort_by_key(|problem| (problem.span, problem.severity));
    sorted
}

/// The sources with their line starts.
struct Files<'s>(Vec<(&'s Source, LineIndex)>);

/// A line, or several, made harmless, with the words to mark.
struct Excerpt {
    text: String,
    first_line: u32,
    words: Vec<Range<usize>>,
}

impl<'s> Files<'s> {
    fn new(sources: &'s [Source]) -> Self {
        let indexed = |source: &'s Source| (source, LineIndex::new(&source.text));
        Self(sources.iter().map(indexed).collect())
    }

    fn get(&self, span: Span) -> Option<&(&'s Source, LineIndex)> {
        self.0.get(usize::from(span.file))
    }

    fn place(&self, span: Span) -> (String, u32, u32) {
        match self.get(span) {
            Some((source, index)) => {
                let (line, column) = index.line_column(span.start as usize);
                (neutral(source.name.as_bytes()), line, column)
            }
            None => ("unknown file".to_owned(), 1, 1),
        }
    }

    fn show(&self, problem: &Problem, renderer: &Renderer, arrow: Style) -> String {
        let shown = renderer.render(&[self.group(problem)]);
        let (title, rest) = shown.split_once('\n').unwrap_or((&shown, ""));
        let (name, line, column) = self.place(problem.span);
        let last = self.near(problem).map_or(line, |(span, _)| {
            // The excerpt's last line decides how far its numbers are indented.
            line.max(self.place(span).1)
        });
        let indent = last.to_string().len();
        format!(
            "{title}\n{:indent$}{arrow}-->{arrow:#} {name}:{line}:{column}\n{rest}",
            ""
        )
    }

    /// A problem without its place: the renderer would count the columns of the excerpt.
    fn group<'a>(&self, problem: &Problem) -> Group<'a> {
        let level = match problem.severity {
            Severity::Error => Level::ERROR,
            Severity::Note => Level::NOTE,
        };
        let title = level.primary_title(neutral(problem.message.as_bytes()));
        let near = self.near(problem);
        let spans: Vec<_> = once(problem.span)
            .chain(near.map(|(span, _)| span))
            .collect();
        let mut elements: Vec<Element<'a>> = Vec::new();
        if let Some(excerpt) = self.excerpt(&spans) {
            elements.push(excerpt.snippet(near.map(|(_, label)| label)).into());
        }
        if let (Some((span, label)), None) = (&problem.related, near) {
            let (name, line, column) = self.place(*span);
            let label = neutral(label.as_bytes());
            let text = format!("{label}: {name}:{line}:{column}");
            elements.push(Level::NOTE.message(text).into());
        }
        if let Some(hint) = &problem.hint {
            elements.push(Level::HELP.message(neutral(hint.as_bytes())).into());
        }
        title.elements(elements)
    }

    /// The second place of a problem, if one excerpt can show both.
    fn near<'p>(&self, problem: &'p Problem) -> Option<(Span, &'p str)> {
        let (span, label) = problem.related.as_ref()?;
        self.are_near(problem.span, *span)
            .then_some((*span, label.as_str()))
    }

    fn are_near(&self, one: Span, other: Span) -> bool {
        let short = self.get(one).is_some_and(|(source, index)| {
            [one, other]
                .iter()
                .all(|span| line_of(&source.text, index, *span).len() <= LONGEST_LINE)
        });
        let lines = self.place(one).1.abs_diff(self.place(other).1);
        let bytes = one.start.abs_diff(other.start);
        one.file == other.file && lines <= FURTHEST_LINES && bytes <= FURTHEST_BYTES && short
    }

    /// The lines from the first word to the last. A single long line is cut around its word, and a
    /// word that goes over several lines is marked on its first.
    fn excerpt(&self, spans: &[Span]) -> Option<Excerpt> {
        let (source, index) = self.get(*spans.first()?)?;
        let lines = spans.iter().map(|span| line_of(&source.text, index, *span));
        let start = lines.clone().map(|line| line.start).min()?;
        let end = lines.clone().map(|line| line.end).max()?;
        let mut shown = start..end;
        if shown.len() > LONGEST_LINE && spans.len() == 1 {
            let word = spans.first()?;
            let from = (word.start as usize).saturating_sub(AROUND).max(start);
            shown = from..(from + LONGEST_LINE / 2).min(end);
        }
        let text = |range: Range<usize>| neutral_lines(source.text.get(range).unwrap_or_default());
        let place = |offset: usize| text(shown.start..offset.clamp(shown.start, shown.end)).len();
        let words = spans
            .iter()
            .zip(lines)
            .map(|(span, line)| {
                let end = (span.end as usize).min(line.end);
                place(span.start as usize)..place(end.max(span.start as usize))
            })
            .collect();
        Some(Excerpt {
            text: text(shown.clone()),
            first_line: index.line_column(shown.start).0,
            words,
        })
    }
}

impl Excerpt {
    fn snippet<'a>(self, related: Option<&str>) -> Snippet<'a, Annotation<'a>> {
        let mut words = self.words.into_iter();
        let primary = words.next().map(|word| AnnotationKind::Primary.span(word));
        let second = words.next().zip(related).map(|(word, label)| {
            AnnotationKind::Context
                .span(word)
                .label(neutral(label.as_bytes()))
        });
        Snippet::source(self.text)
            .line_start(self.first_line as usize)
            .annotations(primary.into_iter().chain(second))
    }
}

/// The bytes of the line that a span begins on, without its end.
fn line_of(text: &[u8], index: &LineIndex, span: Span) -> Range<usize> {
    let at = (span.start as usize).min(text.len());
    let column = index.line_column(at).1 as usize;
    let start = at + 1 - column;
    let rest = text.get(at..).unwrap_or_default();
    let end = at + rest.find_byte(b'\n').unwrap_or(rest.len());
    let end = if text
        .get(start..end)
        .is_some_and(|line| line.ends_with(b"\r"))
    {
        end - 1
    } else {
        end
    };
    start..end.max(at)
}

/// Foreign text in one line, with what can not be shown as the replacement character.
fn neutral(bytes: &[u8]) -> String {
    neutral_lines(bytes)
        .chars()
        .map(|character| match character {
            '\n' | '\t' => ' ',
            _ => character,
        })
        .collect()
}

/// The same that keeps lines and tabs.
fn neutral_lines(bytes: &[u8]) -> String {
    bytes
        .replace("\r\n", "\n")
        .chars()
        .map(|character| match character {
            '\n' | '\t' => character,
            _ if character.is_control() || is_invisible(character) => char::REPLACEMENT_CHARACTER,
            _ => character,
        })
        .collect()
}
