//! The SQL that both figures share: what a caller may name, and who oversees what on a day.

use std::collections::HashMap;

use diesel::{
    BoolExpressionMethods, ExpressionMethods, OptionalExtension, QueryDsl, RunQueryDsl,
    sql_types::{Nullable, Text},
};
use openapi::{
    directives::DirectiveId,
    people::{PersonBrief, PersonId},
    units::{UnitBrief, UnitId, UnitKind},
    value::{Date, Instant, Name, Title},
};

use crate::{
    access::{Scope, Tenant},
    db::{Reading, Statement, one_of},
    error::Result,
    figures::About,
    schema::{assignments, directives, oversights, people, units},
};

/// The units of a kind within reach.
pub(super) fn units_of_kind(tx: &mut Reading<'_>, scope: &Scope, kind: UnitKind) -> Result<Vec<UnitId>> {
    let found: Vec<UnitId> = units::table
        .filter(units::organisation.eq(scope.tenant()).and(units::kind.eq(kind)))
        .select(units::id)
        .load(tx.conn())?;
    Ok(found.into_iter().filter(|unit| scope.covers(*unit)).collect())
}

/// Whether the caller can know of a person as an overseer: of anybody in his organisation who sees
/// all of it, else of those who oversee a unit within his reach.
pub(super) fn oversees_in_reach(tx: &mut Reading<'_>, scope: &Scope, person: PersonId) -> Result<bool> {
    let Some(reach) = scope.units() else {
        let found: Option<PersonId> = people::table
            .filter(people::organisation.eq(scope.tenant()).and(people::id.eq(person)))
            .select(people::id)
            .first(tx.conn())
            .optional()?;
        return Ok(found.is_some());
    };
    let overseen: Vec<UnitId> = oversights::table
        .filter(oversights::organisation.eq(scope.tenant()).and(oversights::person_id.eq(person)))
        .select(oversights::unit_id)
        .load(tx.conn())?;
    Ok(overseen.iter().any(|unit| reach.contains(unit)))
}

/// The units in a person's charge on a day.
pub(super) fn in_charge_of(
    tx: &mut Reading<'_>,
    scope: &Scope,
    person: PersonId,
    day: Date,
) -> Result<Vec<UnitId>> {
    Ok(oversights::table
        .filter(oversights::organisation.eq(scope.tenant()).and(oversights::person_id.eq(person)))
        .filter(oversights::from_on.le(day))
        .filter(oversights::to_on.is_null().or(oversights::to_on.ge(day)))
        .select(oversights::unit_id)
        .load(tx.conn())?)
}

/// Whether a directive is the caller's to know: any of his organisation's if he sees all of it, else
/// one that gave work to a unit within his reach.
pub(super) fn directive_in_reach(tx: &mut Reading<'_>, scope: &Scope, id: DirectiveId) -> Result<bool> {
    let found: Option<DirectiveId> = match scope.units() {
        None => directives::table
            .filter(directives::organisation.eq(scope.tenant()).and(directives::id.eq(id)))
            .select(directives::id)
            .first(tx.conn())
            .optional()?,
        Some(reach) => assignments::table
            .filter(assignments::organisation.eq(scope.tenant()).and(assignments::directive_id.eq(id)))
            .filter(one_of(assignments::unit_id, reach))
            .select(assignments::directive_id)
            .first(tx.conn())
            .optional()?,
    };
    Ok(found.is_some())
}

/// A unit, and who oversees it on a day, by name.
pub(super) struct Overseen {
    pub unit: UnitBrief,
    pub overseers: Vec<PersonBrief>,
}

type OverseenSql = (Text, Text, Text, Nullable<Text>, Nullable<Text>);
type OverseenRow = (UnitId, Name, UnitKind, Option<PersonId>, Option<Name>);

/// Units with those who oversee them on a day.
pub(super) fn overseen(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    ids: &[UnitId],
    day: Date,
) -> Result<HashMap<UnitId, Overseen>> {
    let mut all: HashMap<UnitId, Overseen> = HashMap::new();
    for ids in ids.chunks(1000) {
        let mut statement: Statement<OverseenSql> = Statement::new(
            "SELECT u.id, u.name, u.kind, p.id, p.name FROM units u
             LEFT JOIN oversights o ON o.organisation = u.organisation AND o.unit_id = u.id AND o.from_on <= ",
        );
        statement
            .day(day)
            .say(" AND (o.to_on IS NULL OR o.to_on >= ")
            .day(day)
            .say(
                ") LEFT JOIN people p ON p.organisation = o.organisation AND p.id = o.person_id
                 WHERE u.organisation = ",
            )
            .number(tenant)
            .say(" AND u.id IN ")
            .texts(ids)
            .say(" ORDER BY p.name_folded, p.id");
        let rows: Vec<OverseenRow> = statement.load(tx.conn())?;
        for (id, name, kind, person, person_name) in rows {
            let overseen = all
                .entry(id)
                .or_insert_with(|| Overseen { unit: UnitBrief { id, name, kind }, overseers: Vec::new() });
            if let (Some(id), Some(name)) = (person, person_name)
                && overseen.overseers.last().is_none_or(|last| last.id != id)
            {
                overseen.overseers.push(PersonBrief { id, name });
            }
        }
    }
    Ok(all)
}

/// The titles of directives.
pub(super) fn titles(
    tx: &mut Reading<'_>,
    tenant: Tenant,
    ids: &[DirectiveId],
) -> Result<HashMap<DirectiveId, Title>> {
    let mut all = HashMap::new();
    for ids in ids.chunks(1000) {
        let rows: Vec<(DirectiveId, Title)> = directives::table
            .filter(directives::organisation.eq(tenant).and(one_of(directives::id, ids)))
            .select((directives::id, directives::title))
            .load(tx.conn())?;
        all.extend(rows);
    }
    Ok(all)
}

/// What is of the part of the work that is asked about. The table goes by `a`.
pub(super) fn as_it_is<ST>(s: &mut Statement<ST>, about: &About) {
    s.say("a.organisation = ").number(about.tenant);
    if let Some(units) = &about.units {
        match units.as_slice() {
            [only] => s.say(" AND a.unit_id = ").text(only),
            several => s.say(" AND a.unit_id IN ").texts(several),
        };
    }
    if let Some(directive) = about.directive {
        s.say(" AND a.directive_id = ").text(directive);
    }
}

/// What was of it at the end of a past day. The table, `assignment_past`, goes by `a`.
pub(super) fn as_it_was<ST>(s: &mut Statement<ST>, about: &About, end: Instant) {
    as_it_is(s, about);
    s.say(" AND a.from_at < ").moment(end);
    s.say(" AND (a.until_at IS NULL OR a.until_at >= ").moment(end).say(")");
}
