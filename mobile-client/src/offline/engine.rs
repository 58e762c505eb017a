//! Does what the core asks for: keeps, sends, waits. **Invariant: effects are done in their order, and
//! a write is answered before anything that follows it.**

use std::{future::Future, pin::Pin};

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender, unbounded};
use futures_util::{
    StreamExt,
    future::{AbortHandle, Abortable, Either, select},
    stream::FuturesUnordered,
};
use openapi::{attachments::AttachmentId, people::PersonId, sessions::Session, value::Instant};

use super::{
    answer::Outcome,
    event::{Ask, Effect, Event, RequestId, Tell},
    store::{Store, StoreError},
    sync::Sync,
    wire::{Heard, Wire},
    work::{Key, Work},
};

/// What the core may not ask for itself: the time and chance.
pub trait Surroundings {
    /// The phone's clock.
    fn now(&self) -> Instant;
    /// Any number, evenly spread.
    fn chance(&self) -> u32;
    /// Waits until a moment, or for about so long. May end early.
    fn wait_until(&self, moment: Instant) -> impl Future<Output = ()>;
}

/// What a screen may say to the engine. Clones speak to the same one.
#[derive(Debug, Clone)]
pub struct Voice {
    events: UnboundedSender<Said>,
}
#[derive(Debug)]
enum Said {
    Did(u64, PersonId, Vec<Work>, Vec<(AttachmentId, Vec<u8>)>),
    RetryNow(Key),
    Discard(Key),
    RemovePhoto(Key),
    DiscardUnread(String),
    Wake,
    SignedIn(Box<Session>),
    SignOut(PersonId),
}

impl Voice {
    /// Sends works, all or none; [`Tell::Kept`] or [`Tell::NotKept`] with this number comes back.
    pub fn did(&self, slip: u64, by: PersonId, works: Vec<Work>, files: Vec<(AttachmentId, Vec<u8>)>) {
        self.say(Said::Did(slip, by, works, files));
    }
    /// Tries an item at once.
    pub fn retry_now(&self, key: Key) {
        self.say(Said::RetryNow(key));
    }
    /// Gives up an item that was refused.
    pub fn discard(&self, key: Key) {
        self.say(Said::Discard(key));
    }
    /// Takes a photo out.
    pub fn remove_photo(&self, key: Key) {
        self.say(Said::RemovePhoto(key));
    }
    /// Gives up a row that this build cannot read.
    pub fn discard_unread(&self, row: &str) {
        self.say(Said::DiscardUnread(row.to_owned()));
    }
    /// There is reason to try now: a hint of signal, the app came to the front, the button.
    pub fn wake(&self) {
        self.say(Said::Wake);
    }
    /// A person signed in.
    pub fn signed_in(&self, session: Session) {
        self.say(Said::SignedIn(Box::new(session)));
    }
    /// The person wants to be signed out, and knows what is unsent.
    pub fn sign_out(&self, by: PersonId) {
        self.say(Said::SignOut(by));
    }
    fn say(&self, said: Said) {
        // Without an engine nobody listens any more: the page is closing.
        let _closing = self.events.unbounded_send(said);
    }
}

/// What comes of a request, and of which; nothing when it was cancelled.
type Flight = Pin<Box<dyn Future<Output = (RequestId, Option<Heard>)>>>;

/// Binds the core to a store, a wire and the surroundings.
pub struct Engine<S, W, H> {
    core: Sync,
    store: S,
    wire: W,
    here: H,
    flights: FuturesUnordered<Flight>,
    /// Of the few requests that are out.
    handles: Vec<(RequestId, AbortHandle)>,
    alarm: Option<Instant>,
    said: UnboundedReceiver<Said>,
    told: Vec<Tell>,
}

