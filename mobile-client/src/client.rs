//! Calling an endpoint by its type. **Invariant: an answer without the `dondoc-version` header is
//! nobody's answer: captive portals answer 200 to everything.**

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use openapi::{
    endpoint::{Endpoint, Method, NoQuery, PathArgs, Reply, RequestBody},
    problem::{Code, Problem},
    sessions::{RefreshRequest, RefreshSession, Session},
    value::{Instant, Token, Version},
};
use reqwest::header;
use serde::de::DeserializeOwned;

use crate::reading::{self, Unfit};

/// Calls endpoints of one server, for one person or for nobody.
#[derive(Debug, Clone)]
pub struct Client {
    http: reqwest::Client,
    base: String,
    tokens: Option<Arc<Mutex<Tokens>>>,
    language: &'static str,
    patience: Option<Duration>,
}

/// What speaks for a person: shared by the clones of a client, so that one refresh serves all.
#[derive(Debug, Clone)]
struct Tokens {
    access: Token,
    refresh: Option<Token>,
}

/// An answer of success.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered<R> {
    /// 200, 201, 202 or 204.
    pub status: u16,
    /// The entity tag, when there is one.
    pub etag: Option<String>,
    /// What was answered.
    pub reply: R,
}

/// What an answer says beside its content.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Aside {
    /// The status; 0 when no answer of ours came.
    pub status: u16,
    /// The server's clock, to the second.
    pub server_time: Option<Instant>,
    /// After how many seconds to come back, when the server said so.
    pub retry_after: Option<u32>,
}

/// Why there is no answer of success.
#[derive(Debug)]
pub enum Failed {
    /// The server refused.
    Refused(Box<Problem>),
    /// What answered is not our server.
    NotOurs,
    /// The answer was not of its form.
    Unreadable(String),
    /// No answer came.
    Unreachable(String),
}

impl Failed {
    /// The status of a refusal; 0 without one.
    #[must_use]
    pub fn status(&self) -> u16 {
        match self {
            Self::Refused(problem) => problem.status,
            Self::NotOurs | Self::Unreadable(_) | Self::Unreachable(_) => 0,
        }
    }
}

impl Failed {
    /// What the server said, when it refused.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            Self::NotOurs | Self::Unreadable(_) | Self::Unreachable(_) => None,
        }
    }
    /// The code of a refusal; `Unknown` without one.
    #[must_use]
    pub fn code(&self) -> Code {
        self.problem().map_or(Code::Unknown, |problem| problem.code)
    }
}

impl std::fmt::Display for Failed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refused(problem) => write!(f, "{} {}", problem.status, problem.detail),
            Self::NotOurs => f.write_str("something else answered"),
            Self::Unreadable(why) | Self::Unreachable(why) => f.write_str(why),
        }
    }
}
impl std::error::Error for Failed {}
impl From<Unfit> for Failed {
    fn from(unfit: Unfit) -> Self {
        Self::Unreadable(unfit.to_string())
    }
}

