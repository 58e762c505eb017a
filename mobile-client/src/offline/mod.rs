//! Working without signal. **Invariant: there is one path, never an online mode: screens read the
//! [`book`] and write to the [`queue`]; [`sync`] fills the one and empties the other.**
//!
//! The core is a state machine without clock, chance, network or storage: [`sync::Sync::step`] takes
//! what happened and answers what is to be done. [`engine::Engine`] does it, with a [`store::Store`]
//! and a [`wire::Wire`]. One engine runs per browser: several tabs would send everything twice
//! (harmless, for the ids are the same) and overwrite each other's rows (not harmless), so whoever
//! starts it takes a Web Lock first.

pub mod answer;
pub mod backoff;
pub mod book;
#[cfg(any(test, feature = "conformance"))]
pub mod conformance;
pub mod desk;
pub mod engine;
pub mod event;
#[cfg(target_arch = "wasm32")]
pub mod indexed_db;
pub mod memory;
pub mod queue;
pub mod shelf;
pub mod store;
pub mod sync;
pub mod view;
pub mod wire;
pub mod work;

#[cfg(test)]
mod tests;
