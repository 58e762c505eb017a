//! Values: texts with a length, codes with a fixed list, moments, pages. **Invariant: holding a value
//! means it is within its bounds; the bounds in its schema are the ones it was checked against.**

use std::cell::Cell;

use chrono::{DateTime, NaiveDateTime, SubsecRound, Timelike, Utc};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        KnownFormat, ObjectBuilder, Ref, RefOr, SchemaFormat, Type,
        schema::{ArrayBuilder, OneOfBuilder, Schema},
    },
};

thread_local! {
    static STRICT: Cell<bool> = const { Cell::new(false) };
}

/// Reads with codes taken strictly: a code that is not in the list is an error.
///
/// A server reads requests so. A phone reads replies without it, so that a code invented by a newer
/// server becomes `Unknown` instead of failing the whole reply.
pub fn strictly<R>(read: impl FnOnce() -> R) -> R {
    let before = STRICT.replace(true);
    let read = read();
    STRICT.set(before);
    read
}

/// Whether codes are being read strictly just now.
#[must_use]
pub fn is_strict() -> bool {
    STRICT.get()
}

pub use crate::problem::Said as NotAValue;

/// Text of one line, with something other than space in it: no control characters.
pub const ONE_LINE: &str = r"^[^\u0000-\u001F\u007F]*[^\u0000-\u001F\u007F\s][^\u0000-\u001F\u007F]*$";
/// Text of many lines, with something other than space in it: no control characters but tab and new line.
pub const MANY_LINES: &str = r"^[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*[^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F\s][^\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F]*$";

/// Checks a text against a pattern of this module and a length in characters.
///
/// # Errors
/// What is wrong, in plain words.
pub fn check_text(text: &str, min: usize, max: usize, lines: bool) -> Result<(), NotAValue> {
    let length = text.chars().count();
    if length < min || length > max {
        return Err(NotAValue::new(
            format!("Độ dài {length} ký tự, cần từ {min} đến {max}."),
            format!("The length is {length} characters; between {min} and {max} are allowed."),
        ));
    }
    let odd = |c: char| c.is_ascii_control() && !(lines && matches!(c, '\t' | '\n' | '\r'));
    if text.chars().any(odd) {
        return Err(NotAValue::new(
            "Có ký tự điều khiển không được phép.",
            "Control characters are not allowed.",
        ));
    }
    if min > 0 && text.chars().all(char::is_whitespace) {
        return Err(NotAValue::new("Không được để trống.", "Must not be blank."));
    }
    Ok(())
}

