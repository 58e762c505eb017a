//! Writing, and what holds once it is written. **Invariant: one write at a time; what it means for
//! memory happens when the store has it.**

use super::{
    super::{
        book::Turn,
        desk::Desk,
        event::{Effect, Event, NotKept, Tag, Tell},
        store::{Change, StoreError},
        work::{Item, Key, Status},
    },
    Lane, Sync,
};

/// A write that is out.
#[derive(Debug)]
pub(super) struct Writing {
    tag: Tag,
    then: Then,
    /// Whether the store is at it; if not, it waits to be tried again.
    out: bool,
    /// Kept for a write that is tried until it is done.
    again: Option<Vec<Change>>,
}

/// What holds once the store has it.
#[derive(Debug)]
pub(super) enum Then {
    /// Nothing in memory.
    Nothing,
    /// What a person did is in the queue.
    Kept(u64, Vec<Item>),
    /// An item is marked as being sent, and goes.
    Marked(Box<Item>),
    /// An answer is noted.
    Settled(Box<Settling>),
    /// A person changed his queue.
    Changed(Vec<Item>, Vec<Key>),
    /// A row that cannot be read is gone.
    UnreadGone(String),
    /// The book has turned; whether there is more to read.
    Turned(Box<Turn>, bool),
    /// It is known who I am.
    Known(Box<Desk>),
    /// There are new tokens.
    Renewed(Box<Desk>),
    /// Somebody signed in; the book is emptied when it is somebody else's.
    SignedIn(Box<Desk>, bool),
    /// The session is over, and the book empty.
    Over,
    /// Everything of the person is gone.
    SignedOut,
}
/// An item after its answer.
#[derive(Debug)]
pub(super) struct Settling {
    pub(super) item: Item,
    pub(super) receipts_gone: Vec<Key>,
    pub(super) turn: Option<Turn>,
}

impl Sync {
    pub(super) fn write(&mut self, changes: Vec<Change>, then: Then, effects: &mut Vec<Effect>) {
        let tag = self.new_tag();
        self.writing = Some(Writing { tag, then, out: true, again: None });
        effects.push(Effect::Store(tag, changes));
    }
    /// A write that must not be left undone: nothing else happens before the store has it.
    pub(super) fn insist(&mut self, changes: Vec<Change>, then: Then, effects: &mut Vec<Effect>) {
        let tag = self.new_tag();
        self.writing = Some(Writing { tag, then, out: true, again: Some(changes.clone()) });
        self.storing = Lane::default();
        effects.push(Effect::Store(tag, changes));
    }
    /// When such a write has failed and its pause is over, it is tried again.
    pub(super) fn try_write_again(&mut self, event: &Event, effects: &mut Vec<Effect>) {
        let rested = event.now().is_some_and(|now| self.storing.is_free(now));
        let due = rested || matches!(event, Event::Wake(_));
        if !due {
            return;
        }
        let next = self.new_tag();
        let Some(Writing { tag, out, again: Some(changes), .. }) = &mut self.writing else { return };
        if !*out {
            (*tag, *out) = (next, true);
            effects.push(Effect::Store(next, changes.clone()));
        }
    }

    pub(super) fn written(&mut self, tag: Tag, effects: &mut Vec<Effect>) {
        let Some(Writing { then, .. }) = self.writing.take_if(|writing| writing.tag == tag) else { return };
        self.storing.went_well();
        match then {
            Then::Nothing => {}
            Then::Kept(slip, items) => {
                items.into_iter().for_each(|item| self.queue.keep(item));
                Self::tell(effects, Tell::Kept(slip));
            }
            Then::Marked(item) => self.goes_out(*item, effects),
            Then::Settled(settling) => self.settle(*settling, effects),
            Then::Changed(items, gone) => {
                gone.into_iter().for_each(|key| self.queue.forget(key));
                items.into_iter().for_each(|item| self.queue.keep(item));
            }
            Then::UnreadGone(row) => self.queue.forget_unread(&row),
            Then::Turned(turn, more) => self.turned(*turn, more, effects),
            Then::Known(desk) => {
                self.desk = *desk;
                self.wants_me = false;
                Self::tell(effects, Tell::BookChanged);
            }
            Then::Renewed(desk) => self.renewed(*desk),
            Then::SignedIn(desk, other) => self.seated(*desk, other, effects),
            Then::Over => Self::tell(effects, Tell::NeedsSignIn),
            Then::SignedOut => Self::tell(effects, Tell::SignedOut),
        }
    }

    pub(super) fn not_written(&mut self, tag: Tag, error: &StoreError, effects: &mut Vec<Effect>) {
        let Some(writing) = self.writing.take_if(|writing| writing.tag == tag) else { return };
        let Some(now) = self.now else { return };
        let (why, chance) = (NotKept::from(error), self.chance);
        if writing.again.is_some() {
            self.storing.failed(None, now, chance);
            self.writing = Some(Writing { out: false, ..writing });
            return Self::tell(effects, Tell::StoreFails(why));
        }
        match writing.then {
            Then::Kept(slip, _) => return Self::tell(effects, Tell::NotKept(slip, why)),
            Then::SignedIn(..) => return Self::tell(effects, Tell::NotSignedIn(why)),
            // The item stays as it was before, or goes out again under its id.
            Then::Marked(item) => self.rests(item.key, now),
            Then::Settled(settling) => self.rests(settling.item.key, now),
            Then::Turned(..) | Then::Known(_) => self.pull.failed(None, now, chance),
            // The old tokens are spent: the new ones are used although they are not safe yet.
            Then::Renewed(desk) => {
                self.renewed(*desk);
                self.desk_unsaved = true;
                self.storing.failed(None, now, chance);
            }
            Then::Nothing | Then::Changed(..) | Then::UnreadGone(_) | Then::Over | Then::SignedOut => {}
        }
        Self::tell(effects, Tell::StoreFails(why));
    }

    fn rests(&mut self, key: Key, now: openapi::value::Instant) {
        self.push.failed(None, now, self.chance);
        self.waits_again(key, now);
    }
    /// What was out waits again, without a word to the store: opened anew, it would too.
    pub(super) fn waits_again(&mut self, key: Key, now: openapi::value::Instant) {
        let sending = |item: &&Item| matches!(item.status, Status::Sending { .. });
        if let Some(item) = self.queue.get(key).filter(sending).cloned() {
            self.queue.keep(Item { status: Status::Waiting { since: now, not_before: now }, ..item });
        }
    }
}
