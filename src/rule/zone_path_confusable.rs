//! `zone-path-confusable`: a path that passes for a zone's, or that is another path elsewhere.

use bstr::ByteSlice as _;

use super::{ChangeFacts, CommitFacts, Context, Found, Meta, Rule};
use crate::finding::{Finding, Mode, Subject};
use crate::git::{Op, Result};
use crate::text::fold::folded;
use crate::text::landing::{is_git_directory, names_git_file};
use crate::text::script::deceptive_word;
use crate::text::show::{escaped, is_bidi_control, is_invisible};
use crate::zone::Likeness;

pub(super) struct ZonePathConfusable;

/// Bytes of a link's target that are shown.
const SHOWN: usize = 200;

static META: Meta = Meta {
    id: "zone-path-confusable",
    finds: "A new path that pretends to be, or hides from, a path of a zone: by case, by another Unicode form, \
            by look-alike or invisible characters, by dots and spaces at a name's end, backslashes, `..`, a \
            stream or a short name of Windows. Also a path that some systems take for another one of the same \
            directory, another name for Git's own directory or files, and an agent's link that leaves the repository.",
    why: "A zone that a look-alike stands beside is no zone: people review the one file and build the other. On \
          Windows and macOS several names are one file, so that a checkout overwrites what was protected.",
    example: "`src/\u{441}rypto/aes.c` with a Cyrillic `\u{441}`, `src/Crypto/aes.c`, or `CRYPTO~1/aes.c`, where \
              `src/crypto/**` is a zone; `Makefile` beside `makefile`.",
    mend: "Give the file a name that cannot be taken for another. A link leads to a path inside the repository.",
    configure: "rules:\n  zone-path-confusable: {agents: block, humans: warn}",
    agents: Some(Mode::Block),
    humans: Some(Mode::Block),
    net: true,
    content: false,
};

impl Rule for ZonePathConfusable {
    fn meta(&self) -> &'static Meta {
        &META
    }

    fn check_change(
        &self,
        context: &Context<'_>,
        commit: &CommitFacts<'_>,
        facts: &ChangeFacts<'_>,
        found: &mut Found,
    ) -> Result<()> {
        let touched = facts.touched;
        if let Some(target) = &touched.leaving
            && commit.subject() == Subject::Agent
        {
            let target = escaped(&target[..target.len().min(SHOWN)]);
            let message = format!("a link that leaves the repository: `{target}`");
            found.push(finding(commit, facts, message));
        }
        // What a path is, it is from the change on that brings it.
        if !matches!(facts.change.op, Op::Add | Op::Rename) {
            return Ok(());
        }
        for likeness in &touched.likenesses {
            found.push(passes(context, commit, facts, likeness));
        }
        let twin = touched.twin.as_ref().map(|twin| {
            let twin = escaped(twin);
            format!(
                "some systems take this path and `{twin}` for the same: they differ in case or form"
            )
        });
        let odd = facts.change.path.split_str("/").find_map(oddity);
        for message in twin.into_iter().chain(odd) {
            found.push(finding(commit, facts, message));
        }
        Ok(())
    }
}

fn passes(
    context: &Context<'_>,
    commit: &CommitFacts<'_>,
    facts: &ChangeFacts<'_>,
    likeness: &Likeness<'_>,
) -> Finding {
    let (zone, pattern) = (likeness.zone, likeness.pattern);
    let why = match &likeness.read_as {
        Some(read_as) => format!("it is read as `{}`, which", escaped(read_as)),
        None => "a name in it may be short for one that".to_owned(),
    };
    let message = format!(
        "a path that passes for one of the zone {}: {why} `{pattern}` covers",
        zone.name
    );
    let mut finding = finding(commit, facts, message);
    finding.zone = Some(zone.name.clone());
    finding.decided_by = Some(context.line(likeness.span));
    // `docs/gemini.md` need not be meant as a `GEMINI.md`. An agent must not guess.
    let read_as = likeness.read_as.as_ref();
    let in_case = read_as.is_some_and(|path| path.eq_ignore_ascii_case(&facts.change.path));
    let anywhere = pattern.starts_with("**/");
    finding.note = in_case && anywhere && commit.subject() == Subject::Human;
    finding
}

fn finding(commit: &CommitFacts<'_>, facts: &ChangeFacts<'_>, message: String) -> Finding {
    let help = META.mend.to_owned();
    let mut finding = commit.finding(META.id, facts.entry(), message, help);
    finding.agent = commit.first_agent();
    finding
}

/// What is wrong with a name, wherever it stands.
fn oddity(name: &[u8]) -> Option<String> {
    if matches!(name, b"." | b"..") {
        return Some(format!(
            "Git checks no name out that is `{}`",
            escaped(name)
        ));
    }
    // Nearly every name ends here.
    if name.is_ascii() && !matches!(name.first(), Some(b'.' | b'g' | b'G' | b'l' | b'L')) {
        return None;
    }
    let (shown, read_as) = (escaped(name), folded(name));
    if is_git_directory(&read_as) {
        return Some(format!("`{shown}` is Git's own directory on some systems"));
    }
    if let Some(file) = names_git_file(&read_as).filter(|file| file.as_bytes() != name) {
        return Some(format!("`{shown}` is `{file}` on some systems"));
    }
    let text = name.to_str().ok()?;
    if let Some(word) = deceptive_word(text) {
        let (word, read_as) = (escaped(word.as_bytes()), folded(word.as_bytes()));
        return Some(format!(
            "the word `{word}` mixes scripts, and is read as `{read_as}`"
        ));
    }
    let visible = |one: &char| !is_invisible(*one);
    let hides = text.chars().any(is_bidi_control)
        || (!text.is_ascii() && text.chars().filter(visible).all(|one| one.is_ascii()));
    hides.then(|| format!("`{shown}` has characters that nobody sees, and is read as `{read_as}`"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_deceive_wherever_they_stand_are_odd() {
        for name in [
            "..",
            ".git",
            ".GIT ",
            "GIT~1",
            ".g\u{200C}it",
            ".GitModules",
            ".gitattributes ",
            "GITMOD~1",
            "p\u{430}ypal.c",
            "REA\u{200B}DME.md",
            "\u{FEFF}README.md",
            "a\u{202E}txt.exe",
            "\u{645}\u{2067}a",
        ] {
            assert!(oddity(name.as_bytes()).is_some(), "{name:?}");
        }
    }

    #[test]
    fn names_of_every_language_are_not() {
        for name in [
            ".gitignore",
            "git",
            "aux.c",
            "Foo::Bar.pm",
            "a\\b",
            "foo. ",
            "SRC~1",
            "\u{FF21}\u{FF22}.txt",
            "\u{1F469}\u{200D}\u{1F4BB}.md",
            "\u{2764}\u{FE0F}",
            "\u{645}\u{6CC}\u{200C}\u{62E}.txt",
            "e\u{301}.txt",
        ] {
            assert_eq!(oddity(name.as_bytes()), None, "{name:?}");
        }
        assert_eq!(oddity(b"\xFF.c"), None);
    }
}
