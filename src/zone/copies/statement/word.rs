//! Words, and which of them belong to languages.

/// A word's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A name.
    Name,
    /// A word of a language.
    Keyword,
    /// One that begins an import.
    Import,
    /// One that names what the file belongs to.
    Package,
    /// A number.
    Number,
}

impl Word {
    /// What a word is; it has at least one byte.
    pub(super) fn of(text: &[u8]) -> Self {
        match text {
            [digit, ..] if is_digit(*digit) => Self::Number,
            b"import" | b"include" | b"use" | b"using" | b"from" | b"require" | b"include_once"
            | b"require_once" => Self::Import,
            b"package" | b"namespace" => Self::Package,
            b"if" | b"else" | b"elif" | b"elsif" | b"for" | b"foreach" | b"while" | b"do"
            | b"loop" | b"switch" | b"case" | b"match" | b"when" | b"break" | b"continue"
            | b"return" | b"yield" | b"await" | b"async" | b"goto" | b"try" | b"catch"
            | b"except" | b"finally" | b"throw" | b"raise" | b"throws" | b"fn" | b"func"
            | b"function" | b"def" | b"class" | b"struct" | b"enum" | b"union" | b"trait"
            | b"impl" | b"interface" | b"type" | b"typedef" | b"const" | b"static" | b"let"
            | b"var" | b"val" | b"mut" | b"new" | b"delete" | b"in" | b"is" | b"as" | b"not"
            | b"and" | b"or" | b"of" | b"with" | b"lambda" | b"pub" | b"public" | b"private"
            | b"protected" | b"final" | b"override" | b"extends" | b"implements" | b"self"
            | b"this" | b"super" | b"true" | b"false" | b"null" | b"None" | b"nil" | b"True"
            | b"False" | b"NULL" | b"int" | b"long" | b"char" | b"void" | b"bool" | b"float"
            | b"double" | b"string" | b"unsigned" | b"sizeof" | b"where" | b"then" | b"end"
            | b"fi" | b"done" | b"default" | b"export" | b"module" | b"extern" | b"defer"
            | b"go" | b"range" | b"begin" | b"unless" | b"until" | b"pass" | b"assert" => {
                Self::Keyword
            }
            _ => Self::Name,
        }
    }
}

pub(super) fn is_digit(byte: u8) -> bool {
    byte.is_ascii_digit()
}

/// Whether a byte is part of a word; of a word in any script.
pub(super) fn is_word(byte: u8) -> bool {
    WORDS[usize::from(byte)]
}

static WORDS: [bool; 256] = {
    let mut words = [false; 256];
    let mut byte = 0_u8;
    loop {
        words[byte as usize] = byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$' | 0x80..);
        if byte == u8::MAX {
            break words;
        }
        byte += 1;
    }
};

/// A digest for speed alone, the same on every machine, since it is kept in files.
pub(super) fn hash(text: &[u8]) -> u64 {
    const MIX: u64 = 0x9e37_79b9_7f4a_7c15;
    let (chunks, rest) = text.as_chunks::<8>();
    let mut last = [0; 8];
    last[..rest.len()].copy_from_slice(rest);
    let mixed = |hash: u64, part: &[u8; 8]| {
        (hash.rotate_left(23) ^ u64::from_le_bytes(*part)).wrapping_mul(MIX)
    };
    let hash = chunks.iter().fold(text.len() as u64, mixed);
    mixed(hash, &last)
}
