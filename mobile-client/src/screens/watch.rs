//! What a leader, an overseer or an inspector looks at: overdue, to be decided, due soon. **Invariant:
//! a number is the length of the list below it.**

use crate::{
    offline::{sync::Sync, work::Work},
    order::sorted,
    piles::{self, Row},
    route::{Route, Tab},
    when,
    words::{Word, inside},
};
use leptos::{prelude::*, task::spawn_local};
use openapi::{
    access::{Action, Role},
    assignments::AssignmentId,
    decisions::{
        Difficulty, DifficultyAnswer, Excuse, ExcuseDecision, Extension, ExtensionDecision, RequestState,
    },
    endpoint::Nothing,
    people::{ListPeople, PeopleQuery, Person},
    reports::{Report, ReviewDraft, Verdict},
    tasks::Nature,
    timeliness::State,
    units::UnitId,
    value::Note,
};

use super::{
    forms::note,
    my_work::fresh,
    report::drafted,
    task::{Reported, decides},
};
use crate::{
    device,
    ui::Ui,
    widgets::{Area, Card, DateField, Empty, Notice, Page},
};

/// Something that waits for a decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Waiting {
    /// A report that says the work is done.
    Done(Report),
    /// A request for more time.
    Time(Extension),
    /// A reason for lateness.
    Reason(Excuse),
    /// Something that stands in the way.
    Stuck(Difficulty),
}

impl Waiting {
    const fn assignment(&self) -> Option<AssignmentId> {
        match self {
            Self::Done(report) => Some(report.draft.assignment),
            Self::Time(extension) => Some(extension.draft.assignment),
            Self::Reason(excuse) => Some(excuse.draft.assignment),
            Self::Stuck(difficulty) => difficulty.draft.assignment,
        }
    }
    const fn unit(&self) -> UnitId {
        match self {
            Self::Done(report) => report.unit.id,
            Self::Time(extension) => extension.unit.id,
            Self::Reason(excuse) => excuse.unit.id,
            Self::Stuck(difficulty) => difficulty.unit.id,
        }
    }
    fn lead(&self, ui: &Ui) -> String {
        match self {
            Self::Done(_) => ui.say(Word::SaysDone).to_owned(),
            Self::Time(extension) => ui.fill(Word::AsksForTime, &[&ui.date(extension.draft.asked_due_on)]),
            Self::Reason(_) => ui.say(Word::GivesReason).to_owned(),
            Self::Stuck(_) => ui.say(Word::IsStuck).to_owned(),
        }
    }
    /// Whether a decision of mine is on its way.
    fn is_decided(&self, core: &Sync) -> bool {
        let on_its_way =
            core.items().filter(|item| item.is_trying() || item.is_sent()).map(|item| &item.work);
        let mut on_its_way = on_its_way;
        on_its_way.any(|work| match (self, work) {
            (Self::Done(report), Work::Review(id, _)) => report.id == *id,
            (Self::Time(extension), Work::DecideExtension(id, _)) => extension.id == *id,
            (Self::Reason(excuse), Work::DecideExcuse(id, _)) => excuse.id == *id,
            (Self::Stuck(difficulty), Work::AnswerDifficulty(id, _)) => difficulty.id == *id,
            _ => false,
        })
    }
}

/// Everything that waits for a decision, the oldest first; what I have decided on is left out.
pub fn waiting(core: &Sync) -> Vec<Waiting> {
    let book = core.book();
    let submitted = |report: &&Report| {
        let told = book.assignments.get(report.draft.assignment);
        report.draft.completes
            && report.review.is_none()
            && told.is_some_and(|told| {
                told.state == State::Submitted
                    && told.last_report.as_ref().is_none_or(|last| last.id == report.id || last.completes)
            })
    };
    let done = book.reports.iter().filter(submitted).map(|one| (one.received_at, Waiting::Done(one.clone())));
    let time = book.extensions.iter().filter(|one| one.state == RequestState::Waiting);
    let reasons = book.excuses.iter().filter(|one| one.state == RequestState::Waiting);
    let stuck = book.difficulties.iter().filter(|one| one.answer.is_none());
    let all: Vec<_> = done
        .chain(time.map(|one| (one.received_at, Waiting::Time(one.clone()))))
        .chain(reasons.map(|one| (one.received_at, Waiting::Reason(one.clone()))))
        .chain(stuck.map(|one| (one.received_at, Waiting::Stuck(one.clone()))))
        .filter(|(_, one)| !one.is_decided(core))
        .collect();
    sorted(all, |(a, _), (b, _)| a.cmp(b)).into_iter().map(|(_, one)| one).collect()
}

