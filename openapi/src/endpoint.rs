//! An endpoint is one type. **Invariant: the server mounts, the phone calls and the document
//! describes the same type; there is no second list of paths.**

use std::borrow::Cow;

use serde::{Serialize, de::DeserializeOwned};
use utoipa::{
    ToSchema,
    openapi::{RefOr, path::Parameter, schema::Schema},
};

use crate::{
    access::Access,
    id::Id,
    problem::{Code, Said},
    value::{Cursor, Version},
};

/// The verb of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Method {
    /// Read.
    Get,
    /// What creates nothing of the caller's: signing in, a dry run.
    Post,
    /// Create or decide; may be repeated.
    Put,
    /// Change by JSON Merge Patch.
    Patch,
    /// Take away.
    Delete,
}

impl Method {
    /// The verb in capitals.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

/// A thing sent or answered as JSON.
pub trait Dto: Sized {
    /// How many bytes it may have as a request: a directive with its whole text, unless told.
    const BYTES_AT_MOST: usize = 1 << 20;
    /// A realistic one, for the document.
    fn example() -> Self;
    /// The version of a single resource, for its `ETag`.
    fn version(&self) -> Option<Version> {
        None
    }
    /// The version a change was made from, in place of `If-Match`.
    fn base(&self) -> Option<Version> {
        None
    }
    /// Where a list goes on, for its `Link`.
    fn next(&self) -> Option<&Cursor> {
        None
    }
    /// When it was computed, where it says so: its `ETag` leaves that out, or nothing would ever be
    /// the same again.
    fn computed_at(&self) -> Option<crate::value::Instant> {
        None
    }
}

/// How a body goes over the wire.
pub enum Shape {
    /// There is none.
    Nothing,
    /// JSON with this schema.
    Json {
        /// The schema, or a reference to it.
        schema: Box<RefOr<Schema>>,
        /// The named schemas it needs.
        named: Vec<(String, RefOr<Schema>)>,
        /// A realistic one.
        example: serde_json::Value,
    },
    /// Bytes of one of these media types.
    Bytes {
        /// The media types.
        media: &'static [&'static str],
    },
}

/// Why a body could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unreadable {
    /// Its media type is not taken here; these are.
    Media(&'static [&'static str]),
    /// It is not JSON at all.
    Syntax(String),
    /// It is JSON of another form: where, and why.
    Form {
        /// JSON Pointer.
        pointer: String,
        /// The reason.
        why: Said,
        /// Which kind of error.
        kind: FormError,
    },
}

/// How a part of a body differs from its form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FormError {
    /// Something needed is not there.
    Missing,
    /// Something is there that has no place.
    Unknown,
    /// Something has a wrong type or value.
    Bad,
}

/// The media type and bytes of a body, if there is one.
pub type Written = Result<Option<(Cow<'static, str>, Vec<u8>)>, serde_json::Error>;

/// What an endpoint takes.
pub trait RequestBody: Sized + Send + 'static {
    /// How many bytes it may have.
    const BYTES_AT_MOST: usize;
    /// How it goes over the wire.
    fn shape() -> Shape;
    /// The media type and bytes to send, if any.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    fn write(&self) -> Written;
    /// Reads a request, strictly: unknown fields and unknown codes are errors.
    ///
    /// # Errors
    /// What is wrong, and where.
    fn read(media: Option<&str>, bytes: Vec<u8>) -> Result<Self, Unreadable>;
    /// The version a change was made from, in place of `If-Match`.
    fn base(&self) -> Option<Version> {
        None
    }
}

/// What an endpoint answers.
pub trait Reply: Sized + Send + 'static {
    /// How it goes over the wire.
    fn shape() -> Shape;
    /// The media type and bytes.
    ///
    /// # Errors
    /// When it cannot be written as JSON.
    fn write(&self) -> Written;
    /// Reads an answer, leniently.
    ///
    /// # Errors
    /// When it is of another form.
    fn read(media: Option<&str>, bytes: Vec<u8>) -> Result<Self, serde_json::Error>;
    /// The version of a single resource.
    fn version(&self) -> Option<Version>;
    /// Where a list goes on.
    fn next(&self) -> Option<&Cursor> {
        None
    }
    /// When it was computed, where it says so.
    fn computed_at(&self) -> Option<crate::value::Instant> {
        None
    }
}

