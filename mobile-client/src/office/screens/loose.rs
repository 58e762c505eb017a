//! What is normal and must be seen: tasks given to nobody or without a date, and difficulties nobody has
//! answered.

use leptos::prelude::*;
use openapi::{
    decisions::{DifficultiesQuery, Difficulty, ListDifficulties},
    directives::{Directive, DirectiveState, DirectivesQuery, ListDirectives},
    tasks::{ListTasks, Task, TasksQuery},
};

use crate::office::{
    parts::{Drawer, Empty, More, Page, load, pages, shown},
    route::{Lack, Route},
    screens::task::TaskForm,
    session::Office,
    words::{Documents, Work as W},
};

/// Tasks of open documents that lack something.
#[component]
pub fn Loose(
    /// What they lack.
    lack: Lack,
) -> impl IntoView {
    let office = Office::here();
    let groups = load(move || async move {
        let issued = |limit, cursor| DirectivesQuery {
            state: Some(DirectiveState::Issued),
            limit,
            cursor,
            ..Default::default()
        };
        let mut groups: Vec<(Directive, Vec<Task>)> = Vec::new();
        for document in office.all::<ListDirectives, _>(|| (), issued).await? {
            let lacking = match lack {
                Lack::Unit => document.progress.unassigned_tasks,
                Lack::Date => document.progress.undated_tasks,
            };
            if lacking.get() > 0 {
                let id = document.id;
                let query = move |limit, cursor| match lack {
                    Lack::Unit => TasksQuery { unassigned: Some(true), undated: None, limit, cursor },
                    Lack::Date => TasksQuery { unassigned: None, undated: Some(true), limit, cursor },
                };
                let tasks = office.all::<ListTasks, _>(|| id, query).await?;
                groups.push((document, tasks));
            }
        }
        Ok(groups)
    });
    let title = match lack {
        Lack::Unit => W::LooseUnitTitle,
        Lack::Date => W::LooseDateTitle,
    };
    let (open, chosen) = (RwSignal::new(false), RwSignal::new(None::<Task>));
    let row = move |task: &Task| {
        let (place, content) =
            (task.draft.place.as_ref().map(ToString::to_string), task.draft.content.to_string());
        let task = task.clone();
        let press = move |_| {
            chosen.set(Some(task.clone()));
            open.set(true);
        };
        view! {
            <tr>
                <td class="tight">{place}</td>
                <td><button type="button" class="row-link" on:click=press>{content}</button></td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(title)>
            {shown(groups, move |groups| {
                if groups.is_empty() {
                    return view! { <Empty title=office.say(W::LooseNone) hint=office.say(W::LooseHint)/> }.into_any();
                }
                let one = |(document, tasks): &(Directive, Vec<Task>)| {
                    view! {
                        <h2><a href=Route::Document(document.id).hash()>{document.draft.title.to_string()}</a></h2>
                        <div class="table"><table>
                            <thead><tr><th class="tight">{office.say(Documents::Place)}</th><th>{office.say(Documents::Content)}</th></tr></thead>
                            <tbody>{tasks.iter().map(row).collect_view()}</tbody>
                        </table></div>
                    }
                };
                groups.iter().map(one).collect_view().into_any()
            })}
            <Drawer title=office.say(Documents::EditTaskTitle) open>
                {move || chosen.get().map(|task| {
                    let changed = move |_| { open.set(false); groups.again(); };
                    view! { <TaskForm task changed=Callback::new(changed)/> }
                })}
            </Drawer>
        </Page>
    }
}

/// Difficulties that wait for an answer.
#[component]
pub fn Difficulties() -> impl IntoView {
    let office = Office::here();
    let list = pages(move |cursor| {
        office.read::<ListDifficulties>(
            (),
            DifficultiesQuery { answered: Some(false), cursor, ..Default::default() },
        )
    });
    let row = move |one: &Difficulty| {
        view! {
            <tr>
                <td class="words">{one.draft.words.to_string()}</td>
                <td><a href=Route::Unit(one.unit.id).hash()>{one.unit.name.to_string()}</a></td>
                <td>{one.by.name.to_string()}</td>
                <td class="tight">{office.moment(one.received_at)}</td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(W::DifficultyTitle)>
            <p class="hint">{office.say(W::DifficultyHint)}</p>
            {shown(list.here, move |page| {
                if page.items.is_empty() {
                    return view! { <Empty title=office.say(W::DifficultyNone)/> }.into_any();
                }
                view! {
                    <div class="table"><table>
                        <thead><tr>
                            <th>{office.say(W::Words)}</th><th>{office.say(W::OfUnit)}</th>
                            <th>{office.say(W::RaisedBy)}</th><th>{office.say(W::RaisedAt)}</th>
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
