//! The frame the screens live in: the door, the column of places, the keys. **Invariant: nothing is shown
//! of the commune before the server has said who is there.**

use leptos::{ev, mount::mount_to, prelude::*, task::spawn_local};
use openapi::{endpoint::Nothing, sessions::SignOut};
use wasm_bindgen::JsCast;

use crate::{
    browser::{self, Page},
    device,
    office::{
        find::{Find, Help},
        parts::{Notice, shown},
        places::{Place, places},
        route::Route,
        screens::{Commune, screen},
        session::Office,
        sign_in::SignIn,
        words::Frame,
    },
};

/// The element of the page that is ours.
const PLACE: &str = "app";

/// Starts the app in the page it was loaded by.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        let why = panic.to_string();
        web_sys::console::error_1(&why.as_str().into());
        browser::tell_the_page(Page::Stopped, &why);
    }));
    let place = web_sys::window().and_then(|window| window.document()?.get_element_by_id(PLACE));
    let Some(place) = place.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) else {
        browser::tell_the_page(Page::Stopped, "the page has no element for the app");
        return;
    };
    place.set_inner_html("");
    mount_to(place, App).forget();
    browser::tell_the_page(Page::Running, "");
}

#[component]
fn App() -> impl IntoView {
    if let Some(look) = device::setting("look") {
        device::look("data-look", &look);
    }
    let office = Office::open();
    provide_context(office);
    device::on_window("hashchange", move || {
        office.finding.set(false);
        office.route.set(Route::of(&device::hash()));
    });
    let _listening = window_event_listener(ev::keydown, move |event| press(office, &event));
    move || {
        // Everything is drawn anew in another language, so that no screen need listen for it.
        let _language = office.language.get();
        if office.signed_in.get() {
            view! {
                {shown(office.me, move |_me| view! { <Inside/> })}
                <Show when=move || office.me.failed().is_some()>
                    <button type="button" on:click=move |_| office.leave()>{office.say(Frame::SignOut)}</button>
                </Show>
            }
            .into_any()
        } else {
            view! { <SignIn/> }.into_any()
        }
    }
}

/// What somebody sees who is signed in.
#[component]
fn Inside() -> impl IntoView {
    let office = Office::here();
    provide_context(Commune::of(office));
    let open = move || screen(office.route.get());
    let idle = places(office).len() <= 1;
    view! {
        <a class="skip" href="#main" on:click=|event| { event.prevent_default(); device::to_heading(); }>
            {office.say(Frame::ToContent)}
        </a>
        <div class="frame">
            <Column/>
            <main id="main">
                {idle.then(|| view! { <Notice>{office.say(Frame::NothingHere)}" "<a href="/app/">"/app/"</a></Notice> })}
                {open}
            </main>
        </div>
        <Find/>
        <Help/>
        <Toasts/>
    }
}

/// The places to go, and who I am.
#[component]
fn Column() -> impl IntoView {
    let office = Office::here();
    let me = office.me.now();
    let all = places(office);
    let one = move |place: &Place| {
        let (route, icon) = (place.route, place.icon);
        let current = move || (office.route.get().place() == route).then_some("page");
        view! {
            <a href=route.hash() aria-current=current>
                <svg viewBox="0 0 24 24" width="20" height="20" fill="none" stroke="currentColor" stroke-width="1.8"
                    stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d=icon/></svg>
                {office.say(place.word)}
            </a>
        }
    };
    let group = |word: Frame| {
        let inside: Vec<_> = all.iter().filter(|place| place.group == word).map(one).collect();
        (!inside.is_empty()).then(|| view! { <h2>{office.say(word)}</h2>{inside} })
    };
    let sign_out = move |_| {
        spawn_local(async move {
            // Signed out here in any case; the server hears of it when it can be reached.
            let _unheard = office.call::<SignOut>((), Nothing).await;
            office.leave();
        });
    };
    view! {
        <header class="column">
            <a class="brand" href=Route::Home.hash()>
                <strong>"Đôn Đốc"</strong>
                <span>{me.as_ref().map(|me| me.organisation.name.to_string())}</span>
            </a>
            <button type="button" class="find" on:click=move |_| office.finding.set(true)>
                <span>{office.say(Frame::Find)}</span><kbd>"/"</kbd>
            </button>
            <nav aria-label=office.say(Frame::Places)>
                {group(Frame::GroupWork)}
                {group(Frame::GroupCommune)}
                {group(Frame::GroupSystem)}
            </nav>
            <div class="me">
                <strong>{me.map(|me| me.name.to_string())}</strong>
                <div class="row">
                    <button type="button" class="plain" on:click=sign_out>{office.say(Frame::SignOut)}</button>
                    <button type="button" class="plain" on:click=move |_| office.helping.set(true)>
                        {office.say(Frame::KeysTitle)}" "<kbd>"?"</kbd>
                    </button>
                </div>
            </div>
        </header>
    }
}

/// What a key does outside of a field, and the three that work inside of one too.
fn press(office: Office, event: &ev::KeyboardEvent) {
    if !office.signed_in.get_untracked() || event.default_prevented() {
        return;
    }
    let held = event.ctrl_key() || event.meta_key();
    match event.key().as_str() {
        "k" if held => office.finding.set(true),
        "s" if held => save(),
        "Enter" if held => save(),
        _ if held || event.alt_key() || typing() => return,
        "/" => office.finding.set(true),
        "?" => office.helping.set(true),
        "n" => click("[data-new]"),
        digit => {
            let place = digit.parse::<usize>().ok().and_then(|digit| digit.checked_sub(1));
            let Some(route) = place.and_then(|place| Some(places(office).get(place)?.route)) else { return };
            office.go(route);
        }
    }
    event.prevent_default();
}

fn active() -> Option<web_sys::Element> {
    web_sys::window()?.document()?.active_element()
}
/// Whether a key would go into a field or a frame that is open.
fn typing() -> bool {
    active()
        .is_some_and(|element| element.closest("input, textarea, select, dialog").ok().flatten().is_some())
}
/// Sends the form that is being typed in.
fn save() {
    let form = active().and_then(|element| element.closest("form").ok().flatten());
    let button = form.and_then(|form| form.query_selector("button[type=submit]").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
        button.click();
    }
}
fn click(what: &str) {
    let page = web_sys::window().and_then(|window| window.document());
    let found = page.and_then(|page| page.query_selector(what).ok().flatten());
    if let Some(element) = found.and_then(|found| found.dyn_into::<web_sys::HtmlElement>().ok()) {
        element.click();
    }
}

/// A short word that goes by itself; longer when something can be taken back.
#[component]
fn Toasts() -> impl IntoView {
    const SHOWN_FOR: i64 = 5_000;
    const WITH_UNDO: i64 = 12_000;
    let office = Office::here();
    let shown = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let Some(toast) = office.toast.get() else { return };
        let number = shown.get_value().wrapping_add(1);
        shown.set_value(number);
        let long = if toast.undo.is_some() { WITH_UNDO } else { SHOWN_FOR };
        spawn_local(async move {
            device::sleep(long).await;
            if shown.try_get_value() == Some(number) {
                office.toast.set(None);
            }
        });
    });
    let one = move || {
        let toast = office.toast.get()?;
        let undo = toast.undo.map(|undo| {
            let press = move |_| {
                office.toast.set(None);
                undo();
            };
            view! { <button type="button" on:click=press>{office.say(Frame::Undo)}</button> }
        });
        Some(view! { <p class="toast">{toast.text}{undo}</p> })
    };
    view! { <div role="status" aria-live="polite" class="toasts">{one}</div> }
}
