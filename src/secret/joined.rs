//! Words that source code puts together from pieces: `"one" + "two"`, strings one after the other, a line
//! that goes on in the next. For the engine alone.

use std::ops::Range;

/// What stands between two pieces, at most.
const BETWEEN: usize = 256;
/// How much around a joint is read: a secret's pieces and what names it.
const AROUND: usize = 512;

/// The surroundings of all joints of a text, without what is between the pieces.
#[derive(Default)]
pub(super) struct Joined {
    pub(super) text: Vec<u8>,
    /// The pieces: where each begins here, and where in the text.
    pieces: Vec<(usize, usize)>,
}

impl Joined {
    /// `None` where nothing is put together.
    pub(super) fn of(text: &[u8]) -> Option<Self> {
        let joints = joints(text);
        if joints.is_empty() {
            return None;
        }
        let mut joined = Self::default();
        // What was copied already ends here.
        let mut done = 0;
        for (number, joint) in joints.iter().enumerate() {
            let start = joint.start.saturating_sub(AROUND).max(done);
            if start > done || number == 0 {
                // What lies apart is not to be read together.
                joined.text.push(b'\n');
            }
            joined.piece(text, start..joint.start);
            done = joint.end;
            let next = joints.get(number + 1).map_or(text.len(), |next| next.start);
            let last = number + 1 == joints.len();
            // Up to the next joint's own surroundings, if these do not begin right here.
            if last || next.saturating_sub(AROUND) > joint.end {
                let end = joint.end.saturating_add(AROUND).min(next);
                joined.piece(text, joint.end..end);
                done = end;
            }
        }
        Some(joined)
    }

    fn piece(&mut self, text: &[u8], range: Range<usize>) {
        self.pieces.push((self.text.len(), range.start));
        self.text.extend_from_slice(&text[range]);
    }

    /// Where a range stands in the text, if it goes over a joint.
    pub(super) fn across(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let place = |at: usize| {
            let piece = self
                .pieces
                .partition_point(|(start, _)| *start <= at)
                .checked_sub(1)?;
            let (here, there) = self.pieces.get(piece)?;
            Some((piece, there + (at - here)))
        };
        let (first, start) = place(range.start)?;
        let (last, end) = place(range.end.checked_sub(1)?)?;
        // No secret that was found reads on over what lies apart.
        let together = !self.text.get(range.clone())?.contains(&b'\n');
        (first != last && together).then_some(start..end + 1)
    }
}

/// What stands between two pieces, in order and apart.
fn joints(text: &[u8]) -> Vec<Range<usize>> {
    let quotes = memchr::memchr3_iter(b'"', b'\'', b'\\', text);
    let ticks = memchr::memchr_iter(b'`', text);
    let found = |at| Some(at..joint(text, at)?);
    let mut joints: Vec<_> = quotes.chain(ticks).filter_map(found).collect();
    joints.sort_unstable_by_key(|joint| joint.start);
    let mut from = 0;
    joints.retain(|joint| {
        let apart = joint.start >= from;
        from = if apart { joint.end } else { from };
        apart
    });
    joints
}

/// The end of what stands between two pieces and begins here, with a quote or a backslash.
fn joint(text: &[u8], at: usize) -> Option<usize> {
    let before = text.get(at.checked_sub(1)?)?;
    if !is_token(*before) {
        return None;
    }
    let rest = &text[at..text.len().min(at + BETWEEN)];
    let length = match rest {
        [b'\\', b'\n', ..] => 2,
        [b'\\', b'\r', b'\n', ..] => 3,
        [] | [b'\\', ..] => return None,
        [_, rest @ ..] => {
            let (operator, blanks) = (trimmed(rest), rest.len() - trimmed(rest).len());
            let operators: [&[u8]; 7] = [b"..", b"+", b".", b"&", b"~", b"<<", b"\\"];
            let found = operators.into_iter().find(|one| operator.starts_with(one));
            let behind = &operator[found.map_or(0, <[u8]>::len)..];
            let next = trimmed(behind);
            let prefix = next
                .iter()
                .take(2)
                .take_while(|byte| byte.is_ascii_alphabetic())
                .count();
            matches!(next.get(prefix), Some(b'"' | b'\'' | b'`')).then_some(())?;
            1 + blanks + found.map_or(0, <[u8]>::len) + (behind.len() - next.len()) + prefix + 1
        }
    };
    let end = at + length;
    let goes_on = text.get(end).is_some_and(|byte| is_token(*byte));
    goes_on.then_some(end)
}

fn trimmed(text: &[u8]) -> &[u8] {
    text.trim_ascii_start()
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"_-+/=.:~@$%".contains(&byte)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn joined(text: &str) -> String {
        let joined = Joined::of(text.as_bytes()).map(|joined| joined.text);
        String::from_utf8(joined.unwrap_or_default()).unwrap()
    }

    #[test]
    fn pieces_are_put_together() {
        for text in [
            r#"x = "one" + "two";"#,
            r#"x = "one" "two";"#,
            "x = \"one\"\n    \"two\";",
            r#"x = 'one' . "two";"#,
            r#"x = "one" +\n"two";"#,
            "x = \"one\" \\\n f\"two\";",
            "x = `one` + `two`;",
            "x = `one` + 'two';",
        ] {
            let text = text.replace("\\n\"", "\n\"");
            assert!(
                joined(&text).contains("onetwo"),
                "{text}: {}",
                joined(&text)
            );
        }
        assert_eq!(joined("x=one\\\ntwo"), "\nx=onetwo");
        assert!(joined("'a1' + 'b2' + 'c3'").contains("a1b2c3"));
    }

    #[test]
    fn other_strings_stay_apart() {
        for text in [
            r#"f("one", "two")"#,
            r#"x = "one "; y = "two""#,
            "it's one, isn't 'two'",
            r#""one" "" "two""#,
            "'",
            "\\",
        ] {
            assert!(!joined(text).contains("onetwo"), "{text}");
        }
    }

    #[test]
    fn a_place_across_a_joint_is_told_in_the_text() {
        let text = "x = 'one' + 'two';";
        let joined = Joined::of(text.as_bytes()).unwrap();
        let at = |word: &str| {
            let start = memchr::memmem::find(&joined.text, word.as_bytes()).unwrap();
            joined.across(&(start..start + word.len()))
        };
        assert_eq!(at("onetwo").map(|range| &text[range]), Some("one' + 'two"));
        assert_eq!(at("one"), None);
        assert_eq!(at("two"), None);
    }

    proptest! {
        #[test]
        fn all_around_a_joint_is_read(gap in 0_usize..1200, before in 0_usize..700) {
            let letters = |count: usize, from: u8| -> String {
                let letter = |at| char::from(from + u8::try_from(at % 26).unwrap());
                (0..count).map(letter).collect()
            };
            let half = letters(20, b'A');
            let text = format!(
                "{}\nk = \"one\" + \"{half}\"\n{}\nx = \"a\" + \"b\"",
                letters(before, b'a'),
                letters(gap, b'a')
            );
            let joined = joined(&text);
            let whole = format!("one{half}\"");
            prop_assert!(joined.contains(&whole), "{joined}");
            prop_assert!(joined.contains("ab"));
        }

        #[test]
        fn ranges_lie_in_the_text(text in "[ab'\"+ \n\\\\]{0,60}", from in 0_usize..60, length in 1_usize..60) {
            if let Some(joined) = Joined::of(text.as_bytes()) {
                prop_assert!(joined.text.len() <= 2 * text.len() + 1);
                if let Some(range) = joined.across(&(from..from + length)) {
                    prop_assert!(range.start < range.end);
                }
            }
        }
    }
}
