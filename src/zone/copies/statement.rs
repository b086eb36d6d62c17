//! A text as statements: what is left of its lines when layout and trivial parts are taken away. For
//! the comparison of copies alone; it knows no language, only what most of them have in common.
//!
//! A statement ends with a line, with `;`, `{` or `}`, but not inside brackets: so neither indentation
//! nor another width of lines changes it. What is short or closes is left out; of a zone's text what
//! imports or licenses too. Of one that is searched nothing more: who wrote it would choose what.

mod licence;
mod token;
mod word;

use std::ops::Range;

use licence::licences;
pub(super) use token::{Kind, Token};
use word::{Word, hash, is_digit, is_word};

/// Tokens of one statement; a longer one is cut.
const LONGEST: usize = 64;
/// Bytes from which a number or a quoted text says something for itself.
const TELLING: usize = 4;
/// Bytes from which a name does. No less: a copy may have renamed it, and must have the same statements.
const LONG_NAME: usize = 20;
/// Lines of the list of one import.
const LIST: u32 = 100;

/// The statements of a text.
#[derive(Debug, Default)]
pub(super) struct Statements {
    tokens: Vec<Token>,
    list: Vec<Statement>,
}

/// One statement.
#[derive(Clone, Debug)]
pub(super) struct Statement {
    tokens: Range<usize>,
    /// The lines on which it stands, from 1.
    pub(super) lines: Range<u32>,
}

impl Statements {
    /// Of a text without what imports and licenses, which every file has. Takes linear time, whatever
    /// the text holds.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut reader = Reader::new(text);
        for gap in licences(text) {
            reader.read(gap.start);
            reader.skip(gap.end);
        }
        reader.read(text.len());
        reader.found
    }

    /// Of all of a text, for one that is compared with zones. Takes linear time too.
    pub(super) fn all(text: &[u8]) -> Self {
        let mut reader = Reader::new(text);
        reader.all = true;
        reader.read(text.len());
        reader.found
    }

    /// The statements, in order.
    pub(super) fn list(&self) -> &[Statement] {
        &self.list
    }

    /// The tokens of some adjacent statements, those of each for itself.
    pub(super) fn tokens(&self, range: Range<usize>) -> impl Iterator<Item = &[Token]> {
        let statements = self.list.get(range).unwrap_or_default().iter();
        statements.filter_map(|one| self.tokens.get(one.tokens.clone()))
    }
}

struct Reader<'t> {
    text: &'t [u8],
    at: usize,
    line: u32,
    /// Brackets that are open.
    depth: u32,
    /// Whether what imports stays.
    all: bool,
    /// Before which line the list of an import is open; 0: none is.
    importing: u32,
    /// Whether a mark stands before the line's text.
    commented: bool,
    /// The end of a line up to which no quote closes.
    unclosed: usize,
    found: Statements,
    current: Current,
}

/// The statement that is being read.
#[derive(Default)]
struct Current {
    start: usize,
    first: u32,
    last: u32,
    words: usize,
    names: usize,
    telling: bool,
    imports: bool,
    opens: bool,
}

impl<'t> Reader<'t> {
    fn new(text: &'t [u8]) -> Self {
        Self {
            text,
            at: 0,
            line: 1,
            depth: 0,
            all: false,
            importing: 0,
            commented: false,
            unclosed: 0,
            found: Statements::default(),
            current: Current::default(),
        }
    }

    /// Reads as far as `end`.
    fn read(&mut self, end: usize) {
        let end = end.max(self.at);
        self.margin(end);
        while self.at < end {
            let byte = self.text[self.at];
            match byte {
                b'\n' => self.newline(end),
                byte if is_word(byte) => self.word(),
                b'"' => self.quoted(),
                _ => self.sign(byte),
            }
            if self.found.tokens.len() - self.current.start >= LONGEST {
                self.end_statement();
            }
        }
        self.end_statement();
    }

    /// Goes on at `end` as if nothing stood before it.
    fn skip(&mut self, end: usize) {
        let skipped = &self.text[self.at..end.max(self.at)];
        let lines = memchr::memchr_iter(b'\n', skipped).count();
        self.line += u32::try_from(lines).unwrap_or(u32::MAX - self.line);
        self.at = end.max(self.at);
        self.depth = 0;
    }

    fn newline(&mut self, end: usize) {
        let before = self.line;
        self.at += 1;
        self.line = self.line.saturating_add(1);
        self.margin(end);
        // An empty line ends everything, whatever is open.
        if self.depth == 0 || self.line > before + 1 {
            self.depth = 0;
            self.end_statement();
        }
    }

