//! The engine with a scripted wire: what screens say goes in, what they are told comes out.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use openapi::{
    endpoint::Dto,
    reports::{ReportDraft, ReportId},
    value::Instant,
};

use super::{
    server::{Server, person},
    world::begin,
};
use crate::offline::{
    answer::Outcome,
    engine::{Engine, Surroundings, Voice},
    event::{Ask, Tell},
    memory::Memory,
    wire::{Heard, Wire},
    work::Work,
};

/// A wire to the model server, with signal or without.
#[derive(Clone)]
struct Scripted {
    server: Rc<RefCell<Server>>,
    signal: Rc<Cell<bool>>,
}
impl Wire for Scripted {
    fn ask(&self, ask: Ask, file: Option<Vec<u8>>) -> impl Future<Output = Heard> + 'static {
        let wire = self.clone();
        async move {
            tokio::task::yield_now().await;
            let outcome = if wire.signal.get() {
                wire.server.borrow_mut().hear(&ask, file)
            } else {
                Outcome::Unreachable("no signal".into())
            };
            Heard { outcome, server_time: wire.server.borrow().now }
        }
    }
}
/// A clock that jumps to whatever is waited for.
#[derive(Clone)]
struct Jumping {
    server: Rc<RefCell<Server>>,
    waited: Rc<Cell<usize>>,
}
impl Surroundings for Jumping {
    fn now(&self) -> Instant {
        self.server.borrow().now.unwrap()
    }
    fn chance(&self) -> u32 {
        7
    }
    async fn wait_until(&self, moment: Instant) {
        tokio::task::yield_now().await;
        tokio::task::yield_now().await;
        self.waited.set(self.waited.get() + 1);
        let now = self.now();
        self.server.borrow_mut().now = Some(now.max(moment));
    }
}

struct Phone {
    engine: Engine<Memory, Scripted, Jumping>,
    voice: Voice,
    wire: Scripted,
    here: Jumping,
}

async fn phone(disk: &Memory) -> Phone {
    let mut server = Server::default();
    server.now = Some(begin());
    server.assign(1, 1);
    let server = Rc::new(RefCell::new(server));
    let wire = Scripted { server: Rc::clone(&server), signal: Rc::new(Cell::new(true)) };
    let here = Jumping { server, waited: Rc::default() };
    let (engine, voice) = Engine::open(disk.clone(), wire.clone(), here.clone()).await.unwrap();
    Phone { engine, voice, wire, here }
}
impl Phone {
    async fn turns(&mut self, times: usize) -> Vec<Tell> {
        for _ in 0..times {
            assert!(self.engine.turn().await);
        }
        self.engine.told()
    }
}

#[tokio::test]
async fn it_keeps_what_is_said_without_signal_and_sends_it_when_there_is_some() {
    let disk = Memory::default();
    let mut phone = phone(&disk).await;
    let session = phone.wire.server.borrow_mut().sign_in(person(1));
    phone.voice.signed_in(session);
    phone.turns(8).await;
    assert!(phone.engine.core().book().is_complete());

    phone.wire.signal.set(false);
    let report = ReportId::new(5, [5; 10]);
    phone.voice.did(1, person(1), vec![Work::Report(report, ReportDraft::example())], vec![]);
    let told = phone.turns(6).await;
    assert!(told.contains(&Tell::Kept(1)), "{told:?}");
    assert_eq!(phone.engine.core().unsent(), 1);
    assert!(phone.wire.server.borrow().stored.is_empty());

    phone.wire.signal.set(true);
    phone.voice.wake();
    let told = phone.turns(6).await;
    assert!(told.iter().any(|tell| matches!(tell, Tell::Sent(_))), "{told:?}");
    assert_eq!(phone.engine.core().unsent(), 0);
    assert_eq!(phone.wire.server.borrow().stored.len(), 1);
}

#[tokio::test]
async fn it_does_not_spin_when_there_is_nothing_to_do() {
    let mut phone = phone(&Memory::default()).await;
    let session = phone.wire.server.borrow_mut().sign_in(person(1));
    phone.voice.signed_in(session);
    phone.turns(8).await;
    phone.wire.server.borrow_mut().revoke_all();
    phone.voice.wake();
    phone.turns(2).await;
    assert!(phone.engine.core().desk().needs_sign_in());
    // Regression: an alarm of before stayed set when nothing was to be waited for any more, and
    // rang for ever.
    let turns = async { while phone.engine.turn().await {} };
    let quiet = tokio::time::timeout(std::time::Duration::from_millis(50), turns).await;
    assert!(quiet.is_err(), "it ended");
    assert!(phone.here.waited.get() < 20, "{}", phone.here.waited.get());
}

#[tokio::test]
async fn it_ends_when_nobody_speaks_to_it_any_more() {
    let Phone { mut engine, voice, .. } = phone(&Memory::default()).await;
    drop(voice);
    assert!(!engine.turn().await);
}
