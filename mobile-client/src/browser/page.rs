//! The page around the app, and what they say to each other. **Invariant: they speak by events that
//! the page may leave unheard: the app runs in any page that has an element for it.**
//!
//! `shell/start.js` is the other end. It shows what the app cannot show of itself: that it could not
//! be loaded, or has stopped.

use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CustomEvent, CustomEventInit, Window};

/// What the app tells the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// It runs and shows something.
    Running,
    /// It has stopped and will not go on.
    Stopped,
}
impl Page {
    const fn event(self) -> &'static str {
        match self {
            Self::Running => "dondoc-running",
            Self::Stopped => "dondoc-stopped",
        }
    }
}

/// Tells the page.
pub fn tell_the_page(what: Page, why: &str) {
    tell(what.event(), why);
}

/// Lets the new version that waits take over: the page is loaded anew. To be called when nothing is
/// being typed. Without a new version nothing happens.
pub fn take_over() {
    tell("dondoc-take-over", "");
}

/// Calls whenever a new version is on the phone and waits for [`take_over`]; also when it came before
/// anybody asked.
pub fn on_new_version(waits: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else { return };
    let listener = Closure::<dyn Fn()>::new(waits).into_js_value();
    let _deaf = window.add_event_listener_with_callback("dondoc-new-version", listener.unchecked_ref());
    tell("dondoc-new-version?", "");
}

fn tell(event: &str, detail: &str) {
    let Some(window) = web_sys::window() else { return };
    let with = CustomEventInit::new();
    with.set_detail(&JsValue::from_str(detail));
    let event = CustomEvent::new_with_event_init_dict(event, &with);
    let _unheard = event.map(|event| window.dispatch_event(&event));
}

/// Asks the page how it stands with notices that are pushed; lets it subscribe with the server's key, or
/// take that back with `off`. The answer is the subscription as JSON, or in a word why there is none.
/// The page is asked before the future is: browsers ask the person only while his finger is there.
pub fn push(what: &str) -> impl Future<Output = String> + use<> {
    let asked = || -> Option<js_sys::Promise> {
        let window = web_sys::window()?;
        let page = js_sys::Reflect::get(&window, &"dondocPush".into()).ok()?;
        page.dyn_into::<js_sys::Function>().ok()?.call1(&window, &what.into()).ok()?.dyn_into().ok()
    };
    let asked = asked();
    async move {
        match asked {
            Some(asked) => JsFuture::from(asked).await.ok().and_then(|said| said.as_string()),
            None => None,
        }
        .unwrap_or_else(|| "none".to_owned())
    }
}

/// The address of the server that gave us this page, such as `https://dondoc.example`.
#[must_use]
pub fn origin() -> Option<String> {
    web_sys::window()?.location().origin().ok()
}

/// Calls whenever there is reason to try again: the browser believes in a network, or the app came to
/// the front. Neither is proof, and nothing waits for them.
pub fn on_reason_to_try(try_now: impl Fn() + 'static) {
    let Some(window) = web_sys::window() else { return };
    // Both listen as long as the page lives.
    let listener = Closure::<dyn Fn()>::new(try_now).into_js_value();
    let on = |name: &str, from: &Window| {
        let _deaf = from.add_event_listener_with_callback(name, listener.unchecked_ref());
    };
    on("online", &window);
    on("pageshow", &window);
    if let Some(document) = window.document() {
        let _deaf = document.add_event_listener_with_callback("visibilitychange", listener.unchecked_ref());
    }
}
