//! The words of a trailer's value: its parts, and what they cannot be. For `assisted_by` alone.

/// What a list goes on with after its last address.
pub(super) fn after_addresses(value: &str) -> &str {
    let rest = value.rsplit_once('>').map_or("", |(_, rest)| rest);
    let rest = rest.trim_start();
    let joins = [",", ";", "&", "+", "and "];
    let goes_on = joins.iter().find_map(|join| rest.strip_prefix(join));
    goes_on.unwrap_or("")
}

/// The parts of a list, split where no bracket is open, and at `and`, `&` and `+` between blanks.
pub(super) fn pieces(value: &str) -> Vec<&str> {
    const JOINS: [&str; 3] = [" and ", " & ", " + "];
    let mut pieces = listed(value);
    for join in JOINS {
        let parts = pieces.into_iter().flat_map(|piece| {
            let whole = piece.contains(['(', '[']);
            let parts = if whole {
                vec![piece]
            } else {
                piece.split(join).collect()
            };
            parts.into_iter().map(str::trim)
        });
        pieces = parts.filter(|part| !part.is_empty()).collect();
    }
    pieces
}

fn listed(value: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    value
        .split(|character| {
            match character {
                '(' | '[' => depth += 1,
                ')' | ']' => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && matches!(character, ',' | ';')
        })
        .map(str::trim)
        .filter(|piece| !piece.is_empty())
        .collect()
}

pub(super) fn first_word(text: &str) -> Option<&str> {
    let word = text.split_whitespace().next()?;
    let end = word.find(['#', '[', '(', ',', ';']).unwrap_or(word.len());
    word.get(..end).filter(|word| !word.is_empty())
}

/// One to three words, each like a tool's name.
pub(super) fn is_name(name: &str) -> bool {
    let words = name.split(' ').collect::<Vec<_>>();
    words.len() <= 3
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && words.iter().all(|word| {
            !word.is_empty()
                && word
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(&byte))
        })
}

pub(super) fn is_negative(name: &str) -> bool {
    const NOBODY: [&str; 10] = [
        "none", "no", "n-a", "n/a", "na", "nobody", "human", "nothing", "false", "-",
    ];
    NOBODY.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a value's first word says no: `none used`, `N/A (written by hand)`, `not used`.
pub(super) fn begins_with_no(value: &str) -> bool {
    let word = value
        .trim_start()
        .split([' ', '\t', ',', ';', ':', '(', '['])
        .next();
    let word = word.unwrap_or(value).trim_end_matches(['.', '!']);
    is_negative(word) || ["not", "without"].contains(&word.to_ascii_lowercase().as_str())
}

pub(super) fn is_url(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The text of a Markdown link that is the whole value.
pub(super) fn link_text(value: &str) -> &str {
    value
        .strip_prefix('[')
        .and_then(|inner| inner.split_once("]("))
        .filter(|(_, rest)| rest.find(')').is_some_and(|end| end + 1 == rest.len()))
        .map_or(value, |(text, _)| text)
}
