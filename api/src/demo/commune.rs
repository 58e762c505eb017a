//! The commune before any work is given: units, people, who oversees what, events and holidays.

use std::sync::Arc;

use openapi::{
    access::Role,
    calendar::{
        CalendarDay, CalendarYearDraft, DayKind, NamedEventDraft, NamedEventId, PutCalendarYear,
        PutNamedEvent,
    },
    people::{OversightDraft, PersonBrief, PersonDraft, PersonId, PutOversight, PutPerson, RoleAt},
    problem::Language,
    sessions::Password,
    units::{ListUnits, PatchUnit, PutUnit, UnitDraft, UnitKind, UnitPatch, UnitsQuery},
    value::{Date, Version, Year},
};

use super::{
    days::{DAY, Days, Minute},
    stage::{Cast, Place, Stage},
    texts::{EventText, RoleText, Texts, fit, mistake},
};
use crate::{
    access::{Actor, Charge, House},
    error::Result,
    organisation::Founded,
    sessions::{hash_password, set_password},
};

/// The day the commune is set up.
pub(super) const SET_UP: i64 = -90;
const COMMITTEE: &str = "Đảng ủy xã Suối Mơ";
/// The user name of the administrator.
pub(super) const ADMINISTRATOR: &str = "quan.tri";

/// A named event as the texts know it.
pub(super) struct Event {
    /// Its key in the texts.
    pub key: String,
    /// Its name.
    pub name: String,
    /// Its id.
    pub id: NamedEventId,
    /// Its days, once it has them.
    pub days: Option<(Date, Date)>,
    /// The day the office dates it.
    pub dated: Option<i64>,
    /// Its version.
    pub version: Version,
}

/// Enters everything.
pub(super) fn enter(
    stage: &mut Stage<'_>,
    texts: &Texts,
    founded: Founded,
    password: &str,
) -> Result<(Cast, Vec<Event>)> {
    let mut at = SET_UP * DAY + 8 * 60;
    let mut cast = Cast::default();
    let admin = administrator(stage, at, founded)?;
    units(stage, &mut cast, &admin, texts, &mut at)?;
    people(stage, &mut cast, &admin, texts, &mut at)?;
    oversights(stage, &mut cast, &admin, texts, &mut at)?;
    cast.enter(ADMINISTRATOR, Actor::clone(&admin));
    passwords(stage, &cast, password, at)?;
    holidays(stage, &admin, texts, at)?;
    let mut events = Vec::new();
    for text in &texts.events {
        events.push(event(stage, &admin, texts, text, at)?);
    }
    Ok((cast, events))
}

fn actor(stage: &mut Stage<'_>, at: Minute, person: PersonBrief, roles: Vec<RoleAt>) -> Result<Actor> {
    Ok(Actor {
        house: House::clone(&stage.house),
        person,
        device: stage.id(at)?,
        roles: roles.into_iter().map(|held| (held.role, held.unit)).collect(),
        charges: Vec::new(),
        language: Language::Vi,
        grant: None,
    })
}

/// Whom the founding made: he reaches everything wherever he holds his role.
fn administrator(stage: &mut Stage<'_>, at: Minute, founded: Founded) -> Result<Arc<Actor>> {
    let person = PersonBrief { id: founded.administrator, name: fit("Quản trị hệ thống")? };
    let unit = stage.id(at)?;
    let roles = vec![RoleAt { role: Role::Admin, unit }];
    Ok(Arc::new(actor(stage, at, person, roles)?))
}

fn units(
    stage: &mut Stage<'_>,
    cast: &mut Cast,
    admin: &Arc<Actor>,
    texts: &Texts,
    at: &mut Minute,
) -> Result<()> {
    let query = UnitsQuery { kind: Some(UnitKind::DangUy), ..UnitsQuery::default() };
    let first = stage.ask::<ListUnits>(*at, admin, (), query)?.items.into_iter().next();
    let committee = first.ok_or_else(|| mistake(COMMITTEE, "the founding made no unit"))?;
    let patch = UnitPatch {
        name: Some(fit(COMMITTEE)?),
        aliases: Some(vec![fit("Đảng ủy xã")?, fit("Ban Chấp hành Đảng bộ xã")?]),
        version: Some(committee.version),
        ..UnitPatch::default()
    };
    stage.tell::<PatchUnit>(*at, admin, committee.id, patch)?;
    cast.places.push(Place { id: committee.id, kind: UnitKind::DangUy, name: COMMITTEE.to_owned() });
    for text in &texts.units {
        *at += 1;
        let draft = UnitDraft {
            kind: text.kind,
            name: fit(&text.name)?,
            aliases: text
                .aliases
                .split(';')
                .filter(|alias| !alias.is_empty())
                .map(fit)
                .collect::<Result<_>>()?,
            parent: Some(cast.place(&text.parent)?.id),
            valid_from: None,
            valid_to: None,
        };
        let id = stage.id(*at)?;
        stage.tell::<PutUnit>(*at, admin, id, draft)?;
        cast.places.push(Place { id, kind: text.kind, name: text.name.clone() });
    }
    Ok(())
}

