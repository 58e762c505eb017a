//! What the units do, by a rule that leaves nothing to chance: some finish early, some on the day,
//! some late, some never; some are returned; some wait for the leader; some have no signal.

use openapi::value::{Date, Instant};

use super::count::{Act, Entry, Job};

/// When things happen on a day: 9 in the morning in Hà Nội.
pub fn morning(day: Date) -> Instant {
    format!("{day}T02:00:00Z").parse().unwrap()
}
/// When a phone without signal keeps a report: noon in Hà Nội.
fn noon(day: Date) -> Instant {
    format!("{day}T05:00:00Z").parse().unwrap()
}

const fn entry(day: Date, act: Act) -> Entry {
    Entry { day, act }
}
fn progress(day: Date) -> Entry {
    entry(day, Act::Report { made_at: morning(day), made_on: day, completes: false })
}
fn done(day: Date) -> Entry {
    entry(day, Act::Report { made_at: morning(day), made_on: day, completes: true })
}
fn done_without_signal(day: Date) -> Entry {
    entry(day.plus(2), Act::Report { made_at: noon(day), made_on: day, completes: true })
}
const fn accepted(day: Date) -> Entry {
    entry(day, Act::Accept)
}
const fn returned(day: Date) -> Entry {
    entry(day, Act::Return)
}

/// Writes what happens to a job into its log. Only units with somebody signed in acknowledge.
pub fn write(job: &mut Job, signs_in: bool) {
    let chance = job.number * 7 + job.stage * 5 + job.unit * 3 + job.period;
    if signs_in && chance.is_multiple_of(2) {
        job.log.push(entry(job.opened, Act::Acknowledge));
    }
    let story = match job.due {
        Some(due) => with_a_date(chance, |days| due.plus(days).max(job.opened)),
        None => without_a_date(chance, job.opened),
    };
    let reviewed = job.is_reviewed();
    for entry in story {
        let finished = job.log.iter().any(|e| matches!(e.act, Act::Report { completes: true, .. }));
        match entry.act {
            // Where nobody reviews, who says that it is done is done.
            Act::Accept | Act::Return if !reviewed => {}
            Act::Report { .. } if finished && !reviewed => {}
            _ => job.log.push(entry),
        }
    }
}

/// `on` is the day so many days from the due date.
fn with_a_date(chance: usize, on: impl Fn(i64) -> Date) -> Vec<Entry> {
    match chance % 10 {
        // In time.
        0 => vec![done(on(-2)), accepted(on(-1))],
        // On the day, and accepted when it is over.
        1 => vec![done(on(0)), accepted(on(2))],
        // Late.
        2 => vec![done(on(3)), accepted(on(4))],
        // Begun and left.
        3 => vec![progress(on(-1))],
        // Nothing at all.
        4 => vec![],
        // Returned when the day is over, and left.
        5 => vec![done(on(-1)), returned(on(1))],
        // Late, and waiting.
        6 => vec![progress(on(-1)), done(on(2))],
        // In time, and waiting.
        7 => vec![done(on(0))],
        // On the day, but it reaches us two days later.
        8 => vec![done_without_signal(on(0)), accepted(on(3))],
        // Returned, and done again late.
        _ => vec![done(on(-1)), returned(on(1)), done(on(2)), accepted(on(3))],
    }
}

fn without_a_date(chance: usize, opened: Date) -> Vec<Entry> {
    match chance % 4 {
        0 => vec![progress(opened.plus(5))],
        1 => vec![done(opened.plus(7))],
        _ => vec![],
    }
}
