//! Documents and their tasks, from the texts to drafts. **Invariant: every quote stands word for word
//! in the body of its document, and the date in its words is the due date.**

use std::collections::HashMap;

use openapi::{
    calendar::NamedEventId,
    directives::{DirectiveDraft, DirectiveId, Period, PutDirective},
    tasks::{
        Assignee, AssigneeRole, Basis, Due, DuePrecision, DueSource, EventRelation, Nature, Priority,
        PutTask, Recurrence, Suggestion, Target, TaskDraft, TaskId, TaskKind,
    },
    text::fold,
    units::UnitKind,
    value::{Date, Title, Version},
};

use super::{
    commune::Event,
    days::{self, Days, Minute},
    stage::{Cast, Stage},
    texts::{DocumentText, TaskText, fit, fit_some, mistake, position},
};
use crate::error::{Error, Result};

/// A document that was entered.
pub(super) struct Entered {
    /// Its id.
    pub id: DirectiveId,
    /// The version the clerk saw last.
    pub version: Version,
}

/// What documents know of each other: the ids and due dates of tasks, by their keys.
#[derive(Default)]
pub(super) struct Known {
    tasks: HashMap<String, TaskId>,
    dues: HashMap<String, Due>,
}

impl Known {
    /// The id of a task.
    pub(super) fn task(&self, key: &str) -> Result<TaskId> {
        self.tasks.get(key).copied().ok_or_else(|| mistake(key, "there is no task of this key before it"))
    }
}

/// A due date as the texts write it, and the words it stands for in the document.
///
/// # Errors
/// When it is not written as `texts/README.md` says.
pub(super) fn due(days: &Days, written: &str, events: &[Event], known: &Known) -> Result<Due> {
    let bad = || mistake(written, "is not a due date");
    let mut words = written.split(' ');
    let (form, argument) = (words.next().unwrap_or(""), words.next().unwrap_or(""));
    let number = || argument.parse::<i32>().map_err(|_not| bad());
    let day = |offset: i64| days.date(offset);
    let on = |text: String, on: Date, precision: DuePrecision, source: DueSource| -> Result<Due> {
        let text = if text.is_empty() { None } else { Some(fit(&text)?) };
        Ok(Due { text, on: Some(on), precision: Some(precision), source, ..Due::none() })
    };
    let (by_day, stated) = (DuePrecision::Day, DueSource::Stated);
    match form {
        "before" => {
            let offset = i64::from(number()?);
            on(format!("trước ngày {}", days::written(day(offset))), day(offset - 1), by_day, stated)
        }
        "by" | "section" => {
            let offset = i64::from(number()?);
            let source = if form == "by" { stated } else { DueSource::Section };
            on(format!("chậm nhất ngày {}", days::written(day(offset))), day(offset), by_day, source)
        }
        "day" => {
            let offset = i64::from(number()?);
            on(format!("trong ngày {}", days::written(day(offset))), day(offset), by_day, stated)
        }
        "office" => on(String::new(), day(i64::from(number()?)), by_day, DueSource::Office),
        "month" => {
            let end = days.month_end(number()?);
            on(format!("trong tháng {}", days::month_written(end)), end, DuePrecision::Month, stated)
        }
        "quarter" => {
            let end = days.quarter_end(number()?);
            on(format!("trong {}", days::quarter_written(end)), end, DuePrecision::Quarter, stated)
        }
        "year" => {
            let offset = number()?;
            let (_, end) = days.years(offset, offset);
            on(format!("trong năm {}", days.year() + offset), end, DuePrecision::Year, stated)
        }
        "term" => {
            let (_, end) = days.years(0, 4);
            on(format!("đến hết năm {}", days.year() + 4), end, DuePrecision::Term, DueSource::Term)
        }
        "event" => by_event(argument, words.next().unwrap_or(""), events, bad),
        "shared" => {
            let other = known.dues.get(argument).ok_or_else(bad)?;
            Ok(Due { source: DueSource::Shared, shared_with: Some(known.task(argument)?), ..other.clone() })
        }
        "elsewhere" => Ok(Due {
            text: Some(fit("đúng thời gian quy định")?),
            source: DueSource::Elsewhere,
            ..Due::none()
        }),
        _ => Err(bad()),
    }
}

fn by_event(key: &str, lies: &str, events: &[Event], bad: impl Fn() -> Error) -> Result<Due> {
    let event = events.iter().find(|event| event.key == key).ok_or_else(&bad)?;
    let (word, relation) = match lies {
        "before" => ("trước", EventRelation::Before),
        "at" => ("tại", EventRelation::At),
        _ => return Err(bad()),
    };
    let id: NamedEventId = event.id;
    Ok(Due {
        text: Some(fit(&format!("{word} {}", event.name))?),
        precision: Some(DuePrecision::Event),
        source: DueSource::Event,
        event: Some(id),
        relation: Some(relation),
        ..Due::none()
    })
}

/// Fills the blanks in a text of a document.
struct Blanks<'a> {
    days: &'a Days,
    issued: Date,
    dues: &'a HashMap<String, Due>,
}

