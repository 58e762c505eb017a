//! The gold file made again from what the API answers. **Invariant: nothing here looks at the gold
//! file itself, so that what was left out on the way in is missing on the way out.**

use std::collections::HashMap;

use mobile_client::Client;
use openapi::{
    calendar::{NamedEventDraft, NamedEventId, ReadNamedEvent},
    directives::{self, DirectiveDraft, DirectiveId, ReadDirective},
    endpoint::Nothing,
    organisation::ReadSettings,
    tasks::{self, DuePrecision, DueSource, EventRelation, ListTasks, Task, TaskId, TasksQuery},
    value::{Date, Quantity},
};

use super::{
    commune::gold_kind_of,
    read::{
        Assignee, Deadline, Directive, Document, Milestone, Period, Precision, Recurrence, Signing,
        Suggestion, Target,
    },
};

/// What the API gives back of a document.
pub struct Rebuilt {
    pub document: Document,
    pub body: String,
    pub directives: Vec<Directive>,
}

/// All tasks of a directive, in the order of the list.
pub async fn tasks_of(client: &Client, directive: DirectiveId, query: TasksQuery) -> Vec<Task> {
    let mut tasks = Vec::new();
    let mut query = TasksQuery { limit: Some("20".parse().unwrap()), ..query };
    loop {
        let page = client.query::<ListTasks>(directive, query.clone()).await.unwrap().reply;
        tasks.extend(page.items);
        query.cursor = page.next;
        if query.cursor.is_none() {
            return tasks;
        }
    }
}

/// The gold file again. `seed` is the number before the running numbers of its directives.
pub async fn rebuild(client: &Client, directive: DirectiveId, seed: &str) -> Rebuilt {
    let settings = client.call::<ReadSettings>((), Nothing).await.unwrap().reply;
    let read = client.call::<ReadDirective>(directive, Nothing).await.unwrap().reply;
    let organisation = settings.organisation.name;
    let commune = organisation.as_str().strip_prefix("Đảng bộ ").unwrap();
    let tasks = tasks_of(client, directive, TasksQuery::default()).await;
    assert!(tasks.is_sorted_by_key(|task| task.draft.position), "in the order of the document");
    let mut events = HashMap::new();
    for event in tasks.iter().filter_map(|task| task.draft.due.event) {
        let read = client.call::<ReadNamedEvent>(event, Nothing).await.unwrap().reply;
        events.insert(event, read.draft);
    }
    let own = tasks.iter().filter(|task| task.draft.parent.is_none());
    let ids: HashMap<TaskId, String> =
        own.clone().enumerate().map(|(at, task)| (task.id, format!("{seed}-{:03}", at + 1))).collect();
    let stages = |of: TaskId| tasks.iter().filter(move |task| task.draft.parent == Some(of));
    Rebuilt {
        document: document(&read, commune),
        body: read.draft.body.map(|body| body.to_string()).unwrap_or_default(),
        directives: own.map(|task| self::directive(task, stages(task.id), &ids, &events)).collect(),
    }
}

fn text<T: std::fmt::Display>(value: Option<&T>) -> String {
    value.map(ToString::to_string).unwrap_or_default()
}
fn maybe<T: std::fmt::Display>(value: Option<&T>) -> Option<String> {
    value.map(ToString::to_string)
}

fn document(read: &directives::Directive, commune: &str) -> Document {
    let DirectiveDraft {
        kind,
        issuer,
        issuer_unit: _,
        number,
        symbol,
        title,
        secrecy: _,
        issued_on,
        meeting_on,
        signer,
        signing_authority,
        signing_position,
        concluded_by,
        period,
        recipients,
        body: _,
        notes,
        files,
    } = &read.draft;
    assert!(symbol.is_none() && files.is_empty(), "nobody said so");
    let period = period.as_ref().unwrap();
    Document {
        kind: kind.to_string(),
        number: maybe(number.as_ref()),
        issuer: issuer.to_string(),
        commune: commune.to_owned(),
        commune_printed: issuer.as_str().contains(commune),
        title: title.to_string(),
        issued_on: issued_on.map(|day| day.get()),
        meeting_on: meeting_on.map(|day| day.get()),
        signer: text(signer.as_ref()),
        signing: Signing {
            authority: text(signing_authority.as_ref()),
            position: text(signing_position.as_ref()),
        },
        concluded_by: maybe(concluded_by.as_ref()),
        recipients: recipients.iter().map(ToString::to_string).collect(),
        period: Period { raw: text(period.text.as_ref()), from: period.from.get(), to: period.to.get() },
        notes: text(notes.as_ref()),
    }
}

