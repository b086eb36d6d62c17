//! Where a path lands: what Windows and macOS make of names that Git keeps as they are.
//!
//! For the deny side only: what a checkout there would put into a zone is treated as being in it.

/// A path as a checkout on Windows would have it: backslashes divide, dots and spaces at the end of a
/// name and what stands behind a colon are gone, `.` and `..` are followed. `None` where it stays as
/// it is, which is found out by one look.
pub fn landing(path: &str) -> Option<String> {
    if !is_odd(path.as_bytes()) {
        return None;
    }
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split(['/', '\\']) {
        match plain_name(part) {
            ".." => {
                parts.pop();
            }
            "" | "." => {}
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// Whether a folded name is one by which Windows or macOS would find Git's own directory.
pub fn is_git_directory(folded: &str) -> bool {
    let name = plain_name(folded);
    name == ".git" || name.strip_prefix("git~").is_some_and(is_number)
}

/// The file of Git's own that some system finds by a folded name.
pub fn names_git_file(folded: &str) -> Option<&'static str> {
    const FILES: [&str; 4] = [".gitmodules", ".gitattributes", ".gitignore", ".lfsconfig"];
    let name = plain_name(folded);
    let is = |file: &&str| {
        name == *file || ShortName::of(name).is_some_and(|short| short.stem == &file[1..7])
    };
    FILES.into_iter().find(is)
}

/// A name without what Windows does not keep: a stream behind a colon, dots and spaces at its end.
pub fn plain_name(name: &str) -> &str {
    let name = name.split(':').next().unwrap_or_default();
    let unspaced = name.trim_end_matches(' ');
    if matches!(unspaced, "." | "..") {
        return unspaced;
    }
    name.trim_end_matches(['.', ' '])
}

fn is_odd(path: &[u8]) -> bool {
    let ends = |at: usize| {
        matches!(
            path.get(at.wrapping_sub(1)),
            None | Some(b'.' | b' ' | b'/')
        )
    };
    memchr::memchr2(b'\\', b':', path).is_some()
        || ends(path.len())
        || memchr::memchr_iter(b'/', path).any(ends)
}

/// A short name such as `CRYPTO~1.C`, which Windows gives to a file beside its own.
#[derive(Clone, Copy, Debug)]
pub struct ShortName<'n> {
    stem: &'n str,
    extension: &'n str,
}

impl<'n> ShortName<'n> {
    /// A folded name, if it can be a short one.
    pub fn of(name: &'n str) -> Option<Self> {
        let (stem, rest) = name.split_once('~')?;
        let (number, extension) = rest.split_once('.').unwrap_or((rest, ""));
        let fits = !stem.is_empty()
            && stem.len() + 1 + number.len() <= 8
            && is_number(number)
            && extension.len() <= 3
            && !stem.contains('.')
            && !extension.contains('.');
        fits.then_some(Self { stem, extension })
    }

    /// Whether a path may hold one.
    pub fn may_be_in(path: &[u8]) -> bool {
        memchr::memchr(b'~', path).is_some()
    }

    /// Whether Windows could have cut its extension from this longer one.
    pub fn is_cut_from_extension(&self, extension: &str) -> bool {
        extension.len() > 3 && self.extension.len() == 3 && extension.starts_with(self.extension)
    }

    /// Whether Windows could give it to a file of that folded name; of a pattern, `name` is what
    /// stands before its first wildcard, and `whole` is false.
    pub fn may_be(&self, name: &str, whole: bool) -> bool {
        let name = name.trim_start_matches('.');
        let (base, extension) = match name.rsplit_once('.') {
            Some(parts) if whole => parts,
            _ => (name, ""),
        };
        let kept = |text: &str| -> String {
            let kept = text.chars().filter(|one| !matches!(one, '.' | ' '));
            kept.map(|one| if "+,;=[]".contains(one) { '_' } else { one })
                .collect()
        };
        let (base, extension) = (kept(base), kept(extension));
        // From the fifth of a kind on, four digits of a checksum stand behind two letters.
        let hashed = self.stem.len() == 6
            && self
                .stem
                .bytes()
                .skip(2)
                .all(|byte| byte.is_ascii_hexdigit())
            && base
                .get(..2)
                .is_some_and(|start| self.stem.starts_with(start));
        let cut = base.starts_with(self.stem) && (self.stem.len() == 6 || self.stem == base);
        let open = !whole && self.stem.starts_with(&base);
        (cut || hashed || open) && (!whole || extension.starts_with(self.extension))
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_lands_where_windows_puts_it() {
        for path in [
            "src\\crypto\\aes.c",
            "src/crypto./aes.c",
            "src/crypto. ./aes.c",
            "src /crypto/aes.c. ",
            "src/crypto/aes.c::$data",
            "src/crypto::$index_allocation/aes.c",
            "./src//crypto/aes.c",
            "docs/../src/crypto/aes.c",
            "docs\\..\\src/crypto/aes.c",
            "../src/crypto/aes.c",
        ] {
            assert_eq!(landing(path).as_deref(), Some("src/crypto/aes.c"), "{path}");
        }
    }

    #[test]
    fn usual_paths_stay() {
        for path in ["src/crypto/aes.c", ".gitignore", "a b/.c/d..e", "a~1"] {
            assert_eq!(landing(path), None, "{path}");
        }
    }

    #[test]
    fn gits_directory_is_known_by_all_its_names() {
        for name in [".git", ".git.", ".git ", ".git::$index_allocation", "git~1"] {
            assert!(is_git_directory(name), "{name}");
        }
        for name in [".gitignore", "git", "git~", ".git2", "git~1.c", "git~a"] {
            assert!(!is_git_directory(name), "{name}");
        }
    }

    #[test]
    fn gits_files_are_known_by_all_their_names() {
        for name in [
            ".gitmodules",
            ".gitmodules.",
            ".gitmodules::$data",
            "gitmod~1",
        ] {
            assert_eq!(names_git_file(name), Some(".gitmodules"), "{name}");
        }
        for name in ["gitmodules", ".gitmodule", "gitmo~1", ".git"] {
            assert_eq!(names_git_file(name), None, "{name}");
        }
    }

    #[test]
    fn a_short_name_is_known_by_what_windows_cuts() {
        for (short, long) in [
            ("crypto~1", "crypto"),
            ("crypto~1", "crypto-export"),
            ("src~1", "src"),
            ("makefi~1", "makefile"),
            ("secret~2.jso", "secrets.json"),
            ("cr1a2b~5", "crypto-export"),
            ("mycryp~1", "my.crypto.files"),
            ("github~1", ".github"),
        ] {
            let known = ShortName::of(short).is_some_and(|name| name.may_be(long, true));
            assert!(known, "{short} {long}");
        }
        for (short, long) in [
            ("crypto~1", "crypt"),
            ("cry~1", "crypto"),
            ("secret~2.txt", "secrets.json"),
            ("other~1", "crypto"),
        ] {
            let known = ShortName::of(short).is_some_and(|name| name.may_be(long, true));
            assert!(!known, "{short} {long}");
        }
        for name in ["backup~", "a~b", "toolong~12", "~1", "a.c~1", "a~1.text"] {
            assert!(ShortName::of(name).is_none(), "{name}");
        }
    }
}
