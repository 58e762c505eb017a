//! The SQL of tasks.

use std::collections::BTreeSet;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, Insertable, JoinOnDsl, NullableExpressionMethods,
    OptionalExtension, QueryDsl, Queryable, RunQueryDsl, Selectable, SelectableHelper,
};
use openapi::{
    calendar::NamedEventId,
    directives::{DirectiveId, DirectiveState},
    tasks::{
        Assignee, Due, DuePrecision, DueSource, EventRelation, Nature, Priority, Task, TaskDraft, TaskId,
        TaskKind, TaskProgress, TasksQuery,
    },
    text::fold,
    value::{Count, Date, Instant, Note, Page, Phrase, Position, Title, Version},
};

use crate::{
    access::{Scope, Tenant},
    assignments,
    db::{Reading, Writing, after, one_of},
    error::Result,
    schema::{directives, named_events, task_links, tasks},
};

/// A task as stored.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = tasks)]
struct TaskRow {
    organisation: Tenant,
    id: TaskId,
    directive_id: DirectiveId,
    parent_id: Option<TaskId>,
    carried_from_id: Option<TaskId>,
    position: Position,
    place: Option<Phrase>,
    heading: Option<Title>,
    content: Note,
    search: String,
    quote: Option<Note>,
    kind: TaskKind,
    nature: Nature,
    priority: Priority,
    due_text: Option<Phrase>,
    due_on: Option<Date>,
    due_precision: Option<DuePrecision>,
    due_source: DueSource,
    event_id: Option<NamedEventId>,
    event_relation: Option<EventRelation>,
    due_shared_with: Option<TaskId>,
    product: Option<Title>,
    targets: String,
    recurrence: Option<String>,
    assignees: String,
    unassigned: bool,
    suggestions: String,
    notes: Option<Note>,
    private_note: Option<Note>,
    version: Version,
    created_at: Instant,
    updated_at: Instant,
}

/// Whether nobody is bound by any of these.
fn is_unassigned(assignees: &[Assignee]) -> bool {
    assignees.iter().all(|assignee| assignee.units.is_empty() && assignee.class.is_none())
}

impl TaskRow {
    fn of(
        tenant: Tenant,
        id: TaskId,
        draft: &TaskDraft,
        version: Version,
        created_at: Instant,
        now: Instant,
    ) -> Result<Self> {
        let again = draft.recurrence.as_ref().map(serde_json::to_string).transpose()?;
        let draft = draft.clone();
        Ok(Self {
            organisation: tenant,
            id,
            directive_id: draft.directive,
            parent_id: draft.parent,
            carried_from_id: draft.carried_from,
            position: draft.position,
            place: draft.place,
            heading: draft.heading,
            search: fold(draft.content.as_str()),
            content: draft.content,
            quote: draft.quote,
            kind: draft.kind,
            nature: draft.nature,
            priority: draft.priority,
            due_text: draft.due.text,
            due_on: draft.due.on,
            due_precision: draft.due.precision,
            due_source: draft.due.source,
            event_id: draft.due.event,
            event_relation: draft.due.relation,
            due_shared_with: draft.due.shared_with,
            product: draft.product,
            targets: serde_json::to_string(&draft.targets)?,
            recurrence: again,
            unassigned: is_unassigned(&draft.assignees),
            assignees: serde_json::to_string(&draft.assignees)?,
            suggestions: serde_json::to_string(&draft.suggestions)?,
            notes: draft.notes,
            private_note: draft.private_note,
            version,
            created_at,
            updated_at: now,
        })
    }

    fn draft(self, related: Vec<TaskId>) -> Result<TaskDraft> {
        Ok(TaskDraft {
            directive: self.directive_id,
            parent: self.parent_id,
            carried_from: self.carried_from_id,
            related,
            position: self.position,
            place: self.place,
            heading: self.heading,
            content: self.content,
            quote: self.quote,
            kind: self.kind,
            nature: self.nature,
            priority: self.priority,
            due: Due {
                text: self.due_text,
                on: self.due_on,
                precision: self.due_precision,
                source: self.due_source,
                event: self.event_id,
                relation: self.event_relation,
                shared_with: self.due_shared_with,
            },
            product: self.product,
            targets: serde_json::from_str(&self.targets)?,
            recurrence: self.recurrence.as_deref().map(serde_json::from_str).transpose()?,
            assignees: serde_json::from_str(&self.assignees)?,
            suggestions: serde_json::from_str(&self.suggestions)?,
            notes: self.notes,
            private_note: self.private_note,
        })
    }
}

