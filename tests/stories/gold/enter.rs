//! A document entered as a clerk enters it: the document, then its tasks in printed order, then what
//! refers to tasks further on. **Invariant: everything the gold file says goes in.**

use std::collections::HashMap;

use mobile_client::Client;
use openapi::{
    calendar::{NamedEventDraft, NamedEventId, PutNamedEvent},
    directives::{Directive, DirectiveDraft, DirectiveId, Period, PutDirective},
    tasks::{
        Assignee, Basis, Due, DuePrecision, DueSource, EventRelation, Nature, PatchTask, Priority, PutTask,
        Recurrence, Suggestion, Target, Task, TaskDraft, TaskId, TaskKind, TaskPatch,
    },
    text::fold,
    value::{Date, Position, Quantity, Version},
};

use super::{
    commune::{Commune, Means, kind_of},
    read::{self, Gold, Precision, Seed},
};
use crate::support::{id, name, note, phrase, title};

/// A document that was entered.
pub struct Entered {
    pub directive: Directive,
    /// Its tasks in printed order, each before its stages.
    pub tasks: Vec<EnteredTask>,
}

/// A task that was entered.
pub struct EnteredTask {
    /// Which directive of the gold file it is, from 0.
    pub number: usize,
    /// Which stage of it, from 1; 0 for itself.
    pub stage: usize,
    pub id: TaskId,
    pub version: Version,
}

impl Entered {
    /// The task of a directive of the gold file, or a stage of it.
    pub fn task(&self, number: usize, stage: usize) -> &EnteredTask {
        self.tasks.iter().find(|task| task.number == number && task.stage == stage).unwrap()
    }
}

/// Text without which the gold file says nothing.
fn some<T: TryFrom<String, Error: std::fmt::Debug>>(text: &str) -> Option<T> {
    (!text.is_empty()).then(|| T::try_from(text.to_owned()).unwrap())
}

fn document(seed: &Seed, commune: &Commune) -> DirectiveDraft {
    let said = &seed.gold.document;
    DirectiveDraft {
        kind: said.kind.parse().unwrap(),
        issuer: name(&said.issuer),
        issuer_unit: Some(commune.units[commune.issuer].id()),
        number: said.number.as_deref().map(phrase),
        symbol: None,
        title: title(&said.title),
        secrecy: None,
        issued_on: said.issued_on.map(Date::of),
        meeting_on: said.meeting_on.map(Date::of),
        signer: Some(name(&said.signer)),
        signing_authority: Some(phrase(&said.signing.authority)),
        signing_position: Some(phrase(&said.signing.position)),
        concluded_by: said.concluded_by.as_deref().map(title),
        period: Some(Period {
            text: Some(phrase(&said.period.raw)),
            from: Date::of(said.period.from),
            to: Date::of(said.period.to),
        }),
        recipients: said.recipients.iter().map(|recipient| title(recipient)).collect(),
        body: some(&seed.text),
        notes: some(&said.notes),
        files: Vec::new(),
    }
}

/// Enters the document and its tasks, as a draft.
pub async fn enter(office: &Client, seed: &Seed, commune: &Commune) -> Entered {
    let directive = id();
    let put = office.call::<PutDirective>(directive, document(seed, commune)).await.unwrap();
    assert_eq!(put.status, 201);
    let gold = &seed.gold;
    let mut clerk = Clerk {
        office,
        gold,
        commune,
        directive,
        ids: gold.directives.iter().map(|said| (said.id.as_str(), id())).collect(),
        events: HashMap::new(),
    };
    clerk.enter_events().await;
    let mut tasks = clerk.enter_tasks().await;
    clerk.relate(&mut tasks).await;
    Entered { directive: put.reply, tasks }
}

struct Clerk<'a> {
    office: &'a Client,
    gold: &'a Gold,
    commune: &'a Commune,
    directive: DirectiveId,
    ids: HashMap<&'a str, TaskId>,
    /// The events that due dates refer to, by the words that do.
    events: HashMap<&'a str, (NamedEventId, EventRelation)>,
}

impl<'a> Clerk<'a> {
    /// The events that give a day: it is entered with the event, not with the task.
    async fn enter_events(&mut self) {
        for said in self.gold.directives.iter().filter_map(|directive| directive.deadline.as_ref()) {
            let (Some(due_on), "event") = (said.due_on.map(Date::of), said.basis.as_str()) else { continue };
            let before = is_before(&said.raw);
            let day = if before { due_on.plus(1) } else { due_on };
            let draft = NamedEventDraft { name: name(&said.raw), from: Some(day), to: None };
            let event = id();
            self.office.call::<PutNamedEvent>(event, draft).await.unwrap();
            let relation = if before { EventRelation::Before } else { EventRelation::At };
            self.events.insert(&said.raw, (event, relation));
        }
    }

