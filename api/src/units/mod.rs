//! Units: the bodies that can be given work. **Invariant: a unit is never deleted; the tree has no
//! circle; what was merged hands its open work over in the same transaction.**

pub mod store;

use openapi::{
    ledger::{Deed, Subject},
    problem::{Code, FieldCode},
    units::{ListUnits, MergeUnit, PatchUnit, PutUnit, ReadUnit, Unit, UnitDraft, UnitId, UnitMergerResult},
    value::{Count, Page},
};
use serde_json::json;

use self::store::Merged;
use crate::{
    access::Scope,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListUnits>(list);
    routes.read::<ReadUnit>(read);
    routes.write::<PutUnit>(put);
    routes.write::<PatchUnit>(patch);
    routes.write::<MergeUnit>(merge);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListUnits>) -> Result<Answer<Page<Unit>>> {
    Ok(Answer::ok(store::list(tx, &call.scope, &call.query)?))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadUnit>) -> Result<Answer<Unit>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(store::shown(tx, row)?))
}

fn put(tx: &mut Writing<'_>, call: &Call<PutUnit>) -> Result<Answer<Unit>> {
    if let Some(row) = store::find(tx, &call.scope, call.path)? {
        let unit = store::shown(tx, row)?;
        return if unit.draft == call.body { Ok(Answer::ok(unit)) } else { Err(Error::conflict()) };
    }
    let unit = enter(tx, &call.scope, call.path, &call.body)?;
    let entry = Entry::new(Deed::Created, Subject::Unit, unit.id).by(&call.actor).in_view_of(unit.id);
    ledger::record(tx, call.scope.tenant(), entry.after(json!(call.body)))?;
    Ok(Answer::created(unit))
}

/// Checks and stores a new unit; also for sheets.
pub(crate) fn enter(tx: &mut Writing<'_>, scope: &Scope, id: UnitId, draft: &UnitDraft) -> Result<Unit> {
    check(tx, scope, id, draft)?;
    let row = store::insert(tx, scope, id, draft)?;
    store::shown(tx, row)
}

fn check(tx: &mut Reading<'_>, scope: &Scope, id: UnitId, draft: &UnitDraft) -> Result<()> {
    let mut faults = Faults::default();
    if let (Some(from), Some(to)) = (draft.valid_from, draft.valid_to)
        && to < from
    {
        faults.add(
            "/valid_to",
            FieldCode::BadValue,
            "Ngày cuối đứng trước ngày đầu.",
            "The last day is before the first.",
        );
    }
    if let Some(parent) = draft.parent {
        match store::ancestors(tx, scope, parent)? {
            None => faults.add(
                "/parent",
                FieldCode::NotKnown,
                "Không tìm thấy đơn vị này.",
                "There is no such unit.",
            ),
            Some(line) if line.contains(&id) => {
                faults.add(
                    "/parent",
                    FieldCode::NotAllowedHere,
                    "Đơn vị cấp trên lại thuộc đơn vị này.",
                    "That unit belongs to this one.",
                );
            }
            Some(_) => {}
        }
    }
    faults.check()?;
    if store::is_taken(tx, scope, id, draft)? {
        return Err(Error::because(
            Code::Duplicate,
            "Đã có đơn vị cùng loại, cùng tên trong thời gian này.",
            "There is a unit of the same kind and name at that time.",
        ));
    }
    Ok(())
}

fn patch(tx: &mut Writing<'_>, call: &Call<PatchUnit>) -> Result<Answer<Unit>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    call.expect_version(row.version)?;
    let unit = store::shown(tx, row.clone())?;
    let (patch, before) = (call.body.clone(), unit.draft.clone());
    let draft = UnitDraft {
        kind: patch.kind.unwrap_or(before.kind),
        name: patch.name.unwrap_or(before.name),
        aliases: patch.aliases.unwrap_or(before.aliases),
        parent: patch.parent.over(before.parent),
        valid_from: patch.valid_from.over(before.valid_from),
        valid_to: patch.valid_to.over(before.valid_to),
    };
    if draft == unit.draft {
        return Ok(Answer::ok(unit));
    }
    check(tx, &call.scope, call.path, &draft)?;
    let row = store::update(tx, row, &draft)?;
    tx.forget_actors();
    let entry = Entry::new(Deed::Changed, Subject::Unit, unit.id).by(&call.actor).in_view_of(unit.id);
    ledger::record(tx, call.scope.tenant(), entry.before(json!(unit.draft)).after(json!(draft)))?;
    Ok(Answer::ok(store::shown(tx, row)?))
}

fn merge(tx: &mut Writing<'_>, call: &Call<MergeUnit>) -> Result<Answer<UnitMergerResult>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let into = store::find(tx, &call.scope, call.body.into)?.ok_or_else(|| Error::not_known("/into"))?;
    if row.merged_into.is_some() {
        if !store::is_same_merger(&row, &call.body) {
            return Err(Error::conflict());
        }
        let did = store::merged(&row);
        return Ok(Answer::ok(answered(store::shown(tx, row)?, did)));
    }
    if call.body.on > call.today {
        return Err(Error::field(
            "/on",
            openapi::problem::FieldCode::BadValue,
            "Sáp nhập có hiệu lực ngay khi ghi: hãy ghi vào ngày đó, không ghi trước.",
            "A merger takes effect when it is entered: enter it on its day, not before.",
        ));
    }
    if into.id == row.id || into.merged_into.is_some() {
        return Err(Error::wrong_state(
            "Không sáp nhập được vào đơn vị này: chính nó, hoặc đã sáp nhập vào đơn vị khác.",
            "It cannot be merged into that unit: it is the same, or has itself been merged.",
        ));
    }
    let row = store::merge(tx, row, &call.body)?;
    let people = store::hand_over_roles(tx, &row, into.id)?;
    let (moved, cancelled) =
        crate::assignments::hand_over(tx, &call.actor, row.id, into.id, &call.body.reason)?;
    tx.forget_actors();
    let entry = Entry::new(Deed::Merged, Subject::Unit, row.id).by(&call.actor).in_view_of(row.id);
    ledger::record(tx, call.scope.tenant(), entry.after(json!(call.body)))?;
    let did = Merged { moved: Count::of(moved), cancelled: Count::of(cancelled), people: Count::of(people) };
    store::keep_merged(tx, &row, did)?;
    Ok(Answer::ok(answered(store::shown(tx, row)?, did)))
}

const fn answered(unit: Unit, did: Merged) -> UnitMergerResult {
    UnitMergerResult { unit, moved: did.moved, cancelled: did.cancelled, people: did.people }
}
