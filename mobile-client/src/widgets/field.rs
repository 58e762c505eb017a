//! Fields of forms. **Invariant: a field has a visible name, and what is wrong with it stands beside
//! it and is read out with it.**

use leptos::prelude::*;

/// What a field is for, by its name, hint and fault.
fn described(id: &'static str, has_hint: bool, fault: Signal<Option<String>>) -> impl Fn() -> String {
    move || {
        let fault = fault.with(Option::is_some).then(|| format!("{id}-fault"));
        let hint = has_hint.then(|| format!("{id}-hint"));
        [fault, hint].into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

#[component]
fn Around(
    id: &'static str,
    label: Signal<String>,
    hint: Option<Signal<String>>,
    fault: Signal<Option<String>>,
    children: Children,
) -> impl IntoView {
    view! {
        <div class="field">
            <label for=id>{move || label.get()}</label>
            {children()}
            {hint.map(|hint| view! { <p class="hint" id=format!("{id}-hint")>{move || hint.get()}</p> })}
            <div role="alert">
                {move || fault.get().map(|fault| view! { <p class="fault" id=format!("{id}-fault")>{fault}</p> })}
            </div>
        </div>
    }
}

/// One line.
#[component]
pub fn Line(
    /// Its name in the page.
    id: &'static str,
    /// What people read.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// What is wrong.
    #[prop(optional, into)]
    fault: Signal<Option<String>>,
    /// Of what kind: `text`, `password`, `tel`.
    #[prop(default = Signal::stored("text"), into)]
    kind: Signal<&'static str>,
    /// Which keyboard: `text`, `decimal`, `numeric`.
    #[prop(default = "text")]
    keyboard: &'static str,
    /// What the browser may fill in.
    #[prop(default = "off")]
    autocomplete: &'static str,
    /// What stands after it: "trên 3 căn".
    #[prop(optional, into)]
    after: Signal<String>,
) -> impl IntoView {
    let described = described(id, false, fault);
    view! {
        <Around id label hint=None fault>
            <div class="with-after">
                <input id=id name=id type=move || kind.get() inputmode=keyboard autocomplete=autocomplete
                    autocapitalize="off" bind:value=value aria-describedby=described
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")/>
                <span>{move || after.get()}</span>
            </div>
        </Around>
    }
}

/// Several lines.
#[component]
pub fn Area(
    /// Its name in the page.
    id: &'static str,
    /// What people read.
    #[prop(into)]
    label: Signal<String>,
    /// What is typed.
    value: RwSignal<String>,
    /// What helps to fill it in.
    #[prop(optional, into)]
    hint: Signal<String>,
    /// What is wrong.
    #[prop(optional, into)]
    fault: Signal<Option<String>>,
) -> impl IntoView {
    let described = described(id, true, fault);
    view! {
        <Around id label hint=Some(hint) fault>
            <textarea id=id name=id rows="4" bind:value=value aria-describedby=described
                aria-invalid=move || fault.with(Option::is_some).then_some("true")></textarea>
        </Around>
    }
}

/// A day.
#[component]
pub fn DateField(
    /// Its name in the page.
    id: &'static str,
    /// What people read.
    #[prop(into)]
    label: Signal<String>,
    /// What is chosen, as `YYYY-MM-DD`.
    value: RwSignal<String>,
    /// The first day that may be chosen.
    #[prop(optional, into)]
    from: Signal<String>,
    /// What is wrong.
    #[prop(optional, into)]
    fault: Signal<Option<String>>,
) -> impl IntoView {
    let described = described(id, false, fault);
    view! {
        <Around id label hint=None fault>
            <input id=id name=id type="date" min=move || from.get() bind:value=value aria-describedby=described
                aria-invalid=move || fault.with(Option::is_some).then_some("true")/>
        </Around>
    }
}
