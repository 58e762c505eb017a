//! A phone, its disk, its person and a server, moved step by step. What must hold is asked for after
//! every step.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use chrono::TimeDelta;
use openapi::{
    assignments::AssignmentId,
    attachments::{AttachmentId, FileRef},
    endpoint::Dto,
    people::PersonId,
    reports::{ReportDraft, ReportId},
    value::{Instant, Quantity},
};
use serde_json::Value;

use super::server::{Server, known_by};
use crate::offline::{
    answer::Outcome,
    desk::Desk,
    event::{Ask, Effect, Event, RequestId, Tell},
    memory::Memory,
    queue::Queue,
    store::Room,
    sync::Sync,
    work::{Belongs, Item, Key, Status, Work},
};

pub fn assignment(number: u8) -> AssignmentId {
    AssignmentId::new(2, [number; 10])
}
pub fn begin() -> Instant {
    "2026-11-20T01:30:00Z".parse().unwrap()
}

/// How a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Good,
    /// It never reached the server.
    LostBefore,
    /// The server did it, and its answer was lost.
    LostAfter,
    /// The server heard it twice.
    Twice,
    CaptivePortal,
    Broken,
    Busy,
    Garbage,
}

/// A request on its way.
#[derive(Debug, Clone)]
pub struct Flight {
    pub request: RequestId,
    pub ask: Ask,
    file: Option<Vec<u8>>,
    /// Whether the phone still waits for it.
    waited_for: bool,
}

/// What a person said and was told to be safe.
#[derive(Debug, Clone)]
struct Promise {
    owner: PersonId,
    content: Value,
    bytes: Option<Vec<u8>>,
    assignment: Option<AssignmentId>,
}

/// Who said what, with which files.
type Deed = (PersonId, Vec<Work>, BTreeMap<AttachmentId, Vec<u8>>);

#[derive(Default)]
pub struct World {
    pub core: Sync,
    pub disk: Memory,
    pub server: Server,
    /// How far the phone's clock is off.
    pub skew: TimeDelta,
    pub todo: VecDeque<Effect>,
    pub flights: Vec<Flight>,
    pub alarm: Option<Instant>,
    pub told: Vec<Tell>,
    said: BTreeMap<u64, Deed>,
    promises: BTreeMap<String, Promise>,
    /// In the order in which they were promised.
    order: Vec<String>,
    pub trimmed: BTreeSet<String>,
    /// Files that the phone lost behind the app's back.
    pub lost_files: BTreeSet<String>,
    pub store_has_failed: bool,
    numbers: u64,
    lives: u32,
}

impl World {
    pub fn new() -> Self {
        let mut world = Self::default();
        world.server.now = Some(begin());
        (1..=3).for_each(|number| world.server.assign(number, 1));
        world.restart();
        world
    }
    pub fn now(&self) -> Instant {
        self.server.now.unwrap().plus(self.skew)
    }
    pub fn happens(&mut self, event: Event) {
        let effects = self.core.step(event);
        self.todo.extend(effects);
        self.check();
    }
    pub fn passes(&mut self, seconds: i64) {
        self.server.now = Some(self.server.now.unwrap().plus(TimeDelta::seconds(seconds)));
    }

    /// The app ends, at whatever point, and is opened again.
    pub fn restart(&mut self) {
        self.todo.clear();
        self.flights.iter_mut().for_each(|flight| flight.waited_for = false);
        self.core = Sync::default();
        self.alarm = None;
        self.said.clear();
        self.store_has_failed = false;
        self.lives += 1;
        let (snapshot, now, chance) = (self.disk.snapshot(), self.now(), self.lives);
        self.happens(Event::Started { snapshot, now, chance });
    }
    pub fn sign_in(&mut self, person: PersonId) {
        let session = Box::new(self.server.sign_in(person));
        self.happens(Event::SignedIn(session, self.now()));
    }
    fn id<T>(&mut self) -> openapi::id::Id<T> {
        self.numbers += 1;
        let mut chance = [0; 10];
        chance[2..].copy_from_slice(&self.numbers.to_be_bytes());
        openapi::id::Id::new(3, chance)
    }
    /// A report with photos, as the form makes it.
    pub fn report(&mut self, on: u8, photos: usize, words: &str, completes: bool) -> ReportId {
        let files: Vec<FileRef> =
            (0..photos).map(|_| FileRef { id: self.id(), ..FileRef::example() }).collect();
        let id = self.id();
        let mut draft = ReportDraft::example();
        draft.assignment = assignment(on);
        draft.words = words.parse().ok();
        draft.quantity = Some(Quantity::whole(u32::from(on)));
        draft.made_at = self.now();
        draft.completes = completes;
        draft.files.clone_from(&files);
        let photo = |file: FileRef| Work::Photo(file, Belongs::Report(id));
        let works = [Work::Report(id, draft)].into_iter().chain(files.iter().cloned().map(photo)).collect();
        let bytes = files.iter().map(|file| (file.id, file.id.to_string().into_bytes())).collect();
        self.did(works, bytes);
        id
    }
    pub fn did(&mut self, works: Vec<Work>, files: Vec<(AttachmentId, Vec<u8>)>) {
        self.numbers += 1;
        let (slip, now) = (self.numbers, self.now());
        let Some(by) = self.core.desk().person() else { return };
        self.said.insert(slip, (by, works.clone(), files.iter().cloned().collect()));
        self.happens(Event::Did { slip, by, works, files, now });
    }

