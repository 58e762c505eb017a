//! The SQL of directives.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, EscapeExpressionMethods, ExpressionMethods, Insertable, OptionalExtension,
    QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper, TextExpressionMethods,
};
use openapi::{
    directives::{
        Directive, DirectiveBrief, DirectiveDraft, DirectiveId, DirectiveKind, DirectiveState,
        DirectivesQuery, Period, Progress,
    },
    people::PersonId,
    text::fold,
    units::UnitId,
    value::{Body, Count, Date, Instant, Name, Note, Page, Phrase, Title, Version},
};

use crate::{
    access::{Actor, Scope, Tenant},
    assignments, attachments, carrying,
    db::{Reading, Writing, after, contains, one_of},
    error::{Error, Result},
    people,
    schema::directives,
    tasks as task_room,
};

/// A directive as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = directives)]
pub(crate) struct DirectiveRow {
    pub organisation: Tenant,
    pub id: DirectiveId,
    kind: DirectiveKind,
    issuer: Name,
    issuer_unit_id: Option<UnitId>,
    number: Option<Phrase>,
    symbol: Option<Phrase>,
    natural_key: Option<String>,
    title: Title,
    search: String,
    issued_on: Option<Date>,
    meeting_on: Option<Date>,
    signer: Option<Name>,
    signing_authority: Option<Phrase>,
    signing_position: Option<Phrase>,
    concluded_by: Option<Title>,
    period_text: Option<Phrase>,
    period_from: Option<Date>,
    pub period_to: Option<Date>,
    recipients: String,
    body: Option<Body>,
    notes: Option<Note>,
    pub state: DirectiveState,
    pub issued_at: Option<Instant>,
    issued_by: Option<PersonId>,
    closed_at: Option<Instant>,
    pub closed_reason: Option<Note>,
    pub version: Version,
    created_at: Instant,
    updated_at: Instant,
}

/// Directives in a word, for who came to them by their work.
pub(crate) fn briefs(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    ids: &[DirectiveId],
) -> Result<HashMap<DirectiveId, DirectiveBrief>> {
    let rows: Vec<DirectiveRow> = directives::table
        .filter(directives::organisation.eq(tenant).and(one_of(directives::id, ids)))
        .select(DirectiveRow::as_select())
        .load(tx.conn())?;
    let brief = |row: DirectiveRow| {
        let number = super::full_number(row.number.as_ref(), row.symbol.as_ref());
        let (id, kind) = (row.id, row.kind);
        (id, DirectiveBrief { id, kind, number, title: row.title, issued_on: row.issued_on })
    };
    Ok(rows.into_iter().map(brief).collect())
}

/// A directive. Directives are of the whole organisation: a limited scope sees none by itself.
pub(crate) fn find(tx: &mut Reading<'_>, scope: &Scope, id: DirectiveId) -> Result<Option<DirectiveRow>> {
    if scope.units().is_some() {
        return Ok(None);
    }
    Ok(directives::table
        .filter(directives::organisation.eq(scope.tenant()).and(directives::id.eq(id)))
        .select(DirectiveRow::as_select())
        .first(tx.conn())
        .optional()?)
}

/// These directives, in the order of their ids.
pub(crate) fn these(tx: &mut Reading<'_>, scope: &Scope, ids: &[DirectiveId]) -> Result<Vec<DirectiveRow>> {
    if scope.units().is_some() {
        return Ok(Vec::new());
    }
    Ok(directives::table
        .filter(directives::organisation.eq(scope.tenant()).and(one_of(directives::id, ids)))
        .order(directives::id)
        .select(DirectiveRow::as_select())
        .load(tx.conn())?)
}

pub(super) fn list(
    tx: &mut Reading<'_>,
    scope: &Scope,
    query: &DirectivesQuery,
) -> Result<Page<DirectiveRow>> {
    if scope.units().is_some() {
        return Ok(Page { items: Vec::new(), next: None });
    }
    let mut rows = directives::table
        .filter(directives::organisation.eq(scope.tenant()))
        .select(DirectiveRow::as_select())
        .order((directives::created_at.desc(), directives::id.desc()))
        .limit(i64::from(query.limit().get()) + 1)
        .into_boxed();
    if let Some(state) = query.state {
        rows = rows.filter(directives::state.eq(state));
    }
    if let Some(kind) = query.kind {
        rows = rows.filter(directives::kind.eq(kind));
    }
    if let Some(words) = &query.q {
        rows = rows.filter(directives::search.like(contains(words)).escape('\\'));
    }
    if let Some((at, id)) = after::<(Instant, DirectiveId)>(query.cursor.as_ref())? {
        rows = rows
            .filter(directives::created_at.le(at))
            .filter(directives::created_at.lt(at).or(directives::id.lt(id)));
    }
    Ok(Page::cut(rows.load(tx.conn())?, query.limit(), |row: &DirectiveRow| (row.created_at, row.id)))
}

/// A directive as callers see it.
pub(crate) fn shown(tx: &mut Reading<'_>, row: DirectiveRow) -> Result<Directive> {
    shown_all(tx, vec![row])?.pop().ok_or_else(|| Error::Broken("a directive was lost".to_owned()))
}