    /// The event that gives a due date its day; or, of those entered, the one it lies around.
    fn event(&self, said: &read::Deadline) -> Option<(NamedEventId, EventRelation)> {
        let named = self.events.get(said.raw.as_str()).copied();
        named.or_else(|| {
            let around = self.events.iter().find(|(raw, _)| said.basis == "event" && is_tet(raw))?;
            is_tet(&said.raw).then_some((around.1.0, EventRelation::Around))
        })
    }

    async fn enter_tasks(&self) -> Vec<EnteredTask> {
        let (printed, sharing): (Vec<_>, Vec<_>) = (0..self.gold.directives.len()).partition(|at| {
            self.gold.directives[*at].deadline.as_ref().is_none_or(|d| d.printed_in.is_none())
        });
        let mut tasks = Vec::new();
        // What takes its date from another task can only be entered after that one.
        for number in printed.into_iter().chain(sharing) {
            let said = &self.gold.directives[number];
            let task = self.ids[said.id.as_str()];
            let put = self.put(task, self.task(number, said)).await;
            tasks.push(EnteredTask { number, stage: 0, id: task, version: put.version });
            for (at, milestone) in said.milestones.iter().enumerate() {
                let stage = id();
                let put = self.put(stage, self.stage(number, at + 1, said, milestone)).await;
                tasks.push(EnteredTask { number, stage: at + 1, id: stage, version: put.version });
            }
        }
        tasks.sort_by_key(|task| (task.number, task.stage));
        tasks
    }

    async fn put(&self, task: TaskId, draft: TaskDraft) -> Task {
        let put = self.office.call::<PutTask>(task, draft.clone()).await;
        let put = put.unwrap_or_else(|refused| panic!("{refused:?} to {draft:?}"));
        assert_eq!(put.status, 201);
        assert_eq!(put.reply.draft, draft, "kept as entered");
        put.reply
    }

    /// What is the same work said at another place, which may stand further on.
    async fn relate(&self, tasks: &mut [EnteredTask]) {
        for task in tasks.iter_mut().filter(|task| task.stage == 0) {
            let said = &self.gold.directives[task.number];
            if said.related.is_empty() {
                continue;
            }
            let related = said.related.iter().map(|other| self.ids[other.as_str()]).collect();
            // Relating one task may have related the other too.
            let version = super::read_task(self.office, task.id).await.version;
            let patch = TaskPatch { related: Some(related), ..TaskPatch::default() };
            task.version =
                self.office.change::<PatchTask>(task.id, version, patch).await.unwrap().reply.version;
        }
        for task in tasks {
            task.version = super::read_task(self.office, task.id).await.version;
        }
    }

    fn task(&self, number: usize, said: &read::Directive) -> TaskDraft {
        let nature: Nature = said.nature.parse().unwrap();
        TaskDraft {
            directive: self.directive,
            parent: None,
            carried_from: None,
            related: Vec::new(),
            position: position(number, 0),
            place: some(&said.place),
            heading: some(&said.heading),
            content: note(&said.text),
            quote: Some(note(&said.text)),
            kind: said.kind.parse().unwrap(),
            nature,
            priority: Priority::Thuong,
            due: said.deadline.as_ref().map_or_else(Due::none, |deadline| self.due(deadline)),
            product: None,
            targets: said.targets.iter().map(target).collect(),
            recurrence: said.recurrence.as_ref().map(|said| self.recurrence(said)),
            assignees: said.assignees.iter().map(|said| self.assignee(said)).collect(),
            suggestions: said
                .suggested_assignees
                .iter()
                .map(|said| Suggestion { name: name(&said.name), kind: Some(kind_of(&said.kind)) })
                .collect(),
            notes: some(&said.notes),
            private_note: None,
        }
    }

