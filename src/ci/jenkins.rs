//! Jenkins, with a multibranch pipeline.
//!
//! Variables are those of the plugins "Pipeline: Multibranch" and "Git". The commit before is the last one that this
//! branch's job built with success: the Git plugin keeps it. Of a change from a fork "Branch API" tells the fork's owner, and its
//! name where that is another one. For some forges (Bitbucket Cloud) `origin` is then the fork.

use bstr::BStr;

use super::{Change, Job, RequestText, System, Tip, branch, id_of, in_fork, tag, wanted};
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
            self.in_target(host)?;
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

    fn mend(&self) -> &'static str {
        "take shallow clones out of the job's Git settings"
    }
}

impl Jenkins {
    fn in_target(&self, host: &Host) -> Result<(), Box<Obstacle>> {
        let Some(fork) = host.var("CHANGE_FORK") else {
            return Ok(());
        };
        if !leads_to(wanted(host, self, "GIT_URL")?.as_ref(), fork.as_ref()) {
            return Ok(());
        }
        let told = "origin is the fork that the change comes from";
        let mend = "cordon ci in a job whose origin is the repository that the change goes into";
        Err(in_fork(self, told, mend))
    }
}

/// Whether an address is a fork's, which is told as `OWNER`, or as `OWNER/NAME`.
fn leads_to(url: &BStr, fork: &BStr) -> bool {
    let (url, fork) = (url.to_ascii_lowercase(), fork.to_ascii_lowercase());
    let url = url.strip_suffix(b"/").unwrap_or(&url);
    let url = url.strip_suffix(b".git").unwrap_or(url);
    let mut parts = url.rsplit(|byte| matches!(byte, b'/' | b':'));
    if !fork.contains(&b'/') {
        return parts.nth(1) == Some(&fork[..]);
    }
    fork.rsplit(|byte| *byte == b'/')
        .all(|part| parts.next() == Some(part))
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
