//! Where the phone keeps what must survive. **Invariant: a store keeps rows of text and files by
//! name and knows nothing of what they mean; all changes of one call are kept, or none.**

use std::{collections::BTreeMap, fmt, future::Future};

use openapi::attachments::AttachmentId;

/// A kind of row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Room {
    /// What waits to be sent, and receipts.
    Queue,
    /// What the server told.
    Book,
    /// A new book that is not complete yet.
    Filling,
    /// Who is signed in, and how far the feed was read.
    Desk,
}
impl Room {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Queue, Self::Book, Self::Filling, Self::Desk];
    /// Its name in a database.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Queue => "queue",
            Self::Book => "book",
            Self::Filling => "filling",
            Self::Desk => "desk",
        }
    }
}

/// One change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A row is there, like this.
    Put(Room, String, String),
    /// A row is not there.
    Drop(Room, String),
    /// A kind of row is empty.
    Clear(Room),
    /// A file is there.
    PutFile(AttachmentId, Vec<u8>),
    /// A file is not there.
    DropFile(AttachmentId),
}

/// Rows of one kind, by name.
pub type Rows = BTreeMap<String, String>;

/// All rows, by kind and name; and which files there are.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    queue: Rows,
    book: Rows,
    filling: Rows,
    desk: Rows,
    /// The names of the files.
    pub files: Vec<String>,
}
impl Snapshot {
    const fn rows(&self, room: Room) -> &Rows {
        match room {
            Room::Queue => &self.queue,
            Room::Book => &self.book,
            Room::Filling => &self.filling,
            Room::Desk => &self.desk,
        }
    }
    /// The rows of a kind, for the store that fills them in.
    pub(super) const fn rows_mut(&mut self, room: Room) -> &mut Rows {
        match room {
            Room::Queue => &mut self.queue,
            Room::Book => &mut self.book,
            Room::Filling => &mut self.filling,
            Room::Desk => &mut self.desk,
        }
    }
    /// The rows of a kind, in the order of their names.
    pub fn room(&self, room: Room) -> impl Iterator<Item = (&str, &str)> {
        self.rows(room).iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }
    /// One row.
    #[must_use]
    pub fn row(&self, room: Room, name: &str) -> Option<&str> {
        self.rows(room).get(name).map(String::as_str)
    }
}

/// Why nothing was kept or read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// There is no room left on the phone.
    Full,
    /// Anything else, in the words of whoever failed.
    Broken(String),
}
impl StoreError {
    /// Whether room is what is missing.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        matches!(self, Self::Full)
    }
}
impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("no room left"),
            Self::Broken(why) => f.write_str(why),
        }
    }
}
impl std::error::Error for StoreError {}

/// A place that outlives the app. Its futures need not move between threads: a browser has one.
pub trait Store {
    /// Keeps all of the changes, in their order, or none of them. What it answered is on disk.
    fn apply(&self, changes: Vec<Change>) -> impl Future<Output = Result<(), StoreError>>;
    /// Everything but the content of files.
    fn load(&self) -> impl Future<Output = Result<Snapshot, StoreError>>;
    /// The content of a file; nothing when it is not there.
    fn file(&self, id: AttachmentId) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>>;
}
