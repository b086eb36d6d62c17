//! Git's hooks, on a developer's machine and on a server: put in place, taken away, and what each one
//! is told.
//!
//! `cordon install` and `cordon uninstall` call [`install`], [`install_server`] and [`uninstall`]. `cordon hook` reads
//! its call with [`HookCall::parse`], runs the hook that was there before ([`run_previous`]), lets
//! the engine judge, and has [`stamp`] write the trailer. Nothing is judged here.

mod ask;
mod beside;
pub mod doctor;
mod error;
pub mod everywhere;
mod install;
mod interpreter;
mod managed;
mod place;
mod previous;
mod protocol;
mod push_option;
mod shim;
mod stamp;
mod state;
mod told;
mod trailer_block;
mod uninstall;
mod witness;

#[cfg(test)]
mod e2e;
#[cfg(test)]
mod testing;

pub use ask::{Ask, AskError};
pub use doctor::{hooks_path, template_dir};
pub use error::{Error, Result};
pub use install::{Installed, Step, install, install_server, install_template};
pub use managed::{Managed, ManagedError, Pushed, managed};
pub use place::{Configured, HooksDir, Scope, Warning, hooks_dir};
pub use previous::{PREVIOUS_SUFFIX, Previous, RUNNING, Ran, Stdin, Which, run_previous};
pub use protocol::{HookCall, RECEIVING, Rewriter, Source, UsageError, reads_stdin};
pub use push_option::{PushOptionError, PushOptions, push_options};
pub use shim::HOOKS;
pub use stamp::{MessageFile, says_only, stamp};
pub use state::{State, git_state, merging, patch_author, rebase_onto};
pub use told::{Told, Unmade, forget, note_made, note_unmade, what_was_told};
pub use uninstall::{Removed, Undone, uninstall};
pub use witness::{WITNESS, WITNESS_DIR, bear_witness};
