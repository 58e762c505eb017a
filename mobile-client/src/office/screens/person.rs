//! One person: who he is, whether he may sign in, and taking his name out.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    access::Action,
    endpoint::Nothing,
    people::{Anonymisation, AnonymisePerson, PatchPerson, Person, PersonId, PersonPatch, ReadPerson},
};

use crate::office::{
    parts::{Area, Drawer, Form, FormFrame, Page, Tag, Told, load, shown},
    route::Route,
    screens::{
        Commune,
        people::{PersonForm, roles, state},
        slips::Slip,
    },
    session::Office,
    words::{Frame, People as W},
};

/// One person.
#[component]
pub fn PersonScreen(
    /// Who.
    id: PersonId,
) -> impl IntoView {
    let office = Office::here();
    let person = load(move || office.call::<ReadPerson>(id, Nothing));
    let title = Signal::derive(move || {
        person
            .get()
            .map_or_else(|| office.say(Frame::People).to_owned(), |person| person.draft.name.to_string())
    });
    let above = Some(view! { <a href=Route::People.hash()>{office.say(W::Title)}</a> }.into_any());
    let (editing, inviting, taking_out) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let put = Callback::new(move |one: Person| {
        editing.set(false);
        taking_out.set(false);
        person.put(one);
    });
    let deeds = move |one: &Person| {
        if one.anonymised_at.is_some() {
            return ().into_any();
        }
        let (version, active) = (one.version, one.active);
        let switch = move |_| activate(office, id, version, !active, put);
        let word = if active { W::Deactivate } else { W::Reactivate };
        view! {
            <p class="row">
                {(office.may(Action::Activate) && active).then(|| view! {
                    <button type="button" on:click=move |_| inviting.set(true)>{office.say(W::MakeSlip)}</button>
                })}
                {office.may(Action::ChangePeople).then(|| view! {
                    <button type="button" on:click=move |_| editing.set(true)>{office.say(W::Edit)}</button>
                    <button type="button" on:click=switch>{office.say(word)}</button>
                    <button type="button" class="bad" on:click=move |_| taking_out.set(true)>{office.say(W::Anonymise)}</button>
                })}
            </p>
        }
        .into_any()
    };
    view! {
        <Page title above>
            {shown(person, move |one| view! { {deeds(&one)}<Facts one/> })}
            <Drawer title=office.say(W::EditTitle) open=editing>
                {move || person.get().map(|one| view! {
                    <PersonForm person=Some(one) done=put again=Callback::new(move |()| person.again())/>
                })}
            </Drawer>
            <Drawer title=office.say(W::Slips) open=inviting><Slip id/></Drawer>
            <Drawer title=office.say(W::Anonymise) open=taking_out><TakingOut id done=put/></Drawer>
        </Page>
    }
}

/// Lets somebody sign in, or no more; what was done can be undone.
fn activate(
    office: Office,
    id: PersonId,
    version: openapi::value::Version,
    active: bool,
    put: Callback<Person>,
) {
    let to = move |active| PersonPatch { active: Some(active), ..PersonPatch::default() };
    leptos::task::spawn_local(async move {
        match office.change::<PatchPerson>(id, version, to(active)).await {
            Ok(one) => {
                let version = one.version;
                put.try_run(one);
                let word = if active { W::Reactivated } else { W::Deactivated };
                office.tell_undo(office.say(word), move || {
                    office.take_back(office.change::<PatchPerson>(id, version, to(!active)), move |one| {
                        put.try_run(one);
                    });
                });
            }
            Err(failed) => office.tell(office.why(&failed)),
        }
    });
}

#[component]
fn Facts(one: Arc<Person>) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let (word, look) = state(office, &one);
    let fact = move |term: W, text: Option<String>| {
        text.map(|text| view! { <Told term=office.say(term)>{text}</Told> })
    };
    let (phone, user_name) = (one.draft.phone.as_ref(), one.draft.user_name.as_ref());
    let (phone, user_name) = (phone.map(ToString::to_string), user_name.map(ToString::to_string));
    let held = move || roles(office, commune, &one);
    view! {
        <section class="sheet"><dl class="facts">
            <Told term=office.say(W::State)><Tag word look/></Told>
            {fact(W::Phone, phone)}
            {fact(W::UserName, user_name)}
            <Told term=office.say(W::Roles)>{held}</Told>
        </dl></section>
    }
}

#[component]
fn TakingOut(id: PersonId, done: Callback<Person>) -> impl IntoView {
    let office = Office::here();
    let form = Form::new(format!("anonymisation/{id}"));
    let reason = form.text("reason", "");
    let submit = move || {
        let Some(reason) = form.read("reason", &reason.get_untracked()) else { return };
        form.send(office.call::<AnonymisePerson>(id, Anonymisation { reason }), move |one| {
            office.tell(office.say(W::AnonymisedNow));
            done.try_run(one);
        });
    };
    view! {
        <FormFrame form submit save=office.say(W::Anonymise)>
            <p>{office.say(W::AnonymiseHint)}</p>
            <Area form name="reason" label=office.say(W::AnonymiseWhy) value=reason/>
        </FormFrame>
    }
}
