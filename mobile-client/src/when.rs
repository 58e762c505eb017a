//! Days and hours as a villager says them. **Invariant: the class and the count come from the
//! contract's one function; only the words are made here.**

use chrono::{Datelike, TimeDelta, Timelike};
use openapi::{
    organisation::DueSoonDays,
    problem::Language,
    timeliness::{Facts, State, Timeliness},
    value::{Date, Instant},
};

use crate::words::{Word, fill};

/// Viet Nam keeps one time all year, seven hours ahead of UTC.
const AHEAD_OF_UTC: TimeDelta = TimeDelta::hours(7);

/// The day of a moment, as the clock on the wall shows it.
#[must_use]
pub fn day(moment: Instant) -> Date {
    Date::of(moment.plus(AHEAD_OF_UTC).utc().date_naive())
}

/// How a piece of work stands, in words: "Còn 2 ngày", "Trễ 3 ngày", "Hôm nay là hạn cuối".
#[must_use]
pub fn standing(
    facts: Facts,
    today: Date,
    soon: DueSoonDays,
    standing_work: bool,
    language: Language,
) -> String {
    let say = |word: Word| word.text(language).to_owned();
    let count = |word: Word, days: i64| fill(word.text(language), &[&days.to_string()]);
    let Some(judged) = facts.judge(today, soon) else {
        return say(if facts.state == State::Cancelled { Word::Cancelled } else { Word::Paused });
    };
    match (facts.state, judged.class, judged.days_late) {
        (State::Completed, Timeliness::DoneLate, days) => count(Word::DoneLate, days),
        (State::Completed, Timeliness::DoneOnTime, _) => say(Word::DoneInTime),
        (State::Completed, ..) => say(Word::Done),
        (State::Submitted, _, 0) => say(Word::WaitsForReview),
        (State::Submitted, _, days) => count(Word::WaitsLate, days),
        (_, Timeliness::OpenOverdue, 1) => say(Word::OneDayLate),
        (_, Timeliness::OpenOverdue, days) => count(Word::DaysLate, days),
        (_, Timeliness::NoDeadline, _) if standing_work => say(Word::StandingWork),
        (_, Timeliness::NoDeadline, _) => say(Word::NoDueDate),
        _ => match judged.days_left {
            Some(0) => say(Word::DueToday),
            Some(1) => say(Word::DueTomorrow),
            left => count(Word::DaysLeft, left.unwrap_or(0)),
        },
    }
}

/// A day with its name, without the year when it is this year's: "thứ Hai 30/11".
#[must_use]
pub fn date(day: Date, today: Date, language: Language) -> String {
    let (that, this) = (day.get(), today.get());
    let name = weekday(that.weekday(), language);
    let year = if that.year() == this.year() { String::new() } else { format!("/{}", that.year()) };
    format!("{name} {:02}/{:02}{year}", that.day(), that.month())
}

const fn weekday(day: chrono::Weekday, language: Language) -> &'static str {
    use chrono::Weekday as W;
    match (language, day) {
        (Language::En, W::Mon) => "Monday",
        (Language::En, W::Tue) => "Tuesday",
        (Language::En, W::Wed) => "Wednesday",
        (Language::En, W::Thu) => "Thursday",
        (Language::En, W::Fri) => "Friday",
        (Language::En, W::Sat) => "Saturday",
        (Language::En, W::Sun) => "Sunday",
        (_, W::Mon) => "thứ Hai",
        (_, W::Tue) => "thứ Ba",
        (_, W::Wed) => "thứ Tư",
        (_, W::Thu) => "thứ Năm",
        (_, W::Fri) => "thứ Sáu",
        (_, W::Sat) => "thứ Bảy",
        (_, W::Sun) => "Chủ nhật",
    }
}

