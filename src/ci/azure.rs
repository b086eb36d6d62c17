//! Azure Pipelines.
//!
//! Variables are those of Microsoft's documentation ("Use predefined variables"). In a build for a pull request
//! `BUILD_SOURCEVERSION` is a merge that the server made.

use bstr::ByteSlice as _;

use super::{Change, Job, System, Tip, id_of, wanted, whole_branch};
use crate::check::Obstacle;
use crate::host::Host;

/// Azure Pipelines.
pub(super) struct Azure;

impl System for Azure {
    fn id(&self) -> &'static str {
        "azure"
    }

    fn name(&self) -> &'static str {
        "Azure Pipelines"
    }

    fn is_here(&self, host: &Host) -> bool {
        let set = host.var("TF_BUILD");
        set.is_some_and(|value| value.eq_ignore_ascii_case(b"true"))
    }

    fn job(&self, host: &Host, _: &[u8]) -> Result<Job, Box<Obstacle>> {
        let event = wanted(host, self, "BUILD_REASON")?;
        let change = match host.var("SYSTEM_PULLREQUEST_TARGETBRANCH") {
            Some(target) => {
                let source = host.var("SYSTEM_PULLREQUEST_SOURCEBRANCH");
                let short = |name: &[u8]| name.strip_prefix(b"refs/heads/").unwrap_or(name).into();
                let head = match id_of(host, self, "SYSTEM_PULLREQUEST_SOURCECOMMITID")? {
                    Some(id) => Some(id),
                    None => id_of(host, self, "BUILD_SOURCEVERSION")?,
                };
                Change::Request {
                    base: Tip {
                        id: None,
                        name: Some(whole_branch(target.as_ref())),
                    },
                    head: Tip {
                        id: head,
                        name: source.map(|name| whole_branch(name.as_ref())),
                    },
                    branch: source.map(|name| short(name.as_bytes())),
                    group: false,
                }
            }
            None => Change::State {
                name: host
                    .var("BUILD_SOURCEBRANCH")
                    .map(|name| whole_branch(name.as_ref())),
                head: id_of(host, self, "BUILD_SOURCEVERSION")?,
            },
        };
        Ok(Job {
            event: event.to_string(),
            change,
            default_branch: None,
            text: None,
            privileged: false,
        })
    }

    fn mend(&self) -> &'static str {
        "set fetchDepth: 0 at the checkout step"
    }
}
