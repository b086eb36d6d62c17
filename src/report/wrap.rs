//! Wrapping of text at a column, with a hanging indent.

/// `text` in lines of at most `width` columns, the first after `first` columns that are taken
/// already, the others indented by `indent`. A longer word stands alone, whole: paths and
/// commands must stay copyable.
pub(super) fn wrap(text: &str, first: usize, indent: usize, width: usize) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = first;
    for (number, paragraph) in text.split('\n').enumerate() {
        if number > 0 {
            column = new_line(&mut out, indent);
        }
        for (position, word) in paragraph.split(' ').enumerate() {
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
}
