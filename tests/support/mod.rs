//! What stories stand on: a server of their own on a clock of their own, and people to act in them.

mod engines;
pub mod program;
mod receiver;
pub mod receivers;
mod work;
mod world;

pub use self::{
    engines::Engine,
    program::Program,
    receiver::{Reaction, Received, Receiver},
    work::{class, conclusion, due, given_to, report, task},
    world::{World, id, name, note, phrase, title},
};

/// Tells a story once on each engine.
#[macro_export]
macro_rules! on_both {
    ($($(#[$meta:meta])* async fn $story:ident($world:ident: &World) $body:block)+) => { $(
        mod $story {
            use super::*;
            async fn tell($world: &World) $body
            $(#[$meta])*
            #[tokio::test]
            async fn sqlite() {
                let world = World::new($crate::support::Engine::Sqlite).await;
                tell(&world).await;
                world.end().await;
            }
            $(#[$meta])*
            #[tokio::test]
            async fn postgres() {
                let Some(engine) = $crate::support::Engine::postgres() else { return };
                let world = World::new(engine).await;
                tell(&world).await;
                world.end().await;
            }
        }
    )+ };
}
