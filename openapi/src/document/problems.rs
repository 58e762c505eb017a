//! Which errors an endpoint can answer, by its form, and how each looks. **Invariant: the server
//! answers no status that is not derived here.**
//!
//! Outside of endpoints there are two more: `404` where no endpoint has the path, and `405` with
//! `Allow` where one has the path but not the verb.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use super::{
    headers,
    told::{Form, Told},
};
use crate::{
    access::Access,
    endpoint::{Dto, Method},
    problem::{Code, FieldCode, FieldProblem, Problem},
    value::{Note, Phrase},
};

/// Every code an endpoint can refuse with, in the order of their statuses.
pub(super) fn codes(told: &Told) -> Vec<Code> {
    let mut all: BTreeSet<Code> = told.refuses.iter().copied().collect();
    all.extend([
        Code::Malformed,
        Code::RequestTimeout,
        Code::TooMany,
        Code::HeadersTooLarge,
        Code::Broken,
        Code::Busy,
    ]);
    match told.access {
        Access::Public => {
            if !all.iter().any(|code| code.status() == 401) {
                all.insert(Code::NotSignedIn);
            }
        }
        // What is for people is refused to keys, and the reverse is said of no endpoint.
        Access::SignedIn | Access::To(_) => {
            all.extend([Code::NotSignedIn, Code::SessionEnded, Code::KeyRefused, Code::NotAllowed]);
        }
    }
    if !told.path_schemas.is_empty() {
        all.insert(Code::NotFound);
    }
    let has_body = !matches!(told.body, Form::Nothing);
    if has_body {
        all.extend([Code::TooLarge, Code::UnsupportedMedia, Code::Invalid]);
    }
    if !told.query.is_empty() {
        all.insert(Code::Invalid);
    }
    if told.creates() && !told.replaces() {
        all.insert(Code::Conflict);
    }
    if told.versioned {
        all.extend([Code::Stale, Code::VersionRequired]);
    }
    if told.method != Method::Get {
        all.insert(Code::StorageFull);
    }
    let mut all: Vec<Code> = all.into_iter().collect();
    all.sort_by_key(|code| code.status());
    all
}

/// The answer of one status: all codes an endpoint can give with it.
pub(super) struct Answer {
    pub status: u16,
    codes: Vec<Code>,
    anyone: bool,
}

/// The answers of an endpoint that are errors.
pub(super) fn of(told: &Told) -> Vec<Answer> {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes(told) {
        by_status.entry(code.status()).or_default().push(code);
    }
    let one = |(status, codes)| Answer { status, codes, anyone: told.access == Access::Public };
    by_status.into_iter().map(one).collect()
}

impl Answer {
    /// The name under which endpoints share it.
    fn name(&self) -> String {
        if self.is_never_ours() {
            return "OpenToAnyone".to_owned();
        }
        let names: Vec<String> = self.codes.iter().map(|code| format!("{code:?}")).collect();
        names.join("Or")
    }

    /// A `401` where anyone may call.
    fn is_never_ours(&self) -> bool {
        self.anyone && self.codes == [Code::NotSignedIn]
    }

    pub(super) fn reference(&self) -> Value {
        json!({ "$ref": format!("#/components/responses/{}", self.name()) })
    }

    pub(super) fn component(self) -> (String, Value) {
        let examples: Map<String, Value> = self
            .codes
            .iter()
            .map(|code| {
                let example = json!({ "summary": code.en(), "value": problem(*code) });
                (code.as_str().to_owned(), example)
            })
            .collect();
        let answer = json!({
            "description": self.description(),
            "headers": self.headers(),
            "content": { "application/problem+json": {
                "schema": { "$ref": "#/components/schemas/Problem" },
                "examples": examples,
            } },
        });
        (self.name(), answer)
    }

    fn headers(&self) -> Value {
        match self.status {
            401 => headers::references(&["WWW-Authenticate"]),
            408 | 431 => headers::perhaps(),
            429 | 503 => headers::references(&["Retry-After"]),
            _ => headers::references(&[]),
        }
    }

    fn description(&self) -> String {
        if self.is_never_ours() {
            return "Anyone may call this, so the server does not ask who it is. A gateway that the \
                operator puts before it may."
                .to_owned();
        }
        let said: Vec<String> = self.codes.iter().map(|code| format!("`{code}`: {}.", code.en())).collect();
        let said = said.join(" ");
        match self.status {
            408 | 431 => {
                format!("{said} Answered before the request was read, so body and headers may be missing.")
            }
            _ => said,
        }
    }
}