impl Client {
    /// A client of the server at an address such as `https://dondoc.example`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self {
            http: reqwest::Client::new(),
            base: base.trim_end_matches('/').to_owned(),
            tokens: None,
            language: "vi",
            patience: None,
        }
    }
    /// The same, for whoever the access token speaks for, until it runs out.
    #[must_use]
    pub fn with_token(&self, token: &Token) -> Self {
        self.speaking(Tokens { access: token.clone(), refresh: None })
    }
    /// The same, for the person of a session; the access token is renewed when it has run out.
    #[must_use]
    pub fn with_session(&self, session: &Session) -> Self {
        self.speaking(Tokens {
            access: session.access_token.clone(),
            refresh: Some(session.refresh_token.clone()),
        })
    }
    fn speaking(&self, tokens: Tokens) -> Self {
        Self { tokens: Some(Arc::new(Mutex::new(tokens))), ..self.clone() }
    }
    /// The same, of the server at another address.
    #[must_use]
    pub fn at(&self, base: &str) -> Self {
        Self { base: base.trim_end_matches('/').to_owned(), ..self.clone() }
    }
    /// The same, answered in English.
    #[must_use]
    pub fn in_english(&self) -> Self {
        Self { language: "en", ..self.clone() }
    }
    /// The same, giving up when a whole answer has not come after so long.
    #[must_use]
    pub fn with_patience(&self, patience: Duration) -> Self {
        Self { patience: Some(patience), ..self.clone() }
    }
    /// The access token, if there is one.
    #[must_use]
    pub fn token(&self) -> Option<Token> {
        self.tokens().map(|tokens| tokens.access)
    }
    /// The refresh token, if there is one. It changes when the access token is renewed.
    #[must_use]
    pub fn refresh_token(&self) -> Option<Token> {
        self.tokens()?.refresh
    }
    fn tokens(&self) -> Option<Tokens> {
        let tokens = self.tokens.as_ref()?;
        Some(tokens.lock().unwrap_or_else(PoisonError::into_inner).clone())
    }
    /// Where the server is.
    #[must_use]
    pub fn base(&self) -> &str {
        &self.base
    }

    /// Calls an endpoint that has no parameters after the question mark.
    ///
    /// # Errors
    /// The server's refusal, or that no answer of ours came.
    pub async fn call<E: Endpoint>(&self, path: E::Path, body: E::Body) -> Result<Answered<E::Reply>, Failed>
    where
        E::Query: Default,
    {
        self.send::<E>(path, E::Query::default(), body, None).await
    }

    /// Calls an endpoint with parameters.
    ///
    /// # Errors
    /// The server's refusal, or that no answer of ours came.
    pub async fn query<E>(&self, path: E::Path, query: E::Query) -> Result<Answered<E::Reply>, Failed>
    where
        E: Endpoint<Body = openapi::endpoint::Nothing>,
    {
        self.send::<E>(path, query, openapi::endpoint::Nothing, None).await
    }

    /// Changes something that was at a version.
    ///
    /// # Errors
    /// The server's refusal, or that no answer of ours came.
    pub async fn change<E: Endpoint>(
        &self,
        path: E::Path,
        version: Version,
        body: E::Body,
    ) -> Result<Answered<E::Reply>, Failed>
    where
        E::Query: Default,
    {
        self.send::<E>(path, E::Query::default(), body, Some(version)).await
    }

    /// Calls an endpoint with everything it may take.
    ///
    /// # Errors
    /// The server's refusal, or that no answer of ours came.
    pub async fn send<E: Endpoint>(
        &self,
        path: E::Path,
        query: E::Query,
        body: E::Body,
        version: Option<Version>,
    ) -> Result<Answered<E::Reply>, Failed> {
        let raw = self.ask(Question::to::<E>(path, &query, &body)?, version, &mut Aside::default()).await?;
        let Raw { status, etag, media, bytes } = raw;
        let reply = E::Reply::read(media.as_deref(), bytes)
            .map_err(|bad| Failed::Unreadable(format!("{status}: {bad}")))?;
        Ok(Answered { status, etag, reply })
    }

    /// Asks, and answers the text that came, with what the answer says beside it: for whoever keeps it
    /// as it is, and reads it elsewhere.
    pub async fn hear(&self, question: Question) -> (Result<Vec<u8>, Failed>, Aside) {
        let mut aside = Aside::default();
        let answer = self.ask(question, None, &mut aside).await;
        (answer.map(|raw| raw.bytes), aside)
    }

    /// Calls an endpoint and reads its answer as the phone reads everything.
    ///
    /// # Errors
    /// The server's refusal, or that no answer of ours came.
    pub async fn fetch<E>(&self, path: E::Path, query: E::Query, body: E::Body) -> Result<E::Reply, Failed>
    where
        E: Endpoint<Reply: DeserializeOwned>,
    {
        let raw = self.ask(Question::to::<E>(path, &query, &body)?, None, &mut Aside::default()).await?;
        Ok(reading::read(&raw.bytes)?)
    }

    /// Sends a request, and once more when the access token has run out. What does not know the
    /// endpoint is here and below, so that the phone carries it once and not for each of them.
    async fn ask(
        &self,
        question: Question,
        version: Option<Version>,
        aside: &mut Aside,
    ) -> Result<Raw, Failed> {
        let Question { method, place, written } = question;
        let address = format!("{}{place}", self.base);
        let before = self.tokens();
        let once = |tokens: Option<Tokens>| {
            let mut request = self
                .http
                .request(method.clone(), address.as_str())
                .header(header::ACCEPT_LANGUAGE, self.language);
            if let Some(patience) = self.patience {
                request = request.timeout(patience);
            }
            if let Some(tokens) = tokens {
                request = request.bearer_auth(tokens.access);
            }
            if let Some(version) = version {
                request = request.header(header::IF_MATCH, format!("\"{version}\""));
            }
            if let Some((media, bytes)) = &written {
                request = request.header(header::CONTENT_TYPE, media).body(bytes.clone());
            }
            request
        };
        match answered(once(before.clone()), aside).await {
            Err(Failed::Refused(problem)) if problem.code == Code::NotSignedIn => {
                match self.renew(before).await? {
                    Some(tokens) => answered(once(Some(tokens)), aside).await,
                    None => Err(Failed::Refused(problem)),
                }
            }
            answer => answer,
        }
    }

    /// New tokens for ones that have run out; nothing when there is no refresh token. Another clone
    /// may have been faster: then its tokens serve.
    async fn renew(&self, before: Option<Tokens>) -> Result<Option<Tokens>, Failed> {
        let (Some(shared), Some(before)) = (&self.tokens, before) else { return Ok(None) };
        let present = shared.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if present.access != before.access {
            return Ok(Some(present));
        }
        let Some(refresh_token) = before.refresh else { return Ok(None) };
        let renewal =
            Question::to::<RefreshSession>((), &NoQuery::default(), &RefreshRequest { refresh_token })?;
        let mut request = self.http.post(format!("{}{}", self.base, renewal.place));
        if let Some((media, bytes)) = renewal.written {
            request = request.header(header::CONTENT_TYPE, media).body(bytes);
        }
        let raw = answered(request, &mut Aside::default()).await?;
        let session: Session = reading::read(&raw.bytes)?;
        let tokens = Tokens { access: session.access_token, refresh: Some(session.refresh_token) };
        *shared.lock().unwrap_or_else(PoisonError::into_inner) = tokens.clone();
        Ok(Some(tokens))
    }
}

