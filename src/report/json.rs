//! `json`: the report itself, `cordon.report/v1`.

use super::{Format, Report, Style};

/// The contract that every other format is derived from.
pub(super) struct Json;

impl Format for Json {
    fn name(&self) -> &'static str {
        "json"
    }

    fn is_json(&self) -> bool {
        true
    }

    fn render(&self, report: &Report, _style: &Style) -> String {
        // The rows are strings, numbers and booleans: writing them as JSON cannot fail.
        let mut text = serde_json::to_string_pretty(report).unwrap_or_default();
        text.push('\n');
        text
    }
}
