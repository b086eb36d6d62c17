use super::*;
use crate::git::testing::Sandbox;
use crate::git::{Repo, TreeReader, base_trees};

/// Commits with parents by number; a commit's tree is one of its own, which exists nowhere.
fn commits(sandbox: &Sandbox, parents: &[Vec<usize>]) -> Vec<Commit> {
    let mut all: Vec<Commit> = Vec::new();
    for (number, parents) in parents.iter().enumerate() {
        let parents = parents.iter().map(|parent| all[*parent].id.unwrap());
        let parents: Vec<String> = parents.map(|id| format!("parent {id}\n")).collect();
        let parents = parents.concat();
        let date = 1_700_000_000 + number;
        let who = format!("A <a@b> {date} +0000");
        let raw =
            format!("tree {number:040x}\n{parents}author {who}\ncommitter {who}\n\n{number}\n");
        let id = sandbox.object("commit", raw.as_bytes());
        all.push(Commit::parse(id, raw.as_bytes()).unwrap());
    }
    all
}

/// Numbers that look drawn at random and are the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from(self.0 >> 33).unwrap() % end
    }
}

fn by_libgit2(repo: &dyn Repo, all: &[Commit], one: &Id, others: &[Id]) -> Vec<Id> {
    let tree = |id: &Id| all.iter().find(|commit| commit.id == Some(*id));
    let bases = repo.merge_bases(one, others).unwrap();
    bases
        .iter()
        .map(|base| tree(base).unwrap().tree.unwrap())
        .collect()
}

#[test]
fn common_ancestors_are_those_of_libgit2() {
    let sandbox = Sandbox::new();
    let mut numbers = Numbers(7);
    let mut parents: Vec<Vec<usize>> = Vec::new();
    for number in 0..60_usize {
        let mut own: Vec<usize> = (0..numbers.below(4).min(number))
            .map(|_| number - 1 - numbers.below(number.min(9)))
            .collect();
        own.dedup();
        parents.push(own);
    }
    let all = commits(&sandbox, &parents);
    let history = History::of(&all).unwrap();
    let mut bases = Bases::new(&history);
    let repo = sandbox.open();
    let mut several = 0;
    for _ in 0..400 {
        let mut id = || all[numbers.below(all.len())].id.unwrap();
        let (one, others) = (id(), [id(), id()]);
        for others in [&others[..1], &others[..]] {
            let found = bases.trees(&one, others).unwrap();
            several += usize::from(found.len() > 1);
            assert_eq!(
                found,
                by_libgit2(&*repo, &all, &one, others),
                "{one} {others:?}"
            );
        }
    }
    assert!(several > 20, "{several}");
}

#[test]
fn a_history_with_a_gap_is_none() {
    let sandbox = Sandbox::new();
    let all = commits(&sandbox, &[vec![], vec![0], vec![1]]);
    assert!(History::of(&all).is_some());
    assert!(History::of(&all[1..]).is_none());
    let mut turned = all.clone();
    turned.reverse();
    assert!(History::of(&turned).is_none());
    let history = History::of(&all[..2]).unwrap();
    let outside = all[2].id.unwrap();
    assert_eq!(Bases::new(&history).trees(&outside, &[outside]), None);
}

#[test]
fn a_reader_answers_with_a_history_as_without() {
    let sandbox = Sandbox::new();
    let all = commits(
        &sandbox,
        &[vec![], vec![0], vec![0], vec![1, 2], vec![2, 1]],
    );
    let repo = sandbox.open();
    let history = History::of(&all).unwrap();
    let mut trees = TreeReader::new(&*repo).with_history(Some(&history));
    let parents = [all[3].id.unwrap(), all[4].id.unwrap()];
    let expected = base_trees(&*repo, &parents).unwrap();
    assert_eq!(expected[1].len(), 2);
    assert_eq!(trees.bases(&parents), Some(expected));
    assert_eq!(TreeReader::new(&*repo).bases(&parents), None);
    let tree = all[3].tree.unwrap();
    assert_eq!(trees.of_commit(&parents[0]).unwrap(), tree);
    assert_eq!(
        TreeReader::new(&*repo).of_commit(&parents[0]).unwrap(),
        tree
    );
}
