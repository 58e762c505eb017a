//! What becomes of one assignment: the steps of its life, in time. **Invariant: steps follow one
//! another, none lies before the work was given or after the demo's present; a life that does not fit
//! into its time becomes the nearest one that does.**

use std::str::FromStr;

use super::days::{DAY, Minute};

/// What becomes of an assignment; the words stand in `texts/README.md`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Outcome {
    Silent,
    Seen,
    Working,
    Slow,
    Waiting,
    Returned,
    Done,
    Late,
    Redone,
    Told,
    Asking,
    Granted,
    Refused,
    Pleading,
    Excused,
    Unexcused,
    Stuck,
    Helped,
    Paused,
    Resumed,
    Cancelled,
    Moved(String),
}

impl FromStr for Outcome {
    type Err = String;
    fn from_str(word: &str) -> Result<Self, String> {
        Ok(match word {
            "silent" => Self::Silent,
            "seen" => Self::Seen,
            "working" => Self::Working,
            "slow" => Self::Slow,
            "waiting" => Self::Waiting,
            "returned" => Self::Returned,
            "done" => Self::Done,
            "late" => Self::Late,
            "redone" => Self::Redone,
            "told" => Self::Told,
            "asking" => Self::Asking,
            "granted" => Self::Granted,
            "refused" => Self::Refused,
            "pleading" => Self::Pleading,
            "excused" => Self::Excused,
            "unexcused" => Self::Unexcused,
            "stuck" => Self::Stuck,
            "helped" => Self::Helped,
            "paused" => Self::Paused,
            "resumed" => Self::Resumed,
            "cancelled" => Self::Cancelled,
            other => return Err(format!("`{other}` is not what becomes of an assignment")),
        })
    }
}

/// Something that happens to an assignment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Act {
    /// The unit confirms that it has the work.
    Acknowledge,
    /// The unit reports.
    Report {
        /// How far it has come.
        percent: u8,
        /// Whether it says that the work is done.
        completes: bool,
        /// Whether the office reports for it.
        told: bool,
        /// How many minutes the phone held it back.
        held: Minute,
    },
    /// The last report is accepted.
    Accept,
    /// The last report is returned.
    Return,
    /// More time is asked for, until so many days from today.
    AskTime(i64),
    /// It is granted, or not.
    DecideTime(bool),
    /// An excuse is given.
    Plead,
    /// It is confirmed, or not.
    DecideExcuse(bool),
    /// A difficulty is raised.
    Raise,
    /// It is answered.
    Answer,
    /// The office pauses the work.
    Pause,
    /// The office resumes it.
    Resume,
    /// The office cancels it.
    Cancel,
    /// The office hands it to the unit of this name.
    Move(String),
}

/// An act and when it happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// When.
    pub at: Minute,
    /// What.
    pub act: Act,
}

/// What a life depends on.
#[derive(Debug, Clone, Copy)]
pub(super) struct Facts {
    /// When the work was given.
    pub given: Minute,
    /// The day it is due, counted from today.
    pub due: Option<i64>,
    /// Whether its completion is reviewed.
    pub reviewed: bool,
    /// The last minute anything may happen to it.
    pub end: Minute,
    /// What makes it differ from its neighbours, the same in every run.
    pub seed: u64,
}

/// At what time of day who does things.
#[derive(Clone, Copy)]
enum Hours {
    /// Early, at noon, in the evening.
    Village,
    /// When offices are open.
    Office,
}

/// The steps of a life.
pub(super) fn live(outcome: &Outcome, facts: Facts) -> Vec<Step> {
    let mut line = Line { facts, steps: Vec::new(), drawn: 0 };
    match outcome {
        Outcome::Silent => {}
        Outcome::Seen => line.see(),
        Outcome::Working => line.work(),
        Outcome::Slow => line.slow(),
        Outcome::Waiting => line.wait(),
        Outcome::Returned => line.be_returned(),
        Outcome::Done => line.finish(false),
        Outcome::Told => line.finish(true),
        Outcome::Late => line.finish_late(),
        Outcome::Redone => line.finish_again(),
        Outcome::Asking => line.ask(None),
        Outcome::Granted => line.ask(Some(true)),
        Outcome::Refused => line.ask(Some(false)),
        Outcome::Pleading => line.plead(None),
        Outcome::Excused => line.plead(Some(true)),
        Outcome::Unexcused => line.plead(Some(false)),
        Outcome::Stuck => line.stumble(false),
        Outcome::Helped => line.stumble(true),
        Outcome::Paused => line.pause(false),
        Outcome::Resumed => line.pause(true),
        Outcome::Cancelled => line.cancel(),
        Outcome::Moved(unit) => line.go_to(unit),
    }
    line.steps
}

