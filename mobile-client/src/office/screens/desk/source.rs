//! The text on the left, in the colours of what became of it. **Invariant: every character is shown, in its
//! place; a colour says nothing that its title does not.**

use leptos::prelude::*;
use openapi::{imports::Span, problem::Language, tasks::TaskId};

use super::{Mode, Work};
use crate::office::{
    editor::sheet::{Mark, Piece},
    words::Desk as W,
};

/// A stretch as it is drawn.
#[derive(Debug, Clone, PartialEq)]
struct Drawn {
    text: String,
    look: &'static str,
    title: String,
    task: Option<TaskId>,
    /// Whether it is the first of its task.
    first: bool,
    /// Which of those that may be taken in it is.
    takable: Option<usize>,
}

/// The text.
#[component]
pub fn SourcePane(work: Work) -> impl IntoView {
    let office = work.office;
    let paragraphs = work.desk.with_untracked(|desk| desk.sheet().source.paragraphs());
    let pieces = Memo::new(move |_| work.desk.with(|desk| desk.sheet().pieces()));
    let takable = Memo::new(move |_| work.desk.with(|desk| desk.sheet().takable()));
    let one = move |paragraph: Span| {
        let drawn = Memo::new(move |_| {
            pieces.with(|pieces| takable.with(|takable| draw(work, paragraph, pieces, takable)))
        });
        view! { <p>{move || drawn.get().into_iter().map(|one| stretch(work, one)).collect_view()}</p> }
    };
    view! {
        <section class="pane source" tabindex="0" aria-label=office.say(W::Source)>
            {paragraphs.into_iter().filter(|span| !span.is_empty()).map(one).collect_view()}
        </section>
    }
}

/// A paragraph in its stretches.
fn draw(work: Work, paragraph: Span, pieces: &[Piece], takable: &[Span]) -> Vec<Drawn> {
    let office = work.office;
    let from = pieces.partition_point(|piece| piece.span.to <= paragraph.from);
    let mut drawn = Vec::new();
    work.desk.with_untracked(|desk| {
        let sheet = desk.sheet();
        for piece in pieces.iter().skip(from).take_while(|piece| piece.span.from < paragraph.to) {
            let span =
                Span { from: piece.span.from.max(paragraph.from), to: piece.span.to.min(paragraph.to) };
            let first = span.from == piece.span.from;
            let mut push = |span: Span, look, title: String, task, takable| {
                drawn.push(Drawn { text: sheet.source.slice(span), look, title, task, first, takable });
            };
            match piece.mark {
                Mark::Task(id) => {
                    let looks = sheet.item(id).is_some_and(|item| item.needs_look());
                    let (look, title) =
                        if looks { ("task look", office.say(W::ToLook)) } else { ("task", "") };
                    push(span, look, title.to_owned(), Some(id), None);
                }
                Mark::Dropped(id) => push(span, "gone", office.say(W::TakenOut).to_owned(), Some(id), None),
                Mark::LeftOut(because) => {
                    let english = office.language.get_untracked() == Language::En;
                    let why = if english { because.en() } else { because.vi() };
                    let mut here = span.from;
                    // What may be taken in is drawn apart, so that it can be chosen.
                    for (place, own) in takable.iter().enumerate().filter(|(_, own)| span.holds(**own)) {
                        push(Span { from: here, to: own.from }, "left", why.to_owned(), None, None);
                        push(*own, "left may", why.to_owned(), None, Some(place));
                        here = own.to;
                    }
                    push(Span { from: here, to: span.to }, "left", why.to_owned(), None, None);
                }
            }
        }
    });
    drawn.retain(|one| !one.text.is_empty());
    drawn
}

fn stretch(work: Work, one: Drawn) -> impl IntoView {
    let Drawn { text, look, title, task, first, takable } = one;
    let at = move || task.is_some() && work.desk.with(|desk| desk.at() == task);
    let taking =
        move || takable.is_some() && matches!(work.mode.get(), Mode::TakeIn(place) if Some(place) == takable);
    let press = move |_| match (task, takable) {
        (Some(id), _) => work.look_at(id),
        (None, Some(place)) if work.mode.get_untracked() == Mode::TakeIn(place) => {
            work.take_place(Mode::TakeIn(place), place);
        }
        (None, Some(place)) => work.take(place),
        (None, None) => {}
    };
    let id = task.filter(|_| first).map(|id| format!("src-{id}"));
    let title = (!title.is_empty()).then_some(title);
    view! { <span id=id class=look class:at=at class:taking=taking title=title on:click=press>{text}</span> }
}
