//! Jenkins, with a multibranch pipeline.
//!
//! Variables are those of the plugins "Pipeline: Multibranch" and "Git". The commit before is the last one that this
//! branch's job built with success: the Git plugin keeps it.

use super::{Change, Job, RequestText, System, Tip, branch, id_of, tag};
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

    fn mend(&self) -> &'static str {
        "take shallow clones out of the job's Git settings"
    }
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
