//! Secrets the server makes. **Invariant: what is stored of a secret is its hash; what proves a
//! session is signed with a key that can be changed while older tokens run out.**
//!
//! Access tokens are JWTs (RFC 7519) signed with HMAC-SHA-256 and a `kid`, some forty lines over
//! `hmac` and `sha2`: the libraries that offer it also bring RSA, which nothing here needs.

use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use chrono::TimeDelta;
use hmac::{Hmac, KeyInit, Mac};
use openapi::{
    people::PersonId,
    sessions::{ActivationId, DeviceId},
    value::{Instant, Token},
    webhooks::{WebhookId, WebhookSecretId},
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

/// The keys that count: one signs, all verify.
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

/// The key with which an endpoint is sent signed messages: made from the installation's own key and
/// from chance that is stored with it, so that it need not be stored itself.
#[must_use]
pub fn webhook_key(
    installation: &[u8],
    tenant: Tenant,
    webhook: WebhookId,
    secret: WebhookSecretId,
    chance: &[u8],
) -> Vec<u8> {
    let (webhook, secret) = (webhook.as_str().as_bytes(), secret.as_str().as_bytes());
    mac(installation, &[b"webhook", &tenant.to_be_bytes(), webhook, secret, chance])
}

/// HMAC-SHA-256 of a message (RFC 2104).
#[must_use]
pub fn hmac_sha256(key: &[u8], message: &[u8]) -> Vec<u8> {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else {
        return Vec::new();
    };
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

/// The signature of a message by the Standard Webhooks specification (standardwebhooks.com, 1.0.0): over
/// its id, its moment in seconds and its body, joined by dots.
#[must_use]
pub fn webhook_signature(key: &[u8], id: &str, seconds: i64, body: &[u8]) -> String {
    let signed = [format!("{id}.{seconds}.").as_bytes(), body].concat();
    format!("v1,{}", STANDARD.encode(hmac_sha256(key, &signed)))
}

/// A refresh token for a device, from bytes nobody can guess. It names its device and carries a mark
/// that only we can make, so that every token we ever made for a device is known as one, however old.
///
/// # Errors
/// Never in practice; the text always fits a token.
pub fn refresh_token(installation: &[u8], device: DeviceId, chance: &[u8]) -> Result<Token> {
    let chance = URL_SAFE_NO_PAD.encode(chance);
    let mark = URL_SAFE_NO_PAD.encode(refresh_mark(installation, device, &chance));
    let text = format!("{device}.{chance}.{mark}");
    Token::try_from(text).map_err(|bad| Error::Broken(bad.en.into_owned()))
}

fn refresh_mark(installation: &[u8], device: DeviceId, chance: &str) -> Vec<u8> {
    mac(installation, &[b"refresh", device.as_str().as_bytes(), chance.as_bytes()])
}

/// The device a refresh token was made for; nothing when we did not make it.
#[must_use]
pub fn refreshed_device(installation: &[u8], token: &Token) -> Option<DeviceId> {
    let (device, rest) = token.as_str().split_once('.')?;
    let (chance, mark) = rest.split_once('.')?;
    let device = device.parse().ok()?;
    let mark = URL_SAFE_NO_PAD.decode(mark).ok()?;
    same(&refresh_mark(installation, device, chance), &mark).then_some(device)
}

/// The refresh token that follows another: made from it, so that an answer lost on the way can be
/// given again.
///
/// # Errors
/// Never in practice; the text always fits a token.
pub fn next_refresh_token(installation: &[u8], device: DeviceId, token: &Token) -> Result<Token> {
    let next = mac(installation, &[b"after", token.as_str().as_bytes()]);
    refresh_token(installation, device, &next)
}

/// What shows that a device signed in before as this person.
///
/// # Errors
/// Never in practice; the text always fits a token.
pub fn device_proof(
    installation: &[u8],
    tenant: Tenant,
    person: PersonId,
    device: DeviceId,
) -> Result<Token> {
    let mark = URL_SAFE_NO_PAD.encode(device_mark(installation, tenant, person, device));
    Token::try_from(format!("{device}.{mark}")).map_err(|bad| Error::Broken(bad.en.into_owned()))
}

fn device_mark(installation: &[u8], tenant: Tenant, person: PersonId, device: DeviceId) -> Vec<u8> {
    let (person, device) = (person.as_str().as_bytes(), device.as_str().as_bytes());
    mac(installation, &[b"device", &tenant.to_be_bytes(), person, device])
}

/// Whether a proof is of a device of this person.
#[must_use]
pub fn proves(installation: &[u8], tenant: Tenant, person: PersonId, proof: &Token) -> bool {
    let read = || {
        let (device, mark) = proof.as_str().split_once('.')?;
        Some((device.parse().ok()?, URL_SAFE_NO_PAD.decode(mark).ok()?))
    };
    read().is_some_and(|(device, mark)| same(&device_mark(installation, tenant, person, device), &mark))
}

/// What shows that somebody was sent a link: to switch his e-mail off, or to confirm his address.
#[must_use]
pub fn link_mark(installation: &[u8], what: &str, tenant: Tenant, person: PersonId, said: &str) -> String {
    let (what, person) = (what.as_bytes(), person.as_str().as_bytes());
    URL_SAFE_NO_PAD
        .encode(mac(installation, &[b"link", what, &tenant.to_be_bytes(), person, said.as_bytes()]))
}

/// Whether a mark is the one that was made, compared without telling how far it is right.
#[must_use]
pub fn is_same(left: &str, right: &str) -> bool {
    same(left.as_bytes(), right.as_bytes())
}

/// For how long the answer that shows a secret can be given again, because it was lost on the way.
pub const SHOWN_FOR: TimeDelta = TimeDelta::minutes(10);

/// What is thrown in with the installation's key, so that no backup made later gives a secret away:
/// it is forgotten after [`SHOWN_FOR`], and the secret cannot be made again.
pub type Salt = [u8; 32];

/// A secret that another program keeps, such as `ddk_0123456789ab_…`. Its mark lets scanners of
/// repositories find it, its check sum (CRC-32 of what stands before it) keeps them from finding what
/// only looks like one, and its first letters are shown to know it by.
#[must_use]
pub fn marked_secret(installation: &[u8], mark: &str, tenant: Tenant, id: &str, salt: &[u8]) -> String {
    let part = |what: &[u8]| {
        hex(&mac(installation, &[mark.as_bytes(), &tenant.to_be_bytes(), id.as_bytes(), salt, what]))
    };
    let known: String = part(b"known").chars().take(12).collect();
    let text = format!("{mark}_{known}_{}", part(b"secret"));
    let sum = crc32fast::hash(text.as_bytes());
    format!("{text}{sum:08x}")
}

/// The letters a secret with a mark begins with, to know it by.
#[must_use]
pub fn beginning(secret: &str) -> &str {
    secret.rsplit_once('_').map_or("", |(beginning, _)| beginning)
}

/// Whether a text could be a secret with this mark: mark, length and check sum are right.
#[must_use]
pub fn is_marked(mark: &str, text: &str) -> bool {
    let read = || {
        let (body, sum) = text.split_at_checked(text.len().checked_sub(8)?)?;
        let (known, secret) = body.strip_prefix(mark)?.strip_prefix('_')?.split_once('_')?;
        let right = format!("{:08x}", crc32fast::hash(body.as_bytes()));
        Some(known.len() == 12 && secret.len() == 64 && right == sum)
    };
    read().unwrap_or(false)
}

/// For how long a new key is only known before it signs: other processes on the same database, which
/// look for new keys every minute, must know it before they are shown its tokens.
const KNOWN_BEFORE_SIGNING: TimeDelta = TimeDelta::minutes(3);

impl Keys {
    /// The newest key first.
    #[must_use]
    pub fn new(mut keys: Vec<SigningKey>) -> Self {
        keys.sort_by_key(|key| std::cmp::Reverse(key.created_at));
        Self(keys)
    }
    /// The key made last.
    #[must_use]
    pub fn newest(&self) -> Option<&SigningKey> {
        self.0.first()
    }
    /// The key that signs: the newest that every process knows by now, or, where none is that old,
    /// the oldest.
    #[must_use]
    pub fn signing(&self, now: Instant) -> Option<&SigningKey> {
        let known = |key: &&SigningKey| key.created_at.plus(KNOWN_BEFORE_SIGNING) <= now;
        self.0.iter().find(known).or_else(|| self.0.last())
    }

    /// A signed access token.
    ///
    /// # Errors
    /// When there is no key.
    pub fn sign(&self, claims: &Claims, now: Instant) -> Result<Token> {
        let key = self.signing(now).ok_or_else(|| Error::Broken("no signing key".to_owned()))?;
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
    hmac_sha256(secret, text.as_bytes())
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

    /// The example of the specification's own libraries.
    #[test]
    fn a_webhook_is_signed_as_the_specification_gives_it() {
        let key = STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let said = webhook_signature(
            &key,
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            br#"{"test": 2432232314}"#,
        );
        assert_eq!(said, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_token_lasts_until_it_ends() {
        let keys = Keys::new(vec![key("a", 1)]);
        let token = keys.sign(&claims(), at(1000)).unwrap();
        assert_eq!(keys.verify(token.as_str(), at(1899)), Some(claims()));
        assert_eq!(keys.verify(token.as_str(), at(1900)), None);
    }

    #[test]
    fn a_new_key_signs_and_the_old_one_still_verifies() {
        let old = Keys::new(vec![key("a", 1)]);
        let token = old.sign(&claims(), at(1000)).unwrap();
        let both = Keys::new(vec![key("a", 1), key("b", 2)]);
        assert_eq!(both.newest().unwrap().kid, "b");
        assert_eq!(both.signing(at(3)).unwrap().kid, "a");
        assert_eq!(both.signing(at(1000)).unwrap().kid, "b");
        assert!(both.verify(token.as_str(), at(1000)).is_some());
        assert!(Keys::new(vec![key("b", 2)]).verify(token.as_str(), at(1000)).is_none());
    }

    #[test]
    fn a_changed_token_is_nobodys() {
        let keys = Keys::new(vec![key("a", 1)]);
        let token = keys.sign(&claims(), at(1000)).unwrap().to_string();
        let (signed, _) = token.rsplit_once('.').unwrap();
        assert!(keys.verify(&format!("{signed}."), at(1000)).is_none());
        let none = URL_SAFE_NO_PAD.encode(r#"{"alg":"none","typ":"JWT","kid":"a"}"#);
        let (_, rest) = signed.split_once('.').unwrap();
        assert!(keys.verify(&format!("{none}.{rest}."), at(1000)).is_none());
        for text in ["", ".", "..", "a.b.c"] {
            assert!(keys.verify(text, at(1000)).is_none());
        }
    }

    #[test]
    fn a_refresh_token_of_ours_is_known_however_old() {
        let device: DeviceId = Id::new(1, [2; 10]);
        let first = refresh_token(b"key", device, &[7; 32]).unwrap();
        let next = next_refresh_token(b"key", device, &first).unwrap();
        assert_ne!(first, next);
        assert_eq!(next, next_refresh_token(b"key", device, &first).unwrap());
        for token in [&first, &next] {
            assert_eq!(refreshed_device(b"key", token), Some(device));
            assert_eq!(refreshed_device(b"another key", token), None);
        }
        let changed = first.as_str().replacen('.', ".A", 1);
        assert_eq!(refreshed_device(b"key", &changed.parse().unwrap()), None);
    }

    #[test]
    fn a_secret_with_a_mark_is_known_as_one() {
        let secret = marked_secret(b"key", "ddk", 1, "id", &[7; 32]);
        assert!(is_marked("ddk", &secret), "{secret}");
        assert!(secret.parse::<openapi::keys::KeySecret>().is_ok());
        assert_eq!(secret, marked_secret(b"key", "ddk", 1, "id", &[7; 32]));
        assert_ne!(secret, marked_secret(b"key", "ddk", 1, "id", &[8; 32]));
        assert_ne!(secret, marked_secret(b"key", "ddk", 2, "id", &[7; 32]));
        assert_eq!(beginning(&secret).len(), "ddk_".len() + 12);
        let other = if secret.ends_with('0') { "1" } else { "0" };
        let changed = format!("{}{other}", secret.strip_suffix(|_: char| true).unwrap());
        for text in ["", "ddk", "ddk_", "ddk__", "ế", "ddk_ếếếếếếế", &changed, &secret.replace("ddk", "ddc")]
        {
            assert!(!is_marked("ddk", text), "{text}");
        }
    }

    #[test]
    fn a_proof_is_one_persons() {
        let (person, device) = (Id::new(1, [1; 10]), Id::new(1, [2; 10]));
        let proof = device_proof(b"key", 1, person, device).unwrap();
        assert!(proves(b"key", 1, person, &proof));
        assert!(!proves(b"key", 2, person, &proof));
        assert!(!proves(b"key", 1, Id::new(1, [3; 10]), &proof));
        assert!(!proves(b"key", 1, person, &"Zk3v0Xb9Qm1sT7uYw5aEdR2c".parse().unwrap()));
    }
}