/// The three lists.
#[derive(Debug, Clone, PartialEq)]
struct Lists {
    overdue: Vec<Row>,
    to_decide: Vec<Waiting>,
    due_soon: Vec<Row>,
}

fn lists(ui: &Ui, unit: Option<UnitId>) -> Lists {
    let core = ui.core.get();
    let rows = piles::rows(&core, ui.today(), ui.soon());
    let of_unit = |row: &&Row| {
        unit.is_none_or(|unit| core.view(row.id).is_some_and(|view| view.assignment.unit.id == unit))
    };
    let these =
        |which: fn(&Row) -> bool| rows.iter().filter(of_unit).filter(|row| which(row)).cloned().collect();
    Lists {
        overdue: these(piles::is_overdue),
        to_decide: waiting(&core)
            .into_iter()
            .filter(|one| unit.is_none_or(|unit| one.unit() == unit))
            .collect(),
        due_soon: these(piles::is_due_soon),
    }
}

#[component]
pub fn Watch(
    /// Which list.
    tab: Tab,
    /// Of which unit, or of all.
    unit: Option<UnitId>,
) -> impl IntoView {
    let ui = Ui::here();
    let lists = { Memo::new(move |_| lists(&ui, unit)) };
    let tabs = move || {
        let lists = lists.get();
        let all = [
            (Tab::Overdue, Word::TabOverdue, lists.overdue.len()),
            (Tab::ToDecide, Word::TabToDecide, lists.to_decide.len()),
            (Tab::DueSoon, Word::TabDueSoon, lists.due_soon.len()),
        ];
        let one = |(this, word, many): (Tab, Word, usize)| {
            let current = (this == tab).then_some("page");
            view! {
                <a href=Route::Watch(this, unit).hash() aria-current=current>
                    <strong>{many}</strong>" "{ui.say(word)}
                </a>
            }
        };
        all.into_iter().map(one).collect_view()
    };
    let whose = move || {
        let core = ui.core.get();
        let name = unit.map(|unit| {
            let named = core.book().assignments.iter().find(|told| told.unit.id == unit);
            named.map(|told| told.unit.name.to_string()).unwrap_or_default()
        });
        let read_only = ui.me().is_some_and(|me| !decides(&me) && !piles::may(&me, Action::Report));
        view! {
            <p class="whose">
                <strong>{name.map_or_else(|| ui.say(Word::AllUnits).to_owned(), |name| ui.fill(Word::OnlyUnit, &[&name]))}</strong>
                {unit.map(|_| view! { <a href=Route::Watch(tab, None).hash()>{ui.say(Word::ShowAll)}</a> })}
                {read_only.then(|| view! { <span class="mark plain">{ui.say(Word::ReadOnly)}</span> })}
                <span>{fresh(&ui)}</span>
            </p>
        }
    };
    let list = move || {
        let lists = lists.get();
        let (rows, none) = match tab {
            Tab::ToDecide if lists.to_decide.is_empty() => return empty(&ui, Word::NoneToDecide),
            Tab::ToDecide => return decide_list(&ui, lists.to_decide),
            Tab::Overdue => (lists.overdue, Word::NoneOverdue),
            Tab::DueSoon => (lists.due_soon, Word::NoneDueSoon),
        };
        if rows.is_empty() {
            return empty(&ui, none);
        }
        let cards = rows.into_iter().map(|row| view! { <li><Card row whose=true/></li> });
        view! { <ul class="cards">{cards.collect_view()}</ul> }.into_any()
    };
    view! {
        <Page back=unit.is_some() title=Signal::derive(move || ui.say(Word::Watch).to_owned())>
            {whose}
            <nav class="tabs" aria-label=move || ui.say(Word::Watch)>{tabs}</nav>
            {list}
        </Page>
    }
}

fn empty(ui: &Ui, word: Word) -> AnyView {
    let complete = ui.core.get().book().is_complete();
    let word = if complete { word } else { Word::FirstFill };
    view! { <Empty title=ui.say(word).to_owned()/> }.into_any()
}

fn decide_list(ui: &Ui, all: Vec<Waiting>) -> AnyView {
    let core = ui.core.get();
    let rows = piles::rows(&core, ui.today(), ui.soon());
    let one = |waiting: Waiting| {
        let row = waiting.assignment().and_then(|id| rows.iter().find(|row| row.id == id).cloned());
        let lead = waiting.lead(ui);
        match row {
            Some(row) => view! { <li><Card row whose=true lead=lead/></li> }.into_any(),
            None => {
                view! { <li class="card"><span class="lead">{lead}</span><Decide waiting/></li> }.into_any()
            }
        }
    };
    view! { <ul class="cards">{all.into_iter().map(one).collect_view()}</ul> }.into_any()
}

