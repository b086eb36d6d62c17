//! How far long work is, on a terminal: a bar that appears after a second and goes away again. It
//! also hears Ctrl-C, so that work ends in order.

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle};

use super::options::Options;
use crate::check::progress::Progress;
use crate::host::Host;

/// Shorter work shows nothing.
const PATIENCE: Duration = Duration::from_secs(1);

/// The bar, drawn or not.
pub(super) struct Bar {
    shape: ProgressBar,
    /// Whether somebody looks.
    wanted: bool,
    drawn: AtomicBool,
    interrupted: Arc<AtomicBool>,
}

impl Bar {
    /// A bar for a person at a terminal; from now on Ctrl-C is heard.
    pub(super) fn new(host: &Host, options: &Options) -> Self {
        let interrupted = Arc::new(AtomicBool::new(false));
        let signal = signal_hook::consts::SIGINT;
        // A second Ctrl-C ends the process at once. Where neither can be set, the first one does.
        let second =
            signal_hook::flag::register_conditional_default(signal, Arc::clone(&interrupted));
        if second.is_ok() {
            let _ = signal_hook::flag::register(signal, Arc::clone(&interrupted));
        }
        let in_ci = host.is_ci();
        let dumb = host.var("TERM").is_none_or(|value| value == "dumb");
        Self {
            shape: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            wanted: host.stderr_is_terminal && !in_ci && !dumb && !options.quiet,
            drawn: AtomicBool::new(false),
            interrupted,
        }
    }

    /// Whether Ctrl-C was pressed.
    pub(super) fn interrupted(&self) -> bool {
        self.interrupted.load(Ordering::Relaxed)
    }

    /// Takes the bar away.
    pub(super) fn finish(&self) {
        self.shape.finish_and_clear();
    }
}

impl Progress for Bar {
    fn begin(&self, total: usize, unit: &'static str) {
        self.shape.set_length(total as u64);
        let template =
            format!("{{bar:30}} {{human_pos}} of {{human_len}} {unit}, {{rate}}, {{eta}} left");
        if let Ok(style) = ProgressStyle::with_template(&template) {
            let rate = |state: &ProgressState, text: &mut dyn Write| {
                // There is nowhere to tell that it failed.
                let _ = write!(text, "{:.0}/s", state.per_sec());
            };
            self.shape
                .set_style(style.progress_chars("=> ").with_key("rate", rate));
        }
    }

    fn step(&self) {
        self.shape.inc(1);
        let waited = || self.shape.elapsed() >= PATIENCE;
        if self.wanted && waited() && !self.drawn.swap(true, Ordering::Relaxed) {
            self.shape.set_draw_target(ProgressDrawTarget::stderr());
        }
    }

    fn stopped(&self) -> bool {
        self.interrupted()
    }
}