/// The media type of JSON.
pub const JSON: &str = "application/json";
/// The media type of a merge patch (RFC 7396); plain JSON is taken for it too.
pub const MERGE_PATCH: &str = "application/merge-patch+json";

/// No body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nothing;

impl RequestBody for Nothing {
    const BYTES_AT_MOST: usize = 1 << 20;
    fn shape() -> Shape {
        Shape::Nothing
    }
    fn write(&self) -> Written {
        Ok(None)
    }
    fn read(_media: Option<&str>, bytes: Vec<u8>) -> Result<Self, Unreadable> {
        if bytes.is_empty() {
            return Ok(Self);
        }
        Err(Unreadable::Form {
            pointer: String::new(),
            why: Said::new("Yêu cầu này không có phần thân.", "This request takes no body."),
            kind: FormError::Bad,
        })
    }
}
impl Reply for Nothing {
    fn shape() -> Shape {
        Shape::Nothing
    }
    fn write(&self) -> Written {
        Ok(None)
    }
    fn read(_media: Option<&str>, _bytes: Vec<u8>) -> Result<Self, serde_json::Error> {
        Ok(Self)
    }
    fn version(&self) -> Option<Version> {
        None
    }
}

/// Bytes that are not JSON: a photo, a sheet, a picture of a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bytes {
    /// The media type, without parameters.
    pub media: String,
    /// The content.
    pub content: Vec<u8>,
}

/// Declares a body of bytes with the media types it may have.
macro_rules! bytes_body {
    ($(#[doc = $doc:literal])+ $name:ident: $($media:literal),+) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(pub $crate::endpoint::Bytes);
        impl $name {
            /// The media types it may have.
            pub const MEDIA: &'static [&'static str] = &[$($media),+];
            fn of(media: Option<&str>, content: Vec<u8>) -> Option<Self> {
                let media = media?.split(';').next()?.trim().to_ascii_lowercase();
                Self::MEDIA.contains(&media.as_str())
                    .then_some(Self($crate::endpoint::Bytes { media, content }))
            }
        }
        impl $crate::endpoint::RequestBody for $name {
            // The largest file, with a little for what encodings add.
            const BYTES_AT_MOST: usize = 10 * (1 << 20) + 1024;
            fn shape() -> $crate::endpoint::Shape {
                $crate::endpoint::Shape::Bytes { media: Self::MEDIA }
            }
            fn write(&self) -> $crate::endpoint::Written {
                Ok(Some((self.0.media.clone().into(), self.0.content.clone())))
            }
            fn read(media: Option<&str>, bytes: Vec<u8>) -> Result<Self, $crate::endpoint::Unreadable> {
                Self::of(media, bytes).ok_or($crate::endpoint::Unreadable::Media(Self::MEDIA))
            }
        }
        impl $crate::endpoint::Reply for $name {
            fn shape() -> $crate::endpoint::Shape {
                $crate::endpoint::Shape::Bytes { media: Self::MEDIA }
            }
            fn write(&self) -> $crate::endpoint::Written {
                Ok(Some((self.0.media.clone().into(), self.0.content.clone())))
            }
            fn read(media: Option<&str>, bytes: Vec<u8>) -> Result<Self, serde_json::Error> {
                let media = media.unwrap_or_default().to_owned();
                Ok(Self($crate::endpoint::Bytes { media, content: bytes }))
            }
            fn version(&self) -> Option<$crate::value::Version> {
                None
            }
        }
    };
}
pub(crate) use bytes_body;

fn json_shape<T: Dto + Serialize + ToSchema>() -> Shape {
    let mut named = Vec::new();
    T::schemas(&mut named);
    let name = T::name().into_owned();
    named.push((name.clone(), T::schema()));
    Shape::Json {
        schema: Box::new(utoipa::openapi::Ref::from_schema_name(name).into()),
        named,
        example: serde_json::to_value(T::example()).unwrap_or_default(),
    }
}

