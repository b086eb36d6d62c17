//! A text as statements: what is left of its lines when layout and trivial parts are taken away. For
//! the comparison of copies alone; it knows no language, only what most of them have in common.
//!
//! A statement ends with `;`, `{` or `}`, and with a line that ends like one: so neither indentation nor
//! another width of lines changes it. What is short or closes is left out. What imports or licenses stays,
//! and is marked: a text that is searched must have the same statements as the zone's.

mod import;
mod licence;
mod line_end;
mod token;
mod word;

use std::ops::Range;

use import::{Import, List};
use licence::{BYTE_ORDER_MARK, licences};
use line_end::goes_on;
pub(super) use token::{Kind, Token};
use word::{Word, hash, is_digit, is_word};

/// Tokens of one statement; a longer one is cut.
const LONGEST: usize = 64;
/// Bytes from which a number or a quoted text says something for itself.
const TELLING: usize = 4;
/// Bytes from which a name does. No less: a copy may have renamed it, and must have the same statements.
const LONG_NAME: usize = 20;
/// What stands before the text of a line that is commented out, quoted or compared.
const MARKS: &[u8] = b"/*#;>|!+-";
/// Those of them that no line within a statement begins with.
const COMMENTS: &[u8] = b"/#";

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
    /// Whether it imports or licenses, as every file does.
    common: bool,
}

impl Statements {
    /// Of a text. Takes linear time, whatever the text holds.
    pub(super) fn of(text: &[u8]) -> Self {
        let mut reader = Reader::new(text);
        reader.licences = licences(text);
        reader.licences.reverse();
        reader.read()
    }

    /// How many there are: cheaper to tell than what is common.
    pub(super) fn count(text: &[u8]) -> usize {
        Reader::new(text).read().list.len()
    }

    /// The statements, in order.
    pub(super) fn list(&self) -> &[Statement] {
        &self.list
    }

    /// Whether all of some adjacent statements are what every file has.
    pub(super) fn are_common(&self, range: Range<usize>) -> bool {
        let mut statements = self.list.get(range).unwrap_or_default().iter();
        statements.all(|one| one.common)
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
    /// Comments that speak of the licence, the next one last.
    licences: Vec<Range<usize>>,
    list: List,
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
    /// Where its text begins.
    from: usize,
    first: u32,
    last: u32,
    /// Brackets that it has open.
    depth: u32,
    words: usize,
    names: usize,
    telling: bool,
    commented: bool,
    import: Import,
}

impl<'t> Reader<'t> {
    fn new(text: &'t [u8]) -> Self {
        let start = if text.starts_with(BYTE_ORDER_MARK) {
            BYTE_ORDER_MARK.len()
        } else {
            0
        };
        Self {
            text,
            at: start,
            line: 1,
            licences: Vec::new(),
            list: List::default(),
            commented: false,
            unclosed: 0,
            found: Statements::default(),
            current: Current::default(),
        }
    }

    fn read(mut self) -> Statements {
        self.margin(MARKS);
        while let Some(byte) = self.text.get(self.at) {
            match *byte {
                b'\n' => self.newline(),
                byte if is_word(byte) => self.word(),
                b'"' => self.quoted(),
                byte => self.sign(byte),
            }
            if self.tokens().len() >= LONGEST {
                self.end_statement();
            }
        }
        self.end_statement();
        self.found
    }

    /// Those of the current statement.
    fn tokens(&self) -> &[Token] {
        self.found
            .tokens
            .get(self.current.start..)
            .unwrap_or_default()
    }

    fn newline(&mut self) {
        let line = self.line;
        self.margin(COMMENTS);
        // An empty line ends everything.
        let is_next = self.line == line.saturating_add(1);
        if !is_next || !goes_on(self.tokens(), self.current.depth, &self.text[self.at..]) {
            self.end_statement();
            self.margin(MARKS);
        }
    }

    /// Goes past what stands before a line's text, and past empty lines: a copy may be commented out.
    fn margin(&mut self, marks: &[u8]) {
        while let Some(byte) = self.text.get(self.at) {
            let is_mark = marks.contains(byte);
            if !is_mark && !byte.is_ascii_whitespace() {
                break;
            }
            self.line = self.line.saturating_add(u32::from(*byte == b'\n'));
            self.commented = *byte != b'\n' && (self.commented || is_mark);
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
            Word::Keyword | Word::Import | Word::Package => Kind::Keyword,
            Word::Number if length == 1 => Kind::Digit,
            Word::Number => Kind::Number,
        };
        self.current.import.word(word);
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
        let depth = self.current.depth;
        match byte {
            b'(' | b'[' => self.current.depth = depth.saturating_add(1),
            b')' | b']' => self.current.depth = depth.saturating_sub(1),
            _ => {}
        }
        self.current.import.sign(byte);
        match byte {
            b'{' | b'}' | b';' => {
                self.at += 1;
                self.current.import.opens = byte == b'{';
                self.end_statement();
                self.list.sign(byte);
            }
            b',' | b'(' | b')' | b'[' | b']' | b'.' => {
                self.push(u64::from(byte), Kind::Bracket, 1);
                self.list.sign(byte);
            }
            byte if byte.is_ascii_whitespace() || byte < b' ' => self.at += 1,
            byte => self.push(u64::from(byte), Kind::Sign, 1),
        }
    }

    fn content(&mut self, telling: bool) {
        self.current.words += 1;
        self.current.telling |= telling;
    }

    fn push(&mut self, hash: u64, kind: Kind, length: usize) {
        if self.tokens().is_empty() {
            self.current.first = self.line;
            self.current.from = self.at;
            self.current.commented = self.commented;
        }
        self.current.last = self.line;
        self.found.tokens.push(Token { hash, kind });
        self.at += length;
    }

    fn end_statement(&mut self) {
        let current = std::mem::take(&mut self.current);
        let tokens = current.start..self.found.tokens.len();
        let lines = current.first..current.last.saturating_add(1);
        let imports = !tokens.is_empty()
            && self
                .list
                .holds(&current.import, &lines, current.depth, current.commented);
        // Neither `return x` nor `i = 0` nor `close();` says anything.
        if current.telling || current.names > 1 || current.words > 2 {
            let common = self.licenses(current.from) || imports;
            self.found.list.push(Statement {
                tokens,
                lines,
                common,
            });
        } else {
            self.found.tokens.truncate(tokens.start);
        }
        self.current.start = self.found.tokens.len();
    }

    /// Whether a place is in a comment that speaks of the licence. Places are asked in order.
    fn licenses(&mut self, at: usize) -> bool {
        while self.licences.pop_if(|next| next.end <= at).is_some() {}
        self.licences.last().is_some_and(|next| next.contains(&at))
    }
}

#[cfg(test)]
mod tests;
