//! The phone's side of Đôn Đốc: the typed client of the contract, the core that works without
//! signal, and, with the feature `ui`, the app. The first two build natively and for WebAssembly, the
//! app for the browser only. **Invariant: it knows the contract and nothing of the server's insides.**

#[cfg(all(feature = "ui", target_arch = "wasm32"))]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod browser;
mod client;
pub mod offline;

pub use client::{Answered, Aside, Client, Failed};
