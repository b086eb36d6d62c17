//! `cordon explain`: a rule's page, or why a commit, a path or a finding was judged so.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use bstr::BString;
use clap::{ArgGroup, Args, ValueEnum};
use jiff::civil::Date;

use super::output::Terminal;
use super::{Exit, check, open, output};
use crate::check::progress::Silent;
use crate::check::{Question, Request, Unexplained, What};
use crate::finding::Stage;
use crate::git::{self, Opening, Reader, Repo};
use crate::host::Host;
use crate::policy::origin::Reach;
use crate::policy::pending;
use crate::report::explain::{Earlier, Explanation, earlier, explanation_json, explanation_text};
use crate::rule::{RULES, page, rule};
use crate::secret::{Engine, Redactor};
use crate::text::wrap::wrap;

/// The largest report that is read.
const LARGEST: u64 = 256 << 20;
/// The fewest digits that stand for a fingerprint.
const FEWEST: usize = 8;

/// Explain a rule, or why a commit, a path or a finding was judged so
///
/// What names a rule is that rule. What Git reads as a commit is that commit, judged as `check
/// --commit` does. Other hexadecimal digits, eight or more, begin the fingerprint of a finding, which
/// is looked for in what `check` judges: the staged changes, or what one of the options says. With
/// such an option it is always a fingerprint.
#[derive(Debug, Args)]
#[command(
    group = ArgGroup::new("where"),
    group = ArgGroup::new("asked").args(["subject", "path", "staged"]).multiple(true).required(true)
)]
pub(super) struct Explain {
    /// A rule's id, a commit, or a finding's fingerprint
    #[arg(value_name = "RULE|COMMIT|FINGERPRINT")]
    subject: Option<String>,
    /// Of the commit, this path, changed or not; alone: the path as it is now
    #[arg(long, value_name = "P")]
    path: Option<OsString>,

    /// Look among the staged changes; without a fingerprint: explain the commit being made
    #[arg(long, group = "where")]
    staged: bool,
    /// Look among the commits that B has and A has not
    #[arg(long, group = "where", value_name = "A..B", value_parser = check::range)]
    range: Option<(String, String)>,
    /// Look in one commit
    #[arg(long, group = "where", value_name = "REV")]
    commit: Option<String>,
    /// Look in the whole history of HEAD
    #[arg(long, group = "where")]
    all: bool,
    /// Look in the whole history of every reference
    #[arg(long, group = "where")]
    all_refs: bool,
    /// Look in the JSON report of an earlier run
    #[arg(long, group = "where", value_name = "FILE")]
    report: Option<PathBuf>,

    /// The repository [default: the one around the working directory]
    #[arg(long, value_name = "DIR")]
    repo: Option<PathBuf>,
    /// The organisation's policy, from outside the repository: a file, an address that `cordon policy fetch`
    /// was given, or pack:NAME
    #[arg(long, value_name = "FILE|URL|pack:NAME")]
    policy: Option<String>,
    /// The SHA-256 that the policy must have
    #[arg(long, value_name = "H", requires = "policy")]
    policy_sha256: Option<String>,
    #[command(flatten)]
    signed_by: open::SignedBy,
    /// Judge as if at this stage
    #[arg(long, value_name = "S", value_parser = check::stage)]
    stage: Option<Stage>,
    /// Judge as if on this date
    #[arg(long, value_name = "DATE")]
    as_of: Option<Date>,
    /// What reads the repository: auto, library or git
    #[arg(long, value_name = "R", value_parser = open::reader, default_value = "auto")]
    reader: Reader,
    /// How to print the explanation
    #[arg(long, value_name = "F", value_enum, default_value_t = Shape::Full)]
    format: Shape,
}

/// How an explanation is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Shape {
    /// For people.
    Full,
    /// For programs: `cordon.explain/v1`.
    Json,
}

