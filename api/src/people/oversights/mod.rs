//! Who oversees which unit, and when. **Invariant: an overseer sees a unit on the days it is in his
//! charge, and on no other.**

mod store;

use openapi::{
    access::Role,
    ledger::{Deed, Subject},
    people::{ListOversights, Oversight, OversightDraft, PatchOversight, PutOversight, ReadOversight},
    problem::FieldCode,
    value::Page,
};
use serde_json::json;

use crate::{
    access::Scope,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
    units,
};

pub(super) fn mount(routes: &mut Routes) {
    routes.read::<ListOversights>(list);
    routes.read::<ReadOversight>(read);
    routes.write::<PutOversight>(put);
    routes.write::<PatchOversight>(patch);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListOversights>) -> Result<Answer<Page<Oversight>>> {
    Ok(Answer::ok(store::list(tx, &call.scope, &call.query)?))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadOversight>) -> Result<Answer<Oversight>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(store::shown(tx, row)?))
}

fn put(tx: &mut Writing<'_>, call: &Call<PutOversight>) -> Result<Answer<Oversight>> {
    if let Some(row) = store::find(tx, &call.scope, call.path)? {
        let oversight = store::shown(tx, row)?;
        return if oversight.draft == call.body { Ok(Answer::ok(oversight)) } else { Err(Error::conflict()) };
    }
    let mut faults = Faults::default();
    check_days(&mut faults, &call.body);
    check_person(tx, &mut faults, &call.scope, &call.body)?;
    check_unit(tx, &mut faults, &call.scope, &call.body)?;
    faults.check()?;
    let row = store::insert(tx, &call.scope, call.path, &call.body)?;
    tx.forget_actors();
    let oversight = store::shown(tx, row)?;
    let entry = Entry::new(Deed::Created, Subject::Oversight, oversight.id).by(&call.actor);
    ledger::record(tx, call.scope.tenant(), entry.after(json!(oversight.draft)))?;
    Ok(Answer::created(oversight))
}

fn check_days(faults: &mut Faults, draft: &OversightDraft) {
    if draft.to.is_some_and(|to| to < draft.from) {
        faults.add(
            "/to",
            FieldCode::BadValue,
            "Ngày cuối đứng trước ngày đầu.",
            "The last day is before the first.",
        );
    }
}

fn check_person(
    tx: &mut Reading<'_>,
    faults: &mut Faults,
    scope: &Scope,
    draft: &OversightDraft,
) -> Result<()> {
    match super::store::find(tx, scope, draft.person)? {
        None => faults.add(
            "/person",
            FieldCode::NotKnown,
            "Không tìm thấy người này.",
            "There is no such person.",
        ),
        Some(row) if !super::store::holds(tx, scope.tenant(), row.id, Role::Overseer)? => faults.add(
            "/person",
            FieldCode::NotAllowedHere,
            "Người này chưa có vai trò ủy viên phụ trách.",
            "This person does not have the role of overseer.",
        ),
        Some(_) => {}
    }
    Ok(())
}

fn check_unit(
    tx: &mut Reading<'_>,
    faults: &mut Faults,
    scope: &Scope,
    draft: &OversightDraft,
) -> Result<()> {
    match units::store::find(tx, scope, draft.unit)? {
        None => {
            faults.add("/unit", FieldCode::NotKnown, "Không tìm thấy đơn vị này.", "There is no such unit.")
        }
        Some(unit) if unit.merged_into.is_some() => faults.add(
            "/unit",
            FieldCode::NotAllowedHere,
            "Đơn vị này đã sáp nhập vào đơn vị khác.",
            "This unit has been merged into another.",
        ),
        Some(_) => {}
    }
    Ok(())
}

fn patch(tx: &mut Writing<'_>, call: &Call<PatchOversight>) -> Result<Answer<Oversight>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    call.expect_version(row.version)?;
    let oversight = store::shown(tx, row.clone())?;
    let before = oversight.draft.clone();
    let draft = OversightDraft {
        from: call.body.from.unwrap_or(before.from),
        to: call.body.to.over(before.to),
        ..before
    };
    if draft == oversight.draft {
        return Ok(Answer::ok(oversight));
    }
    let mut faults = Faults::default();
    check_days(&mut faults, &draft);
    faults.check()?;
    let row = store::update(tx, row, &draft)?;
    tx.forget_actors();
    let changed = store::shown(tx, row)?;
    let entry = Entry::new(Deed::Changed, Subject::Oversight, changed.id).by(&call.actor);
    let entry = entry.before(json!(oversight.draft)).after(json!(changed.draft));
    ledger::record(tx, call.scope.tenant(), entry)?;
    Ok(Answer::ok(changed))
}
