//! One file for each capability.

mod gold;
mod assignments;
mod attachments;
mod decisions;
mod directives;
mod recurring;
mod reports;
mod units;