/// Whether two drafts say the same; links have no order.
pub(super) fn same(one: &TaskDraft, other: &TaskDraft) -> bool {
    let links = |draft: &TaskDraft| draft.related.iter().copied().collect::<BTreeSet<_>>();
    let plain = |draft: &TaskDraft| TaskDraft { related: Vec::new(), ..draft.clone() };
    // A link made from the other side later belongs to both.
    plain(one) == plain(other) && links(one).is_superset(&links(other))
}

/// A task. Tasks are of the whole organisation: a limited scope sees none by itself.
pub(crate) fn find(tx: &mut Reading<'_>, scope: &Scope, id: TaskId) -> Result<Option<Task>> {
    Ok(these(tx, scope, &[id])?.pop())
}

/// These tasks, in the order of their ids.
pub(crate) fn these(tx: &mut Reading<'_>, scope: &Scope, ids: &[TaskId]) -> Result<Vec<Task>> {
    if scope.units().is_some() {
        return Ok(Vec::new());
    }
    let rows: Vec<TaskRow> = tasks::table
        .filter(tasks::organisation.eq(scope.tenant()).and(one_of(tasks::id, ids)))
        .order(tasks::id)
        .select(TaskRow::as_select())
        .load(tx.conn())?;
    shown_all(tx, scope, rows)
}

fn shown_all(tx: &mut Reading<'_>, scope: &Scope, rows: Vec<TaskRow>) -> Result<Vec<Task>> {
    let mut shown = Vec::with_capacity(rows.len());
    for row in rows {
        let related: Vec<TaskId> = task_links::table
            .filter(task_links::organisation.eq(scope.tenant()).and(task_links::task_id.eq(row.id)))
            .order(task_links::related_id)
            .select(task_links::related_id)
            .load(tx.conn())?;
        let (all, completed, leads, leads_completed) = assignments::progress_of_task(tx, scope, row.id)?;
        shown.push(Task {
            id: row.id,
            progress: TaskProgress {
                assignments: Count::of(all),
                completed: Count::of(completed),
                leads: Count::of(leads),
                leads_completed: Count::of(leads_completed),
                complete: leads > 0 && leads == leads_completed,
            },
            version: row.version,
            updated_at: row.updated_at,
            draft: row.draft(related)?,
        });
    }
    Ok(shown)
}

pub(super) fn list(
    tx: &mut Reading<'_>,
    scope: &Scope,
    directive: DirectiveId,
    query: &TasksQuery,
) -> Result<Page<Task>> {
    let mut rows = tasks::table
        .filter(tasks::organisation.eq(scope.tenant()).and(tasks::directive_id.eq(directive)))
        .order((tasks::position, tasks::id))
        .limit(i64::from(query.limit().get()) + 1)
        .select(TaskRow::as_select())
        .into_boxed();
    if let Some(unassigned) = query.unassigned {
        rows = rows.filter(tasks::unassigned.eq(unassigned));
    }
    // A task without a day of its own may have that of its event.
    let events = || {
        let own = named_events::table.filter(named_events::organisation.eq(scope.tenant()));
        own.select(named_events::id.nullable())
    };
    match query.undated {
        Some(true) => {
            let no_day = tasks::due_on.is_null().and(tasks::recurrence.is_null());
            let no_event = tasks::event_id.is_null().or(tasks::event_relation.eq(EventRelation::Around));
            let undated = events().filter(named_events::from_on.is_null());
            rows = rows.filter(no_day.and(no_event.or(tasks::event_id.eq_any(undated))));
        }
        Some(false) => {
            let day = tasks::due_on.is_not_null().or(tasks::recurrence.is_not_null());
            let at_event = tasks::event_relation.ne(EventRelation::Around);
            let dated = events().filter(named_events::from_on.is_not_null());
            rows = rows.filter(day.or(at_event.and(tasks::event_id.eq_any(dated))));
        }
        None => {}
    }
    if let Some((position, id)) = after::<(Position, TaskId)>(query.cursor.as_ref())? {
        rows = rows
            .filter(tasks::position.ge(position))
            .filter(tasks::position.gt(position).or(tasks::id.gt(id)));
    }
    let rows: Vec<TaskRow> = rows.load(tx.conn())?;
    let page = Page::cut(rows, query.limit(), |row| (row.position, row.id));
    Ok(Page { items: shown_all(tx, scope, page.items)?, next: page.next })
}

