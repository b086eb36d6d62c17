//! Where the block of trailers of a message file is, by the rules Git has for it.
//!
//! Git's rules, in short: the first paragraph is the title and holds no trailers. The last paragraph
//! is the block when all its lines are trailers, or when one of them is of Git's own making and a
//! quarter are trailers. Comments count for nothing; those at the end, with the blank lines among
//! them and an old list of conflicts, come after the message.

use super::MessageFile;

/// What follows the comment mark on the line below which Git drops everything.
const SCISSORS: &[u8] = b" ------------------------ >8 ------------------------";

/// Lines Git writes itself: one of them makes a mixed paragraph a block of trailers.
const GENERATED: [&[u8]; 2] = [b"Signed-off-by: ", b"(cherry picked from commit "];

/// What was found in a message file.
pub(super) struct Layout {
    /// Where a trailer goes: the offset after the last line of the block, or of the message.
    pub(super) insert_at: usize,
    /// Whether there is a block of trailers.
    pub(super) has_block: bool,
    /// Whether there is no message yet: only blank lines and what will be dropped.
    pub(super) is_empty: bool,
    trailers: Vec<(Vec<u8>, Vec<u8>)>,
}

impl Layout {
    /// Reads a message file. Linear in its length.
    pub(super) fn read(file: &MessageFile<'_>) -> Self {
        let kept = before_scissors(file);
        let message = &kept[..without_tail(kept, file.comment)];
        let lines = Line::all(message, file.comment);
        let block = block(&lines, file.edited);
        let insert_at = if block.is_none() && !file.edited {
            // Nobody drops the comment lines when no editor opens: a new block goes after them.
            after_last_line(kept, b"")
        } else {
            after_last_line(message, file.comment)
        };
        let is_empty = if file.edited {
            lines.iter().all(|line| line.is_blank() || line.is_comment)
        } else {
            kept.iter().all(|&byte| is_space(byte))
        };
        Self {
            insert_at: if is_empty { 0 } else { insert_at },
            has_block: block.is_some(),
            is_empty,
            trailers: block.map(trailers).unwrap_or_default(),
        }
    }

    /// Whether the block has this trailer, letter case aside.
    pub(super) fn has(&self, key: &str, value: &str) -> bool {
        self.trailers.iter().any(|(its_key, its_value)| {
            its_key.eq_ignore_ascii_case(key.as_bytes())
                && its_value.eq_ignore_ascii_case(value.as_bytes())
        })
    }
}

/// The lines of which Git makes the commit message.
pub(super) fn lines_that_stay<'a>(file: &MessageFile<'a>) -> impl Iterator<Item = &'a [u8]> {
    let MessageFile {
        comment, edited, ..
    } = *file;
    Line::all(before_scissors(file), comment)
        .into_iter()
        .filter(move |line| !(edited && line.is_comment))
        .map(|line| line.text)
}

/// The offset of the first line that is not blank.
pub(super) fn after_blank_lines(text: &[u8]) -> usize {
    Line::all(text, b"")
        .iter()
        .find(|line| !line.is_blank())
        .map_or(text.len(), |line| line.start)
}

/// One line, without its end.
struct Line<'a> {
    start: usize,
    text: &'a [u8],
    is_comment: bool,
}

impl<'a> Line<'a> {
    fn all(text: &'a [u8], comment: &[u8]) -> Vec<Self> {
        let mut start = 0;
        text.split_inclusive(|&byte| byte == b'\n')
            .map(|whole| {
                let text = whole.strip_suffix(b"\n").unwrap_or(whole);
                let line = Self {
                    start,
                    text,
                    is_comment: !comment.is_empty() && text.starts_with(comment),
                };
                start += whole.len();
                line
            })
            .collect()
    }

    fn is_blank(&self) -> bool {
        self.text.iter().all(|&byte| is_space(byte))
    }

    fn is_indented(&self) -> bool {
        self.text.first().is_some_and(|&byte| is_space(byte))
    }

