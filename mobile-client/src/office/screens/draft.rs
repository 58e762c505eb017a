//! A draft: pasted first, then split on the desk. **Invariant: what is neither on the server nor kept in
//! this browser is to be pasted; what was given out is shown where it is followed up.**

use leptos::prelude::*;
use openapi::{
    calendar::{ListNamedEvents, NamedEventsQuery},
    directives::{Directive, DirectiveId, DirectiveState, ReadDirective},
    endpoint::Nothing,
    reading::{Commune, units::Units},
    tasks::{ListTasks, Task, TasksQuery},
    units::{ListUnits, UnitsQuery},
};

use crate::{
    Failed,
    office::{
        editor::{
            edit::Around,
            kept::{self, Kept},
        },
        parts::{load, shown},
        route::Route,
        screens::{desk, paste},
        session::{Office, keep_typed, typed},
    },
};

/// What is asked of the server before anything is shown.
pub struct Opening {
    /// What the rules know of the commune.
    pub commune: Commune,
    /// The draft, when the server has it.
    pub server: Option<(Directive, Vec<Task>)>,
}

/// The name under which what is not saved is kept.
pub fn name(id: DirectiveId) -> String {
    format!("desk/{id}")
}
/// What is kept of a draft.
pub fn kept_of(id: DirectiveId) -> Option<Kept> {
    serde_json::from_str(&typed(&name(id))?).ok()
}
/// Keeps what is not saved; forgets it when there is nothing.
pub fn keep(id: DirectiveId, kept: Option<&Kept>) {
    let text = kept.and_then(|kept| serde_json::to_string(kept).ok());
    keep_typed(&name(id), text.as_deref());
}

/// The draft and all its tasks.
pub async fn fetch(office: Office, id: DirectiveId) -> Result<Option<(Directive, Vec<Task>)>, Failed> {
    let directive = match office.call::<ReadDirective>(id, Nothing).await {
        Ok(found) => found,
        Err(failed) if failed.status() == 404 => return Ok(None),
        Err(failed) => return Err(failed),
    };
    let tasks = office
        .all::<ListTasks, _>(|| id, |limit, cursor| TasksQuery { limit, cursor, ..TasksQuery::default() })
        .await?;
    Ok(Some((directive, tasks)))
}

async fn opening(office: Office, id: DirectiveId) -> Result<Opening, Failed> {
    let today = office.today();
    let units = office
        .all::<ListUnits, _>(|| (), |limit, cursor| UnitsQuery { limit, cursor, ..UnitsQuery::default() })
        .await?;
    let lives = units.iter().filter(|unit| unit.draft.valid_to.is_none_or(|last| last >= today));
    let events = office
        .all::<ListNamedEvents, _>(
            || (),
            |limit, cursor| NamedEventsQuery { limit, cursor, ..NamedEventsQuery::default() },
        )
        .await?;
    let commune = Commune {
        units: Units::of(lives.map(|unit| (unit.id, &unit.draft))),
        events: events.into_iter().map(|event| (event.id, event.draft)).collect(),
        today,
    };
    Ok(Opening { commune, server: fetch(office, id).await? })
}

/// A draft.
#[component]
pub fn Draft(
    /// Which.
    id: DirectiveId,
) -> impl IntoView {
    let office = Office::here();
    let opening = load(move || opening(office, id));
    shown(opening, move |opened| {
        let issued = opened.server.as_ref().is_some_and(|(found, _)| found.state != DirectiveState::Draft);
        if issued {
            keep(id, None);
            office.go(Route::Document(id));
            return ().into_any();
        }
        let mut new_id = || office.new_id();
        let mut around = Around { directive: id, commune: &opened.commune, new_id: &mut new_id };
        let server = opened.server.as_ref().map(|(found, tasks)| (found, tasks.as_slice()));
        match kept::open(server, kept_of(id).as_ref(), &mut around) {
            Some((laid, saving)) => {
                view! { <desk::Screen id laid saving commune=opened.commune.clone() again=Callback::new(move |()| opening.again())/> }.into_any()
            }
            None => {
                let begun = Callback::new(move |()| opening.again());
                view! { <paste::Paste id commune=opened.commune.clone() begun/> }.into_any()
            }
        }
    })
}