/// All tasks of a directive, in the order of the document.
pub(crate) fn of_directive(tx: &mut Reading<'_>, scope: &Scope, directive: DirectiveId) -> Result<Vec<Task>> {
    let rows: Vec<TaskRow> = tasks::table
        .filter(tasks::organisation.eq(scope.tenant()).and(tasks::directive_id.eq(directive)))
        .order((tasks::position, tasks::id))
        .select(TaskRow::as_select())
        .load(tx.conn())?;
    shown_all(tx, scope, rows)
}

/// Recurring tasks of issued directives after an id, in the order of their ids.
pub(super) fn recurring(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    from: Option<TaskId>,
    limit: i64,
) -> Result<Vec<Task>> {
    let mut rows =
        tasks::table
            .inner_join(directives::table.on(
                directives::organisation.eq(tasks::organisation).and(directives::id.eq(tasks::directive_id)),
            ))
            .filter(tasks::organisation.eq(tenant).and(tasks::recurrence.is_not_null()))
            .filter(directives::state.eq(DirectiveState::Issued))
            .order(tasks::id)
            .limit(limit)
            .select(TaskRow::as_select())
            .into_boxed();
    if let Some(from) = from {
        rows = rows.filter(tasks::id.gt(from));
    }
    let rows: Vec<TaskRow> = rows.load(tx.conn())?;
    shown_all(tx, &Scope::of_the_house(tenant), rows)
}

/// How many tasks of a directive are without anybody and without a date.
pub(crate) fn count_by_gaps(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    directive: DirectiveId,
) -> Result<Vec<(bool, bool, i64)>> {
    type Found = (bool, Option<Date>, bool, Option<EventRelation>, Option<Date>, Option<Date>);
    let counted: Vec<Found> = tasks::table
        .left_join(
            named_events::table.on(named_events::organisation
                .eq(tasks::organisation)
                .and(named_events::id.nullable().eq(tasks::event_id))),
        )
        .filter(tasks::organisation.eq(tenant).and(tasks::directive_id.eq(directive)))
        .select((
            tasks::unassigned,
            tasks::due_on,
            tasks::recurrence.is_not_null(),
            tasks::event_relation,
            named_events::from_on.nullable(),
            named_events::to_on.nullable(),
        ))
        .load(tx.conn())?;
    let gaps = |(nobody, due, again, relation, from, to): Found| {
        let by_event = relation.and_then(|relation| super::due_by_event(relation, from, to));
        (nobody, due.or(by_event).is_none() && !again, 1)
    };
    Ok(counted.into_iter().map(gaps).collect())
}

pub(super) fn exists(tx: &mut Reading<'_>, scope: &Scope, id: TaskId) -> Result<bool> {
    let found: Option<TaskId> = tasks::table
        .filter(tasks::organisation.eq(scope.tenant()).and(tasks::id.eq(id)))
        .select(tasks::id)
        .first(tx.conn())
        .optional()?;
    Ok(found.is_some())
}

/// The directive of a task, and the task with all it is a part of.
pub(super) fn line(
    tx: &mut Reading<'_>,
    scope: &Scope,
    id: TaskId,
) -> Result<Option<(DirectiveId, Vec<TaskId>)>> {
    let mut line = Vec::new();
    let mut of = None;
    let mut next = Some(id);
    while let Some(id) = next.filter(|id| !line.contains(id)) {
        let row: Option<(DirectiveId, Option<TaskId>)> = tasks::table
            .filter(tasks::organisation.eq(scope.tenant()).and(tasks::id.eq(id)))
            .select((tasks::directive_id, tasks::parent_id))
            .first(tx.conn())
            .optional()?;
        let Some((directive, parent)) = row else { return Ok(None) };
        of = Some(directive);
        line.push(id);
        next = parent;
    }
    Ok(of.map(|directive| (directive, line)))
}

/// The days of a named event; nothing when there is no such event.
pub(super) fn event_days(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    event: NamedEventId,
) -> Result<Option<(Option<Date>, Option<Date>)>> {
    Ok(named_events::table
        .filter(named_events::organisation.eq(tenant).and(named_events::id.eq(event)))
        .select((named_events::from_on, named_events::to_on))
        .first(tx.conn())
        .optional()?)
}

