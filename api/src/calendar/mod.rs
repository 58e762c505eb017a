//! Named events and the table of holidays. **Invariant: a day that work is due by never moves
//! without the work: both change in one transaction; no holiday is guessed.**

mod store;
mod working;
mod years;

pub(crate) use self::working::WorkingDays;

use openapi::{
    calendar::{
        ListNamedEvents, NamedEvent, NamedEventDraft, NamedEventId, PatchNamedEvent, PutNamedEvent,
        ReadNamedEvent,
    },
    ledger::{Deed, Subject},
    problem::{Code, FieldCode},
    value::Page,
};
use serde_json::json;

use crate::{
    access::Scope,
    assignments,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListNamedEvents>(list);
    routes.read::<ReadNamedEvent>(read);
    routes.write::<PutNamedEvent>(put);
    routes.write::<PatchNamedEvent>(patch);
    years::mount(routes);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListNamedEvents>) -> Result<Answer<Page<NamedEvent>>> {
    let page = store::list(tx, &call.scope, &call.query)?;
    let items: Result<_> = page.items.into_iter().map(|row| shown(tx, row)).collect();
    Ok(Answer::ok(Page { items: items?, next: page.next }))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadNamedEvent>) -> Result<Answer<NamedEvent>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(shown(tx, row)?))
}

fn shown(tx: &mut Reading<'_>, row: store::EventRow) -> Result<NamedEvent> {
    let waiting = assignments::waiting_for_event(tx, row.organisation, row.id)?;
    Ok(row.shown(waiting))
}

/// Every named event, for reading documents that speak of them.
pub(crate) fn all(
    tx: &mut Reading<'_>,
    scope: &Scope,
) -> Result<Vec<(NamedEventId, openapi::calendar::NamedEventDraft)>> {
    Ok(store::all(tx, scope)?.into_iter().map(|row| (row.id, row.draft())).collect())
}

/// These named events, as their own endpoint shows them.
pub(crate) fn these(tx: &mut Reading<'_>, scope: &Scope, ids: &[NamedEventId]) -> Result<Vec<NamedEvent>> {
    let mut all = Vec::with_capacity(ids.len());
    for id in ids {
        if let Some(row) = store::find(tx, scope, *id)? {
            all.push(shown(tx, row)?);
        }
    }
    Ok(all)
}

fn put(tx: &mut Writing<'_>, call: &Call<PutNamedEvent>) -> Result<Answer<NamedEvent>> {
    if let Some(row) = store::find(tx, &call.scope, call.path)? {
        let event = shown(tx, row)?;
        return if event.draft == call.body { Ok(Answer::ok(event)) } else { Err(Error::conflict()) };
    }
    check(tx, &call.scope, call.path, &call.body)?;
    let row = store::insert(tx, &call.scope, call.path, &call.body)?;
    let entry = Entry::new(Deed::Created, Subject::Event, call.path).by(&call.actor);
    ledger::record(tx, call.scope.tenant(), entry.after(json!(call.body)))?;
    Ok(Answer::created(shown(tx, row)?))
}

fn check(tx: &mut Reading<'_>, scope: &Scope, id: NamedEventId, draft: &NamedEventDraft) -> Result<()> {
    let mut faults = Faults::default();
    match (draft.from, draft.to) {
        (None, Some(_)) => faults.add(
            "/from",
            FieldCode::Required,
            "Có ngày cuối thì phải có ngày đầu.",
            "A last day needs a first day.",
        ),
        (Some(from), Some(to)) if to < from => faults.add(
            "/to",
            FieldCode::BadValue,
            "Ngày cuối đứng trước ngày đầu.",
            "The last day is before the first.",
        ),
        _ => {}
    }
    faults.check()?;
    if store::is_taken(tx, scope, id, &draft.name)? {
        return Err(Error::because(
            Code::Duplicate,
            "Đã có sự kiện cùng tên; hãy thêm năm hoặc kỳ vào tên.",
            "There is an event of this name; add the year or the term to it.",
        ));
    }
    Ok(())
}

fn patch(tx: &mut Writing<'_>, call: &Call<PatchNamedEvent>) -> Result<Answer<NamedEvent>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    call.expect_version(row.version)?;
    let before = row.draft();
    let patch = call.body.clone();
    let draft = NamedEventDraft {
        name: patch.name.unwrap_or_else(|| before.name.clone()),
        from: patch.from.over(before.from),
        to: patch.to.over(before.to),
    };
    if draft == before {
        return Ok(Answer::ok(shown(tx, row)?));
    }
    check(tx, &call.scope, call.path, &draft)?;
    let row = store::update(tx, row, &draft)?;
    if (draft.from, draft.to) != (before.from, before.to) {
        assignments::event_dated(tx, &call.actor, call.path, draft.from, draft.to)?;
    }
    let entry = Entry::new(Deed::Changed, Subject::Event, call.path).by(&call.actor);
    ledger::record(tx, call.scope.tenant(), entry.before(json!(before)).after(json!(draft)))?;
    Ok(Answer::ok(shown(tx, row)?))
}
