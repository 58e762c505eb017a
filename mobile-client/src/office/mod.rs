//! The office's app: what the clerk and the administrator do, in a wide window and from the keyboard.
//! **Invariant: it keeps nothing of anybody's work; a screen shows what the server just said, and what is
//! being typed stays in this browser until the server has it.**
//!
//! To add a screen: its words in `words/`, an address in `route.rs`, a line in `screens/mod.rs` and one in
//! `places.rs`, and the screen in a file of its own.

pub mod editor;
pub mod route;
mod words;

#[cfg(target_arch = "wasm32")]
mod app;
#[cfg(target_arch = "wasm32")]
mod find;
#[cfg(target_arch = "wasm32")]
mod parts;
#[cfg(target_arch = "wasm32")]
mod places;
#[cfg(target_arch = "wasm32")]
mod screens;
#[cfg(target_arch = "wasm32")]
mod session;
#[cfg(target_arch = "wasm32")]
mod sign_in;

#[cfg(target_arch = "wasm32")]
pub use self::app::start;
