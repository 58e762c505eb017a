//! Progress reports and their reviews. **Invariant: a report that was answered 2xx is kept as it was
//! sent, for ever; what it did to the assignment happened in the same transaction.**

pub(crate) mod store;

use openapi::{
    access::{Action, Role},
    ledger::{Deed, Subject},
    problem::FieldCode,
    reports::{
        ListReports, ReadReport, Report, ReportDraft, ReportFlag, ReviewReport, SubmitReport, Verdict,
        counted_moment, refusals,
    },
    timeliness::State,
    units::UnitId,
    value::{Date, Instant, Page},
};

use self::store::ReportRow;
use crate::{
    access::{Actor, Scope},
    assignments::{
        self, Done,
        store::{self as given, AssignmentRow},
    },
    attachments, carrying,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    links,
    serve::{Answer, Call, Routes},
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ListReports>(list);
    routes.read::<ReadReport>(read);
    routes.write::<SubmitReport>(submit);
    routes.write::<ReviewReport>(review);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListReports>) -> Result<Answer<Page<Report>>> {
    let row = given::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let line = carrying::store::up_to(tx, &row)?;
    Ok(Answer::ok(store::list(tx, &call.scope, &line, call.query.limit(), call.query.cursor.as_ref())?))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadReport>) -> Result<Answer<Report>> {
    let row = store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(store::shown(tx, row)?))
}

fn submit(tx: &mut Writing<'_>, call: &Call<SubmitReport>) -> Result<Answer<Report>> {
    if let Some(row) = store::find_sent(tx, &call.scope, &call.actor, call.path)? {
        let report = store::shown(tx, row)?;
        return if report.draft == call.body { Ok(answer(report, false)) } else { Err(Error::conflict()) };
    }
    let (assignment, unit) = about(tx, call)?;
    check(tx, call, &assignment)?;
    let also = links::also_at(tx, &assignment, unit)?;
    let (moment, mut flags) = counted_moment(call.body.made_at, tx.now(), assignment.assigned_at);
    flags.extend(aside(&assignment, unit, also.went_on));
    let counts_on = call.actor.house.day(moment);
    let row = store::insert(tx, call, unit, counts_on, &flags)?;
    attachments::declare_for_report(tx, row.organisation, row.id, unit, &call.body.files)?;
    if !also.taken_up {
        take_up(tx, &call.actor, &assignment, unit, &row, &call.body, moment)?;
    }
    store::keep_places(tx, &row, &also.at)?;
    for place in &also.at {
        let said = said_at(place, &call.body);
        take_up(tx, &call.actor, &place.row, unit, &row, &said, moment)?;
    }
    Ok(answer(store::shown(tx, row)?, true))
}

/// What a report says at a place it does not name: of a part neither how much of the whole is done, nor
/// that it is.
fn said_at(place: &links::Place, draft: &ReportDraft) -> ReportDraft {
    let draft = draft.clone();
    if place.whole { draft } else { ReportDraft { completes: false, percent: None, quantity: None, ..draft } }
}

fn answer(report: Report, new: bool) -> Answer<Report> {
    match (report.missing_files.is_empty(), new) {
        (false, _) => Answer::accepted(report),
        (true, true) => Answer::created(report),
        (true, false) => Answer::ok(report),
    }
}

/// The assignment a report is about, and the unit it speaks for: the one that has the work, or one
/// that had it when the report was written.
fn about(tx: &mut Reading<'_>, call: &Call<SubmitReport>) -> Result<(AssignmentRow, UnitId)> {
    let id = call.body.assignment;
    let sight = call.scope_to(Action::ReadAssignments)?;
    if let Some(row) = given::find(tx, &sight, id)? {
        let unit = row.unit_id;
        if !call.scope.covers(unit) {
            return Err(Error::not_allowed());
        }
        return Ok((row, unit));
    }
    given::find_former(tx, &call.scope, id)?.ok_or_else(|| Error::not_known("/assignment"))
}

