//! The edge: what happens to every request before and after its story. **Invariant: every answer,
//! of whatever kind, has been counted, limited, logged without personal data, and given the headers
//! the document promises.**

use std::{net::IpAddr, num::NonZeroU32, sync::Arc, time::Instant as Monotonic};

use actix_web::{
    Error as ActixError, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::{self, HeaderName, HeaderValue},
    middleware::Next,
};
use governor::{
    Quota, RateLimiter,
    clock::{Clock as _, DefaultClock},
    middleware::StateInformationMiddleware,
    state::keyed::DefaultKeyedStateStore,
};
use openapi::{id::Id, keys::KeyId, people::PersonId, problem::Code, value::Instant};

use super::Caller;
use crate::{
    access::Tenant,
    error::{Error, Refusal, Result},
    keys,
    state::State,
};

/// Who is counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Counted {
    Person(Tenant, PersonId),
    Key(Tenant, KeyId),
    Address(Option<IpAddr>),
}

type Keyed = RateLimiter<Counted, DefaultKeyedStateStore<Counted>, DefaultClock, StateInformationMiddleware>;

/// How much one caller, or one address without a caller, may ask in a minute, in this process.
pub struct Limits {
    keyed: Keyed,
    per_minute: NonZeroU32,
}

impl Limits {
    /// So many requests a minute.
    #[must_use]
    pub fn per_minute(per_minute: NonZeroU32) -> Self {
        let keyed = RateLimiter::keyed(Quota::per_minute(per_minute)).with_middleware();
        Self { keyed, per_minute }
    }

    /// How many are left, or after how many seconds to ask again.
    fn take(&self, counted: Counted) -> std::result::Result<u32, u64> {
        if self.keyed.len() > 50_000 {
            self.keyed.retain_recent();
        }
        match self.keyed.check_key(&counted) {
            Ok(snapshot) => Ok(snapshot.remaining_burst_capacity()),
            Err(until) => {
                let wait = until.wait_time_from(DefaultClock::default().now());
                Err(wait.as_secs().saturating_add(1))
            }
        }
    }
}

/// What the edge knows of a request, kept beside it.
struct Known {
    request_id: String,
    caller: std::result::Result<Caller, Stranger>,
    endpoint: std::cell::Cell<&'static str>,
}

/// Why nobody is known to ask.
#[derive(Clone, Copy)]
enum Stranger {
    /// He shows nothing that speaks for anybody.
    Nobody,
    /// He shows an API key that does not work.
    Refused(keys::Fault),
}

/// Who asks, and how much of his allowance is left. A key is looked up only for an address that has
/// some of its own left, so that nobody makes the database search for keys he invents.
async fn recognise(
    state: &State,
    request: &ServiceRequest,
    now: Instant,
) -> (Result<std::result::Result<Caller, Stranger>>, std::result::Result<u32, u64>) {
    let address = address_of(request);
    let of_address = || state.limits.take(Counted::Address(address));
    let Some(shown) = bearer(request) else {
        return (Ok(Err(Stranger::Nobody)), of_address());
    };
    if !keys::is_one(shown) {
        let claims = state.keys().verify(shown, now);
        let counted =
            claims.map_or(Counted::Address(address), |claims| Counted::Person(claims.org, claims.sub));
        return (Ok(claims.map(Caller::Person).ok_or(Stranger::Nobody)), state.limits.take(counted));
    }
    let known = keys::remembered(state, shown, now);
    let was_known = known.is_some();
    let first = if was_known { Ok(0) } else { of_address() };
    if first.is_err() {
        return (Ok(Err(Stranger::Nobody)), first);
    }
    let found = match known {
        Some(held) => Ok(Some(held)),
        None => keys::look_up(state, shown, now).await,
    };
    let admitted = match found {
        Err(error) => return (Err(error), first),
        Ok(held) => keys::admit(state, held.as_deref(), address, now),
    };
    match admitted {
        // What does not work is counted against the address, each time.
        Err(fault) => (Ok(Err(Stranger::Refused(fault))), if was_known { of_address() } else { first }),
        Ok(actor) => {
            let key = actor.person.id.cast();
            let left = state.limits.take(Counted::Key(actor.house.tenant, key));
            (Ok(Ok(Caller::System(actor))), left)
        }
    }
}