/// Directives as callers see them, in the same order.
pub(crate) fn shown_all(tx: &mut Reading<'_>, rows: Vec<DirectiveRow>) -> Result<Vec<Directive>> {
    let Some(tenant) = rows.first().map(|row| row.organisation) else { return Ok(Vec::new()) };
    let by: Vec<PersonId> = rows.iter().filter_map(|row| row.issued_by).collect();
    let people = people::store::briefs(tx, tenant, &by)?;
    let ids: Vec<DirectiveId> = rows.iter().map(|row| row.id).collect();
    let mut files = attachments::declared_of_directives(tx, tenant, &ids)?;
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let progress = progress(tx, &row)?;
        let period = match (row.period_from, row.period_to) {
            (Some(from), Some(to)) => Some(Period { text: row.period_text, from, to }),
            _ => None,
        };
        shown.push(Directive {
            id: row.id,
            draft: DirectiveDraft {
                kind: row.kind,
                issuer: row.issuer,
                issuer_unit: row.issuer_unit_id,
                number: row.number,
                symbol: row.symbol,
                title: row.title,
                secrecy: None,
                issued_on: row.issued_on,
                meeting_on: row.meeting_on,
                signer: row.signer,
                signing_authority: row.signing_authority,
                signing_position: row.signing_position,
                concluded_by: row.concluded_by,
                period,
                recipients: serde_json::from_str(&row.recipients)?,
                body: row.body,
                notes: row.notes,
                files: files.remove(&row.id).unwrap_or_default(),
            },
            state: row.state,
            issued_at: row.issued_at,
            issued_by: row.issued_by.and_then(|id| people.get(&id).cloned()),
            closed_at: row.closed_at,
            closed_reason: row.closed_reason,
            progress,
            version: row.version,
            created_at: row.created_at,
            updated_at: row.updated_at,
        });
    }
    Ok(shown)
}

impl DirectiveRow {
    /// What people call it: kind and number, or kind and title as long as it has no number.
    pub(crate) fn spoken(&self) -> String {
        let kind = self.kind.vi();
        match super::full_number(self.number.as_ref(), self.symbol.as_ref()) {
            Some(number) => format!("{kind} số {number}"),
            None => format!("{kind} “{}”", self.title),
        }
    }
}

fn progress(tx: &mut Reading<'_>, row: &DirectiveRow) -> Result<Progress> {
    let counted: Vec<(bool, bool, i64)> = task_room::store::count_by_gaps(tx, row.organisation, row.id)?;
    let sum = |keep: &dyn Fn(bool, bool) -> bool| {
        counted.iter().filter(|(nobody, undated, _)| keep(*nobody, *undated)).map(|(_, _, n)| n).sum()
    };
    let (assignments, completed) = assignments::store::progress_of_directive(tx, row.organisation, row.id)?;
    Ok(Progress {
        tasks: Count::of(sum(&|_, _| true)),
        unassigned_tasks: Count::of(sum(&|nobody, _| nobody)),
        undated_tasks: Count::of(sum(&|_, undated| undated)),
        assignments: Count::of(assignments),
        completed: Count::of(completed),
        carried_over: Count::of(carrying::store::count_of_directive(tx, row.organisation, row.id)?),
    })
}

/// What tells one numbered document from another.
fn natural_key(draft: &DirectiveDraft) -> Option<String> {
    let number = draft.number.as_ref()?;
    let symbol = draft.symbol.as_ref().map(Phrase::as_str).unwrap_or_default();
    let day = draft.issued_on.map(|day| day.to_string()).unwrap_or_default();
    let parts = [draft.issuer.as_str(), draft.kind.as_str(), number.as_str(), symbol, &day];
    Some(parts.map(fold).join("|"))
}

