//! Units and people out of a sheet: tried first, then brought in whole or not at all.

use std::sync::Arc;

use leptos::{html, prelude::*, task::spawn_local};
use openapi::{
    endpoint::Bytes,
    roster::{PutRoster, RosterImport, RosterReport, RosterRow, RosterSheet, RowOutcome, TryRoster},
};
use wasm_bindgen_futures::JsFuture;

use crate::office::{
    parts::{Notice, Page, Tag, code},
    route::Route,
    screens::Commune,
    session::Office,
    words::{Frame, People as W},
};

/// The media type of a sheet by the end of its name.
fn media(name: &str) -> Option<&'static str> {
    let name = name.to_ascii_lowercase();
    RosterSheet::MEDIA.iter().copied().find(|media| match *media {
        "text/csv" => name.ends_with(".csv"),
        _ => name.ends_with(".xlsx"),
    })
}

/// The screen.
#[component]
pub fn Roster() -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let input = NodeRef::<html::Input>::new();
    let sheet = RwSignal::new(None::<RosterSheet>);
    let report = RwSignal::new(None::<Arc<RosterReport>>);
    let (failed, busy) = (RwSignal::new(None::<String>), RwSignal::new(false));
    // One id for each sheet that is chosen: sent twice it is brought in once.
    let import = StoredValue::new(office.new_id::<RosterImport>());
    let choose = move |_| {
        sheet.set(None);
        report.set(None);
        failed.set(None);
        import.set_value(office.new_id());
        let Some(file) = input.get_untracked().and_then(|input| input.files()?.get(0)) else { return };
        let Some(media) = media(&file.name()) else {
            return failed.set(Some(office.say(W::RosterType).to_owned()));
        };
        spawn_local(async move {
            if let Ok(buffer) = JsFuture::from(file.array_buffer()).await {
                let content = js_sys::Uint8Array::new(&buffer).to_vec();
                sheet.set(Some(RosterSheet(Bytes { media: media.to_owned(), content })));
            }
        });
    };
    let ask = move |store: bool| {
        let Some(sheet) = sheet.get_untracked() else {
            return failed.set(Some(office.say(W::RosterNoFile).to_owned()));
        };
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        failed.set(None);
        spawn_local(async move {
            let answer = if store {
                office.call::<PutRoster>(import.get_value(), sheet).await
            } else {
                office.call::<TryRoster>((), sheet).await
            };
            busy.try_set(false);
            match answer {
                Ok(said) => {
                    if said.stored {
                        commune.units.again();
                    }
                    report.try_set(Some(Arc::new(said)));
                }
                Err(why) => {
                    failed.try_set(Some(office.why(&why)));
                }
            }
        });
    };
    let ready = move || {
        report
            .with(|report| report.as_ref().is_some_and(|report| !report.stored && report.refused.get() == 0))
    };
    let above = Some(view! { <a href=Route::People.hash()>{office.say(W::Title)}</a> }.into_any());
    view! {
        <Page title=office.say(W::RosterTitle) above>
            <section class="sheet">
                <p>{office.say(W::RosterColumns)}</p>
                <div class="field">
                    <label for="sheet">{office.say(W::RosterFile)}</label>
                    <input id="sheet" type="file" accept=".csv,.xlsx" node_ref=input on:change=choose/>
                </div>
                <div role="alert">{move || failed.get().map(|why| view! { <Notice bad=true><p>{why}</p></Notice> })}</div>
                <p class="row">
                    <button type="button" on:click=move |_| ask(false) disabled=move || busy.get()>{office.say(W::RosterTry)}</button>
                    <button type="button" class="main" on:click=move |_| ask(true) disabled=move || busy.get() || !ready()>
                        {office.say(W::RosterPut)}
                    </button>
                    {move || busy.get().then(|| office.say(Frame::Loading))}
                </p>
            </section>
            {move || report.get().map(|report| view! { <Told report/> })}
        </Page>
    }
}

#[component]
fn Told(report: Arc<RosterReport>) -> impl IntoView {
    let office = Office::here();
    let (units, people) = (report.units_created.to_string(), report.people_created.to_string());
    let refused = report.refused.get();
    let sum = if report.stored {
        office.fill(W::RosterDid, &[&units, &people])
    } else {
        office.fill(W::RosterWould, &[&units, &people, &refused.to_string()])
    };
    let row = |row: &RosterRow| {
        let look = match row.outcome {
            RowOutcome::Created => "done",
            RowOutcome::Refused => "late",
            RowOutcome::Present | RowOutcome::Empty | RowOutcome::Unknown => "",
        };
        let problems = row.problems.iter().map(
            |one| view! { <li><strong>{one.column.to_string()}</strong>": "{one.detail.to_string()}</li> },
        );
        view! {
            <tr>
                <td class="number">{row.row}</td>
                <td class="tight"><Tag word=code!(office, row.outcome) look/></td>
                <td>{row.unit_name.as_ref().map(ToString::to_string)}</td>
                <td>{row.person_name.as_ref().map(ToString::to_string)}</td>
                <td><ul>{problems.collect_view()}</ul></td>
            </tr>
        }
    };
    view! {
        <div role="status"><Notice bad={refused > 0}>
            <p>{sum}</p>
            {(refused > 0).then(|| view! { <p>{office.say(W::RosterRefused)}</p> })}
        </Notice></div>
        <div class="table"><table>
            <thead><tr>
                <th class="number">{office.say(W::RosterRow)}</th><th>{office.say(W::RosterOutcome)}</th>
                <th>{office.say(W::RosterUnit)}</th><th>{office.say(W::RosterPerson)}</th><th>{office.say(W::RosterWrong)}</th>
            </tr></thead>
            <tbody>{report.rows.iter().map(row).collect_view()}</tbody>
        </table></div>
    }
}
