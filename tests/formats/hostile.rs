//! A report full of text that somebody hostile wrote.

use std::ops::Range;

use cordon::finding::{Decision, In, Mode, Stage};
use cordon::report::{
    AgentRow, CommitRow, Counts, EmergencyRow, EvidenceRow, FindingRow, IncompleteRow, LayerRow,
    LineRow, PolicyRow, RangeKind, RangeRow, RefRow, Report, Run, Style, Tool, Verdict, WaiverRow,
    format,
};
use cordon::text::{Clean, Redact};

/// What shall break out of one format or another.
pub(crate) const TEXTS: &[&[u8]] = &[
    b"plain",
    b"::error file=a,line=1::owned",
    b"a\n::stop-commands::x\r\n::add-mask::y",
    b"##[add-mask]z",
    b"%0A::warning::w %25 100%",
    b"a,line=9::b:c",
    b"]]><!--&amp;\"'-->",
    b"<script>alert(1)</script><img src=x onerror=y>",
    b"| a | b |\n| --- | --- |",
    b"`code` **bold** _it_ ~~no~~ [x](https://evil.example) ![y](z)",
    b"@everyone #1 https://evil.example www.evil.example a@evil.example",
    b"\x1b[2J\x1b]0;owned\x07\0\x08",
    "\u{202e}gnp.exe\u{2066}\u{200b}\u{feff}\u{2028}\u{85}".as_bytes(),
    "\u{fffe}\u{ffff}\u{10ffff}\u{1f600}\u{e4}".as_bytes(),
    b"caf\xe9/\xff\xfe",
    br"C:\dir\x41\\x0A",
    b"file:name/../%2e%2e//x?y#z",
    b"{\"json\": [}\\u0000\\",
    b"${{ github.token }} $(id) `id`",
    b"",
];

struct Nothing;

impl Redact for Nothing {
    fn secrets(&self, _text: &[u8]) -> Vec<(Range<usize>, String)> {
        Vec::new()
    }
}

pub(crate) fn clean(text: &[u8]) -> Clean {
    Clean::new(&Nothing, text)
}

/// Every text, and a very long one.
pub(crate) fn texts() -> Vec<Vec<u8>> {
    let all = TEXTS.iter().map(|text| text.to_vec());
    let long = b"long <&|`:,%]]> ".repeat(500);
    all.chain([long]).collect()
}

/// So many findings with a text of this length, of which the last alone blocks.
pub(crate) fn many(count: u32, length: usize) -> Vec<FindingRow> {
    let text = b"x".repeat(length);
    let row = |number| {
        let decision = if number + 1 == count {
            Decision::Blocked
        } else {
            Decision::Audited
        };
        finding(&text, number * 3, "zone-agent", (decision, Mode::Block))
    };
    (0..count).map(row).collect()
}

/// A report that holds each text in each place: as path, message, help, zone, subject and so on.
pub(crate) fn report(texts: &[Vec<u8>]) -> Report {
    let decisions = [
        (Decision::Blocked, Mode::Block),
        (Decision::Warned, Mode::Warn),
        (Decision::Audited, Mode::Audit),
        (Decision::Waived, Mode::Block),
    ];
    let rules = [
        "secret-added",
        "zone-agent",
        "trailer-missing",
        "hidden-text",
    ];
    let numbered = texts.iter().zip(0_u32..);
    let findings: Vec<FindingRow> = numbered
        .map(|(text, number)| {
            let at = number as usize % 4;
            // Not in step with the decisions, so that each rule meets each of them.
            let rule = rules[(number as usize + number as usize / 4) % 4];
            finding(text, number, rule, decisions[at])
        })
        .collect();
    Report {
        schema: "cordon.report/v1",
        tool: Tool {
            name: "cordon",
            version: "0.0.0",
        },
        verdict: Verdict::Fail,
        stage: Stage::Ci,
        as_of: None,
        repository: texts.first().map(|text| clean(text)),
        run: Run {
            actor: Some("claude-code".to_owned()),
            emergency: texts.first().map(|text| emergency(text)),
        },
        range: RangeRow {
            kind: RangeKind::Commits,
            base: Some("a".repeat(40)),
            head: Some("b".repeat(40)),
            commits: texts.len(),
            refs: texts.iter().map(|text| reference(text)).collect(),
            files: None,
        },
        policy: PolicyRow {
            id: texts.last().map(|text| clean(text)),
            version: Some(42),
            layers: texts.iter().map(|text| layer(text)).collect(),
            ..PolicyRow::default()
        },
        commits: texts.iter().zip(0..).map(commit).collect(),
        counts: Counts::of(&findings),
        findings,
        incomplete: texts.iter().map(|text| incomplete(text)).collect(),
        notes: texts.iter().map(|text| clean(text)).collect(),
        tolerated: false,
    }
}

