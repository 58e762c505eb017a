//! "Thông báo": what I was told, the newest first. **Invariant: it is read from the book, and what was
//! new when the screen was opened is marked as new until it is left.**

use crate::{
    Question, piles,
    route::Route,
    when,
    words::{Word, inside},
};
use leptos::{prelude::*, task::spawn_local};
use openapi::{
    alerts::{MarkNotices, Notice, NoticeId, NoticeKind, ReadUpTo},
    endpoint::NoQuery,
    tasks::Nature,
};

use crate::{
    ui::Ui,
    widgets::{Empty, Page},
};

#[component]
pub fn Notices() -> impl IntoView {
    let ui = Ui::here();
    // With what is new: it stays so while one looks, and that it has been read draws nothing anew.
    let rows = Memo::new(move |before: Option<&Vec<(Notice, bool)>>| {
        let core = ui.core.get();
        let was_new = |id| before.is_some_and(|rows| rows.iter().any(|(one, new)| *new && one.id == id));
        let row = |notice: &Notice| {
            let is_new = notice.read_at.is_none() || was_new(notice.id);
            (Notice { read_at: None, ..notice.clone() }, is_new)
        };
        core.book().notices.iter().map(row).collect::<Vec<_>>()
    });
    Effect::new(move |_| {
        rows.track();
        let core = ui.core.get_untracked();
        let unread = core.book().notices.iter().filter(|notice| notice.read_at.is_none());
        if let Some(newest) = unread.last() {
            mark(ui, newest.id);
        }
    });
    view! {
        <Page back=true title=Signal::derive(move || ui.say(Word::NoticesTitle).to_owned())>
            {move || {
                let rows = rows.get();
                if rows.is_empty() {
                    return nothing(&ui, ui.core.get().book().is_complete());
                }
                let one = |(notice, is_new)| view! { <li><Told notice is_new/></li> };
                view! { <ol class="cards">{rows.into_iter().rev().map(one).collect_view()}</ol> }.into_any()
            }}
        </Page>
    }
}

/// Says that all up to here was read, to the server, which tells it to my other devices and to this
/// one. Without signal nothing is lost: it is said when the screen is opened again.
fn mark(ui: Ui, up_to: NoticeId) {
    spawn_local(async move {
        let question = Question::to::<MarkNotices>((), &NoQuery::default(), &ReadUpTo { up_to });
        if !ui.ask(question).await.is_null() {
            ui.voice().wake();
        }
    });
}

fn nothing(ui: &Ui, complete: bool) -> AnyView {
    let (title, hint) = if complete {
        (Word::NoNotices, Word::NoNoticesHint)
    } else {
        (Word::FirstFill, Word::FirstFillWaits)
    };
    view! { <Empty title=ui.say(title).to_owned() hint=ui.say(hint).to_owned()/> }.into_any()
}

/// One notice, as a villager says it; the whole of it opens the work.
#[component]
fn Told(notice: Notice, is_new: bool) -> impl IntoView {
    let ui = Ui::here();
    let href = notice.assignment.map(|id| Route::Task(id).hash());
    let sentence = sentence(&ui, &notice);
    let whose = notice.unit.filter(|unit| {
        let me = ui.me();
        !me.iter().any(|me| piles::reports_for(me).any(|mine| mine == unit.id))
    });
    let mark = |word: Word, look| view! { <span class=format!("mark {look}")>{ui.say(word)}</span> };
    view! {
        <a class="card" class:closed=!is_new href=href>
            {whose.map(|unit| view! { <span class="unit">{unit.name.to_string()}</span> })}
            <span class="what">{sentence}</span>
            <span class="foot">
                {is_new.then(|| mark(Word::NotRead, "new"))}
                {notice.escalated.then(|| mark(Word::PassedOn, "bad"))}
                <span>{ui.moment(notice.created_at)}</span>
            </span>
        </a>
    }
}

/// "Sắp đến hạn: rà soát hộ nghèo – còn 2 ngày". How it stands is told as of now, for that day: of an
/// older day, the day itself.
fn sentence(ui: &Ui, notice: &Notice) -> String {
    let kind = match notice.kind {
        NoticeKind::Unknown => ui.say(Word::NoticesTitle),
        kind => ui.code(kind.vi(), kind.en()),
    };
    let about = notice.task.as_ref().or_else(|| notice.directive.as_ref().map(|one| &one.title));
    let Some(about) = about else { return kind.to_owned() };
    let told = format!("{kind}: {about}");
    let Some(due_on) = notice.due_on else { return told };
    let core = ui.core.get();
    let view = notice.assignment.and_then(|id| core.view(id));
    let stands = match view.filter(|view| view.assignment.due_on == Some(due_on)) {
        Some(view) => {
            let standing_work = view.assignment.task.nature == Nature::Standing;
            when::standing(piles::facts(&view), ui.today(), ui.soon(), standing_work, ui.language.get())
        }
        None => ui.fill(Word::DueOn, &[&ui.date(due_on)]),
    };
    format!("{told} – {}", inside(&stands))
}
