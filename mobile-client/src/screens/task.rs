//! One task: what is asked, by when, from which document, how far it is, and what to press.

use crate::{
    offline::work::{Item, Work},
    order::sorted,
    piles,
    route::Route,
    when,
    words::Word,
};
use leptos::{prelude::*, task::spawn_local};
use openapi::{
    access::{Action, Role},
    assignments::{Assignment, AssignmentId, HistoryEntry, ListHistory},
    attachments::ReadAttachment,
    endpoint::{NoQuery, Nothing},
    reports::{Report, Verdict},
    sessions::Me,
    tasks::Nature,
    timeliness::State,
};

use super::watch::{Call, Copies, Decisions};
use crate::{
    Question, device,
    ui::Ui,
    widgets::{Empty, Notice, Page, SaidItem},
};

#[component]
pub fn Task(
    /// Which.
    id: AssignmentId,
) -> impl IntoView {
    let ui = Ui::here();
    // Each part follows the book by itself: a download must not take away what is being typed in another.
    let known = Memo::new(move |_| ui.core.get().view(id).is_some());
    view! {
        <Page back=true title=Signal::derive(move || ui.say(Word::WhatToDo).to_owned())>
            {move || if known.get() {
                view! { {move || told(ui, id)}<Decisions id/>{move || deeds(ui, id)}{move || details(ui, id)}<Events id/> }
                    .into_any()
            } else {
                let (title, hint) = (ui.say(Word::NotHere), ui.say(Word::NotHereHint));
                view! { <Empty title=title.to_owned() hint=hint.to_owned()/> }.into_any()
            }}
        </Page>
    }
}

/// What is asked, by when, and what stands in the way.
fn told(ui: Ui, id: AssignmentId) -> Option<AnyView> {
    let core = ui.core.get();
    let view = core.view(id)?;
    let told = view.assignment;
    let facts = piles::facts(&view);
    let standing_work = told.task.nature == Nature::Standing;
    let in_time = when::standing(facts, ui.today(), ui.soon(), standing_work, ui.language.get());
    let late = facts.judge(ui.today(), ui.soon()).is_some_and(|judged| judged.days_late > 0);
    let reason = told.reason.as_ref().map(|reason| {
        let word = match told.state {
            State::Paused => Word::PausedWhy,
            State::Cancelled => Word::CancelledWhy,
            _ => Word::ReturnedWhy,
        };
        (ui.say(word), reason.to_string())
    });
    let moved = (told.original_due_on != told.due_on).then_some(told.original_due_on).flatten();
    let asked = view.extension_asked();
    let shown = view! {
        <section class="told">
            <p class="unit">{told.unit.name.to_string()}</p>
            <p class="content">{told.task.content.to_string()}</p>
            <p class="due" class:late=late>
                <strong>{in_time}</strong>
                {told.due_on.map(|day| view! { <span>{ui.fill(Word::DueOn, &[&ui.date(day)])}</span> })}
                {moved.map(|day| view! { <span class="hint">{ui.fill(Word::FirstDueOn, &[&ui.date(day)])}</span> })}
            </p>
            {reason.map(|(word, reason)| view! { <Notice bad=true><strong>{word}": "</strong>{reason}</Notice> })}
            {asked.then(|| view! { <Notice>{ui.say(Word::ExtensionWaits)}</Notice> })}
            {told.excused.then(|| view! { <Notice>{ui.say(Word::Excused)}</Notice> })}
        </section>
    };
    Some(shown.into_any())
}

/// What else the document says of it.
fn details(ui: Ui, id: AssignmentId) -> Option<AnyView> {
    let core = ui.core.get();
    let view = core.view(id)?;
    let told = view.assignment;
    let document = {
        let kind = ui.code(told.directive.kind.vi(), told.directive.kind.en());
        let number = told.directive.number.as_ref().map(ToString::to_string).unwrap_or_default();
        format!("{kind} {number}. {}", told.directive.title)
    };
    let targets: Vec<String> = told.task.targets.iter().map(|target| target.text.to_string()).collect();
    let quote = told.task.quote.as_ref().map(ToString::to_string);
    let product = told.task.product.as_ref().map(ToString::to_string);
    let note = told.task.private_note.as_ref().map(ToString::to_string);
    let period = told.period.map(|period| format!("{} – {}", ui.date(period.from), ui.date(period.to)));
    let progress = how_far(&ui, &view);
    let shown = view! {
        <section class="told">
            <dl>
                {progress.map(|text| view! { <dt>{ui.say(Word::Progress)}</dt><dd>{text}</dd> })}
                {period.map(|text| view! { <dt>{ui.say(Word::Period)}</dt><dd>{text}</dd> })}
                {(!targets.is_empty() || product.is_some()).then(|| view! {
                    <dt>{ui.say(Word::Result)}</dt>
                    <dd>{targets.into_iter().chain(product).map(|text| view! { <span class="line">{text}</span> }).collect_view()}</dd>
                })}
                {note.map(|text| view! { <dt>{ui.say(Word::PrivateNote)}</dt><dd>{text}</dd> })}
                <dt>{ui.say(Word::FromDocument)}</dt>
                <dd>{document}</dd>
            </dl>
            {quote.map(|quote| view! {
                <details><summary>{ui.say(Word::QuoteTitle)}</summary><blockquote>{quote}</blockquote></details>
            })}
        </section>
    };
    Some(shown.into_any())
}

