//! Saving as one goes: what the server has, what it is to have, and the one step on its way. **Invariant:
//! a step whose answer was lost is repeated as it was until it is answered; what somebody else changed is
//! never written over unseen; when nothing is left to do, the server has what is shown.**

use std::collections::BTreeMap;

use openapi::{
    directives::{Directive, DirectiveDraft, DirectiveId, DirectivePatch, DirectiveState},
    tasks::{Task, TaskDraft, TaskId, TaskPatch},
    value::{Change, Version},
};
use serde::{Deserialize, Serialize};

/// What the server has of something.
#[derive(Debug, Clone, PartialEq)]
pub struct Known<T> {
    /// What it says.
    pub draft: T,
    /// Its version.
    pub version: Version,
}

/// One call of the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Step {
    /// Enter the directive.
    PutDirective(Box<DirectiveDraft>),
    /// Change what is entered of it.
    PatchDirective(Box<DirectiveDraft>, Version),
    /// See what the server has of it, after it said that somebody was quicker.
    LookAtDirective(Box<DirectiveDraft>),
    /// Enter a task.
    PutTask(TaskId, Box<TaskDraft>),
    /// Change one.
    PatchTask(TaskId, Box<TaskDraft>, Version),
    /// See what the server has of one, after it said that somebody was quicker.
    LookAtTask(TaskId, Option<Box<TaskDraft>>),
    /// Delete one.
    DeleteTask(TaskId, Version),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// The directive as it is now.
    Directive(Box<Directive>),
    /// The task as it is now.
    Task(Box<Task>),
    /// Done, with nothing to show.
    Done,
    /// There is no such thing.
    Gone,
    /// Somebody was quicker.
    Stale,
    /// The directive has been issued or closed.
    Issued,
    /// It was refused, in these words.
    Refused(String),
    /// No answer came; it may have been done or not.
    Lost,
}

/// Why something is not saved, and waits for the clerk.
#[derive(Debug, Clone, PartialEq)]
pub enum Trouble {
    /// Somebody else changed it: this is what the server has.
    Task(Box<Task>),
    /// Somebody else changed what is entered of the directive.
    Directive(Box<Directive>),
    /// The server does not take it as it is.
    Refused(String),
}

/// How saving stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The server has all that is shown.
    Saved,
    /// So many are still to be saved.
    Saving(usize),
    /// So many are not saved, because the server does not answer; it is tried again.
    Unreached(usize),
    /// So many wait for the clerk.
    Stopped(usize),
    /// The directive is issued; nothing is saved any more.
    Issued,
}

/// Of what the trouble is: a task, or the directive.
pub type Of = Option<TaskId>;

/// What the server has, and what is on its way.
#[derive(Debug, Clone, PartialEq)]
pub struct Saving {
    facts: Option<Known<DirectiveDraft>>,
    tasks: BTreeMap<TaskId, Known<TaskDraft>>,
    /// What was sent and is not answered yet.
    sent: Option<Step>,
    /// Whether an answer to it may still come.
    under_way: bool,
    lost: u32,
    /// What waits for the clerk, and what it was that was refused.
    troubles: BTreeMap<Of, (Trouble, Option<TaskDraft>)>,
    refused_facts: Option<DirectiveDraft>,
    issued: bool,
}

/// Everything of a task said anew, from what the server had.
#[must_use]
pub fn patch(to: &TaskDraft) -> TaskPatch {
    fn set<T: Clone>(value: &Option<T>) -> Change<T> {
        value.clone().map_or(Change::Clear, Change::Set)
    }
    TaskPatch {
        parent: to.parent.map_or(Change::Clear, Change::Set),
        // The links to other documents are made elsewhere.
        carried_from: Change::Keep,
        related: None,
        position: Some(to.position),
        place: set(&to.place),
        heading: set(&to.heading),
        content: Some(to.content.clone()),
        quote: set(&to.quote),
        kind: Some(to.kind),
        nature: Some(to.nature),
        priority: Some(to.priority),
        due: Some(to.due.clone()),
        product: set(&to.product),
        targets: Some(to.targets.clone()),
        recurrence: set(&to.recurrence),
        assignees: Some(to.assignees.clone()),
        suggestions: Some(to.suggestions.clone()),
        notes: set(&to.notes),
        private_note: Change::Keep,
        version: None,
    }
}
/// The same of the directive. Its text and files stay.
#[must_use]
pub fn patch_facts(to: &DirectiveDraft) -> DirectivePatch {
    fn set<T: Clone>(value: &Option<T>) -> Change<T> {
        value.clone().map_or(Change::Clear, Change::Set)
    }
    DirectivePatch {
        kind: Some(to.kind),
        issuer: Some(to.issuer.clone()),
        issuer_unit: to.issuer_unit.map_or(Change::Clear, Change::Set),
        number: set(&to.number),
        symbol: set(&to.symbol),
        title: Some(to.title.clone()),
        issued_on: to.issued_on.map_or(Change::Clear, Change::Set),
        meeting_on: to.meeting_on.map_or(Change::Clear, Change::Set),
        signer: set(&to.signer),
        signing_authority: set(&to.signing_authority),
        signing_position: set(&to.signing_position),
        concluded_by: set(&to.concluded_by),
        period: set(&to.period),
        recipients: Some(to.recipients.clone()),
        ..DirectivePatch::default()
    }
}

