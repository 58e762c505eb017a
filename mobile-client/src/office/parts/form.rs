//! What is being typed and sent. **Invariant: it is kept in this browser until the server has it; what the
//! server finds wrong stands at the field it names, and what names no field of the form above the button.**

use std::{str::FromStr, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use openapi::{id::Id, problem::Code, value::NotAValue};

use crate::{
    Failed,
    office::{
        session::{Office, forget_typing, keep_typed, typed},
        words::Frame,
    },
};

/// A form and its fields.
#[derive(Clone, Copy)]
pub struct Form {
    name: StoredValue<String>,
    fields: StoredValue<Vec<Field>>,
    /// Which field, and what is wrong with it.
    faults: RwSignal<Vec<(String, String)>>,
    /// Why it was not taken, as a whole.
    failed: RwSignal<Option<Arc<Failed>>>,
    /// Whether it is on its way.
    pub busy: RwSignal<bool>,
    restored: RwSignal<bool>,
    office: Office,
}

#[derive(Clone)]
struct Field {
    name: &'static str,
    value: RwSignal<String>,
    saved: String,
}

impl Form {
    /// A form; what is typed is kept under its name.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: StoredValue::new(name.into()),
            fields: StoredValue::new(Vec::new()),
            faults: RwSignal::new(Vec::new()),
            failed: RwSignal::new(None),
            busy: RwSignal::new(false),
            restored: RwSignal::new(false),
            office: Office::here(),
        }
    }

    /// The fields of a filter, that keep nothing.
    pub fn unkept() -> Self {
        Self::new("")
    }

    /// A field, with what is saved or with what was being typed last time. Its name is the one that the
    /// server gives it in what it finds wrong.
    pub fn text(self, name: &'static str, saved: impl Into<String>) -> RwSignal<String> {
        let saved = saved.into();
        let key = format!("{}/{name}", self.name.get_value());
        let before = typed(&key).filter(|text| *text != saved);
        if before.is_some() {
            self.restored.set(true);
        }
        let value = RwSignal::new(before.unwrap_or_else(|| saved.clone()));
        self.fields.update_value(|fields| fields.push(Field { name, value, saved: saved.clone() }));
        Effect::new(move |first: Option<()>| {
            let text = value.get();
            if first.is_some() {
                keep_typed(&key, (text != saved).then_some(text.as_str()));
                self.faults.update(|faults| faults.retain(|(other, _)| !is_of(other, name)));
            }
        });
        value
    }

    /// What is wrong with a field.
    pub fn fault(self, name: &'static str) -> Signal<Option<String>> {
        Signal::derive(move || {
            self.faults.with(|faults| {
                let mine: Vec<&str> = faults
                    .iter()
                    .filter(|(field, _)| is_of(field, name))
                    .map(|(_, why)| why.as_str())
                    .collect();
                (!mine.is_empty()).then(|| mine.join(" "))
            })
        })
    }

    /// Says what is wrong with a field.
    pub fn blame(self, name: &'static str, why: impl Into<String>) {
        self.faults.update(|faults| faults.push((name.to_owned(), why.into())));
    }

    /// Reads a field that must be filled in; tells at the field when it cannot be read.
    pub fn read<T: FromStr<Err = NotAValue>>(self, name: &'static str, text: &str) -> Option<T> {
        text.trim()
            .parse()
            .map_err(|bad: NotAValue| self.blame(name, bad.in_language(self.office.language.get_untracked())))
            .ok()
    }
    /// Reads a field that may be empty.
    #[expect(clippy::option_option, reason = "the outer one says whether it could be read")]
    pub fn read_optional<T: FromStr<Err = NotAValue>>(
        self,
        name: &'static str,
        text: &str,
    ) -> Option<Option<T>> {
        if text.trim().is_empty() { Some(None) } else { self.read(name, text).map(Some) }
    }

    /// Reads what must be chosen.
    pub fn chosen<T>(self, name: &'static str, id: &str) -> Option<Id<T>> {
        let id = id.parse().ok();
        if id.is_none() {
            self.blame(name, self.office.say(Frame::NotChosen));
        }
        id
    }

    /// Begins to read it anew: what was wrong is forgotten.
    pub fn begin(self) {
        self.faults.set(Vec::new());
        self.failed.set(None);
    }

    /// Sends it. When the server has it, what was typed is forgotten, and `then` goes on.
    pub fn send<R: 'static>(
        self,
        ask: impl Future<Output = Result<R, Failed>> + 'static,
        then: impl FnOnce(R) + 'static,
    ) {
        if self.busy.get_untracked() {
            return;
        }
        self.busy.set(true);
        spawn_local(async move {
            let answer = ask.await;
            // The form may be gone by now; what it sent is not.
            let _gone = self.busy.try_set(false);
            match answer {
                Ok(reply) => {
                    if let Some(name) = self.name.try_get_value() {
                        forget_typing(&format!("{name}/"));
                    }
                    then(reply);
                }
                Err(failed) => self.refused(failed),
            }
        });
    }

    fn refused(self, failed: Failed) {
        let fields = failed.problem().map(|problem| problem.fields.clone()).unwrap_or_default();
        let of_fields = fields.iter().map(|field| {
            (field.pointer.to_string().trim_start_matches(['/', '?']).to_owned(), field.detail.to_string())
        });
        let _gone = self.faults.try_set(of_fields.collect());
        let _gone = self.failed.try_set(Some(Arc::new(failed)));
        crate::office::parts::fields::to_first_fault();
    }

    /// What is wrong with no field that is shown.
    fn others(self) -> Vec<String> {
        let names: Vec<&'static str> =
            self.fields.with_value(|fields| fields.iter().map(|field| field.name).collect());
        self.faults.with(|faults| {
            let other = |field: &str| !names.iter().any(|name| is_of(field, name));
            faults.iter().filter(|(field, _)| other(field)).map(|(_, why)| why.clone()).collect()
        })
    }

    /// Back to what is saved.
    pub fn reset(self) {
        for field in self.fields.get_value() {
            field.value.set(field.saved);
        }
        self.restored.set(false);
        self.begin();
    }
}

