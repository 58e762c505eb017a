//! Single rules of sending, each told by a short story.

use openapi::{endpoint::Dto, problem::Code, reports::ReportDraft, value::Instant};

use super::{
    server::{known_by, person, refusal},
    world::{Fate, World},
};
use crate::offline::{
    answer::Outcome,
    event::{Ask, Event, NotKept, Tell},
    store::{Change, Room, StoreError},
    sync::Shown,
    work::{Item, Key, Refusal, Status, Work},
};

fn signed_in() -> World {
    let mut world = World::new();
    world.sign_in(person(1));
    world.settles();
    world
}
fn last(world: &World) -> Item {
    world.core.items().next_back().unwrap().clone()
}
/// Answers what is out about work.
fn work_ends(world: &mut World, fate: Fate) {
    let which = world.flights.iter().position(|flight| matches!(flight.ask, Ask::Work(..)));
    world.ends(which.expect("no work is out"), fate);
    world.do_all();
}
fn is_out(world: &World) -> bool {
    world.flights.iter().any(|flight| matches!(flight.ask, Ask::Work(..)))
}

#[test]
fn it_is_told_as_kept_when_it_is_on_disk_and_not_before() {
    let mut world = signed_in();
    world.report(1, 1, "Đã xong", false);
    assert!(world.core.items().next().is_none());
    assert!(!world.told.iter().any(|tell| matches!(tell, Tell::Kept(_))));
    world.do_all();
    assert!(world.told.iter().any(|tell| matches!(tell, Tell::Kept(_))));
    assert_eq!(world.rows().len(), 2);
}

#[test]
fn a_full_phone_says_so_and_keeps_nothing_of_it() {
    let mut world = signed_in();
    world.disk.has_room_for(Some(3));
    world.report(1, 2, "Đã xong", false);
    world.do_all();
    assert!(world.told.iter().any(|tell| matches!(tell, Tell::NotKept(_, NotKept::Full))));
    assert_eq!(world.core.unsent(), 0);
    assert_eq!(world.rows(), vec![]);
}

#[test]
fn words_go_before_photos_and_photos_after_their_report() {
    let mut world = signed_in();
    world.report(1, 2, "một", false);
    world.report(2, 1, "hai", false);
    world.settles();
    let kinds: Vec<&str> = world.server.order.iter().map(|id| id.split(' ').next().unwrap()).collect();
    assert_eq!(kinds, ["report", "report", "photo", "photo", "photo"]);
    assert_eq!(world.core.queue().tally(person(1)).sent, 2);
}

#[test]
fn what_is_refused_is_set_aside_and_the_rest_goes_on() {
    let mut world = signed_in();
    let refused = world.report(1, 1, "một", false);
    world.report(1, 1, "hai", false);
    world.server.refuses.insert(format!("report {refused}"));
    world.settles();
    let items: Vec<Item> = world.core.items().cloned().collect();
    let Status::Refused { why, .. } = &items[0].status else { panic!("{:?}", items[0]) };
    assert_eq!((why.status, why.fields[0].pointer.as_str()), (422, "/words"));
    assert_eq!(world.core.shown(&items[1]), Shown::WaitsForItsReport);
    assert!(items[2].is_sent() && items[3].is_sent());

    // The office has put it right: the person tries again, and the photo follows.
    world.server.refuses.clear();
    world.happens(Event::RetryNow(items[0].key, world.now()));
    world.settles();
    assert_eq!(world.core.unsent(), 0);
}

#[test]
fn a_refused_report_is_given_up_by_hand_only_and_takes_its_photos_along() {
    let mut world = signed_in();
    let report = world.report(1, 2, "một", false);
    world.do_all();
    let key = world.core.items().next().unwrap().key;
    world.happens(Event::Discard(key, world.now()));
    world.do_all();
    assert!(world.told.contains(&Tell::NotNow(key)));
    world.server.refuses.insert(format!("report {report}"));
    world.settles();
    world.gives_up(&world.core.items().map(|item| item.key).collect::<Vec<_>>());
    world.happens(Event::Discard(key, world.now()));
    world.do_all();
    assert_eq!((world.core.unsent(), world.disk.snapshot().files.len()), (0, 0));
}

