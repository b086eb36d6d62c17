//! What the language has and this version does not do yet. A policy may say it, and is told so.
//!
//! For `cordon policy check`: nobody shall believe that a line protects them before it does.

use super::yaml::{Node, NodeKind, Problem};

/// Keys and values without an effect, as paths: `*` is every key, `[]` every entry of a list; with
/// ` = VALUE` the key has an effect and only this value has none.
pub const PENDING: &[&str] = &[
    "commands",
    "guard",
    "rules.agent-stripped",
    "rules.history-incomplete",
    "rules.secret-readable",
    "secrets.lfs = content",
];

/// The rules that a policy may name and that find nothing yet.
pub fn rules() -> impl Iterator<Item = &'static str> {
    let ids = PENDING
        .iter()
        .filter_map(|path| path.strip_prefix("rules."));
    ids.filter(|id| !id.contains('.'))
}

/// A note for each key or value of a policy that has no effect yet, at its place, in the order of
/// the file.
pub fn pending(policy: &Node) -> Vec<Problem> {
    let mut problems = Vec::new();
    for pattern in PENDING {
        let pattern = Pattern::new(pattern);
        let path: Vec<_> = pattern.path.split('.').collect();
        pattern.find(&path, policy, policy, &mut problems);
    }
    problems.sort_by_key(|problem| problem.span);
    problems.dedup();
    problems
}

/// A line of [`PENDING`], taken apart.
struct Pattern<'p> {
    path: &'p str,
    /// The value that alone has no effect.
    value: Option<&'p str>,
}

impl<'p> Pattern<'p> {
    fn new(pattern: &'p str) -> Self {
        let parts = pattern.split_once(" = ");
        let (path, value) = parts.map_or((pattern, None), |(path, value)| (path, Some(value)));
        Self { path, value }
    }

    /// Follows the rest of the path from a value, which stands under `key`.
    fn find(&self, path: &[&str], key: &Node, value: &Node, problems: &mut Vec<Problem>) {
        let Some((step, rest)) = path.split_first() else {
            problems.extend(self.problem(key, value));
            return;
        };
        match &value.kind {
            NodeKind::Map(entries) => {
                for (key, value) in entries {
                    if *step == "*" || key.text() == Some(step) {
                        self.find(rest, key, value, problems);
                    }
                }
            }
            NodeKind::Seq(items) if *step == "[]" => {
                for item in items {
                    self.find(rest, item, item, problems);
                }
            }
            NodeKind::Seq(_) | NodeKind::Scalar { .. } => {}
        }
    }

    fn problem(&self, key: &Node, value: &Node) -> Option<Problem> {
        let name = key.text().unwrap_or_default();
        let Some(idle) = self.value else {
            let message = format!("`{name}` is accepted, but has no effect yet");
            return Some(Problem::note(key.span, message));
        };
        let written = value.text()?;
        (written == idle).then(|| {
            let message = format!("`{name}: {written}` is accepted, but has no effect yet");
            Problem::note(value.span, message)
        })
    }
}
