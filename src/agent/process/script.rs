//! Which script an interpreter runs, by its own reading of its arguments.

use bstr::{BStr, ByteSlice as _};

/// A program that runs others' texts.
struct Interpreter {
    /// Its names, without the number of a version.
    names: &'static [&'static [u8]],
    /// The options that bring the text itself, so that there is no script.
    text: Options,
    /// The options whose value may be the next argument.
    valued: Options,
    /// The option that names a module in the place of a script.
    module: Option<u8>,
    /// Words before the script that say to run it.
    words: &'static [&'static [u8]],
    /// Words that bring the text itself.
    texts: &'static [&'static [u8]],
}

/// Options of one letter, and by their names.
struct Options {
    letters: &'static [u8],
    names: &'static [&'static [u8]],
}

const NONE: &[&[u8]] = &[];

/// What takes a value of Node's options, up to version 24, and of Bun's: whatever is not here has none, or behind a `=`.
const NODE_VALUED: &[&[u8]] = &[
    b"--allow-fs-read",
    b"--allow-fs-write",
    b"--build-sea",
    b"--build-snapshot-config",
    b"--conditions",
    b"--config",
    b"--cpu-prof-dir",
    b"--cpu-prof-interval",
    b"--cpu-prof-name",
    b"--cwd",
    b"--debug-port",
    b"--diagnostic-dir",
    b"--disable-proto",
    b"--disable-warning",
    b"--dns-result-order",
    b"--env-file",
    b"--env-file-if-exists",
    b"--experimental-config-file",
    b"--experimental-default-type",
    b"--experimental-loader",
    b"--experimental-policy",
    b"--experimental-sea-config",
    b"--heap-prof-dir",
    b"--heap-prof-interval",
    b"--heap-prof-name",
    b"--heapsnapshot-near-heap-limit",
    b"--heapsnapshot-signal",
    b"--icu-data-dir",
    b"--import",
    b"--input-type",
    b"--inspect-port",
    b"--inspect-publish-uid",
    b"--loader",
    b"--localstorage-file",
    b"--max-http-header-size",
    b"--network-family-autoselection-attempt-timeout",
    b"--openssl-config",
    b"--policy-integrity",
    b"--preload",
    b"--redirect-warnings",
    b"--report-dir",
    b"--report-directory",
    b"--report-filename",
    b"--report-signal",
    b"--require",
    b"--secure-heap",
    b"--secure-heap-min",
    b"--snapshot-blob",
    b"--test-concurrency",
    b"--test-coverage-branches",
    b"--test-coverage-exclude",
    b"--test-coverage-functions",
    b"--test-coverage-include",
    b"--test-coverage-lines",
    b"--test-global-setup",
    b"--test-isolation",
    b"--test-name-pattern",
    b"--test-reporter",
    b"--test-reporter-destination",
    b"--test-shard",
    b"--test-skip-pattern",
    b"--test-timeout",
    b"--title",
    b"--tls-cipher-list",
    b"--tls-keylog",
    b"--trace-event-categories",
    b"--trace-event-file-pattern",
    b"--trace-require-module",
    b"--tsconfig-override",
    b"--unhandled-rejections",
    b"--use-largepages",
    b"--v8-pool-size",
    b"--watch-kill-signal",
    b"--watch-path",
];

const INTERPRETERS: [Interpreter; 5] = [
    Interpreter {
        names: &[b"sh", b"bash", b"dash", b"zsh"],
        text: Options {
            // `-s` reads standard input.
            letters: b"cs",
            names: NONE,
        },
        valued: Options {
            letters: b"oO",
            names: &[b"--rcfile", b"--init-file"],
        },
        module: None,
        words: NONE,
        texts: NONE,
    },
    Interpreter {
        names: &[b"python"],
        text: Options {
            letters: b"c",
            names: NONE,
        },
        valued: Options {
            letters: b"WXQ",
            names: &[b"--check-hash-based-pycs"],
        },
        module: Some(b'm'),
        words: NONE,
        texts: NONE,
    },
    Interpreter {
        names: &[b"ruby"],
        text: Options {
            letters: b"e",
            names: NONE,
        },
        valued: Options {
            letters: b"rICE",
            names: &[b"--encoding", b"--external-encoding"],
        },
        module: None,
        words: NONE,
        texts: NONE,
    },
    Interpreter {
        names: &[b"node", b"nodejs", b"bun"],
        text: Options {
            letters: b"ep",
            names: &[b"--eval", b"--print"],
        },
        valued: Options {
            letters: b"rC",
            names: NODE_VALUED,
        },
        module: None,
        words: &[b"run"],
        texts: &[b"exec"],
    },
    Interpreter {
        names: &[b"deno"],
        text: Options {
            letters: b"",
            names: NONE,
        },
        valued: Options {
            letters: b"c",
            names: &[b"--config", b"--import-map", b"--preload"],
        },
        module: None,
        words: &[b"run"],
        texts: &[b"eval"],
    },
];