#[test]
fn a_lost_file_does_not_hold_up_its_report_and_can_be_removed() {
    let mut world = signed_in();
    world.report(1, 1, "một", false);
    world.do_all();
    let photo = last(&world).work.photo().unwrap();
    world.disk.lose_file(photo);
    world.lost_files.insert(photo.to_string());
    world.settles();
    assert!(world.core.items().next().unwrap().is_sent());
    let photo = last(&world);
    let Status::Refused { why, .. } = &photo.status else { panic!("{photo:?}") };
    assert_eq!(why.code, Refusal::UNOPENED);
    world.gives_up(&[photo.key]);
    world.happens(Event::RemovePhoto(photo.key, world.now()));
    world.do_all();
    assert_eq!(world.core.unsent(), 0);
}

#[test]
fn a_photo_taken_out_in_time_leaves_its_report_too_and_later_does_not() {
    let mut world = World::new();
    world.sign_in(person(1));
    world.do_all();
    // The first report is out, so that the second waits.
    world.report(1, 0, "một", false);
    world.report(1, 1, "hai", false);
    world.do_all();
    let (report, photo) = (world.core.items().nth(1).unwrap().key, last(&world).key);
    world.gives_up(&[report, photo]);
    world.happens(Event::RemovePhoto(photo, world.now()));
    world.do_all();
    let files = |world: &World, key: Key| {
        let item = world.core.queue().get(key).unwrap().clone();
        item.work.report().unwrap().1.files.len()
    };
    assert_eq!(files(&world, report), 0);

    world.settles();
    world.report(2, 1, "ba", false);
    world.do_all();
    let (report, photo) = (world.core.items().nth(2).unwrap().key, last(&world).key);
    work_ends(&mut world, Fate::LostAfter);
    world.gives_up(&[photo]);
    world.happens(Event::RemovePhoto(photo, world.now()));
    world.do_all();
    assert_eq!(files(&world, report), 1, "the server may know it with the photo");
    world.settles();
    assert_eq!(world.core.unsent(), 0);
}

#[test]
fn a_captive_portal_and_a_busy_server_are_waited_for() {
    let mut world = signed_in();
    world.report(1, 0, "một", false);
    world.report(2, 0, "hai", false);
    world.do_all();
    work_ends(&mut world, Fate::CaptivePortal);
    assert!(!is_out(&world), "the second is not tried into the same portal");
    world.happens(Event::Wake(world.now()));
    world.do_all();
    work_ends(&mut world, Fate::Busy);
    world.happens(Event::Wake(world.now()));
    world.do_all();
    assert!(!is_out(&world), "the server asked for forty seconds, whoever is impatient");
    world.passes(39);
    world.happens(Event::Tick(world.now()));
    world.do_all();
    assert!(!is_out(&world));
    world.passes(1);
    world.happens(Event::Tick(world.now()));
    world.do_all();
    assert!(is_out(&world));
}

#[test]
fn a_clock_set_back_is_not_waited_for() {
    let mut world = signed_in();
    world.report(1, 0, "một", false);
    world.do_all();
    work_ends(&mut world, Fate::LostBefore);
    world.skew = chrono::TimeDelta::days(-400);
    world.happens(Event::Tick(world.now()));
    world.do_all();
    assert!(is_out(&world));
}

#[test]
fn a_server_that_fails_on_one_thing_does_not_hold_up_the_others() {
    let mut world = signed_in();
    world.report(1, 0, "một", false);
    world.report(1, 0, "hai", false);
    world.report(2, 0, "ba", false);
    world.do_all();
    work_ends(&mut world, Fate::Broken);
    let out: Vec<_> = world
        .flights
        .iter()
        .filter_map(|flight| match &flight.ask {
            Ask::Work(Work::Report(_, draft), _) => draft.words.as_ref().map(ToString::to_string),
            _ => None,
        })
        .collect();
    assert_eq!(out, ["ba"], "the second of the same assignment must not overtake the first");
}

#[test]
fn a_revoked_phone_loses_its_book_and_keeps_what_was_said() {
    let mut world = signed_in();
    assert_eq!(world.core.book().assignments.len(), 3);
    world.server.revoke_all();
    world.report(1, 1, "một", false);
    world.settles();
    assert!(world.told.contains(&Tell::NeedsSignIn));
    assert!(world.core.book().assignments.is_empty());
    assert_eq!(world.disk.snapshot().room(Room::Book).count(), 0);
    assert_eq!(world.core.shown(&last(&world)), Shown::NeedsSignIn);
    world.restart();
    assert_eq!(world.core.unsent(), 2);

    // Somebody else signs in: he sees nothing of it, and it stays.
    world.sign_in(person(2));
    world.settles();
    assert_eq!((world.core.unsent(), world.core.saved(person(1))), (0, None));
    assert_eq!(world.core.queue().sealed(Some(person(2))), [(person(1), 2)]);
    world.gives_up_all(person(2));
    world.happens(Event::SignedOut(person(2), world.now()));
    world.do_all();
    assert!(world.core.saved(person(1)).unwrap().contains("một"));

    world.sign_in(person(1));
    world.settles();
    assert_eq!(world.core.unsent(), 0);
    world.check_drained(person(1));
}

