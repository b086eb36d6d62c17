//! What makes a gate run, by path: the one place to add to. Data only.

use super::package;

/// A kind of files.
pub(super) struct Gate {
    /// What such a file does.
    pub(super) does: &'static str,
    /// Its paths, as patterns of the policy without a wildcard but at an end.
    pub(super) paths: &'static [&'static str],
    /// When a change of it counts.
    pub(super) when: When,
}

/// When a change of a file counts.
pub(super) enum When {
    /// Always.
    Always,
    /// If it says this word, before or after.
    Says(&'static str),
    /// If what is taken from its text differs, before and after.
    Differs(fn(&[u8]) -> Vec<String>),
}

/// Every kind. The first that has a path tells.
pub(super) const GATES: &[Gate] = &[
    Gate {
        does: "Git runs it, or a hook manager does, when somebody commits or pushes",
        paths: &[
            "**/.githooks/**",
            "**/.git-hooks/**",
            "**/.git_hooks/**",
            "**/.husky/**",
            "**/.huskyrc",
            "**/.huskyrc.js",
            "**/.huskyrc.json",
            "**/.lefthook/**",
        ],
        when: When::Always,
    },
    Gate {
        does: "it says which hooks run when somebody commits or pushes",
        paths: &[
            "**/lefthook.yml",
            "**/lefthook.yaml",
            "**/lefthook.toml",
            "**/lefthook.json",
            "**/lefthook-local.yml",
            "**/lefthook-local.yaml",
            "**/.lefthook.yml",
            "**/.lefthook.yaml",
            "**/.lefthook.toml",
            "**/.lefthook.json",
            "**/.pre-commit-config.yaml",
            "**/.pre-commit-config.yml",
            "**/prek.toml",
            ".overcommit.yml",
            ".simple-git-hooks.js",
            ".simple-git-hooks.cjs",
            ".simple-git-hooks.json",
            "simple-git-hooks.js",
            "simple-git-hooks.cjs",
            "simple-git-hooks.json",
            "captainhook.json",
        ],
        when: When::Always,
    },
    Gate {
        does: "its scripts and keys say which hooks are installed",
        paths: &["**/package.json"],
        when: When::Differs(package::hooks),
    },
    Gate {
        does: "it calls Cordon in CI",
        paths: &[
            ".github/workflows/**",
            ".github/actions/**",
            ".gitea/workflows/**",
            ".forgejo/workflows/**",
            ".gitlab-ci.yml",
            ".gitlab/ci/**",
            ".gitlab/security-policies/**",
            ".circleci/**",
            ".buildkite/**",
            ".woodpecker/**",
            ".woodpecker.yml",
            ".drone.yml",
            ".travis.yml",
            ".cirrus.yml",
            ".semaphore/**",
            "azure-pipelines.yml",
            "bitbucket-pipelines.yml",
            "**/Jenkinsfile",
        ],
        when: When::Says("cordon"),
    },
    Gate {
        does: "it tells Git how to read, compare and merge files, and which programs to run for that",
        paths: &["**/.gitattributes"],
        when: When::Always,
    },
    Gate {
        does: "it says from where submodules come and where they lie",
        paths: &[".gitmodules"],
        when: When::Always,
    },
    Gate {
        does: "it says from where large files come",
        paths: &[".lfsconfig"],
        when: When::Always,
    },
    Gate {
        does: "who includes it in Git's configuration gets its hooks and programs",
        paths: &["**/.gitconfig"],
        when: When::Always,
    },
    Gate {
        does: "it says who must review what",
        paths: &[
            "CODEOWNERS",
            "docs/CODEOWNERS",
            ".github/CODEOWNERS",
            ".gitlab/CODEOWNERS",
            ".gitea/CODEOWNERS",
            ".forgejo/CODEOWNERS",
            ".bitbucket/CODEOWNERS",
        ],
        when: When::Always,
    },
];
