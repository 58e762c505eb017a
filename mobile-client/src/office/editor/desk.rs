//! The clerk's desk: the tasks, which of them is before his eyes, and which are shown. **Invariant: the one
//! before his eyes is shown, as long as any is; nothing but an edit changes a task.**

use std::sync::Arc;

use openapi::{
    directives::{DirectiveDraft, DirectiveId},
    tasks::{Task, TaskId},
};

use super::{
    edit::{Around, Edit},
    history::History,
    sheet::{Filter, Item, Sheet},
};

/// The desk.
#[derive(Debug, Clone, PartialEq)]
pub struct Desk {
    /// The directive.
    pub directive: DirectiveId,
    /// What is entered of the document itself.
    pub facts: DirectiveDraft,
    history: History<Sheet>,
    at: Option<TaskId>,
    filter: Filter,
}

impl Desk {
    /// With these tasks on it.
    #[must_use]
    pub fn of(directive: DirectiveId, facts: DirectiveDraft, sheet: Sheet) -> Self {
        let mut desk = Self { directive, facts, history: History::of(sheet), at: None, filter: Filter::All };
        desk.settle(0);
        desk
    }
    /// What lies on it.
    #[must_use]
    pub const fn sheet(&self) -> &Sheet {
        self.history.now()
    }
    /// The task before his eyes.
    #[must_use]
    pub const fn at(&self) -> Option<TaskId> {
        self.at
    }
    /// The same, with what it says.
    #[must_use]
    pub fn item(&self) -> Option<&Arc<Item>> {
        self.at.and_then(|id| self.sheet().item(id))
    }
    /// Which are shown.
    #[must_use]
    pub const fn filter(&self) -> Filter {
        self.filter
    }
    /// Those that are shown, in order. The one before his eyes stays, though it no longer fits.
    #[must_use]
    pub fn shown(&self) -> Vec<TaskId> {
        let shows = |item: &&Arc<Item>| self.filter.shows(item) || self.at == Some(item.id);
        self.sheet().items.iter().filter(shows).map(|item| item.id).collect()
    }
    /// How many steps can be taken back, and done again.
    #[must_use]
    pub fn steps(&self) -> (usize, usize) {
        self.history.steps()
    }

    /// Does something to the tasks. Whether it fitted.
    pub fn put(&mut self, edit: &Edit, around: &mut Around<'_>) -> bool {
        let Some(next) = self.sheet().after(edit, around) else { return false };
        let place = self.place();
        if let Edit::TakeIn(_) = edit {
            let new = next.items.iter().find(|item| self.sheet().item(item.id).is_none()).map(|item| item.id);
            self.at = new.or(self.at);
        }
        self.history.put(next, edit.field());
        // What was dropped is done with: on to the one after it.
        if let Edit::Drop(id) = edit
            && self.sheet().item(*id).is_some_and(|item| item.dropped)
            && self.at == Some(*id)
        {
            self.step(1);
        }
        self.settle(place);
        true
    }
    /// A field is left.
    pub const fn leave_field(&mut self) {
        self.history.leave();
    }
    /// Takes the last step back. Whether there was one.
    pub fn undo(&mut self) -> bool {
        self.travel(History::undo)
    }
    /// Does it again.
    pub fn redo(&mut self) -> bool {
        self.travel(History::redo)
    }
    fn travel(&mut self, step: impl FnOnce(&mut History<Sheet>) -> bool) -> bool {
        let (place, before) = (self.place(), self.sheet().clone());
        let moved = step(&mut self.history);
        let changed = |item: &&Arc<Item>| before.item(item.id) != Some(*item);
        if let Some(id) = self.sheet().items.iter().find(changed).map(|item| item.id) {
            self.at = Some(id);
        }
        self.settle(place);
        moved
    }
    /// Takes what the server has of a task, because the clerk wants that one.
    pub fn take_theirs(&mut self, task: &Task) {
        self.history.learn(|sheet| {
            for item in sheet.items.iter_mut().filter(|item| item.id == task.id) {
                let item = Arc::make_mut(item);
                item.draft = task.draft.clone();
                item.dropped = false;
            }
        });
    }

    fn place(&self) -> usize {
        self.at.and_then(|id| self.shown().iter().position(|one| *one == id)).unwrap_or(0)
    }
    fn settle(&mut self, place: usize) {
        let here = self.at.is_some_and(|id| self.sheet().item(id).is_some());
        if !here {
            self.at = None;
            let shown = self.shown();
            self.at = shown.get(place.min(shown.len().saturating_sub(1))).copied();
        }
    }
    /// Looks at another.
    pub fn look_at(&mut self, id: TaskId) {
        if self.sheet().item(id).is_some() {
            self.history.leave();
            self.at = Some(id);
        }
    }
    /// So many further down; up when negative.
    pub fn step(&mut self, by: isize) {
        let shown = self.shown();
        let last = shown.len().saturating_sub(1);
        let place = self.place().saturating_add_signed(by).min(last);
        if let Some(id) = shown.get(place) {
            self.look_at(*id);
        }
    }
    /// The next one that a person should look at, round and round. Whether there is one.
    pub fn next_to_look(&mut self) -> bool {
        let items = &self.sheet().items;
        let here = self.at.and_then(|id| self.sheet().place(id)).map_or(0, |place| place + 1);
        let open = |item: &&Arc<Item>| {
            !self.sheet().is_out(item)
                && (item.needs_look() || item.is_unassigned() && item.draft.parent.is_none())
        };
        let round = items.iter().skip(here).chain(items.iter().take(here));
        let Some(id) = round.into_iter().find(open).map(|item| item.id) else { return false };
        self.look_at(id);
        true
    }
    /// Shows only such.
    pub fn show(&mut self, filter: Filter) {
        self.filter = filter;
        let fits = self.item().is_some_and(|item| filter.shows(item));
        if !fits {
            self.at = None;
            self.settle(0);
        }
    }
}
