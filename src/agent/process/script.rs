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
            names: &[
                b"--require",
                b"--import",
                b"--preload",
                b"--loader",
                b"--experimental-loader",
                b"--conditions",
                b"--input-type",
                b"--title",
                b"--cwd",
            ],
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
enum Reading {
    /// The script.
    Script,
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
    fn reads(&self, argument: &BStr) -> Reading {
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

    fn reads_name(&self, option: &[u8]) -> Reading {
        let name = option.split_once_str("=").map_or(option, |(name, _)| name);
        if self.text.names.contains(&name) {
            Reading::Text
        } else if self.valued.names.contains(&option) {
            Reading::SkipNext
        } else {
            Reading::Skip
        }
    }

    /// Letters that may stand together: `-lc`.
    fn reads_letters(&self, letters: &[u8]) -> Reading {
        let mut valued = false;
        for (at, letter) in letters.iter().enumerate() {
            let last = at + 1 == letters.len();
            if self.text.letters.contains(letter) {
                return Reading::Text;
            }
            if self.module == Some(*letter) {
                return if last { Reading::End } else { Reading::Text };
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
