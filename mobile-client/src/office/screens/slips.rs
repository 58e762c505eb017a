//! Activation slips: a link as a code for each person, several on a sheet of A4. **Invariant: a slip is
//! made when somebody asks for it and never kept; whoever leaves the screen makes new ones.**

use std::{collections::BTreeSet, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use openapi::{
    endpoint::Nothing,
    people::{Person, PersonId},
    sessions::{ActivationLink, CreateActivation, ReadActivationQr},
};

use crate::{
    Failed, device,
    office::{
        parts::{Empty, Form, Line, Notice, Page, Tag, Tick, load, shown},
        route::Route,
        screens::people::{everybody, state},
        session::Office,
        words::People as W,
    },
};

/// A slip that was made.
#[derive(Clone)]
struct Made {
    person: Arc<Person>,
    link: Arc<ActivationLink>,
    /// The address of the picture of the code in this page.
    picture: String,
}

async fn make(office: Office, person: Arc<Person>) -> Result<Made, Failed> {
    let path = (person.id, office.new_id());
    let link = Arc::new(office.call::<CreateActivation>(path, Nothing).await?);
    let code = office.call::<ReadActivationQr>(path, Nothing).await?;
    let picture = device::address(&code.0.content, "image/svg+xml").unwrap_or_default();
    Ok(Made { person, link, picture })
}

/// One slip, as it is cut out.
fn slip(office: Office, made: &Made) -> impl IntoView + use<> {
    let draft = &made.person.draft;
    let login = draft.phone.as_ref().map(ToString::to_string);
    let login = login.or_else(|| draft.user_name.as_ref().map(ToString::to_string)).unwrap_or_default();
    let commune = office.me.now().map(|me| me.organisation.name.to_string());
    let name = draft.name.to_string();
    view! {
        <article class="slip">
            <div>
                <p class="quiet">{commune}" · Đôn Đốc"</p>
                <h2>{name.clone()}</h2>
                <p>{office.say(W::SlipScan)}</p>
                <p>{office.fill(W::SlipLogin, &[&login])}</p>
                <p>{office.fill(W::SlipUntil, &[&office.moment(made.link.expires_at)])}</p>
                <p class="hint">{office.say(W::SlipSecret)}</p>
            </div>
            <img src=made.picture.clone() alt=office.fill(W::QrOf, &[&name]) width="180" height="180"/>
        </article>
    }
}

/// Gives the memory of the pictures back when the screen goes.
fn let_go_later(made: RwSignal<Vec<Made>>) {
    on_cleanup(move || {
        for one in made.try_get_untracked().unwrap_or_default() {
            device::forget_address(&one.picture);
        }
    });
}

/// The slip of one person, made now.
#[component]
pub fn Slip(
    /// Whose.
    id: PersonId,
) -> impl IntoView {
    let office = Office::here();
    let all = RwSignal::new(Vec::new());
    let_go_later(all);
    let made = load(move || async move {
        let person = office.call::<openapi::people::ReadPerson>(id, Nothing).await?;
        let made = make(office, Arc::new(person)).await?;
        all.try_update(|all| all.push(made.clone()));
        Ok(made)
    });
    view! {
        {shown(made, move |made| {
            view! {
                <div class="slips">{slip(office, &made)}</div>
                <p class="screen-only"><button type="button" class="main" on:click=move |_| device::print()>{office.say(W::SlipsPrint)}</button></p>
            }
        })}
    }
}

/// Choosing people, and their slips on one sheet after the other.
#[component]
pub fn Slips() -> impl IntoView {
    let office = Office::here();
    let people = everybody(office);
    let made = RwSignal::new(Vec::<Made>::new());
    let_go_later(made);
    let above = Some(view! { <a href=Route::People.hash()>{office.say(W::Title)}</a> }.into_any());
    let deeds = Some(
        view! {
            <Show when=move || !made.with(Vec::is_empty)>
                <button type="button" class="main" on:click=move |_| device::print()>{office.say(W::SlipsPrint)}</button>
                <button type="button" on:click=move |_| made.set(Vec::new())>{office.say(W::SlipsAgain)}</button>
            </Show>
        }
        .into_any(),
    );
    view! {
        <Page title=office.say(W::SlipsTitle) above deeds>
            {move || {
                let slips = made.get();
                if slips.is_empty() {
                    return shown(people, move |people| view! { <Choosing people made/> }).into_any();
                }
                view! { <div class="slips">{slips.iter().map(|one| slip(office, one)).collect_view()}</div> }.into_any()
            }}
        </Page>
    }
}

#[component]
fn Choosing(people: Arc<Vec<Person>>, made: RwSignal<Vec<Made>>) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let (typed, only_new) = (RwSignal::new(String::new()), RwSignal::new(true));
    let chosen = RwSignal::new(BTreeSet::<PersonId>::new());
    // How many are made, of how many, and why it stopped.
    let (making, failed) = (RwSignal::new(None::<(usize, usize)>), RwSignal::new(None::<String>));
    let people = StoredValue::new(people);
    let seen = Memo::new(move |_| {
        let typed = openapi::text::fold(&typed.get());
        let fits = |person: &&Person| {
            person.active
                && person.anonymised_at.is_none()
                && (!only_new.get() || !person.activated)
                && openapi::text::fold(person.draft.name.as_str()).contains(&typed)
        };
        people.with_value(|people| people.iter().filter(fits).cloned().map(Arc::new).collect::<Vec<_>>())
    });
    let press = move |_| {
        if making.get_untracked().is_some() {
            return;
        }
        let wanted: Vec<Arc<Person>> = people.with_value(|people| {
            let chosen = chosen.get_untracked();
            people.iter().filter(|one| chosen.contains(&one.id)).cloned().map(Arc::new).collect()
        });
        failed.set(None);
        spawn_local(async move {
            let (many, mut slips) = (wanted.len(), Vec::new());
            for (done, person) in wanted.into_iter().enumerate() {
                making.try_set(Some((done + 1, many)));
                match make(office, person).await {
                    Ok(slip) => slips.push(slip),
                    Err(why) => {
                        failed.try_set(Some(office.why(&why)));
                        break;
                    }
                }
            }
            making.try_set(None);
            made.try_set(slips);
        });
    };
    let row = move |person: Arc<Person>| {
        let id = person.id;
        let (word, look) = state(office, &person);
        let toggle = move |_| {
            chosen.update(|chosen| {
                if !chosen.remove(&id) {
                    chosen.insert(id);
                }
            });
        };
        view! {
            <li>
                <label class="tick">
                    <input type="checkbox" prop:checked=move || chosen.with(|chosen| chosen.contains(&id)) on:change=toggle/>
                    <span>{person.draft.name.to_string()}</span>
                </label>
                <Tag word look/>
            </li>
        }
    };
    let all = move |_| chosen.set(seen.get_untracked().iter().map(|one| one.id).collect());
    let many = move || chosen.with(BTreeSet::len).to_string();
    view! {
        <p>{office.say(W::SlipsWho)}</p>
        {move || failed.get().map(|why| view! { <Notice bad=true><p>{why}</p></Notice> })}
        <div class="filters">
            <Line form name="q" label=office.say(W::Search) value=typed/>
            <Tick name="only-new" label=office.say(W::SlipsOnlyNew) value=only_new/>
            <button type="button" on:click=all>{office.say(W::SlipsAll)}</button>
            <button type="button" class="main" on:click=press disabled=move || chosen.with(BTreeSet::is_empty) || making.get().is_some()>
                {move || match making.get() {
                    Some((done, many)) => office.fill(W::SlipsMaking, &[&done.to_string(), &many.to_string()]),
                    None => office.fill(W::SlipsMake, &[&many()]),
                }}
            </button>
        </div>
        {move || {
            let seen = seen.get();
            if seen.is_empty() {
                return view! { <Empty title=office.say(W::SlipsNone)/> }.into_any();
            }
            view! { <div class="sheet"><ul class="lines columns">{seen.into_iter().map(row).collect_view()}</ul></div> }.into_any()
        }}
    }
}
