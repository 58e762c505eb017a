//! One engine for a browser. **Invariant: where the browser knows locks, two tabs never run the
//! engine at the same time.**
//!
//! Browsers hide the locks from pages they do not call secure, such as `http://192.168.1.5:8080`.
//! There the app goes on without: several tabs would send twice, which is harmless, for the ids are
//! the same, and may show each other's rows late.

use js_sys::{Function, Object, Promise, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;

/// What keeps other tabs out, as long as the page lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    /// Nobody else runs the engine.
    Held,
    /// This browser, or this address, has no locks.
    Unknown,
}

/// Takes the lock of this name and keeps it until the page is closed. When another tab has it,
/// `waits` is called once, and this waits until the other is closed.
pub async fn lock(name: &str, waits: impl FnOnce()) -> Lock {
    let Some((locks, request)) = find() else { return Lock::Unknown };
    match ask(&locks, &request, name, true).await {
        Some(true) => return Lock::Held,
        Some(false) => waits(),
        None => return Lock::Unknown,
    }
    match ask(&locks, &request, name, false).await {
        Some(_) => Lock::Held,
        None => Lock::Unknown,
    }
}

/// `navigator.locks` and its `request`.
fn find() -> Option<(JsValue, Function)> {
    let get = |from: &JsValue, name: &str| Reflect::get(from, &JsValue::from_str(name)).ok();
    let navigator = get(&js_sys::global(), "navigator")?;
    let locks = get(&navigator, "locks").filter(|found| found.is_object())?;
    let request = get(&locks, "request")?.dyn_into().ok()?;
    Some((locks, request))
}

/// Whether it was given. Nothing when the browser refuses to say.
async fn ask(locks: &JsValue, request: &Function, name: &str, if_free: bool) -> Option<bool> {
    let options = Object::new();
    Reflect::set(&options, &JsValue::from_str("ifAvailable"), &JsValue::from_bool(if_free)).ok()?;
    let answered = Promise::new(&mut |resolve, reject| {
        let given = Closure::once_into_js(move |lock: JsValue| {
            let is_given = !lock.is_null();
            let _heard = resolve.call1(&JsValue::NULL, &JsValue::from_bool(is_given));
            // A promise that never ends holds the lock until the page is gone.
            if is_given { Promise::new(&mut |_, _| {}) } else { Promise::resolve(&JsValue::NULL) }
        });
        let asked = request.call3(locks, &JsValue::from_str(name), &options, &given);
        match asked.map(|asked| asked.dyn_into::<Promise>()) {
            Ok(Ok(asked)) => {
                let refused = Closure::once_into_js(move |why: JsValue| {
                    let _heard = reject.call1(&JsValue::NULL, &why);
                });
                let nothing = Closure::once_into_js(|_: JsValue| {});
                let then = Reflect::get(&asked, &JsValue::from_str("then")).and_then(|f| f.dyn_into());
                let then: Result<Function, _> = then;
                let _listening = then.map(|then| then.call2(&asked, &nothing, &refused));
            }
            _ => drop(reject.call0(&JsValue::NULL)),
        }
    });
    JsFuture::from(answered).await.ok()?.as_bool()
}
