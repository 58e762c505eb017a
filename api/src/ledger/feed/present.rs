//! What things are now, as each one's own endpoint would show it to this caller.

use std::collections::HashMap;

use openapi::{
    id::Id,
    ledger::{ReadFeed, Subject},
};
use serde::Serialize;
use serde_json::Value;

use super::Thing;
use crate::{
    assignments::store::{Which, shown},
    calendar,
    db::Reading,
    decisions::{difficulties, excuses, extensions},
    directives,
    error::Result,
    reports,
    serve::Call,
    tasks, units,
};

/// The data of those that are there and in view.
pub(super) fn present(
    tx: &mut Reading<'_>,
    call: &Call<ReadFeed>,
    things: &[Thing],
) -> Result<HashMap<Thing, Value>> {
    let scope = &call.scope;
    let mut found = Found { asked: things, data: HashMap::new() };
    let ids = found.ids(Subject::Assignment);
    if !ids.is_empty() {
        let page = shown(tx, scope, &call.actor, call.today, &Which::These(&ids))?;
        found.keep(Subject::Assignment, page.items, |one| one.id)?;
    }
    let ids = found.ids(Subject::Report);
    found.keep(Subject::Report, reports::store::these(tx, scope, &ids)?, |one| one.id)?;
    let ids = found.ids(Subject::Extension);
    found.keep(Subject::Extension, extensions::these(tx, scope, &ids)?, |one| one.id)?;
    let ids = found.ids(Subject::Excuse);
    found.keep(Subject::Excuse, excuses::these(tx, scope, &ids)?, |one| one.id)?;
    let ids = found.ids(Subject::Difficulty);
    found.keep(Subject::Difficulty, difficulties::these(tx, scope, &ids)?, |one| one.id)?;
    let ids = found.ids(Subject::Unit);
    found.keep(Subject::Unit, units::store::these(tx, scope, &ids)?, |one| one.id)?;
    if scope.units().is_some() {
        return Ok(found.data);
    }
    let ids = found.ids(Subject::Directive);
    let rows = directives::store::these(tx, scope, &ids)?;
    found.keep(Subject::Directive, directives::store::shown_all(tx, rows)?, |one| one.id)?;
    let ids = found.ids(Subject::Event);
    found.keep(Subject::Event, calendar::these(tx, scope, &ids)?, |one| one.id)?;
    let ids = found.ids(Subject::Task);
    let these = tasks::store::these(tx, scope, &ids)?;
    let seen = these.into_iter().map(|task| tasks::seen_by(&call.actor, task));
    found.keep(Subject::Task, seen.collect(), |one| one.id)?;
    Ok(found.data)
}

struct Found<'a> {
    asked: &'a [Thing],
    data: HashMap<Thing, Value>,
}
impl Found<'_> {
    fn ids<T: 'static>(&self, subject: Subject) -> Vec<Id<T>> {
        self.asked.iter().filter(|thing| thing.subject == subject).map(|thing| thing.id.cast()).collect()
    }
    fn keep<T: Serialize, I: 'static>(
        &mut self,
        subject: Subject,
        all: Vec<T>,
        id: impl Fn(&T) -> Id<I>,
    ) -> Result<()> {
        for one in all {
            self.data.insert(Thing::new(subject, id(&one)), serde_json::to_value(&one)?);
        }
        Ok(())
    }
}
