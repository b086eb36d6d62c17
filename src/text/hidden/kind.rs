//! The characters that show nothing, by kind.

/// A kind of character that shows nothing, or changes how its neighbours show.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// Spells ASCII that no reader sees.
    Tag,
    /// Chooses how the character before it looks: alone, and without it, a byte.
    Selector,
    /// Joins, separates or does nothing, without a width.
    ZeroWidth,
    /// Turns the order of what follows.
    Bidi,
    /// Has a direction and nothing else.
    DirectionMark,
    /// Stands for an operation that is not written.
    Operator,
    /// Takes a place and shows nothing.
    Filler,
    /// Shows where a word may break.
    SoftHyphen,
    /// Ends a line for some programs and not for others.
    Separator,
    /// Any other control of formatting.
    Format,
}

impl Kind {
    /// The kind of a character; `None` for one that shows.
    pub fn of(character: char) -> Option<Self> {
        Some(match character {
            '\u{00AD}' => Self::SoftHyphen,
            '\u{061C}' | '\u{200E}' | '\u{200F}' => Self::DirectionMark,
            '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}' | '\u{2800}' | '\u{3164}'
            | '\u{FFA0}' => Self::Filler,
            '\u{180B}'..='\u{180D}'
            | '\u{180F}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{E0100}'..='\u{E01EF}' => Self::Selector,
            '\u{034F}' | '\u{180E}' | '\u{200B}'..='\u{200D}' | '\u{2060}' | '\u{FEFF}' => {
                Self::ZeroWidth
            }
            '\u{2028}' | '\u{2029}' => Self::Separator,
            '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' => Self::Bidi,
            '\u{2061}'..='\u{2064}' => Self::Operator,
            '\u{E0000}'..='\u{E007F}' => Self::Tag,
            '\u{2065}'
            | '\u{206A}'..='\u{206F}'
            | '\u{FFF0}'..='\u{FFFB}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0080}'..='\u{E0FFF}' => Self::Format,
            _ => return None,
        })
    }

    /// What so many of them are called.
    pub fn name(self, count: usize) -> &'static str {
        let (one, more) = match self {
            Self::Tag => ("tag character", "tag characters"),
            Self::Selector => ("variation selector", "variation selectors"),
            Self::ZeroWidth => ("zero-width character", "zero-width characters"),
            Self::Bidi => ("bidirectional control", "bidirectional controls"),
            Self::DirectionMark => ("direction mark", "direction marks"),
            Self::Operator => ("invisible operator", "invisible operators"),
            Self::Filler => ("filler", "fillers"),
            Self::SoftHyphen => ("soft hyphen", "soft hyphens"),
            Self::Separator => ("line separator", "line separators"),
            Self::Format => ("format control", "format controls"),
        };
        if count == 1 { one } else { more }
    }
}

/// Whether a text that begins with a byte that is not ASCII may begin with a hidden character: its
/// first two bytes tell, but for one in some hundred.
pub(super) fn may_hide(text: &[u8]) -> bool {
    matches!(
        text,
        [0xC2, 0xAD, ..]
            | [0xCD, 0x8F, ..]
            | [0xD8, 0x9C, ..]
            | [0xE1, 0x85 | 0x9E | 0xA0, ..]
            | [0xE2, 0x80 | 0x81 | 0xA0, ..]
            | [0xE3, 0x85, ..]
            | [0xEF, 0xB8 | 0xBB | 0xBE | 0xBF, ..]
            | [0xF0, 0x9B | 0x9D, ..]
            | [0xF3, 0xA0, ..]
    )
}

/// The kind of a text's first character.
pub(super) fn first(text: &[u8]) -> Option<Kind> {
    bstr::decode_utf8(text).0.and_then(Kind::of)
}
