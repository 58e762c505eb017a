//! What the clerk can do to the tasks. **Invariant: an edit that does not fit does nothing; what the clerk
//! set by hand is never read over; the words of a task always stand in the text where its stretch says.**

use std::sync::Arc;

use openapi::{
    directives::DirectiveId,
    imports::{Import, Proposal, ProposedStage, Span},
    tasks::{Assignee, Basis, Due, DueSource, Nature, Priority, Recurrence, TaskDraft, TaskId},
    value::{Note, Title},
};

use super::{
    reading::{self, Commune},
    sheet::{Item, Sheet, is_bound},
};

/// A field that is typed in: what is typed in one go is one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// What is to be done.
    Content(TaskId),
    /// The product.
    Product(TaskId),
    /// The clerk's remarks.
    Notes(TaskId),
}

/// What a typed time says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct When {
    /// The due date.
    pub due: Due,
    /// How it ends.
    pub nature: Nature,
    /// How often it comes again.
    pub recurrence: Option<Recurrence>,
}

/// Something done to the tasks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Says otherwise what is to be done.
    Content(TaskId, Note),
    /// Says what it must result in.
    Product(TaskId, Option<Title>),
    /// Remarks.
    Notes(TaskId, Option<Note>),
    /// Sets the time.
    When(TaskId, Box<When>),
    /// Urgent, or not.
    Priority(TaskId),
    /// Says who is to do it.
    Assign(TaskId, Vec<Assignee>),
    /// Takes it out, or in again.
    Drop(TaskId),
    /// Splits it before a character.
    Split(TaskId, u32),
    /// Makes one of it and the next.
    Merge(TaskId),
    /// Makes a task of a stretch that was left out.
    TakeIn(Span),
    /// Has been looked at, and is right.
    Looked(TaskId),
}

impl Edit {
    /// The field it is typed in.
    #[must_use]
    pub const fn field(&self) -> Option<Field> {
        match self {
            Self::Content(id, _) => Some(Field::Content(*id)),
            Self::Product(id, _) => Some(Field::Product(*id)),
            Self::Notes(id, _) => Some(Field::Notes(*id)),
            _ => None,
        }
    }
}

/// What an edit needs from outside.
pub struct Around<'a> {
    /// The directive the tasks are of.
    pub directive: DirectiveId,
    /// What is known of the commune.
    pub commune: &'a Commune,
    /// Makes a new id.
    pub new_id: &'a mut dyn FnMut() -> TaskId,
}

/// A task as it is proposed.
#[must_use]
pub fn draft_of(proposal: &Proposal, directive: DirectiveId) -> TaskDraft {
    TaskDraft {
        directive,
        parent: None,
        carried_from: None,
        related: Vec::new(),
        position: proposal.position,
        place: proposal.place.clone(),
        heading: proposal.heading.clone(),
        content: proposal.content.clone(),
        quote: proposal.quote.clone(),
        kind: proposal.kind,
        nature: proposal.nature,
        priority: proposal.priority,
        due: proposal.due.clone(),
        product: proposal.product.clone(),
        targets: proposal.targets.clone(),
        recurrence: proposal.recurrence.clone(),
        assignees: proposal.assignees.iter().map(|proposed| proposed.assignee.clone()).collect(),
        suggestions: Vec::new(),
        notes: None,
        private_note: None,
    }
}

/// A proposal as it is laid on the desk, with its stages behind it.
pub fn lay(proposal: &Proposal, around: &mut Around<'_>) -> Vec<Arc<Item>> {
    let head = Item {
        id: (around.new_id)(),
        span: Some(proposal.span),
        draft: draft_of(proposal, around.directive),
        dropped: false,
        looked: false,
        findings: proposal.findings.clone(),
        certainty: Some(proposal.certainty),
    };
    let stages: Vec<_> =
        proposal.stages.iter().map(|stage| Arc::new(lay_stage(stage, &head, around))).collect();
    std::iter::once(Arc::new(head)).chain(stages).collect()
}
fn lay_stage(stage: &ProposedStage, head: &Item, around: &mut Around<'_>) -> Item {
    Item {
        id: (around.new_id)(),
        span: Some(stage.span),
        draft: TaskDraft {
            parent: Some(head.id),
            content: stage.content.clone(),
            due: stage.due.clone(),
            product: None,
            targets: Vec::new(),
            recurrence: None,
            nature: Nature::OneOff,
            ..head.draft.clone()
        },
        dropped: false,
        looked: false,
        findings: Vec::new(),
        certainty: head.certainty,
    }
}

