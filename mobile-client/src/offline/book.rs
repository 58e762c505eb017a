//! The local book: what the server told, for reading without signal. **Invariant: the book in memory
//! is the one in the store, and a new one takes its place only when it is complete.**
//!
//! It is filled by the delta feed. When the server cannot say what changed (`410`), a new book is
//! filled beside the old one, which stays readable meanwhile.

use openapi::{
    alerts::Notice,
    assignments::Assignment,
    decisions::{Difficulty, Excuse, Extension},
    ledger::{ChangeKind, Feed, FeedItem, FeedItemId, Subject},
    reports::Report,
    value::{Cursor, Date, Instant},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::reading;

use super::{
    shelf::Shelf,
    store::{Change, Room, Snapshot},
};

/// How many days closed work stays in the book.
const CLOSED_STAYS: i64 = 60;
/// How many notices stay in the book, the newest.
const NOTICES_STAY: usize = 200;
/// The row that says how far the feed was read.
const PLACE: &str = "feed";

/// How far the feed was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The `state` of the last answer that went into the book.
    #[serde(default)]
    state: Option<Cursor>,
    /// Whether everything in view has come at least once.
    #[serde(default)]
    complete: bool,
    /// When the book was last known to be all there is, by the phone's clock.
    #[serde(default)]
    synced_at: Option<Instant>,
    /// Where the new book is that is being filled beside this one.
    #[serde(default)]
    filling: Option<Filling>,
}
/// How far a new book was filled.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Filling {
    #[serde(default)]
    state: Option<Cursor>,
}

/// What a row of the book is about.
type Name = (Subject, FeedItemId);
/// What the server told, by row.
type Rows = Map<String, Value>;

/// What the server told.
#[derive(Debug, Clone, Default)]
pub struct Book {
    /// Work, by id.
    pub assignments: Shelf<Assignment>,
    /// Reports on it.
    pub reports: Shelf<Report>,
    /// Requests for more time.
    pub extensions: Shelf<Extension>,
    /// Reasons for lateness.
    pub excuses: Shelf<Excuse>,
    /// What stands in the way.
    pub difficulties: Shelf<Difficulty>,
    /// What I was told, by id: the oldest first.
    pub notices: Shelf<Notice>,
    place: Place,
    /// The new book, as the server's own text, by row.
    beside: Rows,
}

/// A change of the book that is ready: in the store first, then in memory.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    /// Whether the book is emptied before.
    clears: bool,
    /// Whether the book beside is emptied.
    clears_beside: bool,
    puts: Rows,
    puts_beside: Rows,
    drops: Vec<Name>,
    drops_beside: Vec<Name>,
    place: Place,
}

fn row((subject, id): &Name) -> String {
    format!("{subject}.{id}")
}
fn name(row: &str) -> Option<Name> {
    let (subject, id) = row.split_once('.')?;
    Some((subject.parse().ok()?, id.parse().ok()?))
}

