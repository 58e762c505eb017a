//! One directive: what it is, its tasks and who does them, and what can be done with it.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    access::Action,
    directives::{Directive, DirectiveId, DirectiveState, ReadDirective},
    tasks::{ListTasks, Nature, Task, TaskId, TasksQuery},
    units::Unit,
};

use crate::office::{
    parts::{Drawer, Empty, Loading, Page, Tag, Told, code, load, shown},
    route::{Route, Shelf},
    screens::{
        Commune,
        documents::{look, number},
        issue::{Closing, Deletion, Later, Preview},
        task::TaskForm,
        work::OfTask,
    },
    session::Office,
    words::Documents as W,
};

/// One directive.
#[component]
pub fn Document(
    /// Which.
    id: DirectiveId,
) -> impl IntoView {
    let office = Office::here();
    let document = load(move || office.call::<ReadDirective>(id, openapi::endpoint::Nothing));
    let title = Signal::derive(move || {
        document
            .get()
            .map_or_else(|| office.say(W::Title).to_owned(), |document| document.draft.title.to_string())
    });
    let above =
        Some(view! { <a href=Route::Documents(Shelf::All).hash()>{office.say(W::Title)}</a> }.into_any());
    view! {
        <Page title above>
            {shown(document, move |one| {
                view! {
                    {office.may(Action::ChangeDirectives).then(|| view! { <Deeds one=Arc::clone(&one) document/> })}
                    <Facts one=Arc::clone(&one)/>
                    <Tasks one document/>
                }
            })}
        </Page>
    }
}

/// What can be done with it, each in a frame of its own.
#[component]
fn Deeds(one: Arc<Directive>, document: Loading<Directive>) -> impl IntoView {
    let office = Office::here();
    let (preview, later, closing, deletion) =
        (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let press = |word: W, open: RwSignal<bool>, class: &'static str| {
        view! { <button type="button" class=class on:click=move |_| open.set(true)>{office.say(word)}</button> }
    };
    let draft = Route::Draft(one.id).hash();
    let deeds = match one.state {
        DirectiveState::Draft => view! {
            <a class="button main" href=draft>{office.say(W::Continue)}</a>
            {press(W::Preview, preview, "")}
            {press(W::Delete, deletion, "bad")}
        }
        .into_any(),
        DirectiveState::Issued => view! {
            {press(W::Complete, later, "")}
            {press(W::Close, closing, "")}
        }
        .into_any(),
        DirectiveState::Closed | DirectiveState::Unknown => ().into_any(),
    };
    let id = one.id;
    let (seen, version) = (one.clone(), one.version);
    let again = Callback::new(move |()| document.again());
    let put = move |open: RwSignal<bool>| {
        Callback::new(move |one: Directive| {
            open.set(false);
            document.put(one);
        })
    };
    view! {
        <p class="row">{deeds}</p>
        <Drawer title=office.say(W::PreviewTitle) open=preview look="wide">
            <Preview id version done=put(preview) again/>
        </Drawer>
        <Drawer title=office.say(W::Complete) open=later>
            <Later one=Arc::clone(&seen) done=put(later) again/>
        </Drawer>
        <Drawer title=office.say(W::CloseTitle) open=closing><Closing id done=put(closing)/></Drawer>
        <Drawer title=office.say(W::Delete) open=deletion><Deletion id version/></Drawer>
    }
}

#[component]
fn Facts(one: Arc<Directive>) -> impl IntoView {
    let office = Office::here();
    let one = Directive::clone(&one);
    let draft = one.draft.clone();
    let fact = move |term: W, text: Option<String>| {
        text.map(|text| view! { <Told term=office.say(term)>{text}</Told> })
    };
    let text = |text: Option<&openapi::value::Name>| text.map(ToString::to_string);
    let period = draft.period.as_ref().map(|period| match &period.text {
        Some(text) => text.to_string(),
        None => format!("{} – {}", office.date(period.from), office.date(period.to)),
    });
    let (progress, state) = (one.progress, one.state);
    let done = office.fill(W::Of, &[&progress.completed.to_string(), &progress.assignments.to_string()]);
    view! {
        <section class="sheet">
            <dl class="facts">
                <Told term=office.say(W::State)><Tag word=code!(office, state) look=look(state)/></Told>
                {fact(W::Kind, Some(code!(office, draft.kind).to_owned()))}
                {fact(W::Number, number(&one))}
                {fact(W::IssuedOn, draft.issued_on.map(|day| office.date(day)))}
                {fact(W::Issuer, Some(draft.issuer.to_string()))}
                {fact(W::Signer, text(draft.signer.as_ref()))}
                {fact(W::Meeting, draft.meeting_on.map(|day| office.date(day)))}
                {fact(W::Period, period)}
                {fact(W::GivenOut, one.issued_at.map(|at| office.moment(at)))}
                {fact(W::Progress, (progress.assignments.get() > 0).then_some(done))}
                {fact(W::ClosedAt, one.closed_at.map(|at| office.moment(at)))}
                {fact(W::ClosedWhy, one.closed_reason.as_ref().map(ToString::to_string))}
                {fact(W::Notes, draft.notes.as_ref().map(ToString::to_string))}
            </dl>
        </section>
    }
}

