use std::collections::BTreeMap;

use super::*;
use crate::git::testing::Sandbox;

fn libgit2(git_dir: &Path) -> git2::Repository {
    // A switch of the whole process, which other tests set too.
    git2::opts::strict_hash_verification(false);
    let ceilings: &[&std::ffi::OsStr] = &[];
    git2::Repository::open_ext(git_dir, git2::RepositoryOpenFlags::empty(), ceilings).unwrap()
}

/// What libgit2 reads, the judge of what we read.
fn judge(git_dir: &Path, id: &Id) -> Option<(Kind, Vec<u8>)> {
    let repo = libgit2(git_dir);
    let odb = repo.odb().unwrap();
    let object = odb
        .read(git2::Oid::from_bytes(id.as_bytes()).unwrap())
        .ok()?;
    let kind = match object.kind() {
        git2::ObjectType::Commit => Kind::Commit,
        git2::ObjectType::Tree => Kind::Tree,
        git2::ObjectType::Blob => Kind::Blob,
        git2::ObjectType::Tag => Kind::Tag,
        git2::ObjectType::Any => return None,
    };
    Some((kind, object.data().to_vec()))
}

fn reader(git_dir: &Path, id_length: usize) -> PackReader {
    let packs = Packs::open(&git_dir.join("objects"), id_length);
    PackReader::new(Arc::new(packs))
}

fn read(reader: &mut PackReader, id: &Id) -> Option<(Kind, Vec<u8>)> {
    match reader.read(id, u64::MAX)? {
        Found::Object(kind, data) => Some((kind, data.to_vec())),
        Found::TooLarge(..) => panic!("nothing is too large for this cap"),
        Found::Damaged(_) => None,
    }
}

fn ids(sandbox: &Sandbox, dir: &Path) -> Vec<Id> {
    let arguments = [
        "cat-file",
        "--batch-all-objects",
        "--batch-check=%(objectname)",
    ];
    let output = sandbox.git_bytes(dir, &arguments, b"");
    output
        .lines()
        .map(|hex| Id::from_hex(hex).unwrap())
        .collect()
}

/// A text of lines that depend on a number; nearly the same for numbers that are near.
fn text(number: usize, lines: usize) -> String {
    let line = |at: usize| {
        let since = if at % 7 == number % 7 { number } else { 0 };
        format!("line {at} as it is since {since} {}\n", at * 7919 % 1000)
    };
    (0..lines).map(line).collect::<Vec<String>>().concat()
}

/// A repository with some commits, a tag, deep directories and a blob without compression's help.
fn history(options: &[&str], commits: usize) -> Sandbox {
    let sandbox = Sandbox::with(options);
    let noise: Vec<u8> = (0..3000_u32)
        .map(|at| u8::try_from(at.wrapping_mul(2_654_435_761) >> 24).unwrap())
        .collect();
    sandbox.write("noise", noise);
    sandbox.write("empty", "");
    for number in 0..commits {
        sandbox.write("a", text(number, 400));
        sandbox.write("d/e/f", text(number * 3, 40));
        sandbox.write(&format!("d/{number}"), text(number, 5));
        sandbox.commit(&format!("commit {number}"));
    }
    sandbox.git(&["tag", "-a", "-m", "a tag", "v1"]);
    sandbox
}

/// Compares every object, and answers how many we read ourselves.
fn compare(sandbox: &Sandbox, dir: &Path, id_length: usize) -> (usize, usize) {
    let git_dir = dir.join(".git");
    let mut reader = reader(&git_dir, id_length);
    let all = ids(sandbox, dir);
    let mut ours = 0;
    // Backwards too: then the bases are there already.
    for id in all.iter().chain(all.iter().rev()) {
        if let Some(found) = read(&mut reader, id) {
            assert_eq!(Some(found), judge(&git_dir, id), "{id}");
            ours += 1;
        }
    }
    (ours, 2 * all.len())
}

