//! The engine: range → changes → attribution → rules → findings → verdict.
//!
//! [`run`] never fails: what could not be read becomes a row of `incomplete`, and the verdict says so.

mod approvers;
mod classes;
mod copies;
mod decide;
mod drafts;
mod emergency;
mod explain;
mod fingerprint;
mod joined;
mod judge;
mod moved;
mod once;
mod people;
mod plan;
pub mod progress;
mod recorded;
mod rows;
mod scan;
mod sum;
mod surroundings;
mod threads;
mod vocabulary;
mod waived;
mod what;

use std::cell::LazyCell;
use std::sync::Arc;

use jiff::civil::Date;

use crate::agent::{Catalogue, Evidence};
use crate::finding::{Mode, Stage};
use crate::git::{self, Index, Repo};
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::policy::{
    Bots, Given, Judged, LoadError, Loaded, Outside, Policies, Policy, load_kept, repository_name,
};
use crate::report::{Counts, PolicyRow, RangeKind, RangeRow, Report, Run, SCHEMA, Tool, Verdict};
use crate::rule::Context;
use crate::secret::{Engine, Redactor};
use crate::sign::AllowedKey;
use crate::zone::Copies;

pub use drafts::Draft;
pub use emergency::EmergencyFile;
use emergency::grant;
pub use explain::{Question, Unexplained, explain};
use judge::Outcome;
pub use once::leave_out_content;
use plan::Plan;
use progress::Progress;
pub use rows::Obstacle;
pub use scan::{ScanRequest, Source, scan};
use sum::Sum;
use surroundings::{Surroundings, actor_of, gpg};
pub use vocabulary::vocabulary;
pub use waived::{InForce, NoWaivers, waivers_in_force};
pub use what::{Event, Merged, Received, What};

/// What is asked of the engine.
pub struct Request<'a> {
    /// What is to be judged.
    pub what: What,
    /// The stage, where it is not the usual one of `what`.
    pub stage: Option<Stage>,
    /// The organisation's policy, given from outside.
    pub policy: Option<Given>,
    /// By which keys policies from Git must be signed, besides those of the system policy.
    pub signers: &'a [AllowedKey],
    /// The forge's reviews of the head, as the forge gives them.
    pub approvals: Option<&'a [u8]>,
    /// A date in place of today.
    pub as_of: Option<Date>,
    /// How many threads may work.
    pub jobs: usize,
    /// The surroundings.
    pub host: &'a Host,
    /// An emergency waiver that was handed over.
    pub emergency: Option<EmergencyFile>,
    /// Who is told how far it is.
    pub progress: &'a dyn Progress,
}

/// Judges, and reports.
pub fn run(repo: &dyn Repo, request: &Request<'_>) -> Report {
    observed(repo, request, |_, _| ()).0
}

/// A run that has judged, for those who ask more of it than its report.
struct Judgement<'a> {
    repo: &'a dyn Repo,
    context: &'a Context<'a>,
    plan: &'a Plan,
    surroundings: Surroundings<'a>,
    outcomes: &'a [Outcome],
    redactor: &'a Redactor<'a>,
}

