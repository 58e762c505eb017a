//! People.
pub mod store;
