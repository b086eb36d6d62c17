//! Zones that a change reaches by more than its path: over a link, by what a link or a submodule hides, by
//! what `.gitmodules` mounts. For the matcher.

use bstr::{BStr, BString};

use super::links::{follow, text_of};
use super::matcher::{Matcher, REMEMBERED};
use super::submodules::{self, moved};
use super::{Around, Lead, Touched};
use crate::git::{Blobs, Change, FileMode, Id, Result, TreeReader, tree_changes};
use crate::policy::{FoldedPath, Zone};

/// What is at hand while one change is looked at.
pub(super) struct Leads<'l, 'a, 'r> {
    pub(super) matcher: &'l mut Matcher<'a>,
    pub(super) trees: &'l mut TreeReader<'r>,
    pub(super) blobs: &'l Blobs<'l>,
    pub(super) touched: &'l mut Touched<'a>,
}

impl<'a> Leads<'_, 'a, '_> {
    /// Adds what a change reaches. What could not be read is told by [`Touched::read`].
    pub(super) fn of_change(&mut self, change: &Change, around: &Around) {
        let old_path = change.old_path.as_ref().unwrap_or(&change.path);
        let old = (change.old_mode, change.old_blob);
        for root in &around.before {
            self.of_link(old_path.as_ref(), old, Some(root), false);
        }
        if around.before.is_empty() {
            self.of_link(old_path.as_ref(), old, None, false);
        }
        let new = (change.mode, change.blob);
        self.of_link(change.path.as_ref(), new, around.after.as_ref(), true);
        let stands = |mode| matches!(mode, Some(FileMode::Link | FileMode::Submodule));
        if stands(change.mode) || stands(change.old_mode) {
            self.hidden_by(change.path.as_ref());
            self.hidden_by(old_path.as_ref());
        }
        if submodules::is_file(&change.path) || submodules::is_file(old_path) {
            let mounted = self.mounted(change);
            self.keep(mounted);
        }
    }

    fn of_link(
        &mut self,
        path: &BStr,
        (mode, blob): (Option<FileMode>, Option<Id>),
        root: Option<&Id>,
        is_new: bool,
    ) {
        if let (Some(FileMode::Link), Some(blob)) = (mode, blob) {
            let followed = self.follow(path, &blob, root, is_new);
            self.keep(followed);
        }
    }

    /// The zones of what stands on a link's way, and of the files below its end.
    fn follow(&mut self, path: &BStr, target: &Id, root: Option<&Id>, is_new: bool) -> Result<()> {
        let alike = &mut self.matcher.alike;
        let way = follow(self.trees, self.blobs, alike, root, path, target)?;
        if way.leaves && is_new {
            self.touched.leaving = Some(text_of(self.blobs, target)?.into());
        }
        for to in &way.paths {
            let zones = self.matcher.of_path(to).zones.clone();
            self.lead(zones, to);
        }
        let Some(to) = way.paths.last() else {
            return Ok(());
        };
        self.hidden_by(to.as_ref());
        let Some(root) = root else {
            return Ok(());
        };
        let found = if to.is_empty() {
            Some((FileMode::Tree, *root))
        } else {
            self.trees.find(root, to)?
        };
        match found {
            Some((FileMode::Tree, tree)) => {
                let zones = self.below(to, &tree)?;
                self.lead(zones, to);
            }
            Some((mode, blob)) if mode.has_text() => {
                let zones = self.marked(&blob)?;
                self.lead(zones, to);
            }
            _ => {}
        }
        Ok(())
    }

    /// The zones whose patterns begin below a path: what stands there stands in their place.
    fn hidden_by(&mut self, path: &BStr) {
        let policy = self.matcher.policy;
        let folded = FoldedPath::new(path);
        let zones = policy.zones_below(&folded);
        let zones: Vec<&'a Zone> = zones.collect();
        self.lead(zones, path);
    }

    /// The zones of the files in a directory.
    fn below(&mut self, path: &BString, tree: &Id) -> Result<Vec<&'a Zone>> {
        let key = (path.clone(), *tree);
        if let Some(zones) = self.matcher.below.get(&key) {
            return Ok(zones.clone());
        }
        let mut zones: Vec<&Zone> = Vec::new();
        for file in tree_changes(self.trees, None, Some(tree))? {
            let parts = [path, &file.path]
                .into_iter()
                .filter(|part| !part.is_empty());
            let file = bstr::join("/", parts).into();
            for zone in &self.matcher.of_path(&file).zones {
                if zones.iter().all(|known| known.name != zone.name) {
                    zones.push(zone);
                }
            }
        }
        if self.matcher.below.len() >= REMEMBERED {
            self.matcher.below.clear();
        }
        self.matcher.below.insert(key, zones.clone());
        Ok(zones)
    }

    /// The zones whose markers a text has.
    fn marked(&mut self, blob: &Id) -> Result<Vec<&'a Zone>> {
        let Some(markers) = &mut self.matcher.markers else {
            return Ok(Vec::new());
        };
        let found = markers.of_blob(blob, self.blobs)?;
        let zones = self.matcher.policy.zones();
        Ok(found.iter().filter_map(|&at| zones.get(at)).collect())
    }

    /// The zones at, and below, the paths where a change of `.gitmodules` mounts something else.
    fn mounted(&mut self, change: &Change) -> Result<()> {
        let text = |mode: Option<FileMode>, blob: Option<Id>| match blob {
            Some(blob) if mode.is_some_and(FileMode::has_text) => Ok(self.blobs.read(&blob)?.data),
            _ => Ok(std::sync::Arc::default()),
        };
        let old = text(change.old_mode, change.old_blob)?;
        let new = text(change.mode, change.blob)?;
        let mut paths = moved(&old, &new)?;
        for other in &change.other_blobs {
            paths.append(&mut moved(&self.blobs.read(other)?.data, &new)?);
        }
        for path in paths {
            let zones = self.matcher.of_path(&path).zones.clone();
            self.lead(zones, &path);
            self.hidden_by(path.as_ref());
        }
        Ok(())
    }

    fn lead(&mut self, zones: Vec<&'a Zone>, to: &[u8]) {
        for zone in zones {
            let mut known = self.touched.zones.iter();
            if known.all(|known| known.name != zone.name) {
                self.touched.zones.push(zone);
                let to = BString::from(to);
                self.touched.leads.push(Lead { zone, to });
            }
        }
    }

    fn keep(&mut self, result: Result<()>) {
        if result.is_err() {
            self.touched.read = result;
        }
    }
}
