//! What a policy says of waivers. The names of groups are looked up once all authorities are known.

use super::simple::items;
use crate::policy::raw::RawPolicy;
use crate::policy::waiver::WaiverTerms;
use crate::text::Spanned;

/// A policy's terms.
pub(super) fn waivers(raw: &RawPolicy) -> WaiverTerms {
    let terms = raw.waivers.clone().unwrap_or_default();
    let emergency = terms.emergency.unwrap_or_default();
    let number = |days: Option<Spanned<u32>>| days.map(|days| days.value);
    let names = |list: Option<Spanned<Vec<Spanned<String>>>>| {
        list.map(|list| list.value.into_iter().map(|name| name.value).collect())
    };
    WaiverTerms {
        max_days: number(terms.max_days),
        two_for: items(terms.two_for.as_ref())
            .map(|class| class.value)
            .collect(),
        approvers: names(terms.approvers),
        emergency_approvers: names(emergency.approvers),
        emergency_hours: number(emergency.hours),
    }
}
