//! One webhook: its state, its signing keys, and what was sent to it.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use openapi::{
    access::Action,
    endpoint::Nothing,
    keys::OverlapHours,
    value::{Date, Instant},
    webhooks::{
        DeleteWebhook, DeliveriesQuery, Delivery, DeliveryState, ListDeliveries, PatchWebhook, PingWebhook,
        ReadWebhook, ReplayRequest, ReplayWebhook, RotateRequest, RotateWebhookSecret, Webhook, WebhookId,
        WebhookPatch, WebhookState,
    },
};

use crate::office::{
    parts::{
        Day, Drawer, Empty, Form, FormFrame, Loading, More, Page, Pages, Secret, Tag, Told, code, load,
        pages, shown,
    },
    route::Route,
    screens::webhooks::{HookForm, look},
    session::Office,
    words::System as W,
};

/// The first moment of a day in Viet Nam.
pub fn dawn(day: Date) -> Instant {
    let midnight = day.get().and_time(chrono::NaiveTime::MIN).and_utc();
    Instant::new(midnight).plus(chrono::TimeDelta::hours(-7))
}

/// One webhook.
#[component]
pub fn WebhookScreen(
    /// Which.
    id: WebhookId,
) -> impl IntoView {
    let office = Office::here();
    let hook = load(move || office.call::<ReadWebhook>(id, Nothing));
    let sent = pages(move |cursor| {
        office.read::<ListDeliveries>(id, DeliveriesQuery { cursor, ..Default::default() })
    });
    let secret = RwSignal::new(None::<String>);
    let above = Some(view! { <a href=Route::Webhooks.hash()>{office.say(W::HooksTitle)}</a> }.into_any());
    let title = Signal::derive(move || {
        hook.get().map_or_else(|| office.say(W::HooksTitle).to_owned(), |hook| hook.draft.url.to_string())
    });
    view! {
        <Page title above>
            {shown(hook, move |one| {
                view! {
                    {office.may(Action::ChangeWebhooks).then(|| view! { <Deeds one=Arc::clone(&one) hook sent secret/> })}
                    <Facts one/>
                }
            })}
            <Deliveries sent/>
            <Secret secret/>
        </Page>
    }
}

/// Does something to a webhook that answers with it, and says so.
fn act(
    office: Office,
    hook: Loading<Webhook>,
    word: W,
    ask: impl Future<Output = Result<Webhook, crate::Failed>> + 'static,
) {
    spawn_local(async move {
        match ask.await {
            Ok(one) => {
                hook.put(one);
                office.tell(office.say(word));
            }
            Err(failed) => office.tell(office.why(&failed)),
        }
    });
}

#[component]
fn Deeds(
    one: Arc<Webhook>,
    hook: Loading<Webhook>,
    sent: Pages<Delivery>,
    secret: RwSignal<Option<String>>,
) -> impl IntoView {
    let office = Office::here();
    let (editing, replaying, deleting, turning) =
        (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let (id, version, active) = (one.id, one.version, one.state == WebhookState::Active);
    let ping = move |_| {
        let path = (id, office.new_id());
        spawn_local(async move {
            match office.call::<PingWebhook>(path, Nothing).await {
                Ok(_) => {
                    office.tell(office.say(W::Pinged));
                    sent.here.again();
                }
                Err(failed) => office.tell(office.why(&failed)),
            }
        });
    };
    let switch = move |_| {
        let state = if active { WebhookState::Disabled } else { WebhookState::Active };
        let patch = WebhookPatch { state: Some(state), ..WebhookPatch::default() };
        let word = if active { W::Disabled } else { W::Enabled };
        act(office, hook, word, office.change::<PatchWebhook>(id, version, patch));
    };
    let open = |word: W, frame: RwSignal<bool>, class: &'static str| {
        view! { <button type="button" class=class on:click=move |_| frame.set(true)>{office.say(word)}</button> }
    };
    let put = Callback::new(move |one: Webhook| {
        editing.set(false);
        hook.put(one);
    });
    let turned = Callback::new(move |one: Webhook| {
        turning.set(false);
        secret.set(one.key.as_ref().map(ToString::to_string));
        hook.put(one);
    });
    view! {
        <p class="row">
            <button type="button" class="main" on:click=ping>{office.say(W::Ping)}</button>
            {open(W::Edit, editing, "")}
            {open(W::Rotate, turning, "")}
            {open(W::Replay, replaying, "")}
            <button type="button" on:click=switch>{office.say(if active { W::Disable } else { W::Enable })}</button>
            {open(W::Delete, deleting, "bad")}
        </p>
        <Drawer title=office.say(W::EditHook) open=editing>
            {move || hook.get().map(|one| view! { <HookForm one=Some(one) done=put again=Callback::new(move |()| hook.again())/> })}
        </Drawer>
        <Drawer title=office.say(W::Rotate) open=turning><Turning id done=turned/></Drawer>
        <Drawer title=office.say(W::Replay) open=replaying><Replaying id open=replaying sent/></Drawer>
        <Drawer title=office.say(W::Delete) open=deleting><Deleting one=Arc::clone(&one)/></Drawer>
    }
}

