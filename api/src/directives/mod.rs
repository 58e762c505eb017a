//! Directives: the documents that give work. **Invariant: issuing does all or nothing; what was
//! issued is never deleted or overwritten; a secret document leaves no trace.**

mod issue;
pub(crate) mod secrecy;
pub(crate) mod store;

use openapi::{
    directives::{
        CloseDirective, DeleteDirective, Directive, DirectiveDraft, DirectiveId, DirectivePatch,
        DirectiveState, IssueDirective, IssuePreview, ListDirectives, PatchDirective, PreviewIssue,
        PutDirective, ReadDirective,
    },
    endpoint::{Endpoint, Nothing},
    ledger::{Deed, Subject},
    problem::{Code, FieldCode},
    value::{Page, Phrase},
};
use serde_json::{Value, json};

pub(crate) use self::issue::{Existing, first_day, last_day, work_of};
use self::store::DirectiveRow;
use crate::{
    access::Scope,
    assignments, attachments,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    serve::{Answer, Call, Routes},
    tasks, units,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListDirectives>(list);
    routes.read::<ReadDirective>(read);
    routes.write::<PutDirective>(put);
    routes.write::<PatchDirective>(patch);
    routes.write::<DeleteDirective>(delete);
    routes.snapshot::<PreviewIssue>(preview);
    routes.write::<IssueDirective>(issue);
    routes.write::<CloseDirective>(close);
}

/// Number and symbol as people say them: `15-KL/ĐU`.
pub(crate) fn full_number(number: Option<&Phrase>, symbol: Option<&Phrase>) -> Option<Phrase> {
    match (number, symbol) {
        (Some(number), Some(symbol)) => Phrase::try_from(format!("{number}-{symbol}")).ok(),
        (Some(one), None) | (None, Some(one)) => Some(one.clone()),
        (None, None) => None,
    }
}

fn list(tx: &mut Reading<'_>, call: &Call<ListDirectives>) -> Result<Answer<Page<Directive>>> {
    let page = store::list(tx, &call.scope, &call.query)?;
    let next = page.next;
    let items = store::shown_all(tx, page.items)?;
    Ok(Answer::ok(Page { items, next }))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadDirective>) -> Result<Answer<Directive>> {
    let row = find(tx, &call.scope, call.path)?;
    Ok(Answer::ok(store::shown(tx, row)?))
}

fn find(tx: &mut Reading<'_>, scope: &Scope, id: DirectiveId) -> Result<DirectiveRow> {
    store::find(tx, scope, id)?.ok_or_else(Error::not_found)
}

fn put(tx: &mut Writing<'_>, call: &Call<PutDirective>) -> Result<Answer<Directive>> {
    secrecy::refuse_secret(&call.body)?;
    if let Some(row) = store::find(tx, &call.scope, call.path)? {
        let directive = store::shown(tx, row)?;
        let same = directive.draft == kept(&call.body);
        return if same { Ok(Answer::ok(directive)) } else { Err(Error::conflict()) };
    }
    let draft = kept(&call.body);
    check(tx, &call.scope, call.path, &draft)?;
    let row = store::insert(tx, &call.scope, call.path, &draft)?;
    attachments::declare_for_directive(tx, &call.scope, row.id, &draft.files)?;
    record(tx, call, Deed::Created, &row, None, Some(outline(&draft)))?;
    Ok(Answer::created(store::shown(tx, row)?))
}

/// The draft as it is kept: only what is not secret is kept, so that the mark itself says nothing.
fn kept(draft: &DirectiveDraft) -> DirectiveDraft {
    DirectiveDraft { secrecy: None, ..draft.clone() }
}

/// What the ledger keeps of a draft: without its text, which may be long.
fn outline(draft: &DirectiveDraft) -> Value {
    json!(DirectiveDraft { body: None, ..draft.clone() })
}

