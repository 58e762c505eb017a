//! What the server does not have yet, as it is kept in this browser over a reload; and opening a draft.
//! **Invariant: what was typed and not saved is shown again and saved; what somebody else changed in the
//! meantime is not written over unseen.**

use std::sync::Arc;

use openapi::{
    directives::{Directive, DirectiveDraft},
    imports::{Import, Span},
    tasks::{Task, TaskDraft, TaskId},
    value::Version,
};
use serde::{Deserialize, Serialize};

use super::{
    desk::Desk,
    edit::{Around, lay},
    reading,
    saving::{Saving, Step},
    sheet::{Item, Sheet},
    source::Source,
};

/// A task as it is kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptTask {
    /// Which.
    pub id: TaskId,
    /// What it says; nothing when it was taken out.
    pub draft: Option<TaskDraft>,
    /// The version it was made from; nothing when the server never had it.
    pub base: Option<Version>,
}

/// What the server does not have yet.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Kept {
    /// What is entered of the document, when the server has it otherwise.
    pub facts: Option<DirectiveDraft>,
    /// The tasks it has otherwise.
    pub tasks: Vec<KeptTask>,
    /// What was sent and not answered.
    pub sent: Option<Step>,
}

impl Kept {
    /// What is to be kept of a desk; nothing when the server has it all.
    #[must_use]
    pub fn of(desk: &Desk, saving: &Saving) -> Option<Self> {
        let wanted = desk.sheet().wanted();
        let base = |id: TaskId| saving.task(id).map(|known| known.version);
        let under_way = match saving.sent() {
            Some(
                Step::PutTask(id, _)
                | Step::PatchTask(id, ..)
                | Step::LookAtTask(id, _)
                | Step::DeleteTask(id, _),
            ) => Some(*id),
            _ => None,
        };
        let changed = wanted
            .iter()
            // What is on its way may have arrived, so that the server has neither the old nor this.
            .filter(|(id, draft)| {
                under_way == Some(*id) || saving.task(*id).is_none_or(|known| known.draft != *draft)
            })
            .map(|(id, draft)| KeptTask { id: *id, draft: Some(draft.clone()), base: base(*id) });
        let gone = saving
            .tasks()
            .filter(|(id, _)| !wanted.iter().any(|(other, _)| other == *id))
            .map(|(id, known)| KeptTask { id: *id, draft: None, base: Some(known.version) });
        // It may have been entered though nobody heard of it, and was taken out since.
        let unheard = match saving.sent() {
            Some(Step::PutTask(id, _)) if !wanted.iter().any(|(other, _)| other == id) => Some(*id),
            _ => None,
        };
        let unheard = unheard.map(|id| KeptTask { id, draft: None, base: None });
        let facts_sent = matches!(saving.sent(), Some(Step::PatchDirective(..) | Step::LookAtDirective(_)));
        let has_facts = !facts_sent && saving.facts().is_some_and(|known| known.draft == desk.facts);
        let kept = Self {
            facts: (!has_facts).then(|| desk.facts.clone()),
            tasks: changed.chain(gone).chain(unheard).collect(),
            sent: saving.sent().cloned(),
        };
        (kept != Self::default()).then_some(kept)
    }
    /// A document just read, before the server knows of it.
    #[must_use]
    pub fn begin(facts: DirectiveDraft, sheet: &Sheet) -> Self {
        let new = |(id, draft)| KeptTask { id, draft: Some(draft), base: None };
        Self { facts: Some(facts), tasks: sheet.wanted().into_iter().map(new).collect(), sent: None }
    }
    /// What was on its way for a task.
    fn sent_of(&self, id: TaskId) -> Option<&TaskDraft> {
        match &self.sent {
            Some(Step::PutTask(other, to) | Step::PatchTask(other, to, _)) if *other == id => Some(to),
            Some(Step::LookAtTask(other, to)) if *other == id => to.as_deref(),
            _ => None,
        }
    }
}