fn commit((text, number): (&Vec<u8>, u32)) -> CommitRow {
    CommitRow {
        id: Some(format!("{number:040x}")),
        subject: Some(clean(text)),
        kind: "assisted",
        account: "unknown",
        assurance: "claimed",
        files: Some(3),
        agents: vec![agent(text)],
    }
}

fn agent(text: &[u8]) -> AgentRow {
    AgentRow {
        id: "claude-code".to_owned(),
        model: Some(clean(text)),
        status: "approved",
        evidence: vec![EvidenceRow {
            kind: "trailer",
            strength: "declared",
            key: Some(clean(text)),
            value: clean(text),
        }],
    }
}

fn emergency(text: &[u8]) -> EmergencyRow {
    EmergencyRow {
        id: clean(text),
        approved_by: vec![clean(text), clean(text)],
        from: "2026-11-26T00:00:00Z".to_owned(),
        until: "2026-11-26T04:00:00Z".to_owned(),
        reason: clean(text),
        ticket: Some(clean(text)),
    }
}

fn reference(text: &[u8]) -> RefRow {
    RefRow {
        name: clean(text),
        base: None,
        head: Some("b".repeat(40)),
    }
}

fn layer(text: &[u8]) -> LayerRow {
    LayerRow {
        name: "org",
        source: clean(text),
        commit: None,
        sha256: "c".repeat(64),
        path: clean(text),
    }
}

/// A finding; of a secret without a number, which is what a file by its name is.
pub(crate) fn finding(
    text: &[u8],
    number: u32,
    rule: &'static str,
    (decision, mode): (Decision, Mode),
) -> FindingRow {
    let in_file = number % 3 != 2;
    let waiver = WaiverRow {
        id: clean(text),
        approved_by: vec![clean(text)],
        expires: "2026-12-20".to_owned(),
        ticket: Some(clean(text)),
    };
    FindingRow {
        rule,
        mode,
        decision,
        commit: number.is_multiple_of(2).then(|| format!("{number:040x}")),
        net: false,
        within: if in_file { In::File } else { In::Message },
        path: in_file.then(|| clean(text)),
        old_path: None,
        line: (!number.is_multiple_of(5)).then_some(number),
        column: Some(1),
        end_line: Some(number + 1),
        agent: Some("claude-code".to_owned()),
        zone: Some(clean(text)),
        detector: (rule == "secret-added").then(|| "aws-access-key-id".to_owned()),
        message: Clean::prose(&Nothing, &String::from_utf8_lossy(text)),
        help: Clean::prose(&Nothing, &String::from_utf8_lossy(text)),
        policy: LineRow {
            file: clean(text),
            line: 3,
        },
        waiver: (decision == Decision::Waived).then_some(waiver),
        // Each one twice.
        fingerprint: format!("{:064x}", number / 2),
    }
}

fn incomplete(text: &[u8]) -> IncompleteRow {
    IncompleteRow {
        code: "missing-object",
        message: clean(text),
        commit: None,
        path: Some(clean(text)),
        reference: Some(clean(text)),
        mend: Some(clean(text)),
    }
}

/// The report in a format, as a file has it but with all that people may ask for.
pub(crate) fn rendered(name: &str, report: &Report) -> String {
    let style = Style {
        width: 80,
        verbose: true,
        ..Style::default()
    };
    format(name).unwrap().render(report, &style)
}
