//! Two raw trees, with a third below them: compared and searched. No tree contains itself, which
//! Git's own hashes rule out.

#![no_main]

use bstr::{BStr, BString, ByteSlice as _};
use cordon::git::{Facts, Header, Id, Index, Kind, Repo, Result, TreeReader, tree_changes};
use libfuzzer_sys::fuzz_target;

const OLD: [u8; 20] = [1; 20];
const NEW: [u8; 20] = [2; 20];
const BELOW: [u8; 20] = [3; 20];

fuzz_target!(|trees: (&[u8], &[u8], &[u8])| {
    let (old, new, below) = trees;
    let loops = [old, new].iter().any(|raw| contains(raw, &[OLD, NEW]))
        || contains(below, &[OLD, NEW, BELOW]);
    let (Some(old_id), Some(new_id)) = (Id::from_bytes(&OLD), Id::from_bytes(&NEW)) else {
        return;
    };
    if loops {
        return;
    }
    let repo = Three::new(old, new, below);
    let mut reader = TreeReader::new(&repo);
    let Ok(changes) = tree_changes(&mut reader, Some(&old_id), Some(&new_id)) else {
        return;
    };
    assert!(changes.is_sorted_by(|one, other| one.path <= other.path));
    for change in &changes {
        assert!(change.blob.is_some() || change.old_blob.is_some());
        // What the comparison saw on a side can be found there.
        let (tree, blob) = match change.blob {
            Some(blob) => (new_id, blob),
            None => (old_id, change.old_blob.unwrap_or(old_id)),
        };
        if let Ok(found) = reader.find(&tree, &change.path) {
            assert!(found.is_some_and(|(_, id)| id == blob), "{:?}", change.path);
        }
    }
});

fn contains(raw: &[u8], ids: &[[u8; 20]]) -> bool {
    ids.iter().any(|id| raw.contains_str(id))
}

/// A repository of three trees; every other object is an empty one.
#[derive(Clone)]
struct Three {
    trees: [Vec<u8>; 3],
    facts: Facts,
}

impl Three {
    fn new(old: &[u8], new: &[u8], below: &[u8]) -> Self {
        Self {
            trees: [old.to_vec(), new.to_vec(), below.to_vec()],
            facts: Facts {
                git_dir: "/nowhere".into(),
                common_dir: "/nowhere".into(),
                work_dir: None,
                id_length: 20,
                shallow: std::collections::BTreeSet::new(),
                grafted: false,
                partial: false,
            },
        }
    }
}

impl Repo for Three {
    fn facts(&self) -> &Facts {
        &self.facts
    }
    fn reopen(&self) -> Result<Box<dyn Repo + Send>> {
        Ok(Box::new(self.clone()))
    }
    fn header(&self, id: &Id) -> Result<Header> {
        let size = self.read(id, Kind::Tree)?.len() as u64;
        Ok(Header {
            kind: Kind::Tree,
            size,
        })
    }
    fn read(&self, id: &Id, _: Kind) -> Result<Vec<u8>> {
        let ids = [OLD, NEW, BELOW];
        let known = ids.iter().position(|known| id.as_bytes() == known);
        Ok(known.map(|at| self.trees[at].clone()).unwrap_or_default())
    }
    fn has(&self, _: &Id) -> Result<bool> {
        Ok(true)
    }
    fn index(&self) -> Result<Index> {
        Ok(Index::default())
    }
    fn resolve(&self, _: &str) -> Result<Id> {
        Ok(Id::from_bytes(&OLD).expect("twenty bytes"))
    }
    fn head(&self) -> Result<Option<Id>> {
        Ok(None)
    }
    fn head_ref(&self) -> Result<Option<BString>> {
        Ok(None)
    }
    fn references(&self, _: &str) -> Result<Vec<(BString, Id)>> {
        Ok(Vec::new())
    }
    fn named(&self, _: &str) -> Result<Vec<(BString, Id)>> {
        Ok(Vec::new())
    }
    fn reference(&self, _: &str) -> Result<Option<Id>> {
        Ok(None)
    }
    fn symbolic(&self, _: &BStr) -> Result<Option<BString>> {
        Ok(None)
    }
    fn config(&self, _: &str) -> Result<Option<BString>> {
        Ok(None)
    }
    fn own_config(&self, _: &str) -> Result<Option<BString>> {
        Ok(None)
    }
    fn reachable(&self, _: &[Id], _: &[Id]) -> Result<Vec<Id>> {
        Ok(Vec::new())
    }
    fn merge_bases(&self, _: &Id, _: &[Id]) -> Result<Vec<Id>> {
        Ok(Vec::new())
    }
}