fn record<E: Endpoint>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    deed: Deed,
    row: &DirectiveRow,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<()> {
    let mut entry = Entry::new(deed, Subject::Directive, row.id).by(&call.actor);
    if let Some(before) = before {
        entry = entry.before(before);
    }
    if let Some(after) = after {
        entry = entry.after(after);
    }
    ledger::record(tx, call.scope.tenant(), entry)
}

fn check(tx: &mut Reading<'_>, scope: &Scope, id: DirectiveId, draft: &DirectiveDraft) -> Result<()> {
    let mut faults = Faults::default();
    if let Some(unit) = draft.issuer_unit
        && units::store::find(tx, scope, unit)?.is_none()
    {
        faults.add(
            "/issuer_unit",
            FieldCode::NotKnown,
            "Không tìm thấy đơn vị này.",
            "There is no such unit.",
        );
    }
    if draft.period.as_ref().is_some_and(|period| period.to < period.from) {
        faults.add(
            "/period/to",
            FieldCode::BadValue,
            "Ngày cuối đứng trước ngày đầu.",
            "The last day is before the first.",
        );
    }
    attachments::check_declared(&mut faults, &draft.files);
    faults.check()?;
    if store::is_taken(tx, scope, id, draft)? {
        return Err(Error::because(
            Code::Duplicate,
            "Đã có văn bản cùng cơ quan, loại, số và ngày.",
            "There is a document of the same issuer, kind, number and date.",
        ));
    }
    Ok(())
}

fn patch(tx: &mut Writing<'_>, call: &Call<PatchDirective>) -> Result<Answer<Directive>> {
    let row = find(tx, &call.scope, call.path)?;
    call.expect_version(row.version)?;
    let directive = store::shown(tx, row.clone())?;
    let before = directive.draft.clone();
    let draft = patched(before.clone(), call.body.clone());
    secrecy::refuse_secret(&draft)?;
    let draft = kept(&draft);
    if draft == before {
        return Ok(Answer::ok(directive));
    }
    if row.state != DirectiveState::Draft {
        check_issued_change(&before, &draft)?;
    }
    check(tx, &call.scope, call.path, &draft)?;
    attachments::redeclare_for_directive(tx, &call.scope, row.id, &before.files, &draft.files)?;
    let row = store::update(tx, row, &draft)?;
    record(tx, call, Deed::Changed, &row, Some(outline(&before)), Some(outline(&draft)))?;
    let seen_in_work = |draft: &DirectiveDraft| (draft.number.clone(), draft.symbol.clone(), draft.issued_on);
    if seen_in_work(&before) != seen_in_work(&draft) {
        assignments::directive_changed(tx, &call.actor, row.id)?;
    }
    Ok(Answer::ok(store::shown(tx, row)?))
}

fn patched(before: DirectiveDraft, patch: DirectivePatch) -> DirectiveDraft {
    DirectiveDraft {
        kind: patch.kind.unwrap_or(before.kind),
        issuer: patch.issuer.unwrap_or(before.issuer),
        issuer_unit: patch.issuer_unit.over(before.issuer_unit),
        number: patch.number.over(before.number),
        symbol: patch.symbol.over(before.symbol),
        title: patch.title.unwrap_or(before.title),
        secrecy: patch.secrecy.or(before.secrecy),
        issued_on: patch.issued_on.over(before.issued_on),
        meeting_on: patch.meeting_on.over(before.meeting_on),
        signer: patch.signer.over(before.signer),
        signing_authority: patch.signing_authority.over(before.signing_authority),
        signing_position: patch.signing_position.over(before.signing_position),
        concluded_by: patch.concluded_by.over(before.concluded_by),
        period: patch.period.over(before.period),
        recipients: patch.recipients.unwrap_or(before.recipients),
        body: patch.body.over(before.body),
        notes: patch.notes.over(before.notes),
        files: patch.files.unwrap_or(before.files),
    }
}

