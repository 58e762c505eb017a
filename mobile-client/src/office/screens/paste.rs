//! A document is pasted or dropped, read, and what was found of it looked over. **Invariant: nothing of it
//! is kept anywhere before the server has read it and found it not to be secret.**

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use openapi::{
    directives::{DirectiveDraft, DirectiveId},
    endpoint::Bytes,
    imports::{Import, ImportFile, ImportRequest, TryFileImport, TryImport},
    reading::Commune,
    value::Body,
};
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use crate::{
    Failed,
    office::{
        editor::{
            edit::{Around, lay_all},
            facts,
            kept::Kept,
        },
        parts::{Notice, Page},
        screens::{draft::keep, facts::FactsForm},
        session::Office,
        words::Desk as W,
    },
};

/// Entering a document.
#[component]
pub fn Paste(
    /// The id it will have.
    id: DirectiveId,
    /// What is known of the commune.
    commune: Commune,
    /// What is done when it lies on the desk.
    begun: Callback<()>,
) -> impl IntoView {
    let office = Office::here();
    let commune = StoredValue::new(commune);
    let read = RwSignal::new(None::<Arc<Import>>);
    let again = Callback::new(move |()| read.set(None));
    let begin = move |import: &Import, draft: DirectiveDraft| {
        let mut new_id = || office.new_id();
        commune.with_value(|commune| {
            let mut around = Around { directive: id, commune, new_id: &mut new_id };
            keep(id, Some(&Kept::begin(draft, &lay_all(import, &mut around))));
        });
        begun.run(());
    };
    let inside = move || match read.get() {
        None => view! { <Entry read/> }.into_any(),
        Some(import) => view! { <Look id import again begin/> }.into_any(),
    };
    view! { <Page title=Signal::derive(move || office.say(W::NewTitle).to_owned())>{inside}</Page> }
}

/// The text, or the file.
#[component]
fn Entry(read: RwSignal<Option<Arc<Import>>>) -> impl IntoView {
    let office = Office::here();
    let (text, busy) = (RwSignal::new(String::new()), RwSignal::new(false));
    let wrong = RwSignal::new(None::<String>);
    let settle = move |answer: Result<Import, Failed>| {
        let _gone = busy.try_set(false);
        match answer {
            Ok(import) if import.text.chars().count() > Body::MAX => {
                wrong.set(Some(office.say(W::TooLong).to_owned()))
            }
            Ok(import) => read.set(Some(Arc::new(import))),
            Err(failed) => {
                let _gone = wrong.try_set(Some(said(office, &failed)));
            }
        }
    };
    let submit = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let Ok(text) = text.get_untracked().as_str().try_into() else {
            wrong.set(Some(office.say(W::NothingPasted).to_owned()));
            return;
        };
        wrong.set(None);
        busy.set(true);
        spawn_local(async move { settle(office.call::<TryImport>((), ImportRequest { text }).await) });
    };
    let chosen = move |event: leptos::ev::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<web_sys::HtmlInputElement>().ok());
        let Some(file) = input.and_then(|input| input.files()?.get(0)) else { return };
        wrong.set(None);
        busy.set(true);
        spawn_local(async move {
            let content = match JsFuture::from(file.array_buffer()).await {
                Ok(buffer) => js_sys::Uint8Array::new(&buffer).to_vec(),
                Err(_) => Vec::new(),
            };
            // What it is, is judged by its content.
            let media = "application/octet-stream".to_owned();
            settle(office.call::<TryFileImport>((), ImportFile(Bytes { media, content })).await);
        });
    };
    let field = NodeRef::<leptos::html::Textarea>::new();
    Effect::new(move |_| {
        if let Some(field) = field.get() {
            leptos::task::spawn_local(async move {
                crate::device::sleep(0).await;
                let _gone = field.focus();
            });
        }
    });
    view! {
        <form class="sheet paste" on:submit=submit>
            <div class="field">
                <label for="paste-text">{office.say(W::PasteLabel)}</label>
                <p class="hint" id="paste-hint">{office.say(W::PasteHint)}</p>
                <textarea id="paste-text" node_ref=field rows="18" spellcheck="false" aria-describedby="paste-hint" bind:value=text></textarea>
            </div>
            <div role="alert">{move || wrong.get().map(|why| view! { <Notice bad=true><p>{why}</p></Notice> })}</div>
            <div class="buttons">
                <button type="submit" class="main" disabled=move || busy.get()>
                    {move || office.say(if busy.get() { W::Reading } else { W::Read })}
                </button>
                <div class="drop">
                    <label for="paste-file">{office.say(W::FileLabel)}</label>
                    <input id="paste-file" type="file" accept=".docx,.pdf" on:change=chosen aria-describedby="paste-file-hint"/>
                    <p class="hint" id="paste-file-hint">{office.say(W::FileHint)}</p>
                </div>
            </div>
        </form>
    }
}

/// What the server said, with what it says of the fields.
fn said(office: Office, failed: &Failed) -> String {
    let fields = failed
        .problem()
        .map(|problem| problem.fields.iter().map(|field| field.detail.to_string()).collect::<Vec<_>>());
    match fields {
        Some(fields) if !fields.is_empty() => fields.join(" "),
        _ => office.why(failed),
    }
}

/// What was found of it.
#[component]
fn Look(
    id: DirectiveId,
    import: Arc<Import>,
    again: Callback<()>,
    begin: impl Fn(&Import, DirectiveDraft) + Send + Sync + 'static,
) -> impl IntoView {
    let office = Office::here();
    let many = import.proposals.len().to_string();
    let found = import.document.clone();
    let body = Body::try_from(import.text.as_str()).ok();
    let draft = facts::Raw::of_found(&found, body);
    let save = Callback::new(move |draft: DirectiveDraft| begin(&import, draft));
    let more =
        view! { <button type="button" on:click=move |_| again.run(())>{office.say(W::AnotherText)}</button> };
    view! {
        <Notice><p><strong>{office.fill(W::Found, &[&many])}</strong>" "{office.say(W::FoundHint)}</p></Notice>
        <div class="sheet">
            <FactsForm name=format!("facts/{id}") raw=draft found save label=office.say(W::Begin) more=more.into_any() first=true/>
        </div>
    }
}
