//! Calling push services and the gateway. **Invariant: all of it goes the way out that checks addresses
//! ([`net`]); of an answer only the status is looked at, and when to come again.**

use std::time::Duration;

use chrono::TimeDelta;
use openapi::value::Instant;
use url::Url;

use crate::{
    config,
    error::Result,
    net::{Allowed, Client, Failure, Post, Target},
};

/// How long one call may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// Two ways out: addresses of push services come from whoever signs in, so that what the operator allows
/// for himself is not allowed there.
pub(super) struct Http {
    push: Client,
    gateway: Client,
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
    pub(super) fn open(settings: &config::Channels, allowed: &Allowed) -> Result<Self> {
        let gateway = settings.gateway.as_ref().and_then(|gateway| Self::host(&gateway.url));
        let gateway = gateway.map_or_else(|| allowed.clone(), |host| allowed.with(&host));
        Ok(Self { push: Client::new(settings.push_hosts.clone())?, gateway: Client::new(gateway)? })
    }

    /// Scheme, host and port of the address of a push service, if it may be called.
    pub(super) fn origin(&self, address: &str) -> Option<String> {
        let allowed = self.push.allowed();
        let host = Self::host(address)?;
        // What such a name leads to is refused when it is called; that it leads inside can be told now.
        let inside = !host.contains(['.', ':']) || host.ends_with(".localhost");
        let target = Target::parse(address, allowed).ok()?;
        (!inside || allowed.name(&host)).then(|| target.origin())
    }

    /// The host of an address.
    pub(super) fn host(address: &str) -> Option<String> {
        Url::parse(address).ok()?.host_str().map(str::to_owned)
    }

    /// Posts bytes to a push service.
    ///
    /// # Errors
    /// Why there was no answer.
    pub(super) async fn post_to_push(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
        now: Instant,
    ) -> std::result::Result<Answered, Unanswered> {
        post(&self.push, address, headers, body, now).await
    }

    /// Posts bytes to the gateway.
    ///
    /// # Errors
    /// Why there was no answer.
    pub(super) async fn post_to_gateway(
        &self,
        address: &str,
        headers: &[(&'static str, String)],
        body: Vec<u8>,
        now: Instant,
    ) -> std::result::Result<Answered, Unanswered> {
        post(&self.gateway, address, headers, body, now).await
    }

    /// Whether the gateway answers at all.
    ///
    /// # Errors
    /// Why there was no answer.
    pub(super) async fn gateway_answers(&self, address: &str) -> std::result::Result<u16, Unanswered> {
        let target = Target::parse(address, self.gateway.allowed()).map_err(|_why| "not_allowed")?;
        Ok(self.gateway.head(&target, PATIENCE).await.map_err(code)?.status)
    }
}

async fn post(
    client: &Client,
    address: &str,
    headers: &[(&'static str, String)],
    body: Vec<u8>,
    now: Instant,
) -> std::result::Result<Answered, Unanswered> {
    let target = Target::parse(address, client.allowed()).map_err(|_why| "not_allowed")?;
    let post = Post { headers: headers.to_vec(), body, within: PATIENCE, answer_at_most: 0 };
    let answer = client.post(&target, post).await.map_err(code)?;
    Ok(Answered { status: answer.status, retry_after: answer.asks_to_wait(now) })
}

/// The error itself may name the address, which is a secret.
const fn code(failure: Failure) -> Unanswered {
    match failure {
        Failure::Refused => "not_allowed",
        Failure::Unresolved | Failure::Connection | Failure::Tls => "unreachable",
        Failure::TimedOut => "timeout",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_in_our_own_network_is_called_unless_it_is_allowed() {
        let open = |hosts: &str| {
            let push_hosts = Allowed::parse(hosts).unwrap();
            let settings = config::Channels { push_hosts, ..config::Channels::default() };
            // What the operator allows himself opens nothing here.
            Http::open(&settings, &Allowed::parse("127.0.0.1,127.0.0.2").unwrap()).unwrap()
        };
        let none = open("none");
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
        let some = open("127.0.0.1");
        assert_eq!(some.origin("http://127.0.0.1:81/x").as_deref(), Some("http://127.0.0.1:81"));
        assert_eq!(some.origin("http://127.0.0.2:81/x"), None);
    }
}
