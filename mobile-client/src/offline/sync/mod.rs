//! The core: what happened goes in, what is to be done comes out. **Invariant: nothing is on the wire
//! before the store holds that it is, nothing is told as kept before the store said so, and while a
//! write is out nothing else happens: memory is what the store holds.**
//!
//! Events that come while a write is out wait in line. So every rule reads one state, and there are
//! no two writes whose order could matter.

mod acts;
mod answers;
mod lane;
mod sends;
mod writes;

use std::collections::VecDeque;

use chrono::TimeDelta;
use openapi::value::Instant;

use self::{lane::Lane, writes::Writing};
use super::{
    book::Book,
    desk::Desk,
    event::{Effect, Event, RequestId, Tag, Tell},
    queue::Queue,
    work::{Item, Key, Status},
};

/// How often the feed is read while the app is open.
const PULL_EVERY: TimeDelta = TimeDelta::minutes(5);

/// The core.
#[derive(Debug, Default)]
pub struct Sync {
    /// The moment of the last event; nothing before the app was opened.
    now: Option<Instant>,
    chance: u32,
    desk: Desk,
    queue: Queue,
    book: Book,
    /// Sends what waits.
    push: Lane,
    /// The item that is out.
    pushed: Option<Key>,
    /// Reads the feed.
    pull: Lane,
    pulled_at: Option<Instant>,
    wants_pull: bool,
    wants_me: bool,
    /// Renews the tokens.
    renew: Lane,
    wants_renewal: bool,
    /// Writes what could not be written when it should have been.
    storing: Lane,
    desk_unsaved: bool,
    writing: Option<Writing>,
    inbox: VecDeque<Event>,
    numbers: u64,
    alarm: Option<Instant>,
    clock_is_off: bool,
}

/// How an item is shown: "Đã lưu trên máy · Đang gửi · Đã gửi · Bị từ chối · Cần đăng nhập lại".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown<'a> {
    /// Kept on this phone; it goes out at the moment told, or as soon as it is its turn.
    Kept(Instant),
    /// Kept on this phone; the report that declares it goes first.
    WaitsForItsReport,
    /// On its way.
    Sending,
    /// The server has it, since then.
    Sent(Instant),
    /// Refused, and why.
    Refused(&'a super::work::Refusal),
    /// Kept on this phone until the person signs in again.
    NeedsSignIn,
}

impl Sync {
    /// Takes in what happened and answers what is to be done, in its order.
    pub fn step(&mut self, event: Event) -> Vec<Effect> {
        let mut effects = Vec::new();
        match event {
            Event::Started { snapshot, now, chance } => self.start(&snapshot, now, chance, &mut effects),
            Event::Stored(tag) => self.written(tag, &mut effects),
            Event::StoreFailed(tag, error) => self.not_written(tag, &error, &mut effects),
            event => {
                self.try_write_again(&event, &mut effects);
                self.inbox.push_back(event);
            }
        }
        while self.now.is_some() && self.writing.is_none() {
            match self.inbox.pop_front() {
                Some(event) => self.take(event, &mut effects),
                None if self.advance(&mut effects) => {}
                None => break,
            }
        }
        self.set_alarm(&mut effects);
        effects
    }

    fn take(&mut self, event: Event, effects: &mut Vec<Effect>) {
        if let Some(now) = event.now() {
            self.now = Some(now);
        }
        let Some(now) = self.now else { return };
        match event {
            Event::Did { slip, by, works, files, .. } if self.desk.person() == Some(by) => {
                self.did(slip, by, works, files, now, effects);
            }
            Event::Did { slip, .. } => {
                Self::tell(effects, Tell::NotKept(slip, super::event::NotKept::NobodySignedIn));
            }
            Event::RetryNow(key, _) => self.retry_now(key, now, effects),
            Event::Discard(key, _) => self.discard(key, effects),
            Event::RemovePhoto(key, _) => self.remove_photo(key, effects),
            Event::DiscardUnread(row, _) => self.discard_unread(row, effects),
            Event::Answered { request, outcome, server_time, chance, .. } => {
                self.chance = chance;
                self.heard_the_time(server_time, now, effects);
                self.answered(request, outcome, now, effects);
            }
            Event::Tick(_) => {
                self.alarm = None;
                self.give_up_lost(now, effects);
            }
            Event::Wake(_) => self.wake(now),
            Event::SignedIn(session, _) => {
                self.heard_the_time(Some(session.server_time), now, effects);
                self.signed_in(&session, now, effects);
            }
            Event::SignedOut(by, now) => self.signed_out(by, now, effects),
            Event::Started { .. } | Event::Stored(_) | Event::StoreFailed(..) => {}
        }
    }

    /// Who is signed in.
    #[must_use]
    pub const fn desk(&self) -> &Desk {
        &self.desk
    }
    /// What waits to be sent.
    #[must_use]
    pub const fn queue(&self) -> &Queue {
        &self.queue
    }
    /// What the server told.
    #[must_use]
    pub const fn book(&self) -> &Book {
        &self.book
    }
    /// What the person at the desk said, receipts included, the oldest first.
    pub fn items(&self) -> impl DoubleEndedIterator<Item = &Item> {
        self.desk.person().into_iter().flat_map(|person| self.queue.of(person))
    }
    /// How many of them the server does not have: to be asked before signing out.
    #[must_use]
    pub fn unsent(&self) -> usize {
        self.items().filter(|item| !item.is_sent()).count()
    }
    /// How an item is shown.
    #[must_use]
    pub fn shown<'a>(&self, item: &'a Item) -> Shown<'a> {
        match &item.status {
            Status::Sent { at } => Shown::Sent(*at),
            Status::Refused { why, .. } => Shown::Refused(why),
            _ if self.desk.needs_sign_in() => Shown::NeedsSignIn,
            Status::Sending { .. } => Shown::Sending,
            Status::Waiting { .. } if self.queue.waits_for_its_report(item) => Shown::WaitsForItsReport,
            Status::Waiting { not_before, .. } => Shown::Kept(*not_before),
        }
    }
    /// What the person at the desk has unsent, or, when nobody is, what somebody else left, as text
    /// for a file.
    #[must_use]
    pub fn saved(&self, person: openapi::people::PersonId) -> Option<String> {
        let may = self.desk.person().is_none_or(|present| present == person);
        may.then(|| self.queue.saved(person))
    }

    /// What screens read, apart from the machine: a copy that stays as it is while they draw it.
    #[must_use]
    pub fn picture(&self) -> Self {
        Self {
            now: self.now,
            desk: self.desk.clone(),
            queue: self.queue.clone(),
            book: self.book.clone(),
            ..Self::default()
        }
    }

    fn number(&mut self) -> u64 {
        self.numbers = self.numbers.saturating_add(1);
        self.numbers
    }
    fn new_request(&mut self) -> RequestId {
        RequestId(self.number())
    }
    fn new_tag(&mut self) -> Tag {
        Tag(self.number())
    }
    fn tell(effects: &mut Vec<Effect>, tell: Tell) {
        effects.push(Effect::Tell(tell));
    }
}
