//! The ladder: on which day which rung is reached. **Invariant: it is a pure function of the due date,
//! the rung and the calendar; a later due date never reaches a rung earlier, and a higher rung is
//! never reached before a lower one.**

use chrono::Datelike;
use openapi::{
    alerts::{Counting, LadderDraft, Rung, RungDays},
    problem::Language,
    value::{Date, Year},
};

use crate::calendar::WorkingDays;

/// A ladder with the calendar it is counted by.
#[derive(Debug, Clone)]
pub(super) struct Steps {
    counting: Counting,
    /// From the lowest to the highest.
    rungs: Vec<Rung>,
    days: WorkingDays,
}

/// The due dates of work that stands on a rung.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    /// The highest rung reached.
    pub rung: Rung,
    /// The first due date; any earlier one too on the highest rung.
    pub from: Option<Date>,
    /// The last due date.
    pub to: Date,
}

impl Steps {
    pub(super) fn new(ladder: &LadderDraft, days: WorkingDays) -> Self {
        let mut rungs = ladder.rungs.clone();
        rungs.sort_unstable_by_key(|rung| rung.days);
        Self { counting: ladder.counting, rungs, days }
    }

    /// The day on which work due on a day reaches a rung.
    ///
    /// By working days, what is due on a day of rest is reminded of on the working day before: on a
    /// day of rest nobody would read it.
    pub(super) fn reached(&self, due: Date, rung: RungDays) -> Date {
        let days = rung.get();
        match self.counting {
            Counting::Calendar | Counting::Unknown => due.plus(i64::from(days)),
            Counting::Working if days > 0 => self.days.after(due, days),
            Counting::Working => self.days.before(due, days.saturating_neg()),
        }
    }

    /// The last due date that has reached a rung by a day.
    fn last_due(&self, rung: RungDays, day: Date) -> Date {
        // Each rung is at most 365 working days away; a year has half its days as working days at least.
        const FAR: i64 = 1500;
        let (mut has, mut has_not) = (-FAR, FAR);
        while has_not - has > 1 {
            let middle = has.midpoint(has_not);
            if self.reached(day.plus(middle), rung) <= day { has = middle } else { has_not = middle }
        }
        day.plus(has)
    }

    /// Which due dates stand on which rung on a day, the highest rung first. Nobody stands below the
    /// lowest.
    pub(super) fn on(&self, day: Date) -> Vec<Standing> {
        let mut standing = Vec::new();
        let mut above: Option<Date> = None;
        for rung in self.rungs.iter().rev() {
            let to = self.last_due(rung.days, day);
            let from = above.map(|above| above.plus(1));
            if from.is_none_or(|from| from <= to) {
                standing.push(Standing { rung: rung.clone(), from, to });
                above = Some(to);
            }
        }
        standing
    }

    /// The rungs, from the lowest.
    pub(super) fn rungs(&self) -> &[Rung] {
        &self.rungs
    }

    /// The years between two days whose holidays nobody has entered.
    pub(super) fn unknown_years(&self, from: Date, to: Date) -> Vec<Year> {
        if self.counting != Counting::Working {
            return Vec::new();
        }
        let years = from.get().year()..=to.get().year();
        let unknown = |year: &i32| {
            chrono::NaiveDate::from_ymd_opt(*year, 1, 1).is_some_and(|day| !self.days.knows(Date::of(day)))
        };
        years.filter(unknown).filter_map(|year| Year::try_from(i64::from(year)).ok()).collect()
    }

    /// Why a rung is reached when it is, in words.
    pub(super) fn why(&self, due: Date, rung: RungDays, language: Language) -> String {
        let reached = self.reached(due, rung);
        let (first, last) = (reached.min(due), reached.max(due));
        let (mut weekend, mut holidays, mut names) = (0_i64, 0_i64, Vec::<String>::new());
        if self.counting == Counting::Working {
            let between = (0..=last.days_since(first)).map(|on| first.plus(on));
            for day in between.filter(|day| !self.days.works(*day)) {
                match self.days.holiday(day) {
                    None => weekend += 1,
                    Some(name) => {
                        holidays += 1;
                        if !names.iter().any(|known| known == name.as_str()) {
                            names.push(name.to_string());
                        }
                    }
                }
            }
        }
        let many = rung.get().abs();
        let working = self.counting == Counting::Working;
        let (day, names) = (super::words::day(due), names.join(", "));
        let mut left_out = Vec::new();
        if language == Language::En {
            if holidays > 0 {
                left_out.push(format!("{holidays} holidays ({names})"));
            }
            if weekend > 0 {
                left_out.push(format!("{weekend} weekend days"));
            }
            let kind = if working { "working days" } else { "days" };
            let when = match rung.get() {
                0 if reached == due => "on that day".to_owned(),
                0 => "on the working day before".to_owned(),
                ..0 => format!("{many} {kind} before"),
                _ => format!("{many} {kind} after"),
            };
            let left_out = join(&left_out, ", not counting ", " and ");
            return format!("Due {day}, {when}{left_out}.");
        }
        if holidays > 0 {
            left_out.push(format!("{holidays} ngày nghỉ ({names})"));
        }
        if weekend > 0 {
            left_out.push(format!("{weekend} ngày cuối tuần"));
        }
        let kind = if working { "ngày làm việc" } else { "ngày" };
        let when = match rung.get() {
            0 if reached == due => "nhắc trong ngày".to_owned(),
            0 => "nhắc vào ngày làm việc liền trước".to_owned(),
            ..0 => format!("nhắc trước {many} {kind}"),
            _ => format!("nhắc sau {many} {kind}"),
        };
        format!("Hạn {day}, {when}{}.", join(&left_out, ", trừ ", " và "))
    }
}

