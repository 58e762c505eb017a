//! Reading a request. **Invariant: what reaches a story has the form the contract gives it, or the
//! caller is told which field is wrong.**

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, http::header, web::Payload};
use openapi::{
    document::headers::{REQUEST_HEADERS, version_in},
    endpoint::{Endpoint, FormError, PathArgs, RequestBody, Unreadable},
    problem::{Code, FieldCode, Said},
    strict,
    value::{Version, strictly},
};

use super::Address;
use crate::{
    error::{Error, Field, Refusal, Result},
    state::State,
};

/// How long a body may take to arrive: ten megabytes over a poor line.
const PATIENCE: Duration = Duration::from_secs(300);

/// A request from anyone.
pub struct PublicCall<E: Endpoint> {
    /// What is shared by all requests.
    pub state: Arc<State>,
    /// Where it comes from.
    pub address: Address,
    /// The identifiers in the path.
    pub path: E::Path,
    /// The parameters after the question mark.
    pub query: E::Query,
    /// The body.
    pub body: E::Body,
}

/// The parts of a request that the contract describes.
pub(super) struct Asked<E: Endpoint> {
    pub path: E::Path,
    pub query: E::Query,
    pub body: E::Body,
    pub versions: Option<Vec<i32>>,
}

/// What is shared by all requests.
pub(super) fn state(request: &HttpRequest) -> Result<Arc<State>> {
    request.app_data::<Arc<State>>().map(Arc::clone).ok_or_else(|| Error::Broken("no state".to_owned()))
}

/// Reads everything the contract describes.
pub(super) async fn read<E: Endpoint>(request: &HttpRequest, payload: Payload) -> Result<Asked<E>> {
    headers(request)?;
    let bytes = body(payload, E::Body::BYTES_AT_MOST).await?;
    let path = path::<E>(request).ok_or_else(Error::not_found)?;
    let query = strictly(|| strict::from_query(request.query_string()))
        .map_err(|bad| unreadable(bad, Code::Malformed))?;
    let media = request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let body = E::Body::read(media, bytes).map_err(|bad| unreadable(bad, Code::Invalid))?;
    Ok(Asked { path, query, body, versions: versions(request) })
}

async fn body(payload: Payload, limit: usize) -> Result<Vec<u8>> {
    match tokio::time::timeout(PATIENCE, payload.to_bytes_limited(limit)).await {
        Ok(Ok(Ok(bytes))) => Ok(bytes.to_vec()),
        Ok(Err(_too_large)) => Err(Error::because(
            Code::TooLarge,
            format!("Nội dung vượt quá {limit} byte."),
            format!("The content is larger than {limit} bytes."),
        )),
        Ok(Ok(Err(_broken))) => {
            Err(Error::because(Code::Malformed, "Nội dung bị đứt giữa chừng.", "The content broke off."))
        }
        Err(_elapsed) => Err(Error::of(Code::RequestTimeout)),
    }
}

fn path<E: Endpoint>(request: &HttpRequest) -> Option<E::Path> {
    let names = E::PATH.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let values: Option<Vec<&str>> = names.map(|name| request.match_info().get(name)).collect();
    E::Path::read(&values?)
}

/// Headers the document gives a form must have it.
fn headers(request: &HttpRequest) -> Result<()> {
    for known in REQUEST_HEADERS {
        for value in request.headers().get_all(known.name) {
            if !value.to_str().is_ok_and(|value| known.fits(value)) {
                return Err(Error::because(
                    Code::Malformed,
                    format!("Phần đầu {} không đúng dạng.", known.name),
                    format!("The header {} is not of its form.", known.name),
                ));
            }
        }
    }
    Ok(())
}

/// The versions named by `If-Match`. Weak tags never match (RFC 9110 §13.1.1), and `*` would let a
/// change be made blindly, so both match nothing.
fn versions(request: &HttpRequest) -> Option<Vec<i32>> {
    let mut tags = request.headers().get_all(header::IF_MATCH).peekable();
    tags.peek()?;
    let tags = tags.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
    Some(tags.filter_map(|tag| version_in(tag.trim())).map(Version::get).collect())
}

fn unreadable(bad: Unreadable, code: Code) -> Error {
    match bad {
        Unreadable::Media(taken) => Error::because(
            Code::UnsupportedMedia,
            format!("Chỉ nhận: {}.", taken.join(", ")),
            format!("Taken are: {}.", taken.join(", ")),
        ),
        Unreadable::Syntax(why) => Error::because(
            Code::Malformed,
            format!("Không phải JSON đúng: {why}."),
            format!("Not JSON: {why}."),
        ),
        Unreadable::Form { pointer, why, kind } => {
            let field = match kind {
                FormError::Missing => FieldCode::Required,
                FormError::Unknown => FieldCode::UnknownField,
                FormError::Bad => FieldCode::BadValue,
            };
            Error::Refused(Box::new(Refusal {
                code,
                why: Some(Said::new(
                    "Có chỗ chưa đúng, xem từng trường.",
                    "Something is not right; see the fields.",
                )),
                fields: vec![Field { pointer, code: field, why }],
                retry_after: None,
                allow: None,
            }))
        }
    }
}
