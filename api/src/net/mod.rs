//! The way out: HTTP to servers whose addresses somebody typed in. **Invariant: a connection goes to
//! the address that was checked, and to none of a private, local or metadata network unless the
//! operator allows the host; redirects are not followed, and no answer is waited for or read without
//! end.**
//!
//! Names are resolved here, at every connection, and what they resolve to is what is connected to, so
//! that a name that points elsewhere a moment later gains nothing.

pub mod address;

use std::{
    collections::BTreeSet,
    error::Error as StdError,
    fmt,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use chrono::{DateTime, TimeDelta};
use http_body_util::{BodyExt, Full};
use hyper::{
    Method, Request, StatusCode, Uri,
    body::{Body, Bytes, Incoming},
    header::{HeaderMap, HeaderName, HeaderValue},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{
        Client as Pool,
        connect::{HttpConnector, dns::Name},
    },
    rt::{TokioExecutor, TokioTimer},
};
use openapi::{problem::Said, value::Instant};
use tower_service::Service;
use url::{Host, Url};

use crate::error::{Error, Result};

/// Hosts the operator allows whatever their addresses, also without TLS: `outgoing.allow_hosts`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Allowed(Arc<BTreeSet<String>>);

impl Allowed {
    /// From names and addresses separated by commas, or `none`. Nothing when one is neither.
    #[must_use]
    pub fn parse(list: &str) -> Option<Self> {
        if list == "none" {
            return Some(Self::default());
        }
        let one = |text: &str| match text.trim().trim_matches(['[', ']']).parse::<IpAddr>() {
            Ok(address) => Some(address.to_string()),
            Err(_not) => match Host::parse(text.trim()).ok()? {
                Host::Domain(name) if !name.is_empty() => Some(plain(&name)),
                _ => None,
            },
        };
        list.split(',').map(one).collect::<Option<BTreeSet<_>>>().map(|hosts| Self(Arc::new(hosts)))
    }
    /// These and another host.
    #[must_use]
    pub fn with(&self, host: &str) -> Self {
        let mut hosts = BTreeSet::clone(&self.0);
        hosts.extend(Self::parse(host).iter().flat_map(|one| one.0.iter().cloned()));
        Self(Arc::new(hosts))
    }
    /// Whether a name is allowed.
    #[must_use]
    pub fn name(&self, name: &str) -> bool {
        self.0.contains(&plain(name))
    }
    fn address(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_string())
    }
    fn host(&self, host: &Host<&str>) -> bool {
        match host {
            Host::Domain(name) => self.name(name),
            Host::Ipv4(address) => self.address((*address).into()),
            Host::Ipv6(address) => self.address((*address).into()),
        }
    }
}

/// One spelling of a name.
fn plain(name: &str) -> String {
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// An address of the web that may be asked, as far as can be told without resolving its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target(Url);

impl Target {
    /// The longest that is taken, in bytes.
    const AT_MOST: usize = 2000;

    /// Checks an address that somebody typed in.
    ///
    /// # Errors
    /// What is wrong with it, in plain words.
    pub fn parse(text: &str, allowed: &Allowed) -> std::result::Result<Self, Said> {
        let bad = |vi: &'static str, en: &'static str| Err(Said::new(vi, en));
        let url = Url::parse(text).ok().filter(|_| text.len() <= Self::AT_MOST);
        let Some((url, host)) = url.as_ref().and_then(|url| Some((url, url.host()?))) else {
            return bad(
                "Địa chỉ không đúng dạng; ví dụ đúng: https://nhan.example/don-doc.",
                "Not a web address; for example: https://receiver.example/don-doc.",
            );
        };
        if !url.username().is_empty() || url.password().is_some() {
            return bad(
                "Không đặt tên người dùng hay mật khẩu trong địa chỉ.",
                "Put no user name or password into the address.",
            );
        }
        let known = allowed.host(&host);
        match url.scheme() {
            "https" => {}
            "http" if known => {}
            _ => {
                return bad(
                    "Địa chỉ phải bắt đầu bằng https://; http:// chỉ dùng cho máy mà người vận hành cho phép.",
                    "The address must begin with https://; http:// is only for hosts the operator allows.",
                );
            }
        }
        let address = match host {
            Host::Domain(_) => None,
            Host::Ipv4(address) => Some(IpAddr::V4(address)),
            Host::Ipv6(address) => Some(IpAddr::V6(address)),
        };
        if address.is_some_and(|address| !known && !address::is_public(address)) {
            return bad(
                "Địa chỉ này thuộc mạng riêng hoặc mạng nội bộ; người vận hành có thể cho phép bằng outgoing.allow_hosts.",
                "This address is of a private or local network; the operator can allow it by outgoing.allow_hosts.",
            );
        }
        Ok(Self(url.clone()))
    }
    /// Scheme, host and port.
    #[must_use]
    pub fn origin(&self) -> String {
        self.0.origin().ascii_serialization()
    }
}

/// Why there is no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The address, or all its name resolves to, may not be reached from here.
    Refused,
    /// The name resolves to nothing.
    Unresolved,
    /// The other side could not show who it is, or speaks no TLS.
    Tls,
    /// There was no connection, or it broke.
    Connection,
    /// It took too long.
    TimedOut,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Refused => "the address may not be reached from here",
            Self::Unresolved => "the name resolves to nothing",
            Self::Tls => "TLS failed",
            Self::Connection => "there is no connection",
            Self::TimedOut => "it took too long",
        })
    }
}
impl StdError for Failure {}

