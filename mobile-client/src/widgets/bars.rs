//! Bars to look at, each with its number to read.

use leptos::prelude::*;

/// One bar.
#[derive(Debug, Clone, PartialEq)]
pub struct Bar {
    /// What it is of.
    pub name: String,
    /// How long it is.
    pub value: i64,
    /// Where a touch leads.
    pub href: Option<String>,
    /// How it looks: `late`, `soon`, `done`, `calm`.
    pub look: &'static str,
}

/// Bars of one measure, the longest as long as the screen is wide.
#[component]
pub fn Bars(
    /// The bars.
    bars: Vec<Bar>,
) -> impl IntoView {
    let longest = bars.iter().map(|bar| bar.value).max().unwrap_or(0).max(1);
    let one = move |bar: Bar| {
        let width = bar.value.max(0) * 100 / longest;
        let inside = view! {
            <span class="name">{bar.name}</span>
            <span class="line"><span class=format!("fill {}", bar.look) style:width=format!("{width}%")></span></span>
            <span class="number">{bar.value}</span>
        };
        match bar.href {
            Some(href) => view! { <li><a class="bar" href=href>{inside}</a></li> }.into_any(),
            None => view! { <li><span class="bar">{inside}</span></li> }.into_any(),
        }
    };
    view! { <ul class="bars">{bars.into_iter().map(one).collect_view()}</ul> }
}