#[test]
fn what_one_person_did_is_never_kept_as_another_persons() {
    let mut world = signed_in();
    let session = Box::new(world.server.sign_in(person(2)));
    world.happens(Event::SignedIn(session, world.now()));
    let (draft, now) = (ReportDraft::example(), world.now());
    let works = vec![Work::Report(openapi::id::Id::new(9, [9; 10]), draft)];
    world.happens(Event::Did { slip: 99, by: person(1), works, files: vec![], now });
    world.do_all();
    assert!(world.told.contains(&Tell::NotKept(99, NotKept::NobodySignedIn)));
    assert_eq!(world.rows(), vec![]);
}

#[test]
fn new_tokens_are_kept_before_they_are_used_and_a_kill_between_is_forgiven_for_a_minute() {
    let mut world = signed_in();
    world.passes(880);
    world.happens(Event::Tick(world.now()));
    world.do_all();
    assert!(matches!(world.flights[0].ask, Ask::Renew(_)));
    assert_eq!(world.flights.len(), 1, "nothing goes out with a token that is about to run out");
    // The answer comes, and the app is killed before the disk has it.
    world.ends(0, Fate::Good);
    world.restart();
    world.passes(30);
    world.report(1, 0, "một", false);
    world.settles();
    assert_eq!((world.core.unsent(), world.server.stolen), (0, 0));
}

#[test]
fn killed_for_longer_between_the_answer_and_the_disk_the_person_signs_in_again_and_loses_nothing() {
    let mut world = signed_in();
    world.report(1, 1, "một", false);
    world.do_all();
    work_ends(&mut world, Fate::LostBefore);
    world.passes(880);
    world.happens(Event::Tick(world.now()));
    world.do_all();
    let renewal = world.flights.iter().position(|flight| matches!(flight.ask, Ask::Renew(_))).unwrap();
    world.ends(renewal, Fate::Good);
    world.restart();
    world.passes(61);
    world.settles();
    assert!(world.core.desk().needs_sign_in());
    assert_eq!(world.core.unsent(), 2);
    world.sign_in(person(1));
    world.settles();
    assert_eq!(world.core.unsent(), 0);
}

#[test]
fn tokens_that_the_disk_would_not_take_are_used_all_the_same_and_kept_when_it_does() {
    let mut world = signed_in();
    world.passes(880);
    world.happens(Event::Tick(world.now()));
    world.do_all();
    world.disk.fail_next(StoreError::Full);
    world.ends(0, Fate::Good);
    world.do_all();
    world.passes(10);
    world.happens(Event::Tick(world.now()));
    world.settles();
    assert_eq!(crate::offline::desk::Desk::load(&world.disk.snapshot()).access(), world.core.desk().access());
}

#[test]
fn an_item_of_another_build_is_kept_and_shown_and_goes_by_hand_only() {
    let mut world = signed_in();
    world.report(1, 1, "một", false);
    world.do_all();
    let item = last(&world);
    let row = Key { owner: person(1), seq: 7 }.to_string();
    let text = format!("{{\"work\":{{\"telepathy\":{{}}}},\"file\":\"{}\"}}", item.work.photo().unwrap());
    world.disk.keep(vec![Change::Put(Room::Queue, row.clone(), text.clone())]).unwrap();
    world.restart();
    world.settles();
    let unread: Vec<_> = world.core.queue().unread(person(1)).map(|one| one.text.to_owned()).collect();
    assert_eq!(unread, [text]);
    assert!(world.core.saved(person(1)).unwrap().contains("telepathy"));
    // Its place in the order is not given away again.
    world.report(1, 0, "hai", false);
    world.do_all();
    assert!(last(&world).key.seq > 7);
    world.happens(Event::DiscardUnread(row.clone(), world.now()));
    world.do_all();
    assert_eq!(world.disk.snapshot().row(Room::Queue, &row), None);
}