/// Whom a task is given to, in words.
fn assignees(office: Office, task: &Task, units: &[Unit]) -> String {
    let name = |id| units.iter().find(|unit| unit.id == id).map(|unit| unit.draft.name.to_string());
    let one = |assignee: &openapi::tasks::Assignee| {
        let bound: Vec<String> = assignee.units.iter().filter_map(|id| name(*id)).collect();
        match (assignee.class, bound.len()) {
            (Some(class), _) => office.fill(W::Class, &[&code!(office, class).to_lowercase()]),
            (None, 0) => assignee.name.to_string(),
            (None, _) => bound.join(", "),
        }
    };
    task.draft.assignees.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[component]
fn Tasks(one: Arc<Directive>, document: Loading<Directive>) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let (id, issued) = (one.id, one.state == DirectiveState::Issued);
    let tasks = load(move || {
        office.all::<ListTasks, _>(
            move || id,
            |limit, cursor| TasksQuery { limit, cursor, ..Default::default() },
        )
    });
    let (editing, edited) = (RwSignal::new(false), RwSignal::new(None::<Task>));
    let (looking, looked) = (RwSignal::new(false), RwSignal::new(None::<TaskId>));
    let change = issued && office.may(Action::ChangeDirectives);
    let row = move |task: &Task, units: &[Unit]| {
        let draft = &task.draft;
        let who = assignees(office, task, units);
        let due = match (&draft.due.on, &draft.due.text, draft.nature) {
            (Some(day), ..) => office.date(*day),
            (None, Some(text), _) => text.to_string(),
            (None, None, Nature::Standing) => office.say(W::Standing).to_owned(),
            (None, None, _) => office.say(W::NoDate).to_owned(),
        };
        let progress = task.progress;
        let share = office.fill(W::Of, &[&progress.completed.to_string(), &progress.assignments.to_string()]);
        let (task_id, copy) = (task.id, task.clone());
        let look_at = move |_| {
            looked.set(Some(task_id));
            looking.set(true);
        };
        let edit = change.then(|| {
            let press = move |_| {
                edited.set(Some(copy.clone()));
                editing.set(true);
            };
            view! { <button type="button" class="plain" on:click=press>{office.say(W::EditTask)}</button> }
        });
        let given = progress.assignments.get() > 0;
        view! {
            <tr>
                <td class="tight">{draft.place.as_ref().map(ToString::to_string)}</td>
                <td class="what">{draft.content.to_string()}</td>
                <td>{if who.is_empty() { view! { <Tag word=office.say(W::Nobody) look="soon"/> }.into_any() } else { who.into_any() }}</td>
                <td class="when">{due}</td>
                <td class="tight">
                    {given.then(|| view! {
                        <button type="button" class="row-link" on:click=look_at>{share}</button>
                        <progress max=progress.assignments.to_string() value=progress.completed.to_string() aria-hidden="true"></progress>
                    })}
                </td>
                <td class="tight">{edit}</td>
            </tr>
        }
    };
    let lacks = (one.progress.unassigned_tasks.get() + one.progress.undated_tasks.get() > 0).then(|| {
        let unassigned = office.fill(W::Unassigned, &[&one.progress.unassigned_tasks.to_string()]);
        let undated = office.fill(W::Undated, &[&one.progress.undated_tasks.to_string()]);
        view! { <p class="hint">{unassigned}" · "{undated}</p> }
    });
    view! {
        <h2>{office.say(W::Tasks)}</h2>
        {lacks}
        {shown(tasks, move |tasks| {
            if tasks.is_empty() {
                return view! { <Empty title=office.say(W::NoTasks) hint=office.say(W::NoTasksHint)/> }.into_any();
            }
            let units = commune.units.get().unwrap_or_default();
            view! {
                <div class="table"><table>
                    <thead><tr>
                        <th>{office.say(W::Place)}</th><th>{office.say(W::Content)}</th><th>{office.say(W::Assignees)}</th>
                        <th>{office.say(W::DueOn)}</th><th>{office.say(W::Progress)}</th>
                        <th><span class="unseen">{office.say(W::EditTask)}</span></th>
                    </tr></thead>
                    <tbody>{tasks.iter().map(|task| row(task, &units)).collect_view()}</tbody>
                </table></div>
            }
            .into_any()
        })}
        <Drawer title=office.say(W::EditTaskTitle) open=editing>
            {move || edited.get().map(|task| {
                let changed = move |_| { editing.set(false); tasks.again(); document.again(); };
                view! { <TaskForm task changed=Callback::new(changed)/> }
            })}
        </Drawer>
        <Drawer title=office.say(W::WhoDoes) open=looking look="wide">
            {move || looked.get().map(|task| view! { <OfTask task/> })}
        </Drawer>
    }
}
