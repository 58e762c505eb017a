//! Everybody, and entering somebody.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    access::{Action, Role},
    people::{ListPeople, PatchPerson, PeopleQuery, Person, PersonDraft, PersonPatch, PutPerson, RoleAt},
    text::fold,
};

use crate::office::{
    parts::{
        Drawer, Empty, Form, FormFrame, Line, Loading, Page, Pick, Select, Tag, code, codes_of, load, shown,
    },
    route::Route,
    screens::{Commune, issue::change},
    session::Office,
    words::{Frame, People as W},
};

/// Everybody, by name.
pub fn everybody(office: Office) -> Loading<Vec<Person>> {
    load(move || {
        office
            .all::<ListPeople, _>(|| (), |limit, cursor| PeopleQuery { limit, cursor, ..Default::default() })
    })
}

/// How somebody's account stands, and how that looks.
pub fn state(office: Office, person: &Person) -> (&'static str, &'static str) {
    let (word, look) = match person {
        Person { anonymised_at: Some(_), .. } => (W::Anonymised, ""),
        Person { active: false, .. } => (W::Inactive, "late"),
        Person { activated: false, .. } => (W::NotActivated, "soon"),
        _ => (W::Active, "done"),
    };
    (office.say(word), look)
}

/// Somebody's roles, each with its unit.
pub fn roles(office: Office, commune: Commune, person: &Person) -> String {
    let units = commune.units.get().unwrap_or_default();
    let one = |held: &RoleAt| {
        let unit = units.iter().find(|unit| unit.id == held.unit).map(|unit| unit.draft.name.to_string());
        format!("{} · {}", code!(office, held.role), unit.unwrap_or_default())
    };
    person.draft.roles.iter().map(one).collect::<Vec<_>>().join("; ")
}

/// The list.
#[component]
pub fn PeopleList() -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let people = everybody(office);
    let form = Form::unkept();
    let (typed, role, adding) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(false));
    let mut choices = vec![(String::new(), office.say(W::AnyRole).to_owned())];
    choices.extend(codes_of!(office, Role));
    let new = move || {
        office.may(Action::ChangePeople).then(|| {
            view! { <button type="button" class="main" data-new on:click=move |_| adding.set(true)>{office.say(W::New)}</button> }
        })
    };
    let deeds = Some(
        view! {
            {office.may(Action::Activate).then(|| view! { <a class="button" href=Route::Slips.hash()>{office.say(W::Slips)}</a> })}
            {office.may(Action::ChangeOrganisation).then(|| view! { <a class="button" href=Route::Roster.hash()>{office.say(W::Roster)}</a> })}
            {new()}
        }
        .into_any(),
    );
    let row = move |person: &Person| {
        let (word, look) = state(office, person);
        view! {
            <tr>
                <td><a href=Route::Person(person.id).hash()>{person.draft.name.to_string()}</a></td>
                <td class="tight">{person.draft.phone.as_ref().map(ToString::to_string)}<small>{person.draft.user_name.as_ref().map(ToString::to_string)}</small></td>
                <td>{roles(office, commune, person)}</td>
                <td class="tight"><Tag word look/></td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(W::Title) deeds>
            <div class="filters">
                <Line form name="q" label=office.say(W::Search) value=typed/>
                <Select form name="role" label=office.say(W::OfRole) value=role choices/>
            </div>
            {shown(people, move |people| {
                if people.is_empty() {
                    return view! { <Empty title=office.say(W::None) hint=office.say(W::NoneHint)/> }.into_any();
                }
                let rows = move || {
                    let (typed, role) = (fold(&typed.get()), role.get().parse::<Role>().ok());
                    let fits = |person: &&Person| {
                        let draft = &person.draft;
                        let own = [
                            Some(draft.name.to_string()),
                            draft.phone.as_ref().map(ToString::to_string),
                            draft.user_name.as_ref().map(ToString::to_string),
                        ];
                        own.iter().flatten().any(|own| fold(own).contains(&typed))
                            && role.is_none_or(|role| draft.roles.iter().any(|held| held.role == role))
                    };
                    let found: Vec<_> = people.iter().filter(fits).map(row).collect();
                    if found.is_empty() {
                        return view! { <tr><td colspan="4" class="quiet">{office.say(W::NoneFound)}</td></tr> }.into_any();
                    }
                    found.collect_view().into_any()
                };
                view! {
                    <div class="table"><table>
                        <thead><tr>
                            <th>{office.say(W::Name)}</th><th>{office.say(Frame::Login)}</th><th>{office.say(W::Roles)}</th>
                            <th>{office.say(W::State)}</th>
                        </tr></thead>
                        <tbody>{rows}</tbody>
                    </table></div>
                }
                .into_any()
            })}
            <Drawer title=office.say(W::New) open=adding>
                <PersonForm person=None done=Callback::new(move |person: Person| {
                    adding.set(false);
                    office.tell(office.fill(W::Added, &[person.draft.name.as_str()]));
                    office.go(Route::Person(person.id));
                }) again=Callback::new(|()| {})/>
            </Drawer>
        </Page>
    }
}