/// Wraps every request.
///
/// # Errors
/// None of its own; what Actix refuses on its own account becomes a problem body.
pub async fn edge(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, ActixError> {
    let began = Monotonic::now();
    let Some(state) = request.app_data::<Arc<State>>().map(Arc::clone) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let now = state.db.clock().now();
    let (caller, left) = recognise(&state, &request, now).await;
    let (caller, failed) = match caller {
        Ok(caller) => (caller, None),
        Err(error) => (Err(Stranger::Nobody), Some(error)),
    };
    let known = Known { request_id: new_request_id(now), caller, endpoint: std::cell::Cell::new("other") };
    let request_id = known.request_id.clone();
    request.extensions_mut().insert(std::rc::Rc::new(known));

    let method = request.method().clone();
    let refused = match (left, failed) {
        (Err(seconds), _) => Some(Error::too_many(i64::try_from(seconds).unwrap_or(60))),
        (Ok(_), failed) => failed,
    };
    let mut response = match refused {
        None => next.call(request).await?.map_into_boxed_body(),
        Some(error) => {
            let (request, _) = request.into_parts();
            let refused = super::answer::problem(&request, error);
            ServiceResponse::new(request, refused)
        }
    };
    let endpoint = known_of(response.request()).map_or("other", |known| known.endpoint.get());
    let status = response.status();
    let took = began.elapsed();
    dress(&mut response, &request_id, left.unwrap_or(0), state.limits.per_minute);
    state.metrics.count(endpoint, status.as_u16(), took);
    tracing::info!(
        request_id,
        method = method.as_str(),
        endpoint,
        status = status.as_u16(),
        ms = took.as_secs_f64() * 1000.0,
        "answered"
    );
    Ok(response)
}

/// The headers every answer carries.
fn dress(response: &mut ServiceResponse<BoxBody>, request_id: &str, left: u32, per_minute: NonZeroU32) {
    let headers = response.headers_mut();
    let mut put = |name: HeaderName, value: &str| {
        if let Ok(value) = HeaderValue::from_str(value) {
            headers.insert(name, value);
        }
    };
    put(HeaderName::from_static("dondoc-version"), env!("CARGO_PKG_VERSION"));
    put(HeaderName::from_static("x-request-id"), request_id);
    put(HeaderName::from_static("ratelimit-policy"), &format!("\"caller\";q={per_minute};w=60"));
    put(HeaderName::from_static("ratelimit"), &format!("\"caller\";r={left};t=60"));
    put(header::X_CONTENT_TYPE_OPTIONS, "nosniff");
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    }
    headers.append(header::VARY, HeaderValue::from_static("authorization, accept-language"));
}

fn new_request_id(now: Instant) -> String {
    let mut chance = [0; 10];
    let _ = getrandom::fill(&mut chance);
    Id::<()>::new(u64::try_from(now.unix_ms()).unwrap_or(0), chance).to_string()
}

fn known_of(request: &HttpRequest) -> Option<std::rc::Rc<Known>> {
    request.extensions().get::<std::rc::Rc<Known>>().cloned()
}

/// The number under which the log knows this request.
pub(super) fn request_id(request: &HttpRequest) -> String {
    known_of(request).map_or_else(|| "unknown".to_owned(), |known| known.request_id.clone())
}

/// Tells the metrics which endpoint answered.
pub(super) fn note_endpoint(request: &HttpRequest, name: &'static str) {
    if let Some(known) = known_of(request) {
        known.endpoint.set(name);
    }
}

/// Who asks.
pub(super) fn caller(request: &HttpRequest) -> Result<Caller> {
    let known = known_of(request).ok_or_else(|| Error::of(Code::NotSignedIn))?;
    match &known.caller {
        Ok(caller) => Ok(caller.clone()),
        Err(Stranger::Nobody) => Err(Error::of(Code::NotSignedIn)),
        Err(Stranger::Refused(fault)) => Err(fault.refusal()),
    }
}

fn bearer(request: &ServiceRequest) -> Option<&str> {
    let value = request.headers().get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// Where a request comes from. What a proxy says is believed only of a proxy the operator trusts.
pub(super) fn address(request: &HttpRequest) -> Option<IpAddr> {
    // A socket for both versions shows 127.0.0.1 as ::ffff:127.0.0.1.
    let peer = request.peer_addr()?.ip().to_canonical();
    let state = request.app_data::<Arc<State>>()?;
    if !state.trusted_proxies.contains(&peer) {
        return Some(peer);
    }
    let forwarded = request.headers().get("x-forwarded-for").and_then(|value| value.to_str().ok());
    let last = forwarded.and_then(|all| all.rsplit(',').next()).and_then(|ip| ip.trim().parse().ok());
    last.or(Some(peer))
}
fn address_of(request: &ServiceRequest) -> Option<IpAddr> {
    address(request.request())
}

/// A method that is not taken here, with those that are.
pub(crate) fn wrong_method(allow: &str) -> Error {
    Error::Refused(Box::new(Refusal {
        code: Code::MethodNotAllowed,
        why: None,
        fields: Vec::new(),
        retry_after: None,
        allow: Some(allow.to_owned()),
    }))
}