fn join(parts: &[String], before: &str, between: &str) -> String {
    if parts.is_empty() { String::new() } else { format!("{before}{}", parts.join(between)) }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use openapi::calendar::DayKind;
    use proptest::prelude::*;

    use super::*;

    fn day(n: i64) -> Date {
        "2026-11-20".parse::<Date>().unwrap().plus(n)
    }
    fn steps(counting: Counting, rungs: &[i32], holidays: &[i64], workdays: &[i64]) -> Steps {
        let name = |text: &str| text.parse().unwrap();
        let rest = holidays.iter().map(|n| (day(*n), DayKind::Holiday, name("Nghỉ lễ")));
        let swapped = workdays.iter().map(|n| (day(*n), DayKind::Workday, name("Làm bù")));
        let rung = |days: &i32| Rung {
            days: RungDays::try_from(i64::from(*days)).unwrap(),
            tell: vec![],
            at_once: false,
        };
        let ladder =
            LadderDraft { counting, rungs: rungs.iter().map(rung).collect(), ..LadderDraft::usual() };
        Steps::new(&ladder, WorkingDays::of(rest.chain(swapped)))
    }

    #[test]
    fn working_days_leave_weekends_and_holidays_out() {
        // 20 November 2026 is a Friday; the Monday after it is a holiday here.
        let steps = steps(Counting::Working, &[-3, -1, 0, 1], &[3], &[]);
        let rung = |days: i64| RungDays::try_from(days).unwrap();
        assert_eq!(steps.reached(day(4), rung(-1)), day(0), "Tuesday minus one is Friday");
        assert_eq!(steps.reached(day(4), rung(-3)), day(-2));
        assert_eq!(steps.reached(day(3), rung(0)), day(0), "due on a holiday: the working day before");
        assert_eq!(steps.reached(day(0), rung(1)), day(4));
        let why = steps.why(day(4), rung(-1), Language::Vi);
        assert_eq!(
            why,
            "Hạn 24/11/2026, nhắc trước 1 ngày làm việc, trừ 1 ngày nghỉ (Nghỉ lễ) và 2 ngày cuối tuần."
        );
    }

    fn any_steps() -> impl Strategy<Value = Steps> {
        let rungs = prop::collection::btree_set(-20..20i32, 1..8);
        let days = || prop::collection::vec(-60..60i64, 0..25);
        (prop::bool::ANY, rungs, days(), days()).prop_map(|(working, rungs, rest, swapped)| {
            let counting = if working { Counting::Working } else { Counting::Calendar };
            let rungs: Vec<i32> = rungs.into_iter().collect();
            steps(counting, &rungs, &rest, &swapped)
        })
    }

    proptest! {
        #[test]
        fn later_dates_and_higher_rungs_are_reached_later(steps in any_steps(), due in -40..40i64) {
            for rung in steps.rungs() {
                prop_assert!(steps.reached(day(due), rung.days) <= steps.reached(day(due + 1), rung.days));
            }
            for pair in steps.rungs().windows(2) {
                prop_assert!(steps.reached(day(due), pair[0].days) <= steps.reached(day(due), pair[1].days));
            }
        }

        /// The ranges say what asking each due date by itself says.
        #[test]
        fn every_due_date_stands_on_the_highest_rung_it_has_reached(steps in any_steps(), due in -90..60i64) {
            let today = day(0);
            let plain = steps.rungs().iter().rev().find(|rung| steps.reached(day(due), rung.days) <= today);
            let within = |standing: &&Standing| {
                standing.from.is_none_or(|from| from <= day(due)) && day(due) <= standing.to
            };
            let all = steps.on(today);
            let found: Vec<&Standing> = all.iter().filter(within).collect();
            prop_assert!(found.len() <= 1);
            prop_assert_eq!(found.first().map(|s| s.rung.days), plain.map(|rung| rung.days));
        }

        /// One working day back is the working day before: nothing between them is one.
        #[test]
        fn a_working_day_before_is_counted_by_hand(steps in any_steps(), due in -40..40i64, many in 0..12i32) {
            let days: BTreeSet<i64> = (-200..=due).filter(|n| steps.days.works(day(*n))).collect();
            let expected = days.iter().rev().nth(usize::try_from(many).unwrap()).unwrap();
            prop_assert_eq!(steps.days.before(day(due), many), day(*expected));
        }
    }
}
