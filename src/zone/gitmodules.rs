//! `.gitmodules`, read as Git reads configuration, but for what is malformed: that is passed over, and the
//! rest counts. For the matcher, and for the rule that tells what was set.

use std::collections::HashMap;

use bstr::{BStr, BString, ByteSlice as _};

use crate::git::{Error, Result};

/// Bytes of a section's header. A submodule's name is a path as a rule.
pub(super) const HEADER: usize = 1 << 13;

/// All that is said of one submodule, wherever it stands.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// Its name in Git's own form, by which Git compares: `submodule.lib`.
    pub name: BString,
    /// In the order of the text.
    pub settings: Vec<Setting>,
}

/// One setting.
#[derive(Debug, PartialEq, Eq)]
pub struct Setting {
    /// Its name, small: `url`, `path`, `update`.
    pub key: BString,
    /// What it is set to, unquoted.
    pub value: BString,
    /// Its line, from 1.
    pub line: u32,
}

impl Section {
    /// The submodule's name.
    pub fn module(&self) -> &BStr {
        let name = self.name.strip_prefix(b"submodule.");
        name.unwrap_or(&self.name).as_bstr()
    }
}

/// The sections of a text, each once, in the order in which they begin. A header of more than `HEADER`
/// bytes is [`Error::Limit`].
pub fn sections(text: &[u8]) -> Result<Vec<Section>> {
    let mut reader = Reader {
        rest: text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text),
        line: 1,
    };
    let mut numbers: HashMap<BString, usize> = HashMap::new();
    let mut sections: Vec<Section> = Vec::new();
    let mut name = BString::default();
    loop {
        reader.skip(reader.rest.len() - reader.rest.trim_ascii_start().len());
        if reader.rest.is_empty() {
            return Ok(sections);
        }
        if reader.rest.starts_with(b"[") {
            name = reader.header()?;
        } else if let Some(setting) = reader.setting() {
            let number = numbers.get(&name).copied();
            let number = number.unwrap_or_else(|| {
                numbers.insert(name.clone(), sections.len());
                sections.push(Section {
                    name: name.clone(),
                    settings: Vec::new(),
                });
                sections.len() - 1
            });
            if let Some(section) = sections.get_mut(number) {
                section.settings.push(setting);
            }
        }
    }
}

struct Reader<'t> {
    rest: &'t [u8],
    line: u32,
}

impl Reader<'_> {
    fn skip(&mut self, bytes: usize) {
        let (skipped, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        let feeds = memchr::memchr_iter(b'\n', skipped).count();
        let feeds = u32::try_from(feeds).unwrap_or(u32::MAX);
        self.line = self.line.saturating_add(feeds);
        self.rest = rest;
    }

    fn header(&mut self) -> Result<BString> {
        let end = header_end(self.rest);
        if end > HEADER {
            return Err(Error::Limit {
                what: "bytes of a section's header in .gitmodules",
                limit: HEADER as u64,
            });
        }
        let name = name_of(&self.rest[..end]);
        self.skip(end);
        Ok(name)
    }

    /// The setting of a line; `None` where it holds none.
    fn setting(&mut self) -> Option<Setting> {
        let end = self.rest.find_byteset(b"=\n").unwrap_or(self.rest.len());
        let key = &self.rest[..end];
        let is_comment = key.starts_with(b"#") || key.starts_with(b";");
        if self.rest.get(end) != Some(&b'=') || is_comment {
            let feed = self.rest.find_byte(b'\n');
            self.skip(feed.map_or(self.rest.len(), |feed| feed + 1));
            return None;
        }
        let key = key.trim_ascii().to_ascii_lowercase().into();
        let (value, length) = value(&self.rest[end + 1..]);
        let line = self.line;
        self.skip(end + 1 + length);
        Some(Setting { key, value, line })
    }
}

/// Where the header of a section ends: behind its bracket, or with the line.
fn header_end(text: &[u8]) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, byte) in text.iter().enumerate() {
        match byte {
            b'\n' => return at,
            b']' if !quoted => return at + 1,
            b'"' if !escaped => quoted = !quoted,
            _ => {}
        }
        escaped = *byte == b'\\' && !escaped;
    }
    text.len()
}

/// A header in Git's own form: what stands in quotes as it is, the rest small, a dot between.
fn name_of(header: &[u8]) -> BString {
    let inner = header.strip_prefix(b"[").unwrap_or(header);
    let inner = inner.strip_suffix(b"]").unwrap_or(inner);
    let Some((section, quoted)) = inner.split_once_str("\"") else {
        return inner.trim_ascii().to_ascii_lowercase().into();
    };
    let mut name = section.trim_ascii().to_ascii_lowercase();
    name.push(b'.');
    let mut bytes = quoted.iter();
    while let Some(byte) = bytes.next() {
        match byte {
            b'"' => break,
            b'\\' => name.extend(bytes.next()),
            byte => name.push(*byte),
        }
    }
    name.into()
}

/// A value as Git unquotes it, and how many bytes its line has.
fn value(text: &[u8]) -> (BString, usize) {
    let mut value = Vec::new();
    // How much of the value counts, blanks at its end do not.
    let mut kept = 0;
    let mut quoted = false;
    let mut bytes = text.iter().enumerate();
    let mut end = text.len();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'\n' => {
                end = at + 1;
                break;
            }
            b'"' => quoted = !quoted,
            b'#' | b';' if !quoted => {
                let feed = text[at..].find_byte(b'\n');
                end = feed.map_or(text.len(), |feed| at + feed + 1);
                break;
            }
            b'\\' => match bytes.next() {
                Some((_, b'\n')) | None => {}
                Some((_, byte)) => {
                    value.push(match byte {
                        b'n' => b'\n',
                        b't' => b'\t',
                        other => *other,
                    });
                    kept = value.len();
                }
            },
            byte if byte.is_ascii_whitespace() && !quoted => {
                if !value.is_empty() {
                    value.push(*byte);
                }
            }
            byte => {
                value.push(*byte);
                kept = value.len();
            }
        }
    }
    value.truncate(kept);
    (value.into(), end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_what_git_takes_it_for() {
        for (header, name) in [
            ("[submodule \"a\"]", "submodule.a"),
            ("[SUBMODULE \"a\"]", "submodule.a"),
            ("[submodule.a]", "submodule.a"),
            ("[SubModule.A]", "submodule.a"),
            ("[submodule \t \"a\"]", "submodule.a"),
            ("[submodule \"\\a\"]", "submodule.a"),
            ("[submodule \"A\"]", "submodule.A"),
            ("[submodule \"a]\\\"b\\\\\"]", "submodule.a]\"b\\"),
            ("[submodule \"a", "submodule.a"),
        ] {
            let text = format!("\u{feff}{header}\n\tpath = x\n");
            let found = sections(text.as_bytes()).unwrap();
            assert_eq!(found[0].name, name, "{header}");
        }
    }

    #[test]
    fn settings_have_their_lines() {
        let text = "\n[submodule \"a\"] url = x\n# path = no\n\tPath = \"b\\\nc\"\nupdate = none";
        let found = sections(text.as_bytes()).unwrap();
        let settings = found[0].settings.iter();
        let told: Vec<_> = settings
            .map(|one| format!("{} {} {}", one.line, one.key, one.value))
            .collect();
        assert_eq!(told, ["2 url x", "4 path bc", "6 update none"]);
        assert_eq!(found[0].module(), "a");
    }
}
