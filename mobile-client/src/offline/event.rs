//! What happens to the core, and what it asks for. **Invariant: time, chance and answers come in as
//! events; the core has no other way to learn of them.**

use openapi::{
    attachments::AttachmentId,
    people::PersonId,
    sessions::Session,
    value::{Cursor, Instant, Token},
};

use super::{
    answer::Outcome,
    store::{Change, Snapshot, StoreError},
    work::{Key, Work},
};

/// The number of a write, to tell whether it was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tag(pub u64);

/// The number of a request. Each start of the app counts from a place of its own, so that an answer
/// to a request of before is nobody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestId(pub u64);

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The app was opened. First of all events.
    Started {
        /// What the store held.
        snapshot: Snapshot,
        /// The phone's clock.
        now: Instant,
        /// Any number, another one each time.
        chance: u32,
    },
    /// A person pressed *send*.
    Did {
        /// The caller's number for it, to be told whether it was kept.
        slip: u64,
        /// Who it was: if somebody else is at the desk when its turn comes, it is not kept as his.
        by: PersonId,
        /// What is to be sent, in its order: the report first, then its photos. All are kept, or none.
        works: Vec<Work>,
        /// The content of the photos.
        files: Vec<(AttachmentId, Vec<u8>)>,
        /// The phone's clock.
        now: Instant,
    },
    /// A person wants an item tried at once, also one that was refused.
    RetryNow(Key, Instant),
    /// A person gives an item up. Only one that was refused; a report takes its photos along.
    Discard(Key, Instant),
    /// A person takes a photo out that waits or was refused.
    RemovePhoto(Key, Instant),
    /// A person gives up a row that this build cannot read.
    DiscardUnread(String, Instant),
    /// A write was kept.
    Stored(Tag),
    /// A write was not kept, no part of it.
    StoreFailed(Tag, StoreError),
    /// Something came of a request.
    Answered {
        /// Which.
        request: RequestId,
        /// What.
        outcome: Outcome,
        /// The server's clock, when it was told.
        server_time: Option<Instant>,
        /// The phone's clock.
        now: Instant,
        /// Any number, evenly spread.
        chance: u32,
    },
    /// Time has passed.
    Tick(Instant),
    /// There is reason to try now: a hint of signal, the app came to the front, the button.
    Wake(Instant),
    /// A person signed in.
    SignedIn(Box<Session>, Instant),
    /// This person wants to be signed out. What is unsent goes: the screen has asked before. If
    /// somebody else is at the desk when its turn comes, nothing happens to his things.
    SignedOut(PersonId, Instant),
}

impl Event {
    /// The phone's clock, where the event tells it.
    #[must_use]
    pub const fn now(&self) -> Option<Instant> {
        match self {
            Self::Stored(_) | Self::StoreFailed(..) => None,
            Self::Started { now, .. } | Self::Did { now, .. } | Self::Answered { now, .. } => Some(*now),
            Self::RetryNow(_, now) | Self::Discard(_, now) | Self::RemovePhoto(_, now) => Some(*now),
            Self::DiscardUnread(_, now) | Self::SignedIn(_, now) => Some(*now),
            Self::Tick(now) | Self::Wake(now) | Self::SignedOut(_, now) => Some(*now),
        }
    }
}

/// What is to be asked of the server.
#[derive(Debug, Clone, PartialEq)]
pub enum Ask {
    /// To take a piece of work.
    Work(Work, Token),
    /// What has changed since.
    Feed(Option<Cursor>, Token),
    /// Who I am.
    Me(Token),
    /// New tokens for a refresh token.
    Renew(Token),
    /// To end the session. Whatever comes of it is ignored.
    SignOut(Token),
}

/// What is to be done, in its order.
#[derive(Debug, Clone, PartialEq)]
pub enum Effect {
    /// Keep all of the changes or none, and say which with [`Event::Stored`] or [`Event::StoreFailed`].
    Store(Tag, Vec<Change>),
    /// Ask the server, and say what came of it with [`Event::Answered`].
    Send(RequestId, Ask),
    /// Nobody waits for this request any more.
    Cancel(RequestId),
    /// Send [`Event::Tick`] at this moment. Takes the place of every earlier wish.
    WakeAt(Instant),
    /// Tell the person.
    Tell(Tell),
}

/// What a person is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tell {
    /// "Đã lưu trên máy": what he did is on disk.
    Kept(u64),
    /// It is not; the form must stay as it is.
    NotKept(u64, NotKept),
    /// The server has this item.
    Sent(Key),
    /// The server will not have this item.
    Refused(Key),
    /// What he wanted with this item cannot be done now.
    NotNow(Key),
    /// He must sign in again.
    NeedsSignIn,
    /// He is signed in.
    SignedIn,
    /// The phone could not keep the session.
    NotSignedIn(NotKept),
    /// Everything of his is gone from the store. Whatever screens keep outside of it (what is being
    /// typed, cached pages) must go too.
    SignedOut,
    /// There is something new in the book.
    BookChanged,
    /// The phone's clock is so many seconds behind the server's; ahead when negative.
    ClockIsOff(i64),
    /// It was off and is right again.
    ClockIsRight,
    /// The phone keeps nothing just now.
    StoreFails(NotKept),
}

/// Why something was not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NotKept {
    /// Nobody is signed in, or somebody else.
    NobodySignedIn,
    /// There is no room left on the phone.
    Full,
    /// The phone failed.
    Broken,
}
impl From<&StoreError> for NotKept {
    fn from(error: &StoreError) -> Self {
        if error.is_full() { Self::Full } else { Self::Broken }
    }
}
