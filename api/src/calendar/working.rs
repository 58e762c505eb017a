//! Working days. **Invariant: a day is a working day by its weekday unless the organisation's own table
//! says otherwise; a year nobody has entered has weekends and no holiday.**
//!
//! Saturday and Sunday are days of rest for offices (Labour Code 2019, article 111; Decision
//! 188/1999/QĐ-TTg); holidays and swapped Saturdays are announced year by year and entered by hand.

use std::collections::BTreeMap;

use chrono::{Datelike, Weekday};
use openapi::{
    calendar::DayKind,
    value::{Date, Name, Year},
};

use super::store;
use crate::{access::Tenant, db::Reading, error::Result};

/// Which days of some years are working days.
#[derive(Debug, Clone, Default)]
pub(crate) struct WorkingDays {
    differing: BTreeMap<Date, (DayKind, Name)>,
    years: Vec<Year>,
}

/// How far to look for a working day: a table that leaves none for so long is taken for a mistake.
const AT_MOST: i64 = 366;

impl WorkingDays {
    /// Those within some years around a day.
    pub(crate) fn around(tx: &mut Reading<'_>, tenant: Tenant, day: Date) -> Result<Self> {
        const YEARS: i64 = 3 * 366;
        let days = store::days_between(tx, tenant, day.plus(-YEARS), day.plus(YEARS))?;
        let differing = days.into_iter().map(|day| (day.on, (day.kind, day.name))).collect();
        Ok(Self { differing, years: store::years(tx, tenant)? })
    }
    #[cfg(test)]
    pub(crate) fn of(days: impl IntoIterator<Item = (Date, DayKind, Name)>) -> Self {
        Self {
            differing: days.into_iter().map(|(on, kind, name)| (on, (kind, name))).collect(),
            years: vec![],
        }
    }
    /// Whether offices work on a day.
    pub(crate) fn works(&self, day: Date) -> bool {
        match self.differing.get(&day) {
            Some((DayKind::Holiday, _)) => false,
            Some((DayKind::Workday, _)) => true,
            _ => !matches!(day.get().weekday(), Weekday::Sat | Weekday::Sun),
        }
    }
    /// What a day of rest is called; none of a weekend or a working day.
    pub(crate) fn holiday(&self, day: Date) -> Option<&Name> {
        self.differing.get(&day).filter(|(kind, _)| *kind == DayKind::Holiday).map(|(_, name)| name)
    }
    /// Whether somebody has entered the year of a day.
    pub(crate) fn knows(&self, day: Date) -> bool {
        self.years.iter().any(|year| year.get() == day.get().year())
    }
    /// The last working day that is not after a day.
    pub(crate) fn not_after(&self, day: Date) -> Date {
        (0..AT_MOST).map(|back| day.plus(-back)).find(|day| self.works(*day)).unwrap_or(day)
    }
    /// The first working day after a day.
    pub(crate) fn next(&self, day: Date) -> Date {
        (1..=AT_MOST).map(|on| day.plus(on)).find(|day| self.works(*day)).unwrap_or(day.plus(1))
    }
    /// The working day so many working days after a day; the day itself after none.
    pub(crate) fn after(&self, day: Date, many: i32) -> Date {
        (0..many).fold(day, |day, _| self.next(day))
    }
    /// The working day so many working days before the last one that is not after a day.
    pub(crate) fn before(&self, day: Date, many: i32) -> Date {
        (0..many).fold(self.not_after(day), |day, _| self.not_after(day.plus(-1)))
    }
}
