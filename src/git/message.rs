//! How `git commit` turns a message file into a commit message.

use bstr::{BStr, BString, ByteSlice as _};

/// The line below which `git commit -v` shows the diff, without the comment mark before it.
const SCISSORS: &[u8] = b"------------------------ >8 ------------------------";

/// The marks that `core.commentChar = auto` chooses from, in Git's order.
const AUTO: &[u8] = b"#;@!$%^&|:";

/// What starts a comment line in a message file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommentStyle {
    mark: BString,
}

impl Default for CommentStyle {
    fn default() -> Self {
        Self { mark: "#".into() }
    }
}

impl CommentStyle {
    /// The mark itself.
    pub fn mark(&self) -> &BStr {
        self.mark.as_ref()
    }

    /// From the value of `core.commentString` or `core.commentChar` (which Git takes for one
    /// another), and the message file, which alone tells what `auto` became.
    pub fn new(configured: Option<&BStr>, file: &[u8]) -> Self {
        let mark = match configured {
            None => return Self::default(),
            Some(value) if value.eq_ignore_ascii_case(b"auto") => auto(file),
            Some(value) if value.is_empty() || value.contains(&b'\n') => return Self::default(),
            Some(value) => value.into(),
        };
        Self { mark }
    }
}

/// The mark that Git chose. It comments out the scissors line or, without one, the last line: Git
/// writes its explanation below the message.
fn auto(file: &[u8]) -> BString {
    let marked = file
        .lines()
        .find(|line| line.get(1) == Some(&b' ') && line.get(2..) == Some(SCISSORS))
        .or_else(|| file.lines().rfind(|line| !trim_end(line).is_empty()));
    match marked.and_then(|line| line.first()) {
        Some(mark) if AUTO.contains(mark) => [*mark].into(),
        _ => "#".into(),
    }
}

/// Git's `commit.cleanup`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cleanup {
    /// `strip`, the default for an edited message: cut at the scissors line, comment lines dropped,
    /// white space cleaned up. (Git cuts only where it wrote that line itself, with `-v`.)
    Strip,
    /// `whitespace`, the default for `-m` and `-F`: white space alone.
    Whitespace,
    /// `scissors`: cut at the scissors line, white space cleaned up, comment lines kept.
    Scissors,
    /// `verbatim`: as it is.
    Verbatim,
}

/// The message that `git commit` stores for a message file.
pub(super) fn clean_up(raw: &[u8], comment: &CommentStyle, cleanup: Cleanup) -> BString {
    let cut = &raw[..scissors(raw, &comment.mark)];
    match cleanup {
        Cleanup::Verbatim => raw.into(),
        Cleanup::Whitespace => strip_space(raw, None),
        Cleanup::Scissors => strip_space(cut, None),
        Cleanup::Strip => strip_space(cut, Some(&comment.mark)),
    }
}

/// Where the scissors line starts, or the end. Linear in `raw`.
pub(super) fn scissors(raw: &[u8], mark: &[u8]) -> usize {
    let mut line = BString::from("\n");
    line.extend_from_slice(mark);
    line.push(b' ');
    line.extend_from_slice(SCISSORS);
    line.push(b'\n');
    if raw.starts_with(&line[1..]) {
        return 0;
    }
    raw.find(line.as_bstr()).map_or(raw.len(), |at| at + 1)
}

/// Git's `stripspace`: no blank lines at either end, one between paragraphs, no white space at line
/// ends, one newline at the end.
fn strip_space(raw: &[u8], comment: Option<&BString>) -> BString {
    let mut out = BString::default();
    let mut blank = false;
    for line in raw.split(|&byte| byte == b'\n') {
        if comment.is_some_and(|mark| line.starts_with(mark)) {
            continue;
        }
        let line = trim_end(line);
        if line.is_empty() {
            blank = true;
            continue;
        }
        if blank && !out.is_empty() {
            out.push(b'\n');
        }
        blank = false;
        out.extend_from_slice(line);
        out.push(b'\n');
    }
    out
}

/// White space as Git sees it, in every locale.
pub(super) fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r')
}

/// Without Git's white space at the end.
pub(super) fn trim_end(line: &[u8]) -> &[u8] {
    let end = line.iter().rposition(|&byte| !is_space(byte));
    &line[..end.map_or(0, |at| at + 1)]
}

/// Without Git's white space at either end.
pub(super) fn trim(line: &[u8]) -> &[u8] {
    let line = trim_end(line);
    let start = line.iter().position(|&byte| !is_space(byte));
    &line[start.unwrap_or(line.len())..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::git::testing::Sandbox;
    use proptest::prelude::*;

    fn edited(raw: &str) -> String {
        clean_up(raw.as_bytes(), &CommentStyle::default(), Cleanup::Strip).to_string()
    }

    #[test]
    fn the_scissors_line_cuts_and_comments_go() {
        let raw = "\n\nTitle  \n# a comment\n\n\nBody\n# ------------------------ >8 ------------------------\ndiff\n";
        assert_eq!(edited(raw), "Title\n\nBody\n");
        assert_eq!(
            edited("# ------------------------ >8 ------------------------\nx"),
            ""
        );
        let kept = clean_up(b"T\n# kept", &CommentStyle::default(), Cleanup::Whitespace);
        assert_eq!(kept, "T\n# kept\n");
    }

    #[test]
    fn another_mark_is_honoured() {
        let style = CommentStyle::new(Some("//".into()), b"");
        let clean = clean_up(b"T\n# kept\n// gone\n", &style, Cleanup::Strip);
        assert_eq!(clean, "T\n# kept\n");
    }

    #[test]
    fn an_automatic_mark_is_the_one_that_git_chose() {
        let sandbox = Sandbox::new();
        sandbox.git(&["config", "core.commentChar", "auto"]);
        for (title, options) in [("#1 is fixed", &[][..]), ("plain", &[]), ("#2", &["-v"])] {
            let script = "#!/bin/sh\ncp \"$1\" ../edited\n";
            sandbox.write("../editor", script);
            sandbox.git(&["config", "core.editor", "sh ../editor"]);
            let message = ["commit", "-q", "--allow-empty", "-e", "-m", title];
            sandbox.git(&[&message, options].concat());
            let file = std::fs::read(sandbox.home().join("edited")).unwrap();
            let style = CommentStyle::new(Some("auto".into()), &file);
            let stored =
                sandbox.git_bytes(&sandbox.path(), &["log", "-1", "--format=%B", "-z"], b"");
            let ours = clean_up(&file, &style, Cleanup::Strip);
            assert_eq!(
                ours.trim_end().as_bstr(),
                trim_end(stored.trim_end_with(|c| c == '\0')).as_bstr()
            );
        }
    }

    #[test]
    fn white_space_is_cleaned_up_as_stripspace_does() {
        let sandbox = Sandbox::new();
        proptest!(ProptestConfig::with_cases(60), |(parts in prop::collection::vec(
            prop::sample::select(vec!["a", "# c", "\n", " ", "\t", "\r", "\x0b", "\n\n", "#", "x y"]), 0..20))| {
            let raw = parts.concat();
            let theirs = sandbox.git_bytes(&sandbox.path(), &["stripspace", "-s"], raw.as_bytes());
            prop_assert_eq!(edited(&raw), String::from_utf8(theirs).unwrap());
        });
    }
}
