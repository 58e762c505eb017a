//! What waits, in numbers; each opens its list.

use leptos::prelude::*;
use openapi::{
    access::Action,
    assignments::CountAssignments,
    directives::{Directive, DirectiveState, DirectivesQuery, ListDirectives},
    endpoint::NoQuery,
    figures::{GroupBy, OverdueQuery, ReadOverdue},
    people::{ListPeople, PeopleQuery},
};

use crate::office::{
    parts::{Page, code, load, shown},
    route::{Lack, Pile, Route, Shelf},
    session::Office,
    words::{Documents, Frame, Work},
};

/// The first screen.
#[component]
pub fn Home() -> impl IntoView {
    let office = Office::here();
    let documents = office.may(Action::ReadDirectives);
    let new = office.may(Action::ChangeDirectives).then(|| {
        let id = office.new_id::<Directive>();
        view! { <a class="button main" data-new href=Route::Draft(id).hash()>{office.say(Work::NewDocument)}</a> }.into_any()
    });
    view! {
        <Page title=office.say(Frame::Home) deeds=new>
            {office.may(Action::ReadAssignments).then(|| view! { <Counts/> })}
            {documents.then(|| view! { <Papers/> })}
            {office.may(Action::ChangePeople).then(|| view! { <Waiting/> })}
            <div class="halves">
                {documents.then(|| view! { <Drafts/> })}
                {office.may(Action::ReadFigures).then(|| view! { <Latest/> })}
            </div>
        </Page>
    }
}

/// A number that opens its list.
fn tile(number: usize, word: &'static str, route: Route, look: &'static str) -> impl IntoView {
    let look = if number == 0 { "none" } else { look };
    view! {
        <li><a class=format!("tile {look}") href=route.hash()>
            <strong class="number">{number}</strong><span>{word}</span>
        </a></li>
    }
}
fn whole(count: openapi::value::Count) -> usize {
    usize::try_from(count.get()).unwrap_or(0)
}

#[component]
fn Counts() -> impl IntoView {
    let office = Office::here();
    let counts = load(move || office.read::<CountAssignments>((), NoQuery::default()));
    shown(counts, move |counts| {
        let tile = |count, word: Work, route, look| tile(whole(count), office.say(word), route, look);
        view! {
            <p class="hint">{office.fill(Work::AsOf, &[&office.date(counts.as_of)])}</p>
            <ul class="tiles">
                {tile(counts.overdue, Work::Overdue, Route::Work(Pile::Overdue), "late")}
                {tile(counts.due_soon, Work::DueSoon, Route::Work(Pile::DueSoon), "soon")}
                {tile(counts.submitted, Work::Submitted, Route::Work(Pile::Submitted), "")}
                {tile(counts.difficulties, Work::Difficulties, Route::Difficulties, "soon")}
                {tile(counts.unacknowledged, Work::Unacknowledged, Route::Work(Pile::Unread), "")}
            </ul>
        }
    })
}

/// The documents that are not closed.
async fn open_documents(office: Office) -> Result<Vec<Directive>, crate::Failed> {
    let of = |state| {
        move |limit, cursor| DirectivesQuery { state: Some(state), limit, cursor, ..Default::default() }
    };
    let mut all = office.all::<ListDirectives, _>(|| (), of(DirectiveState::Draft)).await?;
    all.extend(office.all::<ListDirectives, _>(|| (), of(DirectiveState::Issued)).await?);
    Ok(all)
}

#[component]
fn Papers() -> impl IntoView {
    let office = Office::here();
    let documents = load(move || open_documents(office));
    shown(documents, move |documents| {
        let issued = || documents.iter().filter(|one| one.state == DirectiveState::Issued);
        let drafts = documents.len() - issued().count();
        let unassigned = issued().map(|one| whole(one.progress.unassigned_tasks)).sum();
        let undated = issued().map(|one| whole(one.progress.undated_tasks)).sum();
        view! {
            <ul class="tiles">
                {tile(drafts, office.say(Work::Drafts), Route::Documents(Shelf::Drafts), "soon")}
                {tile(unassigned, office.say(Work::Unassigned), Route::Loose(Lack::Unit), "soon")}
                {tile(undated, office.say(Work::Undated), Route::Loose(Lack::Date), "")}
            </ul>
        }
    })
}

/// What waits for the administrator.
#[component]
fn Waiting() -> impl IntoView {
    let office = Office::here();
    let people = load(move || {
        office
            .all::<ListPeople, _>(|| (), |limit, cursor| PeopleQuery { limit, cursor, ..Default::default() })
    });
    shown(people, move |people| {
        let waiting = people.iter().filter(|person| person.active && !person.activated).count();
        view! { <ul class="tiles">{tile(waiting, office.say(Work::NotActivated), Route::Slips, "soon")}</ul> }
    })
}

#[component]
fn Drafts() -> impl IntoView {
    let office = Office::here();
    let drafts = load(move || async move {
        let state = Some(DirectiveState::Draft);
        let page = office.read::<ListDirectives>((), DirectivesQuery { state, ..Default::default() }).await?;
        Ok(page.items)
    });
    let row = move |draft: &Directive| {
        let kind = code!(office, draft.draft.kind);
        let tasks = office.fill(Documents::TaskCount, &[&draft.progress.tasks.to_string()]);
        view! {
            <li>
                <a href=Route::Document(draft.id).hash()>{draft.draft.title.to_string()}</a>
                <small>{kind}" · "{tasks}" · "{office.moment(draft.updated_at)}</small>
            </li>
        }
    };
    view! {
        <section class="sheet">
            <h2>{office.say(Work::DraftsTitle)}</h2>
            {shown(drafts, move |drafts| {
                let none = drafts.is_empty().then(|| view! { <p class="quiet">{office.say(Work::NoDrafts)}</p> });
                view! { {none}<ul class="lines">{drafts.iter().map(row).collect_view()}</ul> }
            })}
        </section>
    }
}

#[component]
fn Latest() -> impl IntoView {
    const SHOWN: usize = 8;
    let office = Office::here();
    let report = load(move || {
        office.read::<ReadOverdue>((), OverdueQuery { group_by: Some(GroupBy::Unit), ..Default::default() })
    });
    view! {
        <section class="sheet">
            <h2>{office.say(Work::LatestUnits)}</h2>
            {shown(report, move |report| {
                let none = report.groups.is_empty().then(|| view! { <p class="quiet">{office.say(Work::NobodyLate)}</p> });
                let rows = report.groups.iter().take(SHOWN).map(|group| {
                    let unit = group.key.as_ref().and_then(|key| key.as_str().parse().ok());
                    let name = group.name.to_string();
                    let (many, days) = (group.overdue.to_string(), group.most_days_late.to_string());
                    let late = office.fill(Work::LateOf, &[&many, &days]);
                    let name = match unit {
                        Some(unit) => view! { <a href=Route::Unit(unit).hash()>{name}</a> }.into_any(),
                        None => name.into_any(),
                    };
                    view! { <li>{name}<small>{late}</small></li> }
                });
                view! { {none}<ul class="lines">{rows.collect_view()}</ul> }
            })}
        </section>
    }
}
