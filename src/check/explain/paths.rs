//! Where a path lies, what agents may do there, and what would be found if somebody changed it.

use bstr::{BStr, BString};

use crate::agent::{Attribution, AttributionKind, Claim, Evidence, EvidenceKind, Strength};
use crate::check::decide::Decider;
use crate::check::judge::{TracedChange, supposed};
use crate::check::{Judgement, Obstacle};
use crate::finding::Stage;
use crate::git::{self, Change, Commit, FileMode, Id, Op, TreeReader};
use crate::policy::{FoldedPath, PathSet, Permission, Zone};
use crate::report::LineRow;
use crate::report::explain::{PathPart, PermissionPart, WouldFind, WouldPart, ZonePart};
use crate::text::{Clean, Spanned};

/// A pattern as it is written, and compiled.
type Pattern<'p> = (&'p Spanned<String>, PathSet);

/// Answers about paths, with the patterns of the zones compiled one by one.
pub(super) struct Paths<'a> {
    judgement: &'a Judgement<'a>,
    stage: Stage,
    zones: Vec<(&'a Zone, Vec<Pattern<'a>>)>,
}

impl<'a> Paths<'a> {
    pub(super) fn new(judgement: &'a Judgement<'a>, stage: Stage) -> Self {
        let compiled = |pattern: &'a Spanned<String>| {
            let text = pattern.value.strip_prefix('!').unwrap_or(&pattern.value);
            Some((pattern, PathSet::new([text]).ok()?))
        };
        let zones = judgement.context.policy.zones().iter();
        Self {
            judgement,
            stage,
            zones: zones
                .map(|zone| (zone, zone.patterns().filter_map(compiled).collect()))
                .collect(),
        }
    }

    /// A path that the commit changed.
    pub(super) fn changed(&self, traced: &TracedChange, attribution: &Attribution) -> PathPart {
        let TracedChange { change, zones, .. } = traced;
        let ends = [Some(&change.path), change.old_path.as_ref()];
        let zones = self
            .zones
            .iter()
            .filter(|(zone, _)| zones.contains(&zone.name));
        PathPart {
            path: self.clean(&change.path),
            old_path: change.old_path.as_ref().map(|path| self.clean(path)),
            change: Some(word(change.op)),
            exists: change.mode.is_some(),
            zones: zones
                .map(|(zone, patterns)| {
                    let mut ends = ends.into_iter().flatten();
                    let pattern = ends.find_map(|path| covering(patterns, path, false));
                    self.zone(zone, Some(traced), pattern, attribution)
                })
                .collect(),
            would: Vec::new(),
        }
    }

    /// A path that was asked for, as it is in a commit or in the index.
    pub(super) fn asked(
        &self,
        commit: Option<&Commit>,
        path: &BString,
    ) -> (PathPart, Vec<Obstacle>) {
        let mut obstacles = Vec::new();
        let found = commit.map_or(Ok(None), |commit| self.find(commit, path));
        let there = found.unwrap_or_else(|error| {
            obstacles.push(Obstacle::from(&error).at_path(path.as_ref()));
            None
        });
        let change = supposed_change(path.as_ref(), there);
        let mut would: Vec<WouldPart> = Vec::new();
        let listed = self.judgement.context.policy.listed_agents();
        let others = listed.iter().copied().filter(|id| *id != "*");
        for id in others.chain(["*"]) {
            would.push(self.would(id, &change, &an_agents(id)));
        }
        would.push(self.would("person", &change, &Attribution::default()));
        let folded = FoldedPath::new(path);
        let nobody = Attribution::default();
        let run = self.judgement;
        let supposed = supposed(run.repo, run.context, run.plan, &change, &nobody);
        obstacles.extend(supposed.obstacles);
        let traced = supposed.trace.changes.first();
        let zones = self.zones.iter().filter_map(|(zone, patterns)| {
            if traced.is_some_and(|traced| traced.zones.contains(&zone.name)) {
                let pattern = covering(patterns, path, false);
                return Some(self.zone(zone, traced, pattern, &nobody));
            }
            let positive = |(pattern, set): &Pattern<'_>| {
                !pattern.value.starts_with('!') && set.contains(&folded)
            };
            let pattern = covering(patterns, path, true);
            let taken = patterns.iter().any(positive) && pattern.is_some();
            taken.then(|| self.zone(zone, None, pattern, &nobody))
        });
        let part = PathPart {
            path: self.clean(path),
            old_path: None,
            change: None,
            exists: there.is_some(),
            zones: zones.collect(),
            would,
        };
        (part, obstacles)
    }

    /// What stands at a path: in a commit's tree, or in the index for the commit that is being made.
    fn find(&self, commit: &Commit, path: &BString) -> git::Result<Option<(FileMode, Id)>> {
        if let Some(index) = &self.judgement.plan.index {
            let mut entries = index.entries.iter();
            let entry = entries.find(|entry| entry.path == *path);
            return Ok(entry.map(|entry| (entry.mode, entry.id)));
        }
        match &commit.tree {
            Some(tree) => TreeReader::new(self.judgement.repo).find(tree, path),
            None => Ok(None),
        }
    }

    fn zone(
        &self,
        zone: &Zone,
        member: Option<&TracedChange>,
        pattern: Option<&Spanned<String>>,
        attribution: &Attribution,
    ) -> ZonePart {
        let run = self.judgement;
        let agents: Vec<&str> = attribution
            .judged()
            .map(|claim| claim.agent.as_str())
            .collect();
        let agents: Vec<Option<&str>> = if agents.is_empty() {
            vec![None]
        } else {
            agents.into_iter().map(Some).collect()
        };
        let policy = run.context.policy;
        let is_led = member.is_some_and(|traced| traced.led.contains(&zone.name));
        let by = match (pattern, zone.is_whole()) {
            (Some(_), _) => "pattern",
            (None, true) => "repository",
            (None, false) if is_led => "link",
            (None, false) => "marker",
        };
        ZonePart {
            name: Clean::new(run.redactor, zone.name.as_bytes()),
            class: zone.class().map(crate::policy::ZoneClass::word),
            member: member.is_some(),
            by,
            markers: if by == "marker" {
                let markers = zone.markers();
                markers
                    .map(|text| Clean::new(run.redactor, text.as_bytes()))
                    .collect()
            } else {
                Vec::new()
            },
            pattern: pattern.map(|text| Clean::new(run.redactor, text.value.as_bytes())),
            policy: pattern.map(|text| run.source(&policy.line(text.span))),
            permissions: agents
                .into_iter()
                .map(|agent| {
                    let permission = policy.permission(zone, agent, run.context.date);
                    PermissionPart {
                        agent: agent.map(|id| Clean::new(run.redactor, id.as_bytes())),
                        permission: permission_word(permission.value),
                        policy: run.by(&permission),
                    }
                })
                .collect(),
        }
    }

    fn would(&self, who: &str, change: &Change, attribution: &Attribution) -> WouldPart {
        let run = self.judgement;
        let outcome = supposed(run.repo, run.context, run.plan, change, attribution);
        let mut decider = Decider::new(run.context, self.stage, run.redactor);
        decider.add(&outcome.found.findings);
        let mut findings: Vec<WouldFind> = Vec::new();
        for row in decider.finish().0 {
            let found = WouldFind {
                rule: row.rule,
                decision: row.decision,
                policy: LineRow { ..row.policy },
            };
            if !findings.contains(&found) {
                findings.push(found);
            }
        }
        WouldPart {
            who: Clean::new(run.redactor, who.as_bytes()),
            decision: findings.iter().map(|found| found.decision).min(),
            findings,
        }
    }

    fn clean(&self, path: &BString) -> Clean {
        Clean::new(self.judgement.redactor, path)
    }
}

