//! Addresses that are told what happens.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    access::Action,
    webhooks::{
        EventFormat, EventType, ListWebhooks, PatchWebhook, PutWebhook, Webhook, WebhookDraft, WebhookPatch,
        WebhookState, WebhooksQuery,
    },
};

use crate::office::{
    parts::{Drawer, Empty, Form, FormFrame, Line, Page, Secret, Select, Tag, code, codes_of, load, shown},
    route::Route,
    screens::issue::change,
    session::Office,
    words::{Frame, System as W},
};

/// How a webhook looks in its state.
pub const fn look(one: &Webhook) -> &'static str {
    match (one.state, one.failing_since) {
        (WebhookState::Active, None) => "done",
        (WebhookState::Active, Some(_)) => "late",
        _ => "",
    }
}

/// The list.
#[component]
pub fn Webhooks() -> impl IntoView {
    let office = Office::here();
    let list = load(move || {
        office.all::<ListWebhooks, _>(
            || (),
            |limit, cursor| WebhooksQuery { limit, cursor, ..Default::default() },
        )
    });
    let (adding, secret) = (RwSignal::new(false), RwSignal::new(None::<String>));
    let new = move || {
        office.may(Action::ChangeWebhooks).then(|| {
            view! { <button type="button" class="main" data-new on:click=move |_| adding.set(true)>{office.say(W::NewHook)}</button> }
                .into_any()
        })
    };
    let done = Callback::new(move |one: Webhook| {
        adding.set(false);
        secret.set(one.key.map(|key| key.to_string()));
        list.again();
    });
    let row = move |one: &Webhook| {
        let events = match one.draft.events.len() {
            0 => office.say(W::AllEvents).to_owned(),
            many => office.fill(W::EventCount, &[&many.to_string()]),
        };
        let failing = one.failing_since.map(|since| office.fill(W::FailingSince, &[&office.moment(since)]));
        view! {
            <tr>
                <td>
                    <a href=Route::Webhook(one.id).hash()>{one.draft.url.to_string()}</a>
                    <small>{one.draft.description.as_ref().map(ToString::to_string)}</small>
                </td>
                <td>{events}</td>
                <td class="tight"><Tag word=code!(office, one.state) look=look(one)/><small class="late">{failing}</small></td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(W::HooksTitle) deeds=new()>
            <p>{office.say(W::HooksHint)}</p>
            {shown(list, move |list| {
                if list.is_empty() {
                    return view! { <Empty title=office.say(W::NoHooks) hint=office.say(W::NoHooksHint) deed=new()/> }.into_any();
                }
                view! {
                    <div class="table"><table>
                        <thead><tr><th>{office.say(W::HookUrl)}</th><th>{office.say(W::HookEvents)}</th><th>{office.say(W::State)}</th></tr></thead>
                        <tbody>{list.iter().map(row).collect_view()}</tbody>
                    </table></div>
                }
                .into_any()
            })}
            <Drawer title=office.say(W::NewHook) open=adding>
                <HookForm one=None done again=Callback::new(|()| {})/>
            </Drawer>
            <Secret secret/>
        </Page>
    }
}

/// Registering an address, or changing one.
#[component]
pub fn HookForm(
    /// The one to change; a new one without it.
    one: Option<Arc<Webhook>>,
    /// What is done when the server has it.
    done: Callback<Webhook>,
    /// Fetches it again.
    again: Callback<()>,
) -> impl IntoView {
    let office = Office::here();
    let form =
        Form::new(one.as_ref().map_or_else(|| "webhook".to_owned(), |one| format!("webhook/{}", one.id)));
    let saved = one.as_ref().map(|one| one.draft.clone());
    let url = form.text("url", saved.as_ref().map(|draft| draft.url.to_string()).unwrap_or_default());
    let about = saved.as_ref().and_then(|draft| draft.description.as_ref()).map(ToString::to_string);
    let about = form.text("description", about.unwrap_or_default());
    let chosen: Vec<&str> =
        saved.iter().flat_map(|draft| draft.events.iter()).map(|one| one.as_str()).collect();
    let events = form.text("events", chosen.join(" "));
    let format =
        form.text("format", saved.as_ref().map_or(EventFormat::Standard, |draft| draft.format).as_str());
    let tick = move |event: EventType| {
        let has = move || events.with(|chosen| chosen.split_whitespace().any(|one| one == event.as_str()));
        let toggle = move |_| {
            let was = has();
            events.update(|chosen| {
                let mut all: Vec<&str> =
                    chosen.split_whitespace().filter(|one| *one != event.as_str()).collect();
                if !was {
                    all.push(event.as_str());
                }
                *chosen = all.join(" ");
            });
        };
        view! {
            <label class="tick"><input type="checkbox" prop:checked=has on:change=toggle/>
                <span>{code!(office, event)}" "<code>{event.as_str()}</code></span></label>
        }
    };
    let fresh = office.new_id::<Webhook>();
    let submit = move || {
        let (Some(url), Some(description), Some(format)) = (
            form.read("url", &url.get_untracked()),
            form.read_optional("description", &about.get_untracked()),
            form.read::<EventFormat>("format", &format.get_untracked()),
        ) else {
            return;
        };
        let events: Vec<EventType> = events
            .with_untracked(|chosen| chosen.split_whitespace().filter_map(|one| one.parse().ok()).collect());
        let draft = WebhookDraft { url, description, events, format };
        match &one {
            None => form.send(office.call::<PutWebhook>(fresh, draft), move |made| {
                done.try_run(made);
            }),
            Some(one) => {
                let patch = WebhookPatch {
                    url: Some(draft.url),
                    description: change(draft.description),
                    events: Some(draft.events),
                    format: Some(draft.format),
                    ..WebhookPatch::default()
                };
                form.send(office.change::<PatchWebhook>(one.id, one.version, patch), move |one| {
                    office.tell(office.say(Frame::Saved));
                    done.try_run(one);
                });
            }
        }
    };
    let of_choice = |event: &&EventType| **event != EventType::Ping;
    view! {
        <FormFrame form submit look_again=again>
            <Line form name="url" label=office.say(W::HookUrl) value=url/>
            <Line form name="description" label=office.say(W::HookAbout) value=about optional=true/>
            <Select form name="format" label=office.say(W::HookFormat) value=format choices=codes_of!(office, EventFormat)/>
            <fieldset>
                <legend>{office.say(W::HookEvents)}</legend>
                <p class="hint">{office.say(W::HookEventsHint)}</p>
                {EventType::ALL.iter().filter(of_choice).copied().map(tick).collect_view()}
            </fieldset>
        </FormFrame>
    }
}
