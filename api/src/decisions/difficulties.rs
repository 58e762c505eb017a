//! Difficulties: what stands in the way. **Invariant: a difficulty stays open until somebody answers
//! it, and is answered once.**

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, OptionalExtension, QueryDsl, Queryable,
    RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    access::Action,
    assignments::AssignmentId,
    decisions::{
        AnswerDifficulty, Answered, Difficulty, DifficultyDraft, DifficultyId, ListDifficulties,
        PutDifficulty, ReadDifficulty,
    },
    endpoint::Endpoint,
    ledger::{Deed, Subject},
    people::PersonId,
    units::UnitId,
    value::{Instant, Note, Page, Version},
};

use super::{about, record};
use crate::{
    access::{Scope, Tenant},
    assignments::store as given,
    db::{Reading, Writing, after, one_of},
    error::{Error, Result},
    ledger::{self, Entry},
    people,
    schema::difficulties,
    serve::{Answer, Call, Routes},
    units,
};

pub(super) fn mount(routes: &mut Routes) {
    routes.read::<ListDifficulties>(list);
    routes.read::<ReadDifficulty>(read);
    routes.write::<PutDifficulty>(put);
    routes.write::<AnswerDifficulty>(answer);
}

/// A difficulty as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = difficulties)]
struct Row {
    organisation: Tenant,
    id: DifficultyId,
    assignment_id: Option<AssignmentId>,
    unit_id: UnitId,
    author_id: PersonId,
    words: Note,
    made_at: Instant,
    received_at: Instant,
    answer: Option<Note>,
    answered_by: Option<PersonId>,
    answered_at: Option<Instant>,
    version: Version,
}

fn find(tx: &mut Reading<'_>, scope: &Scope, id: DifficultyId) -> Result<Option<Row>> {
    let row: Option<Row> = difficulties::table
        .filter(difficulties::organisation.eq(scope.tenant()).and(difficulties::id.eq(id)))
        .select(Row::as_select())
        .first(tx.conn())
        .optional()?;
    Ok(row.filter(|row| scope.covers(row.unit_id)))
}

/// These difficulties within the caller's reach, in the order of their ids.
pub(crate) fn these(tx: &mut Reading<'_>, scope: &Scope, ids: &[DifficultyId]) -> Result<Vec<Difficulty>> {
    let rows: Vec<Row> = difficulties::table
        .filter(difficulties::organisation.eq(scope.tenant()).and(one_of(difficulties::id, ids)))
        .order(difficulties::id)
        .select(Row::as_select())
        .load(tx.conn())?;
    shown_all(tx, rows.into_iter().filter(|row| scope.covers(row.unit_id)).collect())
}

fn shown(tx: &mut Reading<'_>, row: Row) -> Result<Difficulty> {
    shown_all(tx, vec![row])?.pop().ok_or_else(|| Error::Broken("a difficulty was lost".to_owned()))
}

fn shown_all(tx: &mut Reading<'_>, rows: Vec<Row>) -> Result<Vec<Difficulty>> {
    let Some(tenant) = rows.first().map(|row| row.organisation) else { return Ok(Vec::new()) };
    let by: Vec<PersonId> =
        rows.iter().flat_map(|row| [Some(row.author_id), row.answered_by]).flatten().collect();
    let people = people::store::briefs(tx, tenant, &by)?;
    let of: Vec<UnitId> = rows.iter().map(|row| row.unit_id).collect();
    let units = units::store::briefs(tx, tenant, &of)?;
    let person = |id: PersonId| people.get(&id).cloned();
    let shown = |row: Row| {
        let answered = row.answer.zip(row.answered_by.and_then(person)).zip(row.answered_at);
        Some(Difficulty {
            id: row.id,
            draft: DifficultyDraft {
                unit: row.unit_id,
                assignment: row.assignment_id,
                words: row.words,
                made_at: row.made_at,
            },
            unit: units.get(&row.unit_id).cloned()?,
            by: person(row.author_id)?,
            received_at: row.received_at,
            answer: answered.map(|((words, by), at)| Answered { words, by, at }),
            version: row.version,
        })
    };
    Ok(rows.into_iter().filter_map(shown).collect())
}

