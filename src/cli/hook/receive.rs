//! The hooks of a server that receives a push: `pre-receive` and `update`. Whatever is in the way is
//! told in lines fit for `remote:`, and refuses the push.

use anyhow::{Context as _, Result, bail};
use bstr::ByteSlice as _;

use super::{Hook, every_processor, read_stdin};
use crate::check::progress::Silent;
use crate::check::{self, EmergencyFile, Obstacle, Received, Request, What};
use crate::cli::{Exit, open, output};
use crate::finding::Stage;
use crate::git::{RefUpdate, Repo};
use crate::hook::{HookCall, push_options, reads_stdin};
use crate::host::Host;
use crate::policy::Given;
use crate::policy::origin::{Reach, is_address};
use crate::report::{RangeKind, Report, remote};

/// Runs the hook that was there before, then judges what is received.
pub(super) fn run(hook: &Hook, host: &Host) -> Exit {
    match judged(hook, host) {
        Ok(Answer::Judged(report)) => tell(&report),
        Ok(Answer::Refused(exit)) => exit,
        Err(obstacle) => tell(&check::unread(&obstacle, RangeKind::Push, Stage::Receive)),
    }
}

enum Answer {
    Judged(Box<Report>),
    /// By the hook that was there before.
    Refused(Exit),
}

fn judged(hook: &Hook, host: &Host) -> Result<Answer, Box<Obstacle>> {
    let told = |code| move |error| Obstacle::told(code, format!("{error:#}"));
    let stdin = if reads_stdin(&hook.name) {
        read_stdin().map_err(told("hook-input"))?
    } else {
        Vec::new()
    };
    let repo = open::repository(host, None, false).map_err(|error| Obstacle::from(&error))?;
    let before = hook.previous(&*repo, host, &stdin);
    if let Some(exit) = before.map_err(told("hook-before"))? {
        return Ok(Answer::Refused(exit));
    }
    let call = HookCall::parse(&hook.name, &hook.args, stdin, None);
    let call = call.map_err(|error| Obstacle::told("hook-input", error.to_string()))?;
    let updates = updates(&call).map_err(|error| Obstacle::from(&error))?;
    let options = push_options(&host.env)
        .map_err(|error| Obstacle::told("push-option", error.to_string()))?;
    let emergency = options.emergency.map(|text| EmergencyFile {
        name: "cordon.emergency".to_owned(),
        text,
    });
    let received = Received {
        updates,
        namespace: host.var("GIT_NAMESPACE").cloned().unwrap_or_default(),
        tickets: options.tickets,
    };
    let request = Request {
        what: What::Receive(received),
        stage: None,
        policy: configured_policy(&*repo, host).map_err(open::no_policy)?,
        signers: &[],
        approvals: None,
        as_of: None,
        jobs: every_processor(),
        host,
        emergency,
        progress: &Silent,
    };
    Ok(Answer::Judged(Box::new(check::run(&*repo, &request))))
}

fn updates(call: &HookCall) -> crate::git::Result<Vec<RefUpdate>> {
    match call {
        HookCall::PreReceive { stdin } => RefUpdate::parse(stdin),
        HookCall::Update { name, old, new } => {
            RefUpdate::read(name.as_ref(), old.as_ref(), new.as_ref()).map(|update| vec![update])
        }
        _ => Ok(Vec::new()),
    }
}

/// The organisation's policy as the server's owner configures it: `cordon.policy`, a whole path, an address or
/// pack:NAME, and `cordon.policySha256`.
pub(in crate::cli) fn configured_policy(repo: &dyn Repo, host: &Host) -> Result<Option<Given>> {
    let sha256 = repo.config("cordon.policySha256")?;
    let Some(policy) = repo.config("cordon.policy")? else {
        if sha256.is_some() {
            bail!("cordon.policySha256 is configured, and cordon.policy is not");
        }
        return Ok(None);
    };
    let policy = policy.to_str().context("cordon.policy is not UTF-8")?;
    let sha256 = sha256.map(|digest| digest.to_string());
    let path = match policy.strip_prefix("~/") {
        Some(rest) => {
            let home = host
                .var("HOME")
                .context("cordon.policy begins with ~/, and HOME is not set")?;
            format!("{}/{rest}", home.to_str().context("HOME is not UTF-8")?)
        }
        None => policy.to_owned(),
    };
    if !path.starts_with('/') && !path.starts_with("pack:") && !is_address(&path) {
        bail!("cordon.policy is `{policy}`: configure a whole path, an address, or pack:NAME");
    }
    let reach = Reach::new(Some(repo), host).receiving(true);
    open::given(&path, sha256.as_deref(), reach).map(Some)
}

/// Silent where there is nothing to say.
fn tell(report: &Report) -> Exit {
    let exit = Exit::from(report);
    let silent = exit == Exit::Pass && report.counts.warned == 0 && report.notes.is_empty();
    if !silent {
        output::tell(&remote(report));
    }
    exit
}
