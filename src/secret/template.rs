//! Formats written as templates: `glpat-{base64url:20}`, where `{CLASS:N}` is N letters of a class.
//!
//! The build step reads this file too (by `#[path]`), so it uses the standard library only.

/// The classes, as a regular expression writes them without its brackets.
pub(super) const CLASSES: [(&str, &str); 19] = [
    ("upper", "A-Z"),
    ("lower", "a-z"),
    ("alpha", "A-Za-z"),
    ("alnum", "A-Za-z0-9"),
    ("upperalnum", "A-Z0-9"),
    ("loweralnum", "a-z0-9"),
    ("hex", "0-9a-f"),
    ("HEX", "0-9A-F"),
    ("anyhex", "0-9A-Fa-f"),
    ("digits", "0-9"),
    ("base32", "A-Z2-7"),
    ("base64", "A-Za-z0-9+/"),
    ("base64url", "A-Za-z0-9_-"),
    ("word", "A-Za-z0-9_"),
    ("dashed", "A-Za-z0-9-"),
    ("dotted", "A-Za-z0-9._=-"),
    ("printed", "!#-&(-Z^-_a-~"),
    ("padded", "A-Za-z0-9+/_=-"),
    ("BECH32", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"),
];

/// How long an open-ended part may be where it is looked at once. What a match has beyond is
/// taken as well.
const LONGEST: usize = 512;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Template {
    steps: Vec<Step>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    Literal(Vec<u8>),
    Letters {
        class: Class,
        least: usize,
        most: usize,
    },
}

/// A set of ASCII letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Class(u128);

impl Class {
    pub(super) fn holds(self, byte: u8) -> bool {
        byte < 128 && self.0 >> byte & 1 == 1
    }

    fn size(self) -> u32 {
        self.0.count_ones()
    }
}

impl Template {
    /// Reads a template; `None` where it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let mut steps = Vec::new();
        let mut rest = text;
        while let Some(open) = rest.find('{') {
            if open > 0 {
                steps.push(Step::Literal(rest.as_bytes()[..open].to_vec()));
            }
            let (inner, tail) = rest[open + 1..].split_once('}')?;
            let (class, count) = inner.split_once(':')?;
            let (least, most) = counts(count)?;
            let class = self::class(class)?;
            steps.push(Step::Letters { class, least, most });
            rest = tail;
        }
        if !rest.is_empty() {
            steps.push(Step::Literal(rest.as_bytes().to_vec()));
        }
        (!steps.is_empty()).then_some(Self { steps })
    }

    /// Where a match that begins at `start` ends. Each part takes all it can get; none gives back.
    pub(super) fn end(&self, text: &[u8], start: usize) -> Option<usize> {
        let mut at = start;
        for step in &self.steps {
            let rest = text.get(at..)?;
            at += match step {
                Step::Literal(literal) => rest.starts_with(literal).then_some(literal.len())?,
                Step::Letters { class, least, most } => {
                    let letters = rest.iter().take(*most);
                    let run = letters.take_while(|byte| class.holds(**byte)).count();
                    (run >= *least).then_some(run)?
                }
            };
        }
        Some(at)
    }

    /// The class of the last part, which must not go on behind a match.
    pub(super) fn last(&self) -> Option<Class> {
        match self.steps.last()? {
            Step::Literal(_) => None,
            Step::Letters { class, .. } => Some(*class),
        }
    }

    /// How many bytes it begins with literally.
    pub(super) fn lead(&self) -> usize {
        match self.steps.first() {
            Some(Step::Literal(literal)) => literal.len(),
            _ => 0,
        }
    }

    /// Whether the last part may be longer than is looked at.
    pub(super) fn is_open(&self) -> bool {
        matches!(self.steps.last(), Some(Step::Letters { most: LONGEST, .. }))
    }

    /// How many letters at the beginning of `rest`, behind a match, still belong to it.
    pub(super) fn more(&self, rest: &[u8]) -> usize {
        let class = self.last().filter(|_| self.is_open());
        let letters = |class: Class| rest.iter().take_while(|byte| class.holds(**byte)).count();
        class.map_or(0, letters)
    }

    /// How many bits are unknown of the shortest match.
    pub(super) fn bits(&self) -> f64 {
        let bits = self.steps.iter().map(|step| match step {
            Step::Literal(_) => 0.0,
            Step::Letters { class, least, .. } => {
                f64::from(u32::try_from(*least).unwrap_or(u32::MAX))
                    * f64::from(class.size()).log2()
            }
        });
        bits.sum()
    }

    /// Whether a random value would hold a letter of `class`, nearly always.
    pub(super) fn expects(&self, class: Class) -> bool {
        let mut missing = 1.0;
        for step in &self.steps {
            if let Step::Letters {
                class: own, least, ..
            } = step
            {
                let share = f64::from((own.0 & class.0).count_ones()) / f64::from(own.size());
                missing *= (1.0 - share).powf(f64::from(u32::try_from(*least).unwrap_or(u32::MAX)));
            }
        }
        missing < 1e-4
    }
}

/// `20`, `20-40`, or `20+`.
fn counts(text: &str) -> Option<(usize, usize)> {
    let (least, most) = if let Some(least) = text.strip_suffix('+') {
        (least.parse().ok()?, LONGEST)
    } else if let Some((least, most)) = text.split_once('-') {
        (least.parse().ok()?, most.parse().ok()?)
    } else {
        let count = text.parse().ok()?;
        (count, count)
    };
    (least <= most && most <= LONGEST && most > 0).then_some((least, most))
}

fn class(name: &str) -> Option<Class> {
    let letters = CLASSES.iter().find(|(known, _)| *known == name)?.1;
    Some(set(letters.as_bytes()))
}

/// A class as a regular expression writes it.
pub(super) const fn set(mut letters: &[u8]) -> Class {
    let mut bits = 0_u128;
    while let [first, rest @ ..] = letters {
        let (last, rest) = match rest {
            [b'-', last, rest @ ..] => (*last, rest),
            _ => (*first, rest),
        };
        let mut letter = *first;
        while letter <= last {
            bits |= 1 << letter;
            letter += 1;
        }
        letters = rest;
    }
    Class(bits)
}
