//! The first time: the link or QR code that the office handed out, and a password of one's own.

use crate::{route::Route, words::Word};
use leptos::{prelude::*, task::spawn_local};
use openapi::{
    endpoint::NoQuery,
    sessions::{
        Activate as Endpoint, ActivationId, ActivationRequest, Invitation, InvitationRequest, Password,
        ReadInvitation,
    },
    value::Token,
};

use super::sign_in::{Zalo, why_not};
use crate::{
    device,
    ui::Ui,
    widgets::{Line, Notice, Page},
};

#[component]
pub fn Activate(
    /// Which link.
    id: ActivationId,
    /// The secret of the link.
    token: Token,
) -> impl IntoView {
    let ui = Ui::here();
    let invitation = RwSignal::new(None::<Result<Invitation, String>>);
    let read = {
        let token = token.clone();
        move || {
            let token = token.clone();
            invitation.set(None);
            spawn_local(async move {
                let answer = ui
                    .client()
                    .fetch::<ReadInvitation>(id, NoQuery::default(), InvitationRequest { token })
                    .await;
                let answer = answer.map_err(|failed| why_not(&ui, &failed));
                invitation.set(Some(answer));
            });
        }
    };
    read();
    view! {
        <div class="door">
            <Page title=Signal::derive(move || ui.say(Word::ActivateTitle).to_owned())>
                <Zalo/>
                {move || match invitation.get() {
                    None => view! { <p role="status">{ui.say(Word::ActivateReading)}</p> }.into_any(),
                    Some(Err(why)) => {
                        let read = read.clone();
                        view! {
                            <Notice bad=true>{why}</Notice>
                            <button class="main" type="button" on:click=move |_| read()>{ui.say(Word::TryAgain)}</button>
                            <a class="quiet" href=Route::Home.hash()>{ui.say(Word::SignInTitle)}</a>
                        }
                        .into_any()
                    }
                    Some(Ok(invitation)) => view! { <Choose id token=token.clone() invitation/> }.into_any(),
                }}
            </Page>
        </div>
    }
}

/// Whose link it is, and the password he chooses.
#[component]
fn Choose(id: ActivationId, token: Token, invitation: Invitation) -> impl IntoView {
    let ui = Ui::here();
    let password = RwSignal::new(String::new());
    let (busy, fault, shown) = (RwSignal::new(false), RwSignal::new(None::<String>), RwSignal::new(true));
    let activate = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        let chosen = match Password::try_from(password.get_untracked()) {
            Ok(chosen) => chosen,
            Err(why) => return fault.set(Some(why.in_language(ui.language.get_untracked()).to_owned())),
        };
        let token = token.clone();
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let called =
                format!("{} {}", Word::DeviceName.text(ui.language.get_untracked()), device::device());
            let Ok(device_name) = called.parse() else { return };
            let request = ActivationRequest { token, password: chosen, device_name };
            match ui.client().fetch::<Endpoint>(id, NoQuery::default(), request).await {
                Ok(session) => {
                    // The secret is used up; it should not stand in the history either.
                    device::replace(&Route::Home.hash());
                    ui.route.set(Route::Home);
                    ui.voice().signed_in(session);
                }
                Err(failed) => fault.set(Some(why_not(&ui, &failed))),
            }
            busy.set(false);
        });
    };
    view! {
        <p>{ui.say(Word::ActivateFor)}" "<strong>{invitation.name.to_string()}</strong>", "{invitation.organisation.to_string()}"."</p>
        <p>{ui.say(Word::Login)}": "<strong>{invitation.login.to_string()}</strong></p>
        <p>{ui.say(Word::ActivateChoose)}</p>
        <form on:submit=activate>
            <input type="hidden" name="username" autocomplete="username" value=invitation.login.to_string()/>
            <Line id="password" label=Signal::derive(move || ui.say(Word::Password).to_owned()) value=password fault
                kind=Signal::derive(move || if shown.get() { "text" } else { "password" })
                autocomplete="new-password"/>
            <label class="check">
                <input type="checkbox" bind:checked=shown/>
                {move || ui.say(Word::ShowPassword)}
            </label>
            <button class="main" type="submit" disabled=move || busy.get()>
                {move || ui.say(if busy.get() { Word::SigningIn } else { Word::Activate })}
            </button>
        </form>
    }
}