/// Declares a text type with its bounds.
///
/// `text_value! { /// what it is  Name: one_line 1..=300, example "…" }`
macro_rules! text_value {
    ($(#[doc = $doc:literal])+ $name:ident: one_line $min:literal..=$max:literal, example $example:literal) => {
        $crate::value::text_value! { @with $(#[doc = $doc])+ $name, $min, $max, $crate::value::ONE_LINE,
            |text: &str| $crate::value::check_text(text, $min, $max, false), $example }
    };
    ($(#[doc = $doc:literal])+ $name:ident: many_lines $min:literal..=$max:literal, example $example:literal) => {
        $crate::value::text_value! { @with $(#[doc = $doc])+ $name, $min, $max, $crate::value::MANY_LINES,
            |text: &str| $crate::value::check_text(text, $min, $max, true), $example }
    };
    ($(#[doc = $doc:literal])+ $name:ident: matching $pattern:literal $min:literal..=$max:literal, by $check:expr, example $example:literal) => {
        $crate::value::text_value! { @with $(#[doc = $doc])+ $name, $min, $max, $pattern, |text: &str| {
            let length = text.chars().count();
            let fits: fn(&str) -> bool = $check;
            if ($min..=$max).contains(&length) && fits(text) { Ok(()) } else {
                Err($crate::value::NotAValue::new(
                    concat!("Không đúng dạng; ví dụ đúng: ", $example),
                    concat!("Not of the expected form; for example: ", $example),
                ))
            }
        }, $example }
    };
    (@with $(#[doc = $doc:literal])+ $name:ident, $min:literal, $max:literal, $pattern:expr, $check:expr, $example:literal) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[cfg_attr(feature = "sql", derive(diesel::AsExpression, diesel::FromSqlRow))]
        #[cfg_attr(feature = "sql", diesel(sql_type = diesel::sql_types::Text))]
        pub struct $name(String);

        impl $name {
            /// The longest allowed, in characters.
            pub const MAX: usize = $max;
            /// The text as typed.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }
        impl TryFrom<String> for $name {
            type Error = $crate::value::NotAValue;
            fn try_from(text: String) -> Result<Self, Self::Error> {
                let check: fn(&str) -> Result<(), $crate::value::NotAValue> = $check;
                check(&text)?;
                Ok(Self(text))
            }
        }
        impl TryFrom<&str> for $name {
            type Error = $crate::value::NotAValue;
            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::try_from(text.to_owned())
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::value::NotAValue;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::try_from(text.to_owned())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = String::deserialize(deserializer)?;
                Self::try_from(text).map_err(serde::de::Error::custom)
            }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .pattern(Some($pattern))
                    .min_length(Some($min))
                    .max_length(Some($max))
                    .description(Some(concat!($($doc, "\n"),+).trim()))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
        impl $crate::endpoint::Dto for $name {
            fn example() -> Self {
                Self($example.to_owned())
            }
        }
        #[cfg(feature = "sql")]
        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.as_str().to_sql(out)
            }
        }
        #[cfg(feature = "sql")]
        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                // What is stored was checked when it came in; bounds may have been narrowed since.
                Ok(Self(String::from_sql(bytes)?))
            }
        }
    };
}
pub(crate) use text_value;

/// Declares a list of codes: what goes over the wire, and how people say it in Vietnamese and English.
macro_rules! codes {
    ($(#[doc = $doc:literal])+ $name:ident { $( $(#[doc = $vdoc:literal])* $variant:ident = $code:literal, $vi:literal, $en:literal; )+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "sql", derive(diesel::AsExpression, diesel::FromSqlRow))]
        #[cfg_attr(feature = "sql", diesel(sql_type = diesel::sql_types::Text))]
        pub enum $name {
            $( $(#[doc = $vdoc])* #[doc = concat!("`", $code, "`: ", $vi)] $variant, )+
            /// A code of a newer server, that this build does not know. Never sent, never stored.
            Unknown,
        }
        impl $name {
            /// Every code, in the order people list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// The code as sent and stored.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ Self::Unknown => "unknown" }
            }
            /// How people say it in Vietnamese.
            #[must_use]
            pub const fn vi(self) -> &'static str {
                match self { $(Self::$variant => $vi,)+ Self::Unknown => "khác" }
            }
            /// How people say it in English.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $(Self::$variant => $en,)+ Self::Unknown => "other" }
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::value::NotAValue;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($code => Ok(Self::$variant),)+
                    _ => Err($crate::value::NotAValue::new(
                        concat!("Mã không có trong danh sách: ", $($code, " "),+),
                        concat!("Not one of the codes: ", $($code, " "),+),
                    )),
                }
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
                match text.parse() {
                    Ok(code) => Ok(code),
                    Err(bad) if $crate::value::is_strict() => Err(serde::de::Error::custom(bad)),
                    Err(_) => Ok(Self::Unknown),
                }
            }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::String)
                    .enum_values(Some([$($code),+]))
                    .description(Some(concat!(concat!($($doc, "\n"),+), "\n" $(, "- `", $code, "`: ", $en, " (", $vi, ")\n")+).trim()))
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
        #[cfg(feature = "sql")]
        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Text, DB> for $name
        where
            str: diesel::serialize::ToSql<diesel::sql_types::Text, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.as_str().to_sql(out)
            }
        }
        #[cfg(feature = "sql")]
        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Text, DB> for $name
        where
            String: diesel::deserialize::FromSql<diesel::sql_types::Text, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok(String::from_sql(bytes)?.parse()?)
            }
        }
    };
}
pub(crate) use codes;

