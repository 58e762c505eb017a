//! Where the demo is played: one transaction on a clock that is set into the past, and the people who
//! act. **Invariant: everything goes through the stories the API tells, each at its own moment, and
//! each by somebody who may.**

use std::{collections::HashMap, sync::Arc};

use chrono::TimeDelta;
use openapi::{
    access::Role,
    endpoint::{Endpoint, NoQuery},
    people::PersonId,
    units::{UnitId, UnitKind},
    value::Instant,
};

use super::{
    days::{Days, Minute},
    texts::mistake,
};
use crate::{
    access::{Actor, House},
    db::{AnyConnection, Writing},
    error::{Error, Result},
    serve::{Asking, Stories},
    state::State,
};

/// The transaction, the stories and the time.
pub(super) struct Stage<'c> {
    connection: &'c mut AnyConnection,
    state: Arc<State>,
    stories: Stories,
    told: i64,
    /// The organisation.
    pub house: House,
    /// The days.
    pub days: Days,
}

impl<'c> Stage<'c> {
    /// A stage for an organisation that was founded.
    pub(super) fn new(
        connection: &'c mut AnyConnection,
        state: Arc<State>,
        house: House,
        days: Days,
    ) -> Self {
        let stories = crate::app::routes().stories();
        Self { connection, state, stories, told: 0, house, days }
    }

    /// The moment of what comes next: each thing has its own, so that the order stays known.
    fn moment(&mut self, minute: Minute) -> Instant {
        self.told += 1;
        let moment = self.days.at(minute).plus(TimeDelta::milliseconds(self.told % 59_000));
        self.state.db.clock().set(moment);
        moment
    }

    /// What an actor does, by a story that writes.
    pub(super) fn tell<E>(
        &mut self,
        minute: Minute,
        actor: &Arc<Actor>,
        path: E::Path,
        body: E::Body,
    ) -> Result<E::Reply>
    where
        E: Endpoint<Query = NoQuery>,
    {
        let now = self.moment(minute);
        let asked = Asking { state: &self.state, actor, path, query: NoQuery {}, body };
        let told = self.stories.write::<E>(&mut Writing::on(self.connection, now), asked);
        told.map_err(|error| failed(E::NAME, &error))
    }

    /// What an actor asks, by a story that reads.
    pub(super) fn ask<E>(
        &mut self,
        minute: Minute,
        actor: &Arc<Actor>,
        path: E::Path,
        query: E::Query,
    ) -> Result<E::Reply>
    where
        E: Endpoint<Body = openapi::endpoint::Nothing>,
    {
        let now = self.moment(minute);
        let body = openapi::endpoint::Nothing;
        let asked = Asking { state: &self.state, actor, path, query, body };
        let told = self.stories.read::<E>(&mut Writing::on(self.connection, now), asked);
        told.map_err(|error| failed(E::NAME, &error))
    }

    /// What the server does by itself.
    pub(super) fn by_itself<T>(
        &mut self,
        minute: Minute,
        work: impl FnOnce(&mut Writing<'_>, &House) -> Result<T>,
    ) -> Result<T> {
        let now = self.moment(minute);
        work(&mut Writing::on(self.connection, now), &self.house)
    }

    /// A new id, made now as a phone would.
    pub(super) fn id<T>(&mut self, minute: Minute) -> Result<openapi::id::Id<T>> {
        let now = self.moment(minute);
        Writing::on(self.connection, now).new_id()
    }
}

/// A refusal here is a mistake of ours: nobody is there to read it but the log.
fn failed(story: &str, error: &Error) -> Error {
    Error::Broken(format!("the invented commune, {story}: {error:?}"))
}

/// A unit of the commune.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// Its id.
    pub id: UnitId,
    /// Its kind.
    pub kind: UnitKind,
    /// Its name.
    pub name: String,
}

/// The units and the people, by the names the texts use.
#[derive(Default)]
pub(super) struct Cast {
    /// The units, in the order of the file.
    pub places: Vec<Place>,
    people: HashMap<String, Arc<Actor>>,
    reporters: HashMap<UnitId, Arc<Actor>>,
    overseers: Vec<Arc<Actor>>,
}

impl Cast {
    /// The unit of a name.
    pub(super) fn place(&self, name: &str) -> Result<&Place> {
        self.places
            .iter()
            .find(|place| place.name == name)
            .ok_or_else(|| mistake(name, "there is no unit of this name in units.csv"))
    }
    /// Where a unit stands in the file.
    pub(super) fn order(&self, unit: UnitId) -> usize {
        self.places.iter().position(|place| place.id == unit).unwrap_or(usize::MAX)
    }
    /// The name of a unit.
    pub(super) fn name(&self, unit: UnitId) -> &str {
        self.places.iter().find(|place| place.id == unit).map_or("", |place| &place.name)
    }
    /// Somebody by what he signs in with.
    pub(super) fn person(&self, user_name: &str) -> Result<&Arc<Actor>> {
        self.people
            .get(user_name)
            .ok_or_else(|| mistake(user_name, "there is nobody of this name in people.csv"))
    }
    /// Everybody's id.
    pub(super) fn everybody(&self) -> impl Iterator<Item = PersonId> {
        self.people.values().map(|actor| actor.person.id)
    }
    /// Who reports for a unit.
    pub(super) fn reporter(&self, unit: UnitId) -> Result<&Arc<Actor>> {
        self.reporters
            .get(&unit)
            .ok_or_else(|| mistake(self.name(unit), "nobody reports for it in people.csv"))
    }
    /// Whoever has a unit in his charge on a day.
    pub(super) fn overseer(&self, unit: UnitId, on: openapi::value::Date) -> Option<&Arc<Actor>> {
        self.overseers.iter().find(|actor| actor.charges_on(on).any(|charged| charged == unit))
    }
    /// Takes somebody up, with his roles and charges.
    pub(super) fn enter(&mut self, user_name: &str, actor: Actor) {
        let actor = Arc::new(actor);
        for (role, unit) in &actor.roles {
            if *role == Role::Reporter {
                self.reporters.insert(*unit, Arc::clone(&actor));
            }
        }
        if actor.is(Role::Overseer) {
            self.overseers.retain(|known| known.person.id != actor.person.id);
            self.overseers.push(Arc::clone(&actor));
        }
        self.people.insert(user_name.to_owned(), actor);
    }
}
