//! What `git merge --squash` makes of the messages of the commits that it joins: below a line of its
//! own each is named with its author, and its message indented, as `git log` prints it.
//!
//! For the readings of a message, to which indented text is otherwise a quotation.

use std::borrow::Cow;

use bstr::ByteSlice as _;

const HEADER: &[u8] = b"Squashed commit of the following:";
const INDENT: &[u8] = b"    ";

/// What a line of a message is to a squash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part<'m> {
    /// Of a squashed commit's message.
    Message(&'m [u8]),
    /// The line that names it.
    Commit,
    /// Its author.
    Author(&'m [u8]),
    /// The line behind the last message.
    End,
    /// Anything else.
    Other,
}

/// The message with those of the squashed commits as they were, line for line.
pub fn unsquashed(message: &[u8]) -> Cow<'_, [u8]> {
    if !is_squash(message) {
        return Cow::Borrowed(message);
    }
    let mut out = Vec::with_capacity(message.len());
    for (line, part) in parts(message) {
        match part {
            Part::Message(text) => out.extend_from_slice(text),
            _ => out.extend_from_slice(line),
        }
    }
    Cow::Owned(out)
}

/// The authors of the squashed commits, each with its line from 1.
pub fn squashed_authors(message: &[u8]) -> Vec<(u32, &[u8])> {
    if !is_squash(message) {
        return Vec::new();
    }
    let lines = parts(message).enumerate();
    lines
        .filter_map(|(at, (_, part))| match part {
            Part::Author(who) => Some((u32::try_from(at + 1).unwrap_or(u32::MAX), who)),
            _ => None,
        })
        .collect()
}

/// The lines, from 0, at which what one squashed commit is told by begins, or what stands behind the
/// last: what a message opens ends there.
pub(super) fn squash_borders(message: &[u8]) -> Vec<usize> {
    if !is_squash(message) {
        return Vec::new();
    }
    let lines = parts(message).enumerate();
    let borders = lines.filter(|(_, (_, part))| matches!(part, Part::Commit | Part::End));
    borders.map(|(at, _)| at).collect()
}

fn is_squash(message: &[u8]) -> bool {
    message.lines().any(|line| line.trim_end() == HEADER)
}

/// The lines with their ends, and what each is.
fn parts(message: &[u8]) -> impl Iterator<Item = (&[u8], Part<'_>)> {
    let mut below = false;
    let mut within = false;
    message.lines_with_terminator().map(move |line| {
        below |= line.trim_end() == HEADER;
        if !below {
            return (line, Part::Other);
        }
        if is_commit(line) {
            within = true;
            return (line, Part::Commit);
        } else if within {
            if let Some(text) = line.strip_prefix(INDENT) {
                return (line, Part::Message(text));
            }
            if let Some(who) = line.strip_prefix(b"Author:") {
                return (line, Part::Author(who.trim()));
            }
            let head = [b"Date:".as_slice(), b"Merge:"];
            within = line.trim().is_empty() || head.iter().any(|key| line.starts_with(key));
            if !within {
                return (line, Part::End);
            }
        }
        (line, Part::Other)
    })
}

fn is_commit(line: &[u8]) -> bool {
    let id = line.strip_prefix(b"commit ").unwrap_or_default();
    let digits = id.iter().take_while(|byte| byte.is_ascii_hexdigit());
    matches!(digits.count(), 40 | 64)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789012345678901234567890123456789";

    #[test]
    fn the_messages_of_squashed_commits_are_read_as_they_were() {
        let message = format!(
            "Squashed commit of the following:\n\ncommit {ID}\nAuthor: Jane <j@x.org>\nDate:   Mon\n\n    \
             One\n    \n        code\n    A-b: c\n\nAfter\n    quoted\n"
        );
        let plain = format!(
            "Squashed commit of the following:\n\ncommit {ID}\nAuthor: Jane <j@x.org>\nDate:   Mon\n\n\
             One\n\n    code\nA-b: c\n\nAfter\n    quoted\n"
        );
        assert_eq!(
            unsquashed(message.as_bytes()).as_bstr(),
            plain.as_bytes().as_bstr()
        );
        let author = b"Jane <j@x.org>".as_slice();
        assert_eq!(squashed_authors(message.as_bytes()), [(4, author)]);
    }

    #[test]
    fn without_git_s_own_line_nothing_is_squashed() {
        let message = format!("One\n\ncommit {ID}\nAuthor: Jane <j@x.org>\n\n    Two\n");
        assert_eq!(*unsquashed(message.as_bytes()), *message.as_bytes());
        assert_eq!(squashed_authors(message.as_bytes()), []);
        let message = "Squashed commit of the following:\n\n    quoted\n";
        assert_eq!(*unsquashed(message.as_bytes()), *message.as_bytes());
    }
}