/// Judges, reports, and shows the judgement where there is one.
fn observed<T>(
    repo: &dyn Repo,
    request: &Request<'_>,
    observe: impl FnOnce(&Judgement<'_>, &Report) -> T,
) -> (Report, Option<T>) {
    let stage = request.stage.unwrap_or_else(|| request.what.stage());
    let actor = request.actor(Catalogue::builtin());
    let mut report = empty_report(stage, request.what.kind(), request.as_of, &actor);
    let mut seen = None;
    let see = |judgement: &Judgement<'_>, report: &Report| seen = Some(observe(judgement, report));
    let report = match judged(repo, request, &mut report, see) {
        Ok(incomplete) => finished(report, incomplete),
        Err(obstacles) => {
            let redactor = Redactor::new(Engine::builtin());
            report.incomplete = obstacles.iter().map(|one| one.row(&redactor)).collect();
            report.incomplete.sort();
            report.incomplete.dedup();
            finished(report, Mode::Block)
        }
    };
    (report, seen)
}

/// Fills the report, and says what incomplete does; or says what kept it from judging at all.
fn judged(
    repo: &dyn Repo,
    request: &Request<'_>,
    report: &mut Report,
    observe: impl FnOnce(&Judgement<'_>, &Report),
) -> Result<Mode, Vec<Obstacle>> {
    let engine = Engine::builtin();
    let mut plan = plan::plan(repo, request).map_err(|error| vec![Obstacle::met(repo, &error)])?;
    plan.secrets_only = report.stage == Stage::Scan;
    report.range = plan.range_row(&Redactor::new(engine));
    let mut loaded = loaded(repo, request, &plan, report.stage)?;
    read_commits(&mut plan, repo, request, &loaded.policy);
    let name = repository_name(repo, &loaded.policy, &request.host.env)
        .map_err(|error| vec![Obstacle::from(&error)])?;
    loaded.policy = loaded.policy.in_repository(name.as_deref());
    let catalogue = Catalogue::of(&loaded.policy);
    let surroundings = request.surroundings(&catalogue);
    report.run.actor = actor_of(&surroundings.agents);
    let own = own_engine(&loaded.policy).map_err(|obstacle| vec![*obstacle])?;
    let engine = own.as_ref().unwrap_or(engine);
    let named = name.as_deref();
    let date = request.as_of.unwrap_or(request.host.today);
    let (signers, reviews) = approvers::heard(repo, &plan, request, &mut loaded, date)?;
    let past = copies::past(&plan, report.stage, request.jobs);
    let context = Context {
        policy: &loaded.policy,
        trusted: loaded.trusted,
        catalogue: &catalogue,
        secrets: engine,
        copies: &Copies::new(&loaded.policy, past),
        bots: &Bots::new(&loaded.policy, date, &gpg(request.host)).in_test(request.what.is_test()),
        signers: &signers,
        reviews: &reviews,
        stage: report.stage,
        date,
    };
    let outcomes = judge::judge(repo, &context, &plan, surroundings.clone(), request);
    if request.progress.stopped() {
        return Err(vec![Obstacle::interrupted()]);
    }
    let redactor = &mut Redactor::new(engine);
    let sum = Sum {
        context: &context,
        plan: &plan,
        loaded: &loaded,
        name: named,
        outcomes: &outcomes,
        reach: Reach::new(Some(repo), request.host),
        emergency: &grant(request, &context, &plan, named),
    };
    sum.fill(report, redactor);
    let judgement = Judgement {
        repo,
        context: &context,
        plan: &plan,
        surroundings,
        outcomes: &outcomes,
        redactor,
    };
    observe(&judgement, report);
    Ok(incomplete_mode(report, &context))
}

/// The policy that judges the plan.
fn loaded(
    repo: &dyn Repo,
    request: &Request<'_>,
    plan: &Plan,
    stage: Stage,
) -> Result<Loaded, Vec<Obstacle>> {
    let kept = Policies::of(request.host, stage);
    let (outside, kept) = (request.outside(), kept.as_ref());
    load_kept(repo, &plan.judged, outside, vocabulary(), kept).map_err(|error| {
        let mut obstacles = Obstacle::policy(repo, error);
        obstacles.extend(plan.obstacles.iter().cloned());
        obstacles
    })
}

/// Reads the plan's commits; what is in the way becomes an obstacle of the plan.
fn read_commits(plan: &mut Plan, repo: &dyn Repo, request: &Request<'_>, policy: &Policy) {
    let (max_commits, ..) = policy.limits();
    if let Err(error) = plan.read(repo, max_commits) {
        plan.obstacles.push(Obstacle::met(repo, &error));
    }
    let catalogue = LazyCell::new(|| Catalogue::of(policy));
    if let Err(error) = plan.answer(repo, &|who| catalogue.is_agents(who)) {
        plan.obstacles.push(Obstacle::met(repo, &error));
    }
    let in_ci = request.host.is_ci() || matches!(request.what, What::Event(_));
    let empty = in_ci && plan.is_empty_range();
    plan.obstacles.extend(empty.then(Obstacle::empty_range));
}

/// The policy that judges the next commit; with what was `kept` of large ones, where a hook asks.
pub fn in_force(
    repo: &dyn Repo,
    outside: Outside<'_>,
    kept: Option<&Policies>,
) -> Result<Loaded, LoadError> {
    let judged = staged(repo).map_err(LoadError::Git)?;
    load_kept(repo, &judged, outside, vocabulary(), kept)
}

/// What the next commit is judged by: HEAD and the index.
fn staged(repo: &dyn Repo) -> git::Result<Judged> {
    let index = match repo.facts().work_dir {
        Some(_) => repo.index()?,
        None => Index::default(),
    };
    Ok(Judged::Staged {
        head: repo.head()?,
        index: Arc::new(index),
    })
}

/// The engine with the policy's own detectors; `None` where it has none.
fn own_engine(policy: &Policy) -> Result<Option<Engine>, Box<Obstacle>> {
    let invalid = |error| Obstacle::told("policy-invalid", format!("secrets.detectors: {error}"));
    Ok(Engine::of_policy(&policy.detectors()).map_err(invalid)?)
}

/// A report on a run that could not begin: no repository, an unreadable one.
pub fn unread(obstacle: &Obstacle, kind: RangeKind, stage: Stage) -> Report {
    let mut report = empty_report(stage, kind, None, &[]);
    report
        .incomplete
        .push(obstacle.row(&Redactor::new(Engine::builtin())));
    finished(report, Mode::Block)
}

/// A report that could not be handed over whole: it is incomplete too.
#[must_use]
pub fn unmade(mut report: Report, obstacle: &Obstacle) -> Report {
    let row = obstacle.row(&Redactor::new(Engine::builtin()));
    report.incomplete.push(row);
    finished(report, Mode::Block)
}

fn empty_report(stage: Stage, kind: RangeKind, as_of: Option<Date>, actor: &[Evidence]) -> Report {
    Report {
        schema: SCHEMA,
        tool: Tool {
            name: "cordon",
            version: env!("CARGO_PKG_VERSION"),
        },
        verdict: Verdict::Incomplete,
        stage,
        as_of: as_of.map(|date| date.to_string()),
        repository: None,
        run: Run {
            actor: actor_of(actor),
            emergency: None,
        },
        range: RangeRow {
            kind,
            base: None,
            head: None,
            commits: 0,
            refs: Vec::new(),
            files: None,
        },
        policy: PolicyRow::default(),
        commits: Vec::new(),
        findings: Vec::new(),
        counts: Counts::default(),
        incomplete: Vec::new(),
        notes: Vec::new(),
        tolerated: false,
    }
}

/// What incomplete does: it fails everywhere but, if the policy says so, at stage commit, and where an
/// emergency waiver is good for it.
fn incomplete_mode(report: &Report, context: &Context<'_>) -> Mode {
    if report.run.emergency.is_some() {
        Mode::Warn
    } else if report.stage == Stage::Commit {
        context.policy.incomplete_at_commit()
    } else {
        Mode::Block
    }
}

fn finished(mut report: Report, incomplete: Mode) -> Report {
    report.counts = Counts::of(&report.findings);
    report.verdict = if report.counts.blocked > 0 {
        Verdict::Fail
    } else if report.incomplete.is_empty() {
        Verdict::Pass
    } else {
        Verdict::Incomplete
    };
    report.tolerated = report.verdict == Verdict::Incomplete && incomplete < Mode::Block;
    report
}
