//! The processes above this one, as Linux tells them. Elsewhere there are none.

use std::io::Read as _;

use bstr::{BString, ByteSlice as _};

/// A process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Process {
    /// Its name, as it may have given it to itself; of Linux the first 15 bytes.
    pub name: BString,
    /// Its arguments, the program first; no more than the first few.
    pub arguments: Vec<BString>,
}

/// The most processes that are looked at.
const MOST: usize = 64;

/// How much of a command line is read, and how many arguments.
const COMMAND_LINE: u64 = 4096;
const ARGUMENTS: usize = 8;

/// The processes above this one, the nearest first. What cannot be read ends them: they are one sign more,
/// and whoever wants to hides them.
pub(super) fn ancestors() -> Vec<Process> {
    let mut found = Vec::new();
    let mut id = std::os::unix::process::parent_id();
    while id > 1 && found.len() < MOST {
        let Some((process, parent)) = process(id) else {
            break;
        };
        found.push(process);
        id = parent;
    }
    found
}

/// A process, and its parent's id.
fn process(id: u32) -> Option<(Process, u32)> {
    let read = |name: &str| -> Option<Vec<u8>> {
        let file = std::fs::File::open(format!("/proc/{id}/{name}")).ok()?;
        let mut text = Vec::new();
        file.take(COMMAND_LINE).read_to_end(&mut text).ok()?;
        Some(text)
    };
    let (name, parent) = named(&read("stat")?)?;
    let line = read("cmdline").unwrap_or_default();
    let arguments = line.split_str("\0").filter(|one| !one.is_empty());
    let arguments = arguments.take(ARGUMENTS).map(BString::from).collect();
    Some((Process { name, arguments }, parent))
}

/// The name and the parent's id that a line of `stat` tells. The name stands in brackets, and may hold any others.
fn named(stat: &[u8]) -> Option<(BString, u32)> {
    let (open, close) = (stat.find_byte(b'(')?, stat.rfind_byte(b')')?);
    let name = stat.get(open + 1..close)?;
    let rest = stat.get(close + 1..)?.to_str().ok()?;
    let parent = rest.split_ascii_whitespace().nth(1)?.parse().ok()?;
    Some((name.into(), parent))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_in_brackets_may_hold_any() {
        let told = |stat: &str| named(stat.as_bytes());
        assert_eq!(told("7 (git) S 5 7"), Some(("git".into(), 5)));
        assert_eq!(told("7 (a) R 1 (b) S 5 7"), Some(("a) R 1 (b".into(), 5)));
        for odd in ["", "7 git S 5", "7 (git)", "7 (git) S x", ")("] {
            assert_eq!(told(odd), None, "{odd}");
        }
    }
}
