//! When a zone's content counts as copied out of it. For the validation, the join and what is shown.

use super::raw::{Permission, RawZone, ZoneClass};
use super::yaml::Problem;
use crate::text::Span;

/// What holds where a number is not written.
pub(super) const SIMILARITY: u8 = 60;
pub(super) const MIN_LINES: u32 = 20;

/// Classes that are about what files do, not about what they say.
const DEEDS: [ZoneClass; 5] = [
    ZoneClass::Build,
    ZoneClass::Ci,
    ZoneClass::Deploy,
    ZoneClass::AgentConfig,
    ZoneClass::Policy,
];

/// When content of a zone counts as copied out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyOut {
    /// How many percent of the lines must be the zone's.
    pub similarity: u8,
    /// How many lines of the zone must reappear.
    pub min_lines: u32,
    /// Where that is written: the settings, else that agents are denied.
    pub by: Span,
}

impl CopyOut {
    /// One authority's opinion of a zone, by itself. Without a word it asks where agents are denied and
    /// the class is about content.
    pub(super) fn of(zone: &RawZone) -> Option<Self> {
        let denied = zone
            .agents
            .filter(|agents| agents.value == Permission::Denied);
        let class = zone.class.map(|class| class.value.word());
        let written = zone.copy_out.as_ref();
        let by = match written {
            Some(written) => written.span,
            None => denied.filter(|_| is_content(class))?.span,
        };
        let similarity = written.and_then(|written| written.similarity);
        let min_lines = written.and_then(|written| written.min_lines);
        Some(Self {
            similarity: similarity.map_or(SIMILARITY, |similarity| similarity.value),
            min_lines: min_lines.map_or(MIN_LINES, |lines| lines.value),
            by,
        })
    }

    /// What is wrong with a zone's numbers.
    pub(super) fn problem(zone: &RawZone) -> Option<Problem> {
        let similarity = zone.copy_out.as_ref()?.similarity?;
        let told = "`similarity` is in percent: 100 is the most";
        (similarity.value > 100).then(|| Problem::error(similarity.span, told))
    }

    /// The smaller of each number.
    #[must_use]
    pub(super) fn joined(self, other: Self) -> Self {
        let tightens = other.similarity < self.similarity || other.min_lines < self.min_lines;
        Self {
            similarity: self.similarity.min(other.similarity),
            min_lines: self.min_lines.min(other.min_lines),
            by: if tightens { other.by } else { self.by },
        }
    }
}

/// Whether a class is about what files say, by its word; a zone without one is.
pub(super) fn is_content(class: Option<&str>) -> bool {
    !DEEDS.iter().any(|deed| Some(deed.word()) == class)
}

#[cfg(test)]
mod tests {
    use crate::policy::yaml::Limits;
    use crate::policy::{Loader, Policy, Vocabulary};

    /// What is joined of the zones `z` of these texts.
    fn joined(zones: &[&str]) -> Option<(u8, u32)> {
        let mut loader = Loader::new(Vocabulary::default());
        let mut authorities = Vec::new();
        for zone in zones {
            let text = format!("cordon: 1\nextends: []\nzones: {{z: {zone}}}\n");
            let read = loader.read("policy.yml", text.as_bytes(), &Limits::ORG, false);
            authorities.push(read.unwrap().1);
        }
        let policy = Policy::join(authorities, loader.sources);
        let copy_out = policy.zones()[0].copy_out()?;
        Some((copy_out.similarity, copy_out.min_lines))
    }

    #[test]
    fn zones_about_content_that_deny_agents_ask_for_it_and_others_do_not() {
        for (zone, asks) in [
            ("{class: export, paths: [a], agents: denied}", true),
            ("{class: custom, paths: [a], agents: denied}", true),
            ("{paths: [a], agents: denied}", true),
            ("{class: ci, paths: [a], agents: denied}", false),
            ("{class: agent-config, paths: [a], agents: denied}", false),
            ("{class: export, paths: [a], agents: allowed}", false),
            ("{class: export, paths: [a]}", false),
        ] {
            assert_eq!(joined(&[zone]), asks.then_some((60, 20)), "{zone}");
        }
    }

    #[test]
    fn who_writes_numbers_decides_for_himself_and_cannot_loosen_others() {
        let own = "{class: export, paths: [a], agents: denied, copy_out: {similarity: 90, min_lines: 99}}";
        let silent = "{class: export, paths: [a], agents: denied}";
        let loose = "{class: ci, paths: [a], copy_out: {similarity: 95}}";
        let strict = "{copy_out: {min_lines: 5}}";
        assert_eq!(joined(&[own]), Some((90, 99)));
        assert_eq!(joined(&[loose]), Some((95, 20)));
        assert_eq!(joined(&[silent, loose]), Some((60, 20)));
        assert_eq!(joined(&[own, strict]), Some((60, 5)));
        assert_eq!(joined(&[strict, own]), Some((60, 5)));
        assert_eq!(joined(&[own, silent]), Some((60, 20)));
    }
}
