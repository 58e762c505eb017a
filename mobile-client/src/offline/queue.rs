//! What waits to be sent. **Invariant: nothing leaves the queue but by an answer of the server that
//! it has it, or by the hand of the person who said it.**

use chrono::TimeDelta;
use openapi::{attachments::AttachmentId, people::PersonId, reports::ReportId, value::Instant};
use serde_json::{Map, Value};

use crate::reading;

use super::{
    answer::Meaning,
    backoff,
    store::{Change, Room, Rows, Snapshot},
    work::{Belongs, Item, Key, Status, Work},
};

/// How many receipts are kept for each person.
const RECEIPTS: usize = 100;

/// What waits, what was refused, and receipts, of everybody who used this phone.
#[derive(Debug, Clone, Default)]
pub struct Queue {
    /// By key.
    items: Vec<Item>,
    aside: Rows,
}

/// An item that this build cannot read: kept as it is, and shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unread<'a> {
    /// The name of its row.
    pub row: &'a str,
    /// What was stored.
    pub text: &'a str,
}

/// How many of the reports of this run of work the server has: "2/3 báo cáo đã gửi".
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Those it has.
    pub sent: usize,
    /// All of them.
    pub of: usize,
}

/// The row of an item. Only an item of a kind that no JSON can hold would fail, and there is none.
#[must_use]
pub fn put(item: &Item) -> Option<Change> {
    let text = serde_json::to_string(item).ok()?;
    Some(Change::Put(Room::Queue, item.key.to_string(), text))
}