/// A question for the server, written: nothing in it depends on the endpoint's types any more, so that
/// the phone carries the asking once and not for each endpoint.
#[derive(Debug, Clone)]
pub struct Question {
    method: reqwest::Method,
    place: String,
    written: Option<(String, Vec<u8>)>,
}
impl Question {
    /// To an endpoint.
    ///
    /// # Errors
    /// When query or body cannot be written.
    pub fn to<E: Endpoint>(path: E::Path, query: &E::Query, body: &E::Body) -> Result<Self, Failed> {
        let query = serde_urlencoded::to_string(query).map_err(|bad| Failed::Unreadable(bad.to_string()))?;
        let written = body.write().map_err(|bad| Failed::Unreadable(bad.to_string()))?;
        Ok(Self {
            method: method(E::METHOD),
            place: place(E::PATH, path.write(), &query),
            written: written.map(|(media, bytes)| (media.into_owned(), bytes)),
        })
    }
    /// To an endpoint, with a body that the browser has written as JSON already; the server judges it.
    pub fn of_json<E: Endpoint>(path: E::Path, body: String) -> Self {
        Self {
            method: method(E::METHOD),
            place: place(E::PATH, path.write(), ""),
            written: Some(("application/json".to_owned(), body.into_bytes())),
        }
    }
}

fn place(path: &str, values: Vec<String>, query: &str) -> String {
    let mut values = values.into_iter();
    let part = |part: &str| {
        if part.starts_with('{') { values.next().unwrap_or_default() } else { part.to_owned() }
    };
    let path: Vec<String> = path.split('/').map(part).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{query}", path.join("/"))
}

/// An answer of success, not yet read.
struct Raw {
    status: u16,
    etag: Option<String>,
    media: Option<String>,
    bytes: Vec<u8>,
}

/// Sends a request and reads what comes back.
async fn answered(request: reqwest::RequestBuilder, aside: &mut Aside) -> Result<Raw, Failed> {
    let response = request.send().await.map_err(|bad| Failed::Unreachable(bad.to_string()))?;
    let status = response.status().as_u16();
    let text = |name| {
        let value = response.headers().get(name)?.to_str().ok()?;
        Some(value.to_owned())
    };
    let clock = text("date").and_then(|date| httpdate::parse_http_date(&date).ok());
    let beside = Aside {
        status,
        server_time: clock.map(|clock| Instant::new(clock.into())),
        retry_after: text("retry-after").and_then(|seconds| seconds.parse().ok()),
    };
    let (ours, etag, media) = (text("dondoc-version").is_some(), text("etag"), text("content-type"));
    if !ours {
        return Err(Failed::NotOurs);
    }
    // Known from the head, also when the rest is cut off.
    *aside = beside;
    let bytes = response.bytes().await.map_err(|bad| Failed::Unreachable(bad.to_string()))?;
    if status >= 400 {
        return match reading::read(&bytes) {
            Ok(problem) => Err(Failed::Refused(Box::new(problem))),
            Err(bad) => Err(Failed::Unreadable(format!("{status}: {bad}"))),
        };
    }
    Ok(Raw { status, etag, media, bytes: bytes.to_vec() })
}

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Post => reqwest::Method::POST,
        Method::Put => reqwest::Method::PUT,
        Method::Patch => reqwest::Method::PATCH,
        Method::Delete => reqwest::Method::DELETE,
    }
}
