//! Days, months, quarters and years as documents write them. **Invariant: a time is the words it was
//! read from and the first and last day they hold.**

use chrono::{Datelike, NaiveDate};

use super::words::{Gap, Words};
use crate::{tasks::DuePrecision, value::Date};

/// A time that is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Time {
    /// Its first word.
    pub from: usize,
    /// The word after its last.
    pub to: usize,
    pub first: Date,
    pub last: Date,
    pub precision: DuePrecision,
    /// Whether the year is printed.
    pub dated: bool,
}

/// A day, when there is such a one.
pub(super) fn day(year: i32, month: u32, day: u32) -> Option<Date> {
    (1900..=9999).contains(&year).then(|| NaiveDate::from_ymd_opt(year, month, day).map(Date::of))?
}
/// The last day of a month.
pub(super) fn month_ends(year: i32, month: u32) -> Option<Date> {
    let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    day(year, month, 1).map(|next| next.plus(-1))
}

fn number(words: &Words<'_>, at: usize) -> Option<u32> {
    let word = words.printed(at);
    (words.is_number(at) && word.len() <= 4).then(|| word.parse().ok())?
}
fn year(words: &Words<'_>, at: usize) -> Option<i32> {
    let year = number(words, at)?;
    (1900..=2200).contains(&year).then(|| i32::try_from(year).ok())?
}
/// Whether two words are parts of one figure: "15/11", "15-11", "15.11".
fn is_tight(words: &Words<'_>, at: usize) -> bool {
    matches!(words.between(at).trim(), "/" | "-" | "." | "–") && words.between(at).len() <= 3
}

/// The year that a date without one most likely means: the nearest to a day.
fn near(month: u32, today: Date) -> i32 {
    let (year, now) = (today.get().year(), i64::from(today.get().month()));
    match i64::from(month) - now {
        7.. => year - 1,
        ..=-7 => year + 1,
        _ => year,
    }
}

/// The time printed at a word: "15/11/2024", "ngày 15 tháng 11 năm 2024", "tháng 02/2026", "quý II/2026",
/// "năm 2026". The word before it says how it is meant.
pub(super) fn at(words: &Words<'_>, at: usize, today: Date) -> Option<Time> {
    match words.lower(at) {
        "ngày" => day_at(words, at, at + 1, today),
        "tháng" => month_at(words, at, today),
        "quý" => quarter_at(words, at, today),
        "năm" => year_at(words, at),
        _ => day_at(words, at, at, today),
    }
}

fn day_at(words: &Words<'_>, from: usize, at: usize, today: Date) -> Option<Time> {
    let days = number(words, at).filter(|days| (1..=31).contains(days))?;
    let (months, next) = if is_tight(words, at + 1) {
        (number(words, at + 1)?, at + 2)
    } else if words.lower(at + 1) == "tháng" {
        (number(words, at + 2)?, at + 3)
    } else {
        return None;
    };
    let (printed, to) = after_month(words, next);
    // "3.3" is a place in an outline, and "24/24" a way to say always.
    let tight = words.between(at + 1).trim();
    if printed.is_none() && (from == at && tight != "/" || months > 12) {
        return None;
    }
    let on = day(printed.unwrap_or_else(|| near(months, today)), months, days)?;
    Some(Time { from, to, first: on, last: on, precision: DuePrecision::Day, dated: printed.is_some() })
}

/// The year after a month, and the word after it.
fn after_month(words: &Words<'_>, next: usize) -> (Option<i32>, usize) {
    if is_tight(words, next)
        && let Some(year) = year(words, next)
    {
        return (Some(year), next + 1);
    }
    if words.lower(next) == "năm"
        && words.gap(next) == Gap::Space
        && let Some(year) = year(words, next + 1)
    {
        return (Some(year), next + 2);
    }
    (None, next)
}

fn month_at(words: &Words<'_>, from: usize, today: Date) -> Option<Time> {
    let month = number(words, from + 1).filter(|month| (1..=12).contains(month))?;
    let (printed, to) = after_month(words, from + 2);
    // "tháng 3 lần" counts, it does not date.
    if printed.is_none() && words.lower(to) == "lần" {
        return None;
    }
    let year = printed.unwrap_or_else(|| near(month, today));
    let (first, last) = (day(year, month, 1)?, month_ends(year, month)?);
    Some(Time { from, to, first, last, precision: DuePrecision::Month, dated: printed.is_some() })
}

fn quarter_at(words: &Words<'_>, from: usize, today: Date) -> Option<Time> {
    let quarter = match words.lower(from + 1) {
        "i" | "1" => 1,
        "ii" | "2" => 2,
        "iii" | "3" => 3,
        "iv" | "4" => 4,
        _ => return None,
    };
    let (printed, to) = after_month(words, from + 2);
    let year = printed.unwrap_or_else(|| today.get().year());
    let (first, last) = (day(year, quarter * 3 - 2, 1)?, month_ends(year, quarter * 3)?);
    Some(Time { from, to, first, last, precision: DuePrecision::Quarter, dated: printed.is_some() })
}

fn year_at(words: &Words<'_>, from: usize) -> Option<Time> {
    let year = year(words, from + 1)?;
    let (first, last) = (day(year, 1, 1)?, day(year, 12, 31)?);
    Some(Time { from, to: from + 2, first, last, precision: DuePrecision::Year, dated: true })
}

/// A span of years at a word: "2025 - 2030".
pub(super) fn years_at(words: &Words<'_>, at: usize) -> Option<Time> {
    let (from, to) = (year(words, at)?, year(words, at + 1)?);
    let apart = matches!(words.between(at + 1).trim(), "-" | "–" | "—");
    let (first, last) = (day(from, 1, 1)?, day(to, 12, 31)?);
    let time = Time { from: at, to: at + 2, first, last, precision: DuePrecision::Term, dated: true };
    (apart && from < to && to - from <= 30).then_some(time)
}