/// A whole document as it is laid on the desk for the first time.
pub fn lay_all(import: &Import, around: &mut Around<'_>) -> Sheet {
    let mut items = Vec::new();
    let mut heads: Vec<(openapi::value::Position, TaskId)> = Vec::new();
    for proposal in &import.proposals {
        let mut laid = lay(proposal, around);
        if let Some(head) = laid.first_mut() {
            heads.push((proposal.position, head.id));
            let shared =
                proposal.due_shared_with.and_then(|with| Some(heads.iter().find(|(at, _)| *at == with)?.1));
            Arc::make_mut(head).draft.due.shared_with = shared;
        }
        items.extend(laid);
    }
    let source = super::source::Source::of(&import.text);
    Sheet { source, items, left_out: import.left_out.clone().into() }
}

impl Sheet {
    /// What it is after an edit; nothing when the edit does not fit.
    #[must_use]
    pub fn after(&self, edit: &Edit, around: &mut Around<'_>) -> Option<Self> {
        match edit {
            Edit::Content(id, content) => self.with(*id, |item| item.draft.content = content.clone()),
            Edit::Product(id, product) => self.with(*id, |item| item.draft.product.clone_from(product)),
            Edit::Notes(id, notes) => self.with(*id, |item| item.draft.notes.clone_from(notes)),
            Edit::When(id, when) => self.with(*id, |item| {
                item.draft.due = when.due.clone();
                item.draft.nature = when.nature;
                item.draft.recurrence.clone_from(&when.recurrence);
            }),
            Edit::Priority(id) => self.with(*id, |item| {
                let urgent = item.draft.priority == Priority::Khan;
                item.draft.priority = if urgent { Priority::Thuong } else { Priority::Khan };
            }),
            Edit::Assign(id, assignees) => self.with(*id, |item| item.draft.assignees.clone_from(assignees)),
            Edit::Looked(id) => self.with(*id, |_| {}),
            Edit::Drop(id) => self.drop_or_back(*id),
            Edit::Split(id, at) => self.split(*id, *at, around),
            Edit::Merge(id) => self.merge(*id, around),
            Edit::TakeIn(span) => self.take_in(*span, around),
        }
    }

    /// With one of them changed; whoever changes it has looked at it.
    fn with(&self, id: TaskId, change: impl FnOnce(&mut Item)) -> Option<Self> {
        let mut sheet = self.clone();
        let item = Arc::make_mut(sheet.items.iter_mut().find(|item| item.id == id)?);
        change(item);
        item.looked = true;
        (sheet != *self).then_some(sheet)
    }
    fn drop_or_back(&self, id: TaskId) -> Option<Self> {
        let mut sheet = self.clone();
        let item = Arc::make_mut(sheet.items.iter_mut().find(|item| item.id == id)?);
        item.dropped = !item.dropped;
        Some(sheet)
    }

    fn split(&self, id: TaskId, at: u32, around: &mut Around<'_>) -> Option<Self> {
        let item = self.item(id)?;
        let span = item.span?;
        let first = self.source.trimmed(Span { from: span.from, to: at });
        let second = self.source.trimmed(Span { from: at, to: span.to });
        if at <= span.from || at >= span.to || first.is_empty() || second.is_empty() {
            return None;
        }
        let second_id = (around.new_id)();
        let one = self.part(item, item.id, first, around)?;
        let mut other = self.part(item, second_id, second, around)?;
        let mut one = one;
        share_the_date(&mut one, &mut other, &item.draft.due);
        let mut sheet = self.clone();
        let place = sheet.place(id)?;
        // Its stages go with the part they stand in.
        for stage in sheet.items.iter_mut().filter(|stage| stage.draft.parent == Some(id)) {
            if stage.span.is_some_and(|span| span.from >= second.from) {
                Arc::make_mut(stage).draft.parent = Some(second_id);
            }
        }
        sheet.items.splice(place..=place, [Arc::new(one), Arc::new(other)]);
        sheet.sort();
        Some(sheet)
    }

    /// A part of a task read for itself. Who does it stands at its head and counts for both.
    fn part(&self, of: &Item, id: TaskId, span: Span, around: &Around<'_>) -> Option<Item> {
        let read = reading::stretch(&self.source, span, around.commune)?;
        let mut draft = draft_of(&read, around.directive);
        draft.parent = of.draft.parent;
        draft.place.clone_from(&of.draft.place);
        draft.heading.clone_from(&of.draft.heading);
        // Its own words, so that they are found again.
        draft.quote = Some(draft.content.clone());
        draft.priority = of.draft.priority;
        draft.notes.clone_from(&of.draft.notes);
        draft.private_note.clone_from(&of.draft.private_note);
        let by_hand = of.draft.assignees.iter().any(|assignee| assignee.basis == Basis::Office);
        if by_hand || !draft.assignees.iter().any(is_bound) {
            let here = self.source.line(span);
            draft.assignees = of.draft.assignees.iter().map(|one| inherited(one, &here)).collect();
        }
        if draft.product.is_none() && of.draft.product.as_ref().is_some_and(|product| holds(&read, product)) {
            draft.product.clone_from(&of.draft.product);
        }
        let certainty = Some(read.certainty);
        let findings = read.findings;
        Some(Item { id, span: Some(span), draft, dropped: of.dropped, looked: true, findings, certainty })
    }