fn directive<'a>(
    task: &Task,
    stages: impl Iterator<Item = &'a Task>,
    ids: &HashMap<TaskId, String>,
    events: &HashMap<NamedEventId, NamedEventDraft>,
) -> Directive {
    let draft = &task.draft;
    assert_eq!(Some(&draft.content), draft.quote.as_ref(), "both are the words themselves");
    let mut related: Vec<String> = draft.related.iter().map(|other| ids[other].clone()).collect();
    related.sort();
    Directive {
        id: ids[&task.id].clone(),
        place: text(draft.place.as_ref()),
        heading: text(draft.heading.as_ref()),
        text: draft.content.to_string(),
        kind: draft.kind.to_string(),
        nature: draft.nature.to_string(),
        assignees: draft.assignees.iter().map(assignee).collect(),
        deadline: deadline(&draft.due, ids, events),
        milestones: stages.map(milestone).collect(),
        recurrence: draft.recurrence.as_ref().map(|said| Recurrence {
            raw: text(said.text.as_ref()),
            per: said.per.to_string(),
            times: said.times.map(|times| i64::from(times.get())),
            basis: said.basis.to_string(),
        }),
        targets: draft.targets.iter().map(target).collect(),
        suggested_assignees: draft
            .suggestions
            .iter()
            .map(|said| Suggestion {
                name: said.name.to_string(),
                kind: gold_kind_of(said.kind.unwrap()).to_owned(),
            })
            .collect(),
        related,
        notes: text(draft.notes.as_ref()),
    }
}

fn assignee(said: &tasks::Assignee) -> Assignee {
    Assignee {
        name: said.name.to_string(),
        kind: gold_kind_of(said.kind.unwrap()).to_owned(),
        role: said.role.to_string(),
        basis: said.basis.to_string(),
        via: maybe(said.via.as_ref()),
        canonical: maybe(said.canonical.as_ref()),
    }
}

fn deadline(
    due: &tasks::Due,
    ids: &HashMap<TaskId, String>,
    events: &HashMap<NamedEventId, NamedEventDraft>,
) -> Option<Deadline> {
    if due.source == DueSource::None {
        assert_eq!(due, &tasks::Due::none());
        return None;
    }
    let event = due.event.map(|event| &events[&event]);
    let by_event = event.and_then(|event| match due.relation? {
        EventRelation::Before => Some(event.from?.plus(-1)),
        EventRelation::At => event.to.or(event.from),
        EventRelation::Around | EventRelation::Unknown => None,
    });
    let due_on = due.on.or(by_event);
    Some(Deadline {
        raw: text(due.text.as_ref()),
        kind: precision(due, due_on),
        due_on: due_on.map(Date::get),
        basis: due.source.to_string(),
        printed_in: due.shared_with.map(|other| ids[&other].clone()),
    })
}

fn precision(due: &tasks::Due, due_on: Option<Date>) -> Precision {
    match due.precision {
        None => Precision::None,
        Some(DuePrecision::Day) => Precision::Date,
        Some(DuePrecision::Month) => Precision::Month,
        Some(DuePrecision::Year) => Precision::Year,
        Some(DuePrecision::Term) => Precision::Period,
        // A day, where the event gives one; else the time about it.
        Some(DuePrecision::Event) if due_on.is_some() => Precision::Date,
        Some(DuePrecision::Event) => Precision::Period,
        Some(other) => panic!("nobody said {other}"),
    }
}

fn milestone(stage: &Task) -> Milestone {
    Milestone {
        raw: text(stage.draft.quote.as_ref()),
        what: stage.draft.content.to_string(),
        kind: precision(&stage.draft.due, stage.draft.due.on),
        due_on: stage.draft.due.on.unwrap().get(),
    }
}

fn whole(quantity: Quantity) -> u32 {
    assert_eq!(quantity.thousandths() % 1000, 0);
    u32::try_from(quantity.thousandths() / 1000).unwrap()
}

fn target(said: &tasks::Target) -> Target {
    Target {
        raw: said.text.to_string(),
        value: said.value.map(whole),
        value_to: said.value_to.map(whole),
        unit: text(said.unit.as_ref()),
        comparator: said.comparator.to_string(),
        level: maybe(said.level.as_ref()),
    }
}
