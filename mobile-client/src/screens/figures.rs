//! Figures as pictures: who is behind, the five classes, the trend. **Invariant: each number is
//! counted from the book by the contract's one function, and opens the list it counts.**

use crate::{
    order::sorted,
    piles,
    route::{Route, Tab},
    words::Word,
};
use leptos::{prelude::*, task::spawn_local};
use openapi::{
    endpoint::Nothing,
    figures::{OverdueQuery, ReadOverdue},
    timeliness::{Tally, Timeliness},
    units::UnitId,
    value::Date,
};

use crate::{
    ui::Ui,
    widgets::{Bar, Bars, Empty, Notice, Page},
};

/// How many weeks back the trend goes.
const WEEKS: i64 = 8;

#[component]
pub fn Figures() -> impl IntoView {
    let ui = Ui::here();
    view! {
        <Page title=Signal::derive(move || ui.say(Word::FiguresTitle).to_owned())>
            <Classes/>
            <Behind/>
            <Trend/>
        </Page>
    }
}

/// The five classes, of what is on this phone: open work, and what was closed in the last 60 days.
#[component]
fn Classes() -> impl IntoView {
    let ui = Ui::here();
    move || {
        let rows = piles::rows(&ui.core.get(), ui.today(), ui.soon());
        let mut tally = Tally::default();
        for judged in rows.iter().filter_map(|row| row.judged) {
            tally.add(judged.class, 1);
        }
        let class = |class: Timeliness, value: i64, look: &'static str, href: Option<String>| Bar {
            name: ui.code(class.vi(), class.en()).to_owned(),
            value,
            href,
            look,
        };
        let overdue = Some(Route::Watch(Tab::Overdue, None).hash());
        let bars = vec![
            class(Timeliness::OpenOverdue, tally.open_overdue, "late", overdue),
            class(Timeliness::OpenInTime, tally.open_in_time, "calm", None),
            class(Timeliness::DoneOnTime, tally.done_on_time, "done", None),
            class(Timeliness::DoneLate, tally.done_late, "soon", None),
            class(Timeliness::NoDeadline, tally.no_deadline, "calm", None),
        ];
        let finished = tally.done_on_time + tally.done_late;
        let rate = (finished > 0).then(|| {
            let share = tally.done_on_time * 100 / finished;
            let of = ui.fill(Word::OfFinished, &[&tally.done_on_time.to_string(), &finished.to_string()]);
            view! { <p class="rate"><strong>{format!("{share}%")}</strong><span>{ui.say(Word::RateOnTime)}</span><span class="hint">{of}</span></p> }
        });
        view! {
            <section>
                <h2>{ui.say(Word::FiveClasses)}</h2>
                {rate}
                <Bars bars/>
            </section>
        }
    }
}

/// Units with overdue work, the most first.
#[component]
fn Behind() -> impl IntoView {
    let ui = Ui::here();
    move || {
        let core = ui.core.get();
        let mut units: Vec<(UnitId, String, i64)> = Vec::new();
        for row in piles::rows(&core, ui.today(), ui.soon()).iter().filter(|row| piles::is_overdue(row)) {
            if let Some(view) = core.view(row.id) {
                let unit = &view.assignment.unit;
                match units.iter_mut().find(|(id, ..)| *id == unit.id) {
                    Some((.., many)) => *many += 1,
                    None => units.push((unit.id, unit.name.to_string(), 1)),
                }
            }
        }
        let units = sorted(units, |(_, a, many_a), (_, b, many_b)| many_b.cmp(many_a).then_with(|| a.cmp(b)));
        let bars: Vec<Bar> = units
            .into_iter()
            .map(|(id, name, value)| Bar {
                name,
                value,
                href: Some(Route::Watch(Tab::Overdue, Some(id)).hash()),
                look: "late",
            })
            .collect();
        let inside = if bars.is_empty() {
            view! { <Empty title=ui.say(Word::NobodyBehind).to_owned()/> }.into_any()
        } else {
            view! { <Bars bars/> }.into_any()
        };
        view! { <section><h2>{ui.say(Word::ByUnit)}</h2>{inside}</section> }
    }
}

/// How much was overdue at the end of each of the past weeks, asked of the server.
#[component]
fn Trend() -> impl IntoView {
    let ui = Ui::here();
    let weeks = RwSignal::new(None::<Option<Vec<(Date, i64)>>>);
    {
        spawn_local(async move {
            weeks.set(Some(past(&ui).await));
        });
    }
    move || match weeks.get() {
        None => ().into_any(),
        Some(None) => view! { <Notice>{ui.say(Word::TrendNeedsNet)}</Notice> }.into_any(),
        Some(Some(weeks)) => {
            let bars = weeks.into_iter().map(|(day, value)| Bar {
                name: ui.date(day),
                value,
                href: None,
                look: "late",
            });
            view! { <section><h2>{ui.say(Word::Trend)}</h2><Bars bars=bars.collect()/></section> }.into_any()
        }
    }
}

async fn past(ui: &Ui) -> Option<Vec<(Date, i64)>> {
    let (client, today) = (ui.client(), ui.today());
    let mut weeks = Vec::new();
    for week in (0..WEEKS).rev() {
        let day = today.plus(-7 * week);
        let query = OverdueQuery {
            as_of: (week > 0).then_some(day),
            group_by: Some(openapi::figures::GroupBy::Unit),
            ..OverdueQuery::default()
        };
        let report = client.fetch::<ReadOverdue>((), query, Nothing).await.ok()?;
        weeks.push((day, report.groups.iter().map(|group| i64::from(group.overdue.get())).sum()));
    }
    Some(weeks)
}