impl Explain {
    pub(super) fn run(&self, host: &Host, terminal: &Terminal) -> Result<Exit> {
        if let Some(text) = self.subject.as_deref().and_then(about_rule) {
            let width = terminal.stdout_style().width;
            output::print(&wrapped(&text, width))?;
            return Ok(Exit::Pass);
        }
        let explanation = match (&self.report, &self.subject) {
            (Some(report), Some(fingerprint)) => reported(report, &hex(fingerprint)?)?,
            (Some(_), None) => bail!("say which fingerprint to look for in the report"),
            (None, _) => self.judged(host)?,
        };
        let text = match self.format {
            Shape::Full => explanation_text(&explanation, &terminal.stdout_style()),
            Shape::Json => explanation_json(&explanation),
        };
        output::print(&text)?;
        // Half an explanation is none that anybody may rely on.
        Ok(if explanation.incomplete.is_empty() {
            Exit::Pass
        } else {
            Exit::Incomplete
        })
    }

    fn judged(&self, host: &Host) -> Result<Explanation> {
        let mut opening = Opening::new(host);
        opening.reader = self.reader;
        let repo = open::opened(self.repo.as_deref(), &opening)?;
        let (what, question) = self.question(&*repo)?;
        let signers = self.signed_by.keys()?;
        let reach = Reach::new(Some(&*repo), host).signed_by(&signers);
        let policy = match &self.policy {
            Some(policy) => Some(open::given(policy, self.policy_sha256.as_deref(), reach)?),
            None => None,
        };
        let request = Request {
            what,
            stage: self.stage,
            policy,
            signers: &signers,
            approvals: None,
            as_of: self.as_of,
            jobs: std::thread::available_parallelism().map_or(1, std::num::NonZeroUsize::get),
            host,
            emergency: None,
            progress: &Silent,
        };
        match crate::check::explain(&*repo, &request, &question) {
            Ok(explanation) => Ok(explanation),
            Err(Unexplained::Ambiguous(known)) => bail!(ambiguous(&known)),
            Err(Unexplained::Unknown { complete }) => {
                let unread = if complete {
                    ""
                } else {
                    "; not everything could be read: `cordon check` says what"
                };
                bail!(
                    "no finding has the fingerprint {}{unread}\n{}",
                    self.subject.as_deref().unwrap_or_default(),
                    self.hint()
                )
            }
        }
    }

    /// What to judge, and what to ask of it.
    fn question(&self, repo: &dyn Repo) -> Result<(What, Question)> {
        let path = self.path.as_deref().map(plain).transpose()?;
        let staged = || What::Staged {
            message: None,
            merging: Vec::new(),
        };
        let Some(subject) = &self.subject else {
            return match (path, self.elsewhere()) {
                (_, Some(_)) => bail!("say which fingerprint to look for"),
                (Some(path), None) if !self.staged => Ok((staged(), Question::Path(path))),
                (path, None) => Ok((staged(), Question::Commit(path))),
            };
        };
        if self.elsewhere().is_none() && !self.staged {
            use git::Error::{Ambiguous, BadRevision, MissingReference};
            match repo.resolve(subject) {
                Ok(_) => return Ok((What::Commit(subject.clone()), Question::Commit(path))),
                Err(BadRevision(_) | MissingReference(_)) => {}
                Err(error) if !is_hex(subject) || matches!(error, Ambiguous(_)) => {
                    return Err(error.into());
                }
                Err(_) => {}
            }
        }
        let fingerprint = hex(subject)?;
        if path.is_some() {
            bail!("a finding has its path already: leave out --path");
        }
        let what = self.elsewhere().unwrap_or_else(staged);
        Ok((what, Question::Finding(fingerprint)))
    }

    /// Where to look, if not among what is staged.
    fn elsewhere(&self) -> Option<What> {
        if let Some((base, head)) = &self.range {
            let (base, head) = (base.clone(), head.clone());
            return Some(What::Range { base, head });
        }
        if let Some(revision) = &self.commit {
            return Some(What::Commit(revision.clone()));
        }
        match (self.all, self.all_refs) {
            (true, _) => Some(What::All),
            (_, true) => Some(What::AllRefs),
            (false, false) => None,
        }
    }

