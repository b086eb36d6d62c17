//! Which scripts need what: the ranges of characters that [`super::context`] asks for.

pub(super) fn is_right_to_left(character: char) -> bool {
    matches!(character,
        '\u{0590}'..='\u{061B}' | '\u{061D}'..='\u{08FF}' | '\u{FB1D}'..='\u{FDFF}'
        | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}' | '\u{1E800}'..='\u{1EFFF}')
}

/// Scripts in which a joiner, or its counterpart, makes another form of a letter.
pub(super) fn joins(character: char) -> bool {
    matches!(character,
        '\u{0590}'..='\u{061B}' | '\u{061D}'..='\u{109F}' | '\u{1700}'..='\u{18AF}'
        | '\u{1900}'..='\u{1CFF}' | '\u{A800}'..='\u{A8FF}' | '\u{A980}'..='\u{AADF}'
        | '\u{ABC0}'..='\u{ABFF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}'
        | '\u{10A00}'..='\u{10FFF}' | '\u{11000}'..='\u{11FFF}' | '\u{1E900}'..='\u{1E95F}')
}

/// Scripts without spaces between words, where a line may break at a space of no width.
pub(super) fn writes_without_spaces(character: char) -> bool {
    matches!(character,
        '\u{0E00}'..='\u{109F}' | '\u{1780}'..='\u{17FF}' | '\u{1950}'..='\u{1AAF}'
        | '\u{1B00}'..='\u{1B7F}' | '\u{A980}'..='\u{AADF}')
}

/// Whether a selector may stand behind this character and before the next.
pub(super) fn selects(selector: char, before: char, after: Option<char>) -> bool {
    match selector {
        '\u{FE0E}' | '\u{FE0F}' => {
            let on_key = matches!(before, '0'..='9' | '#' | '*') && after == Some('\u{20E3}');
            is_emoji(before) || on_key
        }
        '\u{FE00}'..='\u{FE02}' => before >= '\u{1000}' || before == '0',
        '\u{FE03}'..='\u{FE06}' => matches!(before, '\u{13000}'..='\u{1345F}'),
        '\u{180B}'..='\u{180F}' => is_mongolian(before),
        // No ideograph has more than some thirty forms; the rest are bytes of somebody's.
        '\u{E0100}'..='\u{E012F}' => is_ideograph(before),
        _ => false,
    }
}

pub(super) fn is_emoji(character: char) -> bool {
    matches!(character,
        '\u{A9}' | '\u{AE}' | '\u{203C}' | '\u{2049}' | '\u{20E3}' | '\u{2100}'..='\u{214F}'
        | '\u{2190}'..='\u{23FF}' | '\u{2460}'..='\u{27BF}' | '\u{2900}'..='\u{297F}'
        | '\u{2B00}'..='\u{2BFF}' | '\u{3030}' | '\u{303D}' | '\u{3297}' | '\u{3299}'
        | '\u{1F000}'..='\u{1FAFF}')
}

pub(super) fn is_ideograph(character: char) -> bool {
    matches!(character,
        '\u{3005}' | '\u{3007}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

pub(super) fn is_mark(character: char) -> bool {
    matches!(character, '\u{0300}'..='\u{036F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}')
}

pub(super) fn is_mongolian(character: char) -> bool {
    matches!(character, '\u{1800}'..='\u{180A}' | '\u{1810}'..='\u{18AF}')
}

pub(super) fn is_jamo(character: char) -> bool {
    matches!(character,
        '\u{1100}'..='\u{115E}' | '\u{1161}'..='\u{11FF}' | '\u{A960}'..='\u{A97F}'
        | '\u{D7B0}'..='\u{D7FF}')
}

pub(super) fn is_music(character: char) -> bool {
    matches!(character, '\u{1D100}'..='\u{1D172}' | '\u{1D17B}'..='\u{1D1FF}')
}

pub(super) fn is_shorthand(character: char) -> bool {
    matches!(character, '\u{1BC00}'..='\u{1BC9F}')
}

/// A Braille cell that is not empty.
pub(super) fn is_braille(character: char) -> bool {
    matches!(character, '\u{2801}'..='\u{28FF}')
}
