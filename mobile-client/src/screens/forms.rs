//! The short forms: what stands in the way, more time, a reason for the delay.

use crate::{
    offline::{event::NotKept, work::Work},
    route::Route,
    words::Word,
};
use leptos::prelude::*;
use openapi::{
    assignments::{Assignment, AssignmentId},
    decisions::{DifficultyDraft, ExcuseDraft, ExtensionDraft},
    value::{Date, Note},
};

use super::report::drafted;
use crate::{
    device,
    ui::{Ui, not_kept},
    widgets::{Area, DateField, Empty, Notice, Page},
};

/// The words of a form as the server takes them, or what is wrong with them.
pub fn note(ui: &Ui, typed: &str, fault: RwSignal<Option<String>>) -> Option<Note> {
    let typed = typed.trim();
    if typed.is_empty() {
        fault.set(Some(ui.say(Word::NeedWords).to_owned()));
        return None;
    }
    match Note::try_from(typed.to_owned()) {
        Ok(note) => Some(note),
        Err(why) => {
            fault.set(Some(why.in_language(ui.language.get_untracked()).to_owned()));
            None
        }
    }
}

/// A form of words, with something more in it where `children` say so. `works` makes what is sent.
#[component]
fn Words(
    id: AssignmentId,
    /// The name under which what is typed is kept.
    name: &'static str,
    title: Word,
    label: Word,
    #[prop(optional)] hint: Option<Word>,
    /// What is to be sent for the words; nothing when a field has a fault.
    works: impl Fn(&Ui, &Assignment, Note) -> Option<Work> + Send + Sync + 'static,
    /// More fields, before the words.
    #[prop(optional)]
    before: Option<AnyView>,
) -> impl IntoView {
    let ui = Ui::here();
    let told = ui.core.get_untracked().view(id).map(|view| view.assignment.clone());
    let words = drafted(format!("{id} {name}"));
    let (fault, whole, busy) = (RwSignal::new(None), RwSignal::new(None::<String>), RwSignal::new(false));
    let Some(told) = told else {
        return view! {
            <Page back=true title=Signal::derive(move || ui.say(title).to_owned())>
                <Empty title=ui.say(Word::NotHere).to_owned() hint=ui.say(Word::NotHereHint).to_owned()/>
            </Page>
        }
        .into_any();
    };
    let about = told.clone();
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        fault.set(None);
        whole.set(None);
        let Some(note) = note(&ui, &words.get_untracked(), fault) else { return };
        let Some(work) = works(&ui, &told, note) else { return };
        busy.set(true);
        ui.send(vec![work], Vec::new(), move |done: Result<(), NotKept>| {
            busy.set(false);
            match done {
                Ok(()) => {
                    words.set(String::new());
                    ui.tell(ui.say(Word::KeptToast));
                    device::back(&Route::Task(id).hash());
                }
                Err(why) => whole.set(Some(ui.say(not_kept(why)).to_owned())),
            }
        });
    };
    view! {
        <Page back=true title=Signal::derive(move || ui.say(title).to_owned())>
            <p class="about"><strong>{about.unit.name.to_string()}</strong>" · "{about.task.content.to_string()}</p>
            <form on:submit=send>
                {before}
                <Area id="words" value=words fault label=Signal::derive(move || ui.say(label).to_owned())
                    hint=Signal::derive(move || hint.map(|hint| ui.say(hint).to_owned()).unwrap_or_default())/>
                <div role="alert">{move || whole.get().map(|why| view! { <Notice bad=true>{why}</Notice> })}</div>
                <button class="main" type="submit" disabled=move || busy.get()>{move || ui.say(Word::Send)}</button>
            </form>
        </Page>
    }
    .into_any()
}

#[component]
pub fn Difficulty(id: AssignmentId) -> impl IntoView {
    let works = |ui: &Ui, told: &Assignment, words: Note| {
        let draft =
            DifficultyDraft { unit: told.unit.id, assignment: Some(told.id), words, made_at: device::now() };
        Some(Work::Difficulty(ui.new_id(), draft))
    };
    view! { <Words id name="difficulty" title=Word::DifficultyTitle label=Word::DifficultyWhat hint=Word::SayHint works/> }
}

#[component]
pub fn Excuse(id: AssignmentId) -> impl IntoView {
    let works = |ui: &Ui, told: &Assignment, reason: Note| {
        let draft = ExcuseDraft { assignment: told.id, reason, made_at: device::now() };
        Some(Work::Excuse(ui.new_id(), draft))
    };
    view! { <Words id name="excuse" title=Word::ExcuseTitle label=Word::Why hint=Word::ExcuseHint works/> }
}

#[component]
pub fn Extension(id: AssignmentId) -> impl IntoView {
    let ui = Ui::here();
    let (until, fault) = (drafted(format!("{id} until")), RwSignal::new(None::<String>));
    let due = ui.core.get_untracked().view(id).and_then(|view| view.assignment.due_on);
    let works = move |ui: &Ui, told: &Assignment, reason: Note| {
        let day: Option<Date> = until.get_untracked().parse().ok();
        let day = day.filter(|day| told.due_on.is_none_or(|due| *day > due));
        let Some(asked_due_on) = day else {
            let due = told.due_on.map(|due| ui.date(due)).unwrap_or_default();
            fault.set(Some(ui.fill(Word::ExtensionUntilBad, &[&due])));
            return None;
        };
        until.set(String::new());
        let draft = ExtensionDraft { assignment: told.id, asked_due_on, reason, made_at: device::now() };
        Some(Work::Extension(ui.new_id(), draft))
    };
    let first = due.map(|due| due.plus(1).max(ui.today()).to_string()).unwrap_or_default();
    let before = view! {
        <DateField id="until" value=until fault from=first
            label=Signal::derive(move || ui.say(Word::ExtensionUntil).to_owned())/>
    }
    .into_any();
    view! { <Words id name="extension" title=Word::ExtensionTitle label=Word::Why works before/> }
}