#[test]
fn packs_of_every_form_read_as_libgit2_reads_them() {
    for (format, id_length) in [("sha1", 20), ("sha256", 32)] {
        let format = format!("--object-format={format}");
        let sandbox = history(&[&format], 30);
        let path = sandbox.path();
        assert_eq!(compare(&sandbox, &path, id_length).0, 0, "all are loose");
        for offsets in ["true", "false"] {
            sandbox.git(&["config", "repack.useDeltaBaseOffset", offsets]);
            sandbox.git(&["repack", "-adfq", "--depth=250", "--window=50"]);
            let (ours, all) = compare(&sandbox, &path, id_length);
            assert_eq!(ours, all, "offsets: {offsets}");
        }
        sandbox.write("a", text(99, 400));
        sandbox.commit("in a second pack");
        sandbox.git(&["repack", "-dq"]);
        sandbox.git(&["multi-pack-index", "write"]);
        let (ours, all) = compare(&sandbox, &path, id_length);
        assert_eq!(ours, all, "two packs");
        sandbox.git(&["clone", "-q", "--shared", ".", "../borrower"]);
        let borrower = sandbox.home().join("borrower");
        let (ours, all) = compare(&sandbox, &borrower, id_length);
        assert_eq!(ours, all, "from an alternate");
    }
}

#[test]
fn of_too_many_packs_the_smallest_are_left_to_libgit2() {
    let (_, tiny) = small();
    let sandbox = history(&[], 5);
    sandbox.git(&["repack", "-adfq"]);
    let objects = sandbox.path().join(".git/objects");
    for number in 0..OPEN {
        for ending in ["pack", "idx"] {
            let copy = objects.join(format!("pack/pack-{number}.{ending}"));
            std::fs::write(copy, &tiny[ending].1).unwrap();
        }
    }
    let packs = Packs::open(&objects, 20);
    assert_eq!(packs.open.len(), OPEN);
    let largest = packs.open.first().unwrap();
    let head = sandbox.id("HEAD");
    assert!(largest.index.find(&head).is_some(), "the history's own");
}

#[test]
fn an_object_over_the_cap_is_not_unpacked() {
    let sandbox = history(&[], 8);
    sandbox.git(&["repack", "-adfq"]);
    let mut reader = reader(&sandbox.path().join(".git"), 20);
    for (revision, cap) in [("HEAD:a", 100), ("HEAD~4:a", 100), ("HEAD:noise", 2999)] {
        let id = sandbox.id(revision);
        let size = sandbox.git(&["cat-file", "-s", revision]).parse().unwrap();
        let found = reader.read(&id, cap);
        assert!(
            matches!(found, Some(Found::TooLarge(Kind::Blob, told)) if told == size),
            "{revision}"
        );
        assert!(matches!(
            reader.read(&id, size),
            Some(Found::Object(Kind::Blob, _))
        ));
        // Now it is in the cache.
        assert!(matches!(
            reader.read(&id, cap),
            Some(Found::TooLarge(Kind::Blob, _))
        ));
    }
}

#[test]
fn what_large_objects_lead_to_is_not_unpacked_but_told_by_its_size() {
    let sandbox = Sandbox::new();
    // Git tells the smaller by the larger one.
    let text = text(1, 2000);
    sandbox.write("a", text.repeat(3));
    sandbox.commit("large");
    sandbox.write("a", text.repeat(2));
    sandbox.commit("small");
    sandbox.git(&["repack", "-adfq"]);
    let git_dir = sandbox.path().join(".git");
    let (large, small) = (text.len() as u64 * 3, text.len() as u64 * 2);
    let unpacks = |cap| {
        let packs = Arc::new(Packs::open(&git_dir.join("objects"), 20));
        let found = PackReader::new(Arc::clone(&packs)).read(&sandbox.id("HEAD:a"), cap);
        let told = match found {
            Some(Found::TooLarge(Kind::Blob, size)) => Some(size),
            Some(_) => Some(0),
            None => None,
        };
        (told, packs.cache.count())
    };
    assert_eq!(unpacks(small - 1), (Some(small), 0));
    assert_eq!(unpacks(large - 1), (None, 0), "left to libgit2");
    assert_eq!(unpacks(large), (Some(0), 2));
}