pub(super) fn insert(tx: &mut Writing<'_>, scope: &Scope, id: TaskId, draft: &TaskDraft) -> Result<Task> {
    let now = tx.now();
    let row = TaskRow::of(scope.tenant(), id, draft, Version::FIRST, now, now)?;
    diesel::insert_into(tasks::table).values(&row).execute(tx.conn())?;
    write_links(tx, scope.tenant(), id, &[], &draft.related)?;
    Ok(shown_all(tx, scope, vec![row])?.swap_remove(0))
}

/// Links go both ways, and change both ends.
fn write_links(
    tx: &mut Writing<'_>,
    tenant: Tenant,
    id: TaskId,
    before: &[TaskId],
    after: &[TaskId],
) -> Result<()> {
    for gone in before.iter().filter(|task| !after.contains(task)) {
        for (from, to) in [(id, *gone), (*gone, id)] {
            let link = task_links::table
                .filter(task_links::organisation.eq(tenant).and(task_links::task_id.eq(from)))
                .filter(task_links::related_id.eq(to));
            diesel::delete(link).execute(tx.conn())?;
        }
    }
    for new in after.iter().filter(|task| !before.contains(task)) {
        for (from, to) in [(id, *new), (*new, id)] {
            diesel::insert_into(task_links::table)
                .values((
                    task_links::organisation.eq(tenant),
                    task_links::task_id.eq(from),
                    task_links::related_id.eq(to),
                ))
                .execute(tx.conn())?;
        }
    }
    let others: Vec<TaskId> = after
        .iter()
        .filter(|task| !before.contains(task))
        .chain(before.iter().filter(|task| !after.contains(task)))
        .copied()
        .collect();
    touch(tx, tenant, &others)
}

/// Counts a change of what is shown of tasks as a change of them.
fn touch(tx: &mut Writing<'_>, tenant: Tenant, ids: &[TaskId]) -> Result<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let now = tx.now();
    diesel::update(tasks::table.filter(tasks::organisation.eq(tenant).and(one_of(tasks::id, ids))))
        .set((tasks::version.eq(tasks::version + 1), tasks::updated_at.eq(now)))
        .execute(tx.conn())?;
    Ok(())
}

/// Stores other links of a task.
pub(crate) fn relink(tx: &mut Writing<'_>, scope: &Scope, task: &Task, related: Vec<TaskId>) -> Result<()> {
    update(tx, scope, task, &TaskDraft { related, ..task.draft.clone() })
}

/// The tasks linked to some, themselves left out.
pub(crate) fn linked_to(tx: &mut Reading<'_>, tenant: Tenant, of: &[TaskId]) -> Result<Vec<TaskId>> {
    let mut linked: Vec<TaskId> = task_links::table
        .filter(task_links::organisation.eq(tenant).and(one_of(task_links::task_id, of)))
        .select(task_links::related_id)
        .load(tx.conn())?;
    // Not by the database: it would walk all links of the organisation in that order.
    linked.sort_unstable();
    linked.dedup();
    linked.retain(|task| !of.contains(task));
    Ok(linked)
}

pub(super) fn update(tx: &mut Writing<'_>, scope: &Scope, task: &Task, draft: &TaskDraft) -> Result<()> {
    let now = tx.now();
    let row = TaskRow::of(scope.tenant(), task.id, draft, task.version.next(), now, now)?;
    diesel::update(tasks::table.filter(tasks::organisation.eq(scope.tenant()).and(tasks::id.eq(task.id))))
        .set((
            (
                tasks::parent_id.eq(row.parent_id),
                tasks::carried_from_id.eq(row.carried_from_id),
                tasks::position.eq(row.position),
                tasks::place.eq(&row.place),
                tasks::heading.eq(&row.heading),
                tasks::content.eq(&row.content),
                tasks::search.eq(&row.search),
                tasks::quote.eq(&row.quote),
                tasks::kind.eq(row.kind),
                tasks::nature.eq(row.nature),
                tasks::priority.eq(row.priority),
                tasks::due_text.eq(&row.due_text),
                tasks::due_on.eq(row.due_on),
                tasks::due_precision.eq(row.due_precision),
            ),
            (
                tasks::due_source.eq(row.due_source),
                tasks::event_id.eq(row.event_id),
                tasks::event_relation.eq(row.event_relation),
                tasks::due_shared_with.eq(row.due_shared_with),
                tasks::product.eq(&row.product),
                tasks::targets.eq(&row.targets),
                tasks::recurrence.eq(&row.recurrence),
                tasks::assignees.eq(&row.assignees),
                tasks::unassigned.eq(row.unassigned),
                tasks::suggestions.eq(&row.suggestions),
                tasks::notes.eq(&row.notes),
                tasks::private_note.eq(&row.private_note),
                tasks::version.eq(row.version),
                tasks::updated_at.eq(row.updated_at),
            ),
        ))
        .execute(tx.conn())?;
    write_links(tx, scope.tenant(), task.id, &task.draft.related, &draft.related)
}

