//! What is typed, with its name, its hint and what is wrong with it. **Invariant: every field has a label,
//! and what is wrong stands beside it and is read out.**

use leptos::prelude::*;
use wasm_bindgen::JsCast;

use crate::office::{parts::Form, session::Office, words::Frame};

/// Moves to the first field that something is wrong with, once it is drawn.
pub fn to_first_fault() {
    leptos::task::spawn_local(async {
        crate::device::sleep(0).await;
        let page = web_sys::window().and_then(|window| window.document());
        let first = page.and_then(|page| page.query_selector("[aria-invalid=true]").ok().flatten());
        if let Some(field) = first.and_then(|field| field.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _gone = field.focus();
        }
    });
}

/// What a field is described by.
fn described(id: &'static str, hint: bool, fault: Signal<Option<String>>) -> impl Fn() -> Option<String> {
    move || {
        let fault = fault.with(Option::is_some).then(|| format!("{id}-fault"));
        let hint = hint.then(|| format!("{id}-hint"));
        let ids: Vec<String> = [fault, hint].into_iter().flatten().collect();
        (!ids.is_empty()).then(|| ids.join(" "))
    }
}

/// A label, the field, its hint and its fault.
#[component]
pub fn Around(
    id: &'static str,
    label: String,
    hint: String,
    optional: bool,
    fault: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    let office = Office::here();
    let hint = (!hint.is_empty()).then_some(hint);
    view! {
        <div class="field">
            <label for=id>
                {label}
                {optional.then(|| view! { <span class="optional">{office.say(Frame::Optional)}</span> })}
            </label>
            {children()}
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{hint}</p> })}
            {move || fault.get().map(|fault| view! { <p class="fault" id=format!("{id}-fault")>{fault}</p> })}
        </div>
    }
}

/// One line.
#[component]
pub fn Line(
    /// The form it is in.
    form: Form,
    /// Its name in the form, and in the page.
    name: &'static str,
    /// What people read.
    #[prop(into)]
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// Of what kind: `text`, `password`, `number`.
    #[prop(default = Signal::stored("text"), into)]
    kind: Signal<&'static str>,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
) -> impl IntoView {
    let fault = form.fault(name);
    let described = described(name, !hint.is_empty(), fault);
    view! {
        <Around id=name label hint optional fault>
            <input id=name name=name type=move || kind.get() autocomplete=autocomplete autocapitalize="off"
                spellcheck="false" bind:value=value aria-describedby=described
                aria-invalid=move || fault.with(Option::is_some).then_some("true")/>
        </Around>
    }
}

/// Several lines.
#[component]
pub fn Area(
    /// The form it is in.
    form: Form,
    /// Its name in the form, and in the page.
    name: &'static str,
    /// What people read.
    #[prop(into)]
    label: String,
    /// What is typed.
    value: RwSignal<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
    /// How many lines are seen at once.
    #[prop(default = 3)]
    rows: u32,
) -> impl IntoView {
    let fault = form.fault(name);
    let described = described(name, !hint.is_empty(), fault);
    view! {
        <Around id=name label hint optional fault>
            <textarea id=name name=name rows=rows bind:value=value aria-describedby=described
                aria-invalid=move || fault.with(Option::is_some).then_some("true")></textarea>
        </Around>
    }
}

/// A day.
#[component]
pub fn Day(
    /// The form it is in.
    form: Form,
    /// Its name in the form, and in the page.
    name: &'static str,
    /// What people read.
    #[prop(into)]
    label: String,
    /// What is chosen, as `YYYY-MM-DD`.
    value: RwSignal<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: String,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let fault = form.fault(name);
    let described = described(name, !hint.is_empty(), fault);
    view! {
        <Around id=name label hint optional fault>
            <input id=name name=name type="date" bind:value=value aria-describedby=described
                aria-invalid=move || fault.with(Option::is_some).then_some("true")/>
        </Around>
    }
}

/// One of few: code and word.
#[component]
pub fn Select(
    /// The form it is in.
    form: Form,
    /// Its name in the form, and in the page.
    name: &'static str,
    /// What people read.
    #[prop(into)]
    label: String,
    /// The code that is chosen.
    value: RwSignal<String>,
    /// Code and word of each.
    choices: Vec<(String, String)>,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: String,
) -> impl IntoView {
    let fault = form.fault(name);
    let described = described(name, !hint.is_empty(), fault);
    let one = move |(code, word): (String, String)| {
        let mine = code.clone();
        view! { <option value=code selected=move || value.with(|chosen| *chosen == mine)>{word}</option> }
    };
    view! {
        <Around id=name label hint optional=false fault>
            <select id=name name=name on:change=move |event| value.set(event_target_value(&event))
                aria-describedby=described aria-invalid=move || fault.with(Option::is_some).then_some("true")>
                {choices.into_iter().map(one).collect_view()}
            </select>
        </Around>
    }
}

/// Yes or no.
#[component]
pub fn Tick(
    /// Its name in the page.
    name: &'static str,
    /// What people read.
    #[prop(into)]
    label: String,
    /// Whether it is.
    value: RwSignal<bool>,
) -> impl IntoView {
    view! {
        <label class="tick" for=name>
            <input id=name name=name type="checkbox" bind:checked=value/>
            <span>{label}</span>
        </label>
    }
}
