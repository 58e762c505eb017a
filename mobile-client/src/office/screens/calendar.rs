//! Named events and the days that are not what their weekday says.

use std::sync::Arc;

use chrono::Datelike;
use leptos::prelude::*;
use openapi::{
    access::Action,
    calendar::{
        CalendarDay, CalendarYear, CalendarYearDraft, DayKind, ListNamedEvents, NamedEvent, NamedEventDraft,
        NamedEventPatch, NamedEventsQuery, PatchNamedEvent, PutCalendarYear, PutNamedEvent, ReadCalendarYear,
    },
    endpoint::Nothing,
    value::{Date, Name, Year},
};

use crate::office::{
    parts::{
        Day, Drawer, Empty, Form, FormFrame, Line, Loading, Page, Select, Tag, code, codes_of, load, shown,
    },
    screens::issue::change,
    session::Office,
    words::{Calendar as W, Frame},
};

/// The screen.
#[component]
pub fn CalendarScreen() -> impl IntoView {
    let office = Office::here();
    view! { <Page title=office.say(W::Title)><div class="halves"><Events/><Days/></div></Page> }
}

#[component]
fn Events() -> impl IntoView {
    let office = Office::here();
    let list = load(move || {
        office.all::<ListNamedEvents, _>(
            || (),
            |limit, cursor| NamedEventsQuery { limit, cursor, ..Default::default() },
        )
    });
    let (open, chosen) = (RwSignal::new(false), RwSignal::new(None::<Arc<NamedEvent>>));
    let dates = office.may(Action::DateEvents);
    let new = move || {
        dates.then(|| {
            let press = move |_| {
                chosen.set(None);
                open.set(true);
            };
            view! { <button type="button" class="main" data-new on:click=press>{office.say(W::NewEvent)}</button> }.into_any()
        })
    };
    let row = move |one: &NamedEvent| {
        let from = one.draft.from.map(|day| office.date(day));
        let to = one
            .draft
            .to
            .filter(|to| Some(*to) != one.draft.from)
            .map(|day| format!(" – {}", office.date(day)));
        let days = match from {
            Some(from) => view! { {from}{to} }.into_any(),
            None => view! { <Tag word=office.say(W::DateUnknown) look="soon"/> }.into_any(),
        };
        let copy = Arc::new(one.clone());
        let press = move |_| {
            chosen.set(Some(Arc::clone(&copy)));
            open.set(true);
        };
        let edit = dates.then(
            || view! { <button type="button" class="plain" on:click=press>{office.say(W::Edit)}</button> },
        );
        view! { <tr><td>{one.draft.name.to_string()}</td><td>{days}</td><td class="number">{one.assignments.get()}</td><td class="tight">{edit}</td></tr> }
    };
    let done = Callback::new(move |_: NamedEvent| {
        open.set(false);
        list.again();
    });
    view! {
        <section>
            <div class="head"><h2>{office.say(W::Events)}</h2>{new()}</div>
            <p class="hint">{office.say(W::EventsHint)}</p>
            {shown(list, move |list| {
                if list.is_empty() {
                    return view! { <Empty title=office.say(W::NoEvents) hint=office.say(W::NoEventsHint)/> }.into_any();
                }
                view! {
                    <div class="table"><table>
                        <thead><tr>
                            <th>{office.say(W::Event)}</th><th>{office.say(W::Day)}</th>
                            <th class="number">{office.say(W::WorkOf)}</th><th><span class="unseen">{office.say(W::Edit)}</span></th>
                        </tr></thead>
                        <tbody>{list.iter().map(row).collect_view()}</tbody>
                    </table></div>
                }
                .into_any()
            })}
            <Drawer title=office.say(W::EditEvent) open>
                {move || view! { <EventForm one=chosen.get() done again=Callback::new(move |()| { open.set(false); list.again(); })/> }}
            </Drawer>
        </section>
    }
}

