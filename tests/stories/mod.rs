//! One file for each capability.

mod assignments;
mod attachments;
mod decisions;
mod directives;
mod feed;
mod ledger;
mod overdue;
mod recurring;
mod reports;
mod statistics;
mod units;
