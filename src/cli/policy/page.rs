//! What the commands of `cordon policy` print: headed and labelled lines, wrapped.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style as Ansi};

use crate::report::Style;
use crate::secret::Engine;
use crate::text::Clean;
use crate::text::wrap::wrap;

/// Where the text of a labelled line starts.
const INDENT: usize = 12;

/// A page that is being written.
pub(super) struct Page<'s> {
    pub(super) out: String,
    pub(super) style: &'s Style,
}

impl<'s> Page<'s> {
    pub(super) fn new(style: &'s Style) -> Self {
        let out = String::new();
        Self { out, style }
    }

    /// A headed line: what it is, and a text that may be foreign.
    pub(super) fn head(&mut self, word: &str, colour: AnsiColor, text: &str) {
        let text = Clean::prose(Engine::builtin(), text);
        let taken = word.chars().count() + 2;
        let painted = self.paint(colour.on_default().bold(), word);
        let text = wrap(text.as_str(), taken, 2, self.style.width);
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "{painted}: {text}");
    }

    /// A labelled line, wrapped under its own text.
    pub(super) fn line(&mut self, label: &str, text: &str) {
        let painted = self.paint(Ansi::new().dimmed(), &format!("{label:<9}"));
        let text = wrap(text, INDENT, INDENT, self.style.width);
        // Writing to a String cannot fail.
        let _ = writeln!(self.out, "  {painted} {text}");
    }

    fn paint(&self, style: Ansi, text: &str) -> String {
        if self.style.colour {
            format!("{}{text}{}", style.render(), style.render_reset())
        } else {
            text.to_owned()
        }
    }
}
