//! The directives, the newest first.

use leptos::prelude::*;
use openapi::{
    access::Action,
    directives::{Directive, DirectiveKind, DirectiveState, DirectivesQuery, ListDirectives},
    value::Cursor,
};

use crate::office::{
    parts::{Empty, Form, Line, More, Page, Select, Tabs, Tag, code, codes_of, pages, shown},
    route::{Route, Shelf},
    session::Office,
    words::Documents as W,
};

const fn word(shelf: Shelf) -> W {
    match shelf {
        Shelf::All => W::All,
        Shelf::Drafts => W::Drafts,
        Shelf::Issued => W::Issued,
        Shelf::Closed => W::Closed,
    }
}
const fn state(shelf: Shelf) -> Option<DirectiveState> {
    match shelf {
        Shelf::All => None,
        Shelf::Drafts => Some(DirectiveState::Draft),
        Shelf::Issued => Some(DirectiveState::Issued),
        Shelf::Closed => Some(DirectiveState::Closed),
    }
}

/// How a state looks.
pub const fn look(state: DirectiveState) -> &'static str {
    match state {
        DirectiveState::Draft => "soon",
        DirectiveState::Issued => "done",
        DirectiveState::Closed | DirectiveState::Unknown => "",
    }
}

/// Number and symbol as they are printed: "15-KL/ĐU".
pub fn number(document: &Directive) -> Option<String> {
    let parts = [&document.draft.number, &document.draft.symbol];
    let parts: Vec<String> = parts.into_iter().flatten().map(ToString::to_string).collect();
    (!parts.is_empty()).then(|| parts.join("-"))
}

/// The directives of a shelf.
#[component]
pub fn DocumentList(
    /// Which.
    shelf: Shelf,
) -> impl IntoView {
    let office = Office::here();
    let form = Form::unkept();
    let (typed, kind) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let list = pages(move |cursor: Option<Cursor>| {
        let q = typed.get().trim().parse().ok();
        let kind = kind.get().parse().ok();
        office
            .read::<ListDirectives>((), DirectivesQuery { state: state(shelf), kind, q, cursor, limit: None })
    });
    let mut kinds = vec![(String::new(), office.say(W::AnyKind).to_owned())];
    kinds.extend(codes_of!(office, DirectiveKind));
    let tabs = Shelf::ALL
        .map(|(one, _)| (Route::Documents(one).hash(), office.say(word(one)).to_owned(), one == shelf))
        .to_vec();
    let enter = move || {
        office.may(Action::ChangeDirectives).then(|| {
            let id = office.new_id::<Directive>();
            view! { <a class="button main" data-new href=Route::Draft(id).hash()>{office.say(W::Enter)}</a> }
                .into_any()
        })
    };
    let row = move |one: &Directive| {
        let progress = one.progress;
        let done = office.fill(W::Of, &[&progress.completed.to_string(), &progress.assignments.to_string()]);
        let tasks = office.fill(W::TaskCount, &[&progress.tasks.to_string()]);
        let given = progress.assignments.get() > 0;
        view! {
            <tr>
                <td>
                    <a href=Route::Document(one.id).hash()>{one.draft.title.to_string()}</a>
                    <small>{code!(office, one.draft.kind)}" · "{one.draft.issuer.to_string()}</small>
                </td>
                <td class="tight">{number(one)}</td>
                <td class="tight">{one.draft.issued_on.map(|day| office.date(day))}</td>
                <td class="tight"><Tag word=code!(office, one.state) look=look(one.state)/></td>
                <td class="tight">
                    {if given { done } else { tasks }}
                    {given.then(|| view! { <progress max=progress.assignments.to_string() value=progress.completed.to_string() aria-hidden="true"></progress> })}
                </td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(W::Title) deeds=enter()>
            <Tabs label=office.say(W::Shelves) tabs/>
            <div class="filters">
                <Line form name="q" label=office.say(W::Search) value=typed/>
                <Select form name="kind" label=office.say(W::Kind) value=kind choices=kinds/>
            </div>
            {shown(list.here, move |page| {
                if page.items.is_empty() {
                    return view! { <Empty title=office.say(W::None) hint=office.say(W::NoneHint) deed=enter()/> }.into_any();
                }
                view! {
                    <div class="table"><table>
                        <thead><tr>
                            <th>{office.say(W::Name)}</th><th>{office.say(W::Number)}</th><th>{office.say(W::IssuedOn)}</th>
                            <th>{office.say(W::State)}</th><th>{office.say(W::Progress)}</th>
                        </tr></thead>
                        <tbody>{page.items.iter().map(row).collect_view()}</tbody>
                    </table></div>
                }
                .into_any()
            })}
            <More of=list/>
        </Page>
    }
}
