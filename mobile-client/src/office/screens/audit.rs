//! The audit trail: who did what, when, from what to what, in words.

use leptos::prelude::*;
use openapi::{
    access::{Action, Role},
    directives::{DirectiveKind, DirectiveState},
    ledger::{AuditEvent, AuditQuery, ListAuditEvents, Subject},
    tasks::Priority,
    timeliness::State,
    units::UnitKind,
    value::{Cursor, Date},
};
use serde_json::Value;

use crate::office::{
    parts::{Choice, Day, Empty, Form, More, Page, Pick, Select, code, codes_of, pages, shown},
    screens::{Commune, people::everybody, webhook::dawn},
    session::Office,
    words::{Fields, Frame, System as W},
};

/// The screen.
#[component]
pub fn Audit() -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let (subject, by) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    // The server tells the oldest first; what is asked about is mostly of these days.
    let (from, to) = (RwSignal::new(office.today().plus(-7).to_string()), RwSignal::new(String::new()));
    let list = pages(move |cursor: Option<Cursor>| {
        let day = |text: String| text.parse::<Date>().ok();
        let query = AuditQuery {
            subject: subject.get().parse().ok(),
            by: by.get().parse().ok(),
            from: day(from.get()).map(dawn),
            // The last day is meant with all its hours.
            to: day(to.get()).map(|day| dawn(day.plus(1))),
            cursor,
            ..Default::default()
        };
        office.read::<ListAuditEvents>((), query)
    });
    let mut subjects = vec![(String::new(), office.say(W::AnySubject).to_owned())];
    subjects.extend(codes_of!(office, Subject));
    let people = office.may(Action::ReadPeople).then(|| everybody(office));
    let who = Signal::derive(move || {
        let all = people.and_then(|people| people.get()).unwrap_or_default();
        let one = |person: &openapi::people::Person| Choice {
            value: person.id.to_string(),
            label: person.draft.name.to_string(),
            hint: String::new(),
        };
        all.iter().map(one).collect::<Vec<_>>()
    });
    let row = move |event: &AuditEvent| {
        let by =
            event.by.as_ref().map_or_else(|| office.say(W::TheServer).to_owned(), |by| by.name.to_string());
        let key = event.by_key.map(|_| office.say(W::ByKey));
        view! {
            <tr>
                <td class="tight">{office.moment(event.at)}</td>
                <td>{by}<small>{key}</small></td>
                <td><strong>{code!(office, event.deed)}</strong><small>{code!(office, event.subject)}</small></td>
                <td>{changes(office, event)}</td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(Frame::Audit)>
            <p>{office.say(W::AuditHint)}</p>
            <div class="filters">
                <Select form name="subject" label=office.say(W::Subject) value=subject choices=subjects/>
                {people.map(|_| view! { <Pick form name="by" label=office.say(W::ByWhom) value=by choices=who optional=true/> })}
                <Day form name="from" label=office.say(W::FromDay) value=from/>
                <Day form name="to" label=office.say(W::ToDay) value=to/>
            </div>
            {shown(list.here, move |page| {
                if page.items.is_empty() {
                    return view! { <Empty title=office.say(W::NoEvents)/> }.into_any();
                }
                view! {
                    <div class="table"><table>
                        <thead><tr>
                            <th>{office.say(W::At)}</th><th>{office.say(W::ByWhom)}</th><th>{office.say(W::Did)}</th>
                            <th>{office.say(W::Changed)}</th>
                        </tr></thead>
                        <tbody>{page.items.iter().map(row).collect_view()}</tbody>
                    </table></div>
                }
                .into_any()
            })}
            <More of=list/>
        </Page>
    }
}