impl Blanks<'_> {
    fn fill(&self, text: &str, own: Option<&Due>) -> Result<String> {
        let mut full = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (blank, after) =
                after.split_once('}').ok_or_else(|| mistake(text, "a blank is not closed"))?;
            full.push_str(before);
            full.push_str(&self.blank(blank, own).ok_or_else(|| mistake(text, format!("{{{blank}}}")))?);
            rest = after;
        }
        full.push_str(rest);
        Ok(full)
    }
    fn blank(&self, blank: &str, own: Option<&Due>) -> Option<String> {
        let said = |due: &Due| due.text.as_ref().map(ToString::to_string);
        match blank {
            "due" => said(own?),
            "month" => Some(days::month_written(self.issued)),
            "year" => Some(self.days.year().to_string()),
            "year+4" => Some((self.days.year() + 4).to_string()),
            other => said(self.dues.get(other.strip_prefix("due:")?)?),
        }
    }
}

/// Enters a document with its tasks, as the clerk does after the meeting.
pub(super) fn enter(
    stage: &mut Stage<'_>,
    cast: &Cast,
    events: &[Event],
    known: &mut Known,
    text: &DocumentText,
    at: Minute,
) -> Result<Entered> {
    let days = stage.days;
    let clerk = cast.person("van.phong")?;
    for task in &text.tasks {
        let id = stage.id(at)?;
        known.tasks.insert(task.key.clone(), id);
        let due = task.due.as_ref().map_or(Ok(Due::none()), |written| due(&days, written, events, known))?;
        known.dues.insert(task.key.clone(), due);
    }
    let issued = days.date(days.working(text.issued.or(text.entered).unwrap_or(0)));
    let blanks = Blanks { days: &days, issued, dues: &known.dues };
    let id = stage.id(at)?;
    let draft = directive(&days, cast, text, &blanks)?;
    stage.tell::<PutDirective>(at, clerk, id, draft)?;
    let mut tasks = Vec::new();
    for (index, task) in text.tasks.iter().enumerate() {
        let mut draft = self::task(&days, cast, known, task, &blanks, id)?;
        draft.position = position(index)?;
        tasks.push((known.task(&task.key)?, draft));
    }
    for (minute, (task, draft)) in (at..).zip(tasks) {
        stage.tell::<PutTask>(minute, clerk, task, draft)?;
    }
    let version = stage.ask::<openapi::directives::ReadDirective>(at, clerk, id, Default::default())?.version;
    Ok(Entered { id, version })
}

fn directive(days: &Days, cast: &Cast, text: &DocumentText, blanks: &Blanks<'_>) -> Result<DirectiveDraft> {
    let period = text.period.as_ref().map(|period| -> Result<Period> {
        let (from, to) = match (period.years, period.days) {
            (Some((from, to)), _) => days.years(from, to),
            (None, Some((from, to))) => (days.date(from), days.date(to)),
            (None, None) => return Err(mistake(&text.key, "the period has neither years nor days")),
        };
        Ok(Period { text: Some(fit(&blanks.fill(&period.text, None)?)?), from, to })
    });
    let known_at_once = text.number_days_later.is_none();
    Ok(DirectiveDraft {
        kind: text.kind,
        issuer: fit(&text.issuer)?,
        issuer_unit: Some(cast.place(&text.issuer_unit)?.id),
        number: fit_some(text.number.as_ref().filter(|_| known_at_once))?,
        symbol: fit_some(text.symbol.as_ref())?,
        title: fit(&blanks.fill(&text.title, None)?)?,
        secrecy: None,
        issued_on: text.issued.map(|_| blanks.issued),
        meeting_on: Some(days.date(days.working(text.meeting))),
        signer: fit_some(text.signer.as_ref())?,
        signing_authority: fit_some(text.signing_authority.as_ref())?,
        signing_position: fit_some(text.signing_position.as_ref())?,
        concluded_by: fit_some(text.concluded_by.as_ref())?,
        period: period.transpose()?,
        recipients: text.recipients.iter().map(|name| fit::<Title>(name)).collect::<Result<_>>()?,
        body: Some(fit(&body(text, blanks)?)?),
        notes: fit_some(text.notes.as_ref())?,
        files: Vec::new(),
    })
}

/// The document as it was printed: headings, places, sentences.
fn body(text: &DocumentText, blanks: &Blanks<'_>) -> Result<String> {
    let mut lines = vec![text.opening.trim().to_owned()];
    let mut heading: Option<&String> = None;
    let mut last = String::new();
    for task in &text.tasks {
        if task.heading.as_ref() != heading {
            heading = task.heading.as_ref();
            lines.extend(heading.map(|heading| heading.to_uppercase()));
        }
        let quote = blanks.fill(&task.quote, blanks.dues.get(&task.key))?;
        // Two tasks may come from one sentence.
        if quote != last {
            lines.push(format!("{}. {quote}", task.place));
            last = quote;
        }
    }
    lines.push(text.closing.trim().to_owned());
    Ok(lines.join("\n\n"))
}

