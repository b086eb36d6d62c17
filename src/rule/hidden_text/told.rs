//! What a text hides, and the sentences that tell of it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use crate::finding::{Finding, Place};
use crate::rule::{Context, Found};
use crate::text::LineIndex;
use crate::text::hidden::{CARRIES, Kind, Mix, Setting, Sign, hidden, mixes, payload};

/// As many findings are made of one text; the last says how many lines more there are.
const MOST: usize = 10;

/// As many characters are shown of what hidden ones spell, and as many different ones are named.
const SHOWN: usize = 60;
const NAMED: usize = 4;

/// What a text hides, line by line, and what of it looks alike and differs.
pub(super) struct Signs {
    lines: Vec<Sign>,
    mixes: Vec<Mix>,
}

impl Signs {
    /// Looks at whole lines of a text.
    pub(super) fn of(text: &[u8], parts: &[Range<usize>], setting: Setting) -> Self {
        let mut lines = Vec::new();
        hidden(text, parts, setting, &mut |sign| lines.push(sign));
        let mixes = mixes(text, parts, setting);
        Self { lines, mixes }
    }

    pub(super) fn are_none(&self) -> bool {
        self.lines.is_empty() && self.mixes.is_empty()
    }

    pub(super) fn retain(&mut self, keep: impl Fn(&Sign) -> bool) {
        self.lines.retain(keep);
    }

    /// A finding for each line and each mix, by `make`, which is given where it is (line and columns
    /// alone) and what it says.
    pub(super) fn tell(
        &self,
        context: &Context<'_>,
        text: &[u8],
        thing: &str,
        found: &mut Found,
        make: &mut dyn FnMut(Place, String) -> Finding,
    ) {
        if self.are_none() {
            return;
        }
        let index = LineIndex::new(text);
        let mut told = |at: usize, what: String, found: &mut Found| {
            let (line, column) = index.line_column(at);
            let place = Place {
                column: Some(column),
                end_line: Some(line),
                ..Place::message(Some(line))
            };
            found.push(make(place, what));
        };
        let more = self.lines.len().saturating_sub(MOST);
        for (number, sign) in self.lines.iter().take(MOST).enumerate() {
            let mut what = format!("{thing} holds {}", sentence(sign));
            what.push_str(&spelled(context, sign, found));
            if more > 0 && number + 1 == MOST {
                // Writing to a String cannot fail.
                let _ = write!(what, "; and {more} more lines do");
            }
            told(sign.at, what, found);
        }
        for mix in &self.mixes {
            let kinds = mix.kinds.iter();
            let kinds: Vec<_> = kinds
                .map(|(kind, count)| format!("{count} × {}", number(*kind)))
                .collect();
            let what = format!(
                "{} look alike and are not, and change places as if they carried something: {}",
                mix.name,
                kinds.join(", ")
            );
            told(mix.at, what, found);
        }
    }
}

/// How many characters of which kind a line hides.
fn sentence(sign: &Sign) -> String {
    let mut kinds: BTreeMap<Kind, usize> = BTreeMap::new();
    let mut seen: Vec<char> = Vec::new();
    for character in sign.characters.chars() {
        if let Some(kind) = Kind::of(character) {
            *kinds.entry(kind).or_default() += 1;
        }
        if seen.len() <= NAMED && !seen.contains(&character) {
            seen.push(character);
        }
    }
    let kept = kinds.iter();
    let counts: Vec<_> = kept
        .map(|(kind, count)| format!("{count} {}", kind.name(*count)))
        .collect();
    let mut named: Vec<_> = seen.iter().take(NAMED).map(|one| number(*one)).collect();
    if seen.len() > NAMED {
        named.push("…".to_owned());
    }
    let many = if sign.count > sign.characters.chars().count() {
        " and more"
    } else {
        ""
    };
    let turns = if kinds.contains_key(&Kind::Bidi) {
        ", which show the line in another order than a program reads it"
    } else {
        match sign.count {
            1 => ", which does not show",
            _ => ", which do not show",
        }
    };
    format!("{}{many} ({}){turns}", counts.join(", "), named.join(", "))
}

/// What hidden characters spell. Where that is a secret it is not told, and the redactor learns it.
fn spelled(context: &Context<'_>, sign: &Sign, found: &mut Found) -> String {
    if sign.count < CARRIES {
        return String::new();
    }
    let Some(bytes) = payload(&sign.characters) else {
        return "; so many carry something".to_owned();
    };
    let mut secret = None;
    let searched = context.secrets.scan(&bytes, &mut |hit| {
        found.learned.add(&hit);
        secret.get_or_insert_with(|| hit.name.to_owned());
    });
    // What was not searched to its end may hold one, and is not shown. The finding stands without it.
    if searched.is_err() {
        return "; what they spell could not be searched for secrets".to_owned();
    }
    if let Some(name) = secret {
        return format!("; what they spell holds a secret: {name}");
    }
    let text = String::from_utf8_lossy(&bytes);
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("; they spell \"{shown}\"")
}

fn number(character: char) -> String {
    format!("U+{:04X}", u32::from(character))
}
