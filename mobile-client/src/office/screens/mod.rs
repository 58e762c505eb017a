//! The screens, one file each. **Invariant: a screen shows what the server just said, and offers only what
//! the contract's table permits whoever is signed in.**

mod assignment;
mod audit;
mod calendar;
pub mod desk;
mod document;
mod documents;
mod draft;
mod facts;
mod home;
mod issue;
mod keys;
mod ladder;
mod loose;
mod oversights;
mod paste;
mod people;
mod person;
mod roster;
mod settings;
mod slips;
mod task;
mod unit;
mod units;
mod webhook;
mod webhooks;
mod work;

use leptos::prelude::*;
use openapi::{
    access::Action,
    units::{ListUnits, Unit, UnitsQuery},
};

use crate::office::{
    parts::{Choice, Loading, load},
    route::Route,
    session::Office,
};

/// The screen that is open.
pub fn screen(route: Route) -> AnyView {
    match route {
        Route::Documents(shelf) => view! { <documents::DocumentList shelf/> }.into_any(),
        Route::Document(id) => view! { <document::Document id/> }.into_any(),
        Route::Draft(id) => view! { <draft::Draft id/> }.into_any(),
        Route::Work(pile) => view! { <work::Work pile/> }.into_any(),
        Route::Loose(lack) => view! { <loose::Loose lack/> }.into_any(),
        Route::Difficulties => view! { <loose::Difficulties/> }.into_any(),
        Route::Units => view! { <units::UnitTree/> }.into_any(),
        Route::Unit(id) => view! { <unit::UnitScreen id/> }.into_any(),
        Route::People => view! { <people::PeopleList/> }.into_any(),
        Route::Person(id) => view! { <person::PersonScreen id/> }.into_any(),
        Route::Slips => view! { <slips::Slips/> }.into_any(),
        Route::Roster => view! { <roster::Roster/> }.into_any(),
        Route::Oversights => view! { <oversights::Oversights/> }.into_any(),
        Route::Calendar => view! { <calendar::CalendarScreen/> }.into_any(),
        Route::Ladder => view! { <ladder::LadderScreen/> }.into_any(),
        Route::Keys => view! { <keys::Keys/> }.into_any(),
        Route::Webhooks => view! { <webhooks::Webhooks/> }.into_any(),
        Route::Webhook(id) => view! { <webhook::WebhookScreen id/> }.into_any(),
        Route::Audit => view! { <audit::Audit/> }.into_any(),
        Route::Settings => view! { <settings::SettingsScreen/> }.into_any(),
        Route::Home => view! { <home::Home/> }.into_any(),
    }
}

/// What many screens ask for: the units of the commune, fetched once.
#[derive(Clone, Copy)]
pub struct Commune {
    /// Every unit there ever was, by kind and name.
    pub units: Loading<Vec<Unit>>,
}

impl Commune {
    /// That of whoever is signed in.
    pub fn of(office: Office) -> Self {
        let reads = office.may(Action::ReadOrganisation);
        let units = load(move || async move {
            if !reads {
                return Ok(Vec::new());
            }
            office
                .all::<ListUnits, _>(
                    || (),
                    |limit, cursor| UnitsQuery { limit, cursor, ..Default::default() },
                )
                .await
        });
        Self { units }
    }
    /// The one of this window.
    pub fn here() -> Self {
        expect_context()
    }
    /// Its units, to choose from, without those that have ended.
    pub fn choices(&self, office: Office) -> Signal<Vec<Choice>> {
        let units = self.units;
        Signal::derive(move || {
            let today = office.today();
            let lives = |unit: &&Unit| unit.draft.valid_to.is_none_or(|last| last >= today);
            let all = units.get();
            let all = all.iter().flat_map(|all| all.iter()).filter(lives);
            all.map(|unit| Choice {
                value: unit.id.to_string(),
                label: unit.draft.name.to_string(),
                hint: std::iter::once(office.code(unit.draft.kind.vi(), unit.draft.kind.en()).to_owned())
                    .chain(unit.draft.aliases.iter().map(ToString::to_string))
                    .collect::<Vec<_>>()
                    .join(" · "),
            })
            .collect()
        })
    }
}
