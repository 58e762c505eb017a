//! The desk: the text on the left, the tasks on the right. **Invariant: it draws what the pure desk says and
//! tells it what was pressed; what is shown is kept in this browser before anything else happens to it.**

mod calls;
mod panels;
mod row;
mod source;
mod top;

use leptos::{ev, prelude::*, task::spawn_local};
use openapi::{
    directives::DirectiveId,
    reading::Commune,
    tasks::{TaskDraft, TaskId},
};

use self::{source::SourcePane, top::Top};
use crate::{
    device,
    office::{
        editor::{
            desk::Desk,
            edit::{Around, Edit},
            kept::Kept,
            keys::{self, Deed, KEYS, Pressed},
            saving::{Of, Saving, Standing, Trouble},
        },
        screens::draft::{fetch, keep},
        session::Office,
        words::Desk as W,
    },
};

/// What the keyboard is for just now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Going from task to task.
    List,
    /// Changing the words of a task.
    Edit,
    /// Saying who.
    Assign,
    /// Saying when.
    Due,
    /// Saying with what result.
    Product,
    /// Choosing where to split: the first, second… place.
    Split(usize),
    /// Choosing what to take in: the first, second… stretch.
    TakeIn(usize),
}
impl Mode {
    /// Whether a field is open, to which what is typed belongs.
    const fn has_field(self) -> bool {
        matches!(self, Self::Edit | Self::Assign | Self::Due | Self::Product)
    }
}

/// The desk on the screen.
#[derive(Clone, Copy)]
pub struct Work {
    /// Who works at it.
    pub office: Office,
    /// The directive.
    pub id: DirectiveId,
    /// What lies on it.
    pub desk: RwSignal<Desk>,
    /// What the server has of it.
    pub saving: RwSignal<Saving>,
    /// What is known of the commune.
    pub commune: StoredValue<Commune>,
    /// What the keyboard is for.
    pub mode: RwSignal<Mode>,
    /// Whether the facts of the document are open.
    pub facts: RwSignal<bool>,
    /// Whether it is seen who gets what.
    pub issuing: RwSignal<bool>,
    /// Whether a look at the keys is being taken.
    pub again: Callback<()>,
    ticket: StoredValue<u32>,
}

