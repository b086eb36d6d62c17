//! What a change of a lock moves, in words: which versions held, and which do now. For `policy-weakened`.

use std::collections::BTreeSet;

use super::lock::{LOCK, Lock, Locked};
use crate::text::show::escaped;

/// More moves of one lock than this are not told: the finding is about all of them.
const MOST: usize = 5;

/// What the locks before say, of a merge one for each parent, and what the lock says now; `None`: there is
/// none, or no regular file. Empty where they say the same.
pub fn lock_change<T: AsRef<[u8]>>(before: &[T], now: Option<&[u8]>) -> String {
    let before: Vec<Option<Lock>> = before.iter().map(|text| read(text.as_ref())).collect();
    if before.contains(&None) {
        return "; it was damaged".to_owned();
    }
    let before: Vec<Lock> = before.into_iter().flatten().collect();
    let now = match now.map(read) {
        Some(None) => return "; it is damaged: nothing would be judged by it".to_owned(),
        Some(Some(lock)) => lock,
        None => Lock::default(),
    };
    let locked = before.iter().chain([&now]).flat_map(|lock| &lock.sources);
    let mut files: Vec<&Locked> = Vec::new();
    for one in locked {
        if !files
            .iter()
            .any(|known| known.source.is_same_file(&one.source))
        {
            files.push(one);
        }
    }
    let moved: Vec<String> = files
        .iter()
        .filter_map(|file| moved(file, &before, &now))
        .collect();
    let told = moved.iter().take(MOST).map(|one| format!("; {one}"));
    told.collect()
}

fn moved(file: &Locked, before: &[Lock], now: &Lock) -> Option<String> {
    let held = |lock: &Lock| lock.of_file(&file.source).map(version);
    let was: BTreeSet<Option<String>> = before.iter().map(held).collect();
    let is = held(now);
    if was.len() == 1 && was.contains(&is) {
        return None;
    }
    let word = |version: Option<String>| version.unwrap_or_else(|| "not locked".to_owned());
    let was: Vec<String> = was.into_iter().map(word).collect();
    let was = if was.is_empty() {
        word(None)
    } else {
        was.join(" or ")
    };
    let name = escaped(format!("{}:{}", file.source.url, file.source.path).as_bytes());
    Some(format!("{name}: it was {was}, and is {}", word(is)))
}

fn version(locked: &Locked) -> String {
    let commit = locked.commit;
    match locked.version {
        Some(version) => format!("version {version}, commit {commit}"),
        None => format!("commit {commit}"),
    }
}

fn read(text: &[u8]) -> Option<Lock> {
    Lock::parse(LOCK, text).ok()
}