    /// Does the next thing the core asked for. Answers whether there was any.
    pub fn do_next(&mut self) -> bool {
        let Some(effect) = self.todo.pop_front() else { return false };
        match effect {
            Effect::Store(tag, changes) => match self.disk.keep(changes) {
                Ok(()) => self.happens(Event::Stored(tag)),
                Err(error) => {
                    self.store_has_failed = true;
                    self.happens(Event::StoreFailed(tag, error));
                }
            },
            Effect::Send(request, ask) => self.goes_out(request, ask),
            Effect::Cancel(request) => {
                let it = self.flights.iter_mut().filter(|flight| flight.request == request);
                it.for_each(|flight| flight.waited_for = false);
            }
            Effect::WakeAt(moment) => self.alarm = Some(moment),
            Effect::Tell(tell) => self.is_told(tell),
        }
        self.check();
        true
    }
    pub fn do_all(&mut self) {
        while self.do_next() {}
    }
    fn goes_out(&mut self, request: RequestId, ask: Ask) {
        let mut file = None;
        if let Ask::Work(work, _) = &ask {
            let marked = |item: &Item| item.work == *work && matches!(item.status, Status::Sending { .. });
            assert!(self.rows().iter().any(marked), "on the wire before its mark was kept");
            let other = |flight: &&Flight| flight.waited_for && matches!(flight.ask, Ask::Work(..));
            assert_eq!(self.flights.iter().filter(other).count(), 0, "two at a time");
            file = work.photo().and_then(|id| self.file(id));
        }
        if let (Ask::Work(_, access) | Ask::Feed(_, access) | Ask::Me(access), false) =
            (&ask, self.store_has_failed)
        {
            let kept = Desk::load(&self.disk.snapshot());
            assert_eq!(kept.access(), Some(access), "a token was used before it was kept");
        }
        self.flights.push(Flight { request, ask, file, waited_for: true });
    }
    fn file(&self, id: AttachmentId) -> Option<Vec<u8>> {
        let ready = futures_util::FutureExt::now_or_never(crate::offline::store::Store::file(&self.disk, id));
        ready.unwrap().unwrap()
    }
    /// The items on disk.
    pub fn rows(&self) -> Vec<Item> {
        let snapshot = self.disk.snapshot();
        snapshot.room(Room::Queue).filter_map(|(_, text)| serde_json::from_str(text).ok()).collect()
    }

    fn is_told(&mut self, tell: Tell) {
        if let Tell::Kept(slip) = tell {
            let said = self.said.remove(&slip);
            for (owner, work, files) in said.into_iter().flat_map(|(owner, works, files)| {
                works.into_iter().map(move |work| (owner, work, files.clone()))
            }) {
                let (id, content) = known_by(&work);
                let bytes = work.photo().map(|photo| files[&photo].clone());
                let assignment = work.report().map(|(_, draft)| draft.assignment);
                self.order.push(id.clone());
                self.promises.insert(id, Promise { owner, content, bytes, assignment });
            }
        }
        self.told.push(tell);
    }
    /// The person gives something up himself: nobody owes it to him any more.
    pub fn gives_up(&mut self, keys: &[Key]) {
        for item in self.core.items().filter(|item| keys.contains(&item.key)) {
            self.promises.remove(&known_by(&item.work).0);
        }
    }
    pub fn gives_up_all(&mut self, person: PersonId) {
        self.promises.retain(|_, promise| promise.owner != person);
        self.said.retain(|_, (owner, ..)| *owner != person);
    }

    /// A request ends so.
    pub fn ends(&mut self, which: usize, fate: Fate) {
        if self.flights.is_empty() {
            return;
        }
        let flight = self.flights.remove(which % self.flights.len());
        let hear = |server: &mut Server| server.hear(&flight.ask, flight.file.clone());
        let outcome = match fate {
            Fate::Good => hear(&mut self.server),
            Fate::Twice => {
                hear(&mut self.server);
                hear(&mut self.server)
            }
            Fate::LostAfter => {
                hear(&mut self.server);
                Outcome::Unreachable("timed out".into())
            }
            Fate::LostBefore => Outcome::Unreachable("no signal".into()),
            Fate::CaptivePortal => Outcome::NotOurs,
            Fate::Broken => {
                Outcome::Refused(Box::new(super::server::refusal(openapi::problem::Code::Broken)), None)
            }
            Fate::Busy => {
                Outcome::Refused(Box::new(super::server::refusal(openapi::problem::Code::Busy)), Some(40))
            }
            Fate::Garbage => Outcome::Unreadable("200: <html>".into()),
        };
        let (server_time, now) = (self.server.now, self.now());
        let chance = u32::try_from(self.numbers % 1000).unwrap() * 4_000_000;
        self.happens(Event::Answered { request: flight.request, outcome, server_time, now, chance });
    }

