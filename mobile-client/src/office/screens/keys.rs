//! Keys for other systems that call in; a secret is shown once.

use leptos::prelude::*;
use openapi::{
    access::{Action, KeyScope},
    endpoint::Nothing,
    keys::{
        AddressBlock, IssuedKey, Key, KeyDraft, KeyState, KeysQuery, ListKeys, OverlapHours, PutKey,
        RevokeKey, RotateKey, RotationDraft,
    },
};

use crate::office::{
    parts::{
        Area, Drawer, Empty, Form, FormFrame, Line, Loading, Page, Pick, Secret, Tag, code, load, shown,
    },
    screens::Commune,
    session::Office,
    words::{Frame, System as W},
};

/// The screen.
#[component]
pub fn Keys() -> impl IntoView {
    let office = Office::here();
    let list = load(move || {
        office.all::<ListKeys, _>(|| (), |limit, cursor| KeysQuery { limit, cursor, ..Default::default() })
    });
    let secret = RwSignal::new(None::<String>);
    let (adding, turning, revoking) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let chosen = RwSignal::new(None::<Key>);
    let issued = Callback::new(move |issued: IssuedKey| {
        adding.set(false);
        turning.set(false);
        match issued.secret {
            Some(one) => secret.set(Some(one.to_string())),
            None => office.tell(office.say(W::SecretGone)),
        }
        list.again();
    });
    let changes = office.may(Action::ChangeKeys);
    let new = move || {
        changes.then(|| {
            view! { <button type="button" class="main" data-new on:click=move |_| adding.set(true)>{office.say(W::NewKey)}</button> }
                .into_any()
        })
    };
    let row = move |key: &Key| {
        let look = if key.state == KeyState::Working { "done" } else { "" };
        let scopes: Vec<&str> = key.draft.scopes.iter().map(|scope| code!(office, *scope)).collect();
        let used =
            key.last_used_at.map_or_else(|| office.say(W::NeverUsed).to_owned(), |at| office.moment(at));
        let deed = |word: W, open: RwSignal<bool>| {
            let copy = key.clone();
            let press = move |_| {
                chosen.set(Some(copy.clone()));
                open.set(true);
            };
            let label = format!("{}: {}", office.say(word), key.draft.name);
            view! { <button type="button" class="plain" aria-label=label on:click=press>{office.say(word)}</button> }
        };
        let deeds = (changes && key.state == KeyState::Working)
            .then(|| view! { {deed(W::Rotate, turning)}" "{deed(W::Revoke, revoking)} });
        view! {
            <tr>
                <td><strong>{key.draft.name.to_string()}</strong><small><code>{key.starts_with.to_string()}"…"</code></small></td>
                <td>{scopes.join("; ")}</td>
                <td class="tight"><Tag word=code!(office, key.state) look/></td>
                <td class="tight">{office.moment(key.expires_at)}</td>
                <td class="tight">{used}</td>
                <td class="tight">{deeds}</td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(Frame::Keys) deeds=new()>
            <p>{office.say(W::KeysHint)}</p>
            {shown(list, move |list| {
                if list.is_empty() {
                    return view! { <Empty title=office.say(W::NoKeys) hint=office.say(W::NoKeysHint) deed=new()/> }.into_any();
                }
                view! {
                    <div class="table"><table>
                        <thead><tr>
                            <th>{office.say(W::KeyName)}</th><th>{office.say(W::Scopes)}</th><th>{office.say(W::State)}</th>
                            <th>{office.say(W::KeyExpires)}</th><th>{office.say(W::KeyUsed)}</th>
                            <th><span class="unseen">{office.say(W::Rotate)}</span></th>
                        </tr></thead>
                        <tbody>{list.iter().map(row).collect_view()}</tbody>
                    </table></div>
                }
                .into_any()
            })}
            <Drawer title=office.say(W::NewKey) open=adding><New issued/></Drawer>
            <Drawer title=office.say(W::Rotate) open=turning>{move || chosen.get().map(|key| view! { <Turning key_=key issued/> })}</Drawer>
            <Drawer title=office.say(W::Revoke) open=revoking>
                {move || chosen.get().map(|key| view! { <Revoking key_=key open=revoking list/> })}
            </Drawer>
            <Secret secret/>
        </Page>
    }
}

#[component]
fn New(issued: Callback<IssuedKey>) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let form = Form::new("key");
    let (name, days) = (form.text("name", ""), form.text("days", "180"));
    let (scopes, unit) = (form.text("scopes", ""), form.text("units", ""));
    let addresses = form.text("addresses", "");
    let fault = form.fault("scopes");
    let tick = move |scope: KeyScope| {
        let has = move || scopes.with(|chosen| chosen.split_whitespace().any(|one| one == scope.as_str()));
        let toggle = move |_| {
            let was = has();
            scopes.update(|chosen| {
                let mut all: Vec<&str> =
                    chosen.split_whitespace().filter(|one| *one != scope.as_str()).collect();
                if !was {
                    all.push(scope.as_str());
                }
                *chosen = all.join(" ");
            });
        };
        view! {
            <label class="tick"><input type="checkbox" prop:checked=has on:change=toggle/><span>{code!(office, scope)}</span></label>
        }
    };
    let fresh = office.new_id::<Key>();
    let submit = move || {
        let chosen: Vec<KeyScope> = scopes
            .with_untracked(|chosen| chosen.split_whitespace().filter_map(|one| one.parse().ok()).collect());
        if chosen.is_empty() {
            form.blame("scopes", office.say(W::ScopesNeeded));
        }
        let typed = addresses.get_untracked();
        let lines: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let blocks: Vec<AddressBlock> =
            lines.iter().filter_map(|line| form.read("addresses", line)).collect();
        let (Some(name), Some(days)) =
            (form.read("name", &name.get_untracked()), form.read("days", &days.get_untracked()))
        else {
            return;
        };
        if chosen.is_empty() || blocks.len() != lines.len() {
            return;
        }
        let units = unit.get_untracked().parse().ok().map(|unit| vec![unit]);
        let addresses = (!blocks.is_empty()).then_some(blocks);
        let draft = KeyDraft { name, scopes: chosen, units, addresses, days };
        form.send(office.call::<PutKey>(fresh, draft), move |made| {
            issued.try_run(made);
        });
    };
    view! {
        <FormFrame form submit save=office.say(W::NewKey)>
            <Line form name="name" label=office.say(W::KeyName) value=name/>
            <fieldset>
                <legend>{office.say(W::Scopes)}</legend>
                {KeyScope::ALL.iter().copied().map(tick).collect_view()}
                {move || fault.get().map(|fault| view! { <p class="fault">{fault}</p> })}
            </fieldset>
            <Pick form name="units" label=office.say(W::KeyUnits) value=unit choices=commune.choices(office)
                hint=office.say(W::KeyUnitsHint) optional=true/>
            <Area form name="addresses" label=office.say(W::KeyAddresses) value=addresses hint=office.say(W::KeyAddressesHint) optional=true/>
            <Line form name="days" label=office.say(W::KeyDays) value=days/>
        </FormFrame>
    }
}

#[component]
fn Turning(key_: Key, issued: Callback<IssuedKey>) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let path = (key_.id, office.new_id());
    let submit = move || {
        let draft = RotationDraft { overlap_hours: OverlapHours::try_from(24).ok(), days: None };
        form.send(office.call::<RotateKey>(path, draft), move |made| {
            issued.try_run(made);
        });
    };
    view! {
        <p class="strong">{key_.draft.name.to_string()}</p>
        <FormFrame form submit save=office.say(W::Rotate)><p>{office.say(W::RotateHint)}</p></FormFrame>
    }
}

#[component]
fn Revoking(key_: Key, open: RwSignal<bool>, list: Loading<Vec<Key>>) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let id = key_.id;
    let submit = move || {
        form.send(office.call::<RevokeKey>(id, Nothing), move |_| {
            open.try_set(false);
            office.tell(office.say(W::Revoked));
            list.again();
        });
    };
    view! {
        <p class="strong">{key_.draft.name.to_string()}</p>
        <FormFrame form submit save=office.say(W::Revoke)><p>{office.say(W::RevokeSure)}</p></FormFrame>
    }
}