impl Book {
    /// The book as it was stored. Rows that this build does not understand are left where they are.
    #[must_use]
    pub fn load(snapshot: &Snapshot) -> Self {
        let mut book = Self::default();
        let read = |room| {
            let rows = snapshot.room(room);
            rows.filter_map(|(row, text)| Some((row.to_owned(), reading::json(text.as_bytes()).ok()?)))
        };
        for (row, data) in read(Room::Book) {
            book.put(&row, &data);
        }
        book.beside.extend(read(Room::Filling));
        // Without its row nothing is known of what is missing: all of it is asked for again.
        let place = snapshot.row(Room::Desk, PLACE).and_then(|text| reading::read(text.as_bytes()).ok());
        book.place = place.unwrap_or_default();
        book
    }
    /// From where to go on reading the feed; from the beginning without it.
    #[must_use]
    pub fn since(&self) -> Option<&Cursor> {
        match &self.place.filling {
            Some(filling) => filling.state.as_ref(),
            None => self.place.state.as_ref(),
        }
    }
    /// Whether everything in view has come at least once; until then lists may be short.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.place.complete
    }
    /// When the book was last known to be all there is.
    #[must_use]
    pub const fn synced_at(&self) -> Option<Instant> {
        self.place.synced_at
    }
    /// The server's day, as far as the book has heard of it.
    #[must_use]
    pub fn day(&self) -> Option<Date> {
        self.assignments.iter().map(|one| one.standing.as_of).max()
    }

    /// The turn that an answer of the feed makes.
    #[must_use]
    pub fn turn(&self, feed: Feed, now: Instant) -> Turn {
        let mut turn = Turn { place: self.place.clone(), ..Turn::default() };
        let (mut puts, mut drops) = (Rows::new(), Vec::new());
        // Kinds of things and of changes that a newer server has invented are passed over.
        for FeedItem { subject, id, change, data } in feed.items {
            if subject == Subject::Unknown {
                continue;
            }
            match (change, data) {
                (ChangeKind::Put, Some(data)) => {
                    puts.insert(row(&(subject, id)), data);
                }
                (ChangeKind::Gone, _) => {
                    puts.remove(&row(&(subject, id)));
                    drops.push((subject, id));
                }
                _ => {}
            }
        }
        match (&self.place.filling, feed.more) {
            (Some(_), true) => {
                turn.place.filling = Some(Filling { state: Some(feed.state) });
                (turn.puts_beside, turn.drops_beside) = (puts, drops);
            }
            (Some(_), false) => {
                turn.clears = true;
                turn.clears_beside = true;
                turn.puts.clone_from(&self.beside);
                drops.iter().for_each(|name| drop(turn.puts.remove(&row(name))));
                turn.puts.extend(puts);
                turn.place = Place { state: Some(feed.state), filling: None, ..turn.place };
            }
            (None, _) => {
                turn.place.state = Some(feed.state);
                (turn.puts, turn.drops) = (puts, drops);
            }
        }
        if !feed.more {
            turn.place.complete = true;
            turn.place.synced_at = Some(now);
        }
        turn
    }
    /// The turn that begins a new book, because changes cannot be told: beside this one when it is
    /// complete, in its place when there is nothing yet to read in it.
    #[must_use]
    pub fn start_over(&self) -> Turn {
        let mut turn = Turn { clears_beside: true, place: self.place.clone(), ..Turn::default() };
        if self.place.complete {
            turn.place.filling = Some(Filling::default());
        } else {
            turn.clears = true;
            turn.place = Place::default();
        }
        turn
    }
    /// The turn that puts one thing there, as the server just answered it. The feed may have been
    /// faster and have told of a newer version, which it will not tell again: then that stays.
    #[must_use]
    pub fn told(&self, item: FeedItem) -> Turn {
        let mut turn = Turn { place: self.place.clone(), ..Turn::default() };
        if let (ChangeKind::Put, Some(data)) = (item.change, item.data) {
            let told = data.get("version").and_then(Value::as_i64);
            let newer = self.version(item.subject, item.id).is_some_and(|present| told < Some(present));
            if !newer {
                turn.puts.insert(row(&(item.subject, item.id)), data);
            }
        }
        turn
    }
    fn version(&self, subject: Subject, id: FeedItemId) -> Option<i64> {
        let version = match subject {
            Subject::Assignment => self.assignments.get(id.cast())?.version,
            Subject::Report => self.reports.get(id.cast())?.version,
            Subject::Extension => self.extensions.get(id.cast())?.version,
            Subject::Excuse => self.excuses.get(id.cast())?.version,
            Subject::Difficulty => self.difficulties.get(id.cast())?.version,
            _ => return None,
        };
        Some(i64::from(version.get()))
    }
    /// The turn that empties the book.
    #[must_use]
    pub fn wipe() -> Turn {
        Turn { clears: true, clears_beside: true, ..Turn::default() }
    }
    /// The turn that takes out what has been closed for long, what belonged to it, and notices that
    /// many newer ones have made old; nothing when there is nothing to take out.
    #[must_use]
    pub fn prune(&self) -> Option<Turn> {
        let mut drops = self.old_work();
        let notices = self.notices.which(|_any| true);
        let surplus = notices.len().saturating_sub(NOTICES_STAY);
        drops.extend(notices.into_iter().take(surplus).map(|id| (Subject::Notice, id)));
        let place = self.place.clone();
        (!drops.is_empty()).then(|| Turn { drops, place, ..Turn::default() })
    }
    fn old_work(&self) -> Vec<Name> {
        let Some(day) = self.day() else { return Vec::new() };
        let oldest = day.plus(-CLOSED_STAYS).get();
        let closed_before = |at: Option<Instant>| at.is_some_and(|at| at.utc().date_naive() < oldest);
        let old = self.assignments.which(|one| !one.state.is_open() && closed_before(one.closed_at));
        let stays = |id| self.assignments.get(id).is_some() && !old.contains(&id.cast());
        let mut drops: Vec<Name> = Vec::new();
        let mut leave = |subject, ids: Vec<FeedItemId>| drops.extend(ids.into_iter().map(|id| (subject, id)));
        leave(Subject::Report, self.reports.which(|one| !stays(one.draft.assignment)));
        leave(Subject::Extension, self.extensions.which(|one| !stays(one.draft.assignment)));
        leave(Subject::Excuse, self.excuses.which(|one| !stays(one.draft.assignment)));
        let answered = |one: &Difficulty| closed_before(one.answer.as_ref().map(|answer| answer.at));
        leave(Subject::Difficulty, self.difficulties.which(answered));
        leave(Subject::Assignment, old);
        drops
    }

    /// Takes over a turn that is in the store.
    pub fn take(&mut self, turn: Turn) {
        if turn.clears {
            *self = Self { beside: std::mem::take(&mut self.beside), ..Self::default() };
        }
        if turn.clears_beside {
            self.beside.clear();
        }
        for (subject, id) in &turn.drops {
            self.drop(*subject, *id);
        }
        for (row, data) in &turn.puts {
            self.put(row, data);
        }
        turn.drops_beside.iter().for_each(|name| drop(self.beside.remove(&row(name))));
        self.beside.extend(turn.puts_beside);
        self.place = turn.place;
    }

    /// Rows that this build does not understand are passed over.
    fn put(&mut self, row: &str, data: &Value) {
        let Some((subject, id)) = name(row) else { return };
        match subject {
            Subject::Assignment => self.assignments.put(id, data),
            Subject::Report => self.reports.put(id, data),
            Subject::Extension => self.extensions.put(id, data),
            Subject::Excuse => self.excuses.put(id, data),
            Subject::Difficulty => self.difficulties.put(id, data),
            Subject::Notice => self.notices.put(id, data),
            _ => {}
        }
    }
    fn drop(&mut self, subject: Subject, id: FeedItemId) {
        match subject {
            Subject::Assignment => self.assignments.drop(id),
            Subject::Report => self.reports.drop(id),
            Subject::Extension => self.extensions.drop(id),
            Subject::Excuse => self.excuses.drop(id),
            Subject::Difficulty => self.difficulties.drop(id),
            Subject::Notice => self.notices.drop(id),
            _ => {}
        }
    }
}

impl Turn {
    /// What the store has to do for it.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        let mut changes = Vec::new();
        if self.clears {
            changes.push(Change::Clear(Room::Book));
        }
        if self.clears_beside {
            changes.push(Change::Clear(Room::Filling));
        }
        let drop = |room| move |name: &Name| Change::Drop(room, row(name));
        let put =
            |room| move |(row, data): (&String, &Value)| Change::Put(room, row.clone(), data.to_string());
        changes.extend(self.drops.iter().map(drop(Room::Book)));
        changes.extend(self.drops_beside.iter().map(drop(Room::Filling)));
        changes.extend(self.puts.iter().map(put(Room::Book)));
        changes.extend(self.puts_beside.iter().map(put(Room::Filling)));
        // A place can always be written; if not, the feed is read again from the beginning.
        match serde_json::to_string(&self.place) {
            Ok(text) => changes.push(Change::Put(Room::Desk, PLACE.to_owned(), text)),
            Err(_never) => changes.push(Change::Drop(Room::Desk, PLACE.to_owned())),
        }
        changes
    }
}
