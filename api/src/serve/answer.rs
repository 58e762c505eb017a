//! Answers and problem bodies. **Invariant: everything the server says has the form the document
//! gives it; nothing of our insides is in it.**

use std::hash::{DefaultHasher, Hash, Hasher};

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{StatusCode, header},
};
use openapi::{
    endpoint::{Endpoint, Method, Reply},
    problem::{Code, FieldProblem, Language, Problem, Said},
    value::{Instant, Note, Phrase, Version},
};

use super::edge;
use crate::error::{Error, Refusal, Result};

/// What a story answers.
pub struct Answer<R> {
    status: u16,
    reply: R,
}

impl<R> Answer<R> {
    /// Here it is.
    pub const fn ok(reply: R) -> Self {
        Self { status: 200, reply }
    }
    /// It is new.
    pub const fn created(reply: R) -> Self {
        Self { status: 201, reply }
    }
    /// New, or the same again.
    pub const fn created_or_same(new: bool, reply: R) -> Self {
        if new { Self::created(reply) } else { Self::ok(reply) }
    }
    /// It is kept, and something of it is still to come.
    pub const fn accepted(reply: R) -> Self {
        Self { status: 202, reply }
    }
    /// What is answered, whatever the status.
    pub(super) fn reply(self) -> R {
        self.reply
    }
}
impl Answer<openapi::endpoint::Nothing> {
    /// Done; there is nothing to say.
    #[must_use]
    pub const fn done() -> Self {
        Self { status: 204, reply: openapi::endpoint::Nothing }
    }
}

/// Turns what a story ended with into a response.
pub(super) fn respond<E: Endpoint>(
    request: &HttpRequest,
    answered: Result<Answer<E::Reply>>,
) -> HttpResponse {
    edge::note_endpoint(request, E::NAME);
    let answer = match answered {
        Ok(answer) => answer,
        Err(error) => return problem(request, error),
    };
    let written = match answer.reply.write() {
        Ok(written) => written,
        Err(bad) => return problem(request, Error::from(bad)),
    };
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    let Some((media, bytes)) = written else {
        return response.finish();
    };
    let tag = entity_tag(answer.reply.version(), answer.reply.computed_at(), &bytes);
    response.insert_header((header::ETAG, tag.clone()));
    response.insert_header((header::CONTENT_TYPE, media.into_owned()));
    if let Some(link) = super::next_link(request, &answer.reply) {
        response.insert_header((header::LINK, link));
    }
    if E::METHOD == Method::Get && already_known(request, &tag) {
        return not_modified(&tag);
    }
    response.body(bytes)
}

fn not_modified(tag: &str) -> HttpResponse {
    let mut response: HttpResponseBuilder = HttpResponse::NotModified();
    response.insert_header((header::ETAG, tag.to_owned()));
    response.finish()
}

/// A strong tag: the version, for `If-Match`, and a hash of this very representation, because how
/// work stands in time changes at midnight without a new version.
/// When it was computed is left out: figures that are the same are the same answer.
fn entity_tag(version: Option<Version>, computed_at: Option<Instant>, bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    let moment = computed_at.map(|at| at.to_string());
    let place = moment.as_ref().and_then(|moment| {
        let at = bytes.windows(moment.len()).position(|part| part == moment.as_bytes())?;
        Some((bytes.get(..at)?, bytes.get(at + moment.len()..)?))
    });
    match place {
        Some(around) => around.hash(&mut hasher),
        None => bytes.hash(&mut hasher),
    }
    let hash = hasher.finish();
    version.map_or_else(|| format!("\"0-{hash:016x}\""), |version| format!("\"{version}-{hash:016x}\""))
}

/// Whether the caller has the answer with this tag already.
pub(crate) fn already_known(request: &HttpRequest, tag: &str) -> bool {
    let same = |known: &str| known.trim().trim_start_matches("W/") == tag || known.trim() == "*";
    request
        .headers()
        .get_all(header::IF_NONE_MATCH)
        .filter_map(|known| known.to_str().ok())
        .any(|known| known.split(',').any(same))
}

