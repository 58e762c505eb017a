//! The frame the screens live in: opens the book, runs the engine, and tells the screens what is new.
//! **Invariant: screens read what the core shows and speak to it by its voice; no screen sends, keeps
//! or waits for anything by itself.**

use leptos::{mount::mount_to, prelude::*, task::spawn_local};
use openapi::value::Name;
use wasm_bindgen::JsCast;

use crate::{
    Client,
    browser::{self, Here, Lock, Page},
    offline::{
        engine::{Engine, Voice},
        event::Tell,
        indexed_db::IndexedDb,
        store::StoreError,
        sync::Sync,
    },
};

/// The database of this app in the browser.
const DATABASE: &str = "dondoc";
/// The lock of whoever runs the engine on it.
const ENGINE: &str = "dondoc-engine";
/// The element of the page that is ours.
const PLACE: &str = "app";

/// How far opening the book has come.
#[derive(Debug, Clone)]
pub enum Opening {
    /// It is being read.
    Reading,
    /// The app is open in another tab, and that one works.
    ElsewhereOpen,
    /// It is open; this is how to speak to the core.
    Open(Voice),
    /// It cannot be read, and why, in the browser's words.
    Broken(String),
}

/// What the frame shows of the core.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Glance {
    /// Whether a person is at the desk.
    pub somebody: bool,
    /// Whether that person must sign in again.
    pub needs_sign_in: bool,
    /// His name, once the server told it.
    pub name: Option<Name>,
    /// How much of his is not with the server.
    pub unsent: usize,
}

impl Glance {
    fn of(core: &Sync) -> Self {
        let desk = core.desk();
        Self {
            somebody: desk.person().is_some(),
            needs_sign_in: desk.needs_sign_in(),
            name: desk.me.as_ref().map(|me| me.name.clone()),
            unsent: core.unsent(),
        }
    }
}

/// What screens find with `expect_context::<Frame>()`.
#[derive(Debug, Clone, Copy)]
pub struct Frame {
    /// How far opening the book has come, and how to speak to the core.
    pub opening: RwSignal<Opening>,
    /// What the core shows, as of its last change.
    pub glance: RwSignal<Glance>,
    /// What the person is to be told, from the core's last change.
    pub told: RwSignal<Vec<Tell>>,
    /// Whether the browser keeps two tabs apart.
    pub lock: RwSignal<Option<Lock>>,
    /// Whether a new version of the app waits for [`browser::take_over`]: to be called when nothing is
    /// being typed.
    pub new_version: RwSignal<bool>,
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
    let frame = Frame {
        opening: RwSignal::new(Opening::Reading),
        glance: RwSignal::new(Glance::default()),
        told: RwSignal::new(Vec::new()),
        lock: RwSignal::new(None),
        new_version: RwSignal::new(false),
    };
    provide_context(frame);
    browser::on_new_version(move || frame.new_version.set(true));
    spawn_local(async move {
        if let Err(why) = run(frame).await {
            frame.opening.set(Opening::Broken(why.to_string()));
        }
    });
    view! {
        <main>
            <h1>"Đôn Đốc"</h1>
            {move || words(&frame.opening.get(), &frame.glance.get())}
        </main>
    }
}

/// The line that stands here until there are screens.
fn words(opening: &Opening, glance: &Glance) -> AnyView {
    let line = match opening {
        Opening::Reading => "Đang mở sổ việc…".to_owned(),
        Opening::ElsewhereOpen => {
            "Đôn Đốc đang mở ở một trang khác. Hãy dùng trang đó, hoặc đóng nó lại.".to_owned()
        }
        Opening::Broken(why) => {
            return view! {
                <div role="alert">
                    <p>"Không mở được sổ việc trên máy này. Hãy đóng rồi mở lại ứng dụng."</p>
                    <p>{why.clone()}</p>
                </div>
            }
            .into_any();
        }
        Opening::Open(_) if glance.needs_sign_in => "Cần đăng nhập lại.".to_owned(),
        Opening::Open(_) => match (&glance.name, glance.somebody) {
            (Some(name), _) => format!("Đã đăng nhập: {name}."),
            (None, true) => "Đã đăng nhập.".to_owned(),
            (None, false) => "Chưa ai đăng nhập trên máy này.".to_owned(),
        },
    };
    view! { <p role="status">{line}</p> }.into_any()
}

/// Opens the book and runs the engine as long as the page lives.
async fn run(frame: Frame) -> Result<(), StoreError> {
    let lock = browser::lock(ENGINE, move || frame.opening.set(Opening::ElsewhereOpen)).await;
    frame.lock.set(Some(lock));
    frame.opening.set(Opening::Reading);
    let missing = |what: &str| StoreError::Broken(format!("this browser has no {what}"));
    let here = Here::find().ok_or_else(|| missing("page"))?;
    let origin = browser::origin().ok_or_else(|| missing("address"))?;
    let store = IndexedDb::open(DATABASE).await?;
    let (engine, voice) = Engine::open(store, Client::new(&origin), here).await?;
    let awake = voice.clone();
    browser::on_reason_to_try(move || awake.wake());
    frame.glance.set(Glance::of(engine.core()));
    frame.opening.set(Opening::Open(voice));
    engine
        .run(move |core, told| {
            let glance = Glance::of(core);
            if frame.glance.with_untracked(|before| *before != glance) {
                frame.glance.set(glance);
            }
            if !told.is_empty() {
                frame.told.set(told);
            }
        })
        .await;
    Ok(())
}
