//! One assignment in a list.

use crate::{
    piles::{Pile, Row},
    route::Route,
    when,
    words::Word,
};
use leptos::prelude::*;
use openapi::{
    tasks::{AssigneeRole, Nature, Priority},
    timeliness::State,
};

use crate::ui::Ui;

/// One assignment in a list; the whole of it opens the task.
#[component]
pub fn Card(
    /// Which, and where it stands.
    row: Row,
    /// Whether to say whose it is.
    #[prop(optional)]
    whose: bool,
    /// What to say first, when there is more to say than how it stands in time.
    #[prop(optional, into)]
    lead: Option<String>,
) -> impl IntoView {
    let ui = Ui::here();
    let core = ui.core.get();
    let Some(view) = core.view(row.id) else { return ().into_any() };
    let told = view.assignment;
    let standing_work = told.task.nature == Nature::Standing;
    let in_time = when::standing(row.facts, ui.today(), ui.soon(), standing_work, ui.language.get());
    let due = told.due_on.map(|day| ui.fill(Word::DueOn, &[&ui.date(day)]));
    let document = told.directive.number.as_ref().map_or_else(
        || told.directive.title.to_string(),
        |number| format!("{} {number}", ui.code(told.directive.kind.vi(), told.directive.kind.en())),
    );
    let mut marks = Vec::new();
    if told.task.priority == Priority::Khan {
        marks.push((ui.say(Word::Urgent), "bad"));
    }
    if row.facts.state == State::Assigned {
        marks.push((ui.say(Word::NewWork), "new"));
    }
    if told.role != AssigneeRole::ChuTri {
        marks.push((ui.say(Word::Coordinates), "plain"));
    }
    let marks =
        marks.into_iter().map(|(text, look)| view! { <span class=format!("mark {look}")>{text}</span> });
    let progress = view.percent().map(|percent| percent.get());
    let shade = shade(&row);
    let content = told.task.content.to_string();
    let unit = whose.then(|| told.unit.name.to_string());
    view! {
        <a class=format!("card {shade}") href=Route::Task(row.id).hash()>
            {unit.map(|unit| view! { <span class="unit">{unit}</span> })}
            {lead.map(|lead| view! { <span class="lead">{lead}</span> })}
            <span class="what">{content}</span>
            <span class="when">
                <strong>{in_time}</strong>
                {due.map(|due| view! { <span>{due}</span> })}
            </span>
            {progress.map(|percent| view! {
                <span class="progress" aria-label=format!("{percent}%")>
                    <span style:width=format!("{percent}%")></span>
                </span>
            })}
            <span class="foot">{marks.collect_view()}<span>{document}</span></span>
        </a>
    }
    .into_any()
}

const fn shade(row: &Row) -> &'static str {
    match row.pile {
        Pile::Returned | Pile::Overdue => "late",
        Pile::DueSoon => "soon",
        Pile::Waiting => "waits",
        Pile::Closed => "closed",
        Pile::InTime | Pile::NoDate | Pile::Paused => "calm",
    }
}
