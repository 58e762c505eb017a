//! The phone's side of Đôn Đốc: the typed client of the contract, and the core that works without
//! signal. Both build natively and for WebAssembly. **Invariant: it knows the contract and nothing of
//! the server's insides.**

mod client;
pub mod offline;

pub use client::{Answered, Aside, Client, Failed};
