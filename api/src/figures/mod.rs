//! Figures: the overdue report and the statistics. **Invariant: [`openapi::timeliness`] judges; SQL
//! only counts by predicates that say the same, and a story holds the two against each other.**
//!
//! Today, and a day to come, are judged from what is. A past day is judged from what each assignment
//! was at its end, by what was known then.

mod overdue;
mod statistics;
mod store;

use openapi::{
    directives::DirectiveId,
    figures::{OverdueQuery, ReadOverdue, ReadStatistics, StatisticsQuery},
    people::PersonId,
    problem::{FieldCode, Language},
    units::{UnitId, UnitKind},
    value::{Date, Instant, Name},
};

use crate::{
    access::{Actor, Scope, Tenant},
    db::Reading,
    error::{Faults, Result},
    serve::Routes,
    units,
};

pub(crate) fn mount(routes: &mut Routes) {
    routes.read::<ReadOverdue>(overdue::read);
    routes.snapshot::<ReadStatistics>(statistics::read);
}

/// Which figures are asked for, as the caller says it.
struct Asked {
    as_of: Option<Date>,
    unit: Option<UnitId>,
    unit_kind: Option<UnitKind>,
    directive: Option<DirectiveId>,
    overseer: Option<PersonId>,
}
impl From<&OverdueQuery> for Asked {
    fn from(query: &OverdueQuery) -> Self {
        Self {
            as_of: query.as_of,
            unit: query.unit,
            unit_kind: query.unit_kind,
            directive: query.directive,
            overseer: query.overseer,
        }
    }
}
impl From<&StatisticsQuery> for Asked {
    fn from(query: &StatisticsQuery) -> Self {
        Self {
            as_of: query.as_of,
            unit: query.unit,
            unit_kind: query.unit_kind,
            directive: query.directive,
            overseer: query.overseer,
        }
    }
}

/// What figures are about: a day, and a part of the organisation's work.
struct About {
    tenant: Tenant,
    /// The day to judge on.
    day: Date,
    /// The end of that day, when it is past.
    past: Option<Instant>,
    /// The units; all of them without.
    units: Option<Vec<UnitId>>,
    /// The directive; all of them without.
    directive: Option<DirectiveId>,
}

impl About {
    /// What is asked for, within the caller's reach. What he names and may not see is the same to
    /// him as what is not there.
    fn of(tx: &mut Reading<'_>, actor: &Actor, scope: &Scope, today: Date, asked: &Asked) -> Result<Self> {
        let day = asked.as_of.unwrap_or(today);
        let mut units = scope.units().map(<[UnitId]>::to_vec);
        let mut faults = Faults::default();
        let mut not_known = |pointer| {
            faults.add(pointer, FieldCode::NotKnown, "Không tìm thấy mục này.", "There is no such thing.");
        };
        if let Some(unit) = asked.unit {
            match units::store::find(tx, scope, unit)? {
                Some(found) => narrow(&mut units, vec![found.id]),
                None => not_known("?unit"),
            }
        }
        if let Some(kind) = asked.unit_kind {
            narrow(&mut units, store::units_of_kind(tx, scope, kind)?);
        }
        if let Some(person) = asked.overseer {
            if store::oversees_in_reach(tx, scope, person)? {
                narrow(&mut units, store::in_charge_of(tx, scope, person, day)?);
            } else {
                not_known("?overseer");
            }
        }
        if let Some(directive) = asked.directive
            && !store::directive_in_reach(tx, scope, directive)?
        {
            not_known("?directive");
        }
        faults.check()?;
        Ok(Self {
            tenant: scope.tenant(),
            day,
            past: (day < today).then(|| actor.house.end_of(day)),
            units,
            directive: asked.directive,
        })
    }

    /// Whether nothing can be in it.
    fn is_empty(&self) -> bool {
        self.units.as_ref().is_some_and(Vec::is_empty)
    }
}

/// How many sums an answer holds at most.
const GROUPS_AT_MOST: usize = 5000;

/// Leaves of the units those that are also among the others.
fn narrow(units: &mut Option<Vec<UnitId>>, mut to: Vec<UnitId>) {
    if let Some(units) = units {
        to.retain(|unit| units.contains(unit));
    }
    to.sort_unstable();
    to.dedup();
    *units = Some(to);
}

/// The last day a date can be written for; what lies beyond is held there.
fn no_later_than_written(day: Date) -> Date {
    chrono::NaiveDate::from_ymd_opt(9999, 12, 31).map_or(day, |last| day.min(Date::of(last)))
}

/// Words of ours as a name, in the caller's language.
fn words(language: Language, vi: &'static str, en: &'static str) -> Result<Name> {
    named(if language == Language::En { en } else { vi })
}

/// A text as a name, cut to fit.
fn named(text: &str) -> Result<Name> {
    let cut: String = text.chars().take(Name::MAX).collect();
    Name::try_from(cut).map_err(|bad| crate::error::Error::Broken(bad.en.into_owned()))
}

/// Nobody oversees these.
fn nobody(language: Language) -> Result<Name> {
    words(language, "Chưa có người phụ trách", "Nobody in charge")
}