impl<T: Dto + Serialize + DeserializeOwned + ToSchema + Send + 'static> RequestBody for T {
    const BYTES_AT_MOST: usize = T::BYTES_AT_MOST;
    fn shape() -> Shape {
        json_shape::<T>()
    }
    fn write(&self) -> Written {
        Ok(Some((JSON.into(), serde_json::to_vec(self)?)))
    }
    fn read(media: Option<&str>, bytes: Vec<u8>) -> Result<Self, Unreadable> {
        let media = media.and_then(|m| m.split(';').next()).map(|m| m.trim().to_ascii_lowercase());
        match media.as_deref() {
            Some(JSON | MERGE_PATCH) => crate::value::strictly(|| crate::strict::from_json(&bytes)),
            _ => Err(Unreadable::Media(&[JSON, MERGE_PATCH])),
        }
    }
    fn base(&self) -> Option<Version> {
        Dto::base(self)
    }
}
impl<T: Dto + Serialize + DeserializeOwned + ToSchema + Send + 'static> Reply for T {
    fn shape() -> Shape {
        json_shape::<T>()
    }
    fn write(&self) -> Written {
        Ok(Some((JSON.into(), serde_json::to_vec(self)?)))
    }
    fn read(_media: Option<&str>, bytes: Vec<u8>) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(&bytes)
    }
    fn version(&self) -> Option<Version> {
        Dto::version(self)
    }
    fn computed_at(&self) -> Option<crate::value::Instant> {
        Dto::computed_at(self)
    }
    fn next(&self) -> Option<&Cursor> {
        Dto::next(self)
    }
}

/// The identifiers in a path, in their order.
pub trait PathArgs: Sized + Send + 'static {
    /// How many there are.
    const COUNT: usize;
    /// Their schemas.
    fn schemas() -> Vec<RefOr<Schema>>;
    /// From the segments; `None` when one is not of its form, which callers see as absent.
    fn read(segments: &[&str]) -> Option<Self>;
    /// The segments again.
    fn write(&self) -> Vec<String>;
}

impl PathArgs for () {
    const COUNT: usize = 0;
    fn schemas() -> Vec<RefOr<Schema>> {
        Vec::new()
    }
    fn read(segments: &[&str]) -> Option<Self> {
        segments.is_empty().then_some(())
    }
    fn write(&self) -> Vec<String> {
        Vec::new()
    }
}
impl<T: 'static> PathArgs for Id<T> {
    const COUNT: usize = 1;
    fn schemas() -> Vec<RefOr<Schema>> {
        vec![<Self as utoipa::PartialSchema>::schema()]
    }
    fn read(segments: &[&str]) -> Option<Self> {
        match segments {
            [one] => one.parse().ok(),
            _ => None,
        }
    }
    fn write(&self) -> Vec<String> {
        vec![self.to_string()]
    }
}
/// A path segment that is not an id.
macro_rules! path_value {
    ($type:ty) => {
        impl $crate::endpoint::PathArgs for $type {
            const COUNT: usize = 1;
            fn schemas() -> Vec<utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>> {
                vec![<Self as utoipa::PartialSchema>::schema()]
            }
            fn read(segments: &[&str]) -> Option<Self> {
                match segments {
                    [one] => one.parse().ok(),
                    _ => None,
                }
            }
            fn write(&self) -> Vec<String> {
                vec![self.to_string()]
            }
        }
    };
}
path_value!(crate::value::Year);
path_value!(crate::calendar_feeds::CalendarAddress);

impl<A: PathArgs, B: PathArgs> PathArgs for (A, B) {
    const COUNT: usize = A::COUNT + B::COUNT;
    fn schemas() -> Vec<RefOr<Schema>> {
        [A::schemas(), B::schemas()].concat()
    }
    fn read(segments: &[&str]) -> Option<Self> {
        let (first, second) = segments.split_at_checked(A::COUNT)?;
        Some((A::read(first)?, B::read(second)?))
    }
    fn write(&self) -> Vec<String> {
        [self.0.write(), self.1.write()].concat()
    }
}

/// The parameters after the question mark.
pub trait Query: Sized + Send + Serialize + DeserializeOwned + 'static {
    /// Their descriptions.
    fn parameters() -> Vec<Parameter>;
}
/// No parameters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NoQuery {}
impl Query for NoQuery {
    fn parameters() -> Vec<Parameter> {
        Vec::new()
    }
}

/// Declares the query of a list: its filters, with `limit` and `cursor` added.
macro_rules! listing {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            $($(#[$meta])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
            /// How many items the page may hold; 50 unless told.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub limit: Option<$crate::value::Limit>,
            /// The `next` of the page before; the first page without it.
            #[serde(default, skip_serializing_if = "Option::is_none")]
            pub cursor: Option<$crate::value::Cursor>,
        }
        impl $name {
            /// The size of the page.
            #[must_use]
            pub fn limit(&self) -> $crate::value::Limit {
                self.limit.unwrap_or($crate::value::Limit::DEFAULT)
            }
        }
        impl $crate::endpoint::Query for $name {
            fn parameters() -> Vec<utoipa::openapi::path::Parameter> {
                <Self as utoipa::IntoParams>::into_params(|| None)
            }
        }
    };
}
pub(crate) use listing;

