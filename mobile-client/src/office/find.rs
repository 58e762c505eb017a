//! Jumping to a screen, a unit or a document by typing, and the list of keys. **Invariant: marks and case
//! make no difference, and what is found first is what Enter opens.**

use leptos::prelude::*;
use openapi::{access::Action, directives::ListDirectives};

use crate::office::{
    parts::{Choice, Drawer, load},
    places::places,
    route::Route,
    screens::Commune,
    session::Office,
    words::Frame,
};

/// The most that are shown at once.
const SHOWN: usize = 12;

/// The frame to jump by.
#[component]
pub fn Find() -> impl IntoView {
    let office = Office::here();
    view! {
        <Drawer title=office.say(Frame::Find) open=office.finding look="find-frame"><Search/></Drawer>
    }
}

#[component]
fn Search() -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let reads = office.may(Action::ReadDirectives);
    let documents = load(move || async move {
        if !reads {
            return Ok(Vec::new());
        }
        let page = office.read::<ListDirectives>(
            (),
            openapi::directives::DirectivesQuery {
                limit: openapi::value::Limit::try_from(200).ok(),
                ..Default::default()
            },
        );
        page.await.map(|page| page.items)
    });
    let (typed, at) = (RwSignal::new(String::new()), RwSignal::new(0_usize));
    let everything = Memo::new(move |_| {
        let mut all: Vec<Choice> = places(office)
            .iter()
            .map(|place| choice(place.route, office.say(place.word), office.say(Frame::FoundScreen)))
            .collect();
        for unit in commune.units.get().iter().flat_map(|units| units.iter()) {
            let called = std::iter::once(office.say(Frame::FoundUnit).to_owned())
                .chain(unit.draft.aliases.iter().map(ToString::to_string));
            all.push(choice(
                Route::Unit(unit.id),
                unit.draft.name.as_str(),
                &called.collect::<Vec<_>>().join(" · "),
            ));
        }
        for document in documents.get().iter().flat_map(|documents| documents.iter()) {
            let number =
                document.draft.number.as_ref().map(|number| format!(" · {number}")).unwrap_or_default();
            let hint = format!("{}{number}", office.say(Frame::FoundDocument));
            all.push(choice(Route::Document(document.id), document.draft.title.as_str(), &hint));
        }
        all
    });
    let found = Memo::new(move |_| {
        let typed = typed.get();
        everything
            .with(|all| all.iter().filter(|one| one.has(&typed)).take(SHOWN).cloned().collect::<Vec<_>>())
    });
    let open = move |one: Option<Choice>| {
        if let Some(one) = one {
            office.finding.set(false);
            crate::device::go(&one.value);
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| {
        let many = found.with(Vec::len).max(1);
        match event.key().as_str() {
            "ArrowDown" => at.update(|at| *at = (*at + 1) % many),
            "ArrowUp" => at.update(|at| *at = at.checked_sub(1).unwrap_or(many - 1)),
            "Enter" => open(found.with(|found| found.get(at.get_untracked()).cloned())),
            _ => return,
        }
        event.prevent_default();
    };
    let row = move |(place, one): (usize, Choice)| {
        let (label, hint) = (one.label.clone(), one.hint.clone());
        view! {
            <li role="option" id=format!("found-{place}") aria-selected=move || (at.get() == place).to_string()
                on:mousedown=move |_| open(Some(one.clone()))>
                <span>{label}</span><small>{hint}</small>
            </li>
        }
    };
    view! {
        <input type="text" role="combobox" autofocus autocomplete="off" spellcheck="false" aria-expanded="true"
            aria-controls="found" aria-activedescendant=move || format!("found-{}", at.get())
            aria-label=office.say(Frame::FindWhat) placeholder=office.say(Frame::FindWhat)
            prop:value=move || typed.get() on:keydown=key
            on:input=move |event| { at.set(0); typed.set(event_target_value(&event)); }/>
        <ul role="listbox" id="found" class="found" aria-label=office.say(Frame::Find)>
            {move || found.get().into_iter().enumerate().map(row).collect_view()}
        </ul>
        <p role="status">{move || found.with(Vec::is_empty).then(|| office.say(Frame::FoundNothing))}</p>
    }
}

fn choice(route: Route, label: &str, hint: &str) -> Choice {
    Choice { value: route.hash(), label: label.to_owned(), hint: hint.to_owned() }
}

/// The list of keys.
#[component]
pub fn Help() -> impl IntoView {
    const KEYS: [(&str, Frame); 6] = [
        ("/  Ctrl+K", Frame::KeyFind),
        ("1 … 9", Frame::KeyGo),
        ("n", Frame::KeyNew),
        ("Ctrl+S", Frame::KeySave),
        ("Esc", Frame::KeyClose),
        ("?", Frame::KeyHelp),
    ];
    let office = Office::here();
    view! {
        <Drawer title=office.say(Frame::KeysTitle) open=office.helping>
            <dl class="keys">
                {KEYS.map(|(key, word)| view! { <div><dt><kbd>{key}</kbd></dt><dd>{office.say(word)}</dd></div> }).collect_view()}
            </dl>
            <crate::office::screens::desk::Keys/>
        </Drawer>
    }
}
