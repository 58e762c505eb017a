//! The form of a report: a figure, words, photos, send. **Invariant: what is typed is kept as it is
//! typed, and the form is left only when the phone has kept the report.**

use crate::{
    offline::work::{Belongs, Work},
    piles,
    words::Word,
};
use leptos::{html, prelude::*, task::spawn_local};
use openapi::{
    assignments::{Assignment, AssignmentId},
    reports::{ReportDraft, ReportId, refusals},
    value::{Name, Note, Percent, Quantity},
};

use crate::{
    device,
    photo::{self, Photo},
    ui::{Ui, not_kept},
    widgets::{Area, Empty, Line, Notice, Page},
};

/// How many photos a report may have.
const PHOTOS: usize = 10;

#[component]
pub fn Report(
    /// About which work.
    id: AssignmentId,
    /// Whether it says that the work is done.
    completes: bool,
) -> impl IntoView {
    let ui = Ui::here();
    // Read once: a download must not disturb what is being typed.
    let told = ui.core.get_untracked().view(id).map(|view| view.assignment.clone());
    let word = if completes { Word::ReportDone } else { Word::ReportDoing };
    view! {
        <Page back=true title=Signal::derive(move || ui.say(word).to_owned())>
            {match told {
                Some(told) => view! { <Form told completes/> }.into_any(),
                None => view! { <Empty title=ui.say(Word::NotHere).to_owned() hint=ui.say(Word::NotHereHint).to_owned()/> }
                    .into_any(),
            }}
        </Page>
    }
}

/// What is typed, field by field.
#[derive(Clone, Copy)]
struct Typed {
    number: RwSignal<String>,
    words: RwSignal<String>,
    told_by: RwSignal<String>,
    photos: RwSignal<Vec<Photo>>,
    preparing: RwSignal<usize>,
}

/// What is wrong, field by field.
#[derive(Clone, Copy)]
struct Faults {
    number: RwSignal<Option<String>>,
    words: RwSignal<Option<String>>,
    told_by: RwSignal<Option<String>>,
    photos: RwSignal<Option<String>>,
    whole: RwSignal<Option<String>>,
}
impl Faults {
    fn new() -> Self {
        let none = || RwSignal::new(None);
        Self { number: none(), words: none(), told_by: none(), photos: none(), whole: none() }
    }
    fn clear(self) {
        for one in [self.number, self.words, self.told_by, self.photos, self.whole] {
            one.set(None);
        }
    }
}

/// A signal that starts with what was typed before and keeps what is typed.
pub fn drafted(name: String) -> RwSignal<String> {
    let text = RwSignal::new(device::draft(&name).unwrap_or_default());
    Effect::new(move |_| device::set_draft(&name, &text.get()));
    text
}

