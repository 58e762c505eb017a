//! Passwords. **Invariant: argon2id (RFC 9106), never inside a transaction: a hash takes tens of
//! milliseconds, and the writer has better things to do.**

use std::{sync::OnceLock, time::Duration};

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};
use openapi::sessions::Password;
use tokio::sync::Semaphore;

use super::store::Candidate;
use crate::error::{Error, Result};

/// Hashes a password. Slow on purpose.
///
/// # Errors
/// When the machine has no chance to give.
pub fn hash(password: &Password) -> Result<String> {
    Argon2::default()
        .hash_password(password.secret().as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|bad| Error::Broken(format!("argon2: {bad}")))
}

fn verify(hash: &str, password: &Password) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|hash| Argon2::default().verify_password(password.secret().as_bytes(), &hash).is_ok())
}

/// Each hash takes 19 MiB and a core: a crowd signing in waits its turn instead of filling the memory.
static AT_ONCE: Semaphore = Semaphore::const_new(2);
const PATIENCE: Duration = Duration::from_secs(10);

async fn apart<T: Send + 'static>(work: impl FnOnce() -> Result<T> + Send + 'static) -> Result<T> {
    let turn = tokio::time::timeout(PATIENCE, AT_ONCE.acquire()).await;
    let _turn = turn.ok().and_then(std::result::Result::ok).ok_or(Error::Busy)?;
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|bad| Err(Error::Broken(format!("argon2: {bad}"))))
}

/// Hashes on a thread of its own.
pub(super) async fn hash_apart(password: Password) -> Result<String> {
    apart(move || hash(&password)).await
}

/// Whether a password is the one that was hashed, on a thread of its own.
pub(super) async fn matches(hash: String, password: Password) -> Result<bool> {
    apart(move || Ok(verify(&hash, &password))).await
}

/// Those whose password it is. Takes as long for nobody as for one, so that the time does not tell
/// whether a login exists.
pub(super) async fn verify_each(candidates: Vec<Candidate>, password: Password) -> Result<Vec<Candidate>> {
    apart(move || {
        if candidates.is_empty() {
            verify(nobodys()?, &password);
        }
        Ok(candidates.into_iter().filter(|c| verify(&c.password_hash, &password)).collect())
    })
    .await
}

/// A hash that is nobody's, made once.
fn nobodys() -> Result<&'static str> {
    static MADE: OnceLock<String> = OnceLock::new();
    if let Some(made) = MADE.get() {
        return Ok(made);
    }
    let decoy = Password::try_from("nobody has this one".to_owned());
    let made = hash(&decoy.map_err(|bad| Error::Broken(bad.en.into_owned()))?)?;
    Ok(MADE.get_or_init(|| made))
}
