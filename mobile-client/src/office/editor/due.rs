//! A time said in words, typed without marks: "cuoi thang", "truoc tet", "20/12", "hang thang".
//! **Invariant: words that are not understood give nothing; a named event without a day gives no day.**

use chrono::{Datelike, NaiveDate};
use openapi::{
    calendar::{NamedEventDraft, NamedEventId},
    reading::Commune,
    tasks::{Basis, Cycle, Due, DuePrecision, DueSource, EventRelation, Nature, Recurrence, Times},
    text::fold,
    value::{Date, Phrase},
};

use super::edit::When;

/// What typed words mean; nothing when they are not understood.
#[must_use]
pub fn typed(words: &str, commune: &Commune) -> Option<When> {
    let text = Phrase::try_from(words.trim()).ok()?;
    let folded = fold(words.trim());
    if matches!(folded.as_str(), "khong" | "khong han" | "bo" | "-") {
        return Some(When { due: Due::none(), nature: Nature::OneOff, recurrence: None });
    }
    if ["thuong xuyen", "tx"].contains(&folded.as_str()) {
        return Some(When { due: Due::none(), nature: Nature::Standing, recurrence: None });
    }
    if let Some((per, times)) = cycle(&folded) {
        let recurrence =
            Recurrence { text: Some(text), per, times, basis: Basis::Office, from: None, until: None };
        return Some(When { due: Due::none(), nature: Nature::Recurring, recurrence: Some(recurrence) });
    }
    let before = folded.strip_prefix("truoc ").map(|rest| rest.trim_start_matches("ngay "));
    let inside = before.unwrap_or(&folded);
    if let Some((day, precision)) = day_of(inside, commune.today) {
        // "Trước ngày 15" is the 14th; "trước cuối tháng" is the end of the month.
        let exact = precision == DuePrecision::Day && inside.contains(|c: char| c.is_ascii_digit());
        let on = if before.is_some() && exact { day.plus(-1) } else { day };
        let due = Due {
            text: Some(text),
            on: Some(on),
            precision: Some(precision),
            source: DueSource::Office,
            ..Due::none()
        };
        return Some(When { due, nature: Nature::OneOff, recurrence: None });
    }
    let (id, event) = event_of(inside, &commune.events, commune.today)?;
    let relation = if before.is_some() { EventRelation::Before } else { EventRelation::At };
    let on = match relation {
        EventRelation::Before => event.from.map(|day| day.plus(-1)),
        _ => event.to.or(event.from),
    };
    // The day comes from the event, so that it moves with it.
    let _known = on;
    let due = Due {
        text: Some(text),
        precision: Some(DuePrecision::Event),
        source: DueSource::Event,
        event: Some(id),
        relation: Some(relation),
        ..Due::none()
    };
    Some(When { due, nature: Nature::OneOff, recurrence: None })
}

/// The day a due date gives: its own, or its event's.
#[must_use]
pub fn day(due: &Due, commune: &Commune) -> Option<Date> {
    if due.on.is_some() {
        return due.on;
    }
    let event = due.event?;
    let (_, draft) = commune.events.iter().find(|(id, _)| *id == event)?;
    match due.relation? {
        EventRelation::Before => draft.from.map(|day| day.plus(-1)),
        EventRelation::At => draft.to.or(draft.from),
        _ => None,
    }
}

fn cycle(words: &str) -> Option<(Cycle, Option<Times>)> {
    let per = |word: &str| match word {
        "tuan" => Some(Cycle::Week),
        "thang" => Some(Cycle::Month),
        "quy" => Some(Cycle::Quarter),
        "nam" => Some(Cycle::Year),
        _ => None,
    };
    for start in ["hang ", "hằng ", "moi ", "dinh ky hang ", "dinh ky "] {
        if let Some(per) = words.strip_prefix(start).and_then(|rest| per(rest.trim())) {
            return Some((per, None));
        }
    }
    let (times, rest) = words.split_once("lan")?;
    let times = times.trim().parse::<i64>().ok().and_then(|times| Times::try_from(times).ok())?;
    let word =
        rest.trim().trim_start_matches(['/', ' ']).trim_start_matches("moi ").trim_start_matches("mot ");
    Some((per(word.trim())?, Some(times)))
}