/// Whether `aliases/0` is of `aliases`.
fn is_of(field: &str, name: &str) -> bool {
    field.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The form around its fields: what was restored, what is wrong as a whole, and the buttons.
#[component]
pub fn FormFrame(
    /// Its state.
    form: Form,
    /// What is done when it is to be sent.
    submit: impl Fn() + Send + Sync + 'static,
    /// What the button says, when it is not *save*.
    #[prop(optional, into)]
    save: Option<String>,
    /// What is done when somebody else has changed the thing: fetch the new version.
    #[prop(optional, into)]
    look_again: Option<Callback<()>>,
    /// Further buttons.
    #[prop(default = None)]
    more: Option<AnyView>,
    children: Children,
) -> impl IntoView {
    let office = form.office;
    let save = save.unwrap_or_else(|| office.say(Frame::Save).to_owned());
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        form.begin();
        submit();
        crate::office::parts::fields::to_first_fault();
    };
    let whole = move || {
        let failed = form.failed.get()?;
        let stale = failed.code() == Code::Stale;
        let others = form.others();
        let shown_at_fields = failed.problem().is_some_and(|problem| !problem.fields.is_empty());
        let why = if stale { office.say(Frame::Stale).to_owned() } else { office.why(&failed) };
        // Where every fault stands at its field, the sum of them is said once more, shortly.
        let why = if shown_at_fields && !others.is_empty() { others.join(" ") } else { why };
        let again = look_again.filter(|_| stale).map(|again| {
            view! { <button type="button" on:click=move |_| again.run(())>{office.say(Frame::LookAgain)}</button> }
        });
        Some(view! { <div class="notice bad"><p>{why}</p>{again}</div> })
    };
    view! {
        <form on:submit=send novalidate>
            <Show when=move || form.restored.get()>
                <div class="notice">
                    <p>{office.say(Frame::Restored)}</p>
                    <button type="button" on:click=move |_| form.reset()>{office.say(Frame::Forget)}</button>
                </div>
            </Show>
            {children()}
            <div role="alert">{whole}</div>
            <div class="buttons">
                <button class="main" type="submit" disabled=move || form.busy.get()>
                    {move || if form.busy.get() { office.say(Frame::Saving).to_owned() } else { save.clone() }}
                </button>
                {more}
            </div>
        </form>
    }
}
