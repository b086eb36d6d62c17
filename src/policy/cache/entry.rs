//! What is kept of a policy: its zones as they were validated, and the rest as a tree that is validated anew.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use super::{Packed, Reader, Writer};
use crate::policy::authority::ZoneEntry;
use crate::policy::canonical::Canonical;
use crate::policy::paths::PathList;
use crate::policy::yaml::{Node, NodeKind};
use crate::text::{Span, Spanned};

const ZONES: &str = "zones";

/// What is kept of a policy with what it inherits, beside its tree.
#[derive(Debug)]
pub(in crate::policy) struct Entry {
    /// The agents that its own file adds.
    pub(in crate::policy) learned: Vec<String>,
    /// The files that it builds on: each by its name, and one beside it by its path and its digest.
    pub(in crate::policy) built_on: Vec<(String, Option<(String, String)>)>,
    /// Its canonical form.
    pub(in crate::policy) canonical: Canonical,
    /// The groups that it names.
    pub(in crate::policy) group_names: Vec<Spanned<String>>,
    /// Its zones.
    pub(in crate::policy) zones: BTreeMap<String, Arc<ZoneEntry>>,
}

/// The tree of a policy: its zones are bytes until somebody asks for them.
#[derive(Clone, Debug)]
pub(in crate::policy) struct KeptTree {
    /// All but the zones.
    pub(in crate::policy) rest: Node,
    zones: Option<KeptZones>,
}

#[derive(Clone, Debug)]
struct KeptZones {
    /// Before which entry of the rest they stand.
    at: usize,
    /// Their key.
    key: Node,
    span: Span,
    /// The whole entry, and the position of the policy's file.
    bytes: Arc<Vec<u8>>,
    base: u16,
    /// Where the name and the tree of each stand, in the order of the file.
    each: Vec<Range<usize>>,
}

impl Entry {
    /// The bytes of an entry and its tree, of a policy whose own file has the position `base`; `None` where it
    /// cannot be kept.
    pub(in crate::policy) fn bytes(&self, tree: &Node, base: u16) -> Option<Vec<u8>> {
        let mut to = Writer::new(base);
        self.learned.pack(&mut to);
        self.built_on.pack(&mut to);
        to.bytes(self.canonical.text());
        self.canonical.sha256.pack(&mut to);
        self.canonical.alone.pack(&mut to);
        self.group_names.pack(&mut to);
        let mut rest = tree.clone();
        let zones = taken_out(&mut rest);
        rest.pack(&mut to);
        to.flag(zones.is_some());
        if let Some((at, key, section)) = zones {
            let NodeKind::Map(entries) = section.kind else {
                return None;
            };
            (at as u64).pack(&mut to);
            key.pack(&mut to);
            section.span.pack(&mut to);
            (entries.len() as u64).pack(&mut to);
            for (name, tree) in entries {
                let zone = self.zones.get(name.text()?)?;
                let mut apart = Writer::new(base);
                (name, tree).pack(&mut apart);
                to.whole &= apart.whole;
                to.bytes(&apart.out);
                zone.as_ref().pack(&mut to);
            }
        }
        to.whole.then_some(to.out)
    }

    /// Reads what [`Entry::bytes`] wrote.
    pub(in crate::policy) fn read(bytes: Vec<u8>, base: u16) -> Option<(Self, KeptTree)> {
        let bytes = Arc::new(bytes);
        let mut from = Reader::new(&bytes, base);
        let from = &mut from;
        let learned = Packed::unpack(from)?;
        let built_on = Packed::unpack(from)?;
        let length = from.bytes()?.len();
        let canonical = Canonical {
            bytes: Arc::clone(&bytes),
            place: from.at - length..from.at,
            sha256: Packed::unpack(from)?,
            alone: Packed::unpack(from)?,
        };
        let group_names = Packed::unpack(from)?;
        let rest = Packed::unpack(from)?;
        let mut zones = Vec::new();
        let mut kept = None;
        if from.flag()? {
            let at = usize::try_from(u64::unpack(from)?).ok()?;
            let (key, span) = (Packed::unpack(from)?, Packed::unpack(from)?);
            let mut each = Vec::new();
            for _ in 0..from.count()? {
                let tree = from.bytes()?;
                let name = Node::unpack(&mut Reader::new(tree, base))?;
                each.push(from.at - tree.len()..from.at);
                zones.push((name.text()?.to_owned(), Arc::new(ZoneEntry::unpack(from)?)));
            }
            kept = Some(KeptZones {
                at,
                key,
                span,
                bytes: Arc::clone(&bytes),
                base,
                each,
            });
        }
        let whole = from.is_at_end();
        let entry = Self {
            learned,
            built_on,
            canonical,
            group_names,
            zones: zones.into_iter().collect(),
        };
        whole.then_some((entry, KeptTree { rest, zones: kept }))
    }
}

impl KeptTree {
    /// The tree with those zones alone that are wanted; `None` where the bytes are none.
    pub(in crate::policy) fn with_zones(&self, wanted: &dyn Fn(&str) -> bool) -> Option<Node> {
        let mut whole = self.rest.clone();
        let Some(zones) = &self.zones else {
            return Some(whole);
        };
        let mut entries = Vec::new();
        for place in &zones.each {
            let mut from = Reader::new(zones.bytes.get(place.clone())?, zones.base);
            let name = Node::unpack(&mut from)?;
            if wanted(name.text()?) {
                entries.push((name, Node::unpack(&mut from)?));
            }
        }
        let NodeKind::Map(sections) = &mut whole.kind else {
            return None;
        };
        let section = Node {
            span: zones.span,
            kind: NodeKind::Map(entries),
        };
        sections.insert(zones.at.min(sections.len()), (zones.key.clone(), section));
        Some(whole)
    }
}

/// Takes the zones out of a policy's sections: where they stood, their key and they themselves.
fn taken_out(policy: &mut Node) -> Option<(usize, Node, Node)> {
    let NodeKind::Map(sections) = &mut policy.kind else {
        return None;
    };
    let mut keys = sections.iter().map(|(key, _)| key.text());
    let at = keys.position(|key| key == Some(ZONES))?;
    let (key, section) = sections.remove(at);
    Some((at, key, section))
}

impl Packed for PathList {
    fn pack(&self, to: &mut Writer) {
        to.all(self.written());
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Packed::unpack(from).map(Self::known)
    }
}

impl Packed for ZoneEntry {
    fn pack(&self, to: &mut Writer) {
        self.class.pack(to);
        self.markers.pack(to);
        self.paths.pack(to);
        self.repos.pack(to);
        self.agents.pack(to);
        self.human_proof.pack(to);
        self.approvers.pack(to);
        self.mode.pack(to);
        self.copy_out.pack(to);
    }
    fn unpack(from: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            class: Packed::unpack(from)?,
            markers: Packed::unpack(from)?,
            paths: Packed::unpack(from)?,
            repos: Packed::unpack(from)?,
            agents: Packed::unpack(from)?,
            human_proof: Packed::unpack(from)?,
            approvers: Packed::unpack(from)?,
            mode: Packed::unpack(from)?,
            copy_out: Packed::unpack(from)?,
        })
    }
}