/// What was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// `Retry-After` as it was sent: seconds, or a date (RFC 9110 §10.2.3).
    pub retry_after: Option<String>,
    /// The beginning of the body: no more than was asked for, less when the rest did not come in time.
    pub body: Vec<u8>,
}

impl Answer {
    /// How long `Retry-After` asks to wait, a day at most; nothing when it asks for nothing we can read.
    #[must_use]
    pub fn asks_to_wait(&self, now: Instant) -> Option<TimeDelta> {
        asked(self.retry_after.as_deref()?, now)
    }
    /// Whether it is a success.
    #[must_use]
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }
}

/// What `Retry-After` asks for: seconds, or a date (RFC 9110 §10.2.3), a day at most.
fn asked(retry_after: &str, now: Instant) -> Option<TimeDelta> {
    const MOST: TimeDelta = TimeDelta::days(1);
    let text = retry_after.trim();
    let wait = if !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit()) {
        // A number too long to be one is long all the same.
        text.parse().ok().and_then(TimeDelta::try_seconds).unwrap_or(MOST)
    } else {
        DateTime::parse_from_rfc2822(text).ok()?.to_utc() - now.utc()
    };
    Some(wait.clamp(TimeDelta::zero(), MOST))
}

/// What is sent.
#[derive(Debug, Clone, Default)]
pub struct Post {
    /// The headers beside `Host`, `User-Agent` and `Content-Length`.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
    /// How long the whole may take.
    pub within: Duration,
    /// How much of the answer's body is read at most, in bytes.
    pub answer_at_most: usize,
}

/// Asks other servers. One for the whole process: it keeps connections open for a while.
#[derive(Clone)]
pub struct Client {
    pool: Pool<HttpsConnector<HttpConnector<Resolver>>, Full<Bytes>>,
    allowed: Allowed,
}