/// Deletes a task of a draft with its parts; answers which.
pub(super) fn delete(tx: &mut Writing<'_>, scope: &Scope, id: TaskId) -> Result<Gone> {
    let mut all = vec![id];
    let mut next = 0;
    while let Some(parent) = all.get(next).copied() {
        let parts: Vec<TaskId> = tasks::table
            .filter(tasks::organisation.eq(scope.tenant()).and(tasks::parent_id.eq(parent)))
            .select(tasks::id)
            .load(tx.conn())?;
        all.extend(parts);
        next += 1;
    }
    delete_these(tx, scope.tenant(), all)
}

/// Tasks that are deleted.
pub(crate) struct Gone {
    /// These.
    pub tasks: Vec<TaskId>,
    /// Others that referred to them, and no longer do.
    pub let_go: Vec<TaskId>,
}

/// Deletes all tasks of a draft.
pub(crate) fn delete_all(tx: &mut Writing<'_>, tenant: Tenant, directive: DirectiveId) -> Result<Gone> {
    let all: Vec<TaskId> = tasks::table
        .filter(tasks::organisation.eq(tenant).and(tasks::directive_id.eq(directive)))
        .select(tasks::id)
        .load(tx.conn())?;
    delete_these(tx, tenant, all)
}

/// The tasks that refer to some of these, and are none of them.
fn referring_to(tx: &mut Reading<'_>, tenant: Tenant, ids: &[TaskId]) -> Result<Vec<TaskId>> {
    let mut all: Vec<TaskId> = task_links::table
        .filter(task_links::organisation.eq(tenant).and(one_of(task_links::related_id, ids)))
        .select(task_links::task_id)
        .load(tx.conn())?;
    let holding: Vec<TaskId> = tasks::table
        .filter(tasks::organisation.eq(tenant))
        .filter(one_of(tasks::due_shared_with, ids).or(one_of(tasks::carried_from_id, ids)))
        .select(tasks::id)
        .load(tx.conn())?;
    all.extend(holding);
    all.retain(|task| !ids.contains(task));
    all.sort_unstable();
    all.dedup();
    Ok(all)
}

fn delete_these(tx: &mut Writing<'_>, tenant: Tenant, gone: Vec<TaskId>) -> Result<Gone> {
    let ids = &gone;
    let let_go = referring_to(tx, tenant, ids)?;
    let links = task_links::table
        .filter(task_links::organisation.eq(tenant))
        .filter(one_of(task_links::task_id, ids).or(one_of(task_links::related_id, ids)));
    diesel::delete(links).execute(tx.conn())?;
    // What refers to them lets go first: parts, shared dates, work carried on from them.
    let referring = tasks::table.filter(tasks::organisation.eq(tenant));
    diesel::update(referring.filter(one_of(tasks::parent_id, ids)))
        .set(tasks::parent_id.eq(None::<TaskId>))
        .execute(tx.conn())?;
    diesel::update(referring.filter(one_of(tasks::due_shared_with, ids)))
        .set(tasks::due_shared_with.eq(None::<TaskId>))
        .execute(tx.conn())?;
    diesel::update(referring.filter(one_of(tasks::carried_from_id, ids)))
        .set(tasks::carried_from_id.eq(None::<TaskId>))
        .execute(tx.conn())?;
    diesel::delete(referring.filter(one_of(tasks::id, ids))).execute(tx.conn())?;
    touch(tx, tenant, &let_go)?;
    Ok(Gone { tasks: gone, let_go })
}
