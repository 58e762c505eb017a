//! The screens, one file each. **Invariant: a screen shows what is in the book at once, and what it
//! sends is kept on the phone before it says so.**

mod activate;
mod figures;
mod forms;
mod my_work;
mod notices;
mod outbox;
mod report;
mod settings;
mod sign_in;
mod task;
mod watch;

use crate::{
    piles,
    route::{Route, Tab},
};
use leptos::prelude::*;

use crate::{ui::Ui, widgets::Shell};

/// The screen that is open.
#[component]
pub fn Screens() -> impl IntoView {
    let ui = Ui::here();
    let route = ui.route;
    let core = ui.core;
    let signed_in = Memo::new(move |_| {
        let core = core.get();
        core.desk().access().is_some().then(|| core.desk().person()).flatten()
    });
    // What kind of person it is decides the first screen; what else changes does not.
    let watches = Memo::new(move |_| core.get().desk().me.as_ref().is_some_and(piles::watches));
    move || match (route.get(), signed_in.get(), watches.get()) {
        (Route::Activate(id, token), ..) => view! { <activate::Activate id token/> }.into_any(),
        (_, None, _) => view! { <sign_in::SignIn/> }.into_any(),
        (route, Some(_), watches) => view! { <Shell>{screen(route, watches)}</Shell> }.into_any(),
    }
}

fn screen(route: Route, watches: bool) -> AnyView {
    match route {
        Route::Home if watches => view! { <watch::Watch tab=Tab::Overdue unit=None/> }.into_any(),
        Route::Home | Route::Mine | Route::Activate(..) => view! { <my_work::MyWork/> }.into_any(),
        Route::Task(id) => view! { <task::Task id/> }.into_any(),
        Route::Report(id, completes) => view! { <report::Report id completes/> }.into_any(),
        Route::Difficulty(id) => view! { <forms::Difficulty id/> }.into_any(),
        Route::Extension(id) => view! { <forms::Extension id/> }.into_any(),
        Route::Excuse(id) => view! { <forms::Excuse id/> }.into_any(),
        Route::Watch(tab, unit) => view! { <watch::Watch tab unit/> }.into_any(),
        Route::Figures => view! { <figures::Figures/> }.into_any(),
        Route::Notices => view! { <notices::Notices/> }.into_any(),
        Route::Outbox => view! { <outbox::Outbox/> }.into_any(),
        Route::Settings => view! { <settings::Settings/> }.into_any(),
    }
}
