//! The door: signing in with a password.

use leptos::prelude::*;
use openapi::{
    problem::Code,
    sessions::{Credentials, Password, SignIn as Endpoint},
};

use crate::{
    device,
    office::{
        parts::{Form, FormFrame, Line, Notice, Page, Tick},
        session::Office,
        words::{Frame, Words},
    },
};

/// The door.
#[component]
pub fn SignIn() -> impl IntoView {
    let office = Office::here();
    let form = Form::new("sign-in");
    let login = form.text("login", "");
    // Not a field of the form: passwords are kept nowhere.
    let (password, shown) = (RwSignal::new(String::new()), RwSignal::new(false));
    let (organisation, asks_organisation) = (form.text("organisation", ""), RwSignal::new(false));
    let submit = move || {
        let Some(login) = form.read("login", &login.get_untracked()) else { return };
        let language = office.language.get_untracked();
        let secret = match Password::try_from(password.get_untracked()) {
            Ok(secret) => secret,
            Err(bad) => return form.blame("password", bad.in_language(language)),
        };
        let Some(organisation) = form.read_optional("organisation", &organisation.get_untracked()) else {
            return;
        };
        let called = format!("{} {}", Frame::DeviceName.text(language), device::device());
        let Ok(device_name) = called.parse() else { return };
        let credentials =
            Credentials { login, password: secret, device_name, organisation, device_proof: office.proof() };
        let client = office.stranger();
        let ask = async move {
            let answer = client.call::<Endpoint>((), credentials).await;
            if let Err(failed) = &answer
                && failed.code() == Code::ChooseOrganisation
            {
                asks_organisation.set(true);
            }
            answer.map(|answered| answered.reply)
        };
        form.send(ask, move |session| office.enter(&session));
    };
    let switch = move |to| {
        device::set_setting("language", if to == openapi::problem::Language::En { "en" } else { "vi" });
        office.language.set(to);
    };
    view! {
        <main class="door">
            <p class="brand"><strong>"Đôn Đốc"</strong><span>{office.say(Frame::Office)}</span></p>
            <Page title=Signal::derive(move || office.say(Frame::SignInTitle).to_owned())>
                <p class="purpose">{office.say(Frame::Purpose)}</p>
                <Show when=move || office.ended.get()><Notice>{office.say(Frame::SessionEnded)}</Notice></Show>
                <FormFrame form submit save=office.say(Frame::SignIn)>
                    <Line form name="login" label=office.say(Frame::Login) value=login autocomplete="username"/>
                    <Line form name="password" label=office.say(Frame::Password) value=password
                        kind=Signal::derive(move || if shown.get() { "text" } else { "password" })
                        autocomplete="current-password"/>
                    <Show when=move || asks_organisation.get()>
                        <Line form name="organisation" label=office.say(Frame::Organisation) value=organisation/>
                    </Show>
                    <Tick name="show-password" label=office.say(Frame::ShowPassword) value=shown/>
                </FormFrame>
                <p class="row languages">
                    <button type="button" class="plain" lang="vi" on:click=move |_| switch(openapi::problem::Language::Vi)>"Tiếng Việt"</button>
                    <button type="button" class="plain" lang="en" on:click=move |_| switch(openapi::problem::Language::En)>"English"</button>
                    <a href="/app/">{office.say(Frame::OnThePhone)}</a>
                </p>
            </Page>
        </main>
    }
}