    fn merge(&self, id: TaskId, around: &mut Around<'_>) -> Option<Self> {
        let item = self.item(id)?;
        let beside = |other: &&Arc<Item>| other.draft.parent == item.draft.parent && !other.dropped;
        let next = self.items.iter().skip(self.place(id)? + 1).find(beside)?;
        let (one, other) = (item.span?, next.span?);
        let span = Span { from: one.from.min(other.from), to: one.to.max(other.to) };
        let read = reading::stretch(&self.source, span, around.commune)?;
        let (gone, mut whole) = (next.id, Item::clone(item));
        let both = format!("{}; {}", item.draft.content, next.draft.content);
        whole.span = Some(span);
        whole.draft.content =
            Note::try_from(self.source.line(span)).or_else(|_| Note::try_from(both)).ok()?;
        whole.draft.quote = Note::try_from(self.source.line(span)).ok();
        for assignee in &next.draft.assignees {
            if !whole.draft.assignees.iter().any(|one| one.name == assignee.name) {
                whole.draft.assignees.push(assignee.clone());
            }
        }
        if whole.is_undated() || whole.draft.due.shared_with == Some(gone) {
            whole.draft.due = Due { shared_with: None, ..next.draft.due.clone() };
            if whole.draft.recurrence.is_none() {
                whole.draft.nature = next.draft.nature;
                whole.draft.recurrence.clone_from(&next.draft.recurrence);
            }
        }
        whole.draft.product = whole.draft.product.or_else(|| next.draft.product.clone());
        let missing: Vec<_> = next
            .draft
            .targets
            .iter()
            .filter(|target| !whole.draft.targets.contains(target))
            .cloned()
            .collect();
        whole.draft.targets.extend(missing);
        whole.findings = read.findings;
        whole.looked = true;
        let mut sheet = self.clone();
        sheet.items.retain(|item| item.id != gone);
        for item in &mut sheet.items {
            if item.id == id {
                *item = Arc::new(whole.clone());
            }
            if item.draft.parent == Some(gone) {
                Arc::make_mut(item).draft.parent = Some(id);
            }
            if item.draft.due.shared_with == Some(gone) {
                Arc::make_mut(item).draft.due.shared_with = (item.id != id).then_some(id);
            }
        }
        sheet.sort();
        Some(sheet)
    }

    fn take_in(&self, span: Span, around: &mut Around<'_>) -> Option<Self> {
        let span = self.source.trimmed(span);
        let free = |item: &Arc<Item>| item.span.is_none_or(|own| own.to <= span.from || span.to <= own.from);
        if span.is_empty() || !self.items.iter().filter(|item| item.draft.parent.is_none()).all(free) {
            return None;
        }
        let read = reading::stretch(&self.source, span, around.commune)?;
        let mut laid = lay(&read, around);
        for item in &mut laid {
            Arc::make_mut(item).looked = true;
        }
        let mut sheet = self.clone();
        sheet.items.extend(laid);
        sheet.sort();
        Some(sheet)
    }
}

/// Who does the whole does its part; said in the part itself, or only at the head.
fn inherited(assignee: &Assignee, here: &str) -> Assignee {
    let named = here.contains(assignee.name.as_str());
    let by_hand = assignee.basis == Basis::Office;
    let basis = if named || by_hand { assignee.basis } else { Basis::Inherited };
    Assignee { basis, ..assignee.clone() }
}
fn holds(read: &Proposal, product: &Title) -> bool {
    read.content.as_str().contains(product.as_str())
}

/// One date printed once counts for both parts; the other says where it is printed.
fn share_the_date(one: &mut Item, other: &mut Item, whole: &Due) {
    if *whole == Due::none() {
        return;
    }
    let shared = |with: TaskId| Due { source: DueSource::Shared, shared_with: Some(with), ..whole.clone() };
    match (one.is_undated(), other.is_undated()) {
        (true, false) => one.draft.due = shared(other.id),
        (false, true) => other.draft.due = shared(one.id),
        // Set by hand or by a heading: it counts for both as it stands.
        (true, true) => {
            one.draft.due = whole.clone();
            other.draft.due = whole.clone();
        }
        (false, false) => {}
    }
}