fn check(tx: &mut Reading<'_>, call: &Call<SubmitReport>, assignment: &AssignmentRow) -> Result<()> {
    let draft = &call.body;
    let mut faults = Faults::default();
    for (place, why) in refusals(draft) {
        faults.say(place, why);
    }
    let own =
        call.actor.roles.iter().any(|(role, unit)| *role == Role::Reporter && *unit == assignment.unit_id);
    if !own && call.actor.is(Role::Office) && draft.told_by.is_none() {
        faults.add(
            "/told_by",
            FieldCode::Required,
            "Báo cáo thay đơn vị: hãy ghi ai đã báo.",
            "Reporting on the unit's behalf: say who told you.",
        );
    }
    if let Some(earlier) = draft.corrects
        && !store::is_of(tx, assignment, earlier)?
    {
        faults.add("/corrects", FieldCode::NotKnown, "Không có báo cáo này.", "There is no such report.");
    }
    faults.check()
}

/// Why a report changes nothing, or not at once: the assignment has changed meanwhile.
fn aside(assignment: &AssignmentRow, unit: UnitId, went_on: bool) -> Vec<ReportFlag> {
    let mut flags = Vec::new();
    if assignment.unit_id != unit {
        flags.push(ReportFlag::Reassigned);
    }
    match assignment.state {
        State::Cancelled if went_on => flags.push(ReportFlag::CarriedOver),
        State::Cancelled => flags.push(ReportFlag::Cancelled),
        State::Completed => flags.push(ReportFlag::AlreadyCompleted),
        State::Paused => flags.push(ReportFlag::Paused),
        _ => {}
    }
    flags
}

/// What a report does to its assignment (`domain.md` §3), and what the history says of it.
fn take_up(
    tx: &mut Writing<'_>,
    actor: &Actor,
    before: &AssignmentRow,
    unit: UnitId,
    report: &ReportRow,
    draft: &ReportDraft,
    moment: Instant,
) -> Result<()> {
    let counts = before.unit_id == unit && before.state.is_open();
    if !counts {
        let entry = Entry::new(Deed::Reported, Subject::Report, report.id)
            .by(actor)
            .of_assignment(before.id)
            .in_view_of(unit)
            .after(assignments::facts(before, draft.words.as_ref(), Some(report.id)));
        return ledger::record(tx, before.organisation, entry);
    }
    let changed = after_report(before, draft, report, moment, tx.now());
    let row = given::save(tx, before, changed)?;
    let entry = Entry::new(Deed::Reported, Subject::Report, report.id)
        .by(actor)
        .of_assignment(row.id)
        .in_view_of(unit)
        .after(assignments::facts(&row, draft.words.as_ref(), Some(report.id)));
    ledger::record(tx, row.organisation, entry)
}

/// The assignment after a report: any report is work begun; one that completes waits for review, or
/// completes where no review is needed. While it waits, the earliest waiting report counts, so that
/// a correction does not make a unit late that reported in time.
fn after_report(
    before: &AssignmentRow,
    draft: &ReportDraft,
    report: &ReportRow,
    moment: Instant,
    now: Instant,
) -> AssignmentRow {
    let mut row = before.clone();
    row.percent = draft.percent.or(row.percent);
    row.quantity = draft.quantity.or(row.quantity);
    row.last_report_id = Some(report.id);
    row.last_report_at = Some(moment);
    row.last_report_completes = Some(draft.completes);
    row.last_received_at = Some(now);
    let standing = row.paused_from.unwrap_or(row.state);
    let next = match (standing, draft.completes) {
        (_, true) if row.needs_review() => State::Submitted,
        (_, true) => State::Completed,
        (State::Submitted, false) => State::Submitted,
        (_, false) => State::InProgress,
    };
    if draft.completes {
        row.finished_on =
            Some(row.finished_on.map_or(report.counts_on, |day: Date| day.min(report.counts_on)));
    }
    if row.paused_from.is_some() {
        // What is paused stays so; when it is resumed it stands where the reports have brought it.
        // Completing needs somebody to resume it first.
        row.paused_from = Some(if next == State::Completed { State::Submitted } else { next });
        return row;
    }
    row.state = next;
    if draft.completes {
        row.reason = None;
    }
    if next == State::Completed {
        row.closed_at = Some(now);
        row.extension_asked = false;
    }
    row
}

