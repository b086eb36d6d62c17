//! The policy files of a run, by which a span becomes a file and a line.

use std::sync::OnceLock;

use bstr::ByteSlice as _;

use super::problem::Source;
use crate::finding::PolicyLine;
use crate::text::{LineIndex, Span};

/// Every policy file of a run. A [`Span`]'s `file` is a position in this list.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<Source>,
    origins: Vec<Origin>,
    lines: Vec<OnceLock<LineIndex>>,
}

/// Where a policy file was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) enum Origin {
    /// Nobody named it: a policy itself.
    #[default]
    Own,
    /// A pack of Cordon's.
    Pack,
    /// Beside the policy, by its path from there.
    Beside(String),
    /// In Git.
    Git,
}

impl Sources {
    /// Adds a file; its position is the `file` of its spans. Whoever adds what others may have written must ask
    /// whether there is room: beyond it a position is nobody's.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Vec<u8>>) -> u16 {
        self.files.push(Source {
            name: name.into(),
            text: text.into(),
        });
        self.origins.push(Origin::Own);
        self.lines.push(OnceLock::new());
        u16::try_from(self.files.len() - 1).unwrap_or(u16::MAX)
    }

    /// The same for one that a policy builds on.
    pub(super) fn add_from(
        &mut self,
        name: impl Into<String>,
        text: impl Into<Vec<u8>>,
        origin: Origin,
    ) -> u16 {
        let position = self.add(name, text);
        if let Some(last) = self.origins.last_mut() {
            *last = origin;
        }
        position
    }

    /// Where each file was read, in the order of their positions.
    pub(super) fn origins(&self) -> impl Iterator<Item = (&Source, &Origin)> {
        self.files.iter().zip(&self.origins)
    }

    /// Whether no position is left for another file.
    pub(super) fn is_full(&self) -> bool {
        self.files.len() >= usize::from(u16::MAX)
    }

    /// Adds the files of another list; how much larger their positions are here.
    pub(super) fn add_all(&mut self, other: &Self) -> u16 {
        let before = u16::try_from(self.files.len()).unwrap_or(u16::MAX);
        for file in &other.files {
            self.add(file.name.clone(), file.text.clone());
        }
        before
    }

    /// The files, in the order of their positions.
    pub fn list(&self) -> &[Source] {
        &self.files
    }

    /// The line of a span's start.
    pub fn line(&self, span: Span) -> PolicyLine {
        let position = usize::from(span.file);
        let (Some(file), Some(lines)) = (self.files.get(position), self.lines.get(position)) else {
            return PolicyLine::builtin();
        };
        let lines = lines.get_or_init(|| LineIndex::new(&file.text));
        let (line, _) = lines.line_column((span.start as usize).min(file.text.len()));
        PolicyLine {
            file: file.name.clone(),
            line,
        }
    }

    /// The text of a line, without the space around it. `None` where several files have that name
    /// and do not agree.
    pub fn text_of(&self, line: &PolicyLine) -> Option<&[u8]> {
        let number = usize::try_from(line.line).ok()?.checked_sub(1)?;
        let named = self.files.iter().filter(|file| file.name == line.file);
        let mut texts = named.map(|file| file.text.lines().nth(number).map(<[u8]>::trim));
        let first = texts.next()?;
        texts.all(|other| other == first).then_some(first)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_a_text_only_where_all_files_of_its_name_agree() {
        let mut sources = Sources::default();
        sources.add(".cordon.yml", "cordon: 1\n  one \n");
        let line = |line| PolicyLine {
            file: ".cordon.yml".to_owned(),
            line,
        };
        assert_eq!(sources.text_of(&line(2)), Some(b"one".as_slice()));
        assert_eq!(sources.text_of(&line(3)), None);
        assert_eq!(sources.text_of(&PolicyLine::builtin()), None);
        sources.add(".cordon.yml", "cordon: 1\n  two\n");
        sources.add("pack:default", "other\n");
        assert_eq!(sources.text_of(&line(1)), Some(b"cordon: 1".as_slice()));
        assert_eq!(sources.text_of(&line(2)), None);
    }
}
