//! An invented commune. To be written.

use std::sync::Arc;

use crate::{clock::Clock, error::Result, state::State};

/// Somebody who can sign in to the invented commune.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Login {
    /// What he is, in words.
    pub who: String,
    /// What he signs in with.
    pub login: String,
    /// His password.
    pub password: String,
}

/// Fills an empty database with an invented commune, and tells who can sign in to it.
///
/// # Errors
/// What the database says.
pub async fn run(_state: &Arc<State>, _clock: &Clock) -> Result<Vec<Login>> {
    std::future::ready(Ok(Vec::new())).await
}
