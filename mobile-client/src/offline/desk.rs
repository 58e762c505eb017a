//! Who is signed in on this phone. **Invariant: tokens that came are in the store before they are
//! used, because a refresh token works once and an old one, used again, ends the session.**
//!
//! The server forgives a lost answer for a minute: the same refresh token gives the same new one.
//! So an app that is killed between the answer and the store goes on when it is opened again within
//! that minute; later the session is ended, the person signs in again, and what waits is still there.

use chrono::TimeDelta;
use openapi::{
    people::PersonId,
    sessions::{DeviceId, Me, Session},
    value::{Instant, Token},
};
use serde::{Deserialize, Serialize};

use crate::reading;

use super::store::{Change, Room, Snapshot};

/// The row of who is signed in.
const SESSION: &str = "session";
/// The row of who I am.
const ME: &str = "me";
/// The row of the proof that this device is known, which stays when its owner signs out.
const PROOF: &str = "proof";
/// How long before it runs out an access token is renewed: a photo on weak signal takes that long.
const AHEAD: TimeDelta = TimeDelta::seconds(60);
/// How far the phone's clock may be off before the person is told.
const CLOCK_MAY_BE_OFF: TimeDelta = TimeDelta::minutes(5);

/// Who is signed in.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Desk {
    seat: Option<Seat>,
    /// Who I am, as the server last said.
    pub me: Option<Me>,
    proof: Option<Token>,
}

/// A person at the desk. Without tokens the session is over, and what he said waits for him.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Seat {
    person: PersonId,
    device: DeviceId,
    #[serde(default)]
    tokens: Option<Tokens>,
}
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Tokens {
    access: Token,
    refresh: Token,
    renewed_at: Instant,
    /// When the access token runs out, by the phone's clock.
    until: Instant,
}

impl Desk {
    /// As it was stored. Rows that cannot be read count as not there: the person signs in again.
    #[must_use]
    pub fn load(snapshot: &Snapshot) -> Self {
        fn row<T: serde::de::DeserializeOwned>(snapshot: &Snapshot, name: &str) -> Option<T> {
            reading::read(snapshot.row(Room::Desk, name)?.as_bytes()).ok()
        }
        Self { seat: row(snapshot, SESSION), me: row(snapshot, ME), proof: row(snapshot, PROOF) }
    }
    /// With the tokens of a session.
    #[must_use]
    pub fn seated(&self, session: &Session, now: Instant) -> Self {
        let tokens = Tokens {
            access: session.access_token.clone(),
            refresh: session.refresh_token.clone(),
            renewed_at: now,
            until: now.plus(TimeDelta::seconds(i64::from(session.expires_in))),
        };
        let seat = Seat { person: session.person, device: session.device, tokens: Some(tokens) };
        let me = self.me.clone().filter(|me| me.id == session.person);
        Self { seat: Some(seat), me, proof: Some(session.device_proof.clone()) }
    }
    /// With the session over: nobody may read or send, and what the person said waits for him.
    #[must_use]
    pub fn ended(&self) -> Self {
        let seat = self.seat.clone().map(|seat| Seat { tokens: None, ..seat });
        Self { seat, me: None, proof: self.proof.clone() }
    }
    /// With nobody.
    #[must_use]
    pub fn left(&self) -> Self {
        Self { seat: None, me: None, proof: self.proof.clone() }
    }
    /// With who I am.
    #[must_use]
    pub fn knowing(&self, me: Me) -> Self {
        Self { me: Some(me), ..self.clone() }
    }
    /// What the store has to do for it.
    #[must_use]
    pub fn changes(&self) -> Vec<Change> {
        fn row<T: Serialize>(name: &str, value: Option<&T>) -> Change {
            match value.and_then(|value| serde_json::to_string(value).ok()) {
                Some(text) => Change::Put(Room::Desk, name.to_owned(), text),
                None => Change::Drop(Room::Desk, name.to_owned()),
            }
        }
        vec![row(SESSION, self.seat.as_ref()), row(ME, self.me.as_ref()), row(PROOF, self.proof.as_ref())]
    }

    /// Whose desk it is, also when the session is over.
    #[must_use]
    pub fn person(&self) -> Option<PersonId> {
        self.seat.as_ref().map(|seat| seat.person)
    }
    /// What to send along, while there is a session.
    #[must_use]
    pub fn access(&self) -> Option<&Token> {
        Some(&self.tokens()?.access)
    }
    /// What new tokens are asked for with.
    #[must_use]
    pub fn refresh(&self) -> Option<&Token> {
        Some(&self.tokens()?.refresh)
    }
    /// The proof that this device signed in before, for the next sign-in.
    #[must_use]
    pub const fn proof(&self) -> Option<&Token> {
        self.proof.as_ref()
    }
    /// Whether there is a person whose session is over.
    #[must_use]
    pub fn needs_sign_in(&self) -> bool {
        self.seat.as_ref().is_some_and(|seat| seat.tokens.is_none())
    }
    /// Whether the access token has run out, or will before a slow request is through.
    #[must_use]
    pub fn is_stale(&self, now: Instant) -> bool {
        self.tokens().is_some_and(|tokens| now.plus(AHEAD) >= tokens.until)
    }
    /// Whether the tokens are so new that the server cannot mean their age when it does not take
    /// them.
    #[must_use]
    pub fn is_fresh(&self, now: Instant) -> bool {
        self.tokens().is_some_and(|tokens| {
            now >= tokens.renewed_at && now < tokens.renewed_at.plus(TimeDelta::minutes(1))
        })
    }
    fn tokens(&self) -> Option<&Tokens> {
        self.seat.as_ref()?.tokens.as_ref()
    }
}

/// By how many seconds the phone's clock is behind the server's (ahead when negative), if it is so
/// much that the person must be told.
#[must_use]
pub fn clock_is_off(server_time: Instant, now: Instant) -> Option<i64> {
    let off = server_time.utc() - now.utc();
    (off.abs() > CLOCK_MAY_BE_OFF).then(|| off.num_seconds())
}