/// Declares a whole number with bounds.
macro_rules! number_value {
    ($(#[doc = $doc:literal])+ $name:ident: $min:literal..=$max:literal, example $example:literal) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
        #[cfg_attr(feature = "sql", derive(diesel::AsExpression, diesel::FromSqlRow))]
        #[cfg_attr(feature = "sql", diesel(sql_type = diesel::sql_types::Integer))]
        pub struct $name(i32);
        impl $name {
            /// The number.
            #[must_use]
            pub const fn get(self) -> i32 {
                self.0
            }
        }
        impl TryFrom<i64> for $name {
            type Error = $crate::value::NotAValue;
            fn try_from(number: i64) -> Result<Self, Self::Error> {
                match i32::try_from(number) {
                    Ok(small) if ($min..=$max).contains(&small) => Ok(Self(small)),
                    _ => Err($crate::value::NotAValue::new(
                        format!("{number} không nằm trong khoảng từ {} đến {}.", $min, $max),
                        format!("{number} is not between {} and {}.", $min, $max),
                    )),
                }
            }
        }
        impl std::str::FromStr for $name {
            type Err = $crate::value::NotAValue;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                let number: i64 = text.parse().map_err(|bad: std::num::ParseIntError| {
                    $crate::value::NotAValue::new("Cần một số nguyên.", bad.to_string())
                })?;
                Self::try_from(number)
            }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = i64::deserialize(deserializer)?;
                Self::try_from(number).map_err(serde::de::Error::custom)
            }
        }
        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::Type::Integer)
                    .format(Some(utoipa::openapi::SchemaFormat::KnownFormat(
                        utoipa::openapi::KnownFormat::Int32,
                    )))
                    .minimum(Some($min))
                    .maximum(Some($max))
                    .description(Some(concat!($($doc, "\n"),+).trim()))
                    .examples([serde_json::json!($example)])
                    .into()
            }
        }
        impl utoipa::ToSchema for $name {
            fn name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }
        }
        impl $crate::endpoint::Dto for $name {
            fn example() -> Self {
                Self($example)
            }
        }
        #[cfg(feature = "sql")]
        impl<DB: diesel::backend::Backend> diesel::serialize::ToSql<diesel::sql_types::Integer, DB> for $name
        where
            i32: diesel::serialize::ToSql<diesel::sql_types::Integer, DB>,
        {
            fn to_sql<'b>(
                &'b self,
                out: &mut diesel::serialize::Output<'b, '_, DB>,
            ) -> diesel::serialize::Result {
                self.0.to_sql(out)
            }
        }
        #[cfg(feature = "sql")]
        impl<DB: diesel::backend::Backend> diesel::deserialize::FromSql<diesel::sql_types::Integer, DB> for $name
        where
            i32: diesel::deserialize::FromSql<diesel::sql_types::Integer, DB>,
        {
            fn from_sql(bytes: DB::RawValue<'_>) -> diesel::deserialize::Result<Self> {
                Ok(Self(i32::from_sql(bytes)?))
            }
        }
    };
}
pub(crate) use number_value;

text_value! {
    /// A name of a person, unit or device, as typed.
    Name: one_line 1..=200, example "Thôn Đồng Sim"
}
text_value! {
    /// A title or a heading, as typed.
    Title: one_line 1..=1000, example "Kết luận hội nghị Ban Thường vụ tháng 11"
}
text_value! {
    /// A short phrase of one line: a number, a symbol, a code, a label.
    Phrase: one_line 1..=200, example "15-KL/ĐU"
}
text_value! {
    /// A few sentences: a reason, an answer, the words of a report.
    Note: many_lines 1..=4000, example "Mưa lớn, đường vào thôn ngập, xin lùi một tuần."
}
text_value! {
    /// The body of a document, as typed or pasted; up to a hundred thousand characters.
    Body: many_lines 1..=100000, example "Sau khi nghe báo cáo, Ban Thường vụ kết luận như sau: …"
}
text_value! {
    /// What people type to search: matched without marks and without regard to case.
    Query: one_line 1..=200, example "phuong nui"
}

