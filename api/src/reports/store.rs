//! The SQL of reports.

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    assignments::AssignmentId,
    people::PersonId,
    reports::{Report, ReportDraft, ReportFlag, ReportId, Review, ReviewDraft, SubmitReport, Verdict},
    units::UnitId,
    value::{Cursor, Date, Instant, Limit, Name, Note, Page, Percent, Quantity, Version},
};

use crate::{
    access::{Actor, Scope, Tenant},
    assignments::store::AssignmentRow,
    attachments, carrying,
    db::{Reading, Writing, after, one_of},
    error::{Error, Result},
    links::Place,
    people,
    schema::{report_places, reports},
    serve::Call,
    units,
};

/// A report as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = reports)]
pub(crate) struct ReportRow {
    pub organisation: Tenant,
    pub id: ReportId,
    pub assignment_id: AssignmentId,
    pub unit_id: UnitId,
    author_id: PersonId,
    percent: Option<Percent>,
    quantity: Option<Quantity>,
    words: Option<Note>,
    pub completes: bool,
    made_at: Instant,
    received_at: Instant,
    pub counts_on: Date,
    corrects_id: Option<ReportId>,
    told_by: Option<Name>,
    flags: String,
    verdict: Option<Verdict>,
    verdict_reason: Option<Note>,
    reviewed_by: Option<PersonId>,
    reviewed_at: Option<Instant>,
    version: Version,
}

impl ReportRow {
    /// Whether it has been reviewed.
    pub(super) const fn is_reviewed(&self) -> bool {
        self.verdict.is_some()
    }
    /// Whether this is the review it was given.
    pub(super) fn has_review(&self, review: &ReviewDraft) -> bool {
        self.verdict == Some(review.verdict) && self.verdict_reason == review.reason
    }
}

/// A report within the caller's reach.
pub(crate) fn find(tx: &mut Reading<'_>, scope: &Scope, id: ReportId) -> Result<Option<ReportRow>> {
    Ok(find_any(tx, scope, id)?.filter(|row| scope.covers(row.unit_id)))
}