impl Saving {
    /// With what the server has.
    #[must_use]
    pub fn of(directive: Option<&Directive>, tasks: &[Task]) -> Self {
        let known = |task: &Task| (task.id, Known { draft: task.draft.clone(), version: task.version });
        Self {
            facts: directive.map(|found| Known { draft: found.draft.clone(), version: found.version }),
            tasks: tasks.iter().map(known).collect(),
            sent: None,
            under_way: false,
            lost: 0,
            troubles: BTreeMap::new(),
            refused_facts: None,
            issued: directive.is_some_and(|found| found.state != DirectiveState::Draft),
        }
    }
    /// What the server has of a task.
    #[must_use]
    pub fn task(&self, id: TaskId) -> Option<&Known<TaskDraft>> {
        self.tasks.get(&id)
    }
    /// What the server has of the tasks.
    pub fn tasks(&self) -> impl Iterator<Item = (&TaskId, &Known<TaskDraft>)> {
        self.tasks.iter()
    }
    /// What the server has of the directive.
    #[must_use]
    pub const fn facts(&self) -> Option<&Known<DirectiveDraft>> {
        self.facts.as_ref()
    }
    /// What was sent and not answered yet.
    #[must_use]
    pub const fn sent(&self) -> Option<&Step> {
        self.sent.as_ref()
    }
    /// How often in a row no answer came.
    #[must_use]
    pub const fn lost(&self) -> u32 {
        self.lost
    }
    /// Whether it is issued.
    #[must_use]
    pub const fn is_issued(&self) -> bool {
        self.issued
    }
    /// The server was asked for all of it just now.
    pub fn seen(&mut self, found: &Directive) {
        if let Some(facts) = &mut self.facts {
            facts.version = found.version;
        }
    }
    /// It has been issued.
    pub const fn issue(&mut self) {
        self.issued = true;
    }
    /// What is wrong with a task, or with the directive.
    #[must_use]
    pub fn trouble(&self, of: Of) -> Option<&Trouble> {
        self.troubles.get(&of).map(|(trouble, _)| trouble)
    }
    /// Somebody else changed a task while this window was closed.
    pub fn disagree(&mut self, theirs: Task) {
        self.troubles.insert(Some(theirs.id), (Trouble::Task(Box::new(theirs)), None));
    }

    /// How it stands.
    #[must_use]
    pub fn standing(&self, facts: &DirectiveDraft, wanted: &[(TaskId, TaskDraft)]) -> Standing {
        if self.issued {
            return Standing::Issued;
        }
        let left = self.left(facts, wanted);
        let stopped = self.troubles.len();
        match (left, self.sent.is_some(), self.lost) {
            (_, _, lost) if lost > 0 => Standing::Unreached(left.max(1)),
            (0, false, _) if stopped == 0 => Standing::Saved,
            (left, false, _) if stopped > 0 && left <= stopped => Standing::Stopped(stopped),
            (left, ..) => Standing::Saving(left.max(1)),
        }
    }
    /// How many things the server does not have as they are shown.
    #[must_use]
    pub fn left(&self, facts: &DirectiveDraft, wanted: &[(TaskId, TaskDraft)]) -> usize {
        let head = usize::from(!self.has_facts(facts));
        let tasks = wanted.iter().filter(|(id, draft)| !self.has(*id, draft)).count();
        let gone = self.tasks.keys().filter(|id| !wanted.iter().any(|(other, _)| other == *id)).count();
        head + tasks + gone
    }
    fn has_facts(&self, facts: &DirectiveDraft) -> bool {
        self.facts.as_ref().is_some_and(|known| known.draft == *facts)
    }
    fn has(&self, id: TaskId, draft: &TaskDraft) -> bool {
        self.tasks.get(&id).is_some_and(|known| known.draft == *draft)
    }

