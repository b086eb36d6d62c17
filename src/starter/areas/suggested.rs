//! Kinds of files that only a person can judge: their names promise more than they hold. Data only.

use super::Area;

/// In the order in which a policy suggests them.
pub(super) const SUGGESTED: &[Area] = &[
    Area {
        zone: "payments",
        class: "pci",
        why: "Card data.",
        adds_to: None,
        drawn: false,
        patterns: &[],
        folders: &["billing", "checkout", "payment", "payments"],
        files: &["billing", "payment", "payments"],
    },
    Area {
        zone: "personal-data",
        class: "pii",
        why: "Personal data.",
        adds_to: None,
        drawn: false,
        patterns: &[],
        folders: &["customers", "gdpr", "patients", "personal-data", "pii"],
        files: &["gdpr", "pii"],
    },
    Area {
        zone: "access",
        class: "custom",
        why: "Who may do what.",
        adds_to: None,
        drawn: false,
        patterns: &[],
        folders: &[
            "acl",
            "auth",
            "authentication",
            "authorization",
            "authn",
            "authz",
            "iam",
            "login",
            "oauth",
            "permissions",
            "rbac",
        ],
        files: &[
            "acl",
            "auth",
            "authentication",
            "authorization",
            "oauth",
            "permissions",
            "rbac",
        ],
    },
    Area {
        zone: "packages",
        class: "build",
        why: "Package files: what they name is fetched and runs. Every update of a dependency changes them.",
        adds_to: None,
        drawn: false,
        patterns: &[
            "**/package.json",
            "**/pyproject.toml",
            "**/Cargo.toml",
            "**/go.mod",
            "**/Gemfile",
        ],
        folders: &[],
        files: &[],
    },
];