/// A day that a directive may name; a year half typed is none.
fn date(year: i32, month: u32, day: u32) -> Option<Date> {
    NaiveDate::from_ymd_opt(year, month, day).filter(|_| (2000..2200).contains(&year)).map(Date::of)
}
/// The last day of a month, counted on from January of a year.
fn end_of_month(year: i32, month: u32) -> Option<Date> {
    let next = if month >= 12 { date(year + 1, 1, 1) } else { date(year, month + 1, 1) };
    next.map(|first| first.plus(-1))
}
/// The same day in the next year when it has passed already.
fn ahead(found: Option<Date>, again: impl FnOnce() -> Option<Date>, today: Date) -> Option<Date> {
    match found {
        Some(day) if day < today => again().or(Some(day)),
        other => other,
    }
}

fn day_of(words: &str, today: Date) -> Option<(Date, DuePrecision)> {
    let now = today.get();
    let (year, month) = (now.year(), now.month());
    let day = |on: Option<Date>| on.map(|on| (on, DuePrecision::Day));
    let words = ["trong ", "het ", "den ", "cham nhat "]
        .iter()
        .fold(words, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let quarter = (month - 1) / 3 + 1;
    let next_month = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
    match words {
        "hom nay" | "nay" => return day(Some(today)),
        "mai" | "ngay mai" => return day(Some(today.plus(1))),
        "cuoi tuan" | "tuan nay" => {
            return day(Some(today.plus(i64::from(6 - now.weekday().num_days_from_monday()))));
        }
        "tuan sau" | "cuoi tuan sau" => {
            return day(Some(today.plus(i64::from(13 - now.weekday().num_days_from_monday()))));
        }
        "cuoi thang" | "thang nay" | "cuoi thang nay" => {
            return end_of_month(year, month).map(|on| (on, DuePrecision::Month));
        }
        "thang sau" | "cuoi thang sau" | "thang toi" => {
            return end_of_month(next_month.0, next_month.1).map(|on| (on, DuePrecision::Month));
        }
        "cuoi quy" | "quy nay" => {
            return end_of_month(year, quarter * 3).map(|on| (on, DuePrecision::Quarter));
        }
        "cuoi nam" | "nam nay" => return date(year, 12, 31).map(|on| (on, DuePrecision::Year)),
        "nam sau" | "cuoi nam sau" => return date(year + 1, 12, 31).map(|on| (on, DuePrecision::Year)),
        _ => {}
    }
    let words = words.trim_start_matches("ngay ").trim_start_matches("cuoi ").trim();
    if let Some(days) = words.strip_suffix(" ngay nua").or_else(|| words.strip_suffix(" ngay")) {
        return day(days
            .trim()
            .parse::<i64>()
            .ok()
            .filter(|days| (0..3000).contains(days))
            .map(|days| today.plus(days)));
    }
    if let Some(rest) = words.strip_prefix("thang ") {
        let (month, own_year) = month_and_year(rest)?;
        let found = end_of_month(own_year.unwrap_or(year), month);
        let found =
            if own_year.is_some() { found } else { ahead(found, || end_of_month(year + 1, month), today) };
        return found.map(|on| (on, DuePrecision::Month));
    }
    if let Some(rest) = words.strip_prefix("quy ") {
        let (number, own_year) = rest.split_once(['/', ' ']).unwrap_or((rest, ""));
        let number = match number.trim() {
            "1" | "i" => 1,
            "2" | "ii" => 2,
            "3" | "iii" => 3,
            "4" | "iv" => 4,
            _ => return None,
        };
        let own_year = own_year.trim_start_matches("nam ").trim().parse::<i32>().ok();
        let found = end_of_month(own_year.unwrap_or(year), number * 3);
        let found = if own_year.is_some() {
            found
        } else {
            ahead(found, || end_of_month(year + 1, number * 3), today)
        };
        return found.map(|on| (on, DuePrecision::Quarter));
    }
    if let Some(year) = words.strip_prefix("nam ") {
        return date(year.trim().parse().ok()?, 12, 31).map(|on| (on, DuePrecision::Year));
    }
    day(numbers(words, today))
}

fn month_and_year(words: &str) -> Option<(u32, Option<i32>)> {
    let (month, year) = words.split_once(['/', '-', ' ']).unwrap_or((words, ""));
    let year = year.trim().trim_start_matches("nam ");
    let year = if year.is_empty() { None } else { Some(year.parse::<i32>().ok()?) };
    Some((month.trim().parse().ok()?, year))
}

/// "20", "20/12", "20/12/2026", "20-12". Without a month or a year, the next such day.
fn numbers(words: &str, today: Date) -> Option<Date> {
    let now = today.get();
    let mut parts = words.split(['/', '-', '.']).map(str::trim);
    let number = |part: Option<&str>| part.and_then(|part| part.parse::<u32>().ok());
    let first = parts.next()?;
    if !first.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let day = number(Some(first))?;
    let (second, third) = (parts.next(), parts.next());
    if parts.next().is_some() {
        return None;
    }
    match (second, third) {
        (None, _) => {
            let next = if now.month() == 12 { (now.year() + 1, 1) } else { (now.year(), now.month() + 1) };
            ahead(date(now.year(), now.month(), day), || date(next.0, next.1, day), today)
                .or_else(|| date(next.0, next.1, day))
        }
        (Some(month), None) => {
            let month = number(Some(month))?;
            ahead(date(now.year(), month, day), || date(now.year() + 1, month, day), today)
        }
        (Some(month), Some(year)) => {
            let year: i32 = year.parse().ok()?;
            date(if year < 100 { 2000 + year } else { year }, number(Some(month))?, day)
        }
    }
}

/// The event whose name has all the words, the next one first.
fn event_of<'c>(
    words: &str,
    events: &'c [(NamedEventId, NamedEventDraft)],
    today: Date,
) -> Option<(NamedEventId, &'c NamedEventDraft)> {
    let words: Vec<&str> = words.split(' ').filter(|word| !["dip", "trong", "sau"].contains(word)).collect();
    let named = |draft: &NamedEventDraft| {
        let name = fold(draft.name.as_str());
        let own: Vec<&str> = name.split(' ').collect();
        !words.is_empty() && words.iter().all(|word| own.contains(word))
    };
    let mut found: Vec<_> = events.iter().filter(|(_, draft)| named(draft)).collect();
    found.sort_by_key(|(_, draft)| (draft.from.is_none_or(|from| from < today), draft.from));
    found.first().map(|(id, draft)| (*id, draft))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::editor::tests::commune;
    use proptest::prelude::*;

    /// The day that words give on Friday, 20 November 2026.
    fn on(words: &str) -> String {
        let commune = commune();
        typed(words, &commune)
            .and_then(|when| day(&when.due, &commune))
            .map_or_else(String::new, |day| day.to_string())
    }

    #[test]
    fn words_without_marks_give_a_day() {
        for (words, expected) in [
            ("hom nay", "2026-11-20"),
            ("cuoi tuan", "2026-11-22"),
            ("cuoi thang", "2026-11-30"),
            ("Cuối tháng sau", "2026-12-31"),
            ("truoc 15/12", "2026-12-14"),
            ("15/12/2026", "2026-12-15"),
            ("5/1", "2027-01-05"),
            ("25", "2026-11-25"),
            ("5", "2026-12-05"),
            ("10 ngay nua", "2026-11-30"),
            ("thang 2/2027", "2027-02-28"),
            ("thang 3", "2027-03-31"),
            ("quy i", "2027-03-31"),
            ("quý IV/2026", "2026-12-31"),
            ("trước Tết", "2027-02-05"),
            ("truoc tet nguyen dan", "2027-02-05"),
            ("tet", "2027-02-10"),
            ("khi nao do", ""),
            ("32/13", ""),
        ] {
            assert_eq!(on(words), expected, "{words}");
        }
    }

    #[test]
    fn cycles_and_standing_work_have_no_day_of_their_own() {
        let commune = commune();
        let monthly = typed("2 lan/thang", &commune).unwrap();
        assert_eq!(monthly.nature, Nature::Recurring);
        assert_eq!(
            monthly.recurrence.map(|again| (again.per, again.times.map(Times::get))),
            Some((Cycle::Month, Some(2)))
        );
        assert_eq!(typed("hang quy", &commune).unwrap().recurrence.unwrap().per, Cycle::Quarter);
        assert_eq!(typed("thuong xuyen", &commune).unwrap().nature, Nature::Standing);
        assert_eq!(typed("khong", &commune).unwrap().due, Due::none());
    }

    proptest! {
        #[test]
        fn nothing_that_is_typed_stops_it(words in "\\PC{0,24}|(truoc |ngay |thang |quy )?[0-9]{1,5}([/-][0-9]{0,5}){0,3}") {
            let commune = commune();
            if let Some(when) = typed(&words, &commune) {
                prop_assert_eq!(when.recurrence.is_some(), when.nature == Nature::Recurring);
                prop_assert_eq!(when.due.event.is_some(), when.due.relation.is_some());
            }
        }
    }
}
