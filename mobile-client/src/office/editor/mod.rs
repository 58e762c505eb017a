//! Splitting a document into tasks: what is on the clerk's desk, what he does to it, how it is saved.
//! **Invariant: pure. No clock, chance, network or page: ids and answers come from outside, so that every
//! sequence of edits, undos, lost answers and reloads can be tried natively.**
//!
//! [`sheet`] is what is seen, [`edit`] changes it, [`history`] takes back, [`saving`] brings it to the
//! server, [`kept`] carries what the server does not have yet over a reload, [`keys`] says what a key does.

pub mod assign;
pub mod desk;
pub mod due;
pub mod edit;
pub mod facts;
pub mod history;
pub mod kept;
pub mod keys;
pub mod reading;
pub mod saving;
pub mod sheet;
pub mod source;
#[cfg(test)]
mod tests;
