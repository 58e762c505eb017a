//! Timeliness: the one function. **Invariant: nobody else compares a due date with a day; the list,
//! the overdue report, the statistics, the phone and every paper ask here.**
//!
//! Rules: `domain.md` §5. Finishing on the due day is on time. A submitted assignment is judged by
//! the day its completing report was made, so a unit does not become late while the leader reads.

use crate::{
    organisation::DueSoonDays,
    value::{Date, codes},
};

codes! {
    /// Where an assignment stands in its life.
    State {
        Assigned = "assigned", "Mới giao", "Assigned";
        Acknowledged = "acknowledged", "Đã nhận", "Acknowledged";
        InProgress = "in_progress", "Đang làm", "In progress";
        Submitted = "submitted", "Chờ duyệt", "Awaiting review";
        Completed = "completed", "Hoàn thành", "Completed";
        Paused = "paused", "Tạm dừng", "Paused";
        Cancelled = "cancelled", "Đã hủy", "Cancelled";
    }
}

impl State {
    /// Whether work may still be done: neither completed nor cancelled.
    #[must_use]
    pub const fn is_open(self) -> bool {
        !matches!(self, Self::Completed | Self::Cancelled)
    }
}

codes! {
    /// The five classes in which the Government counts work.
    Timeliness {
        DoneOnTime = "done_on_time", "Hoàn thành đúng hạn", "Completed on time";
        DoneLate = "done_late", "Hoàn thành quá hạn", "Completed late";
        OpenInTime = "open_in_time", "Đang thực hiện trong hạn", "Open, in time";
        OpenOverdue = "open_overdue", "Đang thực hiện quá hạn", "Open, overdue";
        NoDeadline = "no_deadline", "Không hạn", "No due date";
    }
}

/// What the class of an assignment depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Where it stands.
    pub state: State,
    /// The last day included, if there is one.
    pub due_on: Option<Date>,
    /// The day the report that completes it was made: of the accepted report when completed, of
    /// the waiting one when submitted.
    pub finished_on: Option<Date>,
}

/// A class, with the figures that go with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// The class.
    pub class: Timeliness,
    /// Days past the due date: until finished, or until `as_of` while it is not.
    pub days_late: i64,
    /// Days left until the due date, while open and in time.
    pub days_left: Option<i64>,
    /// Whether it is due within the days the organisation chose.
    pub due_soon: bool,
}

impl Facts {
    /// The class on a day; `None` for paused and cancelled work, which is outside all counts.
    ///
    /// Work without a due date is in the class of that name whether or not it is completed.
    #[must_use]
    pub fn judge(self, as_of: Date, due_soon: DueSoonDays) -> Option<Judgement> {
        let late = |due: Date, day: Date| day.days_since(due).max(0);
        if matches!(self.state, State::Paused | State::Cancelled | State::Unknown) {
            return None;
        }
        let Some(due) = self.due_on else {
            return Some(Judgement {
                class: Timeliness::NoDeadline,
                days_late: 0,
                days_left: None,
                due_soon: false,
            });
        };
        let judged_on = self.finished_on.unwrap_or(as_of);
        let days_late = late(due, judged_on);
        let class = match (self.state, days_late) {
            (State::Completed, 0) => Timeliness::DoneOnTime,
            (State::Completed, _) => Timeliness::DoneLate,
            (_, 0) => Timeliness::OpenInTime,
            (_, _) => Timeliness::OpenOverdue,
        };
        let waits = self.state == State::Submitted;
        let days_left = (class == Timeliness::OpenInTime && !waits).then(|| due.days_since(as_of));
        let due_soon = days_left.is_some_and(|left| left <= i64::from(due_soon.get()));
        Some(Judgement { class, days_late, days_left, due_soon })
    }

    /// Days late of what waits for review after a late report: its days have stopped counting.
    /// Nothing for everything else.
    #[must_use]
    pub fn stopped_late(self) -> Option<i64> {
        let days = self.finished_on?.days_since(self.due_on?);
        (self.state == State::Submitted && days > 0).then_some(days)
    }

    /// Whether its clock has run out before a day.
    #[must_use]
    pub fn is_overdue(self, on: Date) -> bool {
        self.runs_out_on().is_some_and(|due| due < on)
    }

    /// Whether it can be carried over into a later directive: open, and not waiting for a review.
    /// What is paused stands aside; where it stood before says whether a report waits.
    #[must_use]
    pub const fn can_be_carried_over(self) -> bool {
        self.state.is_open() && !matches!(self.state, State::Submitted) && self.finished_on.is_none()
    }

