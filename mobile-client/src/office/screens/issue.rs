//! What is done with a whole directive: looking at what issuing would do, issuing, adding what comes later,
//! closing, deleting a draft.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    directives::{
        CloseDirective, Closure, DeleteDirective, Directive, DirectiveId, DirectivePatch, IssueDirective,
        IssueFinding, IssueRequest, PatchDirective, PreviewIssue,
    },
    endpoint::Nothing,
    value::{Change, Version},
};

use crate::office::{
    parts::{Area, Day, Form, FormFrame, Line, Notice, Tag, load, shown},
    route::{Route, Shelf},
    session::Office,
    words::{Documents as W, Frame},
};

/// What issuing would do, and the button.
#[component]
pub fn Preview(
    /// Which directive.
    id: DirectiveId,
    /// The version the clerk has before his eyes.
    version: Version,
    /// What is done when it was issued.
    done: Callback<Directive>,
    /// Fetches the directive again.
    again: Callback<()>,
) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let preview = load(move || office.call::<PreviewIssue>(id, Nothing));
    let submit = move || {
        form.send(office.call::<IssueDirective>(id, IssueRequest { version }), move |one| {
            office.tell(office.say(W::IssuedNow));
            done.try_run(one);
        });
    };
    let finding = move |one: &IssueFinding| {
        let (word, look) = if one.blocking { (W::MustMend, "late") } else { (W::ToKnow, "soon") };
        view! { <li><span>{one.detail.to_string()}</span><Tag word=office.say(word) look/></li> }
    };
    shown(preview, move |preview| {
        let many = office.fill(W::Assignments, &[&preview.assignments.to_string()]);
        let shares = preview.shares.iter().map(|share| {
            view! {
                <tr>
                    <td>{share.unit.name.to_string()}</td>
                    <td class="number">{share.leads.get()}</td>
                    <td class="number">{share.others.get()}</td>
                </tr>
            }
        });
        let ready = preview.ready;
        view! {
            <Notice bad=!ready><p>{office.say(if ready { W::Ready } else { W::NotReady })}" "{many}</p></Notice>
            <ul class="lines">{preview.findings.iter().map(finding).collect_view()}</ul>
            <h3>{office.say(W::WhoGets)}</h3>
            <div class="table"><table>
                <thead><tr>
                    <th>{office.say(W::Assignees)}</th><th class="number">{office.say(W::Leads)}</th>
                    <th class="number">{office.say(W::Others)}</th>
                </tr></thead>
                <tbody>{shares.collect_view()}</tbody>
            </table></div>
            {ready.then(|| view! {
                <p class="hint">{office.say(W::IssueSure)}</p>
                <FormFrame form submit save=office.say(W::Issue) look_again=again>""</FormFrame>
            })}
        }
    })
}

/// What is often added later.
#[component]
pub fn Later(
    /// Which directive.
    one: Arc<Directive>,
    /// What is done when it was changed.
    done: Callback<Directive>,
    /// Fetches the directive again.
    again: Callback<()>,
) -> impl IntoView {
    let office = Office::here();
    let form = Form::new(format!("document/{}", one.id));
    let text = |text: Option<String>| text.unwrap_or_default();
    let draft = &one.draft;
    let number = form.text("number", text(draft.number.as_ref().map(ToString::to_string)));
    let symbol = form.text("symbol", text(draft.symbol.as_ref().map(ToString::to_string)));
    let issued_on = form.text("issued_on", text(draft.issued_on.map(|day| day.to_string())));
    let signer = form.text("signer", text(draft.signer.as_ref().map(ToString::to_string)));
    let notes = form.text("notes", text(draft.notes.as_ref().map(ToString::to_string)));
    let (id, version) = (one.id, one.version);
    let submit = move || {
        let (Some(number), Some(symbol), Some(issued_on), Some(signer), Some(notes)) = (
            form.read_optional("number", &number.get_untracked()),
            form.read_optional("symbol", &symbol.get_untracked()),
            form.read_optional("issued_on", &issued_on.get_untracked()),
            form.read_optional("signer", &signer.get_untracked()),
            form.read_optional("notes", &notes.get_untracked()),
        ) else {
            return;
        };
        let patch = DirectivePatch {
            number: change(number),
            symbol: change(symbol),
            issued_on: change(issued_on),
            signer: change(signer),
            notes: change(notes),
            ..DirectivePatch::default()
        };
        form.send(office.change::<PatchDirective>(id, version, patch), move |one| {
            office.tell(office.say(Frame::Saved));
            done.try_run(one);
        });
    };
    view! {
        <FormFrame form submit look_again=again>
            <div class="pair">
                <Line form name="number" label=office.say(W::OnlyNumber) value=number optional=true/>
                <Line form name="symbol" label=office.say(W::Symbol) value=symbol optional=true/>
            </div>
            <Day form name="issued_on" label=office.say(W::IssuedOn) value=issued_on optional=true/>
            <Line form name="signer" label=office.say(W::Signer) value=signer optional=true/>
            <Area form name="notes" label=office.say(W::Notes) value=notes optional=true/>
        </FormFrame>
    }
}

/// What a field that may be empty means for a patch.
pub fn change<T>(value: Option<T>) -> Change<T> {
    value.map_or(Change::Clear, Change::Set)
}

/// Closing.
#[component]
pub fn Closing(
    /// Which directive.
    id: DirectiveId,
    /// What is done when it was closed.
    done: Callback<Directive>,
) -> impl IntoView {
    let office = Office::here();
    let form = Form::new(format!("closure/{id}"));
    let reason = form.text("reason", "");
    let submit = move || {
        let Some(reason) = form.read("reason", &reason.get_untracked()) else { return };
        form.send(office.call::<CloseDirective>(id, Closure { reason }), move |one| {
            office.tell(office.say(W::ClosedNow));
            done.try_run(one);
        });
    };
    view! {
        <FormFrame form submit save=office.say(W::Close)>
            <Area form name="reason" label=office.say(W::CloseWhy) value=reason hint=office.say(W::CloseHint)/>
        </FormFrame>
    }
}

/// Deleting a draft.
#[component]
pub fn Deletion(
    /// Which directive.
    id: DirectiveId,
    /// The version the clerk has before his eyes.
    version: Version,
) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let submit = move || {
        form.send(office.change::<DeleteDirective>(id, version, Nothing), move |_gone| {
            office.tell(office.say(W::Deleted));
            office.go(Route::Documents(Shelf::Drafts));
        });
    };
    view! {
        <FormFrame form submit save=office.say(W::Delete)><p>{office.say(W::DeleteSure)}</p></FormFrame>
    }
}