fn task(
    days: &Days,
    cast: &Cast,
    known: &Known,
    text: &TaskText,
    blanks: &Blanks<'_>,
    directive: DirectiveId,
) -> Result<TaskDraft> {
    let due = known.dues.get(&text.key).cloned().unwrap_or_else(Due::none);
    let quote = blanks.fill(&text.quote, Some(&due))?;
    let content = text.content.clone().unwrap_or_else(|| quote.trim_end_matches('.').to_owned());
    let recurrence = text.every.as_ref().map(|every| -> Result<Recurrence> {
        Ok(Recurrence {
            text: Some(fit(&every.text)?),
            per: every.per,
            times: every.times,
            basis: Basis::Explicit,
            from: None,
            until: every.until.map(|until| days.date(until)),
        })
    });
    let nature = if text.every.is_some() { Nature::Recurring } else { Nature::OneOff };
    let mut assignees = Vec::new();
    let groups = [
        (&text.lead, AssigneeRole::ChuTri),
        (&text.with, AssigneeRole::PhoiHop),
        (&text.follow, AssigneeRole::TheoDoi),
    ];
    for (names, role) in groups {
        for name in names {
            assignees.push(assignee(cast, text, name, role, &quote)?);
        }
    }
    for name in &text.named {
        assignees.push(unbound(name)?);
    }
    Ok(TaskDraft {
        directive,
        parent: text.parent.as_deref().map(|key| known.task(key)).transpose()?,
        carried_from: text.carried.as_deref().map(|key| known.task(key)).transpose()?,
        related: text.related.iter().map(|key| known.task(key)).collect::<Result<_>>()?,
        position: position(0)?,
        place: Some(fit(&text.place)?),
        heading: fit_some(text.heading.as_ref())?,
        content: fit(&content)?,
        quote: Some(fit(&quote)?),
        kind: text.kind.unwrap_or(TaskKind::NhiemVu),
        nature: text.nature.unwrap_or(nature),
        priority: if text.urgent { Priority::Khan } else { Priority::Thuong },
        due,
        product: fit_some(text.product.as_ref())?,
        targets: targets(text)?,
        recurrence: recurrence.transpose()?,
        assignees,
        suggestions: suggestions(cast, text)?,
        notes: fit_some(text.notes.as_ref())?,
        private_note: fit_some(text.private.as_ref())?,
    })
}

fn targets(text: &TaskText) -> Result<Vec<Target>> {
    let one = |target: &super::texts::TargetText| {
        Ok(Target {
            text: fit(&target.text)?,
            comparator: target.comparator,
            value: target.value,
            value_to: target.value_to,
            unit: fit_some(target.unit.as_ref())?,
            level: fit_some(target.level.as_ref())?,
        })
    };
    text.targets.iter().map(one).collect()
}

fn suggestions(cast: &Cast, text: &TaskText) -> Result<Vec<Suggestion>> {
    let one = |name: &String| Ok(Suggestion { name: fit(name)?, kind: Some(cast.place(name)?.kind) });
    text.suggestions.iter().map(one).collect()
}

/// How documents call all units of a kind.
fn class_name(kind: UnitKind) -> Option<(&'static str, &'static str)> {
    match kind {
        UnitKind::Thon => Some(("Các thôn bản", "thon")),
        UnitKind::ChiBo => Some(("Các chi bộ", "chi bo")),
        UnitKind::DoanThe => Some(("Các đoàn thể", "doan the")),
        UnitKind::TruongHoc => Some(("Các trường học", "truong hoc")),
        _ => None,
    }
}

fn assignee(cast: &Cast, text: &TaskText, name: &str, role: AssigneeRole, quote: &str) -> Result<Assignee> {
    let class = name.parse::<UnitKind>().ok();
    let place = if class.is_some() { None } else { Some(cast.place(name)?) };
    let (shown, mark) = match (class, place) {
        (Some(kind), _) => class_name(kind)
            .map(|(shown, mark)| (shown.to_owned(), mark.to_owned()))
            .ok_or_else(|| mistake(name, "no words for all units of this kind"))?,
        (None, _) => (name.to_owned(), fold(name)),
    };
    let basis = match role {
        _ if fold(quote).contains(&mark) => Basis::Explicit,
        AssigneeRole::PhoiHop => Basis::Office,
        _ => Basis::Inherited,
    };
    Ok(Assignee {
        name: fit(&shown)?,
        canonical: None,
        kind: class.or(place.map(|place| place.kind)),
        role,
        basis,
        via: fit_some(text.via.as_ref())?,
        units: place.map(|place| place.id).into_iter().collect(),
        class,
    })
}

fn unbound(name: &str) -> Result<Assignee> {
    Ok(Assignee {
        name: fit(name)?,
        canonical: None,
        kind: None,
        role: AssigneeRole::ChuTri,
        basis: Basis::Explicit,
        via: None,
        units: Vec::new(),
        class: None,
    })
}