fn review(tx: &mut Writing<'_>, call: &Call<ReviewReport>) -> Result<Answer<Report>> {
    let sight = call.scope_to(Action::ReadAssignments)?;
    let report = store::find(tx, &sight, call.path)?.ok_or_else(Error::not_found)?;
    if !call.scope.covers(report.unit_id) {
        return Err(Error::not_allowed());
    }
    if report.is_reviewed() {
        return if report.has_review(&call.body) {
            Ok(Answer::ok(store::shown(tx, report)?))
        } else {
            Err(Error::decided())
        };
    }
    if call.body.verdict == Verdict::Return && call.body.reason.is_none() {
        return Err(Error::field(
            "/reason",
            FieldCode::Required,
            "Trả lại thì cần ghi lý do.",
            "A reason is needed to return a report.",
        ));
    }
    let waiting = waiting_for(tx, call, &report)?;
    if waiting.is_empty() {
        return Err(Error::wrong_state(
            "Báo cáo này không chờ duyệt.",
            "This report does not wait for a review.",
        ));
    }
    let report = store::keep_review(tx, report, &call.actor, &call.body)?;
    for before in &waiting {
        settle(tx, call, &report, before)?;
    }
    let deed = if call.body.verdict == Verdict::Accept { Deed::Accepted } else { Deed::Returned };
    let entry = Entry::new(deed, Subject::Report, report.id).by(&call.actor).in_view_of(report.unit_id);
    ledger::record(tx, call.scope.tenant(), entry)?;
    Ok(Answer::ok(store::shown(tx, report)?))
}

/// The assignments that wait for the review of a report: the one it names, and those it counts at too.
fn waiting_for(
    tx: &mut Reading<'_>,
    call: &Call<ReviewReport>,
    report: &ReportRow,
) -> Result<Vec<AssignmentRow>> {
    let mut waiting = Vec::new();
    if !report.completes {
        return Ok(waiting);
    }
    let scope = Scope::of_tenant_of(&call.scope);
    for id in store::done_by(tx, report)? {
        let row = given::find(tx, &scope, id)?.ok_or_else(Error::not_found)?;
        if row.state == State::Submitted && row.unit_id == report.unit_id {
            waiting.push(row);
        }
    }
    Ok(waiting)
}

/// What the review does to an assignment that waits for it.
fn settle(
    tx: &mut Writing<'_>,
    call: &Call<ReviewReport>,
    report: &ReportRow,
    before: &AssignmentRow,
) -> Result<()> {
    let mut changed = before.clone();
    let deed = match call.body.verdict {
        Verdict::Accept => {
            changed.state = State::Completed;
            changed.finished_on = Some(report.counts_on);
            changed.closed_at = Some(tx.now());
            changed.reason = None;
            changed.extension_asked = false;
            Deed::Accepted
        }
        Verdict::Return | Verdict::Unknown => {
            // Another completing report may still wait: then that one is judged.
            changed.finished_on = store::earliest_waiting(tx, before)?;
            if changed.finished_on.is_none() {
                changed.state = State::InProgress;
            }
            changed.reason.clone_from(&call.body.reason);
            Deed::Returned
        }
    };
    let mut done = Done::by(deed, &call.actor).in_report(report.id);
    if let Some(reason) = &call.body.reason {
        done = done.saying(reason);
    }
    assignments::change(tx, before, changed, done)?;
    Ok(())
}