/// On the screen of a task: what of it waits for a decision, and the buttons for it.
#[component]
pub fn Decisions(id: AssignmentId) -> impl IntoView {
    let ui = Ui::here();
    let all = Memo::new(move |_| {
        let of_this = waiting(&ui.core.get()).into_iter().filter(|one| one.assignment() == Some(id));
        of_this.collect::<Vec<Waiting>>()
    });
    move || {
        let all = all.get();
        let one = |waiting: Waiting| view! { <Decide waiting/> };
        let list = |all: Vec<Waiting>| {
            view! { <section class="decisions">{all.into_iter().map(one).collect_view()}</section> }
        };
        // Drawn anew when there is something else to decide, and at nothing else: somebody may be typing.
        (!all.is_empty()).then(|| untrack(|| list(all)))
    }
}

/// What was said, and what may be answered.
#[component]
fn Decide(waiting: Waiting) -> impl IntoView {
    let ui = Ui::here();
    let may = ui.me().is_some_and(|me| decides(&me));
    let lead = waiting.lead(&ui);
    let (words, by, at) = match &waiting {
        Waiting::Done(report) => (None, report.author.name.to_string(), report.draft.made_at),
        Waiting::Time(one) => {
            (Some(one.draft.reason.to_string()), one.by.name.to_string(), one.draft.made_at)
        }
        Waiting::Reason(one) => {
            (Some(one.draft.reason.to_string()), one.by.name.to_string(), one.draft.made_at)
        }
        Waiting::Stuck(one) => {
            (Some(one.draft.words.to_string()), one.by.name.to_string(), one.draft.made_at)
        }
    };
    let report = match &waiting {
        Waiting::Done(report) => Some(report.clone()),
        _ => None,
    };
    view! {
        <div class="decide">
            <h2>{lead}</h2>
            {words.map(|words| view! { <p class="by">{by}<span class="at">{ui.moment(at)}</span></p><p class="words">{words}</p> })}
            {report.map(|report| view! { <Reported report/> })}
            {may.then(|| view! { <Buttons waiting/> })}
        </div>
    }
}

#[component]
fn Buttons(waiting: Waiting) -> impl IntoView {
    let ui = Ui::here();
    let name = match &waiting {
        Waiting::Done(one) => one.id.to_string(),
        Waiting::Time(one) => one.id.to_string(),
        Waiting::Reason(one) => one.id.to_string(),
        Waiting::Stuck(one) => one.id.to_string(),
    };
    let words = drafted(format!("{name} answer"));
    let until = match &waiting {
        Waiting::Time(one) => RwSignal::new(one.draft.asked_due_on.to_string()),
        _ => RwSignal::new(String::new()),
    };
    let fault = RwSignal::new(None::<String>);
    // Whether the "no" was pressed: then a reason is asked for.
    let refusing = RwSignal::new(matches!(waiting, Waiting::Stuck(_)));
    let (yes, no, label) = match &waiting {
        Waiting::Done(_) => (Some(Word::Accept), Word::Return, Word::ReturnWhy),
        Waiting::Time(_) => (Some(Word::Grant), Word::Refuse, Word::DecisionReason),
        Waiting::Reason(_) => (Some(Word::Confirm), Word::Refuse, Word::DecisionReason),
        Waiting::Stuck(_) => (None, Word::Answer, Word::AnswerWords),
    };
    let say_yes = {
        let waiting = waiting.clone();
        move |_| {
            let day = until.get_untracked().parse().ok();
            let work = match &waiting {
                Waiting::Done(one) => {
                    Work::Review(one.id, ReviewDraft { verdict: Verdict::Accept, reason: None })
                }
                Waiting::Time(one) => {
                    let due_on = day.filter(|day| *day != one.draft.asked_due_on);
                    Work::DecideExtension(one.id, ExtensionDecision { granted: true, due_on, reason: None })
                }
                Waiting::Reason(one) => {
                    Work::DecideExcuse(one.id, ExcuseDecision { confirmed: true, reason: None })
                }
                Waiting::Stuck(_) => return,
            };
            ui.send_one(work, Word::DecisionKept);
        }
    };
    let say_no = move |_| {
        if !refusing.get_untracked() {
            return refusing.set(true);
        }
        let Some(reason) = note(&ui, &words.get_untracked(), fault) else { return };
        words.set(String::new());
        ui.send_one(no_to(&waiting, reason), Word::DecisionKept);
    };
    let asks_day = !until.with_untracked(String::is_empty);
    view! {
        {asks_day.then(|| view! {
            <DateField id="grant" value=until label=Signal::derive(move || ui.say(Word::GrantUntil).to_owned())/>
        })}
        <Show when=move || refusing.get()>
            <Area id="answer" value=words fault label=Signal::derive(move || ui.say(label).to_owned())/>
        </Show>
        <div class="two">
            {yes.map(|yes| view! { <button class="main" type="button" on:click=say_yes>{ui.say(yes)}</button> })}
            <button class=if yes.is_none() { "main" } else { "" } type="button" on:click=say_no>{ui.say(no)}</button>
        </div>
    }
}

