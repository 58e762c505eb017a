//! One of many, found by typing without marks. **Invariant: what is chosen is an id out of the list or
//! nothing; the arrows move, Enter takes, Escape leaves it as it was.**

use leptos::prelude::*;
use openapi::text::fold;

use crate::office::{
    parts::{Form, fields::Around},
    session::Office,
    words::Frame,
};

/// One that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// Its id.
    pub value: String,
    /// What people read.
    pub label: String,
    /// What else it can be found by, and is told apart by.
    pub hint: String,
}

impl Choice {
    /// Whether it has all the typed words in it.
    pub fn has(&self, typed: &str) -> bool {
        let own = fold(&format!("{} {}", self.label, self.hint));
        fold(typed).split(' ').all(|word| own.contains(word))
    }
}

/// The most that are shown at once.
const SHOWN: usize = 50;

/// One of many.
#[component]
pub fn Pick(
    /// The form it is in.
    form: Form,
    /// Its name in the form, and in the page.
    name: &'static str,
    /// What people read.
    #[prop(into)]
    label: String,
    /// The id that is chosen, or nothing.
    value: RwSignal<String>,
    /// What there is to choose from.
    #[prop(into)]
    choices: Signal<Vec<Choice>>,
    /// What helps to choose.
    #[prop(optional, into)]
    hint: String,
    /// Whether it may stay empty.
    #[prop(optional)]
    optional: bool,
) -> impl IntoView {
    let office = Office::here();
    let fault = form.fault(name);
    // What is being typed to find one; nothing while nobody does.
    let typed = RwSignal::new(None::<String>);
    let at = RwSignal::new(0_usize);
    let chosen = move || {
        let value = value.get();
        choices
            .with(|all| all.iter().find(|one| one.value == value).map(|one| one.label.clone()))
            .unwrap_or_default()
    };
    let found = Memo::new(move |_| {
        let Some(typed) = typed.get() else { return Vec::new() };
        choices.with(|all| all.iter().filter(|one| one.has(&typed)).take(SHOWN).cloned().collect::<Vec<_>>())
    });
    let take = move |one: Option<Choice>| {
        if let Some(one) = one {
            value.set(one.value);
        }
        typed.set(None);
    };
    let move_by = move |by: isize| {
        let many = found.with(Vec::len);
        if typed.get_untracked().is_none() {
            typed.set(Some(String::new()));
        } else if many > 0 {
            at.update(|at| *at = at.checked_add_signed(by).unwrap_or(many - 1) % many);
        }
    };
    let key = move |event: leptos::ev::KeyboardEvent| match event.key().as_str() {
        "ArrowDown" => {
            event.prevent_default();
            move_by(1);
        }
        "ArrowUp" => {
            event.prevent_default();
            move_by(-1);
        }
        "Enter" if typed.get_untracked().is_some() => {
            event.prevent_default();
            // What is typed stays while nothing is found: the list may still be on its way.
            if let Some(one) = found.with(|found| found.get(at.get_untracked()).cloned()) {
                take(Some(one));
            }
        }
        "Escape" if typed.get_untracked().is_some() => {
            event.prevent_default();
            event.stop_propagation();
            typed.set(None);
        }
        _ => {}
    };
    let option = move |(place, one): (usize, Choice)| {
        let (label, hint) = (one.label.clone(), one.hint.clone());
        let press = move |event: leptos::ev::MouseEvent| {
            // Before the field loses the focus.
            event.prevent_default();
            take(Some(one.clone()));
        };
        view! {
            <li role="option" id=format!("{name}-{place}") aria-selected=move || (at.get() == place).to_string()
                on:mousedown=press>
                <span>{label}</span>
                <small>{hint}</small>
            </li>
        }
    };
    let list = move || {
        typed.get().is_some().then(|| {
            let found = found.get();
            let nothing =
                found.is_empty().then(|| view! { <li class="hint" role="option" aria-disabled="true" aria-selected="false">{office.say(Frame::NoMatch)}</li> });
            view! {
                <ul role="listbox" id=format!("{name}-list") aria-label=office.say(Frame::Find)>
                    {found.into_iter().enumerate().map(option).collect_view()}
                    {nothing}
                </ul>
            }
        })
    };
    let expanded = move || typed.with(Option::is_some);
    view! {
        <Around id=name label hint optional fault>
            <div class="pick">
                <input id=name type="text" role="combobox" autocomplete="off" spellcheck="false"
                    placeholder=office.say(Frame::NotChosen)
                    aria-expanded=move || expanded().to_string()
                    aria-controls=move || expanded().then(|| format!("{name}-list"))
                    aria-activedescendant=move || expanded().then(|| format!("{name}-{}", at.get()))
                    aria-invalid=move || fault.with(Option::is_some).then_some("true")
                    prop:value=move || typed.get().unwrap_or_else(chosen)
                    on:input=move |event| {
                        at.set(0);
                        typed.set(Some(event_target_value(&event)));
                    }
                    on:click=move |_| typed.update(|typed| { typed.get_or_insert_default(); })
                    on:blur=move |_| typed.set(None)
                    on:keydown=key/>
                <Show when=move || optional && value.with(|value| !value.is_empty())>
                    <button type="button" class="plain" on:click=move |_| value.set(String::new())
                        aria-label=office.say(Frame::ClearChoice)>"×"</button>
                </Show>
                {list}
            </div>
        </Around>
    }
}
