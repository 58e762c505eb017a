//! Assignments, by pile; one of them opens beside the list.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    assignments::{Assignment, AssignmentOrder, AssignmentsQuery, ListAssignments},
    tasks::{Priority, TaskId},
    timeliness::{State, Timeliness},
    value::Cursor,
};

use crate::office::{
    parts::{Drawer, Empty, Form, Line, More, Page, Pages, Pick, Tabs, Tag, code, pages, shown},
    route::{Pile, Route},
    screens::{
        Commune,
        assignment::{Detail, standing},
    },
    session::Office,
    words::{Frame, Work as W},
};

const fn word(pile: Pile) -> W {
    match pile {
        Pile::All => W::All,
        Pile::Overdue => W::Overdue,
        Pile::DueSoon => W::DueSoon,
        Pile::InTime => W::InTime,
        Pile::Submitted => W::Submitted,
        Pile::Unread => W::Unacknowledged,
        Pile::Undated => W::NoDate,
    }
}

fn wanted(pile: Pile) -> AssignmentsQuery {
    let all = AssignmentsQuery::default();
    match pile {
        Pile::All => all,
        Pile::Overdue => {
            AssignmentsQuery { sort: Some(AssignmentOrder::DaysLate), ..of_class(Timeliness::OpenOverdue) }
        }
        Pile::DueSoon => AssignmentsQuery { due_soon: Some(true), ..all },
        Pile::InTime => of_class(Timeliness::OpenInTime),
        Pile::Submitted => AssignmentsQuery { state: Some(State::Submitted), ..all },
        Pile::Unread => AssignmentsQuery { state: Some(State::Assigned), ..all },
        Pile::Undated => of_class(Timeliness::NoDeadline),
    }
}
fn of_class(class: Timeliness) -> AssignmentsQuery {
    AssignmentsQuery { timeliness: Some(class), ..AssignmentsQuery::default() }
}

/// The assignments of a pile.
#[component]
pub fn Work(
    /// Which.
    pile: Pile,
) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let form = Form::unkept();
    let (typed, unit) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let list = pages(move |cursor: Option<Cursor>| {
        let q = typed.get().trim().parse().ok();
        let unit = unit.get().parse().ok();
        let query = AssignmentsQuery { q, unit, cursor, ..wanted(pile) };
        office.read::<ListAssignments>((), query)
    });
    let tabs = Pile::ALL
        .map(|(one, _)| (Route::Work(one).hash(), office.say(word(one)).to_owned(), one == pile))
        .to_vec();
    view! {
        <Page title=office.say(W::Title)>
            <Tabs label=office.say(W::Piles) tabs/>
            <div class="filters">
                <Line form name="q" label=office.say(W::Search) value=typed/>
                <Pick form name="unit" label=office.say(W::OfUnit) value=unit choices=commune.choices(office) optional=true/>
            </div>
            <Table list/>
        </Page>
    }
}

/// The units that do one task.
#[component]
pub fn OfTask(
    /// Which.
    task: TaskId,
) -> impl IntoView {
    let office = Office::here();
    let list = pages(move |cursor| {
        office
            .read::<ListAssignments>((), AssignmentsQuery { task: Some(task), cursor, ..Default::default() })
    });
    view! { <Table list/> }
}

/// The assignments of one unit that are not closed yet, and its closed ones.
#[component]
pub fn OfUnit(
    /// Which.
    unit: openapi::units::UnitId,
) -> impl IntoView {
    let office = Office::here();
    let list = pages(move |cursor| {
        office
            .read::<ListAssignments>((), AssignmentsQuery { unit: Some(unit), cursor, ..Default::default() })
    });
    view! { <Table list/> }
}

#[component]
fn Table(list: Pages<Assignment>) -> impl IntoView {
    let office = Office::here();
    let (open, chosen) = (RwSignal::new(false), RwSignal::new(None::<Arc<Assignment>>));
    let row = move |one: Assignment| {
        let (state, look) = standing(office, &one);
        let urgent = (one.task.priority == Priority::Khan)
            .then(|| view! { <Tag word=office.say(W::Urgent) look="late"/>" " });
        let content = one.task.content.to_string();
        let percent = one.percent.map(|percent| format!("{}%", percent.get()));
        let width = one.percent.map(|percent| percent.get().to_string());
        let bar = width.map(|width| {
            view! { <progress max="100" value=width aria-hidden="true"></progress> }
        });
        let number = one
            .directive
            .number
            .as_ref()
            .map_or_else(|| code!(office, one.directive.kind).to_owned(), ToString::to_string);
        let (unit, role, due) =
            (one.unit.name.to_string(), code!(office, one.role), one.due_on.map(|day| office.date(day)));
        let document = Route::Document(one.directive.id).hash();
        let one = Arc::new(one);
        let press = move |_| {
            chosen.set(Some(Arc::clone(&one)));
            open.set(true);
        };
        view! {
            <tr>
                <td><button type="button" class="row-link" on:click=press>{content}</button>{urgent}</td>
                <td>{unit}<small>{role}</small></td>
                <td class="tight">{due}<small class=look>{state}</small></td>
                <td class="tight">{percent}{bar}</td>
                <td class="tight"><a href=document>{number}</a></td>
            </tr>
        }
    };
    view! {
        {shown(list.here, move |page| {
            if page.items.is_empty() {
                return view! { <Empty title=office.say(W::NoneHere) hint=office.say(W::NoneHint)/> }.into_any();
            }
            view! {
                <div class="table"><table>
                    <thead><tr>
                        <th>{office.say(W::Task)}</th><th>{office.say(W::OfUnit)}</th><th>{office.say(W::Due)}</th>
                        <th>{office.say(W::Progress)}</th><th>{office.say(W::Document)}</th>
                    </tr></thead>
                    <tbody>{page.items.iter().cloned().map(row).collect_view()}</tbody>
                </table></div>
            }
            .into_any()
        })}
        <More of=list/>
        <Drawer title=office.say(Frame::Work) open look="wide">
            {move || chosen.get().map(|one| view! { <Detail one list open/> })}
        </Drawer>
    }
}
