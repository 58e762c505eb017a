//! Things of one kind by their id, read from the server's JSON. **Invariant: the row that is stored
//! is the server's own text of the thing, so that what this build does not know of it is still there
//! for the next.**

use std::collections::BTreeMap;

use openapi::{id::Id, ledger::FeedItemId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::reading;

/// Things of one kind, by id.
#[derive(Debug, Clone)]
pub struct Shelf<T> {
    things: BTreeMap<Id<T>, T>,
}
impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { things: BTreeMap::new() }
    }
}

impl<T> Shelf<T> {
    /// One of them.
    #[must_use]
    pub fn get(&self, id: Id<T>) -> Option<&T> {
        self.things.get(&id)
    }
    /// All of them, by id: the oldest ids first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.things.values()
    }
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.things.len()
    }
    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.things.is_empty()
    }
    /// Puts it there as it is now. What this build cannot read is not shown, and no harm is done.
    pub(super) fn put(&mut self, id: FeedItemId, data: &Value)
    where
        T: DeserializeOwned,
    {
        match reading::fit(data) {
            Ok(thing) => self.things.insert(id.cast(), thing),
            Err(_unreadable) => self.things.remove(&id.cast()),
        };
    }
    pub(super) fn drop(&mut self, id: FeedItemId) {
        self.things.remove(&id.cast());
    }
    /// The ids of those that a question is answered with yes for.
    pub(super) fn which(&self, question: impl Fn(&T) -> bool) -> Vec<FeedItemId> {
        self.things.iter().filter(|(_, thing)| question(thing)).map(|(id, _)| id.cast()).collect()
    }
}
