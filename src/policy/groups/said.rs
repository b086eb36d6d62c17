//! Groups as each authority says them, and as each export does: whoever is kept from approving is so by any of them.
//!
//! Here nobody becomes an approver, so that what is stale, or contradicts another, is heard too.

use jiff::civil::Date;

use super::{Export, Exported, Group, has_say};
use crate::policy::authority::{Authority, Role};
use crate::policy::export::{ReadExport, Terms};
use crate::sign::Gpg;

/// What anybody says of groups.
#[derive(Clone, Debug, Default)]
pub(in crate::policy) struct Said {
    /// Each group that is known, by no name.
    pub(in crate::policy) groups: Vec<Group>,
    /// Why what an export says is not known, if it is not.
    pub(in crate::policy) unread: Option<String>,
    exports: Vec<Source>,
}

/// Where a group is exported to, with the keys of all who say so.
#[derive(Clone, Debug)]
struct Source {
    name: String,
    /// Whether those who name it have the say: one of others is heard, and not missed.
    counts: bool,
    exported: Exported,
}

impl Said {
    /// What these authorities say; exports are still to be read.
    pub(super) fn of(authorities: &[Authority]) -> Self {
        let mut said = Self::default();
        for authority in authorities {
            for (name, group) in &authority.approvers {
                match &group.export {
                    None => said.groups.push(group.clone()),
                    // What a change brings is read nowhere, and counts once it is on the trusted side.
                    Some(_) if authority.role == Role::Change => {}
                    Some(export) => {
                        let counts = has_say(authorities, authority.role);
                        said.export(name, authority.role, export, group, counts);
                    }
                }
            }
        }
        said
    }

    fn export(&mut self, name: &str, role: Role, export: &Export, group: &Group, counts: bool) {
        let mut known = self.exports.iter_mut();
        let known = known.find(|known| {
            let there = &known.exported;
            known.name == name && there.role == role && there.export.path == export.path
        });
        if let Some(known) = known {
            known.exported.keys.extend(group.keys.iter().cloned());
            return;
        }
        if counts {
            let told = format!("the export of the group {name} was not read");
            self.unread.get_or_insert(told);
        }
        self.exports.push(Source {
            name: name.to_owned(),
            counts,
            exported: Exported {
                role,
                export: export.clone(),
                keys: group.keys.clone(),
            },
        });
    }

    /// Reads every export that such a key signed, of whatever day.
    pub(super) fn read(&mut self, read: &ReadExport<'_>, date: Date, gpg: &Gpg) {
        self.unread = None;
        for Source {
            name,
            counts,
            exported,
        } in &self.exports
        {
            let terms = Terms {
                name,
                export: &exported.export,
                keys: &exported.keys,
                date,
                gpg,
            };
            let (groups, unread) = terms.each(read(exported.role, &exported.export.path));
            self.groups.extend(groups);
            self.unread = self.unread.take().or(unread.filter(|_| *counts));
        }
    }
}
