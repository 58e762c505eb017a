//! Errors as callers see them: RFC 9457 problem bodies. **Invariant: a code, once published, keeps
//! its meaning; nothing in a body tells about insides or about rows the caller may not see.**

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    endpoint::Dto,
    value::{Note, Phrase, codes},
};

/// One sentence in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// In Vietnamese.
    pub vi: Cow<'static, str>,
    /// In English.
    pub en: Cow<'static, str>,
}

/// Stands between the two languages where a sentence must pass through a plain string (serde's
/// errors). A control character, so that no value can contain it.
const BETWEEN: char = '\u{1f}';

impl Said {
    /// From both languages.
    pub fn new(vi: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self { vi: vi.into(), en: en.into() }
    }
    /// The sentence in one of them.
    #[must_use]
    pub fn in_language(&self, language: Language) -> &str {
        match language {
            Language::En => &self.en,
            Language::Vi | Language::Unknown => &self.vi,
        }
    }
    /// Finds a sentence that was passed through a plain string.
    #[must_use]
    pub fn within(text: &str) -> Option<Self> {
        let (vi, rest) = text.split_once(BETWEEN)?;
        let (en, _) = rest.split_once(BETWEEN)?;
        Some(Self::new(vi.to_owned(), en.to_owned()))
    }
}
impl std::fmt::Display for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{BETWEEN}{}{BETWEEN}", self.vi, self.en)
    }
}
impl std::error::Error for Said {}

codes! {
    /// The language of words meant for people.
    Language {
        Vi = "vi", "Tiếng Việt", "Vietnamese";
        En = "en", "Tiếng Anh", "English";
    }
}

/// Declares the error codes: name, code, status, title in Vietnamese and in English.
macro_rules! problem_codes {
    ($($variant:ident = $code:literal $status:literal, $vi:literal, $en:literal;)+) => {
        codes! {
            /// What went wrong, for programs: stable, never translated.
            Code { $($variant = $code, $vi, $en;)+ }
        }
        impl Code {
            /// The HTTP status that goes with it.
            #[must_use]
            pub const fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ Self::Unknown => 500 }
            }
        }
    };
}

problem_codes! {
    Malformed = "malformed" 400, "Yêu cầu không đọc được", "The request cannot be read";
    NotSignedIn = "not_signed_in" 401, "Chưa đăng nhập hoặc phiên đã hết hạn", "Not signed in, or the token has expired";
    SessionEnded = "session_ended" 401, "Phiên đã kết thúc, hãy đăng nhập lại", "The session has ended; sign in again";
    WrongCredentials = "wrong_credentials" 401, "Sai số điện thoại, tên đăng nhập hoặc mật khẩu", "Wrong phone number, user name or password";
    NotAllowed = "not_allowed" 403, "Không có quyền làm việc này", "Not allowed";
    NotFound = "not_found" 404, "Không tìm thấy", "Not found";
    MethodNotAllowed = "method_not_allowed" 405, "Phương thức không được hỗ trợ ở địa chỉ này", "This method is not supported here";
    RequestTimeout = "request_timeout" 408, "Yêu cầu gửi quá chậm", "The request arrived too slowly";
    Conflict = "conflict" 409, "Mã này đã dùng cho nội dung khác", "This id already stands for other content";
    Duplicate = "duplicate" 409, "Đã có một mục như vậy", "Such a thing exists already";
    WrongState = "wrong_state" 409, "Không làm được ở trạng thái hiện tại", "Not possible in the present state";
    ChooseOrganisation = "choose_organisation" 409, "Hãy chọn đơn vị để đăng nhập", "Say which organisation to sign in to";
    LinkExpired = "link_expired" 410, "Đường dẫn đã dùng hoặc hết hạn", "The link was used or has expired";
    CannotCalculateChanges = "cannot_calculate_changes" 410, "Không tính được thay đổi, hãy tải lại từ đầu", "Changes cannot be calculated; start over";
    Stale = "stale" 412, "Nội dung đã được người khác sửa", "Somebody else has changed it";
    TooLarge = "too_large" 413, "Nội dung quá lớn", "The content is too large";
    UnsupportedMedia = "unsupported_media" 415, "Loại nội dung không được nhận", "This type of content is not taken";
    Invalid = "invalid" 422, "Nội dung chưa hợp lệ", "The content is not valid";
    SecretDocument = "secret_document" 422, "Văn bản mật không được đưa vào hệ thống này", "Documents marked secret may not be entered here";
    VersionRequired = "version_required" 428, "Thiếu phiên bản (If-Match)", "The version is missing (If-Match)";
    TooMany = "too_many" 429, "Gửi quá nhiều yêu cầu, hãy chờ một lát", "Too many requests; wait a moment";
    HeadersTooLarge = "headers_too_large" 431, "Phần đầu yêu cầu quá lớn", "The request headers are too large";
    Broken = "broken" 500, "Máy chủ gặp lỗi", "The server failed";
    Busy = "busy" 503, "Máy chủ đang bận, hãy thử lại sau", "The server is busy; try again later";
    KeyRefused = "key_refused" 401, "Khóa API không dùng được", "The API key does not work";
    StorageFull = "storage_full" 503, "Máy chủ hết chỗ lưu, hãy thử lại sau", "The server has no room left; try again later";
}

