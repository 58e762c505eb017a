//! A frame that opens over the screen. **Invariant: the keyboard stays inside while it is open, Escape
//! closes it, and the focus goes back to where it was.**

use leptos::{html, prelude::*};
use wasm_bindgen::JsCast;

use crate::office::{session::Office, words::Frame};

/// A frame over the screen, drawn while `open` says so.
#[component]
pub fn Drawer(
    /// Its heading.
    #[prop(into)]
    title: String,
    /// Whether it is open.
    open: RwSignal<bool>,
    /// `wide` or nothing.
    #[prop(optional)]
    look: &'static str,
    children: ChildrenFn,
) -> impl IntoView {
    let children = StoredValue::new(children);
    let title = StoredValue::new(title);
    move || {
        open.get().then(|| {
            view! { <Opened title=title.get_value() open look>{children.with_value(|draw| draw())}</Opened> }
        })
    }
}

#[component]
fn Opened(title: String, open: RwSignal<bool>, look: &'static str, children: Children) -> impl IntoView {
    let office = Office::here();
    let frame = NodeRef::<html::Dialog>::new();
    let focused = || web_sys::window().and_then(|window| window.document()?.active_element());
    let before = StoredValue::new_local(focused());
    Effect::new(move |_| {
        let Some(frame) = frame.get() else { return };
        let _already = frame.show_modal();
        // A form begins at its first field; what is only read begins at its top.
        let first = frame.query_selector(".inside > form :is(input, select, textarea)").ok().flatten();
        if let Some(field) = first.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _gone = field.focus();
        }
    });
    on_cleanup(move || {
        let element = before.try_get_value().flatten();
        if let Some(element) = element.and_then(|element| element.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _gone = element.focus();
        }
    });
    view! {
        <dialog class=format!("drawer {look}") node_ref=frame aria-labelledby="drawer-title"
            on:close=move |_| open.set(false)>
            <header>
                <h2 id="drawer-title">{title}</h2>
                <button type="button" class="plain" on:click=move |_| open.set(false)>{office.say(Frame::Close)}</button>
            </header>
            <div class="inside">{children()}</div>
        </dialog>
    }
}
