//! Settings, signing out, help.

use crate::words::Word;
use leptos::{prelude::*, task::spawn_local};
use openapi::{
    channels::{DeletePushSubscription, ListPushSubscriptions, PutPushSubscription, ReadPushKey},
    endpoint::{NoQuery, Nothing},
    problem::Language,
    sessions::RevokeDevices,
};
use serde_json::Value;

use crate::{
    Question, browser, device,
    ui::Ui,
    widgets::{Notice, Page},
};

#[component]
pub fn Settings() -> impl IntoView {
    let ui = Ui::here();
    view! {
        <Page title=Signal::derive(move || ui.say(Word::Settings).to_owned())>
            <Who/>
            <Languages/>
            <Choice name="size" label=Word::TextSize
                choices=vec![("normal", Word::TextNormal), ("large", Word::TextLarge), ("huge", Word::TextHuge)]/>
            <Choice name="look" label=Word::Look
                choices=vec![("auto", Word::LookAuto), ("light", Word::LookLight), ("dark", Word::LookDark)]/>
            <Pushed/>
            <Kept/>
            <Help/>
            <SignOut/>
        </Page>
    }
}

#[component]
fn Who() -> impl IntoView {
    let ui = Ui::here();
    move || {
        ui.me().map(|me| {
            let roles = me.roles.iter().map(|one| {
                view! { <span class="line">{ui.code(one.role.vi(), one.role.en())}" · "{one.unit.name.to_string()}</span> }
            });
            view! {
                <section class="told">
                    <p class="content">{me.name.to_string()}</p>
                    <p>{roles.collect_view()}</p>
                    <p class="hint">{me.organisation.name.to_string()}</p>
                </section>
            }
        })
    }
}

#[component]
fn Languages() -> impl IntoView {
    let ui = Ui::here();
    let language = ui.language;
    let one = move |this: Language, word: Word| {
        let choose = move |_| {
            language.set(this);
            device::set_setting("language", this.as_str());
        };
        view! {
            <button type="button" lang=this.as_str() aria-pressed=move || (language.get() == this).to_string() on:click=choose>
                {word.text(this)}
            </button>
        }
    };
    view! {
        <section>
            <h2>{move || ui.say(Word::LanguageLabel)}</h2>
            <div class="choice">{one(Language::Vi, Word::Vietnamese)}{one(Language::En, Word::English)}</div>
        </section>
    }
}

/// One of several looks, kept in this browser.
#[component]
fn Choice(name: &'static str, label: Word, choices: Vec<(&'static str, Word)>) -> impl IntoView {
    let ui = Ui::here();
    let first = choices.first().map(|(value, _)| *value).unwrap_or_default();
    let chosen = RwSignal::new(device::setting(name).unwrap_or_else(|| first.to_owned()));
    let one = move |(value, word): (&'static str, Word)| {
        let choose = move |_| {
            chosen.set(value.to_owned());
            device::set_setting(name, value);
            device::look(&format!("data-{name}"), value);
        };
        view! {
            <button type="button" aria-pressed=move || (chosen.get() == value).to_string() on:click=choose>
                {move || ui.say(word)}
            </button>
        }
    };
    view! {
        <section>
            <h2>{move || ui.say(label)}</h2>
            <div class="choice">{choices.into_iter().map(one).collect_view()}</div>
        </section>
    }
}