text_value! {
    /// A Vietnamese phone number, written from 0 or from +84.
    Phone: matching r"^(0|\+84)[1-9][0-9]{7,9}$" 9..=13, by |text| {
        let rest = text.strip_prefix("+84").or_else(|| text.strip_prefix('0')).unwrap_or("");
        (8..=10).contains(&rest.len()) && !rest.starts_with('0') && rest.bytes().all(|b| b.is_ascii_digit())
    }, example "0912345678"
}
impl Phone {
    /// The same number however it was written: from 0.
    #[must_use]
    pub fn canonical(&self) -> Self {
        Self(self.0.strip_prefix("+84").map_or_else(|| self.0.clone(), |rest| format!("0{rest}")))
    }
}
text_value! {
    /// A user name: lower-case letters, digits, dot, hyphen and underscore, starting with a letter.
    UserName: matching r"^[a-z][a-z0-9._-]{2,39}$" 3..=40, by |text| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-'))
    }, example "van.phong"
}
text_value! {
    /// The short name of an organisation: lower-case letters, digits and hyphens.
    Slug: matching r"^[a-z][a-z0-9-]{1,39}$" 2..=40, by |text| {
        text.starts_with(|c: char| c.is_ascii_lowercase())
            && text.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
    }, example "xa-suoi-mo"
}
text_value! {
    /// SHA-256 of a file's content, in lower-case hexadecimal.
    Sha256: matching r"^[0-9a-f]{64}$" 64..=64, by |text| {
        text.bytes().all(|b| matches!(b, b'a'..=b'f' | b'0'..=b'9'))
    }, example "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}
text_value! {
    /// A secret made by the server: letters, digits, hyphen, underscore and dot.
    Token: matching r"^[A-Za-z0-9._-]+$" 16..=1000, by |text| {
        text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.'))
    }, example "Zk3v0Xb9Qm1sT7uYw5aEdR2c"
}
text_value! {
    /// A name of a time zone in the IANA database.
    ZoneName: matching r"^[A-Za-z]+(/[A-Za-z0-9_+-]+){0,2}$" 3..=40, by |text| {
        text.starts_with(|c: char| c.is_ascii_alphabetic())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'_' | b'+' | b'-'))
    }, example "Asia/Ho_Chi_Minh"
}