    /// The due date it goes on with when it is carried over on a day into a directive that wants it
    /// by another, or by none. What is late stays late, from the same day; what is not takes the new
    /// date, where there is one.
    #[must_use]
    pub fn carried_over(self, on: Date, wanted: Option<Date>) -> Option<Date> {
        if self.carried_late(on) { self.due_on } else { wanted.or(self.due_on) }
    }

    /// Whether it stays open when its directive is closed on a day: what waits for a review, or is late.
    #[must_use]
    pub fn outlives_closure(self, on: Date) -> bool {
        self.state.is_open() && (self.finished_on.is_some() || self.carried_late(on))
    }

    /// Whether it is late when it is carried over on a day, and stays so.
    #[must_use]
    pub fn carried_late(self, on: Date) -> bool {
        self.due_on.is_some_and(|due| due < on)
    }

    /// The due date while the clock is running, for an index of what is or will be overdue:
    /// on any day, `open_overdue` is exactly "this is before that day".
    ///
    /// Nothing when the work is closed, aside, without a due date, or waits for review after a
    /// timely report.
    #[must_use]
    pub fn runs_out_on(self) -> Option<Date> {
        let due = self.due_on?;
        match self.state {
            State::Assigned | State::Acknowledged | State::InProgress => Some(due),
            State::Submitted => self.finished_on.is_some_and(|day| day > due).then_some(due),
            State::Completed | State::Paused | State::Cancelled | State::Unknown => None,
        }
    }
}

/// How many there are of each class, and the rates the Government prints.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Completed on time.
    pub done_on_time: i64,
    /// Completed late.
    pub done_late: i64,
    /// Open, in time.
    pub open_in_time: i64,
    /// Open, overdue.
    pub open_overdue: i64,
    /// No due date.
    pub no_deadline: i64,
}

impl Tally {
    /// Counts one more of a class.
    pub const fn add(&mut self, class: Timeliness, how_many: i64) {
        match class {
            Timeliness::DoneOnTime => self.done_on_time += how_many,
            Timeliness::DoneLate => self.done_late += how_many,
            Timeliness::OpenInTime => self.open_in_time += how_many,
            Timeliness::OpenOverdue => self.open_overdue += how_many,
            Timeliness::NoDeadline => self.no_deadline += how_many,
            Timeliness::Unknown => {}
        }
    }
    /// Completed ÷ (completed + open overdue), in thousandths; `None` of nothing.
    #[must_use]
    pub fn completion_rate(&self) -> Option<i64> {
        let completed = self.done_on_time + self.done_late;
        rate(completed, completed + self.open_overdue)
    }
    /// Completed on time ÷ completed, in thousandths; `None` of nothing.
    #[must_use]
    pub fn on_time_rate(&self) -> Option<i64> {
        rate(self.done_on_time, self.done_on_time + self.done_late)
    }
}

