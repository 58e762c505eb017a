//! The book: filled, followed, begun anew, pruned, and what I said laid over it.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use openapi::{
    alerts::{Notice, NoticeId},
    assignments::Assignment,
    endpoint::Dto,
    ledger::{ChangeKind, Feed, FeedItem, Subject},
    reports::Report,
    timeliness::State,
    value::{Cursor, Version},
};
use proptest::prelude::*;

use super::{
    server::person,
    world::{Fate, World, assignment, begin},
};
use crate::offline::{
    book::{Book, Turn},
    event::{Ask, Event},
    memory::Memory,
};

fn one(number: u8, change: impl FnOnce(&mut Assignment)) -> FeedItem {
    let mut one = Assignment::example();
    one.id = assignment(number);
    change(&mut one);
    let data = serde_json::to_value(&one).ok();
    FeedItem { subject: Subject::Assignment, id: one.id.cast(), change: ChangeKind::Put, data }
}
fn feed(items: Vec<FeedItem>, more: bool) -> Feed {
    Feed { items, state: Cursor::of(&("state", 1)), more }
}
/// Takes a turn, on disk and in memory, and sees that both are the same.
fn take(book: &mut Book, disk: &Memory, turn: Turn) {
    disk.keep(turn.changes()).unwrap();
    book.take(turn);
    let stored = Book::load(&disk.snapshot());
    assert_eq!(format!("{stored:?}"), format!("{book:?}"));
}

#[test]
fn what_a_newer_server_invents_is_passed_over() {
    let (mut book, disk) = (Book::default(), Memory::default());
    let mut comet = one(1, |_| {});
    comet.subject = Subject::Unknown;
    let mut strange = one(2, |_| {});
    strange.data = Some(serde_json::json!({ "id": assignment(2), "form": "another" }));
    let newer = one(3, |_| {});
    let turn = book.turn(feed(vec![comet, strange, newer], false), begin());
    disk.keep(turn.changes()).unwrap();
    book.take(turn);
    assert_eq!(book.assignments.len(), 1);
    // The text of what could not be read is there for a build that can.
    let row = format!("assignment.{}", assignment(2));
    assert!(disk.snapshot().row(crate::offline::store::Room::Book, &row).unwrap().contains("another"));
}

#[test]
fn long_closed_work_goes_with_its_reports_and_open_work_stays() {
    let (mut book, disk) = (Book::default(), Memory::default());
    let closed = |days: i64| {
        move |one: &mut Assignment| {
            one.state = State::Completed;
            one.closed_at = Some(begin().plus(TimeDelta::days(-days)));
        }
    };
    let mut report = Report::example();
    report.draft.assignment = assignment(1);
    let report = FeedItem {
        subject: Subject::Report,
        id: report.id.cast(),
        change: ChangeKind::Put,
        data: serde_json::to_value(&report).ok(),
    };
    let old = |one: &mut Assignment| one.updated_at = begin().plus(TimeDelta::days(-900));
    let items = vec![one(1, closed(62)), report, one(2, closed(58)), one(3, old)];
    let turn = book.turn(feed(items, false), begin());
    take(&mut book, &disk, turn);
    let turn = book.prune().unwrap();
    take(&mut book, &disk, turn);
    assert_eq!((book.assignments.len(), book.reports.len()), (2, 0));
    assert!(book.prune().is_none());
}

#[test]
fn the_newest_notices_stay_also_where_there_is_no_work() {
    let (mut book, disk) = (Book::default(), Memory::default());
    let notice = |number: u64| {
        let id = NoticeId::new(number, [7; 10]);
        let data = serde_json::to_value(Notice { id, ..Notice::example() }).ok();
        FeedItem { subject: Subject::Notice, id: id.cast(), change: ChangeKind::Put, data }
    };
    let turn = book.turn(feed((1..=200).map(notice).collect(), false), begin());
    take(&mut book, &disk, turn);
    assert!(book.prune().is_none());
    // A day on which much was told, and not in its order.
    let turn = book.turn(feed([203, 201, 202].map(notice).into(), false), begin());
    take(&mut book, &disk, turn);
    let turn = book.prune().unwrap();
    take(&mut book, &disk, turn);
    let stayed: Vec<u64> =
        (1..=203).filter(|n| book.notices.get(NoticeId::new(*n, [7; 10])).is_some()).collect();
    assert_eq!(stayed, (4..=203).collect::<Vec<_>>());
}

