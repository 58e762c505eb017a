//! Each person's inbox. **Invariant: it is nobody else's; reading a notice is told to his other devices
//! by the feed.**

pub(in crate::alerts) mod store;

use openapi::{
    access::Action,
    alerts::{
        CountNotices, DeleteMute, ListMutes, ListNotices, MarkNotice, MarkNotices, Mute, Notice,
        NoticeCounts, NoticeId, PutMute, RungDays,
    },
    directives::DirectiveId,
    endpoint::{Endpoint, Nothing},
    people::PersonId,
    value::{Count, Instant, Page, Title},
};

use self::store::NoticeRow;
use super::words;
use crate::{
    access::{Scope, Tenant},
    db::{Reading, Writing},
    error::{Error, Result},
    serve::{Answer, Call, Routes},
    units,
};

pub(super) fn mount(routes: &mut Routes) {
    routes.read::<ListNotices>(list);
    routes.read::<CountNotices>(count);
    routes.write::<MarkNotice>(mark);
    routes.write::<MarkNotices>(mark_up_to);
    routes.read::<ListMutes>(mutes);
    routes.write::<PutMute>(mute);
    routes.write::<DeleteMute>(unmute);
}

fn list(tx: &mut Reading<'_>, call: &Call<ListNotices>) -> Result<Answer<Page<Notice>>> {
    let page = store::inbox(tx, call.scope.tenant(), call.actor.person.id, &call.query)?;
    Ok(Answer::ok(Page { items: shown(tx, &sight(call), page.items)?, next: page.next }))
}

/// What work the caller sees now; none without a role that sees any.
fn sight<E: Endpoint>(call: &Call<E>) -> Scope {
    call.actor.scope(Action::ReadAssignments, call.today).unwrap_or_else(|| call.actor.own_scope())
}

/// What is told of work that he no longer reaches is that there was something, and not what.
fn shown(tx: &mut Reading<'_>, scope: &Scope, rows: Vec<NoticeRow>) -> Result<Vec<Notice>> {
    /// As much of a task as fits in a list.
    const BEGINNING: usize = 160;
    let assignments: Vec<_> = rows.iter().filter_map(|row| row.assignment_id).collect();
    let tenant = scope.tenant();
    let tasks = store::contents(tx, scope, &assignments)?;
    let of: Vec<_> = rows.iter().filter_map(|row| row.unit_id).collect();
    let units = units::store::briefs(tx, tenant, &of)?;
    let of: Vec<_> = rows.iter().filter_map(|row| row.directive_id).collect();
    let directives = crate::directives::store::briefs(tx, tenant, &of)?;
    let notice = |row: NoticeRow| Notice {
        id: row.id,
        kind: row.kind,
        escalated: row.escalated,
        assignment: row.assignment_id,
        task: row
            .assignment_id
            .and_then(|id| tasks.get(&id))
            .and_then(|content| Title::try_from(words::beginning(content, BEGINNING)).ok()),
        unit: row.unit_id.and_then(|id| units.get(&id).cloned()),
        directive: row
            .directive_id
            .filter(|_| row.assignment_id.is_none_or(|id| tasks.contains_key(&id)))
            .and_then(|id| directives.get(&id).cloned()),
        due_on: row.due_on,
        rung: row.rung.and_then(|rung| RungDays::try_from(i64::from(rung)).ok()),
        created_at: row.created_at,
        sent_at: row.sent_at(),
        read_at: row.read_at,
    };
    Ok(rows.into_iter().map(notice).collect())
}

