//! Jenkins, with a multibranch pipeline.
//!
//! Variables are those of the plugins "Pipeline: Multibranch" and "Git". The commit before is the last one that this
//! branch's job built with success: the Git plugin keeps it. Of a change from a fork "Branch API" tells the fork's owner, and its
//! name where that is another one. For some forges (Bitbucket Cloud) `origin` is then the fork.

use bstr::{BStr, ByteSlice as _};

use super::{Change, Job, RequestText, System, Tip, branch, id_of, in_fork, tag};
use crate::check::Obstacle;
use crate::host::Host;

/// Jenkins.
pub(super) struct Jenkins;

impl System for Jenkins {
    fn id(&self) -> &'static str {
        "jenkins"
    }

    fn name(&self) -> &'static str {
        "Jenkins"
    }

    fn is_here(&self, host: &Host) -> bool {
        host.var("JENKINS_URL").is_some()
    }

    fn job(&self, host: &Host, _: &[u8]) -> Result<Job, Box<Obstacle>> {
        let head = id_of(host, self, "GIT_COMMIT")?;
        if let Some(target) = host.var("CHANGE_TARGET") {
            let change = Change::Request {
                base: Tip {
                    id: None,
                    name: Some(branch(target.as_ref())),
                },
                // Where the job merges first, the merge is judged too.
                head: Tip {
                    id: head,
                    name: None,
                },
                branch: host.var("CHANGE_BRANCH").cloned(),
                group: false,
            };
            let title = host.var("CHANGE_TITLE").cloned();
            let text = RequestText {
                title: title.unwrap_or_default(),
                ..RequestText::default()
            };
            return Ok(of("change request", change, Some(text)));
        }
        let name = match (host.var("TAG_NAME"), host.var("BRANCH_NAME")) {
            (Some(name), _) => Some(tag(name.as_ref())),
            (None, name) => name.map(|name| branch(name.as_ref())),
        };
        let before = id_of(host, self, "GIT_PREVIOUS_SUCCESSFUL_COMMIT")?;
        let change = match (name, before, head) {
            (Some(name), Some(before), Some(after)) if before != after => Change::Push {
                name,
                before: Some(before),
                after,
            },
            (name, _, head) => Change::State { name, head },
        };
        Ok(of("build", change, None))
    }

    fn in_fork(&self, host: &Host, origin: Option<&BStr>) -> Option<Box<Obstacle>> {
        let fork = host.var("CHANGE_FORK")?;
        let told = match origin {
            Some(origin) if !leads_to(origin, fork.as_ref()) => return None,
            Some(_) => "origin is the fork that the change comes from",
            None => "the checkout has no origin, and the change comes from a fork",
        };
        let mend = "cordon ci in a job whose origin is the repository that the change goes into";
        Some(in_fork(self, told, mend))
    }

    fn mend(&self) -> &'static str {
        "take shallow clones out of the job's Git settings"
    }
}

/// Whether an address is a fork's, which is told as `OWNER`, or as `OWNER/NAME`. Servers take one however it is written.
fn leads_to(url: &BStr, fork: &BStr) -> bool {
    let (url, fork) = (
        plain(url).to_ascii_lowercase(),
        plain(fork).to_ascii_lowercase(),
    );
    let mut parts = url.rsplit(|byte| matches!(byte, b'/' | b':'));
    let mut parts = parts.by_ref().filter(|part| !matches!(*part, b"" | b"."));
    let name = parts.next().unwrap_or_default();
    let name = name.strip_suffix(b".git").unwrap_or(name);
    let owner = parts.next();
    match fork.split_once_str("/") {
        Some((of, fork)) => owner == Some(of) && name == fork,
        None => owner == Some(&fork[..]),
    }
}

/// Without the escapes of an address.
fn plain(text: &BStr) -> Vec<u8> {
    let mut plain = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%');
        let byte = digits.and_then(|digits| u8::from_str_radix(digits.to_str().ok()?, 16).ok());
        plain.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { &after[2..] } else { after };
    }
    plain
}

fn of(event: &str, change: Change, text: Option<RequestText>) -> Job {
    Job {
        event: event.to_owned(),
        change,
        default_branch: None,
        text,
        privileged: false,
    }
}