#[component]
fn EventForm(one: Option<Arc<NamedEvent>>, done: Callback<NamedEvent>, again: Callback<()>) -> impl IntoView {
    let office = Office::here();
    let form = Form::new(one.as_ref().map_or_else(|| "event".to_owned(), |one| format!("event/{}", one.id)));
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let saved = one.as_ref().map(|one| one.draft.clone());
    let name = form.text("name", saved.as_ref().map(|draft| draft.name.to_string()).unwrap_or_default());
    let from = form.text("from", day(saved.as_ref().and_then(|draft| draft.from)));
    let to = form.text("to", day(saved.as_ref().and_then(|draft| draft.to)));
    let moves = one.as_ref().filter(|one| one.assignments.get() > 0).map(|one| one.assignments.to_string());
    let fresh = office.new_id::<NamedEvent>();
    let patch = |draft: NamedEventDraft| NamedEventPatch {
        name: Some(draft.name),
        from: change(draft.from),
        to: change(draft.to),
        version: None,
    };
    let submit = move || {
        let (Some(name), Some(from), Some(to)) = (
            form.read("name", &name.get_untracked()),
            form.read_optional("from", &from.get_untracked()),
            form.read_optional("to", &to.get_untracked()),
        ) else {
            return;
        };
        let draft = NamedEventDraft { name, from, to };
        match &one {
            None => form.send(office.call::<PutNamedEvent>(fresh, draft), move |one| {
                office.tell(office.say(Frame::Saved));
                done.try_run(one);
            }),
            Some(one) => {
                let (id, before) = (one.id, one.draft.clone());
                form.send(office.change::<PatchNamedEvent>(id, one.version, patch(draft)), move |one| {
                    let version = one.version;
                    done.try_run(one);
                    office.tell_undo(office.say(Frame::Saved), move || {
                        let back = office.change::<PatchNamedEvent>(id, version, patch(before.clone()));
                        office.take_back(back, move |one| {
                            done.try_run(one);
                        });
                    });
                });
            }
        }
    };
    view! {
        <FormFrame form submit look_again=again>
            <Line form name="name" label=office.say(W::Event) value=name hint=office.say(W::EventHint)/>
            <div class="pair">
                <Day form name="from" label=office.say(W::From) value=from optional=true/>
                <Day form name="to" label=office.say(W::To) value=to optional=true/>
            </div>
            {moves.map(|many| view! { <p class="hint">{office.fill(W::MovesWork, &[&many])}</p> })}
        </FormFrame>
    }
}

/// The table of a year; nothing where nobody has entered it.
async fn year_of(office: Office, year: Year) -> Result<Option<CalendarYear>, crate::Failed> {
    match office.call::<ReadCalendarYear>(year, Nothing).await {
        Ok(table) => Ok(Some(table)),
        Err(failed) if failed.status() == 404 => Ok(None),
        Err(failed) => Err(failed),
    }
}

#[component]
fn Days() -> impl IntoView {
    let office = Office::here();
    let this = i64::from(office.today().get().year());
    let year = RwSignal::new(this);
    let table: Loading<Option<CalendarYear>> = load(move || {
        let year = Year::try_from(year.get());
        async move {
            match year {
                Ok(year) => year_of(office, year).await,
                Err(_) => Ok(None),
            }
        }
    });
    view! {
        <section>
            <div class="head">
                <h2>{office.say(W::Days)}</h2>
                <p class="row">
                    <button type="button" aria-label=office.say(W::YearBefore) on:click=move |_| year.update(|year| *year -= 1)>"‹"</button>
                    <strong aria-live="polite">{move || format!("{} {}", office.say(W::Year), year.get())}</strong>
                    <button type="button" aria-label=office.say(W::YearAfter) on:click=move |_| year.update(|year| *year += 1)>"›"</button>
                </p>
            </div>
            <p class="hint">{office.say(W::DaysHint)}</p>
            {shown(table, move |here| {
                let year = year.get_untracked();
                let none = here.is_none().then(|| view! {
                    <Empty title=office.fill(W::NotEntered, &[&year.to_string()]) hint=office.say(W::NotEnteredHint)/>
                });
                view! { {none}<YearTable year here table/> }
            })}
        </section>
    }
}