    /// The next call to make; nothing while one is under way or there is nothing to do.
    pub fn next(&mut self, facts: &DirectiveDraft, wanted: &[(TaskId, TaskDraft)]) -> Option<Step> {
        if self.under_way || self.issued {
            return None;
        }
        if self.sent.is_none() {
            self.sent = self.choose(facts, wanted);
        }
        self.under_way = self.sent.is_some();
        self.sent.clone()
    }
    fn choose(&mut self, facts: &DirectiveDraft, wanted: &[(TaskId, TaskDraft)]) -> Option<Step> {
        // What was refused is tried again when it says something else.
        if self.refused_facts.as_ref().is_some_and(|refused| refused != facts) {
            self.refused_facts = None;
            self.troubles.remove(&None);
        }
        self.troubles.retain(|of, (trouble, refused)| match (trouble, of) {
            (Trouble::Refused(_), Some(id)) => {
                wanted.iter().any(|(other, draft)| other == id && Some(draft) == refused.as_ref())
            }
            _ => true,
        });
        let to = || Box::new(facts.clone());
        match &self.facts {
            None if self.troubles.contains_key(&None) => return None,
            None => return Some(Step::PutDirective(to())),
            Some(known) if known.draft != *facts && !self.troubles.contains_key(&None) => {
                return Some(Step::PatchDirective(to(), known.version));
            }
            Some(_) => {}
        }
        let open = |id: &TaskId| !self.troubles.contains_key(&Some(*id));
        let there = |id: Option<TaskId>| id.is_none_or(|id| self.tasks.contains_key(&id));
        let due = wanted.iter().filter(|(id, draft)| open(id) && !self.has(*id, draft));
        let mut later = None;
        for (id, draft) in due {
            // A task is entered after those it refers to.
            if !there(draft.parent) {
                continue;
            }
            let mut draft = draft.clone();
            if !there(draft.due.shared_with) {
                draft.due.shared_with = None;
                let first = (*id, draft);
                later = later.or_else(|| (!self.has(first.0, &first.1)).then_some(first));
                continue;
            }
            return Some(self.bring(*id, draft));
        }
        if let Some((id, draft)) = later {
            return Some(self.bring(id, draft));
        }
        let extra = |id: &&TaskId| open(id) && !wanted.iter().any(|(other, _)| other == *id);
        let stage_first = |id: &&TaskId| self.tasks.get(id).is_none_or(|known| known.draft.parent.is_none());
        let gone = self.tasks.keys().filter(extra).min_by_key(stage_first)?;
        Some(Step::DeleteTask(*gone, self.tasks.get(gone)?.version))
    }
    fn bring(&self, id: TaskId, draft: TaskDraft) -> Step {
        match self.tasks.get(&id) {
            Some(known) => Step::PatchTask(id, Box::new(draft), known.version),
            None => Step::PutTask(id, Box::new(draft)),
        }
    }

