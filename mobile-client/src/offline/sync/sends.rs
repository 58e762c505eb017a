//! What goes out next, and when. **Invariant: nothing goes out while the tokens are being renewed,
//! and an item only after its mark is in the store.**

use openapi::value::Instant;

use super::{
    super::{
        answer::Outcome,
        event::{Ask, Effect},
        queue::put,
        work::{Item, Status},
    },
    PULL_EVERY, Sync,
    writes::Then,
};

impl Sync {
    /// Does the next thing there is to do; answers whether there was any.
    pub(super) fn advance(&mut self, effects: &mut Vec<Effect>) -> bool {
        let Some(now) = self.now else { return false };
        if self.desk_unsaved && self.storing.is_free(now) {
            self.desk_unsaved = false;
            let desk = self.desk.clone();
            self.write(desk.changes(), Then::Renewed(Box::new(desk)), effects);
            return true;
        }
        let Some(access) = self.desk.access().cloned() else { return false };
        if self.wants_renewal || self.desk.is_stale(now) {
            return self.renew_tokens(now, effects);
        }
        if self.push.is_free(now) && self.mark_next(now, effects) {
            return true;
        }
        if self.pull.is_free(now) && self.pulls(now) {
            let request = self.new_request();
            let ask =
                if self.wants_me { Ask::Me(access) } else { Ask::Feed(self.book.since().cloned(), access) };
            self.pull.goes(request, now);
            effects.push(Effect::Send(request, ask));
            return true;
        }
        false
    }

    fn renew_tokens(&mut self, now: Instant, effects: &mut Vec<Effect>) -> bool {
        let Some(refresh) = self.desk.refresh().cloned().filter(|_| self.renew.is_free(now)) else {
            return false;
        };
        let request = self.new_request();
        self.renew.goes(request, now);
        effects.push(Effect::Send(request, Ask::Renew(refresh)));
        true
    }

    /// Marks the next item as being sent; it goes when the mark is kept.
    fn mark_next(&mut self, now: Instant, effects: &mut Vec<Effect>) -> bool {
        let next = self.desk.person().and_then(|person| self.queue.next(person, now));
        let Some(item) = next.cloned() else { return false };
        let attempts = item.attempts.saturating_add(1);
        let item = Item { attempts, status: Status::Sending { since: now }, ..item };
        self.write(put(&item).into_iter().collect(), Then::Marked(Box::new(item)), effects);
        true
    }
    pub(super) fn goes_out(&mut self, item: Item, effects: &mut Vec<Effect>) {
        let (Some(access), Some(now)) = (self.desk.access().cloned(), self.now) else { return };
        let request = self.new_request();
        self.push.goes(request, now);
        self.pushed = Some(item.key);
        effects.push(Effect::Send(request, Ask::Work(item.work.clone(), access)));
        self.queue.keep(item);
    }

    fn pulls(&self, now: Instant) -> bool {
        let due = |at: Instant| now >= at.plus(PULL_EVERY) || now < at;
        self.wants_pull || self.wants_me || self.pulled_at.is_none_or(due)
    }

    /// What has been out for too long counts as lost.
    pub(super) fn give_up_lost(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        let lost = [self.push.lost(now), self.pull.lost(now), self.renew.lost(now)];
        for request in lost.into_iter().flatten() {
            effects.push(Effect::Cancel(request));
            self.answered(request, Outcome::Unreachable("no answer".to_owned()), now, effects);
        }
    }

    /// When the next thing can be done that nothing but time holds up.
    fn next_at(&self, now: Instant) -> Option<Instant> {
        let storing = self.storing.free_at(now);
        if self.writing.is_some() {
            return storing.filter(|at| *at > now);
        }
        let unsaved = storing.filter(|_| self.desk_unsaved);
        let lost = [self.push.lost_at(), self.pull.lost_at(), self.renew.lost_at()];
        let mut wishes = vec![unsaved];
        wishes.extend(lost);
        if self.desk.access().is_some() {
            if self.wants_renewal || self.desk.is_stale(now) {
                wishes.push(self.renew.free_at(now));
            } else {
                let queued = self.desk.person().and_then(|person| self.queue.next_at(person));
                wishes.push(queued.and_then(|at| self.push.free_at(at)));
                let pull =
                    if self.pulls(now) { Some(now) } else { self.pulled_at.map(|at| at.plus(PULL_EVERY)) };
                wishes.push(pull.and_then(|at| self.pull.free_at(at)));
            }
        }
        wishes.into_iter().flatten().min()
    }
    pub(super) fn set_alarm(&mut self, effects: &mut Vec<Effect>) {
        let Some(now) = self.now else { return };
        let next = self.next_at(now);
        if next != self.alarm {
            self.alarm = next;
            effects.extend(next.map(Effect::WakeAt));
        }
    }
}
