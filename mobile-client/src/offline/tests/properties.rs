//! Whatever happens in whatever order, nothing is lost, doubled, mixed up or changed.

use chrono::TimeDelta;
use proptest::prelude::*;

use super::{
    server::{known_by, person},
    world::{Fate, World, assignment},
};
use crate::offline::{
    event::{Event, Tell},
    store::{Room, StoreError},
    work::{Key, Work},
};

/// One thing that happens.
#[derive(Debug, Clone)]
enum Step {
    Report(u8, usize, String, bool),
    Acknowledge(u8),
    DoNext,
    DoAll,
    End(usize, Fate),
    Restart,
    StoreFails(bool),
    Passes(i64),
    ClockJumps(i64),
    Wake,
    SignIn(u8),
    SignOut,
    Revoked,
    RemovePhoto(usize),
    Discard(usize),
    RetryNow(usize),
    Refuses(usize),
    LosesFile(usize),
    AnotherEpoch,
    Reassigned(u8, i64),
}

fn step() -> impl Strategy<Value = Step> {
    let fate = prop_oneof![
        8 => Just(Fate::Good),
        2 => Just(Fate::LostBefore),
        3 => Just(Fate::LostAfter),
        1 => Just(Fate::Twice),
        1 => Just(Fate::CaptivePortal),
        1 => Just(Fate::Broken),
        1 => Just(Fate::Busy),
        1 => Just(Fate::Garbage),
    ];
    prop_oneof![
        6 => (1..=3u8, 0..3usize, "[ -~ộạ\n\"]{0,12}", any::<bool>())
            .prop_map(|(on, photos, words, done)| Step::Report(on, photos, format!("x{words}"), done)),
        1 => (1..=3u8).prop_map(Step::Acknowledge),
        12 => Just(Step::DoNext),
        6 => Just(Step::DoAll),
        14 => (0..4usize, fate).prop_map(|(which, fate)| Step::End(which, fate)),
        3 => Just(Step::Restart),
        2 => any::<bool>().prop_map(Step::StoreFails),
        5 => prop_oneof![0..20i64, 0..2000i64].prop_map(Step::Passes),
        1 => (-400_000..400_000i64).prop_map(Step::ClockJumps),
        2 => Just(Step::Wake),
        2 => (1..=2u8).prop_map(Step::SignIn),
        1 => Just(Step::SignOut),
        1 => Just(Step::Revoked),
        1 => (0..8usize).prop_map(Step::RemovePhoto),
        1 => (0..8usize).prop_map(Step::Discard),
        1 => (0..8usize).prop_map(Step::RetryNow),
        1 => (0..8usize).prop_map(Step::Refuses),
        1 => (0..8usize).prop_map(Step::LosesFile),
        1 => Just(Step::AnotherEpoch),
        1 => (1..=3u8, 2..9i64).prop_map(|(on, version)| Step::Reassigned(on, version)),
    ]
}