fn find_any(tx: &mut Reading<'_>, scope: &Scope, id: ReportId) -> Result<Option<ReportRow>> {
    Ok(reports::table
        .filter(reports::organisation.eq(scope.tenant()).and(reports::id.eq(id)))
        .select(ReportRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// A report that was sent before: within the caller's reach, or his own, whoever has the unit now.
pub(super) fn find_sent(
    tx: &mut Reading<'_>,
    scope: &Scope,
    actor: &Actor,
    id: ReportId,
) -> Result<Option<ReportRow>> {
    match find_any(tx, scope, id)? {
        Some(row) if scope.covers(row.unit_id) || row.author_id == actor.person.id => Ok(Some(row)),
        Some(_) => Err(Error::not_found()),
        None => Ok(None),
    }
}

/// These reports within the caller's reach, in the order of their ids.
pub(crate) fn these(tx: &mut Reading<'_>, scope: &Scope, ids: &[ReportId]) -> Result<Vec<Report>> {
    let rows: Vec<ReportRow> = reports::table
        .filter(reports::organisation.eq(scope.tenant()).and(one_of(reports::id, ids)))
        .order(reports::id)
        .select(ReportRow::as_select())
        .load(tx.conn())?;
    shown_all(tx, rows.into_iter().filter(|row| scope.covers(row.unit_id)).collect())
}

/// Whether a report is about this work: this assignment, or what was carried over into it.
pub(super) fn is_of(tx: &mut Reading<'_>, assignment: &AssignmentRow, id: ReportId) -> Result<bool> {
    let of: Option<AssignmentId> = reports::table
        .filter(reports::organisation.eq(assignment.organisation).and(reports::id.eq(id)))
        .select(reports::assignment_id)
        .first(tx.conn())
        .optional()?;
    let Some(of) = of else { return Ok(false) };
    let line = carrying::store::up_to(tx, assignment)?;
    Ok(line.contains(&of) || counting_at(tx, assignment.organisation, &line)?.contains(&id))
}

/// Notes at which assignments a report counts besides the one it names.
pub(super) fn keep_places(tx: &mut Writing<'_>, report: &ReportRow, at: &[Place]) -> Result<()> {
    for place in at {
        diesel::insert_into(report_places::table)
            .values((
                report_places::organisation.eq(report.organisation),
                report_places::report_id.eq(report.id),
                report_places::assignment_id.eq(place.row.id),
                report_places::completes.eq(report.completes && place.whole),
            ))
            .execute(tx.conn())?;
    }
    Ok(())
}

/// The assignments that are done by what a report says: the one it names first.
pub(super) fn done_by(tx: &mut Reading<'_>, report: &ReportRow) -> Result<Vec<AssignmentId>> {
    let mut places = vec![report.assignment_id];
    let others: Vec<AssignmentId> = report_places::table
        .filter(
            report_places::organisation.eq(report.organisation).and(report_places::report_id.eq(report.id)),
        )
        .filter(report_places::completes.eq(true))
        .order(report_places::assignment_id)
        .select(report_places::assignment_id)
        .load(tx.conn())?;
    places.extend(others);
    Ok(places)
}

/// The reports that name another assignment and count at one of these.
fn counting_at(tx: &mut Reading<'_>, tenant: Tenant, at: &[AssignmentId]) -> Result<Vec<ReportId>> {
    Ok(report_places::table
        .filter(report_places::organisation.eq(tenant).and(one_of(report_places::assignment_id, at)))
        .select(report_places::report_id)
        .load(tx.conn())?)
}

pub(super) fn list(
    tx: &mut Reading<'_>,
    scope: &Scope,
    line: &[AssignmentId],
    limit: Limit,
    cursor: Option<&Cursor>,
) -> Result<Page<Report>> {
    let own = reports::table.filter(reports::organisation.eq(scope.tenant()));
    let mut rows = own
        .order((reports::received_at, reports::id))
        .limit(i64::from(limit.get()) + 1)
        .select(ReportRow::as_select())
        .into_boxed();
    let counting = counting_at(tx, scope.tenant(), line)?;
    rows = match line {
        [only] if counting.is_empty() => rows.filter(reports::assignment_id.eq(only)),
        // By their ids: with “or” between them no index would serve.
        _ => {
            let mut ids: Vec<ReportId> =
                own.filter(one_of(reports::assignment_id, line)).select(reports::id).load(tx.conn())?;
            ids.extend(counting);
            rows.filter(one_of(reports::id, &ids))
        }
    };
    if let Some((at, id)) = after::<(Instant, ReportId)>(cursor)? {
        rows = rows
            .filter(reports::received_at.ge(at))
            .filter(reports::received_at.gt(at).or(reports::id.gt(id)));
    }
    let page = Page::cut(rows.load::<ReportRow>(tx.conn())?, limit, |row| (row.received_at, row.id));
    Ok(Page { items: shown_all(tx, page.items)?, next: page.next })
}

/// A report as callers see it.
pub(super) fn shown(tx: &mut Reading<'_>, row: ReportRow) -> Result<Report> {
    shown_all(tx, vec![row])?.pop().ok_or_else(|| Error::Broken("a report was lost".to_owned()))
}

/// Reports as callers see them, in the same order.
pub(crate) fn shown_all(tx: &mut Reading<'_>, rows: Vec<ReportRow>) -> Result<Vec<Report>> {
    let Some(tenant) = rows.first().map(|row| row.organisation) else { return Ok(Vec::new()) };
    let ids: Vec<ReportId> = rows.iter().map(|row| row.id).collect();
    let mut files = attachments::declared_of_reports(tx, tenant, &ids)?;
    let by: Vec<PersonId> =
        rows.iter().flat_map(|row| [Some(row.author_id), row.reviewed_by]).flatten().collect();
    let people = people::store::briefs(tx, tenant, &by)?;
    let of: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::store::briefs(tx, tenant, &of)?;
    let person = |id: PersonId| people.get(&id).cloned();
    let shown = |row: ReportRow| {
        let declared = files.remove(&row.id).unwrap_or_default();
        let review = match (row.verdict, row.reviewed_by.and_then(person), row.reviewed_at) {
            (Some(verdict), Some(by), Some(at)) => {
                Some(Review { draft: ReviewDraft { verdict, reason: row.verdict_reason }, by, at })
            }
            _ => None,
        };
        Some(Report {
            id: row.id,
            missing_files: declared.iter().filter(|(_, stored)| !stored).map(|(file, _)| file.id).collect(),
            draft: ReportDraft {
                assignment: row.assignment_id,
                percent: row.percent,
                quantity: row.quantity,
                words: row.words,
                completes: row.completes,
                made_at: row.made_at,
                corrects: row.corrects_id,
                told_by: row.told_by,
                files: declared.into_iter().map(|(file, _)| file).collect(),
            },
            unit: units.get(&row.unit_id).cloned()?,
            author: person(row.author_id)?,
            received_at: row.received_at,
            counts_on: row.counts_on,
            flags: row.flags.split_whitespace().filter_map(|flag| flag.parse().ok()).collect(),
            review,
            version: row.version,
        })
    };
    Ok(rows.into_iter().filter_map(shown).collect())
}

pub(super) fn insert(
    tx: &mut Writing<'_>,
    call: &Call<SubmitReport>,
    unit: UnitId,
    counts_on: Date,
    flags: &[ReportFlag],
) -> Result<ReportRow> {
    let draft = &call.body;
    let row = ReportRow {
        organisation: call.scope.tenant(),
        id: call.path,
        assignment_id: draft.assignment,
        unit_id: unit,
        author_id: call.actor.person.id,
        percent: draft.percent,
        quantity: draft.quantity,
        words: draft.words.clone(),
        completes: draft.completes,
        made_at: draft.made_at,
        received_at: tx.now(),
        counts_on,
        corrects_id: draft.corrects,
        told_by: draft.told_by.clone(),
        flags: flags.iter().map(|flag| flag.as_str()).collect::<Vec<_>>().join(" "),
        verdict: None,
        verdict_reason: None,
        reviewed_by: None,
        reviewed_at: None,
        version: Version::FIRST,
    };
    diesel::insert_into(reports::table).values(&row).execute(tx.conn())?;
    Ok(row)
}

pub(super) fn keep_review(
    tx: &mut Writing<'_>,
    mut row: ReportRow,
    by: &Actor,
    review: &ReviewDraft,
) -> Result<ReportRow> {
    row.verdict = Some(review.verdict);
    row.verdict_reason.clone_from(&review.reason);
    row.reviewed_by = Some(by.person.id);
    row.reviewed_at = Some(tx.now());
    row.version = row.version.next();
    diesel::update(
        reports::table.filter(reports::organisation.eq(row.organisation).and(reports::id.eq(row.id))),
    )
    .set((
        reports::verdict.eq(row.verdict),
        reports::verdict_reason.eq(&row.verdict_reason),
        reports::reviewed_by.eq(row.reviewed_by),
        reports::reviewed_at.eq(row.reviewed_at),
        reports::version.eq(row.version),
    ))
    .execute(tx.conn())?;
    Ok(row)
}

/// The day of the earliest completing report of an assignment that still waits for a review.
pub(super) fn earliest_waiting(tx: &mut Reading<'_>, assignment: &AssignmentRow) -> Result<Option<Date>> {
    let counting: Vec<ReportId> = report_places::table
        .filter(report_places::organisation.eq(assignment.organisation))
        .filter(report_places::assignment_id.eq(assignment.id).and(report_places::completes.eq(true)))
        .select(report_places::report_id)
        .load(tx.conn())?;
    let waiting = reports::table
        .filter(reports::organisation.eq(assignment.organisation))
        .filter(reports::completes.eq(true).and(reports::verdict.is_null()))
        .filter(reports::unit_id.eq(assignment.unit_id))
        .order(reports::counts_on)
        .select(reports::counts_on);
    let named: Option<Date> =
        waiting.filter(reports::assignment_id.eq(assignment.id)).first(tx.conn()).optional()?;
    let counted: Option<Date> = waiting.filter(one_of(reports::id, &counting)).first(tx.conn()).optional()?;
    Ok(named.into_iter().chain(counted).min())
}