/// Of what was issued only that may change which is often added later.
fn check_issued_change(before: &DirectiveDraft, draft: &DirectiveDraft) -> Result<()> {
    let allowed = DirectiveDraft {
        number: draft.number.clone(),
        symbol: draft.symbol.clone(),
        issued_on: draft.issued_on,
        signer: draft.signer.clone(),
        notes: draft.notes.clone(),
        files: draft.files.clone(),
        ..before.clone()
    };
    let keeps_files = before.files.iter().all(|file| draft.files.contains(file));
    if allowed == *draft && keeps_files {
        return Ok(());
    }
    Err(Error::wrong_state(
        "Văn bản đã ban hành: chỉ bổ sung được số, ký hiệu, ngày, người ký, ghi chú và thêm tệp.",
        "The directive is issued: only number, symbol, date, signer, notes and more files may be added.",
    ))
}

fn delete(tx: &mut Writing<'_>, call: &Call<DeleteDirective>) -> Result<Answer<Nothing>> {
    let row = find(tx, &call.scope, call.path)?;
    call.expect_version(row.version)?;
    if row.state != DirectiveState::Draft {
        return Err(issued_already());
    }
    attachments::forget_of_directive(tx, &call.scope, row.id)?;
    let gone = store::delete(tx, &row)?;
    tasks::record_gone(tx, call, row.id, gone)?;
    record(tx, call, Deed::Deleted, &row, None, None)?;
    Ok(Answer::done())
}

pub(crate) fn issued_already() -> Error {
    Error::wrong_state(
        "Văn bản đã ban hành, không sửa hay xóa được nữa.",
        "The directive has been issued; it can no longer be changed or deleted.",
    )
}

fn preview(tx: &mut Reading<'_>, call: &Call<PreviewIssue>) -> Result<Answer<IssuePreview>> {
    let row = find(tx, &call.scope, call.path)?;
    let plan = issue::plan(tx, call, &row)?;
    Ok(Answer::ok(plan.preview(tx, row.organisation, call.actor.language)?))
}

fn issue(tx: &mut Writing<'_>, call: &Call<IssueDirective>) -> Result<Answer<Directive>> {
    let row = find(tx, &call.scope, call.path)?;
    match row.state {
        DirectiveState::Issued => return Ok(Answer::ok(store::shown(tx, row)?)),
        DirectiveState::Draft => {}
        DirectiveState::Closed | DirectiveState::Unknown => {
            return Err(Error::wrong_state("Văn bản đã kết thúc.", "The directive has been closed."));
        }
    }
    if row.version != call.body.version {
        return Err(Error::of(Code::Stale));
    }
    let plan = issue::plan(tx, call, &row)?;
    plan.check()?;
    let row = store::issue(tx, row, &call.actor)?;
    assignments::give(tx, call.scope.tenant(), Some(&call.actor), &plan.work)?;
    record(tx, call, Deed::Issued, &row, None, Some(json!({ "assignments": plan.work.len() })))?;
    Ok(Answer::ok(store::shown(tx, row)?))
}

fn close(tx: &mut Writing<'_>, call: &Call<CloseDirective>) -> Result<Answer<Directive>> {
    let row = find(tx, &call.scope, call.path)?;
    match row.state {
        DirectiveState::Closed if row.closed_reason.as_ref() == Some(&call.body.reason) => {
            return Ok(Answer::ok(store::shown(tx, row)?));
        }
        DirectiveState::Closed => return Err(Error::decided()),
        DirectiveState::Issued => {}
        DirectiveState::Draft | DirectiveState::Unknown => {
            return Err(Error::wrong_state("Văn bản chưa ban hành.", "The directive has not been issued."));
        }
    }
    let row = store::close(tx, row, &call.body.reason)?;
    assignments::cancel_in_time(tx, &call.actor, call.scope.tenant(), row.id, &call.body.reason)?;
    record(tx, call, Deed::Closed, &row, None, Some(json!({ "reason": call.body.reason })))?;
    Ok(Answer::ok(store::shown(tx, row)?))
}