#[test]
fn the_old_book_is_read_until_the_new_one_is_complete() {
    let mut world = World::new();
    world.sign_in(person(1));
    world.report(1, 0, "một", false);
    world.settles();
    world.server.another_epoch();
    world.happens(Event::Wake(world.now()));
    let mut sizes = Vec::new();
    for _ in 0..5 {
        world.do_all();
        if world.flights.is_empty() {
            break;
        }
        world.ends(0, Fate::Good);
        world.do_all();
        sizes.push(world.core.book().assignments.len());
        // Killed half way: it goes on where it was.
        world.restart();
    }
    assert_eq!(sizes, [3; 5]);
    world.settles();
    world.check_drained(person(1));
}

#[test]
fn an_answer_that_the_feed_has_overtaken_does_not_set_the_book_back() {
    let (mut book, disk) = (Book::default(), Memory::default());
    let at = |version: i64| move |one: &mut Assignment| one.version = Version::try_from(version).unwrap();
    let turn = book.turn(feed(vec![one(1, at(5))], false), begin());
    take(&mut book, &disk, turn);
    let turn = book.told(one(1, at(4)));
    take(&mut book, &disk, turn);
    assert_eq!(book.assignments.get(assignment(1)).unwrap().version.get(), 5);
    let turn = book.told(one(1, at(6)));
    take(&mut book, &disk, turn);
    assert_eq!(book.assignments.get(assignment(1)).unwrap().version.get(), 6);
}

#[test]
fn what_i_said_lies_over_the_servers_word_until_it_is_part_of_it() {
    let mut world = World::new();
    world.sign_in(person(1));
    world.settles();
    let view = |world: &World| {
        let view = world.core.view(assignment(2)).unwrap();
        (view.said.len(), view.quantity().map(|quantity| quantity.to_string()), view.state())
    };
    assert_eq!(view(&world), (0, Some("1".into()), State::InProgress));
    world.report(2, 0, "xong", true);
    world.do_all();
    // A download in between changes nothing of it.
    world.server.assign(2, 7);
    let pulled = world.flights.iter().position(|flight| matches!(flight.ask, Ask::Feed(..)));
    if let Some(pulled) = pulled {
        world.ends(pulled, Fate::Good);
        world.do_all();
    }
    assert_eq!(view(&world), (1, Some("2".into()), State::Submitted));
    world.passes(1);
    let sent = world.flights.iter().position(|flight| matches!(flight.ask, Ask::Work(..))).unwrap();
    world.ends(sent, Fate::Good);
    world.do_all();
    assert_eq!(view(&world).0, 1, "sent, and the book not read since");
    world.passes(1);
    world.settles();
    assert_eq!(view(&world).0, 0);
}

/// A page of the feed, or that changes cannot be told.
#[derive(Debug, Clone)]
enum Heard {
    Page(Vec<(u8, i64, bool)>, bool),
    StartOver,
}

proptest! {
    /// The book on disk is the one in memory, and is what the pages say.
    #[test]
    fn the_book_is_what_the_feed_told(heard in prop::collection::vec(prop_oneof![
        5 => (prop::collection::vec((1..6u8, 1..9i64, any::<bool>()), 0..4), any::<bool>())
            .prop_map(|(items, more)| Heard::Page(items, more)),
        1 => Just(Heard::StartOver),
    ], 1..30)) {
        let (mut book, disk) = (Book::default(), Memory::default());
        let (mut shown, mut beside, mut complete) = (BTreeMap::new(), None::<BTreeMap<_, _>>, false);
        for heard in heard {
            let turn = match heard {
                Heard::StartOver => {
                    if complete { beside = Some(BTreeMap::new()) } else { shown.clear() }
                    book.start_over()
                }
                Heard::Page(items, more) => {
                    let filled = beside.as_mut().unwrap_or(&mut shown);
                    let item = |(number, version, gone): (u8, i64, bool)| {
                        if gone { filled.remove(&number) } else { filled.insert(number, version) };
                        let mut item = one(number, |one| one.version = Version::try_from(version).unwrap());
                        if gone {
                            (item.change, item.data) = (ChangeKind::Gone, None);
                        }
                        item
                    };
                    let items = items.into_iter().map(item).collect();
                    if !more {
                        complete = true;
                        shown = beside.take().unwrap_or(shown);
                    }
                    book.turn(feed(items, more), begin())
                }
            };
            take(&mut book, &disk, turn);
            let held: BTreeMap<u8, i64> = (1..6u8)
                .filter_map(|n| Some((n, i64::from(book.assignments.get(assignment(n))?.version.get()))))
                .collect();
            prop_assert_eq!(&held, &shown);
        }
    }
}
