//! The server of Đôn Đốc.
pub mod access;
pub mod clock;
pub mod db;
pub mod error;
pub mod ledger;
pub mod metrics;
pub mod people;
pub mod schema;
pub mod serve;
pub mod state;
pub mod tokens;