/// What changed, field by field; what is the same before and after is left out.
fn changes(office: Office, event: &AuditEvent) -> impl IntoView + use<> {
    let commune = Commune::here();
    let fields = |side: &Option<Value>| side.as_ref().and_then(Value::as_object).cloned().unwrap_or_default();
    let (before, after) = (fields(&event.before), fields(&event.after));
    let mut names: Vec<String> = before.keys().chain(after.keys()).cloned().collect();
    names.sort();
    names.dedup();
    let line = |name: String| {
        let (old, new) = (before.get(&name), after.get(&name));
        let is_empty = |value: Option<&Value>| {
            value.is_none_or(|value| value.is_null() || *value == Value::Array(Vec::new()))
        };
        if old == new || (is_empty(old) && is_empty(new)) {
            return None;
        }
        let label = field(&name).map(|field| office.say(field));
        let label = match label {
            Some(label) => label.into_any(),
            None => view! { <code>{name.clone()}</code> }.into_any(),
        };
        let new = told(office, commune, &name, new);
        let old = (!is_empty(old)).then(|| told(office, commune, &name, old));
        let change = match old {
            Some(old) => view! { <del>{old}</del>" → "<ins>{new}</ins> }.into_any(),
            None => view! { <ins>{new}</ins> }.into_any(),
        };
        Some(view! { <li><span class="quiet">{label}": "</span>{change}</li> })
    };
    let lines: Vec<_> = names.into_iter().filter_map(line).collect();
    view! { <ul class="changes">{lines}</ul> }
}

/// A value of the record as people say it.
fn told(office: Office, commune: Commune, name: &str, value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => office.say(W::Empty).to_owned(),
        Some(Value::Bool(is)) => office.say(if *is { Frame::Yes } else { Frame::No }).to_owned(),
        Some(Value::Number(number)) => number.to_string(),
        Some(Value::String(text)) => word(office, commune, name, text),
        Some(Value::Array(list)) => {
            let plain: Option<Vec<&str>> = list.iter().map(Value::as_str).collect();
            match plain {
                Some(words) if words.len() <= 8 => words.join(", "),
                _ => office.fill(W::ListOf, &[&list.len().to_string()]),
            }
        }
        Some(Value::Object(fields)) => {
            let inner: Vec<String> = fields
                .iter()
                .filter(|(_, value)| !value.is_null())
                .map(|(name, value)| told(office, commune, name, Some(value)))
                .collect();
            inner.join(", ")
        }
    }
}

fn word(office: Office, commune: Commune, name: &str, text: &str) -> String {
    if let Ok(day) = text.parse::<Date>() {
        return office.date(day);
    }
    if let Ok(id) = text.parse() {
        let units = commune.units.get().unwrap_or_default();
        let unit = units.iter().find(|unit| unit.id == id).map(|unit| unit.draft.name.to_string());
        return unit.unwrap_or_else(|| text.chars().take(8).chain(['…']).collect());
    }
    let known = match name {
        "state" => text
            .parse::<State>()
            .map(|one| code!(office, one))
            .or_else(|_| text.parse::<DirectiveState>().map(|one| code!(office, one)))
            .ok(),
        "kind" => text
            .parse::<UnitKind>()
            .map(|one| code!(office, one))
            .or_else(|_| text.parse::<DirectiveKind>().map(|one| code!(office, one)))
            .ok(),
        "priority" => text.parse::<Priority>().map(|one| code!(office, one)).ok(),
        "role" => text.parse::<Role>().map(|one| code!(office, one)).ok(),
        _ => None,
    };
    known.map_or_else(|| text.to_owned(), str::to_owned)
}

/// What a field of the record is called, by its name there.
fn field(name: &str) -> Option<Fields> {
    Some(match name {
        "due_on" => Fields::DueOn,
        "finished_on" => Fields::FinishedOn,
        "percent" => Fields::Percent,
        "quantity" => Fields::Quantity,
        "state" => Fields::State,
        "unit" => Fields::Unit,
        "words" => Fields::Words,
        "reason" => Fields::Reason,
        "name" => Fields::Name,
        "kind" => Fields::Kind,
        "aliases" => Fields::Aliases,
        "parent" => Fields::Parent,
        "from" | "valid_from" => Fields::From,
        "to" | "valid_to" => Fields::To,
        "into" => Fields::Into,
        "on" => Fields::On,
        "roles" => Fields::Roles,
        "language" => Fields::Language,
        "active" => Fields::Active,
        "title" => Fields::Title,
        "number" => Fields::Number,
        "symbol" => Fields::Symbol,
        "issued_on" => Fields::IssuedOn,
        "signer" => Fields::Signer,
        "content" => Fields::Content,
        "priority" => Fields::Priority,
        "rung" => Fields::Rung,
        "assignments" => Fields::Assignments,
        "person" => Fields::Person,
        "days" => Fields::Days,
        "year" => Fields::Year,
        _ => return None,
    })
}
