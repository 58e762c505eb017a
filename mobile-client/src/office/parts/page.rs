//! A screen: its heading, what can be done on it, and what it shows.

use leptos::{html, prelude::*};

use crate::{device, office::session::Office};

/// A screen.
#[component]
pub fn Page(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// What stands above the heading: the way to the screen this one belongs to.
    #[prop(default = None)]
    above: Option<AnyView>,
    /// What can be done.
    #[prop(default = None)]
    deeds: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let office = Office::here();
    let heading = NodeRef::<html::H1>::new();
    Effect::new(move |_| {
        device::head(office.language.get().as_str(), &format!("{} · Đôn Đốc", title.get()));
    });
    Effect::new(move |before: Option<()>| {
        // Once, when the screen is there.
        if before.is_none() && heading.get().is_some() {
            device::to_heading();
        }
    });
    view! {
        <header class="head">
            <div>
                {above.map(|above| view! { <p class="above">{above}</p> })}
                <h1 node_ref=heading tabindex="-1">{move || title.get()}</h1>
            </div>
            {deeds.map(|deeds| view! { <div class="deeds">{deeds}</div> })}
        </header>
        {children()}
    }
}
