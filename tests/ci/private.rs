//! A private repository: `origin` answers nobody without a token, and the checkout keeps none.

use crate::action::{Ran, run};
use crate::forge::{Depth, Forge, Job, ZEROS, github, pull_request, pushed};
use crate::web::{SHOWN, TOKEN, Web, configure};
use crate::workflow;

/// A pull request that must fail, its checkout, and the server.
fn requested(depth: Depth) -> (Forge, Job, Web) {
    let forge = Forge::new();
    forge.keep("feature", "refs/pull/7/head");
    forge.checkout("feature", depth);
    let web = Web::serve(&forge);
    let payload = pull_request(
        ("main", &forge.id("main")),
        ("feature", &forge.id("feature")),
    );
    let job = github("pull_request", ZEROS, "refs/pull/7/merge", payload)
        .with("GITHUB_SERVER_URL", &web.address);
    (forge, job, web)
}

fn blocks(ran: &Ran) {
    assert_eq!(ran.said.code, 1, "{:?}", ran.said);
    assert!(ran.said.stdout.contains("zone-agent"), "{:?}", ran.said);
}

#[test]
fn the_action_asks_the_repository_with_the_jobs_token() {
    for depth in [Depth::One, Depth::Full] {
        let (forge, job, web) = requested(depth);
        blocks(&run(&forge, &job, &[]));
        let (requests, let_in) = web.asked();
        assert!(requests > 0 && requests == let_in, "{requests} {let_in}");
        // One of one's own, and what the checkout has kept: a server refuses who comes with two.
        let key = format!("http.{}/.extraheader", web.address);
        configure(&forge, &[&key, &format!("AUTHORIZATION: basic {SHOWN}")]);
        blocks(&run(&forge, &job, &[("token", TOKEN)]));
        blocks(&run(&forge, &job, &[("token", "")]));
    }
}

#[test]
fn a_push_is_judged_too() {
    let (forge, _, web) = requested(Depth::Full);
    let (before, after) = (forge.id("main~1"), forge.id("main"));
    forge.checkout("main", Depth::Full);
    let remote = format!("{}/remote.git", web.address);
    configure(&forge, &["remote.origin.url", &remote]);
    let payload = pushed("refs/heads/main", &before, &after);
    let job =
        github("push", &after, "refs/heads/main", payload).with("GITHUB_SERVER_URL", &web.address);
    let ran = run(&forge, &job, &[]);
    assert_eq!(ran.said.code, 0, "{:?}", ran.said);
    let ran = run(&forge, &job, &[("token", "")]);
    assert_eq!(ran.said.code, 2, "{:?}", ran.said);
}

#[test]
fn a_token_that_is_none_is_no_verdict_and_depth_is_not_what_mends_it() {
    let (forge, job, web) = requested(Depth::Full);
    for token in ["", "ghs_of-another"] {
        let ran = run(&forge, &job, &[("token", token)]);
        assert_eq!((ran.said.code, &*ran.outputs["verdict"]), (2, "incomplete"));
        let told = &ran.said.stdout;
        assert!(told.contains("contents: read"), "{told}");
        assert!(!told.contains("fetch-depth"), "{told}");
        assert!(
            !told.contains(TOKEN) && !told.contains("of-another"),
            "{told}"
        );
    }
    assert_eq!(web.asked().1, 0);
    // One that is not there is another matter.
    let gone = format!("file://{}", forge.dev.outside("gone.git").display());
    configure(&forge, &["remote.origin.url", &gone]);
    let told = run(&forge, &job, &[]).said.stdout;
    assert!(told.contains("fetch-depth: 0"), "{told}");
}

#[test]
fn another_server_does_not_get_the_token() {
    let (forge, job, web) = requested(Depth::Full);
    let other = Web::serve(&forge);
    let ran = run(&forge, &job, &[]);
    assert_eq!(ran.said.code, 2, "{:?}", ran.said);
    let (requests, let_in) = other.asked();
    assert!(requests > 0 && let_in == 0, "{requests} {let_in}");
    assert_eq!(web.asked(), (0, 0));
}

#[test]
fn without_the_action_the_page_hands_the_token_over() {
    let (forge, job, web) = requested(Depth::One);
    let report = forge.report(&job, &["--fetch"]);
    assert_eq!(report.codes(), ["unfetched"]);
    let page = workflow::file("docs/github.md");
    let (_, section) = page.split_once("\n## Without the action\n").unwrap();
    let block = section.split("\n```yaml\n").nth(2).unwrap();
    let steps = workflow::parsed(block.split("```").next().unwrap());
    assert_eq!(web.asked().1, 0);
    let (code, told) = workflow::run(&forge, &steps, "feature", &job);
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("zone-agent"), "{told}");
    assert!(!told.contains(TOKEN) && !told.contains(SHOWN), "{told}");
    let (requests, let_in) = web.asked();
    assert!(requests > 0 && requests == let_in, "{requests} {let_in}");
}

#[test]
fn what_an_earlier_job_left_in_the_checkout_is_gone_by_the_step_of_the_page() {
    let steps = workflow::documented("## Runners of your own", "yaml");
    let steps = workflow::parsed(&steps);
    let forge = Forge::new();
    forge.checkout("feature", Depth::One);
    configure(&forge, &["url.file:///elsewhere.insteadOf", "file:///"]);
    let folder = forge.dev.outside("checkout");
    let job = Job::default().with("GITHUB_WORKSPACE", folder.to_str().unwrap());
    let (code, told) = workflow::run(&forge, &steps, "feature", &job);
    assert_eq!(code, 0, "{told}");
    assert_eq!(std::fs::read_dir(folder).unwrap().count(), 0);
}
