//! Parser events to a tree. What the language does not have is noted and reading goes on; what
//! makes the rest unreadable stops it.

use std::collections::HashMap;
use std::ops::Range;

use granit_parser::{ErrorKind, Event, Parser, ScalarStyle, StrInput};

use super::{Limits, MAX_PROBLEMS, Node, NodeKind, Problem, shorten};
use crate::text::span::Span;

/// Reads a file. `file` is its index in the caller's list, which every span will carry.
///
/// Appends what is wrong to `problems`. `None`: the file could not be read to its end. A tree can
/// come with problems, so that [`super::read`] finds the others; it must not be used then.
pub fn parse(file: u16, text: &[u8], limits: &Limits, problems: &mut Vec<Problem>) -> Option<Node> {
    let result = checked(file, text, limits).and_then(|text| {
        let options = granit_parser::options! {
            disallow_directives: true,
            emit_unresolved_aliases: true,
            emit_anchor_events: true,
            flow_nesting_limit: limits.depth,
            block_nesting_limit: limits.depth,
        };
        Builder {
            parser: Parser::new_from_str_with_options(text, options),
            file,
            limits,
            nodes: 0,
            noted: 0,
            problems,
        }
        .document()
    });
    match result {
        Ok(node) => Some(node),
        Err(problem) => {
            problems.push(problem);
            None
        }
    }
}

/// The file as text, if it is of a size and of characters that may be read.
fn checked<'t>(file: u16, text: &'t [u8], limits: &Limits) -> Result<&'t str, Problem> {
    let at = |range| span(file, range);
    let most = limits.bytes.min(u32::MAX as usize);
    if text.len() > most {
        let message = format!("the file has {} bytes, more than {most}", text.len());
        return Err(Problem::error(at(0..0), message));
    }
    let text = std::str::from_utf8(text).map_err(|error| {
        let offset = error.valid_up_to();
        let byte = text.get(offset).copied().unwrap_or_default();
        let message = format!("not UTF-8: the byte 0x{byte:02X} at offset {offset}");
        Problem::error(at(offset..offset + 1), message)
    })?;
    for (offset, character) in text.char_indices() {
        let allowed = match character {
            '\n' | '\t' => true,
            '\r' => text[offset + 1..].starts_with('\n'),
            _ => !character.is_control(),
        };
        if !allowed {
            let message = format!(
                "the control character U+{:04X} is not allowed",
                u32::from(character)
            );
            let end = offset + character.len_utf8();
            return Err(Problem::error(at(offset..end), message));
        }
    }
    Ok(text)
}

struct Builder<'t, 'p> {
    parser: Parser<'t, StrInput<'t>>,
    file: u16,
    limits: &'p Limits,
    nodes: usize,
    noted: usize,
    problems: &'p mut Vec<Problem>,
}

type Result<T, E = Problem> = std::result::Result<T, E>;