    /// Goes past what stands before a line's text, and past empty lines: a copy may be commented out.
    /// Where brackets are open, an operator may begin a line.
    fn margin(&mut self, end: usize) {
        let marks: &[u8] = if self.depth == 0 { b"/*#;>|!+-" } else { b"/#" };
        let is_margin = |byte: &u8| byte.is_ascii_whitespace() || marks.contains(byte);
        self.commented = false;
        while let Some(byte) = self.text[self.at..end]
            .first()
            .filter(|byte| is_margin(byte))
        {
            self.line = self.line.saturating_add(u32::from(*byte == b'\n'));
            self.commented = *byte != b'\n' && (self.commented || marks.contains(byte));
            self.at += 1;
        }
    }

    fn word(&mut self) {
        let rest = &self.text[self.at..];
        let length = rest.iter().take_while(|byte| is_word(**byte)).count();
        let text = &rest[..length];
        let word = Word::of(text);
        let kind = match word {
            Word::Name => Kind::Name,
            Word::Keyword | Word::Import => Kind::Keyword,
            Word::Number if length == 1 => Kind::Digit,
            Word::Number => Kind::Number,
        };
        if self.current.words == 0 {
            self.current.imports = word == Word::Import;
        }
        self.current.names += usize::from(kind == Kind::Name);
        self.content(match kind {
            Kind::Name => length >= LONG_NAME,
            _ => is_digit(text[0]) && length >= TELLING,
        });
        self.push(hash(text), kind, length);
    }

    fn quoted(&mut self) {
        let rest = &self.text[self.at + 1..];
        // What does not close from one quote on does not from a later one.
        let line = if self.at < self.unclosed { &[] } else { rest };
        let mut escaped = false;
        for (length, byte) in line.iter().enumerate() {
            match byte {
                b'\n' => break,
                b'"' if !escaped => {
                    self.content(length >= TELLING);
                    self.push(hash(&rest[..length]), Kind::Quoted, length + 2);
                    return;
                }
                _ => escaped = *byte == b'\\' && !escaped,
            }
        }
        if self.at >= self.unclosed {
            let end = memchr::memchr(b'\n', rest).unwrap_or(rest.len());
            self.unclosed = self.at + 1 + end;
        }
        // What is not closed on its line is no text.
        self.push(u64::from(b'"'), Kind::Sign, 1);
    }

    fn sign(&mut self, byte: u8) {
        match byte {
            b'(' | b'[' => self.depth += 1,
            b')' | b']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
        self.current.opens = matches!(byte, b'{' | b'(');
        match byte {
            b'{' | b'}' => {
                self.at += 1;
                self.depth = 0;
                self.end_statement();
                self.importing *= u32::from(byte != b'}');
            }
            b';' if self.depth == 0 => {
                self.at += 1;
                self.end_statement();
            }
            b',' | b'(' | b')' | b'[' | b']' | b'.' | b';' => {
                self.push(u64::from(byte), Kind::Bracket, 1);
            }
            byte if byte.is_ascii_whitespace() || byte < b' ' => self.at += 1,
            byte => self.push(u64::from(byte), Kind::Sign, 1),
        }
    }

    fn content(&mut self, telling: bool) {
        self.current.words += 1;
        self.current.telling |= telling;
        self.current.opens = false;
    }

    fn push(&mut self, hash: u64, kind: Kind, length: usize) {
        if self.found.tokens.len() == self.current.start {
            self.current.first = self.line;
        }
        self.current.last = self.line;
        self.found.tokens.push(Token { hash, kind });
        self.at += length;
    }

    fn end_statement(&mut self) {
        let current = std::mem::take(&mut self.current);
        let tokens = current.start..self.found.tokens.len();
        // Neither `return x` nor `i = 0` nor `close();` says anything.
        let says = current.telling || current.names > 1 || current.words > 2;
        let imports = current.imports || current.first < self.importing;
        if says && (self.all || !imports) {
            let lines = current.first..current.last.saturating_add(1);
            self.found.list.push(Statement { tokens, lines });
        } else {
            self.found.tokens.truncate(tokens.start);
        }
        if current.imports && current.opens && !self.commented {
            self.importing = self.line.saturating_add(LIST);
        }
        self.current.start = self.found.tokens.len();
    }
}

#[cfg(test)]
mod tests;
