//! A server as the contract promises it: what comes under a known id is the same again, or a conflict.

use std::collections::{BTreeMap, BTreeSet};

use chrono::TimeDelta;
use openapi::{
    assignments::Assignment,
    endpoint::Dto,
    ledger::{ChangeKind, Feed, FeedItem, Subject},
    people::PersonId,
    problem::{Code, FieldCode, FieldProblem, Problem},
    sessions::{Me, Session},
    value::{Cursor, Instant, Token},
};
use serde_json::Value;

use crate::offline::{answer::Outcome, event::Ask, work::Work};

pub fn person(number: u8) -> PersonId {
    PersonId::new(1, [number; 10])
}

/// What a piece of work is known by at the server, and its content.
pub fn known_by(work: &Work) -> (String, Value) {
    let json = |value: serde_json::Result<Value>| value.unwrap();
    match work {
        Work::Report(id, draft) => (format!("report {id}"), json(serde_json::to_value(draft))),
        Work::Photo(file, _) => (format!("photo {}", file.id), json(serde_json::to_value(file))),
        Work::Acknowledge(id, at) => (format!("acknowledgement {id}"), json(serde_json::to_value(at))),
        other => (format!("{other:?}"), Value::Null),
    }
}

pub fn refusal(code: Code) -> Problem {
    let mut problem = Problem::example();
    problem.status = code.status();
    problem.code = code;
    problem.fields = vec![FieldProblem {
        pointer: "/words".parse().unwrap(),
        code: FieldCode::BadValue,
        detail: "Chưa hợp lệ.".parse().unwrap(),
    }];
    problem
}

#[derive(Debug, Clone)]
struct Device {
    person: PersonId,
    refresh: u64,
    previous: Option<(u64, Instant)>,
    ended: bool,
}

#[derive(Debug, Default)]
pub struct Server {
    pub now: Option<Instant>,
    /// Content by id, and the photos' bytes.
    pub stored: BTreeMap<String, Value>,
    pub bytes: BTreeMap<String, Vec<u8>>,
    /// Ids in the order in which they were first stored.
    pub order: Vec<String>,
    /// Ids that came with other content.
    pub conflicts: Vec<String>,
    /// Ids that are refused while they stand here, and all that ever were.
    pub refuses: BTreeSet<String>,
    pub refused: BTreeSet<String>,
    devices: Vec<Device>,
    /// Access tokens: their device and when they run out.
    tokens: BTreeMap<Token, (usize, Instant)>,
    numbers: u64,
    epoch: u64,
    changes: Vec<FeedItem>,
    pub stolen: usize,
}

const LASTS: u32 = 900;

fn token(kind: &str, number: u64) -> Token {
    format!("{kind}-token-{number:012}").parse().unwrap()
}

