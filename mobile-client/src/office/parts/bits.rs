//! Small parts: a box with a word in it, a mark, what an empty list says, tabs, a term with its fact.

use leptos::prelude::*;

/// A box with a word in it.
#[component]
pub fn Notice(
    /// Whether something is wrong.
    #[prop(optional)]
    bad: bool,
    children: Children,
) -> impl IntoView {
    view! { <div class="notice" class:bad=bad>{children()}</div> }
}

/// A mark with a word on it; the look only underlines what the word says.
#[component]
pub fn Tag(
    /// The word.
    #[prop(into)]
    word: String,
    /// `late`, `soon`, `done`, or nothing.
    #[prop(optional)]
    look: &'static str,
) -> impl IntoView {
    view! { <span class=format!("tag {look}")>{word}</span> }
}

/// What a list says that has nothing in it: what that means, and what to do next.
#[component]
pub fn Empty(
    /// What that means.
    #[prop(into)]
    title: String,
    /// What to do next.
    #[prop(optional, into)]
    hint: String,
    /// The deed itself.
    #[prop(default = None)]
    deed: Option<AnyView>,
) -> impl IntoView {
    view! {
        <div class="empty">
            <p class="strong">{title}</p>
            <p>{hint}</p>
            {deed}
        </div>
    }
}

/// Parts of a screen with addresses of their own: address, word, whether it is the open one.
#[component]
pub fn Tabs(
    /// What they are together.
    #[prop(into)]
    label: String,
    /// Address, word, whether it is open.
    tabs: Vec<(String, String, bool)>,
) -> impl IntoView {
    let one = |(address, word, open): (String, String, bool)| {
        view! { <a href=address aria-current=open.then_some("page")>{word}</a> }
    };
    view! { <nav class="tabs" aria-label=label>{tabs.into_iter().map(one).collect_view()}</nav> }
}

/// A term and its fact, for a list of facts.
#[component]
pub fn Told(
    /// The term.
    #[prop(into)]
    term: String,
    children: Children,
) -> impl IntoView {
    view! { <div><dt>{term}</dt><dd>{children()}</dd></div> }
}
