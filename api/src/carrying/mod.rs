//! Carrying over: what an earlier directive left unfinished goes on in a new one. **Invariant: at any
//! moment a piece of work is open at one place of its line only, and no lateness is lost on the way.**

mod draft;
pub(crate) mod store;

use openapi::{
    assignments::{Assignment, AssignmentsQuery},
    carrying::{CarriedDraft, CarryOver, CarryOverResult, ListLine, ListUnfinished, PreviewCarryOver},
    directives::DirectiveId,
    endpoint::Endpoint,
    ledger::Deed,
    timeliness::State,
    value::{Note, Page},
};

use self::draft::Planned;
use crate::{
    access::{Actor, Scope},
    assignments::{
        self, Done,
        store::{self as given, AssignmentRow, Which},
    },
    db::{Reading, Writing, after},
    directives::{self, store as documents},
    error::{Error, Result},
    serve::{Answer, Call, Routes},
    tasks,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListUnfinished>(list_unfinished);
    routes.snapshot::<PreviewCarryOver>(preview);
    routes.write::<CarryOver>(carry_over);
    routes.read::<ListLine>(list_line);
}

fn list_unfinished(tx: &mut Reading<'_>, call: &Call<ListUnfinished>) -> Result<Answer<Page<Assignment>>> {
    let asked = &call.query;
    let query = AssignmentsQuery {
        directive: asked.directive,
        unit: asked.unit,
        limit: asked.limit,
        cursor: asked.cursor.clone(),
        ..AssignmentsQuery::default()
    };
    let which = Which::Unfinished(&query);
    Ok(Answer::ok(given::shown(tx, &call.scope, &call.actor, call.today, &which)?))
}

fn preview(tx: &mut Reading<'_>, call: &Call<PreviewCarryOver>) -> Result<Answer<CarryOverResult>> {
    let plan = draft::plan(tx, &call.scope, call.path, &call.body)?;
    if plan.iter().any(|one| !one.stored) {
        check_is_draft(tx, &call.scope, call.path)?;
    }
    Ok(Answer::ok(result(&call.actor, plan, false)))
}

fn carry_over(tx: &mut Writing<'_>, call: &Call<CarryOver>) -> Result<Answer<CarryOverResult>> {
    let plan = draft::plan(tx, &call.scope, call.path, &call.body)?;
    let new = plan.iter().any(|one| !one.stored);
    if new {
        check_is_draft(tx, &call.scope, call.path)?;
        let directive = documents::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
        documents::touch(tx, directive)?;
    }
    for one in plan.iter().filter(|one| !one.stored) {
        tasks::enter(tx, call, one.task, &one.draft)?;
    }
    Ok(Answer::created_or_same(new, result(&call.actor, plan, true)))
}

fn check_is_draft(tx: &mut Reading<'_>, scope: &Scope, id: DirectiveId) -> Result<()> {
    use openapi::directives::DirectiveState;
    let directive = documents::find(tx, scope, id)?.ok_or_else(Error::not_found)?;
    if directive.state == DirectiveState::Draft { Ok(()) } else { Err(directives::issued_already()) }
}

fn result(actor: &Actor, plan: Vec<Planned>, stored: bool) -> CarryOverResult {
    let seen = |one: Planned| CarriedDraft { task: one.task, draft: tasks::draft_seen_by(actor, one.draft) };
    CarryOverResult { stored, tasks: plan.into_iter().map(seen).collect() }
}

fn list_line(tx: &mut Reading<'_>, call: &Call<ListLine>) -> Result<Answer<Page<Assignment>>> {
    let row = given::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let mut line = store::line(tx, &row)?;
    if let Some(last) = after(call.query.cursor.as_ref())? {
        let seen = line.iter().position(|id| *id == last).map_or(line.len(), |place| place + 1);
        line.drain(..seen);
    }
    let page = Page::cut(line, call.query.limit(), |id| *id);
    let mut shown = given::shown(tx, &call.scope, &call.actor, call.today, &Which::These(&page.items))?.items;
    shown.sort_by_key(|one| page.items.iter().position(|id| *id == one.id));
    Ok(Answer::ok(Page { items: shown, next: page.next }))
}

/// Closes what goes on in a later directive: it says where it went, and counts there from now on.
pub(crate) fn close(
    tx: &mut Writing<'_>,
    by: Option<&Actor>,
    earlier: &AssignmentRow,
    later: &AssignmentRow,
) -> Result<()> {
    let words = whereto(tx, later)?;
    let mut closed = earlier.clone();
    closed.state = State::Cancelled;
    closed.paused_from = None;
    closed.closed_at = Some(tx.now());
    closed.reason.clone_from(&words);
    closed.extension_asked = false;
    let done = Done { deed: Deed::CarriedOver, by, words: words.as_ref(), report: None };
    assignments::change(tx, earlier, closed, done)?;
    store::keep(tx, earlier, later)
}

/// “Chuyển tiếp sang Kết luận số 16-KL/ĐU”, or the title where there is no number yet.
fn whereto(tx: &mut Reading<'_>, later: &AssignmentRow) -> Result<Option<Note>> {
    let scope = Scope::of_the_house(later.organisation);
    let Some(directive) = documents::find(tx, &scope, later.directive_id)? else { return Ok(None) };
    Ok(Note::try_from(format!("Chuyển tiếp sang {}", directive.spoken())).ok())
}

/// The row a request or decision about an assignment acts on: where its work stands now.
pub(crate) fn acted_on<E: Endpoint>(
    tx: &mut Reading<'_>,
    call: &Call<E>,
    row: AssignmentRow,
) -> Result<AssignmentRow> {
    let unit = row.unit_id;
    let end = store::end(tx, row.clone())?;
    // What went on to another unit is no longer this one's to ask about.
    Ok(if end.unit_id == unit && call.scope.covers(unit) { end } else { row })
}
