//! The ladder of warnings, and who would be told on which day and why.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use openapi::{
    access::Action,
    alerts::{
        Audience, Counting, EscalateDays, Ladder, LadderDraft, LadderPreview, PreviewDays, PreviewLadder,
        PreviewRequest, PreviewedWarning, PutLadder, ReadLadder, Rung, RungDays, TimeOfDay,
    },
    endpoint::Nothing,
};

use crate::office::{
    parts::{Form, FormFrame, Line, Loading, Notice, Page, Select, code, codes_of, load, shown},
    session::Office,
    words::{Calendar as W, Frame},
};

/// The screen.
#[component]
pub fn LadderScreen() -> impl IntoView {
    let office = Office::here();
    let ladder = load(move || office.call::<ReadLadder>((), Nothing));
    view! {
        <Page title=office.say(W::LadderTitle)>
            <p>{office.say(W::LadderHint)}</p>
            {shown(ladder, move |here| view! { <Steps here ladder/> })}
        </Page>
    }
}

fn rungs_in(text: &str) -> Vec<Rung> {
    serde_json::from_str(text).unwrap_or_default()
}

#[component]
fn Steps(here: Arc<Ladder>, ladder: Loading<Ladder>) -> impl IntoView {
    let office = Office::here();
    let form = Form::new("ladder");
    let draft = here.draft.clone();
    let counting = form.text("counting", draft.counting.as_str());
    let rungs = form.text("rungs", serde_json::to_string(&draft.rungs).unwrap_or_default());
    let digest_at = form.text("digest_at", draft.digest_at.as_str());
    let quiet_from = form.text("quiet_from", draft.quiet_from.as_str());
    let quiet_to = form.text("quiet_to", draft.quiet_to.as_str());
    let escalate = form.text("escalate_after", draft.escalate_after.to_string());
    let read = move || {
        Some(LadderDraft {
            counting: form.read::<Counting>("counting", &counting.get_untracked())?,
            rungs: rungs.with_untracked(|text| rungs_in(text)),
            digest_at: form.read::<TimeOfDay>("digest_at", &digest_at.get_untracked())?,
            quiet_from: form.read::<TimeOfDay>("quiet_from", &quiet_from.get_untracked())?,
            quiet_to: form.read::<TimeOfDay>("quiet_to", &quiet_to.get_untracked())?,
            escalate_after: form.read::<EscalateDays>("escalate_after", &escalate.get_untracked())?,
            version: None,
        })
    };
    let version = here.version;
    let changes = office.may(Action::ChangeOrganisation);
    let submit = move || {
        let Some(new) = read() else { return };
        let before = draft.clone();
        form.send(office.change::<PutLadder>((), version, new), move |saved| {
            let version = saved.version;
            ladder.put(saved);
            office.tell_undo(office.say(Frame::Saved), move || {
                office.take_back(office.change::<PutLadder>((), version, before.clone()), move |one| {
                    ladder.put(one)
                });
            });
        });
    };
    let fields = move || {
        view! {
            <Rungs rungs changes fault=form.fault("rungs")/>
            <div class="four">
                <Select form name="counting" label=office.say(W::Counting) value=counting choices=codes_of!(office, Counting)/>
                <Line form name="digest_at" label=office.say(W::DigestAt) value=digest_at hint=office.say(W::HourHint)/>
                <Line form name="quiet_from" label=office.say(W::QuietFrom) value=quiet_from/>
                <Line form name="quiet_to" label=office.say(W::QuietTo) value=quiet_to/>
            </div>
            <Line form name="escalate_after" label=office.say(W::Escalate) value=escalate/>
        }
    };
    let again = Callback::new(move |()| ladder.again());
    view! {
        <section class="sheet">
            {if changes {
                view! { <FormFrame form submit look_again=again>{fields()}</FormFrame> }.into_any()
            } else {
                view! { <fieldset disabled>{fields()}</fieldset> }.into_any()
            }}
        </section>
        <Preview read=Callback::new(move |()| { form.begin(); read() })/>
    }
}