codes! {
    /// What is wrong with one field, for programs.
    FieldCode {
        Required = "required", "Còn thiếu", "Missing";
        UnknownField = "unknown_field", "Không có trường này", "There is no such field";
        BadValue = "bad_value", "Giá trị không hợp lệ", "The value is not valid";
        NotAllowedHere = "not_allowed_here", "Không dùng được ở đây", "Not possible here";
        NotKnown = "not_known", "Không tìm thấy", "Not found";
        Duplicate = "duplicate", "Bị trùng", "Given twice";
        TooMany = "too_many", "Quá nhiều", "Too many";
    }
}

/// What is wrong with one field of the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FieldProblem {
    /// Where: a JSON Pointer into the body (`/tasks/0/due`), or `?name` for a query parameter.
    pub pointer: Phrase,
    /// What, for programs.
    pub code: FieldCode,
    /// What and what to do, for people.
    pub detail: Note,
}

/// The body of every error: `application/problem+json` (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// A reference that names the kind of problem: `/problems/` and the code.
    #[serde(rename = "type")]
    #[schema(max_length = 100, pattern = "^/problems/[a-z_]+$", format = "uri-reference")]
    pub kind: String,
    /// The kind of problem in a few words, in the language asked for.
    pub title: Phrase,
    /// The HTTP status again.
    #[schema(minimum = 400, maximum = 599)]
    pub status: u16,
    /// What happened and what to do, in the language asked for (`Accept-Language`, vi by default).
    pub detail: Note,
    /// What went wrong, for programs.
    pub code: Code,
    /// Which fields are wrong, when some are.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 100)]
    pub fields: Vec<FieldProblem>,
    /// Say this number when you ask for help; the server's log has it too.
    pub request_id: Phrase,
}

impl Dto for Problem {
    fn example() -> Self {
        let phrase = |text: &str| Phrase::try_from(text).unwrap_or_else(|_| Phrase::example());
        let note = |text: &str| Note::try_from(text).unwrap_or_else(|_| Note::example());
        Self {
            kind: "/problems/invalid".to_owned(),
            title: phrase(Code::Invalid.vi()),
            status: 422,
            detail: note("Có 1 chỗ cần sửa."),
            code: Code::Invalid,
            fields: vec![FieldProblem {
                pointer: phrase("/percent"),
                code: FieldCode::BadValue,
                detail: note("150 không nằm trong khoảng từ 0 đến 100."),
            }],
            request_id: phrase("01980000-0000-7000-8000-0000000000aa"),
        }
    }
}
