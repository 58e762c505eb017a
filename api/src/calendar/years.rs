//! The table of holidays and swapped working days, a year at a time.

use chrono::Datelike;
use openapi::{
    calendar::{CalendarDay, CalendarYear, CalendarYearDraft, PutCalendarYear, ReadCalendarYear},
    ledger::{Deed, Subject},
    problem::{Code, FieldCode},
    value::{Version, Year},
};
use serde_json::json;

use super::store;
use crate::{
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
};

/// How many days of a year may differ, as the contract says.
const DAYS_AT_MOST: usize = 150;

pub(super) fn mount(routes: &mut Routes) {
    routes.snapshot::<ReadCalendarYear>(read);
    routes.write::<PutCalendarYear>(put);
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadCalendarYear>) -> Result<Answer<CalendarYear>> {
    let year = store::year(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(year))
}

fn put(tx: &mut Writing<'_>, call: &Call<PutCalendarYear>) -> Result<Answer<CalendarYear>> {
    check(&call.body, call.path)?;
    let mut days = call.body.days.clone();
    days.sort_by_key(|day| day.on);
    let Some(before) = store::year(tx, &call.scope, call.path)? else {
        if names_a_version(call) {
            return Err(Error::of(Code::Stale));
        }
        let year = CalendarYear { year: call.path, days, version: Version::FIRST };
        store::insert_year(tx, &call.scope, &year)?;
        record(tx, call, Deed::Created, None, &year)?;
        return Ok(Answer::created(year));
    };
    // The same table again is the same request again, whatever version it was made from.
    if before.days == days {
        return Ok(Answer::ok(before));
    }
    call.expect_version(before.version)?;
    let year = CalendarYear { year: call.path, days, version: before.version.next() };
    store::update_year(tx, &call.scope, &year)?;
    record(tx, call, Deed::Changed, Some(&before), &year)?;
    Ok(Answer::ok(year))
}

/// Whether the caller believes that the year was entered before.
fn names_a_version(call: &Call<PutCalendarYear>) -> bool {
    match call.expect_version(Version::FIRST) {
        Err(Error::Refused(refusal)) => refusal.code != Code::VersionRequired,
        _ => true,
    }
}

fn check(draft: &CalendarYearDraft, year: Year) -> Result<()> {
    let mut faults = Faults::default();
    if draft.days.len() > DAYS_AT_MOST {
        faults.add(
            "/days",
            FieldCode::TooMany,
            format!("Nhiều nhất {DAYS_AT_MOST} ngày."),
            format!("At most {DAYS_AT_MOST} days."),
        );
        return faults.check();
    }
    for (at, day) in draft.days.iter().enumerate() {
        if day.on.get().year() != year.get() {
            faults.add(
                format!("/days/{at}/on"),
                FieldCode::BadValue,
                format!("Ngày này không thuộc năm {year}."),
                format!("This day is not in the year {year}."),
            );
        }
        if draft.days.iter().take(at).any(|earlier: &CalendarDay| earlier.on == day.on) {
            faults.add(
                format!("/days/{at}/on"),
                FieldCode::Duplicate,
                "Ngày này đã có ở trên.",
                "This day is given twice.",
            );
        }
    }
    faults.check()
}

fn record(
    tx: &mut Writing<'_>,
    call: &Call<PutCalendarYear>,
    deed: Deed,
    before: Option<&CalendarYear>,
    after: &CalendarYear,
) -> Result<()> {
    // A year has no id of its own: it is the organisation's table.
    let entry = Entry::new(deed, Subject::Calendar, call.actor.house.brief.id).by(&call.actor);
    let told = |year: &CalendarYear| json!({ "year": year.year, "days": year.days });
    let entry = match before {
        Some(before) => entry.before(told(before)),
        None => entry,
    };
    ledger::record(tx, call.scope.tenant(), entry.after(told(after)))
}
