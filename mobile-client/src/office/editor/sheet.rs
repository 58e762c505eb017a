//! What lies on the desk: the text on the left, the tasks on the right. **Invariant: every character is in
//! a task, in one the clerk dropped, or left out with a reason; work without a unit or a date is counted.**

use std::sync::Arc;

use openapi::{
    imports::{Finding, LeftOut, LeftOutSpan, Span},
    tasks::{Assignee, Due, EventRelation, Nature, TaskDraft, TaskId},
    value::{Percent, Position},
};

use super::source::Source;

/// Below this a person should look.
pub const SURE: i32 = 80;

/// A task, as it lies on the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// Its id.
    pub id: TaskId,
    /// Where it stands; nothing when its words are no longer found.
    pub span: Option<Span>,
    /// What it says.
    pub draft: TaskDraft,
    /// Whether the clerk took it out.
    pub dropped: bool,
    /// Whether the clerk has looked at it.
    pub looked: bool,
    /// Why it was proposed.
    pub findings: Vec<Finding>,
    /// How sure the rules were.
    pub certainty: Option<Percent>,
}

/// Whether each of the four is clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hint {
    /// Who.
    pub who: bool,
    /// What.
    pub what: bool,
    /// When.
    pub when: bool,
    /// With what result.
    pub product: bool,
}

/// Whether it is bound to units or to a class of them.
#[must_use]
pub const fn is_bound(assignee: &Assignee) -> bool {
    !assignee.units.is_empty() || assignee.class.is_some()
}
/// Whether it gives a day, now or as soon as its event has one.
#[must_use]
pub fn is_dated(due: &Due) -> bool {
    due.on.is_some()
        || (due.event.is_some() && matches!(due.relation, Some(EventRelation::Before | EventRelation::At)))
}

impl Item {
    /// Whether nobody is given it.
    #[must_use]
    pub fn is_unassigned(&self) -> bool {
        !self.draft.assignees.iter().any(is_bound)
    }
    /// Whether it has no due date. Recurring work has one in each period.
    #[must_use]
    pub fn is_undated(&self) -> bool {
        !is_dated(&self.draft.due) && self.draft.recurrence.is_none()
    }
    /// Whether a person should look: the rules were not sure, or a name is bound to nobody.
    #[must_use]
    pub fn needs_look(&self) -> bool {
        let unsure = self.certainty.is_some_and(|certainty| certainty.get() < SURE);
        let unbound = self.draft.assignees.iter().any(|assignee| !is_bound(assignee));
        !self.looked && (unsure || unbound)
    }
    /// Which of the four are clear.
    #[must_use]
    pub fn hint(&self) -> Hint {
        let open_ended = matches!(self.draft.nature, Nature::Standing | Nature::Conditional);
        Hint {
            who: !self.is_unassigned(),
            what: !self.needs_look() || self.certainty.is_none_or(|certainty| certainty.get() >= SURE),
            when: !self.is_undated() || open_ended,
            product: self.draft.product.is_some() || !self.draft.targets.is_empty(),
        }
    }
}

/// Which tasks are shown.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Filter {
    /// All.
    #[default]
    All,
    /// Given to nobody.
    Unassigned,
    /// Without a due date.
    Undated,
    /// To be looked at.
    ToLook,
    /// Taken out.
    Dropped,
}
impl Filter {
    /// All of them, in the order of the counts.
    pub const ALL: [Self; 5] = [Self::All, Self::Unassigned, Self::Undated, Self::ToLook, Self::Dropped];

    /// Whether it shows a task.
    #[must_use]
    pub fn shows(self, item: &Item) -> bool {
        match self {
            Self::All => true,
            Self::Unassigned => !item.dropped && item.is_unassigned(),
            Self::Undated => !item.dropped && item.is_undated(),
            Self::ToLook => !item.dropped && item.needs_look(),
            Self::Dropped => item.dropped,
        }
    }
}

/// How a stretch of the text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// It is in a task.
    Task(TaskId),
    /// It is in a task that was taken out.
    Dropped(TaskId),
    /// It is in none, for this reason.
    LeftOut(LeftOut),
}

/// A stretch of the text, of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Where.
    pub span: Span,
    /// What.
    pub mark: Mark,
}

/// What lies on the desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sheet {
    /// The text.
    pub source: Source,
    /// The tasks in the order of the text; stages stand behind the task they are of.
    pub items: Vec<Arc<Item>>,
    /// What the rules left out, and why; tasks come before it.
    pub left_out: Arc<[LeftOutSpan]>,
}

