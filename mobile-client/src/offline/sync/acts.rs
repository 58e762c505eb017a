//! What a person does. **Invariant: nothing he said goes away but by his own hand, and nothing counts
//! as kept that is not on disk.**

use openapi::{attachments::AttachmentId, people::PersonId, sessions::Session, value::Instant};

use super::{
    super::{
        book::{Book, Turn},
        desk::Desk,
        event::{Ask, Effect, Tell},
        queue::{Queue, put},
        store::{Change, Room, Snapshot},
        work::{Item, Key, Status, Work},
    },
    Sync,
    writes::Then,
};

impl Sync {
    /// Opens the app: whatever was under way before is forgotten.
    pub(super) fn start(
        &mut self,
        snapshot: &Snapshot,
        now: Instant,
        chance: u32,
        effects: &mut Vec<Effect>,
    ) {
        let inbox = std::mem::take(&mut self.inbox);
        *self = Self {
            now: Some(now),
            desk: Desk::load(snapshot),
            queue: Queue::load(snapshot, now),
            book: Book::load(snapshot),
            wants_pull: true,
            wants_me: true,
            numbers: u64::from(chance) << 32,
            inbox,
            ..Self::default()
        };
        if self.desk.needs_sign_in() {
            Self::tell(effects, Tell::NeedsSignIn);
        }
        let stray = snapshot.files.iter().filter(|file| !self.queue.needs_file(file));
        let drops: Vec<_> = stray.filter_map(|file| Some(Change::DropFile(file.parse().ok()?))).collect();
        if !drops.is_empty() {
            self.write(drops, Then::Nothing, effects);
        }
    }

    pub(super) fn did(
        &mut self,
        slip: u64,
        by: PersonId,
        works: Vec<Work>,
        files: Vec<(AttachmentId, Vec<u8>)>,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        let items = self.queue.new_items(by, works, now);
        let files = files.into_iter().map(|(id, bytes)| Change::PutFile(id, bytes));
        let changes = items.iter().filter_map(put).chain(files).collect();
        self.write(changes, Then::Kept(slip, items), effects);
    }

    /// One's own item, as nobody may touch another's.
    fn own(&self, key: Key) -> Option<&Item> {
        self.queue.get(key).filter(|item| Some(item.key.owner) == self.desk.person())
    }

    pub(super) fn retry_now(&mut self, key: Key, now: Instant, effects: &mut Vec<Effect>) {
        let tries = |item: &&Item| !item.is_sent() && !matches!(item.status, Status::Sending { .. });
        let Some(item) = self.own(key).filter(tries).cloned() else {
            return Self::tell(effects, Tell::NotNow(key));
        };
        let item = Item { status: Status::Waiting { since: now, not_before: now }, ..item };
        self.push.hurry();
        self.write(put(&item).into_iter().collect(), Then::Changed(vec![item], Vec::new()), effects);
    }

    pub(super) fn discard(&mut self, key: Key, effects: &mut Vec<Effect>) {
        let refused = |item: &&Item| matches!(item.status, Status::Refused { .. });
        let Some(item) = self.own(key).filter(refused) else {
            return Self::tell(effects, Tell::NotNow(key));
        };
        let gone = self.queue.discarded_with(item);
        let changes = gone.iter().flat_map(|key| self.drops(*key)).collect();
        self.write(changes, Then::Changed(Vec::new(), gone), effects);
    }

    pub(super) fn remove_photo(&mut self, key: Key, effects: &mut Vec<Effect>) {
        let still = |item: &&Item| {
            let on_the_wire = matches!(item.status, Status::Sending { .. } | Status::Sent { .. });
            item.work.photo().is_some() && !on_the_wire
        };
        let Some(photo) = self.own(key).filter(still) else {
            return Self::tell(effects, Tell::NotNow(key));
        };
        let report = self.queue.without_photo(photo);
        let changes = self.drops(key).into_iter().chain(report.as_ref().and_then(put)).collect();
        self.write(changes, Then::Changed(report.into_iter().collect(), vec![key]), effects);
    }

