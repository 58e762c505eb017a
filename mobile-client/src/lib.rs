//! The phone's side of Đôn Đốc: the typed client of the contract, the core that works without
//! signal, and two apps: with the feature `ui` the phone's, with `office` the clerk's. Client and core
//! build natively and for WebAssembly, the apps for the browser only. **Invariant: it knows the contract
//! and nothing of the server's insides.**

#[cfg(all(feature = "ui", target_arch = "wasm32"))]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod browser;
mod client;
#[cfg(all(any(feature = "ui", feature = "office"), target_arch = "wasm32"))]
pub mod device;
#[cfg(any(all(feature = "office", target_arch = "wasm32"), test))]
pub mod office;
pub mod offline;
mod order;
#[cfg(all(feature = "ui", target_arch = "wasm32"))]
mod photo;
pub mod piles;
mod reading;
pub mod route;
#[cfg(all(feature = "ui", target_arch = "wasm32"))]
mod screens;
#[cfg(all(feature = "ui", target_arch = "wasm32"))]
mod ui;
pub mod when;
#[cfg(all(feature = "ui", target_arch = "wasm32"))]
mod widgets;
pub mod words;

pub use client::{Answered, Aside, Client, Failed, Question};
