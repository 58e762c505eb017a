//! The tree of units, and entering one.

use std::sync::Arc;

use leptos::prelude::*;
use openapi::{
    access::Action,
    text::fold,
    units::{PatchUnit, PutUnit, Unit, UnitDraft, UnitId, UnitKind, UnitPatch},
    value::{Date, Name},
};

use crate::office::{
    parts::{
        Area, Day, Drawer, Empty, Form, FormFrame, Line, Page, Pick, Select, Tag, Tick, code, codes_of, shown,
    },
    route::Route,
    screens::{Commune, issue::change},
    session::Office,
    words::{Frame, Units as W},
};

/// Whether a unit exists no more.
pub fn ended(unit: &Unit, today: Date) -> bool {
    unit.draft.valid_to.is_some_and(|last| last < today)
}

/// The tree.
#[component]
pub fn UnitTree() -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let form = Form::unkept();
    let (typed, all, adding) = (RwSignal::new(String::new()), RwSignal::new(false), RwSignal::new(false));
    let changes = office.may(Action::ChangeOrganisation);
    let new = move || {
        changes.then(|| {
            view! { <button type="button" class="main" data-new on:click=move |_| adding.set(true)>{office.say(W::New)}</button> }
                .into_any()
        })
    };
    let row = move |(depth, unit): (usize, &Unit)| {
        let aliases: Vec<String> = unit.draft.aliases.iter().map(ToString::to_string).collect();
        let ended = unit.draft.valid_to.filter(|last| *last < office.today());
        let ended = ended.map(|last| view! { <Tag word=office.fill(W::Ended, &[&office.date(last)])/> });
        view! {
            <tr>
                <td class=format!("depth-{}", depth.min(4))><a href=Route::Unit(unit.id).hash()>{unit.draft.name.to_string()}</a></td>
                <td>{code!(office, unit.draft.kind)}</td>
                <td>{aliases.join(", ")}</td>
                <td class="tight">{ended}</td>
            </tr>
        }
    };
    view! {
        <Page title=office.say(W::Title) deeds=new()>
            <div class="filters">
                <Line form name="q" label=office.say(W::Search) value=typed/>
                <Tick name="all" label=office.say(W::ShowEnded) value=all/>
            </div>
            {shown(commune.units, move |units| {
                if units.is_empty() {
                    return view! { <Empty title=office.say(W::None) hint=office.say(W::NoneHint) deed=new()/> }.into_any();
                }
                view! {
                    <div class="table"><table>
                        <thead><tr>
                            <th>{office.say(W::Name)}</th><th>{office.say(W::Kind)}</th><th>{office.say(W::Aliases)}</th>
                            <th>{office.say(W::Validity)}</th>
                        </tr></thead>
                        <tbody>{move || {
                            let wanted = fold(&typed.get());
                            let today = office.today();
                            let seen: Vec<&Unit> =
                                units.iter().filter(|unit| all.get() || !ended(unit, today)).collect();
                            tree(&seen, &wanted).into_iter().map(row).collect_view()
                        }}</tbody>
                    </table></div>
                }
                .into_any()
            })}
            <Drawer title=office.say(W::New) open=adding>
                <UnitForm unit=None done=Callback::new(move |unit: Unit| {
                    adding.set(false);
                    office.tell(office.fill(W::Added, &[unit.draft.name.as_str()]));
                    commune.units.again();
                    office.go(Route::Unit(unit.id));
                }) again=Callback::new(|()| {})/>
            </Drawer>
        </Page>
    }
}

/// The units in the order of the tree, each with its depth; when something is sought, those that have it.
fn tree<'a>(units: &[&'a Unit], wanted: &str) -> Vec<(usize, &'a Unit)> {
    if !wanted.is_empty() {
        let has = |unit: &&&Unit| {
            let own = std::iter::once(&unit.draft.name).chain(&unit.draft.aliases);
            own.into_iter().any(|name| fold(name.as_str()).contains(wanted))
        };
        return units.iter().filter(has).map(|unit| (0, *unit)).collect();
    }
    let there = |id: UnitId| units.iter().any(|unit| unit.id == id);
    let mut rows = Vec::new();
    // Whose parent is not shown stands at the root. The server lets no circle in.
    let roots = units.iter().rev().filter(|unit| unit.draft.parent.is_none_or(|parent| !there(parent)));
    let mut next: Vec<(usize, &Unit)> = roots.map(|unit| (0, *unit)).collect();
    while let Some((depth, unit)) = next.pop() {
        rows.push((depth, unit));
        let below = units.iter().rev().filter(|child| child.draft.parent == Some(unit.id));
        next.extend(below.map(|child| (depth + 1, *child)));
    }
    rows
}