/// Opens a draft: what the server has, with what is kept here laid over it. Nothing when neither is there.
pub fn open(
    server: Option<(&Directive, &[Task])>,
    kept: Option<&Kept>,
    around: &mut Around<'_>,
) -> Option<(Desk, Saving)> {
    let nothing: &[Task] = &[];
    let (directive, tasks) = server.map_or((None, nothing), |(directive, tasks)| (Some(directive), tasks));
    let mut saving = Saving::of(directive, tasks);
    let own_facts = kept.and_then(|kept| kept.facts.clone());
    let facts = match directive {
        Some(found) => own_facts.map_or_else(
            || found.draft.clone(),
            // The text does not change here, and files come from elsewhere.
            |own| DirectiveDraft { body: found.draft.body.clone(), files: found.draft.files.clone(), ..own },
        ),
        None => own_facts?,
    };
    let mut drafts: Vec<(TaskId, TaskDraft)> =
        tasks.iter().map(|task| (task.id, task.draft.clone())).collect();
    for one in kept.iter().flat_map(|kept| &kept.tasks) {
        let there = tasks.iter().find(|task| task.id == one.id);
        let ours = kept.and_then(|kept| kept.sent_of(one.id));
        let moved = there.is_some_and(|task| {
            let by_us = Some(&task.draft) == ours || Some(&task.draft) == one.draft.as_ref();
            one.base.is_some_and(|base| base != task.version) && !by_us
        });
        match (&one.draft, there) {
            (None, Some(task)) if !moved => drafts.retain(|(id, _)| *id != task.id),
            (Some(draft), Some(task)) => {
                if moved {
                    saving.disagree(task.clone());
                }
                for (_, shown) in drafts.iter_mut().filter(|(id, _)| *id == task.id) {
                    shown.clone_from(draft);
                }
            }
            (Some(draft), None)
                if directive.is_none() || one.base.is_none() || !draft.content.as_str().is_empty() =>
            {
                drafts.push((one.id, draft.clone()));
            }
            _ => {}
        }
    }
    let text = facts.body.as_ref().map_or("", |body| body.as_str());
    let import = reading::document(text, around.commune);
    let sheet = lay_again(text, drafts, &import, around);
    Some((Desk::of(around.directive, facts, sheet), saving))
}

/// Tasks laid upon their text again. What the rules propose and nobody took lies there as taken out.
fn lay_again(
    text: &str,
    mut drafts: Vec<(TaskId, TaskDraft)>,
    import: &Import,
    around: &mut Around<'_>,
) -> Sheet {
    drafts.sort_by_key(|(id, draft)| (draft.position, *id));
    let source = Source::of(text);
    let mut items: Vec<Arc<Item>> = Vec::with_capacity(drafts.len());
    let mut last = 0;
    for (id, draft) in drafts {
        let span = stands(&source, &draft, import, last);
        if draft.parent.is_none() {
            last = span.map_or(last, |span| span.to);
        }
        let proposed = span.and_then(|span| import.proposals.iter().find(|other| overlap(other.span, span)));
        let untouched = proposed.is_some_and(|proposal| proposal.content == draft.content);
        items.push(Arc::new(Item {
            id,
            span,
            dropped: false,
            looked: !untouched,
            findings: proposed.map(|proposal| proposal.findings.clone()).unwrap_or_default(),
            certainty: proposed.map(|proposal| proposal.certainty),
            draft,
        }));
    }
    for proposal in &import.proposals {
        let free = |item: &Arc<Item>| item.span.is_none_or(|span| !overlap(span, proposal.span));
        if items.iter().all(free) {
            items.extend(lay(proposal, around).into_iter().take(1).map(|mut item| {
                Arc::make_mut(&mut item).dropped = true;
                item
            }));
        }
    }
    let mut sheet = Sheet { source, items, left_out: import.left_out.clone().into() };
    sheet.sort();
    sheet
}
const fn overlap(one: Span, other: Span) -> bool {
    one.from < other.to && other.from < one.to
}

/// Where a task stands: at its place when its words are there, else where they are found.
fn stands(source: &Source, draft: &TaskDraft, import: &Import, last: u32) -> Option<Span> {
    let hint = u32::try_from(draft.position.get()).ok().and_then(|position| position.checked_sub(1));
    let content = draft.content.as_str();
    let at = |words: &str, from: u32| source.find(words, from).filter(|found| found.from == from);
    let quote = draft.quote.as_ref().map(|quote| quote.as_str());
    hint.and_then(|from| at(content, from))
        .or_else(|| hint.and_then(|from| at(quote?, from)))
        .or_else(|| {
            hint.and_then(|from| import.proposals.iter().map(|one| one.span).find(|span| span.from == from))
        })
        .or_else(|| source.find(content, last))
        .or_else(|| source.find(quote?, last))
        .or_else(|| source.find(quote?, 0))
}
