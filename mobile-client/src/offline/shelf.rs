//! Things of one kind by their id, read from the server's JSON. **Invariant: the row that is stored
//! is the server's own text of the thing, so that what this build does not know of it is still there
//! for the next.**

use std::sync::Arc;

use openapi::{id::Id, ledger::FeedItemId};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::reading;

/// Things of one kind, by id. A copy shares them.
#[derive(Debug, Clone)]
pub struct Shelf<T> {
    things: Vec<(FeedItemId, Arc<T>)>,
}
impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { things: Vec::new() }
    }
}

impl<T> Shelf<T> {
    /// Where a thing is, or would have to be.
    fn place(&self, id: FeedItemId) -> Result<usize, usize> {
        self.things.binary_search_by(|(other, _)| other.cmp(&id))
    }
    /// One of them.
    #[must_use]
    pub fn get(&self, id: Id<T>) -> Option<&T> {
        let place = self.place(id.cast()).ok()?;
        self.things.get(place).map(|(_, thing)| &**thing)
    }
    /// All of them, by id: the oldest ids first.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.things.iter().map(|(_, thing)| &**thing)
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
        self.drop(id);
        if let (Ok(thing), Err(place)) = (reading::fit(data), self.place(id)) {
            self.things.insert(place, (id, Arc::new(thing)));
        }
    }
    pub(super) fn drop(&mut self, id: FeedItemId) {
        if let Ok(place) = self.place(id) {
            self.things.remove(place);
        }
    }
    /// The ids of those that a question is answered with yes for.
    pub(super) fn which(&self, question: impl Fn(&T) -> bool) -> Vec<FeedItemId> {
        self.things.iter().filter(|(_, thing)| question(thing)).map(|(id, _)| *id).collect()
    }
}
