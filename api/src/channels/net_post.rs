//! Calling others over HTTP. **Invariant: whoever is called answers with TLS and is not in our own
//! network, unless the operator allows his host; no redirect is followed and no answer is read.**
//!
//! To be replaced by `net::Client`, which also looks at the addresses that names lead to.

use std::{collections::HashSet, sync::Arc, time::Duration};

use chrono::TimeDelta;
use http_body_util::Full;
use hyper::{
    Method, Request, Response,
    body::{Bytes, Incoming},
    header::{self, HeaderName, HeaderValue},
};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use url::{Host, Url};

use crate::{
    config,
    error::{Error, Result},
};

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(15);

pub(super) struct Http {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    allow_hosts: HashSet<String>,
}

/// What was answered, as far as it is looked at.
#[derive(Debug)]
pub(super) struct Answered {
    pub status: u16,
    pub retry_after: Option<TimeDelta>,
}

/// Why there was no answer, as a code.
type Unanswered = &'static str;

impl Http {
    /// The host of a gateway is allowed by being named as one.
    pub(super) fn open(settings: &config::Channels) -> Result<Self> {
        let mut allow_hosts = settings.allow_hosts.clone();
        allow_hosts.extend(settings.gateway.as_ref().and_then(|gateway| Self::host(&gateway.url)));
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
        let mut http = HttpConnector::new();
        http.enforce_http(false);
        http.set_connect_timeout(Some(Duration::from_secs(5)));
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls)
            .https_or_http()
            .enable_http1()
            .wrap_connector(http);
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector), allow_hosts })
    }

    /// Where an address leads, if it may be called.
    fn allowed(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let host = url.host_str()?;
        let named = self.allow_hosts.contains(host);
        let is_name = matches!(url.host(), Some(Host::Domain(name)) if name.contains('.') && !name.ends_with(".localhost"));
        (named || (url.scheme() == "https" && is_name)).then_some(url)
    }

    /// Scheme, host and port of an address, if it may be called.
    pub(super) fn origin(&self, address: &str) -> Option<String> {
        Some(self.allowed(address)?.origin().ascii_serialization())
    }

    /// The host of an address.
    pub(super) fn host(address: &str) -> Option<String> {
        Url::parse(address).ok()?.host_str().map(str::to_owned)
    }

    /// Posts bytes.
    ///
    /// # Errors
    /// Why there was no answer.
    pub(super) async fn net_post(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> std::result::Result<Answered, Unanswered> {
        let answer = self.ask(Method::POST, address, headers, body).await?;
        let seconds = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let seconds = seconds.and_then(|seconds| seconds.trim().parse().ok());
        let retry_after = seconds.and_then(TimeDelta::try_seconds);
        Ok(Answered { status: answer.status().as_u16(), retry_after })
    }

    /// Whether somebody answers at an address at all.
    ///
    /// # Errors
    /// Why there was no answer.
    pub(super) async fn answers(&self, address: &str) -> std::result::Result<u16, Unanswered> {
        Ok(self.ask(Method::HEAD, address, &[], Vec::new()).await?.status().as_u16())
    }

    async fn ask(
        &self,
        method: Method,
        address: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
    ) -> std::result::Result<Response<Incoming>, Unanswered> {
        let url = self.allowed(address).ok_or("not_allowed")?;
        let uri: hyper::Uri = url.as_str().parse().map_err(|_bad| "not_allowed")?;
        let mut request = Request::new(Full::new(Bytes::from(body)));
        (*request.method_mut(), *request.uri_mut()) = (method, uri);
        let all = request.headers_mut();
        let agent = concat!("dondoc/", env!("CARGO_PKG_VERSION"));
        all.insert(header::USER_AGENT, HeaderValue::from_static(agent));
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).map_err(|_bad| "not_allowed")?;
            all.insert(HeaderName::from_static(name), value);
        }
        match tokio::time::timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(answer)) => Ok(answer),
            // The error itself may name the address, which is a secret.
            Ok(Err(error)) if error.is_connect() => Err("unreachable"),
            Ok(Err(_)) => Err("no_answer"),
            Err(_elapsed) => Err("timeout"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_in_our_own_network_is_called_unless_it_is_allowed() {
        let allow = |hosts: &[&str]| {
            let allow_hosts = hosts.iter().map(|host| (*host).to_owned()).collect();
            Http::open(&config::Channels { allow_hosts, ..config::Channels::default() }).unwrap()
        };
        let none = allow(&[]);
        assert_eq!(none.origin("https://push.example/x").as_deref(), Some("https://push.example"));
        for inside in [
            "http://push.example/",
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://[::1]/",
            "https://localhost/",
            "https://a.localhost/",
            "https://intranet/",
            "ftp://push.example/",
        ] {
            assert_eq!(none.origin(inside), None, "{inside}");
        }
        let some = allow(&["127.0.0.1"]);
        assert_eq!(some.origin("http://127.0.0.1:81/x").as_deref(), Some("http://127.0.0.1:81"));
        assert_eq!(some.origin("http://127.0.0.2:81/x"), None);
    }
}