impl Work {
    /// Does something to the tasks. Whether it fitted.
    pub fn put(self, edit: &Edit) -> bool {
        let fitted = self.desk.try_update(|desk| {
            let mut new_id = || self.office.new_id();
            self.commune.with_value(|commune| {
                desk.put(edit, &mut Around { directive: self.id, commune, new_id: &mut new_id })
            })
        });
        self.changed();
        fitted.unwrap_or(false)
    }
    /// Something has changed: it is kept here at once, and brought to the server soon.
    pub fn changed(self) {
        self.keep();
        let ticket = self.ticket.get_value().wrapping_add(1);
        self.ticket.set_value(ticket);
        spawn_local(async move {
            device::sleep(400).await;
            // Somebody who types on is waited for.
            if self.ticket.try_get_value() == Some(ticket) {
                self.save().await;
            }
        });
    }
    fn keep(self) {
        let kept =
            self.desk.with_untracked(|desk| self.saving.with_untracked(|saving| Kept::of(desk, saving)));
        let issued = self.saving.with_untracked(Saving::is_issued);
        keep(self.id, kept.filter(|_| !issued).as_ref());
    }
    /// Brings to the server what it does not have.
    async fn save(self) {
        loop {
            let step = self.desk.try_with_untracked(|desk| {
                let (facts, wanted) = (desk.facts.clone(), desk.sheet().wanted());
                self.saving.try_update(|saving| saving.next(&facts, &wanted))
            });
            let Some(Some(Some(step))) = step else { return };
            let answer = calls::ask(self.office, self.id, &step).await;
            let Some(patience) = self.saving.try_update(|saving| {
                saving.settle(answer);
                saving.patience()
            }) else {
                return;
            };
            self.keep();
            if patience > 0 {
                device::sleep(patience).await;
            }
        }
    }
    /// What the server is to have.
    pub fn wanted(self) -> Vec<(TaskId, TaskDraft)> {
        self.desk.with(|desk| desk.sheet().wanted())
    }
    /// How saving stands.
    pub fn standing(self) -> Standing {
        let wanted = self.wanted();
        self.desk.with(|desk| self.saving.with(|saving| saving.standing(&desk.facts, &wanted)))
    }
    /// The clerk keeps what he has.
    pub fn keep_mine(self, of: Of) {
        self.saving.update(|saving| saving.keep_mine(of));
        self.changed();
    }
    /// The clerk takes what the server has.
    pub fn take_theirs(self, of: Of) {
        let taken = self.saving.try_update(|saving| saving.take_theirs(of)).flatten();
        self.desk.update(|desk| match &taken {
            Some(Trouble::Task(task)) => desk.take_theirs(task),
            Some(Trouble::Directive(found)) => desk.facts = found.draft.clone(),
            _ => {}
        });
        self.changed();
    }
    /// The keyboard goes from task to task again.
    pub fn to_list(self) {
        self.desk.update(Desk::leave_field);
        self.mode.set(Mode::List);
        self.follow();
    }
    /// Moves the focus to the task before his eyes, and shows where it stands.
    pub fn follow(self) {
        let Some(id) = self.desk.with_untracked(Desk::at) else { return };
        spawn_local(async move {
            device::sleep(0).await;
            if self.mode.try_get_untracked() == Some(Mode::List) {
                device::focus(&format!("#row-{id}"));
            }
            device::show_in(".pane.tasks", &format!("#row-{id}"));
            device::show_in(".pane.source", &format!("#src-{id}"));
        });
    }
    /// Looks at a task.
    pub fn look_at(self, id: TaskId) {
        if self.desk.with_untracked(Desk::at) != Some(id) {
            self.mode.set(Mode::List);
            self.desk.update(|desk| desk.look_at(id));
            self.follow();
        }
    }

