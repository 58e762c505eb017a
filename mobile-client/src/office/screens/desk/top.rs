//! The line above the desk: what document, how many of what, how saving stands; and what opens over it.

use leptos::prelude::*;
use openapi::{directives::Directive, imports::FoundDocument};

use super::{Mode, Work};
use crate::office::{
    editor::{
        desk::Desk,
        facts::Raw,
        keys::Deed,
        saving::{Saving, Standing, Trouble},
        sheet::{Filter, is_bound},
    },
    parts::{Drawer, Notice},
    route::Route,
    screens::{draft::keep, facts::FactsForm, issue::Preview},
    words::{Desk as W, Documents},
};

/// The line above.
#[component]
pub fn Top(work: Work) -> impl IntoView {
    let office = work.office;
    let title = move || work.desk.with(|desk| desk.facts.title.to_string());
    let count = move |filter: Filter| {
        let word = match filter {
            Filter::All => W::CountAll,
            Filter::Unassigned => W::CountUnassigned,
            Filter::Undated => W::CountUndated,
            Filter::ToLook => W::CountToLook,
            Filter::Dropped => W::CountDropped,
        };
        let many = Memo::new(move |_| work.desk.with(|desk| desk.sheet().count(filter)));
        let chosen = move || work.desk.with(|desk| desk.filter() == filter);
        let press = move |_| {
            work.desk.update(|desk| desk.show(filter));
            work.follow();
        };
        view! {
            <button type="button" class="count" aria-pressed=move || chosen().to_string() class:none=move || many.get() == 0 on:click=press>
                {move || office.fill(word, &[&many.get().to_string()])}
            </button>
        }
    };
    let standing = Memo::new(move |_| work.standing());
    let saved = move || {
        let (look, text) = match standing.get() {
            Standing::Saved => ("done", office.say(W::Saved).to_owned()),
            Standing::Saving(left) => ("quiet", office.fill(W::Saving, &[&left.to_string()])),
            Standing::Unreached(left) => ("late", office.fill(W::Unsaved, &[&left.to_string()])),
            Standing::Stopped(left) => ("late", office.fill(W::Stopped, &[&left.to_string()])),
            Standing::Issued => ("quiet", office.say(W::IssuedAlready).to_owned()),
        };
        view! { <span class=look title=office.say(W::KeptHere)>{text}</span> }
    };
    let button = move |word: W, deed: Deed, class: &'static str| {
        view! { <button type="button" class=class on:click=move |_| work.act(deed)>{office.say(word)}</button> }
    };
    let steps = move || work.desk.with(Desk::steps);
    view! {
        <header class="desk-head">
            <div class="desk-title">
                <h1 tabindex="-1">{title}</h1>
                <p class="saved" role="status">{saved}</p>
            </div>
            <div class="desk-line">
                <div class="counts" role="group" aria-label=office.say(W::Filters)>{Filter::ALL.map(count).collect_view()}</div>
                <div class="deeds">
                    <button type="button" class="plain" disabled=move || steps().0 == 0 on:click=move |_| work.act(Deed::Undo)>{office.say(W::KeyUndo)}</button>
                    <button type="button" class="plain" disabled=move || steps().1 == 0 on:click=move |_| work.act(Deed::Redo)>{office.say(W::KeyRedo)}</button>
                    {button(W::Facts, Deed::Facts, "plain")}
                    {button(W::Issue, Deed::Issue, "main")}
                </div>
            </div>
            <p class="hint" role="status">{move || matches!(work.mode.get(), Mode::TakeIn(_)).then(|| office.say(W::TakeInHint))}</p>
            {move || trouble(work)}
        </header>
    }
}

/// What is wrong with what is entered of the document.
fn trouble(work: Work) -> Option<impl IntoView> {
    let office = work.office;
    let trouble = work.saving.with(|saving| saving.trouble(None).cloned())?;
    let choose = move || {
        view! {
            <button type="button" on:click=move |_| work.take_theirs(None)>{office.say(W::TakeTheirs)}</button>
            <button type="button" on:click=move |_| work.keep_mine(None)>{office.say(W::KeepMine)}</button>
        }
    };
    Some(match trouble {
        Trouble::Directive(found) => {
            let text = office.fill(W::Theirs, &[found.draft.title.as_str()]);
            view! { <Notice bad=true><p>{text}</p>{choose()}</Notice> }.into_any()
        }
        Trouble::Task(_) => ().into_any(),
        Trouble::Refused(why) => {
            view! { <Notice bad=true><p>{office.fill(W::NotTaken, &[&why])}</p></Notice> }.into_any()
        }
    })
}

/// What opens over the desk.
#[component]
pub fn Frames(work: Work) -> impl IntoView {
    let office = work.office;
    let id = work.id;
    let done = Callback::new(move |_issued: Directive| {
        work.saving.update(Saving::issue);
        keep(id, None);
        work.issuing.set(false);
        office.go(Route::Document(id));
    });
    let save = Callback::new(move |draft| {
        work.desk.update(|desk| desk.facts = draft);
        work.facts.set(false);
        work.changed();
    });
    view! {
        <Drawer title=office.say(W::Facts) open=work.facts look="wide">
            {move || {
                let raw = work.desk.with_untracked(|desk| Raw::of(&desk.facts));
                let body = raw.rest.body.as_ref().map(ToString::to_string).unwrap_or_default();
                let found = work.commune.with_value(|commune| crate::office::editor::reading::document(&body, commune).document);
                view! { <FactsForm name=format!("facts/{id}") raw found=FoundDocument { ..found } save label=office.say(crate::office::words::Frame::Save)/> }
            }}
        </Drawer>
        <Drawer title=office.say(W::PreviewTitle) open=work.issuing look="wide">
            {move || {
                let version = work.saving.with_untracked(|saving| saving.facts().map(|known| known.version));
                version.map(|version| view! { <Preview id version done again=work.again/> })
            }}
            <Shares work/>
        </Drawer>
    }
}

/// The tasks of each unit and class, in words.
#[component]
fn Shares(work: Work) -> impl IntoView {
    let office = work.office;
    let mut shares: Vec<(String, Vec<String>)> = Vec::new();
    work.desk.with_untracked(|desk| {
        for item in desk.sheet().kept() {
            let given =
                item.draft.assignees.iter().filter(|one| is_bound(one)).map(|one| one.name.to_string());
            let names: Vec<String> = given.collect();
            let names = if names.is_empty() { vec![office.say(Documents::Nobody).to_owned()] } else { names };
            for name in names {
                match shares.iter_mut().find(|(other, _)| *other == name) {
                    Some((_, tasks)) => tasks.push(item.draft.content.to_string()),
                    None => shares.push((name, vec![item.draft.content.to_string()])),
                }
            }
        }
    });
    let one = |(name, tasks): (String, Vec<String>)| {
        let many = tasks.len();
        let tasks = tasks.into_iter().map(|task| view! { <li>{task}</li> }).collect_view();
        view! { <details><summary>{name}" ("{many}")"</summary><ol class="shares">{tasks}</ol></details> }
    };
    view! { <h3>{office.say(W::UnitTasks)}</h3>{shares.into_iter().map(one).collect_view()} }
}
