//! What is asked of the server to be shown. **Invariant: it is being fetched, is here, or cannot be had;
//! what is here stays to be seen while it is fetched again, and a late answer never replaces a newer one.**

use std::{pin::Pin, rc::Rc, sync::Arc};

use leptos::{prelude::*, task::spawn_local};
use openapi::value::{Cursor, Page};

use crate::{
    Failed,
    office::{session::Office, words::Frame},
};

/// Something fetched.
pub struct Loading<T: Send + Sync + 'static> {
    here: RwSignal<Option<Arc<T>>>,
    failed: RwSignal<Option<Arc<Failed>>>,
    round: RwSignal<u32>,
}
impl<T: Send + Sync + 'static> Clone for Loading<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Send + Sync + 'static> Copy for Loading<T> {}

/// Fetches something, and again whenever a signal changes that `ask` reads before it first waits.
pub fn load<T, A>(ask: impl Fn() -> A + 'static) -> Loading<T>
where
    T: Send + Sync + 'static,
    A: Future<Output = Result<T, Failed>> + 'static,
{
    let loading = Loading { here: RwSignal::new(None), failed: RwSignal::new(None), round: RwSignal::new(0) };
    let newest = StoredValue::new(0_u32);
    Effect::new(move |_| {
        let _round = loading.round.get();
        let ticket = newest.get_value().wrapping_add(1);
        newest.set_value(ticket);
        let asked = ask();
        spawn_local(async move {
            let answer = asked.await;
            // The screen may be gone, or have asked again.
            if newest.try_get_value() != Some(ticket) {
                return;
            }
            match answer {
                Ok(answer) => loading.put(answer),
                Err(failed) => {
                    loading.failed.set(Some(Arc::new(failed)));
                }
            }
        });
    });
    loading
}

impl<T: Send + Sync + 'static> Loading<T> {
    /// What is here; whoever asks is told of the next.
    pub fn get(&self) -> Option<Arc<T>> {
        self.here.get()
    }
    /// What is here just now.
    pub fn now(&self) -> Option<Arc<T>> {
        self.here.get_untracked()
    }
    /// Why it cannot be had.
    pub fn failed(&self) -> Option<Arc<Failed>> {
        self.failed.get()
    }
    /// Fetches it again.
    pub fn again(&self) {
        self.round.update(|round| *round = round.wrapping_add(1));
    }
    /// Takes what the server answered to a change.
    pub fn put(&self, answer: T) {
        self.failed.set(None);
        self.here.set(Some(Arc::new(answer)));
    }
}

/// A list that is fetched page by page.
pub struct Pages<T: Clone + Send + Sync + 'static> {
    /// What is here so far.
    pub here: Loading<Page<T>>,
    ask: StoredValue<Ask<T>, LocalStorage>,
}
/// Asks for a page.
type Ask<T> = Rc<dyn Fn(Option<Cursor>) -> Pin<Box<dyn Future<Output = Result<Page<T>, Failed>>>>>;

impl<T: Clone + Send + Sync + 'static> Clone for Pages<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T: Clone + Send + Sync + 'static> Copy for Pages<T> {}

/// Fetches the first page of a list, and anew whenever a signal changes that `ask` reads.
pub fn pages<T, A>(ask: impl Fn(Option<Cursor>) -> A + 'static) -> Pages<T>
where
    T: Clone + Send + Sync + 'static,
    A: Future<Output = Result<Page<T>, Failed>> + 'static,
{
    let ask: Ask<T> = Rc::new(move |cursor| Box::pin(ask(cursor)));
    let first = Rc::clone(&ask);
    Pages { here: load(move || first(None)), ask: StoredValue::new_local(ask) }
}

impl<T: Clone + Send + Sync + 'static> Pages<T> {
    /// Fetches the next page and puts it behind those that are here.
    pub fn more(self) {
        let Some(before) = self.here.now() else { return };
        let Some(next) = before.next.clone() else { return };
        let asked = self.ask.with_value(|ask| ask(Some(next)));
        spawn_local(async move {
            match asked.await {
                Ok(page) => {
                    let items = before.items.iter().cloned().chain(page.items).collect();
                    self.here.put(Page { items, next: page.next });
                }
                Err(failed) => {
                    let _gone = self.here.failed.try_set(Some(Arc::new(failed)));
                }
            }
        });
    }
}

/// The button under a list that has more.
#[component]
pub fn More<T: Clone + Send + Sync + 'static>(
    /// The list.
    of: Pages<T>,
) -> impl IntoView {
    let office = Office::here();
    let more = move || of.here.get().is_some_and(|page| page.next.is_some());
    view! {
        <Show when=more>
            <p><button type="button" on:click=move |_| of.more()>{office.say(Frame::More)}</button></p>
        </Show>
    }
}

/// Shows something fetched, or that it is on its way, or why it cannot be had.
pub fn shown<T, V>(loading: Loading<T>, draw: impl Fn(Arc<T>) -> V + Send + Sync + 'static) -> impl IntoView
where
    T: Send + Sync + 'static,
    V: IntoView + 'static,
{
    let office = Office::here();
    move || {
        let trouble = loading.failed().map(|failed| {
            let number = failed.problem().map(|problem| problem.request_id.to_string());
            view! {
                <div class="notice bad" role="alert">
                    <p>{office.why(&failed)}</p>
                    <button type="button" on:click=move |_| loading.again()>{office.say(Frame::TryAgain)}</button>
                    {number.map(|number| view! { <small>{office.fill(Frame::RequestNumber, &[&number])}</small> })}
                </div>
            }
        });
        let waits = trouble.is_none();
        match loading.get() {
            Some(here) => view! { {trouble} {draw(here)} }.into_any(),
            None if waits => {
                view! { <p class="loading" role="status"><span></span><span></span><span></span>{office.say(Frame::Loading)}</p> }
                    .into_any()
            }
            None => trouble.into_any(),
        }
    }
}
