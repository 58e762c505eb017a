//! What screens ask of the phone: the clock, the address, settings, the clipboard, files. **Invariant:
//! what a browser lacks (at an insecure address it has no clipboard and no lasting storage) has an
//! answer.**

use js_sys::{Date, Uint8Array};
use openapi::value::Instant;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, HtmlElement, Url, Window};

fn window() -> Option<Window> {
    web_sys::window()
}

/// The phone's clock.
pub fn now() -> Instant {
    #[expect(clippy::as_conversions, reason = "milliseconds since 1970 are whole and far below 2^53")]
    let ms = Date::now() as i64;
    Instant::new(chrono::DateTime::from_timestamp_millis(ms).unwrap_or_default())
}

/// Ten bytes of chance.
pub fn chance() -> [u8; 10] {
    let mut bytes = [0; 10];
    if let Some(crypto) = window().and_then(|window| window.crypto().ok()) {
        let _refused = crypto.get_random_values_with_u8_array(&mut bytes);
    }
    bytes
}

/// Waits for so many milliseconds.
pub async fn sleep(milliseconds: i64) {
    let milliseconds = i32::try_from(milliseconds.clamp(0, 3_600_000)).unwrap_or(3_600_000);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = window() {
            let _ = window.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, milliseconds);
        }
    });
    let _woken = JsFuture::from(promise).await;
}

/// The part of the address after `#`.
pub fn hash() -> String {
    window().and_then(|window| window.location().hash().ok()).unwrap_or_default()
}
/// Goes to another part of the page.
pub fn go(hash: &str) {
    if let Some(window) = window() {
        let _ = window.location().set_hash(hash);
    }
}
/// Takes the secret of an activation link out of the address and of the history.
pub fn replace(hash: &str) {
    if let Some(history) = window().and_then(|window| window.history().ok()) {
        let _ = history.replace_state_with_url(&JsValue::NULL, "", Some(hash));
    }
}
/// Back, where people expect it; up when the app was opened here.
pub fn back(up: &str) {
    match window().and_then(|window| window.history().ok()) {
        Some(history) if history.length().unwrap_or(0) > 1 => {
            let _ = history.back();
        }
        _ => go(up),
    }
}

/// A setting of this browser that is nobody's secret: language, text size, colours.
pub fn setting(name: &str) -> Option<String> {
    window()?.local_storage().ok()??.get_item(name).ok()?
}
/// Keeps a setting.
pub fn set_setting(name: &str, value: &str) {
    if let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) {
        let _ = storage.set_item(name, value);
    }
}

/// Forgets the settings whose names are such.
pub fn remove_settings(such: impl Fn(&str) -> bool) {
    let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) else { return };
    let names: Vec<String> =
        (0..storage.length().unwrap_or(0)).filter_map(|n| storage.key(n).ok()?).collect();
    for name in names.iter().filter(|name| such(name)) {
        let _ = storage.remove_item(name);
    }
}

/// What is being typed in a form, so that a closed page loses nothing.
pub fn draft(name: &str) -> Option<String> {
    setting(&format!("draft {name}"))
}
/// Keeps what is being typed, or forgets it when there is nothing.
pub fn set_draft(name: &str, text: &str) {
    let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) else { return };
    let name = format!("draft {name}");
    let _ = if text.is_empty() { storage.remove_item(&name) } else { storage.set_item(&name, text) };
}
/// Forgets everything that was being typed.
pub fn forget_drafts() {
    let Some(Ok(Some(storage))) = window().map(|window| window.local_storage()) else { return };
    let names: Vec<String> =
        (0..storage.length().unwrap_or(0)).filter_map(|n| storage.key(n).ok()?).collect();
    for name in names.iter().filter(|name| name.starts_with("draft ")) {
        let _ = storage.remove_item(name);
    }
}

/// How the page looks: text size and colours, as attributes that the style sheet knows.
pub fn look(name: &str, value: &str) {
    let root = window().and_then(|window| window.document()).and_then(|page| page.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute(name, value);
    }
}
/// The language of the page, for screen readers, and its title.
pub fn head(language: &str, title: &str) {
    look("lang", language);
    if let Some(page) = window().and_then(|window| window.document()) {
        page.set_title(title);
    }
}
/// Moves the reader of a screen reader to the heading of a new screen, and the eye to its top.
pub fn to_heading() {
    let Some(window) = window() else { return };
    window.scroll_to_with_x_and_y(0.0, 0.0);
    let heading = window.document().and_then(|page| page.query_selector("h1").ok().flatten());
    if let Some(heading) = heading.and_then(|heading| heading.dyn_into::<HtmlElement>().ok()) {
        let _ = heading.focus();
    }
}