/// "2 trên 3 căn", or "60 %".
fn how_far(ui: &Ui, view: &crate::offline::view::View<'_>) -> Option<String> {
    let figure = view.assignment.task.targets.iter().find(|target| target.value.is_some());
    match (view.quantity(), figure) {
        (Some(done), Some(target)) => {
            let of = target.value.map(|value| value.to_string()).unwrap_or_default();
            let unit = target.unit.as_ref().map(|unit| format!(" {unit}")).unwrap_or_default();
            Some(ui.fill(Word::ProgressOf, &[&done.to_string(), &format!("{of}{unit}")]))
        }
        (Some(done), None) => Some(done.to_string()),
        (None, _) => view.percent().map(|percent| format!("{}%", percent.get())),
    }
}

/// Whether somebody reports for the unit of an assignment: as its own reporter, or as the office.
pub fn reports(me: &Me, told: &Assignment) -> bool {
    let own = piles::reports_for(me).any(|unit| unit == told.unit.id);
    own || me.roles.iter().any(|one| one.role == Role::Office)
}

/// What a reporter may press.
fn deeds(ui: Ui, id: AssignmentId) -> Option<AnyView> {
    let core = ui.core.get();
    let (view, me) = (core.view(id)?, ui.me()?);
    let told = view.assignment;
    if !reports(&me, told) || !view.state().is_open() {
        return None;
    }
    let own = piles::reports_for(&me).any(|unit| unit == told.unit.id);
    let new = own && view.state() == State::Assigned;
    let receive = { move |_| ui.send_one(Work::Acknowledge(id, device::now()), Word::KeptToast) };
    let link = |route: &Route, class: &'static str, word: Word| {
        let (href, text) = (route.hash(), ui.say(word));
        view! { <a class=class href=href>{text}</a> }
    };
    let late = piles::facts(&view).judge(ui.today(), ui.soon()).is_some_and(|judged| judged.days_late > 0);
    let may_ask = told.due_on.is_some() && view.state() != State::Submitted && !view.extension_asked();
    let shown = view! {
        <section class="deeds">
            {new.then(|| view! {
                <button class="main" type="button" on:click=receive>{ui.say(Word::Acknowledge)}</button>
            })}
            {view.is_returned().then(|| link(&Route::Report(id, true), "main", Word::CorrectReport))}
            <div class="three">
                {link(&Route::Report(id, false), "deed doing", Word::Doing)}
                {link(&Route::Report(id, true), "deed done", Word::DoneButton)}
                {link(&Route::Difficulty(id), "deed stuck", Word::Stuck)}
            </div>
            <div class="more">
                {may_ask.then(|| link(&Route::Extension(id), "quiet", Word::MoreTime))}
                {(late && !told.excused).then(|| link(&Route::Excuse(id), "quiet", Word::GiveExcuse))}
            </div>
        </section>
    };
    Some(shown.into_any())
}

/// What has happened: what I said, what the server has, and the whole of it when there is a connection.
#[component]
fn Events(id: AssignmentId) -> impl IntoView {
    let ui = Ui::here();
    let list = move || {
        let core = ui.core.get();
        let said: Vec<Item> =
            core.view(id).map(|view| view.said.into_iter().cloned().collect()).unwrap_or_default();
        let reports: Vec<Report> =
            core.book().reports.iter().filter(|report| report.draft.assignment == id).cloned().collect();
        let reports = sorted(reports, |a, b| b.received_at.cmp(&a.received_at));
        let nothing = said.is_empty() && reports.is_empty();
        let mine = said.into_iter().rev().map(|item| view! { <li><SaidItem item/></li> }).collect_view();
        let theirs = reports.into_iter().map(|report| view! { <li><Reported report/></li> }).collect_view();
        view! {
            {nothing.then(|| view! { <p>{ui.say(Word::NothingYet)}</p> })}
            <ol class="events">{mine}{theirs}</ol>
        }
    };
    view! {
        <section class="events">
            <h2>{move || ui.say(Word::History)}</h2>
            {list}
            <div class="more"><Copies id/><Call id/><Whole id/></div>
        </section>
    }
}

