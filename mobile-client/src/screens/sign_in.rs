//! Signing in with a phone number and a password. It is the one thing that needs a connection.

use crate::{Failed, words::Word};
use leptos::{prelude::*, task::spawn_local};
use openapi::{
    endpoint::NoQuery,
    problem::Code,
    sessions::{Credentials, Password, Session, SignIn as Endpoint},
    value::NotAValue,
};

use crate::{
    device,
    ui::{Ui, not_kept},
    widgets::{Line, Notice, Page},
};

/// What to say when signing in did not work: the server's words, or that there is no way to it.
pub fn why_not(ui: &Ui, failed: &Failed) -> String {
    match failed {
        Failed::Refused(problem) => {
            let fields: Vec<String> = problem.fields.iter().map(|field| field.detail.to_string()).collect();
            if fields.is_empty() { problem.detail.to_string() } else { fields.join(" ") }
        }
        Failed::NotOurs => ui.say(Word::NotOurs).to_owned(),
        Failed::Unreadable(_) | Failed::Unreachable(_) => ui.say(Word::NoAnswer).to_owned(),
    }
}

#[component]
pub fn SignIn() -> impl IntoView {
    let ui = Ui::here();
    let (login, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let (busy, fault, shown) = (RwSignal::new(false), RwSignal::new(None::<String>), RwSignal::new(false));
    let (organisation, asks_organisation) = (RwSignal::new(String::new()), RwSignal::new(false));
    let sign_in = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        if busy.get_untracked() {
            return;
        }
        busy.set(true);
        fault.set(None);
        spawn_local(async move {
            let typed = Typed {
                login: login.get_untracked(),
                password: password.get_untracked(),
                organisation: organisation.get_untracked(),
            };
            match ask(&ui, &typed).await {
                Ok(session) => ui.voice().signed_in(session),
                Err(unfit) => {
                    fault.set(Some(unfit.why));
                    asks_organisation.update(|asked| *asked |= unfit.which_organisation);
                }
            }
            busy.set(false);
        });
    };
    let failed =
        move || fault.get().or_else(|| ui.sign_in_failed.get().map(|why| ui.say(not_kept(why)).to_owned()));
    view! {
        <div class="door">
            <Page title=Signal::derive(move || ui.say(Word::SignInTitle).to_owned())>
                <p class="purpose">{move || ui.say(Word::AppPurpose)}</p>
                <Zalo/>
                {move || {
                    let core = ui.core.get();
                    core.desk().needs_sign_in().then(|| {
                        let unsent = core.unsent();
                        let waiting = (unsent > 0)
                            .then(|| view! { <strong>{ui.fill(Word::OutboxSome, &[&unsent.to_string()])}". "</strong> });
                        view! { <Notice>{waiting}{ui.say(Word::SignInAgain)}</Notice> }
                    })
                }}
                <Sealed/>
                <form on:submit=sign_in>
                    <Line id="login" label=Signal::derive(move || ui.say(Word::Login).to_owned()) value=login
                        autocomplete="username"/>
                    <Line id="password" label=Signal::derive(move || ui.say(Word::Password).to_owned()) value=password
                        kind=Signal::derive(move || if shown.get() { "text" } else { "password" })
                        autocomplete="current-password"/>
                    <Show when=move || asks_organisation.get()>
                        <Line id="organisation" label=Signal::derive(move || ui.say(Word::Organisation).to_owned())
                            value=organisation/>
                    </Show>
                    <label class="check">
                        <input type="checkbox" bind:checked=shown/>
                        {move || ui.say(Word::ShowPassword)}
                    </label>
                    <div role="alert">{move || failed().map(|why| view! { <Notice bad=true>{why}</Notice> })}</div>
                    <button class="main" type="submit" disabled=move || busy.get()>
                        {move || ui.say(if busy.get() { Word::SigningIn } else { Word::SignIn })}
                    </button>
                </form>
                <p class="hint">{move || ui.say(Word::NoPassword)}</p>
            </Page>
        </div>
    }
}

/// What was typed.
struct Typed {
    login: String,
    password: String,
    organisation: String,
}

/// Why nobody was signed in, and whether the organisation must be named.
struct Unfit {
    why: String,
    which_organisation: bool,
}

async fn ask(ui: &Ui, typed: &Typed) -> Result<Session, Unfit> {
    let language = ui.language.get_untracked();
    let said =
        |why: NotAValue| Unfit { why: why.in_language(language).to_owned(), which_organisation: false };
    let organisation = typed.organisation.trim();
    let called = format!("{} {}", Word::DeviceName.text(language), device::device());
    let credentials = Credentials {
        login: typed.login.trim().parse().map_err(said)?,
        password: Password::try_from(typed.password.clone()).map_err(said)?,
        device_name: called.parse().map_err(said)?,
        organisation: if organisation.is_empty() { None } else { Some(organisation.parse().map_err(said)?) },
        device_proof: ui.core.get_untracked().desk().proof().cloned(),
    };
    let answer = ui.client().fetch::<Endpoint>((), NoQuery::default(), credentials).await;
    answer.map_err(|failed| Unfit {
        why: why_not(ui, &failed),
        which_organisation: failed.code() == Code::ChooseOrganisation,
    })
}

/// What others left unsent on this phone: theirs to send, ours to hand over as a file.
#[component]
fn Sealed() -> impl IntoView {
    let ui = Ui::here();
    move || {
        let core = ui.core.get();
        let sealed = core.queue().sealed(core.desk().person());
        let one = |(person, many): (openapi::people::PersonId, usize)| {
            let core = core.clone();
            let save = move |_| {
                if let Some(text) = core.saved(person) {
                    device::save_file("dondoc-chua-gui.json", &text);
                }
            };
            view! {
                <Notice>{ui.fill(Word::SomebodyElses, &[&many.to_string()])}</Notice>
                <button type="button" on:click=save>{ui.say(Word::SaveTheirs)}</button>
            }
        };
        sealed.into_iter().map(one).collect_view()
    }
}

/// Zalo's own browser forgets everything when it is closed.
#[component]
pub fn Zalo() -> impl IntoView {
    let ui = Ui::here();
    device::is_zalo().then(|| {
        view! {
            <Notice>
                <strong>{move || ui.say(Word::ZaloTitle)}</strong>" "
                {move || ui.say(Word::ZaloText)}
            </Notice>
        }
    })
}