fn people(
    stage: &mut Stage<'_>,
    cast: &mut Cast,
    admin: &Arc<Actor>,
    texts: &Texts,
    at: &mut Minute,
) -> Result<()> {
    for lines in texts.roles.chunk_by(|one, next| one.user_name == next.user_name) {
        *at += 1;
        let Some(first) = lines.first() else { continue };
        let held = |line: &RoleText| Ok(RoleAt { role: line.role, unit: cast.place(&line.unit)?.id });
        let roles: Vec<RoleAt> = lines.iter().map(held).collect::<Result<_>>()?;
        let draft = PersonDraft {
            name: fit(&first.name)?,
            phone: None,
            user_name: Some(fit(&first.user_name)?),
            roles: roles.clone(),
            language: None,
        };
        let brief = PersonBrief { id: stage.id(*at)?, name: draft.name.clone() };
        stage.tell::<PutPerson>(*at, admin, brief.id, draft)?;
        let actor = actor(stage, *at, brief, roles)?;
        cast.enter(&first.user_name, actor);
    }
    Ok(())
}

fn oversights(
    stage: &mut Stage<'_>,
    cast: &mut Cast,
    admin: &Arc<Actor>,
    texts: &Texts,
    at: &mut Minute,
) -> Result<()> {
    for text in &texts.oversights {
        *at += 1;
        let mut overseer = Actor::clone(cast.person(&text.user_name)?);
        let charge = Charge {
            unit: cast.place(&text.unit)?.id,
            from: stage.days.date(text.from),
            to: text.to.map(|to| stage.days.date(to)),
        };
        let draft = OversightDraft {
            person: overseer.person.id,
            unit: charge.unit,
            from: charge.from,
            to: charge.to,
        };
        let id = stage.id(*at)?;
        stage.tell::<PutOversight>(*at, admin, id, draft)?;
        overseer.charges.push(charge);
        cast.enter(&text.user_name, overseer);
    }
    Ok(())
}

/// Everybody has one password, hashed once: hashing is slow on purpose.
fn passwords(stage: &mut Stage<'_>, cast: &Cast, password: &str, at: Minute) -> Result<()> {
    let password = Password::try_from(password.to_owned()).map_err(|bad| mistake("password", bad.en))?;
    let hash = hash_password(&password)?;
    let people: Vec<PersonId> = cast.everybody().collect();
    stage.by_itself(at, |tx, house| {
        people.iter().try_for_each(|person| set_password(tx, house.tenant, *person, &hash))
    })
}

/// This year's holidays, and next year's as far as the table knows them.
fn holidays(stage: &mut Stage<'_>, admin: &Arc<Actor>, texts: &Texts, at: Minute) -> Result<()> {
    let year = stage.days.year();
    let mut days: Vec<CalendarDay> = Vec::new();
    for text in &texts.holidays {
        if text.year == "*" || text.year == year.to_string() {
            let on: Date = fit(&format!("{year}-{}", text.day))?;
            if days.iter().all(|day| day.on != on) {
                days.push(CalendarDay { on, kind: DayKind::Holiday, name: fit(&text.name)? });
            }
        }
    }
    days.sort_by_key(|day| day.on);
    let path = Year::try_from(i64::from(year)).map_err(|bad| mistake("holidays.csv", bad.en))?;
    stage.tell::<PutCalendarYear>(at, admin, path, CalendarYearDraft { days, version: None })?;
    Ok(())
}

/// The first day of the next Tết, and its year, as far as the table of holidays knows it.
fn next_tet(days: &Days, texts: &Texts) -> Result<Option<(Date, i32)>> {
    for text in &texts.holidays {
        let (Ok(year), true) = (text.year.parse::<i32>(), text.name.starts_with("Mùng một")) else {
            continue;
        };
        let on: Date = fit(&format!("{year}-{}", text.day))?;
        if days.offset(on) > 0 {
            return Ok(Some((on, year)));
        }
    }
    Ok(None)
}

fn event(
    stage: &mut Stage<'_>,
    admin: &Arc<Actor>,
    texts: &Texts,
    text: &EventText,
    at: Minute,
) -> Result<Event> {
    let tet = next_tet(&stage.days, texts)?;
    let year = tet.map_or_else(|| stage.days.year() + 1, |(_, year)| year);
    let from = match text.from.as_str() {
        "" => None,
        "tet" => tet.map(|(on, _)| on),
        offset => {
            let offset: i64 =
                offset.parse().map_err(|bad| mistake("events.csv", format!("{offset}: {bad}")))?;
            Some(stage.days.date(offset))
        }
    };
    let days = from.map(|from| (from, text.to.map_or(from, |to| stage.days.date(to))));
    let known = days.filter(|_| text.dated.is_none());
    let name = text.name.replace("{tet-year}", &year.to_string());
    let draft = NamedEventDraft {
        name: fit(&name)?,
        from: known.map(|(from, _)| from),
        to: known.and_then(|(from, to)| (to > from).then_some(to)),
    };
    let id = stage.id(at)?;
    let put = stage.tell::<PutNamedEvent>(at, admin, id, draft)?;
    Ok(Event { key: text.key.clone(), name, id, days, dated: text.dated, version: put.version })
}