#[component]
fn Form(told: Assignment, completes: bool) -> impl IntoView {
    let ui = Ui::here();
    let id = told.id;
    let name = |field: &str| format!("{id} {completes} {field}");
    let typed = Typed {
        number: drafted(name("number")),
        words: drafted(name("words")),
        told_by: drafted(name("told_by")),
        photos: RwSignal::new(Vec::new()),
        preparing: RwSignal::new(0),
    };
    let faults = Faults::new();
    let busy = RwSignal::new(false);
    let me = ui.me();
    let own = me.as_ref().is_some_and(|me| piles::reports_for(me).any(|unit| unit == told.unit.id));
    // Where the document counts something, the report counts it too.
    let figure = told.task.targets.iter().find(|target| target.value.is_some() && !is_share(target)).cloned();
    let counted = figure.is_some();
    let after = figure.as_ref().map_or_else(
        || "%".to_owned(),
        |target| {
            let of = target.value.map(|value| value.to_string()).unwrap_or_default();
            let unit = target.unit.as_ref().map(ToString::to_string).unwrap_or_default();
            ui.fill(Word::OutOf, &[&format!("{of} {unit}")])
        },
    );
    let asks_number = counted || !completes;
    let corrects = ui.core.get_untracked().returned(id).filter(|_| completes);
    let send = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() || typed.preparing.get_untracked() > 0 {
            return;
        }
        faults.clear();
        let Some(draft) = read(&ui, typed, faults, id, completes, counted, own) else { return };
        let draft = ReportDraft { corrects, ..draft };
        busy.set(true);
        keep(ui, draft, typed.photos.get_untracked(), move |ui, done| {
            busy.set(false);
            match done {
                Ok(()) => {
                    for text in [typed.number, typed.words, typed.told_by] {
                        text.set(String::new());
                    }
                    for photo in typed.photos.get_untracked() {
                        device::forget_address(&photo.address);
                    }
                    ui.tell(ui.say(Word::KeptToast));
                    device::back(&crate::route::Route::Task(id).hash());
                }
                Err(why) => faults.whole.set(Some(ui.say(not_kept(why)).to_owned())),
            }
        });
    };
    let (q, w, h, t, b, a) = (ui, ui, ui, ui, ui, after);
    view! {
        <p class="about"><strong>{told.unit.name.to_string()}</strong>" · "{told.task.content.to_string()}</p>
        <form on:submit=send>
            {asks_number.then(|| view! {
                <Line id="number" value=typed.number keyboard="decimal" fault=faults.number after=a
                    label=Signal::derive(move || q.say(if counted { Word::HowMuch } else { Word::HowFar }).to_owned())/>
            })}
            <Area id="words" value=typed.words fault=faults.words
                label=Signal::derive(move || w.say(Word::Say).to_owned())
                hint=Signal::derive(move || h.say(Word::SayHint).to_owned())/>
            {(!own).then(|| view! {
                <Line id="told_by" value=typed.told_by fault=faults.told_by
                    label=Signal::derive(move || t.say(Word::ToldBy).to_owned())/>
            })}
            <Photos typed fault=faults.photos/>
            <div role="alert">{move || faults.whole.get().map(|why| view! { <Notice bad=true>{why}</Notice> })}</div>
            <button class="main" type="submit" disabled=move || busy.get() || typed.preparing.get() != 0>
                {move || b.say(Word::Send)}
            </button>
        </form>
    }
}

/// Whether a target is itself a share in percent.
fn is_share(target: &openapi::tasks::Target) -> bool {
    target.unit.as_ref().is_some_and(|unit| unit.as_str().trim() == "%")
}

/// What was typed as a report, or what is wrong with it.
fn read(
    ui: &Ui,
    typed: Typed,
    faults: Faults,
    id: AssignmentId,
    completes: bool,
    counted: bool,
    own: bool,
) -> Option<ReportDraft> {
    let language = ui.language.get_untracked();
    let number = typed.number.get_untracked().trim().replace(',', ".");
    let words = typed.words.get_untracked().trim().to_owned();
    let told_by = typed.told_by.get_untracked().trim().to_owned();
    let mut fits = true;
    let mut wrong = |place: RwSignal<Option<String>>, why: String| {
        place.set(Some(why));
        fits = false;
    };
    let (mut quantity, mut percent) = (None, None);
    if !number.is_empty() && counted {
        match number.parse::<Quantity>() {
            Ok(many) => quantity = Some(many),
            Err(_) => wrong(faults.number, ui.say(Word::NumberBad).to_owned()),
        }
    } else if !number.is_empty() {
        match number.parse::<i64>().ok().and_then(|share| Percent::try_from(share).ok()) {
            Some(share) => percent = Some(share),
            None => wrong(faults.number, ui.say(Word::PercentBad).to_owned()),
        }
    }
    let note = if words.is_empty() {
        None
    } else {
        match Note::try_from(words) {
            Ok(note) => Some(note),
            Err(why) => {
                wrong(faults.words, why.in_language(language).to_owned());
                None
            }
        }
    };
    let told = if own {
        None
    } else {
        match Name::try_from(told_by) {
            Ok(told) => Some(told),
            Err(why) => {
                wrong(faults.told_by, why.in_language(language).to_owned());
                None
            }
        }
    };
    if !fits {
        return None;
    }
    let draft = ReportDraft {
        assignment: id,
        percent: if completes && quantity.is_none() { Percent::try_from(100).ok() } else { percent },
        quantity,
        words: note,
        completes,
        made_at: device::now(),
        corrects: None,
        told_by: told,
        files: typed.photos.get_untracked().into_iter().map(|photo| photo.file).collect(),
    };
    // The rules of the server, asked before it is.
    if refusals(&draft).is_empty() {
        Some(draft)
    } else {
        faults.whole.set(Some(ui.say(Word::SaySomething).to_owned()));
        None
    }
}

