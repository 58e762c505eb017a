//! One file for each capability.

mod units;
