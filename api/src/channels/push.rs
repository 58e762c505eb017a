//! Push notices: encrypted for one browser (RFC 8291), signed for its push service (RFC 8292), handed
//! over (RFC 8030). **Invariant: what is encrypted is a title, a place in the app and an id; the words
//! of a task are not handed in here, so they cannot go out here.**
//!
//! Some sixty lines over RustCrypto: the libraries that offer it are of older versions of the same
//! crates, or bring RSA and OpenSSL.

use aes_gcm::{
    Aes128Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use hkdf::Hkdf;
use openapi::{
    channels::{PublicKey, PushAuth},
    value::Instant,
};
use p256::{
    SecretKey,
    ecdsa::{Signature, SigningKey, signature::Signer},
    elliptic_curve::sec1::ToSec1Point,
};
use serde_json::json;
use sha2::Sha256;

use super::{
    Outside,
    http::Answered,
    send::Outcome,
    store::{MessageRow, SubscriptionRow},
};
use crate::{
    error::{Error, Result},
    tokens,
};

/// How long a push service keeps a notice for a phone without signal: later it is no news.
const TTL: TimeDelta = TimeDelta::days(2);
/// How long a signature lasts; a day is the most that is taken (RFC 8292 §2).
const SIGNED_FOR: TimeDelta = TimeDelta::hours(12);
/// The most a title takes of the four thousand bytes that every push service takes.
const TITLE_AT_MOST: usize = 400;

/// The installation's key, by which push services know that it is us.
pub struct Key {
    signing: SigningKey,
    public: PublicKey,
}

impl Key {
    /// A new one, as it is stored.
    ///
    /// # Errors
    /// When the machine has no chance to give.
    pub fn make() -> Result<Vec<u8>> {
        Ok(new_secret()?.to_bytes().to_vec())
    }

    /// As it was stored.
    ///
    /// # Errors
    /// When it is none.
    pub fn of(secret: &[u8]) -> Result<Self> {
        let bad = |_| Error::Broken("the key for push notices is damaged".to_owned());
        let secret = SecretKey::from_slice(secret).map_err(bad)?;
        let public = URL_SAFE_NO_PAD.encode(uncompressed(&secret.public_key()));
        let public = PublicKey::try_from(public).map_err(|bad| Error::Broken(bad.en.into_owned()))?;
        Ok(Self { signing: SigningKey::from(&secret), public })
    }

    /// What browsers subscribe to.
    #[must_use]
    pub const fn public(&self) -> &PublicKey {
        &self.public
    }

    /// Says to one push service, for some hours, who sends (RFC 8292 §3).
    fn authorization(&self, audience: &str, contact: &str, now: Instant) -> Result<String> {
        let expires = now.plus(SIGNED_FOR).unix_ms() / 1000;
        let header = URL_SAFE_NO_PAD.encode(r#"{"typ":"JWT","alg":"ES256"}"#);
        let claims = json!({ "aud": audience, "exp": expires, "sub": contact });
        let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims)?);
        let signed = format!("{header}.{claims}");
        let signature: Signature = self.signing.sign(signed.as_bytes());
        let signature = URL_SAFE_NO_PAD.encode(signature.to_bytes());
        // No space after the comma: some readers take none.
        Ok(format!("vapid t={signed}.{signature},k={}", self.public))
    }
}

fn new_secret() -> Result<SecretKey> {
    // One in four thousand million is no number of the curve.
    for _ in 0..4 {
        if let Ok(secret) = SecretKey::from_slice(&tokens::random::<32>()?) {
            return Ok(secret);
        }
    }
    Err(Error::Broken("no key could be made".to_owned()))
}

fn uncompressed(key: &p256::PublicKey) -> Vec<u8> {
    key.to_sec1_point(false).as_bytes().to_vec()
}

/// Whether a text is a point of the curve, so that something can be encrypted for it.
pub(super) fn is_a_key(key: &PublicKey) -> bool {
    receiver_key(key).is_some()
}

fn receiver_key(key: &PublicKey) -> Option<p256::PublicKey> {
    p256::PublicKey::from_sec1_bytes(&URL_SAFE_NO_PAD.decode(key.as_str()).ok()?).ok()
}

/// Encrypts for one browser, with a key and salt of its own each time.
fn encrypt(plain: &[u8], key: &PublicKey, auth: &PushAuth) -> Result<Vec<u8>> {
    let bad = || Error::Broken("a push subscription is damaged".to_owned());
    let receiver = receiver_key(key).ok_or_else(bad)?;
    let auth = URL_SAFE_NO_PAD.decode(auth.as_str()).ok().ok_or_else(bad)?;
    encrypt_with(plain, &receiver, &auth, &new_secret()?, &tokens::random()?)
}