    fn hint(&self) -> &'static str {
        if self.elsewhere().is_some() {
            "It is looked for by the policy of today; --report FILE looks in an earlier report."
        } else {
            "It was looked for among the staged changes. Say what was judged: --range A..B, \
             --commit REV, --all, or --report FILE of that run."
        }
    }
}

/// A rule's page, or that a rule is to come.
fn about_rule(id: &str) -> Option<String> {
    if let Some(found) = rule(id) {
        return Some(page(found.meta()));
    }
    let planned = pending::rules().any(|planned| planned == id);
    planned.then(|| format!("{id} may stand in a policy, and finds nothing yet\n"))
}

/// What is neither a rule nor a commit is the beginning of a fingerprint.
fn hex(text: &str) -> Result<String> {
    if is_hex(text) {
        return Ok(text.to_ascii_lowercase());
    }
    let ids = RULES.iter().map(|rule| rule.meta().id);
    let near = ids.clone().max_by(|one, other| {
        strsim::jaro_winkler(one, text).total_cmp(&strsim::jaro_winkler(other, text))
    });
    let all: Vec<&str> = ids.collect();
    bail!(
        "there is no rule and no commit `{text}`; did you mean `{}`?\nThe rules are {}.\n\
         A fingerprint has 64 hexadecimal digits, of which the first {FEWEST} are enough.",
        near.unwrap_or_default(),
        all.join(", ")
    )
}

fn is_hex(text: &str) -> bool {
    let digits = text.bytes().all(|byte| byte.is_ascii_hexdigit());
    digits && (FEWEST..=64).contains(&text.len())
}

/// A path as Git writes it: from the top of the repository.
fn plain(path: &OsStr) -> Result<BString> {
    let bytes = path.as_bytes();
    let bytes = bytes.strip_prefix(b"./").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"/").unwrap_or(bytes);
    let odd = |part: &[u8]| matches!(part, b"" | b"." | b"..");
    if bytes.split(|byte| *byte == b'/').any(odd) {
        bail!("--path takes a path from the top of the repository, without `..`");
    }
    Ok(bytes.into())
}

fn reported(path: &Path, fingerprint: &str) -> Result<Explanation> {
    let shown = path.display();
    let told = || format!("cannot read the report {shown}");
    let meta = std::fs::metadata(path).with_context(told)?;
    if !meta.is_file() || meta.len() > LARGEST {
        bail!("the report {shown} is no regular file of at most 256 MiB");
    }
    let text = std::fs::read(path).with_context(told)?;
    let redactor = Redactor::new(Engine::builtin());
    match earlier(&redactor, &text, fingerprint).with_context(told)? {
        Earlier::Found(explanation) => Ok(*explanation),
        Earlier::Ambiguous(known) => bail!(ambiguous(&known)),
        Earlier::Unknown => bail!("no finding in {shown} has the fingerprint {fingerprint}"),
    }
}

fn ambiguous(known: &[String]) -> String {
    format!(
        "several findings have such a fingerprint: write more of it\n{}",
        known.join("\n")
    )
}

/// A page with its prose wrapped, its tables and code as they are.
fn wrapped(page: &str, width: usize) -> String {
    let mut code = false;
    let mut out = String::with_capacity(page.len());
    for line in page.lines() {
        code ^= line.starts_with("```");
        if code || line.starts_with('|') {
            out.push_str(line);
        } else {
            out.push_str(&wrap(&without_links(line), 0, 0, width));
        }
        out.push('\n');
    }
    out
}

/// `[text](target)` as its text: a terminal follows no link.
fn without_links(line: &str) -> String {
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("](") {
        let Some((text, end)) = before.rsplit_once('[').zip(after.split_once(')')) else {
            break;
        };
        out.push_str(text.0);
        out.push_str(text.1);
        rest = end.1;
    }
    out.push_str(rest);
    out
}
