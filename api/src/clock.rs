//! What time it is. **Invariant: nobody else asks the machine; a transaction takes its time from
//! here once, when it begins.**

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use openapi::value::Instant;

/// A source of time: the machine's, or one that a test moves by hand.
#[derive(Debug, Clone)]
pub struct Clock(Source);

#[derive(Debug, Clone)]
enum Source {
    Wall,
    Moved(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub const fn wall() -> Self {
        Self(Source::Wall)
    }
    /// A clock that stands still until it is moved.
    #[must_use]
    pub fn standing_at(moment: Instant) -> Self {
        Self(Source::Moved(Arc::new(AtomicI64::new(moment.unix_ms()))))
    }
    /// The present moment.
    #[must_use]
    pub fn now(&self) -> Instant {
        match &self.0 {
            #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
            Source::Wall => Instant::new(Utc::now()),
            Source::Moved(ms) => {
                let ms = ms.load(Ordering::SeqCst);
                Instant::new(DateTime::from_timestamp_millis(ms).unwrap_or_default())
            }
        }
    }
    /// Moves a standing clock; the machine's is not moved.
    pub fn advance(&self, by: TimeDelta) {
        if let Source::Moved(ms) = &self.0 {
            ms.fetch_add(by.num_milliseconds(), Ordering::SeqCst);
        }
    }
    /// Sets a standing clock.
    pub fn set(&self, moment: Instant) {
        if let Source::Moved(ms) = &self.0 {
            ms.store(moment.unix_ms(), Ordering::SeqCst);
        }
    }
}
