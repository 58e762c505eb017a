//! The phone's side of Đôn Đốc. For now the typed client of the contract, which builds natively and
//! for WebAssembly. **Invariant: it knows the contract and nothing of the server's insides.**

mod client;

pub use client::{Answered, Client, Failed};
