//! One file for each capability.

mod operator;
mod units;