impl<'t> Builder<'t, '_> {
    fn document(mut self) -> Result<Node> {
        let mut root = None;
        loop {
            let (event, at) = self.next()?;
            match event {
                Event::StreamEnd => break,
                Event::DocumentStart(..) if root.is_some() => {
                    let message = "a second document: a file holds one";
                    return Err(Problem::error(at, message));
                }
                Event::DocumentStart(..) => {
                    let (event, at) = self.next()?;
                    root = Some(self.node(event, at, 0)?);
                }
                _ => {}
            }
        }
        root.filter(|node| !node.is_null())
            .ok_or_else(|| Problem::error(span(self.file, 0..0), "the file is empty"))
    }

    /// The next event that is not about an anchor: those are noted.
    fn next(&mut self) -> Result<(Event<'t>, Span)> {
        loop {
            let (event, place) = match self.parser.next_event() {
                None => return Ok((Event::StreamEnd, Span::default())),
                Some(Ok(next)) => next,
                Some(Err(error)) => {
                    let start = error.marker().byte_offset().unwrap_or_default();
                    return Err(self.unreadable(error.kind(), start));
                }
            };
            let at = self.span(place.byte_range());
            if let Some(tag) = event.tag().and_then(|_| place.tag_span()) {
                let tag = self.span(tag.byte_range());
                self.note(Problem::error(tag, "tags are not allowed"))?;
            }
            if let Event::Anchor(..) = event {
                self.note(Problem::error(at, "anchors are not allowed"))?;
            } else {
                return Ok((event, at));
            }
        }
    }

    fn unreadable(&self, kind: &ErrorKind, start: usize) -> Problem {
        let at = self.span(Some(start..start));
        match kind {
            ErrorKind::RecursionLimitExceeded => self.too_deep(at),
            ErrorKind::DirectiveDisallowed => Problem::error(at, "directives are not allowed"),
            kind => Problem::error(at, format!("not valid YAML: {kind}")),
        }
    }

    fn too_deep(&self, at: Span) -> Problem {
        let message = format!("nested deeper than {} levels", self.limits.depth);
        Problem::error(at, message)
    }

    fn node(&mut self, event: Event<'t>, at: Span, depth: usize) -> Result<Node> {
        self.nodes += 1;
        if self.nodes > self.limits.nodes {
            let message = format!("more than {} values", self.limits.nodes);
            return Err(Problem::error(at, message));
        }
        if depth >= self.limits.depth && !matches!(event, Event::Scalar(..)) {
            return Err(self.too_deep(at));
        }
        match event {
            Event::Scalar(text, style, ..) => {
                let plain = style == ScalarStyle::Plain;
                // The parser gives a value that was left out as `~`.
                let left_out = plain && at.start == at.end;
                let text = if left_out { "".into() } else { text };
                let text = text.into_owned();
                let kind = NodeKind::Scalar { text, plain };
                Ok(Node { span: at, kind })
            }
            Event::SequenceStart(..) => self.list(at, depth + 1),
            Event::MappingStart(..) => self.map(at, depth + 1),
            _ => {
                self.note(Problem::error(at, "aliases are not allowed"))?;
                // A stand-in: the reader passes over a place that already has a problem.
                let (text, plain) = (String::new(), true);
                let kind = NodeKind::Scalar { text, plain };
                Ok(Node { span: at, kind })
            }
        }
    }

    fn list(&mut self, start: Span, depth: usize) -> Result<Node> {
        let mut items: Vec<Node> = Vec::new();
        let end = loop {
            let (event, at) = self.next()?;
            if event == Event::SequenceEnd {
                break at;
            }
            items.push(self.node(event, at, depth)?);
        };
        let last = items.last().map(|item| item.span);
        Ok(Node {
            span: whole(start, last, end),
            kind: NodeKind::Seq(items),
        })
    }

    fn map(&mut self, start: Span, depth: usize) -> Result<Node> {
        let mut entries = Vec::new();
        let mut seen = HashMap::new();
        let mut last = None;
        let end = loop {
            let (event, at) = self.next()?;
            if event == Event::MappingEnd {
                break at;
            }
            let alias = matches!(event, Event::Alias(_) | Event::UnresolvedAlias(_));
            let key = self.node(event, at, depth)?;
            let (event, at) = self.next()?;
            let mut value = self.node(event, at, depth)?;
            if value.text() == Some("") && value.span.start == value.span.end {
                // The parser puts a value that was left out wherever the next word is.
                (value.span.start, value.span.end) = (key.span.end, key.span.end);
            }
            last = Some(value.span);
            if !alias && self.is_key(&key, &mut seen)? {
                entries.push((key, value));
            }
        };
        Ok(Node {
            span: whole(start, last, end),
            kind: NodeKind::Map(entries),
        })
    }

    /// Whether the entry of this key belongs to the map. If not, it is noted why.
    fn is_key(&mut self, key: &Node, seen: &mut HashMap<String, Span>) -> Result<bool> {
        let NodeKind::Scalar { text, plain } = &key.kind else {
            self.note(Problem::error(key.span, "a key must be text"))?;
            return Ok(false);
        };
        if *plain && text.is_empty() {
            self.note(Problem::error(key.span, "a key is missing here"))?;
            return Ok(false);
        }
        if *plain && text == "<<" {
            self.note(Problem::error(key.span, "merge keys are not allowed"))?;
            return Ok(false);
        }
        if let Some(first) = seen.get(text) {
            let problem = Problem::error(key.span, format!("`{}` is given twice", shorten(text)))
                .related(*first, "first here");
            self.note(problem)?;
            return Ok(false);
        }
        seen.insert(text.clone(), key.span);
        Ok(true)
    }

    fn note(&mut self, problem: Problem) -> Result<()> {
        if self.noted >= MAX_PROBLEMS {
            let message = "more problems follow: the file was not read further";
            return Err(Problem::error(problem.span, message));
        }
        self.noted += 1;
        self.problems.push(problem);
        Ok(())
    }

    fn span(&self, range: Option<Range<usize>>) -> Span {
        span(self.file, range.unwrap_or_default())
    }
}

/// The span of a list or map. The parser's end event of one without brackets lies at the next
/// word, so the last entry's end is taken.
fn whole(start: Span, last: Option<Span>, end: Span) -> Span {
    let brackets = end.end > end.start;
    let end = if brackets { Some(end) } else { last };
    Span {
        end: end.map_or(start.end, |span| span.end.max(start.end)),
        ..start
    }
}

fn span(file: u16, range: Range<usize>) -> Span {
    // The file's size is at most u32::MAX.
    let offset = |at| u32::try_from(at).unwrap_or(u32::MAX);
    Span {
        file,
        start: offset(range.start),
        end: offset(range.end.max(range.start)),
    }
}
