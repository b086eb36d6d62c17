//! Each variable by which a job is known or told is one that its system documents.

use std::collections::BTreeSet;
use std::path::Path;

/// A system's file, the page that tells its variables, and those of them that are read or set here.
struct Documented {
    file: &'static str,
    page: &'static str,
    read: &'static [&'static str],
    /// Set by tests, as the system does, and not read.
    beside: &'static [&'static str],
}

const DOCUMENTED: [Documented; 8] = [
    Documented {
        file: "azure",
        page: "https://learn.microsoft.com/azure/devops/pipelines/build/variables",
        read: &[
            "BUILD_REASON",
            "BUILD_SOURCEBRANCH",
            "BUILD_SOURCEVERSION",
            "SYSTEM_PULLREQUEST_SOURCEBRANCH",
            "SYSTEM_PULLREQUEST_SOURCECOMMITID",
            "SYSTEM_PULLREQUEST_TARGETBRANCH",
            "TF_BUILD",
        ],
        beside: &[],
    },
    Documented {
        file: "bitbucket",
        page: "https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/",
        read: &[
            "BITBUCKET_BRANCH",
            "BITBUCKET_BUILD_NUMBER",
            "BITBUCKET_COMMIT",
            "BITBUCKET_PR_DESTINATION_BRANCH",
            "BITBUCKET_TAG",
        ],
        beside: &["BITBUCKET_PR_DESTINATION_COMMIT", "BITBUCKET_PR_ID"],
    },
    Documented {
        file: "buildkite",
        page: "https://buildkite.com/docs/pipelines/environment-variables",
        read: &[
            "BUILDKITE",
            "BUILDKITE_BRANCH",
            "BUILDKITE_COMMIT",
            "BUILDKITE_PIPELINE_DEFAULT_BRANCH",
            "BUILDKITE_PULL_REQUEST_BASE_BRANCH",
            "BUILDKITE_TAG",
        ],
        beside: &["BUILDKITE_PULL_REQUEST"],
    },
    Documented {
        file: "circleci",
        page: "https://circleci.com/docs/variables/",
        read: &["CIRCLECI", "CIRCLE_BRANCH", "CIRCLE_SHA1", "CIRCLE_TAG"],
        beside: &[],
    },
    Documented {
        file: "github",
        page: "https://docs.github.com/actions/reference/workflows-and-actions/variables",
        read: &[
            "GITHUB_ACTIONS",
            "GITHUB_EVENT_NAME",
            "GITHUB_EVENT_PATH",
            "GITHUB_OUTPUT",
            "GITHUB_REF",
            "GITHUB_SHA",
            "GITHUB_STEP_SUMMARY",
        ],
        beside: &["GITHUB_ACTION_PATH"],
    },
    Documented {
        file: "gitea",
        // Forgejo: https://forgejo.org/docs/latest/user/actions/reference/
        page: "https://docs.gitea.com/usage/actions/actions-variables",
        read: &["FORGEJO_ACTIONS", "GITEA_ACTIONS"],
        beside: &[],
    },
    Documented {
        file: "gitlab",
        page: "https://docs.gitlab.com/ci/variables/predefined_variables/",
        read: &[
            "CI_COMMIT_BEFORE_SHA",
            "CI_COMMIT_BRANCH",
            "CI_COMMIT_SHA",
            "CI_COMMIT_TAG",
            "CI_DEFAULT_BRANCH",
            "CI_MERGE_REQUEST_DESCRIPTION",
            "CI_MERGE_REQUEST_DESCRIPTION_IS_TRUNCATED",
            "CI_MERGE_REQUEST_IID",
            "CI_MERGE_REQUEST_PROJECT_ID",
            "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME",
            "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA",
            "CI_MERGE_REQUEST_SQUASH_ON_MERGE",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME",
            "CI_MERGE_REQUEST_TARGET_BRANCH_SHA",
            "CI_MERGE_REQUEST_TITLE",
            "CI_PIPELINE_SOURCE",
            "CI_PROJECT_ID",
            "GITLAB_CI",
        ],
        beside: &[
            "CI_MERGE_REQUEST_DIFF_BASE_SHA",
            "CI_MERGE_REQUEST_EVENT_TYPE",
            "CI_MERGE_REQUEST_SOURCE_PROJECT_ID",
        ],
    },
    Documented {
        file: "jenkins",
        // CHANGE_*, BRANCH_NAME and TAG_NAME are those of multibranch projects (the plugin branch-api); GIT_* those of the
        // plugin git: https://plugins.jenkins.io/git/
        page: "https://www.jenkins.io/doc/book/pipeline/jenkinsfile/#using-environment-variables",
        read: &[
            "BRANCH_NAME",
            "CHANGE_BRANCH",
            "CHANGE_FORK",
            "CHANGE_TARGET",
            "CHANGE_TITLE",
            "GIT_COMMIT",
            "GIT_PREVIOUS_SUCCESSFUL_COMMIT",
            "JENKINS_URL",
            "TAG_NAME",
        ],
        beside: &["CHANGE_ID"],
    },
];

/// What stands in quotes in a file and looks like a variable's name.
fn names(path: &str) -> BTreeSet<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = std::fs::read_to_string(path).unwrap();
    let plain = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    let quoted = text.split('"').skip(1).step_by(2);
    let named = quoted.filter(|name| name.len() > 4 && name.chars().all(plain));
    named
        .filter(|name| !name.starts_with(|c: char| c.is_ascii_digit()))
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_system_reads_what_it_documents_and_nothing_else() {
    for one in DOCUMENTED {
        let read = names(&format!("src/ci/{}.rs", one.file));
        let known: BTreeSet<String> = one.read.iter().map(|name| (*name).to_owned()).collect();
        assert_eq!(read, known, "{}", one.page);
    }
}

#[test]
fn a_test_sets_what_a_system_sets() {
    let known = |name: &str| {
        let mut all = DOCUMENTED
            .iter()
            .flat_map(|one| one.read.iter().chain(one.beside));
        all.any(|one| *one == name)
    };
    for path in ["other", "gitlab", "forge", "hostile"] {
        for name in names(&format!("tests/ci/{path}.rs")) {
            // Constants of the tests, and what a message names.
            let ours = ["CARGO_MANIFEST_DIR", "GIT_DEPTH"];
            assert!(known(&name) || ours.contains(&&*name), "{path}: {name}");
        }
    }
}
