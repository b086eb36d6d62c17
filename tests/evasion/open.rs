//! Rows that no test meets yet, or that nothing can meet whole: listed by name, never run as met.

/// A row, and why it is here.
pub(crate) struct Open {
    pub(crate) row: u8,
    pub(crate) evasion: &'static str,
    pub(crate) stages: &'static str,
    pub(crate) why: &'static str,
}

macro_rules! open {
    ($($name:ident, $row:literal, $evasion:literal, $stages:literal, $why:literal;)*) => {
        /// All of them, in the order of the rows.
        pub(crate) const OPEN: &[Open] = &[$(Open { row: $row, evasion: $evasion, stages: $stages, why: $why }),*];
        $(
            #[test]
            #[ignore = $why]
            fn $name() {
                panic!($why);
            }
        )*
    };
}

open! {
    row_02_strip_trailers, 2, "Strip the trailers afterwards: amend, rebase, a cleaning tool", "C M",
        "open: needs the ledger of what the hooks saw";
    row_31_split_over_many_changes, 31, "Split over repositories or many small changes", "M",
        "residual: only an inventory over time shows it";
}
