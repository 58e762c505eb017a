//! One file for each capability.

mod assignments;
mod attachments;
mod calendar;
mod calendar_feeds;
mod carrying;
mod channels;
mod dates;
mod decisions;
mod demo;
mod directives;
mod faults;
mod feed;
mod gold;
mod imports;
mod keys;
mod ladder_model;
mod ledger;

mod linked_model;
mod links;
mod operator;
mod organisation;
mod overdue;
mod people;
mod phone_shell;
mod reading;
mod recurring;
mod reports;
mod roster;
mod sessions;
mod statistics;
mod units;
mod warnings;
mod webhooks;
