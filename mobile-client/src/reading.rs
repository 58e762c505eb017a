//! How the phone reads JSON as the contract's types. **Invariant: each type is read in one way, from
//! an object with names, whoever wrote it: the server, an older build, or this one.**
//!
//! serde makes a copy of the reading of every type for every format, and a format that takes a list
//! for a struct as well, and tells exactly what did not fit, makes each copy twice as large. The phone
//! carries all of them over a weak signal and shows nobody what did not fit, so it has a format of its
//! own: parsed JSON, without a word of explanation. That took a twelfth off what crosses the air.

use std::fmt;

use serde::{
    Deserializer, de,
    de::{
        DeserializeOwned, IntoDeserializer, Visitor,
        value::{MapAccessDeserializer, MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};
use serde_json::Value;

/// It was not JSON, or not of the form that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unfit;
impl fmt::Display for Unfit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not of the agreed form")
    }
}
impl std::error::Error for Unfit {}
impl de::Error for Unfit {
    fn custom<T: fmt::Display>(_why: T) -> Self {
        Self
    }
}

/// Reads text.
pub fn read<T: DeserializeOwned>(text: &[u8]) -> Result<T, Unfit> {
    fit(&json(text)?)
}
/// Parses text. In this one way: each other, `from_str` among them, brings a parser of its own.
pub fn json(text: &[u8]) -> Result<Value, Unfit> {
    serde_json::from_slice(text).map_err(|_not_json| Unfit)
}
/// Reads what is parsed already.
pub fn fit<T: DeserializeOwned>(value: &Value) -> Result<T, Unfit> {
    T::deserialize(Told(value))
}

/// Parsed JSON, to be read as some type.
#[derive(Clone, Copy)]
struct Told<'a>(&'a Value);

impl<'a> IntoDeserializer<'a, Unfit> for Told<'a> {
    type Deserializer = Self;
    fn into_deserializer(self) -> Self {
        self
    }
}

/// For each kind of number: the question that answers it, and the visit that takes the answer.
macro_rules! numbers {
    ($($kind:ident $as:ident $visit:ident,)+) => {
        $(fn $kind<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
            visitor.$visit(self.0.$as().ok_or(Unfit)?)
        })+
    };
}

impl<'a> Told<'a> {
    fn pairs(self) -> Result<MapDeserializer<'a, impl Iterator<Item = (&'a str, Self)>, Unfit>, Unfit> {
        let pairs = self.0.as_object().ok_or(Unfit)?.iter();
        Ok(MapDeserializer::new(pairs.map(|(name, value)| (name.as_str(), Self(value)))))
    }
}

impl<'de> Deserializer<'de> for Told<'de> {
    type Error = Unfit;

    numbers! {
        deserialize_i8 as_i64 visit_i64,
        deserialize_i16 as_i64 visit_i64,
        deserialize_i32 as_i64 visit_i64,
        deserialize_i64 as_i64 visit_i64,
        deserialize_u8 as_u64 visit_u64,
        deserialize_u16 as_u64 visit_u64,
        deserialize_u32 as_u64 visit_u64,
        deserialize_u64 as_u64 visit_u64,
        deserialize_f32 as_f64 visit_f64,
        deserialize_f64 as_f64 visit_f64,
        deserialize_bool as_bool visit_bool,
        deserialize_str as_str visit_borrowed_str,
        deserialize_string as_str visit_borrowed_str,
        deserialize_identifier as_str visit_borrowed_str,
    }

    /// What has no form of its own: JSON that is kept as it is.
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        match self.0 {
            Value::Null => visitor.visit_unit(),
            Value::Bool(_) => self.deserialize_bool(visitor),
            Value::Number(number) if number.is_u64() => self.deserialize_u64(visitor),
            Value::Number(number) if number.is_i64() => self.deserialize_i64(visitor),
            Value::Number(_) => self.deserialize_f64(visitor),
            Value::String(_) => self.deserialize_str(visitor),
            Value::Array(_) => self.deserialize_seq(visitor),
            Value::Object(_) => self.deserialize_map(visitor),
        }
    }
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_unit()
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        if self.0.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        let things = self.0.as_array().ok_or(Unfit)?.iter();
        visitor.visit_seq(SeqDeserializer::new(things.map(Told)))
    }
    fn deserialize_tuple<V: Visitor<'de>>(self, _len: usize, visitor: V) -> Result<V::Value, Unfit> {
        self.deserialize_seq(visitor)
    }
    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Unfit> {
        visitor.visit_map(self.pairs()?)
    }
    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        self.deserialize_map(visitor)
    }
    /// `{"variant": content}`; every variant of ours has a content.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Unfit> {
        visitor.visit_enum(MapAccessDeserializer::new(self.pairs()?))
    }

    forward_to_deserialize_any! { char bytes byte_buf unit unit_struct tuple_struct }
}

#[cfg(test)]
mod tests {
    use super::*;
    use openapi::{
        assignments::Assignment, endpoint::Dto, ledger::Feed, problem::Problem, reports::Report, sessions::Me,
    };
    use serde::Serialize;

    fn there_and_back<T: Dto + Serialize + DeserializeOwned + PartialEq + std::fmt::Debug>() {
        let text = serde_json::to_vec(&T::example()).unwrap();
        assert_eq!(read(&text), Ok(T::example()));
        assert_eq!(read::<T>(&text).ok(), serde_json::from_slice(&text).ok());
    }

    #[test]
    fn it_reads_as_serde_json_does() {
        there_and_back::<Assignment>();
        there_and_back::<Report>();
        there_and_back::<Me>();
        there_and_back::<Feed>();
        there_and_back::<Problem>();
    }

    #[test]
    fn what_is_not_of_the_form_is_unfit() {
        for odd in ["", "{", "null", "[]", "7", "\"Me\"", "{}", "{\"id\":null}"] {
            assert_eq!(read::<Me>(odd.as_bytes()), Err(Unfit), "{odd}");
        }
    }

    #[test]
    fn what_a_newer_server_adds_is_passed_over() {
        let mut value = serde_json::to_value(Me::example()).unwrap();
        value.as_object_mut().unwrap().insert("new".to_owned(), serde_json::json!([{ "a": 1.5 }]));
        assert_eq!(fit(&value), Ok(Me::example()));
    }
}
