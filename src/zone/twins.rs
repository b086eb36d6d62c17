//! New names beside which another stands that some systems take for the same.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use bstr::{BString, ByteSlice as _, ByteVec as _};

use super::Around;
use crate::git::{Change, Op, Result, TreeReader};
use crate::text::fold::caseless;

/// A directory, by its path, and a name in it.
type Name = (BString, BString);

/// For changes that bring a name into a tree, by position: the path that a system without case, or with
/// one form of each accented letter, takes for the same. Of a directory it is told once.
pub fn twins(
    changes: &[Change],
    around: &Around,
    trees: &mut TreeReader<'_>,
) -> Result<BTreeMap<usize, BString>> {
    let Some(after) = &around.after else {
        return Ok(BTreeMap::new());
    };
    let new = new_names(changes, around, trees)?;
    let mut by_directory: BTreeMap<&BString, Vec<(&BString, usize)>> = BTreeMap::new();
    for ((directory, name), at) in &new {
        by_directory.entry(directory).or_default().push((name, *at));
    }
    let mut found = BTreeMap::new();
    for (directory, names) in by_directory {
        let tree = if directory.is_empty() {
            Some(*after)
        } else {
            trees.find(after, directory)?.map(|(_, id)| id)
        };
        let Some(tree) = tree else {
            continue;
        };
        let entries = trees.entries(&tree)?;
        let standing: Vec<&BString> = entries.iter().map(|(name, _)| name).collect();
        for (at, twin) in among(&names, &standing) {
            let mut path = directory.clone();
            if !path.is_empty() {
                path.push_byte(b'/');
            }
            path.push_str(twin);
            found.entry(at).or_insert(path);
        }
    }
    Ok(found)
}

/// The names that no tree before the change has, each with the first change that brings it.
fn new_names(
    changes: &[Change],
    around: &Around,
    trees: &mut TreeReader<'_>,
) -> Result<BTreeMap<Name, usize>> {
    let mut new = BTreeMap::new();
    let mut known: HashMap<BString, bool> = HashMap::new();
    for (at, change) in changes.iter().enumerate() {
        if !matches!(change.op, Op::Add | Op::Rename) {
            continue;
        }
        let mut path: &[u8] = &change.path;
        loop {
            let (directory, name) = match path.rfind_byte(b'/') {
                Some(slash) => (&path[..slash], &path[slash + 1..]),
                None => (&b""[..], path),
            };
            let name = (BString::from(directory), BString::from(name));
            // Above a name that is known all has been looked at.
            if new.contains_key(&name) {
                break;
            }
            new.insert(name, at);
            if directory.is_empty() || is_old(directory, around, trees, &mut known)? {
                break;
            }
            path = directory;
        }
    }
    Ok(new)
}

fn is_old(
    directory: &[u8],
    around: &Around,
    trees: &mut TreeReader<'_>,
    known: &mut HashMap<BString, bool>,
) -> Result<bool> {
    if let Some(old) = known.get(directory.as_bstr()) {
        return Ok(*old);
    }
    let mut old = false;
    for tree in &around.before {
        old |= trees.find(tree, directory)?.is_some();
    }
    known.insert(directory.into(), old);
    Ok(old)
}

/// Of these names, each with a number, those that have a twin among what stands in the directory.
fn among<'t>(names: &[(&BString, usize)], standing: &[&'t BString]) -> Vec<(usize, &'t BString)> {
    // Names of which nothing but letters can fold away have twins of their own length only.
    let plain = |name: &BString| name.is_ascii() && !name.ends_with(b".") && !name.ends_with(b" ");
    let all_plain = names.iter().all(|(name, _)| plain(name));
    let lengths: BTreeSet<usize> = names.iter().map(|(name, _)| name.len()).collect();
    let with_key = names.iter().map(|(name, at)| (key(name), *name, *at));
    let asked: Vec<_> = with_key.collect();
    // Two of a key are enough: one of them is not the name that asks.
    let wanted = asked.iter().map(|(key, ..)| (key.as_slice(), Vec::new()));
    let mut stands: HashMap<&[u8], Vec<&'t BString>> = wanted.collect();
    for &other in standing {
        if all_plain && !lengths.contains(&other.len()) && plain(other) {
            continue;
        }
        if let Some(alike) = stands.get_mut(key(other).as_slice())
            && alike.len() < 2
        {
            alike.push(other);
        }
    }
    let twin = |(key, name, at): &(Vec<u8>, &BString, usize)| {
        let alike = stands.get(key.as_slice())?;
        let other = alike.iter().find(|other| **other != *name)?;
        Some((*at, *other))
    };
    asked.iter().filter_map(twin).collect()
}

/// A name as such systems compare it: Windows drops dots and spaces at the end too.
fn key(name: &[u8]) -> Vec<u8> {
    let mut key = caseless(name);
    let end = key.iter().rposition(|byte| !matches!(byte, b'.' | b' '));
    key.truncate(end.map_or(key.len(), |end| end + 1));
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(names: &[&str], standing: &[&str]) -> Vec<(usize, String)> {
        let names: Vec<BString> = names.iter().map(|&name| name.into()).collect();
        let standing: Vec<BString> = standing.iter().map(|&name| name.into()).collect();
        let numbered: Vec<_> = names.iter().zip(0..).collect();
        let standing: Vec<&BString> = standing.iter().collect();
        let found = among(&numbered, &standing).into_iter();
        found.map(|(at, twin)| (at, twin.to_string())).collect()
    }

    #[test]
    fn the_twin_of_a_name_is_the_first_that_is_another() {
        let standing = ["A", "B", "a", "a.", "b"];
        assert_eq!(found(&["A"], &standing), [(0, "a".into())]);
        assert_eq!(
            found(&["a", "B", "c"], &standing),
            [(0, "A".into()), (1, "b".into())]
        );
        assert_eq!(found(&["a. "], &standing), [(0, "A".into())]);
        assert_eq!(found(&["c"], &["c"]), []);
    }

    #[test]
    fn each_of_many_variants_of_a_name_has_one_twin() {
        let variant = |number: usize| -> String {
            let letter = |at: usize| {
                if (number >> at).is_multiple_of(2) {
                    'a'
                } else {
                    'A'
                }
            };
            (0..10).map(letter).collect()
        };
        let names: Vec<String> = (0..1 << 10).map(variant).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let found = found(&names, &names);
        assert_eq!(found.len(), names.len());
        assert!(found.iter().all(|(at, twin)| names[*at] != twin));
    }
}
