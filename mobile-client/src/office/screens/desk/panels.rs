//! What is typed into a task: its words, who, when, with what result, where to split. **Invariant: Escape
//! leaves it as it was, except the words, which are kept as they are typed.**

use leptos::{ev, prelude::*, task::spawn_local};
use openapi::{
    imports::Span,
    tasks::TaskId,
    value::{Note, Title},
};

use super::{Mode, Work, row};
use crate::{
    device,
    office::{
        editor::{
            assign, due,
            edit::{Edit, When},
            sheet::Item,
        },
        words::Desk as W,
    },
};

/// Moves the focus into what was just opened.
fn into(selector: &'static str) {
    spawn_local(async move {
        device::sleep(0).await;
        device::focus(selector);
    });
}
/// A key that a panel has used is nobody else's.
fn used(event: &ev::KeyboardEvent) {
    event.prevent_default();
    event.stop_propagation();
}

/// The words of a task.
#[component]
pub fn ContentBox(work: Work, id: TaskId) -> impl IntoView {
    let office = work.office;
    let saved =
        work.desk.with_untracked(|desk| desk.sheet().item(id).map(|item| item.draft.content.to_string()));
    let text = saved.unwrap_or_default();
    let rows = (text.chars().count() / 60 + 2).min(10).to_string();
    let wrong = RwSignal::new(None::<String>);
    let typed = move |event: ev::Event| match Note::try_from(event_target_value(&event)) {
        Ok(content) => {
            wrong.set(None);
            work.put(&Edit::Content(id, content));
        }
        Err(bad) => wrong.set(Some(bad.in_language(office.language.get_untracked()).to_string())),
    };
    let key = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" || (event.key() == "Enter" && !event.shift_key() && !event.ctrl_key()) {
            used(&event);
            work.to_list();
        }
    };
    into("#desk-content");
    view! {
        <label class="unseen" for="desk-content">{office.say(W::ContentLabel)}</label>
        <textarea id="desk-content" rows=rows on:input=typed on:keydown=key prop:value=text
            aria-invalid=move || wrong.with(Option::is_some).then_some("true")></textarea>
        <p class="fault" role="alert">{move || wrong.get()}</p>
    }
}

/// Who is to do it.
#[component]
pub fn AssignBox(work: Work, id: TaskId) -> impl IntoView {
    let office = work.office;
    let (typed, place) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let now = move || {
        work.desk
            .with(|desk| desk.sheet().item(id).map(|item| item.draft.assignees.clone()))
            .unwrap_or_default()
    };
    let chosen = RwSignal::new(None);
    let role = move || chosen.get().unwrap_or_else(|| assign::role_of_next(&now()));
    let offered = Memo::new(move |_| {
        let typed = typed.get();
        if typed.trim().is_empty() {
            return Vec::new();
        }
        work.commune.with_value(|commune| assign::offered(&typed, commune))
    });
    let give = move |who: &assign::Who| {
        let assignees =
            work.commune.with_value(|commune| assign::add(&untrack(now), who, untrack(role), commune));
        work.put(&Edit::Assign(id, assignees));
        typed.set(String::new());
        chosen.set(None);
        place.set(0);
    };
    let key = move |event: ev::KeyboardEvent| {
        let many = offered.with_untracked(Vec::len);
        let empty = typed.with_untracked(String::is_empty);
        match event.key().as_str() {
            "ArrowDown" => place.update(|place| *place = (*place + 1).min(many.saturating_sub(1))),
            "ArrowUp" => place.update(|place| *place = place.saturating_sub(1)),
            "ArrowRight" if empty || event_at_end(&event) => {
                chosen.set(Some(assign::next_role(untrack(role))))
            }
            "Enter" if !event.ctrl_key() => {
                let who = offered.with_untracked(|all| all.get(place.get_untracked()).cloned());
                match who {
                    Some(who) => give(&who),
                    None if empty => work.to_list(),
                    None => {}
                }
            }
            "Backspace" if empty => {
                let mut assignees = untrack(now);
                if assignees.pop().is_some() {
                    work.put(&Edit::Assign(id, assignees));
                }
            }
            "Escape" => work.to_list(),
            _ => return,
        }
        used(&event);
    };
    let option = move |(at, who): (usize, assign::Who)| {
        let kind = if who.unit.is_none() {
            office.say(W::WholeClass)
        } else {
            office.code(who.kind.vi(), who.kind.en())
        };
        let name = who.name.to_string();
        let press = move |event: ev::MouseEvent| {
            event.prevent_default();
            give(&who);
        };
        view! {
            <li role="option" id=format!("who-{at}") aria-selected=move || (place.get() == at).to_string() on:mousedown=press>
                <span>{name}</span><small>{kind}</small>
            </li>
        }
    };
    let list = move || {
        let found = offered.get();
        let none = found.is_empty() && typed.with(|typed| !typed.trim().is_empty());
        (!typed.with(|typed| typed.trim().is_empty())).then(|| view! {
            <ul role="listbox" id="who-list" aria-label=office.say(W::AssignLabel)>
                {found.into_iter().enumerate().map(option).collect_view()}
                {none.then(|| view! { <li role="option" aria-disabled="true" aria-selected="false">{office.say(W::AssignNone)}</li> })}
            </ul>
        })
    };
    into("#desk-who");
    let open = move || !typed.with(|typed| typed.trim().is_empty());
    view! {
        <div class="panel">
            <label for="desk-who">{office.say(W::AssignLabel)}</label>
            <div class="pick">
                <input id="desk-who" type="text" role="combobox" autocomplete="off" spellcheck="false" aria-describedby="who-hint"
                    aria-expanded=move || open().to_string() aria-controls=move || open().then_some("who-list")
                    aria-activedescendant=move || open().then(|| format!("who-{}", place.get()))
                    prop:value=move || typed.get() on:keydown=key
                    on:input=move |event| { place.set(0); typed.set(event_target_value(&event)); }/>
                {list}
            </div>
            <p class="hint" id="who-hint">{move || office.fill(W::AssignHint, &[office.say(row::role(role()))])}</p>
        </div>
    }
}
/// Whether the caret stands behind all that is typed, so that an arrow has nowhere to go.
fn event_at_end(event: &ev::KeyboardEvent) -> bool {
    use wasm_bindgen::JsCast;
    let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
    input.is_some_and(|input| {
        let length = u32::try_from(input.value().encode_utf16().count()).unwrap_or(u32::MAX);
        input.selection_start().ok().flatten() == Some(length)
    })
}

