//! One file for each capability.

mod demo;
mod units;