/// The first pattern that covers a path; with `negative`, the first `!` pattern.
fn covering<'p>(
    patterns: &[Pattern<'p>],
    path: &BString,
    negative: bool,
) -> Option<&'p Spanned<String>> {
    let folded = FoldedPath::new(path);
    let mut patterns = patterns.iter();
    let found = patterns
        .find(|(pattern, set)| pattern.value.starts_with('!') == negative && set.contains(&folded));
    found.map(|(pattern, _)| *pattern)
}

/// The least that somebody could do to a path: touch what is there, or put a file there.
fn supposed_change(path: &BStr, there: Option<(FileMode, Id)>) -> Change {
    let (mode, blob) = there.unzip();
    Change {
        op: if there.is_some() { Op::Modify } else { Op::Add },
        path: path.to_owned(),
        old_path: None,
        old_mode: mode,
        mode: mode.or(Some(FileMode::Regular)),
        old_blob: blob,
        blob,
        other_blobs: Vec::new(),
    }
}

/// A commit that declares an agent, and nothing else.
fn an_agents(id: &str) -> Attribution {
    Attribution {
        kind: AttributionKind::Assisted,
        agents: vec![Claim {
            agent: id.to_owned(),
            model: None,
            evidence: vec![Evidence {
                agent: id.to_owned(),
                kind: EvidenceKind::Trailer,
                strength: Strength::Declared,
                key: None,
                value: BString::default(),
                line: None,
                model: None,
            }],
        }],
        ..Attribution::default()
    }
}

fn permission_word(permission: Permission) -> &'static str {
    match permission {
        Permission::Allowed => "allowed",
        Permission::Approval => "approval",
        Permission::Denied => "denied",
    }
}

fn word(op: Op) -> &'static str {
    match op {
        Op::Add => "add",
        Op::Modify => "modify",
        Op::Delete => "delete",
        Op::Rename => "rename",
        Op::Mode => "mode",
        Op::Type => "type",
    }
}