#[component]
fn YearTable(
    year: i64,
    here: Arc<Option<CalendarYear>>,
    table: Loading<Option<CalendarYear>>,
) -> impl IntoView {
    let office = Office::here();
    let form = Form::new(format!("year/{year}"));
    let version = here.as_ref().as_ref().map(|table| table.version);
    let saved = here.as_ref().as_ref().map(|table| table.days.clone()).unwrap_or_default();
    let days = form.text("days", serde_json::to_string(&saved).unwrap_or_default());
    let (on, name) = (RwSignal::new(format!("{year}-01-01")), RwSignal::new(String::new()));
    let kind = RwSignal::new(DayKind::Holiday.to_string());
    let listed = move |text: &String| serde_json::from_str::<Vec<CalendarDay>>(text).unwrap_or_default();
    let put = move |mut all: Vec<CalendarDay>| {
        all.sort_by_key(|day| day.on);
        days.set(serde_json::to_string(&all).unwrap_or_default());
    };
    let changes = office.may(Action::ChangeOrganisation);
    let add = move |_| {
        form.begin();
        let (Some(on), Some(name), Ok(kind)) = (
            form.read::<Date>("on", &on.get_untracked()),
            form.read::<Name>("day_name", &name.get_untracked()),
            kind.get_untracked().parse(),
        ) else {
            return;
        };
        let mut all = days.with_untracked(listed);
        all.retain(|day| day.on != on);
        all.push(CalendarDay { on, kind, name });
        put(all);
    };
    let row = move |day: CalendarDay| {
        let on = day.on;
        let remove = changes.then(|| {
            let press = move |_| {
                let mut all = days.with_untracked(listed);
                all.retain(|day| day.on != on);
                put(all);
            };
            let label = office.fill(W::RemoveDay, &[&office.date(on)]);
            view! { <button type="button" class="plain" aria-label=label on:click=press>"×"</button> }
        });
        let look = if day.kind == DayKind::Workday { "soon" } else { "" };
        view! { <li><span><strong>{office.date(on)}</strong>" "{day.name.to_string()}</span><span><Tag word=code!(office, day.kind) look/>{remove}</span></li> }
    };
    let submit = move || {
        let Ok(number) = Year::try_from(year) else { return };
        let draft = CalendarYearDraft { days: days.with_untracked(listed), version };
        form.send(office.call::<PutCalendarYear>(number, draft), move |saved| {
            office.tell(office.say(Frame::Saved));
            table.put(Some(saved));
        });
    };
    let list = move || {
        let all = days.with(listed);
        let none = (all.is_empty() && version.is_some())
            .then(|| view! { <p class="quiet">{office.say(W::NoDays)}</p> });
        view! { {none}<ul class="lines">{all.into_iter().map(row).collect_view()}</ul> }
    };
    if !changes {
        return view! { <div class="sheet">{list}</div> }.into_any();
    }
    view! {
        <div class="sheet">
            <FormFrame form submit save=office.fill(W::SaveYear, &[&year.to_string()]) look_again=Callback::new(move |()| table.again())>
                {list}
                <fieldset>
                    <legend>{office.say(W::AddDay)}</legend>
                    <div class="pair">
                        <Day form name="on" label=office.say(W::Day) value=on/>
                        <Select form name="day_kind" label=office.say(W::DayKind) value=kind choices=codes_of!(office, DayKind)/>
                    </div>
                    <Line form name="day_name" label=office.say(W::DayName) value=name/>
                    <button type="button" on:click=add>{office.say(W::AddDay)}</button>
                </fieldset>
            </FormFrame>
        </div>
    }
    .into_any()
}
