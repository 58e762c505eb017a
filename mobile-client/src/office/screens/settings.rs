//! Settings: of the commune, and mine on this computer.

use std::sync::Arc;

use leptos::{prelude::*, task::spawn_local};
use openapi::{
    access::Action,
    channels::{MyChannels, MyChannelsPatch, PatchMyChannels, ReadMyChannels, TestMyChannels},
    endpoint::Nothing,
    organisation::{PatchSettings, ReadSettings, Settings, SettingsPatch},
    problem::Language,
    sessions::{ChangePassword, Device, ListDevices, Password, PasswordChange, RevokeDevice},
};

use crate::{
    device,
    office::{
        parts::{Form, FormFrame, Line, Loading, Page, Tag, Tick, code, load, shown},
        screens::issue::change,
        session::Office,
        words::{Frame, System as W},
    },
};

/// The screen.
#[component]
pub fn SettingsScreen() -> impl IntoView {
    let office = Office::here();
    let settings = load(move || office.call::<ReadSettings>((), Nothing));
    let channels = load(move || office.call::<ReadMyChannels>((), Nothing));
    view! {
        <Page title=office.say(W::SettingsTitle)>
            <div class="halves">
                <div>
                    <section class="sheet">
                        <h2>{office.say(W::CommuneTitle)}</h2>
                        {shown(settings, move |here| view! { <Commune here settings/> })}
                    </section>
                    <Mine/>
                </div>
                <div>
                    <section class="sheet">
                        <h2>{office.say(W::ChannelsTitle)}</h2>
                        {shown(channels, move |here| view! { <Channels here channels/> })}
                    </section>
                    <Secret/>
                    <Devices/>
                </div>
            </div>
        </Page>
    }
}

#[component]
fn Commune(here: Arc<Settings>, settings: Loading<Settings>) -> impl IntoView {
    let office = Office::here();
    let form = Form::new("settings");
    let name = form.text("name", here.organisation.name.to_string());
    let zone = form.text("time_zone", here.time_zone.to_string());
    let soon = form.text("due_soon_days", here.due_soon_days.to_string());
    let update = form.text("update_rate_days", here.update_rate_days.to_string());
    let version = here.version;
    let before = SettingsPatch {
        name: Some(here.organisation.name.clone()),
        time_zone: Some(here.time_zone.clone()),
        due_soon_days: Some(here.due_soon_days),
        update_rate_days: Some(here.update_rate_days),
        version: None,
    };
    let submit = move || {
        let patch = SettingsPatch {
            name: form.read("name", &name.get_untracked()),
            time_zone: form.read("time_zone", &zone.get_untracked()),
            due_soon_days: form.read("due_soon_days", &soon.get_untracked()),
            update_rate_days: form.read("update_rate_days", &update.get_untracked()),
            version: None,
        };
        let whole = patch.name.is_some() && patch.time_zone.is_some();
        if !(whole && patch.due_soon_days.is_some() && patch.update_rate_days.is_some()) {
            return;
        }
        let before = before.clone();
        form.send(office.change::<PatchSettings>((), version, patch), move |saved| {
            let version = saved.version;
            settings.put(saved);
            office.tell_undo(office.say(Frame::Saved), move || {
                let back = office.change::<PatchSettings>((), version, before.clone());
                office.take_back(back, move |saved| settings.put(saved));
            });
        });
    };
    let changes = office.may(Action::ChangeOrganisation);
    let fields = move || {
        view! {
            <Line form name="name" label=office.say(W::CommuneName) value=name/>
            <Line form name="time_zone" label=office.say(W::TimeZone) value=zone/>
            <Line form name="due_soon_days" label=office.say(W::DueSoonDays) value=soon/>
            <Line form name="update_rate_days" label=office.say(W::UpdateDays) value=update/>
        }
    };
    let again = Callback::new(move |()| settings.again());
    if changes {
        view! { <FormFrame form submit look_again=again>{fields()}</FormFrame> }.into_any()
    } else {
        view! { <fieldset disabled>{fields()}</fieldset> }.into_any()
    }
}

#[component]
fn Mine() -> impl IntoView {
    let office = Office::here();
    let language = move |to: Language, word: Frame| {
        let press = move |_| {
            device::set_setting("language", to.as_str());
            office.language.set(to);
        };
        let now = office.language.get_untracked() == to;
        view! { <button type="button" aria-pressed=now.to_string() on:click=press>{office.say(word)}</button> }
    };
    let chosen = RwSignal::new(device::setting("look").unwrap_or_default());
    let look = move |to: &'static str, word: Frame| {
        let press = move |_| {
            device::set_setting("look", to);
            device::look("data-look", to);
            chosen.set(to.to_owned());
        };
        let now = move || chosen.with(|chosen| chosen == to).to_string();
        view! { <button type="button" aria-pressed=now on:click=press>{office.say(word)}</button> }
    };
    view! {
        <section class="sheet">
            <h2>{office.say(W::MineTitle)}</h2>
            <fieldset>
                <legend>{office.say(Frame::LanguageLabel)}</legend>
                <p class="row">{language(Language::Vi, Frame::Vietnamese)}{language(Language::En, Frame::English)}</p>
            </fieldset>
            <fieldset>
                <legend>{office.say(Frame::Look)}</legend>
                <p class="row">{look("", Frame::LookAuto)}{look("light", Frame::LookLight)}{look("dark", Frame::LookDark)}</p>
            </fieldset>
        </section>
    }
}

