//! A command that is asked line by line.

use std::io::{BufRead as _, BufReader, PipeReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::ChildStdin;
use std::time::Duration;

use crate::git::{Error, Id, Result};

/// Bytes of a line.
const LINE: u64 = 1 << 16;

/// How often, and how long each time, its end is waited for.
const GRACE: u32 = 200;
const STEP: Duration = Duration::from_millis(5);

/// Bytes that are read at once.
const BUFFER: usize = 1 << 16;

/// A running command. It ends with this value.
pub(super) struct Child {
    process: std::process::Child,
    to: ChildStdin,
    from: BufReader<PipeReader>,
}

impl Child {
    pub(super) fn new(mut process: std::process::Child, from: PipeReader) -> Result<Self> {
        let Some(to) = process.stdin.take() else {
            let _ = process.kill();
            let _ = process.wait();
            return Err(Error::Unreadable("git has no standard input".to_owned()));
        };
        Ok(Self {
            process,
            to,
            from: BufReader::with_capacity(BUFFER, from),
        })
    }

    /// Asks about an object. That it is gone shows in its answer.
    pub(super) fn ask(&mut self, id: &Id) {
        let _ = self.to.write_all(format!("{id}\n").as_bytes());
    }

    /// The next line without its end; `None` where there is none, or none that ends in time.
    pub(super) fn line(&mut self) -> Option<Vec<u8>> {
        let mut line = Vec::new();
        let mut from = (&mut self.from).take(LINE);
        from.read_until(b'\n', &mut line).ok()?;
        line.pop_if(|byte| *byte == b'\n').map(|_| line)
    }

    /// So many bytes and the end of line behind them; `None` where there are less.
    pub(super) fn bytes(&mut self, size: u64) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let mut from = (&mut self.from).take(size.checked_add(1)?);
        from.read_to_end(&mut bytes).ok()?;
        let end = bytes.pop_if(|byte| *byte == b'\n');
        end.filter(|_| bytes.len() as u64 == size).map(|_| bytes)
    }

    /// The signal that ended it, if one did: for one that closed its output, or ought to have. Of one that
    /// goes on nothing is said.
    pub(super) fn signal(&mut self) -> Option<i32> {
        for _ in 0..GRACE {
            match self.process.try_wait() {
                Ok(Some(status)) => return status.signal(),
                Ok(None) => std::thread::sleep(STEP),
                Err(_) => return None,
            }
        }
        None
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // One that has ended cannot be stopped, which is as good.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
