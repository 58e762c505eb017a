//! "Gửi đi": what waits, what was refused and why, and receipts.

use crate::{
    offline::work::{Item, Work},
    words::Word,
};
use leptos::prelude::*;

use super::my_work::fresh;
use crate::{
    device,
    ui::Ui,
    widgets::{Empty, Notice, Page, SaidItem},
};

#[component]
pub fn Outbox() -> impl IntoView {
    let ui = Ui::here();
    view! {
        <Page title=Signal::derive(move || ui.say(Word::OutboxTitle).to_owned())>
            {move || {
                let core = ui.core.get();
                let Some(person) = core.desk().person() else { return ().into_any() };
                let items: Vec<Item> = core.items().rev().cloned().collect();
                let unsent = core.unsent();
                let tally = core.queue().tally(person);
                let oldest = core.queue().oldest(person).map(|at| ui.fill(Word::OutboxOldest, &[&ui.moment(at)]));
                let unread: Vec<String> = core.queue().unread(person).map(|one| one.row.to_owned()).collect();
                let state = if unsent == 0 {
                    ui.say(Word::OutboxAll).to_owned()
                } else {
                    ui.fill(Word::OutboxSome, &[&unsent.to_string()])
                };
                let count = (tally.of > 0).then(|| {
                    ui.fill(Word::OutboxTally, &[&tally.sent.to_string(), &tally.of.to_string()])
                });
                let save = {
                    let core = core.clone();
                    move |_| {
                        if let Some(text) = core.saved(person) {
                            device::save_file("dondoc-chua-gui.json", &text);
                        }
                    }
                };
                let empty = items.is_empty() && unread.is_empty();
                view! {
                    <section class="summary">
                        <p class="strong">{state}</p>
                        {count.map(|text| view! { <p>{text}</p> })}
                        {oldest.map(|text| view! { <p>{text}</p> })}
                        <p class="hint">{fresh(&ui)}</p>
                        <button class="main" type="button" on:click=move |_| ui.voice().wake()>{ui.say(Word::TryNow)}</button>
                        {(unsent > 0).then(|| view! {
                            <button type="button" on:click=save>{ui.say(Word::SaveToFile)}</button>
                        })}
                    </section>
                    {empty.then(|| view! { <Empty title=ui.say(Word::OutboxEmpty).to_owned()/> })}
                    {unread.into_iter().map(|_| view! { <Notice>{ui.say(Word::UnreadItem)}</Notice> }).collect_view()}
                    <ol class="events">{items.into_iter().map(|item| view! { <li><One item/></li> }).collect_view()}</ol>
                }
                .into_any()
            }}
        </Page>
    }
}

/// One item, and what may be done with it.
#[component]
fn One(item: Item) -> impl IntoView {
    let ui = Ui::here();
    let core = ui.core.get();
    let key = item.key;
    let refused = !item.is_sent() && !item.is_trying();
    let photo = matches!(item.work, Work::Photo(..)) && !item.is_sent();
    let about = core.about(&item.work).and_then(|id| {
        let told = core.view(id)?.assignment.task.content.to_string();
        Some((crate::route::Route::Task(id).hash(), told))
    });
    let sure = RwSignal::new(false);
    let retry = { move |_| ui.voice().retry_now(key) };
    let discard = { move |_| ui.voice().discard(key) };
    let drop_photo = { move |_| ui.voice().remove_photo(key) };
    view! {
        <SaidItem item/>
        {about.map(|(href, text)| view! { <a class="about" href=href>{text}</a> })}
        {photo.then(|| view! { <button type="button" class="quiet" on:click=drop_photo>{ui.say(Word::DropPhoto)}</button> })}
        {refused.then(|| view! {
            <button type="button" on:click=retry>{ui.say(Word::TryAgain)}</button>
            {move || if sure.get() {
                view! {
                    <p>{ui.say(Word::DiscardSure)}</p>
                    <button type="button" class="bad" on:click=discard>{ui.say(Word::Discard)}</button>
                    <button type="button" on:click=move |_| sure.set(false)>{ui.say(Word::Cancel)}</button>
                }
                .into_any()
            } else {
                view! { <button type="button" class="quiet" on:click=move |_| sure.set(true)>{ui.say(Word::Discard)}</button> }
                    .into_any()
            }}
        })}
    }
}
