//! What issuing gives to whom. **Invariant: the plan is made from what is stored at one moment, and
//! issuing does exactly what the preview of that moment showed.**

use std::collections::{BTreeMap, HashMap};

use openapi::{
    directives::{IssueFinding, IssuePreview, IssueShare},
    endpoint::Endpoint,
    problem::{Code, Language, Said},
    recurrence,
    tasks::{Assignee, AssigneeRole, Recurrence, Task, TaskDraft, TaskId},
    timeliness::State,
    units::{UnitId, UnitKind},
    value::{Count, Date, Note},
};

use super::store::DirectiveRow;
use crate::{
    access::Tenant,
    assignments::store::Given,
    carrying,
    db::Reading,
    error::{Error, Field, Refusal, Result},
    serve::Call,
    tasks, units,
};

/// What issuing would do.
pub(super) struct Plan {
    /// Every assignment it would make.
    pub work: Vec<Given>,
    findings: Vec<Found>,
}

/// Something to know before issuing, in every language.
struct Found {
    task: Option<TaskId>,
    blocking: bool,
    said: Said,
}

/// Makes the plan for the day it is.
pub(super) fn plan<E: Endpoint>(tx: &mut Reading<'_>, call: &Call<E>, row: &DirectiveRow) -> Result<Plan> {
    let all = tasks::store::of_directive(tx, &call.scope, row.id)?;
    let existing = Existing::on(tx, row.organisation, call.today)?;
    let mut plan = Plan { work: Vec::new(), findings: Vec::new() };
    if all.is_empty() {
        plan.find(None, true, "Văn bản chưa có nhiệm vụ nào.", "The directive has no task yet.");
    }
    for task in all {
        plan.add(tx, row, &task, &existing, call.today)?;
    }
    Ok(plan)
}

/// What a task is called among others: its place in the document and how it begins.
fn called(task: &Task) -> String {
    const AT_MOST: usize = 60;
    let content = task.draft.content.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    let begins: String = content.chars().take(AT_MOST).collect();
    let more = if content.chars().count() > AT_MOST { "…" } else { "" };
    match &task.draft.place {
        Some(place) => format!("{place} “{begins}{more}”"),
        None => format!("“{begins}{more}”"),
    }
}

/// The units that exist on the day.
pub(crate) struct Existing(HashMap<UnitId, UnitKind>);

impl Existing {
    /// Those of an organisation on a day.
    pub(crate) fn on(tx: &mut Reading<'_>, tenant: Tenant, day: Date) -> Result<Self> {
        let rows = units::store::existing_on(tx, tenant, day)?;
        Ok(Self(rows.into_iter().map(|row| (row.id, row.kind)).collect()))
    }
    /// Whether a unit is one of them.
    pub(crate) fn has(&self, unit: UnitId) -> bool {
        self.0.contains_key(&unit)
    }
    /// Who gets a task, each unit once, with the weightiest of its roles; and the units named that
    /// do not exist.
    pub(crate) fn bound(&self, assignees: &[Assignee]) -> (BTreeMap<UnitId, AssigneeRole>, Vec<UnitId>) {
        let mut bound = BTreeMap::new();
        let mut gone = Vec::new();
        let weight = |role: AssigneeRole| match role {
            AssigneeRole::ChuTri => 0,
            AssigneeRole::PhoiHop => 1,
            AssigneeRole::TheoDoi | AssigneeRole::Unknown => 2,
        };
        for assignee in assignees {
            let of_class =
                self.0.iter().filter(|(_, kind)| assignee.class == Some(**kind)).map(|(unit, _)| *unit);
            for unit in assignee.units.iter().copied().chain(of_class) {
                if !self.0.contains_key(&unit) {
                    gone.push(unit);
                    continue;
                }
                let role = bound.entry(unit).or_insert(assignee.role);
                if weight(assignee.role) < weight(*role) {
                    *role = assignee.role;
                }
            }
        }
        (bound, gone)
    }
}

/// The first day of recurring work, when it is not said: the day of issue.
pub(crate) fn first_day(recurrence: &Recurrence, issued: Date) -> Date {
    recurrence.from.unwrap_or(issued)
}

/// The last day of recurring work: its own, or the end of the directive's period.
pub(crate) fn last_day(recurrence: &Recurrence, period_to: Option<Date>) -> Option<Date> {
    recurrence.until.or(period_to)
}

/// The assignments of a task for the units bound to it: one each, or one each for every period that
/// has begun and not ended before the day.
pub(crate) fn work_of(
    row: &DirectiveRow,
    task: TaskId,
    draft: &TaskDraft,
    due_on: Option<Date>,
    bound: &BTreeMap<UnitId, AssigneeRole>,
    day: Date,
) -> Vec<Given> {
    let one = |unit: UnitId, role: AssigneeRole, period: Option<recurrence::Period>| Given {
        directive: row.id,
        task,
        unit,
        role,
        due_on: period.map_or(due_on, |period| Some(period.to)),
        period,
        goes_on: None,
    };
    let periods: Vec<Option<recurrence::Period>> = match &draft.recurrence {
        None => vec![None],
        Some(again) => {
            let (first, last) = (first_day(again, day), last_day(again, row.period_to));
            recurrence::begun_by(again.per, first, last, day)
                .filter(|period| day <= period.to)
                .map(Some)
                .collect()
        }
    };
    let mut work = Vec::new();
    for period in periods {
        work.extend(bound.iter().map(|(unit, role)| one(*unit, *role, period)));
    }
    work
}

impl Plan {
    fn find(&mut self, task: Option<&Task>, blocking: bool, vi: &str, en: &str) {
        let named = |why: &str| match task {
            Some(task) => format!("{}: {why}", called(task)),
            None => why.to_owned(),
        };
        let said = Said::new(named(vi), named(en));
        self.findings.push(Found { task: task.map(|task| task.id), blocking, said });
    }