    fn stage(&self, number: usize, stage: usize, of: &read::Directive, said: &read::Milestone) -> TaskDraft {
        let when = said.raw.strip_suffix(&said.what).unwrap().trim_end();
        let due = Due {
            text: some(when),
            on: Some(Date::of(said.due_on)),
            precision: precision(said.kind),
            source: DueSource::Stated,
            ..Due::none()
        };
        TaskDraft {
            directive: self.directive,
            parent: Some(self.ids[of.id.as_str()]),
            carried_from: None,
            related: Vec::new(),
            position: position(number, stage),
            place: some(&of.place),
            heading: some(&of.heading),
            content: note(&said.what),
            quote: Some(note(&said.raw)),
            kind: TaskKind::NhiemVu,
            nature: Nature::OneOff,
            priority: Priority::Thuong,
            due,
            product: None,
            targets: Vec::new(),
            recurrence: None,
            assignees: Vec::new(),
            suggestions: Vec::new(),
            notes: None,
            private_note: None,
        }
    }

    fn due(&self, said: &read::Deadline) -> Due {
        let event = self.event(said);
        let by_event = said.basis == "event" && !said.raw.contains(|c: char| c.is_ascii_digit());
        Due {
            text: some(&said.raw),
            // The event's day is said once, of the event.
            on: said.due_on.map(Date::of).filter(|_| event.is_none()),
            precision: if by_event { Some(DuePrecision::Event) } else { precision(said.kind) },
            source: said.basis.parse().unwrap(),
            event: event.map(|(event, _)| event),
            relation: event.map(|(_, relation)| relation),
            shared_with: said.printed_in.as_deref().map(|other| self.ids[other]),
        }
    }

    fn recurrence(&self, said: &read::Recurrence) -> Recurrence {
        // The document's period begins its first round; its end, without more words, the last.
        let period = Date::of(self.gold.document.period.from);
        let drafted = super::day_of_entry(self.gold);
        Recurrence {
            text: some(&said.raw),
            per: said.per.parse().unwrap(),
            times: said.times.map(|times| times.try_into().unwrap()),
            basis: said.basis.parse().unwrap(),
            from: (period > drafted).then_some(period),
            until: None,
        }
    }

    fn assignee(&self, said: &read::Assignee) -> Assignee {
        let canonical = said.canonical.as_deref();
        let means = self.commune.meaning(&said.kind, &said.name, canonical);
        Assignee {
            name: name(&said.name),
            canonical: canonical.map(name),
            kind: Some(kind_of(&said.kind)),
            role: said.role.parse().unwrap(),
            basis: said.basis.parse().unwrap(),
            via: said.via.as_deref().map(phrase),
            units: units(self.commune, means),
            class: class(means),
        }
    }
}

/// The work of the office after the issue: whom it gives a task that names nobody.
pub fn given_by_office(commune: &Commune, said: &read::Suggestion) -> Assignee {
    let means = commune.meaning(&said.kind, &said.name, None);
    Assignee {
        name: name(&said.name),
        canonical: None,
        kind: Some(kind_of(&said.kind)),
        role: openapi::tasks::AssigneeRole::ChuTri,
        basis: Basis::Office,
        via: None,
        units: units(commune, means),
        class: class(means),
    }
}

fn units(commune: &Commune, means: &Means) -> Vec<openapi::units::UnitId> {
    match means {
        Means::Units(units) => units.iter().map(|at| commune.units[*at].id()).collect(),
        Means::Class(_) | Means::Nobody => Vec::new(),
    }
}
const fn class(means: &Means) -> Option<openapi::units::UnitKind> {
    match means {
        Means::Class(kind) => Some(*kind),
        Means::Units(_) | Means::Nobody => None,
    }
}

fn is_before(raw: &str) -> bool {
    // "Before, during and after" is around.
    fold(raw).strip_prefix("truoc ").is_some_and(|rest| !rest.contains(" va "))
}
fn is_tet(raw: &str) -> bool {
    fold(raw).split(' ').any(|word| word == "tet")
}

fn position(number: usize, stage: usize) -> Position {
    Position::try_from(i64::try_from(number * 100 + stage).unwrap()).unwrap()
}

const fn precision(said: Precision) -> Option<DuePrecision> {
    match said {
        Precision::Date => Some(DuePrecision::Day),
        Precision::Month => Some(DuePrecision::Month),
        Precision::Year => Some(DuePrecision::Year),
        Precision::Period => Some(DuePrecision::Term),
        Precision::None => None,
    }
}

fn target(said: &read::Target) -> Target {
    Target {
        text: phrase(&said.raw),
        comparator: said.comparator.parse().unwrap(),
        value: said.value.map(Quantity::whole),
        value_to: said.value_to.map(Quantity::whole),
        unit: some(&said.unit),
        level: said.level.as_deref().map(phrase),
    }
}