impl Server {
    fn now(&self) -> Instant {
        self.now.unwrap()
    }
    pub fn assign(&mut self, number: u8, version: i64) {
        let mut one = Assignment::example();
        one.id = super::world::assignment(number);
        one.version = version.try_into().unwrap();
        let data = serde_json::to_value(&one).ok();
        self.changes.push(FeedItem {
            subject: Subject::Assignment,
            id: one.id.cast(),
            change: ChangeKind::Put,
            data,
        });
    }
    /// The versions of the assignments that a book must hold.
    pub fn assigned(&self) -> BTreeMap<String, i64> {
        let version = |item: &FeedItem| item.data.as_ref().unwrap()["version"].as_i64().unwrap();
        self.changes.iter().map(|item| (item.id.to_string(), version(item))).collect()
    }
    pub fn another_epoch(&mut self) {
        self.epoch += 1;
    }
    pub fn revoke_all(&mut self) {
        self.devices.iter_mut().for_each(|device| device.ended = true);
    }
    pub fn sign_in(&mut self, person: PersonId) -> Session {
        self.numbers += 1;
        self.devices.push(Device { person, refresh: self.numbers, previous: None, ended: false });
        self.session(self.devices.len() - 1)
    }
    fn session(&mut self, device: usize) -> Session {
        self.numbers += 1;
        let access = token("access", self.numbers);
        let until = self.now().plus(TimeDelta::seconds(i64::from(LASTS)));
        self.tokens.insert(access.clone(), (device, until));
        let mut session = Session::example();
        session.access_token = access;
        session.expires_in = LASTS;
        session.refresh_token = token("refresh", self.devices[device].refresh);
        session.person = self.devices[device].person;
        session.server_time = self.now();
        session
    }
    /// As `api` does it: the newest token gives a new one, the one before only for a minute.
    fn renew(&mut self, given: &Token) -> Outcome {
        let now = self.now();
        let over = || Outcome::Refused(Box::new(refusal(Code::SessionEnded)), None);
        let is = |number: u64| token("refresh", number) == *given;
        let found = self
            .devices
            .iter()
            .position(|device| is(device.refresh) || device.previous.is_some_and(|(number, _)| is(number)));
        let Some(index) = found.filter(|index| !self.devices[*index].ended) else { return over() };
        let device = self.devices[index].clone();
        if is(device.refresh) {
            self.numbers += 1;
            self.devices[index].previous = Some((device.refresh, now));
            self.devices[index].refresh = self.numbers;
        } else if device.previous.is_some_and(|(_, at)| now >= at.plus(TimeDelta::seconds(60))) {
            self.devices[index].ended = true;
            self.stolen += 1;
            return over();
        }
        Outcome::Renewed(Box::new(self.session(index)))
    }

    pub fn hear(&mut self, ask: &Ask, file: Option<Vec<u8>>) -> Outcome {
        let access = match ask {
            Ask::Renew(refresh) => return self.renew(refresh),
            Ask::Work(_, access) | Ask::Feed(_, access) | Ask::Me(access) | Ask::SignOut(access) => access,
        };
        let refused = |code| Outcome::Refused(Box::new(refusal(code)), None);
        let Some((device, until)) = self.tokens.get(access).cloned() else {
            return refused(Code::NotSignedIn);
        };
        if self.devices[device].ended {
            return refused(Code::SessionEnded);
        }
        if until <= self.now() {
            return refused(Code::NotSignedIn);
        }
        match ask {
            Ask::Work(work, _) => self.take(work, file),
            Ask::Feed(since, _) => self.feed(since.as_ref()),
            Ask::Me(_) => {
                let mut me = Me::example();
                me.id = self.devices[device].person;
                Outcome::Me(Box::new(me))
            }
            Ask::SignOut(_) | Ask::Renew(_) => {
                self.devices[device].ended = true;
                Outcome::SignedOut
            }
        }
    }

    fn take(&mut self, work: &Work, file: Option<Vec<u8>>) -> Outcome {
        let (id, content) = known_by(work);
        if self.refuses.contains(&id) {
            self.refused.insert(id);
            return Outcome::Refused(Box::new(refusal(Code::Invalid)), None);
        }
        let photo = matches!(work, Work::Photo(..));
        match (self.stored.get(&id), file) {
            (_, None) if photo => return Outcome::Unopened,
            (Some(present), _) if *present != content && !id.starts_with("acknowledgement") => {
                self.conflicts.push(id);
                return Outcome::Refused(Box::new(refusal(Code::Conflict)), None);
            }
            (Some(_), _) => {}
            (None, file) => {
                self.stored.insert(id.clone(), content);
                self.bytes.extend(file.map(|bytes| (id.clone(), bytes)));
                self.order.push(id);
            }
        }
        Outcome::Stored(None)
    }

    fn feed(&self, since: Option<&Cursor>) -> Outcome {
        let from = match since.map(Cursor::keys::<(u64, usize)>) {
            None => 0,
            Some(Some((epoch, from))) if epoch == self.epoch => from,
            Some(_) => return Outcome::Refused(Box::new(refusal(Code::CannotCalculateChanges)), None),
        };
        // Short pages, so that a book is often half read.
        let to = (from + 2).min(self.changes.len());
        let items = self.changes[from..to].to_vec();
        let (state, more) = (Cursor::of(&(self.epoch, to)), to < self.changes.len());
        Outcome::Fed(Box::new(Feed { items, state, more }))
    }
}
