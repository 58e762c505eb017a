//! The frame the screens live in: opens the book, runs the engine, and tells the screens what is new.
//! **Invariant: screens read what the core shows and speak to it by its voice; no screen sends, keeps
//! or waits for anything by itself.**

use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use wasm_bindgen::JsCast;

use crate::{
    Client,
    browser::{self, Here, Page},
    device,
    offline::{engine::Engine, indexed_db::IndexedDb, store::StoreError},
    route::Route,
    screens::Screens,
    ui::{Ui, language},
    words::Word,
};

/// The database of this app in the browser.
const DATABASE: &str = "dondoc";
/// The lock of whoever runs the engine on it.
const ENGINE: &str = "dondoc-engine";
/// The element of the page that is ours.
const PLACE: &str = "app";

/// How far opening the book has come.
#[derive(Clone)]
enum Opening {
    /// It is being read.
    Reading,
    /// The app is open in another tab, and that one works.
    ElsewhereOpen,
    /// It is open.
    Open(Ui),
    /// It cannot be read, and why, in the browser's words.
    Broken(String),
}

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
    // What the page showed while the app was on its way.
    place.set_inner_html("");
    mount_to(place, App).forget();
    browser::tell_the_page(Page::Running, "");
}

/// The app.
#[component]
pub fn App() -> impl IntoView {
    for name in ["size", "look"] {
        if let Some(value) = device::setting(name) {
            device::look(&format!("data-{name}"), &value);
        }
    }
    let opening = RwSignal::new(Opening::Reading);
    let owner = Owner::current();
    spawn_local(async move {
        if let Err(why) = run(opening, owner).await {
            opening.set(Opening::Broken(why.to_string()));
        }
    });
    move || match opening.get() {
        Opening::Open(ui) => {
            provide_context(ui);
            view! { <NewVersion/><Screens/> }.into_any()
        }
        Opening::Reading => {
            view! { <main><h1>"Đôn Đốc"</h1><p role="status">"Đang mở sổ việc…"</p></main> }.into_any()
        }
        Opening::ElsewhereOpen => before(Word::OtherTab, None),
        Opening::Broken(why) => before(Word::StoreUnread, Some(why)),
    }
}

/// What is said when there is no book to show.
fn before(word: Word, why: Option<String>) -> AnyView {
    let language = language();
    let again = |_| device::reload();
    view! {
        <main class="door">
            <h1>"Đôn Đốc"</h1>
            <p role="alert">{word.text(language)}</p>
            <button class="main" type="button" on:click=again>{Word::TryAgain.text(language)}</button>
            {why.map(|why| view! { <small>{why}</small> })}
        </main>
    }
    .into_any()
}

/// A newer version waits: it is taken when the person says so, never while he types.
#[component]
fn NewVersion() -> impl IntoView {
    let ui = Ui::here();
    let waits = RwSignal::new(false);
    browser::on_new_version(move || waits.set(true));
    view! {
        <Show when=move || waits.get()>
            <p class="notice">
                {move || ui.say(Word::NewVersion)}" "
                <button type="button" on:click=|_| browser::take_over()>
                    {move || ui.say(Word::TakeOver)}
                </button>
            </p>
        </Show>
    }
}

/// Opens the book and runs the engine as long as the page lives.
async fn run(opening: RwSignal<Opening>, owner: Option<Owner>) -> Result<(), StoreError> {
    let _lock = browser::lock(ENGINE, move || opening.set(Opening::ElsewhereOpen)).await;
    opening.set(Opening::Reading);
    let missing = |what: &str| StoreError::Broken(format!("this browser has no {what}"));
    let here = Here::find().ok_or_else(|| missing("page"))?;
    let origin = browser::origin().ok_or_else(|| missing("address"))?;
    let store = IndexedDb::open(DATABASE).await?;
    let (engine, voice) = Engine::open(store, Client::new(&origin), here).await?;
    let awake = voice.clone();
    browser::on_reason_to_try(move || awake.wake());
    let core = engine.core().picture();
    let ui = owner.unwrap_or_default().with(|| Ui::new(core, voice));
    let (route, clock) = (ui.route, ui);
    device::on_window("hashchange", move || route.set(Route::of(&device::hash())));
    spawn_local(async move {
        loop {
            device::sleep(HALF_A_MINUTE).await;
            clock.tick();
        }
    });
    opening.set(Opening::Open(ui));
    // Asked for once somebody has something to lose here; the browser decides by itself.
    let _promised = device::persist().await;
    engine.run(move |core, told| ui.told(core, told)).await;
    Ok(())
}

/// How often "5 phút trước" is counted anew, in milliseconds.
const HALF_A_MINUTE: i64 = 30_000;
