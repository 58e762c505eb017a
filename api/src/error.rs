//! What can go wrong, without HTTP words. **Invariant: a cause of ours is logged once and told to
//! nobody; a refusal says what the caller can do about it.**

use openapi::problem::{Code, FieldCode, Said};

/// Why a story ended without its answer.
#[derive(Debug)]
pub enum Error {
    /// The caller asked for something he cannot have; nothing was changed.
    Refused(Box<Refusal>),
    /// The database wants the transaction to be tried again. Seen only inside [`crate::db`].
    Retry,
    /// Too much at once; the caller may try again.
    Busy,
    /// The disk is full; the caller may try again later.
    Full,
    /// Our own fault, with its cause for the log.
    Broken(String),
}

/// The result of everything that can go wrong.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// JSON Pointer into the body, or `?name`.
    pub pointer: String,
    /// What, for programs.
    pub code: FieldCode,
    /// What, for people.
    pub why: Said,
}

/// Why the caller cannot have what he asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// What, for programs.
    pub code: Code,
    /// What and what to do, for people; the code's own words without it.
    pub why: Option<Said>,
    /// Which fields are wrong.
    pub fields: Vec<Field>,
    /// After how many seconds it is worth trying again.
    pub retry_after: Option<i64>,
    /// Methods that would be taken, for `Allow`.
    pub allow: Option<String>,
}

impl Error {
    /// A refusal in the code's own words.
    #[must_use]
    pub fn of(code: Code) -> Self {
        Self::Refused(Box::new(Refusal {
            code,
            why: None,
            fields: Vec::new(),
            retry_after: None,
            allow: None,
        }))
    }
    /// A refusal in words of its own.
    #[must_use]
    pub fn because(code: Code, vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::said(code, Said::new(vi.into(), en.into()))
    }
    /// A refusal in words of its own.
    #[must_use]
    pub fn said(code: Code, why: Said) -> Self {
        Self::Refused(Box::new(Refusal {
            code,
            why: Some(why),
            fields: Vec::new(),
            retry_after: None,
            allow: None,
        }))
    }
    /// Absent, or out of the caller's reach: the same.
    #[must_use]
    pub fn not_found() -> Self {
        Self::of(Code::NotFound)
    }
    /// In the caller's reach, but not his to do.
    #[must_use]
    pub fn not_allowed() -> Self {
        Self::of(Code::NotAllowed)
    }
    /// The id stands for other content.
    #[must_use]
    pub fn conflict() -> Self {
        Self::of(Code::Conflict)
    }
    /// Somebody was faster, and decided otherwise.
    #[must_use]
    pub fn decided() -> Self {
        Self::because(
            Code::Conflict,
            "Việc này đã được quyết định trước đó, và quyết định khác. Hãy tải lại để xem.",
            "This was decided before, and differently. Reload to see it.",
        )
    }
    /// Not possible where the thing stands.
    #[must_use]
    pub fn wrong_state(vi: impl Into<String>, en: impl Into<String>) -> Self {
        Self::because(Code::WrongState, vi, en)
    }
    /// Fields that are wrong.
    #[must_use]
    pub fn invalid(fields: Vec<Field>) -> Self {
        Self::Refused(Box::new(Refusal {
            code: Code::Invalid,
            why: None,
            fields,
            retry_after: None,
            allow: None,
        }))
    }
    /// One field that is wrong.
    #[must_use]
    pub fn field(
        pointer: impl Into<String>,
        code: FieldCode,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self::invalid(vec![Field::new(pointer, code, vi, en)])
    }
    /// A field that names something that is not there, or not in the caller's reach.
    #[must_use]
    pub fn not_known(pointer: impl Into<String>) -> Self {
        Self::field(pointer, FieldCode::NotKnown, "Không tìm thấy mục này.", "There is no such thing.")
    }
    /// Wait so many seconds.
    #[must_use]
    pub fn too_many(seconds: i64) -> Self {
        Self::Refused(Box::new(Refusal {
            code: Code::TooMany,
            why: None,
            fields: Vec::new(),
            retry_after: Some(seconds.max(1)),
            allow: None,
        }))
    }
}

impl Field {
    /// A field that is wrong.
    pub fn new(
        pointer: impl Into<String>,
        code: FieldCode,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code, why: Said::new(vi.into(), en.into()) }
    }
}

/// Collects what is wrong with a request, so that the caller learns all of it at once.
#[derive(Debug, Default)]
pub struct Faults(Vec<Field>);

impl Faults {
    /// Notes a fault.
    pub fn add(
        &mut self,
        pointer: impl Into<String>,
        code: FieldCode,
        vi: impl Into<String>,
        en: impl Into<String>,
    ) {
        self.0.push(Field::new(pointer, code, vi, en));
    }
    /// Notes a fault said by a rule of the contract.
    pub fn say(&mut self, pointer: &str, why: Said) {
        self.0.push(Field { pointer: pointer.to_owned(), code: FieldCode::BadValue, why });
    }
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
    /// Nothing, or the refusal.
    ///
    /// # Errors
    /// The faults that were noted.
    pub fn check(self) -> Result<()> {
        if self.0.is_empty() { Ok(()) } else { Err(Error::invalid(self.0)) }
    }
}

impl From<diesel::result::Error> for Error {
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error as Db};
        match error {
            Db::DatabaseError(Kind::SerializationFailure, _) => Self::Retry,
            Db::DatabaseError(Kind::UniqueViolation, info) => {
                // Two who made the same at once. On SQLite, where one writes at a time, a fault of ours.
                tracing::warn!(cause = info.message(), "something was there already");
                Self::Retry
            }
            Db::DatabaseError(Kind::ForeignKeyViolation | Kind::CheckViolation, info) => {
                Self::Broken(format!("constraint: {}", info.message()))
            }
            Db::DatabaseError(_, info) => Self::of_message(info.message()),
            other => Self::Broken(other.to_string()),
        }
    }
}

impl Error {
    /// Engines say some things only in words: these are SQLite's and PostgreSQL's.
    fn of_message(message: &str) -> Self {
        let says = |part: &str| message.contains(part);
        if says("database or disk is full")
            || says("No space left on device")
            || says("could not extend file")
        {
            return Self::Full;
        }
        if says("deadlock detected") || says("database is locked") || says("could not serialize access") {
            return Self::Retry;
        }
        if says("disk I/O error") || says("connection") || says("terminating") || says("server closed") {
            tracing::warn!(cause = message, "database out of reach");
            return Self::Busy;
        }
        Self::Broken(message.to_owned())
    }
}
impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Broken(format!("json: {error}"))
    }
}