/// Turns an error into a problem body (RFC 9457).
pub(crate) fn problem(request: &HttpRequest, error: Error) -> HttpResponse {
    let refusal = match error {
        Error::Refused(refusal) => *refusal,
        Error::Busy | Error::Retry => waiting(Code::Busy, 2),
        Error::Full => waiting(Code::StorageFull, 30),
        Error::Broken(cause) => {
            tracing::error!(request_id = %edge::request_id(request), cause, "a request broke");
            plain(Code::Broken)
        }
    };
    let language = language(request);
    let body = body(&refusal, language, &edge::request_id(request));
    let status = StatusCode::from_u16(refusal.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let mut response = HttpResponse::build(status);
    response.insert_header((header::CONTENT_TYPE, "application/problem+json"));
    response.insert_header((header::CONTENT_LANGUAGE, language.as_str()));
    if status == StatusCode::UNAUTHORIZED {
        // A key that is refused once is refused again (RFC 6750 §3.1).
        let how = match refusal.code {
            Code::KeyRefused => "Bearer realm=\"dondoc\", error=\"invalid_token\"",
            _ => "Bearer realm=\"dondoc\"",
        };
        response.insert_header((header::WWW_AUTHENTICATE, how));
    }
    if let Some(seconds) = refusal.retry_after {
        response.insert_header((header::RETRY_AFTER, seconds.to_string()));
    }
    if let Some(allow) = refusal.allow {
        response.insert_header((header::ALLOW, allow));
    }
    response.body(serde_json::to_vec(&body).unwrap_or_default())
}

const fn plain(code: Code) -> Refusal {
    Refusal { code, why: None, fields: Vec::new(), retry_after: None, allow: None }
}
const fn waiting(code: Code, seconds: i64) -> Refusal {
    Refusal { code, why: None, fields: Vec::new(), retry_after: Some(seconds), allow: None }
}

fn body(refusal: &Refusal, language: Language, request_id: &str) -> Problem {
    let title = match language {
        Language::En => refusal.code.en(),
        Language::Vi | Language::Unknown => refusal.code.vi(),
    };
    let detail = refusal.why.as_ref().map_or(title, |why| why.in_language(language));
    Problem {
        kind: format!("/problems/{}", refusal.code),
        title: phrase(title),
        status: refusal.code.status(),
        detail: note(detail),
        code: refusal.code,
        fields: refusal
            .fields
            .iter()
            .take(100)
            .map(|field| FieldProblem {
                pointer: phrase(if field.pointer.is_empty() { "/" } else { &field.pointer }),
                code: field.code,
                detail: note(Said::in_language(&field.why, language)),
            })
            .collect(),
        request_id: phrase(request_id),
    }
}

/// Words of ours fit; what a caller sent may be quoted in them and is cut to fit.
fn phrase(text: &str) -> Phrase {
    let cut: String = text.chars().filter(|c| !c.is_control()).take(Phrase::MAX).collect();
    Phrase::try_from(cut).unwrap_or_else(|_| openapi::endpoint::Dto::example())
}
fn note(text: &str) -> Note {
    let cut: String = text.chars().filter(|c| !c.is_control()).take(Note::MAX).collect();
    Note::try_from(cut).unwrap_or_else(|_| openapi::endpoint::Dto::example())
}

/// The language asked for: Vietnamese unless English is liked better.
fn language(request: &HttpRequest) -> Language {
    let Some(asked) = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()) else {
        return Language::Vi;
    };
    let liking = |code: &str| {
        asked
            .split(',')
            .filter_map(|part| {
                let mut part = part.split(';');
                let tag = part.next()?.trim().to_ascii_lowercase();
                let q =
                    part.find_map(|p| p.trim().strip_prefix("q=")?.trim().parse::<f32>().ok()).unwrap_or(1.0);
                (tag == code || tag.strip_prefix(code).is_some_and(|rest| rest.starts_with('-'))).then_some(q)
            })
            .fold(0.0, f32::max)
    };
    if liking("en") > liking("vi") { Language::En } else { Language::Vi }
}