#[test]
fn commits_that_others_are_told_by_are_kept() {
    let sandbox = Sandbox::new();
    let message = text(1, 40);
    for number in 0..20 {
        sandbox.commit(&format!("{number}\n\n{message}"));
    }
    sandbox.git(&["repack", "-adfq", "--depth=250"]);
    let ids: Vec<Id> = (0..20)
        .map(|back| sandbox.id(&format!("HEAD~{back}")))
        .collect();
    let packs = Arc::new(Packs::open(&sandbox.path().join(".git/objects"), 20));
    let mut reader = PackReader::new(Arc::clone(&packs));
    for id in &ids {
        assert!(read(&mut reader, id).is_some());
    }
    let kept = packs.cache.count();
    assert!((1..20).contains(&kept), "{kept}");
}

/// The files of the one pack of a small repository, by their ending.
fn small() -> (Sandbox, BTreeMap<String, (PathBuf, Vec<u8>)>) {
    let sandbox = history(&[], 3);
    sandbox.git(&["repack", "-adfq", "--depth=250"]);
    let directory = std::fs::read_dir(sandbox.path().join(".git/objects/pack")).unwrap();
    let files = directory.map(|entry| {
        let path = entry.unwrap().path();
        let ending = path.extension().unwrap().to_str().unwrap().to_owned();
        let content = std::fs::read(&path).unwrap();
        (ending, (path, content))
    });
    let files = files.collect();
    (sandbox, files)
}

/// Damages the pack in many ways: whatever we still read must be what libgit2 reads.
fn damage(ways: impl Iterator<Item = Vec<u8>>) -> usize {
    let (sandbox, files) = small();
    let git_dir = sandbox.path().join(".git");
    let all = ids(&sandbox, &sandbox.path());
    let (path, _) = &files["pack"];
    let mut differ = 0;
    for way in ways {
        // A new file, not a change of one that libgit2 has mapped.
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, way).unwrap();
        let mut reader = reader(&git_dir, 20);
        let judge_repo = libgit2(&git_dir);
        let odb = judge_repo.odb().unwrap();
        for id in &all {
            let Some((_, ours)) = read(&mut reader, id) else {
                differ += 1;
                continue;
            };
            let theirs = odb.read(git2::Oid::from_bytes(id.as_bytes()).unwrap());
            let theirs = theirs.map(|object| object.data().to_vec());
            assert_eq!(theirs.ok(), Some(ours), "{id}");
        }
    }
    differ
}

/// Every so-manieth byte, turned over in one bit.
fn flipped(content: &[u8], step: usize) -> impl Iterator<Item = Vec<u8>> + '_ {
    (0..content.len()).step_by(step).map(|at| {
        let mut damaged = content.to_vec();
        damaged[at] ^= 1 << (at % 8);
        damaged
    })
}

#[test]
fn a_damaged_pack_is_never_misread() {
    let pack = small().1["pack"].1.clone();
    assert!(damage(flipped(&pack, 13)) > 0);
    let short = (0..pack.len()).step_by(97).map(|end| pack[..end].to_vec());
    assert!(damage(short) > 0);
}

#[test]
fn a_damaged_index_answers_nothing_at_all() {
    let (sandbox, files) = small();
    let (path, index) = &files["idx"];
    let head = sandbox.id("HEAD");
    let objects = sandbox.path().join(".git/objects");
    let short = (0..index.len()).step_by(31);
    let short = short.map(|end| index[..end].to_vec());
    for way in flipped(index, 5).chain(short) {
        std::fs::remove_file(path).unwrap();
        std::fs::write(path, way).unwrap();
        let mut reader = PackReader::new(Arc::new(Packs::open(&objects, 20)));
        assert!(
            matches!(reader.read(&head, u64::MAX), Some(Found::Damaged(named)) if named == *path)
        );
    }
}
