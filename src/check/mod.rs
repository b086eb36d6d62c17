//! The engine: range → changes → attribution → rules → findings → verdict.
//!
//! [`run`] never fails: what could not be read becomes a row of `incomplete`, and the verdict says so.

mod approvers;
mod copies;
mod decide;
mod explain;
mod fingerprint;
mod judge;
mod moved;
mod once;
mod plan;
pub mod progress;
mod recorded;
mod rows;
mod scan;
mod surroundings;
mod threads;
mod vocabulary;
mod what;

use jiff::civil::Date;

use crate::agent::{Catalogue, Evidence};
use crate::finding::{Mode, Stage};
use crate::git::Repo;
use crate::host::Host;
use crate::policy::{Bots, Given, Loaded, Policy, load, repository_name};
use crate::report::{Counts, PolicyRow, RangeKind, RangeRow, Report, Run, SCHEMA, Tool, Verdict};
use crate::rule::Context;
use crate::secret::{Engine, Redactor};
use crate::zone::Copies;

use decide::Decider;
pub use explain::{Question, Unexplained, explain};
use judge::Outcome;
pub use once::leave_out_content;
use plan::Plan;
use progress::Progress;
pub use rows::Obstacle;
pub use scan::{ScanRequest, Source, scan};
use surroundings::{Surroundings, actor_of, gpg};
pub use vocabulary::vocabulary;
pub use what::{Received, What};

/// What is asked of the engine.
pub struct Request<'a> {
    /// What is to be judged.
    pub what: What,
    /// The stage, where it is not the usual one of `what`.
    pub stage: Option<Stage>,
    /// The organisation's policy, given from outside.
    pub policy: Option<Given>,
    /// The forge's reviews of the head, as the forge gives them.
    pub approvals: Option<&'a [u8]>,
    /// A date in place of today.
    pub as_of: Option<Date>,
    /// How many threads may work.
    pub jobs: usize,
    /// The surroundings.
    pub host: &'a Host,
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
    let mut loaded =
        load(repo, &plan.judged, request.outside(), vocabulary()).map_err(|error| {
            let mut obstacles = Obstacle::policy(repo, error);
            obstacles.extend(plan.obstacles.iter().cloned());
            obstacles
        })?;
    let (max_commits, ..) = loaded.policy.limits();
    if let Err(error) = plan.read(repo, max_commits) {
        plan.obstacles.push(Obstacle::met(repo, &error));
    }
    if plan.is_empty_range() && request.host.is_ci() {
        let told = "the range has no commit: in CI, where nothing was judged nothing has passed";
        plan.obstacles
            .push(Obstacle::told("empty-range", told.to_owned()));
    }
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
    let (signers, reviews) = approvers::heard(repo, &plan, request, &mut loaded.policy, date)?;
    let past = copies::past(&plan, report.stage, request.jobs);
    let context = Context {
        policy: &loaded.policy,
        trusted: loaded.trusted,
        catalogue: &catalogue,
        secrets: engine,
        copies: &Copies::new(&loaded.policy, past),
        bots: &Bots::new(loaded.policy.automation(), date, &gpg(request.host)),
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
    fill(report, redactor, &context, &plan, &loaded, named, &outcomes);
    let judgement = Judgement {
        repo,
        context: &context,
        plan: &plan,
        surroundings,
        outcomes: &outcomes,
        redactor,
    };
    observe(&judgement, report);
    Ok(incomplete_mode(report.stage, &context))
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

fn fill(
    report: &mut Report,
    redactor: &mut Redactor<'_>,
    context: &Context<'_>,
    plan: &Plan,
    loaded: &Loaded,
    name: Option<&str>,
    outcomes: &[Outcome],
) {
    for outcome in outcomes {
        redactor.learn(&outcome.found.learned);
    }
    report.repository = name.map(|name| crate::text::Clean::new(redactor, name.as_bytes()));
    report.range = plan.range_row(redactor);
    report.policy = rows::policy(loaded, redactor);
    report.commits = plan
        .commits
        .iter()
        .zip(outcomes)
        .map(|(commit, outcome)| {
            rows::commit(context, commit, plan.has_message(), outcome, redactor)
        })
        .collect();
    let mut decider = Decider::new(context, report.stage, redactor).at_most(plan.cap());
    for outcome in outcomes {
        decider.add(&outcome.found.findings);
    }
    report.findings = decider.finish();
    let obstacles = plan
        .obstacles
        .iter()
        .chain(outcomes.iter().flat_map(|outcome| &outcome.obstacles));
    report.incomplete = obstacles.map(|obstacle| obstacle.row(redactor)).collect();
    report.incomplete.sort();
    report.incomplete.dedup();
    report.notes = rows::notes(context, plan, loaded, outcomes, redactor);
}

/// What incomplete does: it fails everywhere but, if the policy says so, at stage commit.
fn incomplete_mode(stage: Stage, context: &Context<'_>) -> Mode {
    if stage == Stage::Commit {
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
