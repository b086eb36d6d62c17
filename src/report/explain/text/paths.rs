//! What an explanation says of paths: their zones, what agents may do there, and what would be found.

use std::fmt::Write as _;

use anstyle::Style as Ansi;

use super::Sheet;
use crate::report::explain::{PathPart, WouldPart, ZonePart};
use crate::report::words::decision_word;
use crate::text::Clean;

/// How many paths that lie in no zone are listed.
const OUTSIDE: usize = 5;

impl Sheet<'_> {
    pub(super) fn paths(&mut self, paths: &[PathPart]) {
        let plain = |path: &&PathPart| path.zones.is_empty() && path.would.is_empty();
        for path in paths.iter().filter(|path| !plain(path)) {
            self.path(path);
        }
        let outside: Vec<&PathPart> = paths.iter().filter(plain).collect();
        for path in outside.iter().take(OUTSIDE) {
            self.title(Ansi::new().bold(), &path_title(path), ": in no zone");
        }
        if outside.len() > OUTSIDE {
            let text = format!("and {} more paths in no zone", outside.len() - OUTSIDE);
            self.page.line("", &text);
        }
        if !outside.is_empty() {
            self.page.out.push('\n');
        }
    }

    pub(super) fn path(&mut self, path: &PathPart) {
        self.title(Ansi::new().bold(), &path_title(path), "");
        if path.zones.is_empty() {
            self.page.line("zone", "none");
        }
        for zone in &path.zones {
            self.zone(zone);
        }
        for would in &path.would {
            self.would(would);
        }
        self.page.out.push('\n');
    }

    fn zone(&mut self, zone: &ZonePart) {
        let class = zone.class.map(|class| format!(" ({class})"));
        let class = class.unwrap_or_default();
        let text = match (&zone.pattern, zone.member) {
            (Some(pattern), true) => format!("{}{class}, by `{pattern}`", zone.name),
            (Some(pattern), false) => format!("not {}{class}: `{pattern}`", zone.name),
            (None, _) if zone.by == "repository" => {
                format!("{}{class}, with the whole repository", zone.name)
            }
            (None, _) if zone.by == "link" => format!("{}{class}, by what it leads to", zone.name),
            (None, _) => {
                let markers: Vec<&str> = zone.markers.iter().map(Clean::as_str).collect();
                format!(
                    "{}{class}, by a marker in its text: {}",
                    zone.name,
                    markers.join(", ")
                )
            }
        };
        self.page.line("zone", &text);
        self.source(zone.policy.as_ref());
        for permission in zone.permissions.iter().filter(|_| zone.member) {
            let agent = permission.agent.as_ref();
            let agent = agent.map_or("agents".to_owned(), ToString::to_string);
            let text = format!("{agent}: {}", permission.permission);
            self.page.line("may", &text);
            match &permission.policy {
                Some(source) => self.source(Some(source)),
                None => self.page.line("", "no policy says otherwise"),
            }
        }
    }

    fn would(&mut self, would: &WouldPart) {
        let who = match would.who.as_str() {
            "*" => "any agent that is not listed".to_owned(),
            "person" => "a person".to_owned(),
            agent => agent.to_owned(),
        };
        let found = would.findings.iter().map(|found| {
            let line = match found.policy.line {
                0 => "the rule's own default".to_owned(),
                line => format!("{}:{line}", found.policy.file),
            };
            let word = decision_word(found.decision);
            format!("{word} by {} ({line})", found.rule)
        });
        let found: Vec<String> = found.collect();
        let text = if found.is_empty() {
            "passes".to_owned()
        } else {
            found.join(", ")
        };
        self.page.line("if", &format!("{who} changed it: {text}"));
    }
}

fn path_title(path: &PathPart) -> String {
    let mut text = format!("path {}", path.path);
    match (path.change, path.exists) {
        (Some(change), _) => {
            let _ = write!(text, " ({change})");
        }
        (None, true) => text.push_str(" (not changed)"),
        (None, false) => text.push_str(" (not there)"),
    }
    if let Some(old) = &path.old_path {
        let _ = write!(text, " (was {old})");
    }
    text
}