impl Client {
    /// A client that trusts whom the machine trusts (`SSL_CERT_FILE` names others), or where the
    /// machine has no list of its own, whom Mozilla trusts.
    ///
    /// # Errors
    /// Never in practice: TLS is set up from what is compiled in.
    pub fn new(allowed: Allowed) -> Result<Self> {
        const CONNECT_WITHIN: Duration = Duration::from_secs(10);
        const KEPT_OPEN_FOR: Duration = Duration::from_secs(30);
        const KEPT_OPEN_EACH: usize = 4;
        let mut roots = rustls::RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            roots.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|bad| Error::Broken(format!("TLS: {bad}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut http = HttpConnector::new_with_resolver(Resolver { allowed: allowed.clone() });
        http.enforce_http(false);
        http.set_nodelay(true);
        http.set_connect_timeout(Some(CONNECT_WITHIN));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        let pool = Pool::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(KEPT_OPEN_FOR)
            .pool_max_idle_per_host(KEPT_OPEN_EACH)
            .build(connector);
        Ok(Self { pool, allowed })
    }

    /// Which hosts the operator allows.
    #[must_use]
    pub const fn allowed(&self) -> &Allowed {
        &self.allowed
    }

    /// Posts to an address. Redirects are answered, not followed.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn post(&self, target: &Target, post: Post) -> std::result::Result<Answer, Failure> {
        self.ask(Method::POST, target, post).await
    }

    /// Asks whether somebody answers at an address.
    ///
    /// # Errors
    /// Why there is no answer.
    pub async fn head(&self, target: &Target, within: Duration) -> std::result::Result<Answer, Failure> {
        self.ask(Method::HEAD, target, Post { within, ..Post::default() }).await
    }

    async fn ask(&self, method: Method, target: &Target, post: Post) -> std::result::Result<Answer, Failure> {
        let within = tokio::time::Instant::now() + post.within;
        let request = request(method, target, post.headers, post.body).ok_or(Failure::Refused)?;
        let answered = tokio::time::timeout_at(within, self.pool.request(request)).await;
        let response = answered.map_err(|_late| Failure::TimedOut)?.map_err(|bad| failure(&bad))?;
        let (head, body) = response.into_parts();
        let header = |name: HeaderName| Some(head.headers.get(name)?.to_str().ok()?.to_owned());
        let mut answer = Answer {
            status: head.status.as_u16(),
            retry_after: header(hyper::header::RETRY_AFTER),
            body: Vec::new(),
        };
        if head.status != StatusCode::NO_CONTENT {
            // What the status says stands, also when the rest is slow, endless or broken.
            let _late =
                tokio::time::timeout_at(within, read(body, post.answer_at_most, &mut answer.body)).await;
        }
        Ok(answer)
    }
}

fn request(
    method: Method,
    target: &Target,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
) -> Option<Request<Full<Bytes>>> {
    let mut request = Request::new(Full::new(Bytes::from(body)));
    *request.method_mut() = method;
    let mut url = target.0.clone();
    url.set_fragment(None);
    *request.uri_mut() = url.as_str().parse::<Uri>().ok()?;
    let all: &mut HeaderMap = request.headers_mut();
    all.insert(
        hyper::header::USER_AGENT,
        HeaderValue::from_static(concat!("dondoc/", env!("CARGO_PKG_VERSION"))),
    );
    for (name, value) in headers {
        all.insert(HeaderName::from_static(name), HeaderValue::from_str(&value).ok()?);
    }
    Some(request)
}

async fn read(mut body: Incoming, at_most: usize, into: &mut Vec<u8>) {
    while into.len() < at_most && !body.is_end_stream() {
        let Some(Ok(frame)) = body.frame().await else {
            return;
        };
        if let Some(bytes) = frame.data_ref() {
            let room = at_most.saturating_sub(into.len());
            into.extend(bytes.iter().take(room));
        }
    }
}

/// What lies behind an error of the client.
fn failure(error: &(dyn StdError + 'static)) -> Failure {
    let mut at = Some(error);
    while let Some(error) = at {
        if let Some(failure) = error.downcast_ref::<Failure>() {
            return *failure;
        }
        if error.is::<rustls::Error>() {
            return Failure::Tls;
        }
        if let Some(io) = error.downcast_ref::<io::Error>() {
            // An error within an I/O error is not its `source`, but what it holds.
            if let Some(inner) = io.get_ref() {
                let inner: &(dyn StdError + 'static) = inner;
                at = Some(inner);
                continue;
            }
            if io.kind() == io::ErrorKind::TimedOut {
                return Failure::TimedOut;
            }
        }
        at = error.source();
    }
    Failure::Connection
}

/// Resolves names, and gives out only addresses that may be reached.
#[derive(Clone)]
struct Resolver {
    allowed: Allowed,
}

impl Service<Name> for Resolver {
    type Response = std::vec::IntoIter<SocketAddr>;
    type Error = Failure;
    type Future = Pin<Box<dyn Future<Output = std::result::Result<Self::Response, Failure>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<std::result::Result<(), Failure>> {
        Poll::Ready(Ok(()))
    }
    fn call(&mut self, name: Name) -> Self::Future {
        let allowed = self.allowed.clone();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await;
            let found: Vec<SocketAddr> = found.map_err(|_none| Failure::Unresolved)?.collect();
            reachable(name.as_str(), found, &allowed).map(Vec::into_iter)
        })
    }
}

/// Of the addresses of a name, those that may be reached.
fn reachable(
    name: &str,
    found: Vec<SocketAddr>,
    allowed: &Allowed,
) -> std::result::Result<Vec<SocketAddr>, Failure> {
    if found.is_empty() {
        return Err(Failure::Unresolved);
    }
    let known = allowed.name(name);
    // An allowed address is allowed as such; to be reached by a name it is allowed by that name, so that
    // nobody's name leads there.
    let may = |one: &SocketAddr| known || address::is_public(one.ip());
    let found: Vec<SocketAddr> = found.into_iter().filter(may).collect();
    if found.is_empty() { Err(Failure::Refused) } else { Ok(found) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str, allowed: &str) -> bool {
        Target::parse(text, &Allowed::parse(allowed).unwrap()).is_ok()
    }

    #[test]
    fn an_address_on_the_internet_needs_tls() {
        for good in [
            "https://nhan.example/x?y=1",
            "https://nhan.example:8443",
            "https://8.8.8.8/",
            "https://[2a00::1]/",
        ] {
            assert!(parse(good, "none"), "{good}");
        }
        for bad in [
            "http://nhan.example/",
            "ftp://nhan.example/",
            "nhan.example",
            "https://",
            "mailto:a@nhan.example",
            "https://user@nhan.example/",
            "https://user:pass@nhan.example/",
            "https://:pass@nhan.example/",
        ] {
            assert!(!parse(bad, "none"), "{bad}");
        }
        assert!(!parse(&format!("https://nhan.example/{}", "x".repeat(2000)), "none"));
    }

    #[test]
    fn a_literal_address_is_judged_however_it_is_written() {
        for bad in [
            "https://127.0.0.1/",
            "https://127.1/",
            "https://0x7f.1/",
            "https://2130706433/",
            "https://0177.0.0.1/",
            "https://0/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://[::ffff:10.0.0.1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[fd00:ec2::254]/",
            "https://１２７.0.0.1/",
        ] {
            assert!(!parse(bad, "none"), "{bad}");
        }
    }

    #[test]
    fn the_operator_allows_hosts_by_name_or_address() {
        let allowed = "Nhan.Noi.Bo., 10.0.0.5,[::1]";
        for good in
            ["http://nhan.noi.bo:8080/", "https://NHAN.noi.bo./", "http://10.0.0.5/", "http://[::1]:1/"]
        {
            assert!(parse(good, allowed), "{good}");
        }
        for bad in ["http://khac.noi.bo/", "https://10.0.0.6/", "http://nhan.noi.bo.example/"] {
            assert!(!parse(bad, allowed), "{bad}");
        }
        for bad in ["", "a b", "a,,b", "http://x/", "10.0.0.0/8"] {
            assert_eq!(Allowed::parse(bad), None, "{bad}");
        }
    }

    #[test]
    fn of_what_a_name_resolves_to_only_the_public_is_reached() {
        let found = |list: &[&str]| list.iter().map(|one| format!("{one}:0").parse().unwrap()).collect();
        let none = Allowed::default();
        let mixed = reachable("nhan.example", found(&["10.0.0.1", "8.8.8.8", "[::1]"]), &none);
        assert_eq!(mixed, Ok(found(&["8.8.8.8"])));
        let private = || found(&["192.168.1.5", "[fe80::1]"]);
        assert_eq!(reachable("nhan.example", private(), &none), Err(Failure::Refused));
        assert_eq!(reachable("nhan.example", Vec::new(), &none), Err(Failure::Unresolved));
        let allowed = |list| Allowed::parse(list).unwrap();
        assert!(reachable("nhan.example", private(), &allowed("nhan.example")).is_ok());
        let by_address = reachable("nhan.example", private(), &allowed("192.168.1.5"));
        assert_eq!(by_address, Err(Failure::Refused), "a name does not lead to what is allowed by address");
    }

    #[tokio::test]
    async fn a_name_of_this_machine_is_refused_when_it_is_resolved() {
        let client = Client::new(Allowed::default()).unwrap();
        let target = Target::parse("https://localhost:1/", client.allowed()).unwrap();
        let post = Post { within: Duration::from_secs(10), ..Post::default() };
        assert_eq!(client.post(&target, post.clone()).await, Err(Failure::Refused));
        let client = Client::new(Allowed::parse("localhost").unwrap()).unwrap();
        assert_eq!(client.post(&target, post).await, Err(Failure::Connection));
    }

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_as_a_date() {
        let now: Instant = "2026-11-20T01:00:00Z".parse().unwrap();
        assert_eq!(asked("120", now), Some(TimeDelta::seconds(120)));
        assert_eq!(asked(" 0 ", now), Some(TimeDelta::zero()));
        assert_eq!(asked("Fri, 20 Nov 2026 01:10:00 GMT", now), Some(TimeDelta::minutes(10)));
        assert_eq!(asked("Fri, 20 Nov 2026 00:10:00 GMT", now), Some(TimeDelta::zero()));
        assert_eq!(asked("99999999999999999999999", now), Some(TimeDelta::days(1)));
        assert_eq!((asked("-5", now), asked("soon", now), asked("", now)), (None, None, None));
    }

    proptest::proptest! {
        #[test]
        fn whatever_an_endpoint_asks_for_is_bounded(text in ".{0,40}") {
            let now = Instant::new(DateTime::from_timestamp(1_795_000_000, 0).unwrap());
            if let Some(wait) = asked(&text, now) {
                proptest::prop_assert!(wait >= TimeDelta::zero() && wait <= TimeDelta::days(1));
            }
        }
    }
}