/// A moment: "08:30 hôm nay", "08:30 hôm qua", "08:30 thứ Hai 16/11".
#[must_use]
pub fn moment(at: Instant, today: Date, language: Language) -> String {
    let there = at.plus(AHEAD_OF_UTC).utc();
    let hour = format!("{:02}:{:02}", there.hour(), there.minute());
    let that = day(at);
    match today.days_since(that) {
        0 => format!("{hour} {}", Word::Today.text(language)),
        1 => format!("{hour} {}", Word::Yesterday.text(language)),
        _ => format!("{hour} {}", date(that, today, language)),
    }
}

/// How long ago: "vừa xong", "5 phút trước", "2 ngày trước".
#[must_use]
pub fn ago(at: Instant, now: Instant, language: Language) -> String {
    let minutes = (now.unix_ms() - at.unix_ms()).max(0) / 60_000;
    let (word, many) = match minutes {
        0 => return Word::JustNow.text(language).to_owned(),
        1..60 => (Word::MinutesAgo, minutes),
        60..1440 => (Word::HoursAgo, minutes / 60),
        _ => (Word::DaysAgo, minutes / 1440),
    };
    fill(word.text(language), &[&many.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    const VI: Language = Language::Vi;

    fn on(text: &str) -> Date {
        text.parse().unwrap()
    }
    fn said(state: State, due: Option<&str>, finished: Option<&str>, today: &str) -> String {
        let facts = Facts { state, due_on: due.map(on), finished_on: finished.map(on) };
        standing(facts, on(today), DueSoonDays::try_from(3).unwrap(), false, VI)
    }

    #[test]
    fn days_are_said_as_people_say_them() {
        let work = |today| said(State::InProgress, Some("2026-11-20"), None, today);
        assert_eq!(work("2026-11-18"), "Còn 2 ngày");
        assert_eq!(work("2026-11-19"), "Mai là hạn cuối");
        assert_eq!(work("2026-11-20"), "Hôm nay là hạn cuối");
        assert_eq!(work("2026-11-21"), "Trễ 1 ngày");
        assert_eq!(work("2026-11-23"), "Trễ 3 ngày");
    }

    #[test]
    fn who_has_reported_is_not_late_while_the_leader_reads() {
        let waits = said(State::Submitted, Some("2026-11-20"), Some("2026-11-20"), "2026-12-05");
        assert_eq!(waits, "Chờ duyệt");
        let late = said(State::Submitted, Some("2026-11-20"), Some("2026-11-22"), "2026-12-05");
        assert_eq!(late, "Chờ duyệt, trễ 2 ngày");
        assert_eq!(said(State::Paused, Some("2026-11-20"), None, "2026-12-05"), "Đang tạm dừng");
        assert_eq!(said(State::Assigned, None, None, "2026-12-05"), "Không có hạn");
    }

    #[test]
    fn a_day_begins_at_midnight_in_viet_nam() {
        assert_eq!(day("2026-11-19T16:59:59Z".parse().unwrap()), on("2026-11-19"));
        assert_eq!(day("2026-11-19T17:00:00Z".parse().unwrap()), on("2026-11-20"));
    }

    #[test]
    fn moments_are_told_by_the_clock_on_the_wall() {
        let at = "2026-11-20T01:05:00Z".parse().unwrap();
        assert_eq!(moment(at, on("2026-11-20"), VI), "08:05 hôm nay");
        assert_eq!(moment(at, on("2026-11-21"), VI), "08:05 hôm qua");
        assert_eq!(moment(at, on("2026-11-25"), VI), "08:05 thứ Sáu 20/11");
        assert_eq!(date(on("2025-12-31"), on("2026-11-25"), VI), "thứ Tư 31/12/2025");
        assert_eq!(ago(at, at, VI), "vừa xong");
        assert_eq!(ago(at, at.plus(TimeDelta::minutes(90)), VI), "1 giờ trước");
        // A clock that was set back does not make it the future.
        assert_eq!(ago(at, at.plus(TimeDelta::minutes(-90)), VI), "vừa xong");
    }
}