/// Whether this phone is pushed notices. Both must say so: the browser, and the server, which ends it
/// with the session.
#[component]
fn Pushed() -> impl IntoView {
    let ui = Ui::here();
    // The subscription that the server has for this phone; empty without one; unknown until it is asked.
    let on = RwSignal::new(None::<String>);
    let key = RwSignal::new(String::new());
    let page = RwSignal::new(String::new());
    spawn_local(async move {
        page.set(browser::push("").await);
        let said = page.get_untracked();
        // What is blocked may be allowed meanwhile.
        if !matches!(&*said, "insecure" | "install" | "none") {
            let told = ui.ask(Question::to::<ReadPushKey>((), &NoQuery::default(), &Nothing)).await;
            key.set(told.get("key").and_then(Value::as_str).unwrap_or_default().to_owned());
            let told = ui.ask(Question::to::<ListPushSubscriptions>((), &NoQuery::default(), &Nothing)).await;
            match told.get("items").and_then(Value::as_array) {
                Some(all) => {
                    let of_this = |one: &&Value| one.get("current").and_then(Value::as_bool) == Some(true);
                    let current = all.iter().find(of_this).filter(|_| said.starts_with('{'));
                    let id = current.and_then(|one| one.get("id")?.as_str());
                    on.set(Some(id.unwrap_or_default().to_owned()));
                }
                None => page.set("no-net".to_owned()),
            }
        }
    });
    let is_on = move || on.get().is_some_and(|id| !id.is_empty());
    let turn = move |_| {
        let before = on.get_untracked().unwrap_or_default();
        let what = if before.is_empty() { key.get_untracked() } else { "off".to_owned() };
        let asked = browser::push(&what);
        spawn_local(async move {
            let said = asked.await;
            let (mut now, mut why) = (String::new(), said.clone());
            let question = if let Ok(id) = before.parse() {
                Question::to::<DeletePushSubscription>(id, &NoQuery::default(), &Nothing)
            } else if said.starts_with('{') {
                let id = ui.new_id();
                now = id.to_string();
                Ok(Question::of_json::<PutPushSubscription>(id, said))
            } else {
                return page.set(why);
            };
            // Of a subscription taken back a server without signal hears from the push service.
            if ui.ask(question).await.is_null() && !now.is_empty() {
                (now, why) = (String::new(), "failed".to_owned());
            }
            on.set(Some(now));
            page.set(why);
        });
    };
    // Why there is none, and what to do.
    let why = move || {
        let word = match &*page.get() {
            "insecure" => Word::PushInsecure,
            "install" => Word::PushInstall,
            "none" => Word::PushNone,
            "denied" => Word::PushDenied,
            "failed" => Word::NoAnswer,
            "no-net" => Word::NeedsNet,
            _ => return None,
        };
        Some(ui.say(word))
    };
    view! {
        <section>
            <h2>{move || ui.say(Word::NoticesTitle)}</h2>
            <button type="button" role="switch" hidden=move || on.get().is_none()
                aria-checked=move || is_on().to_string() on:click=turn>
                {move || ui.say(Word::PushOn)}
                <span class="count">{move || ui.say(if is_on() { Word::On } else { Word::Off })}</span>
            </button>
            <p role="status">{why}</p>
        </section>
    }
}

/// Whether the browser promised to keep what is here.
#[component]
fn Kept() -> impl IntoView {
    let ui = Ui::here();
    let persists = RwSignal::new(None::<bool>);
    spawn_local(async move { persists.set(Some(device::persist().await.unwrap_or(false))) });
    let text = move || {
        persists.get().map(|yes| ui.say(if yes { Word::StoragePersists } else { Word::StorageMayGo }))
    };
    view! { <section><h2>{move || ui.say(Word::Storage)}</h2><p role="status">{text}</p></section> }
}

#[component]
fn Help() -> impl IntoView {
    let ui = Ui::here();
    let texts = [Word::HelpReport, Word::HelpOffline, Word::HelpWho, Word::HelpLost];
    let one = move |word: Word| {
        view! { <p>{move || ui.say(word)}</p> }
    };
    view! { <section class="help"><h2>{move || ui.say(Word::Help)}</h2>{texts.map(one).collect_view()}</section> }
}

#[component]
fn SignOut() -> impl IntoView {
    let ui = Ui::here();
    let asked = RwSignal::new(false);
    let everywhere = move |_| {
        spawn_local(async move {
            let told = ui.ask(Question::to::<RevokeDevices>((), &NoQuery::default(), &Nothing)).await;
            ui.tell(ui.say(if told.is_null() { Word::NeedsNet } else { Word::SignedOutEverywhere }));
        });
    };
    let sign_out = move |_| {
        if let Some(person) = ui.core.get_untracked().desk().person() {
            ui.voice().sign_out(person);
        }
    };
    view! {
        <section>
            <button type="button" on:click=everywhere>{move || ui.say(Word::SignOutEverywhere)}</button>
            {move || if asked.get() {
                let unsent = ui.core.get().unsent();
                let core = ui.core.get();
                let save = move |_| {
                    if let Some(text) = core.desk().person().and_then(|person| core.saved(person)) {
                        device::save_file("dondoc-chua-gui.json", &text);
                    }
                };
                let (warning, yes) = if unsent == 0 {
                    (ui.say(Word::SignOutSure).to_owned(), Word::SignOut)
                } else {
                    (ui.fill(Word::SignOutUnsent, &[&unsent.to_string()]), Word::SignOutAnyway)
                };
                view! {
                    <Notice bad=unsent != 0>{warning}</Notice>
                    {(unsent > 0).then(|| view! { <button type="button" on:click=save>{ui.say(Word::SaveToFile)}</button> })}
                    <button type="button" class="bad" on:click=sign_out>{ui.say(yes)}</button>
                    <button type="button" on:click=move |_| asked.set(false)>{ui.say(Word::Cancel)}</button>
                }
                .into_any()
            } else {
                view! { <button type="button" on:click=move |_| asked.set(true)>{ui.say(Word::SignOut)}</button> }.into_any()
            }}
        </section>
    }
}