/// RFC 8291 §3.4 and RFC 8188 §2, in one record.
fn encrypt_with(
    plain: &[u8],
    receiver: &p256::PublicKey,
    auth: &[u8],
    sender: &SecretKey,
    salt: &[u8; 16],
) -> Result<Vec<u8>> {
    const RECORD: u32 = 4096;
    let bad = |what: &str| Error::Broken(format!("push encryption: {what}"));
    let ours = uncompressed(&sender.public_key());
    let shared = sender.diffie_hellman(receiver);
    let derive = |salt: &[u8], from: &[u8], info: &[u8], into: &mut [u8]| {
        Hkdf::<Sha256>::new(Some(salt), from).expand(info, into).map_err(|_bad| bad("too long a key"))
    };
    let info = [b"WebPush: info\0", uncompressed(receiver).as_slice(), ours.as_slice()].concat();
    let (mut from, mut key, mut nonce) = ([0; 32], [0; 16], [0; 12]);
    derive(auth, shared.raw_secret_bytes(), &info, &mut from)?;
    derive(salt, &from, b"Content-Encoding: aes128gcm\0", &mut key)?;
    derive(salt, &from, b"Content-Encoding: nonce\0", &mut nonce)?;
    // The last record ends with a two (RFC 8188 §2).
    let padded = [plain, &[2]].concat();
    let cipher = Aes128Gcm::new(&key.into());
    let sealed = cipher
        .encrypt(&Nonce::from(nonce), Payload::from(padded.as_slice()))
        .map_err(|_bad| bad("it cannot be sealed"))?;
    let length = u8::try_from(ours.len()).map_err(|_bad| bad("too long a key"))?;
    Ok([salt.as_slice(), &RECORD.to_be_bytes(), &[length], &ours, &sealed].concat())
}

/// What the service worker shows, and where a press leads.
fn said(message: &MessageRow) -> Result<Vec<u8>> {
    let title: String = message.title.chars().take(TITLE_AT_MOST).collect();
    let said = json!({
        "id": message.id, "title": title, "link": message.link, "urgent": message.urgent,
    });
    Ok(serde_json::to_vec(&said)?)
}

/// Hands one notice to the push service of one browser.
pub(super) async fn send(
    outside: &Outside,
    now: Instant,
    message: &MessageRow,
    to: &SubscriptionRow,
) -> Outcome {
    match post(outside, now, message, to).await {
        Ok(Ok(answered)) => judge(&answered),
        Ok(Err(why)) => Outcome::later(why),
        Err(error) => {
            tracing::warn!(?error, "a push notice could not be written");
            Outcome::Dropped("damaged".to_owned())
        }
    }
}

async fn post(
    outside: &Outside,
    now: Instant,
    message: &MessageRow,
    to: &SubscriptionRow,
) -> Result<std::result::Result<Answered, &'static str>> {
    let Some(key) = &outside.push else {
        return Ok(Err("not_configured"));
    };
    let Some(audience) = outside.http.origin(to.endpoint.as_str()) else {
        return Ok(Err("not_allowed"));
    };
    let body = encrypt(&said(message)?, &to.p256dh, &to.auth)?;
    let headers = [
        ("authorization", key.authorization(&audience, &outside.contact, now)?),
        ("content-encoding", "aes128gcm".to_owned()),
        ("content-type", "application/octet-stream".to_owned()),
        ("ttl", TTL.num_seconds().to_string()),
        ("urgency", if message.urgent { "high" } else { "normal" }.to_owned()),
        // Thirty-two signs at most (RFC 8030 §5.4): sent again, it takes its own place.
        ("topic", message.id.as_str().replace('-', "")),
    ];
    Ok(outside.http.post_to_push(to.endpoint.as_str(), &headers, body, now).await)
}

/// What a push service's answer means (RFC 8030 §5, §7.3, §8.4).
fn judge(answered: &Answered) -> Outcome {
    let why = format!("http_{}", answered.status);
    match answered.status {
        200..=299 => Outcome::Sent,
        404 | 410 => Outcome::Gone("gone".to_owned()),
        // It will be no smaller the next time, nor of another form.
        400 | 413 => Outcome::Dropped(why),
        _ => Outcome::Later { why, after: answered.retry_after },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(text: &str) -> Vec<u8> {
        URL_SAFE_NO_PAD.decode(text).unwrap()
    }

    /// RFC 8291 §5 and appendix A.
    #[test]
    fn the_example_of_the_standard_comes_out_as_it_stands_there() {
        let sender = SecretKey::from_slice(&bytes("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw")).unwrap();
        let key = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";
        let receiver = receiver_key(&key.parse().unwrap()).unwrap();
        let salt = bytes("DGv6ra1nlYgDCS1FRnbzlw").try_into().unwrap();
        let plain = b"When I grow up, I want to be a watermelon";
        let sealed =
            encrypt_with(plain, &receiver, &bytes("BTBZMqHH6r4Tts7J_aSIgg"), &sender, &salt).unwrap();
        let standard = "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLoc\
            InmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN";
        assert_eq!(URL_SAFE_NO_PAD.encode(sealed), standard);
    }

    #[test]
    fn a_key_is_the_same_when_it_is_read_again() {
        let stored = Key::make().unwrap();
        assert_eq!(Key::of(&stored).unwrap().public(), Key::of(&stored).unwrap().public());
        assert!(Key::of(&[0; 32]).is_err());
        assert!(Key::of(&[1; 5]).is_err());
    }

    #[test]
    fn what_is_no_point_of_the_curve_is_no_key() {
        let off = format!("B{}", "A".repeat(86));
        assert!(!is_a_key(&off.parse().unwrap()));
    }

    #[test]
    fn an_answer_is_taken_for_what_it_means() {
        let judged = |status| judge(&Answered { status, retry_after: None });
        assert!(matches!(judged(201), Outcome::Sent));
        assert!(matches!(judged(404), Outcome::Gone(_)) && matches!(judged(410), Outcome::Gone(_)));
        assert!(matches!(judged(413), Outcome::Dropped(_)));
        for later in [301, 401, 403, 429, 500, 503] {
            assert!(matches!(judged(later), Outcome::Later { .. }), "{later}");
        }
    }
}
