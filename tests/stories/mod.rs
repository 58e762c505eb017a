//! One file for each capability.

mod assignments;
mod attachments;
mod dates;
mod decisions;
mod directives;
mod gold;
mod recurring;
mod reports;
mod units;