impl Sheet {
    /// One of them.
    #[must_use]
    pub fn item(&self, id: TaskId) -> Option<&Arc<Item>> {
        self.items.iter().find(|item| item.id == id)
    }
    /// Where one stands in the list.
    #[must_use]
    pub fn place(&self, id: TaskId) -> Option<usize> {
        self.items.iter().position(|item| item.id == id)
    }
    /// Whether one is out: by itself, or with the task it is a stage of.
    #[must_use]
    pub fn is_out(&self, item: &Item) -> bool {
        let parent = item.draft.parent.and_then(|parent| self.item(parent));
        item.dropped || parent.is_some_and(|parent| parent.dropped)
    }
    /// Those that are in.
    pub fn kept(&self) -> impl Iterator<Item = &Arc<Item>> {
        self.items.iter().filter(|item| !self.is_out(item))
    }
    /// How many a filter shows; of all only those that are in.
    #[must_use]
    pub fn count(&self, filter: Filter) -> usize {
        match filter {
            Filter::Dropped => self.items.iter().filter(|item| item.dropped).count(),
            other => self.kept().filter(|item| other.shows(item)).count(),
        }
    }
    /// What the server is to have: every task that is in, parents before their stages.
    #[must_use]
    pub fn wanted(&self) -> Vec<(TaskId, TaskDraft)> {
        let of = |item: &Arc<Item>| {
            let position = item.span.and_then(|span| Position::try_from(i64::from(span.from) + 1).ok());
            let mut draft =
                TaskDraft { position: position.unwrap_or(item.draft.position), ..item.draft.clone() };
            // A date stays what it is when the task in which it is printed is taken out.
            let there = |id: TaskId| self.item(id).is_some_and(|other| !self.is_out(other));
            draft.due.shared_with = draft.due.shared_with.filter(|with| there(*with) && *with != item.id);
            (item.id, draft)
        };
        let (tasks, stages): (Vec<_>, Vec<_>) = self.kept().partition(|item| item.draft.parent.is_none());
        tasks.into_iter().chain(stages).map(of).collect()
    }
    /// Puts the tasks in the order of the text, stages behind theirs. What has no place stays behind what
    /// it stood behind.
    pub fn sort(&mut self) {
        let mut last = 0;
        let mut keyed: Vec<((u32, bool, u32), Arc<Item>)> = Vec::new();
        for item in &self.items {
            let own = item.span.map_or(last, |span| span.from);
            last = own;
            let parent = item.draft.parent.and_then(|parent| self.item(parent));
            let head = parent.map_or(own, |parent| parent.span.map_or(own, |span| span.from));
            keyed.push(((head, parent.is_some(), own), Arc::clone(item)));
        }
        keyed.sort_by_key(|(key, _)| *key);
        self.items = keyed.into_iter().map(|(_, item)| item).collect();
    }
    /// The text in pieces of one kind each, in order, without gaps.
    #[must_use]
    pub fn pieces(&self) -> Vec<Piece> {
        let mut tasks: Vec<Piece> = self.items.iter().filter_map(|item| self.piece(item)).collect();
        tasks.sort_by_key(|piece| piece.span);
        let mut all = Vec::with_capacity(tasks.len() * 2 + self.left_out.len());
        let mut here = 0;
        for mut piece in tasks {
            // Two that overlap would be drawn twice: the one that begins first has the characters.
            piece.span.from = piece.span.from.max(here);
            if piece.span.is_empty() || piece.span.from >= piece.span.to {
                continue;
            }
            self.between(Span { from: here, to: piece.span.from }, &mut all);
            here = piece.span.to;
            all.push(piece);
        }
        self.between(Span { from: here, to: self.source.len() }, &mut all);
        all
    }
    fn piece(&self, item: &Item) -> Option<Piece> {
        // A stage stands inside of its task.
        let span = item.span.filter(|span| item.draft.parent.is_none() && span.from < span.to)?;
        let mark = if item.dropped { Mark::Dropped(item.id) } else { Mark::Task(item.id) };
        Some(Piece { span, mark })
    }
    /// What stands in no task, by reason.
    fn between(&self, gap: Span, all: &mut Vec<Piece>) {
        let mut here = gap.from;
        let mut push = |from: u32, to: u32, because: LeftOut| {
            if from < to {
                all.push(Piece { span: Span { from, to }, mark: Mark::LeftOut(because) });
            }
        };
        let first = self.left_out.partition_point(|left| left.span.to <= gap.from);
        for left in self.left_out.iter().skip(first).take_while(|left| left.span.from < gap.to) {
            let (from, to) = (left.span.from.max(here), left.span.to.min(gap.to));
            push(here, from, LeftOut::Unclear);
            push(from, to, left.because);
            here = here.max(to);
        }
        push(here, gap.to, LeftOut::Unclear);
    }
    /// The stretches the clerk may take in: a sentence or an item each.
    #[must_use]
    pub fn takable(&self) -> Vec<Span> {
        let nothing = |because| matches!(because, LeftOut::Label | LeftOut::Connective | LeftOut::Heading);
        let mut all = Vec::new();
        for piece in self.pieces() {
            let Mark::LeftOut(because) = piece.mark else { continue };
            if nothing(because) {
                continue;
            }
            let text = self.source.slice(piece.span);
            let mut from = piece.span.from;
            for part in text.split_inclusive(['\n', ';']) {
                let to = from.saturating_add(u32::try_from(part.chars().count()).unwrap_or(u32::MAX));
                let span = self.source.trimmed(Span { from, to });
                if span.len() >= 12 {
                    all.push(span);
                }
                from = to;
            }
        }
        all
    }
}