    /// With a good network, until there is nothing left to do but wait for the next reading.
    pub fn settles(&mut self) {
        self.disk.works();
        // A clock that was set back moves what was to be waited for.
        self.happens(Event::Tick(self.now()));
        for _ in 0..4000 {
            self.do_all();
            if !self.flights.is_empty() {
                self.ends(0, Fate::Good);
                continue;
            }
            let held = |item: &Item| self.core.queue().waits_for_its_report(item);
            let idle = self.core.items().all(|item| !item.is_trying() || held(item));
            if idle && self.alarm.is_none_or(|at| at > self.now().plus(TimeDelta::minutes(4))) {
                return;
            }
            let Some(alarm) = self.alarm.take() else { return };
            self.passes((alarm.utc() - self.now().utc()).num_seconds().max(0) + 1);
            self.happens(Event::Tick(self.now()));
        }
        panic!("it never settles");
    }

    /// What must hold at any moment.
    pub fn check(&self) {
        let snapshot = self.disk.snapshot();
        let (disk, files) = (Queue::load(&snapshot, self.now()), &snapshot.files);
        if let Some(person) = self.core.desk().person() {
            for item in self.core.items() {
                assert_eq!(item.key.owner, person, "somebody else's words are shown");
                // A wipe that the store has not done yet has already happened in memory, never the
                // other way round.
                assert!(disk.get(item.key).is_some(), "shown but not kept: {item:?}");
            }
        }
        assert_eq!(self.server.conflicts, Vec::<String>::new(), "an id came with other content");
        let waiting: BTreeMap<String, &Item> = self
            .promises
            .values()
            .map(|promise| promise.owner)
            .collect::<BTreeSet<_>>()
            .into_iter()
            .flat_map(|owner| disk.of(owner))
            .map(|item| (known_by(&item.work).0, item))
            .collect();
        for (id, promise) in &self.promises {
            let content = match (self.server.stored.get(id), waiting.get(id)) {
                (Some(stored), _) => stored.clone(),
                (None, Some(item)) => {
                    assert!(!item.is_sent(), "a receipt for what the server does not have: {id}");
                    known_by(&item.work).1
                }
                (None, None) => panic!("lost: {id}"),
            };
            if !self.trimmed.contains(id) && !id.starts_with("acknowledgement") {
                assert_eq!(content, promise.content, "changed: {id}");
            }
            if promise.bytes.is_some() && !self.server.stored.contains_key(id) {
                let file = id.trim_start_matches("photo ");
                let there = files.iter().any(|one| one == file) || self.lost_files.contains(file);
                assert!(there, "the content is lost: {id}");
            }
            if let Some(bytes) = self.server.bytes.get(id) {
                assert_eq!(Some(bytes), promise.bytes.as_ref(), "other bytes: {id}");
            }
        }
        self.check_order();
    }
    /// The reports of one person on one assignment came in the order in which he made them.
    fn check_order(&self) {
        let mut last: BTreeMap<(PersonId, AssignmentId), usize> = BTreeMap::new();
        for id in self.server.order.iter().filter(|id| !self.server.refused.contains(*id)) {
            let Some(promise) = self.promises.get(id) else { continue };
            let (Some(on), Some(place)) = (promise.assignment, self.order.iter().position(|one| one == id))
            else {
                continue;
            };
            let before = last.insert((promise.owner, on), place);
            assert!(before.is_none_or(|before| before < place), "{id} came too early");
        }
    }
    /// What must hold when everybody has signed in again and all has been sent.
    pub fn check_drained(&self, person: PersonId) {
        let unsent: Vec<&Item> = self.core.items().filter(|item| item.is_trying()).collect();
        let held = |item: &&Item| !self.core.queue().waits_for_its_report(item);
        assert_eq!(unsent.into_iter().filter(held).collect::<Vec<_>>(), Vec::<&Item>::new());
        for (id, promise) in self.promises.iter().filter(|(_, promise)| promise.owner == person) {
            let refused = self.core.items().any(|item| {
                let stuck = matches!(item.status, Status::Refused { .. });
                known_by(&item.work).0 == *id && (stuck || self.core.queue().waits_for_its_report(item))
            });
            assert!(refused || self.server.stored.contains_key(id), "never came: {id} {promise:?}");
        }
        let book = self.core.book();
        let held: BTreeMap<String, i64> =
            book.assignments.iter().map(|one| (one.id.to_string(), i64::from(one.version.get()))).collect();
        assert_eq!(held, self.server.assigned(), "the book is not what the server has");
    }
}
