//! Push options (`git push -o`), as a server's hooks find them in variables. None of them weakens
//! anything; those that are not Cordon's are for others.

use std::collections::BTreeMap;

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
    #[error("there is no push option `{}`: Cordon knows cordon.ticket=TICKET", escaped(.0))]
    Unknown(BString),
    /// A ticket is empty, or too long.
    #[error("the push option cordon.ticket wants 1 to {LONGEST} bytes")]
    Ticket,
}

/// The tickets that a pusher names by `cordon.ticket=TICKET`, in their order.
pub fn push_tickets(env: &BTreeMap<BString, BString>) -> Result<Vec<BString>, PushOptionError> {
    let counted = b"GIT_PUSH_OPTION_COUNT".as_bstr();
    let Some(count) = env.get(counted) else {
        return Ok(Vec::new());
    };
    let number = count.to_str().ok().and_then(|count| count.parse().ok());
    let count: usize = number.ok_or_else(|| PushOptionError::Variable(counted.into()))?;
    let mut tickets = Vec::new();
    for at in 0..count {
        let name = BString::from(format!("GIT_PUSH_OPTION_{at}"));
        let option = env.get(&name).ok_or(PushOptionError::Variable(name))?;
        tickets.extend(ticket(option.as_ref())?.map(BString::from));
    }
    Ok(tickets)
}

fn ticket(option: &BStr) -> Result<Option<&[u8]>, PushOptionError> {
    let ours = option.get(..OURS.len());
    if !ours.is_some_and(|start| start.eq_ignore_ascii_case(OURS)) {
        return Ok(None);
    }
    let (name, value) = option.split_once_str("=").unwrap_or((option, b""));
    if name != b"cordon.ticket" {
        return Err(PushOptionError::Unknown(name.into()));
    }
    if value.is_empty() || value.len() > LONGEST {
        return Err(PushOptionError::Ticket);
    }
    Ok(Some(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(options: &[&str]) -> Result<Vec<BString>, PushOptionError> {
        let count = options.len().to_string();
        let mut env = BTreeMap::from([("GIT_PUSH_OPTION_COUNT".into(), count.into())]);
        for (at, option) in options.iter().enumerate() {
            env.insert(format!("GIT_PUSH_OPTION_{at}").into(), (*option).into());
        }
        push_tickets(&env)
    }

    #[test]
    fn tickets_are_read_and_other_peoples_options_left_alone() {
        assert_eq!(push_tickets(&BTreeMap::new()), Ok(Vec::new()));
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
                matches!(push_tickets(&env), Err(PushOptionError::Variable(_))),
                "{count}"
            );
        }
    }
}
