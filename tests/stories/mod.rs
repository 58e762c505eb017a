//! One file for each capability.

mod assignments;
mod attachments;
mod decisions;
mod directives;
mod recurring;
mod reports;
mod units;