/// Where who reads his inbox for the first time begins: the newest are enough.
pub(crate) fn beginning(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<i64> {
    const NEWEST: i64 = 200;
    Ok((store::last_number(tx, tenant, person)? - NEWEST).max(0))
}

/// What changed in a person's inbox after a number, and the number it has come to.
pub(crate) fn after(
    tx: &mut Reading<'_>,
    scope: &Scope,
    person: PersonId,
    number: i64,
    many: usize,
) -> Result<(Vec<Notice>, i64)> {
    let rows =
        store::inbox_after(tx, scope.tenant(), person, number, i64::try_from(many).unwrap_or(i64::MAX))?;
    let reached = rows.last().map_or(number, |row| row.number);
    Ok((shown(tx, scope, rows)?, reached))
}

fn unread(tx: &mut Reading<'_>, tenant: Tenant, person: PersonId) -> Result<NoticeCounts> {
    Ok(NoticeCounts { unread: Count::of(store::unread(tx, tenant, person)?) })
}

fn count(tx: &mut Reading<'_>, call: &Call<CountNotices>) -> Result<Answer<NoticeCounts>> {
    Ok(Answer::ok(unread(tx, call.scope.tenant(), call.actor.person.id)?))
}

fn mark(tx: &mut Writing<'_>, call: &Call<MarkNotice>) -> Result<Answer<Notice>> {
    let tenant = call.scope.tenant();
    let mut row = store::notice(tx, tenant, call.actor.person.id, call.path)?.ok_or_else(Error::not_found)?;
    if row.read_at.is_none() {
        store::mark(tx, std::slice::from_mut(&mut row))?;
    }
    let notice = shown(tx, &sight(call), vec![row])?.pop();
    notice.map(Answer::ok).ok_or_else(|| Error::Broken("a notice was lost".to_owned()))
}

fn mark_up_to(tx: &mut Writing<'_>, call: &Call<MarkNotices>) -> Result<Answer<NoticeCounts>> {
    let (tenant, person) = (call.scope.tenant(), call.actor.person.id);
    let last: NoticeId = call.body.up_to;
    if store::notice(tx, tenant, person, last)?.is_none() {
        return Err(Error::not_known("/up_to"));
    }
    let mut rows = store::unread_up_to(tx, tenant, person, last)?;
    store::mark(tx, &mut rows)?;
    Ok(Answer::ok(unread(tx, tenant, person)?))
}

fn mutes(tx: &mut Reading<'_>, call: &Call<ListMutes>) -> Result<Answer<Page<Mute>>> {
    let tenant = call.scope.tenant();
    let page = store::mutes(tx, tenant, call.actor.person.id, &call.query)?;
    let ids: Vec<DirectiveId> = page.items.iter().map(|(id, _)| *id).collect();
    let known = crate::directives::store::briefs(tx, tenant, &ids)?;
    let item = |(id, since)| Some(Mute { directive: known.get(&id).cloned()?, since });
    Ok(Answer::ok(Page { items: page.items.into_iter().filter_map(item).collect(), next: page.next }))
}

fn mute(tx: &mut Writing<'_>, call: &Call<PutMute>) -> Result<Answer<Mute>> {
    let (tenant, person) = (call.scope.tenant(), call.actor.person.id);
    let sight = call.scope_to(Action::ReadAssignments)?;
    if !store::concerns(tx, &sight, call.path)? {
        return Err(Error::not_found());
    }
    let shown = |tx: &mut Reading<'_>, since: Instant| -> Result<Mute> {
        let known = crate::directives::store::briefs(tx, tenant, &[call.path])?;
        let directive = known.into_values().next().ok_or_else(Error::not_found)?;
        Ok(Mute { directive, since })
    };
    if let Some(since) = store::mute(tx, tenant, person, call.path)? {
        return Ok(Answer::ok(shown(tx, since)?));
    }
    let since = store::insert_mute(tx, tenant, person, call.path)?;
    Ok(Answer::created(shown(tx, since)?))
}

fn unmute(tx: &mut Writing<'_>, call: &Call<DeleteMute>) -> Result<Answer<Nothing>> {
    store::delete_mute(tx, call.scope.tenant(), call.actor.person.id, call.path)?;
    Ok(Answer::done())
}
