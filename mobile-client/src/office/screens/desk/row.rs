//! One task on the right: what, who, when, why. **Invariant: what is not clear is said, not left empty.**

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    problem::Language,
    tasks::{Assignee, AssigneeRole, Nature, Priority, TaskId},
    value::Title,
};

use super::{Mode, Work, panels};
use crate::office::{
    editor::{
        assign, due,
        edit::Edit,
        keys::Deed,
        saving::Trouble,
        sheet::{Item, is_bound},
    },
    parts::{Notice, Tag},
    words::{Desk as W, Words},
};

/// One task.
#[component]
pub fn Row(work: Work, id: TaskId) -> impl IntoView {
    let item = Memo::new(move |_| work.desk.with(|desk| desk.sheet().item(id).cloned()));
    let at = Memo::new(move |_| work.desk.with(|desk| desk.at() == Some(id)));
    let mode = move || if at.get() { work.mode.get() } else { Mode::List };
    let out = move || item.get().is_some_and(|item| work.desk.with(|desk| desk.sheet().is_out(&item)));
    let stage = move || item.get().is_some_and(|item| item.draft.parent.is_some());
    let looks = move || item.get().is_some_and(|item| item.needs_look());
    let mode = Memo::new(move |_| mode());
    let panel = move || match mode.get() {
        Mode::List | Mode::Edit | Mode::TakeIn(_) => ().into_any(),
        Mode::Assign => view! { <panels::AssignBox work id/> }.into_any(),
        Mode::Due => view! { <panels::DueBox work id/> }.into_any(),
        Mode::Product => view! { <panels::ProductBox work id/> }.into_any(),
        Mode::Split(place) => panels::split(work, place).into_any(),
    };
    let words = move || match mode.get() {
        Mode::Edit => view! { <panels::ContentBox work id/> }.into_any(),
        _ => {
            let text = item.get().map(|item| item.draft.content.to_string());
            view! { <p class="content">{text}</p> }.into_any()
        }
    };
    view! {
        <li class="row-task" id=format!("row-{id}") tabindex="-1" class:at=move || at.get() class:out=out class:stage=stage class:look=looks
            aria-current=move || at.get().then_some("true") on:click=move |_| work.look_at(id)>
            {move || item.get().map(|item| head(work, &item))}
            {words}
            {move || item.get().map(|item| facts(work, &item))}
            {move || trouble(work, id)}
            {move || at.get().then(|| buttons(work))}
            {panel}
            {move || at.get().then(|| item.get().map(|item| why(work, &item)))}
        </li>
    }
}

/// Its place, the four lights, and its marks.
fn head(work: Work, item: &Item) -> impl IntoView + use<> {
    let office = work.office;
    let hint = item.hint();
    let light = move |word: W, lit: bool| {
        let said = office.fill(if lit { W::Clear } else { W::Unclear }, &[office.say(word)]);
        view! { <span class="light" class:lit=lit title=said><span aria-hidden="true">{if lit { "●" } else { "○" }}</span>" "{office.say(word)}</span> }
    };
    let place = item.draft.place.as_ref().map(ToString::to_string);
    let stage = item.draft.parent.map(|_| office.say(W::Stage).to_owned());
    let urgent = item.draft.priority == Priority::Khan;
    let (looks, dropped) = (item.needs_look(), item.dropped);
    view! {
        <div class="row-head">
            <span class="place">{stage.or(place).unwrap_or_else(|| "–".to_owned())}</span>
            <span class="lights">
                {light(W::Who, hint.who)}{light(W::What, hint.what)}{light(W::When, hint.when)}{light(W::Result, hint.product)}
            </span>
            {urgent.then(|| view! { <Tag word=office.say(W::Urgent) look="late"/> })}
            {dropped.then(|| view! { <Tag word=office.say(W::TakenOut)/> })}
            {(looks && !dropped).then(|| view! { <Tag word=office.say(W::ToLook) look="soon"/> })}
        </div>
    }
}

/// The word of a role.
pub const fn role(role: AssigneeRole) -> W {
    match role {
        AssigneeRole::PhoiHop => W::RoleWith,
        AssigneeRole::TheoDoi => W::RoleFollow,
        _ => W::RoleLead,
    }
}

fn chip(work: Work, id: TaskId, item: &Item, one: &Assignee, place: usize) -> impl IntoView + use<> {
    let office = work.office;
    let name = one.name.to_string();
    let basis = office.code(one.basis.vi(), one.basis.en());
    let all = item.draft.assignees.clone();
    let others = all.clone();
    let (said, unbound) = (office.say(role(one.role)), !is_bound(one));
    let turn = move |_| {
        let mut assignees = all.clone();
        if let Some(one) = assignees.get_mut(place) {
            one.role = assign::next_role(one.role);
        }
        work.put(&Edit::Assign(id, assignees));
    };
    let remove = move |_| {
        let mut assignees = others.clone();
        assignees.remove(place);
        work.put(&Edit::Assign(id, assignees));
    };
    let label = if unbound { office.fill(W::Unbound, &[&name]) } else { name.clone() };
    view! {
        <span class="chip" class:unbound=unbound title=basis>
            <span>{label}</span>
            <button type="button" class="plain" aria-label=office.fill(W::ChangeRole, &[&name, said]) on:click=turn>{said}</button>
            <button type="button" class="plain" aria-label=office.fill(W::Remove, &[&name]) on:click=remove><span aria-hidden="true">"×"</span></button>
        </span>
    }
}

