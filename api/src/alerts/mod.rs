//! Warnings. **Invariant: nobody is told twice of one thing, and nobody is told of what he may not see;
//! what was warned of is in the ledger, and what was told in an inbox, before anything is sent.**
//!
//! Four reconcilers, in this order: [`hear`](hear) what happened, [`climb`](climb) the ladder,
//! [`escalate`](escalate) what nobody answers, [`send`](send) what people are to be told.

mod audience;
mod climb;
mod escalate;
mod hear;
pub(crate) mod inbox;
mod ladder;
mod send;
mod store;
mod words;

use std::collections::HashSet;

use openapi::{
    alerts::{
        Ladder, LadderDraft, LadderPreview, PreviewLadder, PreviewRequest, PreviewedWarning, PutLadder,
        ReadLadder, ReadReminder, Reminder, Told,
    },
    ledger::{Deed, Subject},
    people::PersonId,
    problem::{FieldCode, Language},
    value::{Body, Count, Note, Version},
};
use serde_json::json;

pub use self::climb::Climbed;
use self::{
    audience::{People, Warned},
    ladder::Steps,
    send::minutes_of as local_minutes,
};
use crate::{
    access::House,
    calendar::WorkingDays,
    db::{Reading, Writing},
    error::{Error, Faults, Result},
    ledger::{self, Entry},
    organisation, people,
    serve::{Answer, Call, Routes},
    state::State,
    units,
};

/// A difficulty or a request for more time: what marks its id.
pub(crate) struct Question;

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ReadLadder>(read);
    routes.write::<PutLadder>(put);
    routes.snapshot::<PreviewLadder>(preview);
    routes.snapshot::<ReadReminder>(reminder);
    inbox::mount(routes);
}

/// Tells everybody in every organisation what there is to tell.
///
/// # Errors
/// What the database says; what was told until then stays told.
pub(crate) async fn tend(state: &State) -> Result<()> {
    let mut failed = Ok(());
    for house in state.db.read(organisation::houses).await? {
        if let Err(error) = tend_one(state, &house).await {
            tracing::warn!(?error, organisation = %house.brief.id, "warning one organisation failed");
            failed = Err(error);
        }
    }
    failed
}

async fn tend_one(state: &State, house: &House) -> Result<()> {
    hear::hear(state, house).await?;
    climb::climb(state, house).await?;
    escalate::escalate(state, house).await?;
    send::at_once(state, house).await?;
    send::digest(state, house).await
}

/// Forgets notices older than ninety days.
///
/// # Errors
/// What the database says.
pub(crate) async fn forget_old(state: &State) -> Result<()> {
    const KEPT_FOR: chrono::TimeDelta = chrono::TimeDelta::days(90);
    let before = state.db.clock().now().plus(-KEPT_FOR);
    for house in state.db.read(organisation::houses).await? {
        let tenant = house.tenant;
        while state.db.write(move |tx| inbox::store::forget(tx, tenant, before)).await? > 0 {}
    }
    Ok(())
}

fn read(tx: &mut Reading<'_>, call: &Call<ReadLadder>) -> Result<Answer<Ladder>> {
    Ok(Answer::ok(store::ladder(tx, call.scope.tenant())?))
}

fn put(tx: &mut Writing<'_>, call: &Call<PutLadder>) -> Result<Answer<Ladder>> {
    let mut draft = call.body.clone();
    draft.version = None;
    check(&draft, "")?;
    draft.rungs.sort_unstable_by_key(|rung| rung.days);
    for rung in &mut draft.rungs {
        rung.tell.sort_unstable();
    }
    let before = store::ladder(tx, call.scope.tenant())?;
    // The same ladder again is the same request again, whatever version it was made from.
    if before.draft == draft {
        return Ok(Answer::ok(before));
    }
    call.expect_version(before.version)?;
    let after = Ladder { draft, version: Version::next(before.version) };
    store::put_ladder(tx, call.scope.tenant(), &after)?;
    // It has no id of its own: it is the organisation's.
    let entry = Entry::new(Deed::Changed, Subject::Ladder, call.actor.house.brief.id).by(&call.actor);
    ledger::record(tx, call.scope.tenant(), entry.before(json!(before.draft)).after(json!(after.draft)))?;
    Ok(Answer::ok(after))
}

fn check(draft: &LadderDraft, at: &str) -> Result<()> {
    /// As the contract says.
    const RUNGS_AT_MOST: usize = 30;
    let mut faults = Faults::default();
    if draft.rungs.len() > RUNGS_AT_MOST {
        faults.add(
            format!("{at}/rungs"),
            FieldCode::TooMany,
            format!("Nhiều nhất {RUNGS_AT_MOST} bậc."),
            format!("At most {RUNGS_AT_MOST} rungs."),
        );
        return faults.check();
    }
    let mut days = HashSet::new();
    for (n, rung) in draft.rungs.iter().enumerate() {
        if !days.insert(rung.days) {
            faults.add(
                format!("{at}/rungs/{n}/days"),
                FieldCode::Duplicate,
                "Bậc này đã có ở trên.",
                "This rung is given twice.",
            );
        }
        let tell: HashSet<_> = rung.tell.iter().collect();
        if tell.len() < rung.tell.len() {
            faults.add(
                format!("{at}/rungs/{n}/tell"),
                FieldCode::Duplicate,
                "Mỗi người nhận chỉ ghi một lần.",
                "Each audience once.",
            );
        }
        if rung.tell.is_empty() {
            faults.add(
                format!("{at}/rungs/{n}/tell"),
                FieldCode::Required,
                "Cần ít nhất một người nhận.",
                "At least one audience is needed.",
            );
        }
    }
    if send::is_quiet(draft, draft.digest_at.minutes()) {
        faults.add(
            format!("{at}/digest_at"),
            FieldCode::BadValue,
            "Giờ gửi bản tổng hợp nằm trong giờ yên tĩnh.",
            "The digest would go out in quiet hours.",
        );
    }
    faults.check()
}

