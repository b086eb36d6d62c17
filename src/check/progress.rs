//! How far long work is: told to whoever asked for it. The library itself shows nothing.
//!
//! `cli` gives an implementation that draws on a terminal; every other caller gives [`Silent`].

/// Is told how far the work is, and may stop it.
pub trait Progress: Sync {
    /// Work of so many units begins: `commits`, `files`.
    fn begin(&self, total: usize, unit: &'static str);
    /// One unit more is done.
    fn step(&self);
    /// Whether to stop. What is not done is then missing from the report, which nobody may use.
    fn stopped(&self) -> bool;
}

/// Nobody looks.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&self, _total: usize, _unit: &'static str) {}

    fn step(&self) {}

    fn stopped(&self) -> bool {
        false
    }
}