/// The script that a program of this name, or of that one, runs by these arguments; `None` where it is no interpreter, or
/// runs no script.
pub(super) fn script<'a>(
    names: [&BStr; 2],
    mut arguments: impl Iterator<Item = &'a BStr>,
) -> Option<&'a BStr> {
    let own = names.iter().find_map(|name| interpreter(name))?;
    while let Some(argument) = arguments.next() {
        match own.reads(argument) {
            Reading::Script => return Some(argument),
            Reading::Module(module) => return Some(module),
            Reading::Text => return None,
            Reading::Skip => {}
            Reading::SkipNext => {
                arguments.next();
            }
            Reading::End => return arguments.next(),
        }
    }
    None
}

fn interpreter(name: &BStr) -> Option<&'static Interpreter> {
    let bare = name.trim_end_with(|letter| letter.is_ascii_digit() || letter == '.');
    let mut all = INTERPRETERS.iter();
    all.find(|one| one.names.contains(&bare))
}

/// What an argument is.
enum Reading<'a> {
    /// The script.
    Script,
    /// The option that names a module, with it: this.
    Module(&'a BStr),
    /// What brings the text itself: no other argument is a script.
    Text,
    /// An option.
    Skip,
    /// An option whose value is the next argument.
    SkipNext,
    /// What ends the options: the next argument is the script, or a module.
    End,
}

impl Interpreter {
    fn reads<'a>(&self, argument: &'a BStr) -> Reading<'a> {
        let word = argument.as_bytes();
        if argument == "-" && !self.is_shell() {
            // The text comes by standard input.
            return Reading::Text;
        }
        if argument == "--" || argument == "-" {
            return Reading::End;
        }
        if argument.starts_with(b"--") {
            return self.reads_name(word);
        }
        let letters = word.strip_prefix(b"-").or(word.strip_prefix(b"+"));
        if let Some(letters) = letters {
            return self.reads_letters(letters);
        }
        if self.texts.contains(&word) {
            Reading::Text
        } else if self.words.contains(&word) {
            Reading::Skip
        } else {
            Reading::Script
        }
    }

    fn reads_name(&self, option: &[u8]) -> Reading<'static> {
        // Node takes `--env_file` for `--env-file`.
        let option = option.replace("_", "-");
        let name = option
            .split_once_str("=")
            .map_or(&*option, |(name, _)| name);
        if self.text.names.contains(&name) {
            Reading::Text
        } else if self.valued.names.contains(&&*option) {
            Reading::SkipNext
        } else {
            Reading::Skip
        }
    }

    /// Letters that may stand together: `-lc`.
    fn reads_letters<'a>(&self, letters: &'a [u8]) -> Reading<'a> {
        let mut valued = false;
        for (at, letter) in letters.iter().enumerate() {
            let last = at + 1 == letters.len();
            if self.text.letters.contains(letter) {
                return Reading::Text;
            }
            if self.module == Some(*letter) {
                let module = &letters[at + 1..];
                return if last {
                    Reading::End
                } else {
                    Reading::Module(module.as_bstr())
                };
            }
            if self.valued.letters.contains(letter) {
                valued = true;
                // A shell takes the value from the next argument, wherever the letter stands; others, what is joined to it.
                if !self.is_shell() && !last {
                    return Reading::Skip;
                }
            }
        }
        if valued {
            Reading::SkipNext
        } else {
            Reading::Skip
        }
    }

    fn is_shell(&self) -> bool {
        self.names.contains(&b"sh".as_slice())
    }
}
