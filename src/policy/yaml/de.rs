//! serde's deserializer over a tree. What each kind of value may be written as is decided here.

use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;

use super::access::{Entries, Items, WithSpan, Word};
use super::error::{Error, suggestion};
use super::session::Session;
use super::{Entry, Node, NodeKind, Problem, is_whole, shorten};
use crate::text::span::{SPANNED, Span};

/// What a node is to the one above it.
#[derive(Clone, Copy)]
pub(super) enum Role<'n> {
    Root,
    Key,
    /// The value of this key.
    Value(&'n Node),
    Item,
}

#[derive(Clone, Copy)]
pub(super) struct Reader<'n, 's> {
    pub(super) node: &'n Node,
    pub(super) role: Role<'n>,
    pub(super) session: &'s Session,
}

impl<'n> Reader<'n, '_> {
    fn fault(&self, message: String) -> Error {
        Error::at(self.node.span, message)
    }

    fn no_value(&self) -> Error {
        match self.role {
            Role::Value(key) => {
                let name = shorten(key.text().unwrap_or_default());
                Error::at(key.span, format!("`{name}` has no value"))
            }
            Role::Root | Role::Key | Role::Item => {
                self.fault("this list entry has no value".to_owned())
            }
        }
    }

    fn expected(&self, what: &str) -> Error {
        let found = match &self.node.kind {
            _ if self.node.is_null() => return self.no_value(),
            NodeKind::Scalar { text, plain: true } => format!("`{}`", shorten(text)),
            NodeKind::Scalar { text, .. } => format!("the text \"{}\"", shorten(text)),
            NodeKind::Seq(_) => "a list".to_owned(),
            NodeKind::Map(_) => "a map".to_owned(),
        };
        self.fault(format!("expected {what}, found {found}"))
    }

    fn plain(&self) -> Option<&'n str> {
        match &self.node.kind {
            NodeKind::Scalar { text, plain: true } => Some(text),
            _ => None,
        }
    }

    fn text(&self) -> Result<&'n str, Error> {
        let key = matches!(self.role, Role::Key);
        match self.node.text() {
            Some(text) if key || !self.node.is_null() => Ok(text),
            _ => Err(self.expected("text")),
        }
    }

    fn whole<T: TryFrom<i128>>(&self, low: i128, high: i128) -> Result<T, Error> {
        let text = self
            .plain()
            .filter(|text| is_whole(text))
            .ok_or_else(|| self.expected("a whole number"))?;
        text.parse()
            .ok()
            .and_then(|number: i128| T::try_from(number).ok())
            .ok_or_else(|| {
                if low == 0 && !text.starts_with('-') {
                    self.expected(&format!("a number up to {high}"))
                } else {
                    self.expected(&format!("a number from {low} to {high}"))
                }
            })
    }

    fn decimal(&self) -> Result<f64, Error> {
        let is_decimal = |text: &&str| {
            let (whole, part) = text.split_once('.').unwrap_or((*text, "0"));
            (is_whole(whole) || whole == "-0")
                && !part.is_empty()
                && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        self.plain()
            .filter(is_decimal)
            .and_then(|text| text.parse().ok())
            .ok_or_else(|| self.expected("a number"))
    }

    fn entries(&self) -> Result<&'n [Entry], Error> {
        match &self.node.kind {
            NodeKind::Map(entries) => Ok(entries),
            _ => Err(self.expected("a map")),
        }
    }

    fn items(&self) -> Result<&'n [Node], Error> {
        match &self.node.kind {
            NodeKind::Seq(items) => Ok(items),
            _ => Err(self.expected("a list")),
        }
    }

    /// Where it is told that a key is missing: the name of the map, else its first key.
    fn head(&self) -> Span {
        match (self.role, &self.node.kind) {
            (Role::Value(key), _) => key.span,
            (_, NodeKind::Map(entries)) => entries.first().map_or(self.node.span, |e| e.0.span),
            _ => self.node.span,
        }
    }

    fn note_unknown(&self, entries: &'n [Entry], fields: &'static [&'static str]) {
        for (key, value) in entries {
            let name = key.text().unwrap_or_default();
            if fields.contains(&name) || !self.session.is_alive(key, value) {
                continue;
            }
            if self.session.is_exhausted() {
                return;
            }
            self.session.kill(key);
            let problem = Problem::error(key.span, format!("unknown key `{}`", shorten(name)));
            self.session
                .note(problem.hint(Some(suggestion(name, fields, "the keys here are"))));
        }
    }
}

macro_rules! whole_numbers {
    ($($deserialize:ident $visit:ident $number:ty,)*) => {$(
        fn $deserialize<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
            let (low, high) = (i128::from(<$number>::MIN), i128::from(<$number>::MAX));
            visitor.$visit(self.whole(low, high)?).map_err(|e: Error| e.or_at(self.node.span))
        }
    )*};
}

impl<'de> Deserializer<'de> for Reader<'_, '_> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match &self.node.kind {
            NodeKind::Scalar { text, plain: true } if matches!(text.as_str(), "true" | "false") => {
                self.deserialize_bool(visitor)
            }
            NodeKind::Scalar { text, plain: true } if is_whole(text) => {
                self.deserialize_i64(visitor)
            }
            NodeKind::Scalar { .. } => self.deserialize_str(visitor),
            NodeKind::Seq(_) => self.deserialize_seq(visitor),
            NodeKind::Map(_) => self.deserialize_map(visitor),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let value = match self.plain() {
            Some("true") => true,
            Some("false") => false,
            _ => return Err(self.expected("`true` or `false`")),
        };
        visitor.visit_bool(value)
    }

    forward_to_deserialize_any! {
        i128 u128 f32 char bytes byte_buf unit_struct tuple tuple_struct
    }

    whole_numbers! {
        deserialize_i8 visit_i8 i8, deserialize_i16 visit_i16 i16,
        deserialize_i32 visit_i32 i32, deserialize_i64 visit_i64 i64,
        deserialize_u8 visit_u8 u8, deserialize_u16 visit_u16 u16,
        deserialize_u32 visit_u32 u32, deserialize_u64 visit_u64 u64,
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_f64(self.decimal()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor
            .visit_str(self.text()?)
            .map_err(|e: Error| e.or_at(self.node.span))
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        // Nothing given is not nothing said: the value's own type refuses it.
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Error> {
        Err(self.fault("nothing can be written here".to_owned()))
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let items = Items::new(self.items()?, self.session);
        visitor.visit_seq(items).map_err(|e| e.or_at(self.head()))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        let entries = Entries::new(self.entries()?, self.session);
        visitor.visit_map(entries).map_err(|e| e.or_at(self.head()))
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        if name == SPANNED {
            return visitor.visit_map(WithSpan::Value(self));
        }
        let entries = self.entries()?;
        self.note_unknown(entries, fields);
        visitor
            .visit_map(Entries::new(entries, self.session))
            .map_err(|error| {
                // It is there, so it is missing only because it was left out.
                let left_out = error
                    .missing()
                    .is_some_and(|name| entries.iter().any(|entry| entry.0.text() == Some(name)));
                error.or_at(self.head()).consequence(left_out)
            })
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor
            .visit_enum(Word(self.text()?))
            .map_err(|e| e.or_at(self.node.span))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_unit()
    }
}