number_value! {
    /// How far the work has come, in whole percent.
    Percent: 0..=100, example 60
}
number_value! {
    /// The version of a resource: 1 when made, one more with every change.
    Version: 1..=2000000000, example 3
}
impl Version {
    /// The version of what has just been made.
    pub const FIRST: Self = Self(1);
    /// The version after one more change.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}
number_value! {
    /// How many.
    Count: 0..=2000000000, example 12
}
impl Default for Count {
    fn default() -> Self {
        Self::of(0)
    }
}
impl Count {
    /// From a count of rows; the bounds hold it.
    #[must_use]
    pub fn of(rows: i64) -> Self {
        Self(i32::try_from(rows.clamp(0, 2_000_000_000)).unwrap_or(0))
    }
}
number_value! {
    /// A number of days.
    Days: 0..=100000, example 3
}
impl Days {
    /// From a difference of dates; the bounds hold it.
    #[must_use]
    pub fn of(days: i64) -> Self {
        Self(i32::try_from(days.clamp(0, 100_000)).unwrap_or(0))
    }
}
number_value! {
    /// A place in an order.
    Position: 0..=1000000, example 1
}
number_value! {
    /// A calendar year.
    Year: 2000..=2100, example 2026
}
number_value! {
    /// How many items a page may hold; 50 unless told.
    Limit: 1..=200, example 50
}
impl Limit {
    /// The size of a page when none is asked for.
    pub const DEFAULT: Self = Self(50);
}

/// An amount of work: houses, kilometres, meetings. Three decimals are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "sql", derive(diesel::AsExpression, diesel::FromSqlRow))]
#[cfg_attr(feature = "sql", diesel(sql_type = diesel::sql_types::BigInt))]
pub struct Quantity {
    thousandths: i64,
}
impl Quantity {
    const MAX: i64 = 1_000_000_000;
    /// A whole amount, within bounds.
    #[must_use]
    pub fn whole(amount: u32) -> Self {
        Self { thousandths: i64::from(amount).min(Self::MAX) * 1000 }
    }
    /// In thousandths, exactly as stored.
    #[must_use]
    pub const fn thousandths(self) -> i64 {
        self.thousandths
    }
}
impl std::fmt::Display for Quantity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (whole, rest) = (self.thousandths / 1000, self.thousandths % 1000);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        f.write_str(format!("{whole}.{rest:03}").trim_end_matches('0'))
    }
}
impl std::str::FromStr for Quantity {
    type Err = NotAValue;
    fn from_str(text: &str) -> Result<Self, NotAValue> {
        let bad = || {
            NotAValue::new(
                "Cần một số từ 0 đến 1 000 000 000.",
                "A number from 0 to 1,000,000,000 is needed.",
            )
        };
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || whole.len() > 10 || !digits(whole) || !digits(rest) {
            return Err(bad());
        }
        let kept: String = rest.chars().chain("000".chars()).take(3).collect();
        let whole: i64 = whole.parse().map_err(|_not| bad())?;
        let kept: i64 = kept.parse().map_err(|_not| bad())?;
        if whole > Self::MAX || (whole == Self::MAX && kept > 0) {
            return Err(bad());
        }
        Ok(Self { thousandths: whole * 1000 + kept })
    }
}
impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.thousandths % 1000 == 0 {
            return serializer.serialize_i64(self.thousandths / 1000);
        }
        let number: f64 = self.to_string().parse().map_err(serde::ser::Error::custom)?;
        serializer.serialize_f64(number)
    }
}
impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = f64::deserialize(deserializer)?;
        // Minus nought is nought.
        let number = if number == 0.0 { 0.0 } else { number };
        // Digits beyond the third decimal are cut, so that the same number sent twice is the same.
        let text = if number.is_finite() { format!("{number:.6}") } else { String::new() };
        text.parse().map_err(de::Error::custom)
    }
}
impl PartialSchema for Quantity {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::Number)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Double)))
            .minimum(Some(0))
            .maximum(Some(1_000_000_000))
            .description(Some("An amount of work; three decimals are kept."))
            .examples([serde_json::json!(2)])
            .into()
    }
}
impl ToSchema for Quantity {
    fn name() -> std::borrow::Cow<'static, str> {
        "Quantity".into()
    }
}

/// A moment, in UTC, to the millisecond: RFC 3339 on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "sql", derive(diesel::AsExpression, diesel::FromSqlRow))]
#[cfg_attr(feature = "sql", diesel(sql_type = diesel::sql_types::Timestamp))]
pub struct Instant(NaiveDateTime);