    /// Takes the answer to what was sent.
    pub fn settle(&mut self, answer: Answer) {
        self.under_way = false;
        let Some(step) = self.sent.take() else { return };
        if answer == Answer::Lost {
            self.lost = self.lost.saturating_add(1);
            self.sent = Some(step);
            return;
        }
        self.lost = 0;
        match (step, answer) {
            (_, Answer::Issued) => self.issued = true,
            (
                step @ (Step::PutDirective(_) | Step::PatchDirective(..) | Step::LookAtDirective(_)),
                answer,
            ) => {
                self.settle_facts(step, answer);
            }
            (Step::DeleteTask(id, _), Answer::Done | Answer::Gone) => {
                self.tasks.remove(&id);
                self.touched();
            }
            (Step::DeleteTask(id, _), Answer::Stale) => self.sent = Some(Step::LookAtTask(id, None)),
            (Step::PutTask(id, to), Answer::Task(task)) => self.learn(id, *to, task.version),
            (Step::PatchTask(id, to, version), Answer::Task(task)) => {
                if task.version == version {
                    // Nothing changed there.
                    self.tasks.insert(id, Known { draft: *to, version });
                } else {
                    self.learn(id, *to, task.version);
                }
            }
            (Step::PutTask(id, to) | Step::PatchTask(id, to, _), Answer::Stale) => {
                self.sent = Some(Step::LookAtTask(id, Some(to)));
            }
            // Somebody deleted it: what is shown here is entered again.
            (Step::PatchTask(id, ..) | Step::LookAtTask(id, _), Answer::Gone) => {
                self.tasks.remove(&id);
            }
            (Step::LookAtTask(id, to), Answer::Task(task)) => self.look(id, to.as_deref(), *task),
            (Step::PutTask(id, to) | Step::PatchTask(id, to, _), Answer::Refused(why)) => {
                self.troubles.insert(Some(id), (Trouble::Refused(why), Some(*to)));
            }
            (Step::PutTask(id, to), _) => {
                self.troubles.insert(Some(id), (Trouble::Refused(String::new()), Some(*to)));
            }
            (Step::DeleteTask(id, _) | Step::LookAtTask(id, _), Answer::Refused(why)) => {
                self.troubles.insert(Some(id), (Trouble::Refused(why), None));
            }
            _ => {}
        }
    }
    fn learn(&mut self, id: TaskId, draft: TaskDraft, version: Version) {
        self.tasks.insert(id, Known { draft, version });
        self.touched();
    }
    /// A directive has a new version whenever one of its tasks changes.
    fn touched(&mut self) {
        if let Some(facts) = &mut self.facts {
            facts.version = facts.version.next();
        }
    }
    /// What the server has, after it said that somebody was quicker: that may have been we ourselves.
    fn look(&mut self, id: TaskId, to: Option<&TaskDraft>, task: Task) {
        let before = self.tasks.get(&id).map(|known| &known.draft);
        if Some(&task.draft) == to || Some(&task.draft) == before {
            self.learn(id, task.draft, task.version);
        } else {
            self.troubles.insert(Some(id), (Trouble::Task(Box::new(task)), None));
        }
    }
    fn settle_facts(&mut self, step: Step, answer: Answer) {
        match (step, answer) {
            (Step::PutDirective(to) | Step::PatchDirective(to, _), Answer::Directive(found)) => {
                self.facts = Some(Known { draft: *to, version: found.version });
                self.issued = found.state != DirectiveState::Draft;
            }
            (Step::PutDirective(to) | Step::PatchDirective(to, _), Answer::Stale) => {
                self.sent = Some(Step::LookAtDirective(to));
            }
            (Step::LookAtDirective(to), Answer::Directive(found)) => {
                self.issued = found.state != DirectiveState::Draft;
                let before = self.facts.as_ref().map(|known| &known.draft);
                if found.draft == *to || Some(&found.draft) == before {
                    self.facts = Some(Known { draft: found.draft, version: found.version });
                } else {
                    self.troubles.insert(None, (Trouble::Directive(found), None));
                }
            }
            (Step::LookAtDirective(_) | Step::PatchDirective(..), Answer::Gone) => self.facts = None,
            (Step::PutDirective(to) | Step::PatchDirective(to, _), Answer::Refused(why)) => {
                self.refused_facts = Some(*to);
                self.troubles.insert(None, (Trouble::Refused(why), None));
            }
            _ => {}
        }
    }

    /// The clerk wants what is shown here: it is sent again, upon what the server has now.
    pub fn keep_mine(&mut self, of: Of) {
        match self.troubles.remove(&of) {
            Some((Trouble::Task(task), _)) => {
                self.tasks.insert(task.id, Known { draft: task.draft, version: task.version });
            }
            Some((Trouble::Directive(found), _)) => {
                self.facts = Some(Known { draft: found.draft, version: found.version });
            }
            _ => {}
        }
    }
    /// The clerk wants what the server has. It is to be laid on the desk.
    pub fn take_theirs(&mut self, of: Of) -> Option<Trouble> {
        let (trouble, _) = self.troubles.remove(&of)?;
        match &trouble {
            Trouble::Task(task) => {
                self.tasks.insert(task.id, Known { draft: task.draft.clone(), version: task.version });
            }
            Trouble::Directive(found) => {
                self.facts = Some(Known { draft: found.draft.clone(), version: found.version });
            }
            Trouble::Refused(_) => {}
        }
        Some(trouble)
    }
    /// How long to wait before it is tried again, in milliseconds.
    #[must_use]
    pub const fn patience(&self) -> i64 {
        match self.lost {
            0 => 0,
            1 => 1_000,
            2 => 2_000,
            3 => 4_000,
            _ => 8_000,
        }
    }
}

/// The directive whose tasks these are, for a look at all of it.
#[must_use]
pub fn same_tasks(directive: DirectiveId, wanted: &[(TaskId, TaskDraft)], found: &[Task]) -> bool {
    let mine = |task: &Task| wanted.iter().any(|(id, draft)| *id == task.id && *draft == task.draft);
    found.len() == wanted.len() && found.iter().all(|task| task.draft.directive == directive && mine(task))
}
