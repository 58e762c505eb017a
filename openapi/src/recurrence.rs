//! Periods of work that comes again. **Invariant: periods follow the calendar (weeks from Monday,
//! months, quarters, years), leave no gap and do not overlap; the first holds the first day.**

use chrono::{Datelike, NaiveDate};

use crate::{tasks::Cycle, value::Date};

/// One period: its number from 1, its first and its last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Which one it is, from 1.
    pub number: i32,
    /// The first day.
    pub from: Date,
    /// The last day: when the work of the period is due.
    pub to: Date,
}

/// The periods that have begun by a day, from the first one on. The first period begins on the
/// first day even when the calendar's period began before it; the last ends on the last day.
pub fn begun_by(per: Cycle, first: Date, last: Option<Date>, day: Date) -> impl Iterator<Item = Period> {
    let end = move |to: Date| last.map_or(to, |last| last.min(to));
    let begin = std::iter::successors(
        Some(Period { number: 1, from: first, to: end(last_day(per, first)) }),
        move |before| {
            let from = before.to.plus(1);
            Some(Period { number: before.number.checked_add(1)?, from, to: end(last_day(per, from)) })
        },
    );
    begin.take_while(move |period| period.from <= day && last.is_none_or(|last| period.from <= last))
}

/// The last day of the calendar's period that holds a day.
fn last_day(per: Cycle, day: Date) -> Date {
    let date = day.get();
    let before = |year: i32, month: u32| {
        NaiveDate::from_ymd_opt(year, month, 1).map_or(day, |first| Date::of(first).plus(-1))
    };
    let after_month = |month: u32| {
        if month >= 12 { before(date.year() + 1, 1) } else { before(date.year(), month + 1) }
    };
    match per {
        Cycle::Week => day.plus(6 - i64::from(date.weekday().num_days_from_monday())),
        Cycle::Month => after_month(date.month()),
        Cycle::Quarter => after_month(date.month().div_ceil(3) * 3),
        Cycle::Year | Cycle::Unknown => after_month(12),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }
    fn all(per: Cycle, first: &str, last: Option<&str>, by: &str) -> Vec<(String, String)> {
        begun_by(per, day(first), last.map(day), day(by))
            .map(|p| (p.from.to_string(), p.to.to_string()))
            .collect()
    }
    fn pair(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn months_end_where_the_calendar_ends_them() {
        assert_eq!(
            all(Cycle::Month, "2026-01-30", None, "2026-03-01"),
            [
                pair("2026-01-30", "2026-01-31"),
                pair("2026-02-01", "2026-02-28"),
                pair("2026-03-01", "2026-03-31")
            ]
        );
    }
    #[test]
    fn quarters_weeks_and_years_follow_the_calendar() {
        assert_eq!(all(Cycle::Quarter, "2026-05-10", None, "2026-05-10"), [pair("2026-05-10", "2026-06-30")]);
        assert_eq!(all(Cycle::Week, "2026-11-20", None, "2026-11-20"), [pair("2026-11-20", "2026-11-22")]);
        assert_eq!(all(Cycle::Year, "2025-01-01", None, "2026-06-01").len(), 2);
    }
    #[test]
    fn the_last_day_ends_the_last_period() {
        assert_eq!(
            all(Cycle::Month, "2026-01-01", Some("2026-02-10"), "2030-01-01"),
            [pair("2026-01-01", "2026-01-31"), pair("2026-02-01", "2026-02-10")]
        );
    }

    proptest! {
        #[test]
        fn periods_leave_no_gap(start in 0..3000i64, length in 0..900i64, per in prop::sample::select(Cycle::ALL)) {
            let first = day("2024-02-28").plus(start);
            let mut expected = first;
            for (number, period) in (1..).zip(begun_by(per, first, None, first.plus(length))) {
                prop_assert_eq!(period.number, number);
                prop_assert_eq!(period.from, expected);
                prop_assert!(period.from <= period.to && period.from <= first.plus(length));
                expected = period.to.plus(1);
            }
            prop_assert!(expected > first.plus(length));
        }
    }
}
