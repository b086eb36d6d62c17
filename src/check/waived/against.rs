//! Why a waiver that stands does not count for a finding: whose it is, and how many must approve it.

use super::{Asked, Exceptions};
use crate::policy::ZoneClass;
use crate::policy::waiver::{Approver, Waiver, are_two};

impl Exceptions<'_> {
    /// Why a waiver that stands does not count for a finding.
    pub(super) fn against(
        &self,
        waiver: &Waiver,
        approvers: &[Approver],
        asked: &Asked<'_>,
    ) -> Option<String> {
        let makers = self.run.people.of(asked.finding.commit);
        if let Some(why) = makers.unread() {
            return Some(format!(
                "nobody knows by what other names those go who made a change that it would except: {why}"
            ));
        }
        for (approval, approver) in waiver.approvals.iter().zip(approvers) {
            let who = &approval.who.value;
            if makers.meets(&approver.own) {
                return Some(format!("`{who}` made a change that it would except"));
            }
            if approver
                .proved
                .as_ref()
                .is_some_and(|proved| proved.may_be(makers))
            {
                return Some(format!(
                    "the key by which `{who}` signed it may be that of somebody who made a change that it would \
                     except"
                ));
            }
        }
        if are_two(approvers) {
            return None;
        }
        let class = asked.class.get_or_init(|| self.class_for_two(asked));
        class.map(|class| {
            let alone = if approvers.len() > 1 {
                ", and its approvals may be one person's"
            } else {
                ""
            };
            format!(
                "findings in zones of the class `{}` need two approvers{alone}",
                class.word()
            )
        })
    }

    /// The class of a zone that the finding is about, or that what it is about touched, which asks for two.
    fn class_for_two(&self, asked: &Asked<'_>) -> Option<ZoneClass> {
        let policy = self.context.policy;
        let terms = policy.waiver_terms();
        let named = asked
            .finding
            .zone
            .as_deref()
            .and_then(|name| policy.zone(name));
        let whole = policy.zones().iter().filter(|zone| zone.is_whole());
        let around = asked
            .matter
            .ends()
            .flat_map(|end| policy.zones_of(end.folded()));
        let zones: Vec<_> = named.into_iter().chain(whole).chain(around).collect();
        let touched = self.run.classes.of(asked.finding);
        let mut classes = terms.two_for.iter();
        classes
            .find(|class| {
                touched.contains(class) || zones.iter().any(|zone| zone.has_class(**class))
            })
            .copied()
    }
}