/// A number that looks like chance and is the same in every run.
pub(super) const fn scatter(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
    x = (x ^ (x >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    x ^ (x >> 31)
}

struct Line {
    facts: Facts,
    steps: Vec<Step>,
    drawn: u64,
}

impl Line {
    fn draw(&mut self, from: i64, to: i64) -> i64 {
        self.drawn += 1;
        let chance = scatter(self.facts.seed.wrapping_mul(31).wrapping_add(self.drawn)) >> 1;
        let span = (to - from).max(0) + 1;
        from + i64::try_from(chance).unwrap_or(0) % span
    }
    fn given_day(&self) -> i64 {
        self.facts.given.div_euclid(DAY)
    }
    /// The last whole day anything may happen.
    fn last_day(&self) -> i64 {
        self.facts.end.div_euclid(DAY) - 1
    }
    fn last(&self) -> Minute {
        self.steps.last().map_or(self.facts.given, |step| step.at)
    }
    fn day_of_last(&self) -> i64 {
        self.last().div_euclid(DAY)
    }

    /// Something on a day; after what was before it; not at all when its time is over.
    fn on(&mut self, day: i64, hours: Hours, act: Act) -> bool {
        const VILLAGE: [(i64, i64); 3] = [(385, 455), (690, 775), (1050, 1230)];
        const OFFICE: [(i64, i64); 3] = [(470, 560), (570, 690), (840, 1010)];
        let part = usize::try_from(self.draw(0, 2)).unwrap_or(0);
        let (from, to) = match hours {
            Hours::Village => VILLAGE.get(part).copied().unwrap_or((0, 0)),
            Hours::Office => OFFICE.get(part).copied().unwrap_or((0, 0)),
        };
        let wished = day * DAY + self.draw(from, to);
        let pause = self.draw(12, 50);
        self.push(wished.max(self.last() + pause), act)
    }
    /// Something just before the end.
    fn just_now(&mut self, act: Act) -> bool {
        let before = self.draw(2, 180);
        let at = (self.facts.end - before).max(self.last() + 7);
        self.push(at, act)
    }
    fn push(&mut self, at: Minute, act: Act) -> bool {
        if at > self.facts.end {
            return false;
        }
        self.steps.push(Step { at, act });
        true
    }

    fn see(&mut self) {
        let day = self.given_day();
        let day = self.draw(day, day + 3).min(self.last_day().max(day));
        self.on(day, Hours::Village, Act::Acknowledge);
    }
    fn report(&mut self, day: i64, percent: u8) -> bool {
        // Where there is no signal the phone keeps a report for a day or so.
        let held = if self.draw(0, 6) == 0 { self.draw(200, 2000) } else { 0 };
        let told = self.draw(0, 11) == 0;
        self.report_as(day, percent, told, if told { 0 } else { held })
    }
    fn report_as(&mut self, day: i64, percent: u8, told: bool, held: Minute) -> bool {
        let completes = percent == 100;
        let hours = if told { Hours::Office } else { Hours::Village };
        // A phone cannot have made it before the step before.
        self.on(day, hours, Act::Report { percent, completes, told, held: 0 });
        let before = self.steps.iter().rev().nth(1).map_or(self.facts.given, |step| step.at);
        let Some(step) = self.steps.last_mut() else { return false };
        let room = (step.at - before - 5).max(0);
        if let Act::Report { held: kept, .. } = &mut step.act {
            *kept = held.min(room);
            return true;
        }
        false
    }

    fn work(&mut self) {
        self.see();
        let (from, to) = (self.given_day() + 2, self.last_day());
        if to < from {
            return;
        }
        let near = self.draw((to - 8).max(from), to);
        if near - from > 9 {
            let far = self.draw(from, near - 6);
            self.report(far, 30);
        }
        let percent = [40, 55, 60, 75, 85];
        let which = usize::try_from(self.draw(0, 4)).unwrap_or(0);
        self.report(near, percent.get(which).copied().unwrap_or(50));
    }
    fn slow(&mut self) {
        self.see();
        let from = self.given_day() + 2;
        let to = (from + 6).min(self.last_day());
        if from <= to {
            let day = self.draw(from, to);
            self.report(day, 25);
        }
    }

    /// The first and the last day on which it can be completed in time and still be reviewed.
    fn time_to_finish(&self) -> Option<(i64, i64)> {
        let from = self.given_day() + 1;
        let to = self.facts.due.map_or(self.last_day() - 2, |due| due.min(self.last_day() - 2));
        (from <= to).then_some((from, to))
    }
    fn finish(&mut self, told: bool) {
        let Some((from, to)) = self.time_to_finish() else {
            return if self.facts.due.is_some_and(|due| due <= self.last_day() + 3) {
                self.wait();
            } else {
                self.work();
            };
        };
        self.see();
        let day = self.draw((to - 11).max(from), to);
        if day - from > 6 && self.draw(0, 3) == 0 {
            let before = self.draw(from, day - 3);
            self.report(before, 50);
        }
        // In time means by the evening of the day: the step before it must not push it over.
        let day = day.max(self.day_of_last());
        let held = if self.draw(0, 8) == 0 { 900 } else { 0 };
        if self.report_as(day, 100, told, held) {
            self.accept();
        }
    }
    fn accept(&mut self) {
        if self.facts.reviewed {
            let day = self.day_of_last();
            let day = self.draw(day, day + 2).min(self.last_day().max(day));
            self.on(day, Hours::Office, Act::Accept);
        }
    }
    fn finish_late(&mut self) {
        let Some(due) = self.facts.due.filter(|due| *due < self.last_day() - 1) else {
            return self.finish(false);
        };
        self.see();
        let to = (due + 8).min(self.last_day() - 1);
        let day = self.draw(due + 1, to);
        if self.report_as(day, 100, false, 0) {
            self.accept();
        }
    }
    fn finish_again(&mut self) {
        let Some((from, to)) =
            self.time_to_finish().filter(|(from, to)| self.facts.reviewed && to - from >= 6)
        else {
            return self.finish(false);
        };
        self.see();
        let second = self.draw((to - 4).max(from + 4), to);
        self.report_as(second - 4, 100, false, 0);
        self.on(second - 3, Hours::Office, Act::Return);
        if self.report_as(second, 100, false, 0) {
            self.accept();
        }
    }
    fn wait(&mut self) {
        if !self.facts.reviewed || self.last_day() < self.given_day() + 1 {
            return self.work();
        }
        self.see();
        let (from, last) = (self.given_day() + 1, self.last_day());
        let just_now = self.draw(0, 1) == 0;
        match self.facts.due {
            // Made in time, and the leader has not come to it yet.
            Some(due) if due < last && due > last - 8 => {
                let day = self.draw((due - 1).max(from), due.max(from));
                self.report_as(day, 100, false, 0);
            }
            _ if just_now => {
                self.just_now(Act::Report { percent: 100, completes: true, told: false, held: 0 });
            }
            _ => {
                let day = self.draw((last - 1).max(from), last);
                self.report_as(day, 100, false, 0);
            }
        }
    }
    fn be_returned(&mut self) {
        let last = self.last_day();
        if !self.facts.reviewed || last < self.given_day() + 4 {
            return self.work();
        }
        self.see();
        let day = self.draw(last - 3, last - 2);
        if self.report_as(day, 100, false, 0) {
            let day = self.draw(last - 1, last);
            self.on(day, Hours::Office, Act::Return);
        }
    }
    fn ask(&mut self, decision: Option<bool>) {
        let last = self.last_day();
        let Some(due) = self.facts.due.filter(|_| last > self.given_day() + 4) else {
            return self.work();
        };
        self.see();
        let until = due.max(0) + self.draw(5, 9);
        let Some(granted) = decision else {
            self.report(self.given_day() + 3, 45);
            self.just_now(Act::AskTime(until));
            return;
        };
        let day = self.draw(self.given_day() + 2, (due - 1).clamp(self.given_day() + 2, last - 3));
        self.on(day, Hours::Village, Act::AskTime(until));
        let day = self.day_of_last() + 1;
        self.on(day, Hours::Office, Act::DecideTime(granted));
        let near = self.draw(day.max(last - 4), last);
        self.report(near, 70);
    }
    fn plead(&mut self, decision: Option<bool>) {
        let last = self.last_day();
        let Some(due) = self.facts.due.filter(|due| *due < last && *due > self.given_day()) else {
            return self.work();
        };
        self.see();
        self.report(self.given_day() + 1, 35);
        let day = self.draw(due + 1, (due + 3).min(last)).max(self.day_of_last());
        let Some(confirmed) = decision else {
            let day = day.max(last - 1);
            self.on(day, Hours::Village, Act::Plead);
            return;
        };
        if self.on(day, Hours::Village, Act::Plead) {
            let day = self.draw(day, (day + 2).min(last.max(day)));
            self.on(day, Hours::Office, Act::DecideExcuse(confirmed));
        }
    }
    fn stumble(&mut self, helped: bool) {
        self.see();
        let (from, last) = (self.given_day() + 1, self.last_day());
        if last < from {
            return;
        }
        let day =
            if helped { self.draw(from, from.max(last - 4)) } else { self.draw(from.max(last - 5), last) };
        if self.on(day, Hours::Village, Act::Raise) && helped {
            let day = self.day_of_last() + 1;
            if self.on(day, Hours::Office, Act::Answer) {
                let near = self.draw(day.max(last - 3), last);
                self.report(near, 65);
            }
        }
    }
    fn pause(&mut self, resumed: bool) {
        self.see();
        let (from, last) = (self.given_day() + 2, self.last_day());
        let day =
            if resumed { self.draw(from, from.max(last - 8)) } else { self.draw(from.max(last - 6), last) };
        if self.on(day, Hours::Office, Act::Pause) && resumed {
            let day = self.day_of_last() + 4;
            if self.on(day, Hours::Office, Act::Resume) {
                self.report(last.max(day), 60);
            }
        }
    }
    fn cancel(&mut self) {
        self.see();
        let day = self.given_day() + 5;
        self.on(day, Hours::Office, Act::Cancel);
    }
    fn go_to(&mut self, unit: &str) {
        let day = self.given_day() + 2;
        if self.on(day, Hours::Office, Act::Move(unit.to_owned())) {
            let day = self.day_of_last();
            self.on(day + 1, Hours::Village, Act::Acknowledge);
            let last = self.time_to_finish().map_or(self.last_day(), |(_, to)| to);
            if self.report_as(last.max(day + 1), 100, false, 0) {
                self.accept();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const ALL: [&str; 21] = [
        "silent",
        "seen",
        "working",
        "slow",
        "waiting",
        "returned",
        "done",
        "late",
        "redone",
        "told",
        "asking",
        "granted",
        "refused",
        "pleading",
        "excused",
        "unexcused",
        "stuck",
        "helped",
        "paused",
        "resumed",
        "cancelled",
    ];

    fn facts(given: i64, due: i64) -> Facts {
        Facts { given: given * DAY + 600, due: Some(due), reviewed: true, end: 610, seed: 7 }
    }
    fn acts(outcome: &Outcome, facts: Facts) -> Vec<Act> {
        live(outcome, facts).into_iter().map(|step| step.act).collect()
    }

    #[test]
    fn with_time_enough_a_life_is_what_its_word_says() {
        let past = facts(-40, -12);
        let finished = |step: &Step| matches!(step.act, Act::Report { completes: true, .. });
        for seed in 0..200 {
            let past = Facts { seed, ..past };
            let done = live(&Outcome::Done, past);
            assert_eq!(done.last().unwrap().act, Act::Accept);
            assert!(done.iter().find(|s| finished(s)).unwrap().at < -11 * DAY);
            let late = live(&Outcome::Late, past);
            assert!(late.iter().find(|s| finished(s)).unwrap().at >= -11 * DAY);
            assert_eq!(acts(&Outcome::Returned, past).last(), Some(&Act::Return));
            assert_eq!(acts(&Outcome::Excused, past).last(), Some(&Act::DecideExcuse(true)));
            assert!(acts(&Outcome::Granted, past).contains(&Act::DecideTime(true)));
            assert!(matches!(acts(&Outcome::Asking, past).last(), Some(Act::AskTime(_))));
        }
    }

    #[test]
    fn what_is_not_due_yet_is_not_late() {
        for seed in 0..200 {
            let ahead = Facts { seed, ..facts(-10, 9) };
            let late = acts(&Outcome::Late, ahead);
            assert_eq!(late.last(), Some(&Act::Accept));
        }
    }

    proptest! {
        #[test]
        fn steps_follow_one_another_within_their_time(
            word in prop::sample::select(&ALL[..]),
            (given, long) in (-80..0i64, 0..90i64),
            due in prop::option::of(-79..60i64),
            (reviewed, seed) in (any::<bool>(), any::<u64>()),
        ) {
            let given = given * DAY + 540;
            let facts = Facts { given, due, reviewed, end: (given + long * DAY).min(500), seed };
            let steps = live(&word.parse().unwrap(), facts);
            let mut before = facts.given;
            for step in &steps {
                prop_assert!(step.at > before && step.at <= facts.end);
                if let Act::Report { held, .. } = step.act {
                    prop_assert!(step.at - held > before);
                }
                before = step.at;
            }
            prop_assert_eq!(live(&word.parse().unwrap(), facts), steps);
        }
    }
}
