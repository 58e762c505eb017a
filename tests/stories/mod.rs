//! One file for each capability.

mod assignments;
mod attachments;
mod calendar;
mod dates;
mod decisions;
mod demo;
mod directives;
mod faults;
mod gold;
mod operator;
mod organisation;
mod people;
mod recurring;
mod reports;
mod roster;
mod sessions;
mod units;