impl Instant {
    /// From a moment of any library; what is finer than a millisecond is cut off.
    #[must_use]
    pub fn new(moment: DateTime<Utc>) -> Self {
        Self(moment.naive_utc().trunc_subsecs(3))
    }
    /// The same moment as chrono says it.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        self.0.and_utc()
    }
    /// Milliseconds since 1970.
    #[must_use]
    pub fn unix_ms(self) -> i64 {
        self.0.and_utc().timestamp_millis()
    }
    /// This moment moved by so much; the ends of the calendar hold it.
    #[must_use]
    pub fn plus(self, by: chrono::TimeDelta) -> Self {
        self.0.checked_add_signed(by).map_or(self, |moved| Self(moved.trunc_subsecs(3)))
    }
}
impl std::fmt::Display for Instant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // Not by chrono's `format`: reading its pattern was a tenth of the cost of a page.
        let (day, time) = (self.0.date(), self.0.time());
        let milliseconds = time.nanosecond() / 1_000_000 % 1000;
        write!(f, "{day}T{:02}:{:02}:{:02}.{milliseconds:03}Z", time.hour(), time.minute(), time.second())
    }
}
impl std::str::FromStr for Instant {
    type Err = NotAValue;
    fn from_str(text: &str) -> Result<Self, NotAValue> {
        let strict = text.len() <= 35 && text.bytes().all(|b| b.is_ascii_digit() || b"-:.+TZ".contains(&b));
        if !strict {
            return Err(NotAValue::new(
                "Cần thời điểm theo RFC 3339, ví dụ 2026-11-20T01:30:00Z.",
                "Expected RFC 3339, such as 2026-11-20T01:30:00Z.",
            ));
        }
        let moment = DateTime::parse_from_rfc3339(text)
            .map_err(|bad| {
                NotAValue::new("Cần thời điểm theo RFC 3339.", format!("Expected RFC 3339: {bad}."))
            })?
            .to_utc();
        // Years beyond four digits are written differently by every library; nobody means them.
        if !(1900..=9999).contains(&chrono::Datelike::year(&moment)) {
            return Err(NotAValue::new(
                "Năm phải từ 1900 đến 9999.",
                "The year is not between 1900 and 9999.",
            ));
        }
        Ok(Self::new(moment))
    }
}
impl Serialize for Instant {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Instant {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
impl PartialSchema for Instant {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::DateTime)))
            .description(Some("A moment in UTC (RFC 3339), kept to the millisecond."))
            .examples([serde_json::json!("2026-11-20T01:30:00.000Z")])
            .into()
    }
}
impl ToSchema for Instant {
    fn name() -> std::borrow::Cow<'static, str> {
        "Instant".into()
    }
}

#[cfg(feature = "sql")]
mod sql {
    use super::{Date, Instant, Quantity};
    use chrono::NaiveDateTime;
    use diesel::{
        backend::Backend,
        deserialize::{self, FromSql},
        serialize::{self, Output, ToSql},
        sql_types::{BigInt, Timestamp},
    };

    impl<DB: Backend> ToSql<BigInt, DB> for Quantity
    where
        i64: ToSql<BigInt, DB>,
    {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            self.thousandths.to_sql(out)
        }
    }
    impl<DB: Backend> FromSql<BigInt, DB> for Quantity
    where
        i64: FromSql<BigInt, DB>,
    {
        fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
            Ok(Self { thousandths: i64::from_sql(bytes)? })
        }
    }
    impl<DB: Backend> ToSql<diesel::sql_types::Date, DB> for Date
    where
        chrono::NaiveDate: ToSql<diesel::sql_types::Date, DB>,
    {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            self.0.to_sql(out)
        }
    }
    impl<DB: Backend> FromSql<diesel::sql_types::Date, DB> for Date
    where
        chrono::NaiveDate: FromSql<diesel::sql_types::Date, DB>,
    {
        fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
            Ok(Self(chrono::NaiveDate::from_sql(bytes)?))
        }
    }
    impl<DB: Backend> ToSql<Timestamp, DB> for Instant
    where
        NaiveDateTime: ToSql<Timestamp, DB>,
    {
        fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, DB>) -> serialize::Result {
            self.0.to_sql(out)
        }
    }
    impl<DB: Backend> FromSql<Timestamp, DB> for Instant
    where
        NaiveDateTime: FromSql<Timestamp, DB>,
    {
        fn from_sql(bytes: DB::RawValue<'_>) -> deserialize::Result<Self> {
            Ok(Self(NaiveDateTime::from_sql(bytes)?))
        }
    }
}

/// A day of the calendar, from 1900 to 9999, written `YYYY-MM-DD`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[cfg_attr(feature = "sql", derive(diesel::AsExpression, diesel::FromSqlRow))]
#[cfg_attr(feature = "sql", diesel(sql_type = diesel::sql_types::Date))]
pub struct Date(chrono::NaiveDate);

