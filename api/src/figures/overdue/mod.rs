//! The overdue report: who is late, with what, by how many days, and in whose charge.

mod store;

use std::collections::HashMap;

use openapi::{
    figures::{GroupBy, OverdueGroup, OverdueReport, OverdueRow, ReadOverdue},
    problem::Language,
    units::UnitId,
    value::{Count, Cursor, Date, Days, Name, Page, Phrase},
};

use self::store::Late;
use super::{About, Asked, named, nobody, store as shared};
use crate::{
    access::Actor,
    db::{Reading, after},
    error::{Error, Result},
    serve::{Answer, Call},
};

pub(super) fn read(tx: &mut Reading<'_>, call: &Call<ReadOverdue>) -> Result<Answer<OverdueReport>> {
    let query = &call.query;
    let cursor = after(query.cursor.as_ref())?;
    let about = About::of(tx, &call.actor, &call.scope, call.today, &Asked::from(query))?;
    let mut report = OverdueReport {
        as_of: about.day,
        computed_at: tx.now(),
        items: Vec::new(),
        groups: Vec::new(),
        next: None,
    };
    if about.is_empty() {
        return Ok(Answer::ok(report));
    }
    match query.group_by {
        Some(by) => report.groups = groups(tx, &about, by, call.actor.language)?,
        None => {
            let rows = store::rows(tx, &about, query.limit(), cursor)?;
            let page = Page::cut(rows, query.limit(), |row| (row.runs_out_on, row.id));
            (report.items, report.next) = shown(tx, &about, &call.actor, page)?;
        }
    }
    Ok(Answer::ok(report))
}

fn shown(
    tx: &mut Reading<'_>,
    about: &About,
    actor: &Actor,
    page: Page<store::Row>,
) -> Result<(Vec<OverdueRow>, Option<Cursor>)> {
    let mut units: Vec<UnitId> = page.items.iter().map(|row| row.unit).collect();
    units.sort_unstable();
    units.dedup();
    let overseen = shared::overseen(tx, about.tenant, &units, about.day)?;
    let row = |row: store::Row| {
        let lost = || Error::Broken("the unit of overdue work was lost".to_owned());
        let overseen = overseen.get(&row.unit).ok_or_else(lost)?;
        let judged = row.facts().judge(about.day, actor.house.due_soon);
        Ok(OverdueRow {
            assignment: row.id,
            unit: overseen.unit.clone(),
            directive: row.directive(),
            task: row.task,
            role: row.role,
            priority: row.priority,
            state: row.state,
            due_on: row.runs_out_on,
            original_due_on: row.original_due_on.unwrap_or(row.runs_out_on),
            days_late: Days::of(judged.map_or(0, |judged| judged.days_late)),
            last_report: row.last_report(),
            overseers: overseen.overseers.iter().take(20).cloned().collect(),
            excused: row.excused,
            content: row.content,
        })
    };
    let items = page.items.into_iter().map(row).collect::<Result<Vec<_>>>()?;
    Ok((items, page.next))
}

/// What is overdue under one name.
struct Group {
    key: Option<String>,
    name: Name,
    overdue: i64,
    most_days_late: i64,
}

fn groups(tx: &mut Reading<'_>, about: &About, by: GroupBy, language: Language) -> Result<Vec<OverdueGroup>> {
    let mut groups = match by {
        GroupBy::Directive => by_directive(tx, about)?,
        GroupBy::Unit | GroupBy::UnitKind | GroupBy::Overseer | GroupBy::Unknown => {
            by_unit(tx, about, by, language)?
        }
    };
    groups.sort_by(|one, other| {
        other.overdue.cmp(&one.overdue).then_with(|| (&one.name, &one.key).cmp(&(&other.name, &other.key)))
    });
    let most = |group: Group| OverdueGroup {
        key: group.key.and_then(|key| Phrase::try_from(key).ok()),
        name: group.name,
        overdue: Count::of(group.overdue),
        most_days_late: Days::of(group.most_days_late),
    };
    Ok(groups.into_iter().take(super::GROUPS_AT_MOST).map(most).collect())
}

fn by_directive(tx: &mut Reading<'_>, about: &About) -> Result<Vec<Group>> {
    let counted = store::by_directive(tx, about)?;
    let ids: Vec<_> = counted.iter().map(|(id, _)| *id).collect();
    let titles = shared::titles(tx, about.tenant, &ids)?;
    let group = |(id, late): (openapi::directives::DirectiveId, Late)| {
        Ok(Group {
            key: Some(id.to_string()),
            name: named(titles.get(&id).map_or("", |title| title.as_str()))?,
            overdue: late.overdue,
            most_days_late: late.most_days_late(about.day),
        })
    };
    counted.into_iter().map(group).collect()
}

/// Kinds and overseers are summed from units: what is counted in an index alone is counted by unit.
fn by_unit(tx: &mut Reading<'_>, about: &About, by: GroupBy, language: Language) -> Result<Vec<Group>> {
    let counted = store::by_unit(tx, about)?;
    let ids: Vec<_> = counted.iter().map(|(id, _)| *id).collect();
    let overseen = shared::overseen(tx, about.tenant, &ids, about.day)?;
    let mut sums = Sums { day: about.day, groups: HashMap::new() };
    for (id, late) in counted {
        let Some(overseen) = overseen.get(&id) else { continue };
        match by {
            GroupBy::UnitKind => {
                let kind = overseen.unit.kind;
                let name = if language == Language::En { kind.en() } else { kind.vi() };
                sums.add(Some(kind.to_string()), named(name)?, late);
            }
            GroupBy::Overseer if overseen.overseers.is_empty() => sums.add(None, nobody(language)?, late),
            GroupBy::Overseer => {
                for person in &overseen.overseers {
                    sums.add(Some(person.id.to_string()), person.name.clone(), late);
                }
            }
            _ => sums.add(Some(id.to_string()), overseen.unit.name.clone(), late),
        }
    }
    Ok(sums.groups.into_values().collect())
}

struct Sums {
    day: Date,
    groups: HashMap<Option<String>, Group>,
}
impl Sums {
    fn add(&mut self, key: Option<String>, name: Name, late: Late) {
        let group =
            self.groups.entry(key.clone()).or_insert(Group { key, name, overdue: 0, most_days_late: 0 });
        group.overdue += late.overdue;
        group.most_days_late = group.most_days_late.max(late.most_days_late(self.day));
    }
}