/// Declares a query that is not a list's.
macro_rules! query {
    ($(#[doc = $doc:literal])+ $name:ident { $($(#[$meta:meta])* $field:ident: $type:ty,)* }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Default, PartialEq, serde::Serialize, serde::Deserialize, utoipa::IntoParams)]
        #[serde(deny_unknown_fields)]
        #[into_params(parameter_in = Query)]
        pub struct $name {
            $($(#[$meta])* #[serde(default, skip_serializing_if = "Option::is_none")] pub $field: Option<$type>,)*
        }
        impl $crate::endpoint::Query for $name {
            fn parameters() -> Vec<utoipa::openapi::path::Parameter> {
                <Self as utoipa::IntoParams>::into_params(|| None)
            }
        }
    };
}
pub(crate) use query;

/// One endpoint: the server mounts it, the phone calls it, the document describes it.
pub trait Endpoint: 'static {
    /// The identifiers in the path.
    type Path: PathArgs;
    /// The parameters after the question mark.
    type Query: Query;
    /// What it takes.
    type Body: RequestBody;
    /// What it answers.
    type Reply: Reply;
    /// Its name in generated clients, as snake case.
    const NAME: &'static str;
    /// The verb.
    const METHOD: Method;
    /// The address, with the path's identifiers in braces.
    const PATH: &'static str;
    /// The chapter of the document it stands in.
    const TAG: &'static str;
    /// Who may call it.
    const ACCESS: Access;
    /// One line.
    const SUMMARY: &'static str;
    /// What a newcomer needs to know.
    const DESCRIPTION: &'static str;
    /// The statuses of success.
    const ANSWERS: &'static [u16];
    /// Refusals of its own, beyond those every endpoint of its form can give.
    const REFUSES: &'static [Code];
    /// Whether `If-Match` (or `version` in the body) is demanded.
    const VERSIONED: bool;
}

/// Declares endpoints. The first line of documentation is the summary, the rest the description.
macro_rules! endpoints {
    (tag $tag:literal; $(
        #[doc = $summary:literal]
        $(#[doc = $line:literal])*
        $name:ident = $method:ident $path:literal as $operation:literal,
            access: $access:expr,
            $(path: $args:ty,)?
            $(query: $query:ty,)?
            $(body: $body:ty,)?
            $(reply: $reply:ty,)?
            answers: [$($status:literal),+]
            $(, refuses: [$($code:ident),+])?
            $(, versioned: $versioned:literal)?
            ;
    )+) => { $(
        #[doc = $summary]
        $(#[doc = $line])*
        pub struct $name;
        impl $crate::endpoint::Endpoint for $name {
            type Path = $crate::endpoint::or!(() $(, $args)?);
            type Query = $crate::endpoint::or!($crate::endpoint::NoQuery $(, $query)?);
            type Body = $crate::endpoint::or!($crate::endpoint::Nothing $(, $body)?);
            type Reply = $crate::endpoint::or!($crate::endpoint::Nothing $(, $reply)?);
            const NAME: &'static str = $operation;
            const METHOD: $crate::endpoint::Method = $crate::endpoint::Method::$method;
            const PATH: &'static str = $path;
            const TAG: &'static str = $tag;
            const ACCESS: $crate::access::Access = $access;
            const SUMMARY: &'static str = $summary;
            const DESCRIPTION: &'static str = concat!($($line, "\n"),*);
            const ANSWERS: &'static [u16] = &[$($status),+];
            const REFUSES: &'static [$crate::problem::Code] = &[$($($crate::problem::Code::$code),+)?];
            const VERSIONED: bool = $crate::endpoint::or!(@value false $(, $versioned)?);
        }
    )+ };
}
pub(crate) use endpoints;

macro_rules! or {
    (@value $default:expr) => {
        $default
    };
    (@value $default:expr, $given:expr) => {
        $given
    };
    ($default:ty) => {
        $default
    };
    ($default:ty, $given:ty) => {
        $given
    };
}
pub(crate) use or;
