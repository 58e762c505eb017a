//! What an answer changes. **Invariant: an answer nobody waits for changes nothing.**

use openapi::{sessions::Session, value::Instant};

use super::{
    super::{
        answer::{Meaning, Outcome},
        book::Turn,
        desk::{Desk, clock_is_off},
        event::{Effect, RequestId, Tell},
        queue::{put, settled},
        store::{Change, Room},
        work::{Item, Key, Status},
    },
    Sync,
    writes::{Settling, Then},
};

impl Sync {
    pub(super) fn heard_the_time(
        &mut self,
        server_time: Option<Instant>,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        let Some(server_time) = server_time else { return };
        let off = clock_is_off(server_time, now);
        match off {
            Some(seconds) if !self.clock_is_off => Self::tell(effects, Tell::ClockIsOff(seconds)),
            None if self.clock_is_off => Self::tell(effects, Tell::ClockIsRight),
            _ => {}
        }
        self.clock_is_off = off.is_some();
    }

    pub(super) fn answered(
        &mut self,
        request: RequestId,
        outcome: Outcome,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        if self.push.comes(request) {
            if let Some(key) = self.pushed.take() {
                self.push_answered(key, outcome, now, effects);
            }
        } else if self.pull.comes(request) {
            self.pull_answered(outcome, now, effects);
        } else if self.renew.comes(request) {
            self.renew_answered(outcome, now, effects);
        }
    }

    /// The token has run out, unless it is so new that its age cannot be meant.
    fn judged(&self, meaning: Meaning, now: Instant) -> Meaning {
        match meaning {
            Meaning::Expired if self.desk.is_fresh(now) => Meaning::Later { way: true, asked: None },
            meaning => meaning,
        }
    }

    fn push_answered(&mut self, key: Key, outcome: Outcome, now: Instant, effects: &mut Vec<Effect>) {
        let Some(item) = self.queue.get(key).cloned() else { return };
        let meaning = match (self.judged(outcome.meaning(), now), &outcome) {
            (Meaning::Done, Outcome::Stored(_)) => Meaning::Done,
            // Only the word that it is stored makes a receipt.
            (Meaning::Done, _) => Meaning::Later { way: false, asked: None },
            (meaning, _) => meaning,
        };
        match &meaning {
            Meaning::Over => {
                self.waits_again(key, now);
                return self.session_is_over(now, effects);
            }
            Meaning::Expired => self.wants_renewal = true,
            Meaning::Later { way: true, asked } => self.push.failed(*asked, now, self.chance),
            _ => self.push.went_well(),
        }
        let item = settled(&item, meaning, now, self.chance);
        let mut changes: Vec<Change> = put(&item).into_iter().collect();
        let mut settling = Settling { item, receipts_gone: Vec::new(), turn: None };
        if settling.item.is_sent() {
            changes.extend(settling.item.work.photo().map(Change::DropFile));
            settling.receipts_gone = self.queue.old_receipts(key.owner);
            changes
                .extend(settling.receipts_gone.iter().map(|key| Change::Drop(Room::Queue, key.to_string())));
            if let Outcome::Stored(Some(thing)) = outcome {
                let turn = self.book.told(*thing);
                changes.extend(turn.changes());
                settling.turn = Some(turn);
            }
        }
        self.write(changes, Then::Settled(Box::new(settling)), effects);
    }
    pub(super) fn settle(&mut self, settling: Settling, effects: &mut Vec<Effect>) {
        let Settling { item, receipts_gone, turn } = settling;
        let key = item.key;
        match item.status {
            Status::Sent { .. } => Self::tell(effects, Tell::Sent(key)),
            Status::Refused { .. } => Self::tell(effects, Tell::Refused(key)),
            _ => {}
        }
        self.queue.keep(item);
        receipts_gone.into_iter().for_each(|key| self.queue.forget(key));
        if let Some(turn) = turn {
            self.book.take(turn);
        }
        // What was sent changes what the server tells: it is read when all has been said.
        self.wants_pull |= self.queue.of(key.owner).all(|item: &Item| !item.is_trying());
    }

    fn pull_answered(&mut self, outcome: Outcome, now: Instant, effects: &mut Vec<Effect>) {
        let meaning = self.judged(outcome.meaning(), now);
        let status = match &outcome {
            Outcome::Refused(problem, _) => problem.status,
            _ => 0,
        };
        match (meaning, outcome) {
            (Meaning::Over, _) => self.session_is_over(now, effects),
            (Meaning::Expired, _) => self.wants_renewal = true,
            (Meaning::Done, Outcome::Fed(feed)) => {
                self.pull.went_well();
                let more = feed.more;
                let turn = self.book.turn(*feed, now);
                self.write(turn.changes(), Then::Turned(Box::new(turn), more), effects);
            }
            (Meaning::Done, Outcome::Me(me)) => {
                self.pull.went_well();
                let desk = self.desk.knowing(*me);
                self.write(desk.changes(), Then::Known(Box::new(desk)), effects);
            }
            // The view is another, or the state is of another time: all is read anew.
            (Meaning::Aside(_), _)
                if matches!(status, 400 | 410 | 422) && !self.wants_me && self.book.since().is_some() =>
            {
                self.wants_me = true;
                let turn = self.book.start_over();
                self.write(turn.changes(), Then::Turned(Box::new(turn), true), effects);
            }
            (Meaning::Later { asked, .. }, _) => self.pull.failed(asked, now, self.chance),
            _ => self.pull.failed(None, now, self.chance),
        }
    }
    pub(super) fn turned(&mut self, turn: Turn, more: bool, effects: &mut Vec<Effect>) {
        self.book.take(turn);
        self.wants_pull = more;
        if !more {
            self.pulled_at = self.now;
            if let Some(turn) = self.book.prune() {
                self.write(turn.changes(), Then::Turned(Box::new(turn), false), effects);
            }
        }
        Self::tell(effects, Tell::BookChanged);
    }

    fn renew_answered(&mut self, outcome: Outcome, now: Instant, effects: &mut Vec<Effect>) {
        match (outcome.meaning(), outcome) {
            (Meaning::Done, Outcome::Renewed(session)) => {
                let session: Session = *session;
                let desk = self.desk.seated(&session, now);
                self.write(desk.changes(), Then::Renewed(Box::new(desk)), effects);
            }
            (Meaning::Over | Meaning::Expired, _) => self.session_is_over(now, effects),
            (Meaning::Aside(why), _) if matches!(why.status, 400 | 422) => self.session_is_over(now, effects),
            (Meaning::Later { asked, .. }, _) => self.renew.failed(asked, now, self.chance),
            _ => self.renew.failed(None, now, self.chance),
        }
    }
    pub(super) fn renewed(&mut self, desk: Desk) {
        self.desk = desk;
        self.wants_renewal = false;
        self.renew.went_well();
    }
}
