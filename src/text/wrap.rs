//! Wrapping of text at a column, with a hanging indent.

/// `text` in lines of at most `width` columns, the first after `first` columns that are taken
/// already, the others indented by `indent`. What stands in backquotes is not broken, and a longer
/// word stands alone, whole: paths and commands must stay copyable.
pub fn wrap(text: &str, first: usize, indent: usize, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = first;
    for (number, paragraph) in text.split('\n').enumerate() {
        if number > 0 {
            column = new_line(&mut out, indent);
        }
        for (position, word) in words(paragraph, width.saturating_sub(indent)).enumerate() {
            let length = word.chars().count();
            if position > 0 {
                if column + 1 + length > width && column > indent {
                    column = new_line(&mut out, indent);
                } else {
                    out.push(' ');
                    column += 1;
                }
            }
            out.push_str(word);
            column += length;
        }
    }
    out
}

/// The words of a paragraph: what stands between spaces, or in backquotes where that fits a line.
fn words(paragraph: &str, widest: usize) -> impl Iterator<Item = &str> {
    let mut rest = Some(paragraph);
    std::iter::from_fn(move || {
        let text = rest?;
        let end = word_end(text, widest);
        rest = end.map(|end| &text[end + 1..]);
        Some(&text[..end.unwrap_or(text.len())])
    })
}

/// The space that ends the first word; `None` where the word is all there is. Looks no further
/// than a line's width beyond the first space.
fn word_end(text: &str, widest: usize) -> Option<usize> {
    let mut quoted = false;
    let mut first = None;
    for (count, (at, character)) in text.char_indices().enumerate() {
        if count > widest && first.is_some() {
            return first;
        }
        match character {
            '`' => quoted = !quoted,
            ' ' if !quoted => return Some(at),
            ' ' => {
                first.get_or_insert(at);
            }
            _ => {}
        }
    }
    // A quotation that is never closed breaks like other text.
    first.filter(|_| quoted)
}

fn new_line(out: &mut String, indent: usize) -> usize {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', indent));
    indent
}

#[cfg(test)]
mod tests {
    use super::wrap;

    #[test]
    fn lines_break_between_words() {
        assert_eq!(
            wrap("one two three four", 0, 2, 9),
            "one two\n  three\n  four"
        );
    }

    #[test]
    fn a_long_word_stays_whole() {
        assert_eq!(wrap("a abcdefghij b", 0, 0, 5), "a\nabcdefghij\nb");
    }

    #[test]
    fn a_command_stays_whole_where_it_fits() {
        assert_eq!(wrap("run `git a b` now", 0, 0, 9), "run\n`git a b`\nnow");
        assert_eq!(
            wrap("run `git a b c d` x", 0, 0, 9),
            "run `git\na b c d`\nx"
        );
        assert_eq!(wrap("an `open one x", 0, 0, 8), "an `open\none x");
    }

    #[test]
    fn nothing_is_lost() {
        for text in ["", " ", "a  b", "` `` a ` b `c d", "\n\na b\n"] {
            let words = |text: &str| {
                text.split_whitespace()
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            };
            assert_eq!(words(&wrap(text, 0, 0, 4)), words(text), "{text:?}");
        }
    }
}