    /// Does what a key or a button says.
    pub fn act(self, deed: Deed) {
        let say = |word| self.office.tell(self.office.say(word));
        let at = self.desk.with_untracked(Desk::at);
        let step = |by| {
            self.desk.update(|desk| desk.step(by));
            self.follow();
        };
        let edit = |of: fn(TaskId) -> Edit| at.is_some_and(|id| self.put(&of(id)));
        let mode = |mode| {
            if at.is_some() {
                self.mode.set(mode);
            }
        };
        match deed {
            Deed::Down => step(1),
            Deed::Up => step(-1),
            Deed::First => step(isize::MIN),
            Deed::Last => step(isize::MAX),
            Deed::Edit => mode(Mode::Edit),
            Deed::Assign => mode(Mode::Assign),
            Deed::Due => mode(Mode::Due),
            Deed::Product => mode(Mode::Product),
            Deed::Split if self.cuts().is_empty() => say(W::NoCut),
            Deed::Split => mode(Mode::Split(0)),
            Deed::TakeIn => match self.desk.with_untracked(|desk| desk.sheet().takable().len()) {
                0 => say(W::NothingLeft),
                _ => self.take(0),
            },
            Deed::Merge => {
                if !edit(Edit::Merge) {
                    say(W::NoMerge);
                }
                self.follow();
            }
            Deed::Drop => {
                edit(Edit::Drop);
                self.follow();
            }
            Deed::Priority => {
                edit(Edit::Priority);
            }
            Deed::Looked => {
                edit(Edit::Looked);
            }
            Deed::Next => {
                if !self.desk.try_update(Desk::next_to_look).unwrap_or(false) {
                    say(W::NothingToLook);
                }
                self.follow();
            }
            Deed::Undo | Deed::Redo => {
                let travel = if deed == Deed::Undo { Desk::undo } else { Desk::redo };
                if !self.desk.try_update(travel).unwrap_or(false) {
                    say(W::NothingToUndo);
                }
                self.changed();
                self.follow();
            }
            Deed::Facts => self.facts.set(true),
            Deed::Issue => self.issue(),
        }
    }
    /// Where the task before his eyes may be split.
    pub fn cuts(self) -> Vec<u32> {
        self.desk.with(|desk| {
            let span = desk.item().and_then(|item| item.span);
            span.map(|span| desk.sheet().source.cuts(span)).unwrap_or_default()
        })
    }
    fn take(self, place: usize) {
        self.mode.set(Mode::TakeIn(place));
        spawn_local(async move {
            device::sleep(0).await;
            device::show_in(".pane.source", ".pane.source .taking");
        });
    }
    /// Arrows, Enter and Escape while a place is being chosen. Whether the key was for that.
    fn choose(self, key: &str) -> bool {
        let mode = self.mode.get_untracked();
        let many = match mode {
            Mode::Split(_) => untrack(|| self.cuts().len()),
            Mode::TakeIn(_) => self.desk.with_untracked(|desk| desk.sheet().takable().len()),
            _ => return false,
        };
        let (Mode::Split(place) | Mode::TakeIn(place)) = mode else { return false };
        let moved = match key {
            "ArrowRight" | "ArrowDown" => (place + 1).min(many.saturating_sub(1)),
            "ArrowLeft" | "ArrowUp" => place.saturating_sub(1),
            "Enter" => {
                self.take_place(mode, place);
                return true;
            }
            "Escape" => {
                self.to_list();
                return true;
            }
            _ => return true,
        };
        match mode {
            Mode::Split(_) => self.mode.set(Mode::Split(moved)),
            _ => self.take(moved),
        }
        true
    }
    /// Splits, or takes in, where that was chosen.
    pub fn take_place(self, mode: Mode, place: usize) {
        let at = self.desk.with_untracked(Desk::at);
        match mode {
            Mode::Split(_) => {
                if let (Some(id), Some(cut)) = (at, untrack(|| self.cuts()).get(place)) {
                    self.put(&Edit::Split(id, *cut));
                }
            }
            _ => {
                let takable = self.desk.with_untracked(|desk| desk.sheet().takable());
                if let Some(span) = takable.get(place) {
                    self.put(&Edit::TakeIn(*span));
                }
            }
        }
        self.to_list();
    }
    /// Opens the preview, when the server has what is shown and nobody else changed anything.
    fn issue(self) {
        let office = self.office;
        if self.issuing.get_untracked() {
            device::press("dialog .inside form button[type=submit]");
            return;
        }
        spawn_local(async move {
            self.save().await;
            if untrack(|| self.standing()) != Standing::Saved {
                office.tell(office.say(W::WaitSaving));
                return;
            }
            let wanted = self.desk.with_untracked(|desk| desk.sheet().wanted());
            match fetch(office, self.id).await {
                Ok(Some((found, tasks))) if same_tasks(self.id, &wanted, &tasks) => {
                    self.saving.update(|saving| saving.seen(&found));
                    self.issuing.set(true);
                }
                Ok(_) => office.tell(office.say(W::SomebodyChanged)),
                Err(failed) => office.tell(office.why(&failed)),
            }
        });
    }
}
use crate::office::editor::saving::same_tasks;

/// Whether the focus is in something that takes keys itself.
fn inside(selector: &str) -> bool {
    let focused = web_sys::window().and_then(|window| window.document()?.active_element());
    focused.is_some_and(|element| element.closest(selector).ok().flatten().is_some())
}

fn press(work: Work, event: &ev::KeyboardEvent) {
    let key = event.key();
    let own = if key == "Enter" {
        "input, textarea, select, dialog, button, a, summary"
    } else {
        "input, textarea, select, dialog"
    };
    let held = event.ctrl_key() || event.meta_key();
    if !held && work.mode.get_untracked().has_field() && !inside("input, textarea, select, dialog, button") {
        // Its field is on the way to the focus: letters typed meanwhile are no commands.
        return;
    }
    if !held && !event.alt_key() && !inside("input, textarea, select, dialog") && work.choose(&key) {
        event.prevent_default();
        return;
    }
    let typing = inside(own);
    let pressed = Pressed { key: &key, held, shift: event.shift_key(), alt: event.alt_key(), typing };
    if held && key == "Enter" && work.facts.get_untracked() {
        // The frame sends the form that is open.
        return;
    }
    if let Some(deed) = keys::deed(pressed) {
        event.prevent_default();
        work.act(deed);
    }
}

