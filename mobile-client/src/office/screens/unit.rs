//! One unit: what it is, who is there, what it has to do, and merging it into another.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use openapi::{
    access::{Action, Role},
    alerts::ReadReminder,
    assignments::{AssignmentsQuery, ListAssignments},
    endpoint::Nothing,
    people::{ListPeople, PeopleQuery, Person},
    units::{MergeUnit, ReadUnit, Unit, UnitId, UnitMerger},
};

use crate::{
    device,
    office::{
        parts::{Area, Day, Drawer, Form, FormFrame, Loading, Page, Pick, Told, code, load, shown},
        route::Route,
        screens::{Commune, units::UnitForm, work::OfUnit},
        session::Office,
        words::{Frame, Units as W},
    },
};

/// One unit.
#[component]
pub fn UnitScreen(
    /// Which.
    id: UnitId,
) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let unit = load(move || office.call::<ReadUnit>(id, Nothing));
    let title = Signal::derive(move || {
        unit.get().map_or_else(|| office.say(Frame::Units).to_owned(), |unit| unit.draft.name.to_string())
    });
    let above = Some(view! { <a href=Route::Units.hash()>{office.say(W::Title)}</a> }.into_any());
    let (editing, merging) = (RwSignal::new(false), RwSignal::new(false));
    let changes = office.may(Action::ChangeOrganisation);
    let deeds = changes.then(|| {
        view! {
            <button type="button" on:click=move |_| editing.set(true)>{office.say(W::Edit)}</button>
            <Show when=move || unit.get().is_some_and(|unit| unit.merged_into.is_none())>
                <button type="button" on:click=move |_| merging.set(true)>{office.say(W::Merge)}</button>
            </Show>
        }
        .into_any()
    });
    let put = Callback::new(move |one: Unit| {
        editing.set(false);
        merging.set(false);
        unit.put(one);
        commune.units.again();
    });
    view! {
        <Page title above deeds>
            {shown(unit, move |one| view! { <Facts one/> })}
            <div class="halves">
                {office.may(Action::ReadPeople).then(|| view! { <Members id/> })}
                {office.may(Action::ReadFigures).then(|| view! { <Reminder id/> })}
            </div>
            {office.may(Action::ReadAssignments).then(|| view! { <h2>{office.say(W::WorkHere)}</h2><OfUnit unit=id/> })}
            <Drawer title=office.say(W::EditTitle) open=editing>
                {move || unit.get().map(|one| view! {
                    <UnitForm unit=Some(one) done=put again=Callback::new(move |()| unit.again())/>
                })}
            </Drawer>
            <Drawer title=office.say(W::Merge) open=merging><Merging id unit done=put/></Drawer>
        </Page>
    }
}

#[component]
fn Facts(one: Arc<Unit>) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let draft = one.draft.clone();
    let fact = move |term: W, text: Option<String>| {
        text.map(|text| view! { <Told term=office.say(term)>{text}</Told> })
    };
    let link =
        move |unit: &Unit| view! { <a href=Route::Unit(unit.id).hash()>{unit.draft.name.to_string()}</a>" " };
    let merged = one.merged_into.as_ref().zip(one.merged_on);
    let merged = merged.map(|(into, on)| office.fill(W::MergedInto, &[into.name.as_str(), &office.date(on)]));
    let aliases: Vec<String> = draft.aliases.iter().map(ToString::to_string).collect();
    let (id, parent) = (one.id, draft.parent);
    let of_tree = move || {
        let units = commune.units.get()?;
        let above = units.iter().find(|unit| Some(unit.id) == parent).map(link);
        let below: Vec<_> = units.iter().filter(|unit| unit.draft.parent == Some(id)).map(link).collect();
        let below = (!below.is_empty())
            .then(|| view! { <Told term=office.say(W::Children)>{below.collect_view()}</Told> });
        let above = above.map(|above| view! { <Told term=office.say(W::Parent)>{above}</Told> });
        Some(view! { {above}{below} })
    };
    view! {
        <section class="sheet"><dl class="facts">
            {fact(W::Kind, Some(code!(office, draft.kind).to_owned()))}
            {fact(W::Aliases, (!aliases.is_empty()).then(|| aliases.join(", ")))}
            {fact(W::From, draft.valid_from.map(|day| office.date(day)))}
            {fact(W::To, draft.valid_to.map(|day| office.date(day)))}
            {fact(W::Merge, merged)}
            {of_tree}
        </dl></section>
    }
}