impl Date {
    /// From a day of chrono's.
    #[must_use]
    pub const fn of(day: chrono::NaiveDate) -> Self {
        Self(day)
    }
    /// The same day as chrono says it.
    #[must_use]
    pub const fn get(self) -> chrono::NaiveDate {
        self.0
    }
    /// The day so many days later; the ends of the calendar hold it.
    #[must_use]
    pub fn plus(self, days: i64) -> Self {
        let moved = chrono::TimeDelta::try_days(days).and_then(|by| self.0.checked_add_signed(by));
        moved.map_or(self, Self)
    }
    /// How many days this is after another; negative before it.
    #[must_use]
    pub fn days_since(self, other: Self) -> i64 {
        (self.0 - other.0).num_days()
    }
}
impl std::fmt::Display for Date {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
impl std::str::FromStr for Date {
    type Err = NotAValue;
    fn from_str(text: &str) -> Result<Self, NotAValue> {
        let bad = || {
            NotAValue::new(
                "Cần một ngày có thật, dạng YYYY-MM-DD, từ năm 1900.",
                "A day that exists, as YYYY-MM-DD, from the year 1900.",
            )
        };
        let plain = text.len() == 10 && text.bytes().all(|b| b.is_ascii_digit() || b == b'-');
        let mut parts = text.splitn(3, '-');
        let mut part = |digits: usize| parts.next().filter(|part| part.len() == digits)?.parse::<u16>().ok();
        let (Some(year), Some(month), Some(day), true) = (part(4), part(2), part(2), plain) else {
            return Err(bad());
        };
        let day = chrono::NaiveDate::from_ymd_opt(year.into(), month.into(), day.into()).ok_or_else(bad)?;
        if year >= 1900 { Ok(Self(day)) } else { Err(bad()) }
    }
}
impl Serialize for Date {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
impl PartialSchema for Date {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Date)))
            .description(Some("A day of the calendar, in the organisation's time zone."))
            .examples([serde_json::json!("2026-11-30")])
            .into()
    }
}
impl ToSchema for Date {
    fn name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }
}

/// One field of a merge patch (RFC 7396): absent keeps, `null` clears, a value sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Change<T> {
    /// The field was absent.
    #[default]
    Keep,
    /// The field was `null`.
    Clear,
    /// The field had a value.
    Set(T),
}

impl<T> Change<T> {
    /// Whether the field was absent; for `skip_serializing_if`.
    pub const fn is_keep(&self) -> bool {
        matches!(self, Self::Keep)
    }
    /// The value after the change.
    pub fn over(self, before: Option<T>) -> Option<T> {
        match self {
            Self::Keep => before,
            Self::Clear => None,
            Self::Set(value) => Some(value),
        }
    }
}
impl<T: Serialize> Serialize for Change<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Keep | Self::Clear => serializer.serialize_none(),
            Self::Set(value) => serializer.serialize_some(value),
        }
    }
}
impl<'de, T: Deserialize<'de>> Deserialize<'de> for Change<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Clear, Self::Set))
    }
}
/// Where a page left off. Opaque: made by us, handed back unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cursor(String);

impl Cursor {
    const MAX: usize = 600;
    /// From the keys of the last row.
    #[must_use]
    pub fn of<K: Serialize>(keys: &K) -> Self {
        use base64::Engine;
        let json = serde_json::to_vec(keys).unwrap_or_default();
        Self(base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(json))
    }
    /// The keys again, or nothing when it is not one of ours.
    #[must_use]
    pub fn keys<K: de::DeserializeOwned>(&self) -> Option<K> {
        use base64::Engine;
        let json = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        serde_json::from_slice(&json).ok()
    }
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}
impl std::str::FromStr for Cursor {
    type Err = NotAValue;
    fn from_str(text: &str) -> Result<Self, NotAValue> {
        let fits = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if text.is_empty() || text.len() > Self::MAX || !text.bytes().all(fits) {
            return Err(NotAValue::new(
                "Không phải con trỏ trang do máy chủ cấp.",
                "Not a cursor this server made.",
            ));
        }
        Ok(Self(text.to_owned()))
    }
}
impl<'de> Deserialize<'de> for Cursor {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<str>::deserialize(deserializer)?;
        text.parse().map_err(de::Error::custom)
    }
}
impl PartialSchema for Cursor {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some("^[A-Za-z0-9_-]+$"))
            .min_length(Some(1))
            .max_length(Some(Self::MAX))
            .description(Some("Where a page left off: opaque, hand it back unchanged."))
            .examples([serde_json::json!("WyIyMDI2LTExLTIwIl0")])
            .into()
    }
}
impl ToSchema for Cursor {
    fn name() -> std::borrow::Cow<'static, str> {
        "Cursor".into()
    }
}

