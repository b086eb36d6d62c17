//! Push options (`git push -o`), as a server's hooks find them in variables. None of them weakens
//! anything but an emergency waiver, which two people signed; those that are not Cordon's are for others.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding as _};
use bstr::{BStr, BString, ByteSlice as _};

use crate::text::show::escaped;

/// What Cordon's own options begin with, in any case.
const OURS: &[u8] = b"cordon.";

/// The longest ticket.
const LONGEST: usize = 200;

/// Why push options cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PushOptionError {
    /// `GIT_PUSH_OPTION_COUNT` is no number, or one of the options that it counts is not there.
    #[error("the push options cannot be read: {} is not as Git sets it", escaped(.0))]
    Variable(BString),
    /// Cordon knows no such option.
    #[error("there is no push option `{}`: Cordon knows cordon.ticket=TICKET and cordon.emergency=BASE64", escaped(.0))]
    Unknown(BString),
    /// An emergency waiver is no base64, too long, or not the only one.
    #[error(
        "the push option cordon.emergency wants one emergency waiver, a file in base64 on one line"
    )]
    Emergency,
    /// A ticket is empty, or too long.
    #[error("the push option cordon.ticket wants 1 to {LONGEST} bytes")]
    Ticket,
}

/// The longest emergency waiver, in base64.
const LONGEST_WAIVER: usize = 64 << 10;

/// What a pusher says to Cordon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PushOptions {
    /// Tickets, by `cordon.ticket=TICKET`, in their order.
    pub tickets: Vec<BString>,
    /// The bytes of an emergency waiver, by `cordon.emergency=BASE64`.
    pub emergency: Option<Vec<u8>>,
}

/// Reads the options that are Cordon's.
pub fn push_options(env: &BTreeMap<BString, BString>) -> Result<PushOptions, PushOptionError> {
    let counted = b"GIT_PUSH_OPTION_COUNT".as_bstr();
    let Some(count) = env.get(counted) else {
        return Ok(PushOptions::default());
    };
    let number = count.to_str().ok().and_then(|count| count.parse().ok());
    let count: usize = number.ok_or_else(|| PushOptionError::Variable(counted.into()))?;
    let mut options = PushOptions::default();
    for at in 0..count {
        let name = BString::from(format!("GIT_PUSH_OPTION_{at}"));
        let option = env.get(&name).ok_or(PushOptionError::Variable(name))?;
        options.take(option.as_ref())?;
    }
    Ok(options)
}

impl PushOptions {
    fn take(&mut self, option: &BStr) -> Result<(), PushOptionError> {
        match ours(option)? {
            None => {}
            Some((b"ticket", value)) => {
                if value.is_empty() || value.len() > LONGEST {
                    return Err(PushOptionError::Ticket);
                }
                self.tickets.push(value.into());
            }
            Some((b"emergency", value)) => {
                let file = decoded(value).ok_or(PushOptionError::Emergency)?;
                if self.emergency.replace(file).is_some() {
                    return Err(PushOptionError::Emergency);
                }
            }
            Some(_) => {
                let (name, _) = option.split_once_str("=").unwrap_or((option, b""));
                return Err(PushOptionError::Unknown(name.into()));
            }
        }
        Ok(())
    }
}

fn decoded(value: &[u8]) -> Option<Vec<u8>> {
    let text = value
        .to_str()
        .ok()
        .filter(|text| text.len() <= LONGEST_WAIVER)?;
    let bytes = Base64::decode_vec(text).ok()?;
    (!bytes.is_empty()).then_some(bytes)
}

/// The name, without what all begin with, and the value of an option.
type Named<'o> = (&'o [u8], &'o [u8]);

/// The name and the value of an option of ours; `None` for others'.
fn ours(option: &BStr) -> Result<Option<Named<'_>>, PushOptionError> {
    let ours = option.get(..OURS.len());
    if !ours.is_some_and(|start| start.eq_ignore_ascii_case(OURS)) {
        return Ok(None);
    }
    let (name, value) = option.split_once_str("=").unwrap_or((option, b""));
    let name = name
        .strip_prefix(OURS)
        .ok_or_else(|| PushOptionError::Unknown(name.into()))?;
    Ok(Some((name, value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(options: &[&str]) -> Result<Vec<BString>, PushOptionError> {
        Ok(all(options)?.tickets)
    }

    fn all(options: &[&str]) -> Result<PushOptions, PushOptionError> {
        let count = options.len().to_string();
        let mut env = BTreeMap::from([("GIT_PUSH_OPTION_COUNT".into(), count.into())]);
        for (at, option) in options.iter().enumerate() {
            env.insert(format!("GIT_PUSH_OPTION_{at}").into(), (*option).into());
        }
        push_options(&env)
    }

    #[test]
    fn an_emergency_waiver_is_base64_and_the_only_one() {
        let options = all(&["cordon.emergency=YTogYgo=", "cordon.ticket=1"]);
        assert_eq!(options.unwrap().emergency, Some(b"a: b\n".to_vec()));
        for wrong in [
            &["cordon.emergency="][..],
            &["cordon.emergency"],
            &["cordon.emergency=a b"],
            &["cordon.emergency=YTogYgo"],
            &["cordon.emergency=YTogYgo=", "cordon.emergency=YTogYgo="],
            &[&format!("cordon.emergency={}", "YWFh".repeat(20_000))],
        ] {
            assert_eq!(all(wrong), Err(PushOptionError::Emergency), "{wrong:?}");
        }
    }

    #[test]
    fn tickets_are_read_and_other_peoples_options_left_alone() {
        assert_eq!(push_options(&BTreeMap::new()), Ok(PushOptions::default()));
        assert_eq!(read(&[]), Ok(Vec::new()));
        let options = [
            "ci.skip",
            "cordon.ticket=LEG-1",
            "cordonticket=x",
            "cordon.ticket=a=b",
        ];
        assert_eq!(read(&options), Ok(vec!["LEG-1".into(), "a=b".into()]));
    }

    #[test]
    fn what_looks_like_an_option_of_ours_and_is_none_is_an_error() {
        for option in [
            "cordon.",
            "cordon.skip",
            "cordon.tiket=1",
            "Cordon.ticket=1",
        ] {
            assert!(
                matches!(read(&[option]), Err(PushOptionError::Unknown(_))),
                "{option}"
            );
        }
        for option in [
            "cordon.ticket",
            "cordon.ticket=",
            &format!("cordon.ticket={}", "x".repeat(201)),
        ] {
            assert_eq!(read(&[option]), Err(PushOptionError::Ticket), "{option}");
        }
    }

    #[test]
    fn variables_that_git_would_not_set_are_an_error() {
        for count in ["", "x", "-1", "2"] {
            let env = BTreeMap::from([
                ("GIT_PUSH_OPTION_COUNT".into(), count.into()),
                ("GIT_PUSH_OPTION_0".into(), "a".into()),
            ]);
            assert!(
                matches!(push_options(&env), Err(PushOptionError::Variable(_))),
                "{count}"
            );
        }
    }
}