/// Whether another document has the same issuer, kind, number and date.
pub(super) fn is_taken(
    tx: &mut Reading<'_>,
    scope: &Scope,
    id: DirectiveId,
    draft: &DirectiveDraft,
) -> Result<bool> {
    let Some(key) = natural_key(draft) else { return Ok(false) };
    let found: Option<DirectiveId> = directives::table
        .filter(directives::organisation.eq(scope.tenant()).and(directives::natural_key.eq(key)))
        .filter(directives::id.ne(id))
        .select(directives::id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

fn search_text(draft: &DirectiveDraft) -> String {
    let number = super::full_number(draft.number.as_ref(), draft.symbol.as_ref());
    fold(&format!("{} · {}", draft.title, number.as_ref().map(Phrase::as_str).unwrap_or_default()))
}

pub(super) fn insert(
    tx: &mut Writing<'_>,
    scope: &Scope,
    id: DirectiveId,
    draft: &DirectiveDraft,
) -> Result<DirectiveRow> {
    let now = tx.now();
    let row = filled(
        draft,
        DirectiveRow {
            organisation: scope.tenant(),
            id,
            kind: draft.kind,
            issuer: draft.issuer.clone(),
            issuer_unit_id: None,
            number: None,
            symbol: None,
            natural_key: None,
            title: draft.title.clone(),
            search: String::new(),
            issued_on: None,
            meeting_on: None,
            signer: None,
            signing_authority: None,
            signing_position: None,
            concluded_by: None,
            period_text: None,
            period_from: None,
            period_to: None,
            recipients: String::new(),
            body: None,
            notes: None,
            state: DirectiveState::Draft,
            issued_at: None,
            issued_by: None,
            closed_at: None,
            closed_reason: None,
            version: Version::FIRST,
            created_at: now,
            updated_at: now,
        },
    )?;
    diesel::insert_into(directives::table).values(&row).execute(tx.conn())?;
    Ok(row)
}

/// A row that says what the draft says.
fn filled(draft: &DirectiveDraft, row: DirectiveRow) -> Result<DirectiveRow> {
    let draft = draft.clone();
    Ok(DirectiveRow {
        kind: draft.kind,
        natural_key: natural_key(&draft),
        search: search_text(&draft),
        recipients: serde_json::to_string(&draft.recipients)?,
        period_text: draft.period.as_ref().and_then(|period| period.text.clone()),
        period_from: draft.period.as_ref().map(|period| period.from),
        period_to: draft.period.as_ref().map(|period| period.to),
        issuer: draft.issuer,
        issuer_unit_id: draft.issuer_unit,
        number: draft.number,
        symbol: draft.symbol,
        title: draft.title,
        issued_on: draft.issued_on,
        meeting_on: draft.meeting_on,
        signer: draft.signer,
        signing_authority: draft.signing_authority,
        signing_position: draft.signing_position,
        concluded_by: draft.concluded_by,
        body: draft.body,
        notes: draft.notes,
        ..row
    })
}

pub(super) fn update(
    tx: &mut Writing<'_>,
    row: DirectiveRow,
    draft: &DirectiveDraft,
) -> Result<DirectiveRow> {
    let row = filled(draft, row)?;
    save(tx, row)
}

pub(super) fn issue(tx: &mut Writing<'_>, mut row: DirectiveRow, by: &Actor) -> Result<DirectiveRow> {
    row.state = DirectiveState::Issued;
    row.issued_at = Some(tx.now());
    row.issued_by = Some(by.person.id);
    save(tx, row)
}

pub(super) fn close(tx: &mut Writing<'_>, mut row: DirectiveRow, reason: &Note) -> Result<DirectiveRow> {
    row.state = DirectiveState::Closed;
    row.closed_at = Some(tx.now());
    row.closed_reason = Some(reason.clone());
    save(tx, row)
}

/// Counts a change of the directive's tasks as a change of the draft, so that nobody issues what he
/// has not seen.
pub(crate) fn touch(tx: &mut Writing<'_>, row: DirectiveRow) -> Result<DirectiveRow> {
    save(tx, row)
}

fn save(tx: &mut Writing<'_>, mut row: DirectiveRow) -> Result<DirectiveRow> {
    row.version = row.version.next();
    row.updated_at = tx.now();
    diesel::update(
        directives::table
            .filter(directives::organisation.eq(row.organisation).and(directives::id.eq(row.id))),
    )
    .set((
        (
            directives::kind.eq(row.kind),
            directives::issuer.eq(&row.issuer),
            directives::issuer_unit_id.eq(row.issuer_unit_id),
            directives::number.eq(&row.number),
            directives::symbol.eq(&row.symbol),
            directives::natural_key.eq(&row.natural_key),
            directives::title.eq(&row.title),
            directives::search.eq(&row.search),
            directives::issued_on.eq(row.issued_on),
            directives::meeting_on.eq(row.meeting_on),
            directives::signer.eq(&row.signer),
            directives::signing_authority.eq(&row.signing_authority),
            directives::signing_position.eq(&row.signing_position),
        ),
        (
            directives::concluded_by.eq(&row.concluded_by),
            directives::period_text.eq(&row.period_text),
            directives::period_from.eq(row.period_from),
            directives::period_to.eq(row.period_to),
            directives::recipients.eq(&row.recipients),
            directives::body.eq(&row.body),
            directives::notes.eq(&row.notes),
            directives::state.eq(row.state),
            directives::issued_at.eq(row.issued_at),
            directives::issued_by.eq(row.issued_by),
            directives::closed_at.eq(row.closed_at),
            directives::closed_reason.eq(&row.closed_reason),
            directives::version.eq(row.version),
            directives::updated_at.eq(row.updated_at),
        ),
    ))
    .execute(tx.conn())?;
    Ok(row)
}

/// Deletes a draft with its tasks.
pub(super) fn delete(tx: &mut Writing<'_>, row: &DirectiveRow) -> Result<task_room::store::Gone> {
    let gone = task_room::store::delete_all(tx, row.organisation, row.id)?;
    diesel::delete(
        directives::table
            .filter(directives::organisation.eq(row.organisation).and(directives::id.eq(row.id))),
    )
    .execute(tx.conn())?;
    Ok(gone)
}