fn no_to(waiting: &Waiting, reason: Note) -> Work {
    match waiting {
        Waiting::Done(one) => {
            Work::Review(one.id, ReviewDraft { verdict: Verdict::Return, reason: Some(reason) })
        }
        Waiting::Time(one) => Work::DecideExtension(
            one.id,
            ExtensionDecision { granted: false, due_on: None, reason: Some(reason) },
        ),
        Waiting::Reason(one) => {
            Work::DecideExcuse(one.id, ExcuseDecision { confirmed: false, reason: Some(reason) })
        }
        Waiting::Stuck(one) => Work::AnswerDifficulty(one.id, DifficultyAnswer { words: reason }),
    }
}

/// A sentence to paste into Zalo, for those who look over the work of others.
fn reminder(ui: &Ui, id: AssignmentId) -> Option<String> {
    let core = ui.core.get();
    let view = core.view(id)?;
    if !piles::watches(&ui.me()?) || !view.state().is_open() {
        return None;
    }
    let told = view.assignment;
    let facts = piles::facts(&view);
    let standing_work = told.task.nature == Nature::Standing;
    let in_time = when::standing(facts, ui.today(), ui.soon(), standing_work, ui.language.get());
    let due = told
        .due_on
        .map_or_else(|| ui.say(Word::NoDueDate).to_owned(), |day| ui.fill(Word::DueOn, &[&ui.date(day)]));
    let (unit, what) = (told.unit.name.as_str(), told.task.content.as_str());
    Some(ui.fill(Word::ReminderText, &[unit, what, &inside(&due), &inside(&in_time)]))
}

/// The button that copies the reminder.
#[component]
pub fn Copies(id: AssignmentId) -> impl IntoView {
    let ui = Ui::here();
    let by_hand = RwSignal::new(false);
    let copy = move |_| {
        let Some(text) = untrack(|| reminder(&ui, id)) else { return };
        spawn_local(async move {
            if device::copy(&text).await {
                ui.tell(ui.say(Word::Copied));
            } else {
                by_hand.set(true);
            }
        });
    };
    move || {
        let text = reminder(&ui, id)?;
        let shown = by_hand.get().then(|| {
            view! {
                <Notice>{ui.say(Word::CopyByHand)}</Notice>
                <textarea readonly rows="4" aria-label=ui.say(Word::CopyReminder)>{text}</textarea>
            }
        });
        Some(view! {
            <button type="button" class="quiet" on:click=copy>{ui.say(Word::CopyReminder)}</button>
            {shown}
        })
    }
}

/// Whom to call: the numbers of those who report for the unit, asked of the server by who may read them.
#[component]
pub fn Call(id: AssignmentId) -> impl IntoView {
    let ui = Ui::here();
    let unit = Memo::new(move |_| {
        let core = ui.core.get();
        let (view, me) = (core.view(id)?, ui.me()?);
        let may = piles::watches(&me) && piles::may(&me, Action::ReadPeople);
        (may && view.state().is_open()).then_some(view.assignment.unit.id)
    });
    let numbers = RwSignal::new(None::<Option<Vec<(String, String)>>>);
    let ask = move |_| {
        let query =
            PeopleQuery { unit: unit.get_untracked(), role: Some(Role::Reporter), ..PeopleQuery::default() };
        spawn_local(async move {
            let people = ui.client().fetch::<ListPeople>((), query, Nothing).await.ok();
            let number = |one: Person| Some((one.draft.name.to_string(), one.draft.phone?.to_string()));
            numbers.set(Some(people.map(|people| people.items.into_iter().filter_map(number).collect())));
        });
    };
    move || {
        unit.get()?;
        Some(match numbers.get() {
            None => view! { <button type="button" class="quiet" on:click=ask>{ui.say(Word::Call)}</button> }
                .into_any(),
            Some(None) => view! { <Notice>{ui.say(Word::NeedsNet)}</Notice> }.into_any(),
            Some(Some(all)) if all.is_empty() => {
                view! { <Notice>{ui.say(Word::CallNobody)}</Notice> }.into_any()
            }
            Some(Some(all)) => {
                let one = |(name, phone): (String, String)| {
                    view! { <a class="quiet" href=format!("tel:{phone}")>{ui.fill(Word::CallWhom, &[&name, &phone])}</a> }
                };
                all.into_iter().map(one).collect_view().into_any()
            }
        })
    }
}
