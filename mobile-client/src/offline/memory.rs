//! A store that forgets when the program ends, for tests and for browsers that keep nothing.
//! **Invariant: it passes the same conformance as the one on disk.**

use std::{
    cell::RefCell,
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use openapi::attachments::AttachmentId;

use super::store::{Change, Snapshot, Store, StoreError};

/// Rows and files in memory. Clones share them.
#[derive(Debug, Clone, Default)]
pub struct Memory {
    kept: Rc<RefCell<Kept>>,
}

#[derive(Debug, Clone, Default)]
struct Kept {
    rows: Snapshot,
    files: BTreeMap<AttachmentId, Vec<u8>>,
    /// What the next calls of `apply` will fail with.
    failures: VecDeque<StoreError>,
    /// How many bytes of files there is room for.
    room: Option<usize>,
}

impl Memory {
    /// The next `apply` fails; called twice, the next two do.
    pub fn fail_next(&self, error: StoreError) {
        self.kept.borrow_mut().failures.push_back(error);
    }
    /// From now on there is room for so many bytes of files; without a number, for all.
    pub fn has_room_for(&self, bytes: Option<usize>) {
        self.kept.borrow_mut().room = bytes;
    }
    /// From now on nothing fails.
    pub fn works(&self) {
        self.kept.borrow_mut().failures.clear();
        self.has_room_for(None);
    }
    /// Loses the content of a file, as a phone does that clears up behind the app's back.
    pub fn lose_file(&self, id: AttachmentId) {
        self.kept.borrow_mut().files.remove(&id);
    }
    /// The same as [`Store::load`], for tests that do not wait.
    #[must_use]
    pub fn snapshot(&self) -> Snapshot {
        let kept = self.kept.borrow();
        let mut snapshot = kept.rows.clone();
        snapshot.files = kept.files.keys().map(ToString::to_string).collect();
        snapshot
    }
    /// The same as [`Store::apply`], for tests that do not wait.
    ///
    /// # Errors
    /// What it was told to fail with, or that there is no room.
    pub fn keep(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let mut kept = self.kept.borrow_mut();
        if let Some(error) = kept.failures.pop_front() {
            return Err(error);
        }
        let mut next = kept.clone();
        for change in changes {
            next.take(change);
        }
        let bytes: usize = next.files.values().map(Vec::len).sum();
        let before: usize = kept.files.values().map(Vec::len).sum();
        if next.room.is_some_and(|room| bytes > room && bytes > before) {
            return Err(StoreError::Full);
        }
        *kept = next;
        Ok(())
    }
}

impl Kept {
    fn take(&mut self, change: Change) {
        match change {
            Change::Put(room, name, text) => {
                self.rows.rows_mut(room).insert(name, text);
            }
            Change::Drop(room, name) => {
                self.rows.rows_mut(room).remove(&name);
            }
            Change::Clear(room) => {
                self.rows.rows_mut(room).clear();
            }
            Change::PutFile(id, bytes) => {
                self.files.insert(id, bytes);
            }
            Change::DropFile(id) => {
                self.files.remove(&id);
            }
        }
    }
}

impl Store for Memory {
    fn apply(&self, changes: Vec<Change>) -> impl Future<Output = Result<(), StoreError>> {
        std::future::ready(self.keep(changes))
    }
    fn load(&self) -> impl Future<Output = Result<Snapshot, StoreError>> {
        std::future::ready(Ok(self.snapshot()))
    }
    fn file(&self, id: AttachmentId) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> {
        std::future::ready(Ok(self.kept.borrow().files.get(&id).cloned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::offline::conformance::conformance;

    #[tokio::test]
    async fn it_is_a_store() {
        assert_eq!(conformance(&Memory::default()).await, Ok(()));
    }

    #[tokio::test]
    async fn what_fails_leaves_nothing_behind() {
        let store = Memory::default();
        store.has_room_for(Some(2));
        let photo = AttachmentId::new(7, [1; 10]);
        let changes = vec![
            Change::Put(super::super::store::Room::Desk, "a".into(), "1".into()),
            Change::PutFile(photo, vec![0; 3]),
        ];
        assert_eq!(store.apply(changes).await, Err(StoreError::Full));
        assert_eq!(store.load().await, Ok(Snapshot::default()));
    }
}