/// What a caller reads for a code, as the server says it in Vietnamese.
fn problem(code: Code) -> Value {
    let (detail, field) = words(code);
    let fields = field.into_iter().map(|(pointer, code, detail)| FieldProblem {
        pointer: phrase(pointer),
        code,
        detail: note(detail),
    });
    let problem = Problem {
        kind: format!("/problems/{code}"),
        title: phrase(code.vi()),
        status: code.status(),
        detail: note(detail),
        code,
        fields: fields.collect(),
        request_id: phrase("01980000-0000-7000-8000-0000000000aa"),
    };
    serde_json::to_value(problem).unwrap_or_default()
}

fn phrase(text: &str) -> Phrase {
    Phrase::try_from(text).unwrap_or_else(|_| Phrase::example())
}
fn note(text: &str) -> Note {
    Note::try_from(text).unwrap_or_else(|_| Note::example())
}

type Field = Option<(&'static str, FieldCode, &'static str)>;

const fn words(code: Code) -> (&'static str, Field) {
    match code {
        Code::Malformed => (
            "Yêu cầu không đúng với mô tả của máy chủ.",
            Some(("/percent", FieldCode::BadValue, "150 không nằm trong khoảng từ 0 đến 100.")),
        ),
        Code::NotSignedIn => ("Hãy đăng nhập rồi thử lại.", None),
        Code::SessionEnded => ("Phiên trên thiết bị này đã kết thúc. Hãy đăng nhập lại.", None),
        Code::WrongCredentials => ("Hãy kiểm tra lại tên đăng nhập và mật khẩu.", None),
        Code::KeyRefused => ("Khóa này đã hết hạn. Hãy xin người quản trị khóa mới.", None),
        Code::NotAllowed => ("Vai trò của đồng chí không làm được việc này.", None),
        Code::NotFound => ("Không có mục này, hoặc nằm ngoài phạm vi của đồng chí.", None),
        Code::MethodNotAllowed => ("Địa chỉ này chỉ nhận GET, PUT.", None),
        Code::RequestTimeout => ("Mạng quá chậm, yêu cầu chưa đến đủ. Hãy gửi lại.", None),
        Code::Conflict => ("Mã này đã dùng cho một nội dung khác. Không có gì bị thay đổi.", None),
        Code::Duplicate => (
            "Đã có một mục như vậy.",
            Some(("/name", FieldCode::Duplicate, "Đã có đơn vị cùng tên và cùng loại.")),
        ),
        Code::WrongState => ("Việc này đã hoàn thành hoặc đã hủy.", None),
        Code::ChooseOrganisation => (
            "Tên đăng nhập này có ở nhiều đơn vị.",
            Some(("/organisation", FieldCode::Required, "Hãy chọn đơn vị để đăng nhập.")),
        ),
        Code::LinkExpired => ("Đường dẫn đã dùng hoặc quá 24 giờ. Hãy xin văn phòng cấp lại.", None),
        Code::CannotCalculateChanges => ("Hãy tải lại toàn bộ, không gửi kèm since.", None),
        Code::Stale => ("Hãy tải lại để xem bản mới rồi sửa tiếp.", None),
        Code::TooLarge => ("Nội dung vượt quá 10485760 byte.", None),
        Code::UnsupportedMedia => ("Địa chỉ này chỉ nhận application/json.", None),
        Code::Invalid => ("Có 1 chỗ cần sửa.", Some(("/unit", FieldCode::NotKnown, "Không có đơn vị này."))),
        Code::SecretDocument => (
            "Văn bản mật không được đưa vào hệ thống này. Không có gì được lưu.",
            Some(("/secrecy", FieldCode::NotAllowedHere, "Chỉ nhận văn bản thường.")),
        ),
        Code::VersionRequired => ("Hãy gửi kèm If-Match hoặc version.", None),
        Code::TooMany => ("Hãy chờ 30 giây rồi gửi lại.", None),
        Code::HeadersTooLarge => ("Phần đầu của yêu cầu vượt quá mức cho phép.", None),
        Code::Broken | Code::Unknown => {
            ("Lỗi của máy chủ, không phải của đồng chí. Hãy báo mã yêu cầu cho người quản trị.", None)
        }
        Code::Busy => ("Hãy thử lại sau 30 giây. Nội dung chưa được lưu.", None),
        Code::StorageFull => ("Hãy báo người quản trị. Nội dung chưa được lưu.", None),
    }
}