/// One page of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows of this page, in the order of the list.
    pub items: Vec<T>,
    /// Hand this back as `cursor` for the next page; `null` on the last.
    pub next: Option<Cursor>,
}

// By hand, because each kind of page needs a name of its own: `UnitPage`, not `Page` for all.
impl<T: ToSchema> PartialSchema for Page<T> {
    fn schema() -> RefOr<Schema> {
        let items = ArrayBuilder::new()
            .items(Ref::from_schema_name(T::name()))
            .max_items(Some(200))
            .description(Some("The rows of this page, in the order of the list."));
        let next = OneOfBuilder::new()
            .item(Ref::from_schema_name(Cursor::name()))
            .item(ObjectBuilder::new().schema_type(Type::Null))
            .description(Some("Hand this back as `cursor` for the next page; `null` on the last."));
        ObjectBuilder::new()
            .description(Some("One page of a list."))
            .property("items", items)
            .property("next", next)
            .required("items")
            .required("next")
            .into()
    }
}
impl<T: ToSchema> ToSchema for Page<T> {
    fn name() -> std::borrow::Cow<'static, str> {
        format!("{}Page", T::name()).into()
    }
    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((T::name().into_owned(), T::schema()));
        schemas.push((Cursor::name().into_owned(), Cursor::schema()));
        T::schemas(schemas);
    }
}

impl<T> Page<T> {
    /// Cuts the row too many that was read to know whether there is another page, and makes the
    /// cursor from the last row kept.
    pub fn cut<K: Serialize>(mut rows: Vec<T>, limit: Limit, keys: impl Fn(&T) -> K) -> Self {
        let size = usize::try_from(limit.get()).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        let next = rows.last().filter(|_| more).map(|last| Cursor::of(&keys(last)));
        Self { items: rows, next }
    }
    /// The same page with each row turned into something else.
    pub fn map<U>(self, turn: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(turn).collect(), next: self.next }
    }
}
impl<T: crate::endpoint::Dto> crate::endpoint::Dto for Page<T> {
    fn example() -> Self {
        Self { items: vec![T::example()], next: None }
    }
    fn next(&self) -> Option<&Cursor> {
        self.next.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_length_is_counted_in_characters() {
        assert!(Name::try_from("ộ".repeat(200)).is_ok());
        assert!(Name::try_from("ộ".repeat(201)).is_err());
    }

    #[test]
    fn blank_and_control_characters_are_refused() {
        for text in ["", " ", "\u{a0}", "a\u{0}", "a\nb", "a\u{7f}"] {
            assert!(Name::try_from(text).is_err(), "{text:?}");
        }
        assert!(Note::try_from("a\nb\tc\r\n").is_ok());
        assert!(Note::try_from("a\u{b}").is_err());
    }

    #[test]
    fn a_patch_tells_absent_from_null() {
        #[derive(Deserialize)]
        struct Patch {
            #[serde(default)]
            a: Change<i32>,
        }
        let read = |json| serde_json::from_str::<Patch>(json).map(|p| p.a).unwrap();
        assert_eq!(read("{}"), Change::Keep);
        assert_eq!(read(r#"{"a":null}"#), Change::Clear);
        assert_eq!(read(r#"{"a":1}"#), Change::Set(1));
    }

    #[test]
    fn a_moment_is_kept_to_the_millisecond() {
        let moment: Instant = "2026-11-20T08:30:00.123456+07:00".parse().unwrap();
        assert_eq!(moment.to_string(), "2026-11-20T01:30:00.123Z");
    }
}