/// Part ÷ whole in thousandths, rounded half up; `None` of nothing.
#[must_use]
pub fn rate(part: i64, whole: i64) -> Option<i64> {
    (whole > 0).then(|| (part * 1000 + whole / 2) / whole)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::Days;
    use proptest::prelude::*;

    fn day(n: i64) -> Date {
        Date::of(chrono::NaiveDate::from_ymd_opt(2026, 11, 20).unwrap()).plus(n)
    }
    fn soon() -> DueSoonDays {
        DueSoonDays::try_from(3).unwrap()
    }
    fn facts(state: State, due: Option<i64>, finished: Option<i64>) -> Facts {
        Facts { state, due_on: due.map(day), finished_on: finished.map(day) }
    }
    fn class(facts: Facts, as_of: i64) -> Option<Timeliness> {
        facts.judge(day(as_of), soon()).map(|j| j.class)
    }

    #[test]
    fn finishing_on_the_due_day_is_on_time() {
        assert_eq!(class(facts(State::Completed, Some(0), Some(0)), 9), Some(Timeliness::DoneOnTime));
        assert_eq!(class(facts(State::Completed, Some(0), Some(1)), 9), Some(Timeliness::DoneLate));
        assert_eq!(class(facts(State::InProgress, Some(0), None), 0), Some(Timeliness::OpenInTime));
        assert_eq!(class(facts(State::InProgress, Some(0), None), 1), Some(Timeliness::OpenOverdue));
    }

    #[test]
    fn nobody_becomes_late_while_the_leader_reads() {
        assert_eq!(class(facts(State::Submitted, Some(0), Some(0)), 30), Some(Timeliness::OpenInTime));
        let late = facts(State::Submitted, Some(0), Some(2)).judge(day(30), soon()).unwrap();
        assert_eq!((late.class, late.days_late), (Timeliness::OpenOverdue, 2));
    }

    #[test]
    fn due_soon_is_a_mark_on_what_is_open_and_in_time() {
        let judge = |due| facts(State::Assigned, Some(due), None).judge(day(0), soon()).unwrap();
        assert!(judge(0).due_soon && judge(3).due_soon);
        assert!(!judge(4).due_soon && !judge(-1).due_soon);
        assert!(!facts(State::Submitted, Some(0), Some(0)).judge(day(0), soon()).unwrap().due_soon);
    }

    #[test]
    fn days_are_counted_between_dates() {
        assert_eq!(
            Days::of(facts(State::Assigned, Some(-3), None).judge(day(0), soon()).unwrap().days_late).get(),
            3
        );
    }

    fn any_facts() -> impl Strategy<Value = Facts> {
        let state = prop::sample::select(State::ALL);
        (state, prop::option::of(-40..40i64), prop::option::of(-40..40i64)).prop_map(
            |(state, due, finished)| {
                // Only submitted and completed work has a finishing day.
                let finished = finished.filter(|_| matches!(state, State::Submitted | State::Completed));
                facts(state, due, finished)
            },
        )
    }

    #[test]
    fn carrying_over_gives_no_more_time_to_what_is_late() {
        let goes_on = |due: Option<i64>, wanted: Option<i64>| {
            facts(State::InProgress, due, None).carried_over(day(0), wanted.map(day))
        };
        assert_eq!(goes_on(Some(-1), Some(30)), Some(day(-1)));
        assert_eq!(goes_on(Some(0), Some(30)), Some(day(30)), "on the due day nothing is late");
        assert_eq!(goes_on(Some(5), None), Some(day(5)));
        assert_eq!(goes_on(None, Some(30)), Some(day(30)));
        assert_eq!(goes_on(None, None), None);
    }

    proptest! {
        #[test]
        fn carrying_over_takes_away_no_day_of_lateness(
            due in proptest::option::of(-40..40i64),
            wanted in proptest::option::of(-40..40i64),
            (on, later) in (-20..20i64, 0..40i64),
        ) {
            let before = facts(State::InProgress, due, None);
            let after = Facts { due_on: before.carried_over(day(on), wanted.map(day)), ..before };
            let late = |facts: Facts| facts.judge(day(on), soon()).map_or(0, |j| j.days_late);
            prop_assert!(late(after) >= late(before));
            if class(before, on) == Some(Timeliness::OpenOverdue) {
                let then = facts(State::InProgress, due, None).judge(day(on + later), soon());
                prop_assert_eq!(after.judge(day(on + later), soon()), then);
            }
        }

        #[test]
        fn the_indexed_date_tells_overdue_on_every_day(facts in any_facts(), as_of in -60..60i64) {
            prop_assume!(facts.state != State::Submitted || facts.finished_on.is_none_or(|d| d <= day(as_of)));
            prop_assume!(facts.state != State::Submitted || facts.finished_on.is_some());
            let overdue = class(facts, as_of) == Some(Timeliness::OpenOverdue);
            prop_assert_eq!(overdue, facts.runs_out_on().is_some_and(|d| d < day(as_of)));
        }

        #[test]
        fn every_open_assignment_is_in_exactly_one_class(facts in any_facts(), as_of in -60..60i64) {
            let aside = matches!(facts.state, State::Paused | State::Cancelled);
            prop_assert_eq!(class(facts, as_of).is_none(), aside);
            let judged = facts.judge(day(as_of), soon());
            if let Some(j) = judged {
                prop_assert_eq!(j.class == Timeliness::NoDeadline, facts.due_on.is_none());
                prop_assert!(!j.due_soon || j.class == Timeliness::OpenInTime);
                let late = matches!(j.class, Timeliness::DoneLate | Timeliness::OpenOverdue);
                prop_assert_eq!(late, j.days_late > 0);
            }
        }

        #[test]
        fn open_work_only_ever_becomes_later(due in -40..40i64, as_of in -60..60i64) {
            let facts = facts(State::InProgress, Some(due), None);
            if class(facts, as_of) == Some(Timeliness::OpenOverdue) {
                prop_assert_eq!(class(facts, as_of + 1), Some(Timeliness::OpenOverdue));
            }
        }
    }
}