/// Whether this is Zalo's own browser, which forgets everything when it is closed.
pub fn is_zalo() -> bool {
    let agent = window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
    agent.contains("Zalo")
}
/// What this device may be called in a list: "Android", "iPhone", "Windows"…
pub fn device() -> &'static str {
    let agent = window().and_then(|window| window.navigator().user_agent().ok()).unwrap_or_default();
    ["Android", "iPhone", "iPad", "Windows", "Macintosh", "Linux"]
        .into_iter()
        .find(|name| agent.contains(name))
        .unwrap_or("Web")
}

/// Asks the browser not to delete what is kept, and whether it promised. Nothing where it cannot say.
pub async fn persist() -> Option<bool> {
    let storage = js_sys::Reflect::get(&window()?.navigator(), &"storage".into()).ok()?;
    let persist = js_sys::Reflect::get(&storage, &"persist".into()).ok()?;
    let persist: js_sys::Function = persist.dyn_into().ok()?;
    let promise: js_sys::Promise = persist.call0(&storage).ok()?.dyn_into().ok()?;
    JsFuture::from(promise).await.ok()?.as_bool()
}

/// Puts a text where it can be pasted. Whether that worked.
pub async fn copy(text: &str) -> bool {
    let Some(window) = window() else { return false };
    let clipboard = js_sys::Reflect::get(&window.navigator(), &"clipboard".into()).unwrap_or_default();
    if clipboard.is_undefined() {
        return false;
    }
    JsFuture::from(window.navigator().clipboard().write_text(text)).await.is_ok()
}

/// Hands a text to the person as a file.
pub fn save_file(name: &str, text: &str) {
    let parts = js_sys::Array::of1(&text.into());
    let kind = BlobPropertyBag::new();
    kind.set_type("application/json");
    let Ok(blob) = Blob::new_with_str_sequence_and_options(&parts, &kind) else { return };
    let Some(address) = address_of(&blob) else { return };
    let anchor = window()
        .and_then(|window| window.document())
        .and_then(|page| page.create_element("a").ok())
        .and_then(|anchor| anchor.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(anchor) = anchor {
        anchor.set_href(&address);
        anchor.set_download(name);
        anchor.click();
    }
}

/// An address for bytes of this page.
pub fn address(bytes: &[u8], media_type: &str) -> Option<String> {
    let parts = js_sys::Array::of1(&Uint8Array::from(bytes));
    let kind = BlobPropertyBag::new();
    kind.set_type(media_type);
    address_of(&Blob::new_with_u8_array_sequence_and_options(&parts, &kind).ok()?)
}
fn address_of(blob: &Blob) -> Option<String> {
    Url::create_object_url_with_blob(blob).ok()
}
/// Gives the memory of an address back.
pub fn forget_address(address: &str) {
    let _ = Url::revoke_object_url(address);
}

/// Opens the page anew.
pub fn reload() {
    if let Some(window) = window() {
        let _ = window.location().reload();
    }
}
/// Does something at every event of this name on the window, for as long as the page is open.
pub fn on_window(name: &str, act: impl FnMut() + 'static) {
    let listener = Closure::<dyn FnMut()>::new(act);
    if let Some(window) = window() {
        let _ = window.add_event_listener_with_callback(name, listener.as_ref().unchecked_ref());
    }
    // The page keeps it for as long as it is open.
    listener.forget();
}
/// Moves the focus to the first element that a selector names.
pub fn focus(selector: &str) {
    if let Some(element) = first(selector) {
        let _gone = element.focus();
    }
}
/// Presses the first element that a selector names. Whether there was one.
pub fn press(selector: &str) -> bool {
    let found = first(selector);
    if let Some(element) = &found {
        element.click();
    }
    found.is_some()
}
/// Scrolls an element into the middle third of the pane it is in.
pub fn show_in(pane: &str, element: &str) {
    let (Some(pane), Some(element)) = (first(pane), first(element)) else { return };
    let (above, shown) = (element.offset_top(), pane.client_height());
    let seen = pane.scroll_top();
    if above < seen + 24 || above + element.offset_height() > seen + shown - 24 {
        pane.set_scroll_top((above - shown / 3).max(0));
    }
}
fn first(selector: &str) -> Option<HtmlElement> {
    window()?.document()?.query_selector(selector).ok()??.dyn_into().ok()
}
/// Asks the browser to print the page.
pub fn print() {
    if let Some(window) = window() {
        let _ = window.print();
    }
}
