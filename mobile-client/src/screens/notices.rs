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
    let unread = move || {
        let core = ui.core.get();
        let unread = core.book().notices.iter().filter(|notice| notice.read_at.is_none());
        unread.map(|notice| notice.id).collect::<Vec<_>>()
    };
    // All that were new while the screen was open.
    let new = Memo::new(move |before: Option<&Vec<NoticeId>>| {
        let mut new = before.cloned().unwrap_or_default();
        let more: Vec<_> = unread().into_iter().filter(|id| !new.contains(id)).collect();
        new.extend(more);
        new
    });
    let newest = Memo::new(move |_| unread().last().copied());
    Effect::new(move |_| {
        if let Some(up_to) = newest.get() {
            mark(ui, up_to);
        }
    });
    view! {
        <Page back=true title=Signal::derive(move || ui.say(Word::NoticesTitle).to_owned())>
            {move || {
                let core = ui.core.get();
                let notices: Vec<Notice> = core.book().notices.iter().cloned().collect();
                if notices.is_empty() {
                    return nothing(&ui, core.book().is_complete());
                }
                let new = new.get();
                let items = notices.into_iter().rev().map(|notice| {
                    let is_new = new.contains(&notice.id);
                    view! { <li><Told notice is_new/></li> }
                });
                view! { <ol class="cards">{items.collect_view()}</ol> }.into_any()
            }}
        </Page>
    }
}

/// Says that all up to here was read, to the server, which tells it to my other devices and to this
/// one. Without signal nothing is lost: it is said when the screen is opened again.
fn mark(ui: Ui, up_to: NoticeId) {
    spawn_local(async move {
        let question = Question::to::<MarkNotices>((), &NoQuery::default(), &ReadUpTo { up_to });
        let Ok(question) = question else { return };
        if ui.client().hear(question).await.0.is_ok() {
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
