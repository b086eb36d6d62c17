//! GitHub Actions, and those that speak its language.

mod approved;
mod emergency;
mod fetch;
mod group;
mod merged;
mod push;
mod request;
mod shown;
mod state;
mod text;
mod unclear;

use crate::forge::{DEPTHS, Depth, Forge, Job};
use crate::support::Report;

/// With leave to fetch, what is judged does not hang on how much of the history a checkout has; without, it is judged
/// where all is there, and is no pass where not.
fn at_every_depth(forge: &Forge, branch: &str, job: &Job) -> Report {
    let mut reports = Vec::new();
    for depth in DEPTHS {
        forge.checkout(branch, depth);
        let report = forge.report(job, &[]);
        if depth == Depth::Full {
            assert!(report.codes().is_empty(), "{:#}", report.json);
            reports.push(report);
        } else if !report.codes().is_empty() {
            let mends = report.json["incomplete"].as_array().unwrap().iter();
            assert!(
                mends.clone().all(|row| row["mend"].is_string()),
                "{:#}",
                report.json
            );
        }
        forge.checkout(branch, depth);
        reports.push(forge.report(job, &["--fetch"]));
    }
    let first = reports[0].json.to_string();
    for other in &reports[1..] {
        assert_eq!(first, other.json.to_string());
    }
    reports.remove(0)
}
