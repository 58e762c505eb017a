//! What a screen shows of one assignment: the server's word, with what I said since laid over it.
//! **Invariant: a download never hides what waits to be sent.**

use openapi::{
    assignments::{Assignment, AssignmentId},
    reports::{Report, ReportId, Verdict},
    timeliness::State,
    value::{Percent, Quantity},
};

use super::{
    sync::Sync,
    work::{Item, Status, Work},
};

/// One assignment, as the server told it and as I see it.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// What the server told.
    pub assignment: &'a Assignment,
    /// What I said that its word does not hold yet, the oldest first: unsent, refused, or sent since
    /// the book was last read.
    pub said: Vec<&'a Item>,
}

impl Sync {
    /// One assignment, as the server told it and as I see it.
    #[must_use]
    pub fn view(&self, id: AssignmentId) -> Option<View<'_>> {
        let assignment = self.book().assignments.get(id)?;
        let about = |item: &&Item| self.about(&item.work) == Some(id);
        let said = self.items().filter(about).filter(|item| !self.is_in_the_book(item)).collect();
        Some(View { assignment, said })
    }
    /// All of them.
    pub fn views(&self) -> impl Iterator<Item = View<'_>> {
        self.book().assignments.iter().filter_map(|one| self.view(one.id))
    }
    /// The report that was returned, of work that stands returned: what says anew that it is done
    /// corrects that one.
    #[must_use]
    pub fn returned(&self, id: AssignmentId) -> Option<ReportId> {
        let view = self.view(id)?;
        let returned = |report: &&Report| {
            let verdict = report.review.as_ref().map(|review| review.draft.verdict);
            report.draft.assignment == id && verdict == Some(Verdict::Return)
        };
        let last = self.book().reports.iter().filter(returned).max_by_key(|report| report.received_at);
        last.filter(|_| view.is_returned()).map(|report| report.id)
    }
    /// The assignment that a piece of work is about; of a decision, that of what it decides on.
    #[must_use]
    pub fn about(&self, work: &Work) -> Option<AssignmentId> {
        let book = self.book();
        match work {
            Work::Review(id, _) => book.reports.get(*id).map(|one| one.draft.assignment),
            Work::DecideExtension(id, _) => book.extensions.get(*id).map(|one| one.draft.assignment),
            Work::DecideExcuse(id, _) => book.excuses.get(*id).map(|one| one.draft.assignment),
            Work::AnswerDifficulty(id, _) => book.difficulties.get(*id)?.draft.assignment,
            work => work.assignment(),
        }
    }
    /// Whether the server has it and the book was read since.
    fn is_in_the_book(&self, item: &Item) -> bool {
        match item.status {
            Status::Sent { at } => self.book().synced_at().is_some_and(|read| read > at),
            _ => false,
        }
    }
}

impl View<'_> {
    /// What I said that is still on its way or will be taken: what was refused counts for nothing.
    fn hopeful(&self) -> impl DoubleEndedIterator<Item = &Work> {
        let hopeful = |item: &&&Item| !matches!(item.status, Status::Refused { .. });
        self.said.iter().filter(hopeful).map(|item| &item.work)
    }
    /// How far the work has come, by what I said last or else by the server's word.
    #[must_use]
    pub fn percent(&self) -> Option<Percent> {
        let said = self.hopeful().rev().find_map(|work| work.report()?.1.percent);
        said.or(self.assignment.percent)
    }
    /// How much is done, by what I said last or else by the server's word.
    #[must_use]
    pub fn quantity(&self) -> Option<Quantity> {
        let said = self.hopeful().rev().find_map(|work| work.report()?.1.quantity);
        said.or(self.assignment.quantity)
    }
    /// Where the work will stand when what I said has arrived.
    #[must_use]
    pub fn state(&self) -> State {
        self.hopeful().fold(self.assignment.state, |state, work| match (work, state) {
            (Work::Acknowledge(..), State::Assigned) => State::Acknowledged,
            (Work::Report(_, draft), state) if state.is_open() && state != State::Paused => {
                match (draft.completes, state) {
                    (true, _) => State::Submitted,
                    (false, State::Assigned | State::Acknowledged) => State::InProgress,
                    (false, state) => state,
                }
            }
            (_, state) => state,
        })
    }
    /// Whether a report that said it is done was returned, and I have not said so again.
    #[must_use]
    pub fn is_returned(&self) -> bool {
        self.assignment.reason.is_some() && self.state() == State::InProgress
    }
    /// Whether I have asked for more time and it is not decided.
    #[must_use]
    pub fn extension_asked(&self) -> bool {
        self.assignment.extension_asked || self.hopeful().any(|work| matches!(work, Work::Extension(..)))
    }
}
