//! Taking back and doing again. **Invariant: taking back and doing again gives what was there before, in
//! any number; a new edit forgets what had been taken back, and nothing else does.**

use super::edit::Field;

/// The most steps that can be taken back.
const STEPS: usize = 500;

/// What is there, what was, and what was taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History<T> {
    now: T,
    before: Vec<T>,
    after: Vec<T>,
    /// The field that is being typed in: all of it is one step.
    typing: Option<Field>,
}

impl<T: Clone + PartialEq> History<T> {
    /// Begins with something.
    #[must_use]
    pub const fn of(now: T) -> Self {
        Self { now, before: Vec::new(), after: Vec::new(), typing: None }
    }
    /// What is there.
    #[must_use]
    pub const fn now(&self) -> &T {
        &self.now
    }
    /// Does something; typing on in the same field adds to the step before.
    pub fn put(&mut self, next: T, field: Option<Field>) {
        if next == self.now {
            return;
        }
        let before = std::mem::replace(&mut self.now, next);
        let goes_on = field.is_some() && field == self.typing && self.after.is_empty();
        if !goes_on {
            self.before.push(before);
            if self.before.len() > STEPS {
                self.before.remove(0);
            }
        }
        self.after.clear();
        self.typing = field;
    }
    /// Changes what is there and what was alike: something learnt, not something done.
    pub fn learn(&mut self, change: impl Fn(&mut T)) {
        change(&mut self.now);
        self.before.iter_mut().chain(&mut self.after).for_each(change);
    }
    /// The field is left: typing in it again is a step of its own.
    pub const fn leave(&mut self) {
        self.typing = None;
    }
    /// Takes the last step back. Whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(before) = self.before.pop() else { return false };
        self.after.push(std::mem::replace(&mut self.now, before));
        self.typing = None;
        true
    }
    /// Does again what was taken back last. Whether there was something.
    pub fn redo(&mut self) -> bool {
        let Some(after) = self.after.pop() else { return false };
        self.before.push(std::mem::replace(&mut self.now, after));
        self.typing = None;
        true
    }
    /// How many steps can be taken back, and done again.
    #[must_use]
    pub fn steps(&self) -> (usize, usize) {
        (self.before.len(), self.after.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::office::editor::tests::id;
    use proptest::prelude::*;

    #[test]
    fn what_is_typed_in_one_field_is_one_step() {
        let mut history = History::of("");
        let field = Field::Content(id(1));
        for typed in ["a", "ab", "abc"] {
            history.put(typed, Some(field));
        }
        history.leave();
        history.put("abcd", Some(field));
        assert!(history.undo());
        assert_eq!(*history.now(), "abc");
        assert!(history.undo());
        assert_eq!(*history.now(), "");
        assert!(!history.undo());
    }

    proptest! {
        /// Against a model: a list of everything that ever was, and a place in it.
        #[test]
        fn it_is_a_list_with_a_place_in_it(steps in prop::collection::vec(0_u8..6, 0..200)) {
            let mut history = History::of(0_usize);
            let (mut all, mut place) = (vec![0_usize], 0_usize);
            for (number, step) in steps.iter().enumerate() {
                match step {
                    0 | 1 => {
                        prop_assert_eq!(history.undo(), place > 0);
                        place = place.saturating_sub(1);
                    }
                    2 => {
                        prop_assert_eq!(history.redo(), place + 1 < all.len());
                        place = (place + 1).min(all.len() - 1);
                    }
                    _ => {
                        history.put(number + 1, None);
                        all.truncate(place + 1);
                        all.push(number + 1);
                        place += 1;
                    }
                }
                prop_assert_eq!(*history.now(), all[place]);
                prop_assert_eq!(history.steps(), (place, all.len() - 1 - place));
            }
        }
    }
}