impl Queue {
    /// As it was stored. What was on the wire when the app ended waits again: under the same id, so
    /// that the server, if it has it, only says so again.
    #[must_use]
    pub fn load(snapshot: &Snapshot, now: Instant) -> Self {
        let mut queue = Self::default();
        for (row, text) in snapshot.room(Room::Queue) {
            let key = row.parse::<Key>().ok();
            match reading::read::<Item>(text.as_bytes()) {
                Ok(item) if Some(item.key) == key => {
                    let status = match item.status {
                        Status::Sending { .. } => Status::Waiting { since: now, not_before: now },
                        status => status,
                    };
                    queue.keep(Item { status, ..item });
                }
                _ => {
                    queue.aside.insert(row.to_owned(), text.to_owned());
                }
            }
        }
        queue
    }
    /// One item.
    #[must_use]
    pub fn get(&self, key: Key) -> Option<&Item> {
        self.items.get(self.place(key).ok()?)
    }
    /// Where an item is, or would have to be.
    fn place(&self, key: Key) -> Result<usize, usize> {
        self.items.binary_search_by(|item| item.key.cmp(&key))
    }
    /// What a person said, the oldest first.
    pub fn of(&self, owner: PersonId) -> impl DoubleEndedIterator<Item = &Item> {
        self.items.iter().filter(move |item| item.key.owner == owner)
    }
    /// What a person said that the server does not have.
    pub fn unsent(&self, owner: PersonId) -> impl DoubleEndedIterator<Item = &Item> {
        self.of(owner).filter(|item| !item.is_sent())
    }
    /// Items of a person that this build cannot read.
    pub fn unread(&self, owner: PersonId) -> impl Iterator<Item = Unread<'_>> {
        let own = move |row: &str| row.split_once('.').is_some_and(|(who, _)| who == owner.as_str());
        self.aside.iter().filter(move |(row, _)| own(row)).map(|(row, text)| Unread { row, text })
    }
    /// Others who used this phone and left something unsent, and how much. Nobody may read it but
    /// they; they can sign in again, or have it saved to a file.
    #[must_use]
    pub fn sealed(&self, present: Option<PersonId>) -> Vec<(PersonId, usize)> {
        let mut sealed: Vec<(PersonId, usize)> = Vec::new();
        let others = self.items.iter().filter(|item| Some(item.key.owner) != present && !item.is_sent());
        for item in others {
            match sealed.iter_mut().find(|(owner, _)| *owner == item.key.owner) {
                Some((_, many)) => *many += 1,
                None => sealed.push((item.key.owner, 1)),
            }
        }
        sealed
    }
    /// What a person has unsent, as text to be saved to a file, items that cannot be read included.
    #[must_use]
    pub fn saved(&self, owner: PersonId) -> String {
        let written = |item| reading::json(&serde_json::to_vec(item).ok()?).ok();
        let items: Vec<Value> = self.unsent(owner).filter_map(written).collect();
        let mut unread = Map::new();
        unread.extend(self.unread(owner).map(|one| (one.row.to_owned(), Value::from(one.text))));
        serde_json::json!({ "dondoc_unsent": 1, "person": owner.as_str(), "items": items, "unread": unread })
            .to_string()
    }
    /// How the present run of reports goes.
    #[must_use]
    pub fn tally(&self, owner: PersonId) -> Tally {
        let Some(batch) = self.of(owner).map(|item| item.batch).max() else { return Tally::default() };
        let run = self.of(owner).filter(|item| item.batch == batch && item.work.report().is_some());
        run.fold(Tally::default(), |tally, item| Tally {
            sent: tally.sent + usize::from(item.is_sent()),
            of: tally.of + 1,
        })
    }
    /// When the oldest was made of what still tries to get out.
    #[must_use]
    pub fn oldest(&self, owner: PersonId) -> Option<Instant> {
        self.of(owner).filter(|item| item.is_trying()).map(|item| item.made_at).min()
    }

    /// New items for what a person did, in its order.
    #[must_use]
    pub fn new_items(&self, owner: PersonId, works: Vec<Work>, now: Instant) -> Vec<Item> {
        let unread = self.aside.keys().filter_map(|row| row.parse::<Key>().ok());
        let last = self.items.iter().map(|item| item.key).chain(unread).map(|key| key.seq).max().unwrap_or(0);
        let batch = self.of(owner).map(|item| item.batch).max().unwrap_or(0);
        let idle = self.of(owner).all(|item| !item.is_trying());
        let batch = batch.saturating_add(u64::from(idle));
        let status = || Status::Waiting { since: now, not_before: now };
        let item = |(work, seq)| Item {
            key: Key { owner, seq },
            work,
            made_at: now,
            batch,
            attempts: 0,
            status: status(),
        };
        works.into_iter().zip(last.saturating_add(1)..).map(item).collect()
    }

    /// What may be sent, in the order in which it is: words before photos, the oldest first; photos
    /// when what declares them is with the server, and a report when those before it on the same
    /// assignment are. What was refused holds up nothing but its own photos.
    fn candidates(&self, owner: PersonId) -> impl Iterator<Item = &Item> {
        let mut reported = Vec::new();
        let mut texts = Vec::new();
        let mut photos = Vec::new();
        for item in self.unsent(owner) {
            let held = match &item.work {
                Work::Report(_, draft) if item.is_trying() => {
                    let earlier = reported.contains(&draft.assignment);
                    reported.push(draft.assignment);
                    earlier
                }
                Work::Photo(_, Belongs::Report(report)) => self.has_unsent(owner, *report),
                _ => false,
            };
            if held || !matches!(item.status, Status::Waiting { .. }) {
                continue;
            }
            let line = if item.work.photo().is_some() { &mut photos } else { &mut texts };
            line.push(item);
        }
        texts.into_iter().chain(photos)
    }
    fn has_unsent(&self, owner: PersonId, report: ReportId) -> bool {
        self.unsent(owner).any(|item| item.work.report().is_some_and(|(id, _)| id == report))
    }
    /// Whether a photo waits for the report that declares it.
    #[must_use]
    pub fn waits_for_its_report(&self, item: &Item) -> bool {
        let report = match &item.work {
            Work::Photo(_, Belongs::Report(report)) if item.is_trying() => *report,
            _ => return false,
        };
        self.has_unsent(item.key.owner, report)
    }
    /// What goes next, when it is time for any.
    #[must_use]
    pub fn next(&self, owner: PersonId, now: Instant) -> Option<&Item> {
        self.candidates(owner).find(|item| match item.status {
            Status::Waiting { since, not_before } => backoff::is_due(since, not_before, now),
            _ => false,
        })
    }
    /// When the next will be due.
    #[must_use]
    pub fn next_at(&self, owner: PersonId) -> Option<Instant> {
        let at = |item: &Item| match item.status {
            Status::Waiting { not_before, .. } => Some(not_before),
            _ => None,
        };
        self.candidates(owner).filter_map(at).min()
    }

    /// A photo taken out, and the report that declared it without it if the server cannot know it
    /// yet. A report that has been on its way keeps its words: the server holds the file for missing.
    #[must_use]
    pub fn without_photo(&self, photo: &Item) -> Option<Item> {
        let Work::Photo(file, Belongs::Report(report)) = &photo.work else { return None };
        let is_its = |item: &&Item| item.work.report().is_some_and(|(id, _)| id == *report);
        let item = self.unsent(photo.key.owner).find(is_its).filter(|item| item.never_left())?;
        let (id, draft) = item.work.report()?;
        let mut draft = draft.clone();
        draft.files.retain(|other| other.id != file.id);
        // A report that would say nothing without it is better sent as it is.
        let says_something = openapi::reports::refusals(&draft).is_empty();
        says_something.then(|| Item { work: Work::Report(id, draft), ..item.clone() })
    }
    /// The items that go when one is discarded: a report takes its photos along.
    #[must_use]
    pub fn discarded_with(&self, item: &Item) -> Vec<Key> {
        let its_photo = |other: &&Item| match (&item.work, &other.work) {
            (Work::Report(id, _), Work::Photo(_, Belongs::Report(of))) => of == id,
            _ => false,
        };
        let photos = self.unsent(item.key.owner).filter(its_photo).map(|photo| photo.key);
        photos.chain([item.key]).collect()
    }
    /// Receipts that are too many, the oldest first.
    #[must_use]
    pub fn old_receipts(&self, owner: PersonId) -> Vec<Key> {
        let sent = self.of(owner).rev().filter(|item| item.is_sent());
        sent.skip(RECEIPTS.saturating_sub(1)).map(|item| item.key).collect()
    }
    /// Whether the content of a file may still be needed: by an unsent photo, or by a row that this
    /// build cannot read.
    #[must_use]
    pub fn needs_file(&self, id: &str) -> bool {
        let named = |photo: AttachmentId| photo.as_str() == id;
        let waits = |item: &Item| !item.is_sent() && item.work.photo().is_some_and(named);
        self.items.iter().any(waits) || self.aside.values().any(|text| text.contains(id))
    }

    pub(super) fn keep(&mut self, item: Item) {
        match self.place(item.key) {
            Ok(place) => drop(self.items.get_mut(place).map(|present| *present = item)),
            Err(place) => self.items.insert(place, item),
        }
    }
    pub(super) fn forget(&mut self, key: Key) {
        if let Ok(place) = self.place(key) {
            self.items.remove(place);
        }
    }
    pub(super) fn forget_unread(&mut self, row: &str) {
        self.aside.remove(row);
    }
}

/// An item after its answer. Nothing when the answer is about the session, not about the item.
#[must_use]
pub fn settled(item: &Item, meaning: Meaning, now: Instant, chance: u32) -> Item {
    let status = match meaning {
        Meaning::Done => Status::Sent { at: now },
        Meaning::Aside(why) => Status::Refused { at: now, why },
        Meaning::Expired | Meaning::Over => Status::Waiting { since: now, not_before: now },
        Meaning::Later { asked, .. } => {
            let rest = backoff::Rest::after(item.attempts, asked, now, chance);
            Status::Waiting { since: now, not_before: rest.until() }
        }
    };
    Item { status, ..item.clone() }
}

/// How long a request may take before it counts as lost. The wire gives up long before.
pub const LOST_AFTER: TimeDelta = TimeDelta::minutes(10);
