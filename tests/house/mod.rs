//! The rules of the house: what the types cannot say, a test named for the rule says.

mod access_matrix;
mod coverage;
mod every_endpoint;
mod tenancy;
