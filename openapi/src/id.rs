//! Identifiers. **Invariant: an id is made once, by whoever is first to know the thing (usually the
//! phone), and never changes; holding an [`Id`] means the text was a well-formed UUIDv7.**

use std::{cmp::Ordering, fmt, hash::Hash, hash::Hasher, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::openapi::{ObjectBuilder, RefOr, SchemaFormat, schema::Schema};

const LENGTH: usize = 36;

/// The identifier of a `T`: a UUIDv7 (RFC 9562), written in lower case with hyphens.
///
/// Kept as its 36 characters, because that is what JSON, SQL and logs carry.
pub struct Id<T> {
    text: [u8; LENGTH],
    of: PhantomData<fn() -> T>,
}

/// The text was not a UUID of version 7.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotAnId;

impl fmt::Display for NotAnId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("expected a UUID of version 7, in lower case with hyphens")
    }
}
impl std::error::Error for NotAnId {}

impl<T> Id<T> {
    /// The shape of the text, as a regular expression of JSON Schema.
    pub const PATTERN: &'static str = "^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$";

    /// An id from a moment (milliseconds since 1970) and 74 bits of chance.
    #[must_use]
    pub fn new(unix_ms: u64, chance: [u8; 10]) -> Self {
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(unix_ms, &chance).into_uuid())
    }

    fn from_uuid(uuid: uuid::Uuid) -> Self {
        let mut text = [0; LENGTH];
        uuid.hyphenated().encode_lower(&mut text);
        Self { text, of: PhantomData }
    }

    /// The 36 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// The same identifier, said of another kind of thing: for tables and feeds that hold ids of
    /// several kinds beside a word that tells which.
    #[must_use]
    pub const fn cast<U>(self) -> Id<U> {
        Id { text: self.text, of: PhantomData }
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.text.cmp(&other.text)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<T> FromStr for Id<T> {
    type Err = NotAnId;
    fn from_str(text: &str) -> Result<Self, NotAnId> {
        let uuid = uuid::Uuid::try_parse(text).map_err(|_bad| NotAnId)?;
        let id = Self::from_uuid(uuid);
        let known = uuid.get_version_num() == 7 && uuid.get_variant() == uuid::Variant::RFC4122;
        // One spelling only: two texts for one id would be two keys in a cache or a log.
        if known && id.as_str() == text { Ok(id) } else { Err(NotAnId) }
    }
}

impl<T> Serialize for Id<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
impl<'de, T> Deserialize<'de> for Id<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl<T> utoipa::PartialSchema for Id<T> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(utoipa::openapi::Type::String)
            .format(Some(SchemaFormat::Custom("uuid".to_owned())))
            .pattern(Some(Self::PATTERN))
            .min_length(Some(LENGTH))
            .max_length(Some(LENGTH))
            .description(Some("A UUIDv7 made by whoever is first to know the thing."))
            .examples([serde_json::json!("01980000-0000-7000-8000-000000000001")])
            .into()
    }
}
impl<T> utoipa::ToSchema for Id<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }
}

#[cfg(feature = "sql")]
mod sql {
    use super::Id;
    use diesel::{
        backend::Backend,
        deserialize::{self, FromSql},
        serialize::{self, Output, ToSql},
        sql_types::Text,
    };

    // `#[derive(AsExpression)]` cannot be used on a type with a phantom parameter; these are the
    // impls it would write.
    impl<T, DB: Backend> ToSql<Text, DB> for Id<T>
    where
        str: ToSql<Text, DB>,
    {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            self.as_str().to_sql(out)
        }
    }
    impl<T, DB: Backend> FromSql<Text, DB> for Id<T>
    where
        String: FromSql<Text, DB>,
    {
        fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
            Ok(String::from_sql(bytes)?.parse()?)
        }
    }
    impl<T: 'static, DB: Backend> diesel::Queryable<Text, DB> for Id<T>
    where
        String: FromSql<Text, DB>,
    {
        type Row = Self;
        fn build(row: Self) -> deserialize::Result<Self> {
            Ok(row)
        }
    }
    impl<T> diesel::expression::AsExpression<Text> for Id<T> {
        type Expression = diesel::internal::derives::as_expression::Bound<Text, Self>;
        fn as_expression(self) -> Self::Expression {
            Self::Expression::new(self)
        }
    }
    impl<'e, T> diesel::expression::AsExpression<Text> for &'e Id<T> {
        type Expression = diesel::internal::derives::as_expression::Bound<Text, &'e Id<T>>;
        fn as_expression(self) -> Self::Expression {
            Self::Expression::new(self)
        }
    }
    impl<T> diesel::expression::AsExpression<diesel::sql_types::Nullable<Text>> for Id<T> {
        type Expression =
            diesel::internal::derives::as_expression::Bound<diesel::sql_types::Nullable<Text>, Self>;
        fn as_expression(self) -> Self::Expression {
            Self::Expression::new(self)
        }
    }
    impl<'e, T> diesel::expression::AsExpression<diesel::sql_types::Nullable<Text>> for &'e Id<T> {
        type Expression =
            diesel::internal::derives::as_expression::Bound<diesel::sql_types::Nullable<Text>, &'e Id<T>>;
        fn as_expression(self) -> Self::Expression {
            Self::Expression::new(self)
        }
    }
    impl<T, DB: Backend> ToSql<diesel::sql_types::Nullable<Text>, DB> for Id<T>
    where
        str: ToSql<Text, DB>,
    {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            <Self as ToSql<Text, DB>>::to_sql(self, out)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id = Id::<()>::new(1_700_000_000_000, [7; 10]);
        assert_eq!(id.as_str().parse(), Ok(id));
        assert_eq!(id.as_str().to_uppercase().parse::<Id<()>>(), Err(NotAnId));
        assert_eq!(id.as_str().replace('-', "").parse::<Id<()>>(), Err(NotAnId));
    }

    #[test]
    fn other_versions_are_refused() {
        assert_eq!("00000000-0000-0000-0000-000000000000".parse::<Id<()>>(), Err(NotAnId));
        assert_eq!("4f2b6c1e-5a35-4c3e-9d6f-0a4f6e2b1c11".parse::<Id<()>>(), Err(NotAnId));
    }
}