fn preview(tx: &mut Reading<'_>, call: &Call<PreviewLadder>) -> Result<Answer<LadderPreview>> {
    /// As the contract says.
    const ITEMS: usize = 500;
    /// How much work is looked at.
    const WORK: i64 = 2000;
    const DAYS: i64 = 14;
    let request: &PreviewRequest = &call.body;
    if let Some(draft) = &request.ladder {
        check(draft, "/ladder")?;
    }
    let tenant = call.scope.tenant();
    let draft = match &request.ladder {
        Some(draft) => draft.clone(),
        None => store::ladder(tx, tenant)?.draft,
    };
    let first = request.from.unwrap_or(call.today);
    let last = first.plus(request.days.map_or(DAYS, |days| i64::from(days.get())) - 1);
    let steps = Steps::new(&draft, WorkingDays::around(tx, tenant, first)?);
    // Work due outside these days reaches no rung between them; but on the first day, if that is today,
    // what stands on a rung it was never warned of is warned of at once.
    let standing = if first == call.today { steps.on(first) } else { Vec::new() };
    let due_from = match standing.as_slice() {
        [] => steps.on(first.plus(-1)).first().map(|highest| highest.to.plus(1)),
        _ => None,
    };
    let due_to = steps.on(last).iter().map(|standing| standing.to).max().unwrap_or(last);
    let only = (request.assignment, request.unit);
    let work = store::due_within(tx, &call.scope, (due_from, due_to), only, WORK)?;
    let tasks = work.iter().map(|work| work.task);
    let concerned = People::of(tx, tenant, first, tasks, work.iter().map(|work| work.unit.id))?;
    let ids: Vec<_> = work.iter().map(|work| work.id).collect();
    let warned = store::warned(tx, tenant, &ids)?;
    let mut found = Vec::new();
    for work in &work {
        let before = warned.get(&work.id).into_iter().flatten();
        let stood = before.filter(|(due, _)| *due == work.due_on).map(|(_, rung)| *rung).max();
        let on_rung = |one: &&ladder::Standing| {
            one.from.is_none_or(|from| from <= work.due_on) && work.due_on <= one.to
        };
        if let Some(one) = standing.iter().find(on_rung)
            && stood.is_none_or(|stood| stood < one.rung.days.get())
        {
            found.push((first, work, &one.rung));
        }
        for rung in steps.rungs().iter().filter(|rung| stood.is_none_or(|stood| rung.days.get() > stood)) {
            let on = steps.reached(work.due_on, rung.days);
            let at_once = on == first && !standing.is_empty();
            if (first..=last).contains(&on) && !at_once {
                found.push((on, work, rung));
            }
        }
    }
    found.sort_by_key(|(on, work, rung)| (*on, work.due_on, work.id, rung.days));
    let cut = found.len() > ITEMS || i64::try_from(ids.len()).is_ok_and(|many| many >= WORK);
    found.truncate(ITEMS);
    let told: Vec<_> = found
        .iter()
        .map(|(_, work, rung)| {
            let (task, unit, role, due_on) = (work.task, work.unit.id, work.role, work.due_on);
            concerned.warned(rung, &Warned { task, unit, role, due_on })
        })
        .collect();
    let everybody: HashSet<PersonId> = told.iter().flat_map(|told| told.keys().copied()).collect();
    let names = people::store::briefs(tx, tenant, &Vec::from_iter(everybody))?;
    let items = found.into_iter().zip(told).filter_map(|((on, work, rung), told)| {
        let told = told
            .into_iter()
            .filter_map(|(person, audience)| Some(Told { person: names.get(&person).cloned()?, audience }));
        Some(PreviewedWarning {
            on,
            rung: rung.days,
            assignment: work.id,
            task: work.content.clone(),
            unit: work.unit.clone(),
            due_on: work.due_on,
            to: told.collect(),
            why: Note::try_from(steps.why(work.due_on, rung.days, call.actor.language)).ok()?,
        })
    });
    let unknown_years = steps.unknown_years(first, due_to.max(last));
    Ok(Answer::ok(LadderPreview { items: items.collect(), cut, unknown_years }))
}

fn reminder(tx: &mut Reading<'_>, call: &Call<ReadReminder>) -> Result<Answer<Reminder>> {
    /// More would not be read.
    const LINES: i64 = 20;
    let row = units::store::find(tx, &call.scope, call.path)?.ok_or_else(Error::not_found)?;
    let unit = units::store::briefs(tx, call.scope.tenant(), &[row.id])?.remove(&row.id);
    let unit = unit.ok_or_else(Error::not_found)?;
    let as_of = call.today;
    let soon = as_of.plus(i64::from(call.actor.house.due_soon.get()));
    let only = (None, Some(unit.id));
    let mut parts = Vec::new();
    for due in [(None, as_of.plus(-1)), (Some(as_of), soon)] {
        let many = store::count_due(tx, &call.scope, due, unit.id)?;
        parts.push((many, store::due_within(tx, &call.scope, due, only, LINES)?));
    }
    let text = words::reminder(&unit, &parts, as_of, Language::Vi);
    let counted = |n: usize| parts.get(n).map_or(Count::of(0), |(many, _)| Count::of(*many));
    Ok(Answer::ok(Reminder {
        overdue: counted(0),
        due_soon: counted(1),
        text: text.and_then(|text| Body::try_from(text).ok()),
        unit,
        as_of,
    }))
}