fn list(tx: &mut Reading<'_>, call: &Call<ListDifficulties>) -> Result<Answer<Page<Difficulty>>> {
    let (scope, query) = (&call.scope, &call.query);
    let mut rows = difficulties::table
        .filter(difficulties::organisation.eq(scope.tenant()))
        .order((difficulties::received_at.desc(), difficulties::id.desc()))
        .limit(i64::from(query.limit().get()) + 1)
        .select(Row::as_select())
        .into_boxed();
    if let Some(reach) = scope.units() {
        rows = rows.filter(one_of(difficulties::unit_id, reach));
    }
    match query.answered {
        Some(true) => rows = rows.filter(difficulties::answered_at.is_not_null()),
        Some(false) => rows = rows.filter(difficulties::answered_at.is_null()),
        None => {}
    }
    if let Some(assignment) = query.assignment {
        rows = rows.filter(difficulties::assignment_id.eq(assignment));
    }
    if let Some(unit) = query.unit {
        rows = rows.filter(difficulties::unit_id.eq(unit));
    }
    if let Some((at, id)) = after::<(Instant, DifficultyId)>(query.cursor.as_ref())? {
        rows = rows
            .filter(difficulties::received_at.le(at))
            .filter(difficulties::received_at.lt(at).or(difficulties::id.lt(id)));
    }
    let page = Page::cut(rows.load::<Row>(tx.conn())?, query.limit(), |row| (row.received_at, row.id));
    Ok(Answer::ok(Page { items: shown_all(tx, page.items)?, next: page.next }))
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadDifficulty>) -> Result<Answer<Difficulty>> {
    let row = find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    Ok(Answer::ok(shown(tx, row)?))
}

fn put(tx: &mut Writing<'_>, call: &Call<PutDifficulty>) -> Result<Answer<Difficulty>> {
    if let Some(row) = find(tx, &Scope::of_tenant_of(&call.scope), call.path)? {
        if !call.scope.covers(row.unit_id) {
            return Err(Error::not_found());
        }
        let difficulty = shown(tx, row)?;
        return if difficulty.draft == call.body {
            Ok(Answer::ok(difficulty))
        } else {
            Err(Error::conflict())
        };
    }
    let unit =
        units::store::find(tx, &call.scope, call.body.unit)?.ok_or_else(|| Error::not_known("/unit"))?;
    let assignment = match call.body.assignment {
        None => None,
        Some(id) => Some(about(tx, call, id)?).filter(|row| row.unit_id == unit.id),
    };
    if call.body.assignment.is_some() && assignment.is_none() {
        return Err(Error::not_known("/assignment"));
    }
    let row = Row {
        organisation: call.scope.tenant(),
        id: call.path,
        assignment_id: call.body.assignment,
        unit_id: unit.id,
        author_id: call.actor.person.id,
        words: call.body.words.clone(),
        made_at: call.body.made_at,
        received_at: tx.now(),
        answer: None,
        answered_by: None,
        answered_at: None,
        version: Version::FIRST,
    };
    diesel::insert_into(difficulties::table).values(&row).execute(tx.conn())?;
    note(tx, call, Deed::Asked, &row, &row.words)?;
    Ok(Answer::created(shown(tx, row)?))
}

/// Writes it down: in the history of the assignment, when it is about one.
fn note<E: Endpoint>(
    tx: &mut Writing<'_>,
    call: &Call<E>,
    deed: Deed,
    row: &Row,
    words: &Note,
) -> Result<()> {
    let assignment = match row.assignment_id {
        Some(id) => given::find(tx, &Scope::of_tenant_of(&call.scope), id)?,
        None => None,
    };
    if let Some(assignment) = assignment {
        return record(tx, call, &assignment, row.unit_id, (deed, Subject::Difficulty, row.id), Some(words));
    }
    let entry = Entry::new(deed, Subject::Difficulty, row.id).by(&call.actor).in_view_of(row.unit_id);
    ledger::record(tx, row.organisation, entry.after(serde_json::json!({ "words": words })))
}

fn answer(tx: &mut Writing<'_>, call: &Call<AnswerDifficulty>) -> Result<Answer<Difficulty>> {
    let sight = call.scope_to(Action::ReadAssignments)?;
    let mut row = find(tx, &sight, call.path)?.ok_or_else(Error::not_found)?;
    if !call.scope.covers(row.unit_id) {
        return Err(Error::not_allowed());
    }
    if let Some(given) = &row.answer {
        return if *given == call.body.words {
            Ok(Answer::ok(shown(tx, row)?))
        } else {
            Err(Error::decided())
        };
    }
    row.answer = Some(call.body.words.clone());
    row.answered_by = Some(call.actor.person.id);
    row.answered_at = Some(tx.now());
    row.version = row.version.next();
    let this = difficulties::table
        .filter(difficulties::organisation.eq(row.organisation).and(difficulties::id.eq(row.id)));
    diesel::update(this)
        .set((
            difficulties::answer.eq(&row.answer),
            difficulties::answered_by.eq(row.answered_by),
            difficulties::answered_at.eq(row.answered_at),
            difficulties::version.eq(row.version),
        ))
        .execute(tx.conn())?;
    note(tx, call, Deed::Answered, &row, &call.body.words)?;
    Ok(Answer::ok(shown(tx, row)?))
}
