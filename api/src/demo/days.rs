//! The days of the demo: everything is counted from today. **Invariant: the same texts on the same
//! day give the same dates, and the words of a date are made from the date itself.**

use chrono::{Datelike, NaiveDate, TimeDelta};
use openapi::value::{Date, Instant};

use crate::access::House;

/// Minutes from the beginning of today, in the organisation's zone; negative before it.
pub(super) type Minute = i64;
/// Minutes in a day.
pub(super) const DAY: Minute = 24 * 60;

/// Today, and what is counted from it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Days {
    midnight: Instant,
    today: Date,
    now: Minute,
}

impl Days {
    /// Counted from a moment, in a house's zone.
    pub(super) fn from(now: Instant, house: &House) -> Self {
        let today = house.day(now);
        let midnight = house.end_of(today.plus(-1));
        Self { midnight, today, now: (now.utc() - midnight.utc()).num_minutes() }
    }
    /// The present minute.
    pub(super) const fn now(&self) -> Minute {
        self.now
    }
    /// The day so many days from today.
    pub(super) fn date(&self, offset: i64) -> Date {
        self.today.plus(offset)
    }
    /// How many days a day is from today.
    pub(super) fn offset(&self, date: Date) -> i64 {
        date.days_since(self.today)
    }
    /// The moment of a minute.
    pub(super) fn at(&self, minute: Minute) -> Instant {
        self.midnight.plus(TimeDelta::minutes(minute))
    }
    /// The minute of a moment.
    pub(super) fn minute(&self, moment: Instant) -> Minute {
        (moment.utc() - self.midnight.utc()).num_minutes()
    }
    /// The same offset, moved back to Friday from a weekend: offices do not sit then.
    pub(super) fn working(&self, offset: i64) -> i64 {
        match self.date(offset).get().weekday() {
            chrono::Weekday::Sat => offset - 1,
            chrono::Weekday::Sun => offset - 2,
            _ => offset,
        }
    }
    /// This year.
    pub(super) fn year(&self) -> i32 {
        self.today.get().year()
    }
    /// The first day of the month so many months from this one.
    pub(super) fn month(&self, offset: i32) -> Date {
        let today = self.today.get();
        let months = today.year() * 12 + i32::try_from(today.month0()).unwrap_or(0) + offset;
        first_of(months)
    }
    /// The last day of the month so many months from this one.
    pub(super) fn month_end(&self, offset: i32) -> Date {
        self.month(offset + 1).plus(-1)
    }
    /// The last day of the quarter so many quarters from this one.
    pub(super) fn quarter_end(&self, offset: i32) -> Date {
        let into = i32::try_from(self.today.get().month0() % 3).unwrap_or(0);
        self.month(3 * (offset + 1) - into).plus(-1)
    }
    /// The first and the last day of years counted from this one.
    pub(super) fn years(&self, from: i32, to: i32) -> (Date, Date) {
        (first_of((self.year() + from) * 12), first_of((self.year() + to + 1) * 12).plus(-1))
    }
}

/// The first day of a month counted from the year 0.
fn first_of(months: i32) -> Date {
    let month = u32::try_from(months.rem_euclid(12)).unwrap_or(0) + 1;
    Date::of(NaiveDate::from_ymd_opt(months.div_euclid(12), month, 1).unwrap_or_default())
}

/// A day as documents write it: `05/11/2026`.
pub(super) fn written(date: Date) -> String {
    date.get().format("%d/%m/%Y").to_string()
}
/// A month as documents write it: `11/2026`.
pub(super) fn month_written(date: Date) -> String {
    date.get().format("%m/%Y").to_string()
}
/// A quarter as documents write it: `quý IV/2026`.
pub(super) fn quarter_written(date: Date) -> String {
    let number = match date.get().month0() / 3 {
        0 => "I",
        1 => "II",
        2 => "III",
        _ => "IV",
    };
    format!("quý {number}/{}", date.get().year())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn on(day: &str) -> Days {
        let today: Date = day.parse().unwrap();
        Days { midnight: "2026-11-19T17:00:00Z".parse().unwrap(), today, now: 600 }
    }

    #[test]
    fn months_and_quarters_end_where_they_should() {
        let days = on("2026-11-20");
        let text = |date: Date| date.to_string();
        assert_eq!(text(days.month_end(0)), "2026-11-30");
        assert_eq!(text(days.month_end(-2)), "2026-09-30");
        assert_eq!(text(days.month_end(3)), "2027-02-28");
        assert_eq!(text(days.quarter_end(0)), "2026-12-31");
        assert_eq!(text(days.quarter_end(1)), "2027-03-31");
        assert_eq!(text(days.years(0, 4).1), "2030-12-31");
        assert_eq!(quarter_written(days.date(0)), "quý IV/2026");
        assert_eq!(written(days.date(-15)), "05/11/2026");
    }

    proptest! {
        #[test]
        fn today_is_within_its_month_and_quarter(later in 0..5000i64) {
            let days = Days { today: on("2026-01-01").date(later), ..on("2026-01-01") };
            prop_assert!(days.month(0) <= days.date(0) && days.date(0) <= days.month_end(0));
            prop_assert!(days.date(0) <= days.quarter_end(0) && days.quarter_end(-1) < days.date(0));
            prop_assert!(!matches!(days.date(days.working(0)).get().weekday(), chrono::Weekday::Sat | chrono::Weekday::Sun));
        }
    }
}