/// Entering a unit, or changing one.
#[component]
pub fn UnitForm(
    /// The one to change; a new one without it.
    unit: Option<Arc<Unit>>,
    /// What is done when the server has it.
    done: Callback<Unit>,
    /// Fetches it again.
    again: Callback<()>,
) -> impl IntoView {
    let office = Office::here();
    let commune = Commune::here();
    let name = unit.as_ref().map_or_else(|| "unit".to_owned(), |unit| format!("unit/{}", unit.id));
    let form = Form::new(name);
    let saved = unit.as_ref().map(|unit| unit.draft.clone());
    let day = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let of = |read: &dyn Fn(&UnitDraft) -> String| saved.as_ref().map(read).unwrap_or_default();
    let name = form.text("name", of(&|draft| draft.name.to_string()));
    let kind = form.text("kind", saved.as_ref().map_or(UnitKind::Thon, |draft| draft.kind).as_str());
    let lines = |names: &[Name]| names.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n");
    let aliases = form.text("aliases", of(&|draft| lines(&draft.aliases)));
    let parent = form.text("parent", of(&|draft| draft.parent.map(|id| id.to_string()).unwrap_or_default()));
    let from = form.text("valid_from", of(&|draft| day(draft.valid_from)));
    let to = form.text("valid_to", of(&|draft| day(draft.valid_to)));
    let read = move || {
        let typed = aliases.get_untracked();
        let typed: Vec<&str> = typed.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let names: Vec<Name> = typed.iter().filter_map(|line| form.read("aliases", line)).collect();
        let (whole, parent) = (names.len() == typed.len(), parent.get_untracked());
        Some(UnitDraft {
            kind: form.read("kind", &kind.get_untracked())?,
            name: form.read("name", &name.get_untracked())?,
            aliases: whole.then_some(names)?,
            parent: parent.parse().ok(),
            valid_from: form.read_optional("valid_from", &from.get_untracked())?,
            valid_to: form.read_optional("valid_to", &to.get_untracked())?,
        })
    };
    // One id for as long as the form is open: sent twice it is entered once.
    let fresh = office.new_id::<Unit>();
    let submit = move || {
        let Some(draft) = read() else { return };
        match &unit {
            None => form.send(office.call::<PutUnit>(fresh, draft), move |unit| {
                done.try_run(unit);
            }),
            Some(unit) => {
                let (id, before) = (unit.id, unit.draft.clone());
                let then = move |unit: Unit| {
                    let version = unit.version;
                    done.try_run(unit);
                    let before = before.clone();
                    office.tell_undo(office.say(Frame::Saved), move || {
                        let back = office.change::<PatchUnit>(id, version, patch(before.clone()));
                        office.take_back(back, move |unit| {
                            done.try_run(unit);
                        });
                    });
                };
                form.send(office.change::<PatchUnit>(id, unit.version, patch(draft)), then);
            }
        }
    };
    view! {
        <FormFrame form submit look_again=again>
            <Line form name="name" label=office.say(W::Name) value=name/>
            <Select form name="kind" label=office.say(W::Kind) value=kind choices=codes_of!(office, UnitKind)/>
            <Area form name="aliases" label=office.say(W::Aliases) value=aliases hint=office.say(W::AliasesHint) optional=true/>
            <Pick form name="parent" label=office.say(W::Parent) value=parent choices=commune.choices(office) optional=true/>
            <div class="pair">
                <Day form name="valid_from" label=office.say(W::From) value=from optional=true/>
                <Day form name="valid_to" label=office.say(W::To) value=to hint=office.say(W::ToHint) optional=true/>
            </div>
        </FormFrame>
    }
}

/// The patch that makes a unit be as a draft says.
fn patch(draft: UnitDraft) -> UnitPatch {
    UnitPatch {
        kind: Some(draft.kind),
        name: Some(draft.name),
        aliases: Some(draft.aliases),
        parent: change(draft.parent),
        valid_from: change(draft.valid_from),
        valid_to: change(draft.valid_to),
        version: None,
    }
}