    /// Key and value, where the line has the form of a trailer.
    fn trailer(&self) -> Option<(&'a [u8], &'a [u8])> {
        let mut spaced = false;
        for (at, &byte) in self.text.iter().enumerate() {
            match byte {
                b':' if at > 0 => {
                    let (key, value) = self.text.split_at(at);
                    return Some((key.trim_ascii(), value[1..].trim_ascii()));
                }
                b'-' if !spaced => {}
                _ if byte.is_ascii_alphanumeric() && !spaced => {}
                b' ' | b'\t' if at > 0 => spaced = true,
                _ => return None,
            }
        }
        None
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// The text up to the scissors line.
fn before_scissors<'a>(file: &MessageFile<'a>) -> &'a [u8] {
    let is_scissors =
        |line: &Line<'_>| line.is_comment && line.text[file.comment.len()..] == *SCISSORS;
    let cut = Line::all(file.text, file.comment)
        .iter()
        .find(|line| is_scissors(line))
        .map_or(file.text.len(), |line| line.start);
    &file.text[..cut]
}

/// The length without the comments, blank lines and old list of conflicts at the end.
fn without_tail(text: &[u8], comment: &[u8]) -> usize {
    let mut tail = None;
    let mut in_conflicts = false;
    for line in Line::all(text, comment) {
        if line.is_comment || line.text.is_empty() {
            tail = tail.or(Some(line.start));
        } else if line.text == b"Conflicts:" {
            in_conflicts = true;
            tail = tail.or(Some(line.start));
        } else if !(in_conflicts && line.text.starts_with(b"\t")) {
            tail = None;
            in_conflicts = false;
        }
    }
    tail.unwrap_or(text.len())
}

/// The offset after the last line that is neither blank nor a comment.
fn after_last_line(text: &[u8], comment: &[u8]) -> usize {
    Line::all(text, comment)
        .iter()
        .rfind(|line| !line.is_blank() && !line.is_comment)
        .map_or(0, |line| text.len().min(line.start + line.text.len() + 1))
}

/// The lines of the block of trailers.
fn block<'l, 'a>(lines: &'l [Line<'a>], edited: bool) -> Option<&'l [Line<'a>]> {
    let first = if edited {
        0
    } else {
        // Git drops blank lines at the top, so that the first paragraph is the title.
        lines.iter().position(|line| !line.is_blank())?
    };
    let after_title = first
        + lines[first..]
            .iter()
            .position(|line| !line.is_comment && line.is_blank())?;
    let (mut trailers, mut others, mut indented) = (0_usize, 0_usize, 0_usize);
    let (mut generated, mut only_blank) = (false, true);
    for (at, line) in lines.iter().enumerate().skip(after_title).rev() {
        if line.is_comment {
            others += std::mem::take(&mut indented);
        } else if line.is_blank() {
            if only_blank {
                continue;
            }
            others += indented;
            let is_block = (generated && trailers * 3 >= others) || (trailers > 0 && others == 0);
            return is_block.then(|| &lines[at + 1..]);
        } else {
            only_blank = false;
            if GENERATED.iter().any(|start| line.text.starts_with(start)) {
                trailers += 1;
                indented = 0;
                generated = true;
            } else if line.is_indented() {
                indented += 1;
            } else if line.trailer().is_some() {
                trailers += 1;
                indented = 0;
            } else {
                others += 1 + std::mem::take(&mut indented);
            }
        }
    }
    None
}

/// Keys and values of a block, folded values on one line.
fn trailers(block: &[Line<'_>]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
    for line in block
        .iter()
        .filter(|line| !line.is_comment && !line.is_blank())
    {
        if line.is_indented() {
            if let Some((_, value)) = found.last_mut() {
                if !value.is_empty() {
                    value.push(b' ');
                }
                value.extend(line.text.trim_ascii());
            }
        } else if let Some((key, value)) = line.trailer() {
            found.push((key.to_vec(), value.to_vec()));
        }
    }
    found
}
