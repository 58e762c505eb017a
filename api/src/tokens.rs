//! Secrets the server makes. **Invariant: what is stored of a secret is its hash; what proves a
//! session is signed with a key that can be changed while older tokens run out.**
//!
//! Access tokens are JWTs (RFC 7519) signed with HMAC-SHA-256 and a `kid`, some forty lines over
//! `hmac` and `sha2`: the libraries that offer it also bring RSA, which nothing here needs.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use openapi::{
    people::PersonId,
    sessions::{ActivationId, DeviceId},
    value::{Instant, Token},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    access::Tenant,
    error::{Error, Result},
};

/// How long an access token lasts.
pub const ACCESS_SECONDS: u32 = 900;

/// What an access token says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// The person.
    pub sub: PersonId,
    /// The organisation's number.
    pub org: Tenant,
    /// The device the session is bound to.
    pub dev: DeviceId,
    /// When it was made, in seconds since 1970.
    pub iat: i64,
    /// When it ends, in seconds since 1970.
    pub exp: i64,
}

#[derive(Serialize, Deserialize)]
struct Header {
    alg: String,
    typ: String,
    kid: String,
}

/// A key to sign with.
#[derive(Clone)]
pub struct SigningKey {
    /// Its name in the tokens' headers.
    pub kid: String,
    /// The key itself.
    pub secret: Vec<u8>,
    /// When it was made.
    pub created_at: Instant,
}

/// How long a new key only verifies: within this time every server that shares the database has
/// taken it up ([`crate::jobs`]), so that no token meets a server that does not know its key.
pub const KEY_RIPENS: TimeDelta = TimeDelta::seconds(60);

/// The keys that count: the newest ripe one signs, all verify.
#[derive(Clone, Default)]
pub struct Keys(Vec<SigningKey>);

/// Bytes nobody can guess.
///
/// # Errors
/// When the machine has no chance to give.
pub fn random<const N: usize>() -> Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|bad| Error::Broken(format!("getrandom: {bad}")))?;
    Ok(bytes)
}

/// A secret as a token.
///
/// # Errors
/// When the machine has no chance to give.
pub fn random_token() -> Result<Token> {
    as_token(&random::<32>()?)
}

fn as_token(bytes: &[u8]) -> Result<Token> {
    Token::try_from(URL_SAFE_NO_PAD.encode(bytes)).map_err(|bad| Error::Broken(bad.en.into_owned()))
}

/// What is stored of a secret: it is long and random, so that a plain hash is enough.
#[must_use]
pub fn hash(secret: &str) -> String {
    hex(&Sha256::digest(secret.as_bytes()))
}

/// Bytes in hexadecimal.
#[must_use]
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn mac(key: &[u8], parts: &[&[u8]]) -> Vec<u8> {
    // HMAC takes a key of any length (RFC 2104), so that this cannot fail.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    for part in parts {
        mac.update(part);
        mac.update(&[0]);
    }
    mac.finalize().into_bytes().to_vec()
}

fn same(left: &[u8], right: &[u8]) -> bool {
    // Compared through a hash of each, so that the time taken says nothing about where they differ.
    Sha256::digest(left) == Sha256::digest(right)
}

/// The secret of an activation link: made from the installation's key, so that asking again for the
/// same link gives the same one, though only its hash is stored.
///
/// # Errors
/// Never in practice; the text always fits a token.
pub fn activation_token(installation: &[u8], tenant: Tenant, id: ActivationId) -> Result<Token> {
    as_token(&mac(installation, &[b"activation", &tenant.to_be_bytes(), id.as_str().as_bytes()]))
}

/// The refresh token that follows another: made from it, so that an answer lost on the way can be
/// given again.
///
/// # Errors
/// Never in practice; the text always fits a token.
pub fn next_refresh_token(installation: &[u8], token: &Token) -> Result<Token> {
    as_token(&mac(installation, &[b"refresh", token.as_str().as_bytes()]))
}

/// What shows that a device signed in before as this person.
///
/// # Errors
/// Never in practice; the text always fits a token.
pub fn device_proof(installation: &[u8], tenant: Tenant, person: PersonId) -> Result<Token> {
    as_token(&mac(installation, &[b"device", &tenant.to_be_bytes(), person.as_str().as_bytes()]))
}

/// Whether a proof is this person's.
#[must_use]
pub fn proves(installation: &[u8], tenant: Tenant, person: PersonId, proof: &Token) -> bool {
    device_proof(installation, tenant, person)
        .is_ok_and(|own| same(own.as_str().as_bytes(), proof.as_str().as_bytes()))
}