#[component]
fn Rungs(rungs: RwSignal<String>, changes: bool, fault: Signal<Option<String>>) -> impl IntoView {
    let office = Office::here();
    let new = RwSignal::new("-2".to_owned());
    let put = move |mut all: Vec<Rung>| {
        all.sort_by_key(|rung| rung.days);
        rungs.set(serde_json::to_string(&all).unwrap_or_default());
    };
    let with = move |days: RungDays, change: &dyn Fn(&mut Rung)| {
        let mut all = rungs.with_untracked(|text| rungs_in(text));
        for rung in all.iter_mut().filter(|rung| rung.days == days) {
            change(rung);
        }
        put(all);
    };
    let tick = move |days: RungDays, audience: Audience, has: bool| {
        let label = format!("{days}: {}", code!(office, audience));
        let toggle = move |_| {
            with(days, &|rung| {
                if rung.tell.contains(&audience) {
                    rung.tell.retain(|other| *other != audience);
                } else {
                    rung.tell.push(audience);
                }
            });
        };
        view! { <td class="center"><input type="checkbox" aria-label=label prop:checked=has on:change=toggle/></td> }
    };
    let row = move |rung: Rung| {
        let days = rung.days;
        let cells = Audience::ALL.iter().map(|audience| tick(days, *audience, rung.tell.contains(audience)));
        let at_once = move |_| with(days, &|rung| rung.at_once = !rung.at_once);
        let remove = move |_| {
            let mut all = rungs.with_untracked(|text| rungs_in(text));
            all.retain(|rung| rung.days != days);
            put(all);
        };
        let label = office.fill(W::RemoveRung, &[&days.to_string()]);
        view! {
            <tr>
                <td class="number strong">{signed(days)}</td>
                {cells.collect_view()}
                <td class="center">
                    <input type="checkbox" aria-label=format!("{days}: {}", office.say(W::AtOnce)) prop:checked=rung.at_once on:change=at_once/>
                </td>
                <td class="tight">{changes.then(|| view! { <button type="button" class="plain" aria-label=label on:click=remove>"×"</button> })}</td>
            </tr>
        }
    };
    let add = move |_| {
        let Ok(days) = new.get_untracked().trim().parse::<RungDays>() else { return };
        let mut all = rungs.with_untracked(|text| rungs_in(text));
        if !all.iter().any(|rung| rung.days == days) {
            all.push(Rung { days, tell: vec![Audience::Unit], at_once: false });
        }
        put(all);
    };
    view! {
        <h2>{office.say(W::Rungs)}</h2>
        <div class="table"><table>
            <thead><tr>
                <th class="number">{office.say(W::RungDays)}</th>
                {Audience::ALL.iter().map(|one| view! { <th class="center wrap">{code!(office, one)}</th> }).collect_view()}
                <th class="center wrap">{office.say(W::AtOnce)}</th><th><span class="unseen">{office.say(Frame::No)}</span></th>
            </tr></thead>
            <tbody>{move || rungs.with(|text| rungs_in(text)).into_iter().map(row).collect_view()}</tbody>
        </table></div>
        {move || fault.get().map(|fault| view! { <p class="fault">{fault}</p> })}
        {changes.then(|| view! {
            <p class="row">
                <label for="new-rung">{office.say(W::RungDays)}</label>
                <input id="new-rung" class="short" type="number" min="-60" max="365" bind:value=new/>
                <button type="button" on:click=add>{office.say(W::AddRung)}</button>
            </p>
        })}
    }
}

/// "−3", "0", "+7".
fn signed(days: RungDays) -> String {
    match days.get() {
        0 => "0".to_owned(),
        before if before < 0 => format!("−{}", before.abs()),
        after => format!("+{after}"),
    }
}

#[component]
fn Preview(read: Callback<(), Option<LadderDraft>>) -> impl IntoView {
    const DAYS: i64 = 14;
    let office = Office::here();
    let (seen, failed) = (RwSignal::new(None::<Arc<LadderPreview>>), RwSignal::new(None::<String>));
    let ask = move |_| {
        let Some(ladder) = read.run(()) else { return };
        let request = PreviewRequest {
            ladder: Some(ladder),
            days: PreviewDays::try_from(DAYS).ok(),
            ..Default::default()
        };
        spawn_local(async move {
            match office.call::<PreviewLadder>((), request).await {
                Ok(preview) => {
                    failed.try_set(None);
                    seen.try_set(Some(Arc::new(preview)));
                }
                Err(why) => {
                    failed.try_set(Some(office.why(&why)));
                }
            }
        });
    };
    let row = move |one: &PreviewedWarning| {
        let to: Vec<String> = one
            .to
            .iter()
            .map(|told| format!("{} ({})", told.person.name, code!(office, told.audience)))
            .collect();
        let to = if to.is_empty() { office.say(W::Nobody).to_owned() } else { to.join(", ") };
        view! {
            <tr>
                <td class="tight">{office.date(one.on)}</td>
                <td>{one.task.to_string()}<small>{one.unit.name.to_string()}</small></td>
                <td>{to}</td>
                <td>{one.why.to_string()}</td>
            </tr>
        }
    };
    let table = move |preview: Arc<LadderPreview>| {
        let years: Vec<String> = preview.unknown_years.iter().map(ToString::to_string).collect();
        let unknown = (!years.is_empty()).then(|| office.fill(W::PreviewUnknown, &[&years.join(", ")]));
        if preview.items.is_empty() {
            return view! { <Notice><p>{office.say(W::PreviewNone)}" "{unknown}</p></Notice> }.into_any();
        }
        view! {
            {unknown.map(|text| view! { <Notice><p>{text}</p></Notice> })}
            <div class="table"><table>
                <thead><tr>
                    <th>{office.say(W::On)}</th><th>{office.say(W::What)}</th><th>{office.say(W::Whom)}</th><th>{office.say(W::Why)}</th>
                </tr></thead>
                <tbody>{preview.items.iter().map(row).collect_view()}</tbody>
            </table></div>
            {preview.cut.then(|| view! { <p class="hint">{office.say(W::PreviewCut)}</p> })}
        }
        .into_any()
    };
    view! {
        <section>
            <h2>{office.say(W::PreviewTitle)}</h2>
            <p class="hint">{office.say(W::PreviewHint)}</p>
            <p><button type="button" on:click=ask>{office.say(W::PreviewDo)}</button></p>
            <div role="alert">{move || failed.get().map(|why| view! { <Notice bad=true><p>{why}</p></Notice> })}</div>
            <div role="status">{move || seen.get().map(table)}</div>
        </section>
    }
}