/// The desk.
#[component]
pub fn Screen(
    /// Which directive.
    id: DirectiveId,
    /// What lies on it.
    laid: Desk,
    /// What the server has.
    saving: Saving,
    /// What is known of the commune.
    commune: Commune,
    /// Opens it anew.
    again: Callback<()>,
) -> impl IntoView {
    let office = Office::here();
    let work = Work {
        office,
        id,
        desk: RwSignal::new(laid),
        saving: RwSignal::new(saving),
        commune: StoredValue::new(commune),
        mode: RwSignal::new(Mode::List),
        facts: RwSignal::new(false),
        issuing: RwSignal::new(false),
        again,
        ticket: StoredValue::new(0),
    };
    let listening = window_event_listener(ev::keydown, move |event| press(work, &event));
    on_cleanup(move || listening.remove());
    // What is not saved is tried again as soon as there is a network.
    let online = window_event_listener(ev::online, move |_| work.changed());
    on_cleanup(move || online.remove());
    work.changed();
    Effect::new(move |before: Option<()>| {
        if before.is_none() {
            work.follow();
        }
    });
    Effect::new(move |_| {
        let title = work.desk.with(|desk| desk.facts.title.to_string());
        device::head(office.language.get().as_str(), &format!("{title} · Đôn Đốc"));
    });
    let items = move || work.desk.with(Desk::shown);
    let nothing = move || {
        let empty = work.desk.with(|desk| desk.sheet().items.is_empty());
        items().is_empty().then(
            || view! { <p class="quiet">{office.say(if empty { W::NoTasks } else { W::NothingShown })}</p> },
        )
    };
    view! {
        <div class="desk">
            <Top work/>
            <SourcePane work/>
            <section class="pane tasks" aria-label=office.say(W::Tasks)>
                {nothing}
                <ol>
                    <For each=items key=|id| *id children=move |id| view! { <row::Row work id/> }/>
                </ol>
            </section>
        </div>
        <top::Frames work/>
    }
}

/// The keys of the desk, for the list under `?`.
#[component]
pub fn Keys() -> impl IntoView {
    let office = Office::here();
    let word = |deed| match deed {
        Deed::Down => W::KeyDown,
        Deed::Up => W::KeyUp,
        Deed::First => W::KeyFirst,
        Deed::Last => W::KeyLast,
        Deed::Edit => W::KeyEdit,
        Deed::Split => W::KeySplit,
        Deed::Merge => W::KeyMerge,
        Deed::Drop => W::KeyDrop,
        Deed::TakeIn => W::KeyTakeIn,
        Deed::Assign => W::KeyAssign,
        Deed::Due => W::KeyDue,
        Deed::Product => W::KeyProduct,
        Deed::Priority => W::KeyPriority,
        Deed::Looked => W::KeyLooked,
        Deed::Next => W::KeyNext,
        Deed::Undo => W::KeyUndo,
        Deed::Redo => W::KeyRedo,
        Deed::Facts => W::KeyFacts,
        Deed::Issue => W::KeyIssue,
    };
    let one = move |(deed, key): (Deed, &'static str)| {
        let keys: Vec<_> = key.split("  ").map(|key| view! { <kbd>{key}</kbd>" " }).collect();
        view! { <div><dt>{keys}</dt><dd>{office.say(word(deed))}</dd></div> }
    };
    view! {
        <h3>{office.say(W::Keys)}</h3>
        <dl class="keys">{KEYS.map(one).collect_view()}</dl>
    }
}