    pub(super) fn discard_unread(&mut self, row: String, effects: &mut Vec<Effect>) {
        let Some(person) = self.desk.person() else { return };
        if self.queue.unread(person).any(|unread| unread.row == row) {
            let changes = vec![Change::Drop(Room::Queue, row.clone())];
            self.write(changes, Then::UnreadGone(row), effects);
        }
    }

    /// What the store does for an item to be gone.
    pub(super) fn drops(&self, key: Key) -> Vec<Change> {
        let photo = self.queue.get(key).and_then(|item| item.work.photo());
        let row = Change::Drop(Room::Queue, key.to_string());
        photo.map(Change::DropFile).into_iter().chain([row]).collect()
    }

    /// There is reason to try now: pauses end that the server did not ask for.
    pub(super) fn wake(&mut self, now: Instant) {
        for lane in [&mut self.push, &mut self.pull, &mut self.renew, &mut self.storing] {
            lane.hurry();
        }
        self.wants_pull = true;
        let Some(person) = self.desk.person() else { return };
        let waiting = |item: &&Item| matches!(item.status, Status::Waiting { .. });
        let items: Vec<_> = self.queue.of(person).filter(waiting).cloned().collect();
        // Only in memory: a pause is nothing that must survive.
        for item in items {
            self.queue.keep(Item { status: Status::Waiting { since: now, not_before: now }, ..item });
        }
    }

    pub(super) fn signed_in(&mut self, session: &Session, now: Instant, effects: &mut Vec<Effect>) {
        let other = self.desk.person() != Some(session.person);
        let desk = self.desk.seated(session, now);
        let mut changes = desk.changes();
        if other {
            changes.extend(Book::wipe().changes());
        }
        self.recall_all(now, effects);
        self.write(changes, Then::SignedIn(Box::new(desk), other), effects);
    }
    pub(super) fn seated(&mut self, desk: Desk, other: bool, effects: &mut Vec<Effect>) {
        self.desk = desk;
        if other {
            self.book.take(Book::wipe());
        }
        for lane in [&mut self.push, &mut self.pull, &mut self.renew] {
            lane.went_well();
        }
        (self.wants_me, self.wants_pull, self.wants_renewal, self.desk_unsaved) = (true, true, false, false);
        Self::tell(effects, Tell::SignedIn);
    }

    /// The session is over: the book goes, what was said stays until the same person is back.
    pub(super) fn session_is_over(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        self.recall_all(now, effects);
        self.desk = self.desk.ended();
        (self.wants_renewal, self.desk_unsaved) = (false, false);
        let turn = Book::wipe();
        let changes = [turn.changes(), self.desk.changes()].concat();
        self.take_over(turn);
        self.insist(changes, Then::Over, effects);
    }

    pub(super) fn signed_out(&mut self, person: PersonId, now: Instant, effects: &mut Vec<Effect>) {
        if self.desk.person() != Some(person) {
            return;
        }
        self.recall_all(now, effects);
        if let Some(access) = self.desk.access().cloned() {
            let request = self.new_request();
            effects.push(Effect::Send(request, Ask::SignOut(access)));
        }
        let own: Vec<_> = self.queue.of(person).map(|item| item.key).collect();
        let unread: Vec<_> = self.queue.unread(person).map(|one| one.row.to_owned()).collect();
        self.desk = self.desk.left();
        (self.wants_renewal, self.desk_unsaved) = (false, false);
        let turn = Book::wipe();
        let mut changes = [turn.changes(), self.desk.changes()].concat();
        changes.extend(own.iter().flat_map(|key| self.drops(*key)));
        changes.extend(unread.iter().map(|row| Change::Drop(Room::Queue, row.clone())));
        self.take_over(turn);
        own.into_iter().for_each(|key| self.queue.forget(key));
        unread.iter().for_each(|row| self.queue.forget_unread(row));
        self.insist(changes, Then::SignedOut, effects);
    }

    fn take_over(&mut self, turn: Turn) {
        self.book.take(turn);
        self.pulled_at = None;
    }
    /// Nobody waits any more for what is out.
    fn recall_all(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        let out = [self.push.recall(), self.pull.recall(), self.renew.recall()];
        effects.extend(out.into_iter().flatten().map(Effect::Cancel));
        if let Some(key) = self.pushed.take() {
            self.waits_again(key, now);
        }
    }
}
