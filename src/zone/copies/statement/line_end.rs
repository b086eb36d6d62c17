//! Whether a statement goes on over the end of a line. Asked of the two lines alone, since who writes a
//! copy can open a bracket in any comment above it.

use super::is_word;
use super::token::{Kind, Token};

/// Signs after which a line is not done.
const OPERATORS: [&[u8]; 24] = [
    b"=", b"+", b"-", b"*", b"&", b"|", b"^", b"<", b"==", b"!=", b"<=", b">=", b"+=", b"-=",
    b"*=", b"&=", b"|=", b"^=", b":=", b"&&", b"||", b"<<", b">>", b"=>",
];
/// Words with which a line begins that goes on. None of those that may stand before any line: a copy
/// may be a list, a quotation or a comparison of texts.
const LEADING: [&[u8]; 19] = [
    b"=", b"==", b"!=", b"<=", b">=", b"+=", b"-=", b"*=", b"&=", b"|=", b"^=", b":=", b"&", b"&&",
    b"||", b"^", b"?", b":", b"<<",
];

/// Whether the statement of these tokens, with so many brackets open, goes on in a line that begins with
/// `next`.
pub(super) fn goes_on(tokens: &[Token], depth: u32, next: &[u8]) -> bool {
    let Some(last) = tokens.last() else {
        return false;
    };
    if depth == 0 {
        let leads = || !is_sign(last) && LEADING.contains(&first_word(next));
        return ends_in_operator(tokens, next) || leads();
    }
    match (last.kind, sign(last)) {
        (Kind::Bracket, b',') => !is_row(tokens, next),
        (Kind::Bracket, b'(' | b'[' | b'.') => true,
        (Kind::Sign, b'\'' | b'`' | b'"') | (Kind::Bracket, _) => !is_done(next),
        (Kind::Sign, _) => true,
        _ => !is_done(next),
    }
}

/// Whether a line may be the first of a statement.
fn is_done(next: &[u8]) -> bool {
    let begins = next.first().is_some_and(|byte| is_word(*byte));
    begins && !matches!(first_word(next), b"and" | b"or")
}

/// Whether what ends with a comma is a row of a table, which is a statement for itself.
fn is_row(tokens: &[Token], next: &[u8]) -> bool {
    let [.., last, _] = tokens else {
        return false;
    };
    let next = next.first();
    match (last.kind, sign(last)) {
        (Kind::Number | Kind::Digit, _) => true,
        (Kind::Quoted, _) => next == Some(&b'"'),
        (Kind::Sign, b'\'') => next == Some(&b'\''),
        (Kind::Bracket, b')') => next == Some(&b'('),
        (Kind::Bracket, b']') => next == Some(&b'['),
        _ => false,
    }
}

fn ends_in_operator(tokens: &[Token], next: &[u8]) -> bool {
    let signs = tokens.iter().rev().take_while(|token| is_sign(token));
    let mut run: Vec<u8> = signs.take(3).map(sign).collect();
    run.reverse();
    // A row of a table that is drawn begins with the same sign.
    run.len() < tokens.len() && OPERATORS.contains(&run.as_slice()) && run.first() != next.first()
}

fn is_sign(token: &Token) -> bool {
    token.kind == Kind::Sign && !matches!(sign(token), b'\'' | b'`' | b'"')
}

/// The byte of a sign or a bracket.
fn sign(token: &Token) -> u8 {
    match token.kind {
        Kind::Sign | Kind::Bracket => u8::try_from(token.hash).unwrap_or(0),
        _ => 0,
    }
}

/// What stands before the first blank, as far as it matters.
fn first_word(line: &[u8]) -> &[u8] {
    let start = &line[..line.len().min(4)];
    let end = start.iter().position(u8::is_ascii_whitespace);
    &start[..end.unwrap_or(start.len())]
}
