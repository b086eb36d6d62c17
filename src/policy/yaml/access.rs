//! The parts of a list, a map and an enum, as serde asks for them.

use std::slice;

use serde::de::value::{MapDeserializer, StrDeserializer};
use serde::de::{
    DeserializeSeed, EnumAccess, Error as _, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};

use super::de::{Reader, Role};
use super::error::Error;
use super::session::Session;
use super::{Entry, Node};
use crate::text::span::Span;

/// The entries of a map that take part in this round.
pub(super) struct Entries<'n, 's> {
    rest: slice::Iter<'n, Entry>,
    current: Option<&'n Entry>,
    session: &'s Session,
}

impl<'n, 's> Entries<'n, 's> {
    pub(super) fn new(entries: &'n [Entry], session: &'s Session) -> Self {
        Self {
            rest: entries.iter(),
            current: None,
            session,
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let session = self.session;
        let Some(entry) = self.rest.find(|(key, value)| session.is_alive(key, value)) else {
            return Ok(None);
        };
        self.current = Some(entry);
        let reader = Reader {
            node: &entry.0,
            role: Role::Key,
            session,
        };
        session
            .settle(&entry.0, entry.0.span, seed.deserialize(reader))
            .map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some((key, value)) = self.current else {
            return Err(Error::custom("a value was asked before its key"));
        };
        let reader = Reader {
            node: value,
            role: Role::Value(key),
            session: self.session,
        };
        self.session
            .settle(key, value.span, seed.deserialize(reader))
    }
}

/// The items of a list that take part in this round.
pub(super) struct Items<'n, 's> {
    rest: slice::Iter<'n, Node>,
    session: &'s Session,
}

impl<'n, 's> Items<'n, 's> {
    pub(super) fn new(items: &'n [Node], session: &'s Session) -> Self {
        Self {
            rest: items.iter(),
            session,
        }
    }
}

impl<'de> SeqAccess<'de> for Items<'_, '_> {
    type Error = Error;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Error> {
        let session = self.session;
        let Some(node) = self.rest.find(|item| session.is_alive(item, item)) else {
            return Ok(None);
        };
        let reader = Reader {
            node,
            role: Role::Item,
            session,
        };
        session
            .settle(node, node.span, seed.deserialize(reader))
            .map(Some)
    }
}

/// [`crate::text::span::Spanned`] as the map it asks for.
pub(super) enum WithSpan<'n, 's> {
    Value(Reader<'n, 's>),
    Place(Span),
    Done,
}

impl<'de> MapAccess<'de> for WithSpan<'_, '_> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Error> {
        let name = match self {
            Self::Value(_) => "value",
            Self::Place(_) => "span",
            Self::Done => return Ok(None),
        };
        let name: StrDeserializer<'_, Error> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        match std::mem::replace(self, Self::Done) {
            Self::Value(reader) => {
                *self = Self::Place(reader.node.span);
                seed.deserialize(reader)
            }
            Self::Place(span) => {
                let parts = [
                    ("file", u32::from(span.file)),
                    ("start", span.start),
                    ("end", span.end),
                ];
                seed.deserialize(MapDeserializer::new(parts.into_iter()))
            }
            Self::Done => Err(Error::custom("a place has two parts")),
        }
    }
}

/// A word as the variant of an enum.
pub(super) struct Word<'n>(pub(super) &'n str);

impl<'de> EnumAccess<'de> for Word<'_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let word: StrDeserializer<'_, Error> = self.0.into_deserializer();
        Ok((seed.deserialize(word)?, self))
    }
}

impl<'de> VariantAccess<'de> for Word<'_> {
    type Error = Error;

    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, _: T) -> Result<T::Value, Error> {
        Err(Error::custom("only words can be chosen from"))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, _: V) -> Result<V::Value, Error> {
        Err(Error::custom("only words can be chosen from"))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        _: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Error> {
        Err(Error::custom("only words can be chosen from"))
    }
}
