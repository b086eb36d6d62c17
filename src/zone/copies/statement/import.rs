//! What imports, which every file has: statements that begin with such a word, and their lists.

use std::ops::Range;

use super::word::Word;

/// Lines of the list of one import.
const LIST: u32 = 100;

/// What a statement has of an import.
#[derive(Default)]
pub(super) struct Import {
    /// What its first word begins.
    begins: Option<Word>,
    /// Whether it sets something.
    sets: bool,
    /// Whether a bracket stands in it that a call may have.
    calls: bool,
    /// Whether it ends with a brace that opens.
    pub(super) opens: bool,
}

impl Import {
    /// A word of it.
    pub(super) fn word(&mut self, word: Word) {
        self.begins.get_or_insert(word);
    }

    /// A sign of it.
    pub(super) fn sign(&mut self, byte: u8) {
        self.sets |= byte == b'=';
        self.calls |= byte == b'(';
    }
}

/// The list of an import.
#[derive(Default)]
pub(super) struct List {
    /// Before which line it is open; 0: none is.
    before: u32,
}

impl List {
    /// A bracket: one that closes closes it.
    pub(super) fn sign(&mut self, byte: u8) {
        if matches!(byte, b')' | b'}') {
            self.before = 0;
        }
    }

    /// Whether a statement imports. It stands on these lines, and ends with so many brackets open;
    /// commented it opens no list.
    pub(super) fn holds(
        &mut self,
        import: &Import,
        lines: &Range<u32>,
        depth: u32,
        commented: bool,
    ) -> bool {
        let imports = matches!(import.begins, Some(Word::Import | Word::Package)) && !import.sets;
        // What a package opens is its code, and so is what stands behind a call.
        let opens = depth > 0 || (import.opens && !import.calls);
        if imports && opens && import.begins == Some(Word::Import) && !commented {
            self.before = lines.end.saturating_add(LIST);
        } else if import.sets || import.calls {
            self.before = 0;
        }
        imports || lines.start < self.before
    }
}
