//! One file for each capability.

mod gold;
mod units;
