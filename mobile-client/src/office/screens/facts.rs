//! What is entered of the document itself, as a short form; each field with the words it was found by.

use leptos::prelude::*;
use openapi::{
    directives::{DirectiveDraft, DirectiveKind, Period},
    imports::{Found, FoundDocument},
    value::Title,
};

use crate::office::{
    editor::{
        facts::{Raw, finding},
        sheet::SURE,
    },
    parts::{Area, Day, Form, FormFrame, Line, Select},
    session::Office,
    words::Desk as W,
};

/// The form.
#[component]
pub fn FactsForm(
    /// Under which what is typed is kept.
    name: String,
    /// What it begins with.
    raw: Raw,
    /// What was found, and by which words.
    found: FoundDocument,
    /// What is done with it.
    save: Callback<DirectiveDraft>,
    /// What the button says.
    #[prop(into)]
    label: String,
    /// Further buttons.
    #[prop(optional, into)]
    more: Option<AnyView>,
    /// Whether its button has the focus, so that one key goes on.
    #[prop(optional)]
    first: bool,
) -> impl IntoView {
    let office = Office::here();
    let form = Form::new(name);
    let by = move |what: Found| match finding(&found, what) {
        Some(finding) => {
            let words = finding.words.as_ref().map_or("", Title::as_str);
            let word = if finding.certainty.get() < SURE { W::FoundUnsure } else { W::FoundBy };
            office.fill(word, &[words])
        }
        None => office.say(W::NotFound).to_owned(),
    };
    let kind = form.text("kind", raw.kind.as_str());
    let issuer = form.text("issuer", raw.issuer);
    let number = form.text("number", raw.number);
    let symbol = form.text("symbol", raw.symbol);
    let title = form.text("title", raw.title);
    let issued_on = form.text("issued_on", raw.issued_on);
    let meeting_on = form.text("meeting_on", raw.meeting_on);
    let signer = form.text("signer", raw.signer);
    let from = form.text("period_from", raw.period_from);
    let to = form.text("period_to", raw.period_to);
    let recipients = form.text("recipients", raw.recipients);
    let rest = StoredValue::new(raw.rest);
    let submit = move || {
        let get = |signal: RwSignal<String>| signal.get_untracked();
        let (
            Some(issuer),
            Some(title),
            Some(number),
            Some(symbol),
            Some(issued_on),
            Some(meeting_on),
            Some(signer),
            Some(first),
            Some(last),
        ) = (
            form.read("issuer", &get(issuer)),
            form.read("title", &get(title)),
            form.read_optional("number", &get(number)),
            form.read_optional("symbol", &get(symbol)),
            form.read_optional("issued_on", &get(issued_on)),
            form.read_optional("meeting_on", &get(meeting_on)),
            form.read_optional("signer", &get(signer)),
            form.read_optional("period_from", &get(from)),
            form.read_optional("period_to", &get(to)),
        )
        else {
            return;
        };
        let rest = rest.get_value();
        let period = match (first, last) {
            (Some(from), Some(to)) => {
                let text = rest
                    .period
                    .as_ref()
                    .filter(|old| old.from == from && old.to == to)
                    .and_then(|old| old.text.clone());
                Some(Period { text, from, to })
            }
            (None, None) => None,
            _ => {
                form.blame("period_to", office.say(W::PeriodHalf));
                return;
            }
        };
        let code = get(kind);
        let kind = DirectiveKind::ALL.iter().find(|kind| kind.as_str() == code).copied().unwrap_or(rest.kind);
        let text = get(recipients);
        let recipients = text.lines().filter_map(|line| Title::try_from(line.trim()).ok()).collect();
        let draft = DirectiveDraft {
            kind,
            issuer,
            title,
            number,
            symbol,
            issued_on,
            meeting_on,
            signer,
            period,
            recipients,
            ..rest
        };
        crate::office::session::forget_typing("facts/");
        save.run(draft);
    };
    let kinds: Vec<(String, String)> = DirectiveKind::ALL
        .iter()
        .map(|kind| (kind.as_str().to_owned(), office.code(kind.vi(), kind.en()).to_owned()))
        .collect();
    if first {
        leptos::task::spawn_local(async {
            crate::device::sleep(0).await;
            crate::device::focus("#main form button[type=submit]");
        });
    }
    view! {
        <FormFrame form submit save=label more>
            <Line form name="title" label=office.say(W::Title) value=title hint=by(Found::Title)/>
            <div class="pair">
                <Select form name="kind" label=office.say(W::Kind) value=kind choices=kinds hint=by(Found::Kind)/>
                <Line form name="issuer" label=office.say(W::Issuer) value=issuer hint=by(Found::Issuer)/>
                <Line form name="number" label=office.say(W::Number) value=number hint=by(Found::Number) optional=true/>
                <Line form name="symbol" label=office.say(W::Symbol) value=symbol optional=true/>
                <Day form name="issued_on" label=office.say(W::IssuedOn) value=issued_on hint=by(Found::IssuedOn) optional=true/>
                <Day form name="meeting_on" label=office.say(W::MeetingOn) value=meeting_on hint=by(Found::MeetingOn) optional=true/>
                <Day form name="period_from" label=office.say(W::PeriodFrom) value=from hint=by(Found::Period) optional=true/>
                <Day form name="period_to" label=office.say(W::PeriodTo) value=to optional=true/>
            </div>
            <Line form name="signer" label=office.say(W::Signer) value=signer hint=by(Found::Signer) optional=true/>
            <Area form name="recipients" label=office.say(W::Recipients) value=recipients optional=true/>
        </FormFrame>
    }
}
