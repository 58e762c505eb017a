//! One line of requests. **Invariant: at most one of them is out.**

use openapi::value::Instant;

use super::super::{backoff::Rest, event::RequestId, queue::LOST_AFTER};

/// A line of requests, one after another, with pauses after failures.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lane {
    out: Option<(RequestId, Instant)>,
    rest: Option<Rest>,
    failures: u32,
}

impl Lane {
    /// Whether a request may go out.
    pub(super) fn is_free(&self, now: Instant) -> bool {
        self.out.is_none() && self.rest.is_none_or(|rest| rest.is_over(now))
    }
    /// When a request may go out, if it is wanted at a moment and none is out.
    pub(super) fn free_at(&self, wanted: Instant) -> Option<Instant> {
        let rested = self.rest.map(|rest| rest.until());
        self.out.is_none().then(|| rested.map_or(wanted, |rested| wanted.max(rested)))
    }
    pub(super) fn goes(&mut self, request: RequestId, now: Instant) {
        self.out = Some((request, now));
    }
    /// Whether this is the answer waited for. Then nothing is out any more.
    pub(super) fn comes(&mut self, request: RequestId) -> bool {
        let waited_for = self.out.is_some_and(|(out, _)| out == request);
        if waited_for {
            self.out = None;
        }
        waited_for
    }
    /// What was out, and is not waited for any more.
    pub(super) fn recall(&mut self) -> Option<RequestId> {
        self.out.take().map(|(request, _)| request)
    }
    /// What has been out for too long. A clock that was set back gives it new time.
    pub(super) fn lost(&self, now: Instant) -> Option<RequestId> {
        let (request, since) = self.out?;
        (now >= since.plus(LOST_AFTER)).then_some(request)
    }
    pub(super) fn lost_at(&self) -> Option<Instant> {
        self.out.map(|(_, since)| since.plus(LOST_AFTER))
    }
    pub(super) fn went_well(&mut self) {
        self.failures = 0;
        self.rest = None;
    }
    pub(super) fn failed(&mut self, asked: Option<u32>, now: Instant, chance: u32) {
        self.failures = self.failures.saturating_add(1);
        self.rest = Some(Rest::after(self.failures, asked, now, chance));
    }
    /// Ends a pause that the server did not ask for.
    pub(super) fn hurry(&mut self) {
        self.rest = self.rest.filter(Rest::is_asked);
    }
}
