//! The log of a CI job: systems obey lines of it, and what stands in ours comes from commits.

use std::path::PathBuf;

use crate::report::{Format, Report};

/// What a job's system reads besides the log itself.
#[derive(Default)]
pub(super) struct Log {
    /// The format of lines that it obeys, printed at the end.
    pub(super) annotations: Option<&'static dyn Format>,
    /// The file to which a summary in Markdown is added.
    pub(super) summary: Option<PathBuf>,
    /// The file to which the step's outputs are added.
    pub(super) outputs: Option<PathBuf>,
    /// The directories whose files are the change's, as real paths.
    pub(super) checkout: Vec<PathBuf>,
}

/// What a later step may ask of a run. No value holds foreign text.
pub(super) fn outputs(report: &Report, code: u8) -> String {
    let counts = &report.counts;
    let id = |id: &Option<String>| id.clone().unwrap_or_default();
    format!(
        "verdict={}\nexit-code={code}\nfindings={}\nblocked={}\nwarned={}\nbase={}\nhead={}\n",
        report.verdict.word(),
        counts.detected,
        counts.blocked,
        counts.warned,
        id(&report.range.base),
        id(&report.range.head),
    )
}

/// Text of which no system takes a line for a command: GitHub and those like it obey `::name` at the start of a line and `##[name]`
/// anywhere, Azure `##vso[name]` anywhere, TeamCity `##teamcity[name]`.
///
/// In JSON the second sign becomes an escape of the same meaning; there foreign text stands in strings alone.
pub(super) fn inert(text: &str, json: bool) -> String {
    let hash = if json { "#\\u0023" } else { "#\\x23" };
    let text = text.replace("##", hash);
    let mut out = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let rest = line.trim_start();
        if let (false, Some(after)) = (json, rest.strip_prefix("::")) {
            out.push_str(&line[..line.len() - rest.len()]);
            out.push_str("\\x3a:");
            out.push_str(after);
        } else {
            out.push_str(line);
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::inert;

    #[test]
    fn what_a_system_would_obey_is_text() {
        let text =
            "::error::x\n  ::set-env name=A::b\na ##[add-mask]b ##vso[x] ###[y]\nplain: a::b # c\n";
        let told = "\\x3a:error::x\n  \\x3a:set-env name=A::b\na #\\x23[add-mask]b #\\x23vso[x] #\\x23#[y]\nplain: a::b # c\n";
        assert_eq!(inert(text, false), told);
        assert_eq!(
            inert("{\"a\": \"##[b]\"}\n", true),
            "{\"a\": \"#\\u0023[b]\"}\n"
        );
    }

    proptest! {
        #[test]
        fn no_line_is_a_command(text in "([:# \\t\\r\\n\\[a]|::|##|##\\[)*") {
            let told = inert(&text, false);
            prop_assert!(!told.contains("##"), "{told:?}");
            prop_assert!(told.lines().all(|line| !line.trim_start().starts_with("::")), "{told:?}");
        }
    }
}