/// By when.
#[component]
pub fn DueBox(work: Work, id: TaskId) -> impl IntoView {
    let office = work.office;
    let typed = RwSignal::new(String::new());
    let meant = Memo::new(move |_| work.commune.with_value(|commune| due::typed(&typed.get(), commune)));
    let set = move |when: When| {
        work.put(&Edit::When(id, Box::new(when)));
        work.to_list();
    };
    let key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Enter" if !event.ctrl_key() => match meant.get_untracked() {
                Some(when) => set(when),
                None if typed.with_untracked(String::is_empty) => work.to_list(),
                None => {}
            },
            "Escape" => work.to_list(),
            _ => return,
        }
        used(&event);
    };
    let said = move || {
        if typed.with(|typed| typed.trim().is_empty()) {
            return String::new();
        }
        let item = work.desk.with(|desk| desk.sheet().item(id).cloned());
        match (meant.get(), item) {
            (Some(when), Some(item)) => {
                let mut item = Item::clone(&item);
                (item.draft.due, item.draft.recurrence, item.draft.nature) =
                    (when.due, when.recurrence, when.nature);
                let words = row::time(work, &item);
                let open = office.say(if when.nature == openapi::tasks::Nature::Standing {
                    W::Standing
                } else {
                    W::Undated
                });
                office.fill(W::DueMeans, &[if words.is_empty() { open } else { &words }])
            }
            _ => office.say(W::DueUnknown).to_owned(),
        }
    };
    into("#desk-due");
    view! {
        <div class="panel">
            <label for="desk-due">{office.say(W::DueLabel)}</label>
            <input id="desk-due" type="text" autocomplete="off" spellcheck="false" aria-describedby="due-means" bind:value=typed on:keydown=key/>
            <p class="hint" id="due-means" role="status">{said}</p>
        </div>
    }
}

/// With what result.
#[component]
pub fn ProductBox(work: Work, id: TaskId) -> impl IntoView {
    let office = work.office;
    let saved = work.desk.with_untracked(|desk| {
        desk.sheet().item(id).and_then(|item| item.draft.product.as_ref().map(ToString::to_string))
    });
    let typed = RwSignal::new(saved.unwrap_or_default());
    let key = move |event: ev::KeyboardEvent| {
        match event.key().as_str() {
            "Enter" if !event.ctrl_key() => {
                work.put(&Edit::Product(id, Title::try_from(typed.get_untracked().trim()).ok()));
                work.to_list();
            }
            "Escape" => work.to_list(),
            _ => return,
        }
        used(&event);
    };
    into("#desk-product");
    view! {
        <div class="panel">
            <label for="desk-product">{office.say(W::ProductLabel)}</label>
            <input id="desk-product" type="text" autocomplete="off" bind:value=typed on:keydown=key/>
        </div>
    }
}

/// Where to split: the two parts as they would be.
pub fn split(work: Work, place: usize) -> impl IntoView {
    let office = work.office;
    let cuts = work.cuts();
    let parts = work.desk.with(|desk| {
        let (span, cut) = (desk.item().and_then(|item| item.span)?, *cuts.get(place)?);
        let source = &desk.sheet().source;
        Some((source.line(Span { from: span.from, to: cut }), source.line(Span { from: cut, to: span.to })))
    });
    let (one, other) = parts.unwrap_or_default();
    let last = cuts.len().saturating_sub(1);
    let move_to = move |to: usize| move |_: ev::MouseEvent| work.mode.set(Mode::Split(to));
    view! {
        <div class="panel split">
            <p class="part">{one}</p>
            <p class="part">{other}</p>
            <div class="row">
                <button type="button" disabled=place == 0 on:click=move_to(place.saturating_sub(1))>"←"</button>
                <button type="button" disabled=place == last on:click=move_to((place + 1).min(last))>"→"</button>
                <button type="button" class="main" on:click=move |_| work.take_place(Mode::Split(place), place)>{office.say(W::Split)}</button>
                <span class="hint" role="status">{office.say(W::SplitHint)}</span>
            </div>
        </div>
    }
}