#[test]
fn fields_of_a_newer_build_do_no_harm() {
    let mut world = signed_in();
    world.report(1, 0, "một", false);
    world.do_all();
    let row = last(&world).key.to_string();
    let mut json: serde_json::Value =
        serde_json::from_str(world.disk.snapshot().row(Room::Queue, &row).unwrap()).unwrap();
    json["mood"] = "good".into();
    json["status"]["sending"]["wind"] = 3.into();
    world.disk.keep(vec![Change::Put(Room::Queue, row, json.to_string())]).unwrap();
    world.restart();
    world.settles();
    assert_eq!(world.core.unsent(), 0);
}

#[test]
fn a_late_answer_and_one_given_twice_change_nothing() {
    let mut world = signed_in();
    world.report(1, 0, "một", false);
    world.do_all();
    let late = world.flights.iter().find(|flight| matches!(flight.ask, Ask::Work(..))).unwrap().request;
    world.restart();
    world.do_all();
    let problem = Box::new(refusal(Code::Invalid));
    for outcome in [Outcome::Refused(problem, None), Outcome::Stored(None)] {
        let (server_time, now) = (None, world.now());
        world.happens(Event::Answered { request: late, outcome, server_time, now, chance: 0 });
        world.do_all();
        assert!(last(&world).is_trying());
    }
    world.settles();
    assert!(last(&world).is_sent());
    assert!(world.server.stored.contains_key(&known_by(&last(&world).work).0));
}

#[test]
fn a_wire_that_never_answers_is_given_up_after_ten_minutes() {
    let mut world = signed_in();
    world.report(1, 0, "một", false);
    world.do_all();
    world.passes(600);
    world.happens(Event::Tick(world.now()));
    world.do_all();
    assert!(matches!(last(&world).status, Status::Waiting { .. }));
}

#[test]
fn a_wrong_clock_is_told_once_and_told_right_again() {
    let mut world = signed_in();
    let off = |world: &World| {
        let about = |tell: &&Tell| matches!(tell, Tell::ClockIsOff(_) | Tell::ClockIsRight);
        world.told.iter().filter(about).cloned().collect::<Vec<_>>()
    };
    world.skew = chrono::TimeDelta::minutes(-10);
    world.report(1, 0, "một", false);
    world.settles();
    world.report(1, 0, "hai", false);
    world.settles();
    assert_eq!(off(&world), [Tell::ClockIsOff(600)]);
    world.skew = chrono::TimeDelta::minutes(4);
    world.report(1, 0, "ba", false);
    world.settles();
    assert_eq!(off(&world), [Tell::ClockIsOff(600), Tell::ClockIsRight]);
}

#[test]
fn receipts_are_the_last_hundred() {
    let mut world = signed_in();
    for number in 0..102 {
        world.report(1, 0, &format!("lần {number}"), false);
    }
    let oldest: Instant = world.now();
    world.do_all();
    assert_eq!(world.core.queue().oldest(person(1)), Some(oldest));
    world.settles();
    assert_eq!((world.core.items().count(), world.rows().len()), (100, 100));
    assert_eq!(world.core.queue().oldest(person(1)), None);
}

#[test]
fn a_sign_out_that_the_disk_would_not_take_is_done_before_anything_else() {
    let mut world = signed_in();
    world.report(1, 1, "một", false);
    world.do_all();
    world.gives_up_all(person(1));
    world.disk.fail_next(StoreError::Broken("the disk says no".into()));
    world.happens(Event::SignedOut(person(1), world.now()));
    world.do_all();
    assert!(!world.told.contains(&Tell::SignedOut));
    assert_eq!((world.core.unsent(), world.core.book().assignments.len()), (0, 0));
    // Regression: with the clock set back, only a tick would have done it, and none came.
    world.skew = chrono::TimeDelta::seconds(-236);
    world.sign_in(person(2));
    world.do_all();
    let signed_out = world.told.iter().position(|tell| *tell == Tell::SignedOut);
    let signed_in = world.told.iter().rposition(|tell| *tell == Tell::SignedIn);
    assert!(signed_out < signed_in && signed_out.is_some(), "{:?}", world.told);
    assert_eq!(world.rows(), vec![]);
}

#[test]
fn one_person_signing_out_never_signs_another_out() {
    let mut world = signed_in();
    // Regression: two people in a row, and a disk that is slow: the sign-out of the first came to
    // its turn when the second was at the desk, and took his words.
    let session = Box::new(world.server.sign_in(person(2)));
    world.happens(Event::SignedIn(session, world.now()));
    world.happens(Event::SignedOut(person(1), world.now()));
    world.settles();
    assert_eq!(world.core.desk().person(), Some(person(2)));
    assert!(!world.told.contains(&Tell::SignedOut));
}