/// Hands a report and its photos to the engine.
fn keep(
    ui: Ui,
    draft: ReportDraft,
    photos: Vec<Photo>,
    then: impl FnOnce(Ui, Result<(), crate::offline::event::NotKept>) + Send + Sync + 'static,
) {
    let id: ReportId = ui.new_id();
    let mut works = vec![Work::Report(id, draft)];
    let mut files = Vec::new();
    for photo in photos {
        files.push((photo.file.id, photo.bytes));
        works.push(Work::Photo(photo.file, Belongs::Report(id)));
    }
    ui.send(works, files, move |done| then(ui, done));
}

/// Photos from the camera or the album, small and ready.
#[component]
fn Photos(typed: Typed, fault: RwSignal<Option<String>>) -> impl IntoView {
    let ui = Ui::here();
    let input = NodeRef::<html::Input>::new();
    let chosen = move |_| {
        let Some(input) = input.get_untracked() else { return };
        let Some(list) = input.files() else { return };
        let files: Vec<web_sys::File> = (0..list.length()).filter_map(|n| list.get(n)).collect();
        fault.set(None);
        typed.preparing.update(|many| *many += files.len());
        spawn_local(async move {
            // One after the other: two pictures of twelve megapixels at once are too much for a cheap phone.
            for file in files {
                let full = typed.photos.with_untracked(|photos| photos.len() >= PHOTOS);
                if full {
                    fault.set(Some(ui.say(Word::PhotosTooMany).to_owned()));
                } else {
                    match photo::take(&file, ui.new_id::<()>()).await {
                        Some(photo) => typed.photos.update(|photos| photos.push(photo)),
                        None => fault.set(Some(ui.say(Word::PhotoBad).to_owned())),
                    }
                }
                typed.preparing.update(|many| *many = many.saturating_sub(1));
            }
            // So that the same photo may be chosen again after it was removed.
            input.set_value("");
        });
    };
    let shown = move || {
        let one = |(n, photo): (usize, Photo)| {
            let name = ui.fill(Word::RemovePhoto, &[&(n + 1).to_string()]);
            let gone = photo.address.clone();
            let remove = move |_| {
                device::forget_address(&gone);
                typed.photos.update(|photos| photos.retain(|other| other.address != gone));
            };
            view! {
                <li>
                    <img src=photo.address alt=photo.file.name.to_string()/>
                    <button type="button" class="remove" aria-label=name on:click=remove>"×"</button>
                </li>
            }
        };
        typed.photos.get().into_iter().enumerate().map(one).collect_view()
    };
    view! {
        <div class="field">
            <ul class="photos">{shown}</ul>
            <label class="file">
                <input node_ref=input id="photos" type="file" accept="image/*" multiple on:change=chosen/>
                <span aria-hidden="true">"+"</span>
                {move || ui.say(Word::AddPhoto)}
            </label>
            <div role="status">
                <Show when=move || typed.preparing.get() != 0>
                    <p class="hint">{move || ui.say(Word::PreparingPhoto)}</p>
                </Show>
            </div>
            <div role="alert">{move || fault.get().map(|why| view! { <p class="fault">{why}</p> })}</div>
        </div>
    }
}
