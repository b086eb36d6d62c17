//! The canonical form of a waiver: what an approver's signature is over. JSON by RFC 8785.
//!
//! It holds what the waiver says but for the other approvals, the id of the policy that it is for, and
//! who approves on which day: a signature moves to no other waiver, policy, person or day.

use crate::policy::raw::waiver::{RawApproval, RawScope, RawWaiver};
use crate::policy::yaml::{Node, NodeKind, canonical_json};
use crate::text::{Span, Spanned};

/// What an approver of a waiver signs, in the namespace `cordon-waiver`.
pub fn canonical(waiver: &RawWaiver, approval: &RawApproval, policy: Option<&str>) -> String {
    let pairs = vec![
        ("cordon", Some(text("waiver/v1"))),
        ("policy", Some(text(policy.unwrap_or_default()))),
        ("approval", Some(approver(approval))),
        ("waiver", Some(text(&waiver.waiver))),
        ("rule", Some(text(&waiver.rule))),
        ("scope", Some(scope(&waiver.scope))),
        ("reason", Some(text(&waiver.reason))),
        ("ticket", waiver.ticket.as_ref().map(|ticket| text(ticket))),
        ("requested_by", Some(text(&waiver.requested_by))),
        ("expires", Some(text(&waiver.expires))),
    ];
    canonical_json(&map(pairs))
}

fn approver(approval: &RawApproval) -> Node {
    map(vec![
        ("who", Some(text(&approval.who))),
        ("date", Some(text(&approval.date))),
    ])
}

fn scope(scope: &RawScope) -> Node {
    map(vec![
        ("repos", Some(list(&scope.repos))),
        ("paths", scope.paths.as_ref().map(|all| list(all))),
        ("agents", scope.agents.as_ref().map(|all| list(all))),
        (
            "fingerprints",
            scope.fingerprints.as_ref().map(|all| list(all)),
        ),
    ])
}

fn list(values: &[Spanned<String>]) -> Node {
    node(NodeKind::Seq(
        values.iter().map(|value| text(value)).collect(),
    ))
}

/// A map of what is there.
pub(super) fn map(pairs: Vec<(&str, Option<Node>)>) -> Node {
    let entries = pairs.into_iter();
    let entries = entries.filter_map(|(key, value)| Some((text(key), value?)));
    node(NodeKind::Map(entries.collect()))
}

/// A text, whatever it looks like.
pub(super) fn text(value: &str) -> Node {
    let text = value.to_owned();
    node(NodeKind::Scalar { text, plain: false })
}

fn node(kind: NodeKind) -> Node {
    let span = Span::default();
    Node { span, kind }
}
