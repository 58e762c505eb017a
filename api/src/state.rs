//! What all requests share. **Invariant: nothing of one organisation is kept here but what the
//! database also holds, and that for seconds only.**

use std::{
    collections::HashSet,
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
};

use openapi::{calendar_feeds::CalendarFeed, keys::Key};

use crate::{
    access::Actors, alerts::Climbed, channels::Outside, db::Db, keys::Uses, metrics::Metrics, net,
    serve::Limits, tokens::Keys,
};

/// What all requests share.
pub struct State {
    /// The database.
    pub db: Db,
    /// Who is remembered.
    pub actors: Arc<Actors>,
    /// The keys that sign and verify; the newest signs.
    pub keys: RwLock<Keys>,
    /// The installation's own key.
    pub secret: Vec<u8>,
    /// Names this copy of the data.
    pub epoch: String,
    /// How much a caller may ask.
    pub limits: Limits,
    /// What is counted for the operator.
    pub metrics: Metrics,
    /// Asks other servers.
    pub net: net::Client,
    /// Proxies whose word on the caller's address is believed.
    pub trusted_proxies: HashSet<IpAddr>,
    /// Addresses that may read the metrics.
    pub metrics_from: HashSet<IpAddr>,
    /// Under which address people reach this server; for the links we print.
    pub public_url: String,
    /// The ways messages take.
    pub outside: Outside,
    /// Up to what each organisation was warned of.
    pub climbed: Climbed,
    /// When each API key was last used, until it is written down.
    pub key_uses: Uses<Key>,
    /// When each calendar feed was last read, until it is written down.
    pub feed_uses: Uses<CalendarFeed>,
}

impl State {
    /// The keys that count just now.
    #[must_use]
    pub fn keys(&self) -> Keys {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
    /// Takes new keys up.
    pub fn set_keys(&self, keys: Keys) {
        *self.keys.write().unwrap_or_else(PoisonError::into_inner) = keys;
    }
}