/// A time in words: the day, the words, the cycle.
pub fn time(work: Work, item: &Item) -> String {
    let office = work.office;
    let draft = &item.draft;
    if let Some(again) = &draft.recurrence {
        let per = office.code(again.per.vi(), again.per.en());
        let times = again.times.map_or(1, openapi::tasks::Times::get).to_string();
        return office.fill(W::Per, &[&times, per]);
    }
    let day = work.commune.with_value(|commune| due::day(&draft.due, commune));
    let words = draft.due.text.as_ref().map(ToString::to_string);
    match (day, words) {
        (Some(day), Some(words)) => format!("{} · “{words}”", office.date(day)),
        (Some(day), None) => office.date(day),
        (None, Some(words)) => format!("“{words}”"),
        (None, None) => String::new(),
    }
}

/// Who, when, how much.
fn facts(work: Work, item: &Arc<Item>) -> impl IntoView + use<> {
    let office = work.office;
    let id = item.id;
    let chips: Vec<_> = item
        .draft
        .assignees
        .iter()
        .enumerate()
        .map(|(place, one)| chip(work, id, item, one, place))
        .collect();
    let nobody = item.is_unassigned().then(|| view! { <span class="lack">{office.say(W::Nobody)}</span> });
    let said = time(work, item);
    let open_ended = match item.draft.nature {
        Nature::Standing => Some(office.say(W::Standing)),
        Nature::Conditional => Some(office.say(W::Conditional)),
        _ => None,
    };
    let undated = item.is_undated();
    let when = (!said.is_empty()).then(|| view! { <span class="when" class:lack=undated>{said}</span> });
    let lack = (undated && open_ended.is_none())
        .then(|| view! { <span class="lack">{office.say(W::Undated)}</span> });
    let targets: Vec<_> = item
        .draft
        .targets
        .iter()
        .map(|target| view! { <span class="target">{target.text.to_string()}</span> })
        .collect();
    let product = item.draft.product.as_ref().map(
        |product| view! { <span class="product">{office.say(W::Product)}": "{product.to_string()}</span> },
    );
    view! {
        <div class="row-facts">
            {chips}{nobody}{when}{lack}
            {open_ended.map(|word| view! { <span class="when">{word}</span> })}
            {targets}{product}
        </div>
    }
}

/// What can be done with it.
fn buttons(work: Work) -> impl IntoView {
    let office = work.office;
    let dropped = work.desk.with(|desk| desk.item().is_some_and(|item| item.dropped));
    let one = move |word: W, key: &'static str, deed: Deed| {
        let press = move |event: leptos::ev::MouseEvent| {
            event.stop_propagation();
            work.act(deed);
        };
        view! { <button type="button" on:click=press>{office.say(word)}<kbd aria-hidden="true">{key}</kbd></button> }
    };
    view! {
        <div class="row-deeds">
            {one(W::Edit, "↵", Deed::Edit)}{one(W::Assign, "a", Deed::Assign)}{one(W::Due, "d", Deed::Due)}
            {one(W::Product, "r", Deed::Product)}{one(W::Split, "s", Deed::Split)}{one(W::Merge, "m", Deed::Merge)}
            {one(if dropped { W::TakeBack } else { W::Drop }, "x", Deed::Drop)}
            {one(W::Urgent, "p", Deed::Priority)}{one(W::Right, "v", Deed::Looked)}
        </div>
    }
}

/// Somebody else changed it, or the server does not take it.
fn trouble(work: Work, id: TaskId) -> Option<impl IntoView> {
    let office = work.office;
    Some(match work.saving.with(|saving| saving.trouble(Some(id)).cloned())? {
        Trouble::Task(task) => view! {
            <Notice bad=true>
                <p>{office.fill(W::Theirs, &[task.draft.content.as_str()])}</p>
                <button type="button" on:click=move |_| work.take_theirs(Some(id))>{office.say(W::TakeTheirs)}</button>
                <button type="button" on:click=move |_| work.keep_mine(Some(id))>{office.say(W::KeepMine)}</button>
            </Notice>
        }
        .into_any(),
        Trouble::Refused(why) => view! { <Notice bad=true><p>{office.fill(W::NotTaken, &[&why])}</p></Notice> }.into_any(),
        Trouble::Directive(_) => ().into_any(),
    })
}

/// Which words led to it.
fn why(work: Work, item: &Item) -> Option<impl IntoView + use<>> {
    let office = work.office;
    let english = office.language.get_untracked() == Language::En;
    let sure = item.certainty.map(|certainty| office.fill(W::Sure, &[&certainty.get().to_string()]));
    let one = |finding: &openapi::imports::Finding| {
        let (what, because) = (finding.what, finding.because);
        let (what, because) = if english { (what.en(), because.en()) } else { (what.vi(), because.vi()) };
        let words = finding.words.as_ref().map(|words| format!("“{}”", Title::as_str(words)));
        view! { <li><strong>{what}</strong>" "{words}" · "{because}</li> }
    };
    let findings: Vec<_> = item.findings.iter().map(one).collect();
    (!findings.is_empty()).then(|| view! {
        <details class="why"><summary>{W::Why.text(office.language.get_untracked())}" "<span class="quiet">{sure}</span></summary><ul>{findings}</ul></details>
    })
}