    fn add(
        &mut self,
        tx: &mut Reading<'_>,
        row: &DirectiveRow,
        task: &Task,
        existing: &Existing,
        today: Date,
    ) -> Result<()> {
        let draft = &task.draft;
        let (bound, gone) = existing.bound(&draft.assignees);
        if !gone.is_empty() {
            self.find(
                Some(task),
                true,
                "Có đơn vị được giao nay không còn tồn tại.",
                "A unit it is given to does not exist today.",
            );
        }
        if bound.is_empty() {
            self.find(Some(task), false, "Nhiệm vụ chưa giao cho ai.", "The task is given to nobody yet.");
        }
        let due_on = tasks::effective_due(tx, row.organisation, &draft.due)?;
        let mut work = work_of(row, task.id, draft, due_on, &bound, today);
        let carried = self.carry(tx, row.organisation, task, &mut work, today)?;
        let dated_before = carried && work.iter().all(|given| given.due_on.is_some());
        if due_on.is_none() && draft.recurrence.is_none() && !dated_before {
            self.find(Some(task), false, "Nhiệm vụ không có hạn.", "The task has no due date.");
        }
        if due_on.is_some_and(|due| due < today) && draft.recurrence.is_none() {
            self.find(Some(task), false, "Hạn đã qua.", "The due date has passed.");
        }
        self.work.extend(work);
        Ok(())
    }

    /// Lets the work of a task that carries on another go on where it stands. Who has finished, or
    /// waits for a review, is given nothing. Answers whether anything goes on.
    fn carry(
        &mut self,
        tx: &mut Reading<'_>,
        tenant: Tenant,
        task: &Task,
        work: &mut Vec<Given>,
        today: Date,
    ) -> Result<bool> {
        let Some(earlier) = task.draft.carried_from.filter(|_| task.draft.recurrence.is_none()) else {
            return Ok(false);
        };
        let before = work.len();
        let (mut late, mut carried) = (0, false);
        for (unit, row) in carrying::store::ends(tx, tenant, earlier)? {
            if row.facts().can_be_carried_over() {
                for given in work.iter_mut().filter(|given| given.unit == unit) {
                    carried = true;
                    late += i32::from(row.facts().carried_late(today));
                    given.due_on = row.facts().carried_over(today, given.due_on);
                    given.goes_on = Some(row.clone());
                }
            } else if row.state != State::Cancelled {
                work.retain(|given| given.unit != unit);
            }
        }
        let done = before - work.len();
        if done > 0 {
            self.find(
                Some(task),
                false,
                &format!("{done} đơn vị đã xong hoặc đang chờ duyệt việc cũ, nên không giao lại."),
                &format!("{done} units have finished or wait for a review, and are not given it again."),
            );
        }
        if late > 0 {
            self.find(
                Some(task),
                false,
                &format!("{late} đơn vị đã quá hạn: hạn cũ và số ngày trễ đi theo việc."),
                &format!("{late} units are overdue: their due date and days late go with the work."),
            );
        }
        Ok(carried)
    }

    /// Refuses when something stands in the way.
    pub(super) fn check(&self) -> Result<()> {
        let blocking: Vec<&Found> = self.findings.iter().filter(|finding| finding.blocking).collect();
        if blocking.is_empty() {
            return Ok(());
        }
        let field = |finding: &&Found| {
            let place = finding.task.map_or_else(|| "/tasks".to_owned(), |task| format!("/tasks/{task}"));
            let Said { vi, en } = finding.said.clone();
            Field::new(place, openapi::problem::FieldCode::BadValue, vi, en)
        };
        Err(Error::Refused(Box::new(Refusal {
            code: Code::Invalid,
            why: None,
            fields: blocking.iter().map(field).collect(),
            retry_after: None,
            allow: None,
        })))
    }

    /// What the clerk sees before he issues.
    pub(super) fn preview(
        self,
        tx: &mut Reading<'_>,
        tenant: Tenant,
        language: Language,
    ) -> Result<IssuePreview> {
        const AT_MOST: usize = 1000;
        let mut shares: BTreeMap<UnitId, (i64, i64)> = BTreeMap::new();
        for given in &self.work {
            let share = shares.entry(given.unit).or_default();
            match given.role {
                AssigneeRole::ChuTri => share.0 += 1,
                _ => share.1 += 1,
            }
        }
        let ids: Vec<UnitId> = shares.keys().copied().collect();
        let mut briefs = units::store::briefs(tx, tenant, &ids)?;
        let share = |(unit, (leads, others)): (UnitId, (i64, i64))| {
            Some(IssueShare {
                unit: briefs.remove(&unit)?,
                leads: Count::of(leads),
                others: Count::of(others),
            })
        };
        let mut shares: Vec<IssueShare> = shares.into_iter().filter_map(share).collect();
        shares.sort_by(|a, b| (a.unit.kind, &a.unit.name).cmp(&(b.unit.kind, &b.unit.name)));
        shares.truncate(2 * AT_MOST);
        let ready = self.findings.iter().all(|finding| !finding.blocking);
        let mut findings = self.findings;
        findings.sort_by_key(|finding| !finding.blocking);
        findings.truncate(AT_MOST);
        let told = |Found { task, blocking, said }: Found| {
            let detail = Note::try_from(said.in_language(language).to_owned()).ok()?;
            Some(IssueFinding { task, blocking, detail })
        };
        let findings = findings.into_iter().filter_map(told).collect();
        let assignments = Count::of(i64::try_from(self.work.len()).unwrap_or(i64::MAX));
        Ok(IssuePreview { ready, findings, shares, assignments })
    }
}