impl Keys {
    /// The newest key first.
    #[must_use]
    pub fn new(mut keys: Vec<SigningKey>) -> Self {
        keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
        Self(keys)
    }
    /// The newest key.
    #[must_use]
    pub fn newest(&self) -> Option<&SigningKey> {
        self.0.first()
    }
    /// The key that signs at a moment; a first key signs at once.
    fn signing(&self, seconds: i64) -> Option<&SigningKey> {
        let ripe = |key: &&SigningKey| key.created_at.plus(KEY_RIPENS).unix_ms() / 1000 <= seconds;
        self.0.iter().find(ripe).or_else(|| self.0.last())
    }

    /// A signed access token.
    ///
    /// # Errors
    /// When there is no key.
    pub fn sign(&self, claims: &Claims) -> Result<Token> {
        let key = self.signing(claims.iat).ok_or_else(|| Error::Broken("no signing key".to_owned()))?;
        let header = Header { alg: "HS256".into(), typ: "JWT".into(), kid: key.kid.clone() };
        let header = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&header)?);
        let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(claims)?);
        let signed = format!("{header}.{claims}");
        let signature = URL_SAFE_NO_PAD.encode(sign(&key.secret, &signed));
        Token::try_from(format!("{signed}.{signature}")).map_err(|bad| Error::Broken(bad.en.into_owned()))
    }

    /// What a token says, when one of our keys signed it and it has not run out.
    #[must_use]
    pub fn verify(&self, token: &str, now: Instant) -> Option<Claims> {
        let (signed, signature) = token.rsplit_once('.')?;
        let (header, claims) = signed.split_once('.')?;
        let header: Header = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(header).ok()?).ok()?;
        // Only what we sign with; never what the token asks for (RFC 8725 §3.1).
        if header.alg != "HS256" {
            return None;
        }
        let key = self.0.iter().find(|key| key.kid == header.kid)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        if !same(&sign(&key.secret, signed), &signature) {
            return None;
        }
        let claims: Claims = serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).ok()?).ok()?;
        (now.unix_ms() < claims.exp.saturating_mul(1000)).then_some(claims)
    }
}

fn sign(secret: &[u8], text: &str) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret) else {
        return Vec::new();
    };
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use openapi::id::Id;

    fn at(seconds: i64) -> Instant {
        Instant::new(chrono::DateTime::from_timestamp(seconds, 0).unwrap())
    }
    fn key(kid: &str, secret: u8) -> SigningKey {
        SigningKey { kid: kid.into(), secret: vec![secret; 32], created_at: at(i64::from(secret)) }
    }
    fn claims() -> Claims {
        Claims { sub: Id::new(1, [1; 10]), org: 1, dev: Id::new(1, [2; 10]), iat: 1000, exp: 1900 }
    }

    #[test]
    fn a_token_lasts_until_it_ends() {
        let keys = Keys::new(vec![key("a", 1)]);
        let token = keys.sign(&claims()).unwrap();
        assert_eq!(keys.verify(token.as_str(), at(1899)), Some(claims()));
        assert_eq!(keys.verify(token.as_str(), at(1900)), None);
    }

    #[test]
    fn a_new_key_signs_and_the_old_one_still_verifies() {
        let old = Keys::new(vec![key("a", 1)]);
        let token = old.sign(&claims()).unwrap();
        let both = Keys::new(vec![key("a", 1), key("b", 2)]);
        assert_eq!(both.newest().unwrap().kid, "b");
        assert!(both.verify(token.as_str(), at(1000)).is_some());
        assert!(Keys::new(vec![key("b", 2)]).verify(token.as_str(), at(1000)).is_none());
    }

    #[test]
    fn a_new_key_signs_once_every_server_has_it() {
        let keys = Keys::new(vec![key("a", 1), SigningKey { created_at: at(1000), ..key("b", 2) }]);
        assert_eq!(keys.signing(1059).unwrap().kid, "a");
        assert_eq!(keys.signing(1060).unwrap().kid, "b");
        let first = Keys::new(vec![SigningKey { created_at: at(1000), ..key("a", 1) }]);
        assert_eq!(first.signing(1000).unwrap().kid, "a");
    }

    #[test]
    fn a_changed_token_is_nobodys() {
        let keys = Keys::new(vec![key("a", 1)]);
        let token = keys.sign(&claims()).unwrap().to_string();
        let (signed, _) = token.rsplit_once('.').unwrap();
        assert!(keys.verify(&format!("{signed}."), at(1000)).is_none());
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT","kid":"a"}"#);
        let (_, rest) = signed.split_once('.').unwrap();
        assert!(keys.verify(&format!("{none}.{rest}."), at(1000)).is_none());
        for text in ["", ".", "..", "a.b.c"] {
            assert!(keys.verify(text, at(1000)).is_none());
        }
    }
}
