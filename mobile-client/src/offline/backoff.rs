//! How long to wait after a failure. **Invariant: never under five seconds, never over a quarter of
//! an hour unless the server asks for more, and never for a clock that was set back.**

use chrono::TimeDelta;
use openapi::value::Instant;

/// The first pause, in milliseconds.
const FIRST: i64 = 5_000;
/// The longest.
const LONGEST: i64 = 15 * 60 * 1000;
/// What a server may ask for at most, in seconds: an hour.
const ASKED_AT_MOST: u32 = 3600;

/// The pause after so many failures: it doubles, and chance takes away up to half of it, so that a
/// commune's phones do not all come back in the same second.
#[must_use]
pub fn pause(failures: u32, chance: u32) -> TimeDelta {
    let doublings = failures.saturating_sub(1).min(10);
    let whole = FIRST.saturating_mul(1 << doublings).min(LONGEST);
    let half = whole / 2;
    let part = half.saturating_mul(i64::from(chance)) / i64::from(u32::MAX);
    TimeDelta::milliseconds((half + part).max(FIRST))
}

/// Until when something is left alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rest {
    since: Instant,
    until: Instant,
    asked: bool,
}

impl Rest {
    /// After so many failures; or as long as the server asked for, if that is longer.
    #[must_use]
    pub fn after(failures: u32, asked: Option<u32>, now: Instant, chance: u32) -> Self {
        let own = pause(failures, chance);
        let wish = TimeDelta::seconds(i64::from(asked.unwrap_or(0).min(ASKED_AT_MOST)));
        Self { since: now, until: now.plus(own.max(wish)), asked: asked.is_some() }
    }
    /// Whether it is over. A moment before its beginning means that the clock was set back: then it
    /// is over too, or a phone whose year was wrong would stay silent for a year.
    #[must_use]
    pub fn is_over(&self, now: Instant) -> bool {
        is_due(self.since, self.until, now)
    }
    /// When it ends.
    #[must_use]
    pub const fn until(&self) -> Instant {
        self.until
    }
    /// Whether the server asked for it: then a person's impatience does not end it.
    #[must_use]
    pub const fn is_asked(&self) -> bool {
        self.asked
    }
}

/// Whether a time has come, for who began to wait at a moment.
#[must_use]
pub fn is_due(since: Instant, not_before: Instant, now: Instant) -> bool {
    now >= not_before || now < since
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn it_doubles_from_five_seconds_to_a_quarter_of_an_hour() {
        let seconds: Vec<i64> = (1..12).map(|n| pause(n, u32::MAX).num_seconds()).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 320, 640, 900, 900, 900]);
        assert_eq!(pause(4, 0).num_seconds(), 20);
    }

    proptest! {
        #[test]
        fn it_stays_within_its_bounds(failures: u32, chance: u32) {
            let ms = pause(failures, chance).num_milliseconds();
            prop_assert!((FIRST..=LONGEST).contains(&ms));
        }
    }
}