impl World {
    fn pick(&self, which: usize) -> Option<(Key, Work)> {
        let items: Vec<_> = self.core.items().filter(|item| !item.is_sent()).collect();
        let item = items.get(which % items.len().max(1))?;
        Some((item.key, item.work.clone()))
    }
    fn takes(&mut self, step: Step) {
        match step {
            Step::Report(on, photos, words, done) => {
                self.report(on, photos, &words, done);
            }
            Step::Acknowledge(on) => self.did(vec![Work::Acknowledge(assignment(on), self.now())], vec![]),
            Step::DoNext => {
                self.do_next();
            }
            Step::DoAll => self.do_all(),
            Step::End(which, fate) => self.ends(which, fate),
            Step::Restart => self.restart(),
            Step::StoreFails(full) => self.disk.fail_next(if full {
                StoreError::Full
            } else {
                StoreError::Broken("the disk says no".into())
            }),
            Step::Passes(seconds) => {
                self.passes(seconds);
                self.happens(Event::Tick(self.now()));
            }
            Step::ClockJumps(seconds) => self.skew = TimeDelta::seconds(seconds),
            Step::Wake => self.happens(Event::Wake(self.now())),
            Step::SignIn(number) => self.sign_in(person(number)),
            Step::SignOut => {
                // What is on its way to the disk is done first, as a screen would wait for it.
                self.do_all();
                if let Some(person) = self.core.desk().person() {
                    self.gives_up_all(person);
                    self.happens(Event::SignedOut(person, self.now()));
                }
            }
            Step::Revoked => self.server.revoke_all(),
            Step::RemovePhoto(which) => self.removes(which),
            Step::Discard(which) => self.discards(which),
            Step::RetryNow(which) => {
                if let Some((key, _)) = self.pick(which) {
                    self.happens(Event::RetryNow(key, self.now()));
                }
            }
            Step::Refuses(which) => {
                if let Some((_, work)) = self.pick(which) {
                    self.server.refuses.insert(known_by(&work).0);
                }
            }
            Step::LosesFile(which) => {
                if let Some(photo) = self.pick(which).and_then(|(_, work)| work.photo()) {
                    self.disk.lose_file(photo);
                    self.lost_files.insert(photo.to_string());
                }
            }
            Step::AnotherEpoch => self.server.another_epoch(),
            Step::Reassigned(on, version) => self.server.assign(on, version),
        }
    }
    fn removes(&mut self, which: usize) {
        self.do_all();
        let Some((key, work)) = self.pick(which) else { return };
        let Work::Photo(_, crate::offline::work::Belongs::Report(report)) = work else { return };
        self.gives_up(&[key]);
        self.trimmed.insert(format!("report {report}"));
        self.happens(Event::RemovePhoto(key, self.now()));
    }
    fn discards(&mut self, which: usize) {
        self.do_all();
        let Some((key, _)) = self.pick(which) else { return };
        let Some(item) = self.core.queue().get(key) else { return };
        if matches!(item.status, crate::offline::work::Status::Refused { .. }) {
            let keys = self.core.queue().discarded_with(item);
            self.gives_up(&keys);
        }
        self.happens(Event::Discard(key, self.now()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_doubled_mixed_up_or_changed(steps in prop::collection::vec(step(), 1..90)) {
        let mut world = World::new();
        world.sign_in(person(1));
        world.do_all();
        for step in steps {
            world.takes(step);
        }
        world.settles();
        for number in [1, 2] {
            world.sign_in(person(number));
            world.settles();
            world.check_drained(person(number));
        }
    }

    #[test]
    fn signing_out_leaves_nothing_of_the_person(steps in prop::collection::vec(step(), 1..60)) {
        let mut world = World::new();
        world.sign_in(person(1));
        for step in steps {
            world.takes(step);
        }
        for _ in 0..9 {
            // Whatever still waits for the disk, so that it is known who is at the desk.
            world.do_all();
            world.happens(Event::Wake(world.now()));
        }
        world.do_all();
        let Some(person) = world.core.desk().person() else { return Ok(()) };
        world.gives_up_all(person);
        world.told.clear();
        world.happens(Event::SignedOut(person, world.now()));
        while !world.told.contains(&Tell::SignedOut) {
            world.do_all();
            world.happens(Event::Wake(world.now()));
        }
        let disk = world.disk.snapshot();
        let own = |name: &str| name.starts_with(person.as_str());
        prop_assert_eq!(disk.room(Room::Queue).filter(|(name, _)| own(name)).count(), 0);
        prop_assert_eq!(disk.room(Room::Book).count() + disk.room(Room::Filling).count(), 0);
        prop_assert_eq!(disk.row(Room::Desk, "session"), None);
        prop_assert_eq!(disk.row(Room::Desk, "me"), None);
        let left: Vec<_> = world.rows().iter().filter_map(|item| item.work.photo()).collect();
        prop_assert!(disk.files.iter().all(|file| left.iter().any(|photo| photo.as_str() == file)));
    }
}
