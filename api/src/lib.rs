//! The server of Đôn Đốc. See `ARCHITECTURE.md` for the rooms and what must never be in them.

pub mod access;
mod alerts;
pub mod app;
pub mod assignments;
pub mod attachments;
pub mod calendar;
pub mod calendar_feeds;
pub mod channels;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod decisions;
pub mod demo;
pub mod directives;
mod docs;
pub mod error;
pub mod figures;
pub mod health;
mod imports;
pub mod jobs;
pub mod keys;
pub mod ledger;
pub mod metrics;
pub mod net;
pub mod organisation;
pub mod people;
pub mod phone;
pub mod reports;
pub mod roster;
pub mod schema;
pub mod serve;
pub mod sessions;
pub mod state;
pub mod tasks;
pub mod tokens;
pub mod units;
pub mod webhooks;

/// Threads that hand each answer to each other are what the C library's own is slow at: a page of
/// fifty cost a tenth more with it.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;
