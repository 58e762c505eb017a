//! "Việc của tôi": one list, the most urgent first.

use crate::{
    piles::{self, Pile, Row},
    words::Word,
};
use leptos::prelude::*;

use crate::{
    ui::Ui,
    widgets::{Card, Empty, Page},
};

/// The headings, in their order.
const PILES: [(Pile, Word); 8] = [
    (Pile::Returned, Word::PileReturned),
    (Pile::Overdue, Word::PileOverdue),
    (Pile::DueSoon, Word::PileDueSoon),
    (Pile::InTime, Word::PileInTime),
    (Pile::NoDate, Word::PileNoDate),
    (Pile::Waiting, Word::PileWaiting),
    (Pile::Paused, Word::PilePaused),
    (Pile::Closed, Word::PileDone),
];

#[component]
pub fn MyWork() -> impl IntoView {
    let ui = Ui::here();
    let rows = Memo::new(move |_| {
        let core = ui.core.get();
        let units: Vec<_> =
            ui.me().iter().flat_map(|me| piles::reports_for(me).collect::<Vec<_>>()).collect();
        let mine = |row: &Row| {
            core.view(row.id).is_some_and(|view| units.is_empty() || units.contains(&view.assignment.unit.id))
        };
        piles::rows(&core, ui.today(), ui.soon()).into_iter().filter(mine).collect::<Vec<_>>()
    });
    view! {
        <Page title=Signal::derive(move || ui.say(Word::MyWork).to_owned())>
            <Whose/>
            {move || if rows.with(Vec::is_empty) { view! { <Nothing/> }.into_any() } else {
                let all = rows.get();
                let open = all.iter().any(|row| row.pile != Pile::Closed);
                let piles = PILES.iter().map(|(pile, word)| {
                    let rows: Vec<Row> = all.iter().filter(|row| row.pile == *pile).cloned().collect();
                    (!rows.is_empty()).then(|| view! { <Heap word=*word rows folded=*pile == Pile::Closed/> })
                });
                let done = (!open).then(|| {
                    view! { <Empty title=Signal::derive(move || ui.say(Word::AllDone).to_owned())/> }
                });
                view! { {done}{piles.collect_view()} }.into_any()
            }}
        </Page>
    }
}

/// Who I am and how fresh the list is.
#[component]
fn Whose() -> impl IntoView {
    let ui = Ui::here();
    move || {
        let me = ui.me()?;
        let units: Vec<String> = piles::reports_for(&me)
            .filter_map(|id| me.roles.iter().find(|role| role.unit.id == id))
            .map(|role| role.unit.name.to_string())
            .collect();
        let whose = if units.is_empty() { me.name.to_string() } else { units.join(", ") };
        Some(view! { <p class="whose"><strong>{whose}</strong><span>{fresh(&ui)}</span></p> })
    }
}

/// How fresh the book is.
pub fn fresh(ui: &Ui) -> String {
    match ui.core.get().book().synced_at() {
        None => ui.say(Word::NeverSynced).to_owned(),
        Some(at) => {
            let ago = crate::when::ago(at, crate::device::now().max(ui.now.get()), ui.language.get());
            ui.fill(Word::SyncedAt, &[&ago])
        }
    }
}

#[component]
fn Heap(word: Word, rows: Vec<Row>, folded: bool) -> impl IntoView {
    let ui = Ui::here();
    let many = rows.len();
    let cards = rows.into_iter().map(|row| view! { <li><Card row/></li> }).collect_view();
    let heading = view! { {ui.say(word)}<span class="count">{many}</span> };
    if folded {
        view! { <details class="pile"><summary><h2>{heading}</h2></summary><ul class="cards">{cards}</ul></details> }
            .into_any()
    } else {
        view! { <section class="pile"><h2>{heading}</h2><ul class="cards">{cards}</ul></section> }.into_any()
    }
}

/// Nothing in the list: because nothing was given, or because nothing has arrived yet.
#[component]
fn Nothing() -> impl IntoView {
    let ui = Ui::here();
    let complete = ui.core.get().book().is_complete();
    let (title, hint) = if complete {
        (ui.say(Word::NothingToDo), ui.say(Word::NothingToDoHint))
    } else {
        (ui.say(Word::FirstFill), ui.say(Word::FirstFillWaits))
    };
    view! { <Empty title=title.to_owned() hint=hint.to_owned()/> }
}
