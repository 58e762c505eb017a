//! One assignment beside its list: what it is, what happened to it, and what the office may do to it.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    access::Action,
    assignments::{
        Assignment, CancelAssignment, HistoryEntry, HistoryQuery, ListHistory, PauseAssignment, Reason,
        ReassignAssignment, Reassignment, ResumeAssignment,
    },
    endpoint::Nothing,
    timeliness::{State, Timeliness},
};

use crate::office::{
    parts::{Area, Form, FormFrame, Pages, Pick, Select, Tag, Told, code, load, shown},
    route::Route,
    screens::Commune,
    session::Office,
    words::Work as W,
};

/// How an assignment stands, in words, and how that looks.
pub fn standing(office: Office, one: &Assignment) -> (String, &'static str) {
    let at = &one.standing;
    match (at.class, at.days_left) {
        (Some(Timeliness::OpenOverdue), _) => {
            (office.fill(W::LateDays, &[&at.days_late.to_string()]), "late")
        }
        (Some(Timeliness::OpenInTime), Some(left)) if one.state != State::Submitted => {
            let look = if at.due_soon { "soon" } else { "" };
            let words = match left.get() {
                0 => office.say(W::LastDay).to_owned(),
                days => office.fill(W::DaysLeft, &[&days.to_string()]),
            };
            (words, look)
        }
        (Some(class @ (Timeliness::DoneLate | Timeliness::DoneOnTime)), _) => {
            (code!(office, class).to_owned(), "")
        }
        _ => (code!(office, one.state).to_owned(), ""),
    }
}

/// One assignment.
#[component]
pub fn Detail(
    /// Which.
    one: Arc<Assignment>,
    /// The list it stands in, to be fetched again when it changes.
    list: Pages<Assignment>,
    /// The frame it is in, to be closed then.
    open: RwSignal<bool>,
) -> impl IntoView {
    let office = Office::here();
    let (state, look) = standing(office, &one);
    let id = one.id;
    let history = load(move || async move {
        let page = office.read::<ListHistory>(id, HistoryQuery::default()).await?;
        Ok(page.items)
    });
    let fact =
        |term: W, text: Option<String>| text.map(|text| view! { <Told term=office.say(term)>{text}</Told> });
    let report = one
        .last_report
        .as_ref()
        .map_or_else(|| office.say(W::NotReported).to_owned(), |report| office.moment(report.made_at));
    let first = one.original_due_on.filter(|first| Some(*first) != one.due_on).map(|day| office.date(day));
    let (document, title) = (Route::Document(one.directive.id).hash(), one.directive.title.to_string());
    view! {
        <p class="strong">{one.task.content.to_string()}</p>
        <p class="row"><Tag word=code!(office, one.state)/><Tag word=state look/></p>
        <dl class="facts">
            {fact(W::OfUnit, Some(format!("{} · {}", one.unit.name, code!(office, one.role))))}
            {fact(W::Due, one.due_on.map(|day| office.date(day)))}
            {fact(W::FirstDue, first)}
            {fact(W::Reported, Some(report))}
            {fact(W::Product, one.task.product.as_ref().map(ToString::to_string))}
            {fact(W::Why, one.reason.as_ref().map(ToString::to_string))}
            <Told term=office.say(W::Document)>
                <a href=document>{title}</a>
            </Told>
        </dl>
        {one.task.quote.as_ref().map(|quote| view! { <h3>{office.say(W::Quote)}</h3><blockquote>{quote.to_string()}</blockquote> })}
        {one.task.private_note.as_ref().map(|note| view! { <h3>{office.say(W::PrivateNote)}</h3><p class="words">{note.to_string()}</p> })}
        <h3>{office.say(W::History)}</h3>
        {shown(history, move |history| {
            let line = |entry: &HistoryEntry| {
                let by = entry.by.as_ref().map_or_else(|| office.say(W::ByServer).to_owned(), |by| by.name.to_string());
                view! {
                    <li>
                        <span><strong>{code!(office, entry.kind)}</strong>" "{entry.words.as_ref().map(ToString::to_string)}</span>
                        <small>{office.moment(entry.at)}" · "{by}</small>
                    </li>
                }
            };
            view! { <ol class="lines">{history.iter().map(line).collect_view()}</ol> }
        })}
        {(office.may(Action::Steer) && one.state.is_open()).then(|| view! { <Steering one list open/> })}
    }
}

/// What the office may do to it.
#[component]
fn Steering(one: Arc<Assignment>, list: Pages<Assignment>, open: RwSignal<bool>) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let (id, paused) = (one.id, one.state == State::Paused);
    let form = Form::new(format!("steer/{id}"));
    let first = if paused { "resume" } else { "pause" };
    let (deed, reason, unit) = (form.text("deed", first), form.text("reason", ""), form.text("unit", ""));
    let mut deeds = vec![
        ("hand-over".to_owned(), office.say(W::HandOver).to_owned()),
        ("cancel".to_owned(), office.say(W::CancelIt).to_owned()),
    ];
    let word = if paused { W::Resume } else { W::Pause };
    deeds.insert(0, (first.to_owned(), office.say(word).to_owned()));
    let done = move |word: W| {
        move |_: Assignment| {
            open.try_set(false);
            office.tell(office.say(word));
            list.here.again();
        }
    };
    let submit = move || {
        let chosen = deed.get_untracked();
        if chosen == "resume" {
            return form.send(office.call::<ResumeAssignment>(id, Nothing), done(W::Resumed));
        }
        let Some(reason) = form.read("reason", &reason.get_untracked()) else { return };
        match chosen.as_str() {
            "pause" => form.send(office.call::<PauseAssignment>(id, Reason { reason }), done(W::Paused)),
            "cancel" => form.send(office.call::<CancelAssignment>(id, Reason { reason }), done(W::Cancelled)),
            _ => {
                let Some(unit) = form.chosen("unit", &unit.get_untracked()) else { return };
                let body = Reassignment { unit, reason };
                form.send(office.call::<ReassignAssignment>(id, body), done(W::HandedOver));
            }
        }
    };
    let is = move |one: &'static str| move || deed.with(|deed| deed == one);
    view! {
        <section class="sheet">
            <h3>{office.say(W::Steer)}</h3>
            <FormFrame form submit>
                <Select form name="deed" label=office.say(W::Deed) value=deed choices=deeds/>
                <Show when=is("hand-over")>
                    <Pick form name="unit" label=office.say(W::HandTo) value=unit choices=commune.choices(office)/>
                </Show>
                <Show when=is("cancel")><p class="hint">{office.say(W::CancelSure)}</p></Show>
                <Show when=move || !is("resume")()>
                    <Area form name="reason" label=office.say(W::Why) value=reason/>
                </Show>
            </FormFrame>
        </section>
    }
}
