//! Tokens of statements.

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::zone::copies) struct Token {
    /// What it says.
    pub(in crate::zone::copies) hash: u64,
    /// What it is.
    pub(in crate::zone::copies) kind: Kind,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::zone::copies) enum Kind {
    /// A name, which a copy may have renamed.
    Name,
    /// A word of many languages.
    Keyword,
    /// A number of one digit.
    Digit,
    /// A longer number.
    Number,
    /// A text in double quotes.
    Quoted,
    /// A sign that stands between others anyway: a bracket, a comma.
    Bracket,
    /// Another sign.
    Sign,
}