#[component]
fn Facts(one: Arc<Webhook>) -> impl IntoView {
    let office = Office::here();
    let (state, look, position) = (one.state, look(&one), one.position.to_string());
    let events: Vec<&str> = one.draft.events.iter().map(|event| code!(office, *event)).collect();
    let events = if events.is_empty() { office.say(W::AllEvents).to_owned() } else { events.join(", ") };
    let secrets: Vec<String> = one
        .secrets
        .iter()
        .map(|secret| {
            let until = secret.ends_at.map(|at| office.fill(W::SecretUntil, &[&office.moment(at)]));
            [Some(office.moment(secret.created_at)), until]
                .into_iter()
                .flatten()
                .collect::<Vec<_>>()
                .join(" ")
        })
        .collect();
    let why = one.disabled_why.map(|why| code!(office, why));
    let format = code!(office, one.draft.format);
    view! {
        <section class="sheet"><dl class="facts">
            <Told term=office.say(W::State)><Tag word=code!(office, state) look/>" "{why}</Told>
            <Told term=office.say(W::HookFormat)>{format}</Told>
            <Told term=office.say(W::HookEvents)>{events}</Told>
            <Told term=office.say(W::Position)>{position}</Told>
            <Told term=office.say(W::Secrets)>{secrets.join("; ")}</Told>
        </dl></section>
    }
}

#[component]
fn Deliveries(sent: Pages<Delivery>) -> impl IntoView {
    let office = Office::here();
    let row = move |one: &Delivery| {
        let look = match one.state {
            DeliveryState::Delivered => "done",
            DeliveryState::GivenUp => "late",
            DeliveryState::Waiting | DeliveryState::Unknown => "soon",
        };
        let answer = one.status.map(|status| status.to_string());
        let error = one.error.map(|error| code!(office, error));
        let next = one.next_at.map(|at| office.fill(W::NextTry, &[&office.moment(at)]));
        view! {
            <tr>
                <td>{code!(office, one.kind)}<small><code>{one.kind.as_str()}</code></small></td>
                <td class="tight">{office.moment(one.at)}</td>
                <td class="tight"><Tag word=code!(office, one.state) look/></td>
                <td class="number">{one.attempts.get()}</td>
                <td>{answer}" "{error}<small>{next}</small></td>
            </tr>
        }
    };
    view! {
        <div class="head"><h2>{office.say(W::Deliveries)}</h2>
            <button type="button" on:click=move |_| sent.here.again()>{office.say(W::Refresh)}</button></div>
        {shown(sent.here, move |page| {
            if page.items.is_empty() {
                return view! { <Empty title=office.say(W::NoDeliveries)/> }.into_any();
            }
            view! {
                <div class="table"><table>
                    <thead><tr>
                        <th>{office.say(W::Event)}</th><th>{office.say(W::HappenedAt)}</th><th>{office.say(W::State)}</th>
                        <th class="number">{office.say(W::Attempts)}</th><th>{office.say(W::Answer)}</th>
                    </tr></thead>
                    <tbody>{page.items.iter().map(row).collect_view()}</tbody>
                </table></div>
            }
            .into_any()
        })}
        <More of=sent/>
    }
}

#[component]
fn Turning(id: WebhookId, done: Callback<Webhook>) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let path = (id, office.new_id());
    let submit = move || {
        let Ok(overlap_hours) = OverlapHours::try_from(24) else { return };
        form.send(office.call::<RotateWebhookSecret>(path, RotateRequest { overlap_hours }), move |one| {
            done.try_run(one);
        });
    };
    view! { <FormFrame form submit save=office.say(W::Rotate)><p>{office.say(W::RotateHint)}</p></FormFrame> }
}

#[component]
fn Replaying(id: WebhookId, open: RwSignal<bool>, sent: Pages<Delivery>) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let from = RwSignal::new(office.today().to_string());
    let path = (id, office.new_id());
    let submit = move || {
        let Some(day) = form.read::<Date>("from", &from.get_untracked()) else { return };
        let request = ReplayRequest { from: Some(dawn(day)), from_sequence: None };
        form.send(office.call::<ReplayWebhook>(path, request), move |_| {
            open.try_set(false);
            office.tell(office.say(W::Replayed));
            sent.here.again();
        });
    };
    view! {
        <FormFrame form submit save=office.say(W::ReplayDo)>
            <Day form name="from" label=office.say(W::Replay) value=from/>
        </FormFrame>
    }
}

#[component]
fn Deleting(one: Arc<Webhook>) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let (id, version) = (one.id, one.version);
    let submit = move || {
        form.send(office.change::<DeleteWebhook>(id, version, Nothing), move |_gone| {
            office.tell(office.say(W::Deleted));
            office.go(Route::Webhooks);
        });
    };
    view! { <FormFrame form submit save=office.say(W::Delete)><p>{office.say(W::DeleteSure)}</p></FormFrame> }
}