#[component]
fn Members(id: UnitId) -> impl IntoView {
    let office = Office::here();
    let people = load(move || {
        office.all::<ListPeople, _>(
            || (),
            move |limit, cursor| PeopleQuery { unit: Some(id), limit, cursor, ..Default::default() },
        )
    });
    let row = move |person: &Person| {
        let here = person.draft.roles.iter().filter(|role| role.unit == id);
        let roles: Vec<&str> = here.map(|held| code!(office, held.role)).collect();
        view! {
            <li>
                <a href=Route::Person(person.id).hash()>{person.draft.name.to_string()}</a>
                <small>{roles.join(", ")}{person.draft.phone.as_ref().map(|phone| format!(" · {phone}"))}</small>
            </li>
        }
    };
    view! {
        <section class="sheet">
            <h2>{office.say(W::PeopleHere)}</h2>
            {shown(people, move |people| {
                let none = people.is_empty().then(|| view! { <p class="quiet">{office.say(W::NobodyHere)}</p> });
                view! { {none}<ul class="lines">{people.iter().map(row).collect_view()}</ul> }
            })}
        </section>
    }
}

#[component]
fn Reminder(id: UnitId) -> impl IntoView {
    let office = Office::here();
    let reminder = load(move || office.call::<ReadReminder>(id, Nothing));
    let copy = move |text: String| {
        spawn_local(async move {
            let copied = device::copy(&text).await;
            office.tell(office.say(if copied { Frame::Copied } else { Frame::CopyByHand }));
        });
    };
    view! {
        <section class="sheet">
            <h2>{office.say(W::Reminder)}</h2>
            {shown(reminder, move |reminder| match reminder.text.as_ref().map(ToString::to_string) {
                None => view! { <p class="quiet">{office.say(W::NoReminder)}</p> }.into_any(),
                Some(text) => {
                    let shown = text.clone();
                    view! {
                        <p class="words">{shown}</p>
                        <button type="button" on:click=move |_| copy(text.clone())>{office.say(Frame::Copy)}</button>
                    }
                    .into_any()
                }
            })}
        </section>
    }
}

/// Merging, with what moves told before.
#[component]
fn Merging(id: UnitId, unit: Loading<Unit>, done: Callback<Unit>) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let form = Form::new(format!("merger/{id}"));
    let (into, on) = (form.text("into", ""), form.text("on", office.today().to_string()));
    let reason = form.text("reason", "");
    let moves = load(move || async move {
        let of =
            move |limit, cursor| AssignmentsQuery { unit: Some(id), limit, cursor, ..Default::default() };
        // Whoever may merge need not be allowed to read work; then the number of people is told alone.
        let open = if office.may(Action::ReadAssignments) {
            let work = office.all::<ListAssignments, _>(|| (), of).await?;
            Some(work.iter().filter(|one| one.state.is_open()).count())
        } else {
            None
        };
        let people = move |limit, cursor| PeopleQuery { unit: Some(id), limit, cursor, ..Default::default() };
        let people = office.all::<ListPeople, _>(|| (), people).await?;
        let reports = |person: &&Person| {
            person.draft.roles.iter().any(|held| held.unit == id && held.role == Role::Reporter)
        };
        Ok((open, people.iter().filter(reports).count()))
    });
    let submit = move || {
        let (Some(into), Some(on), Some(reason)) = (
            form.chosen("into", &into.get_untracked()),
            form.read("on", &on.get_untracked()),
            form.read("reason", &reason.get_untracked()),
        ) else {
            return;
        };
        form.send(office.call::<MergeUnit>(id, UnitMerger { into, on, reason }), move |result| {
            let told = [result.moved, result.cancelled, result.people].map(|count| count.to_string());
            office.tell(office.fill(W::MergedNow, &told.each_ref().map(String::as_str)));
            done.try_run(result.unit);
        });
    };
    let others = Signal::derive(move || {
        let me = unit.get().map(|unit| unit.id.to_string());
        let mut all = commune.choices(office).get();
        all.retain(|one| Some(&one.value) != me.as_ref());
        all
    });
    view! {
        <section class="sheet">
            <h3>{office.say(W::MergeWhat)}</h3>
            {shown(moves, move |moves| {
                let (open, people) = *moves;
                view! {
                    <ul class="lines">
                        {open.map(|open| view! { <li>{office.fill(W::MergeWork, &[&open.to_string()])}</li> })}
                        <li>{office.fill(W::MergePeople, &[&people.to_string()])}</li>
                    </ul>
                }
            })}
            <p class="hint">{office.say(W::MergeRest)}</p>
        </section>
        <FormFrame form submit save=office.say(W::MergeDo)>
            <Pick form name="into" label=office.say(W::MergeInto) value=into choices=others/>
            <Day form name="on" label=office.say(W::MergeOn) value=on/>
            <Area form name="reason" label=office.say(W::MergeReason) value=reason/>
        </FormFrame>
    }
}
