//! The options of a line of `allowed_signers`.

use jiff::civil::{Date, DateTime, Time};

use super::allowed::KeyError;
use super::pattern::PatternList;

/// What the options say. Absent is no limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Options {
    pub(super) authority: bool,
    pub(super) namespaces: Option<PatternList>,
    pub(super) from: Option<Date>,
    pub(super) until: Option<Date>,
}

/// Reads `NAME`, `NAME="VALUE"` and so on, commas between. One that is not known, one that comes twice
/// and a value without quotation marks are errors, as they are for OpenSSH.
pub(super) fn options(text: &str) -> Result<Options, KeyError> {
    let mut options = Options::default();
    let mut rest = text;
    loop {
        let end = rest.find([',', '=']).unwrap_or(rest.len());
        let name = rest[..end].to_ascii_lowercase();
        rest = &rest[end..];
        let value;
        (value, rest) = match rest.strip_prefix('=') {
            Some(quoted) => {
                let (value, rest) = dequoted(quoted)?;
                (Some(value), rest)
            }
            None => (None, rest),
        };
        options.take(&name, value.as_deref())?;
        match rest.strip_prefix(',') {
            Some(next) => rest = next,
            None if rest.is_empty() => return Ok(options),
            None => return Err(KeyError::Quotes),
        }
    }
}

impl Options {
    fn take(&mut self, name: &str, value: Option<&str>) -> Result<(), KeyError> {
        let twice = || KeyError::Twice(name.to_owned());
        match (name, value) {
            ("cert-authority", None) => self.authority = true,
            ("namespaces", Some(list)) => {
                let list = PatternList::parse(list).ok_or(KeyError::Patterns)?;
                if self.namespaces.replace(list).is_some() {
                    return Err(twice());
                }
            }
            ("valid-after", Some(time)) => {
                if self.from.replace(first_day(instant(time)?)).is_some() {
                    return Err(twice());
                }
            }
            ("valid-before", Some(time)) => {
                if self.until.replace(last_day(instant(time)?)).is_some() {
                    return Err(twice());
                }
            }
            _ => return Err(KeyError::Option(name.to_owned())),
        }
        Ok(())
    }
}

/// A value in quotation marks, in which `\"` is one, and what stands behind it.
fn dequoted(text: &str) -> Result<(String, &str), KeyError> {
    let inside = text.strip_prefix('"').ok_or(KeyError::Quotes)?;
    let mut value = String::new();
    let mut letters = inside.char_indices().peekable();
    while let Some((at, letter)) = letters.next() {
        match letter {
            '"' => return Ok((value, &inside[at + 1..])),
            '\\' if letters.peek().is_some_and(|(_, next)| *next == '"') => {
                letters.next();
                value.push('"');
            }
            other => value.push(other),
        }
    }
    Err(KeyError::Quotes)
}

/// `YYYYMMDD`, with `HHMM` or `HHMMSS` behind it, and a `Z`. Without the `Z` too it is UTC here: the
/// same file must say the same on every machine.
fn instant(text: &str) -> Result<DateTime, KeyError> {
    let wrong = || KeyError::Time(text.to_owned());
    let digits = text.strip_suffix(['Z', 'z']).unwrap_or(text);
    let all_digits = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits || ![8, 12, 14].contains(&digits.len()) {
        return Err(wrong());
    }
    let part = |from: usize, to: usize| {
        let part = digits.get(from..to).filter(|part| !part.is_empty());
        part.map_or(Ok(0), str::parse::<i8>).map_err(|_| wrong())
    };
    let year = digits[..4].parse::<i16>().map_err(|_| wrong())?;
    let date = Date::new(year, part(4, 6)?, part(6, 8)?).map_err(|_| wrong())?;
    let time = Time::new(part(8, 10)?, part(10, 12)?, part(12, 14)?, 0).map_err(|_| wrong())?;
    Ok(date.to_datetime(time))
}

/// The first day that lies behind an instant as a whole: a run knows its day alone.
fn first_day(instant: DateTime) -> Date {
    if instant.time() == Time::midnight() {
        return instant.date();
    }
    instant.date().tomorrow().unwrap_or(Date::MAX)
}

/// The last day that lies before an instant as a whole.
fn last_day(instant: DateTime) -> Date {
    if instant.time() >= Time::constant(23, 59, 59, 0) {
        return instant.date();
    }
    instant.date().yesterday().unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn days(text: &str) -> (Option<Date>, Option<Date>) {
        let read = options(text).unwrap();
        (read.from, read.until)
    }

    #[test]
    fn a_day_that_is_not_whole_does_not_count() {
        let day = |day| Some(Date::constant(2026, 11, day));
        let text = r#"valid-after="20261101",valid-before="20261120Z""#;
        assert_eq!(days(text), (day(1), day(19)));
        let text = r#"Valid-After="202611010001Z",valid-before="20261120235959""#;
        assert_eq!(days(text), (day(2), day(20)));
    }

    #[test]
    fn what_openssh_refuses_is_refused() {
        for bad in [
            "",
            "verify-required",
            "cert-authority,",
            "namespaces",
            "namespaces=git",
            r#"namespaces="git"#,
            r#"namespaces="""#,
            r#"namespaces="git"x"#,
            r#"namespaces="git",namespaces="file""#,
            r#"cert-authority="yes""#,
            r#"valid-after="2026-11-01""#,
            r#"valid-after="20261301""#,
            r#"valid-after="2026110125""#,
            r#"valid-before="99999999""#,
            r#"valid-before="20260101",valid-before="20270101""#,
        ] {
            assert!(options(bad).is_err(), "{bad}");
        }
        let read = options(r#"cert-authority,namespaces="git,cordon-*""#).unwrap();
        assert!(read.authority);
        let namespaces = read.namespaces.unwrap();
        assert!(namespaces.matches(b"cordon-waiver", false));
        assert!(!namespaces.matches(b"file", false));
    }
}
