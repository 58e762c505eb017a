//! Who oversees which unit, and when.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    access::{Action, Role},
    people::{
        ListOversights, ListPeople, Oversight, OversightDraft, OversightPatch, OversightsQuery,
        PatchOversight, PeopleQuery, PutOversight,
    },
    value::Version,
};

use crate::office::{
    parts::{Choice, Day, Drawer, Empty, Form, FormFrame, Notice, Page, Pick, Tick, load, shown},
    route::Route,
    screens::{Commune, issue::change},
    session::Office,
    words::{Frame, People as W},
};

/// The list.
#[component]
pub fn Oversights() -> impl IntoView {
    let office = Office::here();
    let only_now = RwSignal::new(true);
    let list = load(move || {
        let on = only_now.get().then(|| office.today());
        office.all::<ListOversights, _>(
            || (),
            move |limit, cursor| OversightsQuery { on, limit, cursor, ..Default::default() },
        )
    });
    let (adding, editing, edited) =
        (RwSignal::new(false), RwSignal::new(false), RwSignal::new(None::<Oversight>));
    let changes = office.may(Action::ChangePeople);
    let new = move || {
        changes.then(|| {
            view! { <button type="button" class="main" data-new on:click=move |_| adding.set(true)>{office.say(W::ChargeNew)}</button> }
                .into_any()
        })
    };
    let done = Callback::new(move |_: Oversight| {
        adding.set(false);
        editing.set(false);
        list.again();
    });
    let row = move |one: &Oversight| {
        let to = one.draft.to.map_or_else(|| office.say(W::ChargeGoesOn).to_owned(), |day| office.date(day));
        let copy = one.clone();
        let press = move |_| {
            edited.set(Some(copy.clone()));
            editing.set(true);
        };
        let edit = changes.then(|| view! { <button type="button" class="plain" on:click=press>{office.say(W::ChargeEnd)}</button> });
        view! {
            <tr>
                <td><a href=Route::Person(one.person.id).hash()>{one.person.name.to_string()}</a></td>
                <td><a href=Route::Unit(one.unit.id).hash()>{one.unit.name.to_string()}</a></td>
                <td class="tight">{office.date(one.draft.from)}</td>
                <td class="tight">{to}</td>
                <td class="tight">{edit}</td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(W::ChargeTitle) deeds=new()>
            <div class="filters"><Tick name="only-now" label=office.say(W::ChargeOnlyNow) value=only_now/></div>
            {shown(list, move |list| {
                if list.is_empty() {
                    return view! { <Empty title=office.say(W::ChargeNone) hint=office.say(W::ChargeNoneHint) deed=new()/> }.into_any();
                }
                view! {
                    <div class="table"><table>
                        <thead><tr>
                            <th>{office.say(W::ChargePerson)}</th><th>{office.say(W::ChargeUnit)}</th>
                            <th>{office.say(W::ChargeFrom)}</th><th>{office.say(W::ChargeTo)}</th>
                            <th><span class="unseen">{office.say(W::ChargeEnd)}</span></th>
                        </tr></thead>
                        <tbody>{list.iter().map(row).collect_view()}</tbody>
                    </table></div>
                }
                .into_any()
            })}
            <Drawer title=office.say(W::ChargeNew) open=adding><New done/></Drawer>
            <Drawer title=office.say(W::ChargeEnd) open=editing>
                {move || edited.get().map(|one| view! {
                    <Days one=Arc::new(one) done again=Callback::new(move |()| { editing.set(false); list.again(); })/>
                })}
            </Drawer>
        </Page>
    }
}

#[component]
fn New(done: Callback<Oversight>) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let form = Form::new("oversight");
    let (person, unit) = (form.text("person", ""), form.text("unit", ""));
    let (from, to) = (form.text("from", office.today().to_string()), form.text("to", ""));
    let overseers = load(move || {
        let of =
            |limit, cursor| PeopleQuery { role: Some(Role::Overseer), limit, cursor, ..Default::default() };
        office.all::<ListPeople, _>(|| (), of)
    });
    let choices = Signal::derive(move || {
        let all = overseers.get().unwrap_or_default();
        let one = |person: &openapi::people::Person| Choice {
            value: person.id.to_string(),
            label: person.draft.name.to_string(),
            hint: person.draft.phone.as_ref().map(ToString::to_string).unwrap_or_default(),
        };
        all.iter().map(one).collect()
    });
    let fresh = office.new_id::<Oversight>();
    let submit = move || {
        let (Some(person), Some(unit), Some(from), Some(to)) = (
            form.chosen("person", &person.get_untracked()),
            form.chosen("unit", &unit.get_untracked()),
            form.read("from", &from.get_untracked()),
            form.read_optional("to", &to.get_untracked()),
        ) else {
            return;
        };
        form.send(
            office.call::<PutOversight>(fresh, OversightDraft { person, unit, from, to }),
            move |one| {
                office.tell(office.say(Frame::Saved));
                done.try_run(one);
            },
        );
    };
    view! {
        <Show when=move || overseers.get().is_some_and(|all| all.is_empty())>
            <Notice><p>{office.say(W::ChargeNoOverseer)}</p></Notice>
        </Show>
        <FormFrame form submit>
            <Pick form name="person" label=office.say(W::ChargePerson) value=person choices/>
            <Pick form name="unit" label=office.say(W::ChargeUnit) value=unit choices=commune.choices(office)/>
            <div class="pair">
                <Day form name="from" label=office.say(W::ChargeFrom) value=from/>
                <Day form name="to" label=office.say(W::ChargeTo) value=to hint=office.say(W::ChargeToHint) optional=true/>
            </div>
        </FormFrame>
    }
}

#[component]
fn Days(one: Arc<Oversight>, done: Callback<Oversight>, again: Callback<()>) -> impl IntoView {
    let office = Office::here();
    let form = Form::new(format!("oversight/{}", one.id));
    let from = form.text("from", one.draft.from.to_string());
    let to = form.text("to", one.draft.to.map(|day| day.to_string()).unwrap_or_default());
    let (id, version, before) = (one.id, one.version, one.draft.clone());
    let submit = move || {
        let (Some(from), Some(to)) =
            (form.read("from", &from.get_untracked()), form.read_optional("to", &to.get_untracked()))
        else {
            return;
        };
        let patch = |from, to| OversightPatch { from: Some(from), to: change(to), version: None };
        let before = before.clone();
        form.send(office.change::<PatchOversight>(id, version, patch(from, to)), move |one| {
            let version: Version = one.version;
            done.try_run(one);
            office.tell_undo(office.say(Frame::Saved), move || {
                let back = office.change::<PatchOversight>(id, version, patch(before.from, before.to));
                office.take_back(back, move |one| {
                    done.try_run(one);
                });
            });
        });
    };
    view! {
        <p class="strong">{one.person.name.to_string()}" · "{one.unit.name.to_string()}</p>
        <FormFrame form submit look_again=again>
            <div class="pair">
                <Day form name="from" label=office.say(W::ChargeFrom) value=from/>
                <Day form name="to" label=office.say(W::ChargeTo) value=to hint=office.say(W::ChargeToHint) optional=true/>
            </div>
        </FormFrame>
    }
}