/// A report as the server has it.
#[component]
pub fn Reported(report: Report) -> impl IntoView {
    let ui = Ui::here();
    let draft = report.draft.clone();
    let figure = draft.quantity.map(|many| many.to_string());
    let share = draft.percent.map(|percent| format!("{}%", percent.get()));
    let words = draft.words.as_ref().map(ToString::to_string);
    let kind = if draft.completes { Word::KindDoneReport } else { Word::KindReport };
    let flags: Vec<&str> = report.flags.iter().map(|flag| ui.code(flag.vi(), flag.en())).collect();
    let missing = report.missing_files.len();
    let verdict = report.review.as_ref().map(|review| {
        let verdict = ui.code(review.draft.verdict.vi(), review.draft.verdict.en());
        let reason = review.draft.reason.as_ref().map(|reason| format!(": {reason}")).unwrap_or_default();
        (format!("{verdict} · {}{reason}", review.by.name), review.draft.verdict == Verdict::Return)
    });
    let missing_ids = report.missing_files.clone();
    let photos = draft.files.into_iter().enumerate().map(move |(n, file)| {
        let here = !missing_ids.contains(&file.id);
        here.then(|| view! { <Photo id=file.id.to_string() number=n + 1/> })
    });
    view! {
        <div class="said">
            <p class="strong">{ui.say(kind)}<span class="at">{ui.moment(draft.made_at)}</span></p>
            <p class="by">{report.author.name.to_string()}</p>
            {figure.or(share).map(|text| view! { <p class="figure">{text}</p> })}
            {words.map(|text| view! { <p class="words">{text}</p> })}
            <div class="photos">{photos.collect_view()}</div>
            {(missing > 0).then(|| view! { <p class="hint">{ui.fill(Word::MissingPhotos, &[&missing.to_string()])}</p> })}
            {flags.into_iter().map(|flag| view! { <p class="hint">{flag}</p> }).collect_view()}
            {verdict.map(|(text, bad)| view! { <p class="verdict" class:bad=bad>{text}</p> })}
        </div>
    }
}

/// A photo that is with the server: fetched when it is asked for.
#[component]
fn Photo(id: String, number: usize) -> impl IntoView {
    let ui = Ui::here();
    let shown = RwSignal::new(None::<Result<String, &'static str>>);
    let fetch = move |_| {
        let id = id.clone();
        spawn_local(async move {
            let Ok(id) = id.parse() else { return };
            let question = Question::to::<ReadAttachment>(id, &NoQuery::default(), &Nothing);
            let address = match question {
                Ok(question) => ui.client().hear(question).await.0.ok(),
                Err(_never) => None,
            };
            let address = address.and_then(|bytes| device::address(&bytes, "image/jpeg"));
            shown.set(Some(address.ok_or_else(|| ui.say(Word::PhotoNeedsNet))));
        });
    };
    let name = ui.fill(Word::SeePhoto, &[&number.to_string()]);
    move || match shown.get() {
        Some(Ok(address)) => view! { <img src=address alt=name.clone()/> }.into_any(),
        Some(Err(why)) => view! { <p class="hint">{why}</p> }.into_any(),
        None => {
            let fetch = fetch.clone();
            view! { <button type="button" class="quiet" on:click=fetch>{name.clone()}</button> }.into_any()
        }
    }
}

/// The whole history, asked of the server.
#[component]
fn Whole(id: AssignmentId) -> impl IntoView {
    let ui = Ui::here();
    let entries = RwSignal::new(None::<Option<Vec<HistoryEntry>>>);
    let fetch = move |_| {
        spawn_local(async move {
            let answer = ui.client().fetch::<ListHistory>(id, Default::default(), Nothing).await;
            entries.set(Some(answer.ok().map(|page| page.items)));
        });
    };
    let one = move |entry: HistoryEntry| {
        let by = entry.by.map(|by| by.name.to_string()).unwrap_or_default();
        let words = entry.words.map(|words| words.to_string());
        view! {
            <li>
                <div class="said">
                    <p class="strong">{ui.code(entry.kind.vi(), entry.kind.en())}<span class="at">{ui.moment(entry.at)}</span></p>
                    <p class="by">{by}</p>
                    {words.map(|text| view! { <p class="words">{text}</p> })}
                </div>
            </li>
        }
    };
    move || match entries.get() {
        None => {
            view! { <button type="button" class="quiet" on:click=fetch>{ui.say(Word::HistoryMore)}</button> }
                .into_any()
        }
        Some(None) => view! { <Notice>{ui.say(Word::HistoryNeedsNet)}</Notice> }.into_any(),
        Some(Some(all)) => {
            view! { <ol class="events whole">{all.into_iter().map(&one).collect_view()}</ol> }.into_any()
        }
    }
}

/// Whether a person decides on the work of a unit.
pub fn decides(me: &Me) -> bool {
    piles::may(me, Action::Decide)
}
