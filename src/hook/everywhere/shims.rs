//! The files of a folder that `core.hooksPath` names for every repository. Git then looks into no
//! repository's own folder: so there is one for each hook that a repository may have.

use super::super::shim::Shim;

/// Hooks of ours.
pub(in crate::hook) const JUDGED: [Shim; 9] = [
    judged("pre-commit"),
    judged("pre-merge-commit"),
    judged("prepare-commit-msg"),
    judged("commit-msg"),
    judged("post-commit"),
    judged("applypatch-msg"),
    judged("post-applypatch"),
    judged("post-rewrite"),
    judged("pre-push"),
];

/// All others. Not `push-to-checkout`: where it is there, Git leaves its own work to it.
pub(super) const PASSED: [Shim; 17] = [
    passed("pre-applypatch"),
    passed("pre-rebase"),
    passed("post-checkout"),
    passed("post-merge"),
    passed("pre-receive"),
    passed("update"),
    passed("proc-receive"),
    passed("post-receive"),
    passed("post-update"),
    passed("reference-transaction"),
    passed("pre-auto-gc"),
    passed("sendemail-validate"),
    passed("post-index-change"),
    passed("p4-changelist"),
    passed("p4-prepare-changelist"),
    passed("p4-post-changelist"),
    passed("p4-pre-submit"),
];

const fn judged(name: &'static str) -> Shim {
    Shim {
        name,
        text: include_str!("../../../hooks/everywhere/judged"),
    }
}

const fn passed(name: &'static str) -> Shim {
    Shim {
        name,
        text: include_str!("../../../hooks/everywhere/passed"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::HOOKS;
    use super::super::super::shim::Owner;
    use super::*;
    use sha2::{Digest as _, Sha256};
    use std::path::Path;

    #[test]
    fn every_hook_of_ours_is_judged_and_no_other_hook_twice() {
        let names: Vec<_> = JUDGED.iter().map(|shim| shim.name).collect();
        assert_eq!(names, HOOKS);
        assert!(PASSED.iter().all(|shim| !HOOKS.contains(&shim.name)));
    }

    #[test]
    fn each_is_known_again_and_an_edit_too() {
        for shim in JUDGED.iter().chain(&PASSED) {
            let mut text = shim.render(Path::new("/opt/it's/cordon"));
            assert_eq!(shim.owner(&text), Owner::Ours);
            assert!(!text.windows(6).any(|word| word == b"@NAME@"));
            text.extend(b"echo more\n");
            assert_eq!(shim.owner(&text), Owner::Edited);
        }
    }

    #[test]
    fn a_changed_shim_needs_a_new_number() {
        let digest = |shim: &Shim| format!("{:x}", Sha256::digest(shim.text))[..16].to_owned();
        assert_eq!(
            [digest(&JUDGED[0]), digest(&PASSED[0])],
            ["3f39fbb44a81dc4a", "3d0a13ac9c601a66"],
            "raise VERSION and the number in hooks/, then put the new digests here"
        );
    }
}
