//! A word in a box: something to know, something wrong, or that there is nothing.

use leptos::prelude::*;

/// Something the person should know.
#[component]
pub fn Notice(
    /// Whether it is something wrong.
    #[prop(optional, into)]
    bad: Signal<bool>,
    children: Children,
) -> impl IntoView {
    view! { <p class="notice" class:bad=move || bad.get()>{children()}</p> }
}

/// That there is nothing here, and what that means.
#[component]
pub fn Empty(
    /// That there is nothing.
    #[prop(into)]
    title: Signal<String>,
    /// What that means.
    #[prop(optional, into)]
    hint: Signal<String>,
) -> impl IntoView {
    view! {
        <section class="empty">
            <svg viewBox="0 0 64 64" width="64" height="64" aria-hidden="true">
                <circle cx="32" cy="32" r="28" fill="none" stroke="currentColor" stroke-width="3"/>
                <path d="M20 33l9 9 16-19" fill="none" stroke="currentColor" stroke-width="4"
                    stroke-linecap="round" stroke-linejoin="round"/>
            </svg>
            <p class="strong">{move || title.get()}</p>
            <p>{move || hint.get()}</p>
        </section>
    }
}
