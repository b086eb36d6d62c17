//! A message file as `git commit` will record it.

use bstr::{BString, ByteSlice as _};

use crate::git::{Cleanup, CommentStyle, Message, Repo, Result};

/// The message that a file will become. `edited`: an editor was open on it.
pub(super) fn message(repo: &dyn Repo, text: &[u8], edited: bool) -> Result<Message> {
    let comment = comment_style(repo, text)?;
    Ok(Message::cleaned(text, &comment, cleanup(repo, edited)?))
}

/// Every message that a file can become, whatever `git commit --cleanup` says: hooks are not told.
pub(super) fn messages(repo: &dyn Repo, text: &[u8]) -> Result<Vec<Message>> {
    let comment = comment_style(repo, text)?;
    let all = [
        Cleanup::Strip,
        Cleanup::Whitespace,
        Cleanup::Scissors,
        Cleanup::Verbatim,
    ];
    let message = |cleanup| Message::cleaned(text, &comment, cleanup);
    Ok(all.map(message).into())
}

/// What starts a comment line in it.
pub(super) fn comment_style(repo: &dyn Repo, text: &[u8]) -> Result<CommentStyle> {
    let value: Option<BString> = match repo.config("core.commentString")? {
        Some(value) => Some(value),
        None => repo.config("core.commentChar")?,
    };
    Ok(CommentStyle::new(
        value.as_ref().map(|value| value.as_bstr()),
        text,
    ))
}

/// How `git commit` will clean the message up, as far as a hook can know: `--cleanup` is not told.
fn cleanup(repo: &dyn Repo, edited: bool) -> Result<Cleanup> {
    let configured = repo.config("commit.cleanup")?.unwrap_or_default();
    Ok(match configured.as_slice() {
        b"strip" => Cleanup::Strip,
        b"scissors" if edited => Cleanup::Scissors,
        b"verbatim" => Cleanup::Verbatim,
        b"whitespace" | b"scissors" => Cleanup::Whitespace,
        _ if edited => Cleanup::Strip,
        _ => Cleanup::Whitespace,
    })
}
