//! Something the person said, and what has become of it.

use crate::{
    offline::{
        sync::Shown,
        work::{Item, Work},
    },
    words::Word,
};
use leptos::prelude::*;

use crate::ui::Ui;

/// What kind of thing an item is.
const fn kind_of(work: &Work) -> Word {
    match work {
        Work::Report(_, draft) if draft.completes => Word::KindDoneReport,
        Work::Report(..) => Word::KindReport,
        Work::Photo(..) => Word::KindPhoto,
        Work::Acknowledge(..) => Word::KindAcknowledge,
        Work::Extension(..) => Word::KindExtension,
        Work::Excuse(..) => Word::KindExcuse,
        Work::Difficulty(..) => Word::KindDifficulty,
        Work::Review(..) => Word::KindReview,
        Work::DecideExtension(..) => Word::KindDecideExtension,
        Work::DecideExcuse(..) => Word::KindDecideExcuse,
        Work::AnswerDifficulty(..) => Word::KindAnswer,
    }
}

/// The words of an item, where it has any.
fn words_of(work: &Work) -> Option<String> {
    match work {
        Work::Report(_, draft) => {
            let figure = draft.quantity.map(|many| many.to_string());
            let share = draft.percent.map(|percent| format!("{}%", percent.get()));
            let words = draft.words.as_ref().map(ToString::to_string);
            let parts: Vec<String> = [figure.or(share), words].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(" · "))
        }
        Work::Photo(file, _) => Some(file.name.to_string()),
        Work::Extension(_, draft) => Some(draft.reason.to_string()),
        Work::Excuse(_, draft) => Some(draft.reason.to_string()),
        Work::Difficulty(_, draft) => Some(draft.words.to_string()),
        Work::Review(_, draft) => draft.reason.as_ref().map(ToString::to_string),
        Work::DecideExtension(_, draft) => draft.reason.as_ref().map(ToString::to_string),
        Work::DecideExcuse(_, draft) => draft.reason.as_ref().map(ToString::to_string),
        Work::AnswerDifficulty(_, draft) => Some(draft.words.to_string()),
        Work::Acknowledge(..) => None,
    }
}

/// What has become of an item, in words, and how it looks.
fn state_of(ui: &Ui, shown: Shown<'_>) -> (String, &'static str) {
    match shown {
        Shown::Kept(_) => (ui.say(Word::KeptHere).to_owned(), "waits"),
        Shown::WaitsForItsReport => (ui.say(Word::KeptAfterReport).to_owned(), "waits"),
        Shown::Sending => (ui.say(Word::Sending).to_owned(), "waits"),
        Shown::Sent(at) => (ui.fill(Word::SentAt, &[&ui.moment(at)]), "done"),
        Shown::NeedsSignIn => (ui.say(Word::NeedsSignIn).to_owned(), "late"),
        Shown::Refused(why) => (format!("{}: {}", ui.say(Word::RefusedShort), why.detail), "late"),
    }
}

/// Something the person said: what kind, its words, and what has become of it.
#[component]
pub fn SaidItem(
    /// Which.
    item: Item,
) -> impl IntoView {
    let ui = Ui::here();
    let core = ui.core.get();
    let shown = core.shown(&item);
    let fields: Vec<String> = match shown {
        Shown::Refused(why) => why.fields.iter().map(|field| field.detail.clone()).collect(),
        _ => Vec::new(),
    };
    let (state, look) = state_of(&ui, shown);
    view! {
        <div class="said">
            <p class="strong">{ui.say(kind_of(&item.work))}<span class="at">{ui.moment(item.made_at)}</span></p>
            {words_of(&item.work).map(|words| view! { <p class="words">{words}</p> })}
            <p class=format!("state {look}")>{state}</p>
            {fields.into_iter().map(|field| view! { <p class="fault">{field}</p> }).collect_view()}
        </div>
    }
}