#[component]
fn Channels(here: Arc<MyChannels>, channels: Loading<MyChannels>) -> impl IntoView {
    let office = Office::here();
    let form = Form::new("channels");
    let email = form.text("email", here.email.as_ref().map(ToString::to_string).unwrap_or_default());
    let (push, mail, gateway) =
        (RwSignal::new(here.push), RwSignal::new(here.mail), RwSignal::new(here.gateway));
    let version = here.version;
    let submit = move || {
        let Some(email) = form.read_optional("email", &email.get_untracked()) else { return };
        let patch = MyChannelsPatch {
            push: Some(push.get_untracked()),
            mail: Some(mail.get_untracked()),
            gateway: Some(gateway.get_untracked()),
            email: change(email),
            version: None,
        };
        form.send(office.change::<PatchMyChannels>((), version, patch), move |saved| {
            office.tell(office.say(Frame::Saved));
            channels.put(saved);
        });
    };
    let tried = RwSignal::new(None::<String>);
    let test = move |_| {
        spawn_local(async move {
            let told = match office.call::<TestMyChannels>((), Nothing).await {
                Ok(message) if message.sendings.is_empty() => office.say(W::ChannelNobody).to_owned(),
                Ok(message) => {
                    let one = |sending: &openapi::channels::Sending| {
                        format!("{}: {}", code!(office, sending.channel), code!(office, sending.state))
                    };
                    message.sendings.iter().map(one).collect::<Vec<_>>().join(" · ")
                }
                Err(failed) => office.why(&failed),
            };
            tried.try_set(Some(told));
        });
    };
    use openapi::channels::Channel;
    let none = here.offered.is_empty().then(|| view! { <p class="hint">{office.say(W::ChannelNone)}</p> });
    let tick = |channel: Channel, name: &'static str, value| {
        here.offered.contains(&channel).then(|| view! { <Tick name label=code!(office, channel) value/> })
    };
    let ticks = view! {
        {tick(Channel::Push, "push", push)}{tick(Channel::Mail, "mail", mail)}{tick(Channel::Gateway, "gateway", gateway)}
    };
    let state = here.email_state.map(|state| view! { <Tag word=code!(office, state)/> });
    view! {
        {none}
        <FormFrame form submit look_again=Callback::new(move |()| channels.again())
            more=Some(view! { <button type="button" on:click=test>{office.say(W::ChannelTest)}</button> }.into_any())>
            {ticks}
            <Line form name="email" label=office.say(W::Email) value=email hint=office.say(W::EmailHint) optional=true/>
            {state}
        </FormFrame>
        <p role="status">{move || tried.get()}</p>
    }
}

#[component]
fn Secret() -> impl IntoView {
    let office = Office::here();
    // Not fields of the form: passwords are kept nowhere.
    let form = Form::unkept();
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let submit = move || {
        let language = office.language.get_untracked();
        let read = |name: &'static str, text: String| {
            Password::try_from(text).map_err(|bad| form.blame(name, bad.in_language(language))).ok()
        };
        let (Some(before), Some(after)) =
            (read("current", current.get_untracked()), read("new", new.get_untracked()))
        else {
            return;
        };
        form.send(
            office.call::<ChangePassword>((), PasswordChange { current: before, new: after }),
            move |_| {
                current.try_set(String::new());
                new.try_set(String::new());
                office.tell(office.say(W::PasswordChanged));
            },
        );
    };
    view! {
        <section class="sheet">
            <h2>{office.say(W::PasswordTitle)}</h2>
            <FormFrame form submit>
                <Line form name="current" label=office.say(W::PasswordNow) value=current kind=Signal::stored("password") autocomplete="current-password"/>
                <Line form name="new" label=office.say(W::PasswordNew) value=new kind=Signal::stored("password") autocomplete="new-password"/>
            </FormFrame>
        </section>
    }
}

#[component]
fn Devices() -> impl IntoView {
    let office = Office::here();
    let devices = load(move || async move { Ok(office.call::<ListDevices>((), Nothing).await?.items) });
    let row = move |one: &Device| {
        let id = one.id;
        let press = move |_| {
            spawn_local(async move {
                match office.call::<RevokeDevice>(id, Nothing).await {
                    Ok(_) => {
                        office.tell(office.say(W::SignedOutDevice));
                        devices.again();
                    }
                    Err(failed) => office.tell(office.why(&failed)),
                }
            });
        };
        let label = format!("{}: {}", office.say(W::SignOutDevice), one.name);
        let end = if one.current {
            view! { <Tag word=office.say(W::ThisDevice) look="done"/> }.into_any()
        } else {
            view! { <button type="button" class="plain" aria-label=label on:click=press>{office.say(W::SignOutDevice)}</button> }.into_any()
        };
        view! {
            <li><span>{one.name.to_string()}" "<small>{office.fill(W::SeenAt, &[&office.moment(one.last_seen_at)])}</small></span>{end}</li>
        }
    };
    view! {
        <section class="sheet">
            <h2>{office.say(W::DevicesTitle)}</h2>
            {shown(devices, move |devices| view! { <ul class="lines">{devices.iter().map(row).collect_view()}</ul> })}
        </section>
    }
}
