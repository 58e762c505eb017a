//! The frame around every screen: its heading, the way back, what waits to be sent, the places to go.

use crate::{piles, route::Route, words::Word};
use leptos::{html, prelude::*};

use crate::{device, ui::Ui, widgets::Notice};

/// A screen: a heading, a way back where there is one, and what it shows.
#[component]
pub fn Page(
    /// The heading.
    #[prop(into)]
    title: Signal<String>,
    /// Whether there is a way back.
    #[prop(optional)]
    back: bool,
    children: Children,
) -> impl IntoView {
    let ui = Ui::here();
    let heading = NodeRef::<html::H1>::new();
    let language = ui.language;
    Effect::new(move |_| {
        let language = language.get().as_str();
        device::head(language, &format!("{} · Đôn Đốc", title.get()));
    });
    Effect::new(move |before: Option<()>| {
        // Once, when the screen is there.
        if before.is_none() && heading.get().is_some() {
            device::to_heading();
        }
    });
    let way_back = back.then(|| {
        view! {
            <button class="back" type="button" on:click=move |_| device::back(&ui.route.get_untracked().up().hash())>
                <span aria-hidden="true">"‹"</span>
                {move || ui.say(Word::Back)}
            </button>
        }
    });
    view! {
        <header class="top">
            {way_back}
            <h1 node_ref=heading tabindex="-1">{move || title.get()}</h1>
            {(!back).then(|| view! { <Told/> })}
        </header>
        <main>{children()}</main>
    }
}

/// The way to what I was told, and how much of it is new: in the heading, because the places at the
/// thumb are as many as a small phone has room for.
#[component]
fn Told() -> impl IntoView {
    let ui = Ui::here();
    let signed_in = Memo::new(move |_| ui.core.get().desk().access().is_some());
    let new = move || {
        let core = ui.core.get();
        core.book().notices.iter().filter(|notice| notice.read_at.is_none()).count()
    };
    let text = move || match new() {
        0 => ui.say(Word::NoticesTitle).to_owned(),
        new => ui.fill(Word::NoticesUnread, &[&new.to_string()]),
    };
    move || {
        let link = || view! { <a class="told-me" class:new=move || new() != 0 href=Route::Notices.hash()>{text}</a> };
        signed_in.get().then(link)
    }
}

/// What stands around all screens of a person who is signed in.
#[component]
pub fn Shell(children: Children) -> impl IntoView {
    let ui = Ui::here();
    view! {
        <Standing/>
        {children()}
        <Toast/>
        <Places/>
    }
    .into_any()
    .add_any_attr(leptos::attr::lang(move || ui.language.get().as_str()))
}

/// What every screen has to tell: unsent work, a wrong clock, a full phone.
#[component]
fn Standing() -> impl IntoView {
    let ui = Ui::here();
    let unsent = Memo::new(move |_| {
        let core = ui.core.get();
        let refused = core.items().filter(|item| !item.is_sent() && !item.is_trying()).count();
        (core.unsent().saturating_sub(refused), refused, core.desk().needs_sign_in())
    });
    let line = move || {
        let (waiting, refused, signed_out) = unsent.get();
        let mut parts = Vec::new();
        if waiting > 0 {
            parts.push(ui.fill(Word::OutboxSome, &[&waiting.to_string()]));
        }
        if refused > 0 {
            parts.push(ui.fill(Word::OutboxRefused, &[&refused.to_string()]));
        }
        if signed_out && waiting > 0 {
            parts.push(ui.say(Word::NeedsSignIn).to_owned());
        }
        parts.join(" · ")
    };
    let bad = move || unsent.get().1 > 0;
    view! {
        <div role="status" aria-live="polite">
            <Show when=move || unsent.get().0 + unsent.get().1 != 0>
                <a class="unsent" class:bad=bad href=Route::Outbox.hash()>{line}</a>
            </Show>
            <Show when=move || !ui.core.get().book().is_complete()>
                <Notice>{move || ui.say(Word::FirstFill)}</Notice>
            </Show>
            <Show when={move || ui.clock_off.get().is_some()}>
                <Notice>
                    {move || {
                        let minutes = ui.clock_off.get().unwrap_or(0).abs() / 60;
                        ui.fill(Word::ClockOff, &[&minutes.to_string()])
                    }}
                </Notice>
            </Show>
            <Show when={move || ui.store_fails.get()}>
                <Notice bad=true>{move || ui.say(Word::StoreFails)}</Notice>
            </Show>
        </div>
    }
}

/// A short word that goes by itself.
#[component]
fn Toast() -> impl IntoView {
    const SHOWN_FOR: i64 = 5_000;
    let toast = Ui::here().toast;
    let shown = RwSignal::new(0_u32);
    Effect::new(move |_| {
        if toast.get().is_some() {
            let number = shown.get_untracked().wrapping_add(1);
            shown.set(number);
            leptos::task::spawn_local(async move {
                device::sleep(SHOWN_FOR).await;
                if shown.get_untracked() == number {
                    toast.set(None);
                }
            });
        }
    });
    view! {
        <div role="status" aria-live="polite" class="toasts">
            {move || toast.get().map(|text| view! { <p class="toast">{text}</p> })}
        </div>
    }
}

/// Small pictures, as paths on a field of 24 by 24.
mod icon {
    pub const LIST: &str = "M9 6h11M9 12h11M9 18h11M4 6h.01M4 12h.01M4 18h.01";
    pub const EYE: &str =
        "M2 12s3.6-7 10-7 10 7 10 7-3.6 7-10 7-10-7-10-7zM12 9a3 3 0 1 0 0 6 3 3 0 0 0 0-6z";
    pub const BARS: &str = "M4 20h16M7 20v-7M12 20V5M17 20v-11";
    pub const PLANE: &str = "M21 4L3 11l7 3 3 7 8-17zM10 14l5-5";
    pub const GEAR: &str = "M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4";
}

/// The places to go, at the thumb.
#[component]
fn Places() -> impl IntoView {
    let ui = Ui::here();
    let places = Memo::new(move |_| {
        let me = ui.me();
        let reports = me.as_ref().is_some_and(|me| piles::reports_for(me).next().is_some());
        let watches = me.as_ref().is_some_and(piles::watches);
        let mut places = Vec::new();
        if watches {
            places.push((Route::Home, Word::Watch, icon::EYE));
            places.push((Route::Figures, Word::Figures, icon::BARS));
        }
        if reports || !watches {
            let mine = if watches { Route::Mine } else { Route::Home };
            places.push((mine, Word::MyWork, icon::LIST));
        }
        places.push((Route::Outbox, Word::OutboxTitle, icon::PLANE));
        places.push((Route::Settings, Word::Settings, icon::GEAR));
        places
    });
    let here = ui.route;
    view! {
        <nav class="places" aria-label="Đôn Đốc">
            <For each=move || places.get() key=|(route, ..)| route.hash() let:place>
                {
                    let (route, word, sign) = place;
                    let hash = route.hash();
                    let current = move || (here.get() == route).then_some("page");
                    view! {
                        <a href=hash aria-current=current>
                            <svg viewBox="0 0 24 24" width="26" height="26" fill="none" stroke="currentColor"
                                stroke-width="2" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">
                                <path d=sign/>
                            </svg>
                            {move || ui.say(word)}
                        </a>
                    }
                }
            </For>
        </nav>
    }
}
