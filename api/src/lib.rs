//! The server of Đôn Đốc. See `ARCHITECTURE.md` for the rooms and what must never be in them.

pub mod access;
pub mod assignments;
pub mod clock;
pub mod db;
pub mod error;
pub mod ledger;
pub mod metrics;
pub mod people;
pub mod schema;
pub mod serve;
pub mod sessions;
pub mod state;
pub mod tokens;
pub mod units;
