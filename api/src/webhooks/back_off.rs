//! When a failed delivery is tried again. **Invariant: a function of how often it was tried and of
//! chance, and of nothing else.**

use chrono::TimeDelta;

/// The waits the Standard Webhooks specification suggests, in seconds: more than three days in all.
const WAITS: [i64; 9] = [5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];

/// How long to wait after so many attempts, from 1; nothing when it is given up. `chance` moves the
/// wait by a twentieth up or down, so that what failed together does not come back together.
#[must_use]
pub(super) fn after(attempts: i32, chance: u16) -> Option<TimeDelta> {
    let index = usize::try_from(attempts.checked_sub(1)?).ok()?;
    let milliseconds = WAITS.get(index)? * 1000;
    let most = milliseconds / 20;
    let moved = 2 * most * i64::from(chance) / i64::from(u16::MAX) - most;
    Some(TimeDelta::milliseconds(milliseconds + moved))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn three_days_pass_before_it_is_given_up(chances in prop::collection::vec(any::<u16>(), 9)) {
            let waits: Vec<_> = (1..).zip(&chances).map_while(|(n, chance)| after(n, *chance)).collect();
            prop_assert_eq!(waits.len(), 9);
            let all: TimeDelta = waits.iter().copied().sum();
            prop_assert!(all >= TimeDelta::hours(68) && all <= TimeDelta::hours(84), "{}", all);
            prop_assert!(waits.is_sorted(), "each wait is longer than the one before, whatever chance says");
        }

        #[test]
        fn chance_moves_a_wait_by_a_twentieth_at_most(attempts in 1..=9, chance in any::<u16>()) {
            let usual = WAITS[usize::try_from(attempts).unwrap() - 1] * 1000;
            let wait = after(attempts, chance).unwrap().num_milliseconds();
            prop_assert!((wait - usual).abs() <= usual / 20);
            prop_assert!(wait > 0);
        }
    }

    #[test]
    fn on_the_whole_it_is_three_days() {
        let all: i64 = WAITS.iter().sum();
        assert!((72 * 3600..80 * 3600).contains(&all));
        assert_eq!((after(0, 0), after(-1, 0), after(10, 0)), (None, None, None));
    }
}