impl<S: Store, W: Wire, H: Surroundings> Engine<S, W, H> {
    /// Opens the store and begins with what it holds.
    ///
    /// # Errors
    /// When the store cannot be read. Nothing is begun then: an empty book is not the truth.
    pub async fn open(store: S, wire: W, here: H) -> Result<(Self, Voice), StoreError> {
        let snapshot = store.load().await?;
        let (events, said) = unbounded();
        let mut engine = Self {
            core: Sync::default(),
            store,
            wire,
            here,
            flights: FuturesUnordered::new(),
            handles: Vec::new(),
            alarm: None,
            said,
            told: Vec::new(),
        };
        let (now, chance) = (engine.here.now(), engine.here.chance());
        engine.happens(Event::Started { snapshot, now, chance }).await;
        Ok((engine, Voice { events }))
    }
    /// What screens read.
    #[must_use]
    pub const fn core(&self) -> &Sync {
        &self.core
    }
    /// What the person is to be told, since the last time this was asked.
    pub fn told(&mut self) -> Vec<Tell> {
        std::mem::take(&mut self.told)
    }
    /// Goes on until every [`Voice`] is gone, and tells of each change: the core to read from, and
    /// what the person is to be told.
    pub async fn run(mut self, mut on_change: impl FnMut(&Sync, Vec<Tell>)) {
        loop {
            let told = self.told();
            on_change(&self.core, told);
            if !self.turn().await {
                return;
            }
        }
    }
    /// Waits for the next thing to happen and does what follows from it. Answers whether there may
    /// be more: not when every [`Voice`] is gone.
    pub async fn turn(&mut self) -> bool {
        let Some(event) = self.next().await else { return false };
        self.happens(event).await;
        true
    }

    /// The next event: a word of a screen, an answer, or that time has passed.
    async fn next(&mut self) -> Option<Event> {
        let here = &self.here;
        loop {
            let answer = async {
                // An empty set answers at once that it is over: then there is none to wait for.
                match self.flights.next().await {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            };
            let alarm = self.alarm;
            let time = async move {
                match alarm {
                    Some(moment) => here.wait_until(moment).await,
                    None => std::future::pending().await,
                }
            };
            let (answer, time) = (std::pin::pin!(answer), std::pin::pin!(time));
            let now = || here.now();
            match select(self.said.next(), select(answer, time)).await {
                Either::Left((said, _)) => return Some(event(said?, now())),
                Either::Right((Either::Left(((request, heard), _)), _)) => {
                    self.handles.retain(|(other, _)| *other != request);
                    let Some(Heard { outcome, server_time }) = heard else { continue };
                    let chance = here.chance();
                    return Some(Event::Answered { request, outcome, server_time, now: now(), chance });
                }
                Either::Right((Either::Right(_), _)) => {
                    // Once: the core says anew when it wants to be woken again.
                    let now = here.now();
                    self.alarm = None;
                    return Some(Event::Tick(now));
                }
            }
        }
    }

    /// Does what follows from an event, writes and all that follows from them included.
    async fn happens(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for effect in self.core.step(event) {
                match effect {
                    Effect::Store(tag, changes) => {
                        let kept = self.store.apply(changes).await;
                        events.push(match kept {
                            Ok(()) => Event::Stored(tag),
                            Err(error) => Event::StoreFailed(tag, error),
                        });
                    }
                    Effect::Send(request, ask) => self.send(request, ask).await,
                    Effect::Cancel(request) => {
                        let this = |(other, _): &mut (RequestId, _)| *other == request;
                        self.handles.extract_if(.., this).for_each(|(_, handle)| handle.abort());
                    }
                    Effect::WakeAt(moment) => self.alarm = Some(moment),
                    Effect::Tell(tell) => self.told.push(tell),
                }
            }
        }
    }

    async fn send(&mut self, request: RequestId, ask: Ask) {
        let photo = match &ask {
            Ask::Work(work, _) => work.photo(),
            _ => None,
        };
        let file = match photo {
            Some(id) => self.store.file(id).await,
            None => Ok(None),
        };
        // A store that fails may work again; only a file that is not there sets the photo aside.
        let file = match file {
            Ok(file) => file,
            Err(error) => {
                let outcome = Outcome::Unreadable(error.to_string());
                let heard = Heard { outcome, server_time: None };
                return self.flights.push(Box::pin(async move { (request, Some(heard)) }));
            }
        };
        let (handle, registration) = AbortHandle::new_pair();
        let answer = Abortable::new(self.wire.ask(ask, file), registration);
        self.handles.push((request, handle));
        self.flights.push(Box::pin(async move { (request, answer.await.ok()) }));
    }
}

fn event(said: Said, now: Instant) -> Event {
    match said {
        Said::Did(slip, by, works, files) => Event::Did { slip, by, works, files, now },
        Said::RetryNow(key) => Event::RetryNow(key, now),
        Said::Discard(key) => Event::Discard(key, now),
        Said::RemovePhoto(key) => Event::RemovePhoto(key, now),
        Said::DiscardUnread(row) => Event::DiscardUnread(row, now),
        Said::Wake => Event::Wake(now),
        Said::SignedIn(session) => Event::SignedIn(session, now),
        Said::SignOut(by) => Event::SignedOut(by, now),
    }
}
