//! One file for each capability.

mod calendar;
mod organisation;
mod people;
mod roster;
mod sessions;
mod units;