/// Entering somebody, or changing him. His roles are kept as one field, so that they are kept with it.
#[component]
pub fn PersonForm(
    /// The one to change; a new one without it.
    person: Option<Arc<Person>>,
    /// What is done when the server has it.
    done: Callback<Person>,
    /// Fetches him again.
    again: Callback<()>,
) -> impl IntoView {
    let office = Office::here();
    let form =
        Form::new(person.as_ref().map_or_else(|| "person".to_owned(), |one| format!("person/{}", one.id)));
    let saved = person.as_ref().map(|one| one.draft.clone());
    let of =
        |read: &dyn Fn(&PersonDraft) -> Option<String>| saved.as_ref().and_then(read).unwrap_or_default();
    let name = form.text("name", of(&|draft| Some(draft.name.to_string())));
    let phone = form.text("phone", of(&|draft| draft.phone.as_ref().map(ToString::to_string)));
    let user_name = form.text("user_name", of(&|draft| draft.user_name.as_ref().map(ToString::to_string)));
    let held = form.text("roles", of(&|draft| serde_json::to_string(&draft.roles).ok()));
    let fresh = office.new_id::<Person>();
    let submit = move || {
        let (Some(name), Some(phone), Some(user_name)) = (
            form.read("name", &name.get_untracked()),
            form.read_optional("phone", &phone.get_untracked()),
            form.read_optional("user_name", &user_name.get_untracked()),
        ) else {
            return;
        };
        let draft =
            PersonDraft { name, phone, user_name, roles: roles_in(&held.get_untracked()), language: None };
        match &person {
            None => form.send(office.call::<PutPerson>(fresh, draft), move |one| {
                done.try_run(one);
            }),
            Some(person) => {
                let (id, before) = (person.id, person.draft.clone());
                form.send(office.change::<PatchPerson>(id, person.version, patch(draft)), move |one| {
                    let version = one.version;
                    done.try_run(one);
                    office.tell_undo(office.say(Frame::Saved), move || {
                        let back = office.change::<PatchPerson>(id, version, patch(before.clone()));
                        office.take_back(back, move |one| {
                            done.try_run(one);
                        });
                    });
                });
            }
        }
    };
    view! {
        <FormFrame form submit look_again=again>
            <Line form name="name" label=office.say(W::Name) value=name/>
            <div class="pair">
                <Line form name="phone" label=office.say(W::Phone) value=phone optional=true hint=office.say(W::LoginHint)/>
                <Line form name="user_name" label=office.say(W::UserName) value=user_name optional=true/>
            </div>
            <Roles form held/>
        </FormFrame>
    }
}

fn roles_in(text: &str) -> Vec<RoleAt> {
    serde_json::from_str(text).unwrap_or_default()
}

/// The patch that makes somebody be as a draft says.
fn patch(draft: PersonDraft) -> PersonPatch {
    PersonPatch {
        name: Some(draft.name),
        phone: change(draft.phone),
        user_name: change(draft.user_name),
        roles: Some(draft.roles),
        active: None,
        version: None,
    }
}

/// The roles somebody holds, each at a unit.
#[component]
fn Roles(form: Form, held: RwSignal<String>) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let (role, unit) = (RwSignal::new(Role::Reporter.to_string()), RwSignal::new(String::new()));
    let fault = form.fault("roles");
    let change_them = move |change: &dyn Fn(&mut Vec<RoleAt>)| {
        let mut all = held.with_untracked(|held| roles_in(held));
        change(&mut all);
        held.set(serde_json::to_string(&all).unwrap_or_default());
    };
    let add = move |_| {
        let (Ok(role), Some(at)) =
            (role.get_untracked().parse::<Role>(), form.chosen("new_unit", &unit.get_untracked()))
        else {
            return;
        };
        let new = RoleAt { role, unit: at };
        change_them(&|all| {
            if !all.contains(&new) {
                all.push(new);
            }
        });
        unit.set(String::new());
    };
    let row = move |one: RoleAt| {
        let units = commune.units.get().unwrap_or_default();
        let unit = units.iter().find(|unit| unit.id == one.unit).map(|unit| unit.draft.name.to_string());
        let words = format!("{} · {}", code!(office, one.role), unit.unwrap_or_default());
        let remove = move |_| change_them(&|all| all.retain(|other| *other != one));
        view! {
            <li>{words.clone()}
                <button type="button" class="plain" aria-label=format!("{}: {words}", office.say(W::RemoveRole)) on:click=remove>"×"</button>
            </li>
        }
    };
    view! {
        <fieldset>
            <legend>{office.say(W::Roles)}</legend>
            <ul class="lines">{move || held.with(|held| roles_in(held)).into_iter().map(row).collect_view()}</ul>
            {move || fault.get().map(|fault| view! { <p class="fault">{fault}</p> })}
            <div class="pair">
                <Select form name="new_role" label=office.say(W::Role) value=role choices=codes_of!(office, Role)/>
                <Pick form name="new_unit" label=office.say(W::AtUnit) value=unit choices=commune.choices(office)/>
            </div>
            <button type="button" on:click=add>{office.say(W::AddRole)}</button>
        </fieldset>
    }
}
